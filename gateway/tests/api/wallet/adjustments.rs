use super::{
    Bank, balance, latest,
    office::{admin, id_of, logged},
};
use crate::app::{Answer, Caller, TestApp};
use futures_util::future::join_all;
use hostolink_kernel::{Random, SystemRandom};
use serde_json::{Value, json};
use std::time::Duration;

const ADJUSTMENTS: &str = "/api/admin/adjustments";
const SECOND: Duration = Duration::from_secs(1);

async fn account_of(caller: &Caller) -> String {
    caller.get("/api/wallet").await.expect(200).json["account"].as_str().unwrap().to_owned()
}

/// Asks for a correction and returns its address.
async fn ask(maker: &Caller, from: &str, to: &str, amount: i64) -> String {
    let body = json!({"from": from, "to": to, "amount": amount, "reason": "Dépôt compté deux fois"});
    let asked = maker.post(ADJUSTMENTS, body).await;
    assert_eq!(asked.expect(201).json["state"], "asked");
    format!("{ADJUSTMENTS}/{}", asked.json["id"].as_str().unwrap())
}

async fn accept(checker: &Caller, address: &str) -> Answer {
    checker.post(&format!("{address}/accept"), json!({})).await
}

/// Awa with 10 000 F, one who asks, two who decide.
async fn office(app: &TestApp) -> (Caller, Caller, [Caller; 2]) {
    let bank = Bank::open(app).await;
    let awa = app.person("awa@example.ci").await;
    bank.give(&awa, 10_000).await;
    let other = app.with_role("controle@example.ci", "admin").await;
    (awa, admin(app).await, [other, bank.superadmin])
}

#[actix_web::test]
async fn a_correction_takes_two_people_and_happens_once() {
    let app = TestApp::start();
    let (awa, maker, [checker, chief]) = office(&app).await;
    let address = ask(&maker, &account_of(&awa).await, "issuance", 2_500).await;
    assert_eq!(balance(&awa).await, 10_000, "nothing moves before");
    accept(&maker, &address).await.expect_problem(409, "wallet.adjustment_second_person");
    maker
        .post(&format!("{address}/refuse"), json!({}))
        .await
        .expect_problem(409, "wallet.adjustment_second_person");

    let done = accept(&checker, &address).await;
    assert_eq!((&done.expect(200).json["state"], &done.json["rejection"]), (&json!("done"), &json!(null)));
    assert_eq!(done.json["checker"]["id"], json!(id_of(&checker).await));
    assert_eq!(balance(&awa).await, 7_500);
    let line = latest(&awa).await;
    assert_eq!((&line["kind"], &line["id"]), (&json!("adjustment"), &done.json["transaction"]));
    assert_eq!((&line["counterparty"], &line["direction"]), (&json!(null), &json!("out")));
    // Who accepted it may ask again what became of it; nobody else decides it anew.
    assert_eq!(accept(&checker, &address).await.expect(200).json, done.json);
    accept(&chief, &address).await.expect_problem(409, "wallet.adjustment_decided");
    checker
        .post(&format!("{address}/refuse"), json!({}))
        .await
        .expect_problem(409, "wallet.adjustment_decided");
    assert_eq!(balance(&awa).await, 7_500);

    let id = address.rsplit('/').next().unwrap();
    let actions: Vec<_> = logged(&app, "adjustment", id).into_iter().map(|(action, _)| action).collect();
    assert_eq!(
        actions,
        ["wallet.adjustment_asked", "wallet.adjustment_accepted", "wallet.adjustment_settled"]
    );
    let list = checker.get(ADJUSTMENTS).await;
    assert_eq!(list.expect(200).json["items"], json!([done.json]));
    assert!(app.state.ledger.verify(&mut app.db.conn(), &mut |_| {}).unwrap().holds());
    app.stop().await;
}

#[actix_web::test]
async fn two_who_accept_at_once_move_the_money_once() {
    let app = TestApp::start();
    let (awa, maker, [checker, chief]) = office(&app).await;
    let other = app.beside();
    let elsewhere = Caller { base: format!("http://{}", other.address()), ..chief.clone() };
    let address = ask(&maker, "issuance", &account_of(&awa).await, 700).await;
    let answers =
        join_all((0..8).map(|n| accept(if n % 2 == 0 { &checker } else { &elsewhere }, &address))).await;
    let states: Vec<_> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    assert!(states.iter().all(|status| [200, 409].contains(status)), "{states:?}");
    assert_eq!(
        states.iter().filter(|status| **status == 200).count(),
        4,
        "one of the two decided: {states:?}"
    );
    assert_eq!(balance(&awa).await, 10_700);
    assert!(app.state.ledger.verify(&mut app.db.conn(), &mut |_| {}).unwrap().holds());
    other.stop().await;
    app.stop().await;
}

#[actix_web::test]
async fn what_was_accepted_is_done_although_its_process_died() {
    let app = TestApp::start();
    let (awa, maker, [checker, _]) = office(&app).await;
    let address = ask(&maker, "issuance", &account_of(&awa).await, 300).await;
    let id = address.rsplit('/').next().unwrap().parse().unwrap();
    // The decision was written, and then the power went.
    let wallets = &app.state.wallets;
    let claims = app.state.auth.verify_access_token(checker.token.as_deref().unwrap()).unwrap();
    let conn = &mut app.db.conn();
    let session = app.state.auth.session(conn, claims.session).unwrap();
    let by = hostolink_audit::Actor { user: Some(session.user), trace_id: None, address: None };
    wallets.decide_adjustment(conn, id, &by, true).unwrap();
    assert_eq!(balance(&awa).await, 10_000);
    let unsettled = wallets.unsettled_adjustments(conn, 10).unwrap();
    assert_eq!(unsettled.len(), 1);
    for _ in 0..2 {
        let reply = app.state.writer.post(wallets.adjustment_order(&unsettled[0]).unwrap()).await.unwrap();
        let settled = wallets.settle_adjustment(conn, id, reply).unwrap();
        assert_eq!(settled.state, hostolink_wallet::AdjustmentState::Done);
    }
    assert_eq!((balance(&awa).await, wallets.unsettled_adjustments(conn, 10).unwrap()), (10_300, vec![]));
    app.stop().await;
}

#[actix_web::test]
async fn a_correction_is_refused_expires_or_fails_and_says_so() {
    let app = TestApp::start();
    let (awa, mut maker, [mut checker, _]) = office(&app).await;
    let account = account_of(&awa).await;
    let refused = ask(&maker, &account, "fees", 100).await;
    let answer = checker.post(&format!("{refused}/refuse"), json!({})).await;
    assert_eq!(
        (&answer.expect(200).json["state"], &answer.json["transaction"]),
        (&json!("refused"), &json!(null))
    );
    accept(&checker, &refused).await.expect_problem(409, "wallet.adjustment_decided");

    // One after the other, so that their ids are too.
    app.clock.advance(SECOND);
    let failing = ask(&maker, &account, "fees", 10_001).await;
    let answer = accept(&checker, &failing).await;
    assert_eq!(
        (&answer.expect(200).json["state"], &answer.json["rejection"]),
        (&json!("rejected"), &json!("wallet.insufficient_funds"))
    );

    app.clock.advance(SECOND);
    let late = ask(&maker, &account, "fees", 100).await;
    app.clock.advance(Duration::from_secs(7 * 86_400));
    for caller in [&mut maker, &mut checker] {
        app.sign_in_by_code(caller).await;
    }
    accept(&checker, &late).await.expect_problem(409, "wallet.adjustment_expired");
    let page = checker.get(&format!("{ADJUSTMENTS}?limit=2")).await;
    let states = |page: &Value| -> Vec<String> {
        page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["state"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(states(&page.expect(200).json), ["expired", "rejected"]);
    let cursor = page.json["nextCursor"].as_str().unwrap();
    let rest = checker.get(&format!("{ADJUSTMENTS}?cursor={cursor}")).await;
    assert_eq!(states(&rest.expect(200).json), ["refused"]);
    checker.get(&format!("{ADJUSTMENTS}?cursor=forged")).await.expect(400);
    let mut awa = awa;
    app.sign_in_by_code(&mut awa).await;
    assert_eq!(balance(&awa).await, 10_000);
    app.stop().await;
}

#[actix_web::test]
async fn a_correction_concerns_the_house_and_nobody_s_own_money() {
    let app = TestApp::start();
    let (awa, maker, [checker, _]) = office(&app).await;
    let (account, unknown) =
        (account_of(&awa).await, SystemRandom.uuid(chrono::DateTime::UNIX_EPOCH).to_string());
    let (makers, checkers) = (account_of(&maker).await, account_of(&checker).await);
    let body = |from: &str, to: &str, amount: Value, reason: &str| json!({"from": from, "to": to, "amount": amount, "reason": reason});
    for (body, status, code) in [
        (body(&account, &checkers, json!(1), "a"), 422, "wallet.adjustment_own_side"),
        (body(&account, &unknown, json!(1), "a"), 422, "wallet.account_unknown"),
        (body("bank", "fees", json!(1), "a"), 422, "wallet.account_unknown"),
        (body("fees", "fees", json!(1), "a"), 422, "ledger.same_account"),
        (body("fees", &makers, json!(1), "a"), 403, "wallet.own_money"),
        (body("fees", &account, json!(0), "a"), 400, "wallet.amount_invalid"),
        (body("fees", &account, json!(-1), "a"), 400, "wallet.amount_invalid"),
        (body("fees", &account, json!(1), " "), 400, "wallet.note_invalid"),
        (body("fees", &account, json!(1), "a\nb"), 400, "wallet.note_invalid"),
    ] {
        let refused = maker.post(ADJUSTMENTS, body.clone()).await;
        refused.expect(status);
        let shown = [&refused.json["code"], &refused.json["errors"][0]["code"]];
        assert!(shown.contains(&&json!(code)), "{body}: {}", refused.json);
    }
    for amount in [json!(1.5), json!("1e3"), json!(null)] {
        let refused = maker.post(ADJUSTMENTS, body("fees", &account, amount, "a")).await;
        assert_eq!(refused.expect(400).json["errors"][0]["field"], "amount");
    }
    let own = ask(&maker, "issuance", &checkers, 5).await;
    accept(&checker, &own).await.expect_problem(403, "wallet.own_money");
    for (what, id) in [("accept", unknown.as_str()), ("refuse", &unknown)] {
        let refused = checker.post(&format!("{ADJUSTMENTS}/{id}/{what}"), json!({})).await;
        refused.expect_problem(404, "wallet.adjustment_unknown");
    }
    checker.post(&format!("{ADJUSTMENTS}/x/accept"), json!({})).await.expect(404);
    let good = body("fees", &account, json!(1), "a");
    let moderator = app.with_role("moderateur@example.ci", "moderator").await;
    for caller in [&awa, &moderator] {
        caller.post(ADJUSTMENTS, good.clone()).await.expect_problem(403, "auth.forbidden");
        caller.get(ADJUSTMENTS).await.expect_problem(403, "auth.forbidden");
        accept(caller, &own).await.expect_problem(403, "auth.forbidden");
    }
    app.stop().await;
}
