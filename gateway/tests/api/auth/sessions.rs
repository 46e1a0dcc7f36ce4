use super::new_code;
use crate::app::{PASSWORD, TestApp};
use futures_util::future::join_all;
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
