//! Two processes that a real Redis wakes, that lose it, and get it back.

use crate::program::{Caller, Program, command, folder};
use futures_util::StreamExt;
use hostolink_test_support::TestDb;
use serde_json::{Value, json};
use std::{
    env,
    fs::File,
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};
use tokio_tungstenite::{connect_async, tungstenite::Message};

/// Where the program is, as Debian and others install it; tests of it are left out where it is not.
pub(crate) fn program() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&path).chain([PathBuf::from("/usr/bin"), PathBuf::from("/usr/local/bin")]);
    folders.map(|folder| folder.join("redis-server")).find(|file| file.is_file())
}

pub(crate) struct Redis {
    child: Child,
    port: u16,
}

/// A port that nobody has.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Redis {
    pub(crate) fn start(program: &Path, port: u16) -> Self {
        let mut command = Command::new(program);
        command.args([
            "--port",
            &port.to_string(),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
        ]);
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            std::thread::yield_now();
        }
        Self { child, port }
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Waits until so many processes hear.
    async fn heard_by(&self, count: i64) {
        let client = redis::Client::open(self.url()).unwrap();
        let mut connection = client.get_multiplexed_async_connection().await.unwrap();
        loop {
            let mut asked = redis::cmd("PUBSUB");
            asked.arg("NUMSUB").arg("hostolink.evenement");
            let (_, hearing): (String, i64) = asked.query_async(&mut connection).await.unwrap();
            if hearing == count {
                return;
            }
            tokio::task::yield_now().await;
        }
    }

    pub(crate) fn kill(mut self) -> u16 {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.port
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[expect(clippy::print_stderr, reason = "who runs it is told what was left out")]
#[tokio::test(flavor = "multi_thread")]
async fn a_real_redis_wakes_the_other_process_and_nothing_is_lost_without_it() {
    let Some(redis) = program() else {
        eprintln!("no redis-server here: this test tests nothing (Debian: apt-get install redis-server)");
        return;
    };
    let server = Redis::start(&redis, free_port());
    let (folder, db) = (folder(), TestDb::new());
    let programs = [0, 1].map(|at| {
        let mut command = command(folder.path());
        command.env("DATABASE_URL", db.url()).env("APP_ENV", "development").env("REDIS_URL", server.url());
        let log = File::create(folder.path().join(format!("log-{at}"))).unwrap();
        Program::start_logging(command, log)
    });
    let [here, there] = [programs[0].base.clone(), programs[1].base.clone()];
    let awa = Caller::register(&here, "awa@example.ci").await;
    let koffi = Caller::register(&here, "koffi@example.ci").await;
    let id = koffi.get(&here, "/api/me").await.1["id"].clone();
    let (status, talk) = awa.post(&here, "/api/conversations", json!({"person": id})).await;
    assert_eq!(status, 201, "{talk}");
    let messages = format!("/api/conversations/{}/messages", talk["id"].as_str().unwrap());
    let (_, ticket) = koffi.post(&there, "/api/realtime/tickets", json!({})).await;
    let address =
        format!("{}/ws?ticket={}", there.replacen("http", "ws", 1), ticket["ticket"].as_str().unwrap());
    let (mut socket, _) = connect_async(address).await.unwrap();
    let mut said = 0_u128;
    let mut say_and_hear = async |text: &str| {
        said += 1;
        let client_id = uuid::Uuid::from_u128(said);
        let (status, sent) = awa.post(&here, &messages, json!({"clientId": client_id, "text": text})).await;
        assert_eq!(status, 201, "{sent}");
        loop {
            let next = tokio::time::timeout(Duration::from_secs(20), socket.next()).await.unwrap();
            let Message::Text(frame) = next.unwrap().unwrap() else { continue };
            let frame: Value = serde_json::from_str(&frame).unwrap();
            if frame["type"] == "message" {
                assert_eq!(frame["message"]["text"], text, "in order, and none left out");
                return;
            }
        }
    };
    server.heard_by(2).await;
    say_and_hear("avec").await;
    let port = server.kill();
    say_and_hear("sans").await;
    say_and_hear("encore sans").await;
    let server = Redis::start(&redis, port);
    server.heard_by(2).await;
    say_and_hear("à nouveau").await;
    for program in programs {
        assert!(program.terminate().success());
    }
}
