use super::{
    forms::Form,
    query::{EstablishmentQuery, FilterQuery, Question, polygon},
    views::{EstablishmentPage, EstablishmentView},
};
use crate::{
    error::{ApiError, ApiResult, Problem},
    extract::{self, PageQuery, PathId, Query},
    state::State,
};
use actix_web::{
    HttpResponse, get, post,
    web::{Data, Json},
};
use chrono::{DateTime, Utc};
use hostolink_geo::Position;
use hostolink_health_directory::{INVALID_POLYGON, Snapshot};
use hostolink_kernel::EstablishmentId;
use serde::Deserialize;
use utoipa::ToSchema;

/// Establishments: the nearest to a position, or all by name.
///
/// With `near` they come by great-circle distance, equally far ones by id, and there is one page of up to `limit`.
/// Without it they come by name, a page at a time. `null` is unknown, which is not no. `format=geojson` gives a
/// `FeatureCollection` (`application/geo+json`), `format=brief` only what it takes to choose and call, `format=text` one text
/// message in the alphabet of GSM.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "establishments",
    params(EstablishmentQuery, FilterQuery, PageQuery),
    responses(
        (status = 200, description = "The establishments", body = EstablishmentPage),
        (status = 400, description = "A parameter has not the expected form: `health.invalid_position`, \
            `health.swapped_position`, `health.position_required`, `health.invalid_radius`, `health.invalid_area`, \
            `health.invalid_instant`, `health.invalid_polygon`, `health.polygon_crosses`, `health.place_unknown`, `health.unknown_type`, `health.unknown_value`, `health.unknown_field`, `request.*`",
            body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such area: `health.area_unknown`",
            body = Problem, content_type = "application/problem+json"),
    )
)]
#[get("/api/health/establishments")]
pub(super) async fn establishments(
    state: Data<State>,
    query: Query<EstablishmentQuery>,
    filter: Query<FilterQuery>,
    page: Query<PageQuery>,
) -> ApiResult<HttpResponse> {
    let (snapshot, now) = (state.directory.snapshot(), state.clock.now());
    let (form, filter) = (Form::read(&query.0)?, filter.0.read(now, &snapshot)?);
    let question = query.0.understand(filter, page.0.limit()?, page.0.cursor()?, &snapshot)?;
    answered(&snapshot, form, question, now)
}

fn answered(
    snapshot: &Snapshot,
    form: Form,
    question: Question,
    now: DateTime<Utc>,
) -> ApiResult<HttpResponse> {
    match question {
        Question::Nearest { from, radius, filter, limit } => {
            let found = snapshot.nearest(from.point, limit.count(), radius, &filter);
            Ok(form.nearest(snapshot, &found, now, from.place))
        }
        Question::ByName { after, filter, limit } => {
            form.by_name(snapshot, snapshot.list(&filter, after.as_ref(), limit)?, now)
        }
    }
}

/// An area that somebody drew.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct DrawnArea {
    /// A `Polygon` of GeoJSON (RFC 7946): rings of positions, longitude first; 3 to 200 positions in all.
    #[schema(value_type = Object)]
    polygon: DrawnPolygon,
}

/// A `Polygon` of GeoJSON.
#[derive(Debug, Deserialize)]
struct DrawnPolygon {
    #[serde(rename = "type")]
    kind: String,
    coordinates: Vec<Vec<Position>>,
}

/// Establishments in an area that somebody drew: as `/api/health/establishments` answers, with a polygon in the body, which may have
/// holes.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "establishmentsWithin",
    params(EstablishmentQuery, FilterQuery, PageQuery),
    request_body = DrawnArea,
    responses(
        (status = 200, description = "The establishments", body = EstablishmentPage),
        (status = 400, description = "The polygon or a parameter has not the expected form: `health.invalid_polygon`, \
            `health.polygon_crosses`, and those of `/api/health/establishments`",
            body = Problem, content_type = "application/problem+json"),
    )
)]
#[post("/api/health/establishments/within")]
pub(super) async fn within(
    state: Data<State>,
    query: Query<EstablishmentQuery>,
    filter: Query<FilterQuery>,
    page: Query<PageQuery>,
    drawn: extract::Json<DrawnArea>,
) -> ApiResult<HttpResponse> {
    let (snapshot, now, drawn) = (state.directory.snapshot(), state.clock.now(), drawn.0.polygon);
    let (form, mut filter) = (Form::read(&query.0)?, filter.0.read(now, &snapshot)?);
    if drawn.kind != "Polygon" || filter.polygon.is_some() {
        return Err(ApiError::field("polygon", &INVALID_POLYGON));
    }
    filter.polygon = Some(polygon(&drawn.coordinates)?);
    let question = query.0.understand(filter, page.0.limit()?, page.0.cursor()?, &snapshot)?;
    answered(&snapshot, form, question, now)
}

/// One establishment.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "establishment",
    params(("id" = String, Path, description = "The establishment's id", format = Uuid)),
    responses(
        (status = 200, description = "The establishment", body = EstablishmentView),
        (status = 404, description = "There is none with this id: `health.establishment_not_found`",
            body = Problem, content_type = "application/problem+json"),
    )
)]
#[get("/api/health/establishments/{id}")]
pub(super) async fn establishment(
    state: Data<State>,
    id: PathId<EstablishmentId>,
) -> ApiResult<Json<EstablishmentView>> {
    let snapshot = state.directory.snapshot();
    Ok(Json(EstablishmentView::new(snapshot.get(id.0)?, &snapshot, state.clock.now())))
}
