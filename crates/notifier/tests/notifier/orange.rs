//! Orange, spoken with over HTTP.

use crate::{
    number,
    provider::{Mood, Provider, YES},
};
use hostolink_kernel::Clock;
use hostolink_notifier::{
    InvalidSmsSettings, OrangeSettings, OrangeSms, Sms, SmsOutcome, SmsProvider, SmsSender,
};
use hostolink_test_support::FakeClock;
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use tokio::task::JoinSet;

fn settings(url: String) -> OrangeSettings {
    OrangeSettings {
        url,
        client_id: "client-7".into(),
        client_secret: "geheim".into(),
        sender: "+2250000".to_owned(),
        sender_name: Some("HOSTOLINK".to_owned()),
        timeout: Duration::from_secs(30),
    }
}

fn sender(provider: &Provider, clock: &FakeClock) -> OrangeSms {
    OrangeSms::try_new(settings(provider.url()), Arc::new(clock.clone())).unwrap()
}

fn sms() -> Sms {
    Sms::try_new(number("0708091011"), "Votre code : 123456").unwrap()
}

fn accepted(id: &str) -> SmsOutcome {
    SmsOutcome::Accepted { id: Some(id.to_owned()) }
}

fn unavailable(code: u16) -> SmsOutcome {
    SmsOutcome::unavailable(Some(code))
}

#[tokio::test]
async fn a_message_is_sent_as_documented() {
    let provider = Provider::start(vec![], vec![]).await;
    let answer = sender(&provider, &FakeClock::new()).send(&sms()).await;
    assert_eq!((answer.provider, answer.outcome), (Some(SmsProvider::Orange), accepted("abc-1")));
    let token = &provider.tokens()[0];
    assert_eq!(token.line, "POST /oauth/v3/token HTTP/1.1");
    assert_eq!(token.body, "grant_type=client_credentials");
    for header in
        ["authorization: Basic Y2xpZW50LTc6Z2VoZWlt", "content-type: application/x-www-form-urlencoded"]
    {
        assert!(token.headers.iter().any(|line| line == header), "{header} is not in {:?}", token.headers);
    }
    let send = &provider.sends()[0];
    assert_eq!(send.line, "POST /smsmessaging/v1/outbound/tel%3A%2B2250000/requests HTTP/1.1");
    assert!(send.headers.iter().any(|line| line == "authorization: Bearer t-1"), "{:?}", send.headers);
    let body: Value = serde_json::from_str(&send.body).unwrap();
    let expected = json!({ "outboundSMSMessageRequest": {
        "address": "tel:+2250708091011",
        "senderAddress": "tel:+2250000",
        "senderName": "HOSTOLINK",
        "outboundSMSTextMessage": { "message": "Votre code : 123456" },
    }});
    assert_eq!(body, expected);
}

fn error(kind: &str, id: &str) -> String {
    json!({"requestError": {kind: {"messageId": id, "text": "… %1", "variables": ["tel:+2250708091011"]}}})
        .to_string()
}

#[tokio::test]
async fn case_86_every_answer_means_sent_not_sent_or_unknown() {
    let policy = |status, id: &str| Mood::Say(status, error("policyException", id));
    let service = |status, id: &str| Mood::Say(status, error("serviceException", id));
    let refused = |code| SmsOutcome::Refused(Some(code));
    let wait = |code, seconds| SmsOutcome::Unavailable {
        code: Some(code),
        retry_after: Some(Duration::from_secs(seconds)),
    };
    for (mood, expected) in [
        // Taken, whatever became of the body.
        (Mood::say(201, "<html>"), SmsOutcome::Accepted { id: None }),
        (Mood::Break(201), SmsOutcome::Accepted { id: None }),
        (Mood::Flood(201), SmsOutcome::Accepted { id: None }),
        (Mood::Say(201, YES.replace("abc-1", "a b'; --")), SmsOutcome::Accepted { id: None }),
        // Surely not taken, and this message is to blame.
        (service(400, "SVC0002"), refused(400)),
        (service(400, "SVC0004"), refused(400)),
        (service(404, "SVC0270"), refused(404)),
        (policy(403, "POL0001"), refused(403)),
        (policy(400, "POL0003"), refused(400)),
        (Mood::say(400, "{}"), refused(400)),
        (Mood::say(413, ""), refused(413)),
        // Surely not taken, for now or by them.
        (service(400, "SVC0001"), unavailable(400)),
        (policy(403, "POL0009"), unavailable(403)),
        (policy(403, "POL0013"), unavailable(403)),
        (policy(403, "POL0050"), unavailable(403)),
        (policy(403, "POL1009"), unavailable(403)),
        (Mood::say(403, r#"{"code":50,"message":"Forbidden","description":"…"}"#), unavailable(403)),
        (Mood::say(404, ""), unavailable(404)),
        (Mood::Later(429, 7), wait(429, 7)),
        (Mood::say(429, "{}"), unavailable(429)),
        (Mood::Later(503, 30), wait(503, 30)),
        (Mood::say(503, "down"), unavailable(503)),
        (Mood::Redirect(302), unavailable(302)),
        (Mood::Redirect(308), unavailable(308)),
        // Nobody knows.
        (Mood::say(200, "<html>Bienvenue"), SmsOutcome::Unknown),
        (Mood::say(200, YES), SmsOutcome::Unknown),
        (Mood::say(202, "{}"), SmsOutcome::Unknown),
        (Mood::Break(200), SmsOutcome::Unknown),
        (Mood::Redirect(303), SmsOutcome::Unknown),
        (Mood::say(500, &error("serviceException", "SVC0001")), SmsOutcome::Unknown),
        (Mood::say(502, ""), SmsOutcome::Unknown),
        (Mood::say(504, ""), SmsOutcome::Unknown),
        (Mood::HangUp, SmsOutcome::Unknown),
    ] {
        let provider = Provider::start(vec![], vec![mood.clone()]).await;
        let answer = sender(&provider, &FakeClock::new()).send(&sms()).await;
        assert_eq!(answer.outcome, expected, "{mood:?}");
        assert_eq!((provider.sends().len(), provider.tokens().len()), (1, 1), "{mood:?} is asked once");
    }
}

#[tokio::test]
async fn case_86_nobody_there_sends_nothing_and_silence_is_unknown() {
    let clock = FakeClock::new();
    // No TLS behind https, no listener, no name.
    let provider = Provider::start(vec![], vec![]).await;
    for url in
        [provider.url().replace("http:", "https:"), "http://127.0.0.1:1".into(), "https://x.invalid".into()]
    {
        let settings = OrangeSettings { timeout: Duration::from_secs(10), ..settings(url.clone()) };
        let orange = OrangeSms::try_new(settings, Arc::new(clock.clone())).unwrap();
        assert_eq!(orange.send(&sms()).await.outcome, SmsOutcome::unavailable(None), "{url}");
    }
    assert!(provider.sends().is_empty());
    let provider = Provider::start(vec![], vec![Mood::Hang]).await;
    let settings = OrangeSettings { timeout: Duration::from_secs(1), ..settings(provider.url()) };
    let orange = OrangeSms::try_new(settings, Arc::new(clock)).unwrap();
    assert_eq!(orange.send(&sms()).await.outcome, SmsOutcome::Unknown);
}

#[tokio::test]
async fn case_86_a_refused_token_is_renewed_once() {
    let provider = Provider::start(vec![], vec![Mood::say(401, "{}")]).await;
    let orange = sender(&provider, &FakeClock::new());
    assert_eq!(orange.send(&sms()).await.outcome, accepted("abc-1"));
    let (tokens, sends) = (provider.tokens(), provider.sends());
    assert_eq!((tokens.len(), sends.len()), (2, 2));
    assert!(sends[1].headers.iter().any(|line| line == "authorization: Bearer t-3"), "the new one");

    let provider = Provider::start(vec![], vec![Mood::say(401, "{}"), Mood::say(401, "{}")]).await;
    let orange = sender(&provider, &FakeClock::new());
    assert_eq!(orange.send(&sms()).await.outcome, unavailable(401));
    assert_eq!((provider.tokens().len(), provider.sends().len()), (2, 2), "twice is enough");
}

#[tokio::test]
async fn what_is_no_token_sends_nothing() {
    for mood in [
        Mood::say(401, r#"{"error":"invalid_client","error_description":"…"}"#),
        Mood::say(200, "<html>"),
        Mood::say(200, r#"{"access_token":"t","expires_in":"soon"}"#),
        Mood::say(200, r#"{"access_token":"a\r\nb: c","expires_in":"3600"}"#),
        Mood::say(200, r#"{"access_token":"","expires_in":"3600"}"#),
        Mood::Break(200),
        Mood::Flood(200),
        Mood::Redirect(302),
        Mood::HangUp,
        Mood::say(503, ""),
    ] {
        let provider = Provider::start(vec![mood.clone()], vec![]).await;
        let outcome = sender(&provider, &FakeClock::new()).send(&sms()).await.outcome;
        assert!(matches!(outcome, SmsOutcome::Unavailable { .. }), "{mood:?}: {outcome:?}");
        assert!(provider.sends().is_empty(), "{mood:?}");
    }
}

async fn fifty(orange: &Arc<OrangeSms>) -> Vec<SmsOutcome> {
    let mut sending = JoinSet::new();
    for _ in 0..50 {
        let orange = orange.clone();
        sending.spawn(async move { orange.send(&sms()).await.outcome });
    }
    sending.join_all().await
}

#[tokio::test]
async fn case_87_fifty_at_once_ask_for_one_token() {
    let clock = FakeClock::new();
    let provider = Provider::start(vec![], vec![]).await;
    let orange = Arc::new(sender(&provider, &clock));
    assert!(fifty(&orange).await.iter().all(|outcome| *outcome == accepted("abc-1")));
    assert_eq!((provider.tokens().len(), provider.sends().len()), (1, 50));
    // It is kept until five minutes before its end.
    clock.advance(Duration::from_secs(3_299));
    fifty(&orange).await;
    assert_eq!(provider.tokens().len(), 1);
    clock.advance(Duration::from_secs(1));
    fifty(&orange).await;
    assert_eq!(provider.tokens().len(), 2);
}

#[tokio::test]
async fn case_87_fifty_refused_at_once_renew_one_token() {
    let provider = Provider::start(vec![], vec![Mood::say(401, "{}"); 50]).await;
    let orange = Arc::new(sender(&provider, &FakeClock::new()));
    let outcomes = fifty(&orange).await;
    assert!(provider.tokens().len() <= 3, "{} tokens for fifty refusals", provider.tokens().len());
    assert!(outcomes.contains(&accepted("abc-1")));
}

#[tokio::test]
async fn case_87_fifty_at_once_do_not_beat_on_a_token_service_that_fails() {
    let clock = FakeClock::new();
    let provider = Provider::start(vec![Mood::say(503, "")], vec![]).await;
    let orange = Arc::new(sender(&provider, &clock));
    assert!(fifty(&orange).await.iter().all(|outcome| matches!(outcome, SmsOutcome::Unavailable { .. })));
    assert_eq!(provider.tokens().len(), 1);
    clock.set(clock.now() + chrono::TimeDelta::seconds(1));
    assert_eq!(orange.send(&sms()).await.outcome, accepted("abc-1"));
}

#[tokio::test]
async fn settings_that_can_not_work_are_refused() {
    let check = |change: &dyn Fn(&mut OrangeSettings)| {
        let mut settings = settings("https://api.orange.com".to_owned());
        change(&mut settings);
        OrangeSms::try_new(settings, Arc::new(FakeClock::new())).map(|_| ())
    };
    assert_eq!(check(&|_| {}), Ok(()));
    for sender in ["", "2250000", "+", "+225a", "+22500000/../x", "+1234567890123456"] {
        assert_eq!(check(&|s| s.sender = sender.into()), Err(InvalidSmsSettings::Sender), "{sender}");
    }
    for name in ["", "TWELVE CHARS", "Hôpital", "1234", "a\nb"] {
        let refused = check(&|s| s.sender_name = Some(name.into()));
        assert_eq!(refused, Err(InvalidSmsSettings::Sender), "{name}");
    }
    assert_eq!(check(&|s| s.client_secret = "".into()), Err(InvalidSmsSettings::Credentials));
    assert_eq!(check(&|s| s.client_id = "a:b".into()), Err(InvalidSmsSettings::Credentials));
    assert_eq!(check(&|s| s.url = "http://api.orange.com".into()), Err(InvalidSmsSettings::Address));
}

#[tokio::test]
async fn case_91_nothing_of_a_message_or_a_key_prints() {
    let provider = Provider::start(vec![], vec![]).await;
    let orange = sender(&provider, &FakeClock::new());
    let answer = orange.send(&sms()).await;
    let printed = format!("{orange:?} {answer:?} {:?}", settings(provider.url()));
    for secret in ["geheim", "client-7", "t-1", "123456", "0708091011"] {
        assert!(!printed.contains(secret), "{secret} in {printed}");
    }
}
