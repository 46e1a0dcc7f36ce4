//! One private, durable database, the processes over it, and a Redis where the machine has one.

use crate::bare;
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, sql_query, sql_types::BigInt};
use hostolink_database::local::LocalCluster;
use std::{
    env,
    io::{BufRead, BufReader},
    net::{TcpListener, TcpStream},
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// A folder with a database in it.
pub(crate) struct Place {
    folder: TempDir,
    cluster: LocalCluster,
}

/// A running server. Dropping it ends it in order.
pub(crate) struct Process {
    child: Child,
    /// `127.0.0.1:port`.
    pub(crate) address: String,
}

/// A running Redis that keeps nothing.
pub(crate) struct Redis {
    child: Child,
    port: u16,
}

#[derive(QueryableByName)]
struct Waiting {
    #[diesel(sql_type = BigInt)]
    events: i64,
}

impl Place {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        // The account that runs Postgres, where root starts it, must get through.
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let cluster = LocalCluster::start(&folder.path().join("database")).unwrap();
        hostolink_database::migrate::run(&cluster.url()).unwrap();
        Self { folder, cluster }
    }

    pub(crate) fn connect(&self) -> PgConnection {
        PgConnection::establish(&self.cluster.url()).unwrap()
    }

    /// Waits until a server has numbered and told all that was written before.
    pub(crate) async fn settle(&self) {
        let (conn, begun) = (&mut self.connect(), Instant::now());
        loop {
            let waiting: Waiting = sql_query(
                "SELECT count(*) AS events FROM evenement \
                 WHERE seq IS NULL OR seq > (SELECT coalesce(min(curseur), 0) FROM abonne_evenement)",
            )
            .get_result(conn)
            .unwrap();
            if waiting.events == 0 {
                return;
            }
            assert!(
                begun.elapsed() < Duration::from_secs(120),
                "{} events are still to be told",
                waiting.events
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

impl Process {
    /// Hostolink. Its limit by address is out of the way: all of a bench comes from one.
    pub(crate) fn server(place: &Place, redis: Option<&Redis>) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hostolink"));
        command.env_clear().env("DATABASE_URL", place.cluster.url()).env("APP_ENV", "development");
        command.env("HOSTOLINK_DATA_DIR", place.folder.path()).current_dir(place.folder.path());
        command.env("PORT", "0").env("RUST_LOG", "warn").env("RATE_LIMIT_PER_SECOND", "1000000");
        if let Some(redis) = redis {
            command.env("REDIS_URL", redis.url());
        }
        Self::start(command)
    }

    /// The bare server: this program again, in a process of its own.
    pub(crate) fn bare() -> Self {
        let mut command = Command::new(env::current_exe().unwrap());
        command.arg(bare::ARGUMENT);
        Self::start(command)
    }

    fn start(mut command: Command) -> Self {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let base = line.split_whitespace().find_map(|word| word.strip_prefix("http://")).unwrap();
        Self { address: base.trim_end_matches('/').to_owned(), child }
    }

    /// Bytes of memory that it holds (proc_pid_status(5)).
    pub(crate) fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().strip_suffix(" kB").unwrap().parse::<u64>().unwrap() * 1_024
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

impl Redis {
    /// `None` where the machine has none.
    pub(crate) fn start() -> Option<Self> {
        let path = env::var_os("PATH").unwrap_or_default();
        let folders = env::split_paths(&path).chain(["/usr/bin", "/usr/local/bin"].map(PathBuf::from));
        let program = folders.map(|folder| folder.join("redis-server")).find(|file| file.is_file())?;
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
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
        let (redis, begun) = (Self { child, port }, Instant::now());
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(begun.elapsed() < Duration::from_secs(10), "redis-server does not answer");
            std::thread::sleep(Duration::from_millis(20));
        }
        Some(redis)
    }

    fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Waits until so many servers hear one another.
    pub(crate) async fn heard_by(&self, count: i64) {
        let client = redis::Client::open(self.url()).unwrap();
        let mut connection = client.get_multiplexed_async_connection().await.unwrap();
        let begun = Instant::now();
        loop {
            let mut asked = redis::cmd("PUBSUB");
            asked.arg("NUMSUB").arg("hostolink.evenement");
            let (_, hearing): (String, i64) = asked.query_async(&mut connection).await.unwrap();
            if hearing == count {
                return;
            }
            assert!(
                begun.elapsed() < Duration::from_secs(30),
                "{hearing} of {count} servers listen to Redis"
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
