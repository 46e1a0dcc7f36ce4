//! Themes, conversations, messages, as callers see them.

mod bad_input;
mod contacts;
mod rooms;
mod talk;

use crate::{
    app::{Answer, Caller, TestApp},
    audit::expect_one_row,
};
use hostolink_kernel::{Clock, Random, SystemClock, SystemRandom};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// An id as a device draws it.
pub(crate) fn drawn() -> String {
    SystemRandom.uuid(SystemClock.now()).to_string()
}

/// What callers call somebody.
pub(crate) async fn id_of(caller: &Caller) -> String {
    caller.get("/api/me").await.expect(200).json["id"].as_str().unwrap().to_owned()
}

/// The conversation of two; its address.
pub(crate) async fn pair(one: &Caller, other: &Caller) -> String {
    let opened = one.post("/api/conversations", json!({"person": id_of(other).await})).await;
    format!("/api/conversations/{}", opened.expect(201).json["id"].as_str().unwrap())
}

/// A group of its owner and others; its address.
pub(crate) async fn group(owner: &Caller, others: &[&Caller]) -> String {
    let mut people = Vec::new();
    for other in others {
        people.push(id_of(other).await);
    }
    let made = owner.post("/api/conversations", json!({"title": "Famille", "people": people})).await;
    format!("/api/conversations/{}", made.expect(201).json["id"].as_str().unwrap())
}

/// Says something; what was answered.
pub(crate) async fn say(by: &Caller, room: &str, text: &str) -> Answer {
    by.post(&format!("{room}/messages"), json!({"clientId": drawn(), "text": text})).await
}

/// The words that somebody reads, the newest first.
pub(crate) async fn read(by: &Caller, room: &str) -> Vec<Value> {
    let page = by.get(&format!("{room}/messages?limit=100")).await;
    let items = page.expect(200).json["items"].as_array().unwrap().clone();
    items.into_iter().map(|message| message["text"].clone()).collect()
}

/// The routes that leave a row in the audit log.
pub(crate) async fn logged(app: &TestApp, seen: &mut BTreeSet<String>) {
    let (awa, koffi) = (app.person("awa.parle@example.ci").await, app.person("koffi.parle@example.ci").await);
    let admin = app.with_role("admin.parle@example.ci", "admin").await;
    let body = json!({"title": "Santé", "category": "health", "description": "Parlons-en."});
    let theme = admin.post("/api/themes", body).await;
    expect_one_row(app, "POST /api/themes", &theme, seen);
    let address = format!("/api/themes/{}", theme.json["id"].as_str().unwrap());
    let changed = admin.patch(&address, json!({"slowSeconds": 5})).await;
    expect_one_row(app, "PATCH /api/themes/{id}", &changed, seen);
    let joined = awa.post(&format!("{address}/join"), json!({})).await;
    expect_one_row(app, "POST /api/themes/{id}/join", &joined, seen);
    let talk = address.replace("themes", "conversations");
    let left = awa.post(&format!("{talk}/leave"), json!({})).await;
    expect_one_row(app, "POST /api/conversations/{id}/leave", &left, seen);

    let opened = awa.post("/api/conversations", json!({"person": id_of(&koffi).await})).await;
    expect_one_row(app, "POST /api/conversations", &opened, seen);
    let room = group(&awa, &[&koffi]).await;
    let renamed = awa.put(&room, json!({"title": "Amis"})).await;
    expect_one_row(app, "PUT /api/conversations/{id}", &renamed, seen);
    let set = awa.put(&format!("{room}/settings"), json!({"mutedUntil": null, "archived": true})).await;
    expect_one_row(app, "PUT /api/conversations/{id}/settings", &set, seen);
    let added = awa.post(&format!("{room}/members"), json!({"people": [id_of(&admin).await]})).await;
    expect_one_row(app, "POST /api/conversations/{id}/members", &added, seen);
    let role = json!({"person": id_of(&koffi).await, "role": "moderator"});
    let given = awa.put(&format!("{room}/members/role"), role).await;
    expect_one_row(app, "PUT /api/conversations/{id}/members/role", &given, seen);
    let away = json!({"person": id_of(&admin).await});
    let removed = awa.post(&format!("{room}/members/removal"), away).await;
    expect_one_row(app, "POST /api/conversations/{id}/members/removal", &removed, seen);

    let sent = say(&awa, &room, "à corriger").await;
    let message = format!("/api/messages/{}", sent.expect(201).json["id"].as_str().unwrap());
    let edited = awa.put(&message, json!({"text": "corrigé"})).await;
    expect_one_row(app, "PUT /api/messages/{id}", &edited, seen);
    let pinned = awa.put(&format!("{message}/pin"), json!({})).await;
    expect_one_row(app, "PUT /api/messages/{id}/pin", &pinned, seen);
    let unpinned = awa.delete(&format!("{message}/pin")).await;
    expect_one_row(app, "DELETE /api/messages/{id}/pin", &unpinned, seen);
    let deleted = awa.delete(&format!("{message}?for=all")).await;
    expect_one_row(app, "DELETE /api/messages/{id}", &deleted, seen);
    let shown = json!({"sharesRead": true, "sharesPresence": false, "discoverable": true});
    let set = awa.put("/api/messaging/preferences", shown).await;
    expect_one_row(app, "PUT /api/messaging/preferences", &set, seen);
}
