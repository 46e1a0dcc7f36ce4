//! A database, identity on it, and what people do.

use diesel::{PgConnection, QueryableByName, RunQueryDsl, sql_query, sql_types::BigInt};
use hostolink_audit::Actor;
use hostolink_auth::{
    Auth, Defined, Door, Error, Password, PasswordAttempt, PasswordHash, PasswordWorkers, Settings, SignedIn,
    SignedInAs, SmsLimits, VerifyOtp, new_signing_key,
};
use hostolink_kernel::{ExposeSecret, Region, Secret, SessionId, SystemRandom};
use hostolink_test_support::{FakeClock, TestDb};
use std::{sync::Arc, time::Duration};

pub(crate) const EMAIL: &str = "testemail@gmail.com";
pub(crate) const PASSWORD: &str = "MonMotDePasse123";

pub(crate) struct World {
    pub(crate) db: TestDb,
    pub(crate) conn: PgConnection,
    pub(crate) clock: FakeClock,
    pub(crate) auth: Arc<Auth>,
    pub(crate) workers: PasswordWorkers,
    settings: Settings,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::on(TestDb::new())
    }

    /// Where text messages are bounded.
    pub(crate) fn with_sms(limits: SmsLimits) -> Self {
        Self::bounded(TestDb::new(), Some(limits))
    }

    pub(crate) fn on(db: TestDb) -> Self {
        Self::bounded(db, None)
    }

    fn bounded(db: TestDb, sms: Option<SmsLimits>) -> Self {
        let clock = FakeClock::new();
        let settings = Settings {
            regions: vec![Region::COTE_D_IVOIRE],
            issuer: "https://api.example.ci".to_owned(),
            signing_key: new_signing_key(&SystemRandom),
            code_key: "a key of the tests".into(),
            sms,
            document_keys: "another key of the tests".into(),
        };
        let auth = Self::process(&settings, &clock);
        let workers = PasswordWorkers::start_with(&"pepper".into(), 4, 2, 64).unwrap();
        Self { conn: db.conn(), db, clock, auth, workers, settings }
    }

    fn process(settings: &Settings, clock: &FakeClock) -> Arc<Auth> {
        Arc::new(Auth::try_new(settings.clone(), Arc::new(clock.clone()), Arc::new(SystemRandom)).unwrap())
    }

    /// Another process on the same database: it shares nothing else.
    pub(crate) fn beside(&self) -> Arc<Auth> {
        Self::process(&self.settings, &self.clock)
    }

    /// Another house on the same database: its keys are its own.
    pub(crate) fn elsewhere(&self) -> Auth {
        let settings = Settings { code_key: "another key of the tests".into(), ..self.settings.clone() };
        Auth::try_new(settings, Arc::new(self.clock.clone()), Arc::new(SystemRandom)).unwrap()
    }

    pub(crate) fn wait(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    pub(crate) async fn hash(&self, password: &str) -> PasswordHash {
        self.workers.hash(Password::parse(&password.into()).unwrap()).await.unwrap()
    }

    pub(crate) fn register(&mut self, identifier: &str) -> Result<Secret, Error> {
        self.auth
            .register_user(&mut self.conn, identifier, &Actor::default())
            .map(|registered| registered.attempt_token)
    }

    pub(crate) async fn define(&mut self, identifier: &str, password: &str) -> Result<Defined, Error> {
        self.define_as(identifier, password, None, None).await
    }

    pub(crate) async fn define_as(
        &mut self,
        identifier: &str,
        password: &str,
        token: Option<&Secret>,
        who: Option<SignedInAs>,
    ) -> Result<Defined, Error> {
        let pending = self.auth.begin_define_password(&mut self.conn, identifier, token, who)?;
        let hash = self.hash(password).await;
        self.auth.finish_define_password(&mut self.conn, pending, &hash, &Actor::default())
    }

    /// The code that is sent to somebody, if any is.
    pub(crate) fn code(&mut self, identifier: &str) -> Option<String> {
        self.code_in(None, identifier).unwrap()
    }

    /// The same, asked for in a session.
    pub(crate) fn code_in(
        &mut self,
        session: Option<SessionId>,
        identifier: &str,
    ) -> Result<Option<String>, Error> {
        let generated = self.auth.generate_otp(&mut self.conn, identifier, session, &Actor::default())?;
        Ok(generated.delivery.map(|delivery| delivery.code.expose_secret().to_owned()))
    }

    /// Shows a code in a session.
    pub(crate) fn verify_in(
        &mut self,
        session: SessionId,
        identifier: &str,
        code: &str,
    ) -> Result<SignedIn, Error> {
        let shown = VerifyOtp {
            identifier,
            code,
            attempt_token: None,
            signed_in: Some(session),
            door: Door::Api,
            device: None,
        };
        self.auth.verify_otp(&mut self.conn, shown, &Actor::default())
    }

    pub(crate) fn verify(&mut self, identifier: &str, code: &str) -> Result<SignedIn, Error> {
        self.verify_with(identifier, code, None)
    }

    pub(crate) fn verify_with(
        &mut self,
        identifier: &str,
        code: &str,
        attempt_token: Option<&Secret>,
    ) -> Result<SignedIn, Error> {
        let shown =
            VerifyOtp { identifier, code, attempt_token, signed_in: None, door: Door::Api, device: None };
        self.auth.verify_otp(&mut self.conn, shown, &Actor::default())
    }

    /// Asks for a code and shows it.
    pub(crate) fn prove(&mut self, identifier: &str) -> SignedIn {
        let code = self.code(identifier).expect("a code is sent");
        self.verify(identifier, &code).unwrap()
    }

    /// Somebody with a proven identifier and [`PASSWORD`].
    pub(crate) async fn person(&mut self, identifier: &str) -> SignedIn {
        self.register(identifier).unwrap();
        self.define(identifier, PASSWORD).await.unwrap();
        self.prove(identifier)
    }

    pub(crate) async fn sign_in(&mut self, identifier: &str, password: &str) -> Result<SignedIn, Error> {
        self.sign_in_from(None, identifier, password).await
    }

    pub(crate) async fn sign_in_from(
        &mut self,
        session: Option<SessionId>,
        identifier: &str,
        password: &str,
    ) -> Result<SignedIn, Error> {
        let place = self.workers.reserve()?;
        let pending = self.auth.begin_sign_in(&mut self.conn, identifier, session, &Actor::default())?;
        let verified = place.verify(PasswordAttempt::new(&password.into()), &pending).await?;
        self.auth.finish_sign_in(&mut self.conn, &pending, &verified, Door::Api, None, &Actor::default())
    }

    pub(crate) fn is_live(&mut self, signed_in: &SignedIn) -> bool {
        !self.auth.session(&mut self.conn, signed_in.session).unwrap().ended
    }

    pub(crate) fn count(&mut self, sql: &str) -> i64 {
        sql_query(format!("SELECT ({sql}) AS n")).get_result::<Count>(&mut self.conn).unwrap().n
    }

    pub(crate) fn run(&mut self, sql: &str) {
        sql_query(sql).execute(&mut self.conn).unwrap();
    }
}

/// The same person in the same session.
pub(crate) fn owner(signed_in: &SignedIn) -> SignedInAs {
    SignedInAs { user: signed_in.profile.user, session: signed_in.session }
}

/// A code that is not this one.
pub(crate) fn wrong(code: &str, by: u32) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + by) % 1_000_000)
}

/// Runs `work` on `threads` threads at once, each with a connection of its own.
pub(crate) fn at_once<T: Send>(
    world: &World,
    threads: usize,
    work: impl Fn(usize, &mut PgConnection) -> T + Sync,
) -> Vec<T> {
    let barrier = std::sync::Barrier::new(threads);
    std::thread::scope(|scope| {
        let handles: Vec<_> = (0..threads)
            .map(|number| {
                let (barrier, work) = (&barrier, &work);
                let mut conn = world.db.conn();
                scope.spawn(move || {
                    barrier.wait();
                    work(number, &mut conn)
                })
            })
            .collect();
        handles.into_iter().map(|handle| handle.join().unwrap()).collect()
    })
}
