//! How a socket ends, and what who is gone hears: nothing.

use super::{Socket, pull, two};
use crate::{
    app::{Caller, TestApp},
    messaging::{group, id_of, say},
};
use serde_json::json;
use std::time::Duration;

#[actix_web::test]
async fn case_71_who_is_removed_or_signed_out_hears_nothing_more() {
    let app = TestApp::start();
    let (awa, koffi, _) = two(&app).await;
    let room = group(&awa, &[&koffi]).await;
    app.tell().await;
    let (mut socket, ready, _) = Socket::open(&koffi, None).await;
    let away = json!({"person": id_of(&koffi).await});
    awa.post(&format!("{room}/members/removal"), away).await.expect(204);
    say(&awa, &room, "sans lui").await.expect(201);
    app.tell().await;
    assert_eq!(socket.frame().await["standing"], "removed", "that they are out, and nothing more");
    socket.quiet().await;
    let (frames, _) = pull(&koffi, ready["cursor"].as_str().unwrap()).await;
    assert_eq!(frames.len(), 1);

    // The session ends on another process.
    let other = app.beside();
    let there = Caller { base: other.anon().base, ..koffi.clone() };
    there.post("/api/sign-out", json!({})).await.expect(204);
    app.tell().await;
    assert_eq!(socket.end().await, 4401);
    // This process may take the token for some seconds more; neither it nor a ticket of it opens a socket.
    let ticket = koffi.post("/api/realtime/tickets", json!({})).await;
    if let Some(ticket) = ticket.json["ticket"].as_str() {
        let refused = Socket::connect(&koffi.base, &format!("/ws?ticket={ticket}"), &[]).await;
        assert_eq!(refused.err(), Some(401));
    }
    let mut greeting = Socket::connect(&koffi.base, "/ws", &[]).await.ok().unwrap();
    greeting.say(json!({"type": "hello", "token": koffi.token})).await;
    assert_eq!(greeting.frame().await["problem"]["code"], "auth.required");
    assert_eq!(greeting.end().await, 4401);
    other.stop().await;
    app.stop().await;
}

#[actix_web::test]
async fn a_socket_ends_with_its_token_unless_it_is_renewed() {
    let app = TestApp::start();
    let (mut awa, mut koffi, room) = two(&app).await;
    let (first, ..) = Socket::open(&koffi, None).await;
    let (mut second, ..) = Socket::open(&koffi, None).await;
    app.clock.advance(Duration::from_secs(890));
    app.come_back(&mut koffi).await;
    app.come_back(&mut awa).await;
    let renewed = second.ask(json!({"type": "auth", "token": koffi.token})).await;
    assert_eq!(renewed["status"], 204);
    app.clock.advance(Duration::from_secs(20));
    say(&awa, &room, "toujours là ?").await.expect(201);
    app.tell().await;
    assert_eq!(second.next("message").await["message"]["text"], "toujours là ?");
    assert_eq!(first.end().await, 4401);
    app.stop().await;
}

#[actix_web::test]
async fn case_74_a_slow_reader_is_dropped_and_resumes_others_feel_nothing() {
    let app = TestApp::start_with(|config| config.streams.letters = 4);
    let (awa, koffi, room) = two(&app).await;
    let (mut quick, ready, _) = Socket::open(&awa, None).await;
    // Two for one person: one reads, the other's mailbox is full as soon as many letters come at once.
    let (slow, start, _) = Socket::open(&koffi, None).await;
    for n in 0..40 {
        say(&awa, &room, &format!("{n} {}", "x".repeat(3_900))).await.expect(201);
        if n % 4 == 3 {
            app.tell().await;
            while quick.next("message").await["message"]["seq"] != json!(n + 1) {}
        }
    }
    // All that is left in one round: more letters than fit.
    for n in 40..60 {
        say(&awa, &room, &n.to_string()).await.expect(201);
    }
    app.tell().await;
    assert_eq!(slow.end().await, 4500);
    let (_again, resumed, missed) = Socket::open(&koffi, start["cursor"].as_str()).await;
    let numbers: Vec<i64> = missed.iter().filter_map(|frame| frame["message"]["seq"].as_i64()).collect();
    assert_eq!((&resumed["resync"], numbers), (&json!(false), (1..=60).collect()));
    assert!(ready["cursor"].is_string());
    app.stop().await;
}

#[actix_web::test]
async fn sockets_of_one_person_are_counted() {
    let app = TestApp::start();
    let (awa, ..) = two(&app).await;
    let mut open = Vec::new();
    for _ in 0..8 {
        open.push(Socket::open(&awa, None).await);
    }
    let ticket = awa.post("/api/realtime/tickets", json!({})).await.expect(201).json["ticket"]
        .as_str()
        .unwrap()
        .to_owned();
    let refused = Socket::connect(&app.anon().base, &format!("/ws?ticket={ticket}"), &[]).await;
    assert_eq!(refused.err().unwrap(), 429);
    let mut ninth = Socket::connect(&app.anon().base, "/ws", &[]).await.ok().unwrap();
    ninth.say(json!({"type": "hello", "token": awa.token})).await;
    assert_eq!(ninth.frame().await["problem"]["code"], "request.too_many_streams");
    assert_eq!(ninth.end().await, 4430);
    app.state.streams.close();
    for (socket, ..) in open {
        assert_eq!(socket.end().await, 1012);
    }
    app.stop().await;
}

#[actix_web::test]
async fn a_quiet_socket_is_asked_whether_it_lives() {
    use futures_util::StreamExt;
    use tokio_tungstenite::tungstenite::Message;
    let app = TestApp::start_with(|config| config.streams.pulse = Duration::from_millis(200));
    let (awa, ..) = two(&app).await;
    let (mut socket, ..) = Socket::open(&awa, None).await;
    let ping = tokio::time::timeout(super::SOON, socket.stream.next()).await.unwrap();
    assert!(matches!(ping, Some(Ok(Message::Ping(_)))), "{ping:?}");
    app.stop().await;
}

#[actix_web::test]
async fn a_busy_reader_is_asked_whether_it_lives_too() {
    use futures_util::StreamExt;
    use tokio_tungstenite::tungstenite::Message;
    let app = TestApp::start_with(|config| config.streams.pulse = Duration::from_millis(300));
    let (awa, koffi, room) = two(&app).await;
    let (mut socket, ..) = Socket::open(&koffi, None).await;
    // There is always something to read before a pulse is over.
    let asked = async {
        loop {
            say(&awa, &room, "encore").await.expect(201);
            app.tell().await;
            loop {
                match socket.stream.next().await {
                    Some(Ok(Message::Ping(_))) => return,
                    Some(Ok(Message::Text(text))) if text.contains("\"type\":\"message\"") => break,
                    Some(Ok(_)) => {}
                    other => panic!("{other:?}"),
                }
            }
        }
    };
    tokio::time::timeout(super::SOON, asked).await.expect("it is asked");
    app.stop().await;
}

#[actix_web::test]
async fn who_can_not_be_asked_about_comes_back() {
    let app = TestApp::start();
    let (_, koffi, _) = two(&app).await;
    let (socket, ..) = Socket::open(&koffi, None).await;
    let id = id_of(&koffi).await.parse().unwrap();
    // All connections are at work.
    let (held, mut holding) = tokio::sync::mpsc::unbounded_channel();
    let mut at_work = Vec::new();
    for _ in 0..app.state.config.database_connections {
        let (release, released) = std::sync::mpsc::channel::<()>();
        let (held, database) = (held.clone(), app.state.database.clone());
        let work = move |_: &mut diesel::PgConnection| {
            held.send(()).unwrap();
            // Until the test lets go.
            let _ = released.recv();
            Ok::<_, hostolink_database::Error>(())
        };
        actix_web::rt::spawn(async move { database.run(work).await });
        holding.recv().await.unwrap();
        at_work.push(release);
    }
    app.state.streams.wake(&id);
    assert_eq!(socket.end().await, 4503, "what it was to hear of is not known");
    drop(at_work);
    app.stop().await;
}
