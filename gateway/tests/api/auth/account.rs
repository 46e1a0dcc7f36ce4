//! Changing identifiers, taking a copy of everything, leaving.

use crate::app::{Caller, TestApp, token_in};
use crate::wallet::{awa_and_koffi, balance};
use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::Text};
use hostolink_gateway::flows::departure;
use serde_json::{Value, json};
use std::time::Duration;

const GRACE: Duration = Duration::from_secs(30 * 86_400);

/// Adds or changes an identifier the way it happens: both codes are read where they were sent.
async fn change(app: &TestApp, who: &Caller, known: &str, to: &str) -> crate::app::Answer {
    who.post("/api/me/identifiers", json!({"identifier": to})).await.expect(200);
    let (old, new) = (app.newest_code_for(known).await, app.newest_code_for(to).await);
    who.post("/api/me/identifiers/confirm", json!({"oldCode": old, "newCode": new})).await
}

fn erase_due(app: &TestApp) -> usize {
    departure::erase_due(&mut app.db.conn(), &app.state, 10).unwrap()
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// The tables in which a text is found, whatever the column.
fn found_in(app: &TestApp, needle: &str) -> Vec<String> {
    let conn = &mut app.db.conn();
    let tables: Vec<Line> = sql_query(
        "SELECT relname::text AS line FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'",
    )
    .load(conn)
    .unwrap();
    assert!(tables.len() > 20, "the tables were not found");
    let mut holds = |table: &String| {
        let query = format!("SELECT count(*)::text AS line FROM {table} t WHERE t::text ILIKE '%{needle}%'");
        sql_query(query).get_result::<Line>(conn).unwrap().line != "0"
    };
    tables.into_iter().map(|table| table.line).filter(|table| holds(table)).collect()
}

#[actix_web::test]
async fn an_identifier_is_added_changed_and_taken_back() {
    let app = TestApp::start();
    let awa = app.person("awa@example.ci").await;
    let asked = awa.post("/api/me/identifiers", json!({"identifier": "07 08 09 10 11"})).await;
    assert_eq!(
        asked.expect(200).json,
        json!({"oldCodeSentTo": "a***@example.ci", "newCodeSentTo": "+225••••••••11", "expiresIn": 600})
    );
    let wrong =
        awa.post("/api/me/identifiers/confirm", json!({"oldCode": "000000", "newCode": "000000"})).await;
    assert!(["auth.code_invalid"].contains(&wrong.expect(401).json["code"].as_str().unwrap()));
    let added = change(&app, &awa, "awa@example.ci", "+2250708091011").await;
    assert_eq!(
        (&added.expect(200).json["phone"], &added.json["phoneProven"]),
        (&json!("+2250708091011"), &json!(true))
    );
    let moved = change(&app, &awa, "+2250708091011", "autre@example.ci").await;
    assert_eq!(moved.expect(200).json["email"], "autre@example.ci");
    let told = app.newest_message_for("awa@example.ci").await;
    assert!(told["body"].as_str().unwrap().contains("http://localhost:3000/revert-change#token="));
    app.anon().get("/revert-change").await.expect(200);
    awa.get("/api/me").await.expect(200);

    let token = token_in(&told);
    let revert = |token: String| {
        let anon = app.anon();
        async move { anon.post("/api/identifier-changes/revert", json!({"token": token})).await }
    };
    revert("x".repeat(43)).await.expect_problem(401, "auth.revert_invalid");
    assert_eq!(revert(token.clone()).await.expect(200).json, json!({"next": "otp"}));
    revert(token).await.expect_problem(401, "auth.revert_invalid");
    awa.get("/api/me").await.expect(401);
    let mut back = app.anon();
    back.identifier = "awa@example.ci".to_owned();
    app.sign_in_by_code(&mut back).await;
    let me = back.get("/api/me").await;
    assert_eq!((&me.json["email"], &me.json["passwordSet"]), (&json!("awa@example.ci"), &json!(false)));
    app.stop().await;
}

#[actix_web::test]
async fn identifiers_of_every_wrong_kind_and_the_last_one() {
    let app = TestApp::start();
    let awa = app.person("awa@example.ci").await;
    app.person("koffi@example.ci").await;
    for (to, code) in [("x", "auth.identifier_invalid"), ("08091011", "auth.phone_old_plan")] {
        awa.post("/api/me/identifiers", json!({"identifier": to})).await.expect_problem(400, code);
    }
    awa.post("/api/me/identifiers", json!({"identifier": "Awa@Example.ci"}))
        .await
        .expect_problem(409, "auth.identifier_own");
    awa.delete("/api/me/identifiers/email").await.expect_problem(409, "auth.last_identifier");
    awa.delete("/api/me/identifiers/phone").await.expect_problem(404, "auth.identifier_missing");
    awa.delete("/api/me/identifiers/fax").await.expect_problem(404, "not_found");
    awa.post("/api/me/identifiers/confirm", json!({"oldCode": "123456", "newCode": "123456"}))
        .await
        .expect_problem(404, "auth.change_unknown");
    // Whether it is somebody else's only its owner hears.
    let taken = change(&app, &awa, "awa@example.ci", "koffi@example.ci").await;
    taken.expect_problem(409, "auth.identifier_taken");
    app.stop().await;
}

#[actix_web::test]
async fn a_copy_of_everything_is_one_document() {
    let app = TestApp::start();
    let (awa, koffi) = awa_and_koffi(&app).await;
    for n in 1..=101 {
        awa.pay("/api/wallet/transfers", json!({"to": koffi.identifier, "amount": n})).await.expect(201);
    }
    koffi.post("/api/wallet/qr", json!({"amount": 500, "label": "attiéké"})).await.expect(201);
    koffi.patch("/api/me", json!({"firstName": "Koffi"})).await.expect(200);
    let copy = koffi.get("/api/me/export").await;
    let json = &copy.expect(200).json;
    assert!(
        copy.headers["content-disposition"]
            .to_str()
            .unwrap()
            .starts_with("attachment; filename=\"hostolink-")
    );
    assert_eq!((&json["profile"]["firstName"], &json["wallet"]["balance"]), (&json!("Koffi"), &json!(5_151)));
    let list = |name: &str| json[name].as_array().unwrap().clone();
    assert_eq!((list("transactions").len(), list("sessions").len()), (101, 1));
    assert!(list("qrCodes").iter().any(|code| code["label"] == "attiéké"));
    let did = |action: &str| list("log").iter().any(|row| row["action"] == action && row["byMe"] == true);
    assert!(did("auth.profile_updated") && did("wallet.qr_created") && did("auth.exported"));
    assert!(!String::from_utf8_lossy(&copy.bytes).contains("+2250708091011"), "others stay masked");
    let other = awa.get("/api/me/export").await;
    assert!(!String::from_utf8_lossy(&other.bytes).contains("attiéké"));
    for _ in 0..4 {
        koffi.get("/api/me/export").await.expect(200);
    }
    koffi.get("/api/me/export").await.expect_problem(429, "auth.too_many_attempts");
    app.stop().await;
}

#[actix_web::test]
async fn case_36_who_leaves_takes_everything_personal_along() {
    let app = TestApp::start();
    let (mut awa, koffi) = awa_and_koffi(&app).await;
    let names = json!({
        "firstName": "Prénomrare", "lastName": "Nomrare", "address": "Rue Introuvable", "profession": "Souffleuse",
        "birthDate": "1991-03-07",
    });
    awa.patch("/api/me", names).await.expect(200);
    change(&app, &awa, "+2250708091011", "vieille@example.ci").await.expect(200);
    change(&app, &awa, "+2250708091011", "rare@example.ci").await.expect(200);
    awa.post("/api/wallet/qr", json!({"amount": 500, "label": "Chez Nomrare"})).await.expect(201);
    app.anon().post("/api/forgot-password", json!({"identifier": "rare@example.ci"})).await.expect(200);
    sql_query(
        "UPDATE utilisateur SET photo_profile = 'https://img.example/rare.png' WHERE prenom = 'Prénomrare'",
    )
    .execute(&mut app.db.conn())
    .unwrap();
    app.sign_in_by_code(&mut awa).await;
    awa.post("/api/me/deletion", json!({})).await.expect_problem(409, "wallet.balance_not_zero");
    let payload = awa.get("/api/wallet/qr").await.json["payload"].clone();
    let gift = json!({"to": koffi.identifier, "amount": 10_000, "note": "De la part de Nomrare"});
    awa.pay("/api/wallet/transfers", gift).await.expect(201);
    let asked = awa.post("/api/me/deletion", json!({})).await;
    assert!(asked.expect(202).json["dueAt"].is_string());
    awa.get("/api/me").await.expect(401);
    let told = app.newest_message_for("rare@example.ci").await;
    assert!(told["body"].as_str().unwrap().contains("30 jours"));

    // Nobody pays who leaves, neither by name nor by code.
    koffi
        .pay("/api/wallet/transfers", json!({"to": "+2250708091011", "amount": 5}))
        .await
        .expect_problem(422, "wallet.receiver_unknown");
    let by_code = koffi.pay("/api/wallet/transfers", json!({"qr": payload, "amount": 5})).await;
    assert_eq!(by_code.status, 422, "{}", by_code.json);
    let needles = [
        "0708091011",
        "vieille@",
        "rare@example",
        "Prénomrare",
        "Nomrare",
        "Introuvable",
        "Souffleuse",
        "1991-03-07",
        "rare.png",
    ];
    for needle in needles {
        assert!(!found_in(&app, needle).is_empty(), "{needle} should be there to be erased");
    }
    app.clock.advance(GRACE);
    assert_eq!((erase_due(&app), erase_due(&app)), (1, 0));
    for needle in needles {
        assert_eq!(found_in(&app, needle), Vec::<String>::new(), "{needle}");
    }
    // The books still balance, and the payer's statement still shows the payment, of nobody.
    let mut koffi = koffi;
    app.sign_in_by_code(&mut koffi).await;
    let line = koffi.get("/api/wallet/transactions").await.json["items"][0].clone();
    assert_eq!((&line["amount"], &line["counterparty"]["name"]), (&json!(10_000), &json!("•••")));
    assert_eq!(line["note"], Value::Null);
    assert!(app.state.ledger.verify(&mut app.db.conn(), &mut |_| {}).unwrap().holds());
    let id = line["id"].as_str().unwrap().parse().unwrap();
    app.state.ledger.prove(&mut app.db.conn(), id).unwrap().unwrap().verify().unwrap();
    // Her number is free, and whoever has it next sees nothing of hers.
    let next = app.person("+2250708091011").await;
    let me = next.get("/api/me").await;
    assert_eq!((&me.json["firstName"], &me.json["birthDate"]), (&Value::Null, &Value::Null));
    assert_eq!(balance(&next).await, 0);
    assert_eq!(next.get("/api/wallet/transactions").await.json["items"], json!([]));
    app.stop().await;
}

#[actix_web::test]
async fn who_thinks_again_has_everything_as_before() {
    let app = TestApp::start();
    let (awa, mut koffi) = awa_and_koffi(&app).await;
    app.clock.advance(Duration::from_secs(601));
    koffi.post("/api/me/deletion", json!({})).await.expect_problem(403, "auth.recent_code_required");
    koffi.post("/api/me/deletion/cancel", json!({})).await.expect_problem(409, "auth.deletion_unknown");
    app.sign_in_by_code(&mut koffi).await;
    koffi.post("/api/me/deletion", json!({})).await.expect(202);
    app.anon()
        .post("/api/verify-pin", json!({"identifier": koffi.identifier, "password": crate::app::PASSWORD}))
        .await
        .expect_problem(403, "auth.deletion_pending");
    app.sign_in_by_code(&mut koffi).await;
    assert!(koffi.get("/api/me").await.json["deletionDueAt"].is_string());
    let kept = koffi.post("/api/me/deletion/cancel", json!({})).await;
    assert_eq!(kept.expect(200).json["deletionDueAt"], Value::Null);
    app.clock.advance(GRACE);
    assert_eq!(erase_due(&app), 0);
    let mut awa = awa;
    app.sign_in_by_code(&mut awa).await;
    awa.pay("/api/wallet/transfers", json!({"to": koffi.identifier, "amount": 700})).await.expect(201);
    app.stop().await;
}
