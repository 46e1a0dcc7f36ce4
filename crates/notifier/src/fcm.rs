//! Firebase Cloud Messaging, HTTP v1 (firebase.google.com/docs/cloud-messaging): a token for an hour by a signed assertion (RFC 7523), one
//! message a call.

use crate::{
    InvalidSmsSettings, Push, PushOutcome, PushSender, PushTarget, Pushing,
    http::{self, Reply},
};
use chrono::{DateTime, TimeDelta, Utc};
use hostolink_kernel::{Clock, ExposeSecret, Secret};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use reqwest::{Client, Url};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use tokio::sync::Mutex;

const SCOPE: &str = "https://www.googleapis.com/auth/firebase.messaging";
/// Who an assertion is for, wherever a test has the server.
const AUDIENCE: &str = "https://oauth2.googleapis.com/token";
/// A token is renewed this long before it ends, so that none ends on its way.
const EARLY: TimeDelta = TimeDelta::minutes(5);
/// The longest that a token is kept, whatever its answer says.
const LONGEST_LIFE: i64 = 3_600;
/// After a refusal nobody asks for a token again this long.
const AFTER_FAILURE: TimeDelta = TimeDelta::seconds(1);
/// What Google takes at most: four weeks.
const LONGEST_WORTH: u64 = 2_419_200;

/// How to reach Google.
#[derive(Debug, Clone)]
pub struct FcmSettings {
    /// The file of a service account, as the console gives it: JSON.
    pub service_account: Secret,
    /// `https://fcm.googleapis.com`.
    pub url: String,
    /// `https://oauth2.googleapis.com`.
    pub token_url: String,
    /// How long one exchange may take, the connection included.
    pub timeout: Duration,
}

impl FcmSettings {
    /// Where messages are sent.
    pub const URL: &'static str = "https://fcm.googleapis.com";
    /// Where tokens are given.
    pub const TOKEN_URL: &'static str = "https://oauth2.googleapis.com";
}

/// What is wrong with the settings. Never shows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidFcmSettings {
    /// No file of a service account.
    #[error(
        "FCM_SERVICE_ACCOUNT is not the JSON of a service account (project_id, client_email, private_key_id, private_key)"
    )]
    Account,
    /// The key in it can't sign.
    #[error("the private_key of FCM_SERVICE_ACCOUNT is no RSA key in PEM form")]
    Key,
    /// An address, or this machine's TLS.
    #[error(transparent)]
    Http(#[from] InvalidSmsSettings),
}

#[derive(Deserialize)]
struct Account {
    project_id: String,
    client_email: String,
    private_key_id: String,
    private_key: Secret,
}

/// Sends through Firebase.
pub struct Fcm {
    http: Client,
    send_url: Url,
    token_url: Url,
    email: String,
    key_id: String,
    key: EncodingKey,
    /// Held while a token is asked for: whoever comes meanwhile waits for that one.
    token: Mutex<Cached>,
    clock: Arc<dyn Clock>,
}

impl std::fmt::Debug for Fcm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Fcm(…)")
    }
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
    expires_in: i64,
}

impl Fcm {
    /// Reads the settings; asks for a token at the first message.
    ///
    /// # Errors
    /// [`InvalidFcmSettings`].
    pub fn try_new(settings: &FcmSettings, clock: Arc<dyn Clock>) -> Result<Self, InvalidFcmSettings> {
        let account: Account = serde_json::from_str(settings.service_account.expose_secret())
            .map_err(|_| InvalidFcmSettings::Account)?;
        let name = |text: &str| {
            (1..=128).contains(&text.len())
                && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:@".contains(&byte))
        };
        if ![&account.project_id, &account.client_email, &account.private_key_id]
            .into_iter()
            .all(|text| name(text))
        {
            return Err(InvalidFcmSettings::Account);
        }
        let key = EncodingKey::from_rsa_pem(account.private_key.expose_secret().as_bytes())
            .map_err(|_| InvalidFcmSettings::Key)?;
        let path = format!("/v1/projects/{}/messages:send", account.project_id);
        let joined =
            |base: &str, path: &str| http::base(base)?.join(path).map_err(|_| InvalidSmsSettings::Address);
        Ok(Self {
            http: http::client(settings.timeout)?,
            send_url: joined(&settings.url, &path)?,
            token_url: joined(&settings.token_url, "/token")?,
            email: account.client_email,
            key_id: account.private_key_id,
            key,
            token: Mutex::default(),
            clock,
        })
    }

    async fn deliver(&self, push: &Push) -> PushOutcome {
        let token = match self.token(None).await {
            Ok(token) => token,
            Err(outcome) => return outcome,
        };
        let reply = self.submit(push, &token).await;
        if !matches!(&reply, Reply::Answer { status: 401, body, .. } if error_code(body).is_none()) {
            return judge(reply);
        }
        // It may have been withdrawn: a new one, once.
        match self.token(Some(&token)).await {
            Ok(token) => judge(self.submit(push, &token).await),
            Err(outcome) => outcome,
        }
    }

    async fn submit(&self, push: &Push, token: &Token) -> Reply {
        let request = self
            .http
            .post(self.send_url.clone())
            .bearer_auth(token.value.expose_secret())
            .header("accept", "application/json")
            .json(&json!({ "message": message(push) }));
        http::exchange(request).await
    }

    /// The present token, or a new one where it is about to end or is `refused`. One asks, the others wait for it.
    async fn token(&self, refused: Option<&Arc<Token>>) -> Result<Arc<Token>, PushOutcome> {
        let mut cached = self.token.lock().await;
        let now = self.clock.now();
        if let Some(token) = &cached.token
            && now < token.renew_at
            && !refused.is_some_and(|refused| Arc::ptr_eq(refused, token))
        {
            return Ok(token.clone());
        }
        let later = |code| PushOutcome::Later { code, retry_after: None };
        if cached.failed_at.is_some_and(|at| now - at < AFTER_FAILURE) {
            return Err(later(None));
        }
        match self.ask_for_token(now).await {
            Ok(token) => {
                *cached = Cached { token: Some(token.clone()), failed_at: None };
                Ok(token)
            }
            Err(status) => {
                // By the clock after it: who waited meanwhile for an answer that never came does not ask again at once.
                *cached = Cached { token: None, failed_at: Some(self.clock.now()) };
                tracing::warn!(status, "Google gave no token");
                Err(later(status))
            }
        }
    }

    async fn ask_for_token(&self, now: DateTime<Utc>) -> Result<Arc<Token>, Option<u16>> {
        let header = Header { kid: Some(self.key_id.clone()), ..Header::new(Algorithm::RS256) };
        let claims = json!({
            "iss": self.email, "scope": SCOPE, "aud": AUDIENCE,
            "iat": now.timestamp(), "exp": now.timestamp() + LONGEST_LIFE,
        });
        let assertion = encode(&header, &claims, &self.key).map_err(|_| None)?;
        // Neither half holds a letter that a form would have to escape.
        let form =
            format!("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion={assertion}");
        let request = self
            .http
            .post(self.token_url.clone())
            .header("accept", "application/json")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form);
        let Reply::Answer { status, body, .. } = http::exchange(request).await else { return Err(None) };
        let answer = (status == 200).then(|| serde_json::from_slice::<TokenBody>(&body).ok()).flatten();
        let answer = answer.ok_or(Some(status))?;
        if answer.access_token.is_empty() || !answer.access_token.bytes().all(|byte| byte.is_ascii_graphic())
        {
            return Err(Some(status));
        }
        let life = TimeDelta::seconds(answer.expires_in.clamp(0, LONGEST_LIFE));
        let early = EARLY.min(life / 2);
        Ok(Arc::new(Token { value: answer.access_token.into(), renew_at: now + life - early }))
    }
}

impl PushSender for Fcm {
    fn send<'a>(&'a self, push: &'a Push) -> Pushing<'a> {
        Box::pin(self.deliver(push))
    }
}

/// The message as the API takes it.
fn message(push: &Push) -> Value {
    let data: serde_json::Map<String, Value> = push
        .data
        .iter()
        .filter(|(name, _)| !is_kept(name))
        .map(|(name, value)| ((*name).to_owned(), json!(value)))
        .collect();
    let life = push.life.as_secs().min(LONGEST_WORTH);
    let mut message = json!({
        "notification": {
            "title": Push::shown(&push.title, Push::MAX_TITLE),
            "body": Push::shown(&push.body, Push::MAX_BODY),
        },
        "data": data,
        "android": {
            "priority": if push.urgent { "HIGH" } else { "NORMAL" },
            "ttl": format!("{life}s"),
            // What is shown already under this tag is replaced, and not doubled. Of what shows a notification Google passes a collapse key over, and may
            // keep the last alone for a telephone that is away.
            "notification": { "tag": push.collapse_key, "notification_count": push.badge },
        },
        "apns": {
            "headers": {
                "apns-collapse-id": push.collapse_key,
                "apns-priority": if push.urgent { "10" } else { "5" },
            },
            "payload": { "aps": { "badge": push.badge, "sound": "default", "thread-id": push.collapse_key } },
        },
    });
    let (name, target) = match &push.to {
        PushTarget::Token(token) => ("token", token),
        PushTarget::Installation(id) => ("fid", id),
    };
    message[name] = json!(target);
    message
}

/// Names that Google keeps for itself: a message with one is refused whole.
fn is_kept(name: &str) -> bool {
    ["from", "message_type"].contains(&name) || name.starts_with("google") || name.starts_with("gcm")
}

/// The `errorCode` among the details of a refusal.
fn error_code(body: &[u8]) -> Option<String> {
    let answer: Value = serde_json::from_slice(body).ok()?;
    let details = answer.get("error")?.get("details")?.as_array()?;
    details.iter().find_map(|detail| Some(detail.get("errorCode")?.as_str()?.to_owned()))
}

/// What an answer means.
fn judge(reply: Reply) -> PushOutcome {
    let (status, retry_after, body) = match reply {
        Reply::Answer { status, retry_after, body } => (status, retry_after, body),
        Reply::NotSent | Reply::Lost => return PushOutcome::Later { code: None, retry_after: None },
    };
    let error = error_code(&body);
    let code = Some(status);
    match (status, error.as_deref()) {
        (200, _) => {
            let answer: Option<Value> = serde_json::from_slice(&body).ok();
            let name = answer.as_ref().and_then(|answer| answer.get("name")?.as_str());
            PushOutcome::Accepted(name.and_then(|name| http::id(name.rsplit('/').next()?)))
        }
        (_, Some("UNREGISTERED" | "SENDER_ID_MISMATCH")) => PushOutcome::TargetGone(code),
        // A proxy's 404 says nothing of the target.
        (404, None) | (429, _) | (408 | 500.., _) => {
            // Whoever sends too much is asked to wait for a minute at least.
            let wait = retry_after.or((status == 429).then_some(Duration::from_secs(60)));
            PushOutcome::Later { code, retry_after: wait }
        }
        (401, None) => PushOutcome::Later { code, retry_after: None },
        _ => PushOutcome::Refused(code),
    }
}
