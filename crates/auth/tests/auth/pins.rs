//! The PIN of a device.

use crate::world::{EMAIL, PASSWORD, World, at_once, owner};
use hostolink_audit::Actor;
use hostolink_auth::{Error, Pin, PinAttempt, SignedIn};
use std::time::Duration;

const PIN: &str = "7391";

impl World {
    async fn define_pin(&mut self, who: &SignedIn, pin: &str) -> Result<(), Error> {
        let place = self.workers.reserve()?;
        let pending = self.auth.begin_define_pin(&mut self.conn, owner(who))?;
        let hash = place.hash_pin(&Pin::parse(&pin.into(), None)?, &pending).await?;
        self.auth.finish_define_pin(&mut self.conn, owner(who), &pending, &hash, &Actor::default())
    }

    async fn show_pin(&mut self, who: &SignedIn, pin: &str) -> Result<Duration, Error> {
        let (place, actor) = (self.workers.reserve()?, Actor::default());
        let pending = self.auth.begin_verify_pin(&mut self.conn, owner(who), &actor)?;
        let check = place.check_pin(&PinAttempt::new(&pin.into()), &pending).await?;
        self.auth.finish_verify_pin(&mut self.conn, owner(who), &pending, &check, &actor)
    }

    fn required(&mut self, who: &SignedIn) -> Result<(), Error> {
        self.auth.require_pin(&mut self.conn, who.session)
    }
}

#[tokio::test]
async fn a_shown_pin_counts_for_five_minutes_in_its_session() {
    let mut world = World::new();
    let awa = world.person(EMAIL).await;
    let other = world.prove(EMAIL);
    assert!(matches!(world.required(&awa), Err(Error::PinUndefined)));
    assert!(matches!(world.show_pin(&awa, PIN).await, Err(Error::PinUndefined)));
    world.define_pin(&awa, PIN).await.unwrap();
    assert!(matches!(world.required(&awa), Err(Error::PinRequired)));
    assert_eq!(world.show_pin(&awa, PIN).await.unwrap().as_secs(), 300);
    world.required(&awa).unwrap();
    assert!(matches!(world.required(&other), Err(Error::PinUndefined)));
    world.wait(300);
    world.required(&awa).unwrap();
    world.wait(1);
    assert!(matches!(world.required(&awa), Err(Error::PinRequired)));
}

#[tokio::test]
async fn case_17_a_pin_is_set_after_a_code_or_with_the_one_before() {
    let mut world = World::new();
    let awa = world.person(EMAIL).await;
    let weak = world.sign_in(EMAIL, PASSWORD).await.unwrap();
    assert!(matches!(world.define_pin(&weak, PIN).await, Err(Error::StepUpRequired)));
    world.wait(601);
    // Who picks up the phone later has the session, and nothing else.
    assert!(matches!(world.define_pin(&awa, PIN).await, Err(Error::RecentCodeRequired)));
    let awa = world.prove(EMAIL);
    world.define_pin(&awa, PIN).await.unwrap();
    world.wait(601);
    assert!(matches!(world.define_pin(&awa, "5092").await, Err(Error::RecentCodeRequired)));
    world.show_pin(&awa, PIN).await.unwrap();
    world.define_pin(&awa, "5092").await.unwrap();
    assert!(matches!(world.required(&awa), Err(Error::PinRequired)), "the new one was not shown yet");
    assert!(matches!(world.show_pin(&awa, PIN).await, Err(Error::PinWrong)));
    world.show_pin(&awa, "5092").await.unwrap();
}

#[tokio::test]
async fn case_17_after_five_wrong_tries_only_a_new_code_helps() {
    let mut world = World::new();
    let awa = world.person(EMAIL).await;
    world.define_pin(&awa, PIN).await.unwrap();
    for _ in 0..4 {
        assert!(matches!(world.show_pin(&awa, "5092").await, Err(Error::PinWrong)));
    }
    world.show_pin(&awa, PIN).await.unwrap(); // the fifth is right: all are forgiven
    for _ in 0..4 {
        assert!(matches!(world.show_pin(&awa, "").await, Err(Error::PinWrong)));
    }
    assert!(matches!(world.show_pin(&awa, "739100").await, Err(Error::PinLocked)));
    // What was shown before is taken back, and nothing brings it back in this session: not time, not a new PIN.
    assert!(matches!(world.required(&awa), Err(Error::PinLocked)));
    world.wait(86_400);
    assert!(matches!(world.show_pin(&awa, PIN).await, Err(Error::PinLocked)));
    assert!(matches!(world.define_pin(&awa, "5092").await, Err(Error::PinLocked)));
    let removed = world.auth.remove_pin(&mut world.conn, owner(&awa), &Actor::default());
    assert!(matches!(removed, Err(Error::PinLocked)));
    let code = world.code_in(Some(awa.session), EMAIL).unwrap().unwrap();
    let awa = world.verify_in(awa.session, EMAIL, &code).unwrap();
    world.define_pin(&awa, "5092").await.unwrap();
    world.show_pin(&awa, "5092").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn case_17_two_hundred_guesses_at_once_are_five_tries() {
    let mut world = World::new();
    let awa = world.person(EMAIL).await;
    world.define_pin(&awa, PIN).await.unwrap();
    let auth = [world.auth.clone(), world.beside()];
    let who = owner(&awa);
    let counted: usize = at_once(&world, 10, |thread, conn| {
        let begin = |_: &usize| auth[thread % 2].begin_verify_pin(conn, who, &Actor::default()).is_ok();
        (0..20).filter(begin).count()
    })
    .into_iter()
    .sum();
    assert_eq!(counted, 5, "no more are ever compared");
    assert!(matches!(world.show_pin(&awa, PIN).await, Err(Error::PinLocked)));
}

#[tokio::test]
async fn case_17_a_pin_is_of_no_use_on_another_device() {
    let mut world = World::new();
    let (mine, stolen) = (world.person(EMAIL).await, world.prove(EMAIL));
    world.define_pin(&mine, PIN).await.unwrap();
    assert!(matches!(world.show_pin(&stolen, PIN).await, Err(Error::PinUndefined)));
    // A hash carried over into another session, by whoever writes into the database, matches nothing there.
    world.run(&format!(
        "INSERT INTO code_pin (session_id, hache, defini_le) SELECT '{}', hache, defini_le FROM code_pin",
        stolen.session
    ));
    assert!(matches!(world.show_pin(&stolen, PIN).await, Err(Error::PinWrong)));
    world.show_pin(&mine, PIN).await.unwrap();
    // Nor does what another person's session is called help.
    let koffi = world.person("0708091011").await;
    let mut who = owner(&koffi);
    who.session = mine.session;
    let begun = world.auth.begin_verify_pin(&mut world.conn, who, &Actor::default());
    assert!(matches!(begun, Err(Error::SessionEnded)));
    assert!(matches!(world.auth.begin_define_pin(&mut world.conn, who), Err(Error::SessionEnded)));
}

#[tokio::test]
async fn a_pin_that_is_taken_away_opens_nothing() {
    let mut world = World::new();
    let awa = world.person(EMAIL).await;
    world.define_pin(&awa, PIN).await.unwrap();
    world.show_pin(&awa, PIN).await.unwrap();
    world.auth.remove_pin(&mut world.conn, owner(&awa), &Actor::default()).unwrap();
    assert!(matches!(world.required(&awa), Err(Error::PinUndefined)));
    let again = world.auth.remove_pin(&mut world.conn, owner(&awa), &Actor::default());
    assert!(matches!(again, Err(Error::PinUndefined)));
    assert_eq!(world.count("SELECT count(*) FROM code_pin"), 0);
}

#[tokio::test]
async fn a_try_whose_comparison_never_came_back_is_spent() {
    let mut world = World::new();
    let awa = world.person(EMAIL).await;
    world.define_pin(&awa, PIN).await.unwrap();
    for _ in 0..5 {
        world.auth.begin_verify_pin(&mut world.conn, owner(&awa), &Actor::default()).unwrap();
    }
    assert!(matches!(world.show_pin(&awa, PIN).await, Err(Error::PinLocked)));
}
