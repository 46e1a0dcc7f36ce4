//! Lists of pharmacies on duty as the house brings them, checks them and publishes them.

use super::problems::Editing;
use crate::{
    auth::actor,
    error::{ApiError, ApiResult, Problem, TOO_LARGE},
    extract::{Identity, Json as Body, PathId, Query},
    state::State,
};
use actix_web::{
    HttpResponse, delete, get, post, put,
    web::{Bytes, Data, Json},
};
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use hostolink_health_directory::{Duty, INVALID_ROTA, NewRota, Notes, Refusal, Rota, RotaState};
use hostolink_kernel::EstablishmentId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Of when a list is, and whose.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct RotaQuery {
    /// The first day.
    #[param(value_type = String, example = "2026-11-21")]
    from: Option<String>,
    /// The first day after it, at most 31 later: lists change on Saturdays.
    #[param(value_type = String, example = "2026-11-28")]
    until: Option<String>,
    /// Who published it.
    #[param(value_type = String, example = "UNPPCI, novembre 2026")]
    source: Option<String>,
}

impl RotaQuery {
    fn read(self) -> ApiResult<NewRota> {
        let day = |field: &'static str, text: Option<String>| {
            let day = text.and_then(|text| text.parse().ok());
            day.ok_or_else(|| ApiError::field(field, &INVALID_ROTA))
        };
        let source = self.source.ok_or_else(|| ApiError::field("source", &INVALID_ROTA))?;
        Ok(NewRota { from: day("from", self.from)?, until: day("until", self.until)?, source })
    }
}

/// A list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RotaView {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    id: Uuid,
    /// From when.
    from: DateTime<Utc>,
    /// Until when.
    until: DateTime<Utc>,
    /// Who published it.
    source: String,
    /// `draft`, `published` or `withdrawn`.
    state: &'static str,
    /// The pharmacies, by area and name.
    items: Vec<DutyAssignmentView>,
    /// The lines of the file that were not taken, the first thousand; only in the answer to the import.
    refused: Vec<RefusedRotaLine>,
}

/// A pharmacy of a list, and which establishment it is.
#[derive(Debug, Serialize, ToSchema)]
struct DutyAssignmentView {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    id: Uuid,
    /// The town or quarter.
    area: String,
    /// Its name.
    name: String,
    /// How to find it.
    address: Option<String>,
    /// Its numbers.
    numbers: Vec<String>,
    /// The establishment; `null` while nobody knows.
    #[schema(value_type = Option<String>, format = Uuid)]
    establishment: Option<EstablishmentId>,
}

/// A line that was not taken.
#[derive(Debug, Serialize, ToSchema)]
struct RefusedRotaLine {
    /// Its number in the file, from 1.
    line: u64,
    /// Why, in English.
    reason: String,
}

/// Which establishment a pharmacy is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DutyAssignmentBody {
    /// Its id, or `null` where nobody knows.
    #[schema(value_type = Option<String>, format = Uuid)]
    establishment: Option<EstablishmentId>,
}

impl RotaView {
    fn new(rota: Rota, refused: Notes<Refusal>) -> Self {
        let refused = refused.lines.into_iter();
        Self {
            id: rota.id,
            from: rota.from,
            until: rota.until,
            source: rota.source,
            state: rota.state.code(),
            items: rota.duties.into_iter().map(DutyAssignmentView::from).collect(),
            refused: refused.map(|(line, why)| RefusedRotaLine { line, reason: why.to_string() }).collect(),
        }
    }
}

impl From<Rota> for RotaView {
    fn from(rota: Rota) -> Self {
        Self::new(rota, Notes::default())
    }
}

impl From<Duty> for DutyAssignmentView {
    fn from(duty: Duty) -> Self {
        let Duty { id, area, name, address, numbers, establishment } = duty;
        Self { id, area, name, address, numbers, establishment }
    }
}

/// Brings a list of pharmacies on duty as a draft: CSV with the columns `area,name,address,phones`, at most 64 KiB. Pharmacies whose
/// name only one of the directory has are proposed to be that one: check them, then publish the list.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "importRota",
    security(("bearer" = [])),
    params(RotaQuery),
    request_body(content = String, content_type = "text/csv"),
    responses((status = 201, description = "The draft, and the lines that were not taken", body = RotaView), Editing)
)]
#[post("/api/admin/health/duty-rotas")]
pub(super) async fn import(
    state: Data<State>,
    identity: Identity,
    query: Query<RotaQuery>,
    file: Result<Bytes, actix_web::Error>,
) -> ApiResult<HttpResponse> {
    let (new, file) = (query.0.read()?, file.map_err(|_| ApiError::new(&TOO_LARGE))?);
    let (shared, actor) = (state.clone(), actor(Some(&identity)));
    let import = move |conn: &mut PgConnection| {
        identity.confirm(&shared.auth, conn)?;
        Ok::<_, ApiError>(shared.directory.import_rota(conn, &new, &file, &actor)?)
    };
    let (rota, refused) = state.database.run(import).await?;
    Ok(HttpResponse::Created().json(RotaView::new(rota, refused)))
}

/// A list, to be checked.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "rota",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The list's id", format = Uuid)),
    responses(
        (status = 200, description = "The list", body = RotaView),
        (status = 404, description = "There is no such list: `health.rota_unknown`", body = Problem, content_type = "application/problem+json"),
        Editing,
    )
)]
#[get("/api/admin/health/duty-rotas/{id}")]
pub(super) async fn one(state: Data<State>, id: PathId<Uuid>) -> ApiResult<Json<RotaView>> {
    let directory = state.directory.clone();
    Ok(Json(state.database.run(move |conn| directory.rota(conn, id.0)).await?.into()))
}

/// Says which establishment a pharmacy of a list is, or that nobody knows.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "assignDuty",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The id of the pharmacy in its list", format = Uuid)),
    request_body = DutyAssignmentBody,
    responses(
        (status = 204, description = "It is noted, and seen at once"),
        (status = 404, description = "There is no such pharmacy or establishment: `health.duty_unknown`, `health.establishment_not_found`",
            body = Problem, content_type = "application/problem+json"),
        Editing,
    )
)]
#[put("/api/admin/health/duties/{id}")]
pub(super) async fn assign(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
    body: Body<DutyAssignmentBody>,
) -> ApiResult<HttpResponse> {
    let (shared, actor) = (state.clone(), actor(Some(&identity)));
    let assign = move |conn: &mut PgConnection| {
        identity.confirm(&shared.auth, conn)?;
        Ok::<_, ApiError>(shared.directory.assign_duty(conn, id.0, body.0.establishment, &actor)?)
    };
    state.database.run(assign).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Publishes a list: from its first day on, everybody sees who is on duty.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "publishRota",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The list's id", format = Uuid)),
    responses(
        (status = 200, description = "The list", body = RotaView),
        (status = 404, description = "There is no such list: `health.rota_unknown`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It was withdrawn: `health.rota_withdrawn`", body = Problem, content_type = "application/problem+json"),
        Editing,
    )
)]
#[post("/api/admin/health/duty-rotas/{id}/publish")]
pub(super) async fn publish(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
) -> ApiResult<Json<RotaView>> {
    set(&state, &identity, id.0, RotaState::Published).await
}

/// Takes a list back for good: it was wrong, or another takes its place.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "withdrawRota",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The list's id", format = Uuid)),
    responses(
        (status = 200, description = "The list", body = RotaView),
        (status = 404, description = "There is no such list: `health.rota_unknown`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It was withdrawn already: `health.rota_withdrawn`", body = Problem, content_type = "application/problem+json"),
        Editing,
    )
)]
#[delete("/api/admin/health/duty-rotas/{id}")]
pub(super) async fn withdraw(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
) -> ApiResult<Json<RotaView>> {
    set(&state, &identity, id.0, RotaState::Withdrawn).await
}

async fn set(state: &State, identity: &Identity, id: Uuid, wanted: RotaState) -> ApiResult<Json<RotaView>> {
    let (directory, actor) = (state.directory.clone(), actor(Some(identity)));
    let set = move |conn: &mut PgConnection| directory.set_rota_state(conn, id, wanted, &actor);
    Ok(Json(state.database.run(set).await?.into()))
}
