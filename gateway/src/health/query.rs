//! What may be asked of the directory.

use super::places::Here;
use crate::error::{ApiError, INVALID_CURSOR, INVALID_FIELD};
use chrono::{DateTime, Utc};
use hostolink_geo::{InvalidPolygon, Point, Polygon, Position};
use hostolink_health_directory::{
    AREA_UNKNOWN, Country, EstablishmentType, Filter, INVALID_AREA, INVALID_INSTANT, INVALID_POLYGON,
    INVALID_POSITION, INVALID_RADIUS, Level, OpenAt, Ownership, POLYGON_CROSSES, POSITION_REQUIRED,
    SWAPPED_POSITION, Service, Snapshot, UNKNOWN_TYPE, UNKNOWN_VALUE,
};
use hostolink_kernel::{Cursor, ErrorCode, Limit};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;

/// Which establishments. Every part that is given must hold; what is unknown of one fulfils neither yes nor no.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase")]
pub(super) struct FilterQuery {
    /// Only this type.
    #[serde(rename = "type")]
    #[param(value_type = Option<super::views::EstablishmentTypeView>)]
    kind: Option<String>,
    /// Only this level of the health pyramid: `primary`, `general_hospital`, `regional_hospital` or `university_hospital`.
    level: Option<String>,
    /// Only those run by such: `public`, `private`, `religious`, `community` or `ngo`.
    ownership: Option<String>,
    /// Whether they take emergencies.
    #[param(value_type = Option<bool>)]
    emergency: Option<String>,
    /// Whether they give out medicines.
    #[param(value_type = Option<bool>)]
    dispensing: Option<String>,
    /// Whether a wheelchair gets in everywhere.
    #[param(value_type = Option<bool>)]
    wheelchair: Option<String>,
    /// Only those known to offer this, or all of several with commas between: `dispensary`, `maternity`, `laboratory`, `imaging`,
    /// `surgery`, `pharmacy`, `vaccination`, `dentistry`, `paediatrics`, `dialysis`, `ambulance` or `blood_bank`. A dentist, a pharmacy,
    /// a laboratory, a maternity home and a blood bank offer what they are.
    #[param(example = "maternity")]
    service: Option<String>,
    /// Whether there is a number to call that is not dead.
    #[param(value_type = Option<bool>)]
    has_number: Option<String>,
    /// `yes`: known to be open. `possible`: open, or nobody knows.
    #[param(example = "yes")]
    open: Option<String>,
    /// At this instant (RFC 3339) in place of now; goes with `open`.
    #[param(example = "2026-11-20T22:00:00Z")]
    open_at: Option<String>,
    /// Only within `west,south,east,north`, in degrees, edges included.
    #[param(example = "-4.2,5.2,-3.8,5.5")]
    bbox: Option<String>,
    /// Only in this region or sub-prefecture, by its code; `/api/health/areas` lists them.
    #[param(max_length = 16, example = "CI01")]
    area: Option<String>,
    /// Only within these points, `longitude,latitude` in degrees with spaces between, edges included: 3 to 200 of them. The line goes
    /// over the antimeridian where that is shorter; round the globe, it holds the pole on its left.
    #[param(example = "-4.1,5.2 -3.9,5.2 -4.0,5.4")]
    polygon: Option<String>,
}

/// From where, and in which form.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct EstablishmentQuery {
    /// `latitude,longitude` in degrees, or the name of a place (`Yopougon Maroc`): the nearest come first, with their distance. It
    /// is used for the answer and forgotten.
    #[param(max_length = 100, example = "5.3232,-4.0197")]
    pub(super) near: Option<String>,
    /// At most so many metres from `near`.
    #[param(value_type = Option<f64>, minimum = 0, example = 5000)]
    radius: Option<String>,
    /// Only those with a word in their name that starts so. Accents, case and apostrophes don't matter.
    #[param(max_length = 100, example = "cocody")]
    search: Option<String>,
    /// `json`, `geojson`, `brief` (three fit in a kilobyte) or `text` (a text message of three); the last two go with `near`.
    pub(super) format: Option<String>,
    /// Only these fields of each, with commas between; goes with `json`.
    #[param(example = "name,distanceMeters,numbers")]
    pub(super) fields: Option<String>,
}

/// A question as it was understood.
#[derive(Debug)]
pub(super) enum Question {
    /// The nearest of them.
    Nearest { from: Here, radius: Option<f64>, filter: Filter, limit: Limit },
    /// A page of them by name.
    ByName { after: Option<Cursor>, filter: Filter, limit: Limit },
}

impl EstablishmentQuery {
    /// Reads the question; each wrong field is blamed by its name.
    pub(super) fn understand(
        &self,
        mut filter: Filter,
        limit: Limit,
        cursor: Option<Cursor>,
        snapshot: &Snapshot,
    ) -> Result<Question, ApiError> {
        filter.search = self.search()?;
        let radius = self.radius.as_deref().map(radius).transpose()?;
        match (&self.near, cursor, radius) {
            (Some(_), Some(_), _) => Err(ApiError::field("cursor", &INVALID_CURSOR)),
            (Some(near), None, radius) => {
                Ok(Question::Nearest { from: Here::read(near, snapshot)?, radius, filter, limit })
            }
            (None, _, Some(_)) => Err(ApiError::field("radius", &INVALID_RADIUS)),
            (None, after, None) => Ok(Question::ByName { after, filter, limit }),
        }
    }

    fn search(&self) -> Result<Option<String>, ApiError> {
        match &self.search {
            Some(text) if text.chars().count() > 100 => Err(ApiError::field("search", &INVALID_FIELD)),
            search => Ok(search.clone()),
        }
    }
}

impl FilterQuery {
    /// Reads the filter; each wrong field is blamed by its name.
    pub(super) fn read(&self, now: DateTime<Utc>, snapshot: &Snapshot) -> Result<Filter, ApiError> {
        Ok(Filter {
            kind: value("type", self.kind.as_deref(), EstablishmentType::parse, &UNKNOWN_TYPE)?,
            level: value("level", self.level.as_deref(), Level::parse, &UNKNOWN_VALUE)?,
            ownership: value("ownership", self.ownership.as_deref(), Ownership::parse, &UNKNOWN_VALUE)?,
            emergency: value("emergency", self.emergency.as_deref(), yes_or_no, &UNKNOWN_VALUE)?,
            dispensing: value("dispensing", self.dispensing.as_deref(), yes_or_no, &UNKNOWN_VALUE)?,
            wheelchair: value("wheelchair", self.wheelchair.as_deref(), yes_or_no, &UNKNOWN_VALUE)?,
            services: value("service", self.service.as_deref(), services, &UNKNOWN_VALUE)?
                .unwrap_or_default(),
            has_number: value("hasNumber", self.has_number.as_deref(), yes_or_no, &UNKNOWN_VALUE)?,
            open: self.open(now)?,
            area: value("bbox", self.bbox.as_deref(), |text| text.parse().ok(), &INVALID_AREA)?,
            areas: self.area(snapshot)?,
            polygon: self.polygon.as_deref().map(drawn).transpose()?,
            ..Filter::default()
        })
    }

    fn area(&self, snapshot: &Snapshot) -> Result<Option<Vec<String>>, ApiError> {
        match &self.area {
            Some(code) if snapshot.areas().find(code).is_none() => {
                Err(ApiError::field("area", &AREA_UNKNOWN))
            }
            area => Ok(area.clone().map(|code| vec![code])),
        }
    }

    fn open(&self, now: DateTime<Utc>) -> Result<Option<OpenAt>, ApiError> {
        let or_unknown = |text: &str| match text {
            "yes" => Some(false),
            "possible" => Some(true),
            _ => None,
        };
        let at = value("openAt", self.open_at.as_deref(), instant, &INVALID_INSTANT)?;
        match (value("open", self.open.as_deref(), or_unknown, &UNKNOWN_VALUE)?, at) {
            (None, Some(_)) => Err(ApiError::field("openAt", &INVALID_INSTANT)),
            (open, at) => Ok(open.map(|or_unknown| OpenAt { at: at.unwrap_or(now), or_unknown })),
        }
    }
}

/// Reads one parameter, and blames it where it can't be read.
pub(super) fn value<T>(
    field: &'static str,
    text: Option<&str>,
    read: impl Fn(&str) -> Option<T>,
    code: &'static ErrorCode,
) -> Result<Option<T>, ApiError> {
    text.map(|text| read(text).ok_or_else(|| ApiError::field(field, code))).transpose()
}

/// A polygon drawn by its points, of at most so many.
fn drawn(text: &str) -> Result<Arc<Polygon>, ApiError> {
    let point = |text: &str| -> Option<Position> {
        let (longitude, latitude) = text.split_once(',')?;
        Some([longitude.parse().ok()?, latitude.parse().ok()?])
    };
    let points: Option<Vec<Position>> = text.split_whitespace().map(point).collect();
    polygon(&[points.ok_or_else(|| ApiError::field("polygon", &INVALID_POLYGON))?])
}

/// The most points that somebody draws by hand.
const MAX_DRAWN: usize = 200;

pub(super) fn polygon(rings: &[Vec<Position>]) -> Result<Arc<Polygon>, ApiError> {
    let few = rings.iter().map(Vec::len).sum::<usize>() <= MAX_DRAWN;
    let polygon = if few { Polygon::new(rings) } else { Err(InvalidPolygon::TooManyPoints) };
    polygon.map(Arc::new).map_err(|error| match error {
        InvalidPolygon::SelfCrossing => ApiError::field("polygon", &POLYGON_CROSSES),
        _ => ApiError::field("polygon", &INVALID_POLYGON),
    })
}

/// Services with commas between, each once.
fn services(text: &str) -> Option<Vec<Service>> {
    let mut services = text.split(',').map(Service::parse).collect::<Option<Vec<_>>>()?;
    services.sort_unstable();
    services.dedup();
    Some(services)
}

fn yes_or_no(text: &str) -> Option<bool> {
    text.parse().ok()
}

pub(super) fn instant(text: &str) -> Option<DateTime<Utc>> {
    // A plus that nobody encoded arrives as a space.
    DateTime::parse_from_rfc3339(&text.replace(' ', "+")).ok().map(|instant| instant.to_utc())
}

/// The position of `near`, where one must be given.
pub(super) fn required_position(text: Option<&str>) -> Result<Point, ApiError> {
    position(text.ok_or_else(|| ApiError::field("near", &POSITION_REQUIRED))?)
}

pub(super) fn position(text: &str) -> Result<Point, ApiError> {
    let point: Point = text.parse().map_err(|_| ApiError::field("near", &INVALID_POSITION))?;
    // Swapped, Abidjan lies in the Gulf of Guinea: an answer 1,500 km away would help nobody.
    if Country::COTE_D_IVOIRE.seems_swapped(point) {
        return Err(ApiError::field("near", &SWAPPED_POSITION));
    }
    Ok(point)
}

fn radius(text: &str) -> Result<f64, ApiError> {
    match text.parse::<f64>() {
        Ok(metres) if metres.is_finite() && metres >= 0.0 => Ok(metres),
        _ => Err(ApiError::field("radius", &INVALID_RADIUS)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_are_read_each_once_and_unknown_ones_refused() {
        assert_eq!(services("imaging,surgery,imaging"), Some(vec![Service::Imaging, Service::Surgery]));
        assert_eq!(services(&("dialysis,".repeat(5_000) + "dialysis")), Some(vec![Service::Dialysis]));
        for wrong in ["", ",", "surgery,", "Surgery", "surgery;imaging", "surgery, imaging", "magic"] {
            assert_eq!(services(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn the_description_names_the_services_that_there_are() {
        let described = serde_json::to_value(FilterQuery::into_params(|| None)).unwrap();
        let service = described.as_array().unwrap().iter().find(|known| known["name"] == "service").unwrap();
        let text = service["description"].as_str().unwrap();
        for service in Service::ALL {
            assert!(text.contains(&format!("`{}`", service.code())), "{service:?} is not in {text}");
        }
    }
}
