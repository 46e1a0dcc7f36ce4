//! The socket, and what is told without one.

mod delivery;
mod door;
mod endings;
mod resume;

use crate::app::{Caller, TestApp};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::time::Duration;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Error, Message, client::IntoClientRequest},
};

/// What comes in time was brought; nothing here waits for a pulse.
const SOON: Duration = Duration::from_secs(10);

/// A client's end of a socket.
pub(crate) struct Socket {
    stream: WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>,
}

impl Socket {
    /// Connects to an address as it is, with headers; the status of a refusal.
    pub(crate) async fn connect(
        base: &str,
        path: &str,
        headers: &[(&'static str, &str)],
    ) -> Result<Self, u16> {
        let address = format!("{}{path}", base.replacen("http", "ws", 1));
        let mut request = address.into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        match connect_async(request).await {
            Ok((stream, _)) => Ok(Self { stream }),
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("{error}"),
        }
    }

    /// Opens one for somebody by a ticket; what it says first, and what was missed before that.
    pub(crate) async fn open(caller: &Caller, after: Option<&str>) -> (Self, Value, Vec<Value>) {
        let ticket = caller.post("/api/realtime/tickets", json!({})).await;
        let ticket = ticket.expect(201).json["ticket"].as_str().unwrap().to_owned();
        let after = after.map(|cursor| format!("&after={cursor}")).unwrap_or_default();
        let path = format!("/ws?ticket={ticket}{after}");
        let opened = Self::connect(&caller.base, &path, &[]).await;
        let mut socket = opened.unwrap_or_else(|status| panic!("{status}"));
        let (ready, missed) = socket.ready().await;
        (socket, ready, missed)
    }

    /// Reads up to `ready`.
    pub(crate) async fn ready(&mut self) -> (Value, Vec<Value>) {
        let mut missed = Vec::new();
        loop {
            let frame = self.frame().await;
            if frame["type"] == "ready" {
                return (frame, missed);
            }
            missed.push(frame);
        }
    }

    pub(crate) async fn say(&mut self, frame: Value) {
        self.send(Message::text(frame.to_string())).await;
    }

    pub(crate) async fn send(&mut self, message: Message) {
        // Who is closed on in the middle of it reads the close next.
        let _ = self.stream.send(message).await;
    }

    /// The next text.
    pub(crate) async fn frame(&mut self) -> Value {
        loop {
            let next = tokio::time::timeout(SOON, self.stream.next()).await.expect("it comes at once");
            match next.expect("it is open").expect("it is whole") {
                Message::Text(text) => {
                    let frame = serde_json::from_str(&text).unwrap();
                    described(&frame);
                    return frame;
                }
                Message::Ping(_) | Message::Pong(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    /// Frames of one type, others left out.
    pub(crate) async fn next(&mut self, kind: &str) -> Value {
        loop {
            let frame = self.frame().await;
            if frame["type"] == kind {
                return frame;
            }
        }
    }

    /// Asks something, and reads its answer; what came before it is left out.
    pub(crate) async fn ask(&mut self, mut frame: Value) -> Value {
        frame["requestId"] = json!("q");
        self.say(frame).await;
        loop {
            let frame = self.frame().await;
            if frame["requestId"] == "q" {
                return frame;
            }
        }
    }

    /// Asserts that nothing came: what is asked now is answered next.
    pub(crate) async fn quiet(&mut self) {
        self.say(json!({"type": "ping", "requestId": "quiet"})).await;
        let frame = self.frame().await;
        assert_eq!(frame["requestId"], "quiet", "{frame}");
    }

    /// Asserts that no frame of a type is left before what is asked now; others are left out.
    pub(crate) async fn no_more(&mut self, kind: &str) {
        self.say(json!({"type": "ping", "requestId": "no more"})).await;
        loop {
            let frame = self.frame().await;
            if frame["requestId"] == "no more" {
                return;
            }
            assert_ne!(frame["type"], kind, "{frame}");
        }
    }

    /// With which code it ends; what comes before is left out.
    pub(crate) async fn end(mut self) -> u16 {
        loop {
            let next = tokio::time::timeout(SOON, self.stream.next()).await.expect("it ends at once");
            match next {
                Some(Ok(Message::Close(Some(frame)))) => return frame.code.into(),
                Some(Ok(Message::Close(None))) => return 1005,
                Some(Ok(_)) => {}
                None | Some(Err(_)) => return 1006,
            }
        }
    }
}

/// Asserts that docs/asyncapi.json says of a frame from the server what is in it, and nothing else.
fn described(frame: &Value) {
    let document: Value = serde_json::from_str(include_str!("../../../../docs/asyncapi.json")).unwrap();
    let name = frame["type"].as_str().unwrap();
    let schema = &document["components"]["messages"][name]["payload"];
    let properties = schema["properties"].as_object().unwrap_or_else(|| panic!("{name} is not described"));
    for required in schema["required"].as_array().unwrap() {
        assert!(frame.get(required.as_str().unwrap()).is_some(), "{name} has no {required}: {frame}");
    }
    for field in frame.as_object().unwrap().keys() {
        assert!(properties.contains_key(field), "{field} of {name} is not described");
    }
}

/// Somebody's frames since a cursor, all pages of them, and where that ends.
pub(crate) async fn pull(caller: &Caller, after: &str) -> (Vec<Value>, String) {
    let (mut frames, mut cursor) = (Vec::new(), after.to_owned());
    loop {
        let page = caller.get(&format!("/api/realtime/events?limit=7&after={cursor}")).await;
        assert_eq!(page.expect(200).json["resync"], false);
        frames.extend(page.json["items"].as_array().unwrap().clone());
        page.json["cursor"].as_str().unwrap().clone_into(&mut cursor);
        if page.json["more"] == false {
            return (frames, cursor);
        }
    }
}

/// Where it is now.
pub(crate) async fn here(caller: &Caller) -> String {
    let page = caller.get("/api/realtime/events").await;
    page.expect(200).json["cursor"].as_str().unwrap().to_owned()
}

/// Two who talk, and their conversation.
pub(crate) async fn two(app: &TestApp) -> (Caller, Caller, String) {
    let (awa, koffi) = (app.person("awa@example.ci").await, app.person("koffi@example.ci").await);
    let room = crate::messaging::pair(&awa, &koffi).await;
    // What was before is told: nothing of it comes to who opens a socket from here on.
    app.tell().await;
    (awa, koffi, room)
}
