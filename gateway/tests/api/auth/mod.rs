//! Signing in, from the outside.

mod account;
mod attacks;
mod bad_input;
mod calls;
pub(crate) mod identity;
mod people;
mod photo;
mod pins;
mod profile;
mod resets;
mod roles;
mod sessions;
pub(crate) mod totp;

use crate::app::TestApp;
use serde_json::{Value, json};

/// Asks for a code and reads it from the message.
async fn new_code(app: &TestApp, identifier: &str) -> String {
    app.all_sent().await;
    app.anon().post("/api/generate-otp", json!({"identifier": identifier})).await.expect(200);
    app.newest_code_for(identifier).await
}

/// What was sent to somebody, newest first.
async fn messages(app: &TestApp, identifier: &str) -> Vec<Value> {
    let answer = app.anon().get(&format!("/api/dev/outbox?recipient={identifier}")).await;
    answer.expect(200).json.as_array().unwrap().clone()
}
