//! Staying signed in, signing out, one's own profile, the keys of the tokens.

use super::{
    actor,
    bodies::RefreshBody,
    problems::{SignedInOnly, Step},
    views::{KeySetView, TokensView, UserView},
};
use crate::{
    error::{ApiResult, Problem},
    extract::{Identity, Json as Body},
    state::State,
};
use actix_web::{
    HttpResponse, get,
    http::header,
    post,
    web::{Data, Json},
};
use hostolink_auth::SignedInAs;

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
    let who = SignedInAs { user: identity.user, session: identity.session };
    state.database.run(move |conn| auth.sign_out(conn, who, &actor)).await?;
    state.sessions.forget(identity.session);
    Ok(HttpResponse::NoContent().finish())
}

/// The caller's own profile.
#[utoipa::path(
    tag = "Identity",
    operation_id = "me",
    security(("bearer" = [])),
    responses((status = 200, description = "Who is asking", body = UserView), SignedInOnly)
)]
#[get("/api/me")]
pub(super) async fn me(state: Data<State>, identity: Identity) -> ApiResult<Json<UserView>> {
    let auth = state.auth.clone();
    let profile = state.database.run(move |conn| auth.me(conn, identity.user)).await?;
    Ok(Json(profile.into()))
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
