//! Whatever is sent, a problem with a code comes back, and nothing is written.

use crate::app::TestApp;
use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::BigInt};
use reqwest::Method;
use serde_json::{Value, json};

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

const CALLS: [&str; 8] = [
    "/api/check-user",
    "/api/register-user",
    "/api/define-password",
    "/api/generate-otp",
    "/api/verify-otp",
    "/api/verify-pin",
    "/api/verify-code",
    "/api/refresh-token",
];

/// Good in every field but the identifier.
fn body(identifier: &Value) -> Value {
    json!({"identifier": identifier, "password": "MonMotDePasse123", "otpCode": "123456"})
}

#[actix_web::test]
async fn identifiers_of_every_wrong_kind() {
    let app = TestApp::start();
    let anon = app.anon();
    let long = "a".repeat(60_000);
    for identifier in [
        json!(""),
        json!(" "),
        json!("@"),
        json!("a@"),
        json!("awa@example.ci\r\nBcc: x@y.z"),
        json!("' OR 1=1 --"),
        json!("0608091011"),
        json!("\u{202e}0708091011"),
        json!("07080910\u{200b}11"),
        json!(long),
        json!(708_091_011),
        json!(null),
        json!(true),
        json!(["0708091011"]),
        json!({"$ne": ""}),
    ] {
        for call in &CALLS[..7] {
            let answer = anon.post(call, body(&identifier)).await;
            let code = answer.json["code"].as_str().unwrap_or_default();
            assert!(
                matches!(code, "auth.identifier_invalid" | "request.invalid_field"),
                "{call} {identifier}: {}",
                answer.json
            );
            assert_eq!(answer.status, 400);
        }
    }
    for call in &CALLS[..7] {
        anon.post(call, body(&json!("08091011"))).await.expect_problem(400, "auth.phone_old_plan");
        anon.post(call, body(&json!("0022892152900"))).await.expect_problem(400, "auth.phone_country");
    }
    let rows: Count =
        sql_query("SELECT count(*) AS n FROM utilisateur").get_result(&mut app.db.conn()).unwrap();
    assert_eq!(rows.n, 0, "nothing was written");
    app.stop().await;
}

#[actix_web::test]
async fn bodies_of_every_wrong_kind() {
    let app = TestApp::start();
    let anon = app.anon();
    let deep = format!("{{\"identifier\":{}", "[".repeat(20_000));
    let big = format!("{{\"identifier\":\"{}\"}}", "a".repeat(1_000_000));
    for call in CALLS {
        for (body, status) in [
            ("", 400),
            ("{", 400),
            ("[]", 400),
            ("null", 400),
            ("{}", 400),
            ("{\"identifier\":\"a\\u0000b\"}", 400),
            ("{\"identifier\":\"\\ud800\"}", 400),
            ("{\"identifier\":\"a@b.ci\",\"identifier\":\"c@d.ci\"}", 400),
            (&deep, 400),
            (&big, 413),
        ] {
            let request = anon
                .request(Method::POST, call)
                .header("Content-Type", "application/json")
                .body(body.to_owned());
            let answer = anon.send(request).await;
            assert_eq!(answer.status, status, "{call} {:.40}: {}", body, answer.json);
            assert!(answer.json["code"].is_string(), "{call} {body:.40}");
        }
        anon.get(call).await.expect_problem(405, "request.method_not_allowed");
    }
    app.stop().await;
}

#[actix_web::test]
async fn passwords_that_cannot_be_set() {
    let app = TestApp::start();
    let anon = app.anon();
    anon.post("/api/register-user", json!({"identifier": "awa@example.ci"})).await.expect(200);
    for (password, code) in [
        ("12345", "auth.password_too_short"),
        ("password", "auth.password_common"),
        ("MotDePasse", "auth.password_common"),
        ("mot de\npasse", "auth.password_characters"),
        (&"é".repeat(129), "auth.password_too_long"),
        (&"a".repeat(60_000), "auth.password_too_long"),
    ] {
        let body = json!({"identifier": "awa@example.ci", "password": password});
        let answer = anon.post("/api/define-password", body).await;
        answer.expect_problem(400, code);
        assert_eq!(answer.json["errors"][0]["field"], "password");
    }
    let body = json!({"identifier": "personne@example.ci", "password": "MonMotDePasse123"});
    anon.post("/api/define-password", body).await.expect_problem(404, "auth.not_registered");
    app.stop().await;
}

#[actix_web::test]
async fn case_23_tokens_of_every_wrong_kind() {
    let app = TestApp::start();
    let mut awa = app.person("awa@example.ci").await;
    let good = awa.token.clone().unwrap();
    let parts: Vec<&str> = good.split('.').collect();
    // {"typ":"at+jwt","alg":"none"}
    let none = format!("eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJub25lIn0.{}.", parts[1]);
    let refresh = awa.refresh_token.clone().unwrap();
    for token in [none, refresh, format!("{good}x"), format!("{}.{}.", parts[0], parts[1]), "x".repeat(8_000)]
    {
        awa.token = Some(token);
        let answer = awa.get("/api/me").await;
        assert!(matches!(answer.status.as_u16(), 401 | 431), "{}", answer.status);
    }
    awa.token = Some(good);
    awa.get("/api/me").await.expect(200);
    app.clock.advance(std::time::Duration::from_secs(900));
    awa.get("/api/me").await.expect_problem(401, "auth.token_expired");
    // A stale bearer is no reason to refuse a code, nor the calls that need none.
    awa.post("/api/check-user", json!({"identifier": "awa@example.ci"})).await.expect(200);
    app.stop().await;
}
