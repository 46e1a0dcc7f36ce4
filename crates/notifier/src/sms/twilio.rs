//! Twilio's Programmable Messaging, API 2010-04-01 (www.twilio.com/docs/messaging/api/message-resource).

use super::orange::is_sender_name;
use crate::http::{self, InvalidSmsSettings, Reply};
use crate::{SendingSms, Sms, SmsAnswer, SmsOutcome, SmsProvider, SmsSender};
use base64::Engine;
use hmac::{Hmac, Mac};
use hostolink_kernel::{ExposeSecret, Secret};
use reqwest::{Client, Url};
use serde::Deserialize;
use sha1::Sha1;
use std::time::Duration;

/// Twilio gives up what it could not deliver in this many seconds: a code lives ten minutes.
const VALIDITY: &str = "600";

/// How to reach Twilio.
#[derive(Debug, Clone)]
pub struct TwilioSettings {
    /// `https://api.twilio.com`.
    pub url: String,
    /// `AC…`.
    pub account_sid: String,
    /// The account's token: it also signs what Twilio tells us.
    pub auth_token: Secret,
    /// A number with its country code, a name of at most 11 letters and digits, or a messaging service (`MG…`).
    pub sender: String,
    /// Where Twilio tells what became of a message: our public address.
    pub status_callback: Option<String>,
    /// How long one exchange may take, the connection included.
    pub timeout: Duration,
}

/// Sends through Twilio.
pub struct TwilioSms {
    http: Client,
    send_url: Url,
    settings: TwilioSettings,
}

#[derive(Deserialize)]
struct Created {
    sid: String,
    status: Option<String>,
}

#[derive(Deserialize)]
struct Problem {
    code: u32,
}

impl TwilioSms {
    /// Reads the settings.
    ///
    /// # Errors
    /// [`InvalidSmsSettings`].
    pub fn try_new(settings: TwilioSettings) -> Result<Self, InvalidSmsSettings> {
        let base = http::base(&settings.url)?;
        let sid = settings.account_sid.as_str();
        let token = settings.auth_token.expose_secret();
        if !sid.starts_with("AC")
            || !sid.bytes().all(|b| b.is_ascii_alphanumeric())
            || token.is_empty()
            || !token.bytes().all(|b| b.is_ascii_graphic())
        {
            return Err(InvalidSmsSettings::Credentials);
        }
        let sender = settings.sender.as_str();
        let is_number = sender
            .strip_prefix('+')
            .is_some_and(|d| (5..=15).contains(&d.len()) && d.bytes().all(|b| b.is_ascii_digit()));
        if !is_number && !is_service(sender) && !is_sender_name(sender) {
            return Err(InvalidSmsSettings::Sender);
        }
        let path = format!("/2010-04-01/Accounts/{sid}/Messages.json");
        Ok(Self {
            http: http::client(settings.timeout)?,
            send_url: base.join(&path).map_err(|_| InvalidSmsSettings::Address)?,
            settings,
        })
    }

    async fn deliver(&self, sms: &Sms) -> SmsOutcome {
        let settings = &self.settings;
        let from = if is_service(&settings.sender) { "MessagingServiceSid" } else { "From" };
        let mut form = vec![
            ("To", sms.to().as_str()),
            (from, settings.sender.as_str()),
            ("Body", sms.text()),
            ("ValidityPeriod", VALIDITY),
        ];
        if let Some(url) = &settings.status_callback {
            form.push(("StatusCallback", url));
        }
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = self
            .http
            .post(self.send_url.clone())
            .basic_auth(&settings.account_sid, Some(settings.auth_token.expose_secret()))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body);
        judge(http::exchange(request).await)
    }
}

fn is_service(sender: &str) -> bool {
    sender.starts_with("MG") && sender.len() == 34 && sender.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// What an answer means. Only what surely was not taken may be sent another way.
fn judge(reply: Reply) -> SmsOutcome {
    let (status, retry_after, body) = match reply {
        Reply::Answer { status, retry_after, body } => (status, retry_after, body),
        Reply::NotSent => return SmsOutcome::unavailable(None),
        Reply::Lost => return SmsOutcome::Unknown,
    };
    match status {
        201 => match serde_json::from_slice::<Created>(&body) {
            Ok(created)
                if matches!(created.status.as_deref(), Some("failed" | "undelivered" | "canceled")) =>
            {
                SmsOutcome::Refused(Some(status))
            }
            Ok(created) => SmsOutcome::Accepted { id: http::id(&created.sid) },
            Err(_) => SmsOutcome::Accepted { id: None },
        },
        // 20003 and its like are about us, 20429 is about our pace; the 21… are about this message.
        400..=499 => match serde_json::from_slice::<Problem>(&body).map(|problem| problem.code) {
            Ok(20_000..=20_999) => SmsOutcome::Unavailable { code: Some(status), retry_after },
            Ok(21_000..=21_999) => SmsOutcome::Refused(Some(status)),
            _ if matches!(status, 401 | 403 | 404 | 408 | 425 | 429) => {
                SmsOutcome::Unavailable { code: Some(status), retry_after }
            }
            _ => SmsOutcome::Refused(Some(status)),
        },
        300..=302 | 304..=399 | 503 => SmsOutcome::Unavailable { code: Some(status), retry_after },
        _ => SmsOutcome::Unknown,
    }
}

impl SmsSender for TwilioSms {
    fn send<'a>(&'a self, sms: &'a Sms) -> SendingSms<'a> {
        Box::pin(async {
            SmsAnswer { provider: Some(SmsProvider::Twilio), outcome: self.deliver(sms).await }
        })
    }
}

impl std::fmt::Debug for TwilioSms {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TwilioSms").field("timeout", &self.settings.timeout).finish_non_exhaustive()
    }
}

/// Knows whether Twilio says what is said to come from it (www.twilio.com/docs/usage/security).
#[derive(Debug, Clone)]
pub struct TwilioSignature {
    auth_token: Secret,
    url: String,
}

impl TwilioSignature {
    /// For one address, exactly as Twilio was told it.
    #[must_use]
    pub fn new(auth_token: Secret, url: String) -> Self {
        Self { auth_token, url }
    }

    /// Whether `signature` is base64(HMAC-SHA1(token, address ‖ each name and value, by name)). In constant time.
    #[must_use]
    pub fn is_right(&self, parameters: &[(String, String)], signature: &str) -> bool {
        let Ok(given) = base64::engine::general_purpose::STANDARD.decode(signature.trim()) else {
            return false;
        };
        let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(self.auth_token.expose_secret().as_bytes()) else {
            return false;
        };
        mac.update(self.url.as_bytes());
        let mut sorted: Vec<_> = parameters.iter().collect();
        sorted.sort();
        for (name, value) in sorted {
            mac.update(name.as_bytes());
            mac.update(value.as_bytes());
        }
        mac.verify_slice(&given).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of Twilio's own page and libraries: token, address, parameters and the signature they give.
    #[test]
    fn case_89_the_published_example_is_right_and_nothing_else_is() {
        let url = "https://mycompany.com/myapp.php?foo=1&bar=2";
        let signature = TwilioSignature::new("12345".into(), url.to_owned());
        let pairs = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect::<Vec<_>>()
        };
        let mut parameters = pairs(&[
            ("CallSid", "CA1234567890ABCDE"),
            ("Digits", "1234"),
            ("From", "+14158675309"),
            ("To", "+18005551212"),
            ("Caller", "+14158675309"),
        ]);
        let right = "RSOYDt4T1cUTdK1PDd93/VVr8B8=";
        assert!(signature.is_right(&parameters, right));
        parameters.reverse();
        assert!(signature.is_right(&parameters, right), "in any order");
        for wrong in ["", "RSOYDt4T1cUTdK1PDd93/VVr8B9=", "RSOYDt4T1cUTdK1PDd93", "é", "AAAA"] {
            assert!(!signature.is_right(&parameters, wrong), "{wrong}");
        }
        parameters[0].1.push('0');
        assert!(!signature.is_right(&parameters, right), "a changed value");
        let elsewhere = TwilioSignature::new("12345".into(), "https://mycompany.com/other".to_owned());
        parameters[0].1.pop();
        assert!(!elsewhere.is_right(&parameters, right), "another address");
        assert!(!TwilioSignature::new("12346".into(), url.to_owned()).is_right(&parameters, right));
        assert!(!format!("{signature:?}").contains("12345"));
    }
}
