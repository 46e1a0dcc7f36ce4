//! Text messages: out through providers, back as receipts.

mod hooks;
mod overview;
mod provider;

use crate::app::{Answer, Caller, TestApp};
use hostolink_gateway::config::{Config, Orange, Twilio};
use hostolink_kernel::Secret;
use provider::Provider;
use serde_json::{Value, json};

pub(super) const HOOK_SECRET: &str = "q8Zt1xVb3nRk7wPy5sLd9fGh2jMc4aEu";
pub(super) const TWILIO_TOKEN: &str = "a-token-of-the-tests";

/// A server whose text messages leave through these providers, for 1,000 F a day.
pub(crate) fn start(orange: &Provider, twilio: &Provider) -> TestApp {
    let (orange, twilio) = (orange.url.clone(), twilio.url.clone());
    TestApp::start_with(move |config: &mut Config| {
        config.sms.daily_budget_xof = 1_000;
        config.sms.orange = Some(Orange {
            url: orange.clone(),
            client_id: "id".into(),
            client_secret: "secret".into(),
            sender: "+2250000".to_owned(),
            sender_name: None,
            hook_secret: Some(HOOK_SECRET.into()),
            price_millimes: 25_000,
        });
        config.sms.twilio = Some(Twilio {
            url: twilio.clone(),
            account_sid: "AC0123".to_owned(),
            auth_token: Secret::from(TWILIO_TOKEN),
            sender: "HOSTOLINK".to_owned(),
            price_millimes: 190_500,
        });
    })
}

/// Asks for a code to a phone, and waits until its message was handed over and written down.
pub(super) async fn ask(app: &TestApp, phone: &str) -> Answer {
    let answer = app.anon().post("/api/generate-otp", json!({"identifier": phone})).await;
    while app.state.notifier.pending() > 0 {
        tokio::task::yield_now().await;
    }
    answer
}

pub(super) async fn register(app: &TestApp, phone: &str) {
    app.anon().post("/api/register-user", json!({"identifier": phone})).await.expect(200);
}

/// The overview, and of it the one line of counts that there is.
pub(super) async fn overview(admin: &Caller) -> (Value, Value) {
    let day = admin.get("/api/admin/sms").await.expect(200).json.clone();
    let count = day["counts"][0].clone();
    (day, count)
}
