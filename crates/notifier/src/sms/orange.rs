//! Orange SMS, Africa & Middle East, API 2.0 (developer.orange.com): a token for an hour, one message a call.

use crate::http::{self, InvalidSmsSettings, Reply};
use crate::{SendingSms, Sms, SmsAnswer, SmsOutcome, SmsProvider, SmsSender};
use chrono::{DateTime, TimeDelta, Utc};
use hostolink_kernel::{Clock, ExposeSecret, Secret};
use reqwest::{Client, Url};
use serde::Deserialize;
use serde_json::json;
use std::{sync::Arc, time::Duration};
use tokio::sync::Mutex;

/// A token is renewed this long before it ends, so that none ends on its way.
const EARLY: TimeDelta = TimeDelta::minutes(5);
/// The longest that a token is kept, whatever its answer says (older accounts are given 90 days).
const LONGEST_LIFE: i64 = 86_400;
/// After a refusal nobody asks for a token again this long: whoever waited for the first answer would repeat it.
const AFTER_FAILURE: TimeDelta = TimeDelta::seconds(1);

/// How to reach Orange.
#[derive(Debug, Clone)]
pub struct OrangeSettings {
    /// `https://api.orange.com`.
    pub url: String,
    /// Of the application, from the portal.
    pub client_id: Secret,
    /// Its secret.
    pub client_secret: Secret,
    /// The sender that the contract names, for example `+2250000`.
    pub sender: String,
    /// The name that phones show, once Orange has approved it: at most 11 letters and digits.
    pub sender_name: Option<String>,
    /// How long one exchange may take, the connection included.
    pub timeout: Duration,
}

/// Sends through Orange.
pub struct OrangeSms {
    http: Client,
    token_url: Url,
    send_url: Url,
    settings: OrangeSettings,
    /// Held while a token is asked for: whoever comes meanwhile waits for that one.
    token: Mutex<Cached>,
    clock: Arc<dyn Clock>,
}

#[derive(Default)]
struct Cached {
    token: Option<Arc<Token>>,
    failed_at: Option<DateTime<Utc>>,
}

struct Token {
    value: Secret,
    renew_at: DateTime<Utc>,
}

#[derive(Deserialize)]
struct TokenBody {
    access_token: String,
    expires_in: Seconds,
}

/// `"3600"`, and `3600` should they mend it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Seconds {
    Number(i64),
    Text(String),
}

impl OrangeSms {
    /// Reads the settings; asks for a token at the first message.
    ///
    /// # Errors
    /// [`InvalidSmsSettings`].
    pub fn try_new(settings: OrangeSettings, clock: Arc<dyn Clock>) -> Result<Self, InvalidSmsSettings> {
        let base = http::base(&settings.url)?;
        let digits = settings.sender.strip_prefix('+').ok_or(InvalidSmsSettings::Sender)?;
        if !(3..=15).contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(InvalidSmsSettings::Sender);
        }
        if settings.sender_name.as_deref().is_some_and(|name| !is_sender_name(name)) {
            return Err(InvalidSmsSettings::Sender);
        }
        for secret in [&settings.client_id, &settings.client_secret] {
            let text = secret.expose_secret();
            if text.is_empty() || !text.bytes().all(|b| b.is_ascii_graphic() && b != b':') {
                return Err(InvalidSmsSettings::Credentials);
            }
        }
        // The sender's address in the path is written in percents, as their examples do: `tel%3A%2B2250000`.
        let path = format!("/smsmessaging/v1/outbound/tel%3A%2B{digits}/requests");
        Ok(Self {
            http: http::client(settings.timeout)?,
            token_url: base.join("/oauth/v3/token").map_err(|_| InvalidSmsSettings::Address)?,
            send_url: base.join(&path).map_err(|_| InvalidSmsSettings::Address)?,
            settings,
            token: Mutex::default(),
            clock,
        })
    }

    async fn deliver(&self, sms: &Sms) -> SmsOutcome {
        let token = match self.token(None).await {
            Ok(token) => token,
            Err(outcome) => return outcome,
        };
        let reply = self.submit(sms, &token).await;
        if !matches!(reply, Reply::Answer { status: 401, .. }) {
            return judge(reply);
        }
        // It may have been withdrawn: a new one, once.
        match self.token(Some(&token)).await {
            Ok(token) => judge(self.submit(sms, &token).await),
            Err(outcome) => outcome,
        }
    }

    async fn submit(&self, sms: &Sms, token: &Token) -> Reply {
        let sender = format!("tel:{}", self.settings.sender);
        let mut request = json!({
            "address": format!("tel:{}", sms.to().as_str()),
            "senderAddress": sender,
            "outboundSMSTextMessage": { "message": sms.text() },
        });
        if let Some(name) = &self.settings.sender_name {
            request["senderName"] = json!(name);
        }
        let request = self
            .http
            .post(self.send_url.clone())
            .bearer_auth(token.value.expose_secret())
            .header("accept", "application/json")
            .json(&json!({ "outboundSMSMessageRequest": request }));
        http::exchange(request).await
    }

    /// The present token, or a new one where it is about to end or is `refused`. One asks, the others wait for it.
    async fn token(&self, refused: Option<&Arc<Token>>) -> Result<Arc<Token>, SmsOutcome> {
        let mut cached = self.token.lock().await;
        let now = self.clock.now();
        if let Some(token) = &cached.token
            && now < token.renew_at
            && !refused.is_some_and(|refused| Arc::ptr_eq(refused, token))
        {
            return Ok(token.clone());
        }
        if cached.failed_at.is_some_and(|at| now - at < AFTER_FAILURE) {
            return Err(SmsOutcome::unavailable(None));
        }
        match self.ask_for_token(now).await {
            Ok(token) => {
                *cached = Cached { token: Some(token.clone()), failed_at: None };
                Ok(token)
            }
            Err(status) => {
                *cached = Cached { token: None, failed_at: Some(now) };
                tracing::warn!(status, "Orange gave no token");
                Err(SmsOutcome::unavailable(status))
            }
        }
    }

    async fn ask_for_token(&self, now: DateTime<Utc>) -> Result<Arc<Token>, Option<u16>> {
        let (id, secret) = (&self.settings.client_id, &self.settings.client_secret);
        let request = self
            .http
            .post(self.token_url.clone())
            .basic_auth(id.expose_secret(), Some(secret.expose_secret()))
            .header("accept", "application/json")
            .header("content-type", "application/x-www-form-urlencoded")
            .body("grant_type=client_credentials");
        let Reply::Answer { status, body, .. } = http::exchange(request).await else { return Err(None) };
        let answer = (status == 200).then(|| serde_json::from_slice::<TokenBody>(&body).ok()).flatten();
        let answer = answer.ok_or(Some(status))?;
        let value = answer.access_token;
        let seconds = match answer.expires_in {
            Seconds::Number(seconds) => Some(seconds),
            Seconds::Text(text) => text.trim().parse().ok(),
        };
        let life = TimeDelta::seconds(seconds.ok_or(Some(status))?.clamp(0, LONGEST_LIFE));
        if value.is_empty() || !value.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(Some(status));
        }
        let early = EARLY.min(life / 2);
        Ok(Arc::new(Token { value: value.into(), renew_at: now + life - early }))
    }
}

/// What phones show instead of a number: at most 11 letters, digits and spaces, one letter at least.
pub(super) fn is_sender_name(name: &str) -> bool {
    (1..=11).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b' ')
        && name.bytes().any(|b| b.is_ascii_alphabetic())
}

/// What an answer means. Only what surely was not taken may be sent another way.
fn judge(reply: Reply) -> SmsOutcome {
    let (status, retry_after, body) = match reply {
        Reply::Answer { status, retry_after, body } => (status, retry_after, body),
        Reply::NotSent => return SmsOutcome::unavailable(None),
        Reply::Lost => return SmsOutcome::Unknown,
    };
    match status {
        // 201 is their yes, whatever became of its body.
        201 => SmsOutcome::Accepted { id: resource_id(&body) },
        400..=499 => match message_id(&body).as_deref() {
            // This message, wherever it is sent: its text or its address is wrong.
            Some(
                "SVC0002" | "SVC0003" | "SVC0004" | "SVC0005" | "SVC0006" | "SVC0007" | "SVC0008" | "SVC0270"
                | "POL0001" | "POL0003",
            ) => SmsOutcome::Refused(Some(status)),
            // Us, for now: the service, no quota, too fast, no credit, no subscription.
            Some("SVC0001" | "POL0009" | "POL0013" | "POL0050" | "POL1009") => {
                SmsOutcome::Unavailable { code: Some(status), retry_after }
            }
            _ => match status {
                400 | 405 | 406 | 413 | 415 | 422 => SmsOutcome::Refused(Some(status)),
                _ => SmsOutcome::Unavailable { code: Some(status), retry_after },
            },
        },
        // Another address than ours took nothing; 303 is how one says where the result of a done thing is.
        300..=302 | 304..=399 | 503 => SmsOutcome::Unavailable { code: Some(status), retry_after },
        // 200 and garbage, 500, 502, 504: whoever answered may have passed it on.
        _ => SmsOutcome::Unknown,
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Accepted {
    #[serde(rename = "outboundSMSMessageRequest")]
    request: Resource,
}

#[derive(Deserialize)]
struct Resource {
    #[serde(rename = "resourceURL")]
    url: String,
}

/// The last part of `…/requests/{id}`: what its receipt will name.
fn resource_id(body: &[u8]) -> Option<String> {
    let accepted: Accepted = serde_json::from_slice(body).ok()?;
    http::id(accepted.request.url.rsplit('/').next()?)
}

/// `requestError.serviceException.messageId`, or that of the `policyException`.
fn message_id(body: &[u8]) -> Option<String> {
    let body: serde_json::Value = serde_json::from_slice(body).ok()?;
    let error = body.get("requestError")?;
    let exception = error.get("serviceException").or_else(|| error.get("policyException"))?;
    exception.get("messageId")?.as_str().map(str::to_owned)
}

impl SmsSender for OrangeSms {
    fn send<'a>(&'a self, sms: &'a Sms) -> SendingSms<'a> {
        Box::pin(async {
            SmsAnswer { provider: Some(SmsProvider::Orange), outcome: self.deliver(sms).await }
        })
    }
}

impl std::fmt::Debug for OrangeSms {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OrangeSms").field("timeout", &self.settings.timeout).finish_non_exhaustive()
    }
}
