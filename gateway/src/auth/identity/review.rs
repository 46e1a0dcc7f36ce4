//! What reviewers see and say.

use super::{
    PathKind,
    views::{ApplicationView, QueuePage, RefuseBody, StateQuery, SummaryView},
};
use crate::{
    auth::{actor, problems::Administering},
    error::{ApiError, ApiResult, Problem},
    extract::{Identity, Json as Body, PageQuery, PathId, Query},
    state::State,
};
use actix_web::{
    HttpResponse, get,
    http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, X_CONTENT_TYPE_OPTIONS},
    post,
    web::{Data, Json},
};
use hostolink_auth::Error;
use hostolink_kernel::VerificationId;
use hostolink_media::Picture;

/// Applications, the oldest first: nothing personal.
#[utoipa::path(
    tag = "Identity",
    operation_id = "identityVerifications",
    security(("bearer" = [])),
    params(StateQuery, PageQuery),
    responses((status = 200, description = "A page of applications", body = QueuePage), Administering)
)]
#[get("/api/admin/identity-verifications")]
pub(super) async fn queue(
    state: Data<State>,
    identity: Identity,
    wanted: Query<StateQuery>,
    page: Query<PageQuery>,
) -> ApiResult<Json<QueuePage>> {
    let queue = wanted.0.queue(page.0.cursor()?, page.0.limit()?)?;
    let (auth, actor) = (state.auth.clone(), actor(Some(&identity)));
    let page = state.database.run(move |conn| auth.identity_queue(conn, &queue, &actor)).await?;
    Ok(Json(page.into()))
}

/// One application with all that stands in it. The look is in the log.
#[utoipa::path(
    tag = "Identity",
    operation_id = "identityApplication",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "Which")),
    responses(
        (status = 200, description = "The application", body = ApplicationView),
        (status = 404, description = "There is no such application", body = Problem, content_type = "application/problem+json"),
        Administering,
    )
)]
#[get("/api/admin/identity-verifications/{id}")]
pub(super) async fn one(
    state: Data<State>,
    identity: Identity,
    id: PathId<VerificationId>,
) -> ApiResult<Json<ApplicationView>> {
    let (auth, actor) = (state.auth.clone(), actor(Some(&identity)));
    let look = move |conn: &mut _| auth.identity_application(conn, id.0, &actor);
    Ok(Json(state.database.run(look).await.map_err(unknown)?.into()))
}

/// One picture. The look is in the log, and nobody between us and the reviewer keeps it.
#[utoipa::path(
    tag = "Identity",
    operation_id = "identityApplicationFile",
    security(("bearer" = [])),
    params(
        ("id" = String, Path, description = "Of which application"),
        ("kind" = String, Path, description = "`front`, `back` or `selfie`"),
    ),
    responses(
        (status = 200, description = "The picture", body = Vec<u8>, content_type = "image/jpeg"),
        (status = 404, description = "There is no such picture", body = Problem, content_type = "application/problem+json"),
        Administering,
    )
)]
#[get("/api/admin/identity-verifications/{id}/files/{kind}")]
pub(super) async fn file(
    state: Data<State>,
    identity: Identity,
    id: PathId<VerificationId>,
    kind: PathKind,
) -> ApiResult<HttpResponse> {
    let (auth, actor) = (state.auth.clone(), actor(Some(&identity)));
    let look = move |conn: &mut _| auth.identity_file(conn, id.0, kind.0, &actor);
    let file = state.database.run(look).await.map_err(unknown)?;
    let name = format!("attachment; filename=\"{}.jpg\"", kind.0.as_str());
    Ok(HttpResponse::Ok()
        .content_type(Picture::MEDIA_TYPE)
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((CONTENT_DISPOSITION, name))
        .body(file))
}

/// Speaks for an application. The first word moves it to `in_review`, a second one, of another reviewer, accepts it.
#[utoipa::path(
    tag = "Identity",
    operation_id = "acceptIdentity",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "Which")),
    responses(
        (status = 200, description = "As it is now", body = SummaryView),
        (status = 404, description = "There is no such application", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Answered already, the same reviewer again, or the document is another's: `auth.identity_state`, `auth.identity_second_reviewer`, `auth.document_taken`", body = Problem, content_type = "application/problem+json"),
        Administering,
    )
)]
#[post("/api/admin/identity-verifications/{id}/accept")]
pub(super) async fn accept(
    state: Data<State>,
    identity: Identity,
    id: PathId<VerificationId>,
) -> ApiResult<Json<SummaryView>> {
    let (auth, actor) = (state.auth.clone(), actor(Some(&identity)));
    let accept = move |conn: &mut _| auth.accept_identity(conn, id.0, &actor);
    Ok(Json(state.database.run(accept).await.map_err(unknown)?.into()))
}

/// Refuses an application. One reviewer is enough; the applicant reads the reason and may send another.
#[utoipa::path(
    tag = "Identity",
    operation_id = "refuseIdentity",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "Which")),
    request_body = RefuseBody,
    responses(
        (status = 200, description = "As it is now", body = SummaryView),
        (status = 404, description = "There is no such application", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Answered already: `auth.identity_state`", body = Problem, content_type = "application/problem+json"),
        Administering,
    )
)]
#[post("/api/admin/identity-verifications/{id}/refuse")]
pub(super) async fn refuse(
    state: Data<State>,
    identity: Identity,
    id: PathId<VerificationId>,
    body: Body<RefuseBody>,
) -> ApiResult<Json<SummaryView>> {
    let (auth, actor, reason) = (state.auth.clone(), actor(Some(&identity)), body.0.reason.0);
    let refuse = move |conn: &mut _| auth.refuse_identity(conn, id.0, reason, &actor);
    Ok(Json(state.database.run(refuse).await.map_err(unknown)?.into()))
}

/// An application that is not there answers like an id that can't be one.
fn unknown(error: Error) -> ApiError {
    match error {
        Error::IdentityNotFound => ApiError::not_found(),
        other => other.into(),
    }
}
