//! A forgotten password, from the outside.

use super::messages;
use crate::app::{Answer, PASSWORD, TestApp, token_in};
use reqwest::Method;
use serde_json::{Value, json};

const EMAIL: &str = "awa@example.ci";
const PHONE: &str = "+2250708091011";
const NEW: &str = "UnAutreMotDePasse456";

/// Asks for a reset and gives the message that left.
async fn forget(app: &TestApp, identifier: &str) -> Value {
    app.anon().post("/api/forgot-password", json!({"identifier": identifier})).await.expect(200);
    app.newest_message_for(identifier).await
}

#[actix_web::test]
async fn a_link_by_mail_sets_a_new_password_and_the_owner_is_told() {
    let app = TestApp::start();
    let awa = app.person(EMAIL).await;
    let mail = forget(&app, EMAIL).await;
    let token = token_in(&mail);
    assert_eq!(token.len(), 43);
    let new = json!({"token": token, "password": NEW, "confirmPassword": NEW});
    let done = app.anon().post("/api/reset-password", new.clone()).await;
    assert_eq!(done.expect(200).json, json!({"next": "password"}), "and no tokens");
    let told = app.newest_message_for(EMAIL).await;
    assert!(told["body"].as_str().unwrap().contains("mot de passe a été changé"), "{told}");
    assert!(!told["body"].as_str().unwrap().contains("token"));
    app.anon().post("/api/reset-password", new).await.expect_problem(401, "auth.reset_invalid");
    awa.get("/api/me").await.expect_problem(401, "auth.required");
    let refresh = json!({"refreshToken": awa.refresh_token});
    app.anon().post("/api/refresh-token", refresh).await.expect_problem(401, "auth.session_ended");
    let sign_in = |password: &str| json!({"identifier": EMAIL, "password": password});
    app.anon()
        .post("/api/verify-pin", sign_in(PASSWORD))
        .await
        .expect_problem(401, "auth.credentials_invalid");
    app.anon().post("/api/verify-pin", sign_in(NEW)).await.expect(200);
    app.stop().await;
}

#[actix_web::test]
async fn a_code_by_sms_sets_a_new_password() {
    let app = TestApp::start();
    app.person(PHONE).await;
    forget(&app, PHONE).await;
    let code = app.newest_code_for(PHONE).await;
    let with = |code: &str| json!({"identifier": "07 08 09 10 11", "otpCode": code, "password": NEW});
    let wrong = format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000);
    app.anon().post("/api/reset-password", with(&wrong)).await.expect_problem(401, "auth.code_invalid");
    app.anon().post("/api/reset-password", with(&code)).await.expect(200);
    let told = app.newest_message_for(PHONE).await;
    assert_eq!(told["channel"], "sms");
    assert!(told["body"].as_str().unwrap().contains("mot de passe a été changé"), "{told}");
    app.anon().post("/api/verify-pin", json!({"identifier": PHONE, "password": NEW})).await.expect(200);
    app.stop().await;
}

#[actix_web::test]
async fn case_02_as_many_messages_are_enqueued_for_nobody() {
    let app = TestApp::start();
    app.person(EMAIL).await;
    let enqueued = async |path: &str, identifier: &str| {
        let before = app.state.notifier.taken();
        let field =
            if path.starts_with("/api/v1") || path.starts_with("/Gateway") { "email" } else { "identifier" };
        app.anon().post(path, json!({ field: identifier })).await.expect(200);
        app.state.notifier.taken() - before
    };
    for path in [
        "/api/generate-otp",
        "/api/forgot-password",
        "/api/v1/users/resend-otp",
        "/api/v1/users/request-reset-password",
        "/Gateway/forgot_password",
        "/Gateway/resend_confirmation",
    ] {
        assert_eq!(enqueued(path, EMAIL).await, 1, "{path}");
        assert_eq!(enqueued(path, "personne@example.ci").await, 1, "{path}");
    }
    app.stop().await;
}

#[actix_web::test]
async fn case_02_nobody_learns_who_is_known() {
    let app = TestApp::start();
    app.person(EMAIL).await;
    app.person(PHONE).await;
    let names = |answer: &Answer| {
        let mut names: Vec<_> = answer.headers.keys().map(ToString::to_string).collect();
        names.sort();
        names
    };
    app.anon().post("/api/register-user", json!({"identifier": "attend@example.ci"})).await.expect(200);
    for (known, others) in
        [(EMAIL, ["personne@example.ci", "attend@example.ci"]), (PHONE, ["0102030405", "0102030406"])]
    {
        let ask = async |identifier: &str| {
            app.anon().post("/api/forgot-password", json!({"identifier": identifier})).await
        };
        let yes = ask(known).await;
        for other in others {
            let no = ask(other).await;
            assert_eq!((yes.status, &yes.bytes), (no.status, &no.bytes));
            assert_eq!(names(&yes), names(&no));
            assert!(messages(&app, other).await.is_empty());
        }
    }
    // Wrong codes answer the same for both, too.
    let guess = async |identifier: &str| {
        let body = json!({"identifier": identifier, "otpCode": "000000", "password": NEW});
        app.anon().post("/api/reset-password", body).await.json["code"].clone()
    };
    assert_eq!(
        (guess(PHONE).await, guess("0102030405").await),
        (json!("auth.code_invalid"), json!("auth.code_invalid"))
    );
    app.stop().await;
}

#[actix_web::test]
async fn case_25_a_link_names_the_configured_address_whatever_the_headers_say() {
    let app = TestApp::start();
    app.person(EMAIL).await;
    for (name, value) in [
        ("Host", "evil.example"),
        ("X-Forwarded-Host", "evil.example"),
        ("Forwarded", "host=evil.example;proto=https"),
        ("X-Original-Host", "evil.example"),
        ("Referer", "https://evil.example/"),
    ] {
        let request = app.anon().request(Method::POST, "/api/forgot-password").header(name, value);
        app.anon().send(request.json(&json!({"identifier": EMAIL}))).await.expect(200);
        let mail = app.newest_message_for(EMAIL).await;
        let body = mail["body"].as_str().unwrap();
        assert!(body.contains("http://localhost:3000/reset-password#token="), "{name}: {body}");
        assert!(!body.contains("evil"), "{name}: {body}");
    }
    app.stop().await;
}

#[actix_web::test]
async fn case_26_no_step_is_skipped() {
    let app = TestApp::start();
    let awa = app.person(EMAIL).await;
    let anon = app.anon();
    forget(&app, EMAIL).await;
    for (body, status, code) in [
        (json!({"password": NEW}), 400, "request.invalid_field"),
        (json!({"identifier": EMAIL, "password": NEW}), 400, "request.invalid_field"),
        (json!({"token": null, "identifier": EMAIL, "password": NEW}), 400, "request.invalid_field"),
        (json!({"token": "", "password": NEW}), 401, "auth.reset_invalid"),
        (json!({"token": "a".repeat(43), "password": NEW}), 401, "auth.reset_invalid"),
        (json!({"token": "a".repeat(60_000), "password": NEW}), 401, "auth.reset_invalid"),
        (json!({"token": awa.token, "password": NEW}), 401, "auth.reset_invalid"),
        (json!({"token": awa.refresh_token, "password": NEW}), 401, "auth.reset_invalid"),
        (json!({"identifier": EMAIL, "otpCode": "", "password": NEW}), 401, "auth.code_invalid"),
        (json!({"identifier": EMAIL, "otpCode": "123456", "password": NEW}), 401, "auth.code_invalid"),
    ] {
        anon.post("/api/reset-password", body).await.expect_problem(status, code);
    }
    let define = json!({"identifier": EMAIL, "password": NEW});
    anon.post("/api/define-password", define).await.expect_problem(401, "auth.sign_in_required");
    anon.post("/api/verify-pin", json!({"identifier": EMAIL, "password": PASSWORD})).await.expect(200);
    app.stop().await;
}

#[actix_web::test]
async fn a_password_that_may_not_be_set_uses_nothing_up() {
    let app = TestApp::start();
    app.person(EMAIL).await;
    let token = token_in(&forget(&app, EMAIL).await);
    let with =
        |password: &str, again: &str| json!({"token": token, "password": password, "confirmPassword": again});
    for (password, again, code) in [
        ("12345", "12345", "auth.password_too_short"),
        ("password", "password", "auth.password_common"),
        (NEW, PASSWORD, "auth.password_mismatch"),
    ] {
        app.anon().post("/api/reset-password", with(password, again)).await.expect_problem(400, code);
    }
    app.anon().post("/api/reset-password", with(NEW, NEW)).await.expect(200);
    app.stop().await;
}

#[actix_web::test]
async fn the_page_runs_its_own_script_alone_and_sends_nothing_elsewhere() {
    let app = TestApp::start();
    let anon = app.anon();
    let mut nonces = std::collections::HashSet::new();
    for (language, title) in [("fr", "Choisissez un nouveau mot de passe"), ("en", "Choose a new password")] {
        let request = anon.request(Method::GET, "/reset-password").header("Accept-Language", language);
        let page = anon.send(request).await;
        let html = String::from_utf8(page.expect(200).bytes.clone()).unwrap();
        assert!(page.headers["content-type"].to_str().unwrap().starts_with("text/html"));
        assert_eq!(page.headers["referrer-policy"], "no-referrer");
        assert_eq!(page.headers["cache-control"], "no-store");
        assert_eq!(page.headers["x-frame-options"], "DENY");
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        let nonce = policy.split("script-src 'nonce-").nth(1).unwrap().split('\'').next().unwrap().to_owned();
        assert!(policy.starts_with("default-src 'none';") && !policy.contains("unsafe"), "{policy}");
        assert!(html.contains(title) && html.contains(&format!("<script nonce=\"{nonce}\">")), "{html}");
        for elsewhere in ["http://", "https://", "src=", "@import", "onclick"] {
            assert!(!html.contains(elsewhere), "{elsewhere}");
        }
        assert!(nonces.insert(nonce), "a nonce is for one answer");
    }
    app.stop().await;
}
