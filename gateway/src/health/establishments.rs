use super::{
    query::{EstablishmentQuery, Question},
    views::{EstablishmentPage, EstablishmentView},
};
use crate::{
    error::{ApiResult, Problem},
    extract::{PageQuery, PathId, Query},
    state::State,
};
use actix_web::{
    get,
    web::{Data, Json},
};
use hostolink_kernel::EstablishmentId;

/// Establishments: the nearest to a position, or all by name.
///
/// With `near` they come by great-circle distance, equally far ones by id, and there is one page of up to `limit`.
/// Without it they come by name, a page at a time. `null` is unknown, which is not no.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "establishments",
    params(EstablishmentQuery, PageQuery),
    responses(
        (status = 200, description = "The establishments", body = EstablishmentPage),
        (status = 400, description = "A parameter has not the expected form: `health.invalid_position`, \
            `health.swapped_position`, `health.invalid_radius`, `health.unknown_type`, `request.*`",
            body = Problem, content_type = "application/problem+json"),
    )
)]
#[get("/api/health/establishments")]
pub(super) async fn establishments(
    state: Data<State>,
    query: Query<EstablishmentQuery>,
    page: Query<PageQuery>,
) -> ApiResult<Json<EstablishmentPage>> {
    let (snapshot, now) = (state.directory.snapshot(), state.clock.now());
    Ok(Json(match query.0.understand(page.0.limit()?, page.0.cursor()?)? {
        Question::Nearest { from, radius, filter, limit } => {
            EstablishmentPage::nearest(&snapshot.nearest(from, limit.count(), radius, &filter), now)
        }
        Question::ByName { after, filter, limit } => {
            EstablishmentPage::by_name(snapshot.list(&filter, after.as_ref(), limit)?, now)
        }
    }))
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
    Ok(Json(EstablishmentView::new(snapshot.get(id.0)?, state.clock.now())))
}
