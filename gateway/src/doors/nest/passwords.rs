//! A forgotten password, as in every other door.

use super::{
    answers::MessageAnswer,
    bodies::{EmailBody, ResetBody},
    envelope::Call,
    problems::{Proving, Step},
};
use crate::{auth::reset, error::ApiResult, state::State};
use actix_web::{HttpResponse, http::StatusCode, post, web::Data};

/// Sends what sets a forgotten password anew: a link by e-mail, or a code by SMS. Answers the same for an identifier that is
/// nobody's.
#[utoipa::path(
    tag = "Gateway (NestJS)",
    operation_id = "gatewayForgotPassword",
    request_body(content = EmailBody, description = "Plainly, or as the one item of an envelope's `data`"),
    responses((status = 200, description = "A link or a code is on its way, if the identifier is a proven one", body = MessageAnswer), Step)
)]
#[post("/Gateway/forgot_password")]
pub(super) async fn forgot_password(state: Data<State>, call: Call<EmailBody>) -> ApiResult<HttpResponse> {
    let (body, reply) = call.open();
    reset::send_reset(&state, body.email).await?;
    let message = "Si un compte existe sous cet identifiant, un message vient de partir.";
    Ok(reply.with(StatusCode::OK, &MessageAnswer::new(200, message)))
}

/// Sets a new password by the token of the mail, or by the code of the SMS. Every session of the account ends.
#[utoipa::path(
    tag = "Gateway (NestJS)",
    operation_id = "gatewayResetPassword",
    request_body(content = ResetBody, description = "Plainly, or as the one item of an envelope's `data`"),
    responses((status = 200, description = "Set: sign in with it", body = MessageAnswer), Proving)
)]
#[post("/Gateway/reset_password")]
pub(super) async fn reset_password(state: Data<State>, call: Call<ResetBody>) -> ApiResult<HttpResponse> {
    let (body, reply) = call.open();
    let (shown, password) = body.read()?;
    reset::reset(&state, shown, password).await?;
    Ok(reply.with(StatusCode::OK, &MessageAnswer::new(200, "Mot de passe changé. Connectez-vous.")))
}
