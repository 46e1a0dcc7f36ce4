use super::{at, ids};
use crate::{
    app::{Caller, PASSWORD, TestApp},
    auth::identity::picture,
    wallet::{awa_and_koffi, balance},
};
use diesel::PgConnection;
use hostolink_gateway::flows::advertising;
use hostolink_kernel::{Clock, UserId, Xof};
use hostolink_ledger::{IdempotencyKey, Outcome, Refusal, Reply};
use hostolink_wallet::{Error, PaidService, Wish, fingerprint};
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

fn body(budget: i64) -> Value {
    json!({
        "title": "Lunettes", "text": "À moins vingt pour cent", "link": "https://exemple.ci/", "areas": ["CI-AB"],
        "to": "2026-11-22T08:00:00Z", "budget": budget,
    })
}

async fn draft(owner: &Caller, budget: i64) -> String {
    let drafted = owner.post("/api/advertisements", body(budget)).await;
    assert_eq!(at(drafted.expect(201), "/state"), &json!("draft"));
    format!("/api/advertisements/{}", drafted.json["id"].as_str().unwrap())
}

#[actix_web::test]
async fn a_budget_is_set_aside_spent_and_the_rest_given_back() {
    let app = TestApp::start();
    let (awa, koffi) = awa_and_koffi(&app).await;
    let moderator = app.with_role("moderatrice.pub@example.ci", "moderator").await;
    let path = draft(&awa, 4_000).await;
    let funding = format!("{path}/funding");
    koffi.pay(&funding, json!({})).await.expect_problem(404, "social.advertisement_unknown");
    let funded = awa.pay_with(&funding, "cle-du-budget", json!({})).await;
    assert_eq!(at(funded.expect(200), "/state"), &json!("review"));
    let again = awa.pay_with(&funding, "cle-du-budget", json!({})).await;
    assert_eq!(again.expect(200).json, funded.json, "a retry sets nothing aside twice");
    awa.pay(&funding, json!({})).await.expect_problem(409, "social.wrong_state");
    assert_eq!(balance(&awa).await, 10_000, "it stays hers");
    let too_much = json!({"to": koffi.identifier, "amount": 7_000});
    awa.pay("/api/wallet/transfers", too_much).await.expect_problem(422, "wallet.insufficient_funds");

    let queue = ids(&moderator.get("/api/admin/advertisements").await);
    let decision = format!("/api/admin/advertisements/{}/decision", queue[0]);
    assert_eq!(at(moderator.post(&decision, json!({})).await.expect(200), "/state"), &json!("running"));
    moderator.post(&decision, json!({})).await.expect_problem(409, "social.already_decided");
    let shown = koffi.get("/api/advertisements/shown?area=CI-AB").await;
    assert_eq!(ids(&shown).len(), 1);
    assert_eq!(at(&shown, "/items/0/budget"), &Value::Null, "what it costs is its owner's");
    for _ in 0..3 {
        koffi.put(&format!("{path}/views"), json!({})).await.expect(204);
        koffi.put(&format!("{path}/clicks"), json!({})).await.expect(204);
        awa.put(&format!("{path}/views"), json!({})).await.expect(204);
    }
    let seen = awa.get(&path).await;
    assert_eq!(
        (at(&seen, "/views"), at(&seen, "/clicks"), at(&seen, "/spent")),
        (&json!(1), &json!(1), &json!(27))
    );
    koffi.get(&path).await.expect_problem(404, "social.advertisement_unknown");

    app.clock.advance(Duration::from_secs(2 * 86_400));
    for _ in 0..2 {
        advertising::settle(app.state.clone()).await.unwrap();
    }
    let mut awa = awa;
    app.sign_in_by_code(&mut awa).await;
    assert_eq!(at(&awa.get(&path).await, "/state"), &json!("ended"));
    assert_eq!(balance(&awa).await, 9_973);
    let spent = json!({"to": koffi.identifier, "amount": 9_973});
    awa.pay("/api/wallet/transfers", spent).await.expect(201);
    app.stop().await;
}

#[actix_web::test]
async fn what_is_not_shown_costs_nothing_and_what_is_not_there_is_not_set_aside() {
    let app = TestApp::start();
    let (awa, koffi) = awa_and_koffi(&app).await;
    let moderator = app.with_role("moderatrice.non@example.ci", "moderator").await;
    let dear = draft(&awa, 50_000).await;
    awa.pay(&format!("{dear}/funding"), json!({})).await.expect_problem(422, "wallet.insufficient_funds");
    assert_eq!(at(&awa.get(&dear).await, "/state"), &json!("draft"), "it may be tried again");
    awa.post(&format!("{dear}/end"), json!({})).await.expect(200);

    let path = draft(&awa, 10_000).await;
    awa.pay(&format!("{path}/funding"), json!({})).await.expect(200);
    let queue = ids(&moderator.get("/api/admin/advertisements").await);
    let decision = format!("/api/admin/advertisements/{}/decision", queue[0]);
    moderator.post(&decision, json!({"refusal": "Promet une guérison."})).await.expect(200);
    advertising::settle(app.state.clone()).await.unwrap();
    let seen = awa.get(&path).await;
    assert_eq!(
        (at(&seen, "/state"), at(&seen, "/reason")),
        (&json!("ended"), &json!("Promet une guérison."))
    );
    let all = json!({"to": koffi.identifier, "amount": 10_000});
    awa.pay("/api/wallet/transfers", all).await.expect(201);
    app.stop().await;
}

#[actix_web::test]
async fn who_died_while_a_budget_was_set_aside_is_taken_up() {
    let app = TestApp::start();
    let (awa, _) = awa_and_koffi(&app).await;
    let path = draft(&awa, 4_000).await;
    awa.pay(&format!("{path}/funding"), json!({})).await.expect(200);
    // As if the process had died between the ledger's answer and its note.
    let died = "UPDATE publicite SET etat = 'funding', reservation = NULL RETURNING etat AS line";
    assert_eq!(app.lines(died), ["funding"]);
    advertising::settle(app.state.clone()).await.unwrap();
    assert_eq!(at(&awa.get(&path).await, "/state"), &json!("funding"), "it may be answered still");
    app.clock.advance(Duration::from_secs(31));
    advertising::settle(app.state.clone()).await.unwrap();
    assert_eq!(at(&awa.get(&path).await, "/state"), &json!("review"));
    // And one that the ledger never heard of.
    let other = draft(&awa, 1_000).await;
    let began = "UPDATE publicite SET etat = 'funding' WHERE reservation IS NULL RETURNING etat AS line";
    assert_eq!(app.lines(began), ["funding"]);
    app.clock.advance(Duration::from_secs(31));
    advertising::settle(app.state.clone()).await.unwrap();
    assert_eq!(at(&awa.get(&other).await, "/state"), &json!("draft"));
    app.stop().await;
}

#[actix_web::test]
async fn what_no_advertisement_is_is_blamed_on_its_field() {
    let app = TestApp::start();
    let awa = app.person("awa.pub@example.ci").await;
    for (field, value, code) in [
        ("budget", json!(0), "social.invalid_budget"),
        ("budget", json!(-1), "social.invalid_budget"),
        ("budget", json!(999), "social.invalid_budget"),
        ("budget", json!(i64::MAX), "social.invalid_budget"),
        ("budget", json!(1.5), "request.invalid_field"),
        ("budget", json!("1e3"), "request.invalid_field"),
        ("link", json!("javascript:alert(1)"), "social.invalid_link"),
        ("link", json!("http://exemple.ci"), "social.invalid_link"),
        ("areas", json!(["FR-75"]), "social.unknown_area"),
        ("title", json!(""), "social.invalid_text"),
        ("text", json!("x".repeat(301)), "social.invalid_text"),
        ("to", json!("2026-11-20T08:00:00Z"), "social.invalid_period"),
        ("to", json!("2027-11-20T08:00:00Z"), "social.invalid_period"),
        ("to", json!("hier"), "request.invalid_field"),
    ] {
        let mut wrong = body(1_000);
        wrong[field] = value.clone();
        let refused = awa.post("/api/advertisements", wrong).await;
        refused.expect_problem(400, code);
        assert_eq!(refused.json["errors"][0]["field"], field, "{value}");
    }
    let path = draft(&awa, 1_000).await;
    awa.post(&format!("{path}/funding"), json!({}))
        .await
        .expect_problem(400, "request.idempotency_key_required");
    app.stop().await;
}

#[actix_web::test]
async fn a_draft_that_is_ended_keeps_nobodys_money() {
    let app = TestApp::start();
    let (awa, koffi) = awa_and_koffi(&app).await;
    let path = draft(&awa, 4_000).await;
    awa.pay(&format!("{path}/funding"), json!({})).await.expect(200);
    // As if nobody had seen the ledger's answer for a while.
    let unseen = "UPDATE publicite SET etat = 'draft', reservation = NULL RETURNING etat AS line";
    assert_eq!(app.lines(unseen), ["draft"]);
    let ended = awa.post(&format!("{path}/end"), json!({})).await;
    assert_eq!(at(ended.expect(200), "/state"), &json!("ending"), "its money is let go of");
    advertising::settle(app.state.clone()).await.unwrap();
    assert_eq!(at(&awa.get(&path).await, "/state"), &json!("ended"));
    // And one whose order waits before the ledger while it is ended.
    let path = draft(&awa, 1_000).await;
    let service = PaidService { kind: "publicite", id: path.rsplit('/').next().unwrap().parse().unwrap() };
    let owner = app.lines("SELECT DISTINCT id_user::text AS line FROM publicite");
    let key = IdempotencyKey::parse(UserId::new(owner[0].parse().unwrap()), "cle-qui-attend").unwrap();
    let wish = Wish { key, fingerprint: fingerprint::service(service.kind, service.id) };
    let bounds = (Xof::new(1_000).unwrap(), app.clock.now() + chrono::TimeDelta::days(1));
    let prepare = |conn: &mut PgConnection| app.state.wallets.prepare_house_hold(conn, wish, service, bounds);
    let order = app.state.database.run_here::<_, Error>(prepare).unwrap();
    let ended = awa.post(&format!("{path}/end"), json!({})).await;
    assert_eq!(at(ended.expect(200), "/state"), &json!("ended"));
    let reply = app.state.writer.post(order).await.unwrap();
    assert!(matches!(reply, Reply::Done { outcome: Outcome::Refused(Refusal::Closed), .. }), "{reply:?}");
    let all = json!({"to": koffi.identifier, "amount": 10_000});
    awa.pay("/api/wallet/transfers", all).await.expect(201);
    app.stop().await;
}

#[actix_web::test]
async fn case_69_the_picture_of_one_that_is_over_leaves_the_store() {
    let app = TestApp::start();
    let (awa, _) = awa_and_koffi(&app).await;
    let mut paths = Vec::new();
    for _ in 0..2 {
        let ticket = awa.post("/api/media", json!({"kind": "image"})).await;
        let id = ticket.expect(201).json["id"].as_str().unwrap().to_owned();
        awa.put_file(&format!("/api/media/{id}/content"), picture()).await.expect(200);
        let mut pictured = body(1_000);
        pictured["mediaId"] = json!(id);
        let drafted = awa.post("/api/advertisements", pictured).await;
        paths.push(format!("/api/advertisements/{}", drafted.expect(201).json["id"].as_str().unwrap()));
    }
    let kept = "SELECT statut AS line FROM media WHERE statut = 'utilise'";
    awa.post(&format!("{}/end", paths[0]), json!({})).await.expect(200);
    assert_eq!(app.lines(kept).len(), 1, "a draft that was ended shows none");
    awa.pay(&format!("{}/funding", paths[1]), json!({})).await.expect(200);
    awa.post(&format!("{}/end", paths[1]), json!({})).await.expect(200);
    assert_eq!(app.lines(kept).len(), 1, "until it is settled");
    advertising::settle(app.state.clone()).await.unwrap();
    assert_eq!(app.lines(kept), [""; 0]);
    app.stop().await;
}

#[actix_web::test]
async fn a_session_that_no_code_proved_counts_for_no_advertisement() {
    let app = TestApp::start();
    let mut awa = app.person("awa.vue@example.ci").await;
    let path = format!("/api/advertisements/{}", Uuid::from_u128(7));
    awa.put(&format!("{path}/views"), json!({})).await.expect_problem(404, "social.advertisement_unknown");
    let own = json!({"identifier": awa.identifier, "password": PASSWORD});
    let signed_in = app.anon().post("/api/verify-pin", own).await;
    awa.token = signed_in.expect(200).json["accessToken"].as_str().map(str::to_owned);
    for what in ["views", "clicks"] {
        awa.put(&format!("{path}/{what}"), json!({})).await.expect_problem(403, "auth.step_up_required");
    }
    app.stop().await;
}
