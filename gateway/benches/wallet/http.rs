//! A load of HTTP/1.1 with as little work of its own as can be: it shares the cores with what it measures.

use crate::{Load, people::People, server::Server};
use hostolink_kernel::{Clock, Random, SystemClock, SystemRandom};
use serde_json::Value;
use std::{
    fmt::Write,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// One connection that is kept.
pub(crate) struct Connection {
    stream: TcpStream,
    answer: Vec<u8>,
}

/// What came of a load.
#[derive(Debug, Clone)]
pub(crate) struct Measured {
    /// Payments that were accepted, replays included, a second.
    pub(crate) rate: f64,
    pub(crate) accepted: u64,
    /// How long each answer took, in order.
    taken: Vec<Duration>,
}

impl Measured {
    pub(crate) fn times(&self) -> String {
        let at = |part: usize| self.taken[(self.taken.len() - 1) * part / 1_000];
        format!("p50 {:.1?} p95 {:.1?} p99 {:.1?} max {:.1?}", at(500), at(950), at(990), at(1_000))
    }
}

pub(crate) fn post(path: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let mut request = format!("POST {path} HTTP/1.1\r\nHost: localhost\r\n");
    for (name, value) in headers {
        write!(request, "{name}: {value}\r\n").unwrap();
    }
    write!(request, "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}", body.len())
        .unwrap();
    request.into_bytes()
}

pub(crate) fn get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n").into_bytes()
}

impl Connection {
    pub(crate) async fn open(server: &Server) -> Self {
        let stream = TcpStream::connect(&server.address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, answer: Vec::with_capacity(4_096) }
    }

    /// Sends one request and reads the whole answer: its status, and where its body begins.
    async fn send(&mut self, request: &[u8]) -> (u16, usize) {
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
                let status = std::str::from_utf8(&self.answer[9..12]).unwrap().parse().unwrap();
                return (status, begin);
            }
        }
    }

    /// The JSON of an answer.
    pub(crate) async fn json(&mut self, request: &[u8]) -> Value {
        let (_, begin) = self.send(request).await;
        serde_json::from_slice(&self.answer[begin..]).unwrap_or(Value::Null)
    }

    /// Whether a payment was accepted. The only refusal that these loads may meet is that of the poor.
    async fn pay(&mut self, request: &[u8]) -> bool {
        let (status, begin) = self.send(request).await;
        let body = &self.answer[begin..];
        let is_poor = || body.windows(25).any(|part| part == b"wallet.insufficient_funds");
        assert!(status == 201 || is_poor(), "{status} {}", String::from_utf8_lossy(body));
        status == 201
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

/// Names a run, so that its keys are its own.
fn run() -> uuid::Uuid {
    SystemRandom.uuid(SystemClock.now())
}

/// Each payer sends the next payment when the one before is answered.
pub(crate) async fn closed(server: &Server, people: &People, load: Load, time: Duration) -> Measured {
    let (begun, run) = (Instant::now(), run());
    let payers = (0..crate::CONNECTIONS).map(|payer| async move {
        let mut connection = Connection::open(server).await;
        let (mut taken, mut accepted) = (Vec::new(), 0);
        for number in 0.. {
            if begun.elapsed() >= time {
                break;
            }
            let request = people.payment(load, run, payer, number);
            let sent = Instant::now();
            accepted += u64::from(connection.pay(&request).await);
            taken.push(sent.elapsed());
        }
        (taken, accepted)
    });
    together(begun, payers).await
}

/// Payments are due at a fixed rate whatever the server does, and each is timed from when it was due (no coordinated omission).
pub(crate) async fn open(
    server: &Server,
    people: &People,
    load: Load,
    rate: u32,
    time: Duration,
) -> Measured {
    let (begun, run) = (Instant::now(), run());
    let connections = u32::try_from(crate::CONNECTIONS).unwrap();
    let payers = (0..crate::CONNECTIONS).map(|payer| async move {
        let mut connection = Connection::open(server).await;
        let (mut taken, mut accepted) = (Vec::new(), 0);
        let place = u32::try_from(payer).unwrap();
        for number in 0.. {
            let due = begun + Duration::from_secs(1) * (number * connections + place) / rate;
            if due >= begun + time {
                break;
            }
            tokio::time::sleep_until(due.into()).await;
            let request = people.payment(load, run, payer, u64::from(number));
            accepted += u64::from(connection.pay(&request).await);
            taken.push(due.elapsed());
        }
        (taken, accepted)
    });
    together(begun, payers).await
}

async fn together(
    begun: Instant,
    payers: impl Iterator<Item = impl Future<Output = (Vec<Duration>, u64)>>,
) -> Measured {
    let results = futures_util::future::join_all(payers).await;
    let elapsed = begun.elapsed().as_secs_f64();
    let accepted = results.iter().map(|(_, accepted)| accepted).sum();
    let mut taken: Vec<Duration> = results.into_iter().flat_map(|(taken, _)| taken).collect();
    taken.sort_unstable();
    Measured { rate: accepted as f64 / elapsed, accepted, taken }
}
