//! What is counted is what there is, whatever happens at once.

use crate::{World, actor};
use diesel::{PgConnection, connection::SimpleConnection};
use hostolink_kernel::{Limit, Random, UserId};
use hostolink_social::{Decision, Error, Measure, Reason, Target, Viewer, recount, repair};
use hostolink_test_support::SeededRandom;
use uuid::Uuid;

struct Dice(SeededRandom);

impl Dice {
    fn below(&self, sides: usize) -> usize {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        usize::try_from(u64::from_le_bytes(bytes) % u64::try_from(sides).unwrap()).unwrap()
    }

    fn one<T: Copy>(&self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
}

/// Somebody reports a publication; another hides it and bans its author, and mostly both are undone.
fn judge(
    world: &World,
    conn: &mut PgConnection,
    dice: &Dice,
    (user, officer): (UserId, UserId),
    post: Uuid,
) -> Result<(), Error> {
    let (social, why) = (&world.social, (Reason::Fraud, None));
    social.report(conn, &Viewer::new(user), Target::Publication(post), why, &actor(user))?;
    let open = social.cases(conn, officer, None, Limit::MAX)?.items;
    let Some(case) = open.first() else { return Ok(()) };
    let ban =
        Decision::Act { measure: Measure::Ban, reason: Reason::Fraud, words: None, lasts: None, hides: true };
    let (_, sanctions) = social.decide_case(conn, case.id, &ban, &actor(officer))?;
    for sanction in sanctions.iter().filter(|_| dice.below(8) > 0) {
        social.lift_sanction(conn, sanction.id, &actor(dice.one(&world.people)))?;
    }
    Ok(())
}

/// One thing at random. What is refused changes nothing, and is no failure of the test; what fails otherwise is.
fn act(world: &World, conn: &mut PgConnection, dice: &Dice, (posts, comments): (&[Uuid], &[Uuid])) {
    let (user, other) = (dice.one(&world.people), dice.one(&world.people));
    let (post, comment, viewer) = (dice.one(posts), dice.one(comments), Viewer::new(user));
    let (social, by) = (&world.social, actor(user));
    let done = match dice.below(20) {
        0..3 => social.like(conn, &viewer, post),
        3 | 4 => social.unlike(conn, user, post),
        5 => social.save(conn, &viewer, post),
        6 => social.unsave(conn, user, post),
        7 => social.share(conn, &viewer, post, None, &by).map(|_| ()),
        8 => social.unshare(conn, post, &by),
        9 => social.like_comment(conn, &viewer, comment),
        10 => social.unlike_comment(conn, user, comment),
        11 => world.say(user, post, None, "encore").map(|_| ()),
        12 => social.delete_comment(conn, comment, &by),
        13 => social.restore_comment(conn, comment, &by).map(|_| ()),
        14 => social.follow(conn, user, other),
        15 => social.unfollow(conn, user, other),
        16 if dice.below(4) == 0 => social.block(conn, (user, other), &by),
        16 => social.unblock(conn, (user, other), &by),
        17 | 18 => judge(world, conn, dice, (user, other), post),
        _ if dice.below(2) == 0 => social.delete(conn, post, &by),
        _ => social.restore(conn, post, &by).map(|_| ()),
    };
    if let Err(error) = done {
        assert!(matches!(error, Error::Rule(_) | Error::TooOften(_)), "{error:?}");
    }
}

#[test]
fn after_a_storm_each_counter_is_what_there_is() {
    let world = World::new(8);
    let posts: Vec<Uuid> = world.people.iter().map(|user| world.publish(*user, "Bonjour").id).collect();
    let comments: Vec<Uuid> = world
        .people
        .iter()
        .enumerate()
        .map(|(place, user)| world.say(*user, posts[place % 3], None, "oui").unwrap().id)
        .collect();
    std::thread::scope(|scope| {
        for seed in 0..6 {
            let (world, posts, comments) = (&world, &posts, &comments);
            scope.spawn(move || {
                let (conn, dice) = (&mut world.conn(), Dice(SeededRandom::new(seed)));
                for _ in 0..150 {
                    act(world, conn, &dice, (posts, comments));
                }
            });
        }
    });
    let conn = &mut world.conn();
    assert!(world.count("SELECT count(*) AS count FROM sanction") > 0, "somebody was banned");
    assert_eq!(recount(conn).unwrap(), []);
    assert_eq!(repair(conn).unwrap(), 0);
    // Two leave in the middle.
    for user in &world.people[..2] {
        hostolink_social::forget(conn, *user).unwrap();
        assert_eq!(recount(conn).unwrap(), []);
    }
    assert_eq!(world.count("SELECT count(*) AS count FROM liker WHERE id_user IN (1, 2)"), 0);
    assert_eq!(world.count("SELECT count(*) AS count FROM publication WHERE id_user IN (1, 2)"), 0);
}

#[test]
fn fifty_people_who_like_and_unlike_one_publication_are_counted_exactly() {
    let world = World::new(51);
    let made = world.publish(world.people[50], "Bonjour");
    let fans: Vec<UserId> = world.people[..50].to_vec();
    std::thread::scope(|scope| {
        for some in fans.chunks(10) {
            let world = &world;
            scope.spawn(move || {
                let conn = &mut world.conn();
                for round in 0..20 {
                    for user in some {
                        if round % 2 == 0 {
                            world.social.like(conn, &Viewer::new(*user), made.id).unwrap();
                        } else {
                            world.social.unlike(conn, *user, made.id).unwrap();
                        }
                    }
                }
                for user in some.iter().step_by(2) {
                    world.social.like(conn, &Viewer::new(*user), made.id).unwrap();
                }
            });
        }
    });
    let conn = &mut world.conn();
    let seen = world.social.publication(conn, &Viewer::new(world.people[0]), made.id).unwrap();
    assert_eq!(seen.likes, 25);
    assert_eq!(recount(conn).unwrap(), []);
}

#[test]
fn a_counter_that_lies_is_found_and_set_right() {
    let world = World::new(3);
    let made = world.publish(world.people[0], "Bonjour");
    let conn = &mut world.conn();
    world.social.like(conn, &Viewer::new(world.people[1]), made.id).unwrap();
    world.say(world.people[1], made.id, None, "oui").unwrap();
    conn.batch_execute(
        "UPDATE publication SET likes = 9, commentaires = 0; UPDATE profil_social SET publications = 5 WHERE id_user = 1; \
         DELETE FROM profil_social WHERE id_user = 2",
    )
    .unwrap();
    let drifts = recount(conn).unwrap();
    let found: Vec<_> =
        drifts.iter().map(|drift| (drift.counter.as_str(), drift.counted, drift.actual)).collect();
    assert_eq!(
        found,
        [
            ("publication.likes", 9, 1),
            ("publication.commentaires", 0, 1),
            ("profil_social.publications", 5, 1)
        ]
    );
    assert_eq!(drifts[0].key, made.id.to_string());
    assert_eq!(repair(conn).unwrap(), 4, "the three, and the comments of who had no counters");
    assert_eq!(recount(conn).unwrap(), []);
    assert_eq!(repair(conn).unwrap(), 0);
}

#[test]
fn what_is_refused_in_the_end_counts_nothing() {
    let world = World::new(2);
    let made = world.publish(world.people[0], "Bonjour");
    let conn = &mut world.conn();
    conn.batch_execute("BEGIN").unwrap();
    conn.batch_execute(&format!(
        "INSERT INTO liker (publication_id, id_user, public_id) VALUES ('{}', 2, gen_random_uuid())",
        made.id
    ))
    .unwrap();
    conn.batch_execute("ROLLBACK").unwrap();
    let seen = world.social.publication(conn, &Viewer::new(world.people[0]), made.id).unwrap();
    assert_eq!(seen.likes, 0);
}
