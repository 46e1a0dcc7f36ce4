//! Signing in with a password.

use super::{actor, bodies::VerifyPinBody, factor::SignInView, problems::SigningIn, shown_session};
use crate::{
    error::ApiResult,
    extract::{DeviceBody, Json as Body},
    state::State,
};
use actix_web::{
    HttpRequest, post,
    web::{Data, Json},
};
use hostolink_auth::{Door, PasswordAttempt};

/// Signs in with the password, under any of its three names. Money moves only on a session proven by a code.
#[utoipa::path(
    tag = "Identity",
    operation_id = "verifyPin",
    request_body = VerifyPinBody,
    responses((status = 200, description = "Signed in, proven by the password; or a challenge, where a second factor is on", body = SignInView), SigningIn)
)]
#[post("/api/verify-pin")]
pub(super) async fn verify_pin(
    state: Data<State>,
    request: HttpRequest,
    body: Body<VerifyPinBody>,
) -> ApiResult<Json<SignInView>> {
    let (identifier, password, device) = body.0.read()?;
    let device = DeviceBody::read(device, &request)?;
    // First a place in the queue: nobody's try is counted and then left unanswered.
    let place = state.passwords.reserve()?;
    let (auth, signed_in, asking) = (state.auth.clone(), shown_session(&state, &request), actor(None));
    let begin = move |conn: &mut _| auth.begin_sign_in(conn, &identifier, signed_in, &asking);
    let pending = state.database.run(begin).await?;
    let verified = place.verify(PasswordAttempt::new(&password), &pending).await?;
    let (auth, actor) = (state.auth.clone(), actor(None));
    let finish =
        move |conn: &mut _| auth.finish_sign_in(conn, &pending, &verified, Door::Api, device, &actor);
    Ok(Json(SignInView::new(&state, state.database.run(finish).await)?))
}
