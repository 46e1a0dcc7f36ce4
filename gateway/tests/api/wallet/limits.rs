use super::{Bank, awa_and_koffi, balance};
use crate::app::{Caller, TestApp};
use serde_json::{Value, json};
use std::time::Duration;

const TRANSFERS: &str = "/api/wallet/transfers";
const LIMITS: &str = "/api/admin/limits";
const FEES: &str = "/api/admin/fees";

/// Who sets limits and fees, beside the superadmin who fills floats.
async fn chief(app: &TestApp) -> Caller {
    app.with_role("regles@example.ci", "superadmin").await
}

/// The clock stands at 2026-11-20T08:00:00Z; tokens last a quarter of an hour.
async fn next_day(app: &TestApp, callers: &mut [&mut Caller]) {
    app.clock.advance(Duration::from_secs(86_400));
    for caller in callers {
        app.sign_in_by_code(caller).await;
    }
}

/// A limit of unidentified people's of all that leaves in a day, from tomorrow on.
fn day_limit(amount: i64) -> Value {
    json!({"level": "unidentified", "direction": "out", "window": "day", "amount": amount, "from": "2026-11-21"})
}

fn own<'a>(limits: &'a Value, operation: &Value, window: &str) -> &'a Value {
    let items = limits["items"].as_array().unwrap();
    items.iter().find(|own| own["operation"] == *operation && own["window"] == window).unwrap()
}

#[actix_web::test]
async fn a_refusal_says_which_limit_and_when_it_frees_and_stays_so() {
    let app = TestApp::start();
    let (mut awa, mut koffi) = awa_and_koffi(&app).await;
    let chief = chief(&app).await;
    chief.post(LIMITS, day_limit(3_000)).await.expect(201);
    awa.pay(TRANSFERS, json!({"to": koffi.identifier, "amount": 4_000})).await.expect(201);
    next_day(&app, &mut [&mut awa, &mut koffi]).await;

    awa.pay(TRANSFERS, json!({"to": koffi.identifier, "amount": 2_000})).await.expect(201);
    let body = json!({"to": koffi.identifier, "amount": 1_001});
    let quote = awa.post("/api/wallet/transfers/quote", body.clone()).await;
    assert_eq!(quote.expect(200).json["limits"][0]["left"], 1_000);
    let refused = awa.pay_with(TRANSFERS, "one-too-many", body.clone()).await;
    refused.expect_problem(422, "wallet.limit_day_reached");
    assert_eq!(refused.json["freesAt"], "2026-11-22T00:00:00Z");
    let limits = awa.get("/api/wallet/limits").await;
    assert_eq!(limits.expect(200).json["level"], "unidentified");
    let day = own(&limits.json, &Value::Null, "day");
    assert_eq!(
        (&day["amount"], &day["used"], &day["left"], &day["usedCount"], &day["freesAt"]),
        (&json!(3_000), &json!(2_000), &json!(1_000), &json!(1), &json!("2026-11-22T00:00:00Z"))
    );
    let held = own(&limits.json, &Value::Null, "balance");
    assert_eq!((&held["used"], &held["left"]), (&json!(4_000), &json!(196_000)));

    // Later there is room, and yet the wish was refused once and for all.
    next_day(&app, &mut [&mut awa]).await;
    let again = awa.pay_with(TRANSFERS, "one-too-many", body.clone()).await;
    again.expect_problem(422, "wallet.limit_day_reached");
    assert_eq!(
        (&again.json["freesAt"], &again.headers["idempotency-replayed"]),
        (&json!("2026-11-22T00:00:00Z"), &"true".parse().unwrap())
    );
    let by_key = awa.get(&format!("{TRANSFERS}/by-key/one-too-many")).await;
    assert_eq!(
        (&by_key.expect(200).json["code"], &by_key.json["freesAt"]),
        (&json!("wallet.limit_day_reached"), &json!("2026-11-22T00:00:00Z"))
    );
    awa.pay(TRANSFERS, body).await.expect(201);
    app.stop().await;
}

#[actix_web::test]
async fn two_halves_at_once_do_not_cross_a_limit() {
    let app = TestApp::start();
    let beside = app.beside();
    let (mut awa, koffi) = awa_and_koffi(&app).await;
    chief(&app).await.post(LIMITS, day_limit(5_000)).await.expect(201);
    next_day(&app, &mut [&mut awa]).await;
    let halves: Vec<_> = (0..6)
        .map(|n| {
            let half = Caller {
                base: if n % 2 == 0 { awa.base.clone() } else { beside.anon().base },
                ..awa.clone()
            };
            let body = json!({"to": koffi.identifier, "amount": 3_000});
            actix_web::rt::spawn(async move { half.pay(TRANSFERS, body).await })
        })
        .collect();
    let mut statuses = Vec::new();
    for half in halves {
        statuses.push(half.await.unwrap().status.as_u16());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 422, 422, 422, 422, 422]);
    assert_eq!(balance(&awa).await, 7_000);
    beside.stop().await;
    app.stop().await;
}

#[actix_web::test]
async fn what_a_receiver_has_and_may_receive_is_theirs_to_know() {
    let app = TestApp::start();
    let bank = Bank::open(&app).await;
    let mut payer = app.person("payer@example.ci").await;
    let (full, busy) = (app.person("full@example.ci").await, app.person("busy@example.ci").await);
    bank.give(&payer, 20_000).await;
    bank.give(&full, 195_000).await;
    let mut incoming = day_limit(9_500);
    (incoming["operation"], incoming["direction"]) = (json!("transfer"), json!("in"));
    bank.superadmin.post(LIMITS, incoming).await.expect(201);
    next_day(&app, &mut [&mut payer]).await;
    // One holds nearly all that they may, the other has received nearly all that they may in a day.
    payer.pay(TRANSFERS, json!({"to": busy.identifier, "amount": 1_000})).await.expect(201);
    let mut answers = Vec::new();
    for to in [&full, &busy] {
        let refused = payer.pay(TRANSFERS, json!({"to": to.identifier, "amount": 9_000})).await;
        refused.expect_problem(422, "ledger.receiver_ceiling");
        let mut problem = refused.json.clone();
        problem["traceId"] = Value::Null;
        assert_eq!(problem.get("freesAt"), None);
        answers.push(problem);
    }
    assert_eq!(answers[0], answers[1]);
    app.stop().await;
}

#[actix_web::test]
async fn the_fee_shown_is_the_fee_paid() {
    let app = TestApp::start();
    let (mut awa, koffi) = awa_and_koffi(&app).await;
    let mut chief = chief(&app).await;
    let bands = json!([
        {"fromAmount": 0, "fixed": 0, "basisPoints": 0},
        {"fromAmount": 1_001, "fixed": 5, "basisPoints": 150, "minimum": 20, "maximum": 500},
    ]);
    let added =
        chief.post(FEES, json!({"operation": "transfer", "bands": bands, "from": "2026-11-21"})).await;
    assert_eq!(
        (&added.expect(201).json["operation"], &added.json["until"]),
        (&json!("transfer"), &Value::Null)
    );
    let body = |fee: Value| json!({"to": koffi.identifier, "amount": 2_001, "fee": fee});
    let quote = awa.post("/api/wallet/transfers/quote", body(Value::Null)).await;
    assert_eq!((&quote.expect(200).json["fee"], &quote.json["total"]), (&json!(0), &json!(2_001)));

    next_day(&app, &mut [&mut awa, &mut chief]).await;
    // The screen is of yesterday; nothing is stored, so that the same key goes on.
    awa.pay_with(TRANSFERS, "wish-of-today", body(json!(0))).await.expect_problem(409, "wallet.fee_changed");
    let quote = awa.post("/api/wallet/transfers/quote", body(Value::Null)).await;
    assert_eq!((&quote.expect(200).json["fee"], &quote.json["total"]), (&json!(36), &json!(2_037)));
    let paid = awa.pay_with(TRANSFERS, "wish-of-today", body(json!(36))).await;
    assert_eq!((&paid.expect(201).json["fee"], &paid.json["balanceAfter"]), (&json!(36), &json!(7_963)));
    for fee in [json!(-1), json!(1.5), json!("36"), json!(9_007_199_254_740_992_i64)] {
        let refused = awa.pay(TRANSFERS, body(fee.clone())).await;
        assert_eq!(
            (refused.status.as_u16(), &refused.json["errors"][0]["field"]),
            (400, &json!("fee")),
            "{fee}"
        );
    }
    let scales = history(&chief, FEES).await;
    let days: Vec<_> = scales
        .iter()
        .filter(|scale| scale["operation"] == "transfer")
        .map(|scale| (&scale["from"], &scale["until"]))
        .collect();
    assert_eq!(days, [(&json!("2026-11-21"), &Value::Null), (&json!("2026-01-01"), &json!("2026-11-21"))]);
    app.stop().await;
}

/// The whole list, two at a time.
async fn history(chief: &Caller, path: &str) -> Vec<Value> {
    let first = chief.get(&format!("{path}?limit=2")).await;
    let mut items = first.expect(200).json["items"].as_array().unwrap().clone();
    let mut cursor = first.json["nextCursor"].clone();
    while let Some(text) = cursor.as_str() {
        let page = chief.get(&format!("{path}?limit=2&cursor={text}")).await;
        items.extend(page.expect(200).json["items"].as_array().unwrap().clone());
        cursor = page.json["nextCursor"].clone();
    }
    items
}

#[actix_web::test]
async fn only_a_later_day_can_be_set_and_only_by_who_may() {
    let app = TestApp::start();
    let chief = app.superadmin().await;
    let (admin, awa) = (app.with_role("admin@example.ci", "admin").await, app.person("awa@example.ci").await);
    for path in [LIMITS, FEES] {
        for caller in [&admin, &awa] {
            caller.get(path).await.expect_problem(403, "auth.forbidden");
            caller.post(path, json!({})).await.expect_problem(403, "auth.forbidden");
        }
        chief.get(&format!("{path}?cursor=forged")).await.expect_problem(400, "ledger.invalid_cursor");
    }
    let added = chief.post(LIMITS, day_limit(7_000)).await;
    let name = &added.expect(201).json["setBy"]["name"];
    assert_eq!((name, &added.json["count"]), (&json!("c***@example.ci"), &Value::Null));
    chief.post(LIMITS, day_limit(8_000)).await.expect_problem(409, "wallet.rule_date_taken");
    for from in ["2026-11-20", "2026-11-19", "0001-01-01"] {
        let mut body = day_limit(1);
        body["from"] = json!(from);
        chief.post(LIMITS, body).await.expect_problem(422, "wallet.rule_not_future");
    }
    for (field, value, code) in [
        ("from", json!("2026-02-30"), "request.invalid_field"),
        ("from", json!("tomorrow"), "request.invalid_field"),
        ("level", json!("king"), "request.invalid_field"),
        ("direction", json!("up"), "request.invalid_field"),
        ("window", json!("year"), "request.invalid_field"),
        ("operation", json!("float-funding"), "request.invalid_field"),
        ("amount", json!(-1), "wallet.amount_invalid"),
        ("amount", json!(1.5), "request.invalid_field"),
        ("amount", json!("1e3"), "request.invalid_field"),
        ("amount", json!(9_007_199_254_740_992_i64), "wallet.amount_invalid"),
        ("count", json!(-1), "request.invalid_field"),
        ("count", json!(1_000_001), "wallet.limit_invalid"),
        ("window", json!("balance"), "wallet.limit_invalid"),
        ("unknown", json!(1), "request.invalid_field"),
    ] {
        let mut body = day_limit(9_000);
        body["from"] = json!("2027-01-01");
        body[field] = value;
        chief.post(LIMITS, body.clone()).await.expect_problem(400, code);
    }
    let band = |from: i64, points: i64, share: i64| json!({"fromAmount": from, "fixed": 0, "basisPoints": points, "agentShare": share});
    for (bands, code) in [
        (json!([]), "wallet.scale_invalid"),
        (json!([band(1, 0, 0)]), "wallet.scale_invalid"),
        (json!([band(0, 0, 0), band(5, 0, 0), band(5, 0, 0)]), "wallet.scale_invalid"),
        (json!([band(0, 10_001, 0)]), "wallet.scale_invalid"),
        (json!([band(0, 1, 1)]), "wallet.scale_invalid"),
        (json!([band(-1, 0, 0)]), "wallet.amount_invalid"),
        (json!([band(0, -1, 0)]), "request.invalid_field"),
        (json!([band(0, 65_536, 0)]), "request.invalid_field"),
        (json!("free"), "request.invalid_field"),
    ] {
        let body = json!({"operation": "transfer", "bands": bands, "from": "2027-01-01"});
        chief.post(FEES, body).await.expect_problem(400, code);
    }
    let items = history(&chief, LIMITS).await;
    assert_eq!(items.len(), 8, "the program's seven and one more");
    assert_eq!((&items[0]["amount"], &items[0]["from"]), (&json!(7_000), &json!("2026-11-21")));
    let before = items.iter().find(|item| item["until"] == "2026-11-21").unwrap();
    assert_eq!((&before["amount"], &before["setBy"]), (&json!(200_000), &Value::Null));
    app.stop().await;
}
