//! Asking a payment back: the receiver decides, once.

use super::{awa_and_koffi, balance};
use crate::app::{Answer, Caller, TestApp};
use serde_json::{Value, json};
use std::time::Duration;

const RECALLS: &str = "/api/wallet/recalls";
const TRANSFERS: &str = "/api/wallet/transfers";

async fn pay(from: &Caller, to: &Caller, amount: i64) -> String {
    let paid = from.pay(TRANSFERS, json!({"to": to.identifier, "amount": amount})).await;
    paid.expect(201).json["id"].as_str().unwrap().to_owned()
}

async fn recall(payer: &Caller, of: &str, body: Value) -> Answer {
    payer.post(&format!("{TRANSFERS}/{of}/recall"), body).await
}

async fn recalled(from: &Caller, to: &Caller, amount: i64) -> String {
    let of = pay(from, to, amount).await;
    recall(from, &of, json!({"motive": "AC03"})).await.expect(201).json["id"].as_str().unwrap().to_owned()
}

async fn accept(receiver: &Caller, id: &str) -> Answer {
    receiver.pay(&format!("{RECALLS}/{id}/accept"), json!({})).await
}

async fn end(caller: &Caller, id: &str, how: &str) -> Answer {
    caller.post(&format!("{RECALLS}/{id}/{how}"), json!({})).await
}

#[actix_web::test]
async fn a_payment_to_the_wrong_person_comes_back_once_where_they_say_yes() {
    let app = TestApp::start();
    let (awa, koffi) = awa_and_koffi(&app).await;
    let of = pay(&awa, &koffi, 1_500).await;
    let made = recall(&awa, &of, json!({"motive": "AC03", "note": "Mauvais numéro"})).await;
    let id = made.expect(201).json["id"].as_str().unwrap().to_owned();
    assert_eq!(made.headers["location"], format!("{RECALLS}/{id}"));
    assert_eq!(
        (&made.json["state"], &made.json["amount"], &made.json["transactionId"]),
        (&json!("open"), &json!(1_500), &json!(of))
    );
    let told = app.newest_message_for("koffi@example.ci").await;
    assert!(told["body"].as_str().unwrap().contains("remboursement"), "{told}");

    let asked = koffi.get(&format!("{RECALLS}?direction=received&state=open")).await;
    let item = &asked.expect(200).json["items"][0];
    assert_eq!(
        (&item["id"], &item["motive"], &item["note"], &item["direction"]),
        (&json!(id), &json!("AC03"), &json!("Mauvais numéro"), &json!("received"))
    );
    assert_eq!(item["payer"]["name"], "+225••••••••11");
    let path = format!("{RECALLS}/{id}/accept");
    let given = koffi.pay_with(&path, "give-it-back", json!({})).await;
    assert_eq!((&given.expect(201).json["kind"], &given.json["amount"]), (&json!("refund"), &json!(1_500)));
    let again = koffi.pay_with(&path, "give-it-back", json!({})).await;
    assert_eq!(
        (&again.expect(201).json["id"], &again.headers["idempotency-replayed"]),
        (&given.json["id"], &"true".parse().unwrap())
    );
    accept(&koffi, &id).await.expect_problem(409, "wallet.recall_ended");
    assert_eq!((balance(&awa).await, balance(&koffi).await), (10_000, 0));
    let seen = awa.get(&format!("{RECALLS}/{id}")).await;
    assert_eq!(
        (&seen.expect(200).json["state"], &seen.json["refundId"]),
        (&json!("accepted"), &given.json["id"])
    );
    recall(&awa, &of, json!({"motive": "DUPL"})).await.expect(422);
    while app.state.database.run_here(|conn| app.state.events.run_once(conn)).unwrap().more {}
    assert_eq!(awa.get(&format!("{RECALLS}?state=accepted")).await.json["items"][0]["id"], json!(id));
    app.stop().await;
}

#[actix_web::test]
async fn a_recall_is_refused_withdrawn_closed_or_expires_and_nothing_moves() {
    let app = TestApp::start();
    let (awa, koffi) = awa_and_koffi(&app).await;
    let support = app.with_role("assistance@example.ci", "admin").await;
    let mut ids = Vec::new();
    for amount in 1..=4 {
        ids.push(recalled(&awa, &koffi, amount).await);
        app.clock.advance(Duration::from_millis(1));
    }
    let [refused, withdrawn, closed, expired] = ids.try_into().unwrap();
    for _ in 0..2 {
        assert_eq!(end(&koffi, &refused, "refuse").await.expect(200).json["state"], "refused");
        assert_eq!(end(&awa, &withdrawn, "withdraw").await.expect(200).json["state"], "withdrawn");
    }
    let open = support.get("/api/admin/recalls?state=open").await;
    let ids: Vec<_> =
        open.expect(200).json["items"].as_array().unwrap().iter().map(|item| item["id"].clone()).collect();
    assert_eq!(ids, [json!(expired), json!(closed)]);
    assert_eq!(open.json["items"][0]["receiver"]["name"], "k***@example.ci");
    let answer = support.post(&format!("/api/admin/recalls/{closed}/close"), json!({})).await;
    assert_eq!(answer.expect(200).json["state"], "closed");
    awa.get("/api/admin/recalls").await.expect_problem(403, "auth.forbidden");
    for id in [&refused, &withdrawn, &closed] {
        accept(&koffi, id).await.expect_problem(409, "wallet.recall_ended");
        support.post(&format!("/api/admin/recalls/{id}/close"), json!({})).await;
    }
    app.clock.advance(Duration::from_secs(7 * 86_400));
    let (mut awa, mut koffi) = (awa, koffi);
    app.sign_in_by_code(&mut awa).await;
    app.sign_in_by_code(&mut koffi).await;
    accept(&koffi, &expired).await.expect_problem(409, "wallet.recall_ended");
    let ended = || app.state.wallets.expire_recalls(&mut app.db.conn(), 10).unwrap();
    assert_eq!((ended(), ended()), (1, 0));
    for (id, state) in
        [(&refused, "refused"), (&withdrawn, "withdrawn"), (&closed, "closed"), (&expired, "expired")]
    {
        assert_eq!(awa.get(&format!("{RECALLS}/{id}")).await.expect(200).json["state"], state);
    }
    assert_eq!(balance(&koffi).await, 10);
    app.stop().await;
}

#[actix_web::test]
async fn only_who_paid_asks_back_in_time_and_once() {
    let app = TestApp::start();
    let (awa, koffi) = awa_and_koffi(&app).await;
    let eve = app.person("eve@example.ci").await;
    let of = pay(&awa, &koffi, 500).await;
    let body = json!({"motive": "FRAD"});
    recall(&eve, &of, body.clone()).await.expect_problem(404, "wallet.transaction_unknown");
    recall(&awa, "0193b0a0-0000-7000-8000-000000000000", body.clone())
        .await
        .expect_problem(404, "wallet.transaction_unknown");
    recall(&koffi, &of, body.clone()).await.expect_problem(422, "wallet.recall_impossible");
    let cash_in =
        awa.get("/api/wallet/transactions").await.json["items"][1]["id"].as_str().unwrap().to_owned();
    recall(&awa, &cash_in, body.clone()).await.expect_problem(422, "wallet.recall_impossible");
    for (body, field) in [
        (json!({}), "motive"),
        (json!({"motive": "XXXX"}), "motive"),
        (json!({"motive": "AC03", "amount": 0}), "amount"),
        (json!({"motive": "AC03", "amount": 1.5}), "amount"),
        (json!({"motive": "AC03", "note": "a\nb"}), "note"),
    ] {
        let refused = recall(&awa, &of, body.clone()).await;
        assert_eq!(refused.expect(400).json["errors"][0]["field"], field, "{body}: {}", refused.json);
    }
    recall(&awa, &of, json!({"motive": "AM09", "amount": 501}))
        .await
        .expect_problem(422, "ledger.refund_exceeds");
    let part = recall(&awa, &of, json!({"motive": "AM09", "amount": 400})).await;
    let id = part.expect(201).json["id"].as_str().unwrap().to_owned();
    recall(&awa, &of, body.clone()).await.expect_problem(409, "wallet.recall_exists");
    for path in [format!("{RECALLS}/{id}"), format!("{RECALLS}/not-an-id")] {
        assert_eq!(eve.get(&path).await.status, 404);
    }
    end(&eve, &id, "refuse").await.expect_problem(404, "wallet.recall_unknown");
    end(&awa, &id, "refuse").await.expect_problem(404, "wallet.recall_unknown");
    end(&koffi, &id, "withdraw").await.expect_problem(404, "wallet.recall_unknown");
    accept(&awa, &id).await.expect_problem(404, "wallet.recall_unknown");
    // Koffi gave some back of himself: what is accepted is the rest of what is left.
    koffi.pay(&format!("{TRANSFERS}/{of}/refund"), json!({"amount": 300})).await.expect(201);
    assert_eq!(accept(&koffi, &id).await.expect(201).json["amount"], 200);

    let late = pay(&awa, &koffi, 5).await;
    app.clock.advance(Duration::from_secs(7 * 86_400 + 1));
    let mut awa = awa;
    app.sign_in_by_code(&mut awa).await;
    recall(&awa, &late, body).await.expect_problem(422, "wallet.recall_too_late");
    app.stop().await;
}

#[actix_web::test]
async fn giving_back_against_refusing_and_withdrawing_at_once_ends_in_exactly_one() {
    let app = TestApp::start();
    let (awa, koffi) = awa_and_koffi(&app).await;
    let mut moved = 0;
    for round in 0..20 {
        let id = recalled(&awa, &koffi, 10).await;
        let (how, ender) = if round % 2 == 0 { ("withdraw", &awa) } else { ("refuse", &koffi) };
        let (given, again, ended) =
            tokio::join!(accept(&koffi, &id), accept(&koffi, &id), end(ender, &id, how));
        let refunds = [&given, &again].iter().filter(|answer| answer.status == 201).count();
        assert_eq!(
            refunds + usize::from(ended.status == 200),
            1,
            "round {round}: {} {} {}",
            given.json,
            again.json,
            ended.json
        );
        moved += 10 - i64::try_from(refunds).unwrap() * 10;
        while app.state.database.run_here(|conn| app.state.events.run_once(conn)).unwrap().more {}
    }
    assert_eq!((balance(&awa).await, balance(&koffi).await), (10_000 - moved, moved));
    assert!(app.state.ledger.verify(&mut app.db.conn(), &mut |_| {}).unwrap().holds());
    app.stop().await;
}
