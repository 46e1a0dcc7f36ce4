//! Twilio, spoken with over HTTP.

use crate::{
    number,
    provider::{Mood, Provider},
};
use hostolink_notifier::{
    InvalidSmsSettings, Sms, SmsOutcome, SmsProvider, SmsSender, TwilioSettings, TwilioSms,
};
use serde_json::json;
use std::time::Duration;

const YES: &str =
    r#"{"sid":"SM0123456789abcdef0123456789abcdef","status":"queued","num_segments":"1","price":null}"#;

fn settings(url: String) -> TwilioSettings {
    TwilioSettings {
        url,
        account_sid: "AC0123456789abcdef0123456789abcdef".to_owned(),
        auth_token: "geheim".into(),
        sender: "+15005550006".to_owned(),
        status_callback: Some("https://api.example.ci/api/hooks/twilio-sms".to_owned()),
        timeout: Duration::from_secs(30),
    }
}

fn sms() -> Sms {
    Sms::try_new(number("0508091011"), "Votre code : 123456 & plus").unwrap()
}

#[tokio::test]
async fn a_message_is_sent_as_documented() {
    let provider = Provider::start(vec![], vec![Mood::say(201, YES)]).await;
    let answer = TwilioSms::try_new(settings(provider.url())).unwrap().send(&sms()).await;
    let id = Some("SM0123456789abcdef0123456789abcdef".to_owned());
    assert_eq!((answer.provider, answer.outcome), (Some(SmsProvider::Twilio), SmsOutcome::Accepted { id }));
    let send = &provider.sends()[0];
    assert_eq!(
        send.line,
        "POST /2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef/Messages.json HTTP/1.1"
    );
    let basic = "authorization: Basic QUMwMTIzNDU2Nzg5YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZjpnZWhlaW0=";
    assert!(send.headers.iter().any(|line| line == basic), "{:?}", send.headers);
    assert_eq!(
        send.body,
        "To=%2B2250508091011&From=%2B15005550006&Body=Votre+code+%3A+123456+%26+plus&ValidityPeriod=600\
         &StatusCallback=https%3A%2F%2Fapi.example.ci%2Fapi%2Fhooks%2Ftwilio-sms"
    );
    // A messaging service is named otherwise.
    let service = TwilioSettings { sender: format!("MG{}", "0".repeat(32)), ..settings(provider.url()) };
    TwilioSms::try_new(service).unwrap().send(&sms()).await;
    assert!(provider.sends()[1].body.contains("&MessagingServiceSid=MG0000"), "{}", provider.sends()[1].body);
}

#[tokio::test]
async fn case_86_every_answer_means_sent_not_sent_or_unknown() {
    let error = |status: u16, code: u32| {
        Mood::Say(
            status,
            json!({"code": code, "message": "…", "more_info": "…", "status": status}).to_string(),
        )
    };
    let refused = |code| SmsOutcome::Refused(Some(code));
    let unavailable = |code| SmsOutcome::unavailable(Some(code));
    for (mood, expected) in [
        (Mood::say(201, "<html>"), SmsOutcome::Accepted { id: None }),
        (Mood::Break(201), SmsOutcome::Accepted { id: None }),
        (Mood::Flood(201), SmsOutcome::Accepted { id: None }),
        (Mood::Say(201, YES.replace("queued", "failed")), refused(201)),
        (error(400, 21211), refused(400)),
        (error(403, 21408), refused(403)),
        (error(400, 21610), refused(400)),
        (Mood::say(400, "{}"), refused(400)),
        (error(401, 20003), unavailable(401)),
        (error(429, 20429), unavailable(429)),
        (error(404, 20404), unavailable(404)),
        (Mood::say(401, ""), unavailable(401)),
        (
            Mood::Later(429, 3),
            SmsOutcome::Unavailable { code: Some(429), retry_after: Some(Duration::from_secs(3)) },
        ),
        (Mood::say(503, ""), unavailable(503)),
        (Mood::Redirect(307), unavailable(307)),
        (Mood::say(200, YES), SmsOutcome::Unknown),
        (Mood::say(500, ""), SmsOutcome::Unknown),
        (Mood::say(504, ""), SmsOutcome::Unknown),
        (Mood::HangUp, SmsOutcome::Unknown),
    ] {
        let provider = Provider::start(vec![], vec![mood.clone()]).await;
        let answer = TwilioSms::try_new(settings(provider.url())).unwrap().send(&sms()).await;
        assert_eq!(answer.outcome, expected, "{mood:?}");
        assert_eq!(provider.sends().len(), 1, "{mood:?} is asked once");
    }
    let nobody = TwilioSms::try_new(settings("http://127.0.0.1:1".to_owned())).unwrap();
    assert_eq!(nobody.send(&sms()).await.outcome, SmsOutcome::unavailable(None));
}

#[tokio::test]
async fn settings_that_can_not_work_are_refused() {
    let check = |change: &dyn Fn(&mut TwilioSettings)| {
        let mut settings = settings("https://api.twilio.com".to_owned());
        change(&mut settings);
        TwilioSms::try_new(settings).map(|_| ())
    };
    assert_eq!(check(&|_| {}), Ok(()));
    assert_eq!(check(&|s| s.sender = "HOSTOLINK".into()), Ok(()));
    for sender in ["", "0708091011", "+", "+12", "MG-123", "Hôpital", "TWELVE CHARS"] {
        assert_eq!(check(&|s| s.sender = sender.into()), Err(InvalidSmsSettings::Sender), "{sender}");
    }
    for sid in ["", "SK0123", "AC/../x", "AC0 1"] {
        assert_eq!(check(&|s| s.account_sid = sid.into()), Err(InvalidSmsSettings::Credentials), "{sid}");
    }
    assert_eq!(check(&|s| s.auth_token = "".into()), Err(InvalidSmsSettings::Credentials));
    assert_eq!(check(&|s| s.url = "http://api.twilio.com".into()), Err(InvalidSmsSettings::Address));
    let printed = format!("{:?}", TwilioSms::try_new(settings("https://api.twilio.com".to_owned())).unwrap());
    assert!(!printed.contains("geheim"), "{printed}");
}
