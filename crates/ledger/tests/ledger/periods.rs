//! An account over time, against the plain truth of its entries.

use crate::world::*;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::{Connection, PgConnection, RunQueryDsl};
use hostolink_kernel::{AccountId, Clock, Limit};
use hostolink_ledger::{Direction, MonthFlow, TransactionKind};
use std::time::Duration;
use uuid::Uuid;

const SECOND: Duration = Duration::from_secs(1);

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[test]
fn a_balance_at_an_instant_is_that_of_the_last_entry_until_then() {
    let World { db, ledger, clock } = World::new();
    let conn = &mut db.conn();
    let opened = clock.now();
    let (awa, koffi) = (person(&ledger, conn, None), person(&ledger, conn, None));
    let held = |conn: &mut PgConnection, account, at| {
        let found = ledger.balance_at(conn, account, at).unwrap();
        (found.balance.francs(), found.held.francs(), found.since.map(|(_, at)| at))
    };
    assert_eq!(held(conn, awa.main, clock.now()), (0, 0, None), "before the first entry");
    assert_eq!(held(conn, AccountId::new(Uuid::nil()), clock.now()), (0, 0, None));

    // Histories of every length up to 12, some entries in the same instant: each boundary of the halving is met.
    let (agent, float) = agent(&ledger, conn, 1_000_000);
    let mut truth = Vec::new();
    for number in 1..=12 {
        if number % 3 != 0 {
            clock.advance(SECOND);
        }
        let action = hostolink_ledger::Action::CashIn { float, to: awa.main, amount: xof(number) };
        accepted(&ledger, conn, &order(agent.user, action));
        truth.push((clock.now(), balance(&ledger, conn, awa.main)));
        for shift in [-1_000_000, -1, 0, 1, 1_000_000] {
            for (instant, _) in &truth {
                let at = *instant + TimeDelta::microseconds(shift);
                let expected = truth.iter().rev().find(|(recorded, _)| *recorded <= at);
                let (francs, since) = expected.map_or((0, None), |(since, francs)| (*francs, Some(*since)));
                assert_eq!(held(conn, awa.main, at), (francs, 0, since), "{at} of {truth:?}");
            }
        }
    }
    clock.advance(SECOND);
    let set_aside = accepted(&ledger, conn, &hold(awa, koffi.main, 50, None));
    assert_eq!(held(conn, awa.main, clock.now()), (78, 50, Some(clock.now())));
    let since = ledger.balance_at(conn, awa.main, clock.now()).unwrap().since.unwrap();
    assert_eq!(since.0, set_aside.transaction);
    assert_eq!(held(conn, awa.main, opened), (0, 0, None));
}

#[test]
fn a_period_s_entries_lead_from_its_opening_to_its_closing_balance() {
    let World { db, ledger, clock } = World::new();
    let conn = &mut db.conn();
    let (awa, koffi) = (funded(&ledger, conn, 1_000), person(&ledger, conn, None));
    let midnight = at("2026-11-21T00:00:00Z");
    for (instant, francs) in [
        ("2026-11-20T23:59:59.999999Z", 1),
        ("2026-11-21T00:00:00Z", 2),
        ("2026-11-21T12:00:00Z", 3),
        ("2026-11-21T23:59:59.999999Z", 4),
        ("2026-11-22T00:00:00Z", 5),
    ] {
        clock.set(at(instant));
        accepted(&ledger, conn, &transfer(awa, koffi, francs));
        accepted(&ledger, conn, &hold(awa, koffi.main, 7, None));
    }
    let day = (midnight, midnight + TimeDelta::days(1));
    let period = ledger.period(conn, awa.main, day, 100).unwrap().unwrap();
    assert_eq!((period.opening, period.closing), (xof(999), xof(990)));
    let lines: Vec<_> =
        period.entries.iter().map(|entry| (entry.amount.francs(), entry.balance_after.francs())).collect();
    assert_eq!(lines, [(2, 997), (3, 994), (4, 990)], "the oldest first, without what only sets aside");
    assert!(period.entries.iter().all(|entry| entry.direction == Direction::Out));
    assert_eq!(period.entries[0].recorded_at, midnight);

    assert!(ledger.period(conn, awa.main, day, 5).unwrap().is_none(), "six entries, holds among them");
    assert!(ledger.period(conn, awa.main, day, 6).unwrap().is_some());
    let before = (midnight - TimeDelta::days(9), midnight - TimeDelta::days(8));
    let empty = ledger.period(conn, awa.main, before, 0).unwrap().unwrap();
    assert_eq!((empty.opening, empty.closing, empty.entries.len()), (xof(0), xof(0), 0));
    let after = (midnight + TimeDelta::days(8), midnight + TimeDelta::days(9));
    let empty = ledger.period(conn, awa.main, after, 0).unwrap().unwrap();
    assert_eq!((empty.opening, empty.closing, empty.entries.len()), (xof(985), xof(985), 0));
}

#[test]
fn months_without_movement_are_zeros() {
    let World { db, ledger, clock } = World::new();
    let conn = &mut db.conn();
    let month = |text: &str| -> NaiveDate { text.parse().unwrap() };
    clock.set(at("2026-07-31T23:59:59.999999Z"));
    let (awa, koffi) = (funded(&ledger, conn, 1_000), person(&ledger, conn, None));
    let flow = |text, kind, (received, receipts), (given, gifts)| MonthFlow {
        month: month(text),
        kind,
        received: xof(received),
        receipts,
        given: xof(given),
        gifts,
    };
    let silent = |text| flow(text, None, (0, 0), (0, 0));
    let seen = ledger.months(conn, koffi.main, month("2026-07-01"), 2).unwrap();
    assert_eq!(seen, [silent("2026-07-01"), silent("2026-08-01")], "an account without entries");
    for (instant, francs) in
        [("2026-08-01T00:00:00Z", 10), ("2026-08-31T23:59:59.999999Z", 20), ("2026-10-15T08:00:00Z", 40)]
    {
        clock.set(at(instant));
        let paid = accepted(&ledger, conn, &transfer(awa, koffi, francs));
        accepted(&ledger, conn, &refund(paid.transaction, koffi, francs / 10));
        accepted(&ledger, conn, &hold(awa, koffi.main, 5, None));
    }
    let seen = ledger.months(conn, awa.main, month("2026-08-01"), 4).unwrap();
    let (transfer, refund) = (Some(TransactionKind::Transfer), Some(TransactionKind::Refund));
    assert_eq!(
        seen,
        [
            flow("2026-08-01", refund, (3, 2), (0, 0)),
            flow("2026-08-01", transfer, (0, 0), (30, 2)),
            silent("2026-09-01"),
            flow("2026-10-01", refund, (4, 1), (0, 0)),
            flow("2026-10-01", transfer, (0, 0), (40, 1)),
            silent("2026-11-01"),
        ],
        "July's last microsecond is July's"
    );
    let july = ledger.months(conn, awa.main, month("2026-07-01"), 1).unwrap();
    assert_eq!(july, [flow("2026-07-01", Some(TransactionKind::CashIn), (1_000, 1), (0, 0))]);
}

#[derive(diesel::QueryableByName)]
struct Scans {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    n: i64,
}

/// How often this transaction read one of the ledger's growing tables whole.
fn whole_reads(conn: &mut PgConnection) -> i64 {
    diesel::sql_query(
        "SELECT sum(seq_scan)::bigint AS n FROM pg_stat_xact_user_tables WHERE relname IN ('ecriture', 'transaction')",
    )
    .get_result::<Scans>(conn)
    .unwrap()
    .n
}

#[test]
fn what_is_told_of_a_time_is_read_by_index() {
    let World { db, ledger, clock } = World::new();
    let conn = &mut db.conn();
    let (awa, koffi) = (funded(&ledger, conn, 1_000_000), person(&ledger, conn, None));
    for _ in 0..6 {
        clock.advance(Duration::from_secs(86_400));
        let (sends, others): (Vec<_>, _) =
            ((0..20).map(|_| transfer(awa, koffi, 1)).collect(), funded(&ledger, conn, 1_000));
        ledger.post(conn, &sends).unwrap();
        ledger.post(conn, &(0..400).map(|_| transfer(others, koffi, 1)).collect::<Vec<_>>()).unwrap();
    }
    diesel::sql_query("ANALYZE ecriture, transaction, compte").execute(conn).unwrap();
    let (now, first) = (clock.now(), "2026-11-01".parse().unwrap());
    conn.transaction(|conn| -> Result<(), hostolink_ledger::Error> {
        let before = whole_reads(conn);
        // Often enough for Postgres to settle on a plan for any account.
        for _ in 0..8 {
            let account = awa.main;
            ledger.balance_at(conn, account, now - TimeDelta::days(3))?;
            let days = (now - TimeDelta::days(2), now);
            assert_eq!(ledger.period(conn, account, days, 10_000)?.unwrap().entries.len(), 40);
            ledger.months(conn, account, first, 12)?;
            ledger.statement(conn, account, None, Limit::DEFAULT)?;
        }
        assert_eq!(whole_reads(conn), before);
        Ok(())
    })
    .unwrap();
}
