use super::{awa_and_koffi, balance};
use crate::app::{Caller, TestApp};
use hostolink_kernel::{Random, SystemRandom};
use serde_json::json;
use std::time::Duration;

const TRANSFERS: &str = "/api/wallet/transfers";
const PI_SPI: &str = "00020136560012int.bceao.pi01363497a720-ab11-4973-9619-534e04f263a1520400005303952540415005802CI5901X6001X62210510CAISSE_A0111030006304FC58";

/// What an independent program reads in a picture.
fn decoded(png: &[u8]) -> String {
    let pixels = image::load_from_memory(png).unwrap().to_luma8();
    let mut picture = rqrr::PreparedImage::prepare(pixels);
    let grids = picture.detect_grids();
    assert_eq!(grids.len(), 1);
    grids[0].decode().unwrap().1
}

async fn own_payload(caller: &Caller) -> String {
    caller.get("/api/wallet/qr").await.expect(200).json["payload"].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn a_code_shown_on_one_phone_is_paid_from_another() {
    let app = TestApp::start();
    let (awa, koffi) = awa_and_koffi(&app).await;
    let payload = own_payload(&koffi).await;
    assert_eq!(payload, own_payload(&koffi).await, "one's own code never changes");

    let picture = koffi.get("/api/wallet/qr.png").await;
    assert_eq!(picture.expect(200).headers["content-type"], "image/png");
    let seen = decoded(&picture.bytes);
    assert_eq!(seen, payload);
    let drawing = koffi.get("/api/wallet/qr.svg").await;
    assert_eq!(drawing.expect(200).headers["content-type"], "image/svg+xml");
    assert!(String::from_utf8_lossy(&drawing.bytes).contains("<svg"));

    let scanned = awa.post("/api/wallet/qr/scan", json!({"payload": seen})).await;
    assert_eq!(scanned.expect(200).json["receiver"]["name"], "k***@example.ci");
    assert_eq!(
        (&scanned.json["amount"], &scanned.json["state"], &scanned.json["kind"]),
        (&json!(null), &json!("open"), &json!("account"))
    );
    awa.pay(TRANSFERS, json!({"qr": seen})).await.expect_problem(422, "wallet.amount_required");
    awa.pay(TRANSFERS, json!({"qr": seen, "amount": 1_500})).await.expect(201);
    assert_eq!((balance(&awa).await, balance(&koffi).await), (8_500, 1_500));
    koffi.pay(TRANSFERS, json!({"qr": seen, "amount": 1})).await.expect_problem(422, "ledger.same_account");
    app.stop().await;
}

#[actix_web::test]
async fn a_code_says_nothing_about_its_owner() {
    let app = TestApp::start();
    let awa = app.person("+2250708091011").await;
    let code = awa.get("/api/wallet/qr").await;
    let me = awa.get("/api/me").await;
    let payload = code.expect(200).json["payload"].as_str().unwrap();
    for secret in
        ["0708091011", code.json["id"].as_str().unwrap(), me.expect(200).json["id"].as_str().unwrap_or("?")]
    {
        assert!(!payload.contains(secret), "{payload}");
    }
    app.stop().await;
}

#[actix_web::test]
async fn a_code_for_one_payment_is_paid_once() {
    let app = TestApp::start();
    let (awa, koffi) = awa_and_koffi(&app).await;
    let made = koffi.post("/api/wallet/qr", json!({"amount": 2_500, "label": "Deux attiékés"})).await;
    let code = &made.expect(201).json;
    let (id, payload) = (code["id"].as_str().unwrap(), code["payload"].as_str().unwrap());
    let address = format!("/api/wallet/qr/{id}");
    assert_eq!(made.headers["location"], address);
    assert_eq!(
        decoded(&koffi.get(&format!("/api/wallet/qr.png?code={id}")).await.expect(200).bytes),
        payload
    );

    let scanned = awa.post("/api/wallet/qr/scan", json!({"payload": payload})).await;
    assert_eq!(
        (&scanned.expect(200).json["amount"], &scanned.json["label"]),
        (&json!(2_500), &json!("Deux attiékés"))
    );
    awa.pay(TRANSFERS, json!({"qr": payload, "amount": 1}))
        .await
        .expect_problem(422, "wallet.qr_amount_mismatch");
    let paid = awa.pay_with(TRANSFERS, "pay-the-code", json!({"qr": payload})).await;
    assert_eq!(paid.expect(201).json["amount"], 2_500);
    assert_eq!(koffi.get(&address).await.expect(200).json["state"], "paid");

    // A retry of the payment answers as before; another wish is too late.
    let again = awa.pay_with(TRANSFERS, "pay-the-code", json!({"qr": payload})).await;
    assert_eq!(
        (again.expect(201).bytes.clone(), &again.headers["idempotency-replayed"]),
        (paid.bytes, &"true".parse().unwrap())
    );
    awa.pay(TRANSFERS, json!({"qr": payload})).await.expect_problem(409, "ledger.already_done");
    awa.post("/api/wallet/transfers/quote", json!({"qr": payload}))
        .await
        .expect_problem(409, "ledger.already_done");
    assert_eq!((balance(&awa).await, balance(&koffi).await), (7_500, 2_500));
    app.stop().await;
}

/// The first of the twins may be done between another's look for its key and its look at the code.
#[actix_web::test]
async fn twins_of_one_payment_are_all_told_that_it_was_made() {
    let app = TestApp::start();
    let (awa, koffi) = awa_and_koffi(&app).await;
    for round in 0..5 {
        let made = koffi.post("/api/wallet/qr", json!({"amount": 100})).await;
        let body = json!({"qr": made.expect(201).json["payload"]});
        let twins: Vec<_> = (0..20)
            .map(|_| {
                let (awa, body, key) = (awa.clone(), body.clone(), format!("twins-of-{round}"));
                actix_web::rt::spawn(async move { awa.pay_with(TRANSFERS, &key, body).await })
            })
            .collect();
        for twin in twins {
            twin.await.unwrap().expect(201);
        }
    }
    assert_eq!((balance(&awa).await, balance(&koffi).await), (9_500, 500));
    app.stop().await;
}

#[actix_web::test]
async fn a_code_ends() {
    let app = TestApp::start();
    let (awa, koffi) = awa_and_koffi(&app).await;
    let made = koffi.post("/api/wallet/qr", json!({"amount": 2_500, "expiresInSeconds": 60})).await;
    let payload = made.expect(201).json["payload"].as_str().unwrap();
    app.clock.advance(Duration::from_secs(60));
    assert_eq!(
        awa.post("/api/wallet/qr/scan", json!({"payload": payload})).await.expect(200).json["state"],
        "expired"
    );
    awa.pay(TRANSFERS, json!({"qr": payload})).await.expect_problem(422, "wallet.qr_expired");
    assert_eq!(balance(&awa).await, 10_000);
    app.stop().await;
}

#[actix_web::test]
async fn what_is_no_code_for_one_payment_is_refused_by_its_field() {
    let app = TestApp::start();
    let koffi = app.person("koffi@example.ci").await;
    for (body, field) in [
        (json!({}), "amount"),
        (json!({"amount": 0}), "amount"),
        (json!({"amount": -1}), "amount"),
        (json!({"amount": 1.5}), "amount"),
        (json!({"amount": "1e3"}), "amount"),
        (json!({"amount": 1, "expiresInSeconds": 59}), "expiresInSeconds"),
        (json!({"amount": 1, "expiresInSeconds": 2_592_001}), "expiresInSeconds"),
        (json!({"amount": 1, "expiresInSeconds": "60"}), "expiresInSeconds"),
        (json!({"amount": 1, "label": "a".repeat(141)}), "label"),
    ] {
        let refused = koffi.post("/api/wallet/qr", body.clone()).await;
        assert_eq!(refused.expect(400).json["errors"][0]["field"], field, "{body}: {}", refused.json);
    }
    koffi
        .post("/api/wallet/qr", json!({"amount": 10_000_000_000_000_i64}))
        .await
        .expect_problem(400, "wallet.qr_amount");
    app.stop().await;
}

#[actix_web::test]
async fn a_payload_that_cannot_be_paid_says_why() {
    let app = TestApp::start();
    let (awa, koffi) = awa_and_koffi(&app).await;
    let good = own_payload(&koffi).await;
    let token = good.split_once("0122").unwrap().1[..22].to_owned();
    let changed = good.replace(&token, &SystemRandom.token()[..22]);
    for (payload, status, code) in [
        (String::new(), 400, "wallet.qr_malformed"),
        ("https://example.com/pay".to_owned(), 400, "wallet.qr_malformed"),
        ("é".repeat(100), 400, "wallet.qr_malformed"),
        (good[..good.len() - 2].to_owned(), 400, "wallet.qr_truncated"),
        (changed, 400, "wallet.qr_checksum"),
        ("0".repeat(513), 400, "wallet.qr_too_long"),
        (PI_SPI.to_owned(), 422, "wallet.qr_other_institution"),
    ] {
        awa.post("/api/wallet/qr/scan", json!({"payload": payload})).await.expect_problem(status, code);
        awa.pay(TRANSFERS, json!({"qr": payload, "amount": 1})).await.expect_problem(status, code);
    }
    assert_eq!(
        awa.post("/api/wallet/qr/scan", json!({"payload": 1})).await.expect(400).json["errors"][0]["field"],
        "payload"
    );
    assert_eq!(balance(&awa).await, 10_000);
    app.stop().await;
}

#[actix_web::test]
async fn another_s_code_is_not_there() {
    let app = TestApp::start();
    let (awa, koffi) = (app.person("awa@example.ci").await, app.person("koffi@example.ci").await);
    let made = koffi.post("/api/wallet/qr", json!({"amount": 2_500})).await;
    let id = made.expect(201).json["id"].as_str().unwrap();
    let nobodys = SystemRandom.uuid(chrono::DateTime::UNIX_EPOCH).to_string();
    for id in [id, &nobodys] {
        awa.get(&format!("/api/wallet/qr/{id}")).await.expect_problem(404, "wallet.qr_unknown");
        for picture in ["png", "svg"] {
            awa.get(&format!("/api/wallet/qr.{picture}?code={id}"))
                .await
                .expect_problem(404, "wallet.qr_unknown");
        }
    }
    awa.get("/api/wallet/qr.png?code=x").await.expect_problem(404, "wallet.qr_unknown");
    app.stop().await;
}
