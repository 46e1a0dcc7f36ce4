//! What callers see of the directory. `null` is unknown, which is not no.

use chrono::{DateTime, Utc};
use hostolink_health_directory::{
    Correction, Establishment, Level, Nearby, Number, Ownership, Rating, Snapshot, WhyUnknown, display,
    tel_uri, whatsapp_link,
};
use hostolink_kernel::{EstablishmentId, Page};
use serde::Serialize;
use utoipa::ToSchema;

/// The types of establishments.
#[derive(Debug, Clone, Copy, ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "only its schema is used: the codes are the domain's, and a test compares them")]
pub(super) enum EstablishmentTypeView {
    Hospital,
    HealthCenter,
    HealthPost,
    Clinic,
    Doctor,
    Dentist,
    Pharmacy,
    Laboratory,
    Maternity,
    BloodBank,
    Physiotherapist,
    Other,
}

/// A page of establishments.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct EstablishmentPage {
    /// The nearest first, or by name.
    pub(super) items: Vec<EstablishmentView>,
    /// Where the next page starts; left out on the last, and with `near`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next_cursor: Option<String>,
    /// Where `near` is, where it was the name of a place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) place: Option<super::places::PlaceChoice>,
}

/// A place where people find help for their health.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct EstablishmentView {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    id: EstablishmentId,
    /// Its name.
    #[schema(example = "Pharmacie du Marché")]
    name: String,
    /// What it is.
    #[serde(rename = "type")]
    #[schema(value_type = EstablishmentTypeView)]
    kind: &'static str,
    /// What the source calls it.
    #[schema(example = "Centre de Santé Urbain")]
    source_type: Option<String>,
    /// Its level in the health pyramid: `primary`, `general_hospital`, `regional_hospital` or `university_hospital`.
    level: Option<&'static str>,
    /// How far away, in metres over the Earth's surface; only with `near`.
    #[schema(example = 412)]
    #[serde(skip_serializing_if = "Option::is_none")]
    distance_meters: Option<u32>,
    /// Which way, in degrees clockwise from north; only with `near`.
    #[schema(example = 153)]
    #[serde(skip_serializing_if = "Option::is_none")]
    bearing: Option<u32>,
    /// Where it is.
    position: PositionView,
    /// `public`, `private`, `religious`, `community` or `ngo`.
    ownership: Option<&'static str>,
    /// Who runs it.
    operator: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[schema(example = "CI")]
    country: &'static str,
    /// The region or district, as the source writes it.
    region: Option<String>,
    /// The address, often a landmark.
    address: Option<String>,
    /// In OpenStreetMap's language.
    #[schema(example = "Mo-Fr 07:30-18:00; Sa 07:30-12:00")]
    opening_hours: Option<String>,
    /// Whether it is open now.
    open_now: Option<bool>,
    /// When that changes next, within a year.
    next_change: Option<DateTime<Utc>>,
    /// Why `openNow` is unknown: `not_given`, `unreadable`, `midnight_to_midnight`, `school_holidays`, `no_calendar`,
    /// `moon_dependent`, `on_condition` or `other_clock`.
    open_unknown: Option<&'static str>,
    /// Whether it takes emergencies.
    emergency: Option<bool>,
    /// Whether it gives out medicines.
    dispensing: Option<bool>,
    /// Whether a wheelchair gets in everywhere.
    wheelchair: Option<bool>,
    /// Its numbers, in the order in which to try them.
    numbers: Vec<NumberView>,
    /// The source's code; `/api/health/sources` has its attribution.
    #[schema(example = "osm-healthsites")]
    source: String,
    /// The source's licence (SPDX).
    #[schema(example = "ODbL-1.0")]
    licence: String,
    /// When something of it last changed here.
    updated_at: DateTime<Utc>,
    /// The health district, as the source writes it.
    district: Option<String>,
    /// What it offers: `dispensary`, `maternity`, `laboratory`, `imaging`, `surgery`, `pharmacy`, `vaccination`, `dentistry`, `paediatrics`,
    /// `dialysis`, `ambulance`, `blood_bank`; an empty list is known to be nothing of these. What a source does not name may be there.
    services: Option<Vec<&'static str>>,
    /// What people think of it.
    rating: RatingView,
    /// What was corrected here, and is no longer the source's word.
    corrections: Vec<CorrectionView>,
}

/// What people think of an establishment.
#[derive(Debug, Serialize, ToSchema)]
struct RatingView {
    /// 1 to 5 stars, to a tenth; `null` where nobody rated it.
    #[schema(example = 4.3)]
    average: Option<f64>,
    /// How many people did.
    count: i32,
}

/// A fact that was corrected here.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CorrectionView {
    /// `name`, `type`, `position`, `hours`, `numbers` or `services`.
    fact: &'static str,
    /// `review`: somebody of the house checked what a person suggested. `owner`: whoever runs the establishment says so.
    by: &'static str,
    /// When it was verified.
    verified_at: DateTime<Utc>,
}

impl From<Rating> for RatingView {
    fn from(rating: Rating) -> Self {
        Self { average: rating.average(), count: rating.count }
    }
}

impl From<&Correction> for CorrectionView {
    fn from(correction: &Correction) -> Self {
        Self { fact: correction.fact.code(), by: correction.by.code(), verified_at: correction.at }
    }
}

/// Where an establishment is, and how sure that is. Degrees of WGS 84.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct PositionView {
    /// North of the equator.
    #[schema(example = 5.3232)]
    latitude: f64,
    /// East of Greenwich.
    #[schema(example = -4.0197)]
    longitude: f64,
    /// How the source knows.
    #[schema(example = "OpenStreetMap")]
    source: Option<String>,
    /// How far it may be wrong.
    accuracy_meters: Option<i32>,
    /// When somebody was there.
    verified_at: Option<DateTime<Utc>>,
}

/// A number of an establishment.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct NumberView {
    /// `e164`, `short` or `whatsapp`.
    kind: &'static str,
    /// The number in its one form.
    #[schema(example = "+2252722445353")]
    value: String,
    /// The number as people read it.
    #[schema(example = "27 22 44 53 53")]
    display: String,
    /// The link that opens the dialler (RFC 3966).
    #[schema(example = "tel:+2252722445353")]
    tel: String,
    /// The link that opens a chat, for a `whatsapp` account.
    #[schema(example = "https://wa.me/2250170900600")]
    whatsapp: Option<String>,
    /// What it is for: `main`, `emergency`, `appointments`, `pharmacy` or `ambulance`.
    purpose: &'static str,
    /// `verified` or `unverified`: whether somebody checked that it works.
    status: &'static str,
    /// When that was.
    verified_at: Option<DateTime<Utc>>,
    /// Whether it was made from a number of the 8-digit plan that ended on 31 January 2021.
    converted2021: bool,
    /// What the source wrote.
    #[schema(example = "+22522445353")]
    raw: String,
}

impl EstablishmentPage {
    pub(super) fn nearest(snapshot: &Snapshot, found: &[Nearby<'_>], now: DateTime<Utc>) -> Self {
        let view = |near| EstablishmentView::seen(near, snapshot, now);
        Self { items: found.iter().map(view).collect(), next_cursor: None, place: None }
    }

    pub(super) fn by_name(snapshot: &Snapshot, page: Page<&Establishment>, now: DateTime<Utc>) -> Self {
        let view = |found| EstablishmentView::new(found, snapshot, now);
        Self {
            items: page.items.into_iter().map(view).collect(),
            next_cursor: page.next.map(|cursor| cursor.as_str().to_owned()),
            place: None,
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "0 to 20,015,115, half way round the Earth"
)]
pub(super) fn whole(number: f64) -> u32 {
    number.round() as u32
}

impl EstablishmentView {
    /// What a field mask may name.
    pub(super) const FIELDS: &[&str] = &[
        "id",
        "name",
        "type",
        "sourceType",
        "level",
        "distanceMeters",
        "bearing",
        "position",
        "ownership",
        "operator",
        "country",
        "region",
        "address",
        "openingHours",
        "openNow",
        "nextChange",
        "openUnknown",
        "emergency",
        "dispensing",
        "wheelchair",
        "numbers",
        "source",
        "licence",
        "updatedAt",
        "district",
        "services",
        "rating",
        "corrections",
    ];

    /// One seen from somewhere.
    pub(super) fn seen(near: &Nearby<'_>, snapshot: &Snapshot, now: DateTime<Utc>) -> Self {
        Self {
            distance_meters: Some(whole(near.distance_metres)),
            // 359.6 rounds to the north again.
            bearing: Some(whole(near.bearing) % 360),
            ..Self::new(near.establishment, snapshot, now)
        }
    }

    pub(super) fn new(found: &Establishment, snapshot: &Snapshot, now: DateTime<Utc>) -> Self {
        let opening = found.opening_at(now, snapshot.calendar());
        Self {
            id: found.id,
            name: found.name.clone(),
            kind: found.kind.code(),
            source_type: found.source_kind.clone(),
            level: found.level.map(Level::code),
            distance_meters: None,
            bearing: None,
            position: PositionView {
                latitude: found.position.point.latitude(),
                longitude: found.position.point.longitude(),
                source: found.position.source.clone(),
                accuracy_meters: found.position.accuracy_metres,
                verified_at: found.position.verified_at,
            },
            ownership: found.ownership.map(Ownership::code),
            operator: found.operator.clone(),
            country: found.country.code(),
            region: found.region.clone(),
            address: found.address.clone(),
            opening_hours: found.hours.as_ref().map(|hours| hours.osm().to_owned()),
            open_now: opening.ok().map(|opening| opening.open),
            next_change: opening.ok().and_then(|opening| opening.until),
            open_unknown: opening.err().map(WhyUnknown::code),
            emergency: found.emergency,
            dispensing: found.dispensing,
            wheelchair: found.wheelchair,
            numbers: found.alive_numbers().map(NumberView::from).collect(),
            source: found.source.code.clone(),
            licence: found.source.licence.clone(),
            updated_at: found.updated_at,
            district: found.district.clone(),
            services: found.services.as_ref().map(|all| all.iter().map(|service| service.code()).collect()),
            rating: found.rating.into(),
            corrections: found.corrections.iter().map(CorrectionView::from).collect(),
        }
    }
}

impl From<&Number> for NumberView {
    fn from(number: &Number) -> Self {
        Self {
            kind: number.kind.code(),
            value: number.value.clone(),
            display: display(&number.value),
            tel: tel_uri(&number.value),
            whatsapp: whatsapp_link(number.kind, &number.value),
            purpose: number.purpose.code(),
            status: number.status.code(),
            verified_at: number.verified_at,
            converted2021: number.converted_2021,
            raw: number.raw.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{EstablishmentTypeView, EstablishmentView};
    use hostolink_health_directory::EstablishmentType;
    use utoipa::PartialSchema;

    #[test]
    fn a_mask_may_name_every_field_and_no_other() {
        let schema = serde_json::to_value(EstablishmentView::schema()).unwrap();
        let mut fields: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
        let mut named = EstablishmentView::FIELDS.to_vec();
        fields.sort();
        named.sort_unstable();
        assert_eq!(fields, named);
    }

    #[test]
    fn the_description_names_the_types_that_there_are() {
        let schema = serde_json::to_value(EstablishmentTypeView::schema()).unwrap();
        let codes: Vec<_> = EstablishmentType::ALL.iter().map(|kind| kind.code()).collect();
        assert_eq!(schema["enum"], serde_json::json!(codes));
    }
}
