//! Holidays as the house edits them.

use super::{list_views::HolidayView, problems::Editing};
use crate::{
    auth::actor,
    error::{ApiError, ApiResult, Problem},
    extract::{Identity, Json as Body},
    state::State,
};
use actix_web::{
    HttpResponse, delete, put,
    web::{Data, Json, Path},
};
use chrono::NaiveDate;
use diesel::PgConnection;
use serde::Deserialize;
use utoipa::ToSchema;

/// What is celebrated.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct HolidayBody {
    /// In French, 1 to 200 characters.
    #[schema(example = "Fête de la Tabaski")]
    name: String,
    /// Whether it depends on the moon and is not announced yet; `false` where it is left out.
    #[serde(default)]
    estimated: bool,
}

/// Says what is celebrated on a day, in place of what was said before: as soon as a holiday that depends on the moon is announced.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "setHoliday",
    security(("bearer" = [])),
    params(("key" = String, Path, description = "The day", format = Date)),
    request_body = HolidayBody,
    responses((status = 200, description = "The holiday", body = HolidayView), Editing)
)]
#[put("/api/admin/health/holidays/{key}")]
pub(super) async fn set(
    state: Data<State>,
    identity: Identity,
    day: Path<String>,
    body: Body<HolidayBody>,
) -> ApiResult<Json<HolidayView>> {
    let (day, actor) = (date(&day)?, actor(Some(&identity)));
    let shared = state.clone();
    let set = move |conn: &mut PgConnection| {
        identity.confirm(&shared.auth, conn)?;
        shared.directory.set_holiday(conn, day, &body.0.name, body.0.estimated, &actor)?;
        let snapshot = shared.directory.snapshot();
        snapshot.calendar().on(day).map(HolidayView::from).ok_or_else(ApiError::not_found)
    };
    Ok(Json(state.database.run(set).await?))
}

/// Takes a holiday away.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "removeHoliday",
    security(("bearer" = [])),
    params(("key" = String, Path, description = "The day", format = Date)),
    responses(
        (status = 204, description = "It is an ordinary day"),
        (status = 404, description = "It is no holiday: `health.holiday_unknown`", body = Problem, content_type = "application/problem+json"),
        Editing,
    )
)]
#[delete("/api/admin/health/holidays/{key}")]
pub(super) async fn remove(
    state: Data<State>,
    identity: Identity,
    day: Path<String>,
) -> ApiResult<HttpResponse> {
    let (day, actor, directory) = (date(&day)?, actor(Some(&identity)), state.directory.clone());
    state.database.run(move |conn| directory.remove_holiday(conn, day, &actor)).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn date(text: &str) -> ApiResult<NaiveDate> {
    text.parse().map_err(|_| ApiError::not_found())
}
