//! What is brought to whom, live, on every process; and that it is what a fresh look shows.

use super::{Socket, here, pull, two};
use crate::{
    app::{Caller, TestApp},
    messaging::{drawn, group, id_of, say},
};
use serde_json::{Map, Value, json};

#[actix_web::test]
async fn a_message_is_brought_on_every_process_in_order() {
    let app = TestApp::start();
    let other = app.beside();
    let (awa, koffi, room) = two(&app).await;
    let koffi_there = Caller { base: other.anon().base, ..koffi.clone() };
    let (mut here, ..) = Socket::open(&awa, None).await;
    let (mut there, ..) = Socket::open(&koffi_there, None).await;
    for n in 1..=30 {
        let by = if n % 2 == 0 { &awa } else { &koffi_there };
        say(by, &room, &n.to_string()).await.expect(201);
    }
    for app in [&app, &other] {
        app.tell().await;
    }
    for socket in [&mut here, &mut there] {
        for n in 1..=30 {
            let told = socket.next("message").await;
            assert_eq!(
                (&told["message"]["seq"], &told["message"]["text"]),
                (&json!(n), &json!(n.to_string()))
            );
        }
        socket.no_more("message").await;
    }
    other.stop().await;
    assert_eq!(there.end().await, 1012, "come back");
    app.stop().await;
}

/// What a client keeps of a conversation, made of frames alone.
#[derive(Default)]
struct Kept {
    messages: Map<String, Value>,
    markers: Map<String, Value>,
    own: Value,
    title: Value,
    members: Value,
    unread: Value,
}

impl Kept {
    fn take(&mut self, frame: &Value, me: &str) {
        match frame["type"].as_str().unwrap() {
            "message" => {
                let mut message = frame["message"].clone();
                let id = message["id"].as_str().unwrap().to_owned();
                // Live frames are the same for everybody: one's own sign is kept.
                if let Some(own) =
                    self.messages.get(&id).and_then(|before| before.get("ownReaction")).cloned()
                    && message["kind"] != "deleted"
                {
                    message["ownReaction"] = own;
                }
                self.messages.insert(id, message);
            }
            "reaction" => {
                let message = self.messages.get_mut(frame["messageId"].as_str().unwrap()).unwrap();
                message["reactions"] = frame["reactions"].clone();
                if frame["person"]["id"] == me {
                    message.as_object_mut().unwrap().remove("ownReaction");
                    if frame["sign"].is_string() {
                        message["ownReaction"] = frame["sign"].clone();
                    }
                }
            }
            "marker" => {
                let marker = json!({"deliveredSeq": frame["deliveredSeq"], "readSeq": frame["readSeq"]});
                self.markers.insert(frame["person"]["id"].as_str().unwrap().to_owned(), marker);
            }
            "own" => self.own = frame["own"].clone(),
            "conversation" => self.title = frame["conversation"]["title"].clone(),
            "membership" => {
                self.members = frame["members"].clone();
                if frame["deliveredSeq"].is_i64() {
                    let marker = json!({"deliveredSeq": frame["deliveredSeq"], "readSeq": frame["readSeq"]});
                    self.markers.insert(frame["person"]["id"].as_str().unwrap().to_owned(), marker);
                }
            }
            "notification" => self.unread = frame["unread"].clone(),
            other => panic!("{other}"),
        }
    }
}

#[actix_web::test]
async fn what_is_made_of_events_equals_a_fresh_look_for_every_kind() {
    let app = TestApp::start();
    let (awa, koffi, _) = two(&app).await;
    let yao = app.person("yao@example.ci").await;
    let room = group(&awa, &[&koffi]).await;
    let me = id_of(&koffi).await;
    app.tell().await;
    let (mut socket, ready, _) = Socket::open(&koffi, None).await;
    let start = ready["cursor"].as_str().unwrap().to_owned();

    let first = say(&awa, &room, "un").await.json["id"].as_str().unwrap().to_owned();
    let second = say(&koffi, &room, "deux").await.json["id"].as_str().unwrap().to_owned();
    let third = say(&awa, &room, "trois").await.json["id"].as_str().unwrap().to_owned();
    awa.put(&format!("/api/messages/{first}"), json!({"text": "un, corrigé"})).await.expect(200);
    koffi.put(&format!("/api/messages/{first}/reactions"), json!({"sign": "👍"})).await.expect(200);
    awa.put(&format!("/api/messages/{first}/reactions"), json!({"sign": "🎉"})).await.expect(200);
    awa.put(&format!("/api/messages/{second}/pin"), json!({})).await.expect(200);
    awa.delete(&format!("/api/messages/{third}?for=all")).await.expect(204);
    awa.delete(&format!("/api/messages/{first}/reactions")).await.expect(200);
    awa.put(&format!("{room}/markers"), json!({"readSeq": 3})).await.expect(200);
    koffi.put(&format!("{room}/markers"), json!({"readSeq": 1, "deliveredSeq": 3})).await.expect(200);
    awa.put(&room, json!({"title": "Renommé"})).await.expect(200);
    awa.post(&format!("{room}/members"), json!({"people": [id_of(&yao).await]})).await.expect(204);
    say(&awa, &room, "quatre").await.expect(201);
    // The second time: what those who heard of it wrote themselves.
    app.tell().await;
    app.tell().await;

    let (pulled, _) = pull(&koffi, &start).await;
    let mut brought = Vec::new();
    while brought.len() < pulled.len() {
        brought.push(socket.frame().await);
    }
    socket.quiet().await;
    assert_eq!(brought, pulled, "the socket brings what the pull answers");
    let mut kept = Kept::default();
    brought.iter().for_each(|frame| kept.take(frame, &me));

    let fresh = koffi.get(&format!("{room}/messages")).await.expect(200).json["items"].clone();
    for message in fresh.as_array().unwrap() {
        assert_eq!(&kept.messages[message["id"].as_str().unwrap()], message);
    }
    assert_eq!(kept.messages.len(), 4);
    let now = koffi.get(&room).await.expect(200).json.clone();
    assert_eq!((&kept.own, &kept.title, &kept.members), (&now["own"], &now["title"], &now["members"]));
    assert_eq!(kept.unread, json!(1), "a message is told of until it is read");
    assert_eq!(kept.unread, koffi.get("/api/notifications/unread-count").await.json["unread"]);
    let markers = koffi.get(&format!("{room}/markers")).await.expect(200).json["items"].clone();
    let others: Vec<&Value> =
        markers.as_array().unwrap().iter().filter(|one| one["person"]["id"] != me).collect();
    assert_eq!(others.len(), 2, "who was there, and who came in");
    for marker in others {
        let kept = &kept.markers[marker["person"]["id"].as_str().unwrap()];
        assert_eq!((&kept["deliveredSeq"], &kept["readSeq"]), (&marker["deliveredSeq"], &marker["readSeq"]));
    }
    app.stop().await;
}

#[actix_web::test]
async fn case_72_nobody_hears_of_a_room_they_are_not_in() {
    let app = TestApp::start();
    let (awa, koffi, room) = two(&app).await;
    let stranger = app.person("yao@example.ci").await;
    let (mut socket, ready, _) = Socket::open(&stranger, None).await;
    let id = room.rsplit('/').next().unwrap();
    say(&awa, &room, "entre nous").await.expect(201);
    koffi.put(&format!("{room}/markers"), json!({"readSeq": 1})).await.expect(200);
    let guess =
        json!({"type": "send", "conversationId": id, "message": {"clientId": drawn(), "text": "toc"}});
    assert_eq!(socket.ask(guess).await["problem"]["code"], "messaging.conversation_unknown");
    app.tell().await;
    socket.quiet().await;
    assert_eq!(pull(&stranger, ready["cursor"].as_str().unwrap()).await.0, [] as [Value; 0]);
    app.stop().await;
}

#[actix_web::test]
async fn who_is_brought_in_while_connected_hears_from_then_on() {
    let app = TestApp::start();
    let (awa, koffi, _) = two(&app).await;
    let yao = app.person("yao@example.ci").await;
    let room = group(&awa, &[&koffi]).await;
    app.tell().await;
    let (mut socket, ..) = Socket::open(&yao, None).await;
    say(&awa, &room, "avant").await.expect(201);
    awa.post(&format!("{room}/members"), json!({"people": [id_of(&yao).await]})).await.expect(204);
    say(&awa, &room, "après").await.expect(201);
    app.tell().await;
    let came = socket.frame().await;
    assert_eq!((&came["type"], &came["standing"]), (&json!("membership"), &json!("active")));
    assert_eq!(socket.frame().await["message"]["text"], "après");
    // Somebody who never wrote to them begins a conversation.
    let direct = crate::messaging::pair(&koffi, &yao).await;
    say(&koffi, &direct, "bonjour").await.expect(201);
    app.tell().await;
    assert_eq!(socket.next("message").await["message"]["text"], "bonjour");
    app.stop().await;
}

#[actix_web::test]
async fn case_82_typing_is_brought_to_the_others_in_it() {
    let app = TestApp::start();
    let other = app.beside();
    let (awa, koffi, room) = two(&app).await;
    let stranger = app.person("yao@example.ci").await;
    let there = Caller { base: other.anon().base, ..koffi.clone() };
    let (mut socket, ..) = Socket::open(&there, None).await;
    let (mut outside, ..) = Socket::open(&stranger, None).await;
    for app in [&app, &other] {
        app.tell().await;
    }
    awa.post(&format!("{room}/typing"), json!({"typing": true})).await.expect(204);
    for app in [&app, &other] {
        app.tell().await;
    }
    let typing = socket.frame().await;
    assert_eq!(
        (&typing["type"], &typing["typing"], typing.get("cursor")),
        (&json!("typing"), &json!(true), None)
    );
    assert_eq!(typing["person"]["id"], id_of(&awa).await);
    outside.quiet().await;
    other.stop().await;
    app.stop().await;
}

#[actix_web::test]
async fn a_hidden_marker_is_told_without_where_one_read() {
    let app = TestApp::start();
    let (awa, koffi, room) = two(&app).await;
    say(&awa, &room, "lu ?").await.expect(201);
    let hide = json!({"sharesRead": false, "sharesPresence": true, "discoverable": false});
    koffi.put("/api/messaging/preferences", hide).await.expect(200);
    app.tell().await;
    let start = here(&awa).await;
    koffi.put(&format!("{room}/markers"), json!({"readSeq": 1})).await.expect(200);
    app.tell().await;
    let (frames, _) = pull(&awa, &start).await;
    assert_eq!((frames.len(), &frames[0]["type"], frames[0].get("readSeq")), (1, &json!("marker"), None));
    let (mut own, _) = pull(&koffi, &start).await;
    own.retain(|frame| frame["type"] != "notification");
    assert_eq!((own.len(), &own[0]["type"], &own[0]["own"]["readSeq"]), (1, &json!("own"), &json!(1)));
    app.stop().await;
}

#[actix_web::test]
async fn nobody_learns_when_somebody_reads_who_hides_it_nor_what_they_put_away() {
    let app = TestApp::start();
    let (awa, koffi, room) = two(&app).await;
    say(&awa, &room, "lu ?").await.expect(201);
    let hide = json!({"sharesRead": false, "sharesPresence": true, "discoverable": false});
    koffi.put("/api/messaging/preferences", hide).await.expect(200);
    koffi.put(&format!("{room}/markers"), json!({"deliveredSeq": 1})).await.expect(200);
    app.tell().await;
    let start = here(&awa).await;
    koffi.put(&format!("{room}/markers"), json!({"readSeq": 1})).await.expect(200);
    let away = json!({"mutedUntil": null, "archived": true});
    koffi.put(&format!("{room}/settings"), away).await.expect(200);
    app.tell().await;
    let (mut frames, _) = pull(&awa, &start).await;
    frames.retain(|frame| frame["type"] != "notification");
    assert_eq!(frames, [] as [Value; 0]);
    let (mut own, _) = pull(&koffi, &start).await;
    own.retain(|frame| frame["type"] == "own");
    assert_eq!((own.len(), &own[1]["own"]["readSeq"]), (2, &json!(1)), "their own devices do");
    app.stop().await;
}

#[actix_web::test]
async fn who_opens_a_theme_hears_it_on_sockets_that_were_open() {
    let app = TestApp::start();
    let admin = app.with_role("admin@example.ci", "admin").await;
    let awa = app.person("awa@example.ci").await;
    app.tell().await;
    let (mut socket, ..) = Socket::open(&admin, None).await;
    let body = json!({"title": "Santé", "category": "health", "description": "Parlons-en."});
    let id = admin.post("/api/themes", body).await.expect(201).json["id"].as_str().unwrap().to_owned();
    app.tell().await;
    let came = socket.next("membership").await;
    assert_eq!((&came["conversationId"], &came["role"]), (&json!(id), &json!("owner")));
    awa.post(&format!("/api/themes/{id}/join"), json!({})).await.expect(200);
    say(&awa, &format!("/api/conversations/{id}"), "bonjour").await.expect(201);
    app.tell().await;
    assert_eq!(socket.next("message").await["message"]["text"], "bonjour");
    app.stop().await;
}

/// Whether a socket hears what somebody says now; of another it does.
async fn hears(app: &TestApp, socket: &mut Socket, room: &str, (of, other): (&Caller, &Caller)) -> bool {
    say(of, room, "lui").await.expect(201);
    say(other, room, "repère").await.expect(201);
    app.tell().await;
    let mut heard = false;
    while socket.next("message").await["message"]["text"] != "repère" {
        heard = true;
    }
    heard
}

#[actix_web::test]
async fn open_sockets_go_by_whom_their_person_mutes_and_hears_again() {
    let app = TestApp::start();
    let (awa, koffi, _) = two(&app).await;
    let yao = app.person("yao@example.ci").await;
    let room = group(&awa, &[&koffi, &yao]).await;
    app.tell().await;
    let (mut socket, ..) = Socket::open(&awa, None).await;
    assert!(hears(&app, &mut socket, &room, (&koffi, &yao)).await);
    let mute = format!("/api/people/{}/mute", id_of(&koffi).await);
    awa.put(&mute, json!({})).await.expect(204);
    // The socket is woken with what is told next, and looks.
    let muted = async { while hears(&app, &mut socket, &room, (&koffi, &yao)).await {} };
    tokio::time::timeout(super::SOON, muted).await.expect("they are muted there");
    awa.delete(&mute).await.expect(204);
    let heard = async { while !hears(&app, &mut socket, &room, (&koffi, &yao)).await {} };
    tokio::time::timeout(super::SOON, heard).await.expect("they are heard there again");
    app.stop().await;
}
