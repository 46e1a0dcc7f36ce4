use crate::{World, actor, code};
use hostolink_kernel::{Cursor, Limit, UserId};
use hostolink_social::{Error, Handle, NewProfile, Profile, Viewer};

fn call(world: &World, user: UserId, name: &str) -> Result<Profile, Error> {
    let profile = NewProfile {
        handle: Some(Handle::parse(name).unwrap()),
        bio: NewProfile::bio(Some(" Bonjour ")).unwrap(),
    };
    world.social.set_profile(&mut world.conn(), user, &profile, &actor(user))
}

#[test]
fn a_profile_counts_what_it_shows() {
    let world = World::new(4);
    let (one, other, conn) = (world.people[0], world.people[1], &mut world.conn());
    let made = call(&world, one, "awa").unwrap();
    assert_eq!((made.handle.as_deref(), made.bio.as_deref()), (Some("awa"), Some("Bonjour")));
    assert_eq!(code(&call(&world, other, "awa").unwrap_err()), "social.handle_taken");
    call(&world, one, "awa").unwrap();
    for user in [1, 2] {
        world.social.follow(conn, world.people[user], one).unwrap();
        world.social.follow(conn, world.people[user], one).unwrap();
    }
    world.social.follow(conn, one, other).unwrap();
    let made = world.publish(one, "Bonjour");
    world.say(one, made.id, None, "moi").unwrap();
    world.social.block(conn, (one, world.people[3]), &actor(one)).unwrap();
    for _ in 0..3 {
        world.social.profile(conn, other, one).unwrap();
    }
    let seen = world.social.profile(conn, one, one).unwrap();
    let counted =
        (seen.followers, seen.following, seen.publications, seen.comments, seen.blocked, seen.viewers);
    assert_eq!(counted, (2, 1, 1, 1, 1, 1));
    assert_eq!(seen.last_published_at, Some(made.created_at));
    let seen = world.social.profile(conn, other, one).unwrap();
    assert!(seen.followed && seen.follows && !seen.muted);
    world.social.delete(conn, made.id, &actor(one)).unwrap();
    let seen = world.social.profile(conn, one, one).unwrap();
    assert_eq!((seen.publications, seen.last_published_at), (0, None));
    assert_eq!(world.told("social.followed").len(), 3);
    assert_eq!(hostolink_social::recount(conn).unwrap(), []);
}

#[test]
fn nobody_does_to_themselves_what_is_for_others() {
    let world = World::new(1);
    let (one, conn) = (world.people[0], &mut world.conn());
    assert_eq!(code(&world.social.follow(conn, one, one).unwrap_err()), "social.oneself");
    assert_eq!(code(&world.social.block(conn, (one, one), &actor(one)).unwrap_err()), "social.oneself");
    assert_eq!(code(&world.social.mute(conn, one, one).unwrap_err()), "social.oneself");
}

#[test]
fn people_are_found_by_the_beginning_of_their_handle_and_listed_in_pages() {
    let world = World::new(5);
    let conn = &mut world.conn();
    for (place, name) in [(0, "awa"), (1, "awa_k"), (2, "awax"), (3, "awb")] {
        call(&world, world.people[place], name).unwrap();
    }
    let viewer = world.people[4];
    let mut found = Vec::new();
    let mut cursor = None;
    loop {
        let limit = Limit::parse(1).unwrap();
        let page = world.social.search_people(conn, viewer, "@Awa", cursor.as_ref(), limit).unwrap();
        found.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(found, world.people[..3]);
    let escaped = world.social.search_people(conn, viewer, "awa_", None, Limit::MAX).unwrap();
    assert_eq!(escaped.items, [world.people[1]], "a sign means itself");
    for text in ["a", "é@", "a%", "awa koné", &"a".repeat(31)] {
        let refused = world.social.search_people(conn, viewer, text, None, Limit::MAX).unwrap_err();
        assert_eq!(code(&refused), "social.search_too_short", "{text}");
    }
    for user in &world.people[..4] {
        world.tick();
        world.social.block(conn, (viewer, *user), &actor(viewer)).unwrap();
    }
    let blocks = world.social.blocks(conn, viewer, None, Limit::parse(3).unwrap()).unwrap();
    assert_eq!(blocks.items, [world.people[3], world.people[2], world.people[1]]);
    let rest = world.social.blocks(conn, viewer, blocks.next.as_ref(), Limit::MAX).unwrap();
    assert_eq!(rest.items, [world.people[0]]);
}

#[test]
fn two_who_follow_and_block_each_other_at_once_do_not_wait_for_each_other() {
    let world = World::new(2);
    std::thread::scope(|scope| {
        for (one, other) in [(0, 1), (1, 0)] {
            let (world, one, other) = (&world, world.people[one], world.people[other]);
            scope.spawn(move || {
                let conn = &mut world.conn();
                for _ in 0..40 {
                    // Refused while the other blocks; never anything else.
                    if let Err(error) = world.social.follow(conn, one, other) {
                        assert_eq!(code(&error), "social.person_unknown");
                    }
                    world.social.unfollow(conn, one, other).unwrap();
                    world.social.block(conn, (one, other), &actor(one)).unwrap();
                    let tied = "SELECT count(*) AS count FROM abonnement JOIN blocage b \
                        ON (b.id_user, b.id_bloque) IN ((1, 2), (2, 1))";
                    assert_eq!(world.count(tied), 0, "who is blocked follows nobody past the block");
                    world.social.unblock(conn, (one, other), &actor(one)).unwrap();
                }
            });
        }
    });
    assert_eq!(hostolink_social::recount(&mut world.conn()).unwrap(), []);
}

#[test]
fn a_block_that_changes_nothing_leaves_no_row() {
    let world = World::new(2);
    let (one, other, conn) = (world.people[0], world.people[1], &mut world.conn());
    for _ in 0..2 {
        world.social.block(conn, (one, other), &actor(one)).unwrap();
    }
    for _ in 0..2 {
        world.social.unblock(conn, (one, other), &actor(one)).unwrap();
    }
    assert_eq!((world.logged("social.blocked"), world.logged("social.unblocked")), (1, 1));
}

#[test]
fn a_forged_cursor_with_a_nul_is_refused() {
    let world = World::new(1);
    let (viewer, conn) = (Viewer::new(world.people[0]), &mut world.conn());
    let forged = |list| Cursor::new(list, &"aw\0").unwrap();
    let people =
        world.social.search_people(conn, viewer.user, "aw", Some(&forged("social.people")), Limit::MAX);
    assert_eq!(code(&people.unwrap_err()), "social.invalid_cursor");
    let tags = world.social.search_tags(conn, &viewer, "aw", Some(&forged("social.tags")), Limit::MAX);
    assert_eq!(code(&tags.unwrap_err()), "social.invalid_cursor");
}

#[test]
fn blocks_among_many_are_asked_for_at_once() {
    let world = World::new(5);
    let (people, conn) = (&world.people, &mut world.conn());
    world.social.block(conn, (people[0], people[3]), &actor(people[0])).unwrap();
    world.social.block(conn, (people[4], people[1]), &actor(people[4])).unwrap();
    world.social.block(conn, (people[0], people[1]), &actor(people[0])).unwrap();
    let ones = [people[0], people[1], people[2]];
    let mut found = hostolink_social::blocked_among(conn, &ones, &people[2..]).unwrap();
    found.sort_unstable();
    assert_eq!(found, [(people[0], people[3]), (people[1], people[4])], "whichever way, and none beside");
    for (user, other) in found {
        assert_eq!(hostolink_social::blocked_between(conn, user, &[other]).unwrap(), [other]);
    }
    assert_eq!(hostolink_social::blocked_among(conn, &[], people).unwrap(), []);
}
