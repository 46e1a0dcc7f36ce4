use crate::{
    error::{ApiError, ApiResult},
    state::State,
};
use actix_web::{
    HttpResponse, get,
    web::{Data, Json},
};
use diesel::RunQueryDsl;
use serde::Serialize;
use std::time::Duration;
use utoipa::ToSchema;

/// One word on the program's state.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Health {
    /// `ok`.
    #[schema(example = "ok")]
    status: &'static str,
}

/// How long a probe waits for the database: less than the load balancer waits for the probe.
const PROMPTLY: Duration = Duration::from_secs(2);

const OK: Health = Health { status: "ok" };

/// Whether the program runs. Asks nothing else.
#[utoipa::path(tag = "Program", operation_id = "live", responses((status = 200, description = "It runs", body = Health)))]
#[get("/health/live")]
pub(super) async fn live() -> HttpResponse {
    HttpResponse::Ok().json(OK)
}

/// Whether the program can serve: the database answers and the directory is loaded.
#[utoipa::path(tag = "Program", operation_id = "ready", responses(
    (status = 200, description = "It serves", body = Health),
    (status = 503, description = "Not now", body = crate::error::Problem, content_type = "application/problem+json"),
))]
#[get("/health/ready")]
pub(super) async fn ready(state: Data<State>) -> ApiResult<Json<Health>> {
    let ping = |conn: &mut diesel::PgConnection| {
        diesel::sql_query("SELECT 1").execute(conn).map_err(hostolink_database::Error::from)
    };
    let answer = tokio::time::timeout(PROMPTLY, state.database.run(ping)).await;
    answer.unwrap_or(Err(hostolink_database::Error::PoolTimeout)).map_err(|error| {
        tracing::warn!(%error, "not ready: the database does not answer");
        ApiError::from(hostolink_database::Error::PoolTimeout)
    })?;
    Ok(Json(OK))
}
