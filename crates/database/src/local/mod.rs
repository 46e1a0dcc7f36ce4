//! A private cluster of real Postgres for development: found, made, started, watched and stopped by the program
//! that needs it. No port, no password: a socket in a folder that only its account can enter.
//!
//! A thread of its own starts the server and stays with it: Linux ends the server when the thread that started it
//! ends, and a server that dies (`kill -9`, out of memory) is started again.

mod account;
pub mod detached;
mod error;
mod folder;
mod programs;
mod server;

pub use error::LocalError;
pub use folder::Moved;
pub use server::Server;

use account::Account;
use diesel::{Connection, PgConnection, RunQueryDsl, connection::SimpleConnection};
use server::Profile;
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
        mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    },
    thread::JoinHandle,
    time::Duration,
};

/// The database the program works in.
const DATABASE: &str = "hostolink";
/// How soon the death of the server is noticed.
const WATCH: Duration = Duration::from_millis(50);

/// A running private cluster. Dropping it stops the server; the data stays.
#[derive(Debug)]
pub struct LocalCluster {
    server: Server,
    folder: PathBuf,
    made: bool,
    moved: Option<Moved>,
    pid: Arc<AtomicU32>,
    stop: Option<Sender<()>>,
    keeper: Option<JoinHandle<()>>,
    _hold: folder::Hold,
}

impl LocalCluster {
    /// Starts the cluster of `folder`, made first if need be, with a database for us in it.
    ///
    /// # Errors
    /// Postgres is not installed, another process serves the folder, or no folder can hold a cluster.
    pub fn start(folder: &Path) -> Result<Self, LocalError> {
        let (folder, moved) = folder::choose(folder, Account::of_this_process())?;
        let hold = folder::Hold::take(&folder)?;
        let (server, made) = Server::prepare(&folder, Profile::Durable)?;
        let pid = Arc::new(AtomicU32::new(0));
        let (stop, stopped) = channel();
        let (ready, started) = channel();
        let keeper = std::thread::Builder::new()
            .name("local-postgres".into())
            .spawn({
                let (server, pid) = (server.clone(), pid.clone());
                move || keep(&server, &pid, &ready, &stopped)
            })
            .map_err(error::doing("starting a thread", &folder))?;
        let cluster =
            Self { server, folder, made, moved, pid, stop: Some(stop), keeper: Some(keeper), _hold: hold };
        started.recv().unwrap_or_else(|_| Err(LocalError::Start("its thread died".into())))?;
        cluster.make_database()?;
        Ok(cluster)
    }

    /// The URL of the cluster that another process serves on `folder` right now, for commands beside the server.
    #[must_use]
    pub fn url_of_running(folder: &Path) -> Option<String> {
        let wanted = std::path::absolute(folder).ok()?;
        let other = folder::stand_in(&wanted, Account::of_this_process());
        [wanted, other].iter().filter_map(|folder| folder.canonicalize().ok()).find_map(|folder| {
            let server = Server::existing(&folder)?;
            server.is_ready().then(|| server.url(DATABASE))
        })
    }

    /// Where Hostolink's database is. It holds no secret.
    #[must_use]
    pub fn url(&self) -> String {
        self.server.url(DATABASE)
    }

    /// The folder that holds the data.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether this start made the cluster.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.made
    }

    /// Where the data went when the folder asked for could not serve.
    #[must_use]
    pub fn moved(&self) -> Option<&Moved> {
        self.moved.as_ref()
    }

    /// The server's process. It changes when the server had to be started again.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.pid.load(Ordering::Acquire)
    }

    /// Stops the server in order and lets go of the folder.
    pub fn stop(self) {
        drop(self);
    }

    fn make_database(&self) -> Result<(), LocalError> {
        let refused = |error: &dyn std::fmt::Display| LocalError::Refused(error.to_string());
        let mut conn = PgConnection::establish(&self.server.url("postgres")).map_err(|e| refused(&e))?;
        let there = diesel::sql_query("SELECT 1 FROM pg_database WHERE datname = $1")
            .bind::<diesel::sql_types::Text, _>(DATABASE)
            .execute(&mut conn)
            .map_err(|e| refused(&e))?;
        if there == 0 {
            conn.batch_execute(&format!("CREATE DATABASE {DATABASE}")).map_err(|e| refused(&e))?;
        }
        Ok(())
    }
}

impl Drop for LocalCluster {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(keeper) = self.keeper.take() {
            let _ = keeper.join();
        }
    }
}

/// Lives as long as the server is wanted.
fn keep(server: &Server, pid: &AtomicU32, ready: &Sender<Result<(), LocalError>>, stopped: &Receiver<()>) {
    let mut child = match server.launch() {
        Ok(child) => child,
        Err(error) => {
            let _ = ready.send(Err(error));
            return;
        }
    };
    pid.store(child.id(), Ordering::Release);
    let _ = ready.send(Ok(()));
    // Nothing is ever sent: the end of the channel is the order to stop.
    let mut pause = WATCH;
    while stopped.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
        pause = WATCH;
        let Ok(Some(status)) = child.try_wait() else { continue };
        tracing::warn!(%status, "the local Postgres died; starting it again");
        match server.launch() {
            Ok(again) => {
                child = again;
                pid.store(child.id(), Ordering::Release);
                tracing::info!("the local Postgres runs again");
            }
            // The dead child stays in place, so that the next turn tries again.
            Err(error) => {
                tracing::error!(%error, "the local Postgres does not come back");
                pause = Duration::from_secs(1);
            }
        }
    }
    server::halt(&mut child);
    server.tidy();
}
