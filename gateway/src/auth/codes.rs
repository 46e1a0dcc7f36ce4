//! One-time codes: ask for one, show it.

use super::{
    actor, attempt,
    bodies::{IdentifierBody, VerifyOtpBody},
    factor::SignInView,
    notices,
    problems::{SigningIn, Step},
    shown_session,
    views::{CodeView, NextView},
};
use crate::{
    context::{self, Language},
    error::ApiResult,
    extract::{DeviceBody, Json as Body},
    state::State,
};
use actix_web::{
    HttpRequest, HttpResponse, post,
    web::{Data, Json},
};
use hostolink_auth::{Delivery, Door, Generated, Purpose, VerifyOtp};
use hostolink_kernel::ExposeSecret;
use hostolink_notifier::{self as notifier, Channel, CodePurpose};

/// Sends a code by SMS or e-mail, in the place of the one before. Answers the same for an identifier that is nobody's.
/// With a bearer token of the account it is that session's code, to be verified with the same bearer, and strangers' tries
/// do not count.
#[utoipa::path(
    tag = "Identity",
    operation_id = "generateOtp",
    request_body = IdentifierBody,
    responses((status = 200, description = "A code is on its way, if the identifier is known", body = CodeView), Step)
)]
#[post("/api/generate-otp")]
pub(super) async fn generate_otp(
    state: Data<State>,
    request: HttpRequest,
    body: Body<IdentifierBody>,
) -> ApiResult<Json<CodeView>> {
    // Before anybody is looked up: where no message could leave, the answer is the same for all.
    let channel = if body.0.identifier.contains('@') { Channel::Email } else { Channel::Sms };
    state.notifier.check(channel)?;
    let (auth, actor) = (state.auth.clone(), actor(None));
    let signed_in = shown_session(&state, &request);
    let generate = move |conn: &mut _| auth.generate_otp(conn, &body.0.identifier, signed_in, &actor);
    let generated = state.database.run(generate).await?;
    send_code_or_nothing(&state, channel, &generated);
    Ok(Json(CodeView { next: NextView::Otp, expires_in: generated.expires_in.as_secs() }))
}

/// Signs in by a code. The first one makes the account: it proves the phone or the mailbox.
#[utoipa::path(
    tag = "Identity",
    operation_id = "verifyOtp",
    request_body = VerifyOtpBody,
    responses((status = 200, description = "Signed in, proven by a code on this device; or a challenge, where a second factor is on", body = SignInView), SigningIn)
)]
#[post("/api/verify-otp")]
pub(super) async fn verify_otp(
    state: Data<State>,
    request: HttpRequest,
    body: Body<VerifyOtpBody>,
) -> ApiResult<HttpResponse> {
    verify(state, request, body.0).await
}

/// The older name of `verify-otp`: same body, same codes.
#[utoipa::path(
    tag = "Identity",
    operation_id = "verifyCode",
    request_body = VerifyOtpBody,
    responses((status = 200, description = "Signed in, proven by a code on this device; or a challenge, where a second factor is on", body = SignInView), SigningIn)
)]
#[post("/api/verify-code")]
pub(super) async fn verify_code(
    state: Data<State>,
    request: HttpRequest,
    body: Body<VerifyOtpBody>,
) -> ApiResult<HttpResponse> {
    verify(state, request, body.0).await
}

async fn verify(state: Data<State>, request: HttpRequest, body: VerifyOtpBody) -> ApiResult<HttpResponse> {
    let shown = attempt::shown(&request, body.attempt_token);
    let device = DeviceBody::read(body.device, &request)?;
    let signed_in = shown_session(&state, &request);
    let (auth, actor) = (state.auth.clone(), actor(None));
    let verify = move |conn: &mut _| {
        let (identifier, code) = (body.identifier.as_str(), body.otp_code.expose_secret());
        let (attempt_token, device) = (shown.as_ref(), device.as_ref());
        let shown = VerifyOtp { identifier, code, attempt_token, signed_in, door: Door::Api, device };
        auth.verify_otp(conn, shown, &actor)
    };
    let answer = SignInView::new(&state, state.database.run(verify).await)?;
    // The new session took the place of the one that was shown.
    signed_in.into_iter().for_each(|session| state.ended(session));
    Ok(HttpResponse::Ok().cookie(attempt::no_cookie()).json(answer))
}

/// Sends a code that was asked for, if there is somebody to send it to.
pub(crate) fn send_code_or_nothing(state: &State, channel: Channel, generated: &Generated) {
    notices::send_or_nothing(state, channel, generated.delivery.as_ref().map(message));
}

/// Sends a code.
pub(crate) fn send_code(state: &State, delivery: &Delivery) {
    notices::send(state, message(delivery));
}

fn message(delivery: &Delivery) -> notifier::Message {
    let language = match context::current().language {
        Language::French => notifier::Language::French,
        Language::English => notifier::Language::English,
    };
    let purpose = match delivery.purpose {
        Purpose::SignIn => CodePurpose::SignIn,
        Purpose::Reset => CodePurpose::ResetPassword,
        Purpose::KnownIdentifier => CodePurpose::ChangeIdentifier,
        Purpose::NewIdentifier => CodePurpose::NewIdentifier,
    };
    let minutes = u32::try_from(delivery.expires_in.as_secs() / 60).unwrap_or(10);
    notifier::code(&delivery.recipient, &delivery.code, purpose, minutes, language)
}
