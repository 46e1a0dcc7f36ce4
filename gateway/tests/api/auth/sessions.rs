use super::{messages, new_code};
use crate::app::{Caller, PASSWORD, TestApp};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::HashSet;

const EMAIL: &str = "awa@example.ci";

#[actix_web::test]
async fn a_pair_leads_to_the_next_and_signing_out_ends_it() {
    let app = TestApp::start();
    let mut awa = app.person(EMAIL).await;
    let pair = app.anon().post("/api/refresh-token", json!({"refreshToken": awa.refresh_token})).await;
    let names: Vec<_> = pair.expect(200).json.as_object().unwrap().keys().collect();
    assert_eq!(names, ["accessToken", "expiresIn", "refreshToken"]);
    awa.token = pair.json["accessToken"].as_str().map(str::to_owned);
    awa.get("/api/me").await.expect(200);
    awa.post("/api/sign-out", json!({})).await.expect(204);
    awa.get("/api/me").await.expect(401);
    let after =
        app.anon().post("/api/refresh-token", json!({"refreshToken": pair.json["refreshToken"]})).await;
    after.expect_problem(401, "auth.session_ended");
    app.stop().await;
}

#[actix_web::test]
async fn case_18_a_stolen_refresh_token_ends_the_family_within_seconds() {
    let app = TestApp::start();
    let awa = app.person(EMAIL).await;
    let anon = app.anon();
    let refresh = async |token: Value| anon.post("/api/refresh-token", json!({"refreshToken": token})).await;
    let first = json!(awa.refresh_token);
    let second = refresh(first.clone()).await.expect(200).json["refreshToken"].clone();
    let third = refresh(second.clone()).await.expect(200).json["refreshToken"].clone();
    refresh(first.clone()).await.expect_problem(401, "auth.refresh_reused");
    for token in [first, second, third] {
        refresh(token).await.expect_problem(401, "auth.session_ended");
    }
    // Whatever asks the database sees it at once; the rest within five seconds.
    awa.post("/api/wallet/transfers/quote", json!({"to": EMAIL, "amount": 1})).await.expect(401);
    app.stop().await;
}

#[actix_web::test]
async fn case_19_fifty_refreshes_at_once_on_two_servers() {
    let app = TestApp::start();
    let beside = app.beside();
    let awa = app.person(EMAIL).await;
    let callers = [app.anon(), beside.anon()];
    let body = json!({"refreshToken": awa.refresh_token});
    let answers = join_all((0..50).map(|n| callers[n % 2].post("/api/refresh-token", body.clone()))).await;
    let given: HashSet<_> =
        answers.iter().filter_map(|answer| answer.json["refreshToken"].as_str()).collect();
    assert_eq!(given.len(), 1, "one lineage");
    let next = given.into_iter().next().unwrap();
    callers[1].post("/api/refresh-token", json!({"refreshToken": next})).await.expect(200);
    beside.stop().await;
    app.stop().await;
}

#[actix_web::test]
async fn a_session_says_how_it_was_proven() {
    let app = TestApp::start();
    let awa = app.person(EMAIL).await;
    let mut weak = app.anon();
    let signed_in = weak.post("/api/verify-pin", json!({"identifier": EMAIL, "password": PASSWORD})).await;
    weak.token = signed_in.expect(200).json["accessToken"].as_str().map(str::to_owned);
    weak.get("/api/me").await.expect(200);
    let quote = json!({"to": EMAIL, "amount": 1});
    weak.post("/api/wallet/transfers/quote", quote.clone())
        .await
        .expect_problem(403, "auth.step_up_required");
    assert_ne!(awa.post("/api/wallet/transfers/quote", quote).await.status, 403);
    // Stepping up: a code, shown in the weaker session, takes its place.
    let code = new_code(&app, EMAIL).await;
    weak.post("/api/verify-otp", json!({"identifier": EMAIL, "otpCode": code})).await.expect(200);
    app.anon()
        .post("/api/refresh-token", json!({"refreshToken": signed_in.json["refreshToken"]}))
        .await
        .expect_problem(401, "auth.session_ended");
    app.stop().await;
}

#[actix_web::test]
async fn the_public_keys_check_our_tokens() {
    let app = TestApp::start();
    let awa = app.person(EMAIL).await;
    let set = app.anon().get("/.well-known/jwks.json").await;
    let key: jsonwebtoken::jwk::Jwk =
        serde_json::from_value(set.expect(200).json["keys"][0].clone()).unwrap();
    assert!(set.json["keys"][0].get("d").is_none(), "nothing private");
    let mut validation = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::EdDSA);
    validation.set_audience(&["hostolink"]);
    validation.set_issuer(&["http://localhost:3000"]);
    validation.validate_exp = false; // the test's clock is its own
    let decoding = jsonwebtoken::DecodingKey::from_jwk(&key).unwrap();
    let token = awa.token.as_deref().unwrap();
    let data = jsonwebtoken::decode::<serde_json::Value>(token, &decoding, &validation).unwrap();
    assert_eq!((data.header.typ.as_deref(), data.header.kid), (Some("at+jwt"), key.common.key_id));
    let me = awa.get("/api/me").await;
    assert_eq!((&data.claims["sub"], &data.claims["proof"]), (&me.json["id"], &json!("otp")));
    app.stop().await;
}

/// Somebody's next session, by password, from a browser of a phone.
async fn sign_in(app: &TestApp, device: Value) -> Caller {
    app.clock.advance(std::time::Duration::from_secs(1)); // the list is in the order of time
    let mut caller = app.anon();
    let body = json!({"identifier": EMAIL, "password": PASSWORD, "device": device});
    let agent = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0.0.0 Mobile Safari/537.36";
    let request = caller.request(Method::POST, "/api/verify-pin").header("User-Agent", agent).json(&body);
    let answer = caller.send(request).await;
    answer.expect(200);
    caller.token = answer.json["accessToken"].as_str().map(str::to_owned);
    caller.refresh_token = answer.json["refreshToken"].as_str().map(str::to_owned);
    caller
}

#[actix_web::test]
async fn the_list_says_where_somebody_is_signed_in() {
    let app = TestApp::start();
    let awa = app.person(EMAIL).await;
    sign_in(&app, json!({"id": "a1", "name": "Téléphone d'Awa"})).await;
    let other = sign_in(&app, Value::Null).await;
    let page = awa.get("/api/sessions?limit=2").await;
    let items = page.expect(200).json["items"].as_array().unwrap().clone();
    let names: Vec<_> = items[0].as_object().unwrap().keys().collect();
    assert_eq!(names, ["createdAt", "current", "door", "id", "lastSeenAt", "name", "platform", "proof"]);
    assert_eq!((&items[0]["name"], &items[0]["platform"]), (&Value::Null, &json!("Chrome, Android")));
    assert_eq!(items[1]["name"], "Téléphone d'Awa");
    assert_eq!((&items[1]["door"], &items[1]["proof"]), (&json!("api"), &json!("password")));
    let cursor = page.json["nextCursor"].as_str().unwrap();
    let rest = awa.get(&format!("/api/sessions?cursor={cursor}")).await;
    assert_eq!(rest.expect(200).json["nextCursor"], Value::Null);
    let last = &rest.json["items"].as_array().unwrap()[..];
    assert_eq!(last.len(), 1);
    assert_eq!((&last[0]["current"], &last[0]["proof"]), (&json!(true), &json!("otp")));
    assert_eq!(other.get("/api/sessions").await.expect(200).json["items"][0]["current"], true);
    awa.get("/api/sessions?limit=0").await.expect_problem(400, "request.invalid_limit");
    awa.get("/api/sessions?cursor=x").await.expect_problem(400, "request.invalid_cursor");
    app.stop().await;
}

#[actix_web::test]
async fn case_22_ending_a_session_is_felt_at_once_and_another_s_is_not_there() {
    let app = TestApp::start();
    let (awa, koffi) = (app.person(EMAIL).await, app.person("koffi@example.ci").await);
    let (lost, third) = (sign_in(&app, Value::Null).await, sign_in(&app, Value::Null).await);
    lost.get("/api/me").await.expect(200); // its session is remembered now
    let list = awa.get("/api/sessions").await;
    let id = list.expect(200).json["items"][1]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/sessions/{id}");
    let strangers = koffi.delete(&path).await;
    strangers.expect_problem(404, "not_found");
    for unknown in ["0193b0a0-0000-7000-8000-000000000000", "x", "'%20OR%201=1"] {
        let answer = koffi.delete(&format!("/api/sessions/{unknown}")).await;
        answer.expect_problem(404, "not_found");
        assert_eq!(answer.json["detail"], strangers.json["detail"]);
    }
    lost.get("/api/me").await.expect(200);
    awa.delete(&path).await.expect(204);
    lost.get("/api/me").await.expect(401);
    awa.delete(&path).await.expect_problem(404, "not_found");
    let refresh = json!({"refreshToken": lost.refresh_token});
    app.anon().post("/api/refresh-token", refresh).await.expect_problem(401, "auth.session_ended");

    awa.delete("/api/sessions").await.expect_problem(400, "request.invalid_field");
    awa.delete("/api/sessions?which=mine").await.expect_problem(400, "request.invalid_field");
    awa.delete("/api/sessions?which=others").await.expect(204);
    third.get("/api/me").await.expect(401);
    awa.get("/api/me").await.expect(200);
    awa.delete("/api/sessions?which=all").await.expect(204);
    awa.get("/api/me").await.expect(401);
    koffi.get("/api/me").await.expect(200);
    app.stop().await;
}

#[actix_web::test]
async fn a_device_that_is_no_device_is_refused_before_anything_else() {
    let app = TestApp::start();
    app.person(EMAIL).await;
    let anon = app.anon();
    for device in [
        json!({"id": "x".repeat(65)}),
        json!({"name": "é".repeat(81)}),
        json!({"platform": "x".repeat(41)}),
        json!({"name": "a\nb"}),
    ] {
        let body = json!({"identifier": EMAIL, "password": PASSWORD, "device": device});
        let refused = anon.post("/api/verify-pin", body).await;
        refused.expect_problem(400, "auth.device_invalid");
        assert_eq!(refused.json["errors"][0]["field"], "device");
        let body = json!({"identifier": EMAIL, "otpCode": "123456", "device": device});
        anon.post("/api/verify-otp", body).await.expect_problem(400, "auth.device_invalid");
    }
    for device in [json!("x"), json!(["x"]), json!({"id": 7})] {
        let body = json!({"identifier": EMAIL, "password": PASSWORD, "device": device});
        anon.post("/api/verify-pin", body).await.expect_problem(400, "request.invalid_field");
    }
    app.stop().await;
}

#[actix_web::test]
async fn what_a_stronger_session_or_a_new_password_ends_is_felt_at_once() {
    let app = TestApp::start();
    let awa = app.person(EMAIL).await;
    let (weak, other) = (sign_in(&app, Value::Null).await, sign_in(&app, Value::Null).await);
    for caller in [&weak, &other] {
        caller.get("/api/me").await.expect(200); // its session is remembered now
    }
    let mut strong = weak.clone();
    strong.identifier = EMAIL.to_owned();
    app.sign_in_by_code(&mut strong).await;
    weak.get("/api/me").await.expect(401);
    let body = json!({"identifier": EMAIL, "password": "UnAutreMotDePasse456"});
    strong.post("/api/define-password", body).await.expect(200);
    other.get("/api/me").await.expect(401);
    awa.get("/api/me").await.expect(401);
    strong.get("/api/me").await.expect(200);
    app.stop().await;
}

#[actix_web::test]
async fn a_sign_in_on_a_new_device_is_told_by_mail_once() {
    let app = TestApp::start();
    app.person(EMAIL).await;
    let is_told = async |device: Value| {
        let before = messages(&app, EMAIL).await.len();
        sign_in(&app, device).await;
        let told = app.newest_message_for(EMAIL).await;
        let is_new = messages(&app, EMAIL).await.len() > before;
        is_new && told["subject"].as_str().unwrap().contains("nouvel appareil")
    };
    assert!(is_told(json!({"id": "a1"})).await);
    assert!(!is_told(json!({"id": "a1"})).await);
    assert!(is_told(json!({"id": "a2"})).await);
    assert!(is_told(Value::Null).await, "what says nothing of itself is a device too");
    assert!(!is_told(Value::Null).await);
    // No SMS for that: each costs.
    let phone = "+2250708091011";
    app.person(phone).await;
    let before = messages(&app, "%2B2250708091011").await.len();
    let body = json!({"identifier": phone, "password": PASSWORD, "device": {"id": "a1"}});
    app.anon().post("/api/verify-pin", body).await.expect(200);
    app.newest_message_for(phone).await;
    assert_eq!(messages(&app, "%2B2250708091011").await.len(), before);
    app.stop().await;
}
