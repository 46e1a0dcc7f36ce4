//! Where somebody is, in degrees or in words.

use super::query::position;
use crate::{
    error::{ApiError, ApiResult, Problem},
    extract::{PageQuery, Query},
    state::State,
};
use actix_web::{
    get,
    web::{Data, Json},
};
use hostolink_geo::Point;
use hostolink_health_directory::{PLACE_UNKNOWN, Place, SEARCH_REQUIRED, Snapshot};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// The longest name that is looked up, in characters.
const MAX_NAME: usize = 100;
/// How many places of one name are told beside the one that was chosen.
const OTHERS: usize = 5;

/// What somebody types.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PlacesQuery {
    /// The name, cut or mistyped, and what the place is near to.
    #[param(value_type = String, min_length = 1, max_length = 100, example = "Yopougon Maroc")]
    q: Option<String>,
    /// `latitude,longitude` in degrees: of what fits as well the nearest comes first.
    #[param(example = "5.3232,-4.0197")]
    near: Option<String>,
}

/// The places that a name may mean.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PlaceList {
    /// The likeliest first.
    items: Vec<PlaceView>,
}

/// A place by name.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PlaceView {
    /// The source's own id.
    #[schema(example = "node/2596945597")]
    id: String,
    /// Its name.
    #[schema(example = "Quartier Maroc")]
    name: String,
    /// `city`, `town`, `suburb`, `neighbourhood`, `village`, `hamlet` or `locality`.
    kind: &'static str,
    /// The larger place that it is near to.
    #[schema(example = "Yopougon")]
    within: Option<String>,
    /// North of the equator, in degrees.
    latitude: f64,
    /// East of Greenwich, in degrees.
    longitude: f64,
    /// How many people live there, where the source says.
    population: Option<i32>,
    /// The source's code; `/api/health/sources` has its attribution.
    #[schema(example = "osm-places")]
    source: String,
}

/// How the name of a place was understood.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PlaceChoice {
    /// The place that the answer is seen from.
    chosen: PlaceView,
    /// Others that the name fits as well, the likeliest first; at most five.
    others: Vec<PlaceView>,
}

/// Where a question is asked from.
#[derive(Debug)]
pub(super) struct Here {
    pub(super) point: Point,
    /// The place, where it was named.
    pub(super) place: Option<PlaceChoice>,
}

impl Here {
    /// Reads `latitude,longitude`, or looks up the name of a place.
    pub(super) fn read(text: &str, snapshot: &Snapshot) -> Result<Self, ApiError> {
        match position(text) {
            Ok(point) => return Ok(Self { point, place: None }),
            Err(refusal) if !is_name(text) => return Err(refusal),
            Err(_) => {}
        }
        let found = snapshot.gazetteer().find(text, None, 1 + OTHERS);
        let first = found.first().ok_or_else(|| ApiError::field("near", &PLACE_UNKNOWN))?;
        let others = found[1..].iter().filter(|other| other.misfit == first.misfit);
        let others = others.map(|other| PlaceView::from(other.place)).collect();
        Ok(Self { point: first.place.point, place: Some(PlaceChoice { chosen: first.place.into(), others }) })
    }
}

/// Whether a text is words, and not two numbers that are no position (`NaN,inf`).
fn is_name(text: &str) -> bool {
    let is_number = |text: &str| text.trim().parse::<f64>().is_ok();
    let numbers = text.split_once(',').is_some_and(|(a, b)| is_number(a) && is_number(b));
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    !numbers && letters >= 2 && text.chars().count() <= MAX_NAME
}

impl From<&Place> for PlaceView {
    fn from(place: &Place) -> Self {
        Self {
            id: place.id.clone(),
            name: place.name.clone(),
            kind: place.kind.code(),
            within: place.within.clone(),
            latitude: place.point.latitude(),
            longitude: place.point.longitude(),
            population: place.population,
            source: place.source.clone(),
        }
    }
}

/// Places by what somebody types, the likeliest first: each word is one of the place's name or of what is around it (`Yopougon Maroc`),
/// cut or with a typing error.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "places",
    params(PlacesQuery, PageQuery),
    responses(
        (status = 200, description = "The places", body = PlaceList),
        (status = 400, description = "A parameter has not the expected form: `health.search_required`, `health.invalid_position`, `request.*`",
            body = Problem, content_type = "application/problem+json"),
    )
)]
#[get("/api/health/places")]
pub(super) async fn find(
    state: Data<State>,
    query: Query<PlacesQuery>,
    page: Query<PageQuery>,
) -> ApiResult<Json<PlaceList>> {
    let readable = |q: &&str| q.chars().count() <= MAX_NAME && q.chars().any(char::is_alphanumeric);
    let words = query.0.q.as_deref().filter(readable);
    let words = words.ok_or_else(|| ApiError::field("q", &SEARCH_REQUIRED))?;
    let near = query.0.near.as_deref().map(position).transpose()?;
    let snapshot = state.directory.snapshot();
    let found = snapshot.gazetteer().find(words, near, page.0.limit()?.count());
    Ok(Json(PlaceList { items: found.into_iter().map(|found| found.place.into()).collect() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_are_no_position_are_no_name_either() {
        for name in ["Abidjan", "Yopougon, Maroc", "N'Dotré", "PK 18", "Koko 2"] {
            assert!(is_name(name), "{name}");
        }
        for none in ["", "5.33", "5.33,-4.02", "NaN,-4.02", "5.33,inf", "0x10,0", "5,33,-4,02", "x"] {
            assert!(!is_name(none), "{none}");
        }
        assert!(!is_name(&"a".repeat(101)));
    }
}
