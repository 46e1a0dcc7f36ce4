use super::{awa_and_koffi, balance};
use crate::app::{Caller, TestApp};
use chrono::{DateTime, SecondsFormat, Utc};
use diesel::RunQueryDsl;
use hostolink_kernel::{Clock, Random, SystemRandom, UserId, Xof};
use hostolink_ledger::{AccountKind, Action, Fingerprint, IdempotencyKey, Ledger, Order};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};

const MINUTE: Duration = Duration::from_secs(60);

async fn held_at(caller: &Caller, at: DateTime<Utc>) -> Value {
    let at = at.to_rfc3339_opts(SecondsFormat::Micros, true);
    caller.get(&format!("/api/wallet/balance?at={at}")).await.expect(200).json.clone()
}

async fn pay(from: &Caller, to: &Caller, amount: i64) -> Value {
    let body = json!({"to": to.identifier, "amount": amount, "note": "loyer"});
    from.pay("/api/wallet/transfers", body).await.expect(201).json.clone()
}

#[actix_web::test]
async fn a_balance_of_the_past_stays_what_it_was() {
    let app = TestApp::start();
    let before = app.clock.now();
    app.clock.advance(MINUTE);
    let (awa, koffi) = awa_and_koffi(&app).await;
    let given = app.clock.now();
    app.clock.advance(MINUTE);
    let paid = pay(&awa, &koffi, 1_500).await;
    let then = held_at(&awa, given).await;
    assert_eq!((&then["balance"], &then["held"]), (&json!(10_000), &json!(0)));
    assert_eq!(held_at(&awa, before).await["balance"], 0);
    assert_eq!(held_at(&awa, before).await["since"], json!(null));
    let now = awa.get("/api/wallet/balance").await;
    assert_eq!((&now.expect(200).json["balance"], &now.json["transaction"]), (&json!(8_500), &paid["id"]));
    assert_eq!(now.json["since"], paid["recordedAt"]);
    let to_come = held_at(&awa, app.clock.now() + chrono::TimeDelta::days(900)).await;
    assert_eq!(to_come["at"], now.json["at"], "nobody knows the future");
    assert_eq!(awa.get("/api/wallet/balance?at=0001-01-01T00:00:00Z").await.expect(200).json["balance"], 0);
    assert_eq!(held_at(&koffi, given).await["balance"], 0, "each their own");
    for at in ["", "x", "2026-03-01", "2026-13-01T00:00:00Z", "+262142-01-01T00:00:00Z"] {
        let refused = awa.get(&format!("/api/wallet/balance?at={at}")).await;
        refused.expect_problem(400, "wallet.instant_invalid");
        assert_eq!(refused.json["errors"][0]["field"], "at");
    }
    app.stop().await;
}

#[actix_web::test]
async fn months_of_a_chart_are_all_there() {
    let app = TestApp::start();
    let (mut awa, koffi) = awa_and_koffi(&app).await;
    pay(&awa, &koffi, 1_500).await;
    app.clock.advance(Duration::from_secs(45 * 86_400));
    app.sign_in_by_code(&mut awa).await;
    pay(&awa, &koffi, 500).await;
    let chart = awa.get("/api/wallet/spending?months=4").await;
    let months = chart.expect(200).json["months"].as_array().unwrap();
    let of = |month: &Value| {
        let number = |name: &str| month[name].as_i64().unwrap();
        (
            month["month"].as_str().unwrap().to_owned(),
            (number("received"), number("receivedCount")),
            (number("spent"), number("spentCount")),
        )
    };
    assert_eq!(
        months.iter().map(of).collect::<Vec<_>>(),
        [
            ("2026-10".to_owned(), (0, 0), (0, 0)),
            ("2026-11".to_owned(), (10_000, 1), (1_500, 1)),
            ("2026-12".to_owned(), (0, 0), (0, 0)),
            ("2027-01".to_owned(), (0, 0), (500, 1)),
        ]
    );
    let kinds = json!([
        {"kind": "cash-in", "received": 10_000, "receivedCount": 1, "spent": 0, "spentCount": 0},
        {"kind": "transfer", "received": 0, "receivedCount": 0, "spent": 1_500, "spentCount": 1},
    ]);
    assert_eq!((&months[1]["byKind"], &months[2]["byKind"]), (&kinds, &json!([])));
    assert_eq!(
        awa.get("/api/wallet/spending").await.expect(200).json["months"].as_array().unwrap().len(),
        12
    );
    for months in ["0", "25", "-1", "1.5", "x", ""] {
        let refused = awa.get(&format!("/api/wallet/spending?months={months}")).await;
        refused.expect_problem(400, "wallet.months_invalid");
    }
    app.stop().await;
}

#[actix_web::test]
async fn a_statement_is_kept_as_a_table_or_a_document() {
    let app = TestApp::start();
    let (mut awa, koffi) = awa_and_koffi(&app).await;
    app.clock.advance(Duration::from_secs(20 * 86_400));
    app.sign_in_by_code(&mut awa).await;
    let paid = pay(&awa, &koffi, 1_500).await;
    let address = "/api/wallet/statement?from=2026-12-01&to=2026-12-31";
    let table = awa.get(&format!("{address}&format=csv")).await;
    assert_eq!(table.expect(200).headers["content-type"], "text/csv; charset=utf-8");
    assert_eq!(
        table.headers["content-disposition"], "attachment; filename=\"hostolink-2026-12-01-2026-12-10.csv\"",
        "not further than today"
    );
    let text = String::from_utf8(table.bytes.clone()).unwrap().replace('\u{202f}', "_");
    let lines: Vec<_> = text.split("\r\n").collect();
    assert_eq!(lines[1], "1er décembre 2026;;;Solde d’ouverture;;;;;10_000_F_CFA;;;10000;");
    let id = paid["id"].as_str().unwrap();
    assert_eq!(
        lines[2],
        format!(
            "10 décembre 2026;08:00;;Virement envoyé;sortie;k***@example.ci;loyer;1_500_F_CFA;8_500_F_CFA;{id};1500;8500;0"
        )
    );
    assert_eq!(lines[5], "10 décembre 2026;;;Solde de clôture;;;;;8_500_F_CFA;;;8500;");
    assert_eq!(lines.len(), 7);
    for format in ["", "&format=pdf"] {
        let document = awa.get(&format!("{address}{format}")).await;
        assert_eq!(document.expect(200).headers["content-type"], "application/pdf");
        assert!(document.bytes.starts_with(b"%PDF-") && document.bytes.ends_with(b"%%EOF"));
        assert!(String::from_utf8_lossy(&document.bytes).contains("(page 1 sur 1) Tj"));
    }
    let koffis = koffi.get(&format!("{address}&format=csv")).await;
    assert_eq!(koffis.status.as_u16(), 401, "that session is long over");
    for (query, status, code) in [
        ("", 400, "wallet.period_invalid"),
        ("from=2026-12-01", 400, "wallet.period_invalid"),
        ("from=2026-12-02&to=2026-12-01", 400, "wallet.period_invalid"),
        ("from=2026-12-11&to=2026-12-31", 400, "wallet.period_invalid"),
        ("from=2025-12-01&to=2026-12-01", 422, "wallet.period_too_long"),
        ("from=2026-12-01&to=2026-12-31&format=xls", 400, "wallet.format_invalid"),
    ] {
        awa.get(&format!("/api/wallet/statement?{query}")).await.expect_problem(status, code);
    }
    app.stop().await;
}

#[derive(diesel::QueryableByName)]
struct Id {
    #[diesel(sql_type = diesel::sql_types::Integer)]
    id_user: UserId,
}

#[actix_web::test]
async fn a_statement_has_at_most_ten_thousand_lines() {
    let app = TestApp::start();
    let (awa, koffi) = awa_and_koffi(&app).await;
    koffi.get("/api/wallet").await.expect(200);
    let conn = &mut app.db.conn();
    let ledger = Ledger::new(app.clock.clone(), Arc::new(SystemRandom));
    let account = |conn: &mut _, identifier: &str| {
        let found = diesel::sql_query(format!(
            "SELECT id_user FROM utilisateur WHERE '{identifier}' IN (email_normalise, telephone_normalise)"
        ));
        let user = found.get_result::<Id>(conn).unwrap().id_user;
        (user, ledger.find_account_of(conn, user, AccountKind::Main).unwrap().unwrap().id)
    };
    let (payer, from) = account(conn, &awa.identifier);
    let (_, to) = account(conn, &koffi.identifier);
    let order = || Order {
        key: IdempotencyKey::parse(payer, &SystemRandom.token()).unwrap(),
        fingerprint: Fingerprint::of("test", &1).unwrap(),
        action: Action::Transfer { from, to, amount: Xof::new(1).unwrap() },
        charges: Vec::new(),
        caps: Vec::new(),
        once: None,
        note: None,
        event_at: app.clock.now(),
    };
    for _ in 0..10 {
        ledger.post(conn, &(0..1_000).map(|_| order()).collect::<Vec<_>>()).unwrap();
    }
    assert_eq!((balance(&awa).await, balance(&koffi).await), (0, 10_000));
    let address = "/api/wallet/statement?from=2026-11-01&to=2026-11-30";
    let whole = koffi.get(&format!("{address}&format=csv")).await;
    assert_eq!(String::from_utf8_lossy(&whole.expect(200).bytes).lines().count(), 10_000 + 5);
    let document = koffi.get(address).await;
    assert!(document.expect(200).bytes.len() < 20_000_000);
    let too_long = awa.get(address).await;
    too_long.expect_problem(422, "wallet.statement_too_long");
    app.stop().await;
}

#[actix_web::test]
async fn a_code_is_printed_for_the_till() {
    let app = TestApp::start();
    let (awa, koffi) = (app.person("awa@example.ci").await, app.person("koffi@example.ci").await);
    let page = koffi.get("/api/wallet/qr.pdf").await;
    assert_eq!(page.expect(200).headers["content-type"], "application/pdf");
    let text = String::from_utf8_lossy(&page.bytes).into_owned();
    for shown in ["(Hostolink) Tj", "(Scannez pour payer) Tj", "(k***@example.ci) Tj"] {
        assert!(text.contains(shown), "{shown}");
    }
    let made = koffi.post("/api/wallet/qr", json!({"amount": 2_500, "label": "Caisse 2"})).await;
    let id = made.expect(201).json["id"].as_str().unwrap().to_owned();
    let page = koffi.get(&format!("/api/wallet/qr.pdf?code={id}")).await;
    let text = String::from_utf8_lossy(&page.expect(200).bytes).into_owned();
    // 2 500 F CFA with no-break spaces, which are no ASCII.
    assert!(text.contains("(Caisse 2) Tj") && text.contains("<32A0353030A046A0434641> Tj"), "{text}");
    awa.get(&format!("/api/wallet/qr.pdf?code={id}")).await.expect_problem(404, "wallet.qr_unknown");
    koffi.get("/api/wallet/qr.pdf?code=x").await.expect_problem(404, "wallet.qr_unknown");
    app.stop().await;
}
