use super::{awa_and_koffi, balance, latest};
use crate::app::{Caller, TestApp};
use chrono::TimeDelta;
use diesel::RunQueryDsl;
use hostolink_kernel::{Clock, Random, SystemRandom};
use serde_json::{Value, json};
use std::time::Duration;

const TRANSFERS: &str = "/api/wallet/transfers";

pub(super) async fn admin(app: &TestApp) -> Caller {
    app.with_role("bureau@example.ci", "admin").await
}

pub(super) async fn id_of(caller: &Caller) -> String {
    caller.get("/api/me").await.expect(200).json["id"].as_str().unwrap().to_owned()
}

fn nobody() -> String {
    SystemRandom.uuid(chrono::DateTime::UNIX_EPOCH).to_string()
}

#[derive(diesel::QueryableByName)]
struct Logged {
    #[diesel(sql_type = diesel::sql_types::Text)]
    action: String,
    #[diesel(sql_type = diesel::sql_types::Jsonb)]
    details: Value,
}

/// The rows of the log about an object, the oldest first.
pub(super) fn logged(app: &TestApp, kind: &str, id: &str) -> Vec<(String, Value)> {
    let rows: Vec<Logged> = diesel::sql_query(format!(
        "SELECT action::text, details FROM logs WHERE objet_type = '{kind}' AND objet_id = '{id}' ORDER BY id_log"
    ))
    .load(&mut app.db.conn())
    .unwrap();
    rows.into_iter().map(|row| (row.action, row.details)).collect()
}

#[actix_web::test]
async fn a_look_at_anothers_money_is_written_down() {
    let app = TestApp::start();
    let (awa, koffi) = awa_and_koffi(&app).await;
    let paid = awa.pay(TRANSFERS, json!({"to": koffi.identifier, "amount": 1_500, "note": "loyer"})).await;
    let transaction = paid.expect(201).json["id"].as_str().unwrap().to_owned();
    let (office, person) = (admin(&app).await, id_of(&awa).await);
    let wallet = office.get(&format!("/api/admin/wallets/{person}")).await;
    let seen = &wallet.expect(200).json;
    assert_eq!((&seen["wallet"]["balance"], &seen["wallet"]["ceiling"]), (&json!(8_500), &json!(200_000)));
    assert_eq!((&seen["wallet"]["status"], &seen["freezes"]), (&json!("active"), &json!([])));
    assert_eq!((&seen["person"]["id"], &seen["operations"][0]["id"]), (&json!(person), &json!(transaction)));
    assert_eq!(logged(&app, "user", &person).last().unwrap().0, "wallet.looked_up");

    let file = office.get(&format!("/api/admin/transactions/{transaction}")).await;
    let seen = &file.expect(200).json;
    assert_eq!((&seen["from"]["person"]["id"], &seen["amount"]), (&json!(person), &json!(1_500)));
    assert_eq!(seen["to"]["person"]["name"], "k***@example.ci");
    assert!(!file.json.to_string().contains("loyer"), "the note is for the two sides only");
    assert_eq!(logged(&app, "transaction", &transaction).last().unwrap().0, "wallet.transaction_seen");

    for path in ["wallets", "transactions"] {
        for id in [nobody(), "x".to_owned()] {
            office.get(&format!("/api/admin/{path}/{id}")).await.expect_problem(404, "not_found");
        }
        let moderator = app.with_role(&format!("{path}@example.ci"), "moderator").await;
        for caller in [&moderator, &awa] {
            let refused = caller.get(&format!("/api/admin/{path}/{person}")).await;
            refused.expect_problem(403, "auth.forbidden");
        }
    }
    app.stop().await;
}

#[actix_web::test]
async fn a_frozen_account_neither_gives_nor_receives_and_its_owner_is_told() {
    let app = TestApp::start();
    let (awa, koffi) = awa_and_koffi(&app).await;
    let (office, person) = (admin(&app).await, id_of(&koffi).await);
    awa.pay(TRANSFERS, json!({"to": koffi.identifier, "amount": 1_000})).await.expect(201);
    let address = format!("/api/admin/wallets/{person}");
    let reason = json!({"reason": "fraud"});
    office.post(&format!("{address}/freeze"), json!({})).await.expect(400);
    office.post(&format!("{address}/freeze"), json!({"reason": "because"})).await.expect(400);
    office
        .post(&format!("{address}/unfreeze"), reason.clone())
        .await
        .expect_problem(409, "wallet.not_frozen");
    office.post(&format!("{address}/freeze"), reason.clone()).await.expect(204);
    assert!(app.newest_message_for("koffi@example.ci").await["body"].as_str().unwrap().contains("est gelé"));
    office
        .post(&format!("{address}/freeze"), reason.clone())
        .await
        .expect_problem(409, "wallet.already_frozen");
    let seen = office.get(&address).await.expect(200).json.clone();
    assert_eq!(seen["wallet"]["status"], "frozen");
    assert_eq!(
        (&seen["freezes"][0]["cause"], &seen["freezes"][0]["reason"]),
        (&json!("administration"), &json!("fraud"))
    );
    let pay = json!({"to": koffi.identifier, "amount": 10});
    awa.pay(TRANSFERS, pay.clone()).await.expect_problem(422, "ledger.receiver_blocked");
    let back = json!({"to": awa.identifier, "amount": 10});
    koffi.pay(TRANSFERS, back.clone()).await.expect_problem(422, "ledger.sender_blocked");

    office.post(&format!("{address}/unfreeze"), json!({"reason": "mistake"})).await.expect(204);
    assert!(app.newest_message_for("koffi@example.ci").await["body"].as_str().unwrap().contains("levé"));
    koffi.pay(TRANSFERS, back).await.expect(201);
    let actions: Vec<_> = logged(&app, "user", &person);
    let freezes: Vec<_> = actions.iter().filter(|(action, _)| action.contains("frozen")).collect();
    assert_eq!(freezes[0], &("wallet.frozen".to_owned(), json!({"reason": "fraud"})));
    assert_eq!(freezes[1], &("wallet.unfrozen".to_owned(), json!({"reason": "mistake"})));
    assert_eq!(freezes.len(), 2, "what was refused is not there");

    // Nobody of one's own level or above, and not oneself.
    let chief = app.with_role("autre-chef@example.ci", "superadmin").await;
    for above in [&office, &chief] {
        let path = format!("/api/admin/wallets/{}/freeze", id_of(above).await);
        office.post(&path, reason.clone()).await.expect_problem(403, "auth.role_forbidden");
    }
    office
        .post(&format!("/api/admin/wallets/{}/freeze", nobody()), reason.clone())
        .await
        .expect_problem(404, "not_found");
    awa.post(&format!("{address}/freeze"), reason).await.expect_problem(403, "auth.forbidden");
    app.stop().await;
}

#[actix_web::test]
async fn who_thinks_again_does_not_thaw_what_an_administrator_froze() {
    let app = TestApp::start();
    let (awa, mut koffi) = awa_and_koffi(&app).await;
    let (office, person) = (admin(&app).await, id_of(&koffi).await);
    let address = format!("/api/admin/wallets/{person}");
    // Leaving, then frozen, then staying.
    koffi.post("/api/me/deletion", json!({})).await.expect(202);
    office.post(&format!("{address}/freeze"), json!({"reason": "legal_request"})).await.expect(204);
    let causes = |seen: &Value| seen["freezes"].as_array().unwrap().len();
    assert_eq!(causes(&office.get(&address).await.expect(200).json), 2);
    app.sign_in_by_code(&mut koffi).await;
    koffi.post("/api/me/deletion/cancel", json!({})).await.expect(200);
    let seen = office.get(&address).await.expect(200).json.clone();
    assert_eq!((&seen["wallet"]["status"], causes(&seen)), (&json!("frozen"), 1));
    let pay = json!({"to": koffi.identifier, "amount": 10});
    awa.pay(TRANSFERS, pay.clone()).await.expect_problem(422, "ledger.receiver_blocked");
    // Who is frozen does not leave: nothing would be left to look into.
    koffi.post("/api/me/deletion", json!({})).await.expect_problem(409, "wallet.account_frozen");

    // The other way round: the administrator's freeze goes, leaving still stands.
    office.post(&format!("{address}/unfreeze"), json!({"reason": "mistake"})).await.expect(204);
    koffi.post("/api/me/deletion", json!({})).await.expect(202);
    office.post(&format!("{address}/freeze"), json!({"reason": "fraud"})).await.expect(204);
    app.clock.advance(Duration::from_secs(31 * 86_400));
    let erase =
        || hostolink_gateway::flows::departure::erase_due(&mut app.db.conn(), &app.state, 10).unwrap();
    assert_eq!(erase(), 0, "an administrator still looks into it");
    let mut office = office;
    app.sign_in_by_code(&mut office).await;
    office.post(&format!("{address}/unfreeze"), json!({"reason": "mistake"})).await.expect(204);
    assert_eq!(office.get(&address).await.expect(200).json["wallet"]["status"], "frozen", "for leaving");
    app.clock.advance(Duration::from_secs(2 * 86_400));
    assert_eq!(erase(), 1);
    app.stop().await;
}

#[actix_web::test]
async fn support_gives_a_transaction_back_whole_or_in_part() {
    let app = TestApp::start();
    let (awa, koffi) = awa_and_koffi(&app).await;
    let office = admin(&app).await;
    let pay = async |from: &Caller, to: &Caller, amount: i64| {
        let paid = from.pay(TRANSFERS, json!({"to": to.identifier, "amount": amount})).await;
        paid.expect(201).json["id"].as_str().unwrap().to_owned()
    };
    let whole = pay(&awa, &koffi, 3_000).await;
    let address = format!("/api/admin/transactions/{whole}/refund");
    let body = json!({"reason": "wrong_recipient"});
    let undone = office.pay_with(&address, "office-0001", body.clone()).await;
    assert_eq!(
        (&undone.expect(201).json["kind"], &undone.json["amount"]),
        (&json!("reversal"), &json!(3_000))
    );
    assert_eq!((balance(&awa).await, balance(&koffi).await), (10_000, 0));
    assert_eq!(latest(&awa).await["refundOf"], json!(whole), "linked, not edited");
    let again = office.pay_with(&address, "office-0001", body.clone()).await;
    assert_eq!(again.expect(201).headers["idempotency-replayed"], "true");
    let ordered = ("wallet.refund_ordered".to_owned(), json!({"amount": null, "reason": "wrong_recipient"}));
    assert_eq!(logged(&app, "transaction", &whole), [ordered], "once, with its reason");
    office.pay(&address, body.clone()).await.expect_problem(422, "ledger.refund_exceeds");

    let part = pay(&awa, &koffi, 2_000).await;
    let address = format!("/api/admin/transactions/{part}/refund");
    let body = json!({"reason": "not_delivered", "amount": 500});
    assert_eq!(office.pay(&address, body).await.expect(201).json["kind"], "refund");
    let more = json!({"reason": "not_delivered", "amount": 1_501});
    office.pay(&address, more).await.expect_problem(422, "ledger.refund_exceeds");
    assert_eq!((balance(&awa).await, balance(&koffi).await), (8_500, 1_500));

    for (body, field) in [
        (json!({}), "reason"),
        (json!({"reason": "because"}), "reason"),
        (json!({"reason": "fraud", "amount": 0}), "amount"),
        (json!({"reason": "fraud", "amount": 1.5}), "amount"),
    ] {
        assert_eq!(office.pay(&address, body).await.expect(400).json["errors"][0]["field"], field);
    }
    office
        .post(&address, json!({"reason": "fraud"}))
        .await
        .expect_problem(400, "request.idempotency_key_required");
    let body = json!({"reason": "fraud"});
    let unknown = format!("/api/admin/transactions/{}/refund", nobody());
    office.pay(&unknown, body.clone()).await.expect_problem(404, "wallet.transaction_unknown");
    awa.pay(&address, body.clone()).await.expect_problem(403, "auth.forbidden");
    // Not even who may, for themselves.
    let own = pay(&awa, &office, 100).await;
    let own = format!("/api/admin/transactions/{own}/refund");
    office.pay(&own, body).await.expect_problem(403, "wallet.own_money");
    app.stop().await;
}

#[actix_web::test]
async fn the_books_say_what_must_lie_in_the_bank() {
    let app = TestApp::start();
    let (awa, koffi) = awa_and_koffi(&app).await;
    let office = admin(&app).await;
    awa.pay(TRANSFERS, json!({"to": koffi.identifier, "amount": 1_500})).await.expect(201);
    let books = office.get("/api/admin/books").await;
    let seen = &books.expect(200).json;
    assert_eq!((&seen["customers"], &seen["agents"]), (&json!(10_000), &json!(4_990_000)));
    assert_eq!((&seen["cantonment"], &seen["fees"]), (&json!(5_000_000), &json!(0)));
    assert_eq!((&seen["balanced"], &seen["chain"]["lastTransaction"]), (&json!(true), &json!(3)));
    assert_eq!(seen["chain"]["head"].as_str().unwrap().len(), 64);
    let issued = seen["totals"].as_array().unwrap().iter().find(|total| total["kind"] == "issuance").unwrap();
    assert_eq!((&issued["balance"], &issued["accounts"]), (&json!(-5_000_000), &json!(1)));

    assert_eq!(office.get("/api/admin/proofs").await.expect(200).json, json!({"items": []}));
    let keep = || app.state.ledger.keep_daily_proof(&mut app.db.conn()).unwrap();
    // Several processes at once: one keeps it.
    let kept = std::thread::scope(|scope| {
        let tries: Vec<_> = (0..4).map(|_| scope.spawn(keep)).collect();
        tries.into_iter().map(|one| usize::from(one.join().unwrap())).sum::<usize>()
    });
    assert_eq!((kept, keep()), (1, false));
    let first_day = app.clock.now().date_naive();
    let mut office = office;
    for _ in 0..2 {
        app.clock.advance(Duration::from_secs(86_400));
        assert!(keep());
    }
    app.sign_in_by_code(&mut office).await;
    let page = office.get("/api/admin/proofs?limit=2").await;
    let days: Vec<_> =
        page.expect(200).json["items"].as_array().unwrap().iter().map(|day| day["day"].clone()).collect();
    assert_eq!(days, [json!(first_day + TimeDelta::days(2)), json!(first_day + TimeDelta::days(1))]);
    let cursor = page.json["nextCursor"].as_str().unwrap();
    let rest = office.get(&format!("/api/admin/proofs?cursor={cursor}")).await;
    let last = &rest.expect(200).json["items"][0];
    assert_eq!((&last["day"], &last["customers"]), (&json!(first_day), &json!(10_000)));
    assert_eq!(last["chain"], seen["chain"], "nothing moved since");
    assert_eq!(rest.json["nextCursor"], json!(null));
    office.get("/api/admin/proofs?cursor=forged").await.expect(400);
    for path in ["books", "proofs"] {
        let moderator = app.with_role(&format!("{path}@example.ci"), "moderator").await;
        moderator.get(&format!("/api/admin/{path}")).await.expect_problem(403, "auth.forbidden");
    }
    app.stop().await;
}
