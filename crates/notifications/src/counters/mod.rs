//! Proves the counters, and mends them.

mod store;

use crate::{Error, Notifications};
use diesel::{Connection, PgConnection};

/// A counter that differs from what it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    /// Its table and column.
    pub counter: String,
    /// The row.
    pub key: i64,
    /// What it says.
    pub kept: i64,
    /// What there is.
    pub counted: i64,
}

impl Notifications {
    /// The first `limit` counters that differ from what they count: none, unless somebody wrote past the triggers.
    ///
    /// # Errors
    /// Those of the database.
    pub fn recount(&self, conn: &mut PgConnection, limit: i64) -> Result<Vec<Drift>, Error> {
        Ok(store::drifts(conn, limit)?)
    }

    /// Sets every counter to what it counts, and says how many were wrong. Nobody writes meanwhile.
    ///
    /// # Errors
    /// Those of the database.
    pub fn repair(&self, conn: &mut PgConnection) -> Result<usize, Error> {
        Ok(conn.transaction(store::repair)?)
    }
}
