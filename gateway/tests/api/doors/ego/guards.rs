//! What answers before any handler does: the router, the matrix, the limits. All of it in this door's shape.

use super::{EMAIL, person, registration};
use crate::app::{PASSWORD, TestApp};
use reqwest::Method;
use serde_json::json;

#[actix_web::test]
async fn what_is_not_there_is_refused_in_the_doors_shape() {
    let app = TestApp::start();
    let anon = app.anon();
    for path in ["/api/v1", "/api/v1/", "/api/v1/users", "/api/v1/users/nothing/", "/api/v1/admin/"] {
        anon.get(path).await.expect_refusal(404, "not_found");
    }
    for path in ["/api/v1/users/login", "/api/v1/users/login/"] {
        let refused = anon.get(path).await;
        refused.expect_refusal(405, "request.method_not_allowed");
        assert_eq!(refused.headers["allow"], "POST");
    }
    let nul = anon.get("/api/v1/users/profile?a=%00").await;
    nul.expect_refusal(400, "request.invalid_text");
    let refused = anon.get("/api/v1/users/profile/").await;
    refused.expect_refusal(401, "auth.required");
    assert_eq!(refused.headers["www-authenticate"], "Bearer");
    assert_eq!(refused.json["message"], "Connectez-vous pour continuer.");
    // The neighbours keep theirs.
    anon.get("/api/v10/users").await.expect_problem(404, "not_found");
    anon.get("/api/me").await.expect_problem(401, "auth.required");
    app.stop().await;
}

#[actix_web::test]
async fn case_41_no_spelling_of_a_path_gets_around_the_matrix() {
    let app = TestApp::start();
    let awa = person(&app, EMAIL).await;
    let address = app.address().to_owned();
    for path in [
        "/api/v1/admin/users",
        "/api/v1/admin/users/",
        "/api/v1/admin/users//",
        "/api/v1//admin/users",
        "//api/v1/admin/users",
        "/api/v1/admin/./users",
        "/api/v1/users/../admin/users",
        "/api/v1/admin/%75sers",
        "/api/v1/admin/users%2F",
        "/api/v1/admin/users%2f/",
        "/api/v1/%61dmin/users/",
        "/api/%76%31/admin/users/",
        "/api/v1/admin/users;/",
        "/api/v1/admin/users.json",
        "/api/v1/ADMIN/users/",
        "/API/V1/admin/users",
        "/api/v1/admin/users/?/",
        "/api/v1/admin/users/%20/",
        // The router undoes the escape: whoever may see one card may not therefore see what merchants asked for.
        "/api/cards/%61uthorizations",
    ] {
        // By hand: a client would tidy the path up.
        let answer = by_hand(&address, path, awa.token.as_deref().unwrap()).await;
        let status: u16 = answer.split(' ').nth(1).unwrap().parse().unwrap();
        assert!(matches!(status, 403 | 404), "{path}: {answer}");
        assert!(!answer.contains("nextCursor"), "{path}: {answer}");
    }
    for header in ["X-HTTP-Method-Override", "X-Original-URL", "X-Rewrite-URL"] {
        let request = awa.request(Method::GET, "/api/v1/users/profile").header(header, "/api/v1/admin/users");
        assert_eq!(awa.send(request).await.expect(200).json["data"]["email"], EMAIL);
    }
    app.stop().await;
}

async fn by_hand(address: &str, path: &str, token: &str) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[actix_web::test]
async fn both_forms_of_an_address_share_one_limit() {
    let app = TestApp::start();
    person(&app, EMAIL).await;
    let anon = app.anon();
    let mut statuses = Vec::new();
    for n in 0..8 {
        let path = if n % 2 == 0 { "/api/v1/users/login/" } else { "/api/v1/users/login" };
        let answer = anon.post(path, json!({"email": EMAIL, "password": "PasLeBon123456"})).await;
        statuses.push(answer.status.as_u16());
        if answer.status == 429 {
            answer.expect_refusal(429, "auth.too_many_attempts");
            assert!(answer.headers.contains_key("retry-after"));
        }
    }
    assert_eq!(statuses[..5], [401; 5]);
    assert!(statuses[6..].contains(&429), "{statuses:?}");
    // The other door's guard is the same one.
    anon.post("/api/verify-pin", json!({"identifier": EMAIL, "password": PASSWORD}))
        .await
        .expect_problem(429, "auth.too_many_attempts");
    app.stop().await;
}

#[actix_web::test]
async fn an_address_registers_so_often_and_no_more() {
    let app = TestApp::start();
    let anon = app.anon();
    let mut last = None;
    for _ in 0..11 {
        last = Some(anon.post("/api/v1/users/register/", registration(EMAIL)).await);
    }
    last.unwrap().expect_refusal(429, "auth.too_many_attempts");
    app.stop().await;
}
