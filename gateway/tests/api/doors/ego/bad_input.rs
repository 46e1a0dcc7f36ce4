//! Whatever is sent, a refusal in this door's shape comes back, and nobody gives themselves anything.

use super::{EMAIL, person, registration, sign_in};
use crate::app::{PASSWORD, TestApp};
use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::BigInt};
use reqwest::Method;
use serde_json::{Value, json};

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

const CALLS: [&str; 8] = [
    "/api/v1/users/register/",
    "/api/v1/users/verify-otp/",
    "/api/v1/users/login/",
    "/api/v1/users/refresh-token/",
    "/api/v1/users/resend-otp/",
    "/api/v1/users/request-reset-password/",
    "/api/v1/users/reset-password/",
    "/api/v1/admin/login/",
];

#[actix_web::test]
async fn the_printed_password_is_too_weak_and_the_refusal_says_so() {
    let app = TestApp::start();
    let anon = app.anon();
    for (password, code) in [
        ("12345", "auth.password_too_short"),
        ("password", "auth.password_common"),
        ("mot de\npasse", "auth.password_characters"),
        (&"é".repeat(129), "auth.password_too_long"),
    ] {
        let mut body = registration(EMAIL);
        body["password"] = json!(password);
        let refused = anon.post("/api/v1/users/register/", body).await;
        refused.expect_refusal(400, code);
        assert_eq!(refused.json["errors"][0]["field"], "password");
        let body = json!({"token": "250d5a", "newPassword": password});
        let refused = anon.post("/api/v1/users/reset-password/", body).await;
        refused.expect_refusal(400, code);
        assert_eq!(refused.json["errors"][0]["field"], "newPassword");
    }
    let english = anon.request(Method::POST, "/api/v1/users/register").header("Accept-Language", "en");
    let mut body = registration(EMAIL);
    body["password"] = json!("12345");
    let refused = anon.send(english.json(&body)).await;
    assert_eq!(refused.json["message"], "The password has at least 8 characters.");
    let rows: Count =
        sql_query("SELECT count(*) AS n FROM utilisateur").get_result(&mut app.db.conn()).unwrap();
    assert_eq!(rows.n, 0, "nothing was written");
    // A token as short as the printed one is none.
    let body = json!({"token": "250d5a", "newPassword": PASSWORD});
    anon.post("/api/v1/users/reset-password/", body).await.expect_refusal(401, "auth.reset_invalid");
    app.stop().await;
}

#[actix_web::test]
async fn bodies_of_every_wrong_kind() {
    let app = TestApp::start();
    let anon = app.anon();
    let deep = format!("{{\"email\":{}", "[".repeat(20_000));
    let big = format!("{{\"email\":\"{}\"}}", "a".repeat(1_000_000));
    for call in CALLS {
        for (body, status, code) in [
            ("", 400, "request.invalid_json"),
            ("{", 400, "request.invalid_json"),
            ("[]", 400, "request.invalid_field"),
            ("null", 400, "request.invalid_field"),
            ("{}", 400, "request.invalid_field"),
            ("{\"email\":\"a\\u0000b\"}", 400, "request.invalid_text"),
            (&deep, 400, "request.invalid_json"),
            (&big, 413, "request.too_large"),
        ] {
            let request = anon.request(Method::POST, call).header("Content-Type", "application/json");
            let answer = anon.send(request.body(body.to_owned())).await;
            // What is deep is wrong before it is read to its end.
            let code = if body == deep && answer.json["code"] == "request.invalid_field" {
                "request.invalid_field"
            } else {
                code
            };
            answer.expect_refusal(status, code);
        }
        let form =
            anon.request(Method::POST, call).header("Content-Type", "application/x-www-form-urlencoded");
        anon.send(form.body("email=a@b.ci")).await.expect_refusal(415, "request.unsupported_media_type");
    }
    let missing = anon.post("/api/v1/users/register", json!({"firstname": "Awa"})).await;
    assert_eq!(missing.expect_refusal(400, "request.invalid_field").json["errors"][0]["field"], "lastname");
    app.stop().await;
}

#[actix_web::test]
async fn addresses_names_and_numbers_of_every_wrong_kind() {
    let app = TestApp::start();
    let anon = app.anon();
    let long = "a".repeat(10_000);
    for email in ["", "@", "awa", "awa@example.ci\r\nBcc: x@y.z", "0708091011", &long] {
        let refused = anon.post("/api/v1/users/register", registration(email)).await;
        refused.expect_refusal(400, "auth.email_invalid");
        assert_eq!(refused.json["errors"][0]["field"], "email");
        for call in ["resend-otp", "request-reset-password"] {
            anon.post(&format!("/api/v1/users/{call}"), json!({"email": email}))
                .await
                .expect_refusal(400, "auth.email_invalid");
        }
    }
    for (field, value, code) in [
        ("firstname", json!("Awa\u{202e}"), "auth.first_name_invalid"),
        ("firstname", json!(&long), "auth.first_name_invalid"),
        ("lastname", json!("12345"), "auth.last_name_invalid"),
        ("phoneNumber", json!("pas un numéro"), "auth.contact_phone_invalid"),
        ("phoneNumber", json!("1".repeat(40)), "auth.contact_phone_invalid"),
        ("phoneNumber", json!("12"), "auth.contact_phone_invalid"),
        ("email", json!({"$ne": ""}), "request.invalid_field"),
        ("phoneNumber", json!(22_892_152_900_i64), "request.invalid_field"),
    ] {
        let mut body = registration(EMAIL);
        body[field] = value;
        let refused = anon.post("/api/v1/users/register", body).await;
        refused.expect_refusal(400, code);
        assert_eq!(refused.json["errors"][0]["field"], field);
    }
    let awa = person(&app, EMAIL).await;
    for (field, value, code) in [
        ("firstname", json!("\u{200b}"), "auth.first_name_invalid"),
        ("address", json!(&long), "auth.address_invalid"),
        ("birth", json!("2990-01-01"), "auth.birth_date_invalid"),
        ("birth", json!("28/02/1990"), "auth.birth_date_invalid"),
        ("phoneNumber", json!("abc"), "auth.contact_phone_invalid"),
        ("address", json!(["Cocody"]), "request.invalid_field"),
    ] {
        let refused = awa.post("/api/v1/users/update", json!({field: value})).await;
        refused.expect_refusal(400, code);
        assert_eq!(refused.json["errors"][0]["field"], field, "{}", refused.json);
    }
    app.stop().await;
}

#[actix_web::test]
async fn case_31_nobody_gives_themselves_anything() {
    let app = TestApp::start();
    let anon = app.anon();
    let gifts = json!({
        "role": "superadmin", "isSuperuser": true, "is_superuser": true, "isVerified": true, "isApproved": true, "verifie": true,
        "id": "0193b0a0-0000-7000-8000-000000000000", "id_user": 1, "solde": 1_000_000, "balance": 1_000_000, "statusKyc": "accepted",
        "kyc_statut": "valide", "niveau_identite": 1, "status": "active", "statut": "actif", "emailVerifiedAt": "2020-01-01T00:00:00Z",
        "email_prouve_le": "2020-01-01T00:00:00Z", "createdAt": "2001-01-01T00:00:00Z", "mdp": "$2b$10$x", "twoFactorAuth": true,
        "user": {"role": "superadmin"}, "failedLoginAttempts": -5, "isBlocked": false, "profilePhoto": "http://169.254.169.254/",
    });
    let with_gifts = |mut body: Value| {
        let given = body.as_object().unwrap().clone();
        body.as_object_mut().unwrap().extend(gifts.as_object().unwrap().clone());
        body.as_object_mut().unwrap().extend(given.into_iter().filter(|(name, _)| name != "role"));
        body
    };
    anon.post("/api/v1/users/register", with_gifts(registration(EMAIL))).await.expect(200);
    anon.post("/api/v1/users/login", with_gifts(json!({"email": EMAIL, "password": PASSWORD})))
        .await
        .expect_refusal(401, "auth.credentials_invalid");
    let otp = app.newest_code_for(EMAIL).await;
    let verify = with_gifts(json!({"email": EMAIL, "otp": otp}));
    anon.post("/api/v1/users/verify-otp", verify).await.expect(200);
    let awa = sign_in(&app, "/api/v1/users/login", EMAIL, PASSWORD).await;
    let before = awa.get("/api/v1/users/profile").await;
    let same = with_gifts(json!({"email": "chef@example.ci", "password": "UnAutreMotDePasse456"}));
    let updated = awa.post("/api/v1/users/update", same).await;
    assert_eq!(updated.expect(200).json["data"], before.expect(200).json["data"]);
    assert_eq!(updated.json["data"]["role"], "USER");
    awa.get("/api/v1/admin/users").await.expect_refusal(403, "auth.forbidden");
    sign_in(&app, "/api/v1/users/login", EMAIL, PASSWORD).await;
    app.stop().await;
}
