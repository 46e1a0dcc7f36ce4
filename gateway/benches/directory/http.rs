//! A load of HTTP/1.1 with as little work of its own as can be: it shares the cores with what it measures.

use serde_json::Value;
use std::time::{Duration, Instant};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Connections of the closed loop.
const CONNECTIONS: usize = 32;

/// One connection that is kept.
pub(crate) struct Connection {
    stream: TcpStream,
    answer: Vec<u8>,
}

pub(crate) fn get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n").into_bytes()
}

pub(crate) fn send(method: &str, path: &str, token: &str, body: &Value) -> Vec<u8> {
    let body = body.to_string();
    let authorization =
        if token.is_empty() { String::new() } else { format!("Authorization: Bearer {token}\r\n") };
    format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\n{authorization}Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

impl Connection {
    pub(crate) async fn open(address: &str) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, answer: Vec::with_capacity(16_384) }
    }

    /// Sends one request and reads the whole answer: where its body begins. Anything but a 2xx ends the bench.
    async fn call(&mut self, request: &[u8]) -> usize {
        self.stream.write_all(request).await.unwrap();
        self.answer.clear();
        let mut whole = None;
        loop {
            let read = self.stream.read_buf(&mut self.answer).await.unwrap();
            assert!(read > 0, "the server hung up: {}", String::from_utf8_lossy(&self.answer));
            if whole.is_none()
                && let Some(end) = self.answer.windows(4).position(|bytes| bytes == b"\r\n\r\n")
            {
                whole = Some((end + 4, end + 4 + length(&self.answer[..end])));
            }
            if let Some((begin, end)) = whole
                && self.answer.len() >= end
            {
                assert_eq!(self.answer[9], b'2', "{}", String::from_utf8_lossy(&self.answer));
                return begin;
            }
        }
    }

    /// The JSON of an answer.
    pub(crate) async fn json(&mut self, request: &[u8]) -> Value {
        let begin = self.call(request).await;
        serde_json::from_slice(&self.answer[begin..]).unwrap_or(Value::Null)
    }
}

fn length(head: &[u8]) -> usize {
    let head = std::str::from_utf8(head).unwrap();
    let field = |line: &str| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().unwrap())
    };
    head.lines().find_map(field).unwrap_or(0)
}

/// Answers a second, where each connection asks the next of some questions as soon as it has an answer.
pub(crate) async fn rate(address: &str, requests: &[Vec<u8>], time: Duration) -> f64 {
    let begun = Instant::now();
    let askers = (0..CONNECTIONS).map(|asker| async move {
        let mut connection = Connection::open(address).await;
        let mut answers = 0_u32;
        for request in requests.iter().cycle().skip(asker * 31) {
            if begun.elapsed() >= time {
                break;
            }
            connection.call(request).await;
            answers += 1;
        }
        answers
    });
    let answers: u32 = futures_util::future::join_all(askers).await.into_iter().sum();
    f64::from(answers) / begun.elapsed().as_secs_f64()
}
