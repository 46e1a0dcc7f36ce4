//! What people send.

use crate::error::{ApiError, ApiResult};
use hostolink_geo::Point;
use hostolink_health_directory::{
    Change, Country, Error, EstablishmentType, INVALID_CHANGE, INVALID_POSITION, ListedNumber, Purpose,
    SWAPPED_POSITION, Service, UNKNOWN_TYPE, UNKNOWN_VALUE,
};
use hostolink_kernel::{DomainError, EstablishmentId};
use serde::Deserialize;
use utoipa::ToSchema;

/// A place in degrees of WGS 84.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct PlaceBody {
    /// North of the equator.
    #[schema(minimum = -90, maximum = 90, example = 5.3232)]
    latitude: f64,
    /// East of Greenwich.
    #[schema(minimum = -180, maximum = 180, example = -4.0197)]
    longitude: f64,
    /// How far it may be wrong, where that is known.
    #[schema(minimum = 1, example = 15)]
    accuracy_meters: Option<i32>,
}

/// Nothing that is printed says where somebody is.
impl std::fmt::Debug for PlaceBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PlaceBody(…)")
    }
}

impl PlaceBody {
    /// The place and its accuracy.
    pub(super) fn read(&self) -> ApiResult<(Point, Option<i32>)> {
        let point = Point::new(self.latitude, self.longitude)
            .map_err(|_| ApiError::field("position", &INVALID_POSITION))?;
        if Country::COTE_D_IVOIRE.seems_swapped(point) {
            return Err(ApiError::field("position", &SWAPPED_POSITION));
        }
        Ok((point, self.accuracy_meters))
    }
}

/// A number of an establishment.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ListedNumberBody {
    /// Ten digits or a short number, in any usual spelling.
    #[schema(max_length = 64, example = "27 22 47 75 61")]
    number: String,
    /// Whether it is a WhatsApp account; `false` where it is left out.
    #[serde(default)]
    whatsapp: bool,
    /// `main` (where it is left out), `emergency`, `appointments`, `pharmacy` or `ambulance`.
    #[schema(example = "main")]
    purpose: Option<String>,
}

/// What one fact of an establishment should be: exactly one of `name`, `type`, `position`, `hours`, `numbers`, `services` and `closed`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SuggestionBody {
    /// The establishment's id.
    #[schema(value_type = String, format = Uuid)]
    pub(super) establishment: EstablishmentId,
    /// Its name.
    #[schema(max_length = 200)]
    name: Option<String>,
    /// What it is.
    #[serde(rename = "type")]
    #[schema(value_type = Option<super::super::views::EstablishmentTypeView>)]
    kind: Option<String>,
    /// Where it is.
    position: Option<PlaceBody>,
    /// When it is open, in OpenStreetMap's language.
    #[schema(max_length = 255, example = "Mo-Fr 07:30-18:00; Sa 08:00-12:00")]
    hours: Option<String>,
    /// All its numbers, in the order in which to try them.
    #[schema(min_items = 1, max_items = 10)]
    numbers: Option<Vec<ListedNumberBody>>,
    /// All that it offers.
    services: Option<Vec<String>>,
    /// That it is closed for good: `true`.
    closed: Option<bool>,
    /// What there is to say beside, for whoever decides.
    #[schema(max_length = 500)]
    pub(super) comment: Option<String>,
}

/// What whoever runs an establishment changes of its entry: at least one of these.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EntryBody {
    /// When it is open, in OpenStreetMap's language.
    #[schema(max_length = 255, example = "Mo-Fr 07:30-18:00; Sa 08:00-12:00")]
    hours: Option<String>,
    /// All its numbers, in the order in which to try them.
    #[schema(min_items = 1, max_items = 10)]
    numbers: Option<Vec<ListedNumberBody>>,
    /// All that it offers.
    services: Option<Vec<String>>,
}

/// Why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WhyBody {
    /// 1 to 300 characters.
    #[schema(min_length = 1, max_length = 300, example = "Ce numéro n'est pas celui de la pharmacie.")]
    pub(super) reason: String,
}

/// Whether something is accepted, and why it is not.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReasonedDecisionBody {
    /// Whether it is.
    accept: bool,
    /// Why it is not, 1 to 300 characters; the author reads it.
    #[schema(max_length = 300)]
    reason: Option<String>,
}

impl ReasonedDecisionBody {
    /// The reason of a refusal, empty where it was forgotten; `None` accepts.
    pub(super) fn refusal(self) -> Option<String> {
        if self.accept { None } else { Some(self.reason.unwrap_or_default()) }
    }
}

impl SuggestionBody {
    /// The one change, for an establishment of a country.
    pub(super) fn change(&self, country: Country) -> ApiResult<Change> {
        let mut changes = Vec::new();
        if let Some(name) = &self.name {
            changes.push(blamed("name", Change::name(name))?);
        }
        if let Some(kind) = &self.kind {
            let kind =
                EstablishmentType::parse(kind).ok_or_else(|| ApiError::field("type", &UNKNOWN_TYPE))?;
            changes.push(Change::Kind(kind));
        }
        if let Some(place) = &self.position {
            let (point, accuracy) = place.read()?;
            changes.push(blamed("position", Change::position(point, accuracy, country))?);
        }
        let facts = (self.hours.as_deref(), self.numbers.as_deref(), self.services.as_deref());
        changes.extend(entry_changes(facts, country)?);
        match self.closed {
            Some(true) => changes.push(Change::Closed),
            Some(false) => return Err(ApiError::field("closed", &INVALID_CHANGE)),
            None => {}
        }
        match (changes.pop(), changes.is_empty()) {
            (Some(change), true) => Ok(change),
            _ => Err(ApiError::new(&INVALID_CHANGE)),
        }
    }
}

impl EntryBody {
    /// The changes, for an establishment of a country.
    pub(super) fn changes(&self, country: Country) -> ApiResult<Vec<Change>> {
        entry_changes((self.hours.as_deref(), self.numbers.as_deref(), self.services.as_deref()), country)
    }
}

type Entry<'a> = (Option<&'a str>, Option<&'a [ListedNumberBody]>, Option<&'a [String]>);

fn entry_changes((hours, numbers, services): Entry<'_>, country: Country) -> ApiResult<Vec<Change>> {
    let mut changes = Vec::new();
    if let Some(hours) = hours {
        changes.push(blamed("hours", Change::hours(hours))?);
    }
    if let Some(list) = numbers {
        // More than fit are not even read.
        let listed = list.iter().take(Change::MAX_NUMBERS + 1).map(|number| listed(number, country));
        changes.push(blamed("numbers", Change::numbers(listed.collect::<ApiResult<_>>()?))?);
    }
    if let Some(list) = services {
        let service =
            |code: &String| Service::parse(code).ok_or_else(|| ApiError::field("services", &UNKNOWN_VALUE));
        changes.push(Change::services(list.iter().map(service).collect::<ApiResult<_>>()?));
    }
    Ok(changes)
}

fn listed(body: &ListedNumberBody, country: Country) -> ApiResult<ListedNumber> {
    let purpose = body.purpose.as_deref().unwrap_or(Purpose::Main.code());
    let purpose = Purpose::parse(purpose).ok_or_else(|| ApiError::field("numbers", &UNKNOWN_VALUE))?;
    blamed("numbers", ListedNumber::read(&body.number, body.whatsapp, purpose, country))
}

/// Blames a field for what the directory refuses of it.
pub(super) fn blamed<T>(field: &'static str, read: Result<T, Error>) -> ApiResult<T> {
    read.map_err(|error| ApiError::field(field, error.code()))
}
