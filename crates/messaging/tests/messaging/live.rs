//! Markers, presence, typing, tickets, and what is told.

use crate::world::{World, refusal};
use diesel::RunQueryDsl;
use hostolink_kernel::{Clock, SessionId, UserId};
use hostolink_messaging::{Named, Preferences, Standing, Ticket};
use std::{thread, time::Duration};

const NOBODY: &[UserId] = &[];

#[test]
fn case_80_a_marker_goes_forward_only_and_not_beyond_the_last_message() {
    let world = World::new(3);
    let room = world.group();
    let (conn, who) = (&mut world.conn(), (world.users[1], NOBODY));
    for _ in 0..5 {
        world.say(0, room, "a");
    }
    let mark = |conn: &mut _, delivered, read| world.messaging.mark(conn, who, room, (delivered, read));
    for (delivered, read) in [(None, None), (Some(-1), None), (None, Some(6)), (Some(i64::MAX), Some(1))] {
        assert_eq!(refusal(mark(conn, delivered, read)), "messaging.marker_invalid");
    }
    let own = mark(conn, Some(2), Some(4)).unwrap();
    assert_eq!((own.membership.delivered_seq, own.membership.read_seq, own.unread()), (4, 4, 1));
    let events = world.events("messaging.marker");
    let own = mark(conn, Some(1), Some(3)).unwrap();
    assert_eq!((own.membership.delivered_seq, own.membership.read_seq), (4, 4));
    assert_eq!(world.events("messaging.marker"), events, "nothing happened");
    world.messaging.leave(conn, who, room, &world.actor).unwrap();
    assert_eq!(refusal(mark(conn, None, Some(5))), "messaging.conversation_unknown");
}

#[test]
fn who_hides_what_they_read_sees_it_of_nobody() {
    let world = World::new(3);
    let (room, theme) = (world.group(), world.theme("Public"));
    let conn = &mut world.conn();
    world.say(0, room, "lu ?");
    for user in &world.users {
        world.messaging.mark(conn, (*user, NOBODY), room, (None, Some(1))).unwrap();
        world.messaging.join(conn, *user, theme, &world.actor).unwrap();
    }
    let hide = Preferences { shares_read: false, shares_presence: true };
    world.messaging.set_preferences(conn, (world.users[1], world.uuid()), hide, &world.actor).unwrap();
    let seen = |by: usize, hidden: &[UserId]| -> Vec<Option<i64>> {
        let markers = world.messaging.markers(&mut world.conn(), (world.users[by], hidden), room).unwrap();
        markers.iter().map(|marker| marker.read_seq).collect()
    };
    assert_eq!(seen(0, NOBODY).iter().filter(|read| read.is_some()).count(), 2);
    assert_eq!(seen(1, NOBODY).iter().filter(|read| read.is_some()).count(), 1, "their own");
    assert_eq!(seen(0, &[world.users[2]]).len(), 2);
    let markers = world.messaging.markers(conn, (world.users[2], NOBODY), theme).unwrap();
    assert_eq!(markers.iter().map(|marker| marker.user).collect::<Vec<_>>(), [world.users[2]]);
}

#[test]
fn presence_and_typing_are_for_who_may_know() {
    let world = World::new(4);
    let (room, theme) = (world.group(), world.theme("Public"));
    let conn = &mut world.conn();
    let messaging = &world.messaging;
    messaging.touch(conn, &world.users[..3]).unwrap();
    let seen = |by: usize, hidden: &[UserId]| {
        let found = messaging.presence(&mut world.conn(), (world.users[by], hidden), room).unwrap();
        found.into_iter().map(|(user, _)| user).collect::<Vec<_>>()
    };
    assert_eq!(seen(0, NOBODY).len(), 2, "the others that were there");
    assert_eq!(seen(0, &[world.users[1]]), [world.users[2]]);
    let hide = Preferences { shares_read: true, shares_presence: false };
    messaging.set_preferences(conn, (world.users[2], world.uuid()), hide, &world.actor).unwrap();
    assert_eq!(seen(0, NOBODY), [world.users[1]]);
    assert_eq!(seen(2, NOBODY), []);
    let at = messaging.presence(conn, (world.users[0], NOBODY), room).unwrap()[0].1;
    assert!(messaging.is_online(at));
    world.clock.advance(Duration::from_secs(90));
    assert!(!messaging.is_online(at));
    assert_eq!(refusal(messaging.presence(conn, (world.users[0], NOBODY), theme)), "messaging.not_here");

    let from = messaging.last_typing(conn).unwrap();
    messaging.set_typing(conn, (world.users[0], NOBODY), room, true).unwrap();
    messaging.set_typing(conn, (world.users[1], NOBODY), room, true).unwrap();
    messaging.set_typing(conn, (world.users[1], NOBODY), room, false).unwrap();
    let signs = messaging.typing_after(conn, from, 10).unwrap();
    let still: Vec<_> = signs.iter().map(|sign| (sign.user, messaging.is_typing(sign))).collect();
    assert_eq!(still, [(world.users[0], true), (world.users[1], false)]);
    assert_eq!(messaging.typing_after(conn, signs[1].number, 10).unwrap(), []);
    assert_eq!(
        refusal(messaging.set_typing(conn, (world.users[0], NOBODY), theme, true)),
        "messaging.not_here"
    );
    world.clock.advance(Duration::from_secs(7_200));
    assert_eq!(messaging.purge(conn, 100).unwrap(), 2);
}

#[test]
fn case_70_a_ticket_opens_one_socket_in_half_a_minute() {
    let world = World::new(1);
    let conn = &mut world.conn();
    let now = world.clock.now();
    let ticket = |minutes| Ticket {
        user: world.users[0],
        session: SessionId::new(world.uuid()),
        until: now + chrono::TimeDelta::minutes(minutes),
    };
    let wanted = ticket(15);
    let text = world.messaging.issue_ticket(conn, wanted).unwrap();
    assert_eq!(
        world
            .count(&format!("SELECT count(*) AS count FROM billet_socket WHERE empreinte = '{text}'::bytea")),
        0
    );
    let taken: Vec<_> = thread::scope(|scope| {
        let tries: Vec<_> =
            (0..5).map(|_| scope.spawn(|| world.messaging.redeem_ticket(&mut world.conn(), &text))).collect();
        tries.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(taken.iter().filter_map(|one| one.as_ref().ok()).collect::<Vec<_>>(), [&wanted]);
    let late = world.messaging.issue_ticket(conn, ticket(15)).unwrap();
    world.clock.advance(Duration::from_secs(30));
    for text in [late.as_str(), "", "x", &"x".repeat(10_000)] {
        assert_eq!(refusal(world.messaging.redeem_ticket(conn, text)), "messaging.ticket_invalid");
    }
    for _ in 0..20 {
        world.messaging.issue_ticket(conn, ticket(15)).unwrap();
    }
    assert_eq!(refusal(world.messaging.issue_ticket(conn, ticket(15))), "messaging.too_many_tickets");
    world.clock.advance(Duration::from_secs(30));
    assert_eq!(world.messaging.purge(conn, 100).unwrap(), 20);
}

#[derive(diesel::QueryableByName)]
struct Id {
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    public_id: uuid::Uuid,
}

#[test]
fn what_is_told_is_what_is_true_then() {
    let world = World::new(3);
    let (room, conn) = (world.group(), &mut world.conn());
    let message = world.say(0, room, "dit");
    let places: Vec<Id> =
        diesel::sql_query("SELECT public_id FROM discussion_membre ORDER BY id_user").load(conn).unwrap();
    world.messaging.delete_for_oneself(conn, (world.users[1], NOBODY), message, &world.actor).unwrap();
    world
        .messaging
        .remove_member(conn, (world.users[0], NOBODY), room, (world.users[2], false), &world.actor)
        .unwrap();
    world.messaging.react(conn, (world.users[0], NOBODY), message, "👀").unwrap();
    let named = Named {
        conversations: vec![room],
        messages: vec![message],
        members: places.iter().map(|place| place.public_id).collect(),
        listeners: world.users.iter().map(|user| (room, *user)).collect(),
    };
    let facts = world.messaging.facts(conn, &named).unwrap();
    let told = &facts.messages[&message];
    let sees: Vec<bool> = world.users.iter().map(|user| facts.sees(*user, told)).collect();
    assert_eq!(sees, [true, false, false], "not who put it away, not who is gone");
    assert_eq!(facts.members[&places[2].public_id].standing, Standing::Removed);
    assert!(facts.place(room, world.users[2]).is_none() && facts.place(room, world.users[1]).is_some());
    assert_eq!((facts.sign(told, world.users[0]), facts.sign(told, world.users[1])), (Some("👀"), None));
    assert!(facts.sees_read(world.users[0], world.users[1]));
}
