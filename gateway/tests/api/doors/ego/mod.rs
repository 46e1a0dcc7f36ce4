//! EGO Transfert's calls, as its document prints them.

mod accounts;
mod admin;
mod bad_input;
mod calls;
mod guards;
pub(crate) mod logged;

use crate::app::{Answer, Caller, PASSWORD, TestApp};
use serde_json::{Value, json};

const EMAIL: &str = "testemail@gmail.com";

/// The printed body, with a password that meets the rules.
fn registration(email: &str) -> Value {
    json!({
        "firstname": "Awa", "lastname": "Koné", "email": email, "phoneNumber": "0022892152900", "password": PASSWORD,
        "role": "superadmin",
    })
}

/// Registers somebody and proves their mailbox, all through this door.
async fn person(app: &TestApp, email: &str) -> Caller {
    let anon = app.anon();
    anon.post("/api/v1/users/register/", registration(email)).await.expect(200);
    let otp = app.newest_code_for(email).await;
    anon.post("/api/v1/users/verify-otp/", json!({"email": email, "otp": otp})).await.expect(200);
    sign_in(app, "/api/v1/users/login/", email, PASSWORD).await
}

/// Signs in through this door.
async fn sign_in(app: &TestApp, path: &str, email: &str, password: &str) -> Caller {
    let mut caller = app.anon();
    let answer = caller.post(path, json!({"email": email, "password": password})).await;
    caller.identifier = email.to_owned();
    take_tokens(&mut caller, &answer);
    caller
}

fn take_tokens(caller: &mut Caller, answer: &Answer) {
    let token = &answer.expect(200).json["data"]["token"];
    caller.token = Some(token["accessToken"].as_str().unwrap().to_owned());
    caller.refresh_token = Some(token["refreshToken"].as_str().unwrap().to_owned());
}

/// The token in the newest mail to somebody: the one run of 43 characters of its alphabet.
async fn mailed_token(app: &TestApp, email: &str) -> String {
    while app.state.notifier.pending() > 0 {
        tokio::task::yield_now().await;
    }
    let mails = app.anon().get(&format!("/api/dev/outbox?recipient={email}")).await;
    let body = mails.json[0]["body"].as_str().unwrap().to_owned();
    let is_token = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let found = body.split(|c: char| !is_token(c)).find(|run| run.len() == 43);
    found.unwrap_or_else(|| panic!("no token in {body}")).to_owned()
}

/// What was sent to somebody, newest first.
async fn mails(app: &TestApp, email: &str) -> Vec<String> {
    while app.state.notifier.pending() > 0 {
        tokio::task::yield_now().await;
    }
    let mails = app.anon().get(&format!("/api/dev/outbox?recipient={email}")).await;
    let bodies = mails.expect(200).json.as_array().unwrap().clone();
    bodies.iter().map(|mail| mail["body"].as_str().unwrap().to_owned()).collect()
}

impl Answer {
    /// Asserts a refusal in this door's shape.
    #[track_caller]
    fn expect_refusal(&self, status: u16, code: &str) -> &Self {
        self.expect(status);
        assert_eq!(self.headers["content-type"], "application/json");
        assert_eq!(
            (&self.json["status"], &self.json["code"]),
            (&json!("error"), &json!(code)),
            "{}",
            self.json
        );
        assert!(self.json["message"].as_str().is_some_and(|text| text.len() > 5), "{}", self.json);
        assert!(self.json["traceId"].is_string());
        self
    }
}
