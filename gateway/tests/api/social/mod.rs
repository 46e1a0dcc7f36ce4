//! People among each other, from the outside.

mod advertisements;
mod bad_input;
mod blocks;
mod calls;
mod logged;
mod moderation;
mod tidying;

use crate::app::{Answer, Caller};
pub(crate) use logged::logged;
use serde_json::{Value, json};

/// The caller's own id.
async fn id_of(caller: &Caller) -> String {
    caller.get("/api/me").await.expect(200).json["id"].as_str().unwrap().to_owned()
}

/// Publishes something public, and says its id.
async fn publish(caller: &Caller, text: &str) -> String {
    let made = caller.post("/api/publications", json!({ "text": text })).await;
    made.expect(201).json["id"].as_str().unwrap().to_owned()
}

/// Says something to a publication, and its id.
async fn say(caller: &Caller, publication: &str, text: &str) -> String {
    let said =
        caller.post(&format!("/api/publications/{publication}/comments"), json!({ "text": text })).await;
    said.expect(201).json["id"].as_str().unwrap().to_owned()
}

/// The ids on a page.
fn ids(page: &Answer) -> Vec<String> {
    let items = page.expect(200).json["items"].as_array().unwrap().clone();
    items.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

/// A field of an answer, as it is.
fn at<'a>(answer: &'a Answer, pointer: &str) -> &'a Value {
    answer.json.pointer(pointer).unwrap_or(&Value::Null)
}
