//! Each documented call, with its printed body, both with the slash at its end and without.

use super::{EMAIL, mailed_token, person, registration, sign_in};
use crate::app::{PASSWORD, TestApp};
use diesel::{RunQueryDsl, sql_query};
use serde_json::{Value, json};

const NEW_PASSWORD: &str = "UnAutreMotDePasse456";

#[actix_web::test]
async fn the_printed_calls_give_the_printed_answers() {
    let app = TestApp::start();
    for (slash, email) in [("/", EMAIL), ("", "autre@gmail.com")] {
        let at = |call: &str| format!("/api/v1/users/{call}{slash}");
        let mut anon = app.anon();
        let registered = anon.post(&at("register"), registration(email)).await;
        assert_eq!(
            registered.expect(200).json,
            json!({"status": "pending", "message": "Utilisateur enregistré. Veuillez vérifier votre email pour l'OTP."})
        );
        let first = app.newest_code_for(email).await;
        let resent = anon.post(&at("resend-otp"), json!({"email": email})).await;
        assert_eq!(resent.expect(200).json, json!({"message": "Nouvel OTP envoyé avec succès"}));
        let otp = app.newest_code_for(email).await;
        if first != otp {
            let older = anon.post(&at("verify-otp"), json!({"email": email, "otp": first})).await;
            older.expect_refusal(401, "auth.code_invalid");
        }
        let verified = anon.post(&at("verify-otp"), json!({"email": email, "otp": otp})).await;
        assert_eq!(
            verified.expect(200).json,
            json!({"status": "success", "message": "Code OTP vérifié avec succès"})
        );
        let signed_in = anon.post(&at("login"), json!({"email": email, "password": PASSWORD})).await;
        let Value::Object(mut data) = signed_in.expect(200).json["data"].clone() else { panic!("no data") };
        let token = data.remove("token").unwrap();
        assert_eq!(
            Value::from(data),
            json!({"firstname": "Awa", "lastname": "Koné", "email": email, "role": "user"})
        );
        assert_eq!(token.as_object().unwrap().keys().collect::<Vec<_>>(), ["accessToken", "refreshToken"]);
        let refreshed = anon.post(&at("refresh-token"), json!({"refreshToken": token["refreshToken"]})).await;
        assert_eq!(refreshed.expect(200).json["status"], "success");
        anon.token = refreshed.json["data"]["token"]["accessToken"].as_str().map(str::to_owned);
        let profile = anon.get(&at("profile")).await;
        assert_eq!(profile.expect(200).json["data"]["email"], email);
        let updated = anon.post(&at("update"), json!({"firstname": "Aya"})).await;
        assert_eq!(updated.expect(200).json["data"]["firstname"], "Aya");
        assert_eq!(updated.json["data"]["lastname"], "Koné", "what is left out stays");

        let asked = anon.post(&at("request-reset-password"), json!({"email": email})).await;
        assert_eq!(
            asked.expect(200).json,
            json!({"status": "pending", "message": "Un email a été envoyé pour réinitialiser votre mot de passe"})
        );
        let token = mailed_token(&app, email).await;
        let field = if slash.is_empty() { "newPassword" } else { "newPasseord" };
        let reset = anon.post(&at("reset-password"), json!({"token": token, field: NEW_PASSWORD})).await;
        assert_eq!(
            reset.expect(200).json,
            json!({"status": "success", "message": "Password reinitialié avec succes"})
        );
        anon.get(&at("profile")).await.expect_refusal(401, "auth.required");
        let anon = sign_in(&app, &at("login"), email, NEW_PASSWORD).await;
        let deleted = anon.post(&at("delete"), json!({})).await;
        assert_eq!(deleted.expect(200).json, json!({"status": "success", "message": "suppression reussie"}));
        anon.get(&at("profile")).await.expect_refusal(401, "auth.required");
    }
    app.stop().await;
}

#[actix_web::test]
async fn the_access_token_has_the_old_claims_and_lasts_thirty_minutes_the_refresh_token_seven_days() {
    let app = TestApp::start();
    let awa = person(&app, EMAIL).await;
    let claims = |token: &str| -> Value {
        use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
        let payload = token.split('.').nth(1).unwrap();
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
    };
    let said = claims(awa.token.as_deref().unwrap());
    let profile = awa.get("/api/v1/users/profile").await;
    assert_eq!((&said["userId"], &said["role"]), (&profile.expect(200).json["data"]["id"], &json!("user")));
    assert_eq!(said["exp"].as_i64().unwrap() - said["iat"].as_i64().unwrap(), 1_800);

    app.clock.advance(std::time::Duration::from_secs(1_799));
    awa.get("/api/v1/users/profile").await.expect(200);
    app.clock.advance(std::time::Duration::from_secs(1));
    awa.get("/api/v1/users/profile/").await.expect_refusal(401, "auth.token_expired");
    let refresh = async |token: &Value| {
        app.anon().post("/api/v1/users/refresh-token", json!({"refreshToken": token})).await
    };
    let second = refresh(&json!(awa.refresh_token)).await;
    let second = &second.expect(200).json["data"]["token"]["refreshToken"];
    app.clock.advance(std::time::Duration::from_secs(7 * 86_400 - 1));
    let third = refresh(second).await;
    let third = &third.expect(200).json["data"]["token"]["refreshToken"];
    app.clock.advance(std::time::Duration::from_secs(7 * 86_400));
    refresh(third).await.expect_refusal(401, "auth.session_ended");
    app.stop().await;
}

#[actix_web::test]
async fn the_profile_has_the_documented_fields_spelt_so_and_no_hash() {
    let app = TestApp::start();
    let awa = person(&app, EMAIL).await;
    let profile = awa.get("/api/v1/users/profile/").await;
    assert!(!profile.bytes.windows(3).any(|window| window == b"$2b"), "no hash");
    let data = profile.expect(200).json["data"].as_object().unwrap();
    let documented = "address id firstname lastname email phoneNumber role profession birth profilePhoto ipAdress deviceId \
        status isVerified isApproved isBlocked referrralCode emailVerifiedAt profileComplete isSuperuser identificationType \
        identificationExpiry documentIdentityImage statusKyc dateOfVerification sponsorShipCode lastLogin twoFactorAuth \
        failedLoginAttempts lastFailedLogin createdAt updatedAt";
    let older = "viewers followers following comments posts blocked userAward fullname initials postCounts followersCount \
        viewersCount blockCount lastPost isInActive lastActive";
    let mut expected: Vec<&str> = documented.split_whitespace().chain(older.split_whitespace()).collect();
    expected.sort_unstable();
    assert_eq!(data.keys().collect::<Vec<_>>(), expected);
    for (field, value) in [
        ("firstname", json!("Awa")),
        ("lastname", json!("Koné")),
        ("fullname", json!("Awa Koné")),
        ("initials", json!("AK")),
        ("phoneNumber", json!("0022892152900")),
        ("role", json!("USER")),
        ("status", json!("active")),
        ("isVerified", json!(true)),
        ("isApproved", json!(false)),
        ("isBlocked", json!(false)),
        ("isSuperuser", json!(false)),
        ("isInActive", json!(false)),
        ("profileComplete", json!(false)),
        ("twoFactorAuth", json!(false)),
        ("statusKyc", json!("none")),
        ("failedLoginAttempts", json!(0)),
        ("lastFailedLogin", json!(null)),
        ("emailVerifiedAt", json!("2026-11-20T08:00:00Z")),
        ("createdAt", json!("2026-11-20T08:00:00Z")),
        ("lastLogin", json!("2026-11-20T08:00:00Z")),
        ("ipAdress", json!([])),
        ("followers", json!([])),
        ("followersCount", json!(0)),
        ("birth", json!(null)),
    ] {
        assert_eq!(data[field], value, "{field}");
    }
    app.anon()
        .post("/api/v1/users/login", json!({"email": EMAIL, "password": "PasLeBon123456"}))
        .await
        .expect_refusal(401, "auth.credentials_invalid");
    let after = awa.get("/api/v1/users/profile").await;
    assert_eq!(after.json["data"]["failedLoginAttempts"], 1);
    assert_eq!(after.json["data"]["lastFailedLogin"], "2026-11-20T08:00:00Z");
    app.stop().await;
}

#[actix_web::test]
async fn the_profile_says_how_far_the_identity_is_and_whether_an_app_is_asked_for() {
    let app = TestApp::start();
    let awa = person(&app, EMAIL).await;
    for sql in [
        "UPDATE utilisateur SET niveau_identite = 1",
        "INSERT INTO verification_identite (public_id, id_user, etat, type_document, pays_document, numero_cle, numero_chiffre,
             numero_hache, nom, prenom, date_naissance, expire_le, commencee_le, soumise_le, avis_le, decidee_le)
         SELECT gen_random_uuid(), id_user, 'acceptee', 'passeport', 'CI', 'k1', 'x', decode(repeat('ab', 32), 'hex'), 'Koné', 'Awa',
             '1990-01-01', '2030-01-31', now(), now(), now(), '2026-11-20T08:00:00Z' FROM utilisateur",
        "INSERT INTO totp (id_user, secret_chiffre, cree_le, actif_le) SELECT id_user, decode(repeat('00', 64), 'hex'), now(), now()
         FROM utilisateur",
    ] {
        sql_query(sql).execute(&mut app.db.conn()).unwrap();
    }
    let profile = awa.get("/api/v1/users/profile").await;
    for (field, value) in [
        ("isApproved", json!(true)),
        ("statusKyc", json!("accepted")),
        ("identificationType", json!("passport")),
        ("identificationExpiry", json!("2030-01-31")),
        ("dateOfVerification", json!("2026-11-20T08:00:00Z")),
        ("twoFactorAuth", json!(true)),
        ("documentIdentityImage", json!(null)),
    ] {
        assert_eq!(profile.expect(200).json["data"][field], value, "{field}");
    }
    app.stop().await;
}

#[actix_web::test]
async fn a_profile_is_changed_a_field_at_a_time() {
    let app = TestApp::start();
    let awa = person(&app, EMAIL).await;
    let all = json!({
        "firstname": "Aya", "lastname": "Kouassi", "address": "Cocody, Abidjan", "profession": "Commerçante",
        "birth": "1990-02-28", "phoneNumber": "+228 92 15 29 01",
    });
    let updated = awa.post("/api/v1/users/update/", all.clone()).await;
    let data = &updated.expect(200).json["data"];
    for (field, value) in all.as_object().unwrap() {
        assert_eq!(&data[field], value, "{field}");
    }
    assert_eq!((&data["profileComplete"], &data["fullname"]), (&json!(true), &json!("Aya Kouassi")));
    let emptied = awa.post("/api/v1/users/update", json!({"profession": null, "address": ""})).await;
    let data = &emptied.expect(200).json["data"];
    assert_eq!((&data["profession"], &data["address"]), (&Value::Null, &Value::Null));
    assert_eq!(data["birth"], "1990-02-28");
    assert_eq!(awa.get("/api/v1/users/profile").await.json["data"], *data);
    app.stop().await;
}
