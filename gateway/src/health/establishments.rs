use super::{
    forms::Form,
    query::{EstablishmentQuery, FilterQuery, Question},
    views::{EstablishmentPage, EstablishmentView},
};
use crate::{
    error::{ApiResult, Problem},
    extract::{PageQuery, PathId, Query},
    state::State,
};
use actix_web::{
    HttpResponse, get,
    web::{Data, Json},
};
use hostolink_kernel::EstablishmentId;

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
            `health.invalid_instant`, `health.unknown_type`, `health.unknown_value`, `health.unknown_field`, `request.*`",
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
    let (form, filter) = (Form::read(&query.0)?, filter.0.read(now)?);
    match query.0.understand(filter, page.0.limit()?, page.0.cursor()?)? {
        Question::Nearest { from, radius, filter, limit } => {
            Ok(form.nearest(&snapshot, &snapshot.nearest(from, limit.count(), radius, &filter), now))
        }
        Question::ByName { after, filter, limit } => {
            form.by_name(&snapshot, snapshot.list(&filter, after.as_ref(), limit)?, now)
        }
    }
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
