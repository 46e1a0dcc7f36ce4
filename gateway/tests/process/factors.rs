//! Two hundred guesses of a PIN, and of a second factor, at once on two processes.

use crate::{
    program::{Caller, client, post},
    two::{Two, all, count},
};
use hostolink_kernel::{Clock, SystemClock};
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use totp_rs::{Builder, Secret};

const EMAIL: &str = "awa@example.ci";
const PASSWORD: &str = "MonMotDePasse123";

/// How often each code was answered.
fn codes(answers: &[(StatusCode, Value)]) -> BTreeMap<String, usize> {
    let mut codes = BTreeMap::new();
    for (status, answer) in answers {
        let code = answer["code"].as_str().unwrap_or_else(|| panic!("{status} {answer}"));
        *codes.entry(code.to_owned()).or_default() += 1;
    }
    codes
}

#[tokio::test(flavor = "multi_thread")]
async fn case_17_two_hundred_parallel_wrong_pins_are_five_tries() {
    let two = Two::start();
    let awa = Caller::register(&two.base(0), EMAIL).await;
    let (status, answer) = awa.put(&two.base(0), "/api/pin", json!({"pin": "7391"})).await;
    assert_eq!(status, 204, "{answer}");
    let guesses = (0..200).map(|n| {
        let (awa, base, pin) = (awa.clone(), two.base(n), format!("{:04}", 1_000 + n));
        async move { awa.post(&base, "/api/pin/verify", json!({"pin": pin})).await }
    });
    let codes = codes(&all(guesses).await);
    let looked_at = codes.get("auth.pin_wrong").copied().unwrap_or_default();
    assert!(looked_at <= 5, "{codes:?}");
    let expected = ["auth.pin_wrong", "auth.pin_locked", "auth.too_many_attempts", "auth.busy"];
    assert!(codes.keys().all(|code| expected.contains(&code.as_str())), "{codes:?}");
    assert_eq!(count(&two.db, "SELECT max(tentatives)::bigint AS n FROM code_pin"), 5);
    let (status, answer) = awa.post(&two.base(1), "/api/pin/verify", json!({"pin": "7391"})).await;
    assert_eq!((status.as_u16(), &answer["code"]), (403, &json!("auth.pin_locked")));
}

#[tokio::test(flavor = "multi_thread")]
async fn case_29_two_hundred_parallel_wrong_codes_of_the_app_are_five_tries() {
    let two = Two::start();
    let (base, client) = (two.base(0), client());
    post(&client, &base, "/api/register-user", json!({"identifier": EMAIL})).await;
    let signing_in = json!({"identifier": EMAIL, "password": PASSWORD});
    assert_eq!(post(&client, &base, "/api/define-password", signing_in.clone()).await.0, 200);
    let awa = Caller::sign_in(&base, EMAIL).await;
    let (status, enrolment) = awa.post(&base, "/api/totp", json!({})).await;
    assert_eq!(status, 200, "{enrolment}");
    let secret = Secret::try_from_base32(enrolment["secret"].as_str().unwrap()).unwrap();
    let app = Builder::new().with_secret(secret).build().unwrap();
    let code = |steps: u64| {
        let now = u64::try_from(SystemClock.now().timestamp()).unwrap();
        app.generate(now + 30 * steps).to_string()
    };
    let (status, answer) = awa.post(&base, "/api/totp/confirm", json!({"code": code(0)})).await;
    assert_eq!(status, 200, "{answer}");
    let (_, waiting) = post(&client, &base, "/api/verify-pin", signing_in).await;
    let challenge = waiting["challenge"].as_str().unwrap().to_owned();
    for field in ["code", "recoveryCode"] {
        let guesses: Vec<_> = (0..200)
            .map(|n| {
                let guess = if field == "code" { format!("{n:06}") } else { format!("{n:A>25}") };
                let body = json!({"challenge": challenge, field: guess});
                let (client, base) = (client.clone(), two.base(n));
                async move { post(&client, &base, "/api/verify-totp", body).await }
            })
            .collect();
        let codes = codes(&all(guesses).await);
        let looked_at = codes.get("auth.totp_invalid").copied().unwrap_or_default();
        assert_eq!(looked_at, if field == "code" { 5 } else { 0 }, "{codes:?}");
    }
    let right = json!({"challenge": challenge, "code": code(1)});
    let (status, answer) = post(&client, &two.base(1), "/api/verify-totp", right).await;
    assert_eq!((status.as_u16(), &answer["code"]), (401, &json!("auth.challenge_invalid")));
}
