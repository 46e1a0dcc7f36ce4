use crate::world::{EMAIL, PASSWORD, World, at_once, owner};
use hostolink_audit::Actor;
use hostolink_auth::{ChangeRequested, Channel, Error, IdentifierChanged, SignedIn};
use hostolink_kernel::ExposeSecret;

const PHONE: &str = "+2250708091011";
const OTHER: &str = "autre@example.ci";

fn request(world: &mut World, who: &SignedIn, to: &str) -> Result<ChangeRequested, Error> {
    world.auth.request_identifier_change(&mut world.conn, owner(who), to, &Actor::default())
}

/// The codes that were made, the known identifier's first.
fn codes(requested: &ChangeRequested) -> [String; 2] {
    requested.deliveries.clone().map(|delivery| delivery.code.expose_secret().to_owned())
}

fn confirm(
    world: &mut World,
    who: &SignedIn,
    [known, new]: &[String; 2],
) -> Result<IdentifierChanged, Error> {
    world.auth.confirm_identifier_change(&mut world.conn, owner(who), known, new, &Actor::default())
}

fn change(world: &mut World, who: &SignedIn, to: &str) -> IdentifierChanged {
    let codes = codes(&request(world, who, to).unwrap());
    confirm(world, who, &codes).unwrap()
}

fn remove(world: &mut World, who: &SignedIn, channel: Channel) -> Result<IdentifierChanged, Error> {
    world.auth.remove_identifier(&mut world.conn, owner(who), channel, &Actor::default())
}

fn revert(world: &mut World, changed: &IdentifierChanged) -> Result<(), Error> {
    world.auth.revert_identifier_change(&mut world.conn, &changed.revert_token, &Actor::default()).map(|_| ())
}

fn identifiers(world: &mut World, who: &SignedIn) -> (Option<String>, Option<String>) {
    let me = world.auth.me(&mut world.conn, who.profile.user).unwrap();
    (me.email.filter(|_| me.email_proven), me.phone.filter(|_| me.phone_proven))
}

fn wrong([known, new]: &[String; 2]) -> [[String; 2]; 3] {
    let other = |code: &str| crate::world::wrong(code, 1);
    [[other(known), new.clone()], [known.clone(), other(new)], [new.clone(), known.clone()]]
}

#[tokio::test]
async fn an_identifier_is_added_with_both_proofs_and_the_old_one_is_told() {
    let mut world = World::new();
    let awa = world.person(EMAIL).await;
    let requested = request(&mut world, &awa, "07 08 09 10 11").unwrap();
    let [known, new] = &requested.deliveries;
    assert_eq!((known.recipient.as_str(), new.recipient.as_str()), (EMAIL, PHONE));
    assert_eq!(
        identifiers(&mut world, &awa),
        (Some(EMAIL.into()), None),
        "nothing changes before both proofs"
    );
    let both = codes(&requested);
    let changed = confirm(&mut world, &awa, &both).unwrap();
    assert_eq!(changed.tell.as_ref().unwrap().as_str(), EMAIL);
    assert_eq!(identifiers(&mut world, &awa), (Some(EMAIL.into()), Some(PHONE.into())));
    assert!(matches!(confirm(&mut world, &awa, &both), Err(Error::ChangeUnknown)), "codes work once");
    // From now on either of them signs in.
    assert_eq!(world.prove(PHONE).profile.user, awa.profile.user);
    // What stays speaks for a change of the other.
    let requested = request(&mut world, &awa, OTHER).unwrap();
    assert_eq!(requested.deliveries[0].recipient.as_str(), PHONE);
}

#[tokio::test]
async fn case_28_neither_proof_is_enough_alone_and_guesses_are_counted() {
    let mut world = World::new();
    let awa = world.person(EMAIL).await;
    let both = codes(&request(&mut world, &awa, PHONE).unwrap());
    for wrong in wrong(&both) {
        assert!(matches!(confirm(&mut world, &awa, &wrong), Err(Error::CodeInvalid)));
    }
    for _ in 0..2 {
        let refused = confirm(&mut world, &awa, &wrong(&both)[0]);
        assert!(matches!(refused, Err(Error::CodeInvalid)));
    }
    // Five guesses of the first code are used up: the right one comes too late.
    assert!(matches!(confirm(&mut world, &awa, &both), Err(Error::CodeInvalid)));
    assert_eq!(identifiers(&mut world, &awa), (Some(EMAIL.into()), None));
    // Codes of other purposes are none of these.
    let requested = codes(&request(&mut world, &awa, PHONE).unwrap());
    let signing_in = world.code(EMAIL).unwrap();
    let mixed = [signing_in, requested[1].clone()];
    assert!(matches!(confirm(&mut world, &awa, &mixed), Err(Error::CodeInvalid)));
    assert!(world.verify(EMAIL, &requested[0]).is_err());
}

#[tokio::test]
async fn case_28_who_only_knows_the_password_changes_nothing() {
    let mut world = World::new();
    world.person(EMAIL).await;
    let weak = world.sign_in(EMAIL, PASSWORD).await.unwrap();
    assert!(matches!(request(&mut world, &weak, PHONE), Err(Error::StepUpRequired)));
    assert!(matches!(remove(&mut world, &weak, Channel::Email), Err(Error::StepUpRequired)));
    assert_eq!(world.count("SELECT count(*) FROM changement_identifiant"), 0);
}

#[tokio::test]
async fn case_28_a_change_is_the_session_s_that_asked_and_the_last_wish_counts() {
    let mut world = World::new();
    let awa = world.person(EMAIL).await;
    let elsewhere = world.prove(EMAIL);
    let first = codes(&request(&mut world, &awa, PHONE).unwrap());
    assert!(matches!(confirm(&mut world, &elsewhere, &first), Err(Error::ChangeUnknown)));
    // A change of the mailbox is asked for while that of the phone is pending.
    let second = codes(&request(&mut world, &elsewhere, OTHER).unwrap());
    assert!(matches!(confirm(&mut world, &awa, &first), Err(Error::ChangeUnknown)));
    assert!(matches!(confirm(&mut world, &elsewhere, &first), Err(Error::CodeInvalid)));
    confirm(&mut world, &elsewhere, &second).unwrap();
    assert_eq!(identifiers(&mut world, &awa), (Some(OTHER.into()), None));
    // Nor does one outlive its codes, or its session.
    let late = codes(&request(&mut world, &awa, PHONE).unwrap());
    world.wait(600);
    assert!(matches!(confirm(&mut world, &awa, &late), Err(Error::ChangeUnknown)));
    let over = codes(&request(&mut world, &awa, PHONE).unwrap());
    world.auth.sign_out(&mut world.conn, owner(&awa), &Actor::default()).unwrap();
    assert!(matches!(confirm(&mut world, &awa, &over), Err(Error::SessionEnded)));
}

#[tokio::test]
async fn case_28_confirmed_five_times_at_once_it_happens_once() {
    let mut world = World::new();
    let awa = world.person(EMAIL).await;
    let both = codes(&request(&mut world, &awa, PHONE).unwrap());
    let (auth, who) = (world.auth.clone(), owner(&awa));
    let made = at_once(&world, 5, |_, conn| {
        auth.confirm_identifier_change(conn, who, &both[0], &both[1], &Actor::default()).is_ok()
    });
    assert_eq!(made.into_iter().filter(|made| *made).count(), 1);
    assert_eq!(world.count("SELECT count(*) FROM changement_identifiant WHERE applique_le IS NOT NULL"), 1);
}

#[tokio::test]
async fn somebody_else_s_identifier_is_refused_to_its_owner_only() {
    let mut world = World::new();
    let (awa, koffi) = (world.person(EMAIL).await, world.person(PHONE).await);
    let free = request(&mut world, &awa, OTHER).unwrap();
    let taken = request(&mut world, &awa, PHONE).unwrap();
    assert_eq!(free.expires_in, taken.expires_in);
    assert_eq!(taken.deliveries[1].recipient.as_str(), PHONE, "a code leaves all the same");
    assert!(matches!(confirm(&mut world, &awa, &wrong(&codes(&taken))[1]), Err(Error::CodeInvalid)));
    assert!(matches!(confirm(&mut world, &awa, &codes(&taken)), Err(Error::IdentifierTaken)));
    assert!(matches!(confirm(&mut world, &awa, &codes(&taken)), Err(Error::ChangeUnknown)), "used up");
    assert_eq!(identifiers(&mut world, &awa), (Some(EMAIL.into()), None));
    assert_eq!(identifiers(&mut world, &koffi), (None, Some(PHONE.into())));
    assert!(matches!(request(&mut world, &awa, EMAIL), Err(Error::IdentifierOwn)));
}

#[tokio::test]
async fn case_12_an_identifier_that_somebody_only_registered_goes_to_who_proves_it() {
    let mut world = World::new();
    let awa = world.person(EMAIL).await;
    world.register(PHONE).unwrap();
    world.define(PHONE, "MotDePasseVole123").await.unwrap();
    let strangers_code = world.code(PHONE).unwrap();
    change(&mut world, &awa, PHONE);
    assert_eq!(identifiers(&mut world, &awa), (Some(EMAIL.into()), Some(PHONE.into())));
    assert!(world.verify(PHONE, &strangers_code).is_err());
    assert!(world.sign_in(PHONE, "MotDePasseVole123").await.is_err());
    world.sign_in(PHONE, PASSWORD).await.unwrap();
}

#[tokio::test]
async fn two_who_prove_one_identifier_at_once_leave_it_to_one() {
    let mut world = World::new();
    let people = [world.person("a@example.ci").await, world.person("b@example.ci").await];
    let codes: Vec<_> = people.iter().map(|who| codes(&request(&mut world, who, PHONE).unwrap())).collect();
    let auth = world.auth.clone();
    let made = at_once(&world, 2, |n, conn| {
        let [known, new] = &codes[n];
        auth.confirm_identifier_change(conn, owner(&people[n]), known, new, &Actor::default()).map(|_| ())
    });
    assert_eq!(made.iter().filter(|made| made.is_ok()).count(), 1);
    assert!(made.iter().any(|made| matches!(made, Err(Error::IdentifierTaken))));
}

#[tokio::test]
async fn the_last_proven_identifier_stays() {
    let mut world = World::new();
    let awa = world.person(EMAIL).await;
    assert!(matches!(remove(&mut world, &awa, Channel::Email), Err(Error::LastIdentifier)));
    assert!(matches!(remove(&mut world, &awa, Channel::Phone), Err(Error::IdentifierMissing)));
    change(&mut world, &awa, PHONE);
    let removed = remove(&mut world, &awa, Channel::Email).unwrap();
    assert_eq!(removed.tell.as_ref().unwrap().as_str(), EMAIL);
    assert_eq!(identifiers(&mut world, &awa), (None, Some(PHONE.into())));
    assert!(matches!(remove(&mut world, &awa, Channel::Phone), Err(Error::LastIdentifier)));
    // What is free is free: somebody else registers it and sees nothing of hers.
    let other = world.person(EMAIL).await;
    assert_ne!(other.profile.user, awa.profile.user);
    assert!(matches!(revert(&mut world, &removed), Err(Error::IdentifierTaken)));
    assert!(world.is_live(&awa), "and then nothing changes");
}

#[tokio::test]
async fn case_28_the_old_identifier_takes_a_theft_back() {
    let mut world = World::new();
    let awa = world.person(EMAIL).await;
    // Somebody with her open phone adds theirs, moves the mailbox, sets a password.
    let added = change(&mut world, &awa, PHONE);
    let moved = change(&mut world, &awa, OTHER);
    assert_eq!(moved.tell.as_ref().unwrap().as_str(), EMAIL);
    world.define_as(OTHER, "MotDePasseVole123", None, Some(owner(&awa))).await.unwrap();
    let again = change(&mut world, &awa, "encore@example.ci");
    let thief = world.prove(PHONE);
    world.wait(72 * 3_600 - 1);
    revert(&mut world, &added).unwrap();
    assert_eq!(identifiers(&mut world, &awa), (Some(EMAIL.into()), None));
    assert!(!world.is_live(&awa) && !world.is_live(&thief));
    assert!(world.sign_in(EMAIL, "MotDePasseVole123").await.is_err());
    for token in [&added, &moved, &again] {
        assert!(matches!(revert(&mut world, token), Err(Error::RevertInvalid)), "later tokens died with it");
    }
    assert_eq!(world.prove(EMAIL).profile.user, awa.profile.user);
    assert_eq!(world.count("SELECT count(*) FROM changement_identifiant"), 0);
}

#[tokio::test]
async fn case_28_a_change_stands_after_three_days() {
    let mut world = World::new();
    let awa = world.person(EMAIL).await;
    let moved = change(&mut world, &awa, OTHER);
    world.wait(72 * 3_600);
    assert!(matches!(revert(&mut world, &moved), Err(Error::RevertInvalid)));
    world.auth.purge(&mut world.conn, 100).unwrap();
    assert_eq!(
        world.count("SELECT count(*) FROM changement_identifiant"),
        0,
        "nothing of the old one is kept"
    );
    assert_eq!(
        world.count(&format!(
            "SELECT count(*) FROM logs WHERE logs::text LIKE '%{EMAIL}%' OR logs::text LIKE '%{OTHER}%'"
        )),
        0
    );
}

#[tokio::test]
async fn another_identifier_in_the_place_of_one_makes_every_device_new() {
    let mut world = World::new();
    let awa = world.person(EMAIL).await;
    let known_for = |world: &mut World| {
        let session = world.auth.session(&mut world.conn, awa.session).unwrap();
        (hostolink_kernel::Clock::now(&world.clock) - session.device_since).num_seconds()
    };
    world.wait(100);
    change(&mut world, &awa, PHONE);
    assert_eq!(known_for(&mut world), 100, "one more is no other");
    change(&mut world, &awa, OTHER);
    assert_eq!(known_for(&mut world), 0);
}
