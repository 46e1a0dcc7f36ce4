//! What it costs: so many statements whatever the number of things, and no large table is read through.

use crate::{AWA, Fixture, recipient};
use diesel::{
    Connection, PgConnection, RunQueryDsl,
    connection::{InstrumentationEvent, SimpleConnection},
    sql_query,
    sql_types::Text,
};
use hostolink_kernel::{Clock, Limit, UserId};
use hostolink_notifications::{Fact, Reads, Shown};
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
        "INSERT INTO utilisateur (nom) SELECT 'x' FROM generate_series(1, 1990);
         INSERT INTO boite_notification (id_user) SELECT id_user FROM utilisateur;
         INSERT INTO notification (public_id, id_user, type, cle_groupe, objet_type, objet, cree_le, maj_le)
             SELECT gen_random_uuid(), 1 + n % 2000, 'like', 'like:' || n, 'publication', gen_random_uuid(), now(), now() - n * interval '1 second'
             FROM generate_series(1, 60000) AS n;
         INSERT INTO fait_notification (id_notification, id_user, type, id_acteur, source, survenu_le)
             SELECT id_notification, id_user, 'like', 1 + (id_user + 1) % 2000, gen_random_uuid(), now() FROM notification;
         INSERT INTO envoi_notification (id_notification, canal, statut, prochain_essai, cree_le)
             SELECT id_notification, 'email', 'envoye', now(), now() FROM notification;
         ANALYZE boite_notification; ANALYZE notification; ANALYZE fait_notification; ANALYZE envoi_notification",
    )
    .unwrap();
    let owner = UserId::new(AWA);
    let through = conn.transaction::<_, diesel::result::Error, _>(|conn| {
        let shown = Shown { hidden: &[UserId::new(9)], unread: true };
        let page = fixture.notifications.list(conn, owner, shown, None, Limit::DEFAULT).unwrap();
        fixture.notifications.list(conn, owner, shown, page.next.as_ref(), Limit::DEFAULT).unwrap();
        fixture.notifications.unread(conn, owner).unwrap();
        let ids = [page.items[0].id, Uuid::max()];
        fixture.notifications.mark_read(conn, recipient(AWA), Reads::Some(&ids)).unwrap();
        let now = fixture.clock.now();
        fixture.notifications.mark_read(conn, recipient(AWA), Reads::UpTo(now)).unwrap();
        fixture.notifications.record(conn, &[fixture.like(AWA, 3, 1), fixture.like(7, 3, 2)]).unwrap();
        fixture.notifications.withdraw(conn, owner, UserId::new(3)).unwrap();
        fixture.notifications.lease(conn, 10).unwrap();
        #[derive(diesel::QueryableByName)]
        struct Table {
            #[diesel(sql_type = Text)]
            relname: String,
        }
        let large = "SELECT relname::text FROM pg_stat_xact_user_tables WHERE seq_scan > 0 \
             AND relname IN ('boite_notification', 'notification', 'fait_notification', 'envoi_notification')";
        let tables: Vec<Table> = sql_query(large).load(conn)?;
        Ok(tables.into_iter().map(|table| table.relname).collect::<Vec<_>>())
    });
    assert_eq!(through.unwrap(), Vec::<String>::new());
}
