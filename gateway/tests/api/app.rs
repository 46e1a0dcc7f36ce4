//! A server for one test, and people who call it.

use actix_web::{dev::ServerHandle, web::Data};
use diesel::{PgConnection, QueryResult};
use hostolink_audit::Actor;
use hostolink_auth::{Door, Password, VerifyOtp};
use hostolink_gateway::{
    config::{Config, Media, Mode, Posting},
    realtime::{self, Limits},
    server, startup,
    state::State,
};
use hostolink_kernel::{Clock, ExposeSecret, Random, Region, Secret, SystemRandom};
use hostolink_notifier::{self as notifier, CodePurpose};
use hostolink_test_support::{FakeClock, TestDb};
use reqwest::{Method, StatusCode, header::HeaderMap};
use serde_json::{Value, json};
use std::{net::TcpListener, sync::Arc};

/// A server on a port and a database of its own. Its clock is the test's.
pub(crate) struct TestApp {
    pub(crate) db: Arc<TestDb>,
    pub(crate) clock: Arc<FakeClock>,
    pub(crate) state: Data<State>,
    folder: Arc<tempfile::TempDir>,
    base: String,
    client: reqwest::Client,
    server: ServerHandle,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) json: Value,
    pub(crate) bytes: Vec<u8>,
}

/// Somebody who calls: signed in or not.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) base: String,
    pub(crate) client: reqwest::Client,
    pub(crate) identifier: String,
    pub(crate) token: Option<String>,
    pub(crate) refresh_token: Option<String>,
}

/// The password of everybody in the tests.
pub(crate) const PASSWORD: &str = "MonMotDePasse123";

impl TestApp {
    pub(crate) fn start() -> Self {
        Self::start_with(|_| {})
    }

    /// With another configuration.
    pub(crate) fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        Self::start_on(TestDb::new(), change)
    }

    /// On a database that holds something already.
    pub(crate) fn start_on(db: TestDb, change: impl FnOnce(&mut Config)) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let mut config = config(folder.path());
        change(&mut config);
        Self::on(Arc::new(db), Arc::new(FakeClock::new()), folder, config)
    }

    /// A second server on the same database, with the same keys: another process, as far as its state goes.
    pub(crate) fn beside(&self) -> Self {
        let config = self.state.config.clone();
        Self::on(self.db.clone(), self.clock.clone(), self.folder.clone(), config)
    }

    fn on(db: Arc<TestDb>, clock: Arc<FakeClock>, folder: Arc<tempfile::TempDir>, config: Config) -> Self {
        let url: Secret = db.url().to_owned().into();
        let state =
            Data::new(startup::assemble(config, &url, clock.clone(), Arc::new(SystemRandom)).unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let server = server::build(state.clone(), listener).unwrap();
        let handle = server.handle();
        actix_web::rt::spawn(server);
        let client = reqwest::Client::builder()
            .no_proxy()
            // Reading the system's certificates takes longer than most tests.
            .tls_certs_only([])
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        Self { db, clock, state, folder, base, client, server: handle }
    }

    /// Where it listens, for a caller that speaks HTTP by hand.
    pub(crate) fn address(&self) -> &str {
        self.base.trim_start_matches("http://")
    }

    pub(crate) fn anon(&self) -> Caller {
        Caller {
            base: self.base.clone(),
            client: self.client.clone(),
            identifier: String::new(),
            token: None,
            refresh_token: None,
        }
    }

    /// Somebody new, signed in by a one-time code, with a password.
    pub(crate) async fn person(&self, identifier: &str) -> Caller {
        assert!(self.register(identifier).await, "{identifier} has an account");
        self.enter(identifier).await
    }

    /// Gives somebody a password who has proven nothing yet; `false` where they have: then they are left as they are. It does what the
    /// calls do, without the network between: they have tests of their own, and every test needs people.
    async fn register(&self, identifier: &str) -> bool {
        let (auth, database, actor) = (&self.state.auth, &self.state.database, Actor::default());
        match database.run_here(|conn| auth.register_user(conn, identifier, &actor)) {
            Err(hostolink_auth::Error::AlreadyRegistered) => return false,
            registered => registered.unwrap(),
        };
        let hash = self.state.passwords.hash(Password::parse(&PASSWORD.into()).unwrap()).await.unwrap();
        let define = |conn: &mut PgConnection| {
            let pending = auth.begin_define_password(conn, identifier, None, None)?;
            auth.finish_define_password(conn, pending, &hash, &actor)
        };
        database.run_here(define).unwrap();
        true
    }

    /// The first sign-in of somebody who registered, likewise. The code is sent, as always.
    async fn enter(&self, identifier: &str) -> Caller {
        let (auth, database, actor) = (&self.state.auth, &self.state.database, Actor::default());
        let generated = database.run_here(|conn| auth.generate_otp(conn, identifier, None, &actor)).unwrap();
        let sent = generated.delivery.expect("a code for who registered");
        let (purpose, language) = (CodePurpose::SignIn, notifier::Language::French);
        self.state.notifier.send(notifier::code(&sent.recipient, &sent.code, purpose, 10, language)).unwrap();
        self.all_sent().await;
        let code = sent.code.expose_secret();
        let shown = VerifyOtp {
            identifier,
            code,
            attempt_token: None,
            signed_in: None,
            door: Door::Api,
            device: None,
        };
        let tokens = database.run_here(|conn| auth.verify_otp(conn, shown, &actor)).unwrap().tokens;
        Caller {
            identifier: identifier.to_owned(),
            token: Some(tokens.access.expose_secret().to_owned()),
            refresh_token: Some(tokens.refresh.expose_secret().to_owned()),
            ..self.anon()
        }
    }

    /// Proves the caller's identifier by a code.
    pub(crate) async fn sign_in_by_code(&self, caller: &mut Caller) {
        let identifier = caller.identifier.clone();
        // What was sent before must not overtake the code.
        self.all_sent().await;
        caller.post("/api/generate-otp", json!({"identifier": identifier})).await.expect(200);
        let code = self.newest_code_for(&identifier).await;
        let answer = caller.post("/api/verify-otp", json!({"identifier": identifier, "otpCode": code})).await;
        answer.expect(200);
        caller.token = answer.json["accessToken"].as_str().map(str::to_owned);
        caller.refresh_token = answer.json["refreshToken"].as_str().map(str::to_owned);
    }

    /// The same person on the same device, when the access token is over: a new pair for the refresh token.
    pub(crate) async fn come_back(&self, caller: &mut Caller) {
        let token = json!({"refreshToken": caller.refresh_token});
        let answer = self.anon().post("/api/refresh-token", token).await;
        caller.token = answer.expect(200).json["accessToken"].as_str().map(str::to_owned);
        caller.refresh_token = answer.json["refreshToken"].as_str().map(str::to_owned);
    }

    /// Waits until every message has left. Several are sent at once: only what was asked for after that is newer for sure.
    pub(crate) async fn all_sent(&self) {
        while self.state.notifier.pending() > 0 {
            tokio::task::yield_now().await;
        }
    }

    /// The newest message that was sent to somebody. To be asked for right after what sends it.
    pub(crate) async fn newest_message_for(&self, identifier: &str) -> Value {
        // The worker sends behind the answer's back: once nothing is pending, the newest message is the one.
        self.all_sent().await;
        let messages =
            self.anon().get(&format!("/api/dev/outbox?recipient={}", identifier.replace('+', "%2B"))).await;
        assert!(messages.json[0].is_object(), "no message for {identifier}");
        messages.json[0].clone()
    }

    /// The newest code that was sent to somebody: six digits. To be asked for right after it was generated.
    pub(crate) async fn newest_code_for(&self, identifier: &str) -> String {
        let message = self.newest_message_for(identifier).await;
        let body = message["body"].as_str().unwrap_or_default();
        body.split(|c: char| !c.is_ascii_digit())
            .find(|run| run.len() == 6)
            .expect("a code in the message")
            .to_owned()
    }

    /// Somebody with a role, signed in by a code; whatever the way there is, its tests are elsewhere.
    pub(crate) async fn with_role(&self, identifier: &str, role: &str) -> Caller {
        let is_new = self.register(identifier).await;
        let promote = diesel::sql_query(format!(
            "UPDATE utilisateur SET role = '{role}' \
             WHERE email_normalise = '{identifier}' OR telephone_normalise = '{identifier}'"
        ));
        self.ask(|conn| diesel::RunQueryDsl::execute(promote, conn));
        if is_new {
            return self.enter(identifier).await;
        }
        let mut caller = Caller { identifier: identifier.to_owned(), ..self.anon() };
        self.sign_in_by_code(&mut caller).await;
        caller
    }

    pub(crate) async fn superadmin(&self) -> Caller {
        self.with_role("chef@example.ci", "superadmin").await
    }

    pub(crate) async fn agent(&self) -> Caller {
        self.with_role("agent@example.ci", "agent").await
    }

    /// Gives somebody money the way it happens: a superadmin fills an agent's float, the agent cashes in.
    pub(crate) async fn give(&self, to: &Caller, amount: i64) {
        let superadmin = self.superadmin().await;
        let agent = self.agent().await;
        superadmin
            .pay("/api/admin/floats", json!({"agent": agent.identifier, "amount": amount}))
            .await
            .expect(201);
        agent.pay("/api/agent/cash-ins", json!({"to": to.identifier, "amount": amount})).await.expect(201);
    }

    /// What the background does: whoever listens here is told what happened, anywhere.
    pub(crate) async fn tell(&self) {
        realtime::catch_up(&self.state, true).await.unwrap();
    }

    /// What a query says, one text a row: it names its column `line`.
    pub(crate) fn lines(&self, sql: &str) -> Vec<String> {
        #[derive(diesel::QueryableByName)]
        struct Line {
            #[diesel(sql_type = diesel::sql_types::Text)]
            line: String,
        }
        let rows = self.ask(|conn| diesel::RunQueryDsl::load::<Line>(diesel::sql_query(sql), conn));
        rows.into_iter().map(|row| row.line).collect()
    }

    /// Asks the database on a connection that the server has: a new one takes longer than most of what is asked.
    pub(crate) fn ask<T>(&self, what: impl FnOnce(&mut PgConnection) -> QueryResult<T>) -> T {
        self.state.database.run_here(|conn| Ok::<_, hostolink_database::Error>(what(conn)?)).unwrap()
    }

    pub(crate) async fn stop(self) {
        self.state.streams.close();
        self.server.stop(true).await;
        startup::stop(&self.state).await;
    }
}

impl Caller {
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::POST, path).json(&body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::PUT, path).json(&body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }

    /// Changes what it is now, whatever that is.
    pub(crate) async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::PATCH, path).header("If-Match", "*").json(&body)).await
    }

    /// Posts with a new key.
    pub(crate) async fn pay(&self, path: &str, body: Value) -> Answer {
        let key = SystemRandom.uuid(hostolink_kernel::SystemClock.now()).to_string();
        self.pay_with(path, &key, body).await
    }

    /// Posts with a key.
    pub(crate) async fn pay_with(&self, path: &str, key: &str, body: Value) -> Answer {
        self.send(self.request(Method::POST, path).header("Idempotency-Key", key).json(&body)).await
    }

    /// A request to change before it is sent.
    pub(crate) fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.base));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    pub(crate) async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.bytes().await.unwrap().to_vec();
        let json = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Answer { status, headers, json, bytes }
    }
}

impl Answer {
    /// Asserts the status and shows the answer where it differs.
    #[track_caller]
    pub(crate) fn expect(&self, status: u16) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{} {}", self.status, String::from_utf8_lossy(&self.bytes));
        self
    }

    /// Asserts a problem with its status and code.
    #[track_caller]
    pub(crate) fn expect_problem(&self, status: u16, code: &str) -> &Self {
        self.expect(status);
        assert_eq!(self.headers["content-type"], "application/problem+json");
        assert_eq!(self.json["code"], code, "{}", self.json);
        assert_eq!(self.json["status"], status);
        for text in ["type", "title", "detail", "traceId"] {
            assert!(
                self.json[text].as_str().is_some_and(|text| !text.is_empty()),
                "{text} is missing in {}",
                self.json
            );
        }
        self
    }
}

/// The token in a mailed link.
pub(crate) fn token_in(message: &Value) -> String {
    let body = message["body"].as_str().unwrap();
    let rest = body.split("token=").nth(1).unwrap_or_else(|| panic!("no link in {body}"));
    rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect()
}

fn config(folder: &std::path::Path) -> Config {
    Config {
        mode: Mode::Development,
        host: [127, 0, 0, 1].into(),
        port: 0,
        public_url: "http://localhost:3000".to_owned(),
        database_url: None,
        database_connections: 8,
        workers: 1,
        streams: Limits::default(),
        redis_url: None,
        data_dir: folder.to_owned(),
        keys: None,
        bcrypt_cost: 4,
        regions: vec![Region::COTE_D_IVOIRE],
        smtp: None,
        sms: hostolink_gateway::config::Sms::default(),
        fcm_service_account: None,
        media: Media::default(),
        superadmin: None,
        trusted_proxies: Vec::new(),
        cors_origins: vec!["https://app.example.ci".to_owned()],
        requests_per_second: 100_000,
        metrics_token: None,
        pin_required_above: 10_000_000,
        posting: Posting::Batches,
        directory_memory_days: 180,
        json_logs: false,
    }
}
