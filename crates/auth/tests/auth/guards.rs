//! The counters of addresses.

use crate::world::{EMAIL, PASSWORD, World, wrong};
use hostolink_audit::Actor;
use hostolink_auth::{Door, Error, PasswordAttempt, VerifyOtp};
use std::net::IpAddr;

fn from(address: &str) -> Actor {
    Actor { address: Some(address.parse::<IpAddr>().unwrap()), ..Actor::default() }
}

/// One of the calls that an address may make so often.
type Call<'a> = dyn Fn(&mut World, i32, &Actor) -> Result<(), Error> + 'a;

impl World {
    /// Tries a password from an address; how it is answered.
    async fn try_from(&mut self, actor: &Actor, identifier: &str, password: &str) -> Result<(), Error> {
        let pending = self.auth.begin_sign_in(&mut self.conn, identifier, None, actor)?;
        let place = self.workers.reserve()?;
        let verified = place.verify(PasswordAttempt::new(&password.into()), &pending).await?;
        self.auth.finish_sign_in(&mut self.conn, &pending, &verified, Door::Api, None, actor).map(|_| ())
    }
}

#[tokio::test]
async fn case_10_one_password_on_ten_thousand_accounts() {
    let mut world = World::new();
    world.person(EMAIL).await;
    let attacker = from("2001:db8:1:2::1");
    let mut looked_at = 0;
    for victim in 0..10_000_u32 {
        // A new address of the attacker's own network each time.
        let hop = from(&format!("2001:db8:1:2::{:x}", victim + 2));
        let begun = world.auth.begin_sign_in(&mut world.conn, &format!("v{victim}@example.ci"), None, &hop);
        match begun {
            Ok(_) => looked_at += 1,
            Err(Error::TooMany(_)) if victim > 400 => break,
            Err(error) => assert!(matches!(error, Error::TooMany(_)), "{error}"),
        }
    }
    assert_eq!(looked_at, 300, "an hour's worth, whoever the victims are");
    assert!(matches!(world.try_from(&attacker, EMAIL, PASSWORD).await, Err(Error::TooMany(_))));
    // Their own counters are as they were: from elsewhere the owner enters, and so do the attacker's neighbours.
    world.try_from(&from("2001:db8:1:3::1"), EMAIL, PASSWORD).await.unwrap();
    // Hours later it goes on, until the day's worth is used up.
    for hour in 1..7 {
        world.wait(3_600);
        for victim in 0..301 {
            let name = format!("v{victim}-{hour}@example.ci");
            looked_at +=
                usize::from(world.auth.begin_sign_in(&mut world.conn, &name, None, &attacker).is_ok());
        }
    }
    assert_eq!(looked_at, 1_500, "a day's worth");
}

#[tokio::test]
async fn a_town_behind_one_address_signs_in_as_often_as_it_likes() {
    let mut world = World::new();
    world.person(EMAIL).await;
    let town = from("192.0.2.7");
    for _ in 0..310 {
        world.try_from(&town, EMAIL, PASSWORD).await.unwrap();
    }
    for _ in 0..5 {
        world.wait(61);
        let code = world.code(EMAIL).unwrap();
        let shown = VerifyOtp {
            identifier: EMAIL,
            code: &code,
            attempt_token: None,
            signed_in: None,
            door: Door::Api,
            device: None,
        };
        world.auth.verify_otp(&mut world.conn, shown, &town).unwrap();
    }
    assert_eq!(world.count("SELECT COALESCE(sum(nombre), 0) FROM essai WHERE objet LIKE 'ip_mots%'"), 0);
    assert_eq!(world.count("SELECT COALESCE(sum(nombre), 0) FROM essai WHERE objet LIKE 'ip_dev%'"), 0);
}

#[test]
fn guesses_of_codes_are_counted_by_address_and_apart_from_passwords() {
    let mut world = World::new();
    let attacker = from("192.0.2.7");
    let mut looked_at = 0;
    for victim in 0..310 {
        let victim = format!("v{victim}@example.ci");
        assert_eq!(world.code(&victim), None, "nobody, to whom it looks as if a code were out");
        let shown = VerifyOtp {
            identifier: &victim,
            code: "000000",
            attempt_token: None,
            signed_in: None,
            door: Door::Api,
            device: None,
        };
        let answer = world.auth.verify_otp(&mut world.conn, shown, &attacker);
        looked_at += usize::from(matches!(answer, Err(Error::CodeInvalid)));
    }
    assert_eq!(looked_at, 300);
    world.auth.begin_sign_in(&mut world.conn, EMAIL, None, &attacker).unwrap();
}

#[test]
fn a_refused_try_counts_nowhere() {
    let mut world = World::new();
    world.register(EMAIL).unwrap();
    let attacker = from("192.0.2.7");
    for by in 1..=30 {
        let guess = wrong(&world.code(EMAIL).unwrap(), by);
        world.wait(60);
        let shown = VerifyOtp {
            identifier: EMAIL,
            code: &guess,
            attempt_token: None,
            signed_in: None,
            door: Door::Api,
            device: None,
        };
        world.auth.verify_otp(&mut world.conn, shown, &attacker).unwrap_err();
    }
    for counter in ["devinettes", "devinettes_jour", "ip_devinettes", "ip_devinettes_jour"] {
        let sql = format!("SELECT nombre::bigint FROM essai WHERE objet = '{counter}'");
        assert_eq!(world.count(&sql), 20, "{counter}");
    }
}

#[test]
fn case_02_guessing_a_code_tells_nobody_who_is_known() {
    let mut world = World::new();
    world.register(EMAIL).unwrap();
    world.register("bloque@gmail.com").unwrap();
    world.run("UPDATE utilisateur SET statut = 'bloque' WHERE email_normalise LIKE 'bloque%'");
    let mut answers = Vec::new();
    for identifier in [EMAIL, "personne@gmail.com", "bloque@gmail.com"] {
        let mut said = String::new();
        for guess in 0..7 * 6 {
            if guess % 6 == 0 {
                let code = world.code(identifier);
                assert_ne!(code.as_deref(), Some("999999"), "run it again");
            }
            said += match world.verify(identifier, "999999") {
                Err(Error::CodeInvalid) => "wrong ",
                Err(Error::TooMany(_)) => "wait ",
                other => panic!("{other:?}"),
            };
        }
        assert!(said.contains("wait"), "{said}");
        answers.push(said);
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
}

#[test]
fn questions_codes_and_registrations_are_counted_by_address() {
    let mut world = World::new();
    let (asking, other) = (from("192.0.2.7"), from("192.0.2.8"));
    let name = |n: i32| format!("v{n}@example.ci");
    let auth = world.auth.clone();
    let calls: [(&str, &Call); 3] = [
        ("check", &|world, n, actor| auth.check_user(&mut world.conn, &name(n), actor).map(|_| ())),
        ("code", &|world, n, actor| auth.generate_otp(&mut world.conn, &name(n), None, actor).map(|_| ())),
        ("register", &|world, n, actor| auth.register_user(&mut world.conn, &name(n), actor).map(|_| ())),
    ];
    for (call, run) in calls {
        for n in 0..10 {
            run(&mut world, n, &asking).unwrap();
        }
        // Each counted as one. The next nine hundred and eighty, which would do the same, are spared.
        let counted = "SELECT count(*) FROM essai WHERE objet LIKE 'ip_%' AND nombre = 10";
        assert!(world.count(counted) > 0, "{call}");
        world.run("UPDATE essai SET nombre = 990 WHERE objet LIKE 'ip_%' AND nombre = 10");
        for n in 990..1_000 {
            run(&mut world, n, &asking).unwrap();
        }
        let refused = run(&mut world, 1_000, &asking);
        assert!(matches!(refused, Err(Error::TooMany(_))), "{call}");
        run(&mut world, 1_001, &other).unwrap();
    }
}

#[test]
fn no_address_is_readable_in_the_table_of_counters() {
    let mut world = World::new();
    world.auth.check_user(&mut world.conn, EMAIL, &from("192.0.2.7")).unwrap();
    assert_eq!(world.count("SELECT count(*) FROM essai WHERE length(cle) = 32 AND objet LIKE 'ip_%'"), 1);
    let named = "SELECT count(*) FROM essai WHERE encode(cle, 'hex') LIKE '%c0000207%' OR essai::text LIKE '%192.0.2.7%'";
    assert_eq!(world.count(named), 0);
}
