//! The same accounts behind every door, and nobody's earlier than their owner's.

use super::{EMAIL, mailed_token, mails, person, registration, sign_in};
use crate::app::{PASSWORD, TestApp};
use diesel::{RunQueryDsl, sql_query};
use serde_json::{Value, json};

const LOGIN: &str = "/api/v1/users/login";

#[actix_web::test]
async fn an_account_of_one_door_is_an_account_of_the_other() {
    let app = TestApp::start();
    let awa = person(&app, EMAIL).await;
    let at_ours =
        app.anon().post("/api/verify-pin", json!({"identifier": EMAIL, "password": PASSWORD})).await;
    assert_eq!(at_ours.expect(200).json["user"]["firstName"], "Awa");
    let koffi = app.person("koffi@example.ci").await;
    sign_in(&app, LOGIN, "koffi@example.ci", PASSWORD).await;
    // Either door's tokens open both, and say the same person.
    for (caller, email) in [(&awa, EMAIL), (&koffi, "koffi@example.ci")] {
        assert_eq!(caller.get("/api/me").await.expect(200).json["email"], email);
        assert_eq!(caller.get("/api/v1/users/profile").await.expect(200).json["data"]["email"], email);
    }
    // A refresh token keeps the lives of the door that its session was opened through, wherever it is shown.
    let pair = app.anon().post("/api/refresh-token", json!({"refreshToken": awa.refresh_token})).await;
    assert_eq!(pair.expect(200).json["expiresIn"], 1_800);
    let refresh = json!({"refreshToken": koffi.refresh_token});
    let pair = app.anon().post("/api/v1/users/refresh-token", refresh).await;
    let mut koffi = koffi;
    koffi.token = pair.expect(200).json["data"]["token"]["accessToken"].as_str().map(str::to_owned);
    app.clock.advance(std::time::Duration::from_secs(900));
    koffi.get("/api/v1/users/profile").await.expect_refusal(401, "auth.token_expired");
    app.stop().await;
}

#[actix_web::test]
async fn a_session_of_this_door_moves_no_money_until_a_code_proves_it() {
    let app = TestApp::start();
    let mut awa = person(&app, EMAIL).await;
    let quote = json!({"to": EMAIL, "amount": 1});
    awa.post("/api/wallet/transfers/quote", quote.clone()).await.expect_problem(403, "auth.step_up_required");
    app.sign_in_by_code(&mut awa).await;
    assert_ne!(awa.post("/api/wallet/transfers/quote", quote).await.status, 403);
    app.stop().await;
}

#[actix_web::test]
async fn case_12_what_was_set_before_somebody_else_s_proof_is_gone() {
    let app = TestApp::start();
    let anon = app.anon();
    let register = "/api/v1/users/register";
    // A stranger first, then the owner; or the owner's mailbox proven much later.
    for (email, owner_registers) in [("un@example.ci", true), ("deux@example.ci", false)] {
        let mut strangers = registration(email);
        strangers["password"] = json!("MotDePasseVole123");
        strangers["firstname"] = json!("Voleur");
        anon.post(register, strangers).await.expect(200);
        anon.post(LOGIN, json!({"email": email, "password": "MotDePasseVole123"}))
            .await
            .expect_refusal(401, "auth.credentials_invalid");
        if owner_registers {
            anon.post(register, registration(email)).await.expect(200);
        } else {
            app.clock.advance(std::time::Duration::from_secs(3_600));
            anon.post("/api/v1/users/resend-otp", json!({"email": email})).await.expect(200);
        }
        let otp = app.newest_code_for(email).await;
        let verified = anon.post("/api/v1/users/verify-otp", json!({"email": email, "otp": otp})).await;
        assert_eq!(
            verified.expect(200).json,
            json!({"status": "success", "message": "Code OTP vérifié avec succès", "passwordDropped": true})
        );
        for password in ["MotDePasseVole123", PASSWORD] {
            anon.post(LOGIN, json!({"email": email, "password": password}))
                .await
                .expect_refusal(401, "auth.credentials_invalid");
        }
        anon.post("/api/v1/users/request-reset-password", json!({"email": email})).await.expect(200);
        let body = json!({"token": mailed_token(&app, email).await, "newPassword": PASSWORD});
        anon.post("/api/v1/users/reset-password", body).await.expect(200);
        let owner = sign_in(&app, LOGIN, email, PASSWORD).await;
        let profile = owner.get("/api/v1/users/profile").await;
        let data = &profile.expect(200).json["data"];
        assert_eq!((&data["firstname"], &data["phoneNumber"]), (&Value::Null, &Value::Null));
    }
    app.stop().await;
}

#[actix_web::test]
async fn the_cookie_of_the_last_registration_keeps_what_it_set() {
    let app = TestApp::start();
    let anon = app.anon();
    anon.post("/api/v1/users/register", registration(EMAIL)).await.expect(200);
    let registered = anon.post("/api/v1/users/register", registration(EMAIL)).await;
    let cookie = registered.expect(200).headers["set-cookie"].to_str().unwrap().split(';').next().unwrap();
    let otp = app.newest_code_for(EMAIL).await;
    let request = anon.request(reqwest::Method::POST, "/api/v1/users/verify-otp").header("Cookie", cookie);
    let verified = anon.send(request.json(&json!({"email": EMAIL, "otp": otp}))).await;
    assert_eq!(verified.expect(200).json.get("passwordDropped"), None);
    sign_in(&app, LOGIN, EMAIL, PASSWORD).await;
    app.stop().await;
}

#[actix_web::test]
async fn case_2_nothing_tells_whether_an_address_is_known() {
    let app = TestApp::start();
    person(&app, EMAIL).await;
    let before = mails(&app, EMAIL).await.len();
    let anon = app.anon();
    let unknown = "personne@example.ci";
    for (call, body) in [
        ("register", json!({})),
        ("resend-otp", json!({})),
        ("request-reset-password", json!({})),
        ("login", json!({"password": "PasLeBon123456"})),
        ("verify-otp", json!({"otp": "000000"})),
    ] {
        let ask = async |email: &str| {
            let mut sent = if call == "register" { registration(email) } else { body.clone() };
            sent["email"] = json!(email);
            let answer = anon.post(&format!("/api/v1/users/{call}/"), sent).await;
            let mut json = answer.json;
            json.as_object_mut().unwrap().remove("traceId");
            let mut headers: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
            headers.sort_unstable();
            (answer.status, json, headers)
        };
        assert_eq!(ask(EMAIL).await, ask(unknown).await, "{call}");
    }
    // The owner alone hears of it.
    let sent = mails(&app, EMAIL).await;
    assert_eq!(sent.len(), before + 3, "a notice, a code, a token");
    assert!(sent.iter().any(|mail| mail.contains("déjà un compte")), "{sent:?}");
    sign_in(&app, LOGIN, EMAIL, PASSWORD).await;
    app.stop().await;
}

#[actix_web::test]
async fn old_hashes_sign_in_here_and_are_upgraded() {
    let app = TestApp::start();
    for (number, password) in [(1, "12345"), (2, PASSWORD)] {
        let hash = bcrypt::hash_with_result(password, 10).unwrap().format_for_version(bcrypt::Version::TwoB);
        assert!(hash.starts_with("$2b$10$"));
        let email = format!("ancien{number}@example.ci");
        sql_query(format!(
            "INSERT INTO utilisateur (prenom, email, email_normalise, mdp) VALUES ('Ancien', '{email}', '{email}', '{hash}')"
        ))
        .execute(&mut app.db.conn())
        .unwrap();
        for _ in 0..2 {
            let old = sign_in(&app, LOGIN, &email, password).await;
            let profile = old.get("/api/v1/users/profile").await;
            let data = &profile.expect(200).json["data"];
            assert_eq!((&data["firstname"], &data["status"]), (&json!("Ancien"), &json!("inactive")));
        }
        app.anon()
            .post(LOGIN, json!({"email": email, "password": "123456"}))
            .await
            .expect_refusal(401, "auth.credentials_invalid");
    }
    app.stop().await;
}

#[actix_web::test]
async fn a_code_works_once_and_opens_nothing() {
    let app = TestApp::start();
    let anon = app.anon();
    anon.post("/api/v1/users/register", registration(EMAIL)).await.expect(200);
    let otp = app.newest_code_for(EMAIL).await;
    let body = json!({"email": EMAIL, "otp": otp});
    let verified = anon.post("/api/v1/users/verify-otp", body.clone()).await;
    let names: Vec<_> = verified.expect(200).json.as_object().unwrap().keys().collect();
    assert_eq!(names, ["message", "status"], "no tokens");
    anon.post("/api/v1/users/verify-otp", body).await.expect_refusal(401, "auth.code_invalid");
    app.stop().await;
}

#[actix_web::test]
async fn an_account_is_deleted_once_its_money_is_gone() {
    let app = TestApp::start();
    let (awa, koffi) = (person(&app, EMAIL).await, person(&app, "koffi@example.ci").await);
    app.give(&awa, 500).await;
    awa.post("/api/v1/users/delete/", json!({})).await.expect_refusal(409, "wallet.balance_not_zero");
    awa.get("/api/v1/users/profile").await.expect(200);
    koffi.post("/api/v1/users/delete/", json!({})).await.expect(200);
    koffi.get("/api/v1/users/profile").await.expect_refusal(401, "auth.required");
    let refresh = json!({"refreshToken": koffi.refresh_token});
    app.anon().post("/api/v1/users/refresh-token", refresh).await.expect_refusal(401, "auth.session_ended");
    app.stop().await;
}
