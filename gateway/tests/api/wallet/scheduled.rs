use super::{awa_and_koffi, balance, latest};
use crate::app::{Answer, Caller, TestApp};
use chrono::{DateTime, TimeDelta, Utc};
use hostolink_gateway::flows::scheduled::make_due;
use hostolink_kernel::Clock;
use serde_json::{Value, json};

const SCHEDULED: &str = "/api/wallet/scheduled-transfers";

fn rent(app: &TestApp, frequency: &str) -> Value {
    let first: DateTime<Utc> = app.clock.now() + TimeDelta::hours(1);
    json!({"to": "koffi@example.ci", "amount": 3_000, "note": "Loyer", "frequency": frequency, "firstAt": first})
}

/// Lets time pass; access tokens don't last that long.
async fn later(app: &TestApp, people: [&mut Caller; 2], by: TimeDelta) {
    app.clock.advance(by.to_std().unwrap());
    for person in people {
        app.sign_in_by_code(person).await;
    }
}

async fn schedule(awa: &Caller, body: Value) -> (String, Answer) {
    let answer = awa.pay(SCHEDULED, body).await;
    let id = answer.expect(201).json["id"].as_str().unwrap().to_owned();
    (format!("{SCHEDULED}/{id}"), answer)
}

#[actix_web::test]
async fn a_daily_transfer_happens_each_day_until_its_times_are_over() {
    let app = TestApp::start();
    let (mut awa, mut koffi) = awa_and_koffi(&app).await;
    let mut body = rent(&app, "daily");
    body["times"] = json!(2);
    let (address, made) = schedule(&awa, body).await;
    assert_eq!(made.headers["location"], address);
    assert_eq!(made.json["receiver"]["name"], "k***@example.ci");
    make_due(app.state.clone()).await.unwrap();
    assert_eq!(balance(&awa).await, 10_000, "it is not due yet");

    later(&app, [&mut awa, &mut koffi], TimeDelta::hours(1)).await;
    make_due(app.state.clone()).await.unwrap();
    make_due(app.state.clone()).await.unwrap();
    assert_eq!((balance(&awa).await, balance(&koffi).await), (7_000, 3_000));
    let line = latest(&koffi).await;
    assert_eq!((&line["kind"], &line["note"]), (&json!("transfer"), &json!("Loyer")));
    let now = awa.get(&address).await.expect(200).json.clone();
    assert_eq!((&now["state"], &now["passed"]), (&json!("active"), &json!(1)));
    assert_eq!((&now["last"]["outcome"], &now["last"]["transactionId"]), (&json!("done"), &line["id"]));
    let next: DateTime<Utc> = now["nextAt"].as_str().unwrap().parse().unwrap();
    assert_eq!(next - app.clock.now(), TimeDelta::days(1));

    later(&app, [&mut awa, &mut koffi], TimeDelta::days(1)).await;
    make_due(app.state.clone()).await.unwrap();
    let over = awa.get(&address).await.expect(200).json.clone();
    assert_eq!((&over["state"], &over["nextAt"]), (&json!("ended"), &json!(null)));
    later(&app, [&mut awa, &mut koffi], TimeDelta::days(1)).await;
    make_due(app.state.clone()).await.unwrap();
    assert_eq!(balance(&koffi).await, 6_000);
    awa.delete(&address).await.expect_problem(409, "wallet.schedule_over");
    app.stop().await;
}

#[actix_web::test]
async fn a_refused_time_is_told_and_the_next_one_comes() {
    let app = TestApp::start();
    let (mut awa, mut koffi) = awa_and_koffi(&app).await;
    let (address, _) = schedule(&awa, rent(&app, "weekly")).await;
    awa.pay("/api/wallet/transfers", json!({"to": koffi.identifier, "amount": 9_000})).await.expect(201);
    later(&app, [&mut awa, &mut koffi], TimeDelta::hours(2)).await;
    make_due(app.state.clone()).await.unwrap();
    let refused = awa.get(&address).await.expect(200).json.clone();
    assert_eq!(
        (&refused["last"]["outcome"], &refused["last"]["code"], &refused["state"]),
        (&json!("refused"), &json!("wallet.insufficient_funds"), &json!("active"))
    );
    koffi.pay("/api/wallet/transfers", json!({"to": awa.identifier, "amount": 9_000})).await.expect(201);
    make_due(app.state.clone()).await.unwrap();
    assert_eq!(balance(&awa).await, 10_000, "what was refused is not tried again");
    later(&app, [&mut awa, &mut koffi], TimeDelta::weeks(1)).await;
    make_due(app.state.clone()).await.unwrap();
    assert_eq!(balance(&awa).await, 7_000);
    app.stop().await;
}

#[actix_web::test]
async fn the_same_key_is_the_same_one() {
    let app = TestApp::start();
    let (mut awa, mut koffi) = awa_and_koffi(&app).await;
    let body = rent(&app, "monthly");
    let first = awa.pay_with(SCHEDULED, "rent-of-2027", body.clone()).await;
    // The answer was lost, and the phone tries again after the first time has passed.
    later(&app, [&mut awa, &mut koffi], TimeDelta::hours(2)).await;
    let again = awa.pay_with(SCHEDULED, "rent-of-2027", body.clone()).await;
    assert_eq!(first.expect(201).json["id"], again.expect(201).json["id"]);
    let mut other = body;
    other["amount"] = json!(4_000);
    awa.pay_with(SCHEDULED, "rent-of-2027", other)
        .await
        .expect_problem(422, "request.idempotency_key_reused");
    let list = awa.get(SCHEDULED).await.expect(200).json.clone();
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    app.stop().await;
}

#[actix_web::test]
async fn its_owner_pauses_resumes_and_cancels_and_nobody_else() {
    let app = TestApp::start();
    let (mut awa, mut koffi) = awa_and_koffi(&app).await;
    let (address, _) = schedule(&awa, rent(&app, "daily")).await;
    for path in [address.clone(), format!("{SCHEDULED}/018f6f6e-5c1e-7b7a-9a3e-3d1f6f0f7a11")] {
        koffi.get(&path).await.expect_problem(404, "wallet.schedule_unknown");
        koffi.delete(&path).await.expect_problem(404, "wallet.schedule_unknown");
        for what in ["pause", "resume"] {
            koffi
                .post(&format!("{path}/{what}"), json!({}))
                .await
                .expect_problem(404, "wallet.schedule_unknown");
        }
    }
    awa.post(&format!("{address}/resume"), json!({})).await.expect_problem(409, "wallet.schedule_over");
    assert_eq!(awa.post(&format!("{address}/pause"), json!({})).await.expect(200).json["state"], "paused");
    later(&app, [&mut awa, &mut koffi], TimeDelta::hours(30)).await;
    make_due(app.state.clone()).await.unwrap();
    assert_eq!(balance(&koffi).await, 0, "a paused one waits");
    let resumed = awa.post(&format!("{address}/resume"), json!({})).await.expect(200).json.clone();
    assert_eq!(
        (&resumed["state"], &resumed["passed"]),
        (&json!("active"), &json!(2)),
        "what passed is left out"
    );
    make_due(app.state.clone()).await.unwrap();
    assert_eq!(balance(&koffi).await, 0);
    assert_eq!(awa.delete(&address).await.expect(200).json["state"], "cancelled");
    later(&app, [&mut awa, &mut koffi], TimeDelta::days(3)).await;
    make_due(app.state.clone()).await.unwrap();
    assert_eq!(balance(&koffi).await, 0);
    awa.post(&format!("{address}/resume"), json!({})).await.expect_problem(409, "wallet.schedule_over");
    app.stop().await;
}

#[actix_web::test]
async fn what_is_more_than_a_day_late_is_left_out() {
    let app = TestApp::start();
    let (mut awa, mut koffi) = awa_and_koffi(&app).await;
    let (once, _) = schedule(&awa, rent(&app, "once")).await;
    later(&app, [&mut awa, &mut koffi], TimeDelta::hours(26)).await;
    make_due(app.state.clone()).await.unwrap();
    let missed = awa.get(&once).await.expect(200).json.clone();
    assert_eq!((&missed["last"]["outcome"], &missed["state"]), (&json!("missed"), &json!("ended")));
    assert_eq!(balance(&koffi).await, 0);
    app.stop().await;
}

#[actix_web::test]
async fn what_was_made_by_a_process_that_died_is_not_called_missed() {
    let app = TestApp::start();
    let (mut awa, mut koffi) = awa_and_koffi(&app).await;
    let (once, _) = schedule(&awa, rent(&app, "once")).await;
    app.clock.advance(TimeDelta::hours(1).to_std().unwrap());
    let conn = &mut app.db.conn();
    let due = app.state.wallets.due_transfers(conn, 10).unwrap();
    app.state.ledger.post(conn, &[due[0].order.clone()]).unwrap();
    later(&app, [&mut awa, &mut koffi], TimeDelta::hours(26)).await;
    make_due(app.state.clone()).await.unwrap();
    let told = awa.get(&once).await.expect(200).json.clone();
    assert_eq!((&told["last"]["outcome"], &told["state"]), (&json!("done"), &json!("ended")));
    assert_eq!(balance(&koffi).await, 3_000);
    app.stop().await;
}

#[actix_web::test]
async fn several_processes_make_a_time_once() {
    let app = TestApp::start();
    let beside = app.beside();
    let (mut awa, mut koffi) = awa_and_koffi(&app).await;
    for _ in 0..3 {
        schedule(&awa, rent(&app, "weekly")).await;
    }
    later(&app, [&mut awa, &mut koffi], TimeDelta::hours(1)).await;
    let rounds =
        (0..6).map(|turn| make_due(if turn % 2 == 0 { app.state.clone() } else { beside.state.clone() }));
    for round in futures_util::future::join_all(rounds).await {
        round.unwrap();
    }
    assert_eq!((balance(&awa).await, balance(&koffi).await), (1_000, 9_000));
    let list = awa.get(SCHEDULED).await.expect(200).json.clone();
    assert!(list["items"].as_array().unwrap().iter().all(|item| item["passed"] == 1), "{list}");
    beside.stop().await;
    app.stop().await;
}

#[actix_web::test]
async fn what_makes_no_sense_is_refused() {
    let app = TestApp::start_with(|config| config.pin_required_above = 5_000_000);
    let (awa, _) = awa_and_koffi(&app).await;
    let with = |field: &str, value: Value| {
        let mut body = rent(&app, "monthly");
        body[field] = value;
        body
    };
    let past = (app.clock.now() - TimeDelta::minutes(1)).to_rfc3339();
    let far = (app.clock.now() + TimeDelta::days(400)).to_rfc3339();
    for (body, status, code) in [
        (with("amount", json!(0)), 400, "wallet.amount_invalid"),
        (with("amount", json!(-5)), 400, "wallet.amount_invalid"),
        (with("times", json!(0)), 400, "wallet.schedule_times_invalid"),
        (with("times", json!(521)), 400, "wallet.schedule_times_invalid"),
        (with("firstAt", json!(past)), 400, "wallet.schedule_first_invalid"),
        (with("firstAt", json!(far)), 400, "wallet.schedule_first_invalid"),
        (with("to", json!("personne@example.ci")), 422, "wallet.receiver_unknown"),
        (with("to", json!("+2250708091011")), 422, "ledger.same_account"),
        (with("note", json!("a\u{7}b")), 400, "wallet.note_invalid"),
    ] {
        let answer = awa.pay(SCHEDULED, body).await;
        assert_eq!(answer.status, status, "{}", answer.json);
        let told = answer.json.to_string();
        assert!(told.contains(code), "{told}");
    }
    for body in [
        with("frequency", json!("hourly")),
        with("firstAt", json!("demain")),
        with("amount", json!(1.5)),
        json!([]),
    ] {
        assert_eq!(awa.pay(SCHEDULED, body).await.status, 400);
    }
    awa.post(SCHEDULED, rent(&app, "daily")).await.expect_problem(400, "request.idempotency_key_required");
    let (_, made) = schedule(&awa, with("amount", json!(5_000_000))).await;
    assert_eq!(made.json["amount"], 5_000_000);
    awa.pay(SCHEDULED, with("amount", json!(5_000_001))).await.expect_problem(403, "auth.pin_undefined");
    for _ in 1..50 {
        schedule(&awa, rent(&app, "once")).await;
    }
    awa.pay(SCHEDULED, rent(&app, "once")).await.expect_problem(422, "wallet.too_many_schedules");
    app.stop().await;
}
