//! What people are told, and what they upload, from the outside.

mod list;
pub(super) mod media;
mod messages;
mod preferences;
mod push;
mod upkeep;

use crate::app::{Caller, TestApp};
use hostolink_kernel::{Clock, UserId};
use hostolink_outbox::NewEvent;
use serde_json::Value;
use std::collections::BTreeSet;
use uuid::Uuid;

/// What the background does with events.
fn hear(app: &TestApp) {
    while app.state.events.run_once(&mut app.db.conn()).unwrap().more {}
}

/// What the background does with what waits to leave.
async fn send(app: &TestApp) {
    hear(app);
    hostolink_gateway::notifications::send_due(app.state.clone()).await.unwrap();
}

/// The caller's notifications, after all that happened was heard.
async fn told(app: &TestApp, caller: &Caller) -> Vec<Value> {
    hear(app);
    let list = caller.get("/api/notifications").await;
    list.expect(200).json["items"].as_array().unwrap().clone()
}

/// Somebody's key among ourselves.
async fn key(app: &TestApp, caller: &Caller) -> i32 {
    let id: Uuid = caller.get("/api/me").await.json["id"].as_str().unwrap().parse().unwrap();
    let id = hostolink_kernel::UserPublicId::new(id);
    let found: Option<UserId> = app.state.auth.find_user(&mut app.db.conn(), id).unwrap();
    found.unwrap().key()
}

/// Publishes what another domain would.
fn publish(app: &TestApp, kind: &'static str, subject: u128, payload: Value) {
    let event = NewEvent { kind, subject: Uuid::from_u128(subject), payload };
    hostolink_outbox::publish(&mut app.db.conn(), &event, app.clock.now()).unwrap();
}

/// The routes that leave a row in the audit log.
pub(super) async fn logged(app: &TestApp, seen: &mut BTreeSet<String>) {
    list::logged(app, seen).await;
    preferences::logged(app, seen).await;
    push::logged(app, seen).await;
    media::logged(app, seen).await;
}
