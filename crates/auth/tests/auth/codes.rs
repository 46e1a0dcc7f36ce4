use crate::world::{EMAIL, PASSWORD, World, at_once, owner, wrong};
use hostolink_audit::Actor;
use hostolink_auth::{Door, Error, Proof, VerifyOtp};
use hostolink_kernel::ExposeSecret;

fn shown<'a>(identifier: &'a str, code: &'a str) -> VerifyOtp<'a> {
    VerifyOtp { identifier, code, attempt_token: None, signed_in: None, door: Door::Api, device: None }
}

#[test]
fn case_03_parallel_wrong_codes_on_two_processes() {
    let mut world = World::new();
    world.register(EMAIL).unwrap();
    let code = world.code(EMAIL).unwrap();
    let auth = [world.auth.clone(), world.beside()];
    // 200 guesses, the right one among them at the end of each thread's: where it is looked at, it is one of the five.
    let accepted: usize = at_once(&world, 10, |thread, conn| {
        let mut guess = |n: u32| {
            let guess = if n == 19 {
                code.clone()
            } else {
                wrong(&code, 1 + n * 10 + u32::try_from(thread).unwrap())
            };
            auth[thread % 2].verify_otp(conn, shown(EMAIL, &guess), &Actor::default()).is_ok()
        };
        (0..20).filter(|n| guess(*n)).count()
    })
    .into_iter()
    .sum();
    assert_eq!(accepted, 0, "five wrong ones came before the twentieth of any thread");
    assert_eq!(world.count("SELECT tentatives::bigint FROM otp"), 5, "five were looked at");
    assert_eq!(world.count("SELECT nombre::bigint FROM essai WHERE objet = 'devinettes'"), 5);
    assert!(matches!(world.verify(EMAIL, &code), Err(Error::CodeInvalid)));
    assert_eq!(world.count("SELECT count(*) FROM session"), 0);
}

#[test]
fn case_03_the_fifth_guess_may_be_right() {
    let mut world = World::new();
    world.register(EMAIL).unwrap();
    let code = world.code(EMAIL).unwrap();
    for by in 1..5 {
        assert!(matches!(world.verify(EMAIL, &wrong(&code, by)), Err(Error::CodeInvalid)));
    }
    world.verify(EMAIL, &code).unwrap();
}

#[test]
fn case_04_the_right_code_at_once_opens_one_session() {
    let mut world = World::new();
    world.register(EMAIL).unwrap();
    let code = world.code(EMAIL).unwrap();
    let auth = [world.auth.clone(), world.beside()];
    let accepted = at_once(&world, 10, |thread, conn| {
        (0..5)
            .filter(|_| auth[thread % 2].verify_otp(conn, shown(EMAIL, &code), &Actor::default()).is_ok())
            .count()
    });
    assert_eq!(accepted.into_iter().sum::<usize>(), 1);
    assert_eq!(world.count("SELECT count(*) FROM session"), 1);
}

#[tokio::test]
async fn case_05_a_code_is_for_one_person_and_purpose() {
    let mut world = World::new();
    world.register(EMAIL).unwrap();
    world.register("0708091011").unwrap();
    let (one, other) = (world.code(EMAIL).unwrap(), world.code("0708091011").unwrap());
    assert!(matches!(world.verify("0708091011", &one), Err(Error::CodeInvalid)) || one == other);
    assert!(matches!(world.verify(EMAIL, &other), Err(Error::CodeInvalid)) || one == other);
    // The hash itself, carried over to another person or purpose, opens nothing.
    let one = world.code(EMAIL).unwrap();
    world.run("UPDATE otp o SET code_hache = (SELECT code_hache FROM otp WHERE id <> o.id), tentatives = 0, is_valid = true");
    assert!(matches!(world.verify("0708091011", &one), Err(Error::CodeInvalid)));
    let one = world.code(EMAIL).unwrap();
    world.run("UPDATE otp SET objet = 'reinitialisation'");
    assert!(matches!(world.verify(EMAIL, &one), Err(Error::CodeInvalid)));
}

#[test]
fn case_06_used_replaced_and_expired_codes() {
    let mut world = World::new();
    world.register(EMAIL).unwrap();
    let replaced = world.code(EMAIL).unwrap();
    let code = world.code(EMAIL).unwrap();
    assert!(replaced == code || matches!(world.verify(EMAIL, &replaced), Err(Error::CodeInvalid)));
    world.verify(EMAIL, &code).unwrap();
    assert!(matches!(world.verify(EMAIL, &code), Err(Error::CodeInvalid)), "used");
    let code = world.code(EMAIL).unwrap();
    world.wait(600);
    assert!(matches!(world.verify(EMAIL, &code), Err(Error::CodeInvalid)), "ten minutes are over");
    let code = world.code(EMAIL).unwrap();
    world.wait(599);
    world.verify(EMAIL, &code).unwrap();
}

#[test]
fn case_07_starting_over_buys_no_guesses() {
    let mut world = World::new();
    world.register(EMAIL).unwrap();
    let mut looked_at = 0;
    for _ in 0..8 {
        let code = world.code(EMAIL).unwrap();
        for by in 1..=5 {
            looked_at +=
                usize::from(matches!(world.verify(EMAIL, &wrong(&code, by)), Err(Error::CodeInvalid)));
        }
    }
    assert_eq!(looked_at, 20, "an hour's worth");
}

#[test]
fn case_07_the_hour_passes_and_the_owner_enters() {
    let mut world = World::new();
    world.register(EMAIL).unwrap();
    for _ in 0..4 {
        let code = world.code(EMAIL).unwrap();
        for by in 1..=5 {
            assert!(world.verify(EMAIL, &wrong(&code, by)).is_err());
        }
    }
    let code = world.code(EMAIL).unwrap();
    assert!(
        matches!(world.verify(EMAIL, &code), Err(Error::TooMany(_))),
        "not even the right one is looked at"
    );
    world.wait(3_600);
    world.prove(EMAIL);
    assert_eq!(
        world.count("SELECT count(*) FROM essai WHERE objet LIKE 'devinettes%'"),
        0,
        "success forgives"
    );
}

#[test]
fn case_08_a_guess_counts_although_what_follows_fails() {
    let mut world = World::new();
    world.register(EMAIL).unwrap();
    let code = world.code(EMAIL).unwrap();
    // The session can't be opened: everything after the guess rolls back, the guess does not.
    world.run("ALTER TABLE session ADD CONSTRAINT panne CHECK (false) NOT VALID");
    for _ in 0..5 {
        assert!(matches!(world.verify(EMAIL, &code), Err(Error::Database(_))));
    }
    world.run("ALTER TABLE session DROP CONSTRAINT panne");
    assert_eq!(world.count("SELECT tentatives::bigint FROM otp"), 5);
    assert!(matches!(world.verify(EMAIL, &code), Err(Error::CodeInvalid)));
}

#[tokio::test]
async fn codes_are_sent_to_known_people_only_and_nobody_can_tell() {
    let mut world = World::new();
    world.person(EMAIL).await;
    let mut ask = |identifier: &str| {
        world.auth.generate_otp(&mut world.conn, identifier, None, &Actor::default()).unwrap()
    };
    let (known, unknown) = (ask(EMAIL), ask("personne@gmail.com"));
    assert_eq!(known.expires_in, unknown.expires_in);
    assert_eq!(known.delivery.unwrap().recipient.as_str(), EMAIL);
    assert!(unknown.delivery.is_none());
    assert!(matches!(world.verify("personne@gmail.com", "123456"), Err(Error::CodeInvalid)));
    assert_eq!(world.count("SELECT count(*) FROM utilisateur"), 1);
}

#[test]
fn codes_are_counted_by_identifier_known_or_not() {
    let mut world = World::new();
    world.register(EMAIL).unwrap();
    for identifier in [EMAIL, "personne@gmail.com"] {
        for _ in 0..10 {
            world.auth.generate_otp(&mut world.conn, identifier, None, &Actor::default()).unwrap();
        }
        let refused = world.auth.generate_otp(&mut world.conn, identifier, None, &Actor::default());
        assert!(matches!(refused, Err(Error::TooMany(wait)) if wait.as_secs() == 601));
    }
}

#[test]
fn no_live_code_is_readable_in_the_database() {
    let mut world = World::new();
    world.register(EMAIL).unwrap();
    let code = world.code(EMAIL).unwrap();
    assert_eq!(world.count("SELECT count(*) FROM otp WHERE otp_code <> ''"), 0);
    assert_eq!(world.count("SELECT count(*) FROM utilisateur WHERE code_confirmation IS NOT NULL"), 0);
    let everything = format!(
        "SELECT count(*) FROM otp WHERE otp::text LIKE '%{code}%' OR encode(code_hache, 'escape') LIKE '%{code}%'"
    );
    assert_eq!(world.count(&everything), 0);
    // The database refuses one as well.
    let refused = diesel::RunQueryDsl::execute(
        diesel::sql_query("UPDATE otp SET otp_code = '123456'"),
        &mut world.conn,
    );
    assert!(refused.is_err());
}

#[test]
fn what_is_no_code_costs_no_guess() {
    let mut world = World::new();
    world.register(EMAIL).unwrap();
    let code = world.code(EMAIL).unwrap();
    for text in ["", "12345", "1234567", "12345a", "１２３４５６", "-12345", &"1".repeat(100_000)] {
        assert!(matches!(world.verify(EMAIL, text), Err(Error::CodeInvalid)), "{text}");
    }
    assert_eq!(world.count("SELECT tentatives::bigint FROM otp"), 0);
    let spaced = format!(" {} {} ", &code[..3], &code[3..]);
    world.verify(EMAIL, &spaced).unwrap();
}

#[tokio::test]
async fn a_session_proven_by_password_is_replaced_by_the_stronger_one() {
    let mut world = World::new();
    world.person(EMAIL).await;
    let weak = world.sign_in(EMAIL, PASSWORD).await.unwrap();
    let code = world.code(EMAIL).unwrap();
    let mut shown = shown(EMAIL, &code);
    shown.signed_in = Some(weak.session);
    let strong = world.auth.verify_otp(&mut world.conn, shown, &Actor::default()).unwrap();
    let session = world.auth.session(&mut world.conn, strong.session).unwrap();
    assert_eq!((session.proof, session.ended), (Proof::Otp, false));
    assert!(!world.is_live(&weak));
    // Somebody else's session is left alone.
    let other = world.person("0708091011").await;
    let code = world.code(EMAIL).unwrap();
    let shown = VerifyOtp { signed_in: Some(other.session), ..self::shown(EMAIL, &code) };
    world.auth.verify_otp(&mut world.conn, shown, &Actor::default()).unwrap();
    assert!(world.is_live(&other));
    assert_ne!(owner(&other).user, strong.profile.user);
}

#[test]
fn a_blocked_account_gets_no_code_and_no_session() {
    let mut world = World::new();
    world.register(EMAIL).unwrap();
    let code = world.code(EMAIL).unwrap();
    world.run("UPDATE utilisateur SET statut = 'bloque'");
    assert_eq!(world.code(EMAIL), None);
    assert!(matches!(world.verify(EMAIL, &code), Err(Error::Blocked)));
    assert!(matches!(world.verify(EMAIL, &code), Err(Error::CodeInvalid)), "it was used up");
}

#[test]
fn nothing_of_a_code_is_in_a_debug() {
    let mut world = World::new();
    world.register(EMAIL).unwrap();
    let generated = world.auth.generate_otp(&mut world.conn, EMAIL, None, &Actor::default()).unwrap();
    let printed = format!("{generated:?}");
    let delivery = generated.delivery.unwrap();
    assert!(!printed.contains(delivery.code.expose_secret()) && !printed.contains(EMAIL), "{printed}");
}
