//! The PIN of a device, and the sums that need it.

use crate::app::{Caller, PASSWORD, TestApp};
use serde_json::{Value, json};
use std::time::Duration;

const PIN: &str = "7391";

async fn define(caller: &Caller, pin: &str) -> crate::app::Answer {
    caller.put("/api/pin", json!({"pin": pin, "confirmPin": pin})).await
}

async fn show(caller: &Caller, pin: &str) -> crate::app::Answer {
    caller.post("/api/pin/verify", json!({"pin": pin})).await
}

/// Somebody with 20 000 F on a server where what is above 5 000 F needs the PIN.
async fn awa(app: &TestApp) -> Caller {
    let (awa, chief, agent) = (app.person("awa@example.ci").await, app.superadmin().await, app.agent().await);
    for caller in [&chief, &agent] {
        define(caller, PIN).await.expect(204);
        show(caller, PIN).await.expect(200);
    }
    let float = json!({"agent": agent.identifier, "amount": 20_000});
    chief.pay("/api/admin/floats", float).await.expect(201);
    agent.pay("/api/agent/cash-ins", json!({"to": awa.identifier, "amount": 20_000})).await.expect(201);
    awa
}

fn small_sums() -> TestApp {
    TestApp::start_with(|config| config.pin_required_above = 5_000)
}

#[actix_web::test]
async fn a_larger_sum_needs_the_pin_and_the_same_key_goes_on_with_it() {
    let app = small_sums();
    let awa = awa(&app).await;
    let koffi = app.person("koffi@example.ci").await;
    let pay = async |key: &str, amount: i64| {
        let body = json!({"to": "koffi@example.ci", "amount": amount});
        awa.pay_with("/api/wallet/transfers", key, body).await
    };
    let quote = async |amount: i64| {
        let body = json!({"to": "koffi@example.ci", "amount": amount});
        awa.post("/api/wallet/transfers/quote", body).await.expect(200).json["pinRequired"].clone()
    };
    assert_eq!((quote(5_000).await, quote(5_001).await), (json!(false), json!(true)));
    pay("small-sum", 5_000).await.expect(201);
    pay("large-sum", 5_001).await.expect_problem(403, "auth.pin_undefined");
    define(&awa, PIN).await.expect(204);
    pay("large-sum", 5_001).await.expect_problem(403, "auth.pin_required");
    assert_eq!(show(&awa, PIN).await.expect(200).json, json!({"expiresIn": 300}));
    let paid = pay("large-sum", 5_001).await;
    paid.expect(201);
    assert!(!paid.headers.contains_key("idempotency-replayed"), "a refusal for the PIN is no outcome");
    // What is done is answered again without a PIN.
    app.clock.advance(Duration::from_secs(301));
    assert_eq!(pay("large-sum", 5_001).await.expect(201).headers["idempotency-replayed"], "true");
    pay("another-sum", 5_001).await.expect_problem(403, "auth.pin_required");
    // Giving back is moving money too.
    let id = paid.json["id"].as_str().unwrap();
    let refund = koffi.pay(&format!("/api/wallet/transfers/{id}/refund"), json!({})).await;
    refund.expect_problem(403, "auth.pin_undefined");
    koffi.pay(&format!("/api/wallet/transfers/{id}/refund"), json!({"amount": 1})).await.expect(201);
    app.stop().await;
}

#[actix_web::test]
async fn case_17_five_wrong_pins_lock_it_until_a_new_code() {
    let app = small_sums();
    let mut awa = awa(&app).await;
    define(&awa, PIN).await.expect(204);
    show(&awa, PIN).await.expect(200);
    let standing = async |caller: &Caller| caller.get("/api/pin").await.expect(200).json.clone();
    assert_eq!(standing(&awa).await, json!({"defined": true, "locked": false, "shown": true}));
    for _ in 0..4 {
        show(&awa, "5092").await.expect_problem(403, "auth.pin_wrong");
    }
    show(&awa, "5092").await.expect_problem(403, "auth.pin_locked");
    let body = json!({"to": "chef@example.ci", "amount": 6_000});
    awa.pay("/api/wallet/transfers", body.clone()).await.expect_problem(403, "auth.pin_locked");
    show(&awa, PIN).await.expect_problem(403, "auth.pin_locked");
    assert_eq!(standing(&awa).await, json!({"defined": true, "locked": true, "shown": false}));
    define(&awa, "5092").await.expect_problem(403, "auth.pin_locked");
    awa.delete("/api/pin").await.expect_problem(403, "auth.pin_locked");
    app.sign_in_by_code(&mut awa).await;
    assert_eq!(standing(&awa).await, json!({"defined": false, "locked": false, "shown": false}));
    define(&awa, "5092").await.expect(204);
    show(&awa, "5092").await.expect(200);
    awa.pay("/api/wallet/transfers", body).await.expect(201);
    app.stop().await;
}

#[actix_web::test]
async fn case_17_a_pin_stays_on_its_device() {
    let app = TestApp::start();
    let awa = app.person("awa@example.ci").await;
    define(&awa, PIN).await.expect(204);
    let mut other = awa.clone();
    app.sign_in_by_code(&mut other).await; // with her bearer: it takes the place of her session
    show(&awa, PIN).await.expect(401);
    show(&other, PIN).await.expect_problem(403, "auth.pin_undefined");
    let mut weak = app.anon();
    let body = json!({"identifier": awa.identifier, "password": PASSWORD});
    weak.token = weak.post("/api/verify-pin", body).await.json["accessToken"].as_str().map(str::to_owned);
    show(&weak, PIN).await.expect_problem(403, "auth.pin_undefined");
    define(&weak, PIN).await.expect_problem(403, "auth.step_up_required");
    app.clock.advance(Duration::from_secs(601));
    define(&other, PIN).await.expect_problem(403, "auth.recent_code_required");
    app.stop().await;
}

#[actix_web::test]
async fn the_owner_hears_of_a_new_pin() {
    let app = TestApp::start();
    for identifier in ["awa@example.ci", "+2250708091011"] {
        let owner = app.person(identifier).await;
        define(&owner, PIN).await.expect(204);
        let told = app.newest_message_for(identifier).await;
        assert!(told["body"].as_str().unwrap().contains("code PIN a été défini"), "{told}");
        assert!(!told.to_string().contains(PIN));
    }
    app.stop().await;
}

#[actix_web::test]
async fn a_pin_that_is_none_is_refused_by_name() {
    let app = TestApp::start();
    let awa = app.person("awa@example.ci").await;
    for (pin, code) in [
        (json!("123"), "auth.pin_invalid"),
        (json!("1234567"), "auth.pin_invalid"),
        (json!("73a1"), "auth.pin_invalid"),
        (json!("1234"), "auth.pin_weak"),
        (json!("251287"), "auth.pin_weak"),
        (json!(7391), "request.invalid_field"),
        (Value::Null, "request.invalid_field"),
    ] {
        awa.put("/api/pin", json!({"pin": pin})).await.expect_problem(400, code);
    }
    let differs = awa.put("/api/pin", json!({"pin": PIN, "confirmPin": "5092"})).await;
    differs.expect_problem(400, "auth.pin_mismatch");
    assert_eq!(differs.json["errors"][0]["field"], "confirmPin");
    define(&awa, PIN).await.expect(204);
    for pin in [json!(7391), json!({"pin": PIN}), Value::Null] {
        awa.post("/api/pin/verify", json!({"pin": pin})).await.expect_problem(400, "request.invalid_field");
    }
    for pin in ["", "７３９１", "73911", &"7".repeat(60_000)] {
        show(&awa, pin).await.expect(403);
    }
    show(&awa, PIN).await.expect(200);
    awa.delete("/api/pin").await.expect(204);
    awa.delete("/api/pin").await.expect_problem(403, "auth.pin_undefined");
    app.stop().await;
}
