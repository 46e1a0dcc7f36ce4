//! The seven calls, with the printed bodies alone.

use super::{messages, new_code};
use crate::app::{PASSWORD, TestApp};
use reqwest::Method;
use serde_json::json;

const EMAIL: &str = "testemail@gmail.com";

#[actix_web::test]
async fn the_printed_bodies_work_in_the_printed_order() {
    let app = TestApp::start();
    for identifier in [EMAIL, "07 08 09 10 11"] {
        let anon = app.anon();
        let check = anon.post("/api/check-user", json!({"identifier": identifier})).await;
        assert_eq!(
            check.expect(200).json,
            json!({"exists": false, "passwordSet": false, "next": "register"})
        );
        let registered = anon.post("/api/register-user", json!({"identifier": identifier})).await;
        assert_eq!(registered.expect(200).json["next"], "define-password");
        let defined =
            anon.post("/api/define-password", json!({"identifier": identifier, "password": PASSWORD})).await;
        assert_eq!(defined.expect(200).json["next"], "otp");
        let generated = anon.post("/api/generate-otp", json!({"identifier": identifier})).await;
        assert_eq!(generated.expect(200).json, json!({"next": "otp", "expiresIn": 600}));
        let code = new_code(&app, identifier).await;
        let proven = anon.post("/api/verify-otp", json!({"identifier": identifier, "otpCode": code})).await;
        let proven = &proven.expect(200).json;
        assert!(proven["accessToken"].is_string() && proven["refreshToken"].is_string());
        assert_eq!((&proven["expiresIn"], &proven["next"]), (&json!(900), &json!("done")));
        assert_eq!(proven["user"]["role"], "user");
        let check = anon.post("/api/check-user", json!({"identifier": identifier})).await;
        assert_eq!(check.json, json!({"exists": true, "passwordSet": true, "next": "password"}));
        for field in ["password", "pin", "otpCode"] {
            let signed_in =
                anon.post("/api/verify-pin", json!({"identifier": identifier, field: PASSWORD})).await;
            assert_eq!(signed_in.expect(200).json["user"]["id"], proven["user"]["id"]);
        }
        let older = new_code(&app, identifier).await;
        anon.post("/api/verify-code", json!({"identifier": identifier, "otpCode": older})).await.expect(200);
    }
    app.stop().await;
}

#[actix_web::test]
async fn the_answers_have_their_fields_and_no_others() {
    let app = TestApp::start();
    let awa = app.person(EMAIL).await;
    let signed_in =
        app.anon().post("/api/verify-pin", json!({"identifier": EMAIL, "password": PASSWORD})).await;
    let names = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&signed_in.json), ["accessToken", "expiresIn", "next", "refreshToken", "user"]);
    let me = awa.get("/api/me").await;
    for (name, value) in signed_in.json["user"].as_object().unwrap() {
        assert_eq!(&me.expect(200).json[name], value, "{name}");
    }
    assert_eq!(
        names(&me.json),
        [
            "address",
            "birthDate",
            "blocked",
            "country",
            "createdAt",
            "deletionDueAt",
            "email",
            "emailProven",
            "firstName",
            "id",
            "identityVerified",
            "language",
            "lastName",
            "passwordSet",
            "phone",
            "phoneProven",
            "photo",
            "profession",
            "role"
        ]
    );
    assert_eq!(me.json["createdAt"], "2026-11-20T08:00:00Z");
    assert!(!signed_in.bytes.windows(4).any(|window| window == b"$2b$"), "no hash");
    app.stop().await;
}

#[actix_web::test]
async fn case_16_the_password_typed_twice() {
    let app = TestApp::start();
    let anon = app.anon();
    anon.post("/api/register-user", json!({"identifier": EMAIL})).await.expect(200);
    let twice = |again: &str| json!({"identifier": EMAIL, "password": PASSWORD, "confirmPassword": again});
    let refused = anon.post("/api/define-password", twice("MonMotDePasse124")).await;
    refused.expect_problem(400, "auth.password_mismatch");
    assert_eq!(refused.json["errors"][0]["field"], "confirmPassword");
    anon.post("/api/define-password", twice(PASSWORD)).await.expect(200);
    app.stop().await;
}

#[actix_web::test]
async fn the_attempt_travels_in_a_cookie_that_no_script_reads() {
    let app = TestApp::start();
    let anon = app.anon();
    // Contested: somebody was there before.
    anon.post("/api/register-user", json!({"identifier": EMAIL})).await.expect(200);
    let registered = anon.post("/api/register-user", json!({"identifier": EMAIL})).await;
    let cookie = registered.headers["set-cookie"].to_str().unwrap().to_owned();
    let token = registered.json["attemptToken"].as_str().unwrap();
    assert!(cookie.starts_with(&format!("hostolink_attempt={token};")));
    for attribute in ["HttpOnly", "SameSite=Strict", "Path=/api"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    let cookie = cookie.split(';').next().unwrap();
    let with_cookie =
        |path, body| anon.send(anon.request(Method::POST, path).header("Cookie", cookie).json(&body));
    with_cookie("/api/define-password", json!({"identifier": EMAIL, "password": PASSWORD})).await.expect(200);
    let code = new_code(&app, EMAIL).await;
    let proven = with_cookie("/api/verify-otp", json!({"identifier": EMAIL, "otpCode": code})).await;
    assert_eq!(proven.expect(200).json["next"], "done", "the password stayed");
    assert!(proven.headers["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
    anon.post("/api/verify-pin", json!({"identifier": EMAIL, "password": PASSWORD})).await.expect(200);
    app.stop().await;
}

#[actix_web::test]
async fn a_forgotten_password_is_set_anew_with_a_code() {
    let app = TestApp::start();
    let mut awa = app.person(EMAIL).await;
    let before = awa.clone();
    app.sign_in_by_code(&mut awa).await;
    let new = json!({"identifier": EMAIL, "password": "UnAutreMotDePasse456"});
    app.anon().post("/api/define-password", new.clone()).await.expect_problem(401, "auth.sign_in_required");
    assert_eq!(awa.post("/api/define-password", new).await.expect(200).json, json!({"next": "done"}));
    app.anon()
        .post("/api/verify-pin", json!({"identifier": EMAIL, "password": PASSWORD}))
        .await
        .expect_problem(401, "auth.credentials_invalid");
    app.anon()
        .post("/api/refresh-token", json!({"refreshToken": before.refresh_token}))
        .await
        .expect_problem(401, "auth.session_ended");
    app.stop().await;
}

#[actix_web::test]
async fn a_message_names_the_code_and_nothing_else_does() {
    let app = TestApp::start();
    app.anon().post("/api/register-user", json!({"identifier": EMAIL})).await.expect(200);
    let code = new_code(&app, EMAIL).await;
    let generated = app.anon().post("/api/generate-otp", json!({"identifier": EMAIL})).await;
    assert!(!String::from_utf8_lossy(&generated.bytes).contains(&code));
    let request = app.anon().request(Method::POST, "/api/generate-otp").header("Accept-Language", "en");
    app.anon().send(request.json(&json!({"identifier": "personne@gmail.com"}))).await.expect(200);
    assert!(messages(&app, "personne@gmail.com").await.is_empty(), "nobody's mailbox gets nothing");
    app.stop().await;
}
