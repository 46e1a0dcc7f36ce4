//! One running `hostolink`, and people who call it.

use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use std::{
    fs::{self, File, Permissions},
    io::{BufRead, BufReader},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// A folder that the account which runs Postgres can enter, also when root made it.
pub(crate) fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    folder
}

/// The program with nothing in its environment but what a test gives it.
pub(crate) fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hostolink"));
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command
        .env("PORT", "0")
        .env("HOSTOLINK_DATA_DIR", folder)
        .env("RUST_LOG", "warn")
        // Larger sums than these tests move.
        .env("PIN_REQUIRED_ABOVE", "10000000")
        .current_dir(folder)
        .stdin(Stdio::null());
    command
}

/// A running program. Dropping it kills it.
pub(crate) struct Program {
    child: Child,
    pub(crate) base: String,
    pub(crate) started_in: Duration,
}

impl Program {
    pub(crate) fn start(folder: &Path) -> Self {
        Self::spawn(command(folder), Stdio::inherit())
    }

    /// As its environment says, with a log to look at.
    pub(crate) fn start_logging(command: Command, log: File) -> Self {
        Self::spawn(command, log.into())
    }

    /// On somebody's database, with the doors of development open.
    pub(crate) fn start_on(folder: &Path, database_url: &str) -> Self {
        Self::start_woken(folder, database_url, None)
    }

    /// The same, woken by a Redis where there is one.
    pub(crate) fn start_woken(folder: &Path, database_url: &str, redis_url: Option<&str>) -> Self {
        let mut command = command(folder);
        command.env("DATABASE_URL", database_url).env("APP_ENV", "development");
        command.envs(redis_url.map(|url| ("REDIS_URL", url)));
        Self::spawn(command, Stdio::inherit())
    }

    fn spawn(mut command: Command, log: Stdio) -> Self {
        let started = Instant::now();
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let base = line.split_whitespace().find(|word| word.starts_with("http://")).unwrap_or_else(|| {
            let _ = child.wait();
            panic!("the program did not start")
        });
        Self { base: base.to_owned(), child, started_in: started.elapsed() }
    }

    /// Ends it in order and waits.
    pub(crate) fn terminate(mut self) -> std::process::ExitStatus {
        signal("TERM", self.child.id());
        self.child.wait().unwrap()
    }

    /// Ends it as a power cut would.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs a command of the program to its end.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Output {
    command(folder).args(arguments).output().unwrap()
}

pub(crate) fn signal(name: &str, pid: u32) {
    let status = Command::new("kill").args([format!("-{name}"), pid.to_string()]).status().unwrap();
    assert!(status.success(), "kill -{name} {pid}");
}

/// The process that runs the private cluster of a folder.
pub(crate) fn postmaster(folder: &Path) -> u32 {
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for path in fs::read_dir(next).into_iter().flatten().flatten().map(|entry| entry.path()) {
            if path.file_name().is_some_and(|name| name == "postmaster.pid") {
                return fs::read_to_string(path).unwrap().lines().next().unwrap().trim().parse().unwrap();
            } else if path.is_dir() {
                folders.push(PathBuf::from(&path));
            }
        }
    }
    panic!("no cluster runs under {}", folder.display());
}

/// Somebody who calls a program, signed in by a code.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    client: Client,
    pub(crate) identifier: String,
    token: String,
}

pub(crate) fn client() -> Client {
    // Reading the system's certificates takes longer than most requests.
    Client::builder().no_proxy().tls_certs_only([]).timeout(Duration::from_secs(30)).build().unwrap()
}

pub(crate) async fn post(client: &Client, base: &str, path: &str, body: Value) -> (StatusCode, Value) {
    let answer = client.post(format!("{base}{path}")).json(&body).send().await.unwrap();
    (answer.status(), answer.json().await.unwrap_or(Value::Null))
}

/// Asks for a code and reads it from the development outbox of the same process.
pub(crate) async fn code(client: &Client, base: &str, identifier: &str) -> String {
    let before = newest_message(client, base, identifier).await;
    let (status, answer) = post(client, base, "/api/generate-otp", json!({"identifier": identifier})).await;
    assert_eq!(status, 200, "{answer}");
    // The message leaves behind the answer's back.
    loop {
        let newest = newest_message(client, base, identifier).await;
        if newest["sentAt"] != before["sentAt"] {
            let body = newest["body"].as_str().unwrap();
            return body.split(|c: char| !c.is_ascii_digit()).find(|run| run.len() == 6).unwrap().to_owned();
        }
        tokio::task::yield_now().await;
    }
}

async fn newest_message(client: &Client, base: &str, identifier: &str) -> Value {
    let url = format!("{base}/api/dev/outbox?recipient={}", identifier.replace('+', "%2B"));
    let messages: Value = client.get(url).send().await.unwrap().json().await.unwrap();
    messages[0].clone()
}

impl Caller {
    pub(crate) async fn sign_in(base: &str, identifier: &str) -> Self {
        let client = client();
        let code = code(&client, base, identifier).await;
        let (status, answer) =
            post(&client, base, "/api/verify-otp", json!({"identifier": identifier, "otpCode": code})).await;
        assert_eq!(status, 200, "{answer}");
        Self {
            client,
            identifier: identifier.to_owned(),
            token: answer["accessToken"].as_str().unwrap().to_owned(),
        }
    }

    pub(crate) async fn register(base: &str, identifier: &str) -> Self {
        let (status, answer) =
            post(&client(), base, "/api/register-user", json!({"identifier": identifier})).await;
        assert_eq!(status, 200, "{answer}");
        Self::sign_in(base, identifier).await
    }

    pub(crate) async fn get(&self, base: &str, path: &str) -> (StatusCode, Value) {
        let answer = self.client.get(format!("{base}{path}")).bearer_auth(&self.token).send().await.unwrap();
        (answer.status(), answer.json().await.unwrap_or(Value::Null))
    }

    pub(crate) async fn post(&self, base: &str, path: &str, body: Value) -> (StatusCode, Value) {
        self.send(self.client.post(format!("{base}{path}")).json(&body)).await
    }

    pub(crate) async fn put(&self, base: &str, path: &str, body: Value) -> (StatusCode, Value) {
        self.send(self.client.put(format!("{base}{path}")).json(&body)).await
    }

    /// Opens a stream, from after an event on or from now on.
    pub(crate) async fn listen(&self, base: &str, path: &str, after: Option<&str>) -> reqwest::Response {
        let request = self.client.get(format!("{base}{path}")).bearer_auth(&self.token);
        let request = match after {
            Some(id) => request.header("Last-Event-ID", id),
            None => request,
        };
        request.send().await.unwrap()
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> (StatusCode, Value) {
        let answer = request.bearer_auth(&self.token).send().await.unwrap();
        (answer.status(), answer.json().await.unwrap_or(Value::Null))
    }

    /// One try to move money. `None` where no answer came: it may have happened or not.
    pub(crate) async fn try_pay(
        &self,
        base: &str,
        path: &str,
        key: &str,
        body: &Value,
    ) -> Option<(u16, Value)> {
        let request = self
            .client
            .post(format!("{base}{path}"))
            .bearer_auth(&self.token)
            .header("Idempotency-Key", key)
            .json(body);
        let answer = request.send().await.ok()?;
        let status = answer.status().as_u16();
        answer.json().await.ok().map(|json| (status, json))
    }

    /// One try. `None` where no answer came: it may have happened or not.
    pub(crate) async fn try_post(&self, base: &str, path: &str, body: &Value) -> Option<(u16, Value)> {
        self.try_send(Method::POST, base, path, body).await
    }

    /// The same by any method; what is answered without a body is `null`.
    pub(crate) async fn try_send(
        &self,
        method: Method,
        base: &str,
        path: &str,
        body: &Value,
    ) -> Option<(u16, Value)> {
        let answer = self.client.request(method, format!("{base}{path}")).bearer_auth(&self.token).json(body);
        let answer = answer.send().await.ok()?;
        let status = answer.status().as_u16();
        let text = answer.text().await.ok()?;
        if text.is_empty() {
            Some((status, Value::Null))
        } else {
            Some((status, serde_json::from_str(&text).ok()?))
        }
    }

    pub(crate) async fn balance(&self, base: &str) -> i64 {
        let (status, wallet) = self.get(base, "/api/wallet").await;
        assert_eq!(status, 200, "{wallet}");
        wallet["balance"].as_i64().unwrap()
    }
}
