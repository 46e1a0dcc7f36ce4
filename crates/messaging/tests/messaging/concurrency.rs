//! Many at once: numbers have no gap, one id is one message, nobody waits for ever.

use crate::world::World;
use diesel::{Connection, result::Error as Query};
use hostolink_kernel::Limit;
use hostolink_messaging::Error;
use std::{collections::BTreeSet, thread};

#[test]
fn case_76_numbers_have_no_gap_under_many_writers_and_rollbacks() {
    let world = World::new(8);
    let room = world.group();
    thread::scope(|scope| {
        for writer in 0..8 {
            let world = &world;
            scope.spawn(move || {
                let mut conn = world.conn();
                for turn in 0..12 {
                    let draft = world.draft(&format!("{writer} {turn}"));
                    let who = (world.users[writer], &[][..]);
                    if turn % 4 == 3 {
                        let undone = conn.transaction::<(), Error, _>(|conn| {
                            world.messaging.send(conn, who, room, &draft)?;
                            Err(Query::RollbackTransaction.into())
                        });
                        undone.unwrap_err();
                    } else {
                        world.messaging.send(&mut conn, who, room, &draft).unwrap();
                        // Readers and reactions in between hold nobody up for long.
                        world.messaging.mark(&mut conn, who, room, (None, Some(1))).unwrap();
                    }
                }
            });
        }
    });
    let conn = &mut world.conn();
    let who = (world.users[0], &[][..]);
    let (found, _) = world.messaging.messages_after(conn, who, room, 0, Limit::MAX).unwrap();
    let numbers: Vec<i64> = found.iter().map(|message| message.seq).collect();
    assert_eq!(numbers, (1..=72).collect::<Vec<_>>());
    assert_eq!(world.events("messaging.message"), 72, "one event each, and none of what was undone");
    assert_eq!(world.messaging.recount(conn, false).unwrap(), []);
}

#[test]
fn case_75_one_client_id_is_one_message_from_two_devices() {
    let world = World::new(2);
    let room = world.pair();
    let draft = world.draft("une seule fois");
    let sent: Vec<_> = thread::scope(|scope| {
        let tries: Vec<_> = (0..6)
            .map(|_| {
                let (world, draft) = (&world, &draft);
                scope.spawn(move || {
                    world.messaging.send(&mut world.conn(), (world.users[0], &[]), room, draft).unwrap()
                })
            })
            .collect();
        tries.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let ids: BTreeSet<_> = sent.iter().map(|sent| sent.message.id).collect();
    assert_eq!(ids.len(), 1);
    assert_eq!(sent.iter().filter(|sent| !sent.replayed).count(), 1);
    assert_eq!(world.read(1, room), [(1, Some("une seule fois".to_owned()))]);
    // The same id of somebody else is another message.
    let other = world.messaging.send(&mut world.conn(), (world.users[1], &[]), room, &draft).unwrap();
    assert!(!other.replayed && other.message.seq == 2);
}

#[test]
fn two_people_who_begin_at_once_have_one_conversation() {
    let world = World::new(2);
    let ids: BTreeSet<_> = thread::scope(|scope| {
        let tries: Vec<_> = (0..8)
            .map(|turn| {
                let world = &world;
                scope.spawn(move || {
                    let (one, other) = (world.users[turn % 2], world.users[(turn + 1) % 2]);
                    let own = world.messaging.open_direct(&mut world.conn(), (one, &[]), other, &world.actor);
                    own.unwrap().conversation.id
                })
            })
            .collect();
        tries.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(ids.len(), 1);
    assert_eq!(world.count("SELECT count(*) AS count FROM discussion_membre"), 2);
    assert_eq!(world.logged("messaging.begun"), 1);
}
