//! Whom to call now, in an answer that arrives on the last of a data bundle: two kilobytes at most.

use super::{forms::Brief, query::position};
use crate::{
    error::{ApiResult, Problem},
    extract::Query,
    state::State,
};
use actix_web::{
    get,
    web::{Data, Json},
};
use hostolink_geo::Point;
use hostolink_health_directory::{
    Country, EmergencyCategory, EmergencyNumber, EstablishmentType, Filter, Snapshot, Verification, tel_uri,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

/// From where.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PlaceQuery {
    /// `latitude,longitude` in degrees. It is used for the answer and forgotten. Without it: the numbers of the whole country.
    #[param(example = "5.3232,-4.0197")]
    near: Option<String>,
}

/// Whom to call.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EmergencyView {
    /// The country whose numbers these are; `null` where no numbers are known for the position, and 112 is what mobile networks
    /// connect nearly everywhere.
    #[schema(example = "CI")]
    country: Option<&'static str>,
    /// In the order in which to show them.
    numbers: Vec<EmergencyCallView>,
    /// The nearest hospitals with a number to call, at most two, with `id`, `name`, `meters`, `bearing`, `openNow`, `until`, `calls`
    /// and `verified`.
    #[schema(value_type = Vec<Object>)]
    hospitals: Vec<Value>,
}

/// A number to tap.
#[derive(Debug, Serialize, ToSchema)]
struct EmergencyCallView {
    /// Who answers, in French.
    #[schema(example = "SAMU - Service d'aide médicale urgente")]
    service: String,
    /// The link that opens the dialler.
    #[schema(example = "tel:185")]
    tel: String,
    /// Whether the call is free.
    free: Option<bool>,
    /// Whether somebody of the house has checked it.
    verified: bool,
}

/// Where Abidjan is, and how far its own numbers reach, in metres: no source draws their border.
const ABIDJAN: (f64, f64) = (5.3453, -4.0244);
const ABIDJAN_REACHES: f64 = 40_000.0;

/// What somebody in danger calls; the rest can wait for the whole list.
const URGENT: [EmergencyCategory; 4] = [
    EmergencyCategory::FireRescue,
    EmergencyCategory::Medical,
    EmergencyCategory::Police,
    EmergencyCategory::ChildProtection,
];

/// Whom to call in an emergency, here or in the whole country, and the nearest hospitals: two kilobytes at most.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "emergency",
    params(PlaceQuery),
    responses(
        (status = 200, description = "Whom to call", body = EmergencyView),
        (status = 400, description = "The position can't be read: `health.invalid_position`, `health.swapped_position`",
            body = Problem, content_type = "application/problem+json"),
    )
)]
#[get("/api/health/emergency")]
pub(super) async fn emergency(
    state: Data<State>,
    query: Query<PlaceQuery>,
) -> ApiResult<Json<EmergencyView>> {
    let near = query.0.near.as_deref().map(position).transpose()?;
    let snapshot = state.directory.snapshot();
    if near.is_some_and(|near| !Country::COTE_D_IVOIRE.may_hold(near)) {
        let number = EmergencyCallView {
            service: "112".to_owned(),
            tel: "tel:112".to_owned(),
            free: Some(true),
            verified: false,
        };
        return Ok(Json(EmergencyView { country: None, numbers: vec![number], hospitals: Vec::new() }));
    }
    let urgent =
        snapshot.emergency_numbers().iter().filter(|number| is_urgent(number) && reaches(number, near));
    let numbers = urgent.take(MAX_NUMBERS).map(EmergencyCallView::from).collect();
    let hospitals = near.map(|near| hospitals(&snapshot, near, state.clock.now())).unwrap_or_default();
    Ok(Json(EmergencyView { country: Some(Country::COTE_D_IVOIRE.code()), numbers, hospitals }))
}

/// So many fit.
const MAX_NUMBERS: usize = 12;

fn is_urgent(number: &EmergencyNumber) -> bool {
    number.status != Verification::Dead && URGENT.contains(&number.category)
}

/// Whether a number works where somebody is: everywhere, or in Abidjan and they are there.
fn reaches(number: &EmergencyNumber, near: Option<Point>) -> bool {
    let in_abidjan = |near: Point| {
        Point::new(ABIDJAN.0, ABIDJAN.1).is_ok_and(|centre| centre.distance(near) <= ABIDJAN_REACHES)
    };
    number.scope.starts_with("national") || (number.scope == "Abidjan" && near.is_some_and(in_abidjan))
}

fn hospitals(snapshot: &Snapshot, near: Point, now: chrono::DateTime<chrono::Utc>) -> Vec<Value> {
    let filter =
        Filter { kind: Some(EstablishmentType::Hospital), has_number: Some(true), ..Filter::default() };
    let found = snapshot.nearest(near, 2, None, &filter);
    found.iter().map(|near| json!(Brief::new(near, snapshot, now))).collect()
}

impl From<&EmergencyNumber> for EmergencyCallView {
    fn from(number: &EmergencyNumber) -> Self {
        // Nobody reads further while they look for the button.
        const LETTERS: usize = 36;
        Self {
            service: number.service.chars().take(LETTERS).collect(),
            tel: tel_uri(&number.value),
            free: number.free,
            verified: number.status == Verification::Verified,
        }
    }
}
