//! Firebase, spoken with over HTTP.

use crate::provider::{Mood, Provider};
use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rsa::{KeyPair, KeySize},
};
use base64::{Engine, engine::general_purpose::STANDARD, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use hostolink_kernel::Clock;
use hostolink_notifier::{Fcm, FcmSettings, InvalidFcmSettings, Push, PushOutcome, PushSender, PushTarget};
use hostolink_test_support::FakeClock;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
    time::Duration,
};
use tokio::task::JoinSet;

/// A key of this run's own.
fn key() -> &'static str {
    static KEY: OnceLock<String> = OnceLock::new();
    KEY.get_or_init(|| {
        let der: Pkcs8V1Der = KeyPair::generate(KeySize::Rsa2048).unwrap().as_der().unwrap();
        let body = STANDARD.encode(der.as_ref());
        let lines: Vec<&str> =
            body.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
        format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", lines.join("\n"))
    })
}

fn account() -> Value {
    json!({
        "type": "service_account", "project_id": "hostolink-test", "private_key_id": "k-1",
        "private_key": key(), "client_email": "push@hostolink-test.iam.gserviceaccount.com",
    })
}

fn settings(url: &str, account: &Value) -> FcmSettings {
    FcmSettings {
        service_account: account.to_string().into(),
        url: url.to_owned(),
        token_url: url.to_owned(),
        timeout: Duration::from_secs(30),
    }
}

fn sender(provider: &Provider, clock: &FakeClock) -> Fcm {
    Fcm::try_new(&settings(&provider.url(), &account()), Arc::new(clock.clone())).unwrap()
}

const TARGET: &str = "dGVzdC10b2tlbi0xMjM0:APA91b";

fn push() -> Push {
    Push {
        to: PushTarget::token(TARGET).unwrap(),
        title: "Nouveau commentaire".to_owned(),
        body: "Awa\r\nK. a commenté.".to_owned(),
        data: BTreeMap::from([
            ("id", "n-1".to_owned()),
            ("google.x", "1".to_owned()),
            ("gcm.y", "1".to_owned()),
            ("from", "1".to_owned()),
        ]),
        collapse_key: "n-1".to_owned(),
        urgent: true,
        life: Duration::from_secs(9_999_999),
        badge: 3,
    }
}

fn token(life: i64) -> Mood {
    Mood::Say(200, json!({"access_token": "t-1", "expires_in": life, "token_type": "Bearer"}).to_string())
}

fn yes() -> Mood {
    Mood::say(200, r#"{"name":"projects/hostolink-test/messages/0:1500415314455276%31bd1c96f87a9a32"}"#)
}

fn refusal(status: u16, code: &str) -> Mood {
    let details =
        json!([{"@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": code}]);
    Mood::Say(status, json!({"error": {"code": status, "message": TARGET, "details": details}}).to_string())
}

fn later(code: u16, seconds: Option<u64>) -> PushOutcome {
    PushOutcome::Later { code: Some(code), retry_after: seconds.map(Duration::from_secs) }
}

#[tokio::test]
async fn a_push_is_sent_as_documented() {
    let provider = Provider::start(vec![token(3_600)], vec![yes()]).await;
    let clock = FakeClock::new();
    // An id with a letter that can't be kept is none.
    assert_eq!(sender(&provider, &clock).send(&push()).await, PushOutcome::Accepted(None));
    let asked = &provider.tokens()[0];
    assert_eq!(asked.line, "POST /token HTTP/1.1");
    let assertion = asked
        .body
        .strip_prefix("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=");
    let parts: Vec<Value> = assertion
        .unwrap()
        .split('.')
        .take(2)
        .map(|part| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap())
        .collect();
    assert_eq!((&parts[0]["alg"], &parts[0]["kid"]), (&json!("RS256"), &json!("k-1")));
    let now = clock.now().timestamp();
    assert_eq!(parts[1]["iss"], "push@hostolink-test.iam.gserviceaccount.com");
    assert_eq!(parts[1]["aud"], "https://oauth2.googleapis.com/token");
    assert_eq!((&parts[1]["iat"], &parts[1]["exp"]), (&json!(now), &json!(now + 3_600)));
    let send = &provider.sends()[0];
    assert_eq!(send.line, "POST /v1/projects/hostolink-test/messages:send HTTP/1.1");
    assert!(send.headers.iter().any(|line| line == "authorization: Bearer t-1"), "{:?}", send.headers);
    let body: Value = serde_json::from_str(&send.body).unwrap();
    let message = &body["message"];
    assert_eq!(message["token"], TARGET);
    assert_eq!(message["notification"], json!({"title": "Nouveau commentaire", "body": "AwaK. a commenté."}));
    assert_eq!(message["data"], json!({"id": "n-1"}), "what Google keeps for itself is left out");
    assert_eq!(message["android"]["ttl"], "2419200s", "four weeks are the most");
    let android = &message["android"];
    assert_eq!((&android["priority"], &android["notification"]["tag"]), (&json!("HIGH"), &json!("n-1")));
    assert!(android.get("collapse_key").is_none(), "one of another notification takes nothing's place");
    assert_eq!(message["apns"]["headers"]["apns-collapse-id"], "n-1");
    assert_eq!(message["apns"]["payload"]["aps"]["badge"], 3);
    assert!(send.body.len() < 4_096);
}

#[tokio::test]
async fn an_installation_is_addressed_by_its_id() {
    let provider =
        Provider::start(vec![token(3_600)], vec![Mood::say(200, r#"{"name":"projects/p/messages/m-7"}"#)])
            .await;
    let push = Push { to: PushTarget::installation("cRy7u_0000000000000-Az").unwrap(), ..push() };
    let answer = sender(&provider, &FakeClock::new()).send(&push).await;
    assert_eq!(answer, PushOutcome::Accepted(Some("m-7".to_owned())));
    let body: Value = serde_json::from_str(&provider.sends()[0].body).unwrap();
    assert_eq!(body["message"]["fid"], "cRy7u_0000000000000-Az");
    assert!(body["message"].get("token").is_none());
}

#[tokio::test]
async fn case_86_every_answer_to_a_push_means_gone_never_or_later() {
    for (mood, outcome) in [
        (refusal(404, "UNREGISTERED"), PushOutcome::TargetGone(Some(404))),
        (refusal(403, "SENDER_ID_MISMATCH"), PushOutcome::TargetGone(Some(403))),
        (refusal(400, "INVALID_ARGUMENT"), PushOutcome::Refused(Some(400))),
        (refusal(401, "THIRD_PARTY_AUTH_ERROR"), PushOutcome::Refused(Some(401))),
        (Mood::say(403, "{}"), PushOutcome::Refused(Some(403))),
        // No word of Google's: a proxy's page says nothing of the target.
        (Mood::say(404, "<html>not found</html>"), later(404, None)),
        (refusal(429, "QUOTA_EXCEEDED"), later(429, Some(60))),
        (Mood::Later(429, 7), later(429, Some(7))),
        (Mood::Later(503, 20), later(503, Some(20))),
        (refusal(500, "INTERNAL"), later(500, None)),
        (Mood::say(502, "garbage"), later(502, None)),
        (Mood::say(200, "garbage"), PushOutcome::Accepted(None)),
        (Mood::Redirect(302), PushOutcome::Refused(Some(302))),
        (Mood::HangUp, PushOutcome::Later { code: None, retry_after: None }),
    ] {
        let provider = Provider::start(vec![token(3_600)], vec![mood.clone()]).await;
        let answer = sender(&provider, &FakeClock::new()).send(&push()).await;
        assert_eq!(answer, outcome, "{mood:?}");
    }
}

#[tokio::test]
async fn case_86_a_refused_token_is_renewed_once_and_no_more() {
    let again = || Mood::say(401, r#"{"error":{"code":401,"status":"UNAUTHENTICATED"}}"#);
    let provider = Provider::start(vec![token(3_600), token(3_600)], vec![again(), yes()]).await;
    let fcm = sender(&provider, &FakeClock::new());
    assert_eq!(fcm.send(&push()).await, PushOutcome::Accepted(None));
    assert_eq!((provider.tokens().len(), provider.sends().len()), (2, 2));
    let provider = Provider::start(vec![token(3_600), token(3_600)], vec![again(), again()]).await;
    let fcm = sender(&provider, &FakeClock::new());
    assert_eq!(fcm.send(&push()).await, later(401, None));
    assert_eq!((provider.tokens().len(), provider.sends().len()), (2, 2));
}

#[tokio::test]
async fn case_87_many_pushes_ask_for_one_token_and_again_before_it_ends() {
    let provider = Provider::start(vec![token(3_600), token(3_600)], Vec::new()).await;
    let clock = FakeClock::new();
    let fcm = Arc::new(sender(&provider, &clock));
    let mut all = JoinSet::new();
    for _ in 0..30 {
        let fcm = fcm.clone();
        all.spawn(async move { fcm.send(&push()).await });
    }
    assert_eq!(all.join_all().await.len(), 30);
    assert_eq!((provider.tokens().len(), provider.sends().len()), (1, 30));
    clock.advance(Duration::from_secs(54 * 60));
    fcm.send(&push()).await;
    assert_eq!(provider.tokens().len(), 1);
    clock.advance(Duration::from_secs(2 * 60));
    fcm.send(&push()).await;
    assert_eq!(provider.tokens().len(), 2, "five minutes before it ends");
}

#[tokio::test]
async fn without_a_token_nothing_is_sent_and_it_is_tried_later() {
    for mood in [
        Mood::say(400, r#"{"error":"invalid_grant"}"#),
        Mood::say(200, r#"{"access_token":"a b","expires_in":3600}"#),
        Mood::say(200, r#"{"access_token":""}"#),
        Mood::HangUp,
    ] {
        let provider = Provider::start(vec![mood.clone()], Vec::new()).await;
        let answer = sender(&provider, &FakeClock::new()).send(&push()).await;
        assert!(matches!(answer, PushOutcome::Later { .. }), "{mood:?}: {answer:?}");
        assert!(provider.sends().is_empty());
    }
}

/// A clock by which every request for a token takes half a minute.
#[derive(Debug)]
struct Slow(FakeClock, Provider);

impl Clock for Slow {
    fn now(&self) -> DateTime<Utc> {
        let asked = i32::try_from(self.1.tokens().len()).unwrap();
        self.0.now() + TimeDelta::seconds(30) * asked
    }
}

#[tokio::test]
async fn case_87_who_waited_for_a_token_that_never_came_does_not_ask_again_at_once() {
    let provider = Provider::start(vec![Mood::say(503, "{}"), Mood::say(503, "{}")], Vec::new()).await;
    let clock = FakeClock::new();
    let slow = Arc::new(Slow(clock.clone(), provider.clone()));
    let fcm = Arc::new(Fcm::try_new(&settings(&provider.url(), &account()), slow).unwrap());
    let mut all = JoinSet::new();
    for _ in 0..30 {
        let fcm = fcm.clone();
        all.spawn(async move { fcm.send(&push()).await });
    }
    for answer in all.join_all().await {
        assert!(matches!(answer, PushOutcome::Later { .. }), "{answer:?}");
    }
    assert_eq!(provider.tokens().len(), 1, "one asked for all");
    clock.advance(Duration::from_secs(1));
    fcm.send(&push()).await;
    assert_eq!(provider.tokens().len(), 2);
}

#[test]
fn settings_are_a_service_account_and_never_print() {
    let clock: Arc<FakeClock> = Arc::new(FakeClock::new());
    let read = |account: Value| Fcm::try_new(&settings("http://127.0.0.1:1", &account), clock.clone());
    assert_eq!(format!("{:?}", read(account()).unwrap()), "Fcm(…)");
    assert_eq!(read(json!({})).unwrap_err(), InvalidFcmSettings::Account);
    let with = |name: &str, value: &str| {
        let mut account = account();
        account[name] = json!(value);
        account
    };
    assert_eq!(read(with("project_id", "a/../b")).unwrap_err(), InvalidFcmSettings::Account);
    assert_eq!(read(with("private_key", "no key")).unwrap_err(), InvalidFcmSettings::Key);
    let elsewhere =
        FcmSettings { url: "http://fcm.example".to_owned(), ..settings("http://127.0.0.1:1", &account()) };
    assert!(matches!(Fcm::try_new(&elsewhere, clock).unwrap_err(), InvalidFcmSettings::Http(_)));
}
