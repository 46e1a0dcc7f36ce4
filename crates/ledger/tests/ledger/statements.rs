//! What people read of their account.

use crate::world::*;
use hostolink_kernel::{AccountId, Cursor, Limit, TransactionId};
use hostolink_ledger::{AccountKind, Direction, Entry, Error, Note, TransactionKind};
use std::time::Duration;
use uuid::Uuid;

#[test]
fn a_statement_is_read_page_by_page_newest_first() {
    let World { db, ledger, clock } = World::new();
    let conn = &mut db.conn();
    let (awa, koffi) = (funded(&ledger, conn, 1_000), person(&ledger, conn, None));
    for francs in 1..=7 {
        clock.advance(Duration::from_secs(1));
        accepted(&ledger, conn, &transfer(awa, koffi, francs));
    }
    let (mut after, mut seen): (Option<Cursor>, Vec<Entry>) = (None, Vec::new());
    loop {
        let page = ledger.statement(conn, awa.main, after.as_ref(), Limit::parse(3).unwrap()).unwrap();
        // What comes in meanwhile does not shift the pages.
        accepted(&ledger, conn, &transfer(awa, koffi, 100));
        seen.extend(page.items);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let amounts: Vec<_> = seen.iter().map(|entry| entry.amount.francs()).collect();
    assert_eq!(amounts, [7, 6, 5, 4, 3, 2, 1, 1_000]);
    let balances: Vec<_> = seen.iter().map(|entry| entry.balance_after.francs()).collect();
    assert_eq!(balances, [972, 979, 985, 990, 994, 997, 999, 1_000]);
    assert!(seen.windows(2).all(|pair| pair[0].recorded_at >= pair[1].recorded_at));
    let first = seen.last().unwrap();
    assert_eq!(
        (first.kind, first.direction, first.other.kind),
        (TransactionKind::CashIn, Direction::In, AccountKind::Float)
    );
    assert_eq!(first.refundable, xof(0));

    let forged = Cursor::new("users", &3).unwrap();
    assert!(matches!(ledger.statement(conn, awa.main, Some(&forged), Limit::DEFAULT), Err(Error::Cursor(_))));
    let nobody = ledger.statement(conn, AccountId::new(Uuid::nil()), None, Limit::DEFAULT).unwrap();
    assert_eq!((nobody.items.len(), nobody.next), (0, None));
}

#[test]
fn an_entry_tells_the_other_side_the_note_and_what_can_be_given_back() {
    let World { db, ledger, .. } = World::new();
    let conn = &mut db.conn();
    let (awa, koffi) = (funded(&ledger, conn, 1_000), person(&ledger, conn, None));
    let mut pay = transfer(awa, koffi, 800);
    pay.note = Note::parse("le loyer d’août").unwrap();
    pay.event_at -= Duration::from_secs(60);
    let paid = accepted(&ledger, conn, &pay);
    let back = accepted(&ledger, conn, &refund(paid.transaction, koffi, 300));

    let lines = ledger.statement(conn, koffi.main, None, Limit::DEFAULT).unwrap().items;
    let [given, received] = lines.as_slice() else { panic!("{lines:?}") };
    assert_eq!(
        (received.direction, received.amount, received.balance_after),
        (Direction::In, xof(800), xof(800))
    );
    assert_eq!((received.other.account, received.other.owner), (awa.main, Some(awa.user)));
    assert_eq!(received.note.as_ref().map(Note::as_str), Some("le loyer d’août"));
    assert_eq!((received.refundable, received.refund_of), (xof(500), None));
    assert_eq!((received.event_at, received.recorded_at), (paid.event_at, paid.recorded_at));
    assert!(received.event_at < received.recorded_at);
    assert_eq!((given.kind, given.direction), (TransactionKind::Refund, Direction::Out));
    assert_eq!(
        (given.transaction, given.refund_of, given.refundable),
        (back.transaction, Some(paid.transaction), xof(0))
    );
    let payer = &ledger.statement(conn, awa.main, None, Limit::parse(2).unwrap()).unwrap().items[1];
    assert_eq!((payer.transaction, payer.refundable), (paid.transaction, xof(0)));

    let whole = ledger.find_transaction(conn, paid.transaction).unwrap().unwrap();
    assert_eq!((whole.from.owner, whole.to.owner), (Some(awa.user), Some(koffi.user)));
    assert_eq!((whole.amount, whole.refundable, whole.refund_of), (xof(800), xof(500), None));
    let refund = ledger.find_transaction(conn, back.transaction).unwrap().unwrap();
    assert_eq!((refund.refund_of, refund.refundable), (Some(paid.transaction), xof(0)));
    assert_eq!(ledger.find_transaction(conn, TransactionId::new(Uuid::nil())).unwrap(), None);
}

#[test]
fn each_movement_is_told_once() {
    let World { db, ledger, .. } = World::new();
    let conn = &mut db.conn();
    let (awa, koffi) = (funded(&ledger, conn, 1_000), person(&ledger, conn, None));
    let order = transfer(awa, koffi, 10);
    let paid = accepted(&ledger, conn, &order);
    accepted(&ledger, conn, &order);
    one(&ledger, conn, &transfer(koffi, awa, 11)).unwrap_err();
    let told: i64 = diesel::RunQueryDsl::get_result(
        diesel::dsl::sql::<diesel::sql_types::BigInt>(&format!(
            "SELECT count(*) FROM evenement WHERE type = '{}' AND sujet = '{}' AND charge->>'amount' = '10'",
            hostolink_ledger::POSTED,
            paid.transaction
        )),
        conn,
    )
    .unwrap();
    assert_eq!(told, 1);
}
