//! A forgotten password.

use super::{
    answers::DoneAnswer,
    bodies::{EmailBody, ResetPasswordBody},
    problems::{Resetting, Step},
    wishes,
};
use crate::{
    auth::reset::{Shown, reset, send_reset},
    error::{ApiError, ApiResult},
    extract::Json as Body,
    state::State,
};
use actix_web::{
    post,
    web::{Data, Json},
};
use hostolink_auth::Password;

/// Mails a token that sets a new password. Answers the same for an address that is nobody's.
#[utoipa::path(
    tag = "EGO Transfert",
    operation_id = "egoRequestResetPassword",
    request_body = EmailBody,
    responses((status = 200, description = "A token is on its way, if the address is known", body = DoneAnswer), Step)
)]
#[post("/api/v1/users/request-reset-password")]
pub(super) async fn request_reset_password(
    state: Data<State>,
    body: Body<EmailBody>,
) -> ApiResult<Json<DoneAnswer>> {
    let email = wishes::email(&body.0.email)?;
    send_reset(&state, email.as_str().to_owned()).await?;
    let message = "Un email a été envoyé pour réinitialiser votre mot de passe";
    Ok(Json(DoneAnswer::pending(message)))
}

/// Sets a new password with the token that was mailed. Every session ends; nobody is signed in by it.
#[utoipa::path(
    tag = "EGO Transfert",
    operation_id = "egoResetPassword",
    request_body = ResetPasswordBody,
    responses((status = 200, description = "The new password counts", body = DoneAnswer), Resetting)
)]
#[post("/api/v1/users/reset-password")]
pub(super) async fn reset_password(
    state: Data<State>,
    body: Body<ResetPasswordBody>,
) -> ApiResult<Json<DoneAnswer>> {
    let (token, password) = body.0.read()?;
    let password =
        Password::parse(&password).map_err(|error| ApiError::from(error).blaming("newPassword"))?;
    reset(&state, Shown::Token(token), password).await?;
    Ok(Json(DoneAnswer::success("Password reinitialié avec succes")))
}
