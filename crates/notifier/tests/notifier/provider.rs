//! A small HTTP server that stands for Orange, Twilio and Google, keeps what it is asked, and misbehaves where it is told to.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// What the server does with a request, once it has read it.
#[derive(Debug, Clone)]
pub(crate) enum Mood {
    /// Answers so.
    Say(u16, String),
    /// The same, with `Retry-After`.
    Later(u16, u64),
    /// Points elsewhere.
    Redirect(u16),
    /// Hangs up without a word.
    HangUp,
    /// Never answers.
    Hang,
    /// Promises more than it sends.
    Break(u16),
    /// Never stops sending.
    Flood(u16),
}

impl Mood {
    pub(crate) fn say(status: u16, body: &str) -> Self {
        Self::Say(status, body.to_owned())
    }
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Request {
    /// `POST /path HTTP/1.1`.
    pub(crate) line: String,
    /// Each in lower case.
    pub(crate) headers: Vec<String>,
    pub(crate) body: String,
}

#[derive(Debug, Default)]
struct State {
    tokens: Vec<Mood>,
    sends: Vec<Mood>,
    asked: Vec<Request>,
}

#[derive(Debug, Clone)]
pub(crate) struct Provider {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

/// Their yes to the id `abc-1`.
pub(crate) const YES: &str = r#"{"outboundSMSMessageRequest":{"address":["tel:+2250708091011"],"senderAddress":"tel:+2250000",
    "outboundSMSTextMessage":{"message":"x"},"resourceURL":"https://api.orange.com/smsmessaging/v1/outbound/tel:+2250000/requests/abc-1"}}"#;

impl Provider {
    /// With what to do at each request for a token and at each message; with none left, it says yes.
    pub(crate) async fn start(tokens: Vec<Mood>, sends: Vec<Mood>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let reversed = |mut moods: Vec<Mood>| {
            moods.reverse();
            moods
        };
        let state = State { tokens: reversed(tokens), sends: reversed(sends), asked: Vec::new() };
        let provider = Self { address: listener.local_addr().unwrap(), state: Arc::new(Mutex::new(state)) };
        let state = provider.state.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, state.clone()));
            }
        });
        provider
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Requests for a token.
    pub(crate) fn tokens(&self) -> Vec<Request> {
        self.asked(true)
    }

    /// Messages.
    pub(crate) fn sends(&self) -> Vec<Request> {
        self.asked(false)
    }

    fn asked(&self, tokens: bool) -> Vec<Request> {
        let state = self.state.lock().unwrap();
        state.asked.iter().filter(|request| is_token(request) == tokens).cloned().collect()
    }
}

/// Orange gives tokens under `/oauth/`, Google at `/token`.
fn is_token(request: &Request) -> bool {
    request.line.contains("/oauth/") || request.line.starts_with("POST /token ")
}

async fn answer(mut stream: TcpStream, state: Arc<Mutex<State>>) -> std::io::Result<()> {
    let Some(request) = read(&mut stream).await? else { return Ok(()) };
    let mood = {
        let mut state = state.lock().unwrap();
        let is_token = is_token(&request);
        state.asked.push(request);
        let number = state.asked.len();
        let left = if is_token { state.tokens.pop() } else { state.sends.pop() };
        left.unwrap_or_else(|| {
            if is_token {
                let token =
                    format!(r#"{{"token_type":"Bearer","access_token":"t-{number}","expires_in":"3600"}}"#);
                Mood::Say(200, token)
            } else {
                Mood::say(201, YES)
            }
        })
    };
    let (status, headers, body) = match mood {
        Mood::Say(status, body) => (status, String::new(), body),
        Mood::Later(status, seconds) => (status, format!("retry-after: {seconds}\r\n"), "{}".to_owned()),
        Mood::Redirect(status) => (status, "location: http://127.0.0.1:1/\r\n".to_owned(), String::new()),
        Mood::HangUp => return Ok(()),
        Mood::Hang => std::future::pending().await,
        Mood::Break(status) => {
            let half = format!("HTTP/1.1 {status} x\r\ncontent-length: 1000\r\n\r\n{{\"outbound");
            return stream.write_all(half.as_bytes()).await;
        }
        Mood::Flood(status) => {
            stream.write_all(format!("HTTP/1.1 {status} x\r\n\r\n").as_bytes()).await?;
            loop {
                stream.write_all(&[b'{'; 16 * 1024]).await?;
            }
        }
    };
    let length = body.len();
    let whole = format!(
        "HTTP/1.1 {status} x\r\n{headers}connection: close\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    stream.write_all(whole.as_bytes()).await?;
    stream.shutdown().await
}

async fn read(stream: &mut TcpStream) -> std::io::Result<Option<Request>> {
    let mut bytes = Vec::new();
    loop {
        let mut part = [0; 4096];
        let count = stream.read(&mut part).await?;
        if count == 0 {
            return Ok(None);
        }
        bytes.extend_from_slice(&part[..count]);
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let mut lines = head.lines();
        let line = lines.next().unwrap_or_default().to_owned();
        let headers: Vec<String> = lines
            .map(|line| match line.split_once(": ") {
                Some((name, value)) => format!("{}: {value}", name.to_lowercase()),
                None => line.to_owned(),
            })
            .collect();
        let length = headers.iter().find_map(|line| line.strip_prefix("content-length: "));
        if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
            return Ok(Some(Request { line, headers, body: body.to_owned() }));
        }
    }
}
