use crate::app::TestApp;
use reqwest::Method;
use serde_json::{Value, json};

#[actix_web::test]
async fn a_profile_is_read_and_changed_a_field_at_a_time() {
    let app = TestApp::start();
    let awa = app.person("awa@example.ci").await;
    let all = json!({
        "firstName": "Awa", "lastName": "Koné", "country": "CI", "address": "Cocody, rue des Jardins",
        "profession": "Couturière", "birthDate": "1990-02-28", "language": "fr",
    });
    let changed = awa.patch("/api/me", all.clone()).await;
    for (field, value) in all.as_object().unwrap() {
        assert_eq!(&changed.expect(200).json[field], value);
    }
    let emptied = awa.patch("/api/me", json!({"address": null, "profession": ""})).await;
    assert_eq!(
        (&emptied.expect(200).json["address"], &emptied.json["profession"], &emptied.json["firstName"]),
        (&Value::Null, &Value::Null, &json!("Awa"))
    );
    let me = awa.get("/api/me").await;
    assert_eq!((&me.json, &me.headers["etag"]), (&emptied.json, &emptied.headers["etag"]));
    app.stop().await;
}

#[actix_web::test]
async fn case_31_nobody_gives_themselves_anything() {
    let app = TestApp::start();
    let awa = app.person("awa@example.ci").await;
    let before = awa.get("/api/me").await.json;
    for field in [
        "role",
        "Role",
        "ROLE",
        "roles",
        "isAdmin",
        "is_admin",
        "verified",
        "verifie",
        "isVerified",
        "email",
        "phone",
        "emailProven",
        "email_proven",
        "email_prouve_le",
        "phoneProven",
        "id",
        "id_user",
        "idUser",
        "publicId",
        "public_id",
        "statut",
        "status",
        "blocked",
        "solde",
        "balance",
        "kyc",
        "kyc_statut",
        "kycStatus",
        "niveau_identite",
        "identityLevel",
        "mdp",
        "password",
        "passwordSet",
        "photo",
        "createdAt",
        "first_name",
        "firstname",
        "prenom",
        "user.role",
        "__proto__",
        "constructor",
        "$set",
    ] {
        for value in [json!("superadmin"), json!(true), json!(1), json!({"role": "superadmin"}), Value::Null]
        {
            let refused = awa.patch("/api/me", json!({field: value})).await;
            refused.expect_problem(400, "request.invalid_field");
            assert_eq!(refused.json["errors"][0]["field"], field);
        }
        // Not beside a good field either: all or nothing.
        awa.patch("/api/me", json!({"firstName": "Awa", field: "superadmin"})).await.expect(400);
    }
    let nested = json!({"firstName": {"set": "Awa", "role": "superadmin"}});
    awa.patch("/api/me", nested).await.expect_problem(400, "request.invalid_field");
    assert_eq!(awa.get("/api/me").await.json, before);
    // At the other doors what is not asked for is not read.
    let eve = json!({"identifier": "eve@example.ci", "role": "superadmin", "verified": true, "id": 1, "emailProven": true});
    app.anon().post("/api/register-user", eve).await.expect(200);
    let eve = app.person("eve@example.ci").await.get("/api/me").await;
    assert_eq!((&eve.json["role"], &eve.json["blocked"]), (&json!("user"), &json!(false)));
    app.stop().await;
}

#[actix_web::test]
async fn case_49_a_change_says_which_version_it_is_of() {
    let app = TestApp::start();
    let awa = app.person("awa@example.ci").await;
    let seen = awa.get("/api/me").await.headers["etag"].clone();
    let send = |tag: &str, name: &str| {
        let request = awa.request(Method::PATCH, "/api/me").header("If-Match", tag);
        let (awa, body) = (awa.clone(), json!({"firstName": name}));
        async move { awa.send(request.json(&body)).await }
    };
    let without = awa.request(Method::PATCH, "/api/me").json(&json!({"firstName": "Awa"}));
    awa.send(without).await.expect_problem(428, "request.version_required");
    send("unquoted", "Awa").await.expect_problem(400, "request.version_invalid");
    let seen = seen.to_str().unwrap();
    let first = send(seen, "Awa").await;
    assert_ne!(first.expect(200).headers["etag"], seen);
    send(seen, "Aya").await.expect_problem(412, "auth.profile_changed");
    send(&format!("W/{}", first.headers["etag"].to_str().unwrap()), "Aya")
        .await
        .expect_problem(412, "auth.profile_changed");
    assert_eq!(awa.get("/api/me").await.json["firstName"], "Awa");
    app.stop().await;
}

#[actix_web::test]
async fn fields_that_cannot_be_set() {
    let app = TestApp::start();
    let awa = app.person("awa@example.ci").await;
    let long = "a".repeat(60_000);
    for (field, values, code) in [
        ("firstName", vec!["12", "A\nwa", "\u{202e}awA", "A\u{200b}wa", &long], "auth.first_name_invalid"),
        ("lastName", vec!["\u{3164}", "K\u{1b}[31m", &long], "auth.last_name_invalid"),
        ("country", vec!["XX", "Côte d'Ivoire", &long], "auth.country_invalid"),
        ("address", vec!["a\r\nb", &long], "auth.address_invalid"),
        ("profession", vec!["a\u{2028}b", &long], "auth.profession_invalid"),
        (
            "birthDate",
            vec!["2090-01-01", "1990-02-30", "28/02/1990", "0001-01-01", &long],
            "auth.birth_date_invalid",
        ),
        ("language", vec!["de", "français", &long], "auth.language_invalid"),
    ] {
        for value in values {
            let refused = awa.patch("/api/me", json!({field: value})).await;
            refused.expect_problem(400, code);
            assert_eq!(refused.json["errors"][0]["field"], field);
        }
        for value in [json!(1), json!([]), json!({}), json!(true)] {
            awa.patch("/api/me", json!({field: value})).await.expect_problem(400, "request.invalid_field");
        }
    }
    // Everything else people have in their names is theirs.
    for name in
        ["N'Guessan", "O’Brien", "Ébrié-Anoh", "王小明", "أوا", "Jr. III", "'; DROP TABLE utilisateur; --"]
    {
        let named = awa.patch("/api/me", json!({"lastName": name})).await;
        assert_eq!(named.expect(200).json["lastName"], name);
    }
    app.stop().await;
}
