//! How long an edit takes to be seen: on the server that takes it, and on another one over the same database.

use crate::{
    http::{Connection, get, send},
    library::middle_and_late,
    server::{Place, Server},
};
use diesel::{RunQueryDsl, sql_query};
use serde_json::json;
use std::time::{Duration, Instant};

const EDITS: usize = 40;
const EDITOR: &str = "banc@example.ci";

pub(crate) async fn measure(place: &Place, here: &Server, there: &Server) {
    let token = sign_in(place, here).await;
    let (mut writer, mut reader) =
        (Connection::open(&here.address).await, Connection::open(&there.address).await);
    let list = get("/api/health/holidays");
    let (mut at_once, mut later) = (Vec::new(), Vec::new());
    for edit in 0..EDITS {
        let name = format!("Fête numéro {edit}");
        let put = send("PUT", "/api/admin/health/holidays/2031-05-02", &token, &json!({"name": name}));
        let begun = Instant::now();
        writer.json(&put).await;
        assert!(writer.json(&list).await.to_string().contains(&name), "seen by who asks next");
        at_once.push(begun.elapsed());
        while !reader.json(&list).await.to_string().contains(&name) {
            assert!(begun.elapsed() < Duration::from_secs(30), "the other server never sees it");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        later.push(begun.elapsed());
    }
    let (here, here_late) = middle_and_late(at_once);
    let (there, there_late) = middle_and_late(later);
    println!("an edit is seen where it was made after {here:.0?}, p99 {here_late:.0?} (due: 100ms)");
    println!("an edit is seen on another server after {there:.0?}, p99 {there_late:.0?} (due: 1s)");
}

/// Somebody who may edit.
async fn sign_in(place: &Place, server: &Server) -> String {
    let mut connection = Connection::open(&server.address).await;
    let who = json!({"identifier": EDITOR});
    connection.json(&send("POST", "/api/register-user", "", &who)).await;
    sql_query(format!("UPDATE utilisateur SET role = 'admin' WHERE email_normalise = '{EDITOR}'"))
        .execute(&mut place.connect())
        .unwrap();
    let messages = get(&format!("/api/dev/outbox?recipient={EDITOR}"));
    let before = connection.json(&messages).await[0]["sentAt"].clone();
    connection.json(&send("POST", "/api/generate-otp", "", &who)).await;
    let code = loop {
        // Messages leave behind the answer's back.
        let newest = connection.json(&messages).await[0].clone();
        let body = newest["body"].as_str().unwrap_or_default();
        let code = body.split(|c: char| !c.is_ascii_digit()).find(|run| run.len() == 6);
        if let Some(code) = code.filter(|_| newest["sentAt"] != before) {
            break code.to_owned();
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    let proof = json!({"identifier": EDITOR, "otpCode": code});
    let session = connection.json(&send("POST", "/api/verify-otp", "", &proof)).await;
    session["accessToken"].as_str().unwrap().to_owned()
}
