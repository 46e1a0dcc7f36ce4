//! Door C, as the microservice suite's pages and services see it.

mod attacks;
mod calls;
mod envelope;

use crate::app::{Answer, PASSWORD, TestApp, token_in};
use serde_json::{Value, json};

const EMAIL: &str = "awa@example.ci";

/// A body that makes an account.
fn new_user(email: &str, password: &str) -> Value {
    json!({"nom": "Koné", "prenom": "Awa", "email": email, "password": password})
}

/// Makes an account, and gives the token of the link that was mailed.
async fn create(app: &TestApp, email: &str, password: &str) -> String {
    app.anon().post("/Gateway/create_user", new_user(email, password)).await.expect(201);
    token_in(&app.newest_message_for(email).await)
}

async fn confirm(app: &TestApp, token: &str) -> Answer {
    app.anon().post("/Gateway/confirmation", json!({"token": token})).await
}

async fn login(app: &TestApp, email: &str, password: &str) -> Answer {
    app.anon().post("/Gateway/login", json!({"email": email, "password": password})).await
}

/// Somebody who made an account here and confirmed it.
async fn person(app: &TestApp, email: &str) {
    let token = create(app, email, PASSWORD).await;
    confirm(app, &token).await.expect(200);
}

/// Asserts a refusal in this door's shape.
#[track_caller]
fn expect_refusal(answer: &Answer, status: u16, code: &str) {
    answer.expect(status);
    assert_eq!(answer.headers["content-type"], "application/json");
    assert_eq!((&answer.json["statusCode"], &answer.json["code"]), (&json!(status), &json!(code)));
    for text in ["message", "error", "traceId"] {
        assert!(answer.json[text].as_str().is_some_and(|text| !text.is_empty()), "{text}: {}", answer.json);
    }
    assert!(answer.json.get("type").is_none(), "no problem document here: {}", answer.json);
}
