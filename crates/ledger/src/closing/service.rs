use super::store;
use crate::{Error, Once, posting::lock_tail};
use chrono::{DateTime, Utc};
use diesel::{Connection, PgConnection};
use hostolink_kernel::TransactionId;
use std::collections::HashMap;
use uuid::Uuid;

/// Takes the one row there is for `once`, under the chain's tail: no batch is decided meanwhile, the one before is seen, the one
/// after sees it.
pub(crate) fn close(
    conn: &mut PgConnection,
    once: Once,
    now: DateTime<Utc>,
) -> Result<Option<TransactionId>, Error> {
    conn.transaction(|conn| {
        lock_tail(conn)?;
        if store::close(conn, once, now)? {
            return Ok(None);
        }
        let rows = store::find(conn, once.kind, &[once.id])?;
        Ok(rows.into_iter().next().and_then(|(_, transaction)| transaction))
    })
}

/// Of these, what has happened, with the transaction that did it, and what was closed, without one.
pub(crate) fn find_done(
    conn: &mut PgConnection,
    kind: &str,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Option<TransactionId>>, Error> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    Ok(store::find(conn, kind, ids)?.into_iter().collect())
}
