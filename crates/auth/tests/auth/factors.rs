//! The second factor: an authenticator app and its recovery codes.

use crate::world::{EMAIL, PASSWORD, World, at_once, owner};
use hostolink_audit::Actor;
use hostolink_auth::{Challenge, Door, Error, Factor, Proof, SignedIn};
use hostolink_kernel::{Clock, ExposeSecret, Secret};
use totp_rs::{Builder, Totp};

/// An app as somebody has it on a phone.
struct App {
    totp: Totp,
    recovery: Vec<Secret>,
}

impl App {
    /// The code that it shows so many steps from now.
    fn code(&self, world: &World, steps: i64) -> Factor {
        let time = u64::try_from(world.clock.now().timestamp() + 30 * steps).unwrap();
        Factor::Totp(self.totp.generate(time).to_string().into())
    }

    fn recovery(&self, index: usize) -> Factor {
        Factor::RecoveryCode(self.recovery[index].clone())
    }
}

impl World {
    /// Turns the second factor on.
    fn app(&mut self, who: &SignedIn) -> App {
        let actor = Actor::default();
        let enrolment = self.auth.enrol_totp(&mut self.conn, owner(who), &actor).unwrap();
        let secret = totp_rs::Secret::try_from_base32(enrolment.secret.expose_secret()).unwrap();
        let mut app = App { totp: Builder::new().with_secret(secret).build().unwrap(), recovery: Vec::new() };
        let Factor::Totp(code) = app.code(self, 0) else { unreachable!() };
        app.recovery = self.auth.confirm_totp(&mut self.conn, owner(who), &code, &actor).unwrap();
        self.wait(30); // that code is used
        app
    }

    fn answer(&mut self, challenge: &Challenge, factor: &Factor) -> Result<SignedIn, Error> {
        self.auth.verify_second_factor(&mut self.conn, &challenge.token, factor, &Actor::default())
    }

    async fn challenge(&mut self) -> Challenge {
        match self.sign_in(EMAIL, PASSWORD).await {
            Err(Error::SecondFactorRequired(challenge)) => challenge,
            other => panic!("{other:?}"),
        }
    }

    fn turn_off(&mut self, who: &SignedIn, factor: &Factor) -> Result<(), Error> {
        self.auth.turn_totp_off(&mut self.conn, owner(who), factor, &Actor::default())
    }
}

#[tokio::test]
async fn where_it_is_on_a_password_or_a_code_is_half_a_sign_in() {
    let mut world = World::new();
    let awa = world.person(EMAIL).await;
    assert_eq!(world.auth.totp_standing(&mut world.conn, awa.profile.user).unwrap(), (false, 0));
    let app = world.app(&awa);
    assert_eq!(world.auth.totp_standing(&mut world.conn, awa.profile.user).unwrap(), (true, 10));
    let sessions = world.count("SELECT count(*) FROM session");
    let challenge = world.challenge().await;
    assert_eq!(world.count("SELECT count(*) FROM session"), sessions, "there is no session yet");
    let (now, next) = (app.code(&world, 0), app.code(&world, 1));
    let signed_in = world.answer(&challenge, &now).unwrap();
    assert_eq!(world.auth.session(&mut world.conn, signed_in.session).unwrap().proof, Proof::Password);
    assert!(matches!(world.answer(&challenge, &next), Err(Error::ChallengeInvalid)), "it is used up");
    // The same by a one-time code.
    let code = world.code(EMAIL).unwrap();
    let Err(Error::SecondFactorRequired(challenge)) = world.verify(EMAIL, &code) else { panic!() };
    assert!(matches!(world.verify(EMAIL, &code), Err(Error::CodeInvalid)), "the code is used up");
    let signed_in = world.answer(&challenge, &next).unwrap();
    assert_eq!(world.auth.session(&mut world.conn, signed_in.session).unwrap().proof, Proof::Otp);
    assert!(world.is_live(&awa), "sessions from before go on");
}

#[tokio::test]
async fn half_a_sign_in_does_not_outlive_the_password_that_it_was_made_with() {
    let mut world = World::new();
    let awa = world.person(EMAIL).await;
    let app = world.app(&awa);
    let challenge = world.challenge().await;
    let token = world.reset_token(EMAIL);
    world.reset(&token).await.unwrap();
    let code = app.code(&world, 0);
    assert!(matches!(world.answer(&challenge, &code), Err(Error::ChallengeInvalid)));
}

#[tokio::test]
async fn stepping_up_takes_the_place_of_the_weaker_session_once_it_is_whole() {
    let mut world = World::new();
    let awa = world.person(EMAIL).await;
    let weak = world.sign_in(EMAIL, PASSWORD).await.unwrap();
    let app = world.app(&awa);
    let code = world.code_in(Some(weak.session), EMAIL).unwrap().unwrap();
    let challenge = match world.verify_in(weak.session, EMAIL, &code) {
        Err(Error::SecondFactorRequired(challenge)) => challenge,
        other => panic!("{other:?}"),
    };
    assert!(world.is_live(&weak));
    let factor = app.code(&world, 0);
    let strong = world.answer(&challenge, &factor).unwrap();
    assert!(world.is_live(&strong) && !world.is_live(&weak));
}

#[tokio::test]
async fn case_29_a_code_is_taken_once_and_none_before_it() {
    let mut world = World::new();
    let awa = world.person(EMAIL).await;
    let app = world.app(&awa);
    let [early, now, late] = [-1, 0, 1].map(|steps| app.code(&world, steps));
    let (too_early, too_late) = (app.code(&world, -2), app.code(&world, 2));
    let challenge = world.challenge().await;
    for factor in [&too_early, &too_late] {
        assert!(matches!(world.answer(&challenge, factor), Err(Error::TotpInvalid)));
    }
    // Its own first code was the step before now: used.
    assert!(matches!(world.answer(&challenge, &early), Err(Error::TotpInvalid)));
    world.answer(&challenge, &now).unwrap();
    let challenge = world.challenge().await;
    assert!(matches!(world.answer(&challenge, &now), Err(Error::TotpInvalid)), "the same again");
    world.answer(&challenge, &late).unwrap();
    // A step that was ahead makes those behind it worthless.
    world.wait(30);
    let challenge = world.challenge().await;
    assert!(matches!(world.answer(&challenge, &late), Err(Error::TotpInvalid)));
    assert!(matches!(world.answer(&challenge, &now), Err(Error::TotpInvalid)));
}

#[tokio::test]
async fn case_29_turning_it_off_takes_a_code_proven_session_and_the_factor() {
    let mut world = World::new();
    let awa = world.person(EMAIL).await;
    let weak = world.sign_in(EMAIL, PASSWORD).await.unwrap();
    let koffi = world.person("0708091011").await;
    let app = world.app(&awa);
    let (factor, wrong) = (app.code(&world, 0), Factor::Totp("000000".into()));
    assert!(matches!(world.turn_off(&weak, &factor), Err(Error::StepUpRequired)));
    assert!(matches!(world.turn_off(&koffi, &factor), Err(Error::TotpOff)));
    assert!(matches!(world.turn_off(&awa, &wrong), Err(Error::TotpInvalid)));
    let waiting = world.challenge().await;
    world.turn_off(&awa, &factor).unwrap();
    assert!(matches!(world.turn_off(&awa, &factor), Err(Error::TotpOff)));
    world.sign_in(EMAIL, PASSWORD).await.unwrap();
    assert!(matches!(world.answer(&waiting, &factor), Err(Error::ChallengeInvalid)));
    assert_eq!(world.count("SELECT count(*) FROM code_secours"), 0);
}

#[tokio::test]
async fn it_is_turned_on_by_a_first_code_after_a_recent_one_time_code() {
    let mut world = World::new();
    let (awa, actor) = (world.person(EMAIL).await, Actor::default());
    let code: Secret = "123456".into();
    let confirm = |world: &mut World, who| world.auth.confirm_totp(&mut world.conn, who, &code, &actor);
    assert!(matches!(confirm(&mut world, owner(&awa)), Err(Error::TotpOff)));
    let enrolment = world.auth.enrol_totp(&mut world.conn, owner(&awa), &actor).unwrap();
    // Enrolled is not on: nobody is locked out by an app that never got the secret.
    world.sign_in(EMAIL, PASSWORD).await.unwrap();
    assert!(matches!(confirm(&mut world, owner(&awa)), Err(Error::TotpInvalid)));
    let again = world.auth.enrol_totp(&mut world.conn, owner(&awa), &actor).unwrap();
    assert_ne!(enrolment.secret.expose_secret(), again.secret.expose_secret());
    let app = world.app(&awa);
    assert_eq!(app.recovery.len(), 10);
    assert!(matches!(world.auth.enrol_totp(&mut world.conn, owner(&awa), &actor), Err(Error::TotpOn)));
    assert!(matches!(confirm(&mut world, owner(&awa)), Err(Error::TotpOn)));
    let koffi = world.person("0708091011").await;
    world.wait(601);
    let late = world.auth.enrol_totp(&mut world.conn, owner(&koffi), &actor);
    assert!(matches!(late, Err(Error::RecentCodeRequired)));
    assert_eq!(world.count("SELECT count(*) FROM totp WHERE actif_le IS NOT NULL"), 1);
}

#[tokio::test]
async fn case_30_a_recovery_code_works_once_in_any_spelling() {
    let mut world = World::new();
    let awa = world.person(EMAIL).await;
    let app = world.app(&awa);
    let challenge = world.challenge().await;
    let spelled = app.recovery[0].expose_secret().to_lowercase().replace('-', " ");
    world.answer(&challenge, &Factor::RecoveryCode(spelled.into())).unwrap();
    let challenge = world.challenge().await;
    assert!(matches!(world.answer(&challenge, &app.recovery(0)), Err(Error::TotpInvalid)));
    world.answer(&challenge, &app.recovery(1)).unwrap();
    assert_eq!(world.auth.totp_standing(&mut world.conn, awa.profile.user).unwrap(), (true, 8));
    // New ones put an end to the old.
    let now = app.code(&world, 0);
    let new = world.auth.renew_recovery_codes(&mut world.conn, owner(&awa), &now, &Actor::default()).unwrap();
    let challenge = world.challenge().await;
    assert!(matches!(world.answer(&challenge, &app.recovery(2)), Err(Error::TotpInvalid)));
    world.answer(&challenge, &Factor::RecoveryCode(new[0].clone())).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn case_30_one_recovery_code_at_once_opens_one_session() {
    let mut world = World::new();
    let awa = world.person(EMAIL).await;
    let app = world.app(&awa);
    let mut challenges = Vec::new();
    for _ in 0..5 {
        challenges.push(world.challenge().await);
    }
    let auth = [world.auth.clone(), world.beside()];
    let before = world.count("SELECT count(*) FROM session");
    let opened = at_once(&world, 5, |thread, conn| {
        let (challenge, factor) = (&challenges[thread].token, app.recovery(0));
        auth[thread % 2].verify_second_factor(conn, challenge, &factor, &Actor::default()).is_ok()
    });
    assert_eq!(opened.iter().filter(|opened| **opened).count(), 1);
    assert_eq!(world.count("SELECT count(*) FROM session"), before + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_guesses_at_once_are_five_tries_of_a_challenge() {
    let mut world = World::new();
    let awa = world.person(EMAIL).await;
    let app = world.app(&awa);
    let challenge = world.challenge().await;
    let auth = [world.auth.clone(), world.beside()];
    let wrong = at_once(&world, 10, |thread, conn| {
        let mut guess = |number: usize| {
            let factor = Factor::Totp(format!("{:06}", thread * 20 + number).into());
            auth[thread % 2].verify_second_factor(conn, &challenge.token, &factor, &Actor::default())
        };
        (0..20).filter(|number| matches!(guess(*number), Err(Error::TotpInvalid))).count()
    });
    assert_eq!(wrong.iter().sum::<usize>(), 5, "no more are ever compared");
    let factor = app.code(&world, 0);
    assert!(matches!(world.answer(&challenge, &factor), Err(Error::ChallengeInvalid)));
}

#[tokio::test]
async fn who_knows_the_password_alone_cannot_keep_the_owner_out() {
    let mut world = World::new();
    let awa = world.person(EMAIL).await;
    let app = world.app(&awa);
    let mut refused = 0;
    for _ in 0..10 {
        let challenge = world.challenge().await;
        for _ in 0..5 {
            let answer = world.answer(&challenge, &Factor::Totp("000000".into()));
            refused += usize::from(matches!(answer, Err(Error::TooMany(_))));
        }
    }
    assert!(refused > 30, "most are not even looked at");
    let code = world.code(EMAIL).unwrap();
    let Err(Error::SecondFactorRequired(challenge)) = world.verify(EMAIL, &code) else { panic!() };
    let factor = app.code(&world, 0);
    world.answer(&challenge, &factor).unwrap();
}

#[tokio::test]
async fn a_challenge_waits_five_minutes_and_is_erased() {
    let mut world = World::new();
    let awa = world.person(EMAIL).await;
    let app = world.app(&awa);
    let (late, blocked) = (world.challenge().await, world.challenge().await);
    world.wait(299);
    world.run("UPDATE utilisateur SET statut = 'bloque'");
    let factor = app.code(&world, 0);
    assert!(matches!(world.answer(&blocked, &factor), Err(Error::Blocked)));
    world.run("UPDATE utilisateur SET statut = 'actif'");
    world.wait(1);
    assert!(matches!(world.answer(&late, &factor), Err(Error::ChallengeInvalid)));
    let unknown = Challenge { token: "never made".into(), ..late };
    assert!(matches!(world.answer(&unknown, &factor), Err(Error::ChallengeInvalid)));
    world.wait(1);
    assert!(world.auth.purge(&mut world.conn, 1_000).unwrap() >= 2);
    assert_eq!(world.count("SELECT count(*) FROM defi_totp"), 0);
}

#[tokio::test]
async fn what_is_half_signed_in_ends_with_the_sessions() {
    let mut world = World::new();
    let awa = world.person(EMAIL).await;
    let app = world.app(&awa);
    let waiting = world.challenge().await;
    world.define_as(EMAIL, "UnAutreMotDePasse456", None, Some(owner(&awa))).await.unwrap();
    let factor = app.code(&world, 0);
    assert!(matches!(world.answer(&waiting, &factor), Err(Error::ChallengeInvalid)));
}

#[tokio::test]
async fn an_operator_lets_in_who_lost_the_app_and_the_recovery_codes() {
    let mut world = World::new();
    let awa = world.person(EMAIL).await;
    world.app(&awa);
    let [identifier, nobody] = [EMAIL, "nobody@example.ci"].map(|text| {
        hostolink_kernel::Identifier::parse(text, &[hostolink_kernel::Region::COTE_D_IVOIRE]).unwrap()
    });
    assert!(world.auth.drop_totp(&mut world.conn, &identifier).unwrap());
    assert!(!world.auth.drop_totp(&mut world.conn, &identifier).unwrap(), "it is off");
    assert!(matches!(world.auth.drop_totp(&mut world.conn, &nobody), Err(Error::UserNotFound)));
    assert!(!world.is_live(&awa), "whoever is in, signs in again");
    world.sign_in(EMAIL, PASSWORD).await.unwrap();
}

#[tokio::test]
async fn the_database_alone_gives_no_codes() {
    let mut world = World::new();
    let (awa, koffi) = (world.person(EMAIL).await, world.person("0708091011").await);
    let app = world.app(&awa);
    world.app(&koffi);
    let secret = app.totp.secret().as_bytes().to_vec();
    let hex: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    let found = format!("SELECT count(*) FROM totp WHERE encode(secret_chiffre, 'hex') LIKE '%{hex}%'");
    assert_eq!(world.count(&found), 0);
    // Another person's sealed secret is none of Awa's.
    world.run(
        "UPDATE totp SET dernier_pas = 0, secret_chiffre = (SELECT secret_chiffre FROM totp ORDER BY id_user LIMIT 1)",
    );
    let factor = app.code(&world, 0);
    assert!(matches!(world.turn_off(&koffi, &factor), Err(Error::TotpInvalid)));
    world.turn_off(&awa, &factor).unwrap();
}

#[tokio::test]
async fn the_door_of_the_first_proof_is_the_session_s() {
    let mut world = World::new();
    let awa = world.person(EMAIL).await;
    let app = world.app(&awa);
    let challenge = world.challenge().await;
    world.run("UPDATE defi_totp SET porte = 'ego'");
    let factor = app.code(&world, 0);
    let signed_in = world.answer(&challenge, &factor).unwrap();
    assert_eq!(world.auth.session(&mut world.conn, signed_in.session).unwrap().door, Door::Ego);
    assert_eq!(signed_in.tokens.expires_in.as_secs(), 1_800);
}
