use super::{at, id_of, ids, publish, say};
use crate::app::TestApp;
use hostolink_social::recount;
use serde_json::{Value, json};
use std::time::Duration;

#[actix_web::test]
async fn people_publish_comment_like_share_and_keep() {
    let app = TestApp::start();
    let (awa, koffi) =
        (app.person("awa.social@example.ci").await, app.person("koffi.social@example.ci").await);
    koffi.put("/api/social/profile", json!({"handle": "koffi", "bio": "Taximan"})).await.expect(200);
    let body = json!({"text": "Samedi avec @koffi #Santé https://exemple.ci/a", "linkPreview": false});
    let made = awa.post("/api/publications", body).await;
    let id = made.expect(201).json["id"].as_str().unwrap().to_owned();
    assert_eq!(made.headers["location"], format!("/api/publications/{id}"));
    assert_eq!(at(&made, "/hashtags"), &json!(["sante"]));
    assert_eq!(at(&made, "/mentions/0/handle"), &json!("koffi"));
    assert_eq!(
        (at(&made, "/link"), at(&made, "/linkPreview")),
        (&json!("https://exemple.ci/a"), &json!(false))
    );
    assert_eq!(at(&made, "/saves"), &json!(0), "its author is told");

    let path = format!("/api/publications/{id}");
    for _ in 0..2 {
        let liked = koffi.put(&format!("{path}/likes"), json!({})).await;
        assert_eq!((at(liked.expect(200), "/likes"), at(&liked, "/liked")), (&json!(1), &json!(true)));
        koffi.put(&format!("{path}/saves"), json!({})).await.expect(200);
    }
    let seen = koffi.get(&path).await;
    assert_eq!(at(&seen, "/saves"), &Value::Null, "nobody else is");
    assert!(!seen.json.to_string().contains("example.ci\""), "nothing of an identifier is shown");
    assert_eq!(ids(&koffi.get("/api/social/saved").await), std::slice::from_ref(&id));
    let likers = awa.get(&format!("{path}/likes")).await;
    assert_eq!(ids(&likers), [id_of(&koffi).await]);

    let said = say(&koffi, &id, "Merci !").await;
    let reply = awa.post(&format!("{path}/comments"), json!({"text": "De rien", "parentId": said})).await;
    assert_eq!(at(reply.expect(201), "/depth"), &json!(1));
    assert_eq!(ids(&awa.get(&format!("{path}/comments")).await), std::slice::from_ref(&said));
    assert_eq!(
        ids(&koffi.get(&format!("/api/comments/{said}/replies")).await),
        [reply.json["id"].as_str().unwrap()]
    );
    awa.put(&format!("/api/comments/{said}/likes"), json!({})).await.expect(200);
    awa.delete(&format!("/api/comments/{said}/likes")).await.expect(204);

    let shared = koffi.post(&format!("{path}/shares"), json!({"comment": "À lire"})).await;
    assert_eq!(at(shared.expect(201), "/comment"), &json!("À lire"));
    koffi.post(&format!("{path}/shares"), json!({})).await.expect_problem(409, "social.already_shared");
    assert_eq!(
        ids(&awa.get(&format!("/api/people/{}/shares", id_of(&koffi).await)).await),
        std::slice::from_ref(&id)
    );

    awa.put(&path, json!({"text": "Dimanche"})).await.expect(200);
    koffi.put(&path, json!({"text": "Piraté"})).await.expect_problem(404, "social.publication_unknown");
    let past = koffi.get(&format!("{path}/history")).await;
    assert_eq!(at(past.expect(200), "/items/0/number"), &json!(1));
    awa.delete(&path).await.expect(204);
    koffi.get(&path).await.expect_problem(404, "social.publication_unknown");
    assert!(ids(&koffi.get("/api/social/saved").await).is_empty());
    awa.post(&format!("{path}/restore"), json!({})).await.expect(200);
    let back = koffi.get(&path).await;
    assert_eq!(
        (at(&back, "/likes"), at(&back, "/comments"), at(&back, "/shares")),
        (&json!(1), &json!(2), &json!(1))
    );
    koffi.delete(&format!("{path}/likes")).await.expect(204);
    koffi.delete(&format!("{path}/saves")).await.expect(204);
    koffi.delete(&format!("{path}/shares")).await.expect(204);
    assert_eq!(recount(&mut app.db.conn()).unwrap(), []);
    app.stop().await;
}

#[actix_web::test]
async fn feeds_search_and_hashtags_come_in_pages() {
    let app = TestApp::start();
    let (awa, koffi) = (app.person("awa.feeds@example.ci").await, app.person("koffi.feeds@example.ci").await);
    let mut made = Vec::new();
    for n in 0..5 {
        app.clock.advance(Duration::from_millis(5));
        made.push(publish(&awa, &format!("Vaccination numéro {n} #santé")).await);
    }
    made.reverse();
    koffi.put(&format!("/api/people/{}/follow", id_of(&awa).await), json!({})).await.expect(204);
    let social = app.state.social.clone();
    app.state.database.run(move |conn| social.rank(conn)).await.unwrap();
    for list in [
        "/api/feeds/recent?",
        "/api/feeds/following?",
        "/api/feeds/trending?",
        "/api/social/search?q=vacciner&",
        "/api/hashtags/Santé?",
        &format!("/api/people/{}/publications?", id_of(&awa).await),
    ] {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = koffi.get(&format!("{list}limit=2{cursor}")).await;
            seen.extend(ids(&page));
            let Some(next) = page.json["nextCursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(seen, made, "{list}");
        koffi.get(&format!("{list}cursor=abc")).await.expect_problem(400, "social.invalid_cursor");
        koffi.get(&format!("{list}limit=0")).await.expect_problem(400, "request.invalid_limit");
        app.anon().get(&format!("{list}limit=2")).await.expect_problem(401, "auth.required");
    }
    let tags = koffi.get("/api/social/search/hashtags?q=san").await;
    assert_eq!(at(tags.expect(200), "/items"), &json!(["sante"]));
    app.stop().await;
}

#[actix_web::test]
async fn a_profile_shows_what_is_counted_and_what_is_ones_own() {
    let app = TestApp::start();
    let (awa, koffi) =
        (app.person("awa.profile@example.ci").await, app.person("koffi.profile@example.ci").await);
    let awa_id = id_of(&awa).await;
    publish(&awa, "Bonjour").await;
    koffi.put(&format!("/api/people/{awa_id}/follow"), json!({})).await.expect(204);
    let seen = koffi.get(&format!("/api/people/{awa_id}")).await;
    let shown = (
        at(seen.expect(200), "/followers"),
        at(&seen, "/posts"),
        at(&seen, "/viewers"),
        at(&seen, "/followed"),
    );
    assert_eq!(shown, (&json!(1), &json!(1), &json!(1), &json!(true)));
    assert_eq!(at(&seen, "/blocked"), &Value::Null);
    let own = awa.get("/api/social/profile").await;
    assert_eq!(at(own.expect(200), "/blocked"), &json!(0));
    awa.put("/api/social/profile", json!({"handle": "awa.k"})).await.expect(200);
    koffi
        .put("/api/social/profile", json!({"handle": "awa.k"}))
        .await
        .expect_problem(409, "social.handle_taken");
    assert_eq!(ids(&koffi.get("/api/social/search/people?q=awa").await), std::slice::from_ref(&awa_id));
    assert_eq!(ids(&koffi.get(&format!("/api/people/{awa_id}/followers")).await), [id_of(&koffi).await]);
    assert_eq!(ids(&awa.get(&format!("/api/people/{}/following", id_of(&koffi).await)).await), [awa_id]);
    app.stop().await;
}

#[actix_web::test]
async fn a_retry_publishes_nothing_twice() {
    let app = TestApp::start();
    let awa = app.person("awa.retry@example.ci").await;
    let (key, body) = ("cle-de-publication", json!({"text": "Une fois"}));
    let first = awa.pay_with("/api/publications", key, body.clone()).await;
    let again = awa.pay_with("/api/publications", key, body).await;
    assert_eq!(first.expect(201).json["id"], again.expect(200).json["id"]);
    awa.pay_with("/api/publications", key, json!({"text": "Deux fois"}))
        .await
        .expect_problem(422, "social.key_reused");
    awa.pay_with("/api/publications", "court", json!({"text": "Trois"}))
        .await
        .expect_problem(400, "request.idempotency_key_invalid");
    let path = format!("/api/publications/{}/comments", first.json["id"].as_str().unwrap());
    let said = awa.pay_with(&path, "cle-de-commentaire", json!({"text": "oui"})).await;
    let again = awa.pay_with(&path, "cle-de-commentaire", json!({"text": "oui"})).await;
    assert_eq!(said.expect(201).json["id"], again.expect(200).json["id"]);
    app.stop().await;
}

#[actix_web::test]
async fn a_poll_is_asked_and_answered() {
    let app = TestApp::start();
    let (awa, koffi) = (app.person("awa.poll@example.ci").await, app.person("koffi.poll@example.ci").await);
    let body = json!({"text": "Quand ?", "poll": {"choices": ["Samedi", "Dimanche"], "hours": 24}});
    let made = awa.post("/api/publications", body).await;
    let path = format!("/api/publications/{}/poll-votes", made.expect(201).json["id"].as_str().unwrap());
    let voted = koffi.post(&path, json!({"choice": 1})).await;
    assert_eq!(
        (at(voted.expect(200), "/poll/choices/1/votes"), at(&voted, "/poll/voted")),
        (&json!(1), &json!(1))
    );
    koffi.post(&path, json!({"choice": 0})).await.expect_problem(409, "social.already_voted");
    awa.post(&path, json!({"choice": 7})).await.expect_problem(404, "social.poll_unknown");
    app.stop().await;
}

#[actix_web::test]
async fn announcements_are_told_where_and_when_they_are_for() {
    let app = TestApp::start();
    let (chief, awa) = (app.superadmin().await, app.person("awa.told@example.ci").await);
    let body = json!({"title": "Don de sang", "text": "Samedi au CHU", "areas": ["CI-AB"], "to": "2026-11-22T08:00:00Z"});
    let told = chief.post("/api/admin/announcements", body).await;
    let id = told.expect(201).json["id"].as_str().unwrap().to_owned();
    let coming = json!({"title": "Plus tard", "text": "Bientôt", "from": "2026-12-01T08:00:00Z", "to": "2026-12-02T08:00:00Z"});
    chief.post("/api/admin/announcements", coming).await.expect(201);
    assert_eq!(ids(&awa.get("/api/announcements?area=CI-AB").await), std::slice::from_ref(&id));
    for elsewhere in ["/api/announcements", "/api/announcements?area=CI-ZZ"] {
        assert!(ids(&awa.get(elsewhere).await).is_empty(), "{elsewhere}");
    }
    awa.get("/api/announcements?area=FR-75").await.expect_problem(400, "social.unknown_area");
    assert_eq!(ids(&chief.get("/api/admin/announcements").await).len(), 2);
    chief.delete(&format!("/api/admin/announcements/{id}")).await.expect(204);
    assert!(ids(&awa.get("/api/announcements?area=CI-AB").await).is_empty());
    app.stop().await;
}
