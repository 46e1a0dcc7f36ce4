use crate::world::{EMAIL, PASSWORD, World, at_once, wrong};
use hostolink_audit::Actor;
use hostolink_auth::{Error, PasswordReset, PendingReset, ResetDelivery};
use hostolink_kernel::{ExposeSecret, Identifier, Secret};

const NEW: &str = "UnAutreMotDePasse456";
const PHONE: &str = "+2250708091011";

impl World {
    fn forget(&mut self, identifier: &str) -> Result<Option<ResetDelivery>, Error> {
        let requested = self.auth.request_reset(&mut self.conn, identifier, &Actor::default())?;
        Ok(requested.delivery)
    }

    /// What is sent to somebody who owns the identifier.
    pub(crate) fn reset_token(&mut self, identifier: &str) -> Secret {
        self.forget(identifier).unwrap().expect("something is sent").token
    }

    fn begin(&mut self, token: &Secret) -> Result<PendingReset, Error> {
        self.auth.begin_reset(&mut self.conn, token, &Actor::default())
    }

    fn begin_by_code(&mut self, identifier: &str, code: &str) -> Result<PendingReset, Error> {
        self.auth.begin_reset_by_code(&mut self.conn, identifier, code, &Actor::default())
    }

    async fn finish(&mut self, pending: &PendingReset) -> Result<PasswordReset, Error> {
        let hash = self.hash(NEW).await;
        self.auth.finish_reset(&mut self.conn, pending, &hash, &Actor::default())
    }

    pub(crate) async fn reset(&mut self, token: &Secret) -> Result<PasswordReset, Error> {
        let pending = self.begin(token)?;
        self.finish(&pending).await
    }
}

#[tokio::test]
async fn a_mailed_token_sets_the_password_and_ends_every_session() {
    let mut world = World::new();
    let by_code = world.person(EMAIL).await;
    let by_password = world.sign_in(EMAIL, PASSWORD).await.unwrap();
    let sessions = world.count("SELECT count(*) FROM session");
    let code = world.code(EMAIL).unwrap();
    let token = world.reset_token(EMAIL);
    assert_eq!(token.expose_secret().len(), 43, "256 bits");
    let done = world.reset(&token).await.unwrap();
    assert_eq!(done.tell.iter().map(Identifier::as_str).collect::<Vec<_>>(), [EMAIL]);
    assert_eq!(done.ended.len(), 2);
    for session in [by_code, by_password] {
        assert!(!world.is_live(&session));
        let refreshed = world.auth.refresh(&mut world.conn, &session.tokens.refresh, &Actor::default());
        assert!(matches!(refreshed, Err(Error::SessionEnded)));
    }
    assert_eq!(world.count("SELECT count(*) FROM session"), sessions, "nobody is signed in by it");
    assert!(matches!(world.verify(EMAIL, &code), Err(Error::CodeInvalid)), "codes of before are dead");
    assert!(matches!(world.sign_in(EMAIL, PASSWORD).await, Err(Error::CredentialsInvalid)));
    world.sign_in(EMAIL, NEW).await.unwrap();
}

#[tokio::test]
async fn a_phone_gets_a_code_of_this_purpose() {
    let mut world = World::new();
    let before = world.person(PHONE).await;
    let delivery = world.forget("07 08 09 10 11").unwrap().unwrap();
    assert_eq!((delivery.recipient.as_str(), delivery.expires_in.as_secs()), (PHONE, 600));
    let code = delivery.token.expose_secret().to_owned();
    let pending = world.begin_by_code("07 08 09 10 11", &code).unwrap();
    world.finish(&pending).await.unwrap();
    assert!(!world.is_live(&before));
    world.sign_in(PHONE, NEW).await.unwrap();
    assert!(matches!(world.begin_by_code(PHONE, &code), Err(Error::CodeInvalid)), "it was used");
    assert!(matches!(world.finish(&pending).await, Err(Error::CodeInvalid)), "nor twice after one look");
}

#[tokio::test]
async fn case_05_a_code_to_sign_in_resets_nothing_and_the_other_way_round() {
    let mut world = World::new();
    world.person(PHONE).await;
    let sign_in = world.code(PHONE).unwrap();
    assert!(matches!(world.begin_by_code(PHONE, &sign_in), Err(Error::CodeInvalid)));
    let reset = world.reset_token(PHONE).expose_secret().to_owned();
    assert!(matches!(world.begin_by_code(PHONE, &sign_in), Err(Error::CodeInvalid)) || sign_in == reset);
    assert!(matches!(world.verify(PHONE, &reset), Err(Error::CodeInvalid)) || sign_in == reset);
    world.begin_by_code(PHONE, &reset).unwrap();
    // A token is no code, and a code no token.
    assert!(matches!(world.begin(&reset.into()), Err(Error::ResetInvalid)));
    // Nor is one person's code another's.
    world.person("0509080706").await;
    let other = world.reset_token("0509080706").expose_secret().to_owned();
    let mine = world.reset_token(PHONE).expose_secret().to_owned();
    assert!(matches!(world.begin_by_code(PHONE, &other), Err(Error::CodeInvalid)) || mine == other);
}

#[tokio::test]
async fn case_03_guesses_of_a_reset_code_are_five_at_most() {
    let mut world = World::new();
    world.person(PHONE).await;
    let code = world.reset_token(PHONE).expose_secret().to_owned();
    let auth = [world.auth.clone(), world.beside()];
    let right: usize = at_once(&world, 10, |thread, conn| {
        let mut guess = |n: u32| {
            let by = 1 + n * 10 + u32::try_from(thread).unwrap();
            let guess = if n == 19 { code.clone() } else { wrong(&code, by) };
            auth[thread % 2].begin_reset_by_code(conn, PHONE, &guess, &Actor::default()).is_ok()
        };
        (0..20).filter(|n| guess(*n)).count()
    })
    .into_iter()
    .sum();
    assert_eq!(right, 0, "five wrong ones came before");
    assert_eq!(world.count("SELECT tentatives::bigint FROM otp WHERE objet = 'reinitialisation'"), 5);
    assert!(matches!(world.begin_by_code(PHONE, &code), Err(Error::CodeInvalid | Error::TooMany(_))));
    // Signing in has guesses of its own.
    let code = world.code(PHONE).unwrap();
    world.verify(PHONE, &code).unwrap();
}

#[tokio::test]
async fn case_04_one_token_at_once_sets_one_password() {
    let mut world = World::new();
    world.person(EMAIL).await;
    let token = world.reset_token(EMAIL);
    let pending: Vec<_> = (0..8).map(|_| world.begin(&token).unwrap()).collect();
    let hash = world.hash(NEW).await;
    let auth = [world.auth.clone(), world.beside()];
    let done = at_once(&world, 8, |n, conn| {
        auth[n % 2].finish_reset(conn, &pending[n], &hash, &Actor::default()).is_ok()
    });
    assert_eq!(done.into_iter().filter(|done| *done).count(), 1);
    assert_eq!(world.count("SELECT count(*) FROM logs WHERE action = 'auth.password_reset'"), 1);
}

#[tokio::test]
async fn case_27_the_older_token_dies_and_all_die_on_success() {
    let mut world = World::new();
    world.person(EMAIL).await;
    let older = world.reset_token(EMAIL);
    let newer = world.reset_token(EMAIL);
    assert!(matches!(world.begin(&older), Err(Error::ResetInvalid)));
    // Looked at, and replaced before the password was hashed.
    let looked_at = world.begin(&newer).unwrap();
    let newest = world.reset_token(EMAIL);
    assert!(matches!(world.finish(&looked_at).await, Err(Error::ResetInvalid)));
    world.reset(&newest).await.unwrap();
    assert!(matches!(world.begin(&newest), Err(Error::ResetInvalid)), "single use");
    assert_eq!(world.count("SELECT count(*) FROM jeton_reinitialisation"), 0);
}

#[tokio::test]
async fn a_token_lives_an_hour_and_a_code_ten_minutes() {
    let mut world = World::new();
    world.person(EMAIL).await;
    world.person(PHONE).await;
    let token = world.reset_token(EMAIL);
    world.wait(3_599);
    world.begin(&token).unwrap();
    let late = world.begin(&token).unwrap();
    world.wait(1);
    assert!(matches!(world.begin(&token), Err(Error::ResetInvalid)));
    assert!(matches!(world.finish(&late).await, Err(Error::ResetInvalid)));
    let code = world.reset_token(PHONE).expose_secret().to_owned();
    world.wait(600);
    assert!(matches!(world.begin_by_code(PHONE, &code), Err(Error::CodeInvalid)));
}

#[tokio::test]
async fn a_token_is_bound_to_the_identifier_it_was_sent_to() {
    let mut world = World::new();
    world.person(EMAIL).await;
    let token = world.reset_token(EMAIL);
    let looked_at = world.begin(&token).unwrap();
    world.run("UPDATE utilisateur SET email = 'nouvelle@gmail.com', email_normalise = 'nouvelle@gmail.com'");
    assert!(matches!(world.finish(&looked_at).await, Err(Error::ResetInvalid)));
    world.sign_in("nouvelle@gmail.com", PASSWORD).await.unwrap();
}

#[tokio::test]
async fn who_has_proven_nothing_gets_nothing() {
    let mut world = World::new();
    world.register(EMAIL).unwrap();
    world.define(EMAIL, PASSWORD).await.unwrap();
    assert!(world.forget(EMAIL).unwrap().is_none());
    assert!(world.forget("personne@gmail.com").unwrap().is_none());
    assert!(world.forget("0102030405").unwrap().is_none());
    let blocked = world.person("bloquee@gmail.com").await;
    let token = world.reset_token("bloquee@gmail.com");
    let looked_at = world.begin(&token).unwrap();
    world.run("UPDATE utilisateur SET statut = 'bloque'");
    assert!(world.forget("bloquee@gmail.com").unwrap().is_none());
    assert!(world.finish(&looked_at).await.is_err());
    assert!(!world.is_live(&blocked));
    for text in ["", "@", "08091011"] {
        assert!(world.forget(text).is_err());
    }
}

#[tokio::test]
async fn case_02_known_or_not_the_same_is_written() {
    let mut world = World::new();
    world.person(EMAIL).await;
    world.person(PHONE).await;
    let rows = "SELECT (SELECT count(*) FROM jeton_reinitialisation) + (SELECT count(*) FROM otp WHERE objet = 'reinitialisation')";
    let logged = "SELECT count(*) FROM logs WHERE action = 'auth.reset_requested'";
    for (n, identifier) in (1..).zip([EMAIL, "personne@gmail.com", PHONE, "0102030405"]) {
        let sent = world.forget(identifier).unwrap().is_some();
        assert_eq!(sent, [EMAIL, PHONE].contains(&identifier));
        assert_eq!((world.count(rows), world.count(logged)), (n, n), "{identifier}");
    }
    // What was kept for nobody opens nothing, whatever its hash.
    let token = Secret::from("a".repeat(43));
    world.run("UPDATE jeton_reinitialisation SET hache = sha256(repeat('a', 43)::bytea) WHERE id_user IS NULL AND destinataire = (SELECT destinataire FROM jeton_reinitialisation WHERE id_user IS NULL LIMIT 1)");
    assert!(matches!(world.begin(&token), Err(Error::ResetInvalid)));
}

#[tokio::test]
async fn wishes_are_counted_by_identifier_known_or_not() {
    let mut world = World::new();
    world.person(EMAIL).await;
    for identifier in [EMAIL, "personne@gmail.com"] {
        for _ in 0..5 {
            world.forget(identifier).unwrap();
        }
        assert!(matches!(world.forget(identifier), Err(Error::TooMany(wait)) if wait.as_secs() == 3_601));
    }
    // Signing in by a code is not concerned.
    world.code(EMAIL).unwrap();
}

#[tokio::test]
async fn a_reset_forgives_the_failures_of_the_password_and_is_purged() {
    let mut world = World::new();
    world.person(EMAIL).await;
    for _ in 0..6 {
        let _ = world.sign_in(EMAIL, "PasLeBon123456").await;
    }
    assert!(matches!(world.sign_in(EMAIL, PASSWORD).await, Err(Error::TooMany(_))));
    let token = world.reset_token(EMAIL);
    world.reset(&token).await.unwrap();
    world.sign_in(EMAIL, NEW).await.unwrap();
    world.reset_token(EMAIL);
    world.forget("personne@gmail.com").unwrap();
    world.wait(2 * 86_400);
    world.auth.purge(&mut world.conn, 100).unwrap();
    assert_eq!(world.count("SELECT count(*) FROM jeton_reinitialisation"), 0);
}

#[test]
fn nothing_of_a_token_is_in_a_debug_or_in_the_database() {
    let mut world = World::new();
    world.register(EMAIL).unwrap();
    world.prove(EMAIL);
    let requested = world.auth.request_reset(&mut world.conn, EMAIL, &Actor::default()).unwrap();
    let printed = format!("{requested:?}");
    let token = requested.delivery.unwrap().token;
    let pending = world.begin(&token).unwrap();
    assert_eq!(format!("{pending:?}"), "PendingReset(…)");
    assert!(!printed.contains(token.expose_secret()) && !printed.contains(EMAIL), "{printed}");
    let kept = format!(
        "SELECT count(*) FROM jeton_reinitialisation j WHERE encode(hache, 'escape') LIKE '%{0}%' OR j::text LIKE '%{0}%'",
        token.expose_secret()
    );
    assert_eq!(world.count(&kept), 0);
}
