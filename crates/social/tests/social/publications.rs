use crate::{World, actor, code, new, words};
use hostolink_kernel::Limit;
use hostolink_social::{Key, NewPoll, NewPublication, Purged, State, Viewer, Visibility};
use serde_json::json;
use std::time::Duration;
use uuid::Uuid;

#[test]
fn what_is_published_is_read_edited_taken_back_and_brought_back_as_it_was() {
    let world = World::new(2);
    let (author, conn) = (world.people[0], &mut world.conn());
    let viewer = Viewer::new(world.people[1]);
    let made = world.publish(author, "Vaccination à Cocody. #Santé https://exemple.ci/a");
    assert_eq!((made.link.as_deref(), made.edits), (Some("https://exemple.ci/a"), 0));
    world.social.like(conn, &viewer, made.id).unwrap();
    world.say(world.people[1], made.id, None, "merci").unwrap();

    let own = Viewer::new(author);
    let edited = world.social.edit(conn, &own, made.id, &words("Samedi. #autre"), &actor(author)).unwrap();
    assert_eq!((edited.text.as_str(), edited.edits, edited.link), ("Samedi. #autre", 1, None));
    let past = world.social.history(conn, &viewer, made.id).unwrap();
    assert_eq!((past.len(), past[0].text.as_str()), (1, "Vaccination à Cocody. #Santé https://exemple.ci/a"));
    let tagged = |tag: &str| {
        let page = world.social.tagged(&mut world.conn(), &viewer, tag, None, Limit::MAX).unwrap();
        page.items.len()
    };
    assert_eq!((tagged("sante"), tagged("Autre"), tagged("#AUTRE")), (0, 1, 1));
    // The same words are no edit, and leave no row in the log.
    let same = world.social.edit(conn, &own, made.id, &words("Samedi. #autre"), &actor(author)).unwrap();
    assert_eq!((same.edits, world.logged("social.publication_edited")), (1, 1));
    let soon = world.social.edit(conn, &own, made.id, &words("Lundi. #autre"), &actor(author)).unwrap_err();
    assert_eq!(code(&soon), "social.too_often");

    let before = world.social.publication(conn, &viewer, made.id).unwrap();
    world.social.delete(conn, made.id, &actor(author)).unwrap();
    assert_eq!(
        code(&world.social.publication(conn, &viewer, made.id).unwrap_err()),
        "social.publication_unknown"
    );
    assert_eq!(tagged("autre"), 0);
    let stranger = world.social.restore(conn, made.id, &actor(world.people[1])).unwrap_err();
    assert_eq!(code(&stranger), "social.publication_unknown");
    world.social.restore(conn, made.id, &actor(author)).unwrap();
    assert_eq!(world.social.publication(conn, &viewer, made.id).unwrap(), before);

    world.social.delete(conn, made.id, &actor(author)).unwrap();
    world.clock.advance(Duration::from_secs(30 * 86_400));
    assert_eq!(code(&world.social.restore(conn, made.id, &actor(author)).unwrap_err()), "social.too_late");
    assert_eq!(world.social.purge(conn).unwrap(), Purged::Nothing, "not a moment before");
    world.tick();
    assert_eq!(world.social.purge(conn).unwrap(), Purged::Publications(vec![made.id]));
    assert_eq!(world.count("SELECT count(*) AS count FROM liker"), 0);
    assert_eq!(hostolink_social::recount(conn).unwrap(), []);
}

#[test]
fn what_no_publication_is_is_refused() {
    let world = World::new(1);
    let author = world.people[0];
    let refused = |change: &dyn Fn(&mut NewPublication)| {
        let mut bad = new(author, "texte");
        change(&mut bad);
        code(&world.try_publish(&bad).unwrap_err())
    };
    let media = |count: u128| (0..count).map(Uuid::from_u128).collect::<Vec<_>>();
    assert_eq!(refused(&|bad| bad.text = words("")), "social.invalid_text");
    assert_eq!(refused(&|bad| bad.media = media(11)), "social.too_many_media");
    assert_eq!(refused(&|bad| bad.media = vec![Uuid::nil(); 2]), "social.too_many_media");
    assert_eq!(refused(&|bad| bad.theme = Some(Uuid::nil())), "social.theme_unknown");
    assert_eq!(refused(&|bad| bad.visibility = Visibility::Theme), "social.theme_unknown");
    let theme =
        |bad: &mut NewPublication| (bad.visibility, bad.theme) = (Visibility::Theme, Some(Uuid::nil()));
    assert_eq!(refused(&theme), "social.theme_unknown", "the author is not in it");
    let tags: String = (0..21).map(|n| format!("#mot{n} ")).collect();
    assert_eq!(refused(&|bad| bad.text = words(&tags)), "social.too_many_tags");
    assert_eq!(world.count("SELECT count(*) AS count FROM publication"), 0);
    for hostile in
        ["'; DROP TABLE publication; --", "%_\\", "a & b | !c:*", "\u{202e}abc", "<script>alert(1)</script>"]
    {
        assert_eq!(world.publish(author, hostile).text, hostile);
        let page = world.social.search(&mut world.conn(), &Viewer::new(author), hostile, None, Limit::MAX);
        assert!(page.is_ok() || code(page.as_ref().unwrap_err()) == "social.search_too_short", "{hostile}");
    }
}

#[test]
fn a_retry_under_a_key_publishes_nothing_twice_even_at_once() {
    let world = World::new(2);
    let viewer = Viewer::new(world.people[0]);
    let mut wish = new(world.people[0], "une fois");
    wish.key = Some(Key::new("cle-de-test-1", b"une fois"));
    let made: Vec<_> = std::thread::scope(|scope| {
        let tries: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| world.social.publish(&mut world.conn(), &viewer, &wish).unwrap()))
            .collect();
        tries.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(made.iter().filter(|(_, is_new)| *is_new).count(), 1);
    assert!(made.iter().all(|(one, _)| one.id == made[0].0.id));
    assert_eq!(world.count("SELECT count(*) AS count FROM publication"), 1);
    let mut other = wish.clone();
    other.key = Some(Key::new("cle-de-test-1", b"autre chose"));
    assert_eq!(code(&world.try_publish(&other).unwrap_err()), "social.key_reused");
    // Another's key is another key.
    let mut theirs = new(world.people[1], "une fois");
    theirs.key.clone_from(&wish.key);
    world.try_publish(&theirs).unwrap();
}

#[test]
fn nobody_floods() {
    let world = World::new(1);
    for n in 0..30 {
        world.publish(world.people[0], &format!("numéro {n}"));
    }
    assert_eq!(code(&world.try_publish(&new(world.people[0], "de trop")).unwrap_err()), "social.too_often");
    world.clock.advance(Duration::from_secs(3_601));
    world.publish(world.people[0], "plus tard");
}

#[test]
fn a_poll_is_answered_once_until_it_is_over() {
    let world = World::new(3);
    let conn = &mut world.conn();
    let mut wish = new(world.people[0], "Samedi ou dimanche ?");
    wish.poll = Some(NewPoll::parse(&["Samedi".to_owned(), "Dimanche".to_owned()], 2).unwrap());
    let made = world.try_publish(&wish).unwrap();
    let viewer = Viewer::new(world.people[1]);
    let seen = world.social.vote(conn, &viewer, made.id, 1).unwrap().poll.unwrap();
    assert_eq!((seen.choices[0].votes, seen.choices[1].votes, seen.voted), (0, 1, Some(1)));
    let again = world.social.vote(conn, &viewer, made.id, 0).unwrap_err();
    assert_eq!(code(&again), "social.already_voted");
    for choice in [-1, 2, i64::MAX] {
        let none = world.social.vote(conn, &Viewer::new(world.people[2]), made.id, choice).unwrap_err();
        assert_eq!(code(&none), "social.poll_unknown");
    }
    world.clock.advance(Duration::from_secs(2 * 3_600));
    let late = world.social.vote(conn, &Viewer::new(world.people[2]), made.id, 0).unwrap_err();
    assert_eq!(code(&late), "social.poll_closed");
    assert!(world.social.publication(conn, &viewer, made.id).unwrap().poll.unwrap().closed);
}

#[test]
fn who_is_named_is_told_once_and_a_block_stands_between() {
    let world = World::new(4);
    let conn = &mut world.conn();
    for (place, name) in [(1, "awa.k"), (2, "koffi")] {
        let profile = hostolink_social::NewProfile {
            handle: Some(hostolink_social::Handle::parse(name).unwrap()),
            bio: None,
        };
        let user = world.people[place];
        world.social.set_profile(conn, user, &profile, &actor(user)).unwrap();
    }
    world.social.block(conn, (world.people[2], world.people[0]), &actor(world.people[2])).unwrap();
    let made = world.publish(world.people[0], "Avec @awa.k, @koffi et @personne");
    assert_eq!(made.mentioned, [world.people[1]], "who blocked the author is not named");
    assert_eq!(world.told("social.mentioned"), [json!({"by": 1, "to": [2]})]);
    let (author, own) = (world.people[0], Viewer::new(world.people[0]));
    world.social.edit(conn, &own, made.id, &words("Toujours avec @awa.k"), &actor(author)).unwrap();
    assert_eq!(world.told("social.mentioned").len(), 1, "who was named is not told again");
    world.clock.advance(Duration::from_secs(10));
    world.social.edit(conn, &own, made.id, &words("Seul"), &actor(author)).unwrap();
    let seen = world.social.publication(conn, &Viewer::new(world.people[3]), made.id).unwrap();
    assert_eq!((seen.mentioned.len(), seen.state), (0, State::Visible));
}

#[test]
fn what_is_shared_is_bounded_and_taken_back_once() {
    let world = World::new(4);
    let (conn, sharer) = (&mut world.conn(), world.people[3]);
    let viewer = Viewer::new(sharer);
    let made: Vec<Uuid> =
        (0..61).map(|n| world.publish(world.people[n % 3], &format!("numéro {n}")).id).collect();
    for id in &made[..60] {
        world.social.share(conn, &viewer, *id, None, &actor(sharer)).unwrap();
    }
    let refused = world.social.share(conn, &viewer, made[60], None, &actor(sharer)).unwrap_err();
    assert_eq!(code(&refused), "social.too_often");
    world.clock.advance(Duration::from_secs(3_601));
    world.social.share(conn, &viewer, made[60], None, &actor(sharer)).unwrap();
    for _ in 0..2 {
        world.social.unshare(conn, made[60], &actor(sharer)).unwrap();
    }
    assert_eq!(world.logged("social.unshared"), 1, "once more leaves no row");
}

#[test]
fn an_author_finds_what_was_taken_back_or_hidden() {
    use diesel::connection::SimpleConnection;
    let world = World::new(2);
    let (conn, author) = (&mut world.conn(), world.people[0]);
    let made: Vec<Uuid> = (0..3).map(|n| world.publish(author, &format!("numéro {n}")).id).collect();
    world.social.delete(conn, made[0], &actor(author)).unwrap();
    let hide = "UPDATE publication SET etat = 'hidden', retire_le = cree_le WHERE public_id";
    conn.batch_execute(&format!("{hide} = '{}'", made[2])).unwrap();
    let removed = world.social.removed(conn, author, None, Limit::parse(1).unwrap()).unwrap();
    assert_eq!((removed.items[0].id, removed.items[0].state), (made[2], State::Hidden));
    let rest = world.social.removed(conn, author, removed.next.as_ref(), Limit::MAX).unwrap();
    assert_eq!((rest.items.len(), rest.items[0].id, rest.items[0].state), (1, made[0], State::Deleted));
    assert!(world.social.removed(conn, world.people[1], None, Limit::MAX).unwrap().items.is_empty());
}
