//! What providers say later of the messages that they took. Anybody can call these addresses: Orange's is secret, Twilio's
//! calls are signed, and what is forged answers like an address that does not exist.

use crate::{
    error::{ApiError, ApiResult, Problem, TOO_LARGE},
    extract::Json as Body,
    state::State,
};
use actix_web::{
    HttpRequest, HttpResponse, post,
    web::{Bytes, Data, Path},
};
use hostolink_auth::SmsReceipt;
use hostolink_kernel::ExposeSecret;
use hostolink_notifier::SmsProvider;
use serde::Deserialize;
use subtle::ConstantTimeEq;
use utoipa::ToSchema;

/// A body as it came, or why it could not be read.
type RawBody = Result<Bytes, actix_web::Error>;

/// No id of a provider's is longer.
const LONGEST_ID: usize = 100;

/// A receipt of Orange's.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct OrangeReceiptBody {
    /// What it says.
    delivery_info_notification: OrangeNotification,
}

/// About which message, and what.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct OrangeNotification {
    /// The message's id.
    #[schema(max_length = 100)]
    callback_data: String,
    /// What became of it.
    delivery_info: OrangeInfo,
}

/// What became of a message.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct OrangeInfo {
    /// `DeliveredToTerminal`, `DeliveredToNetwork`, `DeliveryUncertain`, `DeliveryImpossible` or `MessageWaiting`.
    #[schema(example = "DeliveredToTerminal")]
    delivery_status: String,
}

/// What became of a message, said by Orange at the secret address that was registered with it.
#[utoipa::path(
    tag = "SMS",
    operation_id = "orangeReceipt",
    params(("secret" = String, Path, description = "ORANGE_SMS_HOOK_SECRET")),
    request_body = OrangeReceiptBody,
    responses(
        (status = 204, description = "Heard. An unknown message, and one that came further already, stay as they are"),
        (status = 400, description = "Not a receipt: `request.*`", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Not the secret address", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Not now", body = Problem, content_type = "application/problem+json"),
    )
)]
#[post("/api/hooks/orange-sms/{secret}")]
pub(super) async fn orange_receipt(
    state: Data<State>,
    given: Path<String>,
    body: Body<OrangeReceiptBody>,
) -> ApiResult<HttpResponse> {
    let secret = state.config.sms.orange.as_ref().and_then(|orange| orange.hook_secret.as_ref());
    let secret = secret.ok_or_else(ApiError::not_found)?.expose_secret();
    if !bool::from(secret.as_bytes().ct_eq(given.as_bytes())) {
        return Err(ApiError::not_found());
    }
    let OrangeNotification { callback_data, delivery_info } = body.0.delivery_info_notification;
    let receipt = match delivery_info.delivery_status.as_str() {
        "DeliveredToNetwork" => Some(SmsReceipt::Network),
        "DeliveryUncertain" => Some(SmsReceipt::Uncertain),
        "DeliveredToTerminal" => Some(SmsReceipt::Delivered),
        "DeliveryImpossible" => Some(SmsReceipt::Failed),
        _ => None,
    };
    heard(&state, SmsProvider::Orange, callback_data, receipt).await
}

/// What became of a message, said and signed by Twilio (`application/x-www-form-urlencoded`, `X-Twilio-Signature`).
#[utoipa::path(
    tag = "SMS",
    operation_id = "twilioReceipt",
    params(("X-Twilio-Signature" = Option<String>, Header, description = "base64(HMAC-SHA1(auth token, this address and the sorted parameters))")),
    responses(
        (status = 204, description = "Heard. An unknown message, and one that came further already, stay as they are"),
        (status = 404, description = "Not signed by Twilio", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is over 64 KiB: `request.too_large`", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Not now", body = Problem, content_type = "application/problem+json"),
    )
)]
#[post("/api/hooks/twilio-sms")]
pub(super) async fn twilio_receipt(
    state: Data<State>,
    request: HttpRequest,
    body: RawBody,
) -> ApiResult<HttpResponse> {
    let body = body.map_err(|_| ApiError::new(&TOO_LARGE))?;
    let known = state.sms.signature.as_ref().ok_or_else(ApiError::not_found)?;
    let given = request.headers().get("x-twilio-signature").and_then(|value| value.to_str().ok());
    let parameters: Vec<(String, String)> =
        serde_urlencoded::from_bytes(&body).map_err(|_| ApiError::not_found())?;
    if !given.is_some_and(|given| known.is_right(&parameters, given)) {
        return Err(ApiError::not_found());
    }
    let value = |name| parameters.iter().find(|(given, _)| given == name).map(|(_, value)| value.clone());
    let receipt = match value("MessageStatus").as_deref() {
        Some("sent") => Some(SmsReceipt::Network),
        Some("delivered" | "read") => Some(SmsReceipt::Delivered),
        Some("undelivered" | "failed" | "canceled") => Some(SmsReceipt::Failed),
        _ => None,
    };
    heard(&state, SmsProvider::Twilio, value("MessageSid").unwrap_or_default(), receipt).await
}

async fn heard(
    state: &State,
    provider: SmsProvider,
    id: String,
    receipt: Option<SmsReceipt>,
) -> ApiResult<HttpResponse> {
    if let Some(receipt) = receipt.filter(|_| (1..=LONGEST_ID).contains(&id.len())) {
        let auth = state.auth.clone();
        state.database.run(move |conn| auth.sms_receipt(conn, provider.as_str(), &id, receipt)).await?;
    }
    Ok(HttpResponse::NoContent().finish())
}
