//! `kill -9` in the middle of thousands of transfers: of Postgres, then of the server.

use crate::program::{Caller, Program, folder, postmaster, run, signal};
use serde_json::{Value, json};
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

/// Two thousand with every run of the tests; `HOSTOLINK_TEST_TRANSFERS=10000` asks for more.
fn transfers() -> usize {
    std::env::var("HOSTOLINK_TEST_TRANSFERS").map_or(2_000, |count| count.parse().unwrap())
}
const CALLERS: usize = 32;

/// What the callers know: each key with the transaction they were told, or nothing where no answer came.
type Told = Arc<Mutex<Vec<(String, Option<String>)>>>;

/// Sends transfers until `until` were tried; a lost or busy answer is left as it is.
async fn pay(base: String, awa: Caller, next: Arc<AtomicUsize>, until: usize, told: Told) {
    loop {
        let index = next.fetch_add(1, SeqCst);
        if index >= until {
            return;
        }
        let key = format!("transfer-{index}");
        let body = json!({"to": "koffi@hostolink.test", "amount": 1});
        let answer = match awa.try_pay(&base, "/api/wallet/transfers", &key, &body).await {
            Some((201, receipt)) => receipt["id"].as_str().map(str::to_owned),
            Some((status, problem)) => {
                assert!([500, 503].contains(&status), "{status} {problem}");
                None
            }
            None => None,
        };
        told.lock().unwrap().push((key, answer));
    }
}

fn pay_in_parallel(
    base: &str,
    awa: &Caller,
    next: &Arc<AtomicUsize>,
    until: usize,
    told: &Told,
) -> Vec<tokio::task::JoinHandle<()>> {
    (0..CALLERS)
        .map(|_| tokio::spawn(pay(base.to_owned(), awa.clone(), next.clone(), until, told.clone())))
        .collect()
}

async fn wait_for(next: &AtomicUsize, count: usize) {
    while next.load(SeqCst) < count {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_acknowledged_transfer_is_there_once_and_every_other_can_be_sent_again() {
    let folder = folder();
    let program = Program::start(folder.path());
    let awa = Caller::sign_in(&program.base, "awa@hostolink.test").await;
    let koffi = Caller::sign_in(&program.base, "koffi@hostolink.test").await;
    let (awa_before, koffi_before) = (awa.balance(&program.base).await, koffi.balance(&program.base).await);
    let count = transfers();
    let (next, told) = (Arc::new(AtomicUsize::new(0)), Told::default());

    let callers = pay_in_parallel(&program.base, &awa, &next, count, &told);
    wait_for(&next, count / 4).await;
    signal("KILL", postmaster(folder.path()));
    wait_for(&next, count / 2).await;
    program.kill();
    for caller in callers {
        caller.await.unwrap();
    }

    let program = Program::start(folder.path());
    let verified = run(folder.path(), &["ledger", "verify"]);
    assert!(
        verified.status.success(),
        "{}{}",
        String::from_utf8_lossy(&verified.stdout),
        String::from_utf8_lossy(&verified.stderr)
    );
    let told = Arc::try_unwrap(told).unwrap().into_inner().unwrap();
    let acknowledged = told.iter().filter(|(_, id)| id.is_some()).count();
    assert!(acknowledged > 100, "only {acknowledged} transfers were acknowledged: nothing was tested");
    assert!(acknowledged < count, "nothing was interrupted");

    // Everything is sent again with its key: what was acknowledged is answered alike, the rest happens now, once.
    let mut ids = std::collections::BTreeSet::new();
    for chunk in told.chunks(500) {
        let again: Vec<_> = chunk
            .iter()
            .map(|(key, id)| {
                let (awa, base, key, id) = (awa.clone(), program.base.clone(), key.clone(), id.clone());
                tokio::spawn(async move { (resend(&awa, &base, &key).await, id) })
            })
            .collect();
        for task in again {
            let (receipt, id) = task.await.unwrap();
            let now = receipt["id"].as_str().unwrap().to_owned();
            assert!(id.is_none_or(|id| id == now), "an acknowledged transfer changed");
            assert!(ids.insert(now), "two keys, one transaction");
        }
    }
    let moved = i64::try_from(count).unwrap();
    assert_eq!(ids.len(), count);
    assert_eq!(awa.balance(&program.base).await, awa_before - moved);
    assert_eq!(koffi.balance(&program.base).await, koffi_before + moved);
    let verified = run(folder.path(), &["ledger", "verify"]);
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
    assert!(program.terminate().success());
}

/// What a phone does: no answer, or not now, means the same key again. Each key is answered in the end, and once.
async fn resend(awa: &Caller, base: &str, key: &str) -> Value {
    let body = json!({"to": "koffi@hostolink.test", "amount": 1});
    for _ in 0..50 {
        match awa.try_pay(base, "/api/wallet/transfers", key, &body).await {
            Some((201, receipt)) => return receipt,
            Some((503, _)) | None => tokio::task::yield_now().await,
            Some((status, problem)) => panic!("{status} {problem}"),
        }
    }
    panic!("{key} is never answered")
}
