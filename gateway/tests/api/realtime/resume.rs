//! Who was away gets what they missed once and in order, or is told plainly that it can't be.

use super::{Socket, here, pull, two};
use crate::{app::TestApp, messaging::say};
use diesel::RunQueryDsl;
use hostolink_kernel::{Cursor, UserId};
use serde_json::{Value, json};
use std::time::Instant;

#[actix_web::test]
async fn who_was_away_gets_what_was_missed_once_and_in_order() {
    let app = TestApp::start();
    let (awa, koffi, room) = two(&app).await;
    let (mut socket, ready, _) = Socket::open(&koffi, None).await;
    say(&awa, &room, "1").await.expect(201);
    app.tell().await;
    let seen = socket.next("message").await["cursor"].as_str().unwrap().to_owned();
    drop(socket);
    for n in 2..=20 {
        say(&awa, &room, &n.to_string()).await.expect(201);
    }
    app.tell().await;
    let (mut again, resumed, missed) = Socket::open(&koffi, Some(&seen)).await;
    assert_eq!(resumed["resync"], false);
    let messages = missed.iter().filter(|frame| frame["type"] == "message");
    let texts: Vec<Value> = messages.map(|frame| frame["message"]["text"].clone()).collect();
    assert_eq!(texts, (2..=20).map(|n| json!(n.to_string())).collect::<Vec<_>>());
    say(&awa, &room, "21").await.expect(201);
    app.tell().await;
    assert_eq!(again.next("message").await["message"]["seq"], 21, "nothing twice, nothing left out");
    again.no_more("message").await;
    // From the beginning: the same frames as without a socket.
    let (_all, _, whole) = Socket::open(&koffi, ready["cursor"].as_str()).await;
    assert_eq!(whole, pull(&koffi, ready["cursor"].as_str().unwrap()).await.0);
    app.stop().await;
}

#[actix_web::test]
async fn case_77_a_cursor_that_can_not_be_honoured_says_so() {
    let app = TestApp::start();
    let (awa, koffi, room) = two(&app).await;
    let start = here(&koffi).await;
    say(&awa, &room, "1").await.expect(201);
    app.tell().await;
    let future = Cursor::new("realtime", &1_000_000).unwrap();
    let (_socket, ready, missed) = Socket::open(&koffi, Some(future.as_str())).await;
    assert_eq!((&ready["resync"], missed.len()), (&json!(true), 0));
    let answer = koffi.get(&format!("/api/realtime/events?after={}", future.as_str())).await;
    assert_eq!((&answer.expect(200).json["resync"], &answer.json["items"]), (&json!(true), &json!([])));
    // Another's cursor is a place in the same log, and shows nothing of theirs.
    let stranger = app.person("yao@example.ci").await;
    assert_eq!(pull(&stranger, &start).await.0, [] as [Value; 0]);
    for wrong in [
        "x",
        "",
        "eyJ4IjoxfQ",
        Cursor::new("users", &7).unwrap().as_str(),
        Cursor::new("realtime", &-1).unwrap().as_str(),
    ] {
        let path = format!("/api/realtime/events?after={wrong}");
        koffi.get(&path).await.expect_problem(400, "request.invalid_cursor");
    }
    koffi.get("/api/realtime/events?limit=0").await.expect_problem(400, "request.invalid_limit");
    // What was purged can't be told any more.
    diesel::sql_query("DELETE FROM evenement").execute(&mut app.db.conn()).unwrap();
    let (_socket, ready, missed) = Socket::open(&koffi, Some(&start)).await;
    assert_eq!((&ready["resync"], missed.len()), (&json!(true), 0));
    let now = ready["cursor"].as_str().unwrap().to_owned();
    let (_socket, ready, _) = Socket::open(&koffi, Some(&now)).await;
    assert_eq!(ready["resync"], false, "what it says now is good again");
    app.stop().await;
}

#[actix_web::test]
async fn more_than_is_replayed_is_read_anew() {
    let app = TestApp::start();
    let (awa, koffi, room) = two(&app).await;
    let start = here(&koffi).await;
    diesel::sql_query(
        "INSERT INTO evenement (type, sujet, charge, survenu_le) SELECT 'messaging.message', sujet, charge, survenu_le \
         FROM evenement CROSS JOIN generate_series(1, 600) WHERE type = 'messaging.membership' LIMIT 600",
    )
    .execute(&mut app.db.conn())
    .unwrap();
    say(&awa, &room, "encore").await.expect(201);
    for _ in 0..4 {
        app.tell().await;
    }
    let (_socket, ready, missed) = Socket::open(&koffi, Some(&start)).await;
    assert_eq!((&ready["resync"], missed.len()), (&json!(true), 0), "never a part that looks like all");
    app.stop().await;
}

#[actix_web::test]
async fn what_passed_while_only_a_stream_listened_is_brought_to_who_resumes() {
    let app = TestApp::start();
    let (awa, koffi, room) = two(&app).await;
    let stream = app.state.streams.take(UserId::new(1_000_000), Vec::new(), Instant::now()).unwrap();
    app.tell().await;
    let start = here(&koffi).await;
    for n in 1..=3 {
        say(&awa, &room, &n.to_string()).await.expect(201);
    }
    app.tell().await;
    let (mut socket, ready, missed) = Socket::open(&koffi, Some(&start)).await;
    let numbers: Vec<i64> = missed.iter().filter_map(|frame| frame["message"]["seq"].as_i64()).collect();
    assert_eq!((&ready["resync"], numbers), (&json!(false), vec![1, 2, 3]));
    say(&awa, &room, "4").await.expect(201);
    app.tell().await;
    assert_eq!(socket.next("message").await["message"]["seq"], 4);
    drop(stream);
    app.stop().await;
}

#[actix_web::test]
async fn a_cursor_that_was_just_read_is_good_though_it_was_not_told_here_yet() {
    let app = TestApp::start();
    let (awa, koffi, room) = two(&app).await;
    let (mut listening, ..) = Socket::open(&awa, None).await;
    say(&koffi, &room, "1").await.expect(201);
    // Numbered, and told to nobody.
    app.state.database.run_here(|conn| app.state.events.run_once(conn)).unwrap();
    let start = here(&koffi).await;
    let (_socket, ready, missed) = Socket::open(&koffi, Some(&start)).await;
    assert_eq!((&ready["resync"], missed.len()), (&json!(false), 0));
    assert_eq!(listening.next("message").await["message"]["seq"], 1);
    app.stop().await;
}
