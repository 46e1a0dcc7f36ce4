//! A trade, its tills and what cashiers do there.

use super::{Bank, balance, events::Listener, office::id_of};
use crate::{
    app::{Caller, TestApp},
    audit::expect_one_row,
};
use hostolink_wallet::{Level, emv::Payload};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const MERCHANT: &str = "/api/merchant";
const REVIEWS: &str = "/api/admin/merchants";
const TRANSFERS: &str = "/api/wallet/transfers";

fn described() -> Value {
    json!({"tradeName": "Maquis du Plateau", "category": "5812", "city": "Abidjan", "registration": "CI-ABJ-2020-B-12345"})
}

/// Somebody whose identity is verified: how, its tests show.
async fn identified(app: &TestApp, identifier: &str) -> Caller {
    let caller = app.person(identifier).await;
    let public_id = id_of(&caller).await.parse().unwrap();
    let conn = &mut app.db.conn();
    let user = app.state.auth.find_user(conn, public_id).unwrap().unwrap();
    app.state.wallets.set_levels(conn, &[(user, Level::Identified)]).unwrap();
    caller
}

/// A merchant whom an administrator accepted: who it is, the administrator, and the merchant's id.
pub(super) async fn accepted(app: &TestApp) -> (Caller, Caller, String) {
    let owner = identified(app, "patronne@example.ci").await;
    let office = app.with_role("guichet@example.ci", "admin").await;
    let id = owner.put(MERCHANT, described()).await.expect(200).json["id"].as_str().unwrap().to_owned();
    owner.post("/api/merchant/submit", json!({})).await.expect(200);
    office.post(&format!("{REVIEWS}/{id}/accept"), json!({})).await.expect(200);
    (owner, office, id)
}

/// A cashier at a till of theirs, and its address.
pub(super) async fn hired(app: &TestApp, owner: &Caller) -> (Caller, String) {
    let cashier = app.person("caissiere@example.ci").await;
    let invited =
        owner.post("/api/merchant/tills", json!({"cashier": cashier.identifier, "name": "Caisse 1"})).await;
    let till = invited.expect(201).headers["location"].to_str().unwrap().to_owned();
    cashier.post(&format!("{till}/accept"), json!({})).await.expect(200);
    (cashier, till)
}

async fn payload(caller: &Caller, till: &str) -> String {
    caller.get(&format!("{till}/qr")).await.expect(200).json["payload"].as_str().unwrap().to_owned()
}

/// Calls each route of merchants that logs.
pub(crate) async fn logged(app: &TestApp, seen: &mut BTreeSet<String>) {
    let owner = identified(app, "commercant@example.ci").await;
    let office = app.with_role("revue@example.ci", "admin").await;
    let drawn = owner.put(MERCHANT, described()).await;
    expect_one_row(app, "PUT /api/merchant", &drawn, seen);
    let place = format!("{REVIEWS}/{}", drawn.json["id"].as_str().unwrap());
    for verdict in ["refuse", "accept", "suspend", "reinstate"] {
        if ["refuse", "accept"].contains(&verdict) {
            let submitted = owner.post("/api/merchant/submit", json!({})).await;
            expect_one_row(app, "POST /api/merchant/submit", &submitted, seen);
        }
        let decided = office.post(&format!("{place}/{verdict}"), json!({"reason": "activity"})).await;
        expect_one_row(app, &format!("POST {REVIEWS}/{{id}}/{verdict}"), &decided, seen);
    }
    let brought = office.put(&format!("{place}/agent"), json!({"agent": null})).await;
    expect_one_row(app, &format!("PUT {REVIEWS}/{{id}}/agent"), &brought, seen);
    let configured = owner.put("/api/merchant/settings", json!({"cashierRefundsADay": 500})).await;
    expect_one_row(app, "PUT /api/merchant/settings", &configured, seen);
    let cashier = app.person("vendeuse@example.ci").await;
    for answer in ["decline", "accept"] {
        let body = json!({"cashier": cashier.identifier, "name": "Caisse 1"});
        let invited = owner.post("/api/merchant/tills", body).await;
        expect_one_row(app, "POST /api/merchant/tills", &invited, seen);
        let till = invited.headers["location"].to_str().unwrap().to_owned();
        let answered = cashier.post(&format!("{till}/{answer}"), json!({})).await;
        expect_one_row(app, &format!("POST /api/tills/{{id}}/{answer}"), &answered, seen);
        if answer == "accept" {
            let code = cashier.post(&format!("{till}/qr"), json!({"amount": 500})).await;
            expect_one_row(app, "POST /api/tills/{id}/qr", &code, seen);
            let id = till.rsplit('/').next().unwrap();
            let closed = owner.post(&format!("/api/merchant/tills/{id}/close"), json!({})).await;
            expect_one_row(app, "POST /api/merchant/tills/{id}/close", &closed, seen);
        }
    }
    let account = owner.get(MERCHANT).await.json["account"]["id"].clone();
    let alias = json!({"account": account, "alias": "3497a720-ab11-4973-9619-534e04f263a1"});
    let recorded = office.post("/api/admin/pi-aliases", alias).await;
    expect_one_row(app, "POST /api/admin/pi-aliases", &recorded, seen);
    let place = format!("/api/admin/pi-aliases/{}", recorded.json["id"].as_str().unwrap());
    let withdrawn = office.delete(&place).await;
    expect_one_row(app, "DELETE /api/admin/pi-aliases/{id}", &withdrawn, seen);
}

#[actix_web::test]
async fn a_trade_is_reviewed_and_its_owner_is_a_merchant_while_it_is_accepted() {
    let app = TestApp::start();
    let nobody = app.person("awa@example.ci").await;
    nobody.put(MERCHANT, described()).await.expect_problem(403, "wallet.identity_required");
    nobody.get(MERCHANT).await.expect_problem(404, "wallet.merchant_unknown");
    let owner = identified(&app, "patronne@example.ci").await;
    for (change, field, code) in [
        (json!({"tradeName": " "}), "tradeName", "wallet.trade_name_invalid"),
        (json!({"category": "581"}), "category", "wallet.category_invalid"),
        (json!({"city": ""}), "city", "wallet.city_invalid"),
        (json!({"registration": "é"}), "registration", "wallet.registration_invalid"),
        (json!({"tradeName": 5}), "tradeName", "request.invalid_field"),
    ] {
        let mut body = described();
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let refused = owner.put(MERCHANT, body).await;
        refused.expect_problem(400, code);
        assert_eq!(refused.json["errors"][0]["field"], field);
    }
    let drawn = owner.put(MERCHANT, described()).await;
    assert_eq!((&drawn.expect(200).json["state"], drawn.json.get("account")), (&json!("draft"), None));
    owner.post("/api/merchant/submit", json!({})).await.expect(200);
    let office = app.with_role("guichet@example.ci", "admin").await;
    let queue = office.get(&format!("{REVIEWS}?state=submitted")).await.expect(200).json["items"].clone();
    assert_eq!((&queue[0]["tradeName"], queue.as_array().unwrap().len()), (&json!("Maquis du Plateau"), 1));
    office.get(&format!("{REVIEWS}?state=lost")).await.expect_problem(400, "request.invalid_field");
    let place = format!("{REVIEWS}/{}", queue[0]["id"].as_str().unwrap());
    let role = async || owner.get("/api/me").await.json["role"].clone();
    office.post(&format!("{place}/refuse"), json!({"reason": "bored"})).await.expect(400);
    assert_eq!(role().await, "user");
    assert_eq!(
        office.post(&format!("{place}/accept"), json!({})).await.expect(200).json["state"],
        "accepted"
    );
    assert_eq!(role().await, "merchant");
    office.post(&format!("{place}/accept"), json!({})).await.expect_problem(409, "wallet.merchant_state");
    office.post(&format!("{place}/suspend"), json!({"reason": "complaints"})).await.expect(200);
    assert_eq!(
        (role().await, owner.get(MERCHANT).await.json["reason"].clone()),
        (json!("user"), json!("complaints"))
    );
    office.post(&format!("{place}/reinstate"), json!({})).await.expect(200);
    assert_eq!(role().await, "merchant");
    assert_eq!(owner.get(MERCHANT).await.json["account"]["balance"], 0);
    office
        .get(&format!("{REVIEWS}/{}", id_of(&owner).await))
        .await
        .expect_problem(404, "wallet.merchant_unknown");
    app.stop().await;
}

#[actix_web::test]
async fn a_cashier_is_paid_hears_of_it_gives_back_and_is_gone_at_once() {
    let app = TestApp::start();
    let bank = Bank::open(&app).await;
    let (owner, ..) = accepted(&app).await;
    let (cashier, till) = hired(&app, &owner).await;
    let payer = app.person("koffi@example.ci").await;
    bank.give(&payer, 10_000).await;
    let code = payload(&cashier, &till).await;
    let scanned = payer.post("/api/wallet/qr/scan", json!({"payload": code})).await;
    let shop =
        json!({"name": "Maquis du Plateau", "city": "Abidjan", "category": "5812", "till": "Caisse 1"});
    assert_eq!(
        (&scanned.expect(200).json["merchant"], &scanned.json["receiver"]["name"]),
        (&shop, &shop["name"])
    );
    let quote = payer.post(&format!("{TRANSFERS}/quote"), json!({"qr": code, "amount": 1_500})).await;
    assert_eq!((&quote.expect(200).json["merchant"], &quote.json["fee"]), (&shop, &json!(0)));

    let (mut at_till, _) = Listener::open_at(&cashier, &format!("{till}/events"), None).await;
    let (mut of_merchant, begun) = Listener::open_at(&owner, "/api/merchant/events", None).await;
    assert_eq!(begun, "0.0");
    app.tell().await;
    let paid = payer.pay(TRANSFERS, json!({"qr": code, "amount": 1_500, "note": "attiéké"})).await;
    let transaction = paid.expect(201).json["id"].clone();
    app.tell().await;
    let (id, told) = at_till.next_with_id().await.unwrap();
    assert_eq!(
        (id.as_str(), &told["id"], &told["amount"], &told["direction"]),
        ("1", &transaction, &json!(1_500), &json!("in"))
    );
    assert_eq!(told["till"], *till.rsplit('/').next().unwrap());
    let (id, seen) = of_merchant.next_with_id().await.unwrap();
    assert_eq!((id.as_str(), &seen), ("0.1", &told), "the merchant hears the same");
    assert_eq!(super::latest(&payer).await["counterparty"]["name"], "Maquis du Plateau");
    let receipt = app.anon().get(&format!("/api/receipts/{}", super::receipts::token(&payer).await)).await;
    assert_eq!(receipt.expect(200).json["to"]["name"], "Maquis du Plateau");
    assert_eq!((balance(&owner).await, balance(&cashier).await), (0, 0));
    cashier.get(MERCHANT).await.expect_problem(404, "wallet.merchant_unknown");

    let refund = json!({"transaction": transaction, "amount": 400});
    let at = format!("{till}/refunds");
    cashier.pay(&at, refund.clone()).await.expect_problem(403, "wallet.till_refunds_off");
    owner.put("/api/merchant/settings", json!({"cashierRefundsADay": 500})).await.expect(200);
    let back = cashier.pay_with(&at, "rendu-01", refund.clone()).await;
    assert_eq!(
        (&back.expect(201).json["kind"], &back.json["balanceAfter"]),
        (&json!("refund"), &json!(1_100))
    );
    assert!(!back.headers.contains_key("location"));
    let again = cashier.pay_with(&at, "rendu-01", refund).await;
    assert_eq!(again.expect(201).headers["idempotency-replayed"], "true");
    let more = cashier.pay(&at, json!({"transaction": transaction, "amount": 101})).await;
    more.expect_problem(422, "wallet.limit_day_reached");
    assert_eq!(more.json["freesAt"], "2026-11-21T00:00:00Z");

    let report = cashier.get(&format!("{till}/report")).await;
    assert_eq!(
        (&report.expect(200).json["received"], &report.json["refunded"]["amount"], &report.json["net"]),
        (&json!({"count": 1, "amount": 1_500}), &json!(400), &json!(1_100))
    );
    let lines = cashier.get(&format!("{till}/report?format=csv")).await;
    let lines = String::from_utf8(lines.expect(200).bytes.clone()).unwrap();
    assert!(
        lines.contains("Paiement QR reçu") && lines.contains(";attiéké;") && lines.contains(";1100"),
        "{lines}"
    );
    let id = till.rsplit('/').next().unwrap();
    owner.pay(&format!("/api/merchant/tills/{id}/collect"), json!({"amount": 1_000})).await.expect(201);
    owner.pay("/api/merchant/withdrawals", json!({"amount": 600})).await.expect(201);
    assert_eq!(
        (balance(&owner).await, owner.get(MERCHANT).await.json["account"]["balance"].clone()),
        (600, json!(400))
    );
    let day = owner.get("/api/merchant/report").await;
    assert_eq!(
        (&day.expect(200).json["net"], day.json["tills"].as_array().unwrap().len()),
        (&json!(1_100), 2)
    );
    let day = owner.get("/api/merchant/report?day=2026-11-20&format=csv").await;
    let day = String::from_utf8(day.expect(200).bytes.clone()).unwrap();
    assert!(day.contains("2026-11-20;Caisse 1;c***@example.ci;1;1500;1;400;0;1000;0;1100"), "{day}");
    for query in ["day=demain", "day=2026-11-21", "format=pdf"] {
        cashier.get(&format!("{till}/report?{query}")).await.expect(400);
    }

    app.tell().await;
    while at_till.next_with_id().await.unwrap().1["kind"] != "own-move" {}
    owner.post(&format!("/api/merchant/tills/{id}/close"), json!({})).await.expect(200);
    app.tell().await;
    at_till.end().await;
    for path in ["", "/qr", "/transactions", "/report", "/events"] {
        cashier.get(&format!("{till}{path}")).await.expect_problem(404, "wallet.till_unknown");
    }
    cashier.pay(&at, json!({"transaction": transaction})).await.expect_problem(404, "wallet.till_unknown");
    payer
        .pay(TRANSFERS, json!({"qr": code, "amount": 1}))
        .await
        .expect_problem(422, "wallet.qr_not_accepting");
    app.stop().await;
}

#[actix_web::test]
async fn another_s_till_is_no_till_and_bad_input_moves_nothing() {
    let app = TestApp::start();
    let (owner, ..) = accepted(&app).await;
    let (cashier, till) = hired(&app, &owner).await;
    let stranger = app.person("inconnu@example.ci").await;
    let unknown = "/api/tills/0193b0a0-0000-7000-8000-000000000000".to_owned();
    let id = "0193b0a0-0000-7000-8000-000000000000";
    for (method, what, body) in [
        (Method::GET, "", json!(null)),
        (Method::GET, "/qr", json!(null)),
        (Method::GET, "/qr.png", json!(null)),
        (Method::GET, "/qr.svg", json!(null)),
        (Method::GET, "/qr.pdf", json!(null)),
        (Method::GET, "/transactions", json!(null)),
        (Method::GET, "/report", json!(null)),
        (Method::GET, "/report?format=csv", json!(null)),
        (Method::GET, "/events", json!(null)),
        (Method::POST, "/accept", json!({})),
        (Method::POST, "/decline", json!({})),
        (Method::POST, "/qr", json!({"amount": 5})),
        (Method::POST, "/refunds", json!({"transaction": id})),
    ] {
        let mut answers: Vec<Value> = Vec::new();
        for place in [&till, &unknown] {
            let request = stranger.request(method.clone(), &format!("{place}{what}"));
            let request = request.header("Idempotency-Key", format!("cle-{}-{}", what.len(), place == &till));
            let request = if method == Method::GET { request } else { request.json(&body) };
            let mut answer = stranger.send(request).await;
            answer.expect_problem(404, "wallet.till_unknown");
            answer.json["traceId"] = json!(null);
            answers.push(answer.json);
        }
        assert_eq!(answers[0], answers[1]);
    }
    for what in ["collect", "fund", "close"] {
        let path = format!("/api/merchant/tills/{}/{what}", till.rsplit('/').next().unwrap());
        let refused = cashier.pay(&path, json!({"amount": 1})).await;
        assert!([409, 404].contains(&refused.status.as_u16()), "{what}: {}", refused.json);
    }
    for amount in [json!(0), json!(-1), json!(1.5), json!("1e3"), json!(9_223_372_036_854_775_808_u64)] {
        let id = till.rsplit('/').next().unwrap();
        for path in [
            format!("{till}/refunds"),
            format!("/api/merchant/tills/{id}/collect"),
            "/api/merchant/withdrawals".to_owned(),
            "/api/merchant/deposits".to_owned(),
        ] {
            let body = json!({"amount": amount, "transaction": "0193b0a0-0000-7000-8000-000000000000"});
            owner.pay(&path, body).await.expect(400);
        }
        owner.post(&format!("{till}/qr"), json!({"amount": amount})).await.expect(400);
    }
    owner.pay(&format!("{till}/refunds"), json!({"transaction": "x"})).await.expect(400);
    let nobody = json!({"cashier": "personne@example.ci", "name": "Caisse 3"});
    let refused = owner.post("/api/merchant/tills", nobody).await;
    refused.expect_problem(422, "wallet.cashier_unknown");
    assert_eq!(refused.json["errors"][0]["field"], "cashier");
    let again = json!({"cashier": cashier.identifier, "name": "Caisse 3"});
    owner.post("/api/merchant/tills", again).await.expect_problem(409, "wallet.cashier_taken");
    let unnamed = json!({"cashier": stranger.identifier, "name": "\n"});
    owner.post("/api/merchant/tills", unnamed).await.expect_problem(400, "wallet.till_name_invalid");
    // A till's code is paid and nothing else: no request and no transfer of later goes to whoever stands behind it.
    let code = payload(&cashier, &till).await;
    let asked = stranger.post("/api/wallet/requests", json!({"qr": code, "amount": 5})).await;
    asked.expect_problem(400, "wallet.target_invalid");
    app.stop().await;
}

#[actix_web::test]
async fn codes_of_an_account_with_an_alias_are_printed_for_both_networks() {
    let app = TestApp::start();
    let (owner, office, _) = accepted(&app).await;
    let (cashier, till) = hired(&app, &owner).await;
    let tills = owner.get("/api/merchant/tills").await.expect(200).json["items"].clone();
    // Made in one millisecond of the test's clock, the two may come in either order.
    let main = |wanted: bool| tills.as_array().unwrap().iter().find(|till| till["main"] == wanted).unwrap();
    assert_eq!(main(false)["name"], "Caisse 1");
    let account = owner.get(MERCHANT).await.json["account"]["id"].clone();
    let alias = "3497a720-ab11-4973-9619-534e04f263a1";
    for bad in ["", "x", "3497a720-ab11-7973-9619-534e04f263a1"] {
        let refused = office.post("/api/admin/pi-aliases", json!({"account": account, "alias": bad})).await;
        refused.expect_problem(400, "wallet.pi_alias_invalid");
    }
    let body = json!({"account": account, "alias": alias});
    owner.post("/api/admin/pi-aliases", body.clone()).await.expect_problem(403, "auth.forbidden");
    let recorded = office.post("/api/admin/pi-aliases", body.clone()).await;
    assert_eq!(
        (&recorded.expect(201).json["kind"], &recorded.json["alias"]),
        (&json!("SHID"), &json!(alias))
    );
    office.post("/api/admin/pi-aliases", body).await.expect_problem(409, "wallet.pi_alias_taken");
    let own = format!("/api/tills/{}", main(true)["id"].as_str().unwrap());
    let code = payload(&owner, &own).await;
    assert_eq!(Payload::parse(&code).unwrap().alias().unwrap().uuid().to_string(), alias);
    assert_eq!(Payload::parse(&payload(&cashier, &till).await).unwrap().alias(), None, "another account");
    let page = owner.get(&format!("{own}/qr.pdf")).await;
    assert!(page.expect(200).bytes.starts_with(b"%PDF"));
    assert!(owner.get(&format!("{own}/qr.png")).await.expect(200).bytes.starts_with(b"\x89PNG"));
    assert!(owner.get(&format!("{own}/qr.svg")).await.expect(200).bytes.starts_with(b"<?xml"));
    let seen = office.get(&format!("/api/admin/pi-aliases?account={}", account.as_str().unwrap())).await;
    assert_eq!(seen.expect(200).json["items"], json!([recorded.json]));
    office.get("/api/admin/pi-aliases?account=x").await.expect(400);
    let place = format!("/api/admin/pi-aliases/{}", recorded.json["id"].as_str().unwrap());
    office.delete(&place).await.expect(204);
    assert_eq!(Payload::parse(&payload(&owner, &own).await).unwrap().alias(), None);
    office
        .delete("/api/admin/pi-aliases/0193b0a0-0000-7000-8000-000000000000")
        .await
        .expect_problem(404, "wallet.pi_alias_unknown");
    app.stop().await;
}
