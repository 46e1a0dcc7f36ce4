//! Money put by.

use super::{Bank, balance};
use crate::{
    app::{Caller, TestApp},
    audit::expect_one_row,
};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use std::{collections::BTreeSet, time::Duration};

const POTS: &str = "/api/wallet/pots";

async fn open(caller: &Caller, name: &str) -> String {
    let opened = caller.post(POTS, json!({"name": name, "goal": 50_000})).await;
    opened.expect(201).headers["location"].to_str().unwrap().to_owned()
}

/// Calls each route of a pot that logs.
pub(crate) async fn logged(app: &TestApp, seen: &mut BTreeSet<String>) {
    let caller = app.person("economes@example.ci").await;
    let opened = caller.post(POTS, json!({"name": "Moto"})).await;
    expect_one_row(app, "POST /api/wallet/pots", &opened, seen);
    let pot = opened.headers["location"].to_str().unwrap().to_owned();
    let renamed = caller.put(&pot, json!({"name": "Vélo"})).await;
    expect_one_row(app, "PUT /api/wallet/pots/{id}", &renamed, seen);
    let closed = caller.post(&format!("{pot}/close"), json!({})).await;
    expect_one_row(app, "POST /api/wallet/pots/{id}/close", &closed, seen);
}

#[actix_web::test]
async fn money_goes_in_and_out_and_each_pot_has_its_statement() {
    let app = TestApp::start();
    let bank = Bank::open(&app).await;
    let awa = app.person("awa@example.ci").await;
    bank.give(&awa, 10_000).await;
    let pot = open(&awa, "Moto").await;
    let deposit = format!("{pot}/deposits");
    let put = awa.pay_with(&deposit, "epargne-01", json!({"amount": 4_000})).await;
    assert_eq!((&put.expect(201).json["kind"], &put.json["balanceAfter"]), (&json!("saving"), &json!(6_000)));
    let again = awa.pay_with(&deposit, "epargne-01", json!({"amount": 4_000})).await;
    assert_eq!(
        (&again.expect(201).json["id"], &again.headers["idempotency-replayed"]),
        (&put.json["id"], &"true".parse().unwrap())
    );
    awa.pay_with(&deposit, "epargne-01", json!({"amount": 4_001}))
        .await
        .expect_problem(422, "request.idempotency_key_reused");
    awa.pay_with(&format!("{pot}/withdrawals"), "epargne-01", json!({"amount": 4_000}))
        .await
        .expect_problem(422, "request.idempotency_key_reused");
    assert_eq!(balance(&awa).await, 6_000);
    awa.pay(&deposit, json!({"amount": 6_001})).await.expect_problem(422, "wallet.insufficient_funds");
    let out = awa.pay(&format!("{pot}/withdrawals"), json!({"amount": 1_500})).await;
    assert_eq!(out.expect(201).json["balanceAfter"], 2_500, "what is left in the pot, which gave");
    awa.pay(&format!("{pot}/withdrawals"), json!({"amount": 2_501}))
        .await
        .expect_problem(422, "wallet.insufficient_funds");

    let seen = awa.get(&pot).await.expect(200).json.clone();
    assert_eq!(
        (&seen["balance"], &seen["goal"], &seen["state"]),
        (&json!(2_500), &json!(50_000), &json!("open"))
    );
    assert_eq!(awa.get(POTS).await.expect(200).json["items"], json!([seen]));
    let lines = awa.get(&format!("{pot}/transactions")).await.expect(200).json["items"].clone();
    let said: Vec<_> = lines
        .as_array()
        .unwrap()
        .iter()
        .map(|line| (line["direction"].clone(), line["balanceAfter"].clone()))
        .collect();
    assert_eq!(said, [(json!("out"), json!(2_500)), (json!("in"), json!(4_000))]);
    let main = awa.get("/api/wallet/transactions?limit=2").await.expect(200).json["items"].clone();
    assert_eq!((&main[0]["direction"], &main[1]["direction"]), (&json!("in"), &json!("out")));
    let one = awa.get(&format!("/api/wallet/transactions/{}", put.json["id"].as_str().unwrap())).await;
    assert_eq!((&one.expect(200).json["direction"], &one.json["refundable"]), (&json!("out"), &json!(0)));
    awa.pay(&format!("/api/wallet/transfers/{}/refund", put.json["id"].as_str().unwrap()), json!({}))
        .await
        .expect_problem(422, "ledger.not_refundable");
    app.stop().await;
}

#[actix_web::test]
async fn what_is_put_by_counts_under_the_one_ceiling() {
    let app = TestApp::start();
    let bank = Bank::open(&app).await;
    let awa = app.person("awa@example.ci").await;
    bank.give(&awa, 200_000).await;
    let pot = open(&awa, "Moto").await;
    // At the ceiling, moving between one's own accounts lifts nothing.
    awa.pay(&format!("{pot}/deposits"), json!({"amount": 150_000})).await.expect(201);
    let more = bank.agent.pay("/api/agent/cash-ins", json!({"to": awa.identifier, "amount": 1})).await;
    more.expect_problem(422, "ledger.receiver_ceiling");
    awa.pay(&format!("{pot}/withdrawals"), json!({"amount": 150_000})).await.expect(201);
    assert_eq!(balance(&awa).await, 200_000);
    app.stop().await;
}

#[actix_web::test]
async fn another_s_pot_is_no_pot() {
    let app = TestApp::start();
    let (awa, koffi) = (app.person("awa@example.ci").await, app.person("koffi@example.ci").await);
    let pot = open(&awa, "Moto").await;
    let unknown = format!("{POTS}/0193b0a0-0000-7000-8000-000000000000");
    for (method, what, body) in [
        (Method::GET, "", json!(null)),
        (Method::GET, "/transactions", json!(null)),
        (Method::PUT, "", json!({"name": "À moi"})),
        (Method::POST, "/close", json!({})),
        (Method::POST, "/deposits", json!({"amount": 1})),
        (Method::POST, "/withdrawals", json!({"amount": 1})),
    ] {
        let mut answers: Vec<Value> = Vec::new();
        for place in [&pot, &unknown] {
            let request = koffi.request(method.clone(), &format!("{place}{what}"));
            let request = request.header("Idempotency-Key", format!("cle-{}-{what}", place.len()));
            let request = if method == Method::GET { request } else { request.json(&body) };
            let mut answer = koffi.send(request).await;
            answer.expect_problem(404, "wallet.pot_unknown");
            answer.json["traceId"] = json!(null);
            answers.push(answer.json);
        }
        assert_eq!(answers[0], answers[1]);
    }
    assert_eq!(koffi.get(POTS).await.expect(200).json, json!({"items": []}));
    app.stop().await;
}

#[actix_web::test]
async fn a_person_has_ten_pots_at_most_also_when_they_ask_at_once() {
    let app = TestApp::start();
    let awa = app.person("awa@example.ci").await;
    let opened = join_all((0..16).map(|n| awa.post(POTS, json!({"name": format!("Pot {n}")})))).await;
    assert_eq!(opened.iter().filter(|answer| answer.status == 201).count(), 10);
    for refused in opened.iter().filter(|answer| answer.status != 201) {
        refused.expect_problem(409, "wallet.pot_too_many");
    }
    let page = awa.get("/api/wallet/pots?limit=6").await.expect(200).json.clone();
    let rest = awa.get(&format!("{POTS}?limit=6&cursor={}", page["nextCursor"].as_str().unwrap())).await;
    assert_eq!(rest.expect(200).json["items"].as_array().unwrap().len(), 4);
    awa.get("/api/wallet/pots?cursor=forged").await.expect(400);
    // A closed one makes room.
    let id = page["items"][0]["id"].as_str().unwrap();
    awa.post(&format!("{POTS}/{id}/close"), json!({})).await.expect(200);
    open(&awa, "Encore").await;
    app.stop().await;
}

#[actix_web::test]
async fn only_an_empty_pot_is_closed_and_for_good() {
    let app = TestApp::start();
    let bank = Bank::open(&app).await;
    let awa = app.person("awa@example.ci").await;
    bank.give(&awa, 1_000).await;
    let pot = open(&awa, "Moto").await;
    awa.pay(&format!("{pot}/deposits"), json!({"amount": 600})).await.expect(201);
    awa.post(&format!("{pot}/close"), json!({})).await.expect_problem(409, "wallet.pot_not_empty");
    awa.pay(&format!("{pot}/withdrawals"), json!({"amount": 600})).await.expect(201);
    assert_eq!(awa.post(&format!("{pot}/close"), json!({})).await.expect(200).json["state"], "closed");
    awa.post(&format!("{pot}/close"), json!({})).await.expect_problem(409, "wallet.pot_closed");
    awa.put(&pot, json!({"name": "Vélo"})).await.expect_problem(409, "wallet.pot_closed");
    for what in ["deposits", "withdrawals"] {
        awa.pay(&format!("{pot}/{what}"), json!({"amount": 1}))
            .await
            .expect_problem(409, "wallet.pot_closed");
    }
    assert_eq!(balance(&awa).await, 1_000);
    app.stop().await;
}

#[actix_web::test]
async fn what_is_no_pot_is_refused() {
    let app = TestApp::start();
    let awa = app.person("awa@example.ci").await;
    for (body, field, code) in [
        (json!({"name": " "}), "name", "wallet.pot_name_invalid"),
        (json!({"name": "é".repeat(41)}), "name", "wallet.pot_name_invalid"),
        (json!({"name": "a\nb"}), "name", "wallet.pot_name_invalid"),
        (json!({"name": "Moto", "goal": 0}), "goal", "wallet.amount_invalid"),
        (json!({"name": "Moto", "goal": -5}), "goal", "wallet.amount_invalid"),
        (json!({"goal": 5}), "name", "request.invalid_field"),
    ] {
        let refused = awa.post(POTS, body).await;
        refused.expect_problem(400, code);
        assert_eq!(refused.json["errors"][0]["field"], field);
    }
    let pot = open(&awa, "Moto").await;
    for amount in [json!(0), json!(-1), json!(1.5), json!("1e3"), json!(9_223_372_036_854_775_808_u64)] {
        for what in ["deposits", "withdrawals"] {
            awa.pay(&format!("{pot}/{what}"), json!({"amount": amount})).await.expect(400);
        }
    }
    awa.post(&format!("{pot}/deposits"), json!({"amount": 1}))
        .await
        .expect_problem(400, "request.idempotency_key_required");
    app.stop().await;
}

#[actix_web::test]
async fn who_leaves_has_emptied_their_pots() {
    let app = TestApp::start();
    let bank = Bank::open(&app).await;
    let (mut awa, koffi) = (app.person("awa@example.ci").await, app.person("koffi@example.ci").await);
    bank.give(&awa, 1_000).await;
    let pot = open(&awa, "Moto").await;
    let closed = open(&awa, "Fermée").await;
    awa.post(&format!("{closed}/close"), json!({})).await.expect(200);
    awa.pay(&format!("{pot}/deposits"), json!({"amount": 1_000})).await.expect(201);
    awa.post("/api/me/deletion", json!({})).await.expect_problem(409, "wallet.balance_not_zero");
    awa.pay(&format!("{pot}/withdrawals"), json!({"amount": 1_000})).await.expect(201);
    awa.pay("/api/wallet/transfers", json!({"to": koffi.identifier, "amount": 1_000})).await.expect(201);
    awa.post("/api/me/deletion", json!({})).await.expect(202);
    app.sign_in_by_code(&mut awa).await;
    awa.post("/api/me/deletion/cancel", json!({})).await.expect(200);
    assert_eq!(awa.get(&pot).await.expect(200).json["state"], "open");
    awa.post("/api/me/deletion", json!({})).await.expect(202);
    app.clock.advance(Duration::from_secs(60 * 60 * 24 * 31));
    let erased = hostolink_gateway::flows::departure::erase_due(&mut app.db.conn(), &app.state, 10).unwrap();
    assert_eq!(erased, 1);
    assert_eq!(app.lines("SELECT nom AS line FROM cagnotte"), Vec::<String>::new());
    app.stop().await;
}
