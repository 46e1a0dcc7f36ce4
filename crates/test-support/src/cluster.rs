//! The Postgres of this test run: one private cluster for every test process, or the one of `TEST_DATABASE_URL`.
use diesel::{
    Connection, PgConnection, QueryableByName, RunQueryDsl, connection::SimpleConnection, sql_types,
};
use hostolink_database::{
    local::{Server, detached},
    migrate,
};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
};

const FOLDERS: &str = "hostolink-test-";
/// Memory that must be free to keep databases in it, and below which used ones are dropped. One takes about 10 MB.
const ROOMY: u64 = 2 << 30;
const TIGHT: u64 = 1 << 30;

pub(crate) struct Cluster {
    place: Place,
    /// The connection that makes databases: a new one for each costs more than the copy.
    admin: Mutex<PgConnection>,
    /// Copies by files (Postgres 15 and later) are the fastest.
    strategy: &'static str,
}

enum Place {
    Private { server: Server, folder: PathBuf },
    Given(String),
}

type Outcome = Result<(), Box<dyn std::error::Error>>;

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = sql_types::Integer)]
    number: i32,
}

impl Cluster {
    /// The one of this run, started by whoever asks first.
    pub(crate) fn get() -> &'static Self {
        static CLUSTER: OnceLock<Cluster> = OnceLock::new();
        CLUSTER.get_or_init(|| {
            let place = match std::env::var("TEST_DATABASE_URL") {
                Ok(url) if !url.is_empty() => Place::Given(url),
                _ => private(),
            };
            let mut admin = place.admin();
            let strategy = strategy(&mut admin).expect("the server's version");
            let cluster = Self { place, admin: Mutex::new(admin), strategy };
            let fill = |url: &str| -> Outcome {
                migrate::run(url)?;
                Ok(())
            };
            cluster.make_template(&template(), "template0", fill).expect("the migrated template database");
            cluster
        })
    }

    pub(crate) fn url(&self, database: &str) -> String {
        self.place.url(database)
    }

    fn admin(&self) -> MutexGuard<'_, PgConnection> {
        self.admin.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A new database, migrated or empty.
    pub(crate) fn create(&self, name: &str, migrated: bool) {
        let from = if migrated { template() } else { "template0".into() };
        self.copy(name, &from);
    }

    /// A new migrated database with what `seed` puts into it. On our own cluster it is run once a `content` and copied from then on.
    pub(crate) fn create_seeded(&self, name: &str, content: &str, seed: impl FnOnce(&mut PgConnection)) {
        let fill = |url: &str| -> Outcome {
            seed(&mut hostolink_database::connect(&url.into())?);
            Ok(())
        };
        match self.place {
            Place::Private { .. } => {
                let from = format!("hostolink_template_{content}");
                self.make_template(&from, &template(), fill).expect("the template database with its content");
                self.copy(name, &from);
            }
            // Later runs would find the content of this one, and nobody would take it away.
            Place::Given(_) => {
                self.create(name, true);
                fill(&self.url(name)).expect("the content of the test's database");
            }
        }
    }

    fn copy(&self, name: &str, from: &str) {
        self.admin()
            .batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {from} {}", self.strategy))
            .expect("a database for the test");
    }

    /// Makes a template where there is none: a copy of another, with what `fill` puts into it.
    fn make_template(&self, name: &str, from: &str, fill: impl FnOnce(&str) -> Outcome) -> Outcome {
        if is_template(&mut self.admin(), name)? {
            return Ok(());
        }
        // One makes it, the others wait: in other processes too, which a lock of the database reaches. It goes with its connection.
        let mut admin = self.place.admin();
        admin.batch_execute("SELECT pg_advisory_lock(7411)")?;
        if is_template(&mut admin, name)? {
            return Ok(());
        }
        admin.batch_execute(&format!("DROP DATABASE IF EXISTS {name}"))?;
        admin.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {from} {}", self.strategy))?;
        fill(&self.url(name))?;
        // What the first connection has learnt of the catalogue is written down, and copied along.
        drop(PgConnection::establish(&self.url(name))?);
        admin.batch_execute(&format!("ALTER DATABASE {name} IS_TEMPLATE true ALLOW_CONNECTIONS false"))?;
        Ok(())
    }

    /// Done with a database: it goes only where room is short or the server is not ours. Dropping each one slows the
    /// whole run on file systems that look for freed inodes.
    pub(crate) fn release(&self, name: &str) {
        let keep = match &self.place {
            Place::Private { folder, .. } => free(folder) > TIGHT,
            Place::Given(_) => false,
        };
        if !keep {
            // Refused while somebody is connected: then it stays.
            let _ = self.admin().batch_execute(&format!("DROP DATABASE IF EXISTS {name}"));
        }
    }
}

impl Place {
    fn url(&self, database: &str) -> String {
        match self {
            Self::Private { server, .. } => server.url(database),
            Self::Given(url) => with_database(url, database),
        }
    }

    fn admin(&self) -> PgConnection {
        let url = match self {
            Self::Private { server, .. } => server.url("postgres"),
            Self::Given(url) => url.clone(),
        };
        PgConnection::establish(&url).expect("the tests' Postgres answers")
    }
}

/// How databases are copied.
fn strategy(admin: &mut PgConnection) -> diesel::QueryResult<&'static str> {
    let version: Number =
        diesel::sql_query("SELECT current_setting('server_version_num')::int AS number").get_result(admin)?;
    Ok(if version.number >= 150_000 { "STRATEGY FILE_COPY" } else { "" })
}

fn is_template(admin: &mut PgConnection, name: &str) -> diesel::QueryResult<bool> {
    let found: Number = diesel::sql_query(
        "SELECT count(*)::int AS number FROM pg_database WHERE datname = $1 AND datistemplate",
    )
    .bind::<sql_types::Text, _>(name)
    .get_result(admin)?;
    Ok(found.number > 0)
}

/// Named after the migrations in it: a run, or a server of yours, may see several histories.
fn template() -> String {
    format!("hostolink_template_{}", migrate::FINGERPRINT)
}

fn private() -> Place {
    let shm = Path::new("/dev/shm");
    let base = if free(shm) > ROOMY { shm.to_path_buf() } else { std::env::temp_dir() };
    sweep(&base);
    let runner = runner();
    let folder = base.join(format!("{FOLDERS}{runner}"));
    let server = detached::shared_until_gone(&folder, runner).unwrap_or_else(|error| {
        let _ = fs::remove_dir(&folder);
        refuse(&error)
    });
    Place::Private { server, folder }
}

#[expect(clippy::panic, reason = "no test can run without Postgres")]
fn refuse(error: &dyn std::fmt::Display) -> ! {
    panic!("{error}\n(the tests also run on a server of yours: set TEST_DATABASE_URL)")
}

/// The free bytes of a file system; 0 where there is none.
fn free(path: &Path) -> u64 {
    rustix::fs::statvfs(path).map_or(0, |found| found.f_bavail.saturating_mul(found.f_frsize))
}

/// Removes what a run left whose watcher was killed as well.
fn sweep(base: &Path) {
    for entry in fs::read_dir(base).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let runner: Option<u32> = name.to_str().and_then(|name| name.strip_prefix(FOLDERS)?.parse().ok());
        if runner.is_some_and(|pid| process(pid).is_none()) {
            // The watcher may be at it too: whoever comes second finds nothing.
            let _ = detached::remove(&entry.path());
        }
    }
}

/// The process that the cluster lives as long as: the nearest `cargo` (`test` or `nextest`) above us, so that all test
/// binaries of a run share it; without one, this process.
fn runner() -> u32 {
    let ourselves = std::process::id();
    let mut pid = ourselves;
    while let Some((name, parent)) = process(pid) {
        if name.starts_with("cargo") {
            return pid;
        }
        pid = parent;
    }
    ourselves
}

/// A living process's name and parent.
fn process(pid: u32) -> Option<(String, u32)> {
    if cfg!(target_os = "linux") {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let (name, rest) = stat.split_once('(')?.1.rsplit_once(')')?;
        let mut rest = rest.split_whitespace();
        if rest.next()? == "Z" {
            return None;
        }
        return Some((name.to_owned(), rest.next()?.parse().ok()?));
    }
    let said = Command::new("ps").args(["-o", "ppid=,comm=", "-p", &pid.to_string()]).output().ok()?;
    let said = String::from_utf8_lossy(&said.stdout).trim().to_owned();
    let (parent, path) = said.split_once(' ')?;
    Some((path.rsplit('/').next()?.to_owned(), parent.parse().ok()?))
}

/// `url` with another database.
fn with_database(url: &str, database: &str) -> String {
    let (place, options) = url.split_once('?').map_or((url, ""), |(place, options)| (place, options));
    let (scheme, rest) = place.split_once("://").unwrap_or(("postgres", place));
    let host = rest.split('/').next().unwrap_or_default();
    let mark = if options.is_empty() { "" } else { "?" };
    format!("{scheme}://{host}/{database}{mark}{options}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_given_url_keeps_all_but_the_database() {
        for (url, expected) in [
            ("postgres://u:p@h:5432/mine?sslmode=require", "postgres://u:p@h:5432/x?sslmode=require"),
            ("postgres:///mine?host=/tmp/a", "postgres:///x?host=/tmp/a"),
            ("postgres://h", "postgres://h/x"),
        ] {
            assert_eq!(with_database(url, "x"), expected);
        }
    }

    #[test]
    fn processes_are_known_by_name_and_parent() {
        let (_, parent) = process(std::process::id()).unwrap();
        assert_eq!(parent, std::os::unix::process::parent_id());
        assert!(process(u32::MAX).is_none());
        assert!(process(runner()).is_some());
    }
}
