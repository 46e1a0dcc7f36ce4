//! The second factor, from the outside.

use super::new_code;
use crate::app::{Answer, Caller, PASSWORD, TestApp};
use hostolink_kernel::Clock;
use serde_json::{Value, json};
use std::time::Duration;

const EMAIL: &str = "awa@example.ci";

/// An app as somebody has it on a phone.
pub(crate) struct App(totp_rs::Totp);

impl App {
    /// Sets one up; it is not confirmed yet.
    pub(crate) async fn enrol(caller: &Caller) -> Self {
        let enrolment = caller.post("/api/totp", json!({})).await;
        let secret = enrolment.expect(200).json["secret"].as_str().unwrap().to_owned();
        assert!(enrolment.json["uri"].as_str().unwrap().contains(&secret));
        let secret = totp_rs::Secret::try_from_base32(secret).unwrap();
        Self(totp_rs::Builder::new().with_secret(secret).build().unwrap())
    }

    /// The code of a step of its own: time goes on by one step each time.
    pub(crate) fn code(&self, app: &TestApp) -> String {
        app.clock.advance(Duration::from_secs(30));
        self.0.generate(u64::try_from(app.clock.now().timestamp()).unwrap()).to_string()
    }

    /// Turns it on: the recovery codes.
    pub(crate) async fn confirm(&self, app: &TestApp, caller: &Caller) -> Vec<String> {
        let confirmed = caller.post("/api/totp/confirm", json!({"code": self.code(app)})).await;
        let codes = confirmed.expect(200).json["recoveryCodes"].as_array().unwrap().clone();
        codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect()
    }
}

async fn sign_in(app: &TestApp) -> Answer {
    app.anon().post("/api/verify-pin", json!({"identifier": EMAIL, "password": PASSWORD})).await
}

#[actix_web::test]
async fn signing_in_asks_for_it_and_the_same_answer_follows() {
    let app = TestApp::start();
    let awa = app.person(EMAIL).await;
    let phone = App::enrol(&awa).await;
    assert_eq!(sign_in(&app).await.expect(200).json["next"], "done", "not on yet");
    phone.confirm(&app, &awa).await;
    let told = app.newest_message_for(EMAIL).await;
    assert!(told["body"].as_str().unwrap().contains("protège votre compte"), "{told}");
    let status = awa.get("/api/totp").await;
    assert_eq!(status.expect(200).json, json!({"enabled": true, "recoveryCodesLeft": 10}));
    let first = sign_in(&app).await;
    let names: Vec<_> = first.expect(200).json.as_object().unwrap().keys().collect();
    assert_eq!(names, ["challenge", "expiresIn", "next"]);
    assert_eq!((&first.json["next"], &first.json["expiresIn"]), (&json!("totp"), &json!(300)));
    let body = json!({"challenge": first.json["challenge"], "code": phone.code(&app)});
    let second = app.anon().post("/api/verify-totp", body.clone()).await;
    let names: Vec<_> = second.expect(200).json.as_object().unwrap().keys().collect();
    assert_eq!(names, ["accessToken", "expiresIn", "next", "refreshToken", "user"]);
    app.anon().post("/api/verify-totp", body).await.expect_problem(401, "auth.challenge_invalid");
    // By a one-time code as well; and that session moves money.
    let code = new_code(&app, EMAIL).await;
    let first = app.anon().post("/api/verify-otp", json!({"identifier": EMAIL, "otpCode": code})).await;
    assert_eq!(first.expect(200).json["next"], "totp");
    let body = json!({"challenge": first.json["challenge"], "code": phone.code(&app)});
    let mut caller = app.anon();
    let second = caller.post("/api/verify-totp", body).await;
    caller.token = second.expect(200).json["accessToken"].as_str().map(str::to_owned);
    let items = caller.get("/api/sessions").await.expect(200).json["items"].clone();
    assert_eq!((&items[0]["current"], &items[0]["proof"]), (&json!(true), &json!("otp")));
    app.stop().await;
}

#[actix_web::test]
async fn case_29_the_same_code_again_is_refused() {
    let app = TestApp::start();
    let awa = app.person(EMAIL).await;
    let phone = App::enrol(&awa).await;
    phone.confirm(&app, &awa).await;
    let (one, other) = (sign_in(&app).await, sign_in(&app).await);
    let code = phone.code(&app);
    let answer = async |challenge: &Value, code: &str| {
        app.anon().post("/api/verify-totp", json!({"challenge": challenge, "code": code})).await
    };
    answer(&one.json["challenge"], &code).await.expect(200);
    let again = answer(&other.json["challenge"], &code).await;
    again.expect_problem(401, "auth.totp_invalid");
    answer(&other.json["challenge"], &phone.code(&app)).await.expect(200);
    app.stop().await;
}

#[actix_web::test]
async fn case_29_it_is_not_turned_off_without_showing_it() {
    let app = TestApp::start();
    let awa = app.person(EMAIL).await;
    let weak = sign_in(&app).await;
    let mut caller = app.anon();
    caller.token = weak.json["accessToken"].as_str().map(str::to_owned);
    let phone = App::enrol(&awa).await;
    let recovery = phone.confirm(&app, &awa).await;
    let off = async |caller: &Caller, body: Value| {
        caller.send(caller.request(reqwest::Method::DELETE, "/api/totp").json(&body)).await
    };
    off(&caller, json!({"code": phone.code(&app)})).await.expect_problem(403, "auth.step_up_required");
    for body in [json!({}), json!({"code": "000000", "recoveryCode": recovery[0]}), json!({"code": 1})] {
        off(&awa, body).await.expect_problem(400, "request.invalid_field");
    }
    off(&awa, json!({"code": "000000"})).await.expect_problem(401, "auth.totp_invalid");
    off(&awa, json!({"recoveryCode": "AAAAA"})).await.expect_problem(401, "auth.totp_invalid");
    off(&awa, json!({"recoveryCode": recovery[0]})).await.expect(204);
    let told = app.newest_message_for(EMAIL).await;
    assert!(told["body"].as_str().unwrap().contains("ne protège plus votre compte"), "{told}");
    off(&awa, json!({"recoveryCode": recovery[1]})).await.expect_problem(409, "auth.totp_off");
    assert_eq!(sign_in(&app).await.expect(200).json["next"], "done");
    app.stop().await;
}

#[actix_web::test]
async fn case_30_a_recovery_code_works_once() {
    let app = TestApp::start();
    let awa = app.person(EMAIL).await;
    let phone = App::enrol(&awa).await;
    let recovery = phone.confirm(&app, &awa).await;
    let answer = async |code: &str| {
        let challenge = sign_in(&app).await.expect(200).json["challenge"].clone();
        let body = json!({"challenge": challenge, "recoveryCode": code});
        app.anon().post("/api/verify-totp", body).await
    };
    answer(&recovery[0]).await.expect(200);
    answer(&recovery[0]).await.expect_problem(401, "auth.totp_invalid");
    let renewed = awa.post("/api/totp/recovery-codes", json!({"code": phone.code(&app)})).await;
    let new = renewed.expect(200).json["recoveryCodes"][0].as_str().unwrap().to_owned();
    answer(&recovery[1]).await.expect_problem(401, "auth.totp_invalid");
    answer(&new).await.expect(200);
    app.stop().await;
}

#[actix_web::test]
async fn what_is_no_second_factor_is_refused_by_name() {
    let app = TestApp::start();
    let awa = app.person(EMAIL).await;
    awa.post("/api/totp/confirm", json!({"code": "123456"})).await.expect_problem(409, "auth.totp_off");
    awa.post("/api/totp/recovery-codes", json!({"code": "123456"}))
        .await
        .expect_problem(409, "auth.totp_off");
    let phone = App::enrol(&awa).await;
    for code in ["", "12345", "1234567", "abcdef", "１２３４５６", "000000"] {
        let wrong = awa.post("/api/totp/confirm", json!({"code": code})).await;
        wrong.expect_problem(401, "auth.totp_invalid");
    }
    phone.confirm(&app, &awa).await;
    awa.post("/api/totp", json!({})).await.expect_problem(409, "auth.totp_on");
    let anon = app.anon();
    for body in [json!({}), json!({"challenge": "x"}), json!({"challenge": 1, "code": "123456"})] {
        anon.post("/api/verify-totp", body).await.expect_problem(400, "request.invalid_field");
    }
    for challenge in ["", "x", &"x".repeat(50_000)] {
        let body = json!({"challenge": challenge, "code": "123456"});
        anon.post("/api/verify-totp", body).await.expect_problem(401, "auth.challenge_invalid");
    }
    app.clock.advance(Duration::from_secs(601));
    let koffi = app.person("koffi@example.ci").await;
    app.clock.advance(Duration::from_secs(601));
    koffi.post("/api/totp", json!({})).await.expect_problem(403, "auth.recent_code_required");
    app.stop().await;
}
