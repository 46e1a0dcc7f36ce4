use super::*;
use std::time::Duration;

fn hub() -> Arc<Hub> {
    Hub::new(Limits { of_one: 2, of_all: 3, ..Limits::default() })
}

#[actix_web::test]
async fn places_are_bounded_and_come_back() {
    let (hub, now) = (hub(), Instant::now());
    let take = |user| hub.take(UserId::new(user), vec![Uuid::nil()], now);
    let (first, _second) = (take(1).unwrap(), take(1).unwrap());
    assert_eq!(take(1).unwrap_err(), Full::OfOne);
    let _other = take(2).unwrap();
    assert_eq!(take(3).unwrap_err(), Full::OfAll);
    drop(first);
    assert_eq!(hub.len(), 2);
    take(3).unwrap();
    hub.close();
    assert!(hub.is_empty());
    assert_eq!(take(4).unwrap_err(), Full::OfAll);
    assert!(hub.seats().of_topic.is_empty() && hub.seats().of_user.is_empty());
}

#[actix_web::test]
async fn a_wake_reaches_its_topic_alone_and_is_not_lost_on_who_is_busy() {
    let (hub, now) = (hub(), Instant::now());
    let (topic, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let seat = hub.take(UserId::new(1), vec![topic], now).unwrap();
    hub.wake(&other);
    let waiting = seat.reason();
    tokio::pin!(waiting);
    assert!(futures_util::poll!(&mut waiting).is_pending());
    // Before it waits again: the wake stays until then.
    hub.wake(&topic);
    assert!(waiting.await);
    hub.wake(&topic);
    hub.wake(&topic);
    assert!(seat.reason().await);
}

#[actix_web::test]
async fn who_takes_nothing_loses_the_place() {
    let (hub, start) = (hub(), Instant::now());
    let (slow, quick) = (
        hub.take(UserId::new(1), Vec::new(), start).unwrap(),
        hub.take(UserId::new(2), Vec::new(), start).unwrap(),
    );
    let later = start + Duration::from_secs(40);
    quick.asked(later);
    assert_eq!(hub.give_up(later), 0);
    assert_eq!(hub.give_up(start + Duration::from_secs(46)), 1);
    assert!(slow.ended() && !quick.ended());
    assert!(slow.reason().await, "it hears of it");
    drop(slow);
    assert_eq!(hub.len(), 1);
}

#[actix_web::test]
async fn a_letter_reaches_each_socket_of_whom_it_concerns_once() {
    let (hub, now) = (Hub::new(Limits { letters: 2, ..Limits::default() }), Instant::now());
    let (awa, koffi, room) = (UserId::new(1), UserId::new(2), Uuid::from_u128(7));
    let (seat, mut letters) = hub.take_with_mailbox(awa, Vec::new(), now).unwrap();
    let (_other, mut others) = hub.take_with_mailbox(koffi, vec![room], now).unwrap();
    assert_eq!(seat.settle(vec![room]), None, "nobody has begun");
    hub.begin(10);
    assert_eq!((hub.told(), seat.settle(vec![room])), (Some(10), Some(10)));
    assert_eq!(hub.gather(12, &HashSet::from([room]))[&room], [awa, koffi]);
    let told = |seq, to: &[UserId]| Told { seq, text: "x".into(), authors: Vec::new(), to: to.to_vec() };
    hub.bring(&[told(9, &[awa]), told(11, &[awa]), told(12, &[awa])]);
    assert_eq!(letters.try_recv().unwrap().seq, 11, "what came before it settled is in the database");
    assert_eq!(letters.try_recv().unwrap().seq, 12);
    others.try_recv().unwrap_err();
    // Of a third that finds no room its reader is told by the end.
    hub.bring(&[told(13, &[awa]), told(14, &[awa]), told(15, &[awa])]);
    assert_eq!((seat.ending(), hub.len()), (Some(Ending::Slow), 1));
    drop((seat, _other));
    assert_eq!(hub.told(), None, "nobody listens");
}

#[actix_web::test]
async fn who_is_muted_is_not_heard_in_rooms_but_directly() {
    let (hub, now) = (Hub::new(Limits::default()), Instant::now());
    let (awa, koffi) = (UserId::new(1), UserId::new(2));
    let (seat, mut letters) = hub.take_with_mailbox(awa, Vec::new(), now).unwrap();
    hub.begin(0);
    seat.settle(Vec::new());
    seat.set_muted(HashSet::from([koffi]));
    let told = |seq, author: Option<UserId>| {
        let authors = author.into_iter().collect();
        Told { seq, text: "x".into(), authors, to: vec![awa] }
    };
    hub.bring(&[told(1, Some(koffi)), told(2, None)]);
    assert_eq!(letters.try_recv().unwrap().seq, 2);
    hub.follow(awa, Uuid::from_u128(3));
    assert_eq!(hub.gather(3, &HashSet::from([Uuid::from_u128(3)])).len(), 1);
}

#[actix_web::test]
async fn what_passes_while_nobody_has_a_mailbox_is_read_by_who_comes_later() {
    let (hub, now) = (hub(), Instant::now());
    let _stream = hub.take(UserId::new(1), Vec::new(), now).unwrap();
    assert!(hub.is_behind(0), "nothing was told");
    hub.begin(100);
    assert!(hub.passed(5_000), "there is nobody to bring it to");
    hub.told_up_to(5_000);
    let (seat, mut letters) = hub.take_with_mailbox(UserId::new(2), Vec::new(), now).unwrap();
    assert!(!hub.passed(5_001), "there is now");
    assert_eq!(seat.settle(Vec::new()), Some(5_000));
    assert!(hub.is_behind(5_001) && !hub.is_behind(5_000));
    hub.bring(&[Told { seq: 5_001, text: "x".into(), authors: Vec::new(), to: vec![UserId::new(2)] }]);
    assert_eq!(letters.try_recv().unwrap().seq, 5_001);
}
