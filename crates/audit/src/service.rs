use crate::model::{self, Discarded, Entry, Head, Problem, Record, Verification};
use crate::{Error, store};
use chrono::{DateTime, Utc};
use diesel::{Connection, PgConnection};
use hostolink_kernel::{Cursor, Limit, Page, UserId, UserPublicId};

/// How many rows are read at once.
const BATCH: i64 = 1_000;
/// The name in cursors of what concerns a person.
const CONCERNING: &str = "audit.concerning";
/// How many numbers of `logs` one look for rows without a seal covers.
const WINDOW: i64 = 50_000;

/// Writes one entry in the caller's transaction: it is kept if and only if what it tells of is. Takes no lock that another
/// request waits for.
///
/// # Errors
/// Those of the database. A text or `details` above its bound breaks a constraint: a defect of the caller.
pub fn record(conn: &mut PgConnection, entry: &Entry) -> Result<(), Error> {
    record_all(conn, std::slice::from_ref(entry))
}

/// The same for many, in one statement.
///
/// # Errors
/// As [`record`].
pub fn record_all(conn: &mut PgConnection, entries: &[Entry]) -> Result<(), Error> {
    if !entries.is_empty() {
        store::insert(conn, entries)?;
    }
    Ok(())
}

/// The entries of one request, oldest first, at most 100.
///
/// # Errors
/// Those of the database.
pub fn records_of_trace(conn: &mut PgConnection, trace_id: &str) -> Result<Vec<Record>, Error> {
    Ok(store::of_trace(conn, trace_id, 100)?)
}

/// What a person did, and what was done to them (`user`, their public id), a page at a time, oldest first.
///
/// # Errors
/// Those of the database.
pub fn records_concerning(
    conn: &mut PgConnection,
    user: UserId,
    public_id: UserPublicId,
    after: Option<&Cursor>,
    limit: Limit,
) -> Result<Page<Record>, Error> {
    // A cursor of ours that does not read is a defect of the caller, not of whoever asked.
    let after = after.and_then(|cursor| cursor.keyset(CONCERNING).ok()).unwrap_or(0);
    let rows = store::concerning(conn, user, &public_id.to_string(), after, limit.probe())?;
    Ok(Page::from_probe(rows, limit, CONCERNING, |record| record.id))
}

/// Adds what was committed since the last time to the chain, in transactions of its own, and says how many rows. Nothing
/// when another process is at it. Call it every few seconds, not inside a transaction: until a row is sealed, changing it
/// leaves no trace.
///
/// # Errors
/// Those of the database; what was sealed before them stays sealed.
pub fn seal(conn: &mut PgConnection) -> Result<usize, Error> {
    let mut sealed = 0;
    loop {
        let count = conn.transaction(seal_batch)?;
        sealed += count;
        if i64::try_from(count).is_ok_and(|count| count < BATCH) {
            return Ok(sealed);
        }
    }
}

fn seal_batch(conn: &mut PgConnection) -> diesel::QueryResult<usize> {
    if !store::become_sealer(conn)? {
        return Ok(0);
    }
    // Only now, in a statement begun under the lock, is the last sealer's work sure to be seen.
    let mut head = store::head(conn)?.unwrap_or(Head { seq: 0, hash: model::GENESIS });
    let rows = store::unsealed(conn, BATCH)?;
    let mut seals = Vec::with_capacity(rows.len());
    for row in &rows {
        head.seq += 1;
        head.hash = model::link(head.hash, head.seq, row);
        seals.push((head.seq, row.id, head.hash));
    }
    if !seals.is_empty() {
        store::insert_seals(conn, &seals)?;
    }
    Ok(seals.len())
}

/// Computes the whole chain anew, then looks for rows outside of it, and stops at the first thing that is wrong.
/// Seal first: rows that wait for their seal are not looked at.
///
/// `known` is a head written down earlier, outside of this database: without one, somebody who may write both tables
/// and compute hashes can cut the end of the chain, or make it anew. `progress` is told the links checked so far.
///
/// # Errors
/// Those of the database. What is wrong with the log is no error but a [`Problem`].
pub fn verify(
    conn: &mut PgConnection,
    known: Option<Head>,
    mut progress: impl FnMut(u64),
) -> Result<Verification, Error> {
    let mut found = Verification { links: 0, head: None, problem: None };
    loop {
        let (after, previous) = found.head.map_or((0, model::GENESIS), |head| (head.seq, head.hash));
        let links = store::links_after(conn, after, BATCH)?;
        if links.is_empty() {
            break;
        }
        let mut head = Head { seq: after, hash: previous };
        for (seq, id, hash, row) in links {
            match check_link(head, seq, id, &hash, row.as_ref(), known) {
                Ok(next) => head = next,
                Err(problem) => {
                    found.problem = Some(problem);
                    return Ok(found);
                }
            }
            found.links += 1;
            found.head = Some(head);
        }
        progress(found.links);
    }
    if let Some(known) = known.filter(|known| found.head.is_none_or(|head| head.seq < known.seq)) {
        found.problem = Some(Problem::NotTheKnownChain { seq: known.seq });
        return Ok(found);
    }
    found.problem = row_outside(conn)?.map(|id| Problem::Unsealed { id });
    Ok(found)
}

fn check_link(
    before: Head,
    seq: i64,
    id: i64,
    hash: &[u8],
    row: Option<&model::Sealable>,
    known: Option<Head>,
) -> Result<Head, Problem> {
    if seq != before.seq + 1 {
        return Err(Problem::SealMissing { seq: before.seq + 1 });
    }
    let row = row.ok_or(Problem::RowMissing { seq, id })?;
    let next = Head { seq, hash: model::link(before.hash, seq, row) };
    if next.hash != hash {
        return Err(Problem::Changed { seq, id });
    }
    match known {
        Some(known) if known.seq == seq && known != next => Err(Problem::NotTheKnownChain { seq }),
        _ => Ok(next),
    }
}

fn row_outside(conn: &mut PgConnection) -> Result<Option<i64>, Error> {
    let last = store::last_id(conn)?;
    let mut after = 0;
    while after < last {
        if let Some(id) = store::first_without_seal(conn, after, after + WINDOW)? {
            return Ok(Some(id));
        }
        after += WINDOW;
    }
    Ok(None)
}

/// Puts a deleted thing in the recycle bin, in the transaction that deletes it.
///
/// # Errors
/// Those of the database.
pub fn discard(conn: &mut PgConnection, discarded: &Discarded) -> Result<(), Error> {
    store::insert_discarded(conn, discarded)?;
    Ok(())
}

/// What was last deleted of one object, while it has not expired.
///
/// # Errors
/// Those of the database.
pub fn find_discarded(
    conn: &mut PgConnection,
    object_kind: &str,
    object_id: &str,
    now: DateTime<Utc>,
) -> Result<Option<Discarded>, Error> {
    Ok(store::latest_discarded(conn, object_kind, object_id, now)?)
}

/// Erases what has expired, at most `limit` things, oldest first, and says how many.
///
/// # Errors
/// Those of the database.
pub fn purge_discarded(conn: &mut PgConnection, now: DateTime<Utc>, limit: i64) -> Result<usize, Error> {
    Ok(store::delete_expired(conn, now, limit)?)
}
