//! A room of a thousand whose members all have a socket open: deliveries a second, beside what a bare loop reaches with the same frame.

use crate::{
    http::{self, Connection},
    people::{AT_ONCE, People},
    place::{Place, Process},
    socket::{self, Socket, is_message},
    spread,
};
use hostolink_kernel::{Clock, Random, SystemClock, SystemRandom};
use serde_json::{Value, json};
use std::{
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};
use tokio::task::JoinSet;

/// Everybody in the room.
pub(crate) const MEMBERS: usize = 1_000;
const DELIVERIES: u64 = MEMBERS as u64;
/// Members who write, each the next message when the one before is answered.
const WRITERS: usize = 16;
/// So many messages may be on their way to somebody: enough for nobody to wait, and fewer than a mailbox holds.
const WINDOW: u64 = 128;
/// How often it is looked whether there is room for another.
const TURN: Duration = Duration::from_millis(4);
/// A round lasts seconds.
const PATIENCE: Duration = Duration::from_secs(300);
const ROUNDS: usize = 3;
/// Messages that are stored at once: fewer than a mailbox holds.
const STORED: u64 = 200;
/// Messages before the first round.
const FIRST: u64 = 50;
/// How much is read at a time.
const ROOM: usize = 16_384;
const WORDS: &str =
    "Bonjour à tous ! Le centre de santé vaccine demain matin de 8 h à midi, pensez aux carnets.";

/// What the members have heard. One thread runs them all, and whoever writes.
#[derive(Default)]
struct Tally {
    heard: Vec<AtomicU64>,
    all: AtomicU64,
    sent: AtomicU64,
    goal: AtomicU64,
    /// The first message that came.
    first: OnceLock<Vec<u8>>,
    trouble: Mutex<Option<String>>,
}

impl Tally {
    fn new() -> Arc<Self> {
        Arc::new(Self { heard: (0..MEMBERS).map(|_| AtomicU64::new(0)).collect(), ..Self::default() })
    }

    fn report(&self, trouble: String) {
        *self.trouble.lock().unwrap() = Some(trouble);
    }

    fn check(&self) {
        let trouble = self.trouble.lock().unwrap();
        assert!(trouble.is_none(), "THE COUNT IS WRONG: the rates mean nothing. {trouble:?}");
    }

    fn missing(&self) -> u64 {
        (self.sent.load(Relaxed) * DELIVERIES).saturating_sub(self.all.load(Relaxed))
    }

    /// Whether one more message is to be sent; waits while too many are on their way.
    async fn take(&self) -> bool {
        loop {
            self.check();
            let sent = self.sent.load(Relaxed);
            if sent >= self.goal.load(Relaxed) {
                return false;
            }
            if self.missing() < WINDOW * DELIVERIES {
                self.sent.store(sent + 1, Relaxed);
                return true;
            }
            tokio::time::sleep(TURN).await;
        }
    }

    /// Waits until everybody has everything.
    async fn arrived(&self) {
        while self.missing() > 0 {
            self.check();
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Has so many more messages sent by `write`; deliveries a second, from the first one sent to the last one heard.
    async fn round(&self, messages: u64, write: impl Future<Output = ()>) -> f64 {
        let goal = self.goal.fetch_add(messages, Relaxed) + messages;
        let begun = Instant::now();
        let done = tokio::time::timeout(PATIENCE, async {
            write.await;
            self.arrived().await;
        });
        assert!(done.await.is_ok(), "{} deliveries are missing after {PATIENCE:?}", self.missing());
        let rate = (messages * DELIVERIES) as f64 / begun.elapsed().as_secs_f64();
        self.settled(goal).await;
        rate
    }

    /// The same of messages that `store` has committed all at once; from the first one heard to the last.
    async fn stored(&self, messages: u64, store: impl FnOnce()) -> f64 {
        let goal = self.goal.fetch_add(messages, Relaxed) + messages;
        let before = self.all.load(Relaxed);
        self.sent.fetch_add(messages, Relaxed);
        store();
        let heard = tokio::time::timeout(PATIENCE, async {
            while self.all.load(Relaxed) == before {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            let begun = Instant::now();
            self.arrived().await;
            begun.elapsed()
        });
        let rate = (messages * DELIVERIES) as f64 / heard.await.unwrap().as_secs_f64();
        self.settled(goal).await;
        rate
    }

    /// Makes sure that everybody has heard each message once.
    async fn settled(&self, goal: u64) {
        // What is brought twice comes late.
        tokio::time::sleep(Duration::from_millis(500)).await;
        self.check();
        let wrong = self.heard.iter().position(|heard| heard.load(Relaxed) != goal);
        assert!(wrong.is_none(), "not every member has heard each of {goal} messages once: {wrong:?}");
    }
}

/// Counts what one member hears. Where it is `numbered`, no message may be left out, come twice or out of turn.
async fn listen(mut socket: Socket, member: usize, tally: Arc<Tally>, numbered: bool) {
    let mut last: Option<i64> = None;
    loop {
        let text = match socket.text().await {
            Ok(text) => text,
            Err(code) => return tally.report(format!("the socket of member {member} ended with {code}")),
        };
        if !is_message(text) {
            continue;
        }
        if numbered {
            let number = serde_json::from_slice::<Value>(text).unwrap()["message"]["seq"].as_i64().unwrap();
            if last.is_some_and(|last| number != last + 1) {
                tally.report(format!("member {member} heard message {number} after {last:?}"));
            }
            last = Some(number);
        }
        if member == 0 {
            tally.first.get_or_init(|| text.to_vec());
        }
        tally.heard[member].fetch_add(1, Relaxed);
        tally.all.fetch_add(1, Relaxed);
    }
}

/// Sends messages to Hostolink as phones do.
async fn write(address: &str, room: &str, tokens: &[String], tally: &Tally) {
    let writers = tokens.iter().map(|token| async move {
        let mut connection = Connection::open(address).await;
        while tally.take().await {
            let body = json!({"clientId": SystemRandom.uuid(SystemClock.now()), "text": WORDS});
            connection.json(&http::send("POST", room, token, &body)).await;
        }
    });
    futures_util::future::join_all(writers).await;
}

/// Sends the same frame to the bare server, again and again.
async fn publish(socket: &mut Socket, frame: &[u8], tally: &Tally) {
    while tally.take().await {
        socket.send(frame).await.unwrap();
    }
}

pub(crate) async fn measure(place: &Place, people: &People, messages: u64) {
    let server = Process::server(place, None);
    place.settle().await;
    let (conn, mut readers) = (&mut place.connect(), JoinSet::new());
    let (ours, members) = (Tally::new(), (0..MEMBERS).collect::<Vec<_>>());
    for part in members.chunks(AT_ONCE) {
        let sockets = people.open(conn, &server.address, part, ROOM).await;
        for (socket, member) in sockets.into_iter().zip(part) {
            readers.spawn(listen(socket, *member, ours.clone(), member % 100 == 0));
        }
    }
    let mut tokens = Vec::with_capacity(WRITERS);
    for writer in 0..WRITERS {
        tokens.push(people.sign_in(&server.address, writer).await);
    }
    let room = format!("/api/conversations/{}/messages", people.theme);
    ours.round(FIRST, write(&server.address, &room, &tokens, &ours)).await;
    let text = ours.first.get().unwrap();

    let (bare, theirs, frame) = (Process::bare(), Tally::new(), socket::text_frame(text));
    for part in members.chunks(AT_ONCE) {
        let opening = part.iter().map(|_| Socket::open(&bare.address, "/hear", ROOM));
        let sockets = futures_util::future::join_all(opening).await;
        for (socket, member) in sockets.into_iter().zip(part) {
            readers.spawn(listen(socket, *member, theirs.clone(), false));
        }
    }
    let mut speaker = Socket::open(&bare.address, "/say", ROOM).await;
    theirs.round(FIRST, publish(&mut speaker, &frame, &theirs)).await;

    let mut rates: Vec<[f64; 3]> = Vec::new();
    for _ in 0..ROUNDS {
        let stored = ours.stored(STORED, || people.say_at_once(conn, WORDS, STORED)).await;
        let own = ours.round(messages, write(&server.address, &room, &tokens, &ours)).await;
        let other = theirs.round(messages, publish(&mut speaker, &frame, &theirs)).await;
        rates.push([own, stored, other]);
    }
    println!(
        "{messages} messages of {} bytes to each of {MEMBERS} members, {ROUNDS} rounds in turns, every delivery counted; a second:",
        text.len()
    );
    let [least, middle, most] = spread(rates.iter().map(|[own, ..]| *own));
    println!(
        "Hostolink, as they are sent by HTTP and stored: {middle:.0} deliveries [{least:.0}–{most:.0}] (due: 50,000)"
    );
    let [least, middle, most] = spread(rates.iter().map(|[_, stored, _]| *stored));
    println!("Hostolink, {STORED} that are stored already: {middle:.0} deliveries [{least:.0}–{most:.0}]");
    let [least, middle, most] = spread(rates.iter().map(|[.., bare]| *bare));
    println!("a bare loop of actix-ws, which stores nothing: {middle:.0} deliveries [{least:.0}–{most:.0}]");
    let [least, middle, most] = spread(rates.iter().map(|[_, stored, bare]| stored / bare));
    println!("Hostolink / bare, the same fan-out: {middle:.2} [{least:.2}–{most:.2}] (due: 0.50)");
    let [least, middle, most] = spread(rates.iter().map(|[own, _, bare]| own / bare));
    println!("Hostolink / bare, sending and storing counted too: {middle:.2} [{least:.2}–{most:.2}]");
    readers.shutdown().await;
}
