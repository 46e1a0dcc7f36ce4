use crate::{Error, silence};
use diesel::{
    Connection, PgConnection, RunQueryDsl,
    r2d2::{ConnectionManager, ManageConnection, Pool, PooledConnection, R2D2Connection},
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::sync::Semaphore;

/// How to reach Postgres.
#[derive(Debug, Clone)]
pub struct Settings {
    /// A libpq URL. It holds a password: never log it.
    pub url: hostolink_kernel::Secret,
    /// The most connections this process opens.
    pub connections: u32,
    /// How long a caller waits for a free one.
    pub wait: Duration,
}

/// The pool of connections. Cheap to clone.
#[derive(Clone)]
pub struct Database {
    pool: Pool<Manager>,
    deaths: Arc<AtomicU64>,
    /// As many as connections. Callers wait here, where a wait has an end, and not in tokio's queue of blocking work,
    /// where it has none.
    permits: Arc<Semaphore>,
    wait: Duration,
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let state = self.pool.state();
        f.debug_struct("Database")
            .field("connections", &state.connections)
            .field("idle", &state.idle_connections)
            .finish()
    }
}

/// Makes connections, and tells those that Postgres has left. Pinging each one before its use would cost two fifths of
/// the throughput (measured), so the first to be found dead raises suspicion of those made before it (Postgres was
/// restarted), and only they are pinged, once.
#[derive(Debug)]
struct Manager {
    inner: ConnectionManager<PgConnection>,
    deaths: Arc<AtomicU64>,
}

/// A pooled connection.
struct Held {
    conn: PgConnection,
    dead: bool,
    /// The deaths known when it was last known to live.
    seen: u64,
}

impl ManageConnection for Manager {
    type Connection = Held;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<Held, Self::Error> {
        let seen = self.deaths.load(Ordering::Acquire);
        let mut conn = self.inner.connect()?;
        bound(&mut conn).map_err(diesel::r2d2::Error::QueryError)?;
        Ok(Held { conn, dead: false, seen })
    }

    fn is_valid(&self, held: &mut Held) -> Result<(), Self::Error> {
        self.inner.is_valid(&mut held.conn)
    }

    /// Asked when work is done. Lost, left inside a transaction, or its worker died.
    fn has_broken(&self, held: &mut Held) -> bool {
        if held.dead {
            return true;
        }
        let broken = self.inner.has_broken(&mut held.conn);
        if broken {
            self.deaths.fetch_add(1, Ordering::AcqRel);
        }
        broken
    }
}

/// Bounds what one statement, lock or forgotten transaction may cost. UTC, so that `timestamp` columns mean one thing.
fn bound(conn: &mut PgConnection) -> diesel::QueryResult<()> {
    diesel::sql_query(
        "SELECT set_config('TimeZone', 'UTC', false), set_config('statement_timeout', '15s', false), \
         set_config('lock_timeout', '5s', false), set_config('idle_in_transaction_session_timeout', '30s', false)",
    )
    .execute(conn)
    .map(|_| ())
}

/// One connection outside the pool, with the same bounds: for a thread that keeps its own.
///
/// # Errors
/// The database can't be reached.
pub fn connect(url: &hostolink_kernel::Secret) -> Result<PgConnection, diesel::ConnectionError> {
    use hostolink_kernel::ExposeSecret;
    let mut conn = PgConnection::establish(&silence::bounded(url.expose_secret()))?;
    bound(&mut conn).map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
    Ok(conn)
}

impl Database {
    /// Opens the pool; connections are made as they are needed.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        use hostolink_kernel::ExposeSecret;
        let deaths = Arc::new(AtomicU64::new(0));
        let pool = Pool::builder()
            .max_size(settings.connections)
            // None is kept spare: the pool would open a second one as soon as the first is at work, for a caller who may never come.
            .min_idle(Some(0))
            .test_on_check_out(false)
            .connection_timeout(settings.wait)
            .build_unchecked(Manager {
                inner: ConnectionManager::new(silence::bounded(settings.url.expose_secret())),
                deaths: deaths.clone(),
            });
        let permits = Arc::new(Semaphore::new(settings.connections as usize));
        Self { pool, deaths, permits, wait: settings.wait }
    }

    /// Runs blocking work with a connection, away from the async threads. The connection is checked out inside, so
    /// that waiting for one blocks nobody else.
    ///
    /// # Errors
    /// Those of `work`; [`Error::PoolTimeout`] when no connection became free in time.
    pub async fn run<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut PgConnection) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let permit = tokio::time::timeout(self.wait, self.permits.clone().acquire_owned()).await;
        let Ok(Ok(permit)) = permit else { return Err(E::from(Error::PoolTimeout)) };
        let database = self.clone();
        let span = tracing::Span::current();
        #[expect(clippy::disallowed_methods, reason = "the one place where queries leave the async threads")]
        let done = tokio::task::spawn_blocking(move || {
            // Held until the work ends, also when its caller has gone.
            let _permit = permit;
            span.in_scope(|| database.run_here(work))
        });
        match done.await {
            Ok(result) => result,
            Err(died) => {
                tracing::error!(error = %died, "a database worker died");
                Err(E::from(Error::WorkerDied))
            }
        }
    }

    /// The same on the calling thread: for programs and threads that may block.
    ///
    /// # Errors
    /// As [`Database::run`].
    pub fn run_here<T, E: From<Error>>(
        &self,
        work: impl FnOnce(&mut PgConnection) -> Result<T, E>,
    ) -> Result<T, E> {
        work(&mut self.checked_out()?.conn)
    }

    /// A connection that lives as far as is known; those that don't leave the pool on the way.
    fn checked_out(&self) -> Result<PooledConnection<Manager>, Error> {
        loop {
            let mut held = self.pool.get().map_err(|_| Error::PoolTimeout)?;
            let deaths = self.deaths.load(Ordering::Acquire);
            if held.seen == deaths || held.conn.ping().is_ok() {
                held.seen = deaths;
                return Ok(held);
            }
            held.dead = true;
        }
    }

    /// How many connections are open, and how many of them are idle.
    #[must_use]
    pub fn usage(&self) -> (u32, u32) {
        let state = self.pool.state();
        (state.connections, state.idle_connections)
    }
}
