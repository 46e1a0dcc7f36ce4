use super::{hear, key, publish, send, told};
use crate::{
    app::{Caller, PASSWORD, TestApp},
    audit::expect_one_row,
    messaging::id_of,
};
use diesel::connection::SimpleConnection;
use serde_json::{Value, json};
use std::{collections::BTreeSet, time::Duration};

const DEVICES: &str = "/api/push-devices";
const TOKEN: &str = "dGVzdC10b2tlbi0xMjM0:APA91b";

pub(super) async fn logged(app: &TestApp, seen: &mut BTreeSet<String>) {
    let (awa, koffi) = (app.person("aya.tel@example.ci").await, app.person("kouadio.tel@example.ci").await);
    let body = json!({"installationId": "cRy7u_0000000000000-Az", "platform": "ios"});
    let registered = awa.post(DEVICES, body).await;
    expect_one_row(app, "POST /api/push-devices", &registered, seen);
    assert!(!registered.json.to_string().contains("cRy7u"), "what it is addressed by stays here");
    let path = format!("{DEVICES}/{}", registered.json["id"].as_str().unwrap());
    koffi.put(&path, json!({"active": false})).await.expect_problem(404, "notifications.device_unknown");
    let set = awa.put(&path, json!({"active": false})).await;
    expect_one_row(app, "PUT /api/push-devices/{id}", &set, seen);
    koffi.delete(&path).await.expect_problem(404, "notifications.device_unknown");
    let forgotten = awa.delete(&path).await;
    expect_one_row(app, "DELETE /api/push-devices/{id}", &forgotten, seen);
    awa.delete(&path).await.expect_problem(404, "notifications.device_unknown");
}

/// What was pushed to the test's token, the newest first.
pub(super) async fn pushed(app: &TestApp) -> Vec<Value> {
    let sent = app.anon().get(&format!("/api/dev/outbox?recipient={}", TOKEN.replace(':', "%3A"))).await;
    sent.expect(200).json.as_array().unwrap().clone()
}

pub(super) async fn register(caller: &Caller) {
    caller.post(DEVICES, json!({"token": TOKEN, "platform": "android"})).await.expect(200);
}

pub(super) async fn like(app: &TestApp, by: &Caller, to: &Caller, publication: u128) {
    publish(app, "social.liked", publication, json!({"by": key(app, by).await, "to": key(app, to).await}));
}

#[actix_web::test]
async fn a_push_says_what_happened_or_only_what_kind_of_thing() {
    let app = TestApp::start();
    let (awa, koffi) = (app.person("awa@example.ci").await, app.person("koffi@example.ci").await);
    register(&awa).await;
    like(&app, &koffi, &awa, 1).await;
    send(&app).await;
    send(&app).await;
    let sent = pushed(&app).await;
    assert_eq!((sent.len(), &sent[0]["channel"]), (1, &json!("push")), "once");
    assert_eq!(sent[0]["body"], "k***@example.ci aime votre publication.");
    awa.patch("/api/notifications/preferences", json!({"discreet": true})).await.expect(200);
    like(&app, &koffi, &awa, 2).await;
    send(&app).await;
    let sent = pushed(&app).await;
    assert_eq!((sent.len(), &sent[0]["subject"]), (2, &json!("J'aime")));
    assert!(!sent[0]["body"].as_str().unwrap().contains("k***"), "{}", sent[0]);
    app.stop().await;
}

#[actix_web::test]
async fn case_85_who_signed_out_or_lent_the_telephone_is_pushed_nothing() {
    let app = TestApp::start();
    let (awa, koffi) = (app.person("awa@example.ci").await, app.person("koffi@example.ci").await);
    register(&awa).await;
    like(&app, &koffi, &awa, 1).await;
    awa.post("/api/sign-out", json!({})).await.expect(204);
    send(&app).await;
    assert!(pushed(&app).await.is_empty(), "her session is over");
    let awa = app.person("awa2@example.ci").await;
    register(&awa).await;
    like(&app, &koffi, &awa, 2).await;
    register(&koffi).await;
    send(&app).await;
    assert!(pushed(&app).await.is_empty(), "the telephone is his now");
    assert_eq!(awa.get(DEVICES).await.expect(200).json["items"], json!([]));
    app.stop().await;
}

#[actix_web::test]
async fn what_is_wanted_by_mail_goes_by_mail_in_the_persons_language() {
    let app = TestApp::start();
    let (awa, koffi) = (app.person("awa@example.ci").await, app.person("koffi@example.ci").await);
    awa.patch("/api/me", json!({"language": "en"})).await.expect(200);
    let choices = json!({"choices": [{"kind": "like", "channel": "email", "on": true}]});
    awa.patch("/api/notifications/preferences", choices).await.expect(200);
    like(&app, &koffi, &awa, 1).await;
    send(&app).await;
    let mail = app.newest_message_for("awa@example.ci").await;
    assert_eq!(mail["subject"], "Hostolink - Likes");
    assert!(mail["body"].as_str().unwrap().contains("k***@example.ci likes your publication."), "{mail}");
    app.stop().await;
}

#[actix_web::test]
async fn quiet_hours_hold_a_push_back_but_not_the_list() {
    let app = TestApp::start();
    let (awa, koffi) = (app.person("awa@example.ci").await, app.person("koffi@example.ci").await);
    register(&awa).await;
    // The clock shows 8:00.
    let hours = json!({"quietHours": {"from": "07:00", "until": "09:00"}});
    awa.patch("/api/notifications/preferences", hours).await.expect(200);
    like(&app, &koffi, &awa, 1).await;
    send(&app).await;
    assert!(pushed(&app).await.is_empty());
    let mut awa = awa;
    app.clock.advance(Duration::from_secs(3_601));
    app.come_back(&mut awa).await;
    assert_eq!(awa.get("/api/notifications/unread-count").await.json["unread"], 1);
    send(&app).await;
    assert_eq!(pushed(&app).await.len(), 1);
    app.stop().await;
}

#[actix_web::test]
async fn case_56_money_is_pushed_whoever_moved_it_and_a_like_is_not() {
    let app = TestApp::start();
    let (awa, koffi) = (app.person("awa@example.ci").await, app.person("koffi@example.ci").await);
    register(&awa).await;
    app.give(&koffi, 10_000).await;
    koffi.pay("/api/wallet/transfers", json!({"to": "awa@example.ci", "amount": 2_500})).await.expect(201);
    like(&app, &koffi, &awa, 1).await;
    hear(&app);
    // Nobody heard of the block yet: what waits is asked again when it leaves.
    awa.put(&format!("/api/people/{}/block", id_of(&koffi).await), json!({})).await.expect(204);
    hostolink_gateway::notifications::send_due(app.state.clone()).await.unwrap();
    let sent = pushed(&app).await;
    assert_eq!((sent.len(), &sent[0]["body"]), (1, &json!("Vous avez reçu 2 500 F CFA de k***@example.ci.")));
    let list = told(&app, &awa).await;
    assert_eq!((list.len(), &list[0]["kind"]), (1, &json!("money_received")));
    assert_eq!(awa.get("/api/notifications/unread-count").await.json["unread"], 1, "what it counts is shown");
    app.stop().await;
}

#[actix_web::test]
async fn who_knows_a_password_alone_silences_no_telephone() {
    let app = TestApp::start();
    let awa = app.person("awa@example.ci").await;
    let body = json!({"token": TOKEN, "platform": "android"});
    let device = awa.post(DEVICES, body).await.expect(200).json["id"].as_str().unwrap().to_owned();
    let path = format!("{DEVICES}/{device}");
    let weak = json!({"identifier": awa.identifier, "password": PASSWORD});
    let signed_in = app.anon().post("/api/verify-pin", weak).await.expect(200).json.clone();
    let weak = Caller { token: signed_in["accessToken"].as_str().map(str::to_owned), ..app.anon() };
    weak.put(&path, json!({"active": false})).await.expect_problem(403, "auth.step_up_required");
    weak.delete(&path).await.expect_problem(403, "auth.step_up_required");
    assert_eq!(awa.get(DEVICES).await.json["items"][0]["active"], true);
    app.stop().await;
}

#[actix_web::test]
async fn one_that_can_t_be_written_down_keeps_no_other_waiting() {
    let app = TestApp::start();
    let (awa, koffi) = (app.person("awa@example.ci").await, app.person("koffi@example.ci").await);
    register(&awa).await;
    for publication in 1..=3 {
        like(&app, &koffi, &awa, publication).await;
    }
    hear(&app);
    let first = app.lines("SELECT min(id_envoi)::text AS line FROM envoi_notification")[0].clone();
    let never = format!(
        "ALTER TABLE envoi_notification ADD CONSTRAINT jamais CHECK (id_envoi <> {first} OR statut <> 'envoye')"
    );
    app.ask(|conn| conn.batch_execute(&never));
    hostolink_gateway::notifications::send_due(app.state.clone()).await.unwrap_err();
    let states = app.lines("SELECT statut AS line FROM envoi_notification ORDER BY id_envoi");
    assert_eq!(states, ["parti", "envoye", "envoye"]);
    app.stop().await;
}

#[actix_web::test]
async fn a_device_that_is_none_is_refused() {
    let app = TestApp::start();
    let awa = app.person("awa@example.ci").await;
    let long = "x".repeat(4_097);
    for body in [
        json!({}),
        json!({"platform": "android"}),
        json!({"token": TOKEN}),
        json!({"token": TOKEN, "platform": "toaster"}),
        json!({"token": "short", "platform": "android"}),
        json!({"token": "with spaces in it, many of them", "platform": "android"}),
        json!({"token": long, "platform": "android"}),
        json!({"token": 5, "platform": "android"}),
        json!({"installationId": "x", "platform": "ios"}),
        json!({"token": TOKEN, "installationId": "cRy7u_0000000000000-Az", "platform": "ios"}),
        json!({"token": TOKEN, "platform": "android", "user": "another"}),
    ] {
        awa.post(DEVICES, body).await.expect_problem(400, "request.invalid_field");
    }
    assert_eq!(awa.get(DEVICES).await.json["items"], json!([]));
    app.stop().await;
}

#[actix_web::test]
async fn operators_see_what_did_not_arrive_and_not_what_it_said() {
    const LIST: &str = "/api/admin/notifications/deliveries";
    let app = TestApp::start();
    let (awa, koffi) = (app.person("awa@example.ci").await, app.person("koffi@example.ci").await);
    let admin = app.with_role("admin@example.ci", "admin").await;
    register(&awa).await;
    for publication in 1..=3 {
        like(&app, &koffi, &awa, publication).await;
    }
    hear(&app);
    assert_eq!(admin.get(LIST).await.expect(200).json, json!({"items": []}), "they wait yet");
    // As the worker leaves them whose provider answered so, last that the application is gone.
    app.db
        .conn()
        .batch_execute(
            "UPDATE envoi_notification SET statut = 'abandonne', essais = 8, code = 503, fini_le = now(); \
             UPDATE envoi_notification SET statut = 'refuse', essais = 1, code = 404 \
             WHERE id_envoi = (SELECT min(id_envoi) FROM envoi_notification); \
             DELETE FROM appareil_push",
        )
        .unwrap();
    let page = admin.get(&format!("{LIST}?limit=2")).await.expect(200).json.clone();
    assert_eq!((&page["items"][0]["failure"], &page["items"][0]["code"]), (&json!("abandoned"), &json!(503)));
    assert_eq!(page["items"][0]["person"]["name"], "a***@example.ci");
    assert!(!page.to_string().contains(TOKEN) && !page.to_string().contains("publication."), "{page}");
    let after = page["nextCursor"].as_str().unwrap();
    let last = admin.get(&format!("{LIST}?limit=2&cursor={after}")).await.expect(200).json.clone();
    assert_eq!(last["items"].as_array().unwrap().len(), 1);
    assert_eq!((&last["items"][0]["failure"], &last["items"][0]["tries"]), (&json!("refused"), &json!(1)));
    assert!(last.get("nextCursor").is_none());
    let some = admin.get(&format!("{LIST}?channel=push&failure=refused")).await.expect(200).json.clone();
    assert_eq!(some["items"], last["items"]);
    assert_eq!(admin.get(&format!("{LIST}?channel=sms")).await.expect(200).json["items"], json!([]));
    admin.get(&format!("{LIST}?failure=lost")).await.expect(400);
    admin.get(&format!("{LIST}?cursor=x")).await.expect_problem(400, "notifications.invalid_cursor");
    awa.get(LIST).await.expect_problem(403, "auth.forbidden");
    app.anon().get(LIST).await.expect_problem(401, "auth.required");
    app.stop().await;
}
