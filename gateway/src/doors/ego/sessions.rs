//! Signing in by e-mail address and password, and staying signed in.

use super::{
    answers::{DataAnswer, LoginAnswer, RefreshedView},
    bodies::{LoginBody, RefreshBody},
    problems::{Refreshing, SigningIn},
};
use crate::{
    auth::{actor, shown_session},
    error::ApiResult,
    extract::{DeviceBody, Json as Body},
    state::State,
};
use actix_web::{
    HttpRequest, post,
    web::{Data, Json},
};
use hostolink_auth::{Door, PasswordAttempt, SignedIn};

/// Signs in. The session is proven by the password alone: money asks for a code on top, through `/api/verify-otp`.
#[utoipa::path(
    tag = "EGO Transfert",
    operation_id = "egoLogin",
    request_body = LoginBody,
    responses((status = 200, description = "Signed in; or a challenge, where a second factor is on", body = LoginAnswer), SigningIn)
)]
#[post("/api/v1/users/login")]
pub(super) async fn login(
    state: Data<State>,
    request: HttpRequest,
    body: Body<LoginBody>,
) -> ApiResult<Json<LoginAnswer>> {
    Ok(Json(LoginAnswer::of(&state, sign_in(&state, &request, body.0).await?)?))
}

/// Opens a session of this door for whoever shows the right password.
pub(super) async fn sign_in(
    state: &State,
    request: &HttpRequest,
    body: LoginBody,
) -> ApiResult<Result<SignedIn, hostolink_auth::Error>> {
    let (device, session) = (DeviceBody::read(None, request)?, shown_session(state, request));
    // First a place in the queue: nobody's try is counted and then left unanswered.
    let place = state.passwords.reserve()?;
    let (auth, asking) = (state.auth.clone(), actor(None));
    let begin = move |conn: &mut _| auth.begin_sign_in(conn, &body.email, session, &asking);
    let pending = state.database.run(begin).await?;
    let verified = place.verify(PasswordAttempt::new(&body.password), &pending).await?;
    let (auth, actor) = (state.auth.clone(), actor(None));
    let finish =
        move |conn: &mut _| auth.finish_sign_in(conn, &pending, &verified, Door::Ego, device, &actor);
    Ok(state.database.run(finish).await)
}

/// Gives a new pair of tokens. Each refresh token works once; a second use ends the session, unless the answer to the
/// first was lost a moment ago.
#[utoipa::path(
    tag = "EGO Transfert",
    operation_id = "egoRefreshToken",
    request_body = RefreshBody,
    responses((status = 200, description = "A new pair", body = DataAnswer<RefreshedView>), Refreshing)
)]
#[post("/api/v1/users/refresh-token")]
pub(super) async fn refresh_token(
    state: Data<State>,
    body: Body<RefreshBody>,
) -> ApiResult<Json<DataAnswer<RefreshedView>>> {
    let (auth, actor) = (state.auth.clone(), actor(None));
    let refresh = move |conn: &mut _| auth.refresh(conn, &body.0.refresh_token, &actor);
    let pair = state.database.run(refresh).await?;
    Ok(Json(DataAnswer::of(RefreshedView { token: pair.into() })))
}
