//! What EGO's superadmins do.

use super::{EMAIL, mailed_token, person, sign_in, take_tokens};
use crate::app::{Caller, PASSWORD, TestApp};
use serde_json::{Value, json};

const LOGIN: &str = "/api/v1/admin/login/";
const CHIEF: &str = "chef@example.ci";

/// A superadmin, signed in through this door and proven by a code there.
async fn chief(app: &TestApp) -> Caller {
    app.superadmin().await;
    proven(app, sign_in(app, LOGIN, CHIEF, PASSWORD).await).await
}

async fn proven(app: &TestApp, mut caller: Caller) -> Caller {
    caller.post("/api/v1/users/resend-otp/", json!({"email": caller.identifier})).await.expect(200);
    let otp = app.newest_code_for(&caller.identifier).await;
    let answer = caller.post("/api/v1/admin/verify-otp/", json!({"otp": otp})).await;
    take_tokens(&mut caller, &answer);
    caller
}

fn somebody(email: &str) -> Value {
    json!({
        "firstname": "Yao", "lastname": "Aka", "email": email, "phoneNumber": "0022890000000", "role": "superadmin",
        "password": "ChoisiParLeChef1", "isVerified": true,
    })
}

#[actix_web::test]
async fn only_administrators_sign_in_there() {
    let app = TestApp::start();
    person(&app, EMAIL).await;
    let anon = app.anon();
    let refused = anon.post(LOGIN, json!({"email": EMAIL, "password": PASSWORD})).await;
    refused.expect_refusal(403, "auth.forbidden");
    assert!(refused.json.get("data").is_none());
    let wrong = json!({"email": EMAIL, "password": "PasLeBon123456"});
    anon.post(LOGIN, wrong).await.expect_refusal(401, "auth.credentials_invalid");
    app.superadmin().await;
    let chief = sign_in(&app, LOGIN, CHIEF, PASSWORD).await;
    let own = chief.get("/api/v1/admin/profile/").await;
    let data = &own.expect(200).json["data"];
    assert_eq!((&data["role"], &data["isSuperuser"]), (&json!("SUPERADMIN"), &json!(true)));
    let renamed = chief.post("/api/v1/admin/update/", json!({"firstname": "Aya", "role": "user"})).await;
    let data = &renamed.expect(200).json["data"];
    assert_eq!((&data["firstname"], &data["role"]), (&json!("Aya"), &json!("SUPERADMIN")));
    app.stop().await;
}

#[actix_web::test]
async fn a_session_ended_by_the_refusal_gives_nothing() {
    let app = TestApp::start();
    let awa = person(&app, EMAIL).await;
    let sessions = awa.get("/api/sessions").await.expect(200).json["items"].as_array().unwrap().len();
    app.anon().post(LOGIN, json!({"email": EMAIL, "password": PASSWORD})).await.expect(403);
    let after = awa.get("/api/sessions").await;
    assert_eq!(after.expect(200).json["items"].as_array().unwrap().len(), sessions);
    app.stop().await;
}

#[actix_web::test]
async fn people_are_listed_a_page_at_a_time() {
    let app = TestApp::start();
    for n in 0..3 {
        person(&app, &format!("client{n}@example.ci")).await;
        app.clock.advance(std::time::Duration::from_secs(1));
    }
    let chief = chief(&app).await;
    let (mut seen, mut address) = (Vec::new(), "/api/v1/admin/users/?limit=2".to_owned());
    loop {
        let page = chief.get(&address).await;
        assert_eq!(page.expect(200).json["status"], "success");
        let people = page.json["data"]["items"].as_array().unwrap().clone();
        assert!(people.iter().all(|person| person.as_object().unwrap().contains_key("referrralCode")));
        seen.extend(people.into_iter().map(|person| person["email"].as_str().unwrap().to_owned()));
        let Some(next) = page.json["data"]["nextCursor"].as_str() else { break };
        address = format!("/api/v1/admin/users?limit=2&cursor={next}");
    }
    assert_eq!(seen, [CHIEF, "client2@example.ci", "client1@example.ci", "client0@example.ci"]);
    chief.get("/api/v1/admin/users?limit=0").await.expect_refusal(400, "request.invalid_limit");
    chief.get("/api/v1/admin/users?cursor=x").await.expect_refusal(400, "request.invalid_cursor");
    app.stop().await;
}

#[actix_web::test]
async fn case_33_the_invited_choose_their_own_password() {
    let app = TestApp::start();
    let chief = chief(&app).await;
    for (call, email, role) in
        [("create-admin", "yao@example.ci", "admin"), ("create-client", "aka@example.ci", "user")]
    {
        let made = chief.post(&format!("/api/v1/admin/{call}/"), somebody(email)).await;
        let data = &made.expect(201).json["data"];
        assert_eq!((&data["role"], &data["status"]), (&json!(role.to_uppercase()), &json!("inactive")));
        assert_eq!((&data["isVerified"], &data["firstname"]), (&json!(false), &json!("Yao")));
        let anon = app.anon();
        for password in ["ChoisiParLeChef1", PASSWORD, ""] {
            anon.post("/api/v1/users/login", json!({"email": email, "password": password}))
                .await
                .expect_refusal(401, "auth.credentials_invalid");
        }
        let body = json!({"token": mailed_token(&app, email).await, "newPassword": PASSWORD});
        anon.post("/api/v1/users/reset-password/", body.clone()).await.expect(200);
        anon.post("/api/v1/users/reset-password/", body).await.expect_refusal(401, "auth.reset_invalid");
        let invited = sign_in(&app, "/api/v1/users/login/", email, PASSWORD).await;
        let profile = invited.get("/api/v1/users/profile/").await;
        let data = &profile.expect(200).json["data"];
        assert_eq!((&data["isVerified"], &data["status"]), (&json!(true), &json!("active")));
        assert_eq!(data["role"], role.to_uppercase());
        let listed = invited.get("/api/v1/admin/users").await;
        assert_eq!(listed.status.as_u16(), if role == "admin" { 200 } else { 403 });
    }
    app.stop().await;
}

#[actix_web::test]
async fn nobody_registers_over_an_invitation() {
    let app = TestApp::start();
    let (chief, anon) = (chief(&app).await, app.anon());
    let email = "yao@example.ci";
    // Before it, a stranger waited with a password.
    anon.post("/api/v1/users/register", super::registration(email)).await.expect(200);
    chief.post("/api/v1/admin/create-admin", somebody(email)).await.expect(201);
    // After it, others try.
    anon.post("/api/v1/users/register", super::registration(email)).await.expect(200);
    anon.post("/api/register-user", json!({"identifier": email}))
        .await
        .expect_problem(409, "auth.already_registered");
    anon.post("/api/define-password", json!({"identifier": email, "password": "MotDePasseVole123"}))
        .await
        .expect_problem(401, "auth.sign_in_required");
    // The mailbox decides, by a code as well as by the token.
    anon.post("/api/v1/users/resend-otp", json!({"email": email})).await.expect(200);
    let otp = app.newest_code_for(email).await;
    anon.post("/api/v1/users/verify-otp", json!({"email": email, "otp": otp})).await.expect(200);
    for password in [PASSWORD, "MotDePasseVole123"] {
        anon.post("/api/v1/users/login", json!({"email": email, "password": password}))
            .await
            .expect_refusal(401, "auth.credentials_invalid");
    }
    let people = chief.get("/api/v1/admin/users").await;
    let people = people.expect(200).json["data"]["items"].as_array().unwrap().clone();
    let invited = people.iter().find(|person| person["email"] == email).unwrap();
    assert_eq!(invited["firstname"], "Yao", "the invitation's");
    app.stop().await;
}

#[actix_web::test]
async fn case_32_accounts_are_made_downwards_and_with_a_code() {
    let app = TestApp::start();
    let chief = chief(&app).await;
    let weak = sign_in(&app, LOGIN, CHIEF, PASSWORD).await;
    for call in ["/api/v1/admin/create-admin", "/api/v1/admin/create-client"] {
        weak.post(call, somebody("x@example.ci")).await.expect_refusal(403, "auth.step_up_required");
    }
    app.with_role("admin@example.ci", "admin").await;
    let admin = proven(&app, sign_in(&app, LOGIN, "admin@example.ci", PASSWORD).await).await;
    admin
        .post("/api/v1/admin/create-admin", somebody("y@example.ci"))
        .await
        .expect_refusal(403, "auth.forbidden");
    admin.post("/api/v1/admin/create-client", somebody("z@example.ci")).await.expect(201);
    // Invited by a superadmin as an administrator: no administrator makes them less.
    chief.post("/api/v1/admin/create-admin", somebody("y@example.ci")).await.expect(201);
    admin
        .post("/api/v1/admin/create-client", somebody("y@example.ci"))
        .await
        .expect_refusal(403, "auth.role_forbidden");
    chief.post("/api/v1/admin/create-admin", somebody("y@example.ci")).await.expect(201);
    chief
        .post("/api/v1/admin/create-client", somebody("admin@example.ci"))
        .await
        .expect_refusal(409, "auth.already_registered");
    for (field, value, code) in [
        ("email", json!("x"), "auth.email_invalid"),
        ("firstname", json!(null), "request.invalid_field"),
        ("lastname", json!("\u{202e}x"), "auth.last_name_invalid"),
    ] {
        let mut body = somebody("w@example.ci");
        body[field] = value;
        chief.post("/api/v1/admin/create-client", body).await.expect_refusal(400, code);
    }
    app.stop().await;
}
