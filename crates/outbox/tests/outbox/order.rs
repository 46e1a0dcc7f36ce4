//! One order, nothing lost, nothing twice.

use super::*;
use diesel::Connection;

#[test]
fn what_is_rolled_back_is_not_told_and_the_rest_keeps_its_order() {
    let db = TestDb::new();
    let conn = &mut db.conn();
    publish(conn, [1, 2]);
    conn.transaction::<(), diesel::result::Error, _>(|conn| {
        publish(conn, [666]);
        Err(diesel::result::Error::RollbackTransaction)
    })
    .unwrap_err();
    publish(conn, [3, 4, 5, 6, 7]);
    let seen = Seen::default();
    let done = run_dry(&dispatcher(&FakeClock::new()).subscribe("test", seen.handler()), conn);
    assert_eq!((done.numbered, done.delivered), (7, 7));
    assert_eq!(seen.all(), [1, 2, 3, 4, 5, 6, 7]);
    let events = hostolink_outbox::read_after(conn, 0, 100).unwrap();
    assert_eq!(events.iter().map(|event| event.seq).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6, 7], "no gaps");
    assert_eq!(events[0].at, now());
    assert_eq!(hostolink_outbox::last_seq(conn).unwrap(), 7);
}

#[test]
fn transactions_that_commit_out_of_order_lose_nothing() {
    let db = TestDb::new();
    let (slow, fast, conn) = (&mut db.conn(), &mut db.conn(), &mut db.conn());
    let seen = Seen::default();
    let dispatcher = dispatcher(&FakeClock::new()).subscribe("test", seen.handler());

    slow.batch_execute("BEGIN").unwrap();
    publish(slow, [1]); // the lower key …
    publish(fast, [2]); // … is committed after the higher one
    run_dry(&dispatcher, conn);
    assert_eq!(seen.all(), [2]);
    let tail = hostolink_outbox::last_seq(conn).unwrap();
    slow.batch_execute("COMMIT").unwrap();
    run_dry(&dispatcher, conn);
    assert_eq!(seen.all(), [2, 1]);
    assert_eq!(numbers(&hostolink_outbox::read_after(conn, tail, 10).unwrap()), [1]);
}

#[test]
fn several_dispatchers_and_publishers_at_once_deliver_each_event_once_in_order() {
    const EACH: i64 = 60;
    let db = db_with_table();
    let clock = FakeClock::new();
    let make = || {
        dispatcher(&clock)
            .subscribe("un", |conn, events| write(conn, "un", events))
            .subscribe("deux", |conn, events| write(conn, "deux", events))
    };
    std::thread::scope(|scope| {
        let publishers: Vec<_> = (0..3)
            .map(|publisher| {
                let mut conn = db.conn();
                scope.spawn(move || {
                    for n in 0..EACH {
                        conn.transaction::<_, diesel::result::Error, _>(|conn| {
                            publish(conn, [publisher * 1_000 + n]);
                            Ok(())
                        })
                        .unwrap();
                    }
                })
            })
            .collect();
        let still_publishing = Arc::new(std::sync::atomic::AtomicBool::new(true));
        for _ in 0..3 {
            let (mut conn, dispatcher, going) = (db.conn(), make(), still_publishing.clone());
            scope.spawn(move || {
                while going.load(std::sync::atomic::Ordering::SeqCst) {
                    dispatcher.run_once(&mut conn).unwrap();
                }
            });
        }
        for publisher in publishers {
            publisher.join().unwrap();
        }
        still_publishing.store(false, std::sync::atomic::Ordering::SeqCst);
    });
    let conn = &mut db.conn();
    run_dry(&make(), conn);
    let all: Vec<i64> = (1..=3 * EACH).collect();
    assert_eq!(written(conn, "un"), all);
    assert_eq!(written(conn, "deux"), all);
    let events = numbers(&hostolink_outbox::read_after(conn, 0, 1_000).unwrap());
    for publisher in 0..3 {
        let own: Vec<_> = events.iter().copied().filter(|n| n / 1_000 == publisher).collect();
        assert!(own.is_sorted(), "what one publisher tells stays in its order: {own:?}");
    }
}

#[test]
fn while_one_dispatcher_numbers_the_other_passes_on() {
    let db = TestDb::new();
    let (one, other) = (&mut db.conn(), &mut db.conn());
    publish(one, [1]);
    one.batch_execute("BEGIN; SELECT dernier_seq FROM suite_evenement FOR UPDATE").unwrap();
    let dispatcher = dispatcher(&FakeClock::new());
    assert_eq!(dispatcher.run_once(other).unwrap().numbered, 0);
    one.batch_execute("COMMIT").unwrap();
    assert_eq!(dispatcher.run_once(other).unwrap().numbered, 1);
}

#[test]
fn only_the_dispatcher_wakes_listeners() {
    let db = TestDb::new();
    let (listener, conn) = (&mut db.conn(), &mut db.conn());
    listener.batch_execute(&format!("LISTEN {}", hostolink_outbox::WAKE_UP)).unwrap();
    publish(conn, [1, 2]);
    let mut heard = || {
        listener.batch_execute("SELECT 1").unwrap(); // its answer brings what was notified before
        listener.notifications_iter().map(|hint| hint.unwrap().payload).collect::<Vec<_>>()
    };
    assert!(heard().is_empty());
    run_dry(&dispatcher(&FakeClock::new()), conn);
    assert_eq!(heard(), ["2"]);
    run_dry(&dispatcher(&FakeClock::new()), conn);
    assert!(heard().is_empty());
}

#[test]
fn a_new_subscriber_starts_at_the_oldest_event_and_the_purge_waits_for_it() {
    let db = TestDb::new();
    let conn = &mut db.conn();
    publish(conn, [1, 2]);
    let (early, late) = (Seen::default(), Seen::default());
    let clock = FakeClock::new();
    run_dry(&dispatcher(&clock).subscribe("early", early.handler()), conn);
    publish(conn, [3]);
    let tomorrow = now() + chrono::Duration::days(1);
    assert_eq!(hostolink_outbox::purge(conn, now(), 100).unwrap(), 0, "too young");
    assert_eq!(hostolink_outbox::purge(conn, tomorrow, 1).unwrap(), 1, "one batch");
    assert_eq!(hostolink_outbox::purge(conn, tomorrow, 100).unwrap(), 1, "3 was not delivered");

    let both = dispatcher(&clock).subscribe("early", early.handler()).subscribe("late", late.handler());
    run_dry(&both, conn);
    assert_eq!((early.all(), late.all()), (vec![1, 2, 3], vec![3]));
    let subscribers = hostolink_outbox::subscribers(conn).unwrap();
    assert_eq!(
        subscribers.iter().map(|s| (s.name.as_str(), s.cursor)).collect::<Vec<_>>(),
        [("early", 3), ("late", 3)]
    );

    hostolink_outbox::purge(conn, tomorrow, 100).unwrap();
    publish(conn, [4]);
    run_dry(&both, conn);
    assert_eq!(hostolink_outbox::last_seq(conn).unwrap(), 4, "numbers are not given again");
    assert_eq!(late.all(), [3, 4]);
}

#[test]
fn the_purge_takes_the_beginning_and_leaves_no_hole() {
    let db = TestDb::new();
    let conn = &mut db.conn();
    let subject = uuid::Uuid::from_u128(7);
    // The third was written by a process whose clock is behind.
    for days in [0, 2, 0, 3] {
        let event = NewEvent { kind: "test.counted", subject, payload: json!({ "n": days }) };
        hostolink_outbox::publish(conn, &event, now() + chrono::Duration::days(days)).unwrap();
    }
    run_dry(&dispatcher(&FakeClock::new()), conn);
    let tomorrow = now() + chrono::Duration::days(1);
    assert_eq!(hostolink_outbox::purge(conn, tomorrow, 100).unwrap(), 1, "the second is too young");
    assert_eq!(hostolink_outbox::purge(conn, tomorrow, 100).unwrap(), 0);
    let kept: Vec<_> =
        hostolink_outbox::read_after(conn, 0, 10).unwrap().into_iter().map(|event| event.seq).collect();
    assert_eq!(kept, [2, 3, 4]);
    assert!(hostolink_outbox::reaches_back_to(conn, 1).unwrap());
    assert!(!hostolink_outbox::reaches_back_to(conn, 0).unwrap());
    let later = now() + chrono::Duration::days(3);
    assert_eq!(hostolink_outbox::purge(conn, later, 2).unwrap(), 2, "from the beginning on");
    assert!(!hostolink_outbox::reaches_back_to(conn, 2).unwrap());
    assert!(hostolink_outbox::reaches_back_to(conn, 3).unwrap());
}

#[test]
fn who_takes_many_at_a_time_waits_while_events_go_on_coming() {
    let (db, seen) = (TestDb::new(), Seen::default());
    let mut conn = db.conn();
    let clock = FakeClock::new();
    let dispatcher = dispatcher(&clock).subscribe_in_bulk("bulk", 5, seen.handler());
    // Three are numbered a round: in the first it waits, in the second there are enough, in the fourth nothing more comes.
    publish(&mut conn, 1..=7);
    let first = dispatcher.run_once(&mut conn).unwrap();
    assert_eq!((first.numbered, first.delivered, first.more), (3, 0, true));
    let second = dispatcher.run_once(&mut conn).unwrap();
    assert_eq!((second.numbered, second.delivered), (3, 5));
    let third = dispatcher.run_once(&mut conn).unwrap();
    assert_eq!((third.numbered, third.delivered, third.more), (1, 0, true));
    let fourth = dispatcher.run_once(&mut conn).unwrap();
    assert_eq!((fourth.numbered, fourth.delivered, fourth.more), (0, 2, false));
    assert_eq!(seen.all(), (1..=7).collect::<Vec<_>>());
}
