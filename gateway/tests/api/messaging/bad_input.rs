//! What nobody honest sends.

use super::{drawn, pair, say};
use crate::app::TestApp;
use serde_json::{Value, json};

#[actix_web::test]
async fn case_43_no_text_breaks_out_of_a_query() {
    let app = TestApp::start();
    let (awa, koffi) = (app.person("awa@example.ci").await, app.person("koffi@example.ci").await);
    let room = pair(&awa, &koffi).await;
    let texts = [
        "'; DROP TABLE message; --",
        "\" OR 1=1 --",
        "%_\\",
        "a & b | !c <-> (d:*",
        "<script>alert(1)</script>",
        "=HYPERLINK(\"x\")",
        "{\"$ne\": null}",
        "\u{202e}txt.exe",
        "\u{feff}bom",
        "👩‍👩‍👧‍👦",
    ];
    for text in texts {
        let sent = say(&awa, &room, text).await;
        assert_eq!(sent.expect(201).json["text"], text, "kept as it was written");
        let query = |name: &str| serde_urlencoded::to_string([(name, text)]).unwrap();
        let found = koffi.get(&format!("/api/messages?{}", query("text"))).await;
        assert!(found.status == 200 || found.status == 400, "{text}: {}", found.status);
        for list in ["/api/themes", "/api/conversations"] {
            koffi.get(&format!("{list}?{}", query("search"))).await.expect(200);
        }
    }
    for text in ["", "   ", "a\u{1b}[31mb", &"x".repeat(4_001)] {
        say(&awa, &room, text).await.expect_problem(400, "messaging.text_invalid");
    }
    say(&awa, &room, "a\u{0}b").await.expect_problem(400, "request.invalid_text");
    app.stop().await;
}

#[actix_web::test]
async fn every_wrong_body_has_a_code() {
    let app = TestApp::start();
    let (awa, koffi) = (app.person("awa@example.ci").await, app.person("koffi@example.ci").await);
    let room = pair(&awa, &koffi).await;
    let messages = format!("{room}/messages");
    let id = drawn();
    for body in [
        json!({"clientId": "x", "text": "a"}),
        json!({"text": "a"}),
        json!({"clientId": id, "text": 7}),
        json!({"clientId": id, "text": "a", "author": id}),
        json!({"clientId": id, "text": "a", "seq": 1}),
        json!({"clientId": id, "location": {"latitude": "5", "longitude": 0}}),
        json!([]),
        Value::Null,
    ] {
        awa.post(&messages, body).await.expect_problem(400, "request.invalid_field");
    }
    awa.post(&messages, json!({"clientId": id})).await.expect_problem(400, "messaging.content_invalid");
    let reply = json!({"clientId": id, "text": "a", "replyTo": drawn()});
    awa.post(&messages, reply).await.expect_problem(422, "messaging.reply_unknown");
    let big = json!({"clientId": id, "text": "x".repeat(70_000)});
    awa.post(&messages, big).await.expect_problem(413, "request.too_large");
    let people: Vec<String> = (0..256).map(|_| drawn()).collect();
    for (body, status, code) in [
        (json!({}), 400, "request.invalid_field"),
        (json!({"person": "x"}), 400, "request.invalid_field"),
        (json!({"person": drawn()}), 404, "messaging.person_unknown"),
        (json!({"people": [drawn()]}), 400, "request.invalid_field"),
        (json!({"people": [drawn()], "title": " "}), 400, "messaging.title_invalid"),
        (json!({"people": people, "title": "Trop"}), 409, "messaging.too_many_members"),
        (json!({"people": [], "title": "Seule"}), 422, "messaging.oneself"),
    ] {
        awa.post("/api/conversations", body).await.expect_problem(status, code);
    }
    awa.put(&format!("{room}/settings"), json!({"mutedUntil": "2020-01-01T00:00:00Z", "archived": false}))
        .await
        .expect_problem(400, "messaging.mute_invalid");
    for path in ["/api/conversations/x", "/api/themes/..%2f", "/api/messages/1"] {
        awa.get(path).await.expect(404);
    }
    app.stop().await;
}
