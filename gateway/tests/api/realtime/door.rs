//! How a socket is opened, and what it refuses.

use super::{Socket, here, two};
use crate::{app::TestApp, messaging::drawn};
use serde_json::json;
use std::time::Duration;
use tokio_tungstenite::tungstenite::{
    Message, Utf8Bytes,
    protocol::frame::{
        Frame,
        coding::{Data, OpCode},
    },
};

#[actix_web::test]
async fn case_70_a_ticket_opens_one_socket_and_a_page_of_elsewhere_none() {
    let app = TestApp::start();
    let (awa, ..) = two(&app).await;
    let base = app.anon().base;
    app.anon().post("/api/realtime/tickets", json!({})).await.expect_problem(401, "auth.required");
    let ticket = awa.post("/api/realtime/tickets", json!({})).await.expect(201).json["ticket"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("/ws?ticket={ticket}");
    let status = |opened: Result<Socket, u16>| opened.err().unwrap_or(101);
    // Another site's page, with whatever cookies a browser would send along, and no ticket used up by it.
    let cookies = [("origin", "https://evil.example"), ("cookie", "session=1")];
    assert_eq!(status(Socket::connect(&base, &path, &cookies).await), 403);
    for origin in
        ["null", "https://app.example.ci.evil.example", "https://app.example.cii", "http://app.example.ci"]
    {
        assert_eq!(status(Socket::connect(&base, "/ws", &[("origin", origin)]).await), 403, "{origin}");
    }
    let mut socket =
        Socket::connect(&base, &path, &[("origin", "https://app.example.ci")]).await.ok().unwrap();
    let (ready, _) = socket.ready().await;
    assert_eq!((&ready["resync"], &ready["personId"]), (&json!(false), &awa.get("/api/me").await.json["id"]));
    assert_eq!(status(Socket::connect(&base, &path, &[]).await), 401, "once");
    for wrong in ["x", "", &"x".repeat(64)] {
        assert_eq!(status(Socket::connect(&base, &format!("/ws?ticket={wrong}"), &[]).await), 401);
    }
    let late = awa.post("/api/realtime/tickets", json!({})).await.json["ticket"].as_str().unwrap().to_owned();
    app.clock.advance(Duration::from_secs(30));
    assert_eq!(status(Socket::connect(&base, &format!("/ws?ticket={late}"), &[]).await), 401, "in time");
    // A plain request is told what it is missing, and an access token in the address is none.
    app.anon().get("/ws").await.expect_problem(400, "realtime.upgrade_required");
    let token = format!("/ws?ticket={}", awa.token.as_deref().unwrap());
    assert_eq!(status(Socket::connect(&base, &token, &[]).await), 401);
    app.stop().await;
}

#[actix_web::test]
async fn the_first_frame_may_say_whose_a_socket_is() {
    let app = TestApp::start();
    let (awa, ..) = two(&app).await;
    let base = app.anon().base;
    let mut socket = Socket::connect(&base, "/ws", &[]).await.ok().unwrap();
    socket.say(json!({"type": "hello", "token": awa.token, "after": here(&awa).await})).await;
    assert_eq!(socket.ready().await.0["type"], "ready");
    for (first, code) in [
        (json!({"type": "hello", "token": "x"}), 4401),
        (json!({"type": "hello", "token": awa.token, "after": "x"}), 1002),
        (json!({"type": "ping"}), 1002),
        (json!("hello"), 1002),
    ] {
        let mut socket = Socket::connect(&base, "/ws", &[]).await.ok().unwrap();
        socket.say(first.clone()).await;
        assert_eq!(socket.frame().await["type"], "error", "{first}");
        assert_eq!(socket.end().await, code, "{first}");
    }
    app.stop().await;
}

#[actix_web::test]
async fn who_says_nothing_is_shown_out_and_strangers_are_counted() {
    let app = TestApp::start_with(|config| {
        config.streams.doorstep = Duration::from_millis(200);
        config.streams.strangers = 1;
    });
    let base = app.anon().base;
    let silent = Socket::connect(&base, "/ws", &[]).await.ok().unwrap();
    let second = Socket::connect(&base, "/ws", &[]).await;
    assert_eq!(second.err().unwrap(), 503);
    assert_eq!(silent.end().await, 4408);
    app.stop().await;
}

#[actix_web::test]
async fn case_73_what_is_no_frame_of_ours_ends_the_socket_alone() {
    let app = TestApp::start();
    let (awa, koffi, room) = two(&app).await;
    let (mut other, ..) = Socket::open(&koffi, None).await;
    let large = Message::Text(Utf8Bytes::from("x".repeat(64 * 1024 + 1)));
    let invalid = Message::Frame(Frame::message(vec![0xff, 0xfe], OpCode::Data(Data::Text), true));
    for (message, codes) in [
        (large, &[1009, 1002, 1006][..]),
        (Message::binary(vec![1, 2, 3]), &[1003]),
        (invalid, &[1002, 1007, 1006]),
    ] {
        let (mut socket, ..) = Socket::open(&awa, None).await;
        socket.send(message).await;
        let code = socket.end().await;
        assert!(codes.contains(&code), "{code} of {codes:?}");
    }
    let (mut flood, ..) = Socket::open(&awa, None).await;
    for _ in 0..70 {
        flood.send(Message::Ping(Vec::<u8>::new().into())).await;
    }
    assert_eq!(flood.end().await, 4429);
    let (mut torn, ..) = Socket::open(&awa, None).await;
    for part in 0..70 {
        let kind = if part == 0 { Data::Text } else { Data::Continue };
        torn.send(Message::Frame(Frame::message(vec![b'x'; 1_024], OpCode::Data(kind), false))).await;
    }
    assert!([1002, 1009, 1006].contains(&torn.end().await), "fragments have an end too");
    // Nobody else felt it.
    crate::messaging::say(&awa, &room, "encore là").await.expect(201);
    app.tell().await;
    assert_eq!(other.next("message").await["message"]["text"], "encore là");
    app.stop().await;
}

#[actix_web::test]
async fn what_is_asked_over_a_socket_is_answered_as_over_http() {
    let app = TestApp::start();
    let (awa, koffi, room) = two(&app).await;
    let id = room.rsplit('/').next().unwrap();
    let (mut socket, ..) = Socket::open(&awa, None).await;
    let message = json!({"clientId": drawn(), "text": "par la prise"});
    let sent = socket.ask(json!({"type": "send", "conversationId": id, "message": message})).await;
    assert_eq!((&sent["type"], &sent["status"]), (&json!("result"), &json!(201)));
    let again = awa.post(&format!("{room}/messages"), message).await;
    assert_eq!(again.expect(200).json, sent["body"], "the same message, by either way");
    let marked = socket.ask(json!({"type": "mark", "conversationId": id, "marker": {"readSeq": 1}})).await;
    assert_eq!((&marked["status"], &marked["body"]["readSeq"]), (&json!(200), &json!(1)));
    for (frame, status, code) in [
        (
            json!({"type": "mark", "conversationId": id, "marker": {"readSeq": 9}}),
            400,
            "messaging.marker_invalid",
        ),
        (
            json!({"type": "mark", "conversationId": drawn(), "marker": {"readSeq": 1}}),
            404,
            "messaging.conversation_unknown",
        ),
        (
            json!({"type": "typing", "conversationId": drawn(), "typing": true}),
            404,
            "messaging.conversation_unknown",
        ),
        (
            json!({"type": "send", "conversationId": id, "message": {"clientId": drawn()}}),
            400,
            "messaging.content_invalid",
        ),
        (
            json!({"type": "send", "conversationId": id, "message": {"clientId": drawn(), "text": "a", "seq": 1}}),
            400,
            "request.invalid_field",
        ),
        (json!({"type": "subscribe", "conversationId": id}), 400, "realtime.frame_invalid"),
        (json!({"type": "auth", "token": koffi.token}), 401, "auth.required"),
        (json!({"type": "auth", "token": "x"}), 401, "auth.token_invalid"),
    ] {
        let refused = socket.ask(frame.clone()).await;
        assert_eq!(refused["type"], "error", "{frame} {refused}");
        assert_eq!(refused["problem"]["status"], status, "{frame} {refused}");
        if code != "auth.token_invalid" {
            assert_eq!(refused["problem"]["code"], code, "{frame}");
        }
    }
    assert_eq!(socket.ask(json!({"type": "auth", "token": awa.token})).await["status"], 204);
    app.stop().await;
}

#[actix_web::test]
async fn strangers_of_one_network_leave_room_for_others() {
    let app = TestApp::start_with(|config| config.streams.strangers_of_network = 1);
    let (awa, ..) = two(&app).await;
    let base = app.anon().base;
    let mut first = Socket::connect(&base, "/ws", &[]).await.ok().unwrap();
    assert_eq!(Socket::connect(&base, "/ws", &[]).await.err().unwrap(), 503);
    first.say(json!({"type": "hello", "token": awa.token})).await;
    first.ready().await;
    // Who has said hello is no stranger any more.
    Socket::connect(&base, "/ws", &[]).await.ok().unwrap();
    app.stop().await;
}
