//! The single history of the single database, embedded in the program and run at start.

use diesel::{Connection, PgConnection, RunQueryDsl, connection::SimpleConnection, pg::Pg};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

/// Every migration of the workspace, in order.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations");

/// Changes when a migration is added or edited: the key of the tests' template database.
pub const FINGERPRINT: &str = env!("HOSTOLINK_HISTORY");

/// Any number, as long as every Hostolink uses the same: one process migrates, the others wait for it.
const LOCK: i64 = 0x686f_7374_6f6c_696e;

/// What a run did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The versions applied now, in order.
    pub applied: Vec<String>,
}

/// Why the database is not up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// No connection. The text of libpq may name the host and the user, never the password.
    #[error("the database can't be reached: {0}")]
    Connection(#[from] diesel::ConnectionError),
    /// A query of the migrator itself failed.
    #[error("the migrator's own query failed: {0}")]
    Query(#[from] diesel::result::Error),
    /// A migration failed; it left nothing behind (each runs in a transaction), those before it stay.
    #[error("a migration failed: {0}")]
    Migration(Box<dyn std::error::Error + Send + Sync>),
}

/// Brings the database at `url` up to date. Safe from several processes at once: the first works, the others wait.
/// One connection does it all, so session poolers are fine; transaction poolers are not.
///
/// # Errors
/// The database can't be reached, or a migration fails.
pub fn run(url: &str) -> Result<Report, MigrateError> {
    let mut conn = PgConnection::establish(url)?;
    alone(&mut conn, |conn| {
        let applied = conn.run_pending_migrations(MIGRATIONS).map_err(MigrateError::Migration)?;
        Ok(Report { applied: applied.iter().map(ToString::to_string).collect() })
    })
}

/// Does `work` while no other migrator works on this database.
fn alone<T>(
    conn: &mut PgConnection,
    work: impl FnOnce(&mut PgConnection) -> Result<T, MigrateError>,
) -> Result<T, MigrateError> {
    conn.batch_execute(
        "SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0; \
         SET TimeZone = 'UTC'; SET client_min_messages = warning",
    )?;
    lock(conn, "pg_advisory_lock")?;
    // A table that a long query holds must not queue every other query behind our ALTER.
    conn.batch_execute("SET lock_timeout = '30s'")?;
    let done = work(conn);
    // The end of the connection lets go too; a pooler may keep it open for the next client.
    let released = lock(conn, "pg_advisory_unlock");
    let done = done?;
    released?;
    Ok(done)
}

fn lock(conn: &mut PgConnection, function: &str) -> diesel::QueryResult<()> {
    diesel::sql_query(format!("SELECT {function}({LOCK})")).execute(conn).map(|_| ())
}

/// The versions the database has.
///
/// # Errors
/// The database can't be read.
pub fn applied(conn: &mut PgConnection) -> Result<Vec<String>, MigrateError> {
    let versions = MigrationHarness::<Pg>::applied_migrations(conn).map_err(MigrateError::Migration)?;
    Ok(versions.iter().map(ToString::to_string).collect())
}
