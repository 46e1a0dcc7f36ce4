//! What may happen once is done or closed, never both.

use crate::world::*;
use hostolink_kernel::{Random, SystemClock, SystemRandom};
use hostolink_ledger::{Ledger, Once, Order, Refusal};
use std::sync::{Arc, Barrier};

fn once() -> Once {
    Once { kind: "demande", id: SystemRandom.uuid(hostolink_kernel::Clock::now(&SystemClock)) }
}

fn paying(from: Person, to: Person, once: Once) -> Order {
    Order { once: Some(once), ..transfer(from, to, 10) }
}

#[test]
fn what_is_closed_is_never_done_and_what_is_done_is_not_closed() {
    let World { db, ledger, .. } = World::new();
    let conn = &mut db.conn();
    let (awa, koffi) = (funded(&ledger, conn, 1_000), person(&ledger, conn, None));
    let (closed, done, open) = (once(), once(), once());
    assert_eq!(ledger.close(conn, closed).unwrap(), None);
    assert_eq!(ledger.close(conn, closed).unwrap(), None, "twice is once");
    assert_eq!(one(&ledger, conn, &paying(awa, koffi, closed)), Err(Refusal::Closed));
    let paid = accepted(&ledger, conn, &paying(awa, koffi, done)).transaction;
    assert_eq!(ledger.close(conn, done).unwrap(), Some(paid));
    assert_eq!(one(&ledger, conn, &paying(awa, koffi, done)), Err(Refusal::AlreadyDone));
    let found = ledger.find_done(conn, "demande", &[closed.id, done.id, open.id]).unwrap();
    assert_eq!((found.get(&closed.id), found.get(&done.id)), (Some(&None), Some(&Some(paid))));
    assert!(!found.contains_key(&open.id));
    assert!(ledger.find_done(conn, "qr", &[closed.id, done.id]).unwrap().is_empty(), "of another kind");
    // Of what was closed in a transaction that was undone, nothing is left.
    let undone: Result<(), diesel::result::Error> = diesel::Connection::transaction(conn, |conn| {
        assert_eq!(ledger.close(conn, open).unwrap(), None);
        Err(diesel::result::Error::RollbackTransaction)
    });
    undone.unwrap_err();
    accepted(&ledger, conn, &paying(awa, koffi, open));
    assert_eq!(balance(&ledger, conn, koffi.main), 20);
    assert_books(&ledger, conn);
}

#[test]
fn two_at_once_end_in_exactly_one() {
    const ROUNDS: usize = 60;
    let World { db, ledger, .. } = World::new();
    let conn = &mut db.conn();
    let (awa, koffi) = (funded(&ledger, conn, 10_000), person(&ledger, conn, None));
    let things: Vec<Once> = (0..ROUNDS).map(|_| once()).collect();
    let barrier = Barrier::new(2);
    let run = |work: &(dyn Fn(&Ledger, &mut diesel::PgConnection, Once) -> bool + Sync)| -> Vec<bool> {
        let ledger = Ledger::new(Arc::new(SystemClock), Arc::new(SystemRandom));
        let conn = &mut db.conn();
        things
            .iter()
            .map(|thing| {
                barrier.wait();
                work(&ledger, conn, *thing)
            })
            .collect()
    };
    let pay = |ledger: &Ledger, conn: &mut diesel::PgConnection, thing: Once| match one(
        ledger,
        conn,
        &paying(awa, koffi, thing),
    ) {
        Ok(_) => true,
        Err(Refusal::Closed) => false,
        Err(other) => panic!("{other:?}"),
    };
    let close = |ledger: &Ledger, conn: &mut diesel::PgConnection, thing: Once| {
        ledger.close(conn, thing).unwrap().is_none()
    };
    let (paid, closed) = std::thread::scope(|scope| {
        let paying = scope.spawn(|| run(&pay));
        let closing = scope.spawn(|| run(&close));
        (paying.join().unwrap(), closing.join().unwrap())
    });
    for (round, (paid, closed)) in paid.iter().zip(&closed).enumerate() {
        assert_ne!(paid, closed, "round {round}");
    }
    let moved = i64::try_from(paid.iter().filter(|paid| **paid).count()).unwrap() * 10;
    assert_eq!(balance(&ledger, conn, koffi.main), moved);
    assert_books(&ledger, conn);
}
