//! What somebody may not see is nowhere, whatever they ask.

use crate::{World, actor, code, new, words};
use diesel::connection::SimpleConnection;
use hostolink_kernel::{Limit, UserId};
use hostolink_social::{
    Decision, Error, Handle, NewComment, NewPoll, NewProfile, Publication, Reason, Target, Viewer, Visibility,
};
use serde_json::json;
use std::time::Duration;
use uuid::Uuid;

/// Every way to a publication, and whether it leads there.
fn ways(world: &World, viewer: &Viewer, author: UserId, id: Uuid) -> Vec<(&'static str, bool)> {
    let (social, conn) = (&world.social, &mut world.conn());
    let has = |page: Result<hostolink_kernel::Page<Publication>, Error>| {
        page.is_ok_and(|page| page.items.iter().any(|found| found.id == id))
    };
    vec![
        ("direct", social.publication(conn, viewer, id).is_ok()),
        ("recent", has(social.recent(conn, viewer, None, None, Limit::MAX))),
        ("following", has(social.following(conn, viewer, None, Limit::MAX))),
        ("trending", has(social.trending(conn, viewer, None, Limit::MAX))),
        ("by author", has(social.publications_of(conn, viewer, author, None, Limit::MAX))),
        ("search", has(social.search(conn, viewer, "vaccination", None, Limit::MAX))),
        ("hashtag", has(social.tagged(conn, viewer, "sante", None, Limit::MAX))),
        ("saved", has(social.saved(conn, viewer, None, Limit::MAX))),
        ("shared by another", has(social.shared_by(conn, viewer, world.people[3], None, Limit::MAX))),
        ("history", social.history(conn, viewer, id).is_ok()),
        ("comments", social.comments(conn, viewer, id, None, Limit::MAX).is_ok()),
        ("likers", social.likers(conn, viewer, id, None, Limit::MAX).is_ok()),
        ("shares", social.shares(conn, viewer, id, None, Limit::MAX).is_ok()),
        ("like", social.like(conn, viewer, id).is_ok()),
        ("save", social.save(conn, viewer, id).is_ok()),
        ("comment", world.say(viewer.user, id, None, "moi").is_ok()),
        ("report", {
            let why = (Reason::Spam, None);
            social.report(conn, viewer, Target::Publication(id), why, &actor(viewer.user)).is_ok()
        }),
    ]
}

fn leads(ways: &[(&'static str, bool)]) -> Vec<&'static str> {
    ways.iter().filter(|(_, leads)| *leads).map(|(name, _)| *name).collect()
}

/// People: 0 publishes, 1 looks, 2 decides, 3 shares what is public.
fn scene() -> (World, Uuid) {
    let world = World::new(4);
    let made = world.publish(world.people[0], "Vaccination samedi #santé");
    let conn = &mut world.conn();
    for user in [1, 3] {
        let viewer = Viewer::new(world.people[user]);
        world.social.follow(conn, world.people[user], world.people[0]).unwrap();
        world.social.save(conn, &viewer, made.id).unwrap();
    }
    world.social.follow(conn, world.people[1], world.people[3]).unwrap();
    let sharer = Viewer::new(world.people[3]);
    world.social.share(conn, &sharer, made.id, None, &actor(world.people[3])).unwrap();
    world.social.rank(conn).unwrap();
    (world, made.id)
}

#[test]
fn what_is_public_is_found_every_way() {
    let (world, id) = scene();
    let found = ways(&world, &Viewer::new(world.people[1]), world.people[0], id);
    assert!(found.iter().all(|(_, leads)| *leads), "{found:?}");
}

#[test]
fn what_one_may_not_see_is_nowhere() {
    type Change = fn(&World, Uuid);
    let hide: [(&str, Change); 6] = [
        ("the viewer blocked the author", |world, _| {
            let (viewer, author) = (world.people[1], world.people[0]);
            world.social.block(&mut world.conn(), (viewer, author), &actor(viewer)).unwrap();
        }),
        ("the author blocked the viewer", |world, _| {
            let (viewer, author) = (world.people[1], world.people[0]);
            world.social.block(&mut world.conn(), (author, viewer), &actor(author)).unwrap();
        }),
        ("it was taken back", |world, id| {
            world.social.delete(&mut world.conn(), id, &actor(world.people[0])).unwrap();
        }),
        ("the house hid it", |world, id| {
            let (conn, sharer) = (&mut world.conn(), world.people[3]);
            let target = Target::Publication(id);
            let why = (Reason::Spam, None);
            world.social.report(conn, &Viewer::new(sharer), target, why, &actor(sharer)).unwrap();
            let case = world.social.cases(conn, world.people[2], None, Limit::MAX).unwrap().items[0].id;
            let decision = Decision::hide(Reason::Spam);
            world.social.decide_case(conn, case, &decision, &actor(world.people[2])).unwrap();
        }),
        ("its author is suspended", |world, _| {
            let suspend = "INSERT INTO sanction (public_id, id_user, degre, motif, cree_le, expire_le) \
                VALUES (gen_random_uuid(), 1, 'suspension', 'spam', '2026-11-20T08:00Z', '2026-11-27T08:00Z')";
            world.conn().batch_execute(suspend).unwrap();
        }),
        ("its author is banned", |world, _| {
            let ban = "INSERT INTO sanction (public_id, id_user, degre, motif, cree_le) \
                VALUES (gen_random_uuid(), 1, 'ban', 'hate', '2026-11-20T08:00Z')";
            world.conn().batch_execute(ban).unwrap();
        }),
    ];
    for (why, change) in hide {
        let (world, id) = scene();
        change(&world, id);
        let found = ways(&world, &Viewer::new(world.people[1]), world.people[0], id);
        assert_eq!(leads(&found), Vec::<&str>::new(), "{why}");
    }
}

#[test]
fn a_suspension_ends_by_itself() {
    let (world, id) = scene();
    let suspend = "INSERT INTO sanction (public_id, id_user, degre, motif, cree_le, expire_le) \
        VALUES (gen_random_uuid(), 1, 'suspension', 'spam', '2026-11-20T08:00Z', '2026-11-20T09:00Z')";
    world.conn().batch_execute(suspend).unwrap();
    let viewer = Viewer::new(world.people[1]);
    assert!(world.social.publication(&mut world.conn(), &viewer, id).is_err());
    let own = Viewer::new(world.people[0]);
    world.social.publication(&mut world.conn(), &own, id).unwrap();
    world.clock.advance(Duration::from_secs(3_600));
    world.social.publication(&mut world.conn(), &viewer, id).unwrap();
}

#[test]
fn what_is_for_followers_or_a_theme_is_theirs_alone() {
    let world = World::new(4);
    let (author, theme) = (world.people[0], Uuid::from_u128(7));
    let mut wish = new(author, "Vaccination #santé");
    wish.visibility = Visibility::Followers;
    let followers = world.try_publish(&wish).unwrap().id;
    let shared = world.social.share(&mut world.conn(), &Viewer::new(author), followers, None, &actor(author));
    assert_eq!(code(&shared.unwrap_err()), "social.not_public");
    let stranger = Viewer::new(world.people[1]);
    assert_eq!(leads(&ways(&world, &stranger, author, followers)), Vec::<&str>::new());
    world.social.follow(&mut world.conn(), world.people[1], author).unwrap();
    let found = leads(&ways(&world, &stranger, author, followers));
    for way in ["direct", "following", "by author", "search", "hashtag", "comment", "like"] {
        assert!(found.contains(&way), "{way}");
    }
    assert!(!found.contains(&"recent") && !found.contains(&"trending"));
    world.social.unfollow(&mut world.conn(), world.people[1], author).unwrap();
    assert_eq!(
        leads(&ways(&world, &stranger, author, followers)),
        Vec::<&str>::new(),
        "what was kept goes too"
    );
    let tags = world.social.search_tags(&mut world.conn(), &stranger, "san", None, Limit::MAX).unwrap();
    assert!(tags.items.is_empty(), "its hashtag is nobody's to guess");

    (wish.visibility, wish.theme) = (Visibility::Theme, Some(theme));
    let member = Viewer { user: author, themes: vec![theme] };
    world.tick();
    let (inside, _) = world.social.publish(&mut world.conn(), &member, &wish).unwrap();
    world.social.follow(&mut world.conn(), world.people[2], author).unwrap();
    let outside = Viewer::new(world.people[2]);
    assert_eq!(leads(&ways(&world, &outside, author, inside.id)), Vec::<&str>::new());
    let outside = world.social.recent(&mut world.conn(), &outside, Some(theme), None, Limit::MAX);
    assert_eq!(code(&outside.unwrap_err()), "social.theme_unknown");
    let other = Viewer { user: world.people[3], themes: vec![theme] };
    let page = world.social.recent(&mut world.conn(), &other, Some(theme), None, Limit::MAX).unwrap();
    assert_eq!(page.items.len(), 1);
}

#[test]
fn a_block_ends_what_people_have_to_do_with_each_other() {
    let world = World::new(3);
    let (one, other, third) = (world.people[0], world.people[1], world.people[2]);
    let conn = &mut world.conn();
    let named = NewProfile { handle: Some(Handle::parse("koffi").unwrap()), bio: None };
    world.social.set_profile(conn, other, &named, &actor(other)).unwrap();
    let made = world.publish(third, "Bonjour");
    let said = world.say(other, made.id, None, "oui").unwrap();
    world.social.like(conn, &Viewer::new(other), made.id).unwrap();
    world.social.follow(conn, one, other).unwrap();
    world.social.follow(conn, other, one).unwrap();
    world.social.follow(conn, other, third).unwrap();
    world.social.block(conn, (one, other), &actor(one)).unwrap();

    for (viewer, hidden) in [(one, other), (other, one)] {
        let profile = world.social.profile(conn, viewer, hidden).unwrap_err();
        assert_eq!(code(&profile), "social.person_unknown");
        assert_eq!(code(&world.social.follow(conn, viewer, hidden).unwrap_err()), "social.person_unknown");
        assert_eq!(hostolink_social::hidden_from(conn, viewer).unwrap(), [hidden]);
        let between = hostolink_social::blocked_between(conn, viewer, &[hidden, third]).unwrap();
        assert_eq!(between, [hidden]);
    }
    let viewer = Viewer::new(one);
    assert!(world.social.comments(conn, &viewer, made.id, None, Limit::MAX).unwrap().items.is_empty());
    assert_eq!(
        code(&world.social.one_comment(conn, &viewer, said.id).unwrap_err()),
        "social.comment_unknown"
    );
    assert_eq!(
        code(&world.social.like_comment(conn, &viewer, said.id).unwrap_err()),
        "social.comment_unknown"
    );
    let answer = NewComment {
        publication: made.id,
        parent: Some(said.id),
        text: crate::words("non"),
        key: None,
        actor: actor(one),
    };
    assert_eq!(code(&world.social.comment(conn, &viewer, &answer).unwrap_err()), "social.comment_unknown");
    assert!(world.social.likers(conn, &viewer, made.id, None, Limit::MAX).unwrap().items.is_empty());
    let followers = world.social.follows(conn, (one, third), false, None, Limit::MAX).unwrap();
    assert!(followers.items.is_empty());
    assert!(world.social.search_people(conn, one, "kof", None, Limit::MAX).unwrap().items.is_empty());
    assert_eq!(world.social.search_people(conn, third, "kof", None, Limit::MAX).unwrap().items, [other]);
    assert_eq!(world.count("SELECT count(*) AS count FROM abonnement"), 1, "neither follows the other");
    let told: Vec<_> = world.told("social.blocked");
    assert_eq!(told, [serde_json::json!({"by": 1, "to": 2})]);
    world.social.unblock(conn, (one, other), &actor(one)).unwrap();
    world.social.profile(conn, one, other).unwrap();
}

#[test]
fn who_is_muted_is_not_heard_and_does_not_know() {
    let world = World::new(2);
    let (one, other) = (world.people[0], world.people[1]);
    let conn = &mut world.conn();
    world.social.follow(conn, one, other).unwrap();
    let made = world.publish(other, "Bonjour à tous #salut");
    world.say(other, made.id, None, "moi").unwrap();
    world.social.rank(conn).unwrap();
    world.social.mute(conn, one, other).unwrap();
    world.social.mute(conn, one, other).unwrap();
    assert_eq!(hostolink_social::muted_by(conn, one).unwrap(), [other]);
    let viewer = Viewer::new(one);
    for page in [
        world.social.recent(conn, &viewer, None, None, Limit::MAX),
        world.social.following(conn, &viewer, None, Limit::MAX),
        world.social.trending(conn, &viewer, None, Limit::MAX),
        world.social.search(conn, &viewer, "bonjour", None, Limit::MAX),
        world.social.tagged(conn, &viewer, "salut", None, Limit::MAX),
    ] {
        assert!(page.unwrap().items.is_empty());
    }
    assert!(world.social.comments(conn, &viewer, made.id, None, Limit::MAX).unwrap().items.is_empty());
    assert!(world.social.profile(conn, one, other).unwrap().muted, "one still finds them");
    world.social.publications_of(conn, &Viewer::new(other), one, None, Limit::MAX).unwrap();
    world.social.unmute(conn, one, other).unwrap();
    assert_eq!(world.social.recent(conn, &viewer, None, None, Limit::MAX).unwrap().items.len(), 1);
}

#[test]
fn who_left_a_theme_sees_and_edits_nothing_there_and_still_takes_their_own_back() {
    let world = World::new(4);
    let (author, theme) = (world.people[0], Uuid::from_u128(7));
    let conn = &mut world.conn();
    let mut wish = new(author, "Vaccination #santé");
    (wish.visibility, wish.theme) = (Visibility::Theme, Some(theme));
    let member = Viewer { user: author, themes: vec![theme] };
    let (made, _) = world.social.publish(conn, &member, &wish).unwrap();
    let outside = Viewer::new(author);
    assert_eq!(leads(&ways(&world, &outside, author, made.id)), Vec::<&str>::new());
    let edit = world.social.edit(conn, &outside, made.id, &words("Autre"), &actor(author)).unwrap_err();
    assert_eq!(code(&edit), "social.publication_unknown");
    world.social.edit(conn, &member, made.id, &words("Autre"), &actor(author)).unwrap();
    assert_eq!(world.social.everything_published(conn, author, None, Limit::MAX).unwrap().items.len(), 1);
    world.social.delete(conn, made.id, &actor(author)).unwrap();
}

fn call(world: &World, user: UserId, name: &str) {
    let profile = NewProfile { handle: Some(Handle::parse(name).unwrap()), bio: None };
    world.social.set_profile(&mut world.conn(), user, &profile, &actor(user)).unwrap();
}

#[test]
fn who_has_a_block_with_the_reader_is_not_shown_as_named() {
    let world = World::new(3);
    let (author, named, reader) = (world.people[0], world.people[1], world.people[2]);
    let conn = &mut world.conn();
    call(&world, named, "koffi");
    let made = world.publish(author, "Avec @koffi");
    let said = world.say(author, made.id, None, "Oui, avec @koffi").unwrap();
    let viewer = Viewer::new(reader);
    let shown = |conn: &mut diesel::PgConnection| {
        let publication = world.social.publication(conn, &viewer, made.id).unwrap();
        let comment = world.social.one_comment(conn, &viewer, said.id).unwrap();
        [publication.mentioned, comment.mentioned].concat()
    };
    assert_eq!(shown(conn), [named, named]);
    for (one, other) in [(reader, named), (named, reader)] {
        world.social.block(conn, (one, other), &actor(one)).unwrap();
        assert_eq!(shown(conn), []);
        world.social.unblock(conn, (one, other), &actor(one)).unwrap();
    }
}

#[test]
fn who_may_not_see_it_is_not_told_that_they_are_named() {
    let world = World::new(4);
    let (author, follower, stranger, other) =
        (world.people[0], world.people[1], world.people[2], world.people[3]);
    let conn = &mut world.conn();
    for (user, name) in [(author, "auteur"), (follower, "awa.k"), (stranger, "koffi")] {
        call(&world, user, name);
    }
    for user in [follower, other] {
        world.social.follow(conn, user, author).unwrap();
    }
    let mut wish = new(author, "Avec @awa.k et @koffi");
    wish.visibility = Visibility::Followers;
    let made = world.try_publish(&wish).unwrap();
    assert_eq!(made.mentioned, [follower]);
    assert_eq!(world.told("social.mentioned"), [json!({"by": 1, "to": [2]})]);
    let said = world.say(other, made.id, None, "@auteur, @awa.k et @koffi").unwrap();
    assert_eq!(said.mentioned, [author, follower]);
    let open = world.publish(author, "Pour tous").id;
    assert_eq!(world.say(other, open, None, "Et @koffi").unwrap().mentioned, [stranger]);
    world.social.block(conn, (stranger, author), &actor(stranger)).unwrap();
    assert_eq!(world.say(other, open, None, "Et @koffi").unwrap().mentioned, []);
    assert_eq!(world.told("social.mentioned").len(), 3);
}

#[test]
fn who_is_suspended_banned_or_muted_is_listed_nowhere_and_does_nothing() {
    for (measure, ends) in [("suspension", "'2026-12-20T08:00Z'"), ("ban", "NULL")] {
        let world = World::new(4);
        let (author, bad, reader, muted) =
            (world.people[0], world.people[1], world.people[2], world.people[3]);
        let (conn, social) = (&mut world.conn(), &world.social);
        let mut wish = new(author, "Samedi ?");
        wish.poll = Some(NewPoll::parse(&["oui".to_owned(), "non".to_owned()], 24).unwrap());
        let made = world.try_publish(&wish).unwrap();
        let said = world.say(author, made.id, None, "ici").unwrap();
        let own = Viewer::new(bad);
        for user in [bad, muted] {
            social.like(conn, &Viewer::new(user), made.id).unwrap();
            let word = words("à lire");
            social.share(conn, &Viewer::new(user), made.id, Some(&word), &actor(user)).unwrap();
        }
        social.mute(conn, reader, muted).unwrap();
        let listed = |conn: &mut diesel::PgConnection| {
            let viewer = Viewer::new(reader);
            let likers = social.likers(conn, &viewer, made.id, None, Limit::MAX).unwrap().items;
            let shares = social.shares(conn, &viewer, made.id, None, Limit::MAX).unwrap().items;
            let sharers: Vec<UserId> = shares.into_iter().map(|share| share.user).collect();
            [likers, sharers].concat()
        };
        assert_eq!(listed(conn), [bad, bad], "who is muted is not heard");
        let decide = format!(
            "INSERT INTO sanction (public_id, id_user, degre, motif, cree_le, expire_le) \
             VALUES (gen_random_uuid(), 2, '{measure}', 'spam', '2026-11-20T08:00Z', {ends})"
        );
        conn.batch_execute(&decide).unwrap();
        assert_eq!(listed(conn), [], "{measure}");
        for refused in [
            social.like(conn, &own, made.id),
            social.like_comment(conn, &own, said.id),
            social.follow(conn, bad, author),
            social.vote(conn, &own, made.id, 0).map(drop),
            social.share(conn, &own, made.id, None, &actor(bad)).map(drop),
        ] {
            assert_eq!(code(&refused.unwrap_err()), "social.sanctioned", "{measure}");
        }
        // Who is silenced still likes and follows.
        conn.batch_execute("UPDATE sanction SET degre = 'silence', expire_le = '2026-12-20T08:00Z'").unwrap();
        social.like_comment(conn, &own, said.id).unwrap();
        social.follow(conn, bad, author).unwrap();
        social.vote(conn, &own, made.id, 0).unwrap();
    }
}

#[test]
fn a_hashtag_is_found_by_who_sees_what_has_it() {
    let world = World::new(2);
    let (author, reader) = (world.people[0], world.people[1]);
    let conn = &mut world.conn();
    world.publish(author, "#santé");
    let viewer = Viewer::new(reader);
    let found = |conn: &mut diesel::PgConnection| {
        world.social.search_tags(conn, &viewer, "san", None, Limit::MAX).unwrap().items.len()
    };
    assert_eq!(found(conn), 1);
    world.social.block(conn, (author, reader), &actor(author)).unwrap();
    assert_eq!(found(conn), 0);
    world.social.unblock(conn, (author, reader), &actor(author)).unwrap();
    assert_eq!(found(conn), 1);
    let ban = "INSERT INTO sanction (public_id, id_user, degre, motif, cree_le) \
        VALUES (gen_random_uuid(), 1, 'ban', 'hate', '2026-11-20T08:00Z')";
    conn.batch_execute(ban).unwrap();
    assert_eq!(found(conn), 0);
}
