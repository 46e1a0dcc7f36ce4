//! What is true of every route.

use crate::app::TestApp;
use reqwest::Method;
use serde_json::json;

#[actix_web::test]
async fn it_lives_and_is_ready() {
    let app = TestApp::start();
    for path in ["/health/live", "/health/ready"] {
        assert_eq!(app.anon().get(path).await.expect(200).json, json!({"status": "ok"}));
    }
    let metrics = app.anon().get("/metrics").await;
    let text = String::from_utf8(metrics.expect(200).bytes.clone()).unwrap();
    assert!(
        text.contains("http_requests_total{method=\"GET\",route=\"/health/live\",status=\"200\"} 1"),
        "{text}"
    );
    app.stop().await;
}

#[actix_web::test]
async fn head_is_get_without_its_body() {
    let app = TestApp::start();
    let head = app.anon().send(app.anon().request(Method::HEAD, "/health/live")).await;
    assert!(head.expect(200).bytes.is_empty());
    assert_eq!(head.headers["content-length"], "15");
    app.stop().await;
}

#[actix_web::test]
async fn a_wrong_address_or_method_is_a_problem() {
    let app = TestApp::start();
    app.anon().get("/api/nothing").await.expect_problem(404, "not_found");
    app.anon().get("/api/check-user/../me").await.expect_problem(401, "auth.required");
    let answer = app.anon().get("/api/check-user").await;
    answer.expect_problem(405, "request.method_not_allowed");
    assert_eq!(answer.headers["allow"], "POST");
    app.anon().get("/api/%00").await.expect_problem(400, "request.invalid_text");
    app.stop().await;
}

#[actix_web::test]
async fn a_wrong_body_is_a_problem_with_a_code() {
    let app = TestApp::start();
    let anon = app.anon();
    let send = async |content_type: &str, body: Vec<u8>| {
        anon.send(
            anon.request(Method::POST, "/api/check-user").header("Content-Type", content_type).body(body),
        )
        .await
    };
    for (body, code) in [
        (&b"{"[..], "request.invalid_json"),
        (b"", "request.invalid_json"),
        (b"[1]", "request.invalid_field"),
        (b"{}", "request.invalid_field"),
        (b"{\"identifier\":1}", "request.invalid_field"),
        (b"{\"identifier\":\"a\\u0000b\"}", "request.invalid_text"),
        (b"{\"identifier\":\"\xff\"}", "request.invalid_json"),
        (b"{\"identifier\":\"\\ud800\"}", "request.invalid_json"),
    ] {
        send("application/json", body.to_vec()).await.expect_problem(400, code);
    }
    let deep = format!("{{\"other\":{}", "[".repeat(30_000)).into_bytes();
    send("application/json", deep).await.expect_problem(400, "request.invalid_json");
    send("application/json", vec![b' '; 1_000_000]).await.expect_problem(413, "request.too_large");
    send("text/plain", b"{\"identifier\":\"a@b.ci\"}".to_vec())
        .await
        .expect_problem(415, "request.unsupported_media_type");
    let missing = send("application/json", b"{}".to_vec()).await;
    assert_eq!(missing.json["errors"][0]["field"], "identifier");
    app.stop().await;
}

#[actix_web::test]
async fn problems_are_in_french_unless_english_is_asked_for() {
    let app = TestApp::start();
    let anon = app.anon();
    let french = anon.get("/api/me").await;
    let english =
        anon.send(anon.request(Method::GET, "/api/me").header("Accept-Language", "en-GB, fr;q=0.2")).await;
    assert_eq!(french.json["detail"], "Connectez-vous pour continuer.");
    assert_eq!(english.json["detail"], "Sign in to go on.");
    assert_eq!(french.json["code"], english.json["code"]);
    assert_eq!(english.headers["content-language"], "en");
    app.stop().await;
}

#[actix_web::test]
async fn a_request_id_is_kept_where_it_can_be_logged() {
    let app = TestApp::start();
    let anon = app.anon();
    let with =
        async |id: &str| anon.send(anon.request(Method::GET, "/api/me").header("X-Request-Id", id)).await;
    let kept = with("0193-my-request").await;
    assert_eq!(kept.headers["x-request-id"], "0193-my-request");
    assert_eq!(kept.json["traceId"], "0193-my-request");
    let replaced = with("<script>alert(1)</script>").await;
    assert_ne!(replaced.json["traceId"], "<script>alert(1)</script>");
    app.stop().await;
}

#[actix_web::test]
async fn browsers_of_other_origins_get_no_permission() {
    let app = TestApp::start();
    let anon = app.anon();
    let from = async |origin: &str| {
        let request = anon
            .request(Method::OPTIONS, "/api/me")
            .header("Origin", origin)
            .header("Access-Control-Request-Method", "GET");
        anon.send(request)
            .await
            .headers
            .get("access-control-allow-origin")
            .map(|value| value.to_str().unwrap().to_owned())
    };
    assert_eq!(from("https://app.example.ci").await.as_deref(), Some("https://app.example.ci"));
    for origin in
        ["null", "https://app.example.ci.evil.test", "http://app.example.ci", "https://xapp.example.ci"]
    {
        assert_eq!(from(origin).await, None, "{origin}");
    }
    app.stop().await;
}

#[actix_web::test]
async fn every_answer_tells_the_browser_to_be_careful() {
    let app = TestApp::start();
    let answer = app.anon().get("/api/me").await;
    assert_eq!(answer.headers["x-content-type-options"], "nosniff");
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(answer.headers["content-security-policy"], "default-src 'none'; frame-ancestors 'none'");
    let page = app.anon().get("/docs/").await;
    assert!(page.expect(200).bytes.windows(7).any(|window| window == b"swagger"));
    app.stop().await;
}

#[actix_web::test]
async fn the_development_outbox_answers_this_machine_only() {
    let app = TestApp::start();
    let anon = app.anon();
    anon.get("/api/dev/outbox").await.expect(200);
    for (name, value) in
        [("X-Forwarded-For", "127.0.0.1"), ("Via", "1.1 proxy"), ("Host", "rebound.example:3000")]
    {
        let answer = anon.send(anon.request(Method::GET, "/api/dev/outbox").header(name, value)).await;
        answer.expect_problem(404, "not_found");
    }
    app.stop().await;
}
