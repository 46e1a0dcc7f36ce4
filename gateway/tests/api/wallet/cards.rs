//! A person's cards, and that nobody else sees anything of them.

use super::Bank;
use crate::{
    app::{Answer, Caller, TestApp},
    audit::expect_one_row,
};
use reqwest::Method;
use serde_json::{Value, json};
use std::{collections::BTreeSet, time::Duration};

const PIN: &str = "7391";

/// Somebody with money, a PIN and a card.
pub(super) struct Holder {
    pub(super) caller: Caller,
    /// The card's address.
    pub(super) card: String,
}

impl Holder {
    pub(super) async fn new(app: &TestApp, bank: &Bank, identifier: &str, card: Value) -> Self {
        let caller = app.person(identifier).await;
        bank.give(&caller, 10_000).await;
        caller.put("/api/pin", json!({"pin": PIN})).await.expect(204);
        let made = caller.post("/api/cards", card).await;
        Self { card: made.expect(201).headers["location"].to_str().unwrap().to_owned(), caller }
    }

    pub(super) async fn get(&self, what: &str) -> Answer {
        self.caller.get(&format!("{}{what}", self.card)).await
    }

    pub(super) async fn post(&self, what: &str, body: Value) -> Answer {
        self.caller.post(&format!("{}{what}", self.card), body).await
    }

    /// The same person much later, when access tokens are over.
    pub(super) async fn come_back(self, app: &TestApp) -> Self {
        let Self { mut caller, card } = self;
        app.come_back(&mut caller).await;
        Self { caller, card }
    }

    /// The same person years later, when the session is over too.
    async fn signed_in_again(self, app: &TestApp) -> Self {
        let Self { mut caller, card } = self;
        app.sign_in_by_code(&mut caller).await;
        caller.put("/api/pin", json!({"pin": PIN})).await.expect(204);
        Self { caller, card }
    }

    /// Number and code as the app shows them.
    pub(super) async fn show(&self) -> Value {
        self.post("/show", json!({"pin": PIN})).await.expect(200).json.clone()
    }
}

/// Calls each route of a card that logs.
pub(crate) async fn logged(app: &TestApp, seen: &mut BTreeSet<String>) {
    let caller = app.person("titulaire@example.ci").await;
    caller.put("/api/pin", json!({"pin": PIN})).await.expect(204);
    let made = caller.post("/api/cards", json!({})).await;
    expect_one_row(app, "POST /api/cards", &made, seen);
    let card = made.headers["location"].to_str().unwrap().to_owned();
    let settings = caller.put(&format!("{card}/settings"), json!({"label": "Courses"})).await;
    expect_one_row(app, "PUT /api/cards/{id}/settings", &settings, seen);
    for what in ["freeze", "unfreeze", "renew", "show", "close"] {
        let body = if what == "show" { json!({"pin": PIN}) } else { json!({}) };
        let done = caller.post(&format!("{card}/{what}"), body).await;
        expect_one_row(app, &format!("POST /api/cards/{{id}}/{what}"), &done, seen);
    }
}

#[actix_web::test]
async fn a_card_is_listed_without_its_number_and_shown_with_the_pin_alone() {
    let app = TestApp::start();
    let bank = Bank::open(&app).await;
    let awa = Holder::new(&app, &bank, "awa@example.ci", json!({"label": " Courses "})).await;
    let card = awa.get("").await.expect(200).json.clone();
    assert_eq!(
        (&card["label"], &card["state"], &card["expiry"]),
        (&json!("Courses"), &json!("active"), &json!("11/29"))
    );
    let shown = awa.show().await;
    let (number, code) = (shown["number"].as_str().unwrap(), shown["code"].as_str().unwrap());
    assert!(
        number.starts_with('9') && number.len() == 16 && number.ends_with(card["last4"].as_str().unwrap())
    );
    assert_eq!(code.len(), 6);
    app.clock.advance(Duration::from_secs(60));
    let later = awa.show().await;
    assert_eq!(later["number"], shown["number"]);
    assert_ne!(later["code"], shown["code"], "another code each minute");

    let everywhere = [
        awa.caller.get("/api/cards").await,
        awa.get("").await,
        awa.get("/qr").await,
        awa.get("/authorizations").await,
        awa.get("/picture.svg").await,
        awa.caller.get("/api/me/export").await,
        awa.post("/freeze", json!({})).await,
    ];
    for answer in everywhere {
        answer.expect(200);
        let text = String::from_utf8(answer.bytes).unwrap();
        assert!(!text.contains(number) && !text.contains(&number[..12]), "a number in {text}");
    }
    let rows: String = app.lines("SELECT row(c.*)::text || coalesce(encode(numero_chiffre, 'escape'), '') AS line FROM carte_bancaire c").join("");
    let log: String = app.lines("SELECT details::text AS line FROM logs").join("");
    assert!(!rows.contains(&number[..12]) && !log.contains(&number[..12]) && !log.contains(code));
    app.stop().await;
}

#[actix_web::test]
async fn a_wrong_pin_is_counted_and_shows_nothing() {
    let app = TestApp::start();
    let bank = Bank::open(&app).await;
    let awa = Holder::new(&app, &bank, "awa@example.ci", json!({})).await;
    // The PIN that was shown for something else a moment ago shows no number.
    awa.caller.post("/api/pin/verify", json!({"pin": PIN})).await.expect(200);
    awa.post("/show", json!({})).await.expect_problem(400, "request.invalid_field");
    for _ in 0..4 {
        awa.post("/show", json!({"pin": "2846"})).await.expect_problem(403, "auth.pin_wrong");
    }
    awa.post("/show", json!({"pin": "2846"})).await.expect_problem(403, "auth.pin_locked");
    awa.post("/show", json!({"pin": PIN})).await.expect_problem(403, "auth.pin_locked");
    let other = app.person("koffi@example.ci").await;
    other
        .post(&format!("{}/show", awa.card), json!({"pin": PIN}))
        .await
        .expect_problem(403, "auth.pin_undefined");
    app.stop().await;
}

#[actix_web::test]
async fn another_s_card_is_no_card() {
    let app = TestApp::start();
    let bank = Bank::open(&app).await;
    let awa = Holder::new(&app, &bank, "awa@example.ci", json!({})).await;
    let koffi = Holder::new(&app, &bank, "koffi@example.ci", json!({})).await;
    let unknown = "/api/cards/0193b0a0-0000-7000-8000-000000000000";
    for (method, what, body) in [
        (Method::GET, "", json!(null)),
        (Method::GET, "/qr", json!(null)),
        (Method::GET, "/picture.svg", json!(null)),
        (Method::GET, "/authorizations", json!(null)),
        (Method::PUT, "/settings", json!({})),
        (Method::POST, "/freeze", json!({})),
        (Method::POST, "/unfreeze", json!({})),
        (Method::POST, "/renew", json!({})),
        (Method::POST, "/close", json!({})),
        (Method::POST, "/show", json!({"pin": PIN})),
    ] {
        let mut answers = Vec::new();
        for card in [&awa.card, unknown] {
            let request = koffi.caller.request(method.clone(), &format!("{card}{what}"));
            let request = if method == Method::GET { request } else { request.json(&body) };
            let mut answer = koffi.caller.send(request).await;
            answer.expect_problem(404, "wallet.card_unknown");
            answer.json["traceId"] = json!(null);
            answers.push(answer.json);
        }
        assert_eq!(answers[0], answers[1], "{method} {what}");
        koffi.caller.get("/api/cards/no-id").await.expect(404);
    }
    assert_eq!(awa.get("").await.json["state"], "active");
    app.stop().await;
}

#[actix_web::test]
async fn a_person_has_five_cards_at_most_also_when_they_ask_at_once() {
    let app = TestApp::start();
    let awa = app.person("awa@example.ci").await;
    let made = futures_util::future::join_all((0..12).map(|_| awa.post("/api/cards", json!({})))).await;
    assert_eq!(made.iter().filter(|answer| answer.status == 201).count(), 5);
    for refused in made.iter().filter(|answer| answer.status != 201) {
        refused.expect_problem(409, "wallet.card_too_many");
    }
    let page = awa.get("/api/cards?limit=3").await.expect(200).json.clone();
    let cursor = page["nextCursor"].as_str().unwrap();
    let rest = awa.get(&format!("/api/cards?limit=3&cursor={cursor}")).await.expect(200).json.clone();
    assert_eq!((page["items"].as_array().unwrap().len(), rest["items"].as_array().unwrap().len()), (3, 2));
    awa.get("/api/cards?cursor=forged").await.expect(400);
    // A closed one makes room.
    let id = page["items"][0]["id"].as_str().unwrap();
    awa.post(&format!("/api/cards/{id}/close"), json!({})).await.expect(200);
    awa.post("/api/cards", json!({})).await.expect(201);
    app.stop().await;
}

#[actix_web::test]
async fn a_card_lives_is_renewed_and_ends() {
    let app = TestApp::start();
    let bank = Bank::open(&app).await;
    let awa = Holder::new(&app, &bank, "awa@example.ci", json!({"label": "Un"})).await;
    let before = awa.show().await;
    assert_eq!(awa.post("/freeze", json!({})).await.expect(200).json["state"], "frozen");
    assert_eq!(awa.post("/freeze", json!({})).await.expect(200).json["state"], "frozen", "asked twice");
    let renewed = awa.post("/renew", json!({})).await;
    assert_eq!(renewed.expect(200).json["state"], "frozen", "renewing thaws nothing");
    assert_eq!(awa.post("/unfreeze", json!({})).await.expect(200).json["state"], "active");
    assert_ne!(awa.show().await["number"], before["number"]);

    app.clock.advance(Duration::from_secs(60 * 60 * 24 * 366 * 4));
    let awa = awa.signed_in_again(&app).await;
    assert_eq!(awa.get("").await.expect(200).json["state"], "expired");
    awa.post("/freeze", json!({})).await.expect_problem(422, "wallet.card_expired");
    assert_eq!(awa.post("/renew", json!({})).await.expect(200).json["state"], "active");

    assert_eq!(awa.post("/close", json!({})).await.expect(200).json["state"], "closed");
    for what in ["freeze", "unfreeze", "renew", "close"] {
        awa.post(&format!("/{what}"), json!({})).await.expect_problem(409, "wallet.card_closed");
    }
    // On a new device nothing is shown for a day.
    app.clock.advance(Duration::from_secs(60 * 60 * 24));
    let awa = awa.come_back(&app).await;
    awa.post("/show", json!({"pin": PIN})).await.expect_problem(409, "wallet.card_closed");
    let settings = awa.caller.put(&format!("{}/settings", awa.card), json!({})).await;
    settings.expect_problem(409, "wallet.card_closed");
    assert!(
        app.lines("SELECT numero_cle AS line FROM carte_bancaire WHERE numero_chiffre IS NOT NULL")
            .is_empty()
    );
    app.stop().await;
}

#[actix_web::test]
async fn what_is_no_card_is_refused() {
    let app = TestApp::start();
    let awa = app.person("awa@example.ci").await;
    for (body, field, code) in [
        (json!({"label": "é".repeat(31)}), "label", "wallet.card_label_invalid"),
        (json!({"label": "a\nb"}), "label", "wallet.card_label_invalid"),
        (json!({"limits": {"daily": 0}}), "limits.daily", "wallet.amount_invalid"),
        (json!({"limits": {"monthly": -1}}), "limits.monthly", "wallet.amount_invalid"),
        (
            json!({"limits": {"perOperation": 9_223_372_036_854_775_807_i64}}),
            "limits.perOperation",
            "wallet.amount_invalid",
        ),
    ] {
        let refused = awa.post("/api/cards", body).await;
        refused.expect_problem(400, code);
        assert_eq!(refused.json["errors"][0]["field"], field);
    }
    for body in [
        json!([]),
        json!({"singleUse": "yes"}),
        json!({"limits": {"daily": 1.5}}),
        json!({"limits": {"daily": "1e3"}}),
    ] {
        awa.post("/api/cards", body).await.expect_problem(400, "request.invalid_field");
    }
    assert_eq!(awa.get("/api/cards").await.expect(200).json, json!({"items": []}));
    app.stop().await;
}

#[actix_web::test]
async fn its_code_receives_money_and_its_picture_shows_what_it_may() {
    let app = TestApp::start();
    let bank = Bank::open(&app).await;
    let awa = Holder::new(&app, &bank, "awa@example.ci", json!({"label": "<b>Courses & co</b>"})).await;
    let koffi = Holder::new(&app, &bank, "koffi@example.ci", json!({})).await;
    let code = awa.get("/qr").await.expect(200).json.clone();
    assert_eq!(code["label"], "<b>Courses & co</b>");
    let paid = koffi.caller.pay("/api/wallet/transfers", json!({"qr": code["payload"], "amount": 700})).await;
    paid.expect(201);
    assert_eq!(super::balance(&awa.caller).await, 10_700);

    let picture = awa.get("/picture.svg").await;
    assert_eq!(picture.expect(200).headers["content-type"], "image/svg+xml");
    let text = String::from_utf8(picture.bytes).unwrap();
    let last4 = awa.get("").await.json["last4"].as_str().unwrap().to_owned();
    assert!(text.contains("&lt;b&gt;Courses &amp; co&lt;/b&gt;") && !text.contains("<b>"));
    assert!(text.contains(&last4) && text.contains("11/29"));
    app.stop().await;
}

#[actix_web::test]
async fn who_leaves_leaves_no_card_behind() {
    let app = TestApp::start();
    let bank = Bank::open(&app).await;
    let koffi = app.person("koffi@example.ci").await;
    let awa = Holder::new(&app, &bank, "awa@example.ci", json!({"label": "Courses"})).await;
    awa.caller
        .pay("/api/wallet/transfers", json!({"to": koffi.identifier, "amount": 10_000}))
        .await
        .expect(201);
    awa.caller.post("/api/me/deletion", json!({})).await.expect(202);
    app.clock.advance(Duration::from_secs(60 * 60 * 24 * 31));
    let erased = hostolink_gateway::flows::departure::erase_due(&mut app.db.conn(), &app.state, 10).unwrap();
    assert_eq!(erased, 1);
    assert_eq!(
        app.lines("SELECT concat_ws(' ', etat, libelle, numero_cle) AS line FROM carte_bancaire"),
        ["fermee"]
    );
    app.stop().await;
}
