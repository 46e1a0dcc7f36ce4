use crate::world::{EMAIL, PASSWORD, World, at_once, owner};
use hostolink_audit::Actor;
use hostolink_auth::{Door, Error, Proof};

const OTHER: &str = "UnAutreMotDePasse456";

#[tokio::test]
async fn a_password_opens_a_session_that_says_so() {
    let mut world = World::new();
    world.person(EMAIL).await;
    let signed_in = world.sign_in("TestEmail@GMAIL.com", PASSWORD).await.unwrap();
    assert_eq!(world.auth.session(&mut world.conn, signed_in.session).unwrap().proof, Proof::Password);
}

#[tokio::test]
async fn case_02_every_refusal_is_the_same() {
    let mut world = World::new();
    world.person(EMAIL).await; // a wrong password
    world.register("enattente@gmail.com").unwrap(); // unverified, with the right one
    world.define("enattente@gmail.com", PASSWORD).await.unwrap();
    world.register("sansmotdepasse@gmail.com").unwrap();
    world.prove("sansmotdepasse@gmail.com"); // no password at all
    for (identifier, password) in [
        (EMAIL, OTHER),
        ("enattente@gmail.com", PASSWORD),
        ("sansmotdepasse@gmail.com", PASSWORD),
        ("personne@gmail.com", PASSWORD),
        (EMAIL, ""),
    ] {
        assert!(
            matches!(world.sign_in(identifier, password).await, Err(Error::CredentialsInvalid)),
            "{identifier}"
        );
    }
}

#[tokio::test]
async fn failures_in_a_row_wait_longer_and_longer_known_or_not() {
    let mut world = World::new();
    world.person(EMAIL).await;
    for identifier in [EMAIL, "personne@gmail.com"] {
        for _ in 0..5 {
            assert!(matches!(world.sign_in(identifier, OTHER).await, Err(Error::CredentialsInvalid)));
        }
        let mut waits = Vec::new();
        for _ in 0..12 {
            let Err(Error::TooMany(wait)) = world.sign_in(identifier, OTHER).await else {
                panic!("{identifier}")
            };
            waits.push(wait.as_secs() - 1);
            world.wait(wait.as_secs() - 1);
            assert!(matches!(world.sign_in(identifier, OTHER).await, Err(Error::CredentialsInvalid)));
        }
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_000, 1_000], "{identifier}");
    }
}

#[tokio::test]
async fn a_success_forgives_and_a_quiet_day_too() {
    let mut world = World::new();
    world.person(EMAIL).await;
    for _ in 0..4 {
        assert!(world.sign_in(EMAIL, OTHER).await.is_err());
    }
    world.sign_in(EMAIL, PASSWORD).await.unwrap();
    for _ in 0..5 {
        assert!(matches!(world.sign_in(EMAIL, OTHER).await, Err(Error::CredentialsInvalid)));
    }
    assert!(matches!(world.sign_in(EMAIL, PASSWORD).await, Err(Error::TooMany(_))));
    world.wait(24 * 3_600);
    for _ in 0..5 {
        assert!(matches!(world.sign_in(EMAIL, OTHER).await, Err(Error::CredentialsInvalid)));
    }
}

#[tokio::test]
async fn case_09_a_thousand_failures_do_not_lock_the_owner_out() {
    let mut world = World::new();
    world.person(EMAIL).await;
    for _ in 0..1_000 {
        assert!(world.sign_in(EMAIL, OTHER).await.is_err());
    }
    assert!(matches!(world.sign_in(EMAIL, PASSWORD).await, Err(Error::TooMany(_))));
    // The owner's own phone opens the account at any time, and what the attacker spent is forgotten.
    world.prove(EMAIL);
    world.sign_in(EMAIL, PASSWORD).await.unwrap();
}

#[tokio::test]
async fn parallel_passwords_on_two_processes() {
    let mut world = World::new();
    world.person(EMAIL).await;
    let auth = [world.auth.clone(), world.beside()];
    let begun = at_once(&world, 10, |thread, conn| {
        (0..20)
            .filter(|_| auth[thread % 2].begin_sign_in(conn, EMAIL, None, &Actor::default()).is_ok())
            .count()
    });
    assert_eq!(begun.into_iter().sum::<usize>(), 5, "of 200, no more are compared");
}

#[tokio::test]
async fn both_identifiers_of_an_account_share_its_count() {
    let mut world = World::new();
    world.person(EMAIL).await;
    world.run("UPDATE utilisateur SET telephone_normalise = '+2250708091011', telephone_prouve_le = now()");
    for _ in 0..5 {
        assert!(matches!(world.sign_in(EMAIL, OTHER).await, Err(Error::CredentialsInvalid)));
    }
    assert!(matches!(world.sign_in("0708091011", OTHER).await, Err(Error::TooMany(_))));
}

#[tokio::test]
async fn a_password_that_changed_meanwhile_opens_nothing() {
    let mut world = World::new();
    let awa = world.person(EMAIL).await;
    let place = world.workers.reserve().unwrap();
    let pending = world.auth.begin_sign_in(&mut world.conn, EMAIL, None, &Actor::default()).unwrap();
    let attempt = hostolink_auth::PasswordAttempt::new(&PASSWORD.into());
    let verified = place.verify(attempt, &pending).await.unwrap();
    world.define_as(EMAIL, OTHER, None, Some(owner(&awa))).await.unwrap();
    let late =
        world.auth.finish_sign_in(&mut world.conn, &pending, &verified, Door::Api, None, &Actor::default());
    assert!(matches!(late, Err(Error::CredentialsInvalid)));
}

#[tokio::test]
async fn case_21_a_new_password_ends_the_other_sessions_and_the_codes() {
    let mut world = World::new();
    let (first, second) = (world.person(EMAIL).await, world.sign_in(EMAIL, PASSWORD).await.unwrap());
    let code = world.code(EMAIL).unwrap();
    world.define_as(EMAIL, OTHER, None, Some(owner(&first))).await.unwrap();
    assert!(world.is_live(&first) && !world.is_live(&second));
    let refreshed = world.auth.refresh(&mut world.conn, &second.tokens.refresh, &Actor::default());
    assert!(matches!(refreshed, Err(Error::SessionEnded)));
    assert!(matches!(world.verify(EMAIL, &code), Err(Error::CodeInvalid)));
    assert!(matches!(world.sign_in(EMAIL, PASSWORD).await, Err(Error::CredentialsInvalid)));
    world.sign_in(EMAIL, OTHER).await.unwrap();
}

#[tokio::test]
async fn a_blocked_person_hears_so_only_with_the_right_password() {
    let mut world = World::new();
    world.person(EMAIL).await;
    world.run("UPDATE utilisateur SET statut = 'bloque'");
    assert!(matches!(world.sign_in(EMAIL, OTHER).await, Err(Error::CredentialsInvalid)));
    assert!(matches!(world.sign_in(EMAIL, PASSWORD).await, Err(Error::Blocked)));
}
