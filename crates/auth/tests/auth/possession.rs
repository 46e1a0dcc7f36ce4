//! Possession owns: whatever strangers do with an identifier that is not theirs, whoever proves it is left with nothing of it.

use crate::world::{EMAIL, World};
use hostolink_auth::Error;
use hostolink_kernel::Secret;
use proptest::prelude::*;

const STRANGERS: &str = "MotDePasseVole123";
const OWNERS: &str = "MonMotDePasse123";

/// What a stranger may do who does not hold the mailbox.
#[derive(Debug, Clone, Copy)]
enum Act {
    Register,
    Define,
    /// With the newest token that they were given.
    DefineByToken,
    AskForACode,
    GuessACode,
    SignIn,
    Wait(u64),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        3 => Just(Act::Register),
        3 => Just(Act::Define),
        1 => Just(Act::DefineByToken),
        1 => Just(Act::AskForACode),
        1 => Just(Act::GuessACode),
        1 => Just(Act::SignIn),
        2 => (1_u64..7_200).prop_map(Act::Wait),
    ];
    proptest::collection::vec(act, 0..4)
}

/// What strangers came by.
#[derive(Default)]
struct Loot {
    tokens: Vec<Secret>,
}

impl Loot {
    async fn act(&mut self, world: &mut World, act: Act) {
        match act {
            Act::Register => self.tokens.extend(world.register(EMAIL)),
            Act::Define => self.define(world, None).await,
            Act::DefineByToken => self.define(world, self.tokens.last().cloned()).await,
            Act::AskForACode => {
                let _ = world.code_in(None, EMAIL);
            }
            Act::GuessACode => assert!(world.verify(EMAIL, "000000").is_err()),
            Act::SignIn => assert!(world.sign_in(EMAIL, STRANGERS).await.is_err(), "before any proof"),
            Act::Wait(seconds) => world.wait(seconds),
        }
    }

    async fn define(&mut self, world: &mut World, token: Option<Secret>) {
        if let Ok(defined) = world.define_as(EMAIL, STRANGERS, token.as_ref(), None).await {
            self.tokens.extend(defined.attempt_token);
        }
    }
}

/// The owner registers, defines a password where that is let, and proves the mailbox; strangers act before, in between and after
/// each step.
async fn play(before: Vec<Act>, between: Vec<Act>, after: Vec<Act>) {
    let (mut world, mut loot) = (World::new(), Loot::default());
    for act in before {
        loot.act(&mut world, act).await;
    }
    let mut token = world.register(EMAIL).ok();
    for act in between {
        loot.act(&mut world, act).await;
    }
    if let Ok(defined) = world.define_as(EMAIL, OWNERS, token.as_ref(), None).await {
        token = defined.attempt_token;
    }
    for act in after {
        loot.act(&mut world, act).await;
    }
    world.wait(600); // codes that strangers asked for are over, and their limits forgotten
    let code = world.code(EMAIL).expect("the mailbox gets a code");
    let owner = world.verify_with(EMAIL, &code, token.as_ref()).unwrap();

    assert!(matches!(
        world.sign_in(EMAIL, STRANGERS).await,
        Err(Error::CredentialsInvalid | Error::TooMany(_))
    ));
    if owner.profile.password_set {
        // The password that is there is the owner's, unless strangers only made them wait.
        match world.sign_in(EMAIL, OWNERS).await {
            Ok(_) | Err(Error::TooMany(_)) => {}
            Err(error) => panic!("a password that is nobody's was kept: {error}"),
        }
    }
    for token in &loot.tokens {
        let defined = world.define_as(EMAIL, STRANGERS, Some(token), None).await;
        assert!(
            matches!(defined, Err(Error::SignInRequired | Error::TooMany(_))),
            "a token of before is worth nothing"
        );
    }
    let sessions = "SELECT count(*) FROM session WHERE finie_le IS NULL AND preuve = 'otp'";
    assert_eq!(world.count(sessions), 1, "the owner's");
    assert_eq!(world.count("SELECT count(*) FROM inscription"), 0);
    assert_eq!(world.count("SELECT count(*) FROM otp WHERE is_valid"), 0, "no code of before is good");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
    #[test]
    fn case_12_nothing_of_before_survives_the_owner_s_proof(before in acts(), between in acts(), after in acts()) {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(play(before, between, after));
    }
}
