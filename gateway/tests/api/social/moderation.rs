use super::{at, id_of, ids, publish};
use crate::app::TestApp;
use serde_json::{Value, json};

#[actix_web::test]
async fn what_is_reported_is_decided_told_and_appealed() {
    let app = TestApp::start();
    let (awa, koffi) = (app.person("awa.case@example.ci").await, app.person("koffi.case@example.ci").await);
    let first = app.with_role("moderatrice.une@example.ci", "moderator").await;
    let second = app.with_role("moderatrice.deux@example.ci", "moderator").await;
    let id = publish(&awa, "Envoyez votre code, gagnez un million").await;
    let report = json!({"publicationId": id, "reason": "fraud", "details": "arnaque"});
    for _ in 0..2 {
        koffi.post("/api/reports", report.clone()).await.expect(204);
    }
    koffi.get("/api/moderation/cases").await.expect_problem(403, "auth.forbidden");
    awa.put(&format!("/api/publications/{id}"), json!({"text": "Bonjour"})).await.expect(200);
    let queue = first.get("/api/moderation/cases").await;
    assert_eq!(
        (at(queue.expect(200), "/items/0/reports"), at(&queue, "/items/0/text")),
        (&json!(1), &json!("Bonjour"))
    );
    assert_eq!(at(&queue, "/items/0/reported/0/text"), &json!("Envoyez votre code, gagnez un million"));
    assert!(!queue.json.to_string().contains(&id_of(&koffi).await), "nobody is told who reports");
    let case = format!("/api/moderation/cases/{}", queue.json["items"][0]["id"].as_str().unwrap());
    first.get(&case).await.expect(200);

    for (body, status) in [
        (json!({"measure": "exile", "reason": "fraud"}), 400),
        (json!({"measure": "ban"}), 400),
        (json!({"measure": "silence", "reason": "fraud"}), 400),
        (json!({"measure": "silence", "reason": "fraud", "days": 0}), 400),
        (json!({"measure": "silence", "reason": "fraud", "days": 1_000_000_000_000_i64}), 400),
    ] {
        let refused = first.post(&format!("{case}/decision"), body.clone()).await;
        assert_eq!(refused.status.as_u16(), status, "{body}: {}", refused.json);
    }
    let decision = json!({"measure": "silence", "reason": "fraud", "days": 3, "hides": true, "words": "Lisez les règles."});
    let decided = first.post(&format!("{case}/decision"), decision.clone()).await;
    assert_eq!(at(decided.expect(200), "/case/state"), &json!("acted"));
    second.post(&format!("{case}/decision"), decision).await.expect_problem(409, "social.already_decided");
    koffi.get(&format!("/api/publications/{id}")).await.expect_problem(404, "social.publication_unknown");
    awa.post("/api/publications", json!({"text": "encore"})).await.expect_problem(403, "social.sanctioned");
    awa.get("/api/feeds/recent").await.expect(200);

    let own = awa.get("/api/social/sanctions").await;
    assert_eq!(ids(&own).len(), 2);
    assert_eq!(at(&own, "/items/0/decidedBy"), &Value::Null, "nobody is told who decided");
    assert!(!own.json.to_string().contains(&id_of(&koffi).await));
    for sanction in ids(&own) {
        let path = format!("/api/social/sanctions/{sanction}/appeal");
        koffi.post(&path, json!({"text": "pour lui"})).await.expect_problem(404, "social.sanction_unknown");
        awa.post(&path, json!({"text": "C'était une citation."})).await.expect(204);
    }
    let appeals = second.get("/api/moderation/appeals").await;
    assert_eq!(ids(&appeals).len(), 2);
    for appeal in ids(&appeals) {
        let path = format!("/api/moderation/appeals/{appeal}/decision");
        first.post(&path, json!({"accept": true})).await.expect_problem(403, "social.second_person");
        second.post(&path, json!({"accept": true})).await.expect(200);
    }
    koffi.get(&format!("/api/publications/{id}")).await.expect(200);
    publish(&awa, "Merci").await;
    assert_eq!(ids(&first.get("/api/moderation/log").await).len(), 2);
    app.stop().await;
}

#[actix_web::test]
async fn nobody_decides_about_whom_they_do_not_stand_above() {
    let app = TestApp::start();
    let koffi = app.person("koffi.above@example.ci").await;
    let moderator = app.with_role("moderatrice@example.ci", "moderator").await;
    let admin = app.with_role("admin.publie@example.ci", "admin").await;
    let id = publish(&admin, "Information").await;
    koffi.post("/api/reports", json!({"publicationId": id, "reason": "other"})).await.expect(204);
    let cases = ids(&moderator.get("/api/moderation/cases").await);
    let path = format!("/api/moderation/cases/{}/decision", cases[0]);
    let body = json!({"measure": "hiding", "reason": "other"});
    moderator.post(&path, body.clone()).await.expect_problem(403, "social.own_matter");
    admin.post(&path, body.clone()).await.expect_problem(403, "social.own_matter");
    app.superadmin().await.post(&path, body).await.expect(200);
    app.stop().await;
}

#[actix_web::test]
async fn nobody_hears_or_takes_back_what_is_about_themselves_or_about_whom_they_do_not_stand_above() {
    let app = TestApp::start();
    let koffi = app.person("koffi.lift@example.ci").await;
    let moderator = app.with_role("moderatrice.lift@example.ci", "moderator").await;
    let admin = app.with_role("admin.lift@example.ci", "admin").await;
    let chief = app.superadmin().await;
    let id = publish(&admin, "Information").await;
    koffi.post("/api/reports", json!({"publicationId": id, "reason": "other"})).await.expect(204);
    assert!(ids(&admin.get("/api/moderation/cases").await).is_empty());
    let queue = moderator.get("/api/moderation/cases").await;
    assert_eq!((at(&queue, "/items/0/media"), at(&queue, "/items/0/pollChoices")), (&json!([]), &json!([])));
    let case = format!("/api/moderation/cases/{}", ids(&queue)[0]);
    admin.get(&case).await.expect_problem(404, "social.case_unknown");
    let body = json!({"measure": "hiding", "reason": "other"});
    chief.post(&format!("{case}/decision"), body).await.expect(200);
    assert!(ids(&admin.get("/api/moderation/log").await).is_empty());
    let sanction = ids(&admin.get("/api/social/sanctions").await).remove(0);
    let appeal = format!("/api/social/sanctions/{sanction}/appeal");
    admin.post(&appeal, json!({"text": "C'était exact."})).await.expect(204);
    assert!(ids(&admin.get("/api/moderation/appeals").await).is_empty());
    let appeal = ids(&moderator.get("/api/moderation/appeals").await).remove(0);
    let hear = format!("/api/moderation/appeals/{appeal}/decision");
    moderator.post(&hear, json!({"accept": true})).await.expect_problem(403, "social.own_matter");

    let removed = admin.get("/api/social/removed").await;
    assert_eq!(ids(&removed), std::slice::from_ref(&id));
    assert_eq!(at(&removed, "/items/0/state"), &json!("hidden"));
    let lift = format!("/api/moderation/sanctions/{sanction}/lift");
    for who in [&moderator, &admin] {
        who.post(&lift, json!({})).await.expect_problem(403, "social.own_matter");
    }
    let lifted = chief.post(&lift, json!({})).await;
    assert!(at(lifted.expect(200), "/liftedAt").is_string());
    chief.post(&lift, json!({})).await.expect_problem(409, "social.wrong_state");
    koffi.get(&format!("/api/publications/{id}")).await.expect(200);
    assert!(ids(&admin.get("/api/social/removed").await).is_empty());
    app.stop().await;
}
