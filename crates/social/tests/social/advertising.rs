use crate::{World, actor, code};
use chrono::TimeDelta;
use diesel::connection::SimpleConnection;
use hostolink_kernel::{Clock, DomainError, UserId, Xof};
use hostolink_social::{
    Advertisement, AdvertisementState, Area, Link, NewAdvertisement, Period, Seen, VIEW_PRICE, Words,
};
use std::time::Duration;
use uuid::Uuid;

fn new(world: &World, owner: UserId, budget: i64, areas: &[&str]) -> NewAdvertisement {
    let now = world.clock.now();
    let areas: Vec<String> = areas.iter().map(|code| (*code).to_owned()).collect();
    NewAdvertisement {
        title: Words::some("Lunettes", 80).unwrap(),
        text: Words::some("À moins vingt pour cent", 300).unwrap(),
        link: Link::parse("https://exemple.ci/").unwrap(),
        media: None,
        areas: Area::parse_all(&areas).unwrap(),
        period: Period::parse(None, now + TimeDelta::days(3), now).unwrap(),
        budget: NewAdvertisement::budget(budget).unwrap(),
        actor: actor(owner),
    }
}

/// One that is shown.
fn running(world: &World, owner: UserId, budget: i64, areas: &[&str]) -> Advertisement {
    let conn = &mut world.conn();
    world.tick();
    let ad = world.social.draft_advertisement(conn, &new(world, owner, budget, areas)).unwrap();
    world.social.begin_funding(conn, owner, ad.id).unwrap();
    world.social.funded(conn, ad.id, Uuid::from_u128(1), &actor(owner)).unwrap();
    world.social.review_advertisement(conn, ad.id, None, &actor(world.people[1])).unwrap()
}

#[test]
fn it_goes_from_a_draft_to_its_end_and_never_back() {
    let world = World::new(2);
    let (owner, officer, conn) = (world.people[0], world.people[1], &mut world.conn());
    let ad = world.social.draft_advertisement(conn, &new(&world, owner, 1_000, &[])).unwrap();
    assert_eq!(ad.state, AdvertisementState::Draft);
    let early = world.social.review_advertisement(conn, ad.id, None, &actor(officer)).unwrap_err();
    assert_eq!(code(&early), "social.already_decided");
    let stranger = world.social.begin_funding(conn, officer, ad.id).unwrap_err();
    assert_eq!(code(&stranger), "social.advertisement_unknown");
    let asked = world.social.begin_funding(conn, owner, ad.id).unwrap();
    assert_eq!((asked.budget, asked.owner), (Xof::new(1_000).unwrap(), owner));
    assert_eq!(world.social.begin_funding(conn, owner, ad.id).unwrap().id, ad.id, "asked once more");
    assert_eq!(
        code(&world.social.end_advertisement(conn, ad.id, &actor(owner)).unwrap_err()),
        "social.wrong_state"
    );
    // Who asked died: after a while somebody looks.
    assert!(world.social.unanswered_fundings(conn, 10).unwrap().is_empty());
    world.clock.advance(Duration::from_secs(31));
    assert_eq!(world.social.unanswered_fundings(conn, 10).unwrap()[0].id, ad.id);
    world.social.not_funded(conn, ad.id).unwrap();
    // The ledger had set it aside after all.
    let hold = Uuid::from_u128(9);
    for _ in 0..2 {
        let funded = world.social.funded(conn, ad.id, hold, &actor(owner)).unwrap();
        assert_eq!((funded.state, funded.hold), (AdvertisementState::Review, Some(hold)));
    }
    assert_eq!(code(&world.social.begin_funding(conn, owner, ad.id).unwrap_err()), "social.wrong_state");
    let own = world.social.review_advertisement(conn, ad.id, None, &actor(owner)).unwrap_err();
    assert_eq!(code(&own), "social.own_matter");
    world.social.review_advertisement(conn, ad.id, None, &actor(officer)).unwrap();
    world.social.see_advertisement(conn, officer, ad.id, Seen::View).unwrap();
    assert!(world.social.advertisements_to_settle(conn, 10).unwrap().is_empty());
    world.clock.advance(Duration::from_secs(3 * 86_400));
    let due = world.social.advertisements_to_settle(conn, 10).unwrap();
    assert_eq!((due[0].hold, due[0].spent), (hold, Xof::new(VIEW_PRICE).unwrap()));
    let over = world.social.see_advertisement(conn, officer, ad.id, Seen::Click).unwrap_err();
    assert_eq!(code(&over), "social.advertisement_unknown");
    for _ in 0..2 {
        world.social.settled(conn, ad.id, Some(Uuid::from_u128(10))).unwrap();
    }
    let ended = world.social.advertisement(conn, owner, ad.id).unwrap();
    assert_eq!((ended.state, ended.settlement), (AdvertisementState::Ended, Some(Uuid::from_u128(10))));
}

#[test]
fn what_the_house_does_not_show_costs_nothing() {
    let world = World::new(2);
    let (owner, conn) = (world.people[0], &mut world.conn());
    let ad = world.social.draft_advertisement(conn, &new(&world, owner, 1_000, &[])).unwrap();
    world.social.begin_funding(conn, owner, ad.id).unwrap();
    world.social.funded(conn, ad.id, Uuid::from_u128(1), &actor(owner)).unwrap();
    let why = Words::some("Promet une guérison.", 300).unwrap();
    world.social.review_advertisement(conn, ad.id, Some(&why), &actor(world.people[1])).unwrap();
    let due = world.social.advertisements_to_settle(conn, 10).unwrap();
    assert_eq!(due[0].spent, Xof::ZERO);
    let seen = world.social.advertisement(conn, owner, ad.id).unwrap();
    assert_eq!(seen.reason.as_deref(), Some("Promet une guérison."));
}

#[test]
fn a_person_counts_once_a_day_and_its_owner_never() {
    let world = World::new(3);
    let (owner, viewer, conn) = (world.people[0], world.people[2], &mut world.conn());
    let ad = running(&world, owner, 1_000, &[]);
    world.social.see_advertisement(conn, viewer, ad.id, Seen::Click).unwrap();
    for _ in 0..3 {
        world.social.see_advertisement(conn, viewer, ad.id, Seen::View).unwrap();
        world.social.see_advertisement(conn, owner, ad.id, Seen::View).unwrap();
    }
    for _ in 0..3 {
        world.social.see_advertisement(conn, viewer, ad.id, Seen::Click).unwrap();
    }
    let seen = world.social.advertisement(conn, owner, ad.id).unwrap();
    assert_eq!((seen.views, seen.clicks, seen.spent.francs()), (1, 1, 27), "no click before it was shown");
    assert!(world.social.advertisements_to_show(conn, viewer, None).unwrap().is_empty(), "seen today");
    world.clock.advance(Duration::from_secs(86_400));
    assert_eq!(world.social.advertisements_to_show(conn, viewer, None).unwrap().len(), 1);
    world.social.see_advertisement(conn, viewer, ad.id, Seen::View).unwrap();
    assert_eq!(world.social.advertisement(conn, owner, ad.id).unwrap().views, 2);
}

#[test]
fn a_budget_is_never_exceeded_however_many_look_at_once() {
    let world = World::new(802);
    let (owner, crowd) = (world.people[0], &world.people[2..]);
    let ad = running(&world, owner, 1_000, &[]);
    std::thread::scope(|scope| {
        for some in crowd.chunks(100) {
            let world = &world;
            scope.spawn(move || {
                let conn = &mut world.conn();
                for user in some {
                    for what in [Seen::View, Seen::Click] {
                        match world.social.see_advertisement(conn, *user, ad.id, what) {
                            Ok(()) => {}
                            Err(error) => assert_eq!(error.code().code, "social.advertisement_unknown"),
                        }
                    }
                }
            });
        }
    });
    let seen = world.social.advertisement(&mut world.conn(), owner, ad.id).unwrap();
    assert!(seen.spent.francs() > 1_000 - VIEW_PRICE && seen.spent <= seen.budget, "{seen:?}");
    assert_eq!(i64::from(seen.views) * 2 + i64::from(seen.clicks) * 25, seen.spent.francs());
    assert_eq!(seen.state, AdvertisementState::Ending, "not even a view can be paid any more");
}

#[test]
fn it_is_shown_where_it_is_for_and_to_nobody_with_a_block() {
    let world = World::new(4);
    let conn = &mut world.conn();
    let ad = running(&world, world.people[0], 1_000, &["CI-AB"]);
    let shown = |world: &World, user: usize, area: Option<&str>| {
        let area = area.map(|code| Area::parse(code).unwrap());
        world.social.advertisements_to_show(&mut world.conn(), world.people[user], area).unwrap().len()
    };
    assert_eq!(
        (shown(&world, 2, Some("CI-AB")), shown(&world, 2, Some("CI-ZZ")), shown(&world, 2, None)),
        (1, 0, 0)
    );
    assert_eq!(shown(&world, 0, Some("CI-AB")), 0, "its owner has seen it");
    world.social.block(conn, (world.people[0], world.people[2]), &actor(world.people[0])).unwrap();
    world.social.block(conn, (world.people[3], world.people[0]), &actor(world.people[3])).unwrap();
    assert_eq!((shown(&world, 2, Some("CI-AB")), shown(&world, 3, Some("CI-AB"))), (0, 0));
    world.social.end_advertisement(conn, ad.id, &actor(world.people[0])).unwrap();
    assert_eq!(shown(&world, 1, Some("CI-AB")), 0);
}

#[test]
fn the_house_stops_one_that_is_shown_and_what_is_spent_is_taken() {
    let world = World::new(3);
    let (owner, viewer, conn) = (world.people[0], world.people[2], &mut world.conn());
    let ad = running(&world, owner, 1_000, &[]);
    let stop = |conn: &mut diesel::PgConnection, by: UserId| {
        let why = Words::some("Promet une guérison.", 300).unwrap();
        world.social.review_advertisement(conn, ad.id, Some(&why), &actor(by))
    };
    world.social.see_advertisement(conn, viewer, ad.id, Seen::View).unwrap();
    assert_eq!(code(&stop(conn, owner).unwrap_err()), "social.own_matter");
    let stopped = stop(conn, world.people[1]).unwrap();
    assert_eq!(
        (stopped.state, stopped.reason.as_deref()),
        (AdvertisementState::Ending, Some("Promet une guérison."))
    );
    assert_eq!(code(&stop(conn, world.people[1]).unwrap_err()), "social.already_decided");
    let due = world.social.advertisements_to_settle(conn, 10).unwrap();
    assert_eq!((due.len(), due[0].spent.francs()), (1, VIEW_PRICE));
}

#[test]
fn what_somebody_pays_for_who_may_not_be_seen_is_not_shown() {
    let world = World::new(3);
    let conn = &mut world.conn();
    running(&world, world.people[0], 1_000, &[]);
    let shown = || {
        let conn = &mut world.conn();
        world.social.advertisements_to_show(conn, world.people[2], None).unwrap().len()
    };
    for (measure, expires, seen) in [
        ("ban", "NULL", 0),
        ("suspension", "'2100-01-01'", 0),
        ("suspension", "'2000-01-01'", 1),
        ("silence", "'2100-01-01'", 1),
    ] {
        conn.batch_execute(&format!(
            "DELETE FROM sanction; INSERT INTO sanction (public_id, id_user, degre, motif, cree_le, expire_le) \
             VALUES (gen_random_uuid(), 1, '{measure}', 'fraud', now(), {expires})"
        ))
        .unwrap();
        assert_eq!(shown(), seen, "{measure} until {expires}");
    }
    conn.batch_execute("UPDATE sanction SET degre = 'ban', expire_le = NULL").unwrap();
    assert_eq!(shown(), 0);
    conn.batch_execute("UPDATE sanction SET levee_le = now()").unwrap();
    assert_eq!(shown(), 1, "it was lifted");
}

#[test]
fn money_set_aside_for_a_draft_that_was_ended_meanwhile_is_let_go() {
    let world = World::new(2);
    let (owner, conn) = (world.people[0], &mut world.conn());
    let ad = world.social.draft_advertisement(conn, &new(&world, owner, 1_000, &[])).unwrap();
    world.social.begin_funding(conn, owner, ad.id).unwrap();
    world.clock.advance(Duration::from_secs(31));
    world.social.not_funded(conn, ad.id).unwrap();
    let ended = world.social.end_advertisement(conn, ad.id, &actor(owner)).unwrap();
    assert_eq!(ended.state, AdvertisementState::Ended);
    let hold = Uuid::from_u128(9);
    for _ in 0..2 {
        let funded = world.social.funded(conn, ad.id, hold, &actor(owner)).unwrap();
        assert_eq!((funded.state, funded.hold), (AdvertisementState::Ending, Some(hold)));
    }
    let due = world.social.advertisements_to_settle(conn, 10).unwrap();
    assert_eq!((due.len(), due[0].hold, due[0].spent), (1, hold, Xof::ZERO));
    world.social.settled(conn, ad.id, Some(Uuid::from_u128(10))).unwrap();
    let other = world.social.funded(conn, ad.id, Uuid::from_u128(11), &actor(owner)).unwrap_err();
    assert_eq!(code(&other), "social.wrong_state", "nothing is set aside twice");
}

#[test]
fn what_nobody_looked_at_in_time_costs_nothing() {
    let world = World::new(2);
    let (owner, conn) = (world.people[0], &mut world.conn());
    let ad = world.social.draft_advertisement(conn, &new(&world, owner, 1_000, &[])).unwrap();
    world.social.begin_funding(conn, owner, ad.id).unwrap();
    world.social.funded(conn, ad.id, Uuid::from_u128(1), &actor(owner)).unwrap();
    world.clock.advance(Duration::from_secs(3 * 86_400 - 1));
    assert!(world.social.advertisements_to_settle(conn, 10).unwrap().is_empty());
    world.clock.advance(Duration::from_secs(1));
    let due = world.social.advertisements_to_settle(conn, 10).unwrap();
    assert_eq!((due.len(), due[0].id, due[0].spent), (1, ad.id, Xof::ZERO));
    assert!(
        world
            .social
            .advertisements_to_review(conn, None, hostolink_kernel::Limit::MAX)
            .unwrap()
            .items
            .is_empty()
    );
}

#[test]
fn what_somebody_with_a_block_does_with_it_counts_nothing() {
    let world = World::new(4);
    let (owner, conn) = (world.people[0], &mut world.conn());
    let ad = running(&world, owner, 1_000, &[]);
    world.social.see_advertisement(conn, world.people[3], ad.id, Seen::View).unwrap();
    world.social.block(conn, (owner, world.people[3]), &actor(owner)).unwrap();
    world.social.block(conn, (world.people[2], owner), &actor(world.people[2])).unwrap();
    for viewer in &world.people[2..] {
        for what in [Seen::View, Seen::Click] {
            world.social.see_advertisement(conn, *viewer, ad.id, what).unwrap();
        }
    }
    let seen = world.social.advertisement(conn, owner, ad.id).unwrap();
    assert_eq!((seen.views, seen.clicks), (1, 0), "the one view of before");
}
