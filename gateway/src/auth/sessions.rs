//! Staying signed in, signing out, the keys of the tokens.

use super::{
    actor,
    bodies::{EndingName, EndingQuery, RefreshBody},
    problems::{SignedInOnly, Step},
    views::{KeySetView, SessionPage, TokensView},
};
use crate::{
    error::{ApiError, ApiResult, Problem},
    extract::{Identity, Json as Body, PageQuery, PathId, Query},
    state::State,
};
use actix_web::{
    HttpResponse, delete, get,
    http::header,
    post,
    web::{Data, Json},
};
use hostolink_auth::Which;
use hostolink_kernel::SessionId;

/// Gives a new pair of tokens. Each refresh token works once; a second use ends the session, unless the answer to the
/// first was lost a moment ago.
#[utoipa::path(
    tag = "Identity",
    operation_id = "refreshToken",
    request_body = RefreshBody,
    responses(
        (status = 200, description = "A new pair", body = TokensView),
        (status = 401, description = "Unknown, used or ended: `auth.refresh_invalid`, `auth.refresh_reused`, `auth.session_ended`", body = Problem, content_type = "application/problem+json"),
        Step,
    )
)]
#[post("/api/refresh-token")]
pub(super) async fn refresh_token(
    state: Data<State>,
    body: Body<RefreshBody>,
) -> ApiResult<Json<TokensView>> {
    let (auth, actor) = (state.auth.clone(), actor(None));
    let refresh = move |conn: &mut _| auth.refresh(conn, &body.0.refresh_token, &actor);
    Ok(Json(state.database.run(refresh).await?.into()))
}

/// Ends the session: its refresh token at once, its access tokens within five seconds everywhere.
#[utoipa::path(
    tag = "Identity",
    operation_id = "signOut",
    security(("bearer" = [])),
    responses((status = 204, description = "Signed out"), SignedInOnly)
)]
#[post("/api/sign-out")]
pub(super) async fn sign_out(state: Data<State>, identity: Identity) -> ApiResult<HttpResponse> {
    let (auth, actor) = (state.auth.clone(), actor(Some(&identity)));
    let who = identity.signed_in_as();
    state.database.run(move |conn| auth.sign_out(conn, who, &actor)).await?;
    state.ended(identity.session);
    Ok(HttpResponse::NoContent().finish())
}

/// The caller's own sessions, the newest first: where they are signed in.
#[utoipa::path(
    tag = "Identity",
    operation_id = "sessions",
    security(("bearer" = [])),
    params(PageQuery),
    responses(
        (status = 200, description = "A page of sessions", body = SessionPage),
        (status = 400, description = "`request.invalid_limit`, `request.invalid_cursor`", body = Problem, content_type = "application/problem+json"),
        SignedInOnly,
    )
)]
#[get("/api/sessions")]
pub(super) async fn list(
    state: Data<State>,
    identity: Identity,
    page: Query<PageQuery>,
) -> ApiResult<Json<SessionPage>> {
    let (after, limit, auth) = (page.0.cursor()?, page.0.limit()?, state.auth.clone());
    let list = move |conn: &mut _| auth.sessions(conn, identity.user, after.as_ref(), limit);
    Ok(Json(SessionPage::new(state.database.run(list).await?, identity.session)))
}

/// Ends one of the caller's own sessions, for example on a lost phone: its refresh token at once, its access tokens within
/// five seconds everywhere.
#[utoipa::path(
    tag = "Identity",
    operation_id = "endSession",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "Which", format = Uuid)),
    responses(
        (status = 204, description = "Ended"),
        (status = 404, description = "None of the caller's, or ended before: `not_found`", body = Problem, content_type = "application/problem+json"),
        SignedInOnly,
    )
)]
#[delete("/api/sessions/{id}")]
pub(super) async fn end_one(
    state: Data<State>,
    identity: Identity,
    id: PathId<SessionId>,
) -> ApiResult<HttpResponse> {
    end(&state, &identity, Which::One(id.0)).await
}

/// Ends the caller's other sessions, or all of them.
#[utoipa::path(
    tag = "Identity",
    operation_id = "endSessions",
    security(("bearer" = [])),
    params(EndingQuery),
    responses(
        (status = 204, description = "Ended"),
        (status = 400, description = "`which` is neither `others` nor `all`: `request.invalid_field`", body = Problem, content_type = "application/problem+json"),
        SignedInOnly,
    )
)]
#[delete("/api/sessions")]
pub(super) async fn end_many(
    state: Data<State>,
    identity: Identity,
    query: Query<EndingQuery>,
) -> ApiResult<HttpResponse> {
    let which = match query.0.which {
        EndingName::Others => Which::Others(identity.session),
        EndingName::All => Which::All,
    };
    end(&state, &identity, which).await
}

async fn end(state: &State, identity: &Identity, which: Which) -> ApiResult<HttpResponse> {
    let (auth, actor) = (state.auth.clone(), actor(Some(identity)));
    let who = identity.signed_in_as();
    match state.database.run(move |conn| auth.close_sessions(conn, who, which, &actor)).await {
        // Like an id that can't be one.
        Err(hostolink_auth::Error::SessionNotFound) => return Err(ApiError::not_found()),
        ended => ended?.into_iter().for_each(|session| state.ended(session)),
    }
    Ok(HttpResponse::NoContent().finish())
}

/// The public keys that access tokens are signed with, for services that check them by themselves.
#[utoipa::path(
    tag = "Identity",
    operation_id = "jwks",
    responses((status = 200, description = "The keys (RFC 7517)", body = KeySetView))
)]
#[get("/.well-known/jwks.json")]
pub(super) async fn jwks(state: Data<State>) -> HttpResponse {
    let keys = serde_json::to_value(&state.auth.jwks().keys).unwrap_or_default();
    HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "public, max-age=300")).json(KeySetView { keys })
}
