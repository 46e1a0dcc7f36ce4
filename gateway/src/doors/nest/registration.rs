//! Making an account, and confirming its mailbox by the link that was mailed.

use super::{
    answers::MessageAnswer,
    bodies::{ConfirmationBody, EmailBody, NewUserBody},
    envelope::Call,
    problems::{Proving, Step},
};
use crate::{
    auth::{actor, notices},
    context,
    error::ApiResult,
    pages::{self, Frame},
    state::State,
};
use actix_web::{HttpResponse, get, http::StatusCode, post, web::Data};
use askama::Template;
use diesel::PgConnection;
use hostolink_auth::{Error, LinkDelivery};
use hostolink_kernel::{EmailAddress, Identifier};
use hostolink_notifier::{self as notifier, Channel, LinkPurpose, Notice};

#[derive(Template)]
#[template(path = "confirmation.html")]
struct ConfirmationPage<'a> {
    frame: &'a Frame,
}

/// Makes an account, and mails the link that confirms it. Until then everything is provisional. Somebody who has an account
/// already gets the same answer, and a mail that says so. A `role` in the body is ignored.
#[utoipa::path(
    tag = "Gateway (NestJS)",
    operation_id = "gatewayCreateUser",
    request_body(content = NewUserBody, description = "Plainly, or as the one item of an envelope's `data`"),
    responses((status = 201, description = "The link is on its way", body = MessageAnswer), Step)
)]
#[post("/Gateway/create_user")]
pub(super) async fn create_user(state: Data<State>, call: Call<NewUserBody>) -> ApiResult<HttpResponse> {
    let (body, reply) = call.open();
    let (email, person, password) = body.read()?;
    state.notifier.check(Channel::Email)?;
    let place = state.passwords.reserve()?;
    let (auth, by, address) = (state.auth.clone(), actor(None), email.clone());
    let begin = move |conn: &mut _| auth.begin_registration(conn, &address, &by);
    let pending = state.database.run(begin).await?;
    let hash = place.hash(password).await?;
    let (auth, by) = (state.auth.clone(), actor(None));
    let finish = move |conn: &mut _| auth.finish_registration_by_link(conn, &pending, &person, &hash, &by);
    match state.database.run(finish).await? {
        Some(link) => notices::send(&state, message(&state, &link)),
        None => notices::tell(&state, &[Identifier::Email(email)], Notice::AlreadyRegistered),
    }
    let answer = MessageAnswer::new(201, "Ouvrez le lien reçu par e-mail pour confirmer votre compte.");
    Ok(reply.with(StatusCode::CREATED, &answer))
}

/// Mails a new link in the place of the one before. Answers the same for an address that waits for none.
#[utoipa::path(
    tag = "Gateway (NestJS)",
    operation_id = "gatewayResendConfirmation",
    request_body(content = EmailBody, description = "Plainly, or as the one item of an envelope's `data`"),
    responses((status = 200, description = "A link is on its way, if the address waits for one", body = MessageAnswer), Step)
)]
#[post("/Gateway/resend_confirmation")]
pub(super) async fn resend_confirmation(
    state: Data<State>,
    call: Call<EmailBody>,
) -> ApiResult<HttpResponse> {
    let (body, reply) = call.open();
    state.notifier.check(Channel::Email)?;
    let email = EmailAddress::parse(&body.email).map_err(|_| Error::InvalidIdentifier)?;
    let (auth, by) = (state.auth.clone(), actor(None));
    let request = move |conn: &mut _| auth.request_confirmation(conn, &email, &by);
    let link = state.database.run(request).await?;
    notices::send_or_nothing(&state, Channel::Email, link.map(|link| message(&state, &link)));
    let message = "Si ce compte attend sa confirmation, un nouveau lien vient de partir.";
    Ok(reply.with(StatusCode::OK, &MessageAnswer::new(200, message)))
}

/// The page that the mailed link opens. It changes nothing by being opened, since programs that look at mails open it too: its
/// button posts the token.
#[utoipa::path(
    tag = "Gateway (NestJS)",
    operation_id = "gatewayConfirmationPage",
    params(("token" = Option<String>, Query, description = "What the mailed link brings; only the page reads it")),
    responses((status = 200, description = "The page", body = String, content_type = "text/html"))
)]
#[get("/Gateway/confirmation")]
pub(super) async fn confirmation_page(state: Data<State>) -> ApiResult<HttpResponse> {
    let frame = Frame::new(&state);
    pages::answer(&frame, &ConfirmationPage { frame: &frame })
}

/// Confirms the mailbox by the token of the link, once. The account is its owner's from then on; nobody is signed in by it.
#[utoipa::path(
    tag = "Gateway (NestJS)",
    operation_id = "gatewayConfirm",
    request_body(content = ConfirmationBody, description = "Plainly, or as the one item of an envelope's `data`"),
    responses((status = 200, description = "Confirmed: sign in", body = MessageAnswer), Proving)
)]
#[post("/Gateway/confirmation")]
pub(super) async fn confirm(state: Data<State>, call: Call<ConfirmationBody>) -> ApiResult<HttpResponse> {
    let (body, reply) = call.open();
    let (auth, by) = (state.auth.clone(), actor(None));
    let confirm = move |conn: &mut PgConnection| auth.confirm(conn, &body.token, &by);
    let password_dropped = state.database.run(confirm).await?;
    let message = "Adresse confirmée. Connectez-vous.";
    Ok(reply.with(StatusCode::OK, &MessageAnswer { password_dropped, ..MessageAnswer::new(200, message) }))
}

/// Its link names the configured address, whatever host the request was sent to.
fn message(state: &State, link: &LinkDelivery) -> notifier::Message {
    let page = format!("{}/Gateway/confirmation?token=", state.config.public_url);
    let minutes = u32::try_from(link.expires_in.as_secs() / 60).unwrap_or(1_440);
    let language = context::current().language.into();
    notifier::link(&link.recipient, &page, &link.token, LinkPurpose::ConfirmAddress, minutes, language)
}
