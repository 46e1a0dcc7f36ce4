//! The suite's envelope around the same calls.

use super::{EMAIL, confirm, create, expect_refusal, person};
use crate::app::{PASSWORD, TestApp, token_in};
use serde_json::{Value, json};

fn envelope(method: &str, data: Value) -> Value {
    let mut envelope = json!({
        "moduleName": "Authentification", "serviceName": "Authentification", "method": method, "serviceSource": "Gateway"
    });
    envelope["data"] = data;
    envelope
}

#[actix_web::test]
async fn every_call_goes_in_an_envelope_and_is_answered_in_one() {
    let app = TestApp::start();
    let call = async |method: &str, data: Value| {
        let answer = app.anon().post(&format!("/Gateway/{method}"), envelope(method, json!([data]))).await;
        assert!(answer.status.is_success(), "{}", answer.json);
        let names: Vec<_> = answer.json.as_object().unwrap().keys().cloned().collect();
        assert_eq!(names, ["data", "method", "moduleName", "serviceName", "serviceSource"]);
        assert_eq!(
            (&answer.json["method"], &answer.json["serviceSource"]),
            (&json!(method), &json!("Gateway"))
        );
        assert_eq!(answer.json["data"].as_array().unwrap().len(), 1);
        answer.json["data"][0].clone()
    };
    let created = call("create_user", json!({"nom": "Koné", "email": EMAIL, "password": PASSWORD})).await;
    assert_eq!(created["statusCode"], 201);
    call("resend_confirmation", json!({"email": EMAIL})).await;
    let token = token_in(&app.newest_message_for(EMAIL).await);
    call("confirmation", json!({"token": token})).await;
    let signed_in = call("login", json!({"email": EMAIL, "password": PASSWORD})).await;
    assert_eq!(signed_in["user"]["nom"], "Koné");
    call("forgot_password", json!({"email": EMAIL})).await;
    let token = token_in(&app.newest_message_for(EMAIL).await);
    call("reset_password", json!({"token": token, "password": "UnAutreMotDePasse456"})).await;
    app.stop().await;
}

#[actix_web::test]
async fn case_96_an_envelope_opens_nothing_that_the_plain_call_would_not() {
    let app = TestApp::start();
    person(&app, EMAIL).await;
    let anon = app.anon();
    let login = json!({"email": EMAIL, "password": PASSWORD});
    anon.post("/Gateway/login", envelope("login", json!([login.clone()]))).await.expect(200);
    anon.post("/Gateway/login", envelope("login", login.clone())).await.expect(200);
    let mut wrong = vec![
        envelope("create_user", json!([login.clone()])),
        envelope("remove_user", json!([login.clone()])),
        envelope("login", json!([])),
        envelope("login", json!(null)),
        envelope("login", json!("x")),
        envelope("login", json!([login.clone(), login.clone()])),
        envelope("login", json!([envelope("login", json!([login.clone()]))])),
        envelope("login", json!([{"email": [EMAIL], "password": {"$ne": ""}}])),
    ];
    for (field, value) in [
        ("moduleName", json!("Stock")),
        ("moduleName", json!(7)),
        ("moduleName", json!(null)),
        ("serviceName", json!("x".repeat(10_000))),
        ("serviceSource", json!("superadmin\r\nX-Role: superadmin")),
    ] {
        let mut body = envelope("login", json!([login.clone()]));
        body[field] = value;
        wrong.push(body);
    }
    for body in wrong {
        let answer = anon.post("/Gateway/login", body.clone()).await;
        expect_refusal(&answer, 400, "request.invalid_field");
    }
    // Saying to be a service gives no power, and a role inside is no role.
    let mut spoofed = envelope("login", json!([login]));
    spoofed["serviceSource"] = json!("Administration");
    spoofed["role"] = json!("superadmin");
    let answer = anon.post("/Gateway/login", spoofed).await;
    assert_eq!(answer.expect(200).json["data"][0]["user"]["role"], "user");
    assert!(answer.json.get("role").is_none());
    app.stop().await;
}

#[actix_web::test]
async fn case_45_bombs_are_refused() {
    let app = TestApp::start();
    let token = create(&app, EMAIL, PASSWORD).await;
    let anon = app.anon();
    let send = async |body: String| {
        let request = anon.request(reqwest::Method::POST, "/Gateway/login");
        anon.send(request.header("Content-Type", "application/json").body(body)).await
    };
    let deep = format!("{{\"data\":{}", "[".repeat(30_000));
    expect_refusal(&send(deep).await, 400, "request.invalid_json");
    expect_refusal(&send(" ".repeat(1_000_000)).await, 413, "request.too_large");
    let many =
        format!("{{\"moduleName\":\"users\",\"method\":\"login\",\"data\":[{}{{}}]}}", "{},".repeat(15_000));
    expect_refusal(&send(many).await, 400, "request.invalid_field");
    let nul = "{\"email\":\"a\\u0000b\",\"password\":\"x\"}".to_owned();
    expect_refusal(&send(nul).await, 400, "request.invalid_text");
    confirm(&app, &token).await.expect(200);
    app.stop().await;
}
