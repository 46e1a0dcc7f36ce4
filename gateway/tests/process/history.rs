//! A history of two processes that die, of sockets that are cut, and of a Redis that stops waking anybody: what was acknowledged is in every log once, in order, without a gap.

use crate::{
    peers::{self, Redis},
    program::{Caller, Program, folder},
};
use futures_util::StreamExt;
use hostolink_kernel::{Clock, Random, SystemClock, SystemRandom};
use hostolink_test_support::TestDb;
use serde_json::{Value, json};
use std::{
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};
use tokio_tungstenite::{connect_async, tungstenite::Message};

/// What each of three says.
const EACH: usize = 40;
/// After how many acknowledged messages which process dies.
const DEATHS: [(usize, usize); 3] = [(25, 1), (60, 0), (95, 1)];
/// A socket is cut by its reader after so many frames.
const CUT: usize = 9;

/// Where the two answer.
type Bases = Arc<Mutex<[String; 2]>>;

fn base(bases: &Bases, turn: usize) -> String {
    bases.lock().unwrap()[turn % 2].clone()
}

/// Says all of one's messages, each until it is acknowledged, whichever process hears it.
async fn write(by: Caller, room: String, bases: Bases, acknowledged: Arc<AtomicUsize>) -> Vec<String> {
    let (mut ids, mut turn) = (Vec::new(), 0);
    for n in 0..EACH {
        let id = SystemRandom.uuid(SystemClock.now());
        let body = json!({"clientId": id, "text": format!("{} {n}", by.identifier)});
        loop {
            turn += 1;
            let told = by.try_post(&base(&bases, turn), &format!("{room}/messages"), &body).await;
            if let Some((201 | 200, message)) = told {
                ids.push(message["id"].as_str().unwrap().to_owned());
                acknowledged.fetch_add(1, SeqCst);
                break;
            }
            tokio::task::yield_now().await;
        }
    }
    ids
}

/// Reads over sockets that are cut and die, each resumed where the last ended, until all is read: the numbers and ids in the order in
/// which they came.
async fn read(by: Caller, bases: Bases, start: String, all: usize) -> Vec<(i64, String)> {
    let (mut log, mut cursor, mut turn) = (Vec::new(), start, 0);
    while log.len() < all {
        turn += 1;
        let base = base(&bases, turn);
        let Some((201, ticket)) = by.try_post(&base, "/api/realtime/tickets", &json!({})).await else {
            tokio::task::yield_now().await;
            continue;
        };
        let ticket = ticket["ticket"].as_str().unwrap();
        let address = format!("{}/ws?ticket={ticket}&after={cursor}", base.replacen("http", "ws", 1));
        let Ok((mut socket, _)) = connect_async(address).await else { continue };
        let mut frames = 0;
        while frames < CUT && log.len() < all {
            let Some(Ok(message)) = socket.next().await else { break };
            let Message::Text(text) = message else { continue };
            let frame: Value = serde_json::from_str(&text).unwrap();
            assert_ne!(frame["resync"], true, "so little is always told");
            frames += usize::from(frame["type"] == "message");
            if frame["type"] == "message" {
                let message = &frame["message"];
                log.push((message["seq"].as_i64().unwrap(), message["id"].as_str().unwrap().to_owned()));
            }
            if let Some(place) = frame["cursor"].as_str() {
                place.clone_into(&mut cursor);
            }
        }
    }
    log
}

/// Has each process die in its turn and come back, and Redis in between.
async fn kill(
    folder: &Path,
    url: &str,
    programs: &mut [Option<Program>; 2],
    bases: &Bases,
    (acks, mut redis): (&AtomicUsize, Option<Redis>),
) {
    let (wakes, mut cut) = (redis.as_ref().map(Redis::url), None);
    for (after, which) in DEATHS {
        while acks.load(SeqCst) < after {
            tokio::task::yield_now().await;
        }
        programs[which].take().unwrap().kill();
        // What wakes them goes with the first, and is there again with the next.
        match (redis.take(), cut.take(), peers::program()) {
            (Some(there), ..) => cut = Some(there.kill()),
            (None, Some(port), Some(program)) => redis = Some(Redis::start(&program, port)),
            _ => {}
        }
        let program = Program::start_woken(folder, url, wakes.as_deref());
        bases.lock().unwrap()[which].clone_from(&program.base);
        programs[which] = Some(program);
    }
}

async fn history(by: &Caller, base: &str, room: &str) -> Vec<(i64, String)> {
    let (mut all, mut after) = (Vec::new(), 0);
    loop {
        let (status, page) = by.get(base, &format!("{room}/messages?limit=100&after={after}")).await;
        assert_eq!(status, 200, "{page}");
        for message in page["items"].as_array().unwrap() {
            after = message["seq"].as_i64().unwrap();
            all.push((after, message["id"].as_str().unwrap().to_owned()));
        }
        if page["nextCursor"].is_null() {
            return all;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn case_78_what_was_acknowledged_is_in_every_log_once_in_order_through_kills_and_cuts() {
    let (folder, db) = (folder(), TestDb::new());
    // Without one here nobody is woken at all.
    let redis = peers::program().map(|program| Redis::start(&program, peers::free_port()));
    let wakes = redis.as_ref().map(Redis::url);
    let mut programs = [0, 1].map(|_| Some(Program::start_woken(folder.path(), db.url(), wakes.as_deref())));
    let bases: Bases =
        Arc::new(Mutex::new([0, 1].map(|at: usize| programs[at].as_ref().unwrap().base.clone())));
    let first = base(&bases, 0);
    let mut people = Vec::new();
    for name in ["awa", "koffi", "yao"] {
        people.push(Caller::register(&first, &format!("{name}@example.ci")).await);
    }
    let mut ids = Vec::new();
    for person in &people[1..] {
        ids.push(person.get(&first, "/api/me").await.1["id"].clone());
    }
    let (status, group) =
        people[0].post(&first, "/api/conversations", json!({"title": "Histoire", "people": ids})).await;
    assert_eq!(status, 201, "{group}");
    let room = format!("/api/conversations/{}", group["id"].as_str().unwrap());

    let (all, acknowledged) = (EACH * people.len(), Arc::new(AtomicUsize::new(0)));
    let mut readers = Vec::new();
    for person in &people {
        // From before anything is said.
        let (_, now) = person.get(&first, "/api/realtime/events").await;
        let start = now["cursor"].as_str().unwrap().to_owned();
        readers.push(tokio::spawn(read(person.clone(), bases.clone(), start, all)));
    }
    let writers: Vec<_> = people
        .iter()
        .map(|person| tokio::spawn(write(person.clone(), room.clone(), bases.clone(), acknowledged.clone())))
        .collect();
    kill(folder.path(), db.url(), &mut programs, &bases, (&acknowledged, redis)).await;
    let mut said = Vec::new();
    for writer in writers {
        said.extend(writer.await.unwrap());
    }
    let kept = history(&people[0], &base(&bases, 0), &room).await;
    let numbers: Vec<i64> = kept.iter().map(|(seq, _)| *seq).collect();
    assert_eq!(numbers, (1..=i64::try_from(all).unwrap()).collect::<Vec<_>>(), "no gap, and nothing twice");
    said.sort_unstable();
    let mut ids: Vec<String> = kept.iter().map(|(_, id)| id.clone()).collect();
    ids.sort_unstable();
    assert_eq!(said, ids, "what was acknowledged, and nothing else");
    for reader in readers {
        let log = tokio::time::timeout(Duration::from_secs(60), reader).await.unwrap().unwrap();
        assert_eq!(log, kept, "every log is the history");
    }
    for program in programs.into_iter().flatten() {
        assert!(program.terminate().success());
    }
}
