//! Asking for money: paid once, or refused, taken back or expired, and never two of these.

use super::{awa_and_koffi, balance, latest};
use crate::app::{Answer, Caller, TestApp};
use serde_json::{Value, json};
use std::time::Duration;

const REQUESTS: &str = "/api/wallet/requests";

async fn ask(from: &Caller, to: &Caller, amount: i64) -> String {
    let made = from.post(REQUESTS, json!({"to": to.identifier, "amount": amount, "note": "Le taxi"})).await;
    made.expect(201).json["id"].as_str().unwrap().to_owned()
}

async fn accept(payer: &Caller, id: &str) -> Answer {
    payer.pay(&format!("{REQUESTS}/{id}/accept"), json!({})).await
}

async fn end(caller: &Caller, id: &str, how: &str) -> Answer {
    caller.post(&format!("{REQUESTS}/{id}/{how}"), json!({})).await
}

async fn state(caller: &Caller, id: &str) -> Value {
    caller.get(&format!("{REQUESTS}/{id}")).await.expect(200).json["state"].clone()
}

/// What the background does with events.
fn deliver(app: &TestApp) {
    while app.state.database.run_here(|conn| app.state.events.run_once(conn)).unwrap().more {}
}

#[actix_web::test]
async fn a_request_is_seen_by_both_and_paid_once() {
    let app = TestApp::start();
    let (awa, koffi) = awa_and_koffi(&app).await;
    let made =
        koffi.post(REQUESTS, json!({"to": "07 08 09 10 11", "amount": 2_500, "note": "Le taxi"})).await;
    let id = made.expect(201).json["id"].as_str().unwrap().to_owned();
    assert_eq!(made.headers["location"], format!("{REQUESTS}/{id}"));
    assert_eq!((&made.json["direction"], &made.json["state"]), (&json!("sent"), &json!("open")));
    let received = awa.get(&format!("{REQUESTS}?direction=received&state=open")).await;
    let item = &received.expect(200).json["items"][0];
    assert_eq!(
        (&item["id"], &item["amount"], &item["note"], &item["direction"]),
        (&json!(id), &json!(2_500), &json!("Le taxi"), &json!("received"))
    );
    assert_eq!(item["counterparty"]["name"], "k***@example.ci", "who would receive, masked");
    assert_eq!(item["expiresAt"].as_str().unwrap()[..10], *"2026-11-27");

    let path = format!("{REQUESTS}/{id}/accept");
    awa.post(&path, json!({})).await.expect_problem(400, "request.idempotency_key_required");
    let paid = awa.pay_with(&path, "pay-the-taxi", json!({})).await;
    assert_eq!((&paid.expect(201).json["kind"], &paid.json["amount"]), (&json!("transfer"), &json!(2_500)));
    let again = awa.pay_with(&path, "pay-the-taxi", json!({})).await;
    assert_eq!(
        (&again.expect(201).json["id"], &again.headers["idempotency-replayed"]),
        (&paid.json["id"], &"true".parse().unwrap())
    );
    accept(&awa, &id).await.expect_problem(409, "wallet.request_paid");
    assert_eq!((balance(&awa).await, balance(&koffi).await), (7_500, 2_500));
    for who in [&awa, &koffi] {
        let seen = who.get(&format!("{REQUESTS}/{id}")).await;
        assert_eq!(
            (&seen.expect(200).json["state"], &seen.json["transactionId"]),
            (&json!("paid"), &paid.json["id"])
        );
    }
    for (who, how) in [(&awa, "refuse"), (&koffi, "cancel")] {
        end(who, &id, how).await.expect_problem(409, "wallet.request_paid");
    }
    // Paid also where the row does not say so yet, and found as such once it does.
    assert_eq!(awa.get(&format!("{REQUESTS}?state=open")).await.json["items"], json!([]));
    deliver(&app);
    assert_eq!(koffi.get(&format!("{REQUESTS}?state=paid")).await.json["items"][0]["id"], json!(id));
    assert_eq!(latest(&koffi).await["id"], paid.json["id"]);
    app.stop().await;
}

#[actix_web::test]
async fn a_request_is_refused_by_one_and_taken_back_by_the_other() {
    let app = TestApp::start();
    let (awa, koffi) = awa_and_koffi(&app).await;
    let refused = ask(&koffi, &awa, 100).await;
    app.clock.advance(Duration::from_millis(1));
    let taken_back = ask(&koffi, &awa, 200).await;
    for _ in 0..2 {
        assert_eq!(end(&awa, &refused, "refuse").await.expect(200).json["state"], "refused");
        assert_eq!(end(&koffi, &taken_back, "cancel").await.expect(200).json["state"], "cancelled");
    }
    for id in [&refused, &taken_back] {
        accept(&awa, id).await.expect_problem(409, "wallet.request_closed");
    }
    end(&koffi, &refused, "cancel").await.expect_problem(409, "wallet.request_closed");
    end(&awa, &taken_back, "refuse").await.expect_problem(409, "wallet.request_closed");
    assert_eq!(
        (state(&koffi, &refused).await, state(&awa, &taken_back).await),
        (json!("refused"), json!("cancelled"))
    );
    assert_eq!(balance(&awa).await, 10_000);
    let sent = koffi.get(&format!("{REQUESTS}?direction=sent&limit=1")).await;
    assert_eq!(sent.expect(200).json["items"][0]["id"], json!(taken_back));
    let cursor = sent.json["nextCursor"].as_str().unwrap();
    let rest = koffi.get(&format!("{REQUESTS}?direction=sent&limit=1&cursor={cursor}")).await;
    assert_eq!((&rest.json["items"][0]["id"], &rest.json["nextCursor"]), (&json!(refused), &Value::Null));
    app.stop().await;
}

#[actix_web::test]
async fn a_stranger_s_request_is_not_there_nor_is_the_other_side_s_part() {
    let app = TestApp::start();
    let (awa, koffi) = awa_and_koffi(&app).await;
    let eve = app.person("eve@example.ci").await;
    let id = ask(&koffi, &awa, 100).await;
    let nobodys = "0193b0a0-0000-7000-8000-000000000000".to_owned();
    for id in [&id, &nobodys] {
        eve.get(&format!("{REQUESTS}/{id}")).await.expect_problem(404, "wallet.request_unknown");
        accept(&eve, id).await.expect_problem(404, "wallet.request_unknown");
        for how in ["refuse", "cancel"] {
            end(&eve, id, how).await.expect_problem(404, "wallet.request_unknown");
        }
    }
    accept(&koffi, &id).await.expect_problem(404, "wallet.request_unknown");
    end(&koffi, &id, "refuse").await.expect_problem(404, "wallet.request_unknown");
    end(&awa, &id, "cancel").await.expect_problem(404, "wallet.request_unknown");
    assert_eq!(eve.get(REQUESTS).await.expect(200).json, json!({"items": []}));
    assert_eq!(state(&awa, &id).await, "open");
    app.stop().await;
}

#[actix_web::test]
async fn a_request_ends_with_its_time() {
    let app = TestApp::start();
    let (awa, koffi) = awa_and_koffi(&app).await;
    let body = json!({"to": awa.identifier, "amount": 100, "expiresInSeconds": 60});
    let id = koffi.post(REQUESTS, body).await.expect(201).json["id"].as_str().unwrap().to_owned();
    app.clock.advance(Duration::from_secs(60));
    assert_eq!(state(&koffi, &id).await, "expired");
    accept(&awa, &id).await.expect_problem(422, "wallet.request_expired");
    for (filter, count) in [("expired", 1), ("open", 0)] {
        let items = awa.get(&format!("{REQUESTS}?state={filter}")).await.expect(200).json["items"].clone();
        assert_eq!(items.as_array().unwrap().len(), count, "{filter}");
    }
    let ended = || app.state.wallets.expire_requests(&mut app.db.conn(), 10).unwrap();
    assert_eq!((ended(), ended()), (1, 0));
    end(&koffi, &id, "cancel").await.expect_problem(409, "wallet.request_closed");
    assert_eq!(state(&koffi, &id).await, "expired");

    // Paid in time, and looked at by the clean-up before its row was told.
    let body = json!({"to": awa.identifier, "amount": 100, "expiresInSeconds": 60});
    let id = koffi.post(REQUESTS, body).await.expect(201).json["id"].as_str().unwrap().to_owned();
    accept(&awa, &id).await.expect(201);
    app.clock.advance(Duration::from_secs(60));
    assert_eq!((ended(), ended()), (1, 0));
    assert_eq!(state(&koffi, &id).await, "paid");
    app.stop().await;
}

#[actix_web::test]
async fn accepting_against_refusing_and_taking_back_at_once_ends_in_exactly_one() {
    let app = TestApp::start();
    let other = app.beside();
    let (awa, koffi) = awa_and_koffi(&app).await;
    let there = |caller: &Caller| Caller { base: other.anon().base, ..caller.clone() };
    let mut moved = 0;
    for round in 0..25 {
        let id = ask(&koffi, &awa, 10).await;
        let (how, ender) = if round % 2 == 0 { ("cancel", there(&koffi)) } else { ("refuse", there(&awa)) };
        let (paid, again, ended) =
            tokio::join!(accept(&awa, &id), async { accept(&there(&awa), &id).await }, end(&ender, &id, how));
        let payments = [&paid, &again].iter().filter(|answer| answer.status == 201).count();
        let ends = usize::from(ended.status == 200);
        assert_eq!(payments + ends, 1, "round {round}: {} {} {}", paid.json, again.json, ended.json);
        for refused in [&paid, &again, &ended].iter().filter(|answer| !answer.status.is_success()) {
            assert_eq!(refused.status, 409, "{}", refused.json);
        }
        moved += i64::try_from(payments).unwrap() * 10;
        let said = state(&koffi, &id).await;
        assert_eq!(said == "paid", payments == 1, "{said}");
        deliver(&app);
        // Three refusals in a month would end the game.
        let forget = "UPDATE demande_paiement SET terminee_le = terminee_le - interval '60 days' WHERE statut = 'refusee'";
        diesel::RunQueryDsl::execute(diesel::sql_query(forget), &mut app.db.conn()).unwrap();
    }
    assert_eq!((balance(&awa).await, balance(&koffi).await), (10_000 - moved, moved));
    assert!(app.state.ledger.verify(&mut app.db.conn(), &mut |_| {}).unwrap().holds());
    other.stop().await;
    app.stop().await;
}

#[actix_web::test]
async fn nobody_is_swamped_with_requests() {
    let app = TestApp::start();
    let (awa, koffi) = awa_and_koffi(&app).await;
    let body = json!({"to": awa.identifier, "amount": 5});
    let made = futures_util::future::join_all((0..10).map(|_| koffi.post(REQUESTS, body.clone()))).await;
    let ids: Vec<_> = made
        .iter()
        .filter(|answer| answer.status == 201)
        .map(|answer| answer.json["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids.len(), 3, "however many at once");
    koffi.post(REQUESTS, body.clone()).await.expect_problem(422, "wallet.too_many_requests");
    for id in ids {
        end(&awa, id, "refuse").await.expect(200);
    }
    koffi.post(REQUESTS, body.clone()).await.expect_problem(422, "wallet.request_unwelcome");
    // Whom nobody refused may ask, and a refusal is forgotten after a month.
    ask(&awa, &koffi, 5).await;
    app.clock.advance(Duration::from_secs(30 * 86_400));
    let mut koffi = koffi;
    app.sign_in_by_code(&mut koffi).await;
    koffi.post(REQUESTS, body).await.expect(201);
    app.stop().await;
}

#[actix_web::test]
async fn what_is_no_request_is_refused_by_its_field() {
    let app = TestApp::start();
    let (awa, koffi) = awa_and_koffi(&app).await;
    let to = awa.identifier.as_str();
    for (body, field) in [
        (json!({}), "amount"),
        (json!({"amount": 1}), "to"),
        (json!({"to": to, "amount": 0}), "amount"),
        (json!({"to": to, "amount": -1}), "amount"),
        (json!({"to": to, "amount": 1.5}), "amount"),
        (json!({"to": to, "amount": "1e3"}), "amount"),
        (json!({"to": to, "amount": 9_223_372_036_854_775_807_i64}), "amount"),
        (json!({"to": to, "qr": "x", "amount": 1}), "to"),
        (json!({"to": to, "amount": 1, "note": "a".repeat(141)}), "note"),
        (json!({"to": to, "amount": 1, "expiresInSeconds": 59}), "expiresInSeconds"),
        (json!({"to": to, "amount": 1, "expiresInSeconds": 2_592_001}), "expiresInSeconds"),
    ] {
        let refused = koffi.post(REQUESTS, body.clone()).await;
        assert_eq!(refused.expect(400).json["errors"][0]["field"], field, "{body}: {}", refused.json);
    }
    let asked = |body: Value| koffi.post(REQUESTS, body);
    asked(json!({"to": koffi.identifier, "amount": 1})).await.expect_problem(422, "ledger.same_account");
    asked(json!({"to": "inconnue@example.ci", "amount": 1}))
        .await
        .expect_problem(422, "wallet.receiver_unknown");
    for query in ["direction=up", "state=lost", "limit=0", "cursor=AAAA"] {
        let refused = koffi.get(&format!("{REQUESTS}?{query}")).await;
        assert_eq!(refused.status, 400, "{query}: {}", refused.json);
    }
    // A scanned code says whom to ask; one for a payment does not.
    let payload = awa.get("/api/wallet/qr").await.json["payload"].clone();
    koffi.post(REQUESTS, json!({"qr": payload, "amount": 5})).await.expect(201);
    let once = awa.post("/api/wallet/qr", json!({"amount": 5})).await.json["payload"].clone();
    let refused = koffi.post(REQUESTS, json!({"qr": once, "amount": 5})).await;
    assert_eq!(refused.expect(400).json["errors"][0]["field"], "qr");
    // Who can't pay: nothing moves, and the request stays.
    let id = ask(&koffi, &awa, 50_000).await;
    accept(&awa, &id).await.expect_problem(422, "wallet.insufficient_funds");
    assert_eq!((state(&koffi, &id).await, balance(&awa).await), (json!("open"), 10_000));
    app.stop().await;
}
