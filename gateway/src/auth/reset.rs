//! A forgotten password: ask for a link or a code, choose a new password. The same for every door.

use super::{
    actor,
    bodies::{IdentifierBody, ResetPasswordBody},
    notices,
    problems::{SigningIn, Step},
    views::{NextView, ResetView},
};
use crate::{context, error::ApiResult, extract::Json as Body, state::State};
use actix_web::{
    post,
    web::{Data, Json},
};
use diesel::PgConnection;
use hostolink_auth::{Password, ResetDelivery};
use hostolink_kernel::{ExposeSecret, Identifier, Secret};
use hostolink_notifier::{self as notifier, Channel, CodePurpose, LinkPurpose, Notice};
use std::time::Duration;

/// Sends what sets a forgotten password anew: a link by e-mail, good for an hour, or a code by SMS, good for ten minutes.
/// Answers the same, and as fast, for an identifier that is nobody's.
#[utoipa::path(
    tag = "Identity",
    operation_id = "forgotPassword",
    request_body = IdentifierBody,
    responses((status = 200, description = "A link or a code is on its way, if the identifier is a proven one", body = ResetView), Step)
)]
#[post("/api/forgot-password")]
pub(super) async fn forgot_password(
    state: Data<State>,
    body: Body<IdentifierBody>,
) -> ApiResult<Json<ResetView>> {
    let expires_in = send_reset(&state, body.0.identifier).await?;
    Ok(Json(ResetView { next: NextView::ResetPassword, expires_in: Some(expires_in.as_secs()) }))
}

/// Sets a new password by the token of the mail, or by the code of the SMS. Every session of the account ends, and nobody is
/// signed in by this: sign in with the new password.
#[utoipa::path(
    tag = "Identity",
    operation_id = "resetPassword",
    request_body = ResetPasswordBody,
    responses((status = 200, description = "Set", body = ResetView), SigningIn)
)]
#[post("/api/reset-password")]
pub(super) async fn reset_password(
    state: Data<State>,
    body: Body<ResetPasswordBody>,
) -> ApiResult<Json<ResetView>> {
    let (shown, password) = body.0.read()?;
    reset(&state, shown, password).await?;
    Ok(Json(ResetView { next: NextView::Password, expires_in: None }))
}

/// What somebody shows to set a password anew.
pub(crate) enum Shown {
    /// The token of the mail.
    Token(Secret),
    /// The code of the SMS.
    Code {
        /// To whom it was sent.
        identifier: String,
        /// The six digits.
        code: Secret,
    },
}

/// Sends a link or a code, and says how long such a one is good for.
pub(crate) async fn send_reset(state: &State, identifier: String) -> ApiResult<Duration> {
    // Before anybody is looked up: where no message could leave, the answer is the same for all.
    let channel = if identifier.contains('@') { Channel::Email } else { Channel::Sms };
    state.notifier.check(channel)?;
    let (auth, actor) = (state.auth.clone(), actor(None));
    let request = move |conn: &mut PgConnection| auth.request_reset(conn, &identifier, &actor);
    let requested = state.database.run(request).await?;
    let link = requested.delivery.map(|delivery| message(state, &delivery, LinkPurpose::ResetPassword));
    notices::send_or_nothing(state, channel, link);
    Ok(requested.expires_in)
}

/// Sets a password anew: looked at, hashed, set. The owner is told at every proven identifier.
pub(crate) async fn reset(state: &State, shown: Shown, password: Password) -> ApiResult<()> {
    let place = state.passwords.reserve()?;
    let (auth, by) = (state.auth.clone(), actor(None));
    let begin = move |conn: &mut PgConnection| match &shown {
        Shown::Token(token) => auth.begin_reset(conn, token, &by),
        Shown::Code { identifier, code } => {
            auth.begin_reset_by_code(conn, identifier, code.expose_secret(), &by)
        }
    };
    let pending = state.database.run(begin).await?;
    let hash = place.hash(password).await?;
    let (auth, by) = (state.auth.clone(), actor(None));
    let finish = move |conn: &mut PgConnection| auth.finish_reset(conn, &pending, &hash, &by);
    let done = state.database.run(finish).await?;
    done.ended.into_iter().for_each(|session| state.ended(session));
    notices::tell(state, &done.tell, Notice::PasswordChanged);
    Ok(())
}

/// Sends an invited person what their first password is chosen with.
pub(crate) fn send_invitation(state: &State, delivery: &ResetDelivery) {
    notices::send(state, message(state, delivery, LinkPurpose::Invitation));
}

/// Its link names the configured address, whatever host the request was sent to.
fn message(state: &State, delivery: &ResetDelivery, purpose: LinkPurpose) -> notifier::Message {
    let language = context::current().language.into();
    let minutes = u32::try_from(delivery.expires_in.as_secs() / 60).unwrap_or(10);
    let ResetDelivery { recipient, token, .. } = delivery;
    match recipient {
        Identifier::Email(address) => {
            let page = format!("{}/reset-password#token=", state.config.public_url);
            notifier::link(address, &page, token, purpose, minutes, language)
        }
        Identifier::Phone(_) => {
            notifier::code(recipient, token, CodePurpose::ResetPassword, minutes, language)
        }
    }
}
