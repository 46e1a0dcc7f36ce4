//! `kill -9` at random moments of thousands of transfers by two processes on one durable database: of Postgres, and of
//! either of them.

use crate::program::{Caller, Program, client, folder, postmaster, run, signal};
use hostolink_database::local::LocalCluster;
use hostolink_kernel::{Random, SystemRandom};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    path::Path,
    sync::{Arc, Mutex},
};
use tokio::sync::{Mutex as AsyncMutex, watch};

/// Two thousand with every run of the tests; `HOSTOLINK_TEST_TRANSFERS=100000` asks for more.
fn transfers() -> usize {
    std::env::var("HOSTOLINK_TEST_TRANSFERS").map_or(2_000, |count| count.parse().unwrap())
}
const CALLERS: usize = 32;
/// Each of the three dies twice.
const KILLS: [Kill; 6] =
    [Kill::Server(1), Kill::Postgres, Kill::Server(0), Kill::Postgres, Kill::Server(1), Kill::Server(0)];

#[derive(Debug, Clone, Copy)]
enum Kill {
    Postgres,
    /// The first one keeps Postgres, which dies with it.
    Server(usize),
}

/// Where the two processes answer; `None` while one is down.
type Bases = [Option<String>; 2];
/// What the callers know: each transfer's index with the transaction they were told, or nothing where no answer came.
type Told = Arc<Mutex<Vec<(usize, Option<String>)>>>;
/// Whoever asks a process whether it is ready; the others wait, instead of keeping it from becoming so.
type Asking = Arc<[AsyncMutex<()>; 2]>;

/// Two people who pay each other one franc, by turns.
#[derive(Clone)]
struct People([Caller; 2]);

impl People {
    async fn try_pay(&self, base: &str, index: usize) -> Option<(u16, Value)> {
        let (from, to) = (&self.0[index % 2], &self.0[(index + 1) % 2]);
        let body = json!({"to": to.identifier, "amount": 1});
        from.try_pay(base, "/api/wallet/transfers", &key(index), &body).await
    }

    async fn balances(&self, base: &str) -> [i64; 2] {
        [self.0[0].balance(base).await, self.0[1].balance(base).await]
    }
}

fn key(index: usize) -> String {
    format!("transfer-{index}")
}

/// The number of the next transfer.
fn take(next: &watch::Sender<usize>) -> usize {
    let mut taken = 0;
    next.send_modify(|next| {
        taken = *next;
        *next += 1;
    });
    taken
}

/// Sends transfers until `until` were tried. A lost or busy answer is left as it is; whoever got one waits until the process
/// is ready again, or not there any more.
async fn pay(
    people: People,
    mut bases: watch::Receiver<Bases>,
    next: Arc<watch::Sender<usize>>,
    until: usize,
    told: Told,
    asking: Asking,
) {
    let client = client();
    loop {
        let index = take(&next);
        if index >= until {
            return;
        }
        let server = index / 2 % 2;
        let base = bases.wait_for(|bases| bases[server].is_some()).await.unwrap()[server].clone().unwrap();
        let answer = match people.try_pay(&base, index).await {
            Some((201, receipt)) => receipt["id"].as_str().map(str::to_owned),
            Some((status, problem)) => {
                assert!([500, 503].contains(&status), "{status} {problem}");
                None
            }
            None => None,
        };
        let is_lost = answer.is_none();
        told.lock().unwrap().push((index, answer));
        if is_lost {
            let _the_only_one = asking[server].lock().await;
            wait_until_ready(&client, &base).await;
        }
    }
}

/// Comes back when a process is ready, or gone.
async fn wait_until_ready(client: &reqwest::Client, base: &str) {
    while let Ok(answer) = client.get(format!("{base}/health/ready")).send().await {
        if answer.status() == 200 {
            return;
        }
    }
}

/// As many moments as there are kills, in order, each a number of transfers begun.
fn moments(count: usize) -> Vec<usize> {
    let mut moments: Vec<usize> = KILLS
        .iter()
        .map(|_| {
            let mut bytes = [0; 8];
            SystemRandom.fill(&mut bytes);
            let part = usize::from_le_bytes(bytes) % 90 + 5;
            count * part / 100
        })
        .collect();
    moments.sort_unstable();
    moments
}

fn verify(folder: &Path) {
    let output = run(folder, &["ledger", "verify"]);
    let said = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&said));
}

fn start(folder: &Path, server: usize, url: &str) -> Program {
    if server == 0 { Program::start(folder) } else { Program::start_on(folder, url) }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_acknowledged_transfer_is_there_once_and_every_other_can_be_sent_again() {
    let folder = folder();
    let first = Program::start(folder.path());
    let url = LocalCluster::url_of_running(folder.path()).unwrap();
    let second = Program::start_on(folder.path(), &url);
    let people = People([
        Caller::sign_in(&first.base, "awa@hostolink.test").await,
        Caller::sign_in(&first.base, "koffi@hostolink.test").await,
    ]);
    let before = people.balances(&first.base).await;
    let count = transfers();
    let (next, told, asking) = (Arc::new(watch::Sender::new(0)), Told::default(), Asking::default());
    let bases = watch::Sender::new([Some(first.base.clone()), Some(second.base.clone())]);
    let mut programs = [Some(first), Some(second)];

    let callers: Vec<_> = (0..CALLERS)
        .map(|_| {
            let (people, bases) = (people.clone(), bases.subscribe());
            tokio::spawn(pay(people, bases, next.clone(), count, told.clone(), asking.clone()))
        })
        .collect();
    let moments = moments(count);
    let plan = format!("{:?}", KILLS.iter().zip(&moments).collect::<Vec<_>>());
    for (kill, moment) in KILLS.into_iter().zip(moments) {
        next.subscribe().wait_for(|begun| *begun >= moment).await.unwrap();
        match kill {
            Kill::Postgres => signal("KILL", postmaster(folder.path())),
            Kill::Server(server) => {
                programs[server].take().unwrap().kill();
                bases.send_modify(|bases| bases[server] = None);
                let program = start(folder.path(), server, &url);
                bases.send_modify(|bases| bases[server] = Some(program.base.clone()));
                programs[server] = Some(program);
            }
        }
        wait_until_ready(&client(), &programs[0].as_ref().unwrap().base).await;
    }
    for caller in callers {
        caller.await.unwrap();
    }

    verify(folder.path());
    let mut told = std::mem::take(&mut *told.lock().unwrap());
    told.sort_unstable();
    assert!(told.iter().map(|(index, _)| *index).eq(0..count), "each was tried once");
    let acknowledged = told.iter().filter(|(_, id)| id.is_some()).count();
    assert!(acknowledged > count / 2, "only {acknowledged} transfers were acknowledged: {plan}");
    assert!(acknowledged < count, "nothing was interrupted");

    // Everything is sent again with its key: what was acknowledged is answered alike, the rest happens now, once.
    let bases: Vec<String> = programs.iter().flatten().map(|program| program.base.clone()).collect();
    let mut ids = BTreeSet::new();
    for chunk in told.chunks(500) {
        let again: Vec<_> = chunk
            .iter()
            .map(|(index, id)| {
                let (people, base, index, id) =
                    (people.clone(), bases[index % 2].clone(), *index, id.clone());
                tokio::spawn(async move { (resend(&people, &base, index).await, id) })
            })
            .collect();
        for task in again {
            let (receipt, id) = task.await.unwrap();
            let now = receipt["id"].as_str().unwrap().to_owned();
            assert!(id.is_none_or(|id| id == now), "an acknowledged transfer changed");
            assert!(ids.insert(now), "two keys, one transaction");
        }
    }
    assert_eq!(ids.len(), count);
    assert_eq!(people.balances(&bases[0]).await, before, "each gave as much as they got");
    verify(folder.path());
    for program in programs.into_iter().flatten().rev() {
        assert!(program.terminate().success());
    }
}

/// What a phone does: no answer, or not now, means the same key again. Each key is answered in the end, and once.
async fn resend(people: &People, base: &str, index: usize) -> Value {
    for _ in 0..50 {
        match people.try_pay(base, index).await {
            Some((201, receipt)) => return receipt,
            Some((503, _)) | None => tokio::task::yield_now().await,
            Some((status, problem)) => panic!("{status} {problem}"),
        }
    }
    panic!("{} is never answered", key(index))
}
