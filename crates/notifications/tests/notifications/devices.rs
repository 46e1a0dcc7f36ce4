//! Installed applications.

use crate::{AWA, Fixture, KOFFI};
use hostolink_audit::Actor;
use hostolink_kernel::{DomainError, SessionId, UserId};
use hostolink_notifications::{Fact, Kind, NewDevice, Notifications, Platform};
use hostolink_notifier::PushTarget;
use std::time::Duration;
use uuid::Uuid;

#[test]
fn case_85_a_device_is_the_last_ones_who_signed_in_there() {
    let fixture = Fixture::new();
    fixture.device(AWA, 5).unwrap();
    fixture.record(&[fixture.like(AWA, 3, 100)]);
    assert_eq!(fixture.states(), ["attente"]);
    let conn = &mut fixture.db.conn();
    let taken = NewDevice {
        owner: UserId::new(KOFFI),
        session: SessionId::new(Uuid::from_u128(6)),
        target: PushTarget::token("a-registration-token-5").unwrap(),
        platform: Platform::Android,
    };
    fixture.notifications.register(conn, &taken, &Actor::default()).unwrap();
    assert!(fixture.notifications.devices(conn, UserId::new(AWA)).unwrap().is_empty());
    assert_eq!(fixture.notifications.devices(conn, UserId::new(KOFFI)).unwrap().len(), 1);
    assert!(fixture.lease().is_empty(), "what waited for her is not pushed to him");
}

#[test]
fn case_85_nothing_is_pushed_to_who_signed_out() {
    let fixture = Fixture::new();
    fixture.device(AWA, 5).unwrap();
    fixture.device(AWA, 6).unwrap();
    fixture.record(&[fixture.like(AWA, 3, 100)]);
    let conn = &mut fixture.db.conn();
    assert_eq!(fixture.notifications.sessions_ended(conn, &[Uuid::from_u128(5)]).unwrap(), 1);
    assert_eq!(fixture.lease().len(), 1, "to the other device alone");
    assert_eq!(fixture.notifications.sessions_ended(conn, &[]).unwrap(), 0);
}

#[test]
fn case_85_two_devices_that_go_at_once_take_along_what_waits_for_both() {
    let fixture = Fixture::new();
    fixture.device(AWA, 5).unwrap();
    fixture.device(AWA, 6).unwrap();
    fixture.record(&[fixture.like(AWA, 3, 100)]);
    fixture.lease();
    fixture.record(&[fixture.like(AWA, 4, 100)]);
    assert_eq!(fixture.states(), ["parti", "parti", "attente", "attente"]);
    let sessions = [Uuid::from_u128(5), Uuid::from_u128(6)];
    let ended = fixture.notifications.sessions_ended(&mut fixture.db.conn(), &sessions);
    assert_eq!(ended.unwrap(), 2);
    assert!(fixture.states().is_empty());
}

#[test]
fn a_session_has_one_target_and_a_person_has_so_many() {
    let fixture = Fixture::new();
    let first = fixture.device(AWA, 5).unwrap();
    fixture.clock.advance(Duration::from_secs(60));
    let again = fixture.device(AWA, 5).unwrap();
    assert_eq!(first.id, again.id, "it says that it is still there");
    assert!(again.seen_at > first.seen_at);
    let conn = &mut fixture.db.conn();
    let renewed = NewDevice {
        owner: UserId::new(AWA),
        session: SessionId::new(Uuid::from_u128(5)),
        target: PushTarget::installation("cRy7u_0000000000000-Az").unwrap(),
        platform: Platform::Ios,
    };
    fixture.notifications.register(conn, &renewed, &Actor::default()).unwrap();
    assert_eq!(fixture.notifications.devices(conn, UserId::new(AWA)).unwrap().len(), 1);
    let most = u128::try_from(Notifications::MAX_DEVICES).unwrap();
    for number in 100..99 + most {
        fixture.device(AWA, number).unwrap();
    }
    let one_more = fixture.device(AWA, 999).unwrap_err();
    assert_eq!(one_more.code().code, "notifications.too_many_devices");
    assert!(fixture.device(AWA, 100).is_ok(), "one of hers may come back");
}

#[test]
fn a_device_is_its_owners_alone_to_keep_silent_or_forget() {
    let fixture = Fixture::new();
    let id = fixture.device(AWA, 5).unwrap().id;
    let (conn, actor) = (&mut fixture.db.conn(), Actor::default());
    let unknown = "notifications.device_unknown";
    let mute = fixture.notifications.mute_device(conn, (UserId::new(KOFFI), id), false, &actor);
    assert_eq!(mute.unwrap_err().code().code, unknown);
    let forget = fixture.notifications.forget_device(conn, (UserId::new(KOFFI), id), &actor);
    assert_eq!(forget.unwrap_err().code().code, unknown);
    fixture.notifications.mute_device(conn, (UserId::new(AWA), id), false, &actor).unwrap();
    fixture.record(&[fixture.like(AWA, 3, 100)]);
    assert!(fixture.states().is_empty(), "nothing waits for a silent device");
    fixture.record(&[Fact { actor: None, object: None, ..fixture.fact(AWA, Kind::NewDevice, 3, 1, 2) }]);
    assert_eq!(fixture.lease().len(), 1, "but for what protects");
    fixture.notifications.forget_device(conn, (UserId::new(AWA), id), &actor).unwrap();
    for action in ["registered", "set", "forgotten"] {
        assert_eq!(fixture.count(&format!("logs WHERE action = 'notifications.device_{action}'")), 1);
    }
}

#[test]
fn who_says_nothing_for_long_is_forgotten() {
    let fixture = Fixture::new();
    fixture.device(AWA, 5).unwrap();
    fixture.clock.advance(Duration::from_secs(269 * 86_400));
    fixture.device(AWA, 6).unwrap();
    fixture.clock.advance(Duration::from_secs(2 * 86_400));
    assert_eq!(fixture.notifications.purge_devices(&mut fixture.db.conn(), 10).unwrap(), 1);
}
