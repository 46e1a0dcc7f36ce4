use crate::{World, actor, code};
use hostolink_kernel::{Cursor, Limit, Page};
use hostolink_social::{Error, Publication, Viewer, Words};
use std::time::Duration;
use uuid::Uuid;

/// All pages of a list, one after the other, with something done between.
fn walk(
    mut page: impl FnMut(Option<&Cursor>, Limit) -> Result<Page<Publication>, Error>,
    mut between: impl FnMut(usize),
) -> Vec<Uuid> {
    let (mut seen, mut cursor, mut turn) = (Vec::new(), None, 0);
    loop {
        let found = page(cursor.as_ref(), Limit::parse(3).unwrap()).unwrap();
        seen.extend(found.items.into_iter().map(|one| one.id));
        let Some(next) = found.next else { return seen };
        cursor = Some(next);
        between(turn);
        turn += 1;
    }
}

fn newest_first(ids: &[Uuid]) -> Vec<Uuid> {
    ids.iter().rev().copied().collect()
}

#[test]
fn a_walk_neither_repeats_nor_skips_while_others_publish_and_delete() {
    let world = World::new(2);
    let (author, viewer) = (world.people[0], Viewer::new(world.people[1]));
    let made: Vec<Uuid> = (0..10).map(|n| world.publish(author, &format!("numéro {n}")).id).collect();
    let seen = walk(
        |after, limit| world.social.recent(&mut world.conn(), &viewer, None, after, limit),
        |turn| {
            world.publish(author, "nouveau");
            if turn == 0 {
                world.social.delete(&mut world.conn(), made[0], &actor(author)).unwrap();
            }
        },
    );
    assert_eq!(seen, newest_first(&made[1..]));
}

#[test]
fn the_followed_are_mixed_with_what_they_pass_on_in_the_order_of_time() {
    let world = World::new(4);
    let conn = &mut world.conn();
    let viewer = Viewer::new(world.people[3]);
    for user in [0, 1] {
        world.social.follow(conn, viewer.user, world.people[user]).unwrap();
    }
    let first = world.publish(world.people[0], "un").id;
    let theirs = world.publish(world.people[2], "d'ailleurs").id;
    let second = world.publish(world.people[1], "deux").id;
    world.tick();
    let say = Words::parse("à lire", 500).unwrap();
    let sharer = Viewer::new(world.people[0]);
    world.social.share(conn, &sharer, theirs, Some(&say), &actor(world.people[0])).unwrap();
    let third = world.publish(world.people[0], "trois").id;
    let page = world.social.following(conn, &viewer, None, Limit::MAX).unwrap();
    let seen: Vec<_> = page.items.iter().map(|one| (one.id, one.shared_by)).collect();
    let sharer = Some(world.people[0]);
    assert_eq!(seen, [(third, None), (theirs, sharer), (second, None), (first, None)]);
    let walked = walk(
        |after, limit| world.social.following(&mut world.conn(), &viewer, after, limit),
        |_| drop(world.publish(world.people[1], "plus tard")),
    );
    assert_eq!(walked, [third, theirs, second, first]);
    // What is shared goes with its source.
    world.social.delete(conn, theirs, &actor(world.people[2])).unwrap();
    assert_eq!(world.social.following(conn, &viewer, None, Limit::MAX).unwrap().items.len(), 4);
    world.social.unshare(conn, theirs, &actor(world.people[0])).unwrap();
}

#[test]
fn what_is_talked_about_stays_as_it_is_for_who_reads_it() {
    let world = World::new(6);
    let conn = &mut world.conn();
    let viewer = Viewer::new(world.people[5]);
    let made: Vec<Uuid> = (0..7).map(|n| world.publish(world.people[0], &format!("numéro {n}")).id).collect();
    assert!(
        world.social.trending(conn, &viewer, None, Limit::MAX).unwrap().items.is_empty(),
        "none was made"
    );
    for (place, fans) in [(2, 5), (4, 3)] {
        for user in &world.people[..fans] {
            world.social.like(conn, &Viewer::new(*user), made[place]).unwrap();
        }
    }
    assert_eq!(world.social.rank(conn).unwrap(), Some(7));
    let first = world.social.trending(conn, &viewer, None, Limit::MAX).unwrap();
    let order: Vec<Uuid> = first.items.iter().map(|one| one.id).collect();
    assert_eq!(order[..2], [made[2], made[4]]);
    assert_eq!(world.social.rank(conn).unwrap(), None, "it is fresh");
    let walked = walk(
        |after, limit| world.social.trending(&mut world.conn(), &viewer, after, limit),
        |_| {
            for user in &world.people {
                world.social.like(&mut world.conn(), &Viewer::new(*user), made[6]).unwrap();
            }
            world.clock.advance(Duration::from_secs(61));
            assert!(world.social.rank(&mut world.conn()).unwrap().is_some());
        },
    );
    assert_eq!(walked, order, "making the next list moves nothing");
    let now = world.social.trending(conn, &viewer, None, Limit::MAX).unwrap();
    assert_eq!(now.items[0].id, made[6]);
    // An hour later the old list is forgotten, and its cursor refused.
    let old = world.social.trending(conn, &viewer, None, Limit::parse(1).unwrap()).unwrap().next.unwrap();
    world.clock.advance(Duration::from_secs(3_700));
    world.social.rank(conn).unwrap();
    let refused = world.social.trending(conn, &viewer, Some(&old), Limit::MAX).unwrap_err();
    assert_eq!(code(&refused), "social.invalid_cursor");
}

#[test]
fn what_is_of_next_week_or_long_ago_is_not_talked_about() {
    use diesel::connection::SimpleConnection;
    let world = World::new(2);
    let conn = &mut world.conn();
    let old = world.publish(world.people[0], "ancien").id;
    world.social.like(conn, &Viewer::new(world.people[1]), old).unwrap();
    world.clock.advance(Duration::from_secs(8 * 86_400));
    let future = world.publish(world.people[0], "futur").id;
    let dated = format!(
        "UPDATE publication SET cree_le = cree_le + interval '7 days', likes = likes WHERE public_id = '{future}'"
    );
    conn.batch_execute(&dated).unwrap();
    let now = world.publish(world.people[0], "présent").id;
    world.social.rank(conn).unwrap();
    let page = world.social.trending(conn, &Viewer::new(world.people[1]), None, Limit::MAX).unwrap();
    assert_eq!(page.items.iter().map(|one| one.id).collect::<Vec<_>>(), [now]);
}

#[test]
fn words_are_found_in_any_form_with_or_without_accents() {
    let world = World::new(1);
    let viewer = Viewer::new(world.people[0]);
    let made = world.publish(world.people[0], "Le médecin vaccine à l'Hôpital de Cocody").id;
    world.publish(world.people[0], "Autre chose");
    for text in ["medecin", "MÉDECINS vaccinés", "hopital cocody", "vacciner"] {
        let page = world.social.search(&mut world.conn(), &viewer, text, None, Limit::MAX).unwrap();
        assert_eq!(page.items.iter().map(|one| one.id).collect::<Vec<_>>(), [made], "{text}");
    }
    for text in ["médecin yopougon", "coco", "l'autre médecin"] {
        let page = world.social.search(&mut world.conn(), &viewer, text, None, Limit::MAX).unwrap();
        assert!(page.items.is_empty(), "{text}");
    }
    let short = world.social.search(&mut world.conn(), &viewer, " é ", None, Limit::MAX).unwrap_err();
    assert_eq!(code(&short), "social.search_too_short");
}

#[test]
fn hashtags_are_found_by_their_beginning() {
    let world = World::new(1);
    for text in ["#santé", "#Santé_mentale", "#sport"] {
        world.publish(world.people[0], text);
    }
    let conn = &mut world.conn();
    let limit = Limit::parse(1).unwrap();
    let viewer = Viewer::new(world.people[0]);
    let first = world.social.search_tags(conn, &viewer, "SAN", None, limit).unwrap();
    assert_eq!(first.items, ["sante"]);
    let second = world.social.search_tags(conn, &viewer, "SAN", first.next.as_ref(), limit).unwrap();
    assert_eq!((second.items, second.next), (vec!["santementale".to_owned()], None));
    assert!(world.social.search_tags(conn, &viewer, "%_", None, limit).is_err());
}

#[test]
fn a_cursor_of_another_list_is_refused() {
    let world = World::new(1);
    let viewer = Viewer::new(world.people[0]);
    for n in 0..3 {
        world.publish(world.people[0], &format!("{n}"));
    }
    let conn = &mut world.conn();
    let limit = Limit::parse(1).unwrap();
    let cursor = world.social.recent(conn, &viewer, None, None, limit).unwrap().next.unwrap();
    for refused in [
        world.social.following(conn, &viewer, Some(&cursor), limit),
        world.social.trending(conn, &viewer, Some(&cursor), limit),
        world.social.saved(conn, &viewer, Some(&cursor), limit),
        world.social.publications_of(conn, &viewer, viewer.user, Some(&cursor), limit),
    ] {
        assert_eq!(code(&refused.unwrap_err()), "social.invalid_cursor");
    }
}
