use crate::model::{Event, NewEvent, Parked, SubscriberStatus};
use crate::{Error, store};
use chrono::{DateTime, Utc};
use diesel::PgConnection;

/// The channel of the dispatcher's `NOTIFY`; its payload is the last number given. A mere hint that there is something to
/// read: it can be lost, the events can't.
pub const WAKE_UP: &str = "hostolink_evenement";

/// Writes one event in the caller's transaction: it is told if and only if what it tells of is kept.
///
/// # Errors
/// Those of the database.
pub fn publish(conn: &mut PgConnection, event: &NewEvent, now: DateTime<Utc>) -> Result<(), Error> {
    publish_all(conn, std::slice::from_ref(event), now)
}

/// The same for many, in one statement; their order is kept.
///
/// # Errors
/// Those of the database.
pub fn publish_all(conn: &mut PgConnection, events: &[NewEvent], now: DateTime<Utc>) -> Result<(), Error> {
    if !events.is_empty() {
        store::insert(conn, events, now)?;
    }
    Ok(())
}

/// The number of the last event that can be read, 0 before the first.
///
/// # Errors
/// Those of the database.
pub fn last_seq(conn: &mut PgConnection) -> Result<i64, Error> {
    Ok(store::last_seq(conn)?)
}

/// At most `limit` events after number `seq`, in order. For what each process keeps in its own memory (a snapshot of the
/// directory, open WebSockets): start at [`last_seq`], before the snapshot is read, and go on from the last event seen.
///
/// # Errors
/// Those of the database.
pub fn read_after(conn: &mut PgConnection, seq: i64, limit: i64) -> Result<Vec<Event>, Error> {
    Ok(store::events_after(conn, seq, limit)?)
}

/// At most `limit` events of messages and notifications about these subjects, after one number and up to another, in order: for who was
/// away and comes back.
///
/// # Errors
/// Those of the database.
pub fn read_about(
    conn: &mut PgConnection,
    span: (i64, i64),
    subjects: &[uuid::Uuid],
    limit: i64,
) -> Result<Vec<Event>, Error> {
    Ok(store::live_events(conn, span, subjects, limit)?)
}

/// Whether all that came after number `seq` is still kept: what is older than the retention was purged. Events that were set aside and outlast it
/// don't count.
///
/// # Errors
/// Those of the database.
pub fn reaches_back_to(conn: &mut PgConnection, seq: i64) -> Result<bool, Error> {
    let (first, last) = (store::first_seq(conn)?, store::last_seq(conn)?);
    Ok(seq <= last && first.map_or(seq == last, |first| seq >= first - 1))
}

/// How far each subscriber has come, by name.
///
/// # Errors
/// Those of the database.
pub fn subscribers(conn: &mut PgConnection) -> Result<Vec<SubscriberStatus>, Error> {
    Ok(store::subscribers(conn)?)
}

/// The first `limit` events that were set aside, by subscriber.
///
/// # Errors
/// Those of the database.
pub fn parked(conn: &mut PgConnection, limit: i64) -> Result<Vec<Parked>, Error> {
    Ok(store::parked(conn, limit)?)
}

/// Has an event that was set aside tried once more; says whether there is such an event.
///
/// # Errors
/// Those of the database.
pub fn replay(conn: &mut PgConnection, subscriber: &str, seq: i64) -> Result<bool, Error> {
    Ok(store::ask_replay(conn, subscriber, seq)? == 1)
}

/// Deletes at most `limit` events that happened before `before`, and says how many: always the first of those that are kept, in their order, up to one that
/// happened later. Events that a subscriber has yet to take, or set aside, stay. Keep at least an hour: it is what [`read_after`] can look back on.
///
/// # Errors
/// Those of the database.
pub fn purge(conn: &mut PgConnection, before: DateTime<Utc>, limit: i64) -> Result<usize, Error> {
    Ok(store::delete_delivered(conn, before, limit)?)
}
