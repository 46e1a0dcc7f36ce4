//! Postgres is killed under the writer: what was acknowledged is there, once.

use crate::world::*;
use diesel::{Connection, PgConnection};
use hostolink_database::local::LocalCluster;
use hostolink_kernel::{SystemClock, SystemRandom};
use hostolink_ledger::{Error, Ledger, Order, Reply, Writer};
use std::sync::Arc;

/// Sends the same order until it is answered, as a client with a key does.
async fn insist(writer: &Writer, order: Order) -> Reply {
    loop {
        match writer.post(order.clone()).await {
            Ok(reply) => return reply,
            Err(Error::Away | Error::Busy) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killing_postgres_loses_no_acknowledged_order() {
    let folder = tempfile::tempdir().unwrap();
    let cluster = LocalCluster::start(folder.path()).unwrap();
    hostolink_database::migrate::run(&cluster.url()).unwrap();
    let ledger = Ledger::new(Arc::new(SystemClock), Arc::new(SystemRandom));
    let url = cluster.url();
    let writer = ledger.start_writer(move || PgConnection::establish(&url), Writer::CAPACITY).unwrap();
    let (awa, koffi) = {
        let conn = &mut PgConnection::establish(&cluster.url()).unwrap();
        (funded(&ledger, conn, 1_000_000), person(&ledger, conn, None))
    };
    let mut clients = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let writer = writer.clone();
        clients.spawn(async move {
            let mut done = Vec::new();
            for _ in 0..60 {
                let order = transfer(awa, koffi, 1);
                done.push((order.clone(), insist(&writer, order).await));
            }
            done
        });
    }
    let mut done = Vec::new();
    for kill in 0..2 {
        // In the middle: some are answered, many are on their way.
        done.push(outcome(insist(&writer, transfer(awa, koffi, 1)).await).unwrap());
        let before = cluster.pid();
        let signalled =
            std::process::Command::new("kill").args(["-9", &before.to_string()]).status().unwrap();
        assert!(signalled.success(), "kill {kill}");
        while cluster.pid() == before {
            tokio::task::yield_now().await;
        }
    }
    let replies = clients.join_all().await;
    let conn = &mut PgConnection::establish(&cluster.url()).unwrap();
    for (order, reply) in replies.iter().flatten() {
        let stored = ledger.find_outcome(conn, &order.key).unwrap().unwrap();
        let Reply::Done { outcome, .. } = reply else { panic!("{reply:?}") };
        assert_eq!(stored.outcome, *outcome);
    }
    assert_eq!(balance(&ledger, conn, koffi.main), 16 * 60 + 2);
    assert_eq!(assert_books(&ledger, conn).transactions, 2 + 16 * 60 + 2);
    writer.stop().await;
}
