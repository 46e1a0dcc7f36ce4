//! What callers see of the directory. `null` is unknown, which is not no.

use chrono::{DateTime, Utc};
use hostolink_health_directory::{
    DataSource, EmergencyNumber, Establishment, Nearby, Number, Verification, display, tel_uri,
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
    items: Vec<EstablishmentView>,
    /// Where the next page starts; left out on the last, and with `near`.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
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

/// An emergency or useful number.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct EmergencyNumberView {
    /// Who answers, in French.
    #[schema(example = "SAMU - Service d'aide médicale urgente")]
    service: String,
    /// `fire_rescue`, `medical`, `police`, `child_protection`, `health_info`, `citizen_info`, `pharmacy_duty` or `utility`.
    category: &'static str,
    /// `short`, `e164` or `whatsapp`.
    kind: &'static str,
    /// The number in its one form. A short number has no country code.
    #[schema(example = "185")]
    value: String,
    /// The number as people read it.
    #[schema(example = "185")]
    display: String,
    /// The link that opens the dialler (RFC 3966).
    #[schema(example = "tel:185")]
    tel: String,
    /// ISO 3166-1 alpha-2.
    #[schema(example = "CI")]
    country: &'static str,
    /// Where in the country it works.
    #[schema(example = "national")]
    scope: String,
    /// Whether the call is free.
    free: Option<bool>,
    /// What the source says of the price, where yes or no does not say it all.
    cost: Option<String>,
    /// When somebody answers, as the source says.
    #[schema(example = "24/7")]
    hours: Option<String>,
    /// `high`, `medium` or `low`: how well the references support it.
    confidence: &'static str,
    /// `verified` or `unverified`: whether somebody checked that it works.
    status: &'static str,
    /// When that was.
    verified_at: Option<DateTime<Utc>>,
    /// Where it was read.
    references: String,
    /// When the references were written.
    #[schema(example = "2015-2021")]
    period: Option<String>,
    /// What else there is to know.
    note: Option<String>,
}

/// Where facts come from, and what showing them asks.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SourceView {
    /// The code that establishments carry.
    #[schema(example = "osm-healthsites")]
    code: String,
    /// Its name.
    name: String,
    /// The licence (SPDX), or `facts` where nothing is licensed.
    #[schema(example = "ODbL-1.0")]
    licence: String,
    /// Where the licence is written.
    licence_url: Option<String>,
    /// The text to show beside what comes from it.
    attribution: String,
    /// Where it is published.
    url: Option<String>,
    /// Whether what is derived from it may leave only under the same licence.
    share_alike: bool,
}

impl EstablishmentPage {
    pub(super) fn nearest(found: &[Nearby<'_>], now: DateTime<Utc>) -> Self {
        let view = |near: &Nearby<'_>| EstablishmentView {
            distance_meters: Some(whole(near.distance_metres)),
            // 359.6 rounds to the north again.
            bearing: Some(whole(near.bearing) % 360),
            ..EstablishmentView::new(near.establishment, now)
        };
        Self { items: found.iter().map(view).collect(), next_cursor: None }
    }

    pub(super) fn by_name(page: Page<&Establishment>, now: DateTime<Utc>) -> Self {
        Self {
            items: page.items.into_iter().map(|found| EstablishmentView::new(found, now)).collect(),
            next_cursor: page.next.map(|cursor| cursor.as_str().to_owned()),
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "0 to 20,015,115, half way round the Earth"
)]
fn whole(number: f64) -> u32 {
    number.round() as u32
}

impl EstablishmentView {
    pub(super) fn new(found: &Establishment, now: DateTime<Utc>) -> Self {
        let alive = found.numbers.iter().filter(|number| number.status != Verification::Dead);
        Self {
            id: found.id,
            name: found.name.clone(),
            kind: found.kind.code(),
            source_type: found.source_kind.clone(),
            distance_meters: None,
            bearing: None,
            position: PositionView {
                latitude: found.position.point.latitude(),
                longitude: found.position.point.longitude(),
                source: found.position.source.clone(),
                accuracy_meters: found.position.accuracy_metres,
                verified_at: found.position.verified_at,
            },
            ownership: found.ownership.map(hostolink_health_directory::Ownership::code),
            operator: found.operator.clone(),
            country: found.country.code(),
            region: found.region.clone(),
            address: found.address.clone(),
            opening_hours: found.hours.as_ref().map(|hours| hours.osm().to_owned()),
            open_now: found.is_open_at(now),
            emergency: found.emergency,
            dispensing: found.dispensing,
            wheelchair: found.wheelchair,
            numbers: alive.map(NumberView::from).collect(),
            source: found.source.code.clone(),
            licence: found.source.licence.clone(),
            updated_at: found.updated_at,
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
            purpose: number.purpose.code(),
            status: number.status.code(),
            verified_at: number.verified_at,
            converted2021: number.converted_2021,
            raw: number.raw.clone(),
        }
    }
}

impl From<&EmergencyNumber> for EmergencyNumberView {
    fn from(number: &EmergencyNumber) -> Self {
        Self {
            service: number.service.clone(),
            category: number.category.code(),
            kind: number.kind.code(),
            value: number.value.clone(),
            display: display(&number.value),
            tel: tel_uri(&number.value),
            country: number.country.code(),
            scope: number.scope.clone(),
            free: number.free,
            cost: number.cost.clone(),
            hours: number.hours.clone(),
            confidence: number.confidence.code(),
            status: number.status.code(),
            verified_at: number.verified_at,
            references: number.references.clone(),
            period: number.period.clone(),
            note: number.note.clone(),
        }
    }
}

impl From<&DataSource> for SourceView {
    fn from(source: &DataSource) -> Self {
        Self {
            code: source.code.clone(),
            name: source.name.clone(),
            licence: source.licence.clone(),
            licence_url: source.licence_url.clone(),
            attribution: source.attribution.clone(),
            url: source.url.clone(),
            share_alike: source.share_alike,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::EstablishmentTypeView;
    use hostolink_health_directory::EstablishmentType;
    use utoipa::PartialSchema;

    #[test]
    fn the_description_names_the_types_that_there_are() {
        let schema = serde_json::to_value(EstablishmentTypeView::schema()).unwrap();
        let codes: Vec<_> = EstablishmentType::ALL.iter().map(|kind| kind.code()).collect();
        assert_eq!(schema["enum"], serde_json::json!(codes));
    }
}
