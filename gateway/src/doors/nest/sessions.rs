//! Signing in by password.

use super::{answers::LoginAnswer, bodies::LoginBody, envelope::Call, problems::Proving};
use crate::{
    auth::{actor, shown_session},
    error::ApiResult,
    extract::DeviceBody,
    state::State,
};
use actix_web::{HttpRequest, HttpResponse, http::StatusCode, post, web::Data};
use hostolink_auth::{Door, PasswordAttempt};

/// Signs in. The session is proven by the password alone: money asks for a code on top, through `/api/verify-otp`. The tokens
/// are those of every other call; `POST /api/refresh-token` gives new ones.
#[utoipa::path(
    tag = "Gateway (NestJS)",
    operation_id = "gatewayLogin",
    request_body(content = LoginBody, description = "Plainly, or as the one item of an envelope's `data`"),
    responses((status = 200, description = "Signed in; or a challenge, where a second factor is on", body = LoginAnswer), Proving)
)]
#[post("/Gateway/login")]
pub(super) async fn login(
    state: Data<State>,
    request: HttpRequest,
    call: Call<LoginBody>,
) -> ApiResult<HttpResponse> {
    let (body, reply) = call.open();
    // First a place in the queue: nobody's try is counted and then left unanswered.
    let place = state.passwords.reserve()?;
    let device = DeviceBody::read(None, &request)?;
    let (auth, session, asking) = (state.auth.clone(), shown_session(&state, &request), actor(None));
    let begin = move |conn: &mut _| auth.begin_sign_in(conn, &body.email, session, &asking);
    let pending = state.database.run(begin).await?;
    let verified = place.verify(PasswordAttempt::new(&body.password), &pending).await?;
    let (auth, asking) = (state.auth.clone(), actor(None));
    let finish =
        move |conn: &mut _| auth.finish_sign_in(conn, &pending, &verified, Door::Nest, device, &asking);
    Ok(reply.with(StatusCode::OK, &LoginAnswer::new(state.database.run(finish).await)?))
}
