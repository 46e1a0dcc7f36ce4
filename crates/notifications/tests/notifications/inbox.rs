//! What people are told, and what they have read.

use crate::{AWA, Fixture, KOFFI, recipient};
use hostolink_audit::Actor;
use hostolink_kernel::{Clock, Cursor, DomainError, Limit, UserId};
use hostolink_notifications::{
    CREATED, Channel, Choice, Fact, Kind, QuietHours, Reads, Settings, Shown, forget,
};
use std::{collections::HashSet, time::Duration};
use uuid::Uuid;

#[test]
fn what_is_alike_is_told_together_until_it_is_read() {
    let fixture = Fixture::new();
    let likes: Vec<Fact> = (2..=6).map(|actor| fixture.like(AWA, actor, 100)).collect();
    assert_eq!(fixture.record(&likes), 5);
    fixture.clock.advance(Duration::from_secs(60));
    fixture.record(&[fixture.like(AWA, 7, 200)]);
    fixture.clock.advance(Duration::from_secs(60));
    fixture.record(&[fixture.like(AWA, 8, 100)]);
    let list = fixture.list(AWA);
    let told: Vec<_> = list.iter().map(|one| (one.count, one.actors, one.latest.len())).collect();
    assert_eq!(told, [(6, 6, 3), (1, 1, 1)], "the one that grew is on top");
    assert_eq!(list[0].latest[0], UserId::new(8), "the last of them first");
    assert_eq!(fixture.unread(AWA), 2);
    let conn = &mut fixture.db.conn();
    let read = fixture.notifications.mark_read(conn, recipient(AWA), Reads::Some(&[list[0].id])).unwrap();
    assert_eq!((read, fixture.unread(AWA)), (1, 1));
    fixture.record(&[fixture.like(AWA, 9, 100)]);
    assert_eq!(fixture.list(AWA).len(), 3, "what was read is closed");
    fixture.assert_counters();
}

#[test]
fn liking_again_tells_nobody_again_even_when_it_was_read() {
    let fixture = Fixture::new();
    let like = fixture.like(AWA, KOFFI, 100);
    assert_eq!(fixture.record(&[like.clone(), like.clone()]), 1, "twice in one batch");
    assert_eq!(fixture.record(std::slice::from_ref(&like)), 0);
    let now = fixture.clock.now();
    fixture.notifications.mark_read(&mut fixture.db.conn(), recipient(AWA), Reads::UpTo(now)).unwrap();
    assert_eq!(fixture.record(&[like]), 0);
    assert_eq!((fixture.list(AWA).len(), fixture.unread(AWA)), (1, 0));
    assert_eq!(fixture.record(&[fixture.like(AWA, AWA, 100)]), 0, "nobody is told of themselves");
    fixture.assert_counters();
}

#[test]
fn one_person_who_comments_three_times_is_one_person() {
    let fixture = Fixture::new();
    let comments: Vec<Fact> =
        (1..=3).map(|comment| fixture.fact(AWA, Kind::Comment, KOFFI, 100, comment)).collect();
    fixture.record(&comments[..2]);
    fixture.record(&comments[2..]);
    let told = &fixture.list(AWA)[0];
    assert_eq!((told.count, told.actors), (3, 1));
    fixture.assert_counters();
}

#[test]
fn what_came_after_the_screen_was_drawn_stays_unread() {
    let fixture = Fixture::new();
    fixture.record(&[fixture.like(AWA, 2, 100)]);
    let drawn = fixture.list(AWA)[0].updated_at;
    fixture.clock.advance(Duration::from_secs(1));
    fixture.record(&[fixture.like(AWA, 3, 200)]);
    let conn = &mut fixture.db.conn();
    assert_eq!(fixture.notifications.mark_read(conn, recipient(AWA), Reads::UpTo(drawn)).unwrap(), 1);
    assert_eq!(fixture.notifications.mark_read(conn, recipient(AWA), Reads::UpTo(drawn)).unwrap(), 0);
    assert_eq!(fixture.unread(AWA), 1);
    let about = Reads::About(Kind::Like, Uuid::from_u128(200));
    assert_eq!(fixture.notifications.mark_read(conn, recipient(KOFFI), about).unwrap(), 0, "not his");
    assert_eq!(fixture.notifications.mark_read(conn, recipient(AWA), about).unwrap(), 1);
    assert_eq!(fixture.unread(AWA), 0);
}

#[test]
fn others_notifications_are_nobodys() {
    let fixture = Fixture::new();
    fixture.record(&[fixture.like(AWA, KOFFI, 100)]);
    let (id, conn) = (fixture.list(AWA)[0].id, &mut fixture.db.conn());
    let read = fixture.notifications.mark_read(conn, recipient(KOFFI), Reads::Some(&[id])).unwrap();
    assert_eq!((read, fixture.unread(AWA)), (0, 1));
    let delete = fixture.notifications.delete(conn, recipient(KOFFI), id, &Actor::default());
    assert_eq!(delete.unwrap_err().code().code, "notifications.unknown");
    fixture.notifications.delete(conn, recipient(AWA), id, &Actor::default()).unwrap();
    assert_eq!((fixture.list(AWA).len(), fixture.unread(AWA)), (0, 0));
    assert_eq!(fixture.count("logs WHERE action = 'notifications.deleted'"), 1);
}

#[test]
fn pages_skip_nothing_and_repeat_nothing() {
    let fixture = Fixture::new();
    // Several of one instant: the key decides.
    let facts: Vec<Fact> = (0..25).map(|n| fixture.like(AWA, 2, 100 + n)).collect();
    fixture.record(&facts[..20]);
    fixture.clock.advance(Duration::from_secs(1));
    fixture.record(&facts[20..]);
    let (mut seen, mut after): (Vec<Uuid>, Option<Cursor>) = (Vec::new(), None);
    loop {
        let (conn, shown) = (&mut fixture.db.conn(), Shown { hidden: &[], unread: true });
        let limit = Limit::parse(7).unwrap();
        let page = fixture.notifications.list(conn, UserId::new(AWA), shown, after.as_ref(), limit).unwrap();
        seen.extend(page.items.iter().map(|one| one.id));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!((seen.len(), seen.iter().collect::<HashSet<_>>().len()), (25, 25));
    let foreign = Cursor::new("wallet.contacts", &("x", 1)).unwrap();
    let shown = Shown { hidden: &[], unread: false };
    let list = fixture.notifications.list(
        &mut fixture.db.conn(),
        UserId::new(AWA),
        shown,
        Some(&foreign),
        Limit::DEFAULT,
    );
    assert_eq!(list.unwrap_err().code().code, "notifications.invalid_cursor");
}

#[test]
fn case_56_between_whom_there_is_a_block_nothing_is_left() {
    let fixture = Fixture::new();
    fixture.record(&[
        fixture.like(AWA, KOFFI, 100),
        fixture.like(AWA, 3, 100),
        fixture.fact(AWA, Kind::Follow, KOFFI, 1, 1),
        fixture.like(KOFFI, AWA, 300),
    ]);
    let hidden = [UserId::new(KOFFI)];
    let shown = Shown { hidden: &hidden, unread: false };
    let conn = &mut fixture.db.conn();
    let page = fixture.notifications.list(conn, UserId::new(AWA), shown, None, Limit::MAX).unwrap();
    assert_eq!(page.items.len(), 1, "what he did alone is not told");
    let page = fixture.notifications.list(conn, UserId::new(AWA), shown, None, Limit::MAX).unwrap();
    assert!(page.items.iter().all(|one| !one.latest.contains(&UserId::new(KOFFI))), "he is not named");
    let gone = fixture.notifications.withdraw(conn, UserId::new(AWA), UserId::new(KOFFI)).unwrap();
    assert_eq!(gone, 3, "both ways");
    let left = fixture.list(AWA);
    assert_eq!((left.len(), left[0].count, left[0].latest.clone()), (1, 1, vec![UserId::new(3)]));
    assert_eq!((fixture.unread(AWA), fixture.unread(KOFFI)), (1, 0));
    fixture.assert_counters();
}

#[test]
fn case_56_money_is_told_and_stays_whoever_moved_it() {
    let fixture = Fixture::new();
    fixture.record(&[
        Fact { amount: Some(2_500), ..fixture.fact(AWA, Kind::MoneyReceived, KOFFI, 1, 1) },
        fixture.fact(AWA, Kind::RequestDeclined, KOFFI, 2, 2),
        fixture.fact(AWA, Kind::PaymentRequested, KOFFI, 3, 3),
        fixture.like(AWA, KOFFI, 100),
    ]);
    let hidden = [UserId::new(KOFFI)];
    let conn = &mut fixture.db.conn();
    let list = |conn: &mut _| {
        let shown = Shown { hidden: &hidden, unread: true };
        fixture.notifications.list(conn, UserId::new(AWA), shown, None, Limit::MAX).unwrap().items
    };
    let told = list(conn);
    let mut kinds: Vec<_> = told.iter().map(|one| one.kind.unwrap()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, [Kind::MoneyReceived, Kind::RequestDeclined], "that he asks for some is not told");
    assert!(told.iter().all(|one| one.latest == hidden), "who moved money is named");
    assert_eq!(fixture.notifications.withdraw(conn, UserId::new(AWA), UserId::new(KOFFI)).unwrap(), 2);
    assert_eq!((list(conn).len(), fixture.unread(AWA)), (2, 2), "what the badge counts is shown");
    fixture.assert_counters();
}

#[test]
fn what_is_turned_off_is_not_told_and_what_protects_is() {
    let fixture = Fixture::new();
    let conn = &mut fixture.db.conn();
    let choose = |conn: &mut _, kind, channel, on| {
        let settings = Settings { choices: vec![Choice { kind, channel, on }], ..Settings::default() };
        fixture.notifications.choose(conn, recipient(AWA), &settings, &Actor::default())
    };
    choose(conn, Kind::Like, Channel::App, false).unwrap();
    assert_eq!(fixture.record(&[fixture.like(AWA, KOFFI, 100), fixture.like(3, KOFFI, 100)]), 1);
    let refused = choose(conn, Kind::NewDevice, Channel::Push, false).unwrap_err();
    assert_eq!(refused.code().code, "notifications.mandatory");
    let refused = choose(conn, Kind::Like, Channel::Sms, true).unwrap_err();
    assert_eq!(refused.code().code, "notifications.channel_not_offered");
    let standing = choose(conn, Kind::Like, Channel::App, true).unwrap();
    assert!(standing.wants(Kind::Like, Channel::App));
    let night = QuietHours::new(1_320, 420, 0).unwrap();
    let settings = Settings { quiet: Some(Some(night)), discreet: Some(true), ..Settings::default() };
    let standing = fixture.notifications.choose(conn, recipient(AWA), &settings, &Actor::default()).unwrap();
    assert_eq!((standing.quiet, standing.discreet), (Some(night), true));
    let settings = Settings { quiet: Some(None), ..Settings::default() };
    let standing = fixture.notifications.choose(conn, recipient(AWA), &settings, &Actor::default()).unwrap();
    assert_eq!((standing.quiet, standing.discreet), (None, true), "what is left out stays");
}

#[test]
fn sockets_hear_of_each_person_once_a_batch() {
    let fixture = Fixture::new();
    fixture.record(&[fixture.like(AWA, 2, 100), fixture.like(AWA, 3, 100), fixture.like(4, 2, 100)]);
    assert_eq!(fixture.count(&format!("evenement WHERE type = '{CREATED}'")), 2);
    let of_awa = format!("evenement WHERE sujet = '{}' AND charge = '{{}}'", recipient(AWA).public_id);
    assert_eq!(fixture.count(&of_awa), 1);
}

#[test]
fn who_leaves_is_forgotten_and_old_things_go() {
    let fixture = Fixture::new();
    fixture.record(&[fixture.like(AWA, KOFFI, 100), fixture.like(AWA, 3, 100), fixture.like(KOFFI, 3, 200)]);
    fixture.device(KOFFI, 5).unwrap();
    let conn = &mut fixture.db.conn();
    forget(conn, UserId::new(KOFFI)).unwrap();
    assert_eq!((fixture.list(KOFFI).len(), fixture.list(AWA)[0].count), (0, 1));
    assert_eq!(fixture.count("appareil_push"), 0);
    fixture.assert_counters();
    fixture.clock.advance(Duration::from_secs(91 * 86_400));
    assert_eq!(fixture.notifications.purge(conn, 10).unwrap(), 1);
    assert_eq!((fixture.count("fait_notification"), fixture.unread(AWA)), (0, 0));
}
