//! The single history of the single database, embedded in the program and run at start.

use crate::{adoption, silence};
use diesel::{
    Connection, PgConnection, RunQueryDsl, connection::SimpleConnection, migration::Migration, pg::Pg,
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

/// Every migration of the workspace, in order.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations");

/// Changes when a migration is added or edited: the key of the tests' template database.
pub const FINGERPRINT: &str = env!("HOSTOLINK_HISTORY");

/// Any number, as long as every Hostolink uses the same: one process migrates, the others wait for it.
const LOCK: i64 = 0x686f_7374_6f6c_696e;

/// What a run did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// The versions applied now, in order.
    pub applied: Vec<String>,
    /// Whether the database held the older back end's `utilisateur` and is Hostolink's from now on.
    pub adopted: bool,
    /// The foreign tables moved out of the way.
    pub set_aside: Vec<String>,
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
    /// Somebody else's tables have the names of ours. Nothing was changed.
    #[error(
        "this database already holds tables under names that Hostolink needs: {}. Nothing was changed. To keep them \
         with their rows in another schema and go on: hostolink migrate --set-aside SCHEMA",
        .0.join(", ")
    )]
    ForeignTables(Vec<String>),
    /// `utilisateur` or `otp` is not the one that Hostolink knows how to adopt. Nothing was changed.
    #[error("utilisateur and otp can't be adopted as they are. Nothing was changed. What differs:\n  {}", .0.join("\n  "))]
    UnknownShape(Vec<String>),
    /// The schema named for the foreign tables can't take them. Nothing was changed.
    #[error("the tables can't be set aside in the schema {schema:?}: {why}. Nothing was changed")]
    SetAside {
        /// The schema asked for.
        schema: String,
        /// Why it can't serve.
        why: String,
    },
}

/// Brings the database at `url` up to date. Safe from several processes at once: the first works, the others wait.
/// One connection does it all, so session poolers are fine; transaction poolers are not.
///
/// A database that is not Hostolink's yet is empty, or holds the older back end's `utilisateur` and `otp`: these are
/// adopted with their rows. It becomes ours in one transaction, or stays as it was.
///
/// # Errors
/// The database can't be reached, holds what Hostolink doesn't know, or a migration fails.
pub fn run(url: &str) -> Result<Report, MigrateError> {
    migrate(url, None)
}

/// The same; tables of somebody else under our names move to `schema` first, with their rows, sequences and foreign
/// keys.
///
/// # Errors
/// As [`run`]; `schema` can't take the tables.
pub fn run_setting_aside(url: &str, schema: &str) -> Result<Report, MigrateError> {
    migrate(url, Some(schema))
}

fn migrate(url: &str, set_aside: Option<&str>) -> Result<Report, MigrateError> {
    let mut conn = PgConnection::establish(&silence::bounded(url))?;
    alone(&mut conn, |conn| {
        let mut report = Report::default();
        if !is_ours(conn)? {
            report = conn.transaction(|conn| {
                let (adopted, set_aside) = adoption::prepare(conn, set_aside)?;
                let pending = pending(conn)?;
                let whole = pending.iter().position(|step| !step.metadata().run_in_transaction());
                let applied = apply(conn, &pending[..whole.unwrap_or(pending.len())])?;
                Ok::<_, MigrateError>(Report { applied, adopted, set_aside })
            })?;
        }
        let rest = pending(conn)?;
        report.applied.extend(apply(conn, &rest)?);
        Ok(report)
    })
}

/// Whether a step of this history was ever applied.
fn is_ours(conn: &mut PgConnection) -> Result<bool, MigrateError> {
    let known = adoption::relations(conn, &["__diesel_schema_migrations"])?;
    if known.is_empty() {
        return Ok(false);
    }
    let ours = diesel::migration::MigrationSource::<Pg>::migrations(&MIGRATIONS);
    let ours = ours.map_err(MigrateError::Migration)?;
    let applied = applied(conn)?;
    Ok(ours.iter().any(|step| applied.contains(&step.name().version().to_string())))
}

fn pending(conn: &mut PgConnection) -> Result<Vec<Box<dyn Migration<Pg>>>, MigrateError> {
    conn.pending_migrations(MIGRATIONS).map_err(MigrateError::Migration)
}

fn apply(conn: &mut PgConnection, steps: &[Box<dyn Migration<Pg>>]) -> Result<Vec<String>, MigrateError> {
    let applied = conn.run_migrations(steps).map_err(MigrateError::Migration)?;
    Ok(applied.iter().map(ToString::to_string).collect())
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
