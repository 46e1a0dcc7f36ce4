//! How many statements each thing costs: as many for a full page as for an empty one.

use crate::{World, actor, words};
use diesel::{
    PgConnection,
    connection::{Connection, InstrumentationEvent},
};
use hostolink_kernel::Limit;
use hostolink_social::{NewComment, Viewer};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

/// How many statements something sends.
fn statements<T>(conn: &mut PgConnection, act: impl FnOnce(&mut PgConnection) -> T) -> usize {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
        // What begins and ends a transaction is told as statements too.
        if let InstrumentationEvent::StartQuery { .. } = event {
            counted.fetch_add(1, Ordering::Relaxed);
        }
    });
    act(conn);
    conn.set_instrumentation(|_: InstrumentationEvent<'_>| {});
    count.load(Ordering::Relaxed)
}

#[test]
fn a_page_costs_as_many_statements_whatever_is_on_it() {
    let world = World::new(3);
    let viewer = Viewer::new(world.people[0]);
    let conn = &mut world.conn();
    let social = &world.social;
    world.social.follow(conn, world.people[0], world.people[1]).unwrap();
    let all = |conn: &mut PgConnection| {
        let max = Limit::MAX;
        vec![
            ("recent", 1, statements(conn, |conn| social.recent(conn, &viewer, None, None, max).unwrap())),
            ("following", 1, statements(conn, |conn| social.following(conn, &viewer, None, max).unwrap())),
            ("trending", 2, statements(conn, |conn| social.trending(conn, &viewer, None, max).unwrap())),
            (
                "search",
                1,
                statements(conn, |conn| social.search(conn, &viewer, "bonjour", None, max).unwrap()),
            ),
            ("hashtag", 1, statements(conn, |conn| social.tagged(conn, &viewer, "mot", None, max).unwrap())),
            ("saved", 1, statements(conn, |conn| social.saved(conn, &viewer, None, max).unwrap())),
            (
                "by somebody",
                2,
                statements(conn, |conn| {
                    social.publications_of(conn, &viewer, world.people[1], None, max).unwrap()
                }),
            ),
            ("cases", 2, statements(conn, |conn| social.cases(conn, viewer.user, None, max).unwrap())),
        ]
    };
    social.rank(conn).unwrap();
    let empty = all(conn);
    for n in 0..25 {
        let made = world.publish(world.people[1], &format!("Bonjour {n} #mot"));
        world.social.save(conn, &viewer, made.id).unwrap();
        let why = (hostolink_social::Reason::Spam, None);
        let target = hostolink_social::Target::Publication(made.id);
        if n < 15 {
            social.report(conn, &viewer, target, why, &actor(world.people[0])).unwrap();
        }
    }
    world.clock.advance(std::time::Duration::from_secs(61));
    social.rank(conn).unwrap();
    let full = all(conn);
    assert_eq!(empty, full);
    for (name, most, sent) in full {
        assert!(sent <= most, "{name} sends {sent} statements");
    }
}

#[test]
fn what_is_written_costs_few_statements() {
    let world = World::new(2);
    let (one, conn) = (world.people[0], &mut world.conn());
    let viewer = Viewer::new(one);
    let made = world.publish(one, "Bonjour");
    let new =
        NewComment { publication: made.id, parent: None, text: words("oui"), key: None, actor: actor(one) };
    let publish = crate::new(one, "encore");
    let social = &world.social;
    for (name, most, sent) in [
        ("like", 5, statements(conn, |conn| social.like(conn, &viewer, made.id).unwrap())),
        ("comment", 11, statements(conn, |conn| social.comment(conn, &viewer, &new).unwrap())),
        ("publish", 11, statements(conn, |conn| social.publish(conn, &viewer, &publish).unwrap())),
        ("follow", 8, statements(conn, |conn| social.follow(conn, one, world.people[1]).unwrap())),
        ("one", 1, statements(conn, |conn| social.publication(conn, &viewer, made.id).unwrap())),
        ("profile", 3, statements(conn, |conn| social.profile(conn, one, world.people[1]).unwrap())),
    ] {
        assert!(sent <= most, "{name} sends {sent} statements, {most} at most");
    }
}
