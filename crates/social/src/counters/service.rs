use super::store::{self, Drift};
use crate::Error;
use diesel::{PgConnection, QueryResult};

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

/// How many rows of one counter are held at once while they are set right.
const REPAIRED_AT_ONCE: i64 = 500;

/// Sets every counter to what there is, beside who counts meanwhile, and says how many were not. To be called outside of any transaction: a few
/// rows of one counter are held at a time.
///
/// # Errors
/// Those of the database.
pub fn repair(conn: &mut PgConnection) -> Result<usize, Error> {
    store::missing_profiles(conn)?;
    let mut repaired = all_of(conn, store::vote_drifts, store::repair_votes)?;
    for counter in store::ALL {
        repaired += all_of(
            conn,
            |conn, limit| store::drifts(conn, counter, limit),
            |conn, keys| store::repair(conn, counter, keys),
        )?;
    }
    Ok(repaired)
}

/// Sets right what drifted of one counter, a few rows in each transaction.
fn all_of(
    conn: &mut PgConnection,
    drifts: impl Fn(&mut PgConnection, i64) -> QueryResult<Vec<Drift>>,
    repair: impl Fn(&mut PgConnection, &[String]) -> QueryResult<usize>,
) -> Result<usize, Error> {
    let mut repaired = 0;
    loop {
        let found = drifts(conn, REPAIRED_AT_ONCE)?;
        if found.is_empty() {
            return Ok(repaired);
        }
        let is_last = i64::try_from(found.len()).is_ok_and(|count| count < REPAIRED_AT_ONCE);
        let keys: Vec<String> = found.into_iter().map(|drift| drift.key).collect();
        // What is read after the rows are held must be all that was committed until then.
        repaired += conn.build_transaction().read_committed().run(|conn| repair(conn, &keys))?;
        if is_last {
            return Ok(repaired);
        }
    }
}
