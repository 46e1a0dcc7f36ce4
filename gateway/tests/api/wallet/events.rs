//! Whoever listens learns of each movement once, in order, wherever it was made.

use super::{awa_and_koffi, latest};
use crate::app::{Caller, TestApp};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

const EVENTS: &str = "/api/wallet/events";
const TRANSFERS: &str = "/api/wallet/transfers";
/// Less than a pulse: what comes in time was woken.
const SOON: Duration = Duration::from_secs(10);

/// A reader of a stream.
pub(super) struct Listener {
    response: reqwest::Response,
    read: String,
}

/// One event.
#[derive(Debug, PartialEq)]
struct Told {
    id: i64,
    data: Value,
}

impl Listener {
    /// Opens one's own stream and reads where it is.
    async fn open(caller: &Caller, after: Option<i64>) -> (Self, i64) {
        let after = after.map(|id| id.to_string());
        let (listener, id) = Self::open_at(caller, EVENTS, after.as_deref()).await;
        (listener, id.parse().unwrap())
    }

    /// Opens a stream and reads where it is.
    pub(super) async fn open_at(caller: &Caller, path: &str, after: Option<&str>) -> (Self, String) {
        let request = caller.request(Method::GET, path);
        let request = match after {
            Some(id) => request.header("Last-Event-ID", id),
            None => request,
        };
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["cache-control"], "no-store");
        let mut listener = Self { response, read: String::new() };
        let first = listener.block().await.unwrap();
        let id = first.strip_prefix("retry: 3000\nid: ").unwrap_or_else(|| panic!("{first}"));
        let id = id.to_owned();
        (listener, id)
    }

    /// The next lines up to an empty one; `None` at the end.
    async fn block(&mut self) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.read.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.read = rest;
                return Some(block);
            }
            let chunk = self.response.chunk().await.unwrap()?;
            self.read.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    async fn next(&mut self) -> Option<Told> {
        let (id, data) = self.next_with_id().await?;
        Some(Told { id: id.parse().unwrap(), data })
    }

    pub(super) async fn next_with_id(&mut self) -> Option<(String, Value)> {
        let block = tokio::time::timeout(SOON, self.block()).await.expect("it comes at once")?;
        let lines: Vec<&str> = block.split('\n').collect();
        let [id, "event: transaction", data] = lines.as_slice() else { panic!("{block}") };
        let data = serde_json::from_str(data.strip_prefix("data: ").unwrap()).unwrap();
        Some((id.strip_prefix("id: ").unwrap().to_owned(), data))
    }

    pub(super) async fn end(mut self) {
        let end = tokio::time::timeout(SOON, self.block()).await.expect("it ends at once");
        assert_eq!(end, None);
    }
}

async fn pay(from: &Caller, to: &Caller, amount: i64) {
    from.pay(TRANSFERS, json!({"to": to.identifier, "amount": amount})).await.expect(201);
}

#[actix_web::test]
async fn both_sides_hear_of_a_payment_the_receiver_on_another_process() {
    let app = TestApp::start();
    let other = app.beside();
    let (awa, koffi) = awa_and_koffi(&app).await;
    let koffi_there = Caller { base: other.anon().base, ..koffi.clone() };
    let (mut payer, _) = Listener::open(&awa, None).await;
    let (mut receiver, _) = Listener::open(&koffi_there, None).await;
    for app in [&app, &other] {
        app.tell().await;
    }
    pay(&awa, &koffi, 1_500).await;
    for app in [&app, &other] {
        app.tell().await;
    }
    let told = receiver.next().await.unwrap();
    assert_eq!((told.id, &told.data), (1, &latest(&koffi).await), "a line of the statement");
    assert_eq!((&told.data["direction"], &told.data["amount"]), (&json!("in"), &json!(1_500)));
    let told = payer.next().await.unwrap();
    assert_eq!(
        (&told.data["direction"], &told.data["balanceAfter"], told.id),
        (&json!("out"), &json!(8_500), 2)
    );
    other.stop().await;
    receiver.end().await;
    app.stop().await;
    payer.end().await;
}

#[actix_web::test]
async fn who_was_cut_off_gets_what_was_missed_once_and_in_order() {
    let app = TestApp::start();
    let (awa, koffi) = awa_and_koffi(&app).await;
    let (mut listener, begun) = Listener::open(&koffi, None).await;
    assert_eq!(begun, 0);
    pay(&awa, &koffi, 1).await;
    app.tell().await;
    let seen = listener.next().await.unwrap();
    assert_eq!((seen.id, &seen.data["amount"]), (1, &json!(1)));
    drop(listener);
    for amount in 2..=30 {
        pay(&awa, &koffi, amount).await;
    }
    pay(&koffi, &awa, 5).await;
    let (mut again, begun) = Listener::open(&koffi, Some(seen.id)).await;
    assert_eq!(begun, 1);
    for amount in 2..=30 {
        let told = again.next().await.unwrap();
        assert_eq!((told.id, &told.data["amount"]), (amount, &json!(amount)));
    }
    assert_eq!(again.next().await.unwrap().data["direction"], "out");
    pay(&awa, &koffi, 77).await;
    app.tell().await;
    let told = again.next().await.unwrap();
    assert_eq!((told.id, &told.data["amount"]), (32, &json!(77)), "nothing came twice");
    // From the very beginning, and from the end.
    let (mut whole, _) = Listener::open(&koffi, Some(0)).await;
    assert_eq!(whole.next().await.unwrap().id, 1);
    let (_, end) = Listener::open(&koffi, Some(32)).await;
    assert_eq!(end, 32);
    app.stop().await;
}

#[actix_web::test]
async fn a_stream_ends_with_its_session_and_with_its_token() {
    let app = TestApp::start();
    let (awa, mut koffi) = awa_and_koffi(&app).await;
    let (listener, _) = Listener::open(&koffi, None).await;
    app.tell().await;
    koffi.post("/api/sign-out", json!({})).await.expect(204);
    app.tell().await;
    listener.end().await;
    koffi.get(EVENTS).await.expect_problem(401, "auth.required");

    app.sign_in_by_code(&mut koffi).await;
    let (listener, _) = Listener::open(&koffi, None).await;
    app.tell().await;
    app.clock.advance(Duration::from_secs(901));
    let mut payer = awa.clone();
    app.sign_in_by_code(&mut payer).await;
    pay(&payer, &koffi, 5).await;
    app.tell().await;
    listener.end().await;
    app.anon().get(EVENTS).await.expect_problem(401, "auth.required");
    app.stop().await;
}

#[actix_web::test]
async fn streams_are_counted_and_a_number_that_is_none_is_refused() {
    let app = TestApp::start();
    let (awa, koffi) = awa_and_koffi(&app).await;
    for id in ["x", "-1", "1.0", "", "99999999999999999999", "1000"] {
        let request = koffi.request(Method::GET, EVENTS).header("Last-Event-ID", id);
        koffi.send(request).await.expect_problem(400, "request.event_id_invalid");
    }
    let mut open = Vec::new();
    for _ in 0..8 {
        open.push(Listener::open(&koffi, None).await);
    }
    let refused = koffi.get(EVENTS).await;
    refused.expect_problem(429, "request.too_many_streams");
    assert!(refused.headers.contains_key("retry-after"));
    let (_awa, _) = Listener::open(&awa, None).await;
    assert_eq!(app.state.streams.len(), 9);
    // Nobody says goodbye: what is written to them tells that they are gone.
    drop(open);
    let gone = async {
        while app.state.streams.len() > 1 {
            pay(&awa, &koffi, 1).await;
            app.tell().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), gone).await.expect("their places are free again");
    Listener::open(&koffi, None).await;
    app.state.streams.close();
    koffi.get(EVENTS).await.expect_problem(503, "request.streams_full");
    app.stop().await;
}

#[actix_web::test]
async fn a_quiet_stream_shows_that_it_lives() {
    let app = TestApp::start_with(|config| config.streams.pulse = Duration::from_millis(200));
    let koffi = app.person("koffi@example.ci").await;
    let (mut listener, _) = Listener::open(&koffi, None).await;
    let pulse = tokio::time::timeout(Duration::from_secs(25), listener.block()).await.unwrap();
    assert_eq!(pulse.as_deref(), Some(":"));
    app.stop().await;
}
