use super::{key, publish, told};
use crate::{app::TestApp, audit::expect_one_row};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const PREFERENCES: &str = "/api/notifications/preferences";

pub(super) async fn logged(app: &TestApp, seen: &mut BTreeSet<String>) {
    let awa = app.person("aya.choix@example.ci").await;
    let changed = awa.patch(PREFERENCES, json!({"discreet": true})).await;
    expect_one_row(app, "PATCH /api/notifications/preferences", &changed, seen);
}

#[actix_web::test]
async fn each_kind_goes_by_the_ways_that_its_person_wants() {
    let app = TestApp::start();
    let (awa, koffi) = (app.person("awa@example.ci").await, app.person("koffi@example.ci").await);
    let usual = awa.get(PREFERENCES).await;
    let kinds = usual.expect(200).json["kinds"].as_object().unwrap().clone();
    assert_eq!(
        kinds["like"],
        json!({"app": {"on": true, "mandatory": false}, "push": {"on": true, "mandatory": false}, "email": {"on": false, "mandatory": false}})
    );
    assert_eq!(kinds["new_device"]["push"], json!({"on": true, "mandatory": true}));
    assert!(kinds["money_received"]["sms"].is_object() && kinds["like"].get("sms").is_none());
    assert!(usual.json.get("quietHours").is_none());
    let body = json!({
        "choices": [{"kind": "like", "channel": "app", "on": false}],
        "quietHours": {"from": "22:00", "until": "06:30"}, "discreet": true,
    });
    let changed = awa.patch(PREFERENCES, body).await;
    assert_eq!(changed.expect(200).json["kinds"]["like"]["app"]["on"], false);
    assert_eq!(changed.json["quietHours"], json!({"from": "22:00", "until": "06:30", "offsetMinutes": 0}));
    let people = json!({"by": key(&app, &koffi).await, "to": key(&app, &awa).await});
    publish(&app, "social.liked", 1, people);
    assert!(told(&app, &awa).await.is_empty());
    let changed = awa.patch(PREFERENCES, json!({"quietHours": null})).await;
    assert!(changed.expect(200).json.get("quietHours").is_none() && changed.json["discreet"] == json!(true));
    assert_eq!(awa.get(PREFERENCES).await.json, changed.json);
    assert_eq!(koffi.get(PREFERENCES).await.json, usual.json, "his are his own");
    app.stop().await;
}

#[actix_web::test]
async fn what_protects_is_not_turned_off_and_nothing_is_changed_in_part() {
    let app = TestApp::start();
    let awa = app.person("awa@example.ci").await;
    let before = awa.get(PREFERENCES).await.json.clone();
    let choice = |kind: &str, channel: &str, on: bool| json!({"kind": kind, "channel": channel, "on": on});
    for (choices, status, code) in [
        (
            json!([choice("like", "push", false), choice("new_device", "app", false)]),
            422,
            "notifications.mandatory",
        ),
        (
            json!([choice("like", "push", false), choice("like", "sms", true)]),
            422,
            "notifications.channel_not_offered",
        ),
        (json!([choice("stock", "push", true)]), 400, "request.invalid_field"),
        (json!([choice("like", "fax", true)]), 400, "request.invalid_field"),
        (json!([{"kind": "like", "channel": "push", "on": "yes"}]), 400, "request.invalid_field"),
        (json!(vec![choice("like", "push", false); 101]), 400, "request.invalid_field"),
        (json!("like"), 400, "request.invalid_field"),
    ] {
        awa.patch(PREFERENCES, json!({"choices": choices})).await.expect_problem(status, code);
    }
    let hours = |from: Value, until: Value, offset: i64| json!({"quietHours": {"from": from, "until": until, "offsetMinutes": offset}});
    for body in [
        hours(json!("25:00"), json!("06:00"), 0),
        hours(json!("22h"), json!("06:00"), 0),
        hours(json!(22), json!("06:00"), 0),
        hours(json!("22:00"), json!(""), 0),
        hours(json!("22:00"), json!("06:00"), 100_000),
        json!({"quietHours": []}),
        json!({"discreet": 1}),
        json!({"language": "en"}),
    ] {
        awa.patch(PREFERENCES, body).await.expect_problem(400, "request.invalid_field");
    }
    for (from, until, offset) in [("22:00", "22:00", 0), ("22:00", "06:00", 841), ("22:00", "06:00", -841)] {
        let refused = awa.patch(PREFERENCES, hours(json!(from), json!(until), offset)).await;
        refused.expect_problem(400, "notifications.quiet_hours_invalid");
    }
    assert_eq!(awa.get(PREFERENCES).await.json, before);
    app.stop().await;
}
