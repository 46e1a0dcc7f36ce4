//! For somebody known and for nobody the same work is done: as many queries and transactions, as many hashes.

use crate::world::{EMAIL, PASSWORD, World};
use diesel::connection::{Connection, InstrumentationEvent};
use hostolink_audit::Actor;
use hostolink_auth::{Door, PasswordAttempt, VerifyOtp};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

const NOBODY: &str = "personne@gmail.com";
const BLOCKED: &str = "bloquee@gmail.com";
const NO_PASSWORD: &str = "sansmotdepasse@gmail.com";
const UNPROVEN: &str = "enattente@gmail.com";
const EVERYBODY: [&str; 5] = [EMAIL, NOBODY, BLOCKED, NO_PASSWORD, UNPROVEN];

/// A world with everybody in it, whose queries and transactions are counted.
async fn counted() -> (World, Arc<AtomicUsize>) {
    let mut world = World::new();
    world.person(EMAIL).await;
    world.person(BLOCKED).await;
    world.run("UPDATE utilisateur SET statut = 'bloque' WHERE email_normalise LIKE 'bloquee%'");
    world.register(NO_PASSWORD).unwrap();
    world.prove(NO_PASSWORD);
    world.register(UNPROVEN).unwrap();
    world.define(UNPROVEN, PASSWORD).await.unwrap();
    let count = Arc::new(AtomicUsize::new(0));
    let counter = count.clone();
    world.conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
        if matches!(
            event,
            InstrumentationEvent::StartQuery { .. }
                | InstrumentationEvent::BeginTransaction { .. }
                | InstrumentationEvent::CommitTransaction { .. }
                | InstrumentationEvent::RollbackTransaction { .. }
        ) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    });
    (world, count)
}

/// Asserts that `work` asks the database as often for everybody, and says how often.
fn same_for_everybody(world: &mut World, count: &AtomicUsize, work: impl Fn(&mut World, &str)) -> usize {
    let asked = EVERYBODY.map(|identifier| {
        count.store(0, Ordering::Relaxed);
        work(world, identifier);
        (identifier, count.load(Ordering::Relaxed))
    });
    let first = asked[0].1;
    assert!(first > 0 && asked.iter().all(|(_, asked)| *asked == first), "{asked:?}");
    first
}

#[tokio::test]
async fn case_02_sending_a_code_again_asks_the_database_as_often_for_nobody() {
    let (mut world, count) = counted().await;
    for _again in 0..2 {
        same_for_everybody(&mut world, &count, |world, identifier| {
            world.auth.generate_otp(&mut world.conn, identifier, None, &Actor::default()).unwrap();
        });
    }
}

#[tokio::test]
async fn case_02_a_forgotten_password_asks_the_database_as_often_for_nobody() {
    let (mut world, count) = counted().await;
    for _again in 0..2 {
        same_for_everybody(&mut world, &count, |world, identifier| {
            world.auth.request_reset(&mut world.conn, identifier, &Actor::default()).unwrap();
        });
    }
}

#[tokio::test]
async fn case_02_guessing_a_code_asks_the_database_as_often_for_nobody() {
    let (mut world, count) = counted().await;
    let guess = |world: &mut World, identifier: &str| {
        let shown = VerifyOtp {
            identifier,
            code: "000000",
            attempt_token: None,
            signed_in: None,
            door: Door::Api,
            device: None,
        };
        world.auth.verify_otp(&mut world.conn, shown, &Actor::default()).unwrap_err();
    };
    let without = same_for_everybody(&mut world, &count, guess);
    for identifier in EVERYBODY {
        world.code(identifier);
    }
    assert!(same_for_everybody(&mut world, &count, guess) > without, "with a code out a guess is counted");
}

#[tokio::test]
async fn case_02_a_password_costs_as_many_queries_and_one_hash_for_nobody() {
    let (mut world, count) = counted().await;
    let mut asked = Vec::new();
    for identifier in EVERYBODY {
        count.store(0, Ordering::Relaxed);
        let place = world.workers.reserve().unwrap();
        let pending = world.auth.begin_sign_in(&mut world.conn, identifier, None, &Actor::default()).unwrap();
        // One job of the hashing threads, which takes as long where there is nothing to compare with: `the_dummy_costs_what_a_real_one_does`.
        let wrong = PasswordAttempt::new(&"Un-autre-mot-de-passe-9".into());
        let verified = place.verify(wrong, &pending).await.unwrap();
        world
            .auth
            .finish_sign_in(&mut world.conn, &pending, &verified, Door::Api, None, &Actor::default())
            .unwrap_err();
        asked.push(count.load(Ordering::Relaxed));
    }
    let first = asked[0];
    assert!(first > 0 && asked.iter().all(|asked| *asked == first), "{asked:?}");
}
