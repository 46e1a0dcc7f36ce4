//! Codes on their way to phones, what they cost, and who may see it.

use super::{ask, overview, provider::Provider, register, start};
use crate::app::TestApp;
use serde_json::{Value, json};
use std::time::Duration;

#[actix_web::test]
async fn a_code_leaves_through_orange_and_signs_in() {
    let (orange, twilio) = (Provider::start(), Provider::start());
    let app = start(&orange, &twilio);
    let admin = app.with_role("admin@example.ci", "admin").await;
    register(&app, "0708091011").await;
    ask(&app, "0708091011").await.expect(200);
    ask(&app, "0708091012").await.expect(200); // nobody's: nothing leaves
    assert_eq!((orange.messages().len(), twilio.messages().len()), (1, 0));
    let sent: Value = serde_json::from_str(&orange.messages()[0]).unwrap();
    let sent = &sent["outboundSMSMessageRequest"];
    assert_eq!(sent["address"], "tel:+2250708091011");
    let text = sent["outboundSMSTextMessage"]["message"].as_str().unwrap();
    let code = text.split(|c: char| !c.is_ascii_digit()).find(|run| run.len() == 6).unwrap();
    let shown = json!({"identifier": "0708091011", "otpCode": code});
    app.anon().post("/api/verify-otp", shown).await.expect(200);

    let (day, count) = overview(&admin).await;
    let expected = json!({"provider": "orange", "state": "accepted", "messages": 1, "segments": 1, "cost": 25, "shown": 1});
    assert_eq!(count, expected);
    assert_eq!(
        day,
        json!({
            "cost": 25, "budget": 1_000, "counts": [expected], "stoppedPrefixes": [],
            "providers": [{"provider": "orange", "breaker": "closed"}, {"provider": "twilio", "breaker": "closed"}],
        })
    );
    app.stop().await;
    orange.stop().await;
    twilio.stop().await;
}

#[actix_web::test]
async fn another_provider_takes_over_and_the_breaker_is_seen() {
    let (orange, twilio) = (Provider::start(), Provider::start());
    let app = start(&orange, &twilio);
    let admin = app.with_role("admin@example.ci", "admin").await;
    orange.fail();
    for n in 0..5 {
        let phone = format!("070809101{n}");
        register(&app, &phone).await;
        ask(&app, &phone).await.expect(200);
    }
    assert_eq!(twilio.messages().len(), 5);
    let (day, count) = overview(&admin).await;
    assert_eq!((&count["provider"], &count["messages"]), (&json!("twilio"), &json!(5)));
    assert_eq!(day["cost"], 953, "5 × 190.5 F, rounded up");
    assert_eq!(day["providers"][0], json!({"provider": "orange", "breaker": "open"}));
    // What another costs does not fit any more: it is kept back, and nobody is told who was concerned.
    register(&app, "0708091015").await;
    ask(&app, "0708091015").await.expect(200);
    ask(&app, "0708091016").await.expect(200);
    assert_eq!(twilio.messages().len(), 5);
    app.stop().await;
    orange.stop().await;
    twilio.stop().await;
}

#[actix_web::test]
async fn case_11_a_used_up_budget_answers_everybody_the_same() {
    let (orange, twilio) = (Provider::start(), Provider::start());
    let app = start(&orange, &twilio);
    let spend = "INSERT INTO depense_sms VALUES ('2026-11-20', 1000000)";
    diesel::RunQueryDsl::execute(diesel::sql_query(spend), &mut app.db.conn()).unwrap();
    register(&app, "0708091011").await;
    let (known, unknown) = (ask(&app, "0708091011").await, ask(&app, "0508091011").await);
    for answer in [&known, &unknown] {
        answer.expect_problem(503, "auth.sms_budget");
        assert_eq!(answer.headers["retry-after"], "600");
    }
    let anonymous =
        |json: &Value| json.as_object().unwrap().iter().filter(|(key, _)| *key != "traceId").count();
    assert_eq!(anonymous(&known.json), anonymous(&unknown.json));
    assert_eq!(known.json["detail"], unknown.json["detail"]);
    ask(&app, "awa@example.ci").await.expect(200);
    app.clock.advance(Duration::from_secs(86_400));
    ask(&app, "0708091011").await.expect(200);
    assert_eq!(orange.messages().len(), 1);
    app.stop().await;
    orange.stop().await;
    twilio.stop().await;
}

#[actix_web::test]
async fn development_writes_its_messages_down_too_and_pays_nothing() {
    let app = TestApp::start();
    let admin = app.with_role("admin@example.ci", "admin").await;
    register(&app, "0708091011").await;
    ask(&app, "0708091011").await.expect(200);
    let (day, count) = overview(&admin).await;
    assert_eq!((&day["cost"], &day["budget"]), (&json!(0), &Value::Null));
    assert_eq!((&count["provider"], &count["segments"]), (&json!("developpement"), &json!(1)));
    app.stop().await;
}

#[actix_web::test]
async fn measures_tell_what_was_sent_and_name_nobody() {
    let (orange, twilio) = (Provider::start(), Provider::start());
    let app = start(&orange, &twilio);
    register(&app, "0708091011").await;
    ask(&app, "0708091011").await.expect(200);
    let page = app.anon().get("/metrics").await;
    let text = String::from_utf8_lossy(&page.expect(200).bytes).into_owned();
    assert!(text.contains(r#"sms_messages_total{outcome="accepted",provider="orange"} 1"#), "{text}");
    assert!(text.contains("sms_withheld_total 0"), "{text}");
    assert!(!text.contains("0708"), "{text}");
    app.stop().await;
    orange.stop().await;
    twilio.stop().await;
}
