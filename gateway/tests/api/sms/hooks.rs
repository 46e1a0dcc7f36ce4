//! Receipts, real and forged.

use super::{HOOK_SECRET, TWILIO_TOKEN, ask, overview, provider::Provider, register, start};
use crate::app::{Answer, TestApp};
use base64::Engine;
use hmac::{Hmac, Mac};
use reqwest::Method;
use serde_json::{Value, json};
use sha1::Sha1;

fn orange_body(id: &str, status: &str) -> Value {
    json!({"deliveryInfoNotification": {"callbackData": id, "deliveryInfo": {"address": "tel:+2250708091011", "deliveryStatus": status}}})
}

async fn orange_says(app: &TestApp, secret: &str, body: Value) -> Answer {
    app.anon().post(&format!("/api/hooks/orange-sms/{secret}"), body).await
}

#[actix_web::test]
async fn case_89_only_orange_knows_its_address() {
    let (orange, twilio) = (Provider::start(), Provider::start());
    let app = start(&orange, &twilio);
    let admin = app.with_role("admin@example.ci", "admin").await;
    register(&app, "0708091011").await;
    ask(&app, "0708091011").await.expect(200);
    assert_eq!(overview(&admin).await.1["state"], "accepted");

    let delivered = || orange_body("orange-1", "DeliveredToTerminal");
    let longer = format!("{HOOK_SECRET}x");
    for secret in ["x", &HOOK_SECRET[1..], longer.as_str(), &HOOK_SECRET.to_lowercase()] {
        orange_says(&app, secret, delivered()).await.expect_problem(404, "not_found");
    }
    assert_eq!(overview(&admin).await.1["state"], "accepted", "a forged receipt changed something");
    for (id, status, state) in [
        ("orange-2", "DeliveredToTerminal", "accepted"), // nobody's
        ("orange-1", "MessageWaiting", "accepted"),
        ("orange-1", "SomethingNew", "accepted"),
        ("orange-1", "DeliveryUncertain", "uncertain"),
        ("orange-1", "DeliveredToNetwork", "uncertain"), // late
        ("orange-1", "DeliveredToTerminal", "delivered"),
        ("orange-1", "DeliveredToTerminal", "delivered"), // twice
        ("orange-1", "DeliveryImpossible", "delivered"),
    ] {
        orange_says(&app, HOOK_SECRET, orange_body(id, status)).await.expect(204);
        assert_eq!(overview(&admin).await.1["state"], state, "{id} {status}");
    }
    for id in ["", "' OR 1=1 --", &"x".repeat(5_000)] {
        orange_says(&app, HOOK_SECRET, orange_body(id, "DeliveryImpossible")).await.expect(204);
    }
    for body in [json!({}), json!([]), json!({"deliveryInfoNotification": {"callbackData": 7}})] {
        orange_says(&app, HOOK_SECRET, body).await.expect_problem(400, "request.invalid_field");
    }
    app.stop().await;
    orange.stop().await;
    twilio.stop().await;
}

/// What Twilio would say at our public address, signed with its token.
fn twilio_says(app: &TestApp, token: &str, url: &str, pairs: &[(&str, &str)]) -> reqwest::RequestBuilder {
    let mut mac = Hmac::<Sha1>::new_from_slice(token.as_bytes()).unwrap();
    let mut sorted = pairs.to_vec();
    sorted.sort_unstable();
    mac.update(url.as_bytes());
    for (name, value) in &sorted {
        mac.update(format!("{name}{value}").as_bytes());
    }
    let signature = base64::engine::general_purpose::STANDARD.encode(mac.finalize().into_bytes());
    app.anon()
        .request(Method::POST, "/api/hooks/twilio-sms")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("x-twilio-signature", signature)
        .body(serde_urlencoded::to_string(pairs).unwrap())
}

#[actix_web::test]
async fn case_89_only_twilio_signs_for_twilio() {
    const URL: &str = "http://localhost:3000/api/hooks/twilio-sms";
    let (orange, twilio) = (Provider::start(), Provider::start());
    let app = start(&orange, &twilio);
    let admin = app.with_role("admin@example.ci", "admin").await;
    register(&app, "0508091011").await;
    ask(&app, "0508091011").await.expect(200);
    let sid = format!("SM{:032}", 1);
    let said = [("MessageSid", sid.as_str()), ("MessageStatus", "delivered"), ("To", "+225 0508091011 é&=")];
    let send = |request| {
        let caller = app.anon();
        async move { caller.send(request).await }
    };

    for request in [
        twilio_says(&app, "another token", URL, &said),
        twilio_says(&app, TWILIO_TOKEN, "http://localhost:3000/api/hooks/other", &said),
        twilio_says(&app, TWILIO_TOKEN, URL, &said[..1])
            .body("MessageStatus=delivered&MessageSid=SM00000000000000000000000000000001"),
        app.anon()
            .request(Method::POST, "/api/hooks/twilio-sms")
            .body(serde_urlencoded::to_string(said).unwrap()),
        app.anon().request(Method::POST, "/api/hooks/twilio-sms").body(vec![0xff, 0x25, 0x00]),
    ] {
        send(request).await.expect_problem(404, "not_found");
    }
    let large = app.anon().request(Method::POST, "/api/hooks/twilio-sms").body("x".repeat(70_000));
    send(large).await.expect_problem(413, "request.too_large");
    assert_eq!(overview(&admin).await.1["state"], "accepted");

    for (status, state) in [
        ("queued", "accepted"),
        ("sent", "network"),
        ("delivered", "delivered"),
        ("sent", "delivered"),
        ("failed", "delivered"),
    ] {
        let said = [("MessageSid", sid.as_str()), ("MessageStatus", status), ("To", "+225 é&=")];
        send(twilio_says(&app, TWILIO_TOKEN, URL, &said)).await.expect(204);
        assert_eq!(overview(&admin).await.1["state"], state, "{status}");
    }
    app.stop().await;
    orange.stop().await;
    twilio.stop().await;
}

#[actix_web::test]
async fn without_a_provider_there_are_no_receipts() {
    let app = TestApp::start();
    for secret in ["x", HOOK_SECRET, ""] {
        let answer = orange_says(&app, secret, orange_body("a", "DeliveredToTerminal")).await;
        answer.expect_problem(404, "not_found");
    }
    let request = twilio_says(&app, TWILIO_TOKEN, "http://localhost:3000/api/hooks/twilio-sms", &[]);
    app.anon().send(request).await.expect_problem(404, "not_found");
    app.stop().await;
}
