//! Signing up: everything in one body, then the code that was mailed.

use super::{
    answers::{DoneAnswer, SentAnswer},
    bodies::{EmailBody, RegisterBody, VerifyOtpBody},
    problems::{Proving, Step},
    wishes,
};
use crate::{
    auth::{
        actor, attempt,
        codes::{send_code, send_code_or_nothing},
        notices, shown_session,
    },
    error::ApiResult,
    extract::Json as Body,
    state::State,
};
use actix_web::{
    HttpRequest, HttpResponse, post,
    web::{Data, Json},
};
use hostolink_auth::{Door, Password, VerifyOtp};
use hostolink_kernel::{ExposeSecret, Identifier};
use hostolink_notifier::{Channel, Notice};

/// Registers, and mails a code. Until that code is verified everything is provisional. Somebody who has an account already
/// gets the same answer, and a mail that says so. A `role` in the body is ignored.
#[utoipa::path(
    tag = "EGO Transfert",
    operation_id = "egoRegister",
    request_body = RegisterBody,
    responses((status = 200, description = "A code is on its way", body = DoneAnswer), Step)
)]
#[post("/api/v1/users/register")]
pub(super) async fn register(state: Data<State>, body: Body<RegisterBody>) -> ApiResult<HttpResponse> {
    let RegisterBody { firstname, lastname, email, phone_number, password } = body.0;
    let (email, person) = wishes::person(&email, &firstname, &lastname, phone_number.as_deref())?;
    let password = Password::parse(&password)?;
    state.notifier.check(Channel::Email)?;
    let place = state.passwords.reserve()?;
    let (auth, asking, named) = (state.auth.clone(), actor(None), email.clone());
    let begin = move |conn: &mut _| auth.begin_registration(conn, &named, &asking);
    let pending = state.database.run(begin).await?;
    let hash = place.hash(password).await?;
    let (auth, asking) = (state.auth.clone(), actor(None));
    let finish = move |conn: &mut _| auth.finish_registration(conn, &pending, &person, &hash, &asking);
    let registered = state.database.run(finish).await?;
    match &registered.delivery {
        Some(delivery) => send_code(&state, delivery),
        None => notices::tell(&state, &[Identifier::Email(email)], Notice::AlreadyRegistered),
    }
    let answer = DoneAnswer::pending("Utilisateur enregistré. Veuillez vérifier votre email pour l'OTP.");
    Ok(HttpResponse::Ok().cookie(attempt::cookie(&state, &registered.attempt_token)).json(answer))
}

/// Proves the mailbox by the code that was mailed: the account is its owner's from then on. Nobody is signed in by it.
#[utoipa::path(
    tag = "EGO Transfert",
    operation_id = "egoVerifyOtp",
    request_body = VerifyOtpBody,
    responses((status = 200, description = "The mailbox is proven", body = DoneAnswer), Proving)
)]
#[post("/api/v1/users/verify-otp")]
pub(super) async fn verify_otp(
    state: Data<State>,
    request: HttpRequest,
    body: Body<VerifyOtpBody>,
) -> ApiResult<HttpResponse> {
    let shown = attempt::shown(&request, None);
    let signed_in = shown_session(&state, &request);
    let (auth, actor) = (state.auth.clone(), actor(None));
    let confirm = move |conn: &mut _| {
        let shown = VerifyOtp {
            identifier: &body.0.email,
            code: body.0.otp.expose_secret(),
            attempt_token: shown.as_ref(),
            signed_in,
            door: Door::Ego,
            device: None,
        };
        auth.confirm_code(conn, shown, &actor)
    };
    let password_dropped = state.database.run(confirm).await?;
    let answer = DoneAnswer::success("Code OTP vérifié avec succès").password_dropped(password_dropped);
    Ok(HttpResponse::Ok().cookie(attempt::no_cookie()).json(answer))
}

/// Mails a new code in the place of the one before. Answers the same for an address that is nobody's.
#[utoipa::path(
    tag = "EGO Transfert",
    operation_id = "egoResendOtp",
    request_body = EmailBody,
    responses((status = 200, description = "A code is on its way, if the address is known", body = SentAnswer), Step)
)]
#[post("/api/v1/users/resend-otp")]
pub(super) async fn resend_otp(
    state: Data<State>,
    request: HttpRequest,
    body: Body<EmailBody>,
) -> ApiResult<Json<SentAnswer>> {
    state.notifier.check(Channel::Email)?;
    let email = wishes::email(&body.0.email)?;
    let (auth, actor) = (state.auth.clone(), actor(None));
    let signed_in = shown_session(&state, &request);
    let generate = move |conn: &mut _| auth.generate_otp(conn, email.as_str(), signed_in, &actor);
    let generated = state.database.run(generate).await?;
    send_code_or_nothing(&state, Channel::Email, &generated);
    Ok(Json(SentAnswer { message: "Nouvel OTP envoyé avec succès" }))
}
