//! The routes that leave a row in the audit log.

use super::{id_of, ids, publish, say};
use crate::{
    app::{Caller, TestApp},
    audit::expect_one_row,
};
use serde_json::json;
use std::{collections::BTreeSet, time::Duration};

pub(crate) async fn logged(app: &TestApp, seen: &mut BTreeSet<String>) {
    let (awa, koffi) = (app.person("awa.note@example.ci").await, app.person("koffi.note@example.ci").await);
    publications(app, &awa, &koffi, seen).await;
    comments(app, &awa, &koffi, seen).await;
    people(app, &awa, &koffi, seen).await;
    moderation(app, &awa, &koffi, seen).await;
    house(app, &awa, seen).await;
}

async fn publications(app: &TestApp, awa: &Caller, koffi: &Caller, seen: &mut BTreeSet<String>) {
    let made = awa.post("/api/publications", json!({"text": "Bonjour"})).await;
    expect_one_row(app, "POST /api/publications", &made, seen);
    let path = format!("/api/publications/{}", made.json["id"].as_str().unwrap());
    let edited = awa.put(&path, json!({"text": "Bonsoir"})).await;
    expect_one_row(app, "PUT /api/publications/{id}", &edited, seen);
    let shared = koffi.post(&format!("{path}/shares"), json!({})).await;
    expect_one_row(app, "POST /api/publications/{id}/shares", &shared, seen);
    let unshared = koffi.delete(&format!("{path}/shares")).await;
    expect_one_row(app, "DELETE /api/publications/{id}/shares", &unshared, seen);
    let deleted = awa.delete(&path).await;
    expect_one_row(app, "DELETE /api/publications/{id}", &deleted, seen);
    let restored = awa.post(&format!("{path}/restore"), json!({})).await;
    expect_one_row(app, "POST /api/publications/{id}/restore", &restored, seen);
}

async fn comments(app: &TestApp, awa: &Caller, koffi: &Caller, seen: &mut BTreeSet<String>) {
    let id = publish(awa, "À commenter").await;
    let said = koffi.post(&format!("/api/publications/{id}/comments"), json!({"text": "oui"})).await;
    expect_one_row(app, "POST /api/publications/{id}/comments", &said, seen);
    let path = format!("/api/comments/{}", said.json["id"].as_str().unwrap());
    let edited = koffi.put(&path, json!({"text": "non"})).await;
    expect_one_row(app, "PUT /api/comments/{id}", &edited, seen);
    let deleted = koffi.delete(&path).await;
    expect_one_row(app, "DELETE /api/comments/{id}", &deleted, seen);
    let restored = koffi.post(&format!("{path}/restore"), json!({})).await;
    expect_one_row(app, "POST /api/comments/{id}/restore", &restored, seen);
}

async fn people(app: &TestApp, awa: &Caller, koffi: &Caller, seen: &mut BTreeSet<String>) {
    let set = awa.put("/api/social/profile", json!({"handle": "awa.note"})).await;
    expect_one_row(app, "PUT /api/social/profile", &set, seen);
    let path = format!("/api/people/{}/block", id_of(koffi).await);
    let blocked = awa.put(&path, json!({})).await;
    expect_one_row(app, "PUT /api/people/{id}/block", &blocked, seen);
    let unblocked = awa.delete(&path).await;
    expect_one_row(app, "DELETE /api/people/{id}/block", &unblocked, seen);
}

async fn moderation(app: &TestApp, awa: &Caller, koffi: &Caller, seen: &mut BTreeSet<String>) {
    let first = app.with_role("moderatrice.note@example.ci", "moderator").await;
    let second = app.with_role("moderatrice.bis@example.ci", "moderator").await;
    let id = publish(awa, "À signaler").await;
    let said = say(awa, &id, "à signaler aussi").await;
    let reported = koffi.post("/api/reports", json!({"commentId": said, "reason": "spam"})).await;
    expect_one_row(app, "POST /api/reports", &reported, seen);
    let case = ids(&first.get("/api/moderation/cases").await).pop().unwrap();
    let body = json!({"measure": "hiding", "reason": "spam"});
    let decided = first.post(&format!("/api/moderation/cases/{case}/decision"), body).await;
    expect_one_row(app, "POST /api/moderation/cases/{id}/decision", &decided, seen);
    let sanction = ids(&awa.get("/api/social/sanctions").await).pop().unwrap();
    let appealed =
        awa.post(&format!("/api/social/sanctions/{sanction}/appeal"), json!({"text": "non"})).await;
    expect_one_row(app, "POST /api/social/sanctions/{id}/appeal", &appealed, seen);
    let appeal = ids(&second.get("/api/moderation/appeals").await).pop().unwrap();
    let heard =
        second.post(&format!("/api/moderation/appeals/{appeal}/decision"), json!({"accept": true})).await;
    expect_one_row(app, "POST /api/moderation/appeals/{id}/decision", &heard, seen);
    koffi.post("/api/reports", json!({"publicationId": id, "reason": "spam"})).await.expect(204);
    let case = ids(&first.get("/api/moderation/cases").await).pop().unwrap();
    let body = json!({"measure": "hiding", "reason": "spam"});
    let decided = first.post(&format!("/api/moderation/cases/{case}/decision"), body).await;
    let sanction = decided.expect(200).json["sanctions"][0]["id"].as_str().unwrap();
    let lifted = first.post(&format!("/api/moderation/sanctions/{sanction}/lift"), json!({})).await;
    expect_one_row(app, "POST /api/moderation/sanctions/{id}/lift", &lifted, seen);
}

async fn house(app: &TestApp, awa: &Caller, seen: &mut BTreeSet<String>) {
    let chief = app.superadmin().await;
    let to = app.state.clock.now() + Duration::from_secs(86_400);
    let told =
        chief.post("/api/admin/announcements", json!({"title": "Avis", "text": "Bonjour", "to": to})).await;
    expect_one_row(app, "POST /api/admin/announcements", &told, seen);
    let path = format!("/api/admin/announcements/{}", told.json["id"].as_str().unwrap());
    let withdrawn = chief.delete(&path).await;
    expect_one_row(app, "DELETE /api/admin/announcements/{id}", &withdrawn, seen);

    app.give(awa, 5_000).await;
    let body =
        json!({"title": "Avis", "text": "Bonjour", "link": "https://exemple.ci/", "to": to, "budget": 1_000});
    let drafted = awa.post("/api/advertisements", body).await;
    expect_one_row(app, "POST /api/advertisements", &drafted, seen);
    let id = drafted.json["id"].as_str().unwrap();
    awa.pay(&format!("/api/advertisements/{id}/funding"), json!({})).await.expect(200);
    let reviewed = chief.post(&format!("/api/admin/advertisements/{id}/decision"), json!({})).await;
    expect_one_row(app, "POST /api/admin/advertisements/{id}/decision", &reviewed, seen);
    let ended = awa.post(&format!("/api/advertisements/{id}/end"), json!({})).await;
    expect_one_row(app, "POST /api/advertisements/{id}/end", &ended, seen);
}
