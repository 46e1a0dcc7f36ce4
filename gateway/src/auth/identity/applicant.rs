//! What an applicant does.

use super::{
    PathKind,
    views::{OwnIdentityView, SubmitBody},
};
use crate::{
    auth::{actor, problems::SignedInOnly},
    error::{ApiResult, Problem},
    extract::{Identity, Json as Body, Upload},
    media::FileForm,
    state::State,
};
use actix_web::{
    HttpResponse, get, post, put,
    web::{Data, Json},
};
use hostolink_media::Size;

/// How far the caller's identity is verified.
#[utoipa::path(
    tag = "Identity",
    operation_id = "identityVerification",
    security(("bearer" = [])),
    responses((status = 200, description = "Level and state", body = OwnIdentityView), SignedInOnly)
)]
#[get("/api/identity-verification")]
pub(super) async fn own(state: Data<State>, identity: Identity) -> ApiResult<Json<OwnIdentityView>> {
    let auth = state.auth.clone();
    Ok(Json(state.database.run(move |conn| auth.own_identity(conn, identity.user)).await?.into()))
}

/// Hands in the pictures that were sent, with what stands on the document. Two reviewers have to accept it.
#[utoipa::path(
    tag = "Identity",
    operation_id = "submitIdentity",
    security(("bearer" = [])),
    request_body = SubmitBody,
    responses(
        (status = 200, description = "It waits for a reviewer", body = OwnIdentityView),
        (status = 400, description = "A field has not the expected form: `auth.document_*`, `request.*`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The session was not proven by a code: `auth.step_up_required`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "A picture is missing, or an application is under way or accepted: `auth.identity_files_missing`, `auth.identity_under_review`, `auth.identity_verified`", body = Problem, content_type = "application/problem+json"),
        SignedInOnly,
    )
)]
#[post("/api/identity-verification")]
pub(super) async fn submit(
    state: Data<State>,
    identity: Identity,
    body: Body<SubmitBody>,
) -> ApiResult<Json<OwnIdentityView>> {
    let (auth, actor) = (state.auth.clone(), actor(Some(&identity)));
    let submit = move |conn: &mut _| auth.submit_identity(conn, identity.user, body.0.typed(), &actor);
    Ok(Json(state.database.run(submit).await?.into()))
}

/// Sends a picture of the document or of one's face: `multipart/form-data` with `file`, or the picture as the body. JPEG, PNG or
/// WebP, at most 5 MB and 25 million pixels. Only reviewers ever see it.
#[utoipa::path(
    tag = "Identity",
    operation_id = "putIdentityFile",
    security(("bearer" = [])),
    params(("kind" = String, Path, description = "`front`, `back` or `selfie`")),
    request_body(content = FileForm, content_type = "multipart/form-data"),
    responses(
        (status = 204, description = "It is there"),
        (status = 400, description = "No picture, or one that is too large or too small: `media.*`, `request.*`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The session was not proven by a code: `auth.step_up_required`", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such kind", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "An application is under way or accepted: `auth.identity_under_review`, `auth.identity_verified`", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "More than 5 MB: `request.too_large`", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many pictures today: `auth.too_many_attempts`", body = Problem, content_type = "application/problem+json"),
        SignedInOnly,
    )
)]
#[put("/api/identity-verification/files/{kind}")]
pub(super) async fn put_file(
    state: Data<State>,
    identity: Identity,
    kind: PathKind,
    file: Upload,
) -> ApiResult<HttpResponse> {
    let (auth, actor, user) = (state.auth.clone(), actor(Some(&identity)), identity.user);
    let count = auth.clone();
    state.database.run(move |conn| count.count_identity_file(conn, user)).await?;
    let picture = state.pictures.read(file.0, Size::Document).await?;
    let put = move |conn: &mut _| auth.put_identity_file(conn, user, kind.0, &picture, &actor);
    state.database.run(put).await?;
    Ok(HttpResponse::NoContent().finish())
}
