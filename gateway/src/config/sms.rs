//! How text messages leave, and what they may cost.

use super::is_weak;
use hostolink_kernel::{ExposeSecret, Secret};
use hostolink_notifier::{SmsProvider, SmsRoutes};
use serde::Deserialize;

/// The providers of text messages and their prices. Without any, none leave.
#[derive(Debug, Clone, Default)]
pub struct Sms {
    /// Orange, where it is configured.
    pub orange: Option<Orange>,
    /// Twilio, where it is configured.
    pub twilio: Option<Twilio>,
    /// Which of them carry which numbers.
    pub routes: SmsRoutes,
    /// What the messages of a day may cost, in francs CFA.
    pub daily_budget_xof: u32,
}

/// Orange's SMS API.
#[derive(Debug, Clone)]
pub struct Orange {
    /// Where it is.
    pub url: String,
    /// Of the application.
    pub client_id: Secret,
    /// Its secret.
    pub client_secret: Secret,
    /// The number that the contract names.
    pub sender: String,
    /// The name that phones show.
    pub sender_name: Option<String>,
    /// What is at the end of the address that Orange sends its receipts to; without it none are taken.
    pub hook_secret: Option<Secret>,
    /// What a segment costs, in thousandths of a franc.
    pub price_millimes: i64,
}

/// Twilio.
#[derive(Debug, Clone)]
pub struct Twilio {
    /// Where it is.
    pub url: String,
    /// `AC…`.
    pub account_sid: String,
    /// The account's token.
    pub auth_token: Secret,
    /// A number, a name or a messaging service.
    pub sender: String,
    /// What a segment costs, in thousandths of a franc.
    pub price_millimes: i64,
}

impl Sms {
    /// Whether any message leaves this machine.
    #[must_use]
    pub const fn has_provider(&self) -> bool {
        self.orange.is_some() || self.twilio.is_some()
    }

    /// What a segment costs with a provider, in thousandths of a franc.
    #[must_use]
    pub fn price_millimes(&self, provider: SmsProvider) -> i64 {
        match provider {
            SmsProvider::Orange => self.orange.as_ref().map_or(0, |orange| orange.price_millimes),
            SmsProvider::Twilio => self.twilio.as_ref().map_or(0, |twilio| twilio.price_millimes),
            SmsProvider::Development => 0,
        }
    }
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Variables {
    orange_sms_client_id: Option<Secret>,
    orange_sms_client_secret: Option<Secret>,
    orange_sms_sender: Option<String>,
    orange_sms_sender_name: Option<String>,
    orange_sms_hook_secret: Option<Secret>,
    orange_sms_price: Option<String>,
    orange_sms_url: Option<String>,
    twilio_account_sid: Option<String>,
    twilio_auth_token: Option<Secret>,
    twilio_sender: Option<String>,
    twilio_sms_price: Option<String>,
    twilio_url: Option<String>,
    sms_routes: Option<String>,
    sms_daily_budget_xof: Option<u32>,
}

impl Variables {
    pub(super) fn check(self, problems: &mut Vec<String>) -> Sms {
        // What a segment costs where nobody says: rather too much, so that the budget holds.
        let orange_price = price(self.orange_sms_price, "ORANGE_SMS_PRICE", 30_000, problems);
        let twilio_price = price(self.twilio_sms_price, "TWILIO_SMS_PRICE", 200_000, problems);
        if self.orange_sms_hook_secret.as_ref().is_some_and(|secret| !is_path_secret(secret)) {
            problems.push(
                "ORANGE_SMS_HOOK_SECRET is weak or not made of letters and digits: make one with `openssl rand -hex 32`"
                    .to_owned(),
            );
        }
        let orange = match (self.orange_sms_client_id, self.orange_sms_client_secret, self.orange_sms_sender)
        {
            (Some(client_id), Some(client_secret), Some(sender)) => Some(Orange {
                url: self.orange_sms_url.unwrap_or_else(|| "https://api.orange.com".to_owned()),
                client_id,
                client_secret,
                sender,
                sender_name: self.orange_sms_sender_name,
                hook_secret: self.orange_sms_hook_secret,
                price_millimes: orange_price,
            }),
            (None, None, None) => None,
            _ => {
                problems.push(
                    "ORANGE_SMS_CLIENT_ID, ORANGE_SMS_CLIENT_SECRET and ORANGE_SMS_SENDER go together"
                        .to_owned(),
                );
                None
            }
        };
        let twilio = match (self.twilio_account_sid, self.twilio_auth_token, self.twilio_sender) {
            (Some(account_sid), Some(auth_token), Some(sender)) => Some(Twilio {
                url: self.twilio_url.unwrap_or_else(|| "https://api.twilio.com".to_owned()),
                account_sid,
                auth_token,
                sender,
                price_millimes: twilio_price,
            }),
            (None, None, None) => None,
            _ => {
                problems
                    .push("TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_SENDER go together".to_owned());
                None
            }
        };
        let routes = self.sms_routes.as_deref().map_or_else(|| Ok(SmsRoutes::default()), SmsRoutes::parse);
        let routes = routes.unwrap_or_else(|error| {
            problems.push(format!("SMS_ROUTES can't be read: {error}"));
            SmsRoutes::default()
        });
        let sms =
            Sms { orange, twilio, routes, daily_budget_xof: self.sms_daily_budget_xof.unwrap_or_default() };
        if sms.has_provider() && sms.daily_budget_xof == 0 {
            problems.push(
                "SMS_DAILY_BUDGET_XOF is missing: what a day's text messages may cost, in francs CFA"
                    .to_owned(),
            );
        }
        sms
    }
}

/// Francs with up to three decimals, in thousandths.
fn price(text: Option<String>, name: &str, usual: i64, problems: &mut Vec<String>) -> i64 {
    let Some(text) = text else { return usual };
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
    let is_price = !whole.is_empty()
        && whole.len() <= 6
        && decimals.len() <= 3
        && (whole.bytes().chain(decimals.bytes())).all(|b| b.is_ascii_digit());
    let millimes = format!("{whole}{decimals:0<3}").parse();
    match millimes {
        Ok(millimes) if is_price => millimes,
        _ => {
            problems.push(format!("{name} is francs for a segment, for example 25 or 12.5"));
            usual
        }
    }
}

/// It is a part of an address: nothing in it may need escaping.
fn is_path_secret(secret: &Secret) -> bool {
    let text = secret.expose_secret();
    !is_weak(text)
        && text.len() <= 128
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(change: impl FnOnce(&mut Variables)) -> Result<Sms, String> {
        let mut variables = Variables {
            orange_sms_client_id: Some("id".into()),
            orange_sms_client_secret: Some("secret".into()),
            orange_sms_sender: Some("+2250000".to_owned()),
            sms_daily_budget_xof: Some(20_000),
            ..Variables::default()
        };
        change(&mut variables);
        let mut problems = Vec::new();
        let sms = variables.check(&mut problems);
        if problems.is_empty() { Ok(sms) } else { Err(problems.join("\n")) }
    }

    #[test]
    fn nothing_set_sends_nothing() {
        let mut problems = Vec::new();
        let sms = Variables::default().check(&mut problems);
        assert!(problems.is_empty() && !sms.has_provider());
    }

    #[test]
    fn what_goes_together_is_asked_for_by_name() {
        let sms = check(|_| {}).unwrap();
        assert_eq!((sms.price_millimes(SmsProvider::Orange), sms.daily_budget_xof), (30_000, 20_000));
        assert!(check(|v| v.orange_sms_sender = None).unwrap_err().contains("ORANGE_SMS_SENDER"));
        assert!(check(|v| v.twilio_sender = Some("+1".into())).unwrap_err().contains("TWILIO_ACCOUNT_SID"));
        assert!(check(|v| v.sms_daily_budget_xof = None).unwrap_err().contains("SMS_DAILY_BUDGET_XOF"));
        assert!(check(|v| v.sms_routes = Some("orange".into())).unwrap_err().contains("SMS_ROUTES"));
    }

    #[test]
    fn prices_are_francs_with_decimals() {
        for (text, millimes) in [("25", 25_000), ("12.5", 12_500), ("0.125", 125), ("0", 0), ("7.", 7_000)] {
            let sms = check(|v| v.orange_sms_price = Some(text.to_owned())).unwrap();
            assert_eq!(sms.price_millimes(SmsProvider::Orange), millimes, "{text}");
        }
        for text in ["", "-1", "1e3", "12,5", "1.2345", ".5", "9999999", "+5"] {
            let refused = check(|v| v.orange_sms_price = Some(text.to_owned()));
            assert!(refused.unwrap_err().contains("ORANGE_SMS_PRICE"), "{text}");
        }
    }

    #[test]
    fn a_secret_of_an_address_is_strong_and_plain() {
        let strong = "q8Zt1xVb3nRk7wPy5sLd9fGh2jMc4aEu";
        assert!(check(|v| v.orange_sms_hook_secret = Some(strong.into())).is_ok());
        for secret in ["short", &format!("{strong}/"), &"a".repeat(64)] {
            let refused = check(|v| v.orange_sms_hook_secret = Some((*secret).into()));
            assert!(refused.unwrap_err().contains("ORANGE_SMS_HOOK_SECRET"), "{secret}");
        }
    }
}
