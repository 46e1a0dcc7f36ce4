use crate::world::{EMAIL, PASSWORD, World, at_once, owner};
use hostolink_audit::Actor;
use hostolink_auth::{Check, Error, Next};

const STRANGERS: &str = "MotDePasseVole123";

#[tokio::test]
async fn the_printed_order_works_alone() {
    let mut world = World::new();
    let check = |world: &mut World| world.auth.check_user(&mut world.conn, EMAIL, &Actor::default()).unwrap();
    let unknown = Check { exists: false, password_set: false, next: Next::Register };
    assert_eq!(check(&mut world), unknown);
    world.register(EMAIL).unwrap();
    assert_eq!(check(&mut world), unknown, "an unproven account reads as none");
    assert_eq!(world.define(EMAIL, PASSWORD).await.unwrap().next, Next::Otp);
    assert_eq!(check(&mut world), unknown);
    let signed_in = world.prove(EMAIL);
    assert!(signed_in.profile.email_proven && signed_in.profile.password_set && !signed_in.password_dropped);
    assert_eq!(check(&mut world), Check { exists: true, password_set: true, next: Next::Password });
    world.sign_in(EMAIL, PASSWORD).await.unwrap();
}

#[tokio::test]
async fn case_12_a_stranger_who_registers_first_is_left_with_nothing() {
    let mut world = World::new();
    world.register(EMAIL).unwrap();
    world.define(EMAIL, STRANGERS).await.unwrap();
    assert!(
        matches!(world.sign_in(EMAIL, STRANGERS).await, Err(Error::CredentialsInvalid)),
        "not before the proof"
    );
    // The owner comes, is told to register, and does.
    world.register(EMAIL).unwrap();
    let token = world.define(EMAIL, PASSWORD).await.unwrap().attempt_token.unwrap();
    let code = world.code(EMAIL).unwrap();
    let signed_in = world.verify_with(EMAIL, &code, Some(&token)).unwrap();
    assert!(!signed_in.password_dropped, "the owner's password, by the owner's token");
    assert!(matches!(world.sign_in(EMAIL, STRANGERS).await, Err(Error::CredentialsInvalid)));
    world.sign_in(EMAIL, PASSWORD).await.unwrap();
}

#[tokio::test]
async fn case_12_without_a_token_a_contested_password_is_dropped() {
    let mut world = World::new();
    world.register(EMAIL).unwrap();
    world.define(EMAIL, STRANGERS).await.unwrap();
    world.register(EMAIL).unwrap();
    world.define(EMAIL, PASSWORD).await.unwrap();
    let signed_in = world.prove(EMAIL);
    assert!(signed_in.password_dropped && !signed_in.profile.password_set);
    let check = world.auth.check_user(&mut world.conn, EMAIL, &Actor::default()).unwrap();
    assert_eq!(check, Check { exists: true, password_set: false, next: Next::Otp });
    for password in [STRANGERS, PASSWORD] {
        assert!(matches!(world.sign_in(EMAIL, password).await, Err(Error::CredentialsInvalid)));
    }
    // The owner, signed in, sets one.
    let defined = world.define_as(EMAIL, PASSWORD, None, Some(owner(&signed_in))).await.unwrap();
    assert_eq!(defined.next, Next::Done);
    world.sign_in(EMAIL, PASSWORD).await.unwrap();
}

#[tokio::test]
async fn case_12_a_refused_second_password_contests_the_first() {
    let mut world = World::new();
    // The stranger's first; the owner's is refused, and proves all the same.
    world.register(EMAIL).unwrap();
    world.define(EMAIL, STRANGERS).await.unwrap();
    assert!(matches!(world.define(EMAIL, PASSWORD).await, Err(Error::PasswordAlreadyDefined)));
    assert!(world.prove(EMAIL).password_dropped);
    assert!(matches!(world.sign_in(EMAIL, STRANGERS).await, Err(Error::CredentialsInvalid)));
}

#[tokio::test]
async fn case_12_the_owner_registers_and_the_stranger_defines() {
    let mut world = World::new();
    let token = world.register(EMAIL).unwrap();
    world.define(EMAIL, STRANGERS).await.unwrap();
    assert!(matches!(
        world.define_as(EMAIL, PASSWORD, Some(&token), None).await,
        Err(Error::PasswordAlreadyDefined)
    ));
    let code = world.code(EMAIL).unwrap();
    // The owner's token says who registered, not who set the password.
    assert!(world.verify_with(EMAIL, &code, Some(&token)).unwrap().password_dropped);
    assert!(matches!(world.sign_in(EMAIL, STRANGERS).await, Err(Error::CredentialsInvalid)));
}

#[tokio::test]
async fn case_12_a_stranger_who_registers_last_drops_the_owners_password_and_gains_nothing() {
    let mut world = World::new();
    let token = world.register(EMAIL).unwrap();
    let token = world.define_as(EMAIL, PASSWORD, Some(&token), None).await.unwrap().attempt_token.unwrap();
    world.register(EMAIL).unwrap();
    world.define(EMAIL, STRANGERS).await.unwrap();
    let code = world.code(EMAIL).unwrap();
    assert!(world.verify_with(EMAIL, &code, Some(&token)).unwrap().password_dropped);
    assert!(matches!(world.sign_in(EMAIL, STRANGERS).await, Err(Error::CredentialsInvalid)));
}

#[tokio::test]
async fn the_token_of_registering_goes_on_through_defining() {
    let mut world = World::new();
    world.register(EMAIL).unwrap();
    let token = world.register(EMAIL).unwrap();
    world.define_as(EMAIL, PASSWORD, Some(&token), None).await.unwrap();
    assert!(matches!(world.define(EMAIL, STRANGERS).await, Err(Error::PasswordAlreadyDefined)));
    let code = world.code(EMAIL).unwrap();
    assert!(!world.verify_with(EMAIL, &code, Some(&token)).unwrap().password_dropped);
    world.sign_in(EMAIL, PASSWORD).await.unwrap();
}

#[tokio::test]
async fn case_12_a_password_set_long_before_the_owner_came_is_dropped() {
    for (waited, dropped) in [(3_599, false), (3_600, true), (30 * 86_400, true)] {
        let mut world = World::new();
        world.register(EMAIL).unwrap();
        world.define(EMAIL, STRANGERS).await.unwrap();
        world.wait(waited);
        let signed_in = world.prove(EMAIL);
        assert_eq!((signed_in.password_dropped, signed_in.profile.password_set), (dropped, !dropped));
        assert_eq!(world.sign_in(EMAIL, STRANGERS).await.is_err(), dropped, "{waited}");
    }
}

#[tokio::test]
async fn whoever_set_the_password_keeps_it_by_the_token_however_late() {
    let mut world = World::new();
    let registering = world.register(EMAIL).unwrap();
    let token = world.define(EMAIL, PASSWORD).await.unwrap().attempt_token.unwrap();
    assert_ne!(
        hostolink_kernel::ExposeSecret::expose_secret(&registering),
        hostolink_kernel::ExposeSecret::expose_secret(&token)
    );
    world.wait(7_200);
    let code = world.code(EMAIL).unwrap();
    assert!(!world.verify_with(EMAIL, &code, Some(&token)).unwrap().password_dropped);
    world.sign_in(EMAIL, PASSWORD).await.unwrap();
}

#[tokio::test]
async fn who_only_knows_the_password_does_not_change_it() {
    let mut world = World::new();
    world.person(EMAIL).await;
    let weak = world.sign_in(EMAIL, PASSWORD).await.unwrap();
    let refused = world.define_as(EMAIL, STRANGERS, None, Some(owner(&weak))).await;
    assert!(matches!(refused, Err(Error::StepUpRequired)));
    world.sign_in(EMAIL, PASSWORD).await.unwrap();
    // After the code, in the same hands, it is theirs to change.
    let code = world.code_in(Some(weak.session), EMAIL).unwrap().unwrap();
    let strong = world.verify_in(weak.session, EMAIL, &code).unwrap();
    world.define_as(EMAIL, STRANGERS, None, Some(owner(&strong))).await.unwrap();
    world.sign_in(EMAIL, STRANGERS).await.unwrap();
}

#[tokio::test]
async fn an_attempt_of_yesterday_contests_nothing_and_its_password_is_gone() {
    let mut world = World::new();
    world.register(EMAIL).unwrap();
    world.define(EMAIL, STRANGERS).await.unwrap();
    world.wait(24 * 3_600);
    world.register(EMAIL).unwrap();
    world.define(EMAIL, PASSWORD).await.unwrap();
    assert!(!world.prove(EMAIL).password_dropped);
    world.sign_in(EMAIL, PASSWORD).await.unwrap();
    assert!(matches!(world.sign_in(EMAIL, STRANGERS).await, Err(Error::CredentialsInvalid)));
}

#[tokio::test]
async fn a_proven_account_is_its_owners_alone() {
    let mut world = World::new();
    let awa = world.person(EMAIL).await;
    let koffi = world.person("0708091011").await;
    assert!(matches!(world.register(EMAIL), Err(Error::AlreadyRegistered)));
    for who in [None, Some(owner(&koffi))] {
        assert!(matches!(world.define_as(EMAIL, STRANGERS, None, who).await, Err(Error::SignInRequired)));
    }
    // Signed out, the same bearer is none.
    world.auth.sign_out(&mut world.conn, owner(&awa), &Actor::default()).unwrap();
    assert!(matches!(
        world.define_as(EMAIL, STRANGERS, None, Some(owner(&awa))).await,
        Err(Error::SignInRequired)
    ));
    world.sign_in(EMAIL, PASSWORD).await.unwrap();
    assert!(matches!(world.define("autre@gmail.com", PASSWORD).await, Err(Error::NotRegistered)));
}

#[test]
fn case_13_first_contacts_at_once_make_one_account() {
    let mut world = World::new();
    let spellings = [
        "0708091011",
        "+225 07 08 09 10 11",
        "00225 0708091011",
        "2250708091011",
        "٠٧٠٨٠٩١٠١١",
        "０７０８０９１０１１",
        "07-08-09-10-11",
        "(+225) 07.08.09.10.11",
    ];
    let auth = [world.auth.clone(), world.beside()];
    let done = at_once(&world, 8, |n, conn| {
        auth[n % 2].register_user(conn, spellings[n], &Actor::default()).is_ok()
    });
    assert_eq!(done, [true; 8]);
    assert_eq!(world.count("SELECT count(*) FROM utilisateur"), 1);
    assert_eq!(world.count("SELECT count(*) FROM inscription"), 1);
}

#[test]
fn case_14_spellings_of_a_mailbox() {
    let mut world = World::new();
    for text in ["Awa@École.CI", " awa@école.ci ", "ａｗａ@xn--cole-9oa.ci", "AWA@éCOLE.ci"] {
        world.register(text).unwrap();
    }
    assert_eq!(world.count("SELECT count(*) FROM utilisateur"), 1);
    // A tag is another mailbox, and so is a homoglyph.
    world.register("awa+tag@école.ci").unwrap();
    world.register("аwa@école.ci").unwrap();
    assert_eq!(world.count("SELECT count(*) FROM utilisateur"), 3);
    for text in [
        "awa@ecole.ci.",
        "awa@ecole.ci\r\nBcc: x@y.z",
        "awa\0@ecole.ci",
        "@",
        "",
        "a\u{200b}wa@ecole.ci",
        &"a".repeat(1_000_000),
    ] {
        assert!(matches!(world.register(text), Err(Error::InvalidIdentifier)), "{text:?}");
    }
    assert!(matches!(world.register("08091011"), Err(Error::OldPhonePlan)));
    assert!(matches!(world.register("0022892152900"), Err(Error::PhoneCountry)));
    assert_eq!(world.count("SELECT count(*) FROM utilisateur"), 3, "nothing was written");
}

#[test]
fn registrations_are_counted_by_identifier() {
    let mut world = World::new();
    for _ in 0..10 {
        world.register(EMAIL).unwrap();
    }
    let Err(Error::TooMany(wait)) = world.register(EMAIL) else { panic!("an eleventh") };
    assert_eq!(wait.as_secs(), 601);
    world.register("autre@gmail.com").unwrap();
    world.wait(600);
    world.register(EMAIL).unwrap();
}
