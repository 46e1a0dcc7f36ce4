//! One server at a time on one private, durable database.

use diesel::{Connection, PgConnection, RunQueryDsl, sql_query, sql_types::Text};
use hostolink_database::local::LocalCluster;
use std::{
    io::{BufRead, BufReader},
    os::unix::fs::PermissionsExt,
    process::{Child, Command, Stdio},
};
use tempfile::TempDir;

/// How the server posts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Posting {
    /// One transaction a payment, on so many connections.
    OneByOne(u32),
    /// The writer's batches.
    Batches,
}

/// A folder with a database in it.
pub(crate) struct Place {
    folder: TempDir,
    cluster: LocalCluster,
}

/// A running server. Dropping it ends it in order.
pub(crate) struct Server {
    child: Child,
    /// `127.0.0.1:port`.
    pub(crate) address: String,
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
        PgConnection::establish(&self.url()).unwrap()
    }

    /// How to reach it.
    pub(crate) fn url(&self) -> String {
        self.cluster.url()
    }

    /// What Postgres says of one of its settings.
    pub(crate) fn setting(&self, name: &str) -> String {
        #[derive(diesel::QueryableByName)]
        struct Setting {
            #[diesel(sql_type = Text)]
            value: String,
        }
        let row = sql_query("SELECT current_setting($1) AS value").bind::<Text, _>(name);
        row.get_result::<Setting>(&mut self.connect()).unwrap().value
    }

    /// Has Postgres look at its tables.
    pub(crate) fn analyze(&self) {
        sql_query("ANALYZE").execute(&mut self.connect()).unwrap();
    }

    /// What `hostolink ledger verify` says; the bench ends where it finds anything.
    pub(crate) fn verify(&self) -> String {
        let output = self.command().args(["ledger", "verify"]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "INVARIANTS BROKEN: the figures mean nothing. {said}");
        said
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hostolink"));
        command.env_clear().env("DATABASE_URL", self.cluster.url()).env("APP_ENV", "development");
        command.env("HOSTOLINK_DATA_DIR", self.folder.path()).current_dir(self.folder.path());
        command.stdin(Stdio::null());
        command
    }
}

impl Server {
    pub(crate) fn start(place: &Place, posting: Posting) -> Self {
        let mut command = place.command();
        command.env("PORT", "0").env("RUST_LOG", "warn").env("RATE_LIMIT_PER_SECOND", "1000000");
        if let Posting::OneByOne(connections) = posting {
            command.env("LEDGER_POSTING", "one-by-one");
            command.env("DATABASE_CONNECTIONS", connections.to_string());
        }
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let base = line.split_whitespace().find_map(|word| word.strip_prefix("http://")).unwrap();
        Self { child, address: base.trim_end_matches('/').to_owned() }
    }

    /// Bytes of memory that the server holds (proc_pid_status(5)); 0 where the system does not say.
    pub(crate) fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok()).unwrap_or(0) * 1_024
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}
