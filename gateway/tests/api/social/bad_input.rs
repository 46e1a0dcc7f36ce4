use super::publish;
use crate::app::TestApp;
use reqwest::Method;
use serde_json::{Value, json};

#[actix_web::test]
async fn what_no_publication_is_is_blamed_on_its_field() {
    let app = TestApp::start();
    let awa = app.person("awa.bad@example.ci").await;
    let many = |mark: &str| (0..21).map(|n| format!("{mark}mot{n} ")).collect::<String>();
    for (body, field, code) in [
        (json!({}), None, "social.invalid_text"),
        (json!({"text": ""}), None, "social.invalid_text"),
        (json!({"text": "x".repeat(10_001)}), Some("text"), "social.invalid_text"),
        (json!({"text": "a\u{1}b"}), Some("text"), "social.invalid_text"),
        (json!({"text": "a\u{0}b"}), None, "request.invalid_text"),
        (json!({"text": 5}), Some("text"), "request.invalid_field"),
        (json!({"text": ["a"]}), Some("text"), "request.invalid_field"),
        (json!({"text": "a", "visibility": "secret"}), Some("visibility"), "request.invalid_field"),
        (json!({"text": "a", "authorId": 1}), None, "request.invalid_field"),
        (json!({"text": "a", "createdAt": "2030-01-01T00:00:00Z"}), None, "request.invalid_field"),
        (json!({"text": "a", "likes": 1_000_000}), None, "request.invalid_field"),
        (json!({"text": "a", "mediaIds": ["x"]}), None, "request.invalid_field"),
        (json!({"text": "a", "visibility": "theme"}), None, "social.theme_unknown"),
        (
            json!({"text": "a", "visibility": "theme", "themeId": "019a0000-0000-7000-8000-000000000000"}),
            None,
            "social.theme_unknown",
        ),
        (json!({"text": many("#")}), None, "social.too_many_tags"),
        (json!({"text": many("@")}), None, "social.too_many_tags"),
        (json!({"text": "a", "poll": {"choices": ["oui"], "hours": 1}}), Some("poll"), "social.invalid_poll"),
        (
            json!({"text": "a", "poll": {"choices": ["oui", "non"], "hours": 1e3}}),
            None,
            "request.invalid_field",
        ),
        (
            json!({"text": "a", "poll": {"choices": ["oui", "non"], "hours": -1}}),
            Some("poll"),
            "social.invalid_poll",
        ),
    ] {
        let refused = awa.post("/api/publications", body.clone()).await;
        assert!(refused.status.is_client_error(), "{body}: {} {}", refused.status, refused.json);
        assert_eq!(refused.json["code"], code, "{body}: {}", refused.json);
        if let Some(field) = field {
            assert_eq!(refused.json["errors"][0]["field"], field, "{body}");
        }
    }
    let foreign = json!({"text": "a", "mediaIds": ["019a0000-0000-7000-8000-000000000000"]});
    assert!(awa.post("/api/publications", foreign).await.status.is_client_error(), "an upload of nobody's");
    assert_eq!(app.lines("SELECT count(*)::text AS line FROM publication"), ["0"]);
    app.stop().await;
}

#[actix_web::test]
async fn wrong_words_and_ids_are_refused_everywhere() {
    let app = TestApp::start();
    let awa = app.person("awa.ids@example.ci").await;
    let id = publish(&awa, "Bonjour").await;
    for (method, path, body, status) in [
        ("POST", format!("/api/publications/{id}/comments"), json!({"text": ""}), 400),
        ("POST", format!("/api/publications/{id}/comments"), json!({"text": "x".repeat(2_001)}), 400),
        ("POST", format!("/api/publications/{id}/comments"), json!({"text": "a", "parentId": id}), 404),
        ("POST", format!("/api/publications/{id}/shares"), json!({"comment": "x".repeat(501)}), 400),
        ("POST", format!("/api/publications/{id}/poll-votes"), json!({"choice": 0}), 404),
        ("PUT", "/api/publications/1".to_owned(), json!({"text": "a"}), 404),
        ("PUT", "/api/people/1/follow".to_owned(), json!({}), 404),
        ("PUT", "/api/social/profile".to_owned(), json!({"handle": "Éa"}), 400),
        ("PUT", "/api/social/profile".to_owned(), json!({"handle": "a.b."}), 400),
        ("PUT", "/api/social/profile".to_owned(), json!({"bio": "x".repeat(301)}), 400),
        ("POST", "/api/reports".to_owned(), json!({"reason": "spam"}), 400),
        ("POST", "/api/reports".to_owned(), json!({"reason": "ennui", "publicationId": id}), 400),
        ("POST", "/api/reports".to_owned(), json!({"reason": "spam", "publicationId": id}), 422),
    ] {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let refused = awa.send(awa.request(method, &path).json(&body)).await;
        assert_eq!(refused.status.as_u16(), status, "{path} {body}: {}", refused.json);
        assert!(refused.json["code"].is_string(), "{path} {body}");
    }
    for list in ["people", "hashtags"] {
        let forged = hostolink_kernel::Cursor::new(&format!("social.{}", list.replace("hash", "")), &"aw\0");
        let forged = forged.unwrap();
        let path = format!("/api/social/search/{list}?q=aw&cursor={}", forged.as_str());
        awa.get(&path).await.expect_problem(400, "social.invalid_cursor");
    }
    for query in ["q=", "q=a", "q=%25%25", "q=%27%20OR%201%3D1%20--"] {
        let found = awa.get(&format!("/api/social/search?{query}")).await;
        assert!([200, 400].contains(&found.status.as_u16()), "{query}: {}", found.json);
        if found.status == 200 {
            assert_eq!(found.json["items"], Value::Array(Vec::new()), "{query}");
        }
    }
    app.stop().await;
}

#[actix_web::test]
async fn ones_own_is_for_oneself_alone() {
    let app = TestApp::start();
    let (awa, koffi) = (app.person("awa.own@example.ci").await, app.person("koffi.own@example.ci").await);
    let id = publish(&awa, "Bonjour").await;
    let said = super::say(&awa, &id, "moi").await;
    for path in [format!("/api/publications/{id}"), format!("/api/comments/{said}")] {
        assert_eq!(koffi.put(&path, json!({"text": "à moi"})).await.status.as_u16(), 404, "{path}");
        assert_eq!(koffi.delete(&path).await.status.as_u16(), 404, "{path}");
        assert_eq!(koffi.post(&format!("{path}/restore"), json!({})).await.status.as_u16(), 404, "{path}");
    }
    assert_eq!(awa.get(&format!("/api/publications/{id}")).await.json["text"], "Bonjour");
    app.stop().await;
}
