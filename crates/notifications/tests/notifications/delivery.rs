//! What leaves, and what became of it.

use crate::{AWA, Fixture, KOFFI, recipient};
use hostolink_audit::Actor;
use hostolink_kernel::{Clock, Cursor, Limit, UserId};
use hostolink_notifications::{
    Channel, Choice, Fact, Failure, Kind, Notifications, Outcome, QuietHours, Reads, Settings, Way,
};
use std::{collections::HashSet, sync::Arc, thread, time::Duration};

fn later(code: u16) -> Outcome {
    Outcome::Later { code: Some(code), after: None }
}

impl Fixture {
    fn settle(&self, outcome: &Outcome) {
        for delivery in self.lease() {
            self.notifications.settle(&mut self.db.conn(), &delivery, outcome).unwrap();
        }
    }

    fn choose(&self, settings: &Settings) {
        let conn = &mut self.db.conn();
        self.notifications.choose(conn, recipient(AWA), settings, &Actor::default()).unwrap();
    }

    fn want(&self, kind: Kind, channel: Channel) {
        let choices = vec![Choice { kind, channel, on: true }];
        self.choose(&Settings { choices, ..Settings::default() });
    }
}

#[test]
fn it_goes_to_each_device_and_by_each_way_that_is_wanted() {
    let fixture = Fixture::new();
    fixture.device(AWA, 5).unwrap();
    fixture.device(AWA, 6).unwrap();
    fixture.want(Kind::Like, Channel::Email);
    fixture.record(&[fixture.like(AWA, KOFFI, 100)]);
    let leased = fixture.lease();
    assert_eq!(leased.iter().filter(|one| matches!(one.way, Way::Push(_))).count(), 2);
    assert_eq!(leased.iter().filter(|one| one.way == Way::Email).count(), 1);
    for one in &leased {
        assert_eq!((&one.notification.latest[..], one.unread), (&[UserId::new(KOFFI)][..], 1), "{one:?}");
    }
    assert!(fixture.lease().is_empty(), "it is somebody's already");
}

#[test]
fn what_waits_tells_all_that_happened_meanwhile_and_rests_after() {
    let fixture = Fixture::new();
    fixture.device(AWA, 5).unwrap();
    fixture.record(&[fixture.like(AWA, 2, 100)]);
    fixture.record(&[fixture.like(AWA, 3, 100)]);
    assert_eq!(fixture.states(), ["attente"]);
    assert_eq!(fixture.lease()[0].notification.count, 2);
    // While it is being sent something happens.
    fixture.record(&[fixture.like(AWA, 4, 100)]);
    assert_eq!(fixture.states(), ["parti", "attente"]);
    let waiting = fixture.lease();
    assert_eq!((waiting.len(), waiting[0].notification.count), (1, 3));
    fixture.notifications.settle(&mut fixture.db.conn(), &waiting[0], &Outcome::Sent(None)).unwrap();
    fixture.record(&[fixture.like(AWA, 5, 100)]);
    assert!(fixture.lease().is_empty(), "an hour of rest for likes");
    fixture.clock.advance(Duration::from_secs(3_601));
    let after = fixture.lease();
    assert!(after.iter().any(|one| one.notification.count == 4));
}

#[test]
fn what_was_read_or_turned_off_meanwhile_does_not_leave() {
    let fixture = Fixture::new();
    fixture.device(AWA, 5).unwrap();
    fixture.record(&[fixture.fact(AWA, Kind::Message, KOFFI, 100, 1)]);
    assert!(fixture.lease().is_empty(), "five seconds for who reads it in the application");
    let now = fixture.clock.now();
    fixture.notifications.mark_read(&mut fixture.db.conn(), recipient(AWA), Reads::UpTo(now)).unwrap();
    fixture.clock.advance(Duration::from_secs(5));
    assert!(fixture.lease().is_empty());
    assert_eq!(fixture.states(), ["inutile"]);
    fixture.record(&[fixture.like(AWA, KOFFI, 100)]);
    let choices = vec![Choice { kind: Kind::Like, channel: Channel::Push, on: false }];
    fixture.choose(&Settings { choices, ..Settings::default() });
    assert!(fixture.lease().is_empty());
    assert_eq!(fixture.states(), ["inutile", "inutile"]);
}

#[test]
fn quiet_hours_hold_back_all_but_what_protects() {
    let fixture = Fixture::new();
    fixture.device(AWA, 5).unwrap();
    // The clock shows 8:00.
    let morning = QuietHours::new(7 * 60, 9 * 60, 0).unwrap();
    fixture.choose(&Settings { quiet: Some(Some(morning)), ..Settings::default() });
    fixture.record(&[fixture.like(AWA, KOFFI, 100)]);
    let device = Fact { actor: None, object: None, ..fixture.fact(AWA, Kind::NewDevice, KOFFI, 1, 2) };
    fixture.record(&[device]);
    let leased = fixture.lease();
    assert_eq!((leased.len(), leased[0].notification.kind), (1, Some(Kind::NewDevice)));
    assert_eq!(fixture.unread(AWA), 2, "the list is never quiet");
    fixture.clock.advance(Duration::from_secs(3_600));
    assert!(fixture.lease().iter().any(|one| one.notification.kind == Some(Kind::Like)));
}

#[test]
fn quiet_hours_that_were_set_since_hold_it_back_and_count_no_try() {
    let fixture = Fixture::new();
    fixture.device(AWA, 5).unwrap();
    fixture.record(&[fixture.like(AWA, KOFFI, 100)]);
    let morning = QuietHours::new(7 * 60, 9 * 60, 0).unwrap();
    fixture.choose(&Settings { quiet: Some(Some(morning)), ..Settings::default() });
    assert!(fixture.lease().is_empty());
    assert_eq!(fixture.count("envoi_notification WHERE statut = 'attente' AND essais = 0"), 1);
    fixture.clock.advance(Duration::from_secs(3_600));
    assert_eq!(fixture.lease().len(), 1);
}

#[test]
fn case_86_it_is_tried_again_with_growing_pauses_and_then_given_up() {
    let fixture = Fixture::new();
    fixture.device(AWA, 5).unwrap();
    fixture.record(&[fixture.like(AWA, KOFFI, 100)]);
    let mut tries = 0;
    for _ in 0..40 {
        let leased = fixture.lease();
        for delivery in &leased {
            tries += 1;
            fixture.notifications.settle(&mut fixture.db.conn(), delivery, &later(503)).unwrap();
        }
        fixture.clock.advance(Duration::from_secs(900));
    }
    assert_eq!(tries, Notifications::TRIES);
    assert_eq!(fixture.states(), ["abandonne"]);
}

#[test]
fn case_86_retry_after_is_believed_up_to_an_hour() {
    let fixture = Fixture::new();
    fixture.device(AWA, 5).unwrap();
    fixture.record(&[fixture.like(AWA, KOFFI, 100)]);
    fixture.settle(&Outcome::Later { code: Some(429), after: Some(Duration::from_secs(86_400)) });
    fixture.clock.advance(Duration::from_secs(3_500));
    assert!(fixture.lease().is_empty());
    fixture.clock.advance(Duration::from_secs(101));
    assert_eq!(fixture.lease().len(), 1);
}

#[test]
fn case_86_a_target_that_is_gone_is_forgotten_and_nothing_waits_for_it() {
    let fixture = Fixture::new();
    fixture.device(AWA, 5).unwrap();
    fixture.device(AWA, 6).unwrap();
    fixture.record(&[fixture.like(AWA, KOFFI, 100)]);
    let leased = fixture.lease();
    let conn = &mut fixture.db.conn();
    fixture.notifications.settle(conn, &leased[0], &Outcome::TargetGone(Some(404))).unwrap();
    fixture.notifications.settle(conn, &leased[1], &Outcome::Sent(Some("m-1".to_owned()))).unwrap();
    assert_eq!(fixture.notifications.devices(conn, UserId::new(AWA)).unwrap().len(), 1);
    assert_eq!(fixture.states(), ["refuse", "envoye"], "what became of it stays");
    assert_eq!(fixture.count("envoi_notification WHERE identifiant = 'm-1'"), 1);
    let which = (Some(Channel::Push), Some(Failure::Refused));
    let gone = fixture.notifications.undelivered(conn, which, None, Limit::DEFAULT).unwrap();
    assert_eq!((gone.items.len(), gone.items[0].code), (1, Some(404)), "operators see it");
    fixture.device(AWA, 7).unwrap();
    fixture.record(&[fixture.like(AWA, 3, 200)]);
    for delivery in fixture.lease() {
        fixture.notifications.settle(conn, &delivery, &Outcome::TargetGone(None)).unwrap();
    }
    assert_eq!(fixture.states(), ["refuse", "envoye", "refuse", "refuse"]);
    assert_eq!(fixture.count("appareil_push"), 0);
}

#[test]
fn case_88_a_worker_that_comes_late_settles_nothing_that_another_has() {
    let fixture = Fixture::new();
    fixture.device(AWA, 5).unwrap();
    fixture.record(&[fixture.like(AWA, KOFFI, 100)]);
    let first = fixture.lease();
    fixture.clock.advance(Duration::from_secs(121));
    let second = fixture.lease();
    assert_eq!((first.len(), second.len()), (1, 1));
    let settle = |delivery, outcome: Outcome| {
        fixture.notifications.settle(&mut fixture.db.conn(), delivery, &outcome).unwrap();
    };
    settle(&first[0], later(503));
    settle(&first[0], Outcome::TargetGone(Some(404)));
    assert_eq!((fixture.states(), fixture.count("appareil_push")), (vec!["parti".to_owned()], 1));
    settle(&second[0], Outcome::Sent(None));
    settle(&second[0], Outcome::Refused(None));
    assert_eq!(fixture.states(), ["envoye"], "and what is settled stays so");
}

#[test]
fn case_11_nobody_gets_more_than_ten_sms_of_notifications_in_a_day() {
    let fixture = Fixture::new();
    fixture.want(Kind::MoneyReceived, Channel::Sms);
    let paid =
        |source| Fact { amount: Some(100), ..fixture.fact(AWA, Kind::MoneyReceived, KOFFI, source, source) };
    let sent = || fixture.count("envoi_notification WHERE canal = 'sms'");
    fixture.record(&(1..=7).map(paid).collect::<Vec<_>>());
    assert_eq!(sent(), 7);
    fixture.record(&(8..=12).map(paid).collect::<Vec<_>>());
    fixture.record(&[paid(13)]);
    assert_eq!((sent(), fixture.unread(AWA)), (10, 13), "the list has them all");
    fixture.clock.advance(Duration::from_secs(86_400));
    fixture.record(&[paid(14)]);
    assert_eq!(sent(), 11, "another day");
}

#[test]
fn case_88_a_worker_that_dies_is_followed_by_another_but_an_sms_never_leaves_twice() {
    let fixture = Fixture::new();
    fixture.device(AWA, 5).unwrap();
    fixture.want(Kind::MoneyReceived, Channel::Sms);
    let paid = Fact { amount: Some(5_000), ..fixture.fact(AWA, Kind::MoneyReceived, KOFFI, 1, 1) };
    fixture.record(&[paid]);
    assert_eq!(fixture.lease().len(), 2);
    // It dies between sending and writing down.
    fixture.clock.advance(Duration::from_secs(121));
    let again = fixture.lease();
    assert_eq!(again.len(), 1, "the push comes again, and replaces the first by its key");
    assert!(matches!(again[0].way, Way::Push(_)));
    let mut states = fixture.states();
    states.sort();
    assert_eq!(states, ["inconnu", "parti"]);
}

#[test]
fn case_88_two_workers_never_lease_the_same() {
    let fixture = Arc::new(Fixture::new());
    for device in 1..=20 {
        fixture.device(AWA, device).unwrap();
    }
    fixture.record(&[fixture.like(AWA, KOFFI, 100)]);
    let work = |_| {
        let fixture = fixture.clone();
        thread::spawn(move || {
            let mut targets = Vec::new();
            loop {
                let leased = fixture.notifications.lease(&mut fixture.db.conn(), 3).unwrap();
                if leased.is_empty() {
                    return targets;
                }
                for delivery in leased {
                    let Way::Push(target) = delivery.way else { panic!("only pushes wait") };
                    targets.push(target.as_str().to_owned());
                }
            }
        })
    };
    let threads: Vec<_> = (0..4).map(work).collect();
    let leased: Vec<String> = threads.into_iter().flat_map(|one| one.join().unwrap()).collect();
    assert_eq!((leased.len(), leased.iter().collect::<HashSet<_>>().len()), (20, 20));
}

#[test]
fn what_is_too_old_is_not_worth_sending() {
    let fixture = Fixture::new();
    fixture.device(AWA, 5).unwrap();
    fixture.record(&[fixture.like(AWA, KOFFI, 100)]);
    fixture.clock.advance(Duration::from_secs(25 * 3_600));
    assert!(fixture.lease().is_empty());
    assert_eq!(fixture.states(), ["inutile"]);
}

#[test]
fn what_did_not_arrive_is_listed_with_its_reason_the_latest_first() {
    let fixture = Fixture::new();
    fixture.want(Kind::Like, Channel::Email);
    for publication in 100..104 {
        fixture.record(&[fixture.like(AWA, KOFFI, publication)]);
    }
    let conn = &mut fixture.db.conn();
    let ends = [Outcome::Refused(Some(550)), Outcome::Sent(None), Outcome::Unknown, Outcome::Refused(None)];
    for (delivery, outcome) in fixture.lease().iter().zip(&ends) {
        fixture.notifications.settle(conn, delivery, outcome).unwrap();
    }
    let mut list = |which, after: Option<&Cursor>| {
        fixture.notifications.undelivered(conn, which, after, Limit::parse(2).unwrap()).unwrap()
    };
    let first = list((None, None), None);
    let reasons: Vec<_> = first.items.iter().map(|one| (one.failure, one.code)).collect();
    assert_eq!(reasons, [(Failure::Refused, None), (Failure::Unknown, None)]);
    let last = list((None, None), first.next.as_ref());
    assert_eq!((last.items.len(), last.items[0].code, &last.next), (1, Some(550), &None));
    assert_eq!((last.items[0].owner, last.items[0].channel), (UserId::new(AWA), Channel::Email));
    assert_eq!(list((Some(Channel::Email), Some(Failure::Unknown)), None).items, first.items[1..]);
    assert!(list((Some(Channel::Push), None), None).items.is_empty());
    assert!(list((None, Some(Failure::Abandoned)), None).items.is_empty());
}
