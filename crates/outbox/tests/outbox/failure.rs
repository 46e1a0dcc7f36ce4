//! Subscribers that fail, processes that die.

use super::*;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

#[test]
fn a_process_that_dies_between_the_work_and_the_cursor_does_the_work_again() {
    let db = db_with_table();
    let clock = FakeClock::new();
    publish(&mut db.conn(), [1, 2]);
    let seen = Seen::default();
    let die = Arc::new(AtomicBool::new(true));
    let dispatcher = dispatcher(&clock).subscribe("test", {
        let (seen, die) = (seen.clone(), die.clone());
        move |conn, events| {
            write(conn, "test", events)?;
            seen.add(events);
            if die.load(Ordering::SeqCst) {
                // As if the machine had lost its power: the server sees the connection end.
                let _ = diesel::sql_query("SELECT pg_terminate_backend(pg_backend_pid())").execute(conn);
            }
            Ok(())
        }
    });
    dispatcher.run_once(&mut db.conn()).unwrap_err();
    assert!(written(&mut db.conn(), "test").is_empty(), "what it wrote is undone");
    die.store(false, Ordering::SeqCst);
    run_dry(&dispatcher, &mut db.conn());
    assert_eq!(written(&mut db.conn(), "test"), [1, 2], "in the database exactly once");
    assert!(seen.all().ends_with(&[1, 2]) && seen.all().len() > 2, "elsewhere again: {:?}", seen.all());
}

#[test]
fn a_failing_subscriber_stops_nobody_waits_longer_each_time_and_sets_the_poison_aside() {
    let db = db_with_table();
    let conn = &mut db.conn();
    let clock = FakeClock::new();
    publish(conn, 1..=5);
    let (healthy, tries) = (Seen::default(), Arc::new(AtomicUsize::new(0)));
    let cured = Arc::new(AtomicBool::new(false));
    let dispatcher = dispatcher(&clock)
        .subscribe("sick", {
            let (tries, cured) = (tries.clone(), cured.clone());
            move |conn, events| {
                write(conn, "sick", events)?;
                if numbers(events).contains(&2) && !cured.load(Ordering::SeqCst) {
                    tries.fetch_add(1, Ordering::SeqCst);
                    return Err("two is poison".into());
                }
                Ok(())
            }
        })
        .subscribe("healthy", healthy.handler());

    let done = run_dry(&dispatcher, conn);
    assert_eq!(healthy.all(), [1, 2, 3, 4, 5]);
    assert_eq!(written(conn, "sick"), [1], "up to the poison, whose own writes are undone");
    assert_eq!((done.failed, done.parked), (1, 0));
    let status = &hostolink_outbox::subscribers(conn).unwrap()[1];
    assert_eq!(
        (status.cursor, status.tries, status.next_try),
        (1, 1, Some(now() + chrono::Duration::seconds(1)))
    );
    assert_eq!(status.last_error.as_deref(), Some("two is poison"));

    let before = tries.load(Ordering::SeqCst);
    run_dry(&dispatcher, conn);
    assert_eq!(tries.load(Ordering::SeqCst), before, "left alone until its time");
    clock.advance(Duration::from_secs(1));
    run_dry(&dispatcher, conn);
    clock.advance(Duration::from_secs(1));
    run_dry(&dispatcher, conn);
    assert_eq!(tries.load(Ordering::SeqCst), before + 1, "the second pause is 2 s");
    clock.advance(Duration::from_secs(1));
    let done = run_dry(&dispatcher, conn);
    assert_eq!((done.failed, done.parked), (1, 1), "the third try was the last");
    assert_eq!(written(conn, "sick"), [1, 3, 4, 5]);

    let parked = hostolink_outbox::parked(conn, 10).unwrap();
    assert_eq!(parked.len(), 1);
    assert_eq!(
        (parked[0].subscriber.as_str(), parked[0].seq, parked[0].error.as_str()),
        ("sick", 2, "two is poison")
    );
    assert!(hostolink_outbox::reaches_back_to(conn, 0).unwrap());
    assert_eq!(
        hostolink_outbox::purge(conn, now() + chrono::Duration::days(1), 100).unwrap(),
        4,
        "kept while parked"
    );
    for (seq, whole) in [(0, false), (1, false), (3, false), (5, true), (6, false)] {
        assert_eq!(
            hostolink_outbox::reaches_back_to(conn, seq).unwrap(),
            whole,
            "what is parked alone is no log: {seq}"
        );
    }
    publish(conn, [6]);
    run_dry(&dispatcher, conn);
    for (seq, whole) in [(1, false), (4, false), (5, true), (6, true)] {
        assert_eq!(hostolink_outbox::reaches_back_to(conn, seq).unwrap(), whole, "{seq}");
    }

    assert!(!hostolink_outbox::replay(conn, "healthy", 2).unwrap());
    assert!(hostolink_outbox::replay(conn, "sick", 2).unwrap());
    run_dry(&dispatcher, conn);
    assert_eq!(hostolink_outbox::parked(conn, 10).unwrap().len(), 1, "still poison");
    cured.store(true, Ordering::SeqCst);
    assert!(hostolink_outbox::replay(conn, "sick", 2).unwrap());
    run_dry(&dispatcher, conn);
    assert!(hostolink_outbox::parked(conn, 10).unwrap().is_empty());
    assert_eq!(written(conn, "sick"), [1, 3, 4, 5, 6, 2]);
}

#[test]
fn a_query_that_fails_or_a_panic_is_a_failure_like_any_other() {
    let db = db_with_table();
    let conn = &mut db.conn();
    publish(conn, [1]);
    let healthy = Seen::default();
    let dispatcher = dispatcher(&FakeClock::new())
        .subscribe("query", |conn, events| {
            write(conn, "query", events)?;
            diesel::sql_query("SELECT 1/0").execute(conn)?;
            Ok(())
        })
        .subscribe("swallowed", |conn, events| {
            write(conn, "swallowed", events)?;
            let _ = diesel::sql_query("SELECT 1/0").execute(conn);
            Ok(())
        })
        .subscribe("panic", |conn, events| {
            use diesel::Connection;
            write(conn, "panic", events)?;
            conn.transaction(|conn| {
                write(conn, "panic", events)?;
                panic!("in a transaction within the transaction")
            })
        })
        .subscribe("healthy", healthy.handler());
    let done = run_dry(&dispatcher, conn);
    assert_eq!((done.delivered, done.failed), (1, 3));
    assert_eq!(healthy.all(), [1]);
    for name in ["query", "swallowed", "panic"] {
        assert!(written(conn, name).is_empty(), "{name}");
    }
    let errors: Vec<_> =
        hostolink_outbox::subscribers(conn).unwrap().into_iter().filter_map(|s| s.last_error).collect();
    assert_eq!(errors.len(), 3, "{errors:?}");
}
