//! What strangers try. A name that starts with `case_` carries the number of the attack.

use super::new_code;
use crate::app::{PASSWORD, TestApp};
use futures_util::future::join_all;
use serde_json::json;

const EMAIL: &str = "victime@example.ci";
const STRANGERS: &str = "MotDePasseVole123";

fn wrong(code: &str, by: usize) -> String {
    format!("{:06}", (code.parse::<usize>().unwrap() + by) % 1_000_000)
}

#[actix_web::test]
async fn case_03_two_hundred_wrong_codes_on_two_servers() {
    let app = TestApp::start();
    let beside = app.beside();
    app.anon().post("/api/register-user", json!({"identifier": EMAIL})).await.expect(200);
    let code = new_code(&app, EMAIL).await;
    let callers = [app.anon(), beside.anon()];
    let guesses = (1..=200).map(|n| {
        let body = json!({"identifier": EMAIL, "otpCode": wrong(&code, n)});
        let caller = &callers[n % 2];
        async move { caller.post("/api/verify-otp", body).await }
    });
    for answer in join_all(guesses).await {
        answer.expect_problem(401, "auth.code_invalid");
    }
    // On the other server, and after the five: the right one opens nothing.
    let late = callers[0].post("/api/verify-otp", json!({"identifier": EMAIL, "otpCode": code})).await;
    late.expect_problem(401, "auth.code_invalid");
    // A new one does: those were five guesses, not two hundred.
    let code = new_code(&app, EMAIL).await;
    callers[1].post("/api/verify-otp", json!({"identifier": EMAIL, "otpCode": code})).await.expect(200);
    beside.stop().await;
    app.stop().await;
}

#[actix_web::test]
async fn case_04_the_right_code_fifty_times_at_once() {
    let app = TestApp::start();
    app.anon().post("/api/register-user", json!({"identifier": EMAIL})).await.expect(200);
    let code = new_code(&app, EMAIL).await;
    let anon = app.anon();
    let body = json!({"identifier": EMAIL, "otpCode": code});
    let answers = join_all((0..50).map(|_| anon.post("/api/verify-otp", body.clone()))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    app.stop().await;
}

#[actix_web::test]
async fn case_12_a_stranger_registers_and_defines_first() {
    let app = TestApp::start();
    let anon = app.anon();
    for owner_registers in [true, false] {
        let identifier = format!("{owner_registers}@example.ci");
        let register = json!({"identifier": identifier});
        anon.post("/api/register-user", register.clone()).await.expect(200);
        anon.post("/api/define-password", json!({"identifier": identifier, "password": STRANGERS}))
            .await
            .expect(200);
        let stolen = json!({"identifier": identifier, "password": STRANGERS});
        anon.post("/api/verify-pin", stolen.clone()).await.expect_problem(401, "auth.credentials_invalid");
        if owner_registers {
            anon.post("/api/register-user", register).await.expect(200);
        }
        let defined =
            anon.post("/api/define-password", json!({"identifier": identifier, "password": PASSWORD})).await;
        if !owner_registers {
            defined.expect_problem(409, "auth.password_already_defined");
        }
        let code = new_code(&app, &identifier).await;
        let proven = anon.post("/api/verify-otp", json!({"identifier": identifier, "otpCode": code})).await;
        assert_eq!(proven.expect(200).json["passwordDropped"], true);
        assert_eq!(proven.json["next"], "define-password");
        anon.post("/api/verify-pin", stolen).await.expect_problem(401, "auth.credentials_invalid");
    }
    app.stop().await;
}

#[actix_web::test]
async fn case_13_first_contacts_at_once() {
    let app = TestApp::start();
    let beside = app.beside();
    let callers = [app.anon(), beside.anon()];
    let spellings = [
        "0708091011",
        "+2250708091011",
        "00225 07 08 09 10 11",
        "٠٧٠٨٠٩١٠١١",
        "０７０８０９１０１１",
        "07.08.09.10.11",
    ];
    let calls = spellings
        .iter()
        .enumerate()
        .map(|(n, text)| callers[n % 2].post("/api/register-user", json!({"identifier": text})));
    for answer in join_all(calls).await {
        answer.expect(200);
    }
    let chief = app.superadmin().await;
    let found = chief.get("/api/users?search=0708").await;
    assert_eq!(found.expect(200).json["items"].as_array().unwrap().len(), 1);
    beside.stop().await;
    app.stop().await;
}

#[actix_web::test]
async fn case_01_generating_tells_nobody_who_is_known() {
    let app = TestApp::start();
    app.person(EMAIL).await;
    let anon = app.anon();
    let ask =
        async |identifier: &str| anon.post("/api/generate-otp", json!({"identifier": identifier})).await;
    let (known, unknown) = (ask(EMAIL).await, ask("personne@example.ci").await);
    assert_eq!((known.status, &known.bytes), (unknown.status, &unknown.bytes));
    let names = |answer: &crate::app::Answer| {
        let mut names: Vec<_> = answer.headers.keys().map(ToString::to_string).collect();
        names.sort();
        names
    };
    assert_eq!(names(&known), names(&unknown));
    for identifier in [EMAIL, "personne@example.ci"] {
        let refused = app
            .anon()
            .post("/api/verify-pin", json!({"identifier": identifier, "password": STRANGERS}))
            .await;
        refused.expect_problem(401, "auth.credentials_invalid");
    }
    app.stop().await;
}

#[actix_web::test]
async fn case_31_nobody_gives_themselves_anything() {
    let app = TestApp::start();
    let greedy = json!({
        "identifier": EMAIL, "password": PASSWORD, "role": "superadmin", "user": {"role": "superadmin"}, "idUser": 1, "id_user": 1,
        "emailProven": true, "email_prouve_le": "2020-01-01", "verifie": true, "solde": 1_000_000, "kycStatut": "valide", "statut": "actif",
    });
    app.anon().post("/api/register-user", greedy.clone()).await.expect(200);
    app.anon().post("/api/define-password", greedy).await.expect(200);
    let code = new_code(&app, EMAIL).await;
    let proven = app
        .anon()
        .post("/api/verify-otp", json!({"identifier": EMAIL, "otpCode": code, "role": "admin"}))
        .await;
    assert_eq!(proven.expect(200).json["user"]["role"], "user");
    app.stop().await;
}

#[actix_web::test]
async fn passwords_are_slowed_down_and_say_when() {
    let app = TestApp::start();
    app.person(EMAIL).await;
    let anon = app.anon();
    let guess = json!({"identifier": EMAIL, "password": STRANGERS});
    for _ in 0..5 {
        anon.post("/api/verify-pin", guess.clone()).await.expect_problem(401, "auth.credentials_invalid");
    }
    let slowed = anon.post("/api/verify-pin", guess).await;
    slowed.expect_problem(429, "auth.too_many_attempts");
    assert_eq!(slowed.headers["retry-after"], "2");
    // The owner enters with a code all the same, and then with the password.
    let mut owner = app.anon();
    owner.identifier = EMAIL.to_owned();
    app.sign_in_by_code(&mut owner).await;
    anon.post("/api/verify-pin", json!({"identifier": EMAIL, "password": PASSWORD})).await.expect(200);
    app.stop().await;
}

#[actix_web::test]
async fn case_09_strangers_do_not_keep_the_owner_out_of_their_own_session() {
    let app = TestApp::start();
    let owner = app.person(EMAIL).await;
    let anon = app.anon();
    let mut code = String::new();
    for n in 0..25 {
        if n % 5 == 0 {
            code = new_code(&app, EMAIL).await;
        }
        let guess = json!({"identifier": EMAIL, "otpCode": wrong(&code, 1 + n)});
        assert_ne!(anon.post("/api/verify-otp", guess).await.status, 200);
        anon.post("/api/verify-pin", json!({"identifier": EMAIL, "password": STRANGERS})).await;
    }
    let code = new_code(&app, EMAIL).await;
    let right = json!({"identifier": EMAIL, "otpCode": code});
    anon.post("/api/verify-otp", right).await.expect_problem(429, "auth.too_many_attempts");
    let password = json!({"identifier": EMAIL, "password": PASSWORD});
    anon.post("/api/verify-pin", password.clone()).await.expect_problem(429, "auth.too_many_attempts");
    owner.post("/api/verify-pin", password).await.expect(200);
    owner.post("/api/generate-otp", json!({"identifier": EMAIL})).await.expect(200);
    let code = app.newest_code_for(EMAIL).await;
    owner.post("/api/verify-otp", json!({"identifier": EMAIL, "otpCode": code})).await.expect(200);
    app.stop().await;
}

#[actix_web::test]
async fn a_password_is_changed_from_a_session_that_a_code_proved() {
    let app = TestApp::start();
    let owner = app.person(EMAIL).await;
    let mut weak = app.anon();
    let signed_in = weak.post("/api/verify-pin", json!({"identifier": EMAIL, "password": PASSWORD})).await;
    weak.token = signed_in.expect(200).json["accessToken"].as_str().map(str::to_owned);
    let new = json!({"identifier": EMAIL, "password": STRANGERS});
    weak.post("/api/define-password", new.clone()).await.expect_problem(403, "auth.step_up_required");
    owner.post("/api/define-password", new).await.expect(200);
    app.stop().await;
}
