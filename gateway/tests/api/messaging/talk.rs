//! Messages: sent once, edited, deleted, answered, marked, found.

use super::{drawn, group, id_of, pair, read, say};
use crate::app::TestApp;
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use std::{collections::BTreeSet, time::Duration};

#[actix_web::test]
async fn a_message_is_sent_once_however_often_it_is_asked() {
    let app = TestApp::start();
    let other = app.beside();
    let (awa, koffi) = (app.person("awa@example.ci").await, app.person("koffi@example.ci").await);
    let room = pair(&awa, &koffi).await;
    let body = json!({"clientId": drawn(), "text": "une seule fois"});
    let there = crate::app::Caller { base: other.anon().base, ..awa.clone() };
    let path = format!("{room}/messages");
    let tries = join_all((0..10).map(|n| {
        let by = if n % 2 == 0 { &awa } else { &there };
        by.post(&path, body.clone())
    }))
    .await;
    let ids: BTreeSet<String> = tries.iter().map(|sent| sent.json["id"].to_string()).collect();
    assert_eq!(ids.len(), 1, "{tries:?}");
    assert_eq!(tries.iter().filter(|sent| sent.status == 201).count(), 1);
    assert_eq!(tries.iter().filter(|sent| sent.status == 200).count(), 9);
    let wish = json!({"clientId": body["clientId"], "text": "autre chose"});
    awa.post(&path, wish).await.expect_problem(422, "messaging.client_id_reused");
    assert_eq!(read(&koffi, &room).await, [json!("une seule fois")]);
    other.stop().await;
    app.stop().await;
}

#[actix_web::test]
async fn words_are_edited_deleted_and_pinned_by_whom_they_may() {
    let app = TestApp::start();
    let (mut awa, koffi) = (app.person("awa@example.ci").await, app.person("koffi@example.ci").await);
    let room = group(&awa, &[&koffi]).await;
    let sent = say(&koffi, &room, "bonjuor").await;
    let message = format!("/api/messages/{}", sent.expect(201).json["id"].as_str().unwrap());
    awa.put(&message, json!({"text": "x"})).await.expect_problem(403, "messaging.not_author");
    let edited = koffi.put(&message, json!({"text": "bonjour"})).await;
    assert_eq!(
        (&edited.expect(200).json["text"], edited.json["editedAt"].is_string()),
        (&json!("bonjour"), true)
    );
    assert_eq!(awa.get(&message).await.expect(200).json, edited.json);
    koffi.put(&format!("{message}/pin"), json!({})).await.expect_problem(403, "messaging.role_required");
    awa.put(&format!("{message}/pin"), json!({})).await.expect(200);
    assert_eq!(
        koffi.get(&format!("{room}/pins")).await.expect(200).json["items"].as_array().unwrap().len(),
        1
    );
    awa.delete(&message).await.expect(204);
    awa.get(&message).await.expect_problem(404, "messaging.message_unknown");
    assert_eq!(read(&koffi, &room).await, [json!("bonjour")], "for oneself alone");
    koffi.delete(&format!("{message}?for=everybody")).await.expect_problem(400, "request.invalid_field");
    koffi.delete(&format!("{message}?for=all")).await.expect(204);
    let gone = koffi.get(&message).await.expect(200).json.clone();
    assert_eq!((&gone["kind"], &gone["text"], &gone["seq"]), (&json!("deleted"), &Value::Null, &json!(1)));
    let late = say(&awa, &room, "tard").await.json["id"].as_str().unwrap().to_owned();
    app.clock.advance(Duration::from_secs(14 * 60 + 59));
    app.come_back(&mut awa).await;
    awa.put(&format!("/api/messages/{late}"), json!({"text": "juste"})).await.expect(200);
    app.clock.advance(Duration::from_secs(1));
    awa.put(&format!("/api/messages/{late}"), json!({"text": "trop"}))
        .await
        .expect_problem(409, "messaging.too_late");
    app.stop().await;
}

#[actix_web::test]
async fn signs_answers_and_cards_are_shown() {
    let app = TestApp::start();
    let (awa, koffi) = (app.person("awa@example.ci").await, app.person("koffi@example.ci").await);
    let conn = &mut app.db.conn();
    app.state.directory.import_shipped(conn).unwrap();
    app.state.directory.refresh(conn).unwrap();
    let room = pair(&awa, &koffi).await;
    let path = format!("{room}/messages");
    let first = say(&awa, &room, "où aller ?").await.json["id"].clone();
    let clinic = app.anon().get("/api/health/establishments?near=5.3232,-4.0197&limit=1").await.json["items"]
        [0]
    .clone();
    let card = json!({"clientId": drawn(), "establishmentId": clinic["id"], "replyTo": first});
    let sent = koffi.post(&path, card).await;
    assert_eq!(
        (&sent.expect(201).json["establishment"]["name"], &sent.json["replyTo"]),
        (&clinic["name"], &first)
    );
    koffi
        .post(&path, json!({"clientId": drawn(), "establishmentId": drawn()}))
        .await
        .expect_problem(404, "health.establishment_not_found");
    let request = koffi
        .post("/api/wallet/requests", json!({"to": "awa@example.ci", "amount": 500}))
        .await
        .expect(201)
        .json["id"]
        .clone();
    let asked = koffi.post(&path, json!({"clientId": drawn(), "paymentRequestId": request})).await;
    assert_eq!(asked.expect(201).json["paymentRequest"]["id"], request);
    awa.post(&path, json!({"clientId": drawn(), "paymentRequestId": request}))
        .await
        .expect_problem(404, "wallet.request_unknown");
    koffi
        .post(&path, json!({"clientId": drawn(), "paymentRequestId": drawn()}))
        .await
        .expect_problem(404, "wallet.request_unknown");
    let place = json!({"latitude": 5.32, "longitude": -4.02, "accuracyMeters": 20});
    let there = koffi.post(&path, json!({"clientId": drawn(), "location": place})).await;
    assert_eq!(there.expect(201).json["location"], place);
    // Somebody else's upload, or none, is nobody's.
    assert_eq!(koffi.post(&path, json!({"clientId": drawn(), "voiceId": drawn()})).await.status, 404);

    let message = format!("/api/messages/{}", first.as_str().unwrap());
    let liked = koffi.put(&format!("{message}/reactions"), json!({"sign": "👍"})).await;
    assert_eq!(
        (&liked.expect(200).json["reactions"], &liked.json["ownReaction"]),
        (&json!([{"sign": "👍", "count": 1}]), &json!("👍"))
    );
    assert_eq!(awa.get(&message).await.json["ownReaction"], Value::Null);
    let who = awa.get(&format!("{message}/reactions")).await;
    assert_eq!(who.expect(200).json["items"][0]["person"]["id"], id_of(&koffi).await);
    koffi
        .put(&format!("{message}/reactions"), json!({"sign": "DROP"}))
        .await
        .expect_problem(400, "messaging.sign_unknown");
    assert_eq!(koffi.delete(&format!("{message}/reactions")).await.expect(200).json["reactions"], json!([]));
    app.stop().await;
}

#[actix_web::test]
async fn case_80_markers_move_forward_and_unread_follows() {
    let app = TestApp::start();
    let (awa, koffi) = (app.person("awa@example.ci").await, app.person("koffi@example.ci").await);
    let stranger = app.person("yao@example.ci").await;
    let room = pair(&awa, &koffi).await;
    for text in ["un", "deux", "trois"] {
        say(&awa, &room, text).await.expect(201);
    }
    let list = koffi.get("/api/conversations").await.expect(200).json["items"][0].clone();
    assert_eq!((&list["own"]["unread"], &list["lastMessage"]["text"]), (&json!(3), &json!("trois")));
    let path = format!("{room}/markers");
    let marked = koffi.put(&path, json!({"readSeq": 2})).await;
    assert_eq!((&marked.expect(200).json["unread"], &marked.json["deliveredSeq"]), (&json!(1), &json!(2)));
    assert_eq!(
        koffi.put(&path, json!({"readSeq": 1})).await.expect(200).json["readSeq"],
        2,
        "never backward"
    );
    for body in [json!({}), json!({"readSeq": 4}), json!({"readSeq": -1})] {
        koffi.put(&path, body).await.expect_problem(400, "messaging.marker_invalid");
    }
    stranger.put(&path, json!({"readSeq": 1})).await.expect_problem(404, "messaging.conversation_unknown");
    let seen = awa.get(&path).await.expect(200).json["items"].clone();
    let of_koffi =
        |seen: &Value| seen.as_array().unwrap().iter().find(|one| one["deliveredSeq"] == 2).cloned().unwrap();
    assert_eq!(of_koffi(&seen)["readSeq"], 2);
    let hide = json!({"sharesRead": false, "sharesPresence": false, "discoverable": false});
    koffi.put("/api/messaging/preferences", hide).await.expect(200);
    let seen = awa.get(&path).await.expect(200).json["items"].clone();
    assert_eq!(of_koffi(&seen)["readSeq"], Value::Null, "N11: what is hidden is in no answer");
    assert_eq!(awa.get(&format!("{room}/presence")).await.expect(200).json["items"], json!([]));
    app.stop().await;
}

#[actix_web::test]
async fn history_is_paged_and_searched() {
    let app = TestApp::start();
    let (awa, koffi) = (app.person("awa@example.ci").await, app.person("koffi@example.ci").await);
    let room = pair(&awa, &koffi).await;
    for n in 0..7 {
        say(&awa, &room, &format!("message numéro {n}")).await.expect(201);
    }
    let path = format!("{room}/messages");
    let first = koffi.get(&format!("{path}?limit=3")).await.expect(200).json.clone();
    let cursor = first["nextCursor"].as_str().unwrap();
    let second = koffi.get(&format!("{path}?limit=100&cursor={cursor}")).await.expect(200).json.clone();
    let numbers: Vec<i64> = [&first, &second]
        .iter()
        .flat_map(|page| page["items"].as_array().unwrap())
        .map(|message| message["seq"].as_i64().unwrap())
        .collect();
    assert_eq!(numbers, [7, 6, 5, 4, 3, 2, 1]);
    assert_eq!(second.get("nextCursor"), None);
    let after = koffi.get(&format!("{path}?after=4&limit=2")).await.expect(200).json.clone();
    assert_eq!((&after["items"][0]["seq"], &after["nextCursor"]), (&json!(5), &json!("6")));
    for wrong in
        ["cursor=x", "limit=0", "limit=101", "after=-1", "after=x", &format!("after=1&cursor={cursor}")]
    {
        assert_eq!(koffi.get(&format!("{path}?{wrong}")).await.status, 400, "{wrong}");
    }
    let found = koffi.get("/api/messages?text=NUMERO%205").await;
    assert_eq!(found.expect(200).json["items"][0]["text"], "message numéro 5");
    koffi.get("/api/messages?text=%25").await.expect_problem(400, "messaging.search_required");
    app.person("yao@example.ci").await.get("/api/messages?text=numero").await.expect(200);
    let copy = awa.get("/api/me/export").await;
    assert_eq!(copy.expect(200).json["messages"].as_array().unwrap().len(), 7);
    app.stop().await;
}

#[actix_web::test]
async fn typing_is_said_where_one_is() {
    let app = TestApp::start();
    let (awa, koffi) = (app.person("awa@example.ci").await, app.person("koffi@example.ci").await);
    let stranger = app.person("yao@example.ci").await;
    let path = format!("{}/typing", pair(&awa, &koffi).await);
    awa.post(&path, json!({"typing": true})).await.expect(204);
    stranger.post(&path, json!({"typing": true})).await.expect_problem(404, "messaging.conversation_unknown");
    let wrong = awa.request(Method::POST, &path).json(&json!({"typing": "yes"}));
    awa.send(wrong).await.expect_problem(400, "request.invalid_field");
    app.stop().await;
}
