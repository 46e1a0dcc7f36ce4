//! What a merchant asks of a card: setting aside, taking, letting go, and what a merchant hears of it.

use super::{Bank, balance, cards::Holder, latest};
use crate::app::{Answer, Caller, TestApp};
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::time::Duration;

pub(super) const CHARGE: &str = "/api/cards/authorizations";

/// What a till sends.
pub(super) fn sale(shown: &Value, amount: i64) -> Value {
    json!({"number": shown["number"], "code": shown["code"], "amount": amount})
}

/// A merchant, and Awa with 10 000 F and a card.
pub(super) async fn shop_and_awa(app: &TestApp, card: Value) -> (Caller, Holder) {
    let bank = Bank::open(app).await;
    let shop = app.with_role("boutique@example.ci", "merchant").await;
    (shop, Holder::new(app, &bank, "awa@example.ci", card).await)
}

pub(super) async fn available(holder: &Holder) -> (i64, i64) {
    let wallet = holder.caller.get("/api/wallet").await.expect(200).json.clone();
    (wallet["balance"].as_i64().unwrap(), wallet["available"].as_i64().unwrap())
}

pub(super) fn address(answer: &Answer) -> String {
    answer.expect(201).headers["location"].to_str().unwrap().to_owned()
}

#[actix_web::test]
async fn a_merchant_sets_aside_takes_part_and_gives_back() {
    let app = TestApp::start();
    let (shop, awa) = shop_and_awa(&app, json!({})).await;
    let mut body = sale(&awa.show().await, 4_500);
    body["note"] = json!("Table 4");
    let authorized = shop.pay_with(CHARGE, "vente-0001", body.clone()).await;
    let place = address(&authorized);
    assert_eq!((&authorized.json["state"], &authorized.json["amount"]), (&json!("held"), &json!(4_500)));
    assert_eq!(available(&awa).await, (10_000, 5_500));
    // The same sale again, whatever the code: the same answer, nothing more set aside.
    body["code"] = json!("000000");
    let again = shop.pay_with(CHARGE, "vente-0001", body.clone()).await;
    assert_eq!(again.expect(201).json, authorized.json);
    assert_eq!(again.headers["idempotency-replayed"], "true");
    body["amount"] = json!(4_501);
    shop.pay_with(CHARGE, "vente-0001", body).await.expect_problem(422, "request.idempotency_key_reused");

    let above = shop.pay(&format!("{place}/capture"), json!({"amount": 4_501})).await;
    above.expect_problem(422, "ledger.capture_exceeds");
    let captured = shop.pay_with(&format!("{place}/capture"), "prise-0001", json!({"amount": 4_000})).await;
    assert_eq!(
        (&captured.expect(200).json["state"], &captured.json["capturedAmount"]),
        (&json!("captured"), &json!(4_000))
    );
    let again = shop.pay_with(&format!("{place}/capture"), "prise-0001", json!({"amount": 4_000})).await;
    assert_eq!(
        (&again.expect(200).json, &again.headers["idempotency-replayed"]),
        (&captured.json, &"true".parse().unwrap())
    );
    assert_eq!((available(&awa).await, balance(&shop).await), ((6_000, 6_000), 4_000));
    shop.pay(&format!("{place}/capture"), json!({})).await.expect_problem(409, "ledger.hold_ended");
    shop.pay(&format!("{place}/release"), json!({})).await.expect_problem(409, "ledger.hold_ended");
    assert_eq!(latest(&awa.caller).await["note"], "Table 4");

    let refund = format!("/api/wallet/transfers/{}/refund", captured.json["capture"].as_str().unwrap());
    shop.pay(&refund, json!({"amount": 1_000})).await.expect(201);
    assert_eq!((balance(&awa.caller).await, balance(&shop).await), (7_000, 3_000));
    let seen = awa.get("/authorizations").await.expect(200).json["items"][0].clone();
    assert_eq!((&seen["state"], &seen["capturedAmount"]), (&json!("captured"), &json!(4_000)));
    assert!(seen["merchant"]["name"].is_string());
    app.stop().await;
}

#[actix_web::test]
async fn what_is_set_aside_is_let_go_or_runs_out() {
    let app = TestApp::start();
    let (shop, awa) = shop_and_awa(&app, json!({})).await;
    let place = address(&shop.pay(CHARGE, sale(&awa.show().await, 3_000)).await);
    let released = shop.pay_with(&format!("{place}/release"), "rendre-01", json!({})).await;
    assert_eq!(released.expect(200).json["state"], "released");
    shop.pay_with(&format!("{place}/release"), "rendre-01", json!({})).await.expect(200);
    assert_eq!(available(&awa).await, (10_000, 10_000));

    app.clock.advance(Duration::from_secs(60));
    let place = address(&shop.pay(CHARGE, sale(&awa.show().await, 3_000)).await);
    app.clock.advance(Duration::from_secs(7 * 24 * 60 * 60));
    assert_eq!(app.state.wallets.expire_holds(&mut app.db.conn(), 10).unwrap(), 1);
    let mut shop = shop;
    app.sign_in_by_code(&mut shop).await;
    assert_eq!(shop.get(&place).await.expect(200).json["state"], "expired");
    shop.pay(&format!("{place}/capture"), json!({})).await.expect_problem(409, "ledger.hold_ended");
    app.stop().await;
}

#[actix_web::test]
async fn a_merchant_learns_nothing_of_the_owner() {
    let app = TestApp::start();
    let (shop, awa) = shop_and_awa(&app, json!({"limits": {"perOperation": 20_000}})).await;
    let mut declines = Vec::new();
    let mut charge = async |amount: i64, key: &str| {
        app.clock.advance(Duration::from_secs(60));
        let mut refused = shop.pay_with(CHARGE, key, sale(&awa.show().await, amount)).await;
        refused.expect_problem(422, "wallet.card_declined");
        refused.json["traceId"] = json!(null);
        declines.push(refused.json);
    };
    charge(15_000, "trop-peu-01").await;
    charge(20_001, "limite-01").await;
    awa.post("/freeze", json!({})).await.expect(200);
    charge(1, "gelee-01").await;
    awa.post("/unfreeze", json!({})).await.expect(200);
    assert!(
        declines.windows(2).all(|pair| pair[0] == pair[1]),
        "funds, limit and freeze look alike: {declines:?}"
    );
    // Nor by the other doors: what the key came to, the list of transactions.
    for key in ["trop-peu-01", "limite-01", "gelee-01"] {
        shop.get(&format!("/api/wallet/transfers/by-key/{key}"))
            .await
            .expect_problem(404, "wallet.key_unknown");
    }
    let again = shop.pay_with(CHARGE, "trop-peu-01", sale(&awa.show().await, 15_000)).await;
    again.expect_problem(422, "wallet.card_declined");
    assert_eq!(again.headers["idempotency-replayed"], "true");
    app.clock.advance(Duration::from_secs(60));
    let place = address(&shop.pay(CHARGE, sale(&awa.show().await, 1_000)).await);
    let captured = shop.pay_with(&format!("{place}/capture"), "prise-0001", json!({})).await;
    assert!(!captured.json.to_string().contains("balance"));
    let by_key = shop.get("/api/wallet/transfers/by-key/prise-0001").await;
    assert_eq!(by_key.expect(200).json["receipt"]["balanceAfter"], json!(null), "it is the owner's");

    let seen = awa.get("/authorizations").await.expect(200).json["items"].clone();
    let reasons: Vec<_> = seen.as_array().unwrap().iter().map(|item| item["declinedFor"].clone()).collect();
    assert_eq!(reasons, [json!(null), json!("frozen"), json!("per-operation"), json!("insufficient-funds")]);
    app.stop().await;
}

#[actix_web::test]
async fn a_code_pays_once_and_a_number_alone_pays_nothing() {
    let app = TestApp::start();
    let (shop, awa) = shop_and_awa(&app, json!({})).await;
    let shown = awa.show().await;
    let answers = join_all((0..8).map(|_| shop.pay(CHARGE, sale(&shown, 100)))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1, "one code, one payment");
    for refused in answers.iter().filter(|answer| answer.status != 201) {
        refused.expect_problem(422, "wallet.card_not_recognised");
    }
    assert_eq!(available(&awa).await, (10_000, 9_900));
    // A declined one gives its code back.
    app.clock.advance(Duration::from_secs(120));
    let shown = awa.show().await;
    shop.pay(CHARGE, sale(&shown, 50_000)).await.expect_problem(422, "wallet.card_declined");
    shop.pay(CHARGE, sale(&shown, 50)).await.expect(201);
    // Two minutes later it is over; of a renewed card the number is dead; a card of nobody answers alike.
    app.clock.advance(Duration::from_secs(60));
    let old = awa.show().await;
    app.clock.advance(Duration::from_secs(120));
    shop.pay(CHARGE, sale(&old, 1)).await.expect_problem(422, "wallet.card_not_recognised");
    let before = awa.show().await;
    awa.post("/renew", json!({})).await.expect(200);
    let mut dead = shop.pay(CHARGE, sale(&before, 1)).await;
    dead.expect_problem(422, "wallet.card_not_recognised");
    let nobody = json!({"number": "9384 0000 0000 0007", "code": "123456", "amount": 1});
    let mut nobody = shop.pay(CHARGE, nobody).await;
    (dead.json["traceId"], nobody.json["traceId"]) = (json!(null), json!(null));
    assert_eq!(dead.json, nobody.json);
    app.stop().await;
}

#[actix_web::test]
async fn the_same_sale_sent_twice_at_once_is_one() {
    let app = TestApp::start();
    let (shop, awa) = shop_and_awa(&app, json!({})).await;
    let body = sale(&awa.show().await, 1_000);
    let twins = join_all((0..6).map(|_| shop.pay_with(CHARGE, "jumelles-1", body.clone()))).await;
    for twin in &twins {
        assert_eq!(twin.expect(201).json["id"], twins[0].json["id"]);
    }
    assert_eq!(available(&awa).await, (10_000, 9_000));
    app.stop().await;
}

#[actix_web::test]
async fn codes_are_not_guessed() {
    let app = TestApp::start();
    let (shop, awa) = shop_and_awa(&app, json!({})).await;
    let shown = awa.show().await;
    let right: u32 = shown["code"].as_str().unwrap().parse().unwrap();
    let guess = |n: u32| json!({"number": shown["number"], "code": format!("{:06}", (right + n) % 1_000_000), "amount": 1});
    let guesses = join_all((1..=30).map(|n| shop.pay(CHARGE, guess(n * 7)))).await;
    let judged = guesses.iter().filter(|answer| answer.json["code"] == "wallet.card_not_recognised").count();
    assert_eq!(judged, 10, "ten an hour are looked at, however many come at once");
    let blocked = shop.pay(CHARGE, sale(&shown, 1)).await;
    blocked.expect_problem(429, "auth.too_many_attempts");
    assert!(blocked.headers.contains_key("retry-after"));
    let other = app.with_role("autre@example.ci", "merchant").await;
    other.pay(CHARGE, sale(&shown, 1)).await.expect_problem(429, "auth.too_many_attempts");
    let reasons = awa.get("/authorizations").await.expect(200).json["items"].clone();
    assert!(
        reasons.as_array().unwrap().iter().all(|item| item["declinedFor"] == "wrong-code"),
        "the owner sees it"
    );
    // The merchant's own list does not.
    assert_eq!(shop.get(CHARGE).await.expect(200).json["items"], json!([]));

    app.clock.advance(Duration::from_secs(3_600));
    let (mut shop, awa) = (shop, awa.come_back(&app).await);
    app.sign_in_by_code(&mut shop).await;
    shop.pay(CHARGE, sale(&awa.show().await, 1)).await.expect(201);
    app.stop().await;
}

#[actix_web::test]
async fn a_merchant_searches_for_no_cards() {
    let app = TestApp::start();
    let shop = app.with_role("boutique@example.ci", "merchant").await;
    let number = |n: u64| {
        let digits = format!("9384{n:011}");
        let sum: u32 = digits
            .bytes()
            .rev()
            .enumerate()
            .map(|(place, digit)| match u32::from(digit - b'0') * (2 - u32::try_from(place % 2).unwrap()) {
                above @ 10.. => above - 9,
                digit => digit,
            })
            .sum();
        format!("{digits}{}", (10 - sum % 10) % 10)
    };
    let tries = join_all(
        (0..110).map(|n| shop.pay(CHARGE, json!({"number": number(n), "code": "123456", "amount": 1}))),
    );
    let tries = tries.await;
    let judged = tries.iter().filter(|answer| answer.json["code"] == "wallet.card_not_recognised").count();
    assert_eq!(judged, 100, "whatever the number");
    app.stop().await;
}

#[actix_web::test]
async fn only_merchants_charge_and_each_sees_their_own() {
    let app = TestApp::start();
    let (shop, awa) = shop_and_awa(&app, json!({})).await;
    let other = app.with_role("autre@example.ci", "merchant").await;
    let shown = awa.show().await;
    awa.caller.pay(CHARGE, sale(&shown, 1)).await.expect_problem(403, "auth.forbidden");
    let place = address(&shop.pay(CHARGE, sale(&shown, 700)).await);
    other.get(&place).await.expect_problem(404, "wallet.authorization_unknown");
    for what in ["capture", "release"] {
        let refused = other.pay(&format!("{place}/{what}"), json!({})).await;
        refused.expect_problem(404, "wallet.authorization_unknown");
    }
    assert_eq!(other.get(CHARGE).await.expect(200).json, json!({"items": []}));
    assert_eq!(shop.get(CHARGE).await.expect(200).json["items"][0]["amount"], 700);
    // Nobody charges their own card.
    let (mut own, pin) = (app.with_role("double@example.ci", "merchant").await, json!({"pin": "7391"}));
    app.sign_in_by_code(&mut own).await;
    own.put("/api/pin", pin.clone()).await.expect(204);
    let card =
        own.post("/api/cards", json!({})).await.expect(201).headers["location"].to_str().unwrap().to_owned();
    let shown = own.post(&format!("{card}/show"), pin).await.expect(200).json.clone();
    own.pay(CHARGE, sale(&shown, 1)).await.expect_problem(422, "wallet.card_declined");
    app.stop().await;
}

#[actix_web::test]
async fn what_is_no_sale_is_refused_and_posts_nothing() {
    let app = TestApp::start();
    let (shop, awa) = shop_and_awa(&app, json!({})).await;
    let shown = awa.show().await;
    let with = |field: &str, value: Value| {
        let mut body = sale(&shown, 100);
        body[field] = value;
        body
    };
    for (body, code) in [
        (with("number", json!("4111111111111111")), "wallet.card_number_invalid"),
        (with("number", json!("9384000000000001")), "wallet.card_number_invalid"),
        (with("code", json!("12345")), "wallet.card_code_invalid"),
        (with("amount", json!(0)), "wallet.amount_invalid"),
        (with("amount", json!(-5)), "wallet.amount_invalid"),
        (with("amount", json!(1.5)), "request.invalid_field"),
        (with("amount", json!("1e3")), "request.invalid_field"),
        (with("amount", json!(9_223_372_036_854_775_808_u64)), "request.invalid_field"),
        (with("note", json!("x".repeat(141))), "wallet.note_invalid"),
        (with("number", json!(9_384_000_000_000_007_u64)), "request.invalid_field"),
    ] {
        let refused = shop.pay(CHARGE, body).await;
        refused.expect_problem(400, code);
        assert!(!refused.json.to_string().contains("93840000"), "no number in {}", refused.json);
    }
    shop.post(CHARGE, sale(&shown, 100)).await.expect_problem(400, "request.idempotency_key_required");
    assert_eq!(available(&awa).await, (10_000, 10_000));
    let place = address(&shop.pay(CHARGE, sale(&shown, 100)).await);
    shop.pay(&format!("{place}/capture"), json!({"amount": 0}))
        .await
        .expect_problem(400, "wallet.amount_invalid");
    shop.post(&format!("{place}/release"), json!({}))
        .await
        .expect_problem(400, "request.idempotency_key_required");
    app.stop().await;
}
