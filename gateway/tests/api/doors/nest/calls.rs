//! The documented calls, and the door's own shape of refusals.

use super::{EMAIL, confirm, create, expect_refusal, login, new_user, person};
use crate::app::{PASSWORD, TestApp, token_in};
use reqwest::Method;
use serde_json::json;

#[actix_web::test]
async fn create_confirm_login() {
    let app = TestApp::start();
    let anon = app.anon();
    let created = anon.post("/Gateway/create_user", new_user(EMAIL, PASSWORD)).await;
    created.expect(201);
    assert_eq!(created.json["statusCode"], 201);
    let mail = app.newest_message_for(EMAIL).await;
    let body = mail["body"].as_str().unwrap();
    assert!(body.contains("http://localhost:3000/Gateway/confirmation?token="), "{body}");
    assert!(body.contains("24 heures"), "{body}");
    let token = token_in(&mail);
    assert_eq!(token.len(), 43, "256 bits");
    expect_refusal(&login(&app, EMAIL, PASSWORD).await, 401, "auth.credentials_invalid");
    let confirmed = confirm(&app, &token).await;
    assert_eq!(
        confirmed.expect(200).json,
        json!({"statusCode": 200, "message": "Adresse confirmée. Connectez-vous."})
    );
    expect_refusal(&confirm(&app, &token).await, 401, "auth.confirmation_invalid");
    let signed_in = login(&app, EMAIL, PASSWORD).await;
    let answer = &signed_in.expect(200).json;
    assert_eq!(answer["expiresIn"], 900);
    assert_eq!((&answer["user"]["nom"], &answer["user"]["prenom"]), (&json!("Koné"), &json!("Awa")));
    assert_eq!((&answer["user"]["role"], &answer["user"]["email"]), (&json!("user"), &json!(EMAIL)));
    let mut awa = app.anon();
    awa.token = answer["accessToken"].as_str().map(str::to_owned);
    assert_eq!(awa.get("/api/me").await.expect(200).json["id"], answer["user"]["id"], "the same accounts");
    let refresh = json!({"refreshToken": answer["refreshToken"]});
    anon.post("/api/refresh-token", refresh).await.expect(200);
    anon.post("/api/verify-pin", json!({"identifier": EMAIL, "password": PASSWORD})).await.expect(200);
    app.stop().await;
}

#[actix_web::test]
async fn opening_the_link_changes_nothing_however_often() {
    let app = TestApp::start();
    let token = create(&app, EMAIL, PASSWORD).await;
    for _ in 0..3 {
        let page = app.anon().get(&format!("/Gateway/confirmation?token={token}")).await;
        let html = String::from_utf8(page.expect(200).bytes.clone()).unwrap();
        assert!(page.headers["content-type"].to_str().unwrap().starts_with("text/html"));
        assert_eq!(page.headers["referrer-policy"], "no-referrer");
        assert_eq!(page.headers["cache-control"], "no-store");
        assert!(html.contains("Confirmez votre adresse e-mail") && !html.contains(&token));
        let head = app.anon().request(Method::HEAD, &format!("/Gateway/confirmation?token={token}"));
        app.anon().send(head).await.expect(200);
        expect_refusal(&login(&app, EMAIL, PASSWORD).await, 401, "auth.credentials_invalid");
        app.clock.advance(std::time::Duration::from_secs(60));
    }
    confirm(&app, &token).await.expect(200);
    login(&app, EMAIL, PASSWORD).await.expect(200);
    app.stop().await;
}

#[actix_web::test]
async fn the_older_spellings_of_the_fields() {
    let app = TestApp::start();
    for (n, body) in [
        json!({"lastname": "Koné", "firstname": "Awa", "mdp": PASSWORD}),
        json!({"lastName": "Koné", "firstName": "Awa", "mot_de_passe": PASSWORD}),
        json!({"name": "Koné", "prenom": "Awa", "password": PASSWORD}),
    ]
    .into_iter()
    .enumerate()
    {
        let (mut body, email) = (body, format!("awa{n}@example.ci"));
        body["email"] = json!(email);
        app.anon().post("/Gateway/create_user", body).await.expect(201);
        let token = token_in(&app.newest_message_for(&email).await);
        confirm(&app, &token).await.expect(200);
        let signed_in =
            app.anon().post("/Gateway/login", json!({"identifier": email, "mdp": PASSWORD})).await;
        assert_eq!(signed_in.expect(200).json["user"]["nom"], "Koné");
        assert_eq!(signed_in.json["user"]["prenom"], "Awa");
    }
    app.stop().await;
}

#[actix_web::test]
async fn a_link_is_sent_again_and_the_older_one_dies() {
    let app = TestApp::start();
    let older = create(&app, EMAIL, PASSWORD).await;
    app.anon().post("/Gateway/resend_confirmation", json!({"email": EMAIL})).await.expect(200);
    let newer = token_in(&app.newest_message_for(EMAIL).await);
    expect_refusal(&confirm(&app, &older).await, 401, "auth.confirmation_invalid");
    confirm(&app, &newer).await.expect(200);
    login(&app, EMAIL, PASSWORD).await.expect(200);
    app.stop().await;
}

#[actix_web::test]
async fn a_link_lives_a_day() {
    let app = TestApp::start();
    let token = create(&app, EMAIL, PASSWORD).await;
    app.clock.advance(std::time::Duration::from_secs(24 * 3_600));
    expect_refusal(&confirm(&app, &token).await, 401, "auth.confirmation_invalid");
    app.anon().post("/Gateway/resend_confirmation", json!({"email": EMAIL})).await.expect(200);
    let token = token_in(&app.newest_message_for(EMAIL).await);
    app.clock.advance(std::time::Duration::from_secs(24 * 3_600 - 1));
    confirm(&app, &token).await.expect(200);
    login(&app, EMAIL, PASSWORD).await.expect(200);
    app.stop().await;
}

#[actix_web::test]
async fn a_forgotten_password_is_set_anew_here_too() {
    let app = TestApp::start();
    person(&app, EMAIL).await;
    app.anon().post("/Gateway/forgot_password", json!({"email": EMAIL})).await.expect(200);
    let token = token_in(&app.newest_message_for(EMAIL).await);
    let new = json!({"token": token, "password": "UnAutreMotDePasse456"});
    app.anon().post("/Gateway/reset_password", new.clone()).await.expect(200);
    let again = app.anon().post("/Gateway/reset_password", new).await;
    expect_refusal(&again, 401, "auth.reset_invalid");
    expect_refusal(&login(&app, EMAIL, PASSWORD).await, 401, "auth.credentials_invalid");
    login(&app, EMAIL, "UnAutreMotDePasse456").await.expect(200);
    app.stop().await;
}

#[actix_web::test]
async fn old_hashes_sign_in() {
    let app = TestApp::start();
    // bcrypt, cost 10, of "MonMotDePasse123": as the older back end wrote it.
    let insert = "INSERT INTO utilisateur (nom, email, email_normalise, mdp) VALUES \
        ('Ancienne', 'ancienne@example.ci', 'ancienne@example.ci', '$2b$10$abcdefghijklmnopqrstuukCah144kWVSWZaAqzq9eocGXeLE8J6a')";
    diesel::RunQueryDsl::execute(diesel::sql_query(insert), &mut app.db.conn()).unwrap();
    let signed_in = login(&app, "ancienne@example.ci", PASSWORD).await;
    assert_eq!(signed_in.expect(200).json["user"]["nom"], "Ancienne");
    expect_refusal(
        &login(&app, "ancienne@example.ci", "PasLeBon123456").await,
        401,
        "auth.credentials_invalid",
    );
    login(&app, "ancienne@example.ci", PASSWORD).await.expect(200);
    app.stop().await;
}

#[actix_web::test]
async fn refusals_have_the_doors_own_shape() {
    let app = TestApp::start();
    let anon = app.anon();
    let weak = anon.post("/Gateway/create_user", new_user(EMAIL, "12345")).await;
    expect_refusal(&weak, 400, "auth.password_too_short");
    assert_eq!(weak.json["error"], "Bad Request");
    assert_eq!(weak.json["message"], "Le mot de passe compte au moins 8 caractères.");
    assert_eq!(weak.json["errors"][0]["field"], "password");
    expect_refusal(&anon.post("/Gateway/create_user", json!({})).await, 400, "request.invalid_field");
    expect_refusal(&anon.post("/Gateway/create_user", json!([])).await, 400, "request.invalid_field");
    expect_refusal(&anon.get("/Gateway/nothing").await, 404, "not_found");
    expect_refusal(&anon.get("/Gateway/login").await, 405, "request.method_not_allowed");
    for email in ["", "awa", "0708091011", "awa@example.ci\r\nBcc: x@y.z"] {
        let answer = anon.post("/Gateway/create_user", new_user(email, PASSWORD)).await;
        assert_eq!(answer.status, 400, "{email}: {}", answer.json);
    }
    let english = anon.request(Method::POST, "/Gateway/login").header("Accept-Language", "en");
    let english = anon.send(english.json(&json!({"email": EMAIL, "password": "x"}))).await;
    assert_eq!(english.json["message"], "Wrong identifier or password.");
    assert_eq!((&english.json["error"], english.status.as_u16()), (&json!("Unauthorized"), 401));
    app.stop().await;
}
