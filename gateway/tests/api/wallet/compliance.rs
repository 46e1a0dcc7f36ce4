use super::{awa_and_koffi, office::id_of};
use crate::{
    app::{Caller, TestApp},
    audit::expect_one_row,
};
use chrono::TimeDelta;
use hostolink_kernel::Clock;
use hostolink_wallet::{ListFormat, ListSource};
use serde_json::{Value, json};
use std::{collections::BTreeSet, time::Duration};

const ALERTS: &str = "/api/admin/compliance/alerts";
const RULES: &str = "/api/admin/compliance/rules";
const TRANSFERS: &str = "/api/wallet/transfers";

/// Has a list of one person imported, and compares nobody yet.
fn import(app: &TestApp) {
    let text = "reference,name,birth_date\nX1,Exemple Modèle,1961\n";
    let source = ListSource::parse("un").unwrap();
    let wallets = &app.state.wallets;
    wallets.import_list(&mut app.db.conn(), &source, ListFormat::Csv, text.as_bytes(), &mut |_| ()).unwrap();
}

/// What the server does in the background: hears of what happened.
fn hear(app: &TestApp) {
    while app.state.database.run_here(|conn| app.state.events.run_once(conn)).unwrap().more {}
}

/// Somebody takes a name that is on the list.
async fn name_on_the_list(app: &TestApp, caller: &Caller) {
    caller.patch("/api/me", json!({"firstName": "Modele", "lastName": "EXEMPLE"})).await.expect(200);
    hear(app);
}

async fn officer(app: &TestApp, name: &str) -> Caller {
    app.with_role(&format!("{name}@example.ci"), "admin").await
}

#[actix_web::test]
async fn a_name_on_a_list_keeps_money_in_until_two_officers_let_it_go() {
    let app = TestApp::start();
    import(&app);
    let (awa, koffi) = awa_and_koffi(&app).await;
    let pay = json!({"to": koffi.identifier, "amount": 100});
    awa.pay(TRANSFERS, pay.clone()).await.expect(201);
    name_on_the_list(&app, &awa).await;
    let refused = awa.pay(TRANSFERS, pay.clone()).await;
    refused.expect_problem(422, "ledger.sender_blocked");
    assert!(!refused.json.to_string().contains("sanction"), "the person is told nothing");
    let back = json!({"to": awa.identifier, "amount": 40});
    koffi.pay(TRANSFERS, back).await.expect(201);

    let (one, two) = (officer(&app, "une").await, officer(&app, "deux").await);
    let list = one.get(&format!("{ALERTS}?state=open&kind=sanctions&holding=true")).await;
    let alert = list.expect(200).json["items"][0].clone();
    assert_eq!((&alert["holds"], &alert["person"]["id"]), (&json!(true), &json!(id_of(&awa).await)));
    assert!(!list.json.to_string().contains("EXEMPLE"), "the whole name is in an opened alert");
    let address = format!("{ALERTS}/{}", alert["id"].as_str().unwrap());
    let file = one.get(&address).await.expect(200).json.clone();
    assert_eq!(file["civilName"]["lastName"], "EXEMPLE");
    assert_eq!(
        (&file["listed"]["name"], &file["listed"]["reference"]),
        (&json!("Exemple Modèle"), &json!("X1"))
    );

    one.post(&format!("{address}/assign"), json!({})).await.expect(200);
    let mine = one.get(&format!("{ALERTS}?mine=true")).await;
    assert_eq!(mine.expect(200).json["items"][0]["id"], alert["id"]);
    let to_nobody = json!({"assignee": id_of(&koffi).await});
    let refused = one.post(&format!("{address}/assign"), to_nobody).await;
    refused.expect_problem(422, "wallet.alert_assignee_invalid");
    let remark = json!({"text": "Pièce demandée."});
    one.post(&format!("{address}/remarks"), remark).await.expect(200);
    let empty = one.post(&format!("{address}/remarks"), json!({"text": " "})).await;
    empty.expect_problem(400, "wallet.remark_invalid");
    let release = format!("{address}/release");
    one.post(&release, json!({})).await.expect_problem(409, "wallet.alert_undecided");
    one.post(&format!("{address}/decide"), json!({"decision": "forget"})).await.expect(400);
    let decide = json!({"decision": "dismiss", "remark": "Homonyme."});
    let decided = one.post(&format!("{address}/decide"), decide).await.expect(200).json.clone();
    assert_eq!((&decided["state"], &decided["holds"]), (&json!("dismissed"), &json!(true)));
    assert_eq!(decided["remarks"][1]["text"], "Homonyme.");
    one.post(&release, json!({})).await.expect_problem(409, "wallet.alert_second_person");
    let released = two.post(&release, json!({})).await.expect(200).json.clone();
    assert_eq!(
        (&released["holds"], &released["releasedBy"]["id"]),
        (&json!(false), &json!(id_of(&two).await))
    );
    awa.pay(TRANSFERS, pay).await.expect(201);
    // The same name is no news.
    awa.patch("/api/me", json!({"firstName": "Modèle"})).await.expect(200);
    hear(&app);
    assert_eq!(one.get(ALERTS).await.json["items"].as_array().unwrap().len(), 1);

    let table = two.get("/api/admin/compliance/export?from=2026-11-20&to=2026-11-20").await;
    assert_eq!(table.expect(200).headers["content-type"], "text/csv; charset=utf-8");
    let table = String::from_utf8(table.bytes).unwrap();
    assert!(table.contains(";classee;non;") && table.contains(";Modèle EXEMPLE;"), "{table}");
    for (query, code) in [
        ("", "wallet.period_invalid"),
        ("?from=2026-11-20&to=2026-11-19", "wallet.period_invalid"),
        ("?from=2020-01-01&to=2026-11-19", "wallet.period_too_long"),
    ] {
        let refused = two.get(&format!("/api/admin/compliance/export{query}")).await;
        assert_eq!(refused.json["code"], code, "{query}");
    }
    app.stop().await;
}

#[actix_web::test]
async fn alerts_are_for_compliance_officers_and_never_about_themselves() {
    let app = TestApp::start();
    import(&app);
    let officer = officer(&app, "une").await;
    name_on_the_list(&app, &officer).await;
    assert_eq!(officer.get(ALERTS).await.expect(200).json["items"], json!([]));
    let chief = app.superadmin().await;
    let id = chief.get(ALERTS).await.expect(200).json["items"][0]["id"].as_str().unwrap().to_owned();
    for path in [format!("{ALERTS}/{id}"), format!("{ALERTS}/x")] {
        assert_eq!(officer.get(&path).await.status.as_u16(), 404);
    }
    let address = format!("{ALERTS}/{id}");
    officer.post(&format!("{address}/release"), json!({})).await.expect_problem(404, "wallet.alert_unknown");
    for query in ["?state=closed", "?kind=x", "?mine=x", "?cursor=x", "?limit=0"] {
        assert_eq!(chief.get(&format!("{ALERTS}{query}")).await.status.as_u16(), 400, "{query}");
    }
    let moderator = app.with_role("moderateur@example.ci", "moderator").await;
    moderator.get(&address).await.expect_problem(403, "auth.forbidden");
    app.stop().await;
}

#[actix_web::test]
async fn many_receivers_open_an_alert_and_rules_are_set_for_later() {
    let app = TestApp::start();
    let (awa, koffi) = awa_and_koffi(&app).await;
    let chief = app.with_role("regles@example.ci", "superadmin").await;
    let rules = chief.get(RULES).await.expect(200).json["items"].clone();
    let has = |rule: &Value| rule["kind"] == "many-receivers" && rule["count"] == 20;
    assert!(rules.as_array().unwrap().iter().any(has), "{rules}");
    let rule = |count: i64, from: &str| json!({"kind": "many-receivers", "action": "hold", "windowSeconds": 3600, "count": count, "from": from});
    chief.post(RULES, rule(2, "2026-11-20")).await.expect_problem(422, "wallet.rule_not_future");
    for count in [0, 1, 101, -1] {
        chief.post(RULES, rule(count, "2026-11-21")).await.expect_problem(400, "wallet.watch_rule_invalid");
    }
    chief.post(RULES, rule(2, "2026-11-21")).await.expect(201);
    chief.post(RULES, rule(3, "2026-11-21")).await.expect_problem(409, "wallet.rule_date_taken");
    officer(&app, "une").await.post(RULES, rule(2, "2026-11-22")).await.expect_problem(403, "auth.forbidden");

    app.clock.advance(Duration::from_secs(86_400));
    let mut awa = awa;
    app.sign_in_by_code(&mut awa).await;
    let third = app.person("aya@example.ci").await;
    for to in [&koffi, &third] {
        awa.pay(TRANSFERS, json!({"to": to.identifier, "amount": 10})).await.expect(201);
    }
    hear(&app);
    let refused = awa.pay(TRANSFERS, json!({"to": koffi.identifier, "amount": 10})).await;
    refused.expect_problem(422, "ledger.sender_blocked");
    let alerts = officer(&app, "deux").await.get(&format!("{ALERTS}?kind=many-receivers")).await;
    let alert = &alerts.expect(200).json["items"][0];
    assert_eq!((&alert["count"], &alert["amount"], &alert["holds"]), (&json!(2), &json!(20), &json!(true)));
    app.stop().await;
}

#[actix_web::test]
async fn a_new_device_sends_little_at_first_and_opens_no_way_around() {
    let app = TestApp::start();
    let (mut awa, koffi) = awa_and_koffi(&app).await;
    diesel::RunQueryDsl::execute(
        diesel::sql_query(
            "INSERT INTO regle_vigilance (genre, action, active, fenetre_s, montant, valide_du, pose_le) \
             VALUES ('appareil_recent', 'plafond', true, 86400, 1000, '2026-01-02', now())",
        ),
        &mut app.db.conn(),
    )
    .unwrap();
    app.clock.advance(Duration::from_secs(600));
    let pay = |amount: i64| json!({"to": koffi.identifier, "amount": amount});
    awa.pay(TRANSFERS, pay(1_001)).await.expect(201);
    let mut phone = awa.clone();
    sign_in_on(&app, &mut phone, "installation-2").await;
    let quote = phone.post(&format!("{TRANSFERS}/quote"), pay(10)).await;
    let limit = json!({"amount": 1_000, "used": 0, "left": 1_000, "until": "2026-11-21T08:10:00Z"});
    assert_eq!(quote.expect(200).json["newDevice"], limit);
    let known = awa.post(&format!("{TRANSFERS}/quote"), pay(10)).await;
    assert!(known.expect(200).json.get("newDevice").is_none(), "there was no money before this one");
    let refused = phone.pay(TRANSFERS, pay(1_001)).await;
    refused.expect_problem(422, "wallet.new_device_limit");
    assert_eq!(refused.json["freesAt"], "2026-11-21T08:10:00Z");
    phone.pay(TRANSFERS, pay(1_000)).await.expect(201);
    phone.pay(TRANSFERS, pay(1)).await.expect_problem(422, "wallet.new_device_limit");
    let quote = phone.post(&format!("{TRANSFERS}/quote"), pay(10)).await;
    assert_eq!(
        (&quote.json["newDevice"]["used"], &quote.json["newDevice"]["left"]),
        (&json!(1_000), &json!(0))
    );
    awa.pay(TRANSFERS, pay(1_001)).await.expect(201);

    let mut later = pay(5_000);
    later["frequency"] = json!("once");
    later["firstAt"] = json!(app.clock.now() + TimeDelta::hours(1));
    let scheduled = phone.pay("/api/wallet/scheduled-transfers", later.clone()).await;
    scheduled.expect_problem(422, "wallet.new_device_limit");
    later["firstAt"] = json!(app.clock.now() + TimeDelta::hours(24));
    phone.pay("/api/wallet/scheduled-transfers", later).await.expect(201);
    let card = phone.post("/api/cards", json!({})).await.expect(201).json["id"].as_str().unwrap().to_owned();
    phone.put("/api/pin", json!({"pin": "7391"})).await.expect(204);
    let shown = phone.post(&format!("/api/cards/{card}/show"), json!({"pin": "7391"})).await;
    shown.expect_problem(422, "wallet.new_device_limit");

    // The same installation is known a day later, also in another session; by its password it never would be.
    app.clock.advance(Duration::from_secs(86_400));
    sign_in_on(&app, &mut phone, "installation-2").await;
    phone.pay(TRANSFERS, pay(1_001)).await.expect(201);
    app.sign_in_by_code(&mut awa).await;
    awa.pay(TRANSFERS, pay(1_001)).await.expect_problem(422, "wallet.new_device_limit");
    app.stop().await;
}

/// Signs in by a code on a device that says what it is called.
async fn sign_in_on(app: &TestApp, caller: &mut Caller, device: &str) {
    app.all_sent().await;
    let identifier = caller.identifier.clone();
    app.anon().post("/api/generate-otp", json!({"identifier": identifier})).await.expect(200);
    let code = app.newest_code_for(&identifier).await;
    let body = json!({"identifier": identifier, "otpCode": code, "device": {"id": device}});
    let answer = app.anon().post("/api/verify-otp", body).await;
    caller.token = answer.expect(200).json["accessToken"].as_str().map(str::to_owned);
}

/// Each route that logs, called once, for the test of the audit log.
pub(crate) async fn logged(app: &TestApp, superadmin: &Caller, seen: &mut BTreeSet<String>) {
    import(app);
    let listed = app.person("liste@example.ci").await;
    name_on_the_list(app, &listed).await;
    let list = superadmin.get(ALERTS).await;
    let address = format!("{ALERTS}/{}", list.expect(200).json["items"][0]["id"].as_str().unwrap());
    let looked = superadmin.get(&address).await;
    expect_one_row(app, &format!("GET {ALERTS}/{{id}}"), &looked, seen);
    let first = app.with_role("conformite@example.ci", "admin").await;
    for (what, body, who) in [
        ("assign", json!({}), &first),
        ("remarks", json!({"text": "vu"}), &first),
        ("decide", json!({"decision": "dismiss"}), &first),
        ("release", json!({}), superadmin),
    ] {
        let done = who.post(&format!("{address}/{what}"), body).await;
        expect_one_row(app, &format!("POST {ALERTS}/{{id}}/{what}"), &done, seen);
    }
    let today = app.clock.now().date_naive();
    let table = superadmin.get(&format!("/api/admin/compliance/export?from={today}&to={today}")).await;
    expect_one_row(app, "GET /api/admin/compliance/export", &table, seen);
    let rule = json!({"kind": "sanctions", "action": "alert", "from": "2030-01-01"});
    let added = superadmin.post(RULES, rule).await;
    expect_one_row(app, &format!("POST {RULES}"), &added, seen);
}
