//! What it costs: so many statements whatever the number of things, and no large table is read through.

use crate::{AWA, Fixture, recipient};
use diesel::{
    Connection, PgConnection, RunQueryDsl,
    connection::{InstrumentationEvent, SimpleConnection},
    sql_query,
    sql_types::Text,
};
use hostolink_kernel::{Clock, Limit, UserId};
use hostolink_notifications::{Error, Fact, Failure, Kind, Reads, Shown};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use uuid::Uuid;

/// How many queries `act` asks, transactions' beginnings and ends left out.
fn queries(fixture: &Fixture, act: impl FnOnce(&mut PgConnection)) -> usize {
    let (mut conn, count) = (fixture.db.conn(), Arc::new(AtomicUsize::new(0)));
    let counter = count.clone();
    conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            let text = query.to_string();
            let is_frame =
                ["BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"].iter().any(|word| text.starts_with(word));
            counter.fetch_add(usize::from(!is_frame), Ordering::Relaxed);
        }
    });
    act(&mut conn);
    count.load(Ordering::Relaxed)
}

#[test]
fn the_list_and_the_badge_cost_the_same_however_much_there_is() {
    let fixture = Fixture::new();
    let shown = Shown { hidden: &[UserId::new(9)], unread: false };
    let ask = |conn: &mut PgConnection| {
        fixture.notifications.list(conn, UserId::new(AWA), shown, None, Limit::MAX).unwrap();
    };
    fixture.record(&[fixture.like(AWA, 2, 1)]);
    assert_eq!(queries(&fixture, ask), 2);
    let many: Vec<Fact> =
        (0..99).map(|n| fixture.like(AWA, 2 + (n % 8), 100 + u128::try_from(n).unwrap())).collect();
    fixture.record(&many);
    assert_eq!(queries(&fixture, ask), 2);
    let badge = |conn: &mut PgConnection| {
        fixture.notifications.unread(conn, UserId::new(AWA)).unwrap();
    };
    assert_eq!(queries(&fixture, badge), 1);
}

#[test]
fn telling_many_costs_as_many_statements_as_telling_one() {
    let fixture = Fixture::new();
    let tell = |facts: Vec<Fact>| {
        queries(&fixture, |conn| {
            fixture.notifications.record(conn, &facts).unwrap();
        })
    };
    let one = tell(vec![fixture.like(AWA, 2, 1)]);
    let many: Vec<Fact> = (0..400)
        .map(|n| fixture.like(1 + n % 10, 1 + (n / 10) % 10, 1_000 + u128::try_from(n).unwrap()))
        .collect();
    let of_many = tell(many);
    assert!(one <= 12, "{one} statements");
    assert_eq!(one, of_many);
}

#[test]
fn no_large_table_is_read_through() {
    let fixture = Fixture::new();
    let conn = &mut fixture.db.conn();
    conn.batch_execute(
        "INSERT INTO utilisateur (nom) SELECT 'x' FROM generate_series(1, 19990);
         INSERT INTO boite_notification (id_user) SELECT id_user FROM utilisateur;
         INSERT INTO notification (public_id, id_user, type, cle_groupe, objet_type, objet, cree_le, maj_le)
             SELECT gen_random_uuid(), 1 + n % 20000, 'like', 'like:' || n, 'publication', gen_random_uuid(), now(), now() - n * interval '1 second'
             FROM generate_series(1, 60000) AS n;
         INSERT INTO fait_notification (id_notification, id_user, type, id_acteur, source, survenu_le)
             SELECT id_notification, id_user, 'like', 1 + (id_user + 1) % 20000, gen_random_uuid(), now() FROM notification;
         INSERT INTO envoi_notification (id_notification, id_user, canal, statut, prochain_essai, cree_le)
             SELECT id_notification, id_user, CASE WHEN id_notification % 10 = 0 THEN 'sms' ELSE 'email' END, 'envoye', now(), now()
             FROM notification;
         INSERT INTO preference_notification (id_user, type, canal, active) VALUES (1, 'money_received', 'sms', true);
         ANALYZE boite_notification; ANALYZE notification; ANALYZE fait_notification; ANALYZE envoi_notification",
    )
    .unwrap();
    let owner = UserId::new(AWA);
    let n = &fixture.notifications;
    let now = fixture.clock.now();
    let shown = Shown { hidden: &[UserId::new(9)], unread: true };
    conn.transaction::<_, Error, _>(|conn| {
        let page = n.list(conn, owner, shown, None, Limit::DEFAULT)?;
        indexed(conn, "a page");
        n.list(conn, owner, shown, page.next.as_ref(), Limit::DEFAULT)?;
        indexed(conn, "the next page");
        n.unread(conn, owner)?;
        indexed(conn, "the badge");
        n.mark_read(conn, recipient(AWA), Reads::Some(&[page.items[0].id, Uuid::max()]))?;
        indexed(conn, "some are read");
        n.mark_read(conn, recipient(AWA), Reads::UpTo(now))?;
        indexed(conn, "all are read");
        n.record(conn, &[fixture.like(AWA, 3, 1), fixture.like(7, 3, 2)])?;
        indexed(conn, "two are told");
        n.record(conn, &[fixture.fact(AWA, Kind::MoneyReceived, 3, 3, 3)])?;
        indexed(conn, "one is told by SMS too");
        n.withdraw(conn, owner, UserId::new(3))?;
        indexed(conn, "a block");
        n.lease(conn, 10)?;
        indexed(conn, "what is due");
        n.undelivered(conn, (None, Some(Failure::Unknown)), None, Limit::DEFAULT)?;
        indexed(conn, "what did not arrive");
        Ok(())
    })
    .unwrap();
}

/// Asserts that this transaction read no large table through yet.
#[track_caller]
fn indexed(conn: &mut PgConnection, after: &str) {
    #[derive(diesel::QueryableByName)]
    struct Table {
        #[diesel(sql_type = Text)]
        relname: String,
    }
    let through = "SELECT relname::text FROM pg_stat_xact_user_tables WHERE seq_scan > 0 \
         AND relname IN ('boite_notification', 'notification', 'fait_notification', 'envoi_notification')";
    let tables: Vec<Table> = sql_query(through).load(conn).unwrap();
    let names: Vec<String> = tables.into_iter().map(|table| table.relname).collect();
    assert_eq!(names, Vec::<String>::new(), "read through after: {after}");
}
