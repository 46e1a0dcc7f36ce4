use crate::{
    error::{ApiError, ApiResult},
    extract::Query,
    state::State,
};
use actix_web::{
    get,
    web::{Data, Json},
};
use chrono::{DateTime, Utc};
use hostolink_kernel::Identifier;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Whose messages to read.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct OutboxQuery {
    /// A phone number or an e-mail address, in any spelling, or what a push is addressed to. Everybody's, where it is left out.
    recipient: Option<String>,
}

/// One message that left.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SentMessage {
    /// `email`, `sms` or `push`.
    channel: &'static str,
    /// To whom.
    recipient: String,
    /// Of an e-mail; the title of a push.
    subject: Option<String>,
    /// The text.
    body: String,
    /// When it left.
    sent_at: DateTime<Utc>,
}

/// Reads the mails, SMS and pushes that this process sent, newest first. Only in development and from this machine.
#[utoipa::path(
    tag = "Development",
    operation_id = "developmentOutbox",
    params(OutboxQuery),
    responses(
        (status = 200, description = "The messages, newest first", body = Vec<SentMessage>),
        (status = 400, description = "The query can't be read: `request.invalid_field`", body = crate::error::Problem, content_type = "application/problem+json"),
        (status = 404, description = "Not in development", body = crate::error::Problem, content_type = "application/problem+json"),
    )
)]
#[get("/api/dev/outbox")]
pub(super) async fn outbox(
    state: Data<State>,
    query: Query<OutboxQuery>,
) -> ApiResult<Json<Vec<SentMessage>>> {
    let outbox = state.development_outbox.as_ref().ok_or_else(ApiError::not_found)?;
    let recipient = query.0.recipient.map(|text| match Identifier::parse(&text, &state.config.regions) {
        Ok(identifier) => identifier.as_str().to_owned(),
        Err(_) => text,
    });
    let messages = outbox.messages(recipient.as_deref());
    Ok(Json(messages.into_iter().map(SentMessage::from).collect()))
}

impl From<hostolink_notifier::Sent> for SentMessage {
    fn from(sent: hostolink_notifier::Sent) -> Self {
        Self {
            channel: sent.channel.as_str(),
            recipient: sent.recipient,
            subject: sent.subject,
            body: sent.body,
            sent_at: sent.sent_at,
        }
    }
}
