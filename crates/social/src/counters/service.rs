use super::store::{self, Drift};
use crate::Error;
use diesel::{Connection, PgConnection};

/// At most this many rows of each counter are named.
const SHOWN: i64 = 100;

/// Every counter that is not what there is to count: nothing, unless something is wrong. It reads all there is in one snapshot.
///
/// # Errors
/// Those of the database.
pub fn recount(conn: &mut PgConnection) -> Result<Vec<Drift>, Error> {
    conn.build_transaction().read_only().repeatable_read().run(|conn| {
        let mut drifts = Vec::new();
        for counter in store::ALL {
            drifts.extend(store::drifts(conn, counter, SHOWN)?);
        }
        drifts.extend(store::vote_drifts(conn, SHOWN)?);
        Ok(drifts)
    })
}

/// Sets every counter to what there is, and says how many were not. Nobody publishes or likes meanwhile.
///
/// # Errors
/// Those of the database.
pub fn repair(conn: &mut PgConnection) -> Result<usize, Error> {
    conn.transaction(|conn| {
        store::hold_all(conn)?;
        store::missing_profiles(conn)?;
        let mut repaired = store::repair_votes(conn)?;
        for counter in store::ALL {
            repaired += store::repair(conn, counter)?;
        }
        Ok(repaired)
    })
}
