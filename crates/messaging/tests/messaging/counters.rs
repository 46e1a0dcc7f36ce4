//! Counters are what a count gives, whatever happens, and are set right where somebody broke them.

use crate::world::World;
use diesel::connection::{Connection, SimpleConnection};
use hostolink_kernel::Random;
use hostolink_messaging::{Error, SIGNS};
use hostolink_test_support::SeededRandom;
use std::thread;

fn draw(random: &SeededRandom, below: u8) -> usize {
    let mut byte = [0; 1];
    random.fill(&mut byte);
    usize::from(byte[0] % below)
}

#[test]
fn case_81_unread_is_what_a_count_gives_after_anything() {
    let world = World::new(4);
    let room = world.group();
    let random = SeededRandom::new(81);
    let mut last = 0;
    for _ in 0..120 {
        let who = draw(&random, 4);
        match draw(&random, 3) {
            0 | 1 => {
                world.say(who, room, "a");
                last += 1;
            }
            _ if last > 0 => {
                let read = i64::try_from(draw(&random, 200)).unwrap() % (last + 1);
                let own = (world.users[who], &[][..]);
                world.messaging.mark(&mut world.conn(), own, room, (None, Some(read))).unwrap();
            }
            _ => {}
        }
        let counted = world.count(&format!(
            "SELECT count(*) AS count FROM message m JOIN discussion_membre p ON p.id_discussion = m.id_discussion \
             WHERE p.id_user = {} AND m.seq > p.lu_seq AND m.id_user <> p.id_user",
            who + 1
        ));
        assert_eq!(world.unread(who, room), counted);
    }
    assert_eq!(world.messaging.recount(&mut world.conn(), false).unwrap(), []);
}

#[test]
fn after_a_storm_each_counter_is_what_a_count_gives() {
    let world = World::new(6);
    let room = world.theme("Tempête");
    for user in &world.users {
        world.messaging.join(&mut world.conn(), *user, room, &world.actor).unwrap();
    }
    let first = world.say(0, room, "à aimer");
    thread::scope(|scope| {
        for person in 1..6 {
            let world = &world;
            scope.spawn(move || {
                let random = SeededRandom::new(u64::try_from(person).unwrap());
                let (conn, user) = (&mut world.conn(), world.users[person]);
                for _ in 0..25 {
                    let who = (user, &[][..]);
                    match draw(&random, 5) {
                        0 => drop(world.messaging.unreact(conn, who, first)),
                        1 => drop(world.messaging.leave(conn, who, room, &world.actor)),
                        2 => drop(world.messaging.join(conn, user, room, &world.actor)),
                        _ => drop(world.messaging.react(conn, who, first, SIGNS[draw(&random, 16)])),
                    }
                }
            });
        }
    });
    let conn = &mut world.conn();
    assert_eq!(world.messaging.recount(conn, false).unwrap(), []);
    let wrong = "SELECT count(*) AS count FROM message m WHERE reactions <> coalesce((SELECT jsonb_object_agg(signe, n) \
         FROM (SELECT signe, count(*) AS n FROM reaction_message r WHERE r.id_message = m.id_message GROUP BY signe) s), '{}')";
    assert_eq!(world.count(wrong), 0);
    assert!(world.count("SELECT count(*) AS count FROM reaction_message") > 0, "the storm left something");

    conn.batch_execute(
        "UPDATE discussion SET membres_nombre = 77; UPDATE message SET reactions = '{\"👍\": 9}'; \
         UPDATE discussion_membre SET ecrits = 5, lu_ecrits = 1 WHERE id_user = 1",
    )
    .unwrap();
    let found = world.messaging.recount(conn, true).unwrap();
    let names: Vec<&str> = found.iter().map(|drift| drift.counter.as_str()).collect();
    for counter in ["discussion.membres_nombre", "discussion_membre.ecrits", "message.reactions"] {
        assert!(names.contains(&counter), "{counter} in {names:?}");
    }
    assert_eq!(world.messaging.recount(conn, false).unwrap(), []);
    assert_eq!(world.count(wrong), 0);
}

#[test]
fn who_leaves_hostolink_leaves_empty_places_and_no_trace_of_words() {
    let world = World::new(3);
    let (room, pair) = (world.group(), world.pair());
    world.say(0, room, "secret de groupe");
    world.say(0, pair, "secret à deux");
    let theirs = world.say(1, room, "autre");
    let conn = &mut world.conn();
    world.messaging.react(conn, (world.users[0], &[]), theirs, "👍").unwrap();
    world.messaging.forget(conn, world.users[0]).unwrap();
    assert_eq!(world.read(1, room), [(1, None), (2, Some("autre".to_owned()))]);
    assert_eq!(world.count("SELECT count(*) AS count FROM message WHERE texte LIKE 'secret%' OR texte_recherche LIKE 'secret%'"), 0);
    assert_eq!(world.count("SELECT count(*) AS count FROM reaction_message"), 0);
    let owners =
        "SELECT id_user::bigint AS count FROM discussion_membre WHERE role = 'owner' AND etat = 'active'";
    assert_eq!(world.count(owners), 2, "the group has another owner");
    assert_eq!(world.messaging.recount(conn, false).unwrap(), []);
    let written =
        world.messaging.written_by(conn, world.users[1], None, hostolink_kernel::Limit::MAX).unwrap();
    assert_eq!(written.items.iter().map(|message| message.id).collect::<Vec<_>>(), [theirs]);
}

#[test]
fn who_moves_a_marker_while_counters_are_set_right_is_waited_for() {
    let world = World::new(2);
    let room = world.group();
    for _ in 0..3 {
        world.say(0, room, "a");
    }
    let (conn, who) = (&mut world.conn(), (world.users[0], &[][..]));
    conn.batch_execute("UPDATE discussion_membre SET lu_ecrits = 2 WHERE id_user = 1").unwrap();
    let waits = "SELECT count(*) AS count FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    thread::scope(|scope| {
        let world = &world;
        let repairing = conn.transaction(|conn| {
            world.messaging.mark(conn, who, room, (None, Some(3)))?;
            let repairing = scope.spawn(move || world.messaging.recount(&mut world.conn(), true).unwrap());
            while world.count(waits) == 0 {
                thread::yield_now();
            }
            Ok::<_, Error>(repairing)
        });
        assert_eq!(repairing.unwrap().join().unwrap().len(), 1);
    });
    assert_eq!(world.messaging.recount(conn, false).unwrap(), []);
    assert_eq!(world.unread(0, room), 0);
}
