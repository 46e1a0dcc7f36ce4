use super::{hear, key, publish, told};
use crate::{app::TestApp, audit::expect_one_row};
use serde_json::json;
use std::{collections::BTreeSet, time::Duration};

const LIST: &str = "/api/notifications";
const READ: &str = "/api/notifications/read";
const UNREAD: &str = "/api/notifications/unread-count";

pub(super) async fn logged(app: &TestApp, seen: &mut BTreeSet<String>) {
    let (awa, koffi) = (app.person("aya.lue@example.ci").await, app.person("kouadio.lu@example.ci").await);
    let people = json!({"by": key(app, &koffi).await, "to": key(app, &awa).await});
    publish(app, "social.liked", 77, people);
    let id = told(app, &awa).await[0]["id"].as_str().unwrap().to_owned();
    koffi.delete(&format!("{LIST}/{id}")).await.expect_problem(404, "notifications.unknown");
    let removed = awa.delete(&format!("{LIST}/{id}")).await;
    expect_one_row(app, "DELETE /api/notifications/{id}", &removed, seen);
    awa.delete(&format!("{LIST}/{id}")).await.expect_problem(404, "notifications.unknown");
}

#[actix_web::test]
async fn money_is_told_of_in_the_callers_language_and_counted_until_it_is_read() {
    let app = TestApp::start();
    let (awa, koffi) = (app.person("awa@example.ci").await, app.person("koffi@example.ci").await);
    app.give(&koffi, 10_000).await;
    koffi.pay("/api/wallet/transfers", json!({"to": "awa@example.ci", "amount": 2_500})).await.expect(201);
    let list = told(&app, &awa).await;
    let told_of = &list[0];
    assert_eq!(
        (list.len(), &told_of["kind"], &told_of["amount"]),
        (1, &json!("money_received"), &json!(2_500))
    );
    assert_eq!(told_of["text"], "Vous avez reçu 2 500 F CFA de k***@example.ci.");
    assert_eq!(told_of["object"]["kind"], "transaction");
    let english = awa.request(reqwest::Method::GET, LIST).header("accept-language", "en");
    let english = awa.send(english).await;
    assert_eq!(english.expect(200).json["items"][0]["title"], "Money received");
    assert_eq!(awa.get(UNREAD).await.expect(200).json, json!({"unread": 1}));
    assert_eq!(told(&app, &koffi).await.len(), 1, "what the agent gave him");
    hear(&app);
    assert_eq!(told(&app, &awa).await.len(), 1, "heard again it is told no second time");
    let read = awa.post(READ, json!({"upTo": told_of["updatedAt"]})).await;
    assert_eq!(read.expect(200).json, json!({"unread": 0}));
    let unread = awa.get(&format!("{LIST}?unread=true")).await;
    assert_eq!(unread.expect(200).json["items"], json!([]));
    assert!(told(&app, &awa).await[0]["readAt"].is_string());
    app.stop().await;
}

#[actix_web::test]
async fn requests_to_pay_are_told_to_the_other_side() {
    let app = TestApp::start();
    let (awa, koffi) = (app.person("awa@example.ci").await, app.person("koffi@example.ci").await);
    app.give(&awa, 10_000).await;
    let ask = json!({"to": "awa@example.ci", "amount": 2_000});
    let requests = "/api/wallet/requests";
    let first = koffi.post(requests, ask.clone()).await.expect(201).json["id"].clone();
    let second = koffi.post(requests, ask).await.expect(201).json["id"].clone();
    let kinds = |list: &[serde_json::Value]| -> Vec<String> {
        list.iter().map(|one| one["kind"].as_str().unwrap().to_owned()).collect()
    };
    let of_awa = told(&app, &awa).await;
    assert_eq!(kinds(&of_awa).iter().filter(|kind| *kind == "payment_requested").count(), 2);
    let path = |id: &serde_json::Value, how: &str| format!("{requests}/{}/{how}", id.as_str().unwrap());
    awa.pay(&path(&first, "accept"), json!({})).await.expect(201);
    awa.post(&path(&second, "refuse"), json!({})).await.expect(200);
    let mut of_koffi = kinds(&told(&app, &koffi).await);
    of_koffi.sort();
    assert_eq!(of_koffi, ["request_declined", "request_paid"], "and no money received beside");
    app.stop().await;
}

#[actix_web::test]
async fn a_new_device_is_told_of() {
    let app = TestApp::start();
    let awa = app.person("awa@example.ci").await;
    assert!(told(&app, &awa).await.is_empty(), "the first is no news");
    let identifier = json!({"identifier": "awa@example.ci"});
    app.all_sent().await;
    app.anon().post("/api/generate-otp", identifier).await.expect(200);
    let code = app.newest_code_for("awa@example.ci").await;
    let body = json!({"identifier": "awa@example.ci", "otpCode": code, "device": {"id": "another", "platform": "web"}});
    app.anon().post("/api/verify-otp", body).await.expect(200);
    let list = told(&app, &awa).await;
    assert_eq!(
        (list.len(), &list[0]["kind"], &list[0]["object"]["kind"]),
        (1, &json!("new_device"), &json!("session"))
    );
    app.stop().await;
}

#[actix_web::test]
async fn what_people_do_with_ones_publications_is_told_together() {
    let app = TestApp::start();
    let (awa, koffi) = (app.person("awa@example.ci").await, app.person("koffi@example.ci").await);
    let yao = app.person("yao@example.ci").await;
    let (awa_key, koffi_key, yao_key) =
        (key(&app, &awa).await, key(&app, &koffi).await, key(&app, &yao).await);
    for by in [koffi_key, yao_key, koffi_key, awa_key] {
        publish(&app, "social.liked", 100, json!({"by": by, "to": awa_key}));
    }
    let comment = "019a0000-0000-7000-8000-000000000001";
    let commented =
        json!({"by": koffi_key, "to": awa_key, "comment": comment, "parent": null, "answered": yao_key});
    publish(&app, "social.commented", 100, commented);
    publish(
        &app,
        "social.mentioned",
        100,
        json!({"by": koffi_key, "to": [awa_key, yao_key], "comment": comment}),
    );
    publish(&app, "social.followed", 101, json!({"by": koffi_key, "to": awa_key}));
    publish(&app, "social.followed", 102, json!({"by": koffi_key, "to": awa_key}));
    publish(&app, "social.shared", 100, json!({"by": yao_key, "to": awa_key, "share": comment}));
    publish(&app, "social.sanctioned", 103, json!({"to": awa_key, "measure": "warning"}));
    // What can't be read is passed over, and holds nothing up.
    publish(&app, "social.liked", 104, json!({"by": "x", "to": {"a": 1}}));
    let list = told(&app, &awa).await;
    let count = |kind: &str| list.iter().find(|one| one["kind"] == kind).map(|one| one["count"].clone());
    assert_eq!(count("like"), Some(json!(2)), "each once, and not her own");
    for kind in ["comment", "mention", "follow", "share", "sanction"] {
        assert_eq!(count(kind), Some(json!(1)), "{kind}");
    }
    let mut of_yao: Vec<_> = told(&app, &yao).await.iter().map(|one| one["kind"].clone()).collect();
    of_yao.sort_by_key(ToString::to_string);
    assert_eq!(of_yao, [json!("comment"), json!("mention")], "who is answered is told too");
    publish(&app, "social.blocked", 105, json!({"by": awa_key, "to": koffi_key}));
    let list = told(&app, &awa).await;
    assert!(list.iter().all(|one| !one.to_string().contains("k***@example.ci")), "he is gone from them all");
    assert_eq!(awa.get(UNREAD).await.json["unread"], list.len());
    app.stop().await;
}

#[actix_web::test]
async fn lists_of_others_and_bad_questions_are_refused() {
    let app = TestApp::start();
    let (awa, koffi) = (app.person("awa@example.ci").await, app.person("koffi@example.ci").await);
    publish(&app, "social.liked", 1, json!({"by": key(&app, &koffi).await, "to": key(&app, &awa).await}));
    app.clock.advance(Duration::from_secs(1));
    publish(&app, "social.liked", 2, json!({"by": key(&app, &koffi).await, "to": key(&app, &awa).await}));
    let list = told(&app, &awa).await;
    let read = koffi.post(READ, json!({"ids": [list[0]["id"]]})).await;
    assert_eq!(read.expect(200).json, json!({"unread": 0}), "like ids of nobody's");
    assert_eq!(awa.get(UNREAD).await.json["unread"], 2);
    let page = awa.get(&format!("{LIST}?limit=1")).await;
    let cursor = page.expect(200).json["nextCursor"].as_str().unwrap().to_owned();
    let next = awa.get(&format!("{LIST}?limit=1&cursor={cursor}")).await;
    assert_eq!(next.expect(200).json["items"][0]["id"], list[1]["id"]);
    awa.get(&format!("{LIST}?cursor=x")).await.expect_problem(400, "notifications.invalid_cursor");
    for limit in ["0", "-1", "101", "1e3", "x"] {
        awa.get(&format!("{LIST}?limit={limit}")).await.expect_problem(400, "request.invalid_limit");
    }
    awa.get(&format!("{LIST}?unread=peut-etre")).await.expect_problem(400, "request.invalid_field");
    let many: Vec<_> = (0..101).map(|_| list[0]["id"].clone()).collect();
    for body in [
        json!({}),
        json!({"ids": [], "upTo": list[0]["updatedAt"]}),
        json!({"ids": ["x"]}),
        json!({"ids": 1}),
        json!({"ids": many}),
        json!({"upTo": "hier"}),
        json!({"upTo": null}),
        json!({"all": true}),
    ] {
        awa.post(READ, body).await.expect_problem(400, "request.invalid_field");
    }
    let kept = awa.post(READ, json!({"ids": [list[0]["id"], list[0]["id"]]})).await;
    assert_eq!(kept.expect(200).json, json!({"unread": 1}));
    app.anon().get(LIST).await.expect_problem(401, "auth.required");
    app.stop().await;
}

#[actix_web::test]
async fn a_copy_of_all_that_is_known_has_them_and_who_leaves_is_forgotten() {
    let app = TestApp::start();
    let (awa, koffi) = (app.person("awa@example.ci").await, app.person("koffi@example.ci").await);
    publish(&app, "social.liked", 1, json!({"by": key(&app, &koffi).await, "to": key(&app, &awa).await}));
    hear(&app);
    let copy = awa.get("/api/me/export").await;
    assert_eq!(copy.expect(200).json["notifications"][0]["kind"], "like");
    awa.post("/api/me/deletion", json!({})).await.expect(202);
    app.clock.advance(Duration::from_secs(31 * 86_400));
    let erased = hostolink_gateway::flows::departure::erase_due(&mut app.db.conn(), &app.state, 10).unwrap();
    assert_eq!(erased, 1);
    for table in ["notification", "fait_notification", "boite_notification"] {
        let left = app.lines(&format!("SELECT count(*)::text AS line FROM {table}"));
        assert_eq!(left, ["0"], "{table}");
    }
    app.stop().await;
}

#[actix_web::test]
async fn what_became_of_an_appeal_is_told_as_the_sanction_was() {
    let app = TestApp::start();
    let awa = app.person("awa@example.ci").await;
    let to = key(&app, &awa).await;
    publish(&app, "social.sanctioned", 103, json!({"to": to, "measure": "warning"}));
    publish(&app, "social.sanctioned", 103, json!({"to": to, "appeal": "refused"}));
    publish(&app, "social.sanctioned", 103, json!({"to": to, "lifted": true}));
    let list = told(&app, &awa).await;
    let about: Vec<_> = list.iter().map(|one| (one["kind"].clone(), one["object"].clone())).collect();
    assert_eq!((about.len(), &about[0].0), (3, &json!("sanction")));
    assert!(about.iter().all(|one| *one == about[0]), "of the same sanction, and apart");
    app.stop().await;
}
