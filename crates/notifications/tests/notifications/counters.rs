//! The counters under a storm.

use crate::{Fixture, recipient};
use diesel::connection::SimpleConnection;
use hostolink_kernel::{Clock, UserId};
use hostolink_notifications::Reads;
use std::{sync::Arc, thread};

#[test]
fn after_a_storm_every_counter_equals_what_it_counts() {
    let fixture = Arc::new(Fixture::new());
    let storm = |seed: i32| {
        let fixture = fixture.clone();
        thread::spawn(move || {
            let conn = &mut fixture.db.conn();
            for turn in 0..30 {
                let mix = seed * 31 + turn * 17;
                let (to, actor, publication) = (mix % 10 + 1, (mix / 3) % 10 + 1, mix % 4);
                let publication = u128::try_from(publication).unwrap();
                match mix % 5 {
                    0..3 => {
                        // Several people at once, not in the order of their keys.
                        let other = (to + 4) % 10 + 1;
                        let facts =
                            [fixture.like(other, actor, publication), fixture.like(to, actor, publication)];
                        fixture.notifications.record(conn, &facts).unwrap();
                    }
                    3 => {
                        let now = fixture.clock.now();
                        fixture.notifications.mark_read(conn, recipient(to), Reads::UpTo(now)).unwrap();
                    }
                    _ => {
                        let (a, b) = (UserId::new(to), UserId::new(actor));
                        fixture.notifications.withdraw(conn, a, b).unwrap();
                    }
                }
            }
        })
    };
    let threads: Vec<_> = (1..=6).map(storm).collect();
    for one in threads {
        one.join().unwrap();
    }
    assert!(fixture.count("fait_notification") > 0);
    fixture.assert_counters();
}

#[test]
fn the_repair_mends_what_somebody_wrote_past_the_triggers() {
    let fixture = Fixture::new();
    fixture.record(&[fixture.like(1, 2, 100), fixture.like(1, 3, 100)]);
    let conn = &mut fixture.db.conn();
    conn.batch_execute(
        "UPDATE notification SET faits = 7, acteurs = 5; UPDATE boite_notification SET non_lues = 9",
    )
    .unwrap();
    let drifts = fixture.notifications.recount(conn, 10).unwrap();
    let found: Vec<_> =
        drifts.iter().map(|drift| (drift.counter.as_str(), drift.kept, drift.counted)).collect();
    assert_eq!(
        found,
        [("boite_notification.non_lues", 9, 1), ("notification.acteurs", 5, 2), ("notification.faits", 7, 2)]
    );
    assert_eq!(fixture.notifications.repair(conn).unwrap(), 2, "a notification and a box");
    fixture.assert_counters();
    assert_eq!(fixture.notifications.repair(conn).unwrap(), 0);
}
