//! What strangers try at this door. A name that starts with `case_` carries the number of the attack.

use super::{EMAIL, confirm, create, expect_refusal, login, new_user, person};
use crate::app::{PASSWORD, TestApp, token_in};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;

const STRANGERS: &str = "MotDePasseVole123";

#[actix_web::test]
async fn case_12_a_stranger_who_registers_first_is_left_with_nothing() {
    let app = TestApp::start();
    let strangers = create(&app, EMAIL, STRANGERS).await;
    let owners = create(&app, EMAIL, PASSWORD).await;
    expect_refusal(&confirm(&app, &strangers).await, 401, "auth.confirmation_invalid");
    // Two registrations: nobody can tell whose the second one was, so no password stays.
    assert_eq!(confirm(&app, &owners).await.expect(200).json["passwordDropped"], true);
    for password in [STRANGERS, PASSWORD] {
        expect_refusal(&login(&app, EMAIL, password).await, 401, "auth.credentials_invalid");
    }
    // The owner chooses one, through the mailbox.
    app.anon().post("/Gateway/forgot_password", json!({"email": EMAIL})).await.expect(200);
    let token = token_in(&app.newest_message_for(EMAIL).await);
    let new = json!({"token": token, "password": PASSWORD});
    app.anon().post("/Gateway/reset_password", new).await.expect(200);
    login(&app, EMAIL, PASSWORD).await.expect(200);
    app.stop().await;
}

#[actix_web::test]
async fn case_12_a_stranger_who_registers_last_takes_nothing_over() {
    let app = TestApp::start();
    for by in ["/Gateway/create_user", "/api/register-user"] {
        let email = format!("victime{}@example.ci", by.len());
        let owners = create(&app, &email, PASSWORD).await;
        let mut body = new_user(&email, STRANGERS);
        body["identifier"] = json!(email);
        assert!(app.anon().post(by, body.clone()).await.status.is_success());
        app.anon().post("/api/define-password", body).await;
        expect_refusal(&confirm(&app, &owners).await, 401, "auth.confirmation_invalid");
        app.anon().post("/Gateway/resend_confirmation", json!({"email": email})).await.expect(200);
        let newer = token_in(&app.newest_message_for(&email).await);
        assert_eq!(confirm(&app, &newer).await.expect(200).json["passwordDropped"], true);
        expect_refusal(&login(&app, &email, STRANGERS).await, 401, "auth.credentials_invalid");
    }
    app.stop().await;
}

#[actix_web::test]
async fn case_12_a_second_password_offered_meanwhile_contests_the_first() {
    let app = TestApp::start();
    let token = create(&app, EMAIL, STRANGERS).await;
    let define = json!({"identifier": EMAIL, "password": PASSWORD});
    app.anon()
        .post("/api/define-password", define)
        .await
        .expect_problem(409, "auth.password_already_defined");
    assert_eq!(confirm(&app, &token).await.expect(200).json["passwordDropped"], true);
    expect_refusal(&login(&app, EMAIL, STRANGERS).await, 401, "auth.credentials_invalid");
    app.stop().await;
}

#[actix_web::test]
async fn case_12_nothing_set_here_survives_a_proof_by_code_from_elsewhere() {
    let app = TestApp::start();
    let token = create(&app, EMAIL, STRANGERS).await;
    app.anon().post("/api/register-user", json!({"identifier": EMAIL})).await.expect(200);
    let mut owner = app.anon();
    owner.identifier = EMAIL.to_owned();
    app.sign_in_by_code(&mut owner).await;
    expect_refusal(&confirm(&app, &token).await, 401, "auth.confirmation_invalid");
    expect_refusal(&login(&app, EMAIL, STRANGERS).await, 401, "auth.credentials_invalid");
    let me = owner.get("/api/me").await;
    assert_eq!((&me.json["lastName"], &me.json["passwordSet"]), (&json!(null), &json!(false)));
    app.stop().await;
}

#[actix_web::test]
async fn case_02_creating_and_sending_again_tell_nobody_who_is_known() {
    let app = TestApp::start();
    person(&app, EMAIL).await;
    let anon = app.anon();
    let mut answers = Vec::new();
    for email in [EMAIL, "nouvelle@example.ci"] {
        answers.push(anon.post("/Gateway/create_user", new_user(email, STRANGERS)).await);
    }
    assert_eq!((answers[0].status, &answers[0].bytes), (answers[1].status, &answers[1].bytes));
    let told = app.newest_message_for(EMAIL).await;
    assert!(
        !told["body"].as_str().unwrap().contains("token="),
        "the owner is told, and gets no link: {told}"
    );
    expect_refusal(&login(&app, EMAIL, STRANGERS).await, 401, "auth.credentials_invalid");
    login(&app, EMAIL, PASSWORD).await.expect(200);
    for path in ["/Gateway/resend_confirmation", "/Gateway/forgot_password"] {
        let mut answers = Vec::new();
        for email in [EMAIL, "nouvelle@example.ci", "personne@example.ci"] {
            answers.push(anon.post(path, json!({"email": email})).await);
        }
        for other in &answers[1..] {
            assert_eq!((answers[0].status, &answers[0].bytes), (other.status, &other.bytes), "{path}");
        }
    }
    app.stop().await;
}

#[actix_web::test]
async fn case_31_a_role_in_the_body_is_ignored() {
    let app = TestApp::start();
    let mut body = new_user(EMAIL, PASSWORD);
    for (field, value) in [
        ("role", json!("superadmin")),
        ("roles", json!(["admin"])),
        ("statut", json!("actif")),
        ("emailProven", json!(true)),
        ("email_prouve_le", json!("2020-01-01")),
        ("id_user", json!(1)),
        ("isSuperuser", json!(true)),
    ] {
        body[field] = value;
    }
    app.anon().post("/Gateway/create_user", body).await.expect(201);
    let token = token_in(&app.newest_message_for(EMAIL).await);
    confirm(&app, &token).await.expect(200);
    let signed_in = login(&app, EMAIL, PASSWORD).await;
    assert_eq!(signed_in.expect(200).json["user"]["role"], "user");
    app.stop().await;
}

#[actix_web::test]
async fn case_25_the_link_names_the_configured_address_whatever_the_headers_say() {
    let app = TestApp::start();
    for (name, value) in [("Host", "evil.example"), ("X-Forwarded-Host", "evil.example")] {
        let request = app.anon().request(Method::POST, "/Gateway/create_user").header(name, value);
        app.anon().send(request.json(&new_user(EMAIL, PASSWORD))).await.expect(201);
        let mail = app.newest_message_for(EMAIL).await;
        assert!(!mail["body"].as_str().unwrap().contains("evil"), "{mail}");
    }
    app.stop().await;
}

#[actix_web::test]
async fn case_04_one_link_fifty_times_at_once_proves_once() {
    let app = TestApp::start();
    let beside = app.beside();
    let token = create(&app, EMAIL, PASSWORD).await;
    let callers = [app.anon(), beside.anon()];
    let body = json!({"token": token});
    let calls = (0..50).map(|n| callers[n % 2].post("/Gateway/confirmation", body.clone()));
    let done = join_all(calls).await.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(done, 1);
    login(&app, EMAIL, PASSWORD).await.expect(200);
    beside.stop().await;
    app.stop().await;
}

#[actix_web::test]
async fn made_up_links_confirm_nothing() {
    let app = TestApp::start();
    create(&app, EMAIL, PASSWORD).await;
    for token in [String::new(), "a".repeat(43), "a".repeat(60_000), "' OR 1=1 --".to_owned()] {
        expect_refusal(&confirm(&app, &token).await, 401, "auth.confirmation_invalid");
    }
    let made_up = json!({"token": "a".repeat(43), "password": PASSWORD});
    let reset = app.anon().post("/Gateway/reset_password", made_up).await;
    expect_refusal(&reset, 401, "auth.reset_invalid");
    app.stop().await;
}

#[actix_web::test]
async fn passwords_tried_here_and_elsewhere_are_counted_together() {
    let app = TestApp::start();
    person(&app, EMAIL).await;
    for n in 0..5 {
        if n % 2 == 0 {
            expect_refusal(&login(&app, EMAIL, STRANGERS).await, 401, "auth.credentials_invalid");
        } else {
            let guess = json!({"identifier": EMAIL, "password": STRANGERS});
            app.anon().post("/api/verify-pin", guess).await.expect_problem(401, "auth.credentials_invalid");
        }
    }
    let slowed = login(&app, EMAIL, PASSWORD).await;
    expect_refusal(&slowed, 429, "auth.too_many_attempts");
    assert!(slowed.headers.contains_key("retry-after"));
    app.stop().await;
}
