//! What leaves for good, who leaves, and what is set right: in slices, and in nobody's way.

use crate::{World, actor};
use diesel::{PgConnection, connection::SimpleConnection};
use hostolink_kernel::{Clock, UserId};
use hostolink_social::{Purged, Viewer, forget, recount, repair};
use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

const MONTH: Duration = Duration::from_secs(30 * 86_400);

#[test]
fn a_publication_with_thousands_of_comments_goes_a_slice_at_a_time() {
    let world = World::new(4);
    let (made, other) = (world.publish(world.people[0], "Bonjour"), world.publish(world.people[0], "encore"));
    let conn = &mut world.conn();
    // An answer to each of 2,500, and four likes each.
    conn.batch_execute(&format!(
        "INSERT INTO commentaire (public_id, publication_id, profondeur, id_user, texte, cree_le) \
         SELECT gen_random_uuid(), '{}', 0, 2 + n % 3, 'oui', now() FROM generate_series(1, 2500) n; \
         INSERT INTO commentaire (public_id, publication_id, parent_id, profondeur, id_user, texte, cree_le) \
         SELECT gen_random_uuid(), publication_id, public_id, 1, 2, 'non', now() FROM commentaire; \
         INSERT INTO liker_commentaire (commentaire_id, id_user) SELECT public_id, u FROM commentaire, generate_series(1, 4) u",
        made.id
    ))
    .unwrap();
    world.social.like(conn, &Viewer::new(world.people[1]), made.id).unwrap();
    world.social.delete(conn, made.id, &actor(world.people[0])).unwrap();
    world.clock.advance(MONTH);
    assert_eq!(world.social.purge(conn).unwrap(), Purged::Nothing);
    world.tick();
    for left in [3_000, 1_000] {
        assert_eq!(world.social.purge(conn).unwrap(), Purged::Part);
        assert_eq!(world.count("SELECT count(*) AS count FROM commentaire"), left);
        assert_eq!(recount(conn).unwrap(), []);
    }
    assert_eq!(world.social.purge(conn).unwrap(), Purged::Publications(vec![made.id]));
    assert_eq!(world.social.purge(conn).unwrap(), Purged::Nothing);
    assert_eq!(recount(conn).unwrap(), []);
    let own = Viewer::new(world.people[0]);
    assert_eq!(world.social.publication(conn, &own, other.id).unwrap().id, other.id);
    assert_eq!(world.count("SELECT count(*) AS count FROM liker_commentaire"), 0);
}

#[test]
fn what_somebody_holds_is_passed_over() {
    let world = World::new(1);
    let author = world.people[0];
    let (held, free) = (world.publish(author, "Bonjour"), world.publish(author, "encore"));
    let (conn, holder) = (&mut world.conn(), &mut world.conn());
    for made in [&held, &free] {
        world.social.delete(conn, made.id, &actor(author)).unwrap();
    }
    world.clock.advance(MONTH + Duration::from_millis(5));
    let hold = format!("BEGIN; SELECT FROM publication WHERE public_id = '{}' FOR UPDATE", held.id);
    holder.batch_execute(&hold).unwrap();
    assert_eq!(world.social.purge(conn).unwrap(), Purged::Publications(vec![free.id]));
    assert_eq!(world.social.purge(conn).unwrap(), Purged::Nothing);
    holder.batch_execute("ROLLBACK").unwrap();
    assert_eq!(world.social.purge(conn).unwrap(), Purged::Publications(vec![held.id]));
}

#[test]
fn what_the_house_hid_goes_when_nothing_can_be_said_against_it_any_more() {
    let world = World::new(1);
    let (author, conn) = (world.people[0], &mut world.conn());
    let made: Vec<_> = ["un", "deux", "trois"].map(|text| world.publish(author, text).id).to_vec();
    let shown = world.publish(author, "quatre").id;
    let said = world.say(author, shown, None, "cinq").unwrap().id;
    let sanction = |number: u32, column: &str, object: uuid::Uuid| {
        let now = world.clock.now().to_rfc3339();
        format!(
            "INSERT INTO sanction (public_id, id_user, degre, motif, {column}, cree_le) \
             VALUES ('00000000-0000-0000-0000-00000000000{number}', 1, 'hiding', 'spam', '{object}', '{now}');"
        )
    };
    let now = world.clock.now().to_rfc3339();
    conn.batch_execute(&format!(
        "UPDATE publication SET etat = 'hidden', retire_le = '{now}' WHERE public_id <> '{shown}'; \
         UPDATE commentaire SET etat = 'hidden', retire_le = '{now}'; {}{}{}{} \
         INSERT INTO recours (sanction_id, public_id, texte, cree_le) \
         SELECT public_id, public_id, 'non', '{now}' FROM sanction WHERE publication_id = '{}' OR commentaire_id IS NOT NULL",
        sanction(0, "publication_id", made[0]),
        sanction(1, "publication_id", made[1]),
        sanction(2, "publication_id", made[2]),
        sanction(3, "commentaire_id", said),
        made[1]
    ))
    .unwrap();
    world.clock.advance(Duration::from_secs(20 * 86_400));
    conn.batch_execute(&sanction(4, "publication_id", made[2])).unwrap();
    world.clock.advance(Duration::from_secs(10 * 86_400));
    assert_eq!(world.social.purge(conn).unwrap(), Purged::Nothing, "not a moment before");
    world.tick();
    assert_eq!(world.social.purge(conn).unwrap(), Purged::Publications(vec![made[0]]));
    assert_eq!(
        world.social.purge(conn).unwrap(),
        Purged::Nothing,
        "one has an appeal, one was looked at again"
    );
    world.social.tidy(conn, 10).unwrap();
    let words = "SELECT count(*) AS count FROM commentaire WHERE texte <> ''";
    assert_eq!(world.count(words), 1, "somebody waits for an answer");
    conn.batch_execute(&format!("UPDATE recours SET etat = 'refused', decide_le = '{now}'")).unwrap();
    assert_eq!(world.social.purge(conn).unwrap(), Purged::Publications(vec![made[1]]));
    world.social.tidy(conn, 10).unwrap();
    assert_eq!(world.count(words), 0);
    world.clock.advance(Duration::from_secs(20 * 86_400));
    assert_eq!(world.social.purge(conn).unwrap(), Purged::Publications(vec![made[2]]));
    assert_eq!(recount(conn).unwrap(), []);
}

/// Ends what goes on beside when it is dropped, also by a test that fails.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Does something while some people follow each other and stop, without an end.
fn beside_followers(world: &World, people: &[UserId], act: impl FnOnce(&mut PgConnection)) {
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let over = Over(&is_over);
        for seed in 0..4 {
            let is_over = &is_over;
            scope.spawn(move || {
                let conn = &mut world.conn();
                for n in seed.. {
                    if is_over.load(Ordering::Relaxed) {
                        return;
                    }
                    let (one, other) =
                        (people[n * 7 % people.len()], people[(n * 5 + seed + 1) % people.len()]);
                    if one != other {
                        world.social.follow(conn, one, other).unwrap();
                        world.social.unfollow(conn, one, other).unwrap();
                    }
                }
            });
        }
        act(&mut world.conn());
        drop(over);
    });
}

/// Some who publish, each of their publications with a comment of somebody else, who are counted down.
fn commented() -> World {
    let world = World::new(20);
    for author in &world.people[..4] {
        for _ in 0..12 {
            world.publish(*author, "Bonjour");
        }
    }
    let comment = "INSERT INTO commentaire (public_id, publication_id, profondeur, id_user, texte, cree_le) \
        SELECT gen_random_uuid(), public_id, 0, 20 - (row_number() OVER (ORDER BY public_id)) % 16, 'oui', now() FROM publication";
    world.conn().batch_execute(comment).unwrap();
    world
}

#[test]
fn who_leaves_is_in_nobodys_way() {
    let world = commented();
    beside_followers(&world, &world.people[4..], |conn| {
        for author in &world.people[..4] {
            forget(conn, *author).unwrap();
        }
    });
    assert_eq!(world.count("SELECT count(*) AS count FROM commentaire"), 0);
    assert_eq!(recount(&mut world.conn()).unwrap(), []);
}

#[test]
fn what_goes_for_good_is_in_nobodys_way() {
    let world = commented();
    world.conn().batch_execute("UPDATE publication SET etat = 'deleted', retire_le = cree_le").unwrap();
    world.clock.advance(MONTH + Duration::from_millis(5));
    beside_followers(&world, &world.people[4..], |conn| {
        while world.social.purge(conn).unwrap() != Purged::Nothing {}
    });
    assert_eq!(world.count("SELECT count(*) AS count FROM publication"), 0);
    assert_eq!(recount(&mut world.conn()).unwrap(), []);
}

#[test]
fn counters_are_set_right_beside_who_counts() {
    let world = World::new(8);
    let posts: Vec<_> = world.people.iter().map(|user| world.publish(*user, "Bonjour").id).collect();
    let said: Vec<_> =
        posts.iter().map(|post| world.say(world.people[0], *post, None, "oui").unwrap().id).collect();
    world.conn().batch_execute("UPDATE publication SET likes = likes + 50").unwrap();
    std::thread::scope(|scope| {
        let busy = |seed: usize| {
            let (world, posts, said) = (&world, &posts, &said);
            scope.spawn(move || {
                let conn = &mut world.conn();
                for n in 0..200 {
                    let (user, post) = (world.people[(n + seed) % 8], (n * 3 + seed) % 8);
                    let viewer = Viewer::new(user);
                    world.social.like(conn, &viewer, posts[post]).unwrap();
                    world.social.like_comment(conn, &viewer, said[post]).unwrap();
                    world.social.unlike(conn, user, posts[(post + 1) % 8]).unwrap();
                    let other = world.people[(n + seed + 1 + n % 7) % 8];
                    if other != user {
                        world.social.follow(conn, user, other).unwrap();
                        world.social.unfollow(conn, user, other).unwrap();
                    }
                    world.social.unlike_comment(conn, user, said[post]).unwrap();
                }
            })
        };
        let threads: Vec<_> = (0..4).map(busy).collect();
        let (conn, mut repaired) = (&mut world.conn(), 0);
        loop {
            repaired += repair(conn).unwrap();
            if threads.iter().all(std::thread::ScopedJoinHandle::is_finished) {
                break;
            }
        }
        assert_eq!(repaired, 8, "what was wrong, and nothing else");
    });
    assert_eq!(recount(&mut world.conn()).unwrap(), []);
}
