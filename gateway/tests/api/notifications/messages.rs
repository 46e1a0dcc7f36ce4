//! Messages as notifications: who is told of them, and who is not.

use super::{
    hear,
    push::{pushed, register},
    send, told,
};
use crate::{
    app::TestApp,
    messaging::{group, id_of, pair, say},
};
use chrono::TimeDelta;
use hostolink_kernel::Clock;
use serde_json::{Value, json};
use std::time::Duration;

/// How many messages of how many conversations somebody is told of.
fn messages(list: &[Value]) -> Vec<u64> {
    let of_messages = list.iter().filter(|one| one["kind"] == "message");
    of_messages.map(|one| one["count"].as_u64().unwrap()).collect()
}

#[actix_web::test]
async fn who_has_not_read_a_message_is_told_and_a_conversation_is_told_together() {
    let app = TestApp::start();
    let (awa, koffi) = (app.person("awa@example.ci").await, app.person("koffi@example.ci").await);
    let room = pair(&awa, &koffi).await;
    say(&awa, &room, "bonjour").await.expect(201);
    // Read before anybody was told of it.
    koffi.put(&format!("{room}/markers"), json!({"readSeq": 1})).await.expect(200);
    assert_eq!(messages(&told(&app, &koffi).await), [0; 0]);
    for text in ["tu es là ?", "réponds"] {
        say(&awa, &room, text).await.expect(201);
    }
    assert_eq!(messages(&told(&app, &koffi).await), [2]);
    assert_eq!(messages(&told(&app, &awa).await), [0; 0], "nobody is told of their own");
    let list = told(&app, &koffi).await;
    assert!(!Value::from(list).to_string().contains("réponds"), "never a word of it");
    app.stop().await;
}

#[actix_web::test]
async fn what_was_read_leaves_the_badge_and_is_not_pushed() {
    const UNREAD: &str = "/api/notifications/unread-count";
    let app = TestApp::start();
    let (awa, koffi) = (app.person("awa@example.ci").await, app.person("koffi@example.ci").await);
    let room = pair(&awa, &koffi).await;
    register(&koffi).await;
    for text in ["un", "deux"] {
        say(&awa, &room, text).await.expect(201);
    }
    hear(&app);
    for (read, unread) in [(1, 1), (2, 0), (2, 0)] {
        koffi.put(&format!("{room}/markers"), json!({"readSeq": read})).await.expect(200);
        assert_eq!(koffi.get(UNREAD).await.json["unread"], unread, "read up to {read}");
    }
    let list = told(&app, &koffi).await;
    assert!(list.len() == 1 && list[0]["readAt"].is_string(), "{list:?}");
    app.clock.advance(Duration::from_secs(6));
    send(&app).await;
    assert!(pushed(&app).await.is_empty(), "it was read before it left");
    say(&awa, &room, "trois").await.expect(201);
    hear(&app);
    app.clock.advance(Duration::from_secs(6));
    send(&app).await;
    assert_eq!((pushed(&app).await.len(), &koffi.get(UNREAD).await.json["unread"]), (1, &json!(1)));
    app.stop().await;
}

#[actix_web::test]
async fn blocks_mutes_and_silenced_conversations_are_told_of_nothing() {
    let app = TestApp::start();
    let (awa, koffi) = (app.person("awa@example.ci").await, app.person("koffi@example.ci").await);
    let (yao, adjoua) = (app.person("yao@example.ci").await, app.person("adjoua@example.ci").await);
    let room = group(&awa, &[&koffi, &yao, &adjoua]).await;
    let author = id_of(&awa).await;
    koffi.put(&format!("/api/people/{author}/block"), json!({})).await.expect(204);
    yao.put(&format!("/api/people/{author}/mute"), json!({})).await.expect(204);
    say(&awa, &room, "à tous").await.expect(201);
    assert_eq!(messages(&told(&app, &koffi).await), [0; 0], "who blocked the author");
    assert_eq!(messages(&told(&app, &yao).await), [0; 0], "who muted the author");
    assert_eq!(messages(&told(&app, &adjoua).await), [1]);
    let until = app.clock.now() + TimeDelta::days(1);
    adjoua
        .put(&format!("{room}/settings"), json!({"mutedUntil": until, "archived": false}))
        .await
        .expect(200);
    say(&awa, &room, "encore").await.expect(201);
    assert_eq!(messages(&told(&app, &adjoua).await), [1], "who silenced the conversation");
    app.stop().await;
}

#[actix_web::test]
async fn of_themes_nobody_is_told_and_what_is_published_in_one_is_for_its_members() {
    let app = TestApp::start();
    let (awa, koffi) = (app.person("awa@example.ci").await, app.person("koffi@example.ci").await);
    let admin = app.with_role("admin@example.ci", "admin").await;
    let body = json!({"title": "Santé", "category": "health", "description": "Parlons-en."});
    let theme = admin.post("/api/themes", body).await;
    let id = theme.expect(201).json["id"].as_str().unwrap().to_owned();
    for person in [&awa, &koffi] {
        person.post(&format!("/api/themes/{id}/join"), json!({})).await.expect(200);
    }
    say(&awa, &format!("/api/conversations/{id}"), "bonjour à tous").await.expect(201);
    assert_eq!(messages(&told(&app, &koffi).await), [0; 0]);
    let published = awa
        .post("/api/publications", json!({"text": "Entre nous", "visibility": "theme", "themeId": id}))
        .await;
    let address = format!("/api/publications/{}", published.expect(201).json["id"].as_str().unwrap());
    koffi.get(&address).await.expect(200);
    let yao = app.person("yao@example.ci").await;
    yao.get(&address).await.expect_problem(404, "social.publication_unknown");
    koffi.post(&format!("/api/conversations/{id}/leave"), json!({})).await.expect(204);
    koffi.get(&address).await.expect_problem(404, "social.publication_unknown");
    app.stop().await;
}
