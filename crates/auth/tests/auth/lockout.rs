//! Case 9: what strangers try must not keep an owner out who is signed in already.

use crate::world::{EMAIL, PASSWORD, World, wrong};
use hostolink_auth::{Error, Proof};
use hostolink_kernel::SessionId;

const OTHER: &str = "UnAutreMotDePasse456";

/// Everything that anybody can use up of an identifier: guesses, codes, passwords.
async fn exhaust(world: &mut World) {
    for _ in 0..5 {
        let code = world.code(EMAIL).unwrap();
        for by in 1..=5 {
            assert!(world.verify(EMAIL, &wrong(&code, by)).is_err());
        }
    }
    let code = world.code(EMAIL).unwrap();
    assert!(matches!(world.verify(EMAIL, &code), Err(Error::TooMany(_))), "the guesses are used up");
    while world.code_in(None, EMAIL).is_ok() {}
    for _ in 0..5 {
        assert!(world.sign_in(EMAIL, OTHER).await.is_err());
    }
    assert!(matches!(world.sign_in(EMAIL, PASSWORD).await, Err(Error::TooMany(_))));
}

#[tokio::test]
async fn case_09_the_owner_enters_from_their_own_session_all_the_same() {
    let mut world = World::new();
    let strong = world.person(EMAIL).await;
    let weak = world.sign_in(EMAIL, PASSWORD).await.unwrap();
    exhaust(&mut world).await;
    world.sign_in_from(Some(strong.session), EMAIL, PASSWORD).await.unwrap();
    for session in [weak.session, strong.session] {
        let code = world.code_in(Some(session), EMAIL).unwrap().unwrap();
        // In between, strangers guess on: not this code.
        for by in 1..=5 {
            assert!(world.verify(EMAIL, &wrong(&code, by)).is_err());
        }
        let signed_in = world.verify_in(session, EMAIL, &code).unwrap();
        assert_eq!(world.auth.session(&mut world.conn, signed_in.session).unwrap().proof, Proof::Otp);
    }
    // The proof forgives what strangers spent.
    world.sign_in(EMAIL, PASSWORD).await.unwrap();
}

#[tokio::test]
async fn case_09_strangers_do_not_replace_the_code_of_a_session() {
    let mut world = World::new();
    let owner = world.person(EMAIL).await;
    let code = world.code_in(Some(owner.session), EMAIL).unwrap().unwrap();
    world.code(EMAIL).unwrap();
    world.verify_in(owner.session, EMAIL, &code).unwrap();
}

#[tokio::test]
async fn a_code_of_no_session_may_be_shown_in_one_but_not_the_other_way() {
    let mut world = World::new();
    let owner = world.person(EMAIL).await;
    let code = world.code_in(Some(owner.session), EMAIL).unwrap().unwrap();
    assert!(matches!(world.verify(EMAIL, &code), Err(Error::CodeInvalid)));
    world.verify_in(owner.session, EMAIL, &code).unwrap();
    let weak = world.sign_in(EMAIL, PASSWORD).await.unwrap();
    let code = world.code(EMAIL).unwrap();
    world.verify_in(weak.session, EMAIL, &code).unwrap();
}

/// Guesses wrongly, with new codes, until it is refused; how many were looked at.
fn guess_in(world: &mut World, sessions: &[SessionId]) -> usize {
    let mut looked_at = 0;
    for session in sessions.iter().cycle().take(9) {
        let code = world.code_in(Some(*session), EMAIL).unwrap().unwrap();
        for by in 1..=5 {
            let answer = world.verify_in(*session, EMAIL, &wrong(&code, by));
            looked_at += usize::from(matches!(answer, Err(Error::CodeInvalid)));
        }
        // Five were looked at: not even the right one is.
        assert!(world.verify_in(*session, EMAIL, &code).is_err());
    }
    looked_at
}

#[tokio::test]
async fn a_stolen_session_has_no_more_guesses_than_a_stranger() {
    let mut world = World::new();
    let stolen = world.person(EMAIL).await;
    assert_eq!(guess_in(&mut world, &[stolen.session]), 20);
    assert!(matches!(world.code_in(Some(stolen.session), EMAIL), Ok(Some(_))), "the tenth");
    assert!(matches!(world.code_in(Some(stolen.session), EMAIL), Err(Error::TooMany(_))));
    // The owner, elsewhere, is not concerned.
    world.prove(EMAIL);
}

#[tokio::test]
async fn many_sessions_by_one_stolen_password_have_the_guesses_of_one() {
    let mut world = World::new();
    world.person(EMAIL).await;
    let mut sessions = Vec::new();
    for _ in 0..9 {
        sessions.push(world.sign_in(EMAIL, PASSWORD).await.unwrap().session);
    }
    assert_eq!(guess_in(&mut world, &sessions), 20);
}

#[tokio::test]
async fn neither_another_persons_session_nor_an_ended_one_helps() {
    let mut world = World::new();
    let owner = world.person(EMAIL).await;
    let other = world.person("0708091011").await;
    world.auth.sign_out(&mut world.conn, crate::world::owner(&owner), &Default::default()).unwrap();
    exhaust(&mut world).await;
    for session in [owner.session, other.session] {
        assert!(matches!(world.code_in(Some(session), EMAIL), Err(Error::TooMany(_))));
        let refused = world.sign_in_from(Some(session), EMAIL, PASSWORD).await;
        assert!(matches!(refused, Err(Error::TooMany(_))));
    }
}
