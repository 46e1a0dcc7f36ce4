use super::model::TRIES;
use crate::schema::{code_pin, session};
use chrono::{DateTime, Utc};
use diesel::{OptionalExtension, PgConnection, prelude::*, result::QueryResult};
use hostolink_kernel::SessionId;

/// What is known of a session's PIN.
pub(super) struct Standing {
    /// Tries since the last right one; `None` where there is no PIN.
    pub(super) tries: Option<i16>,
    /// When it was last shown.
    pub(super) shown_at: Option<DateTime<Utc>>,
}

pub(super) fn standing(conn: &mut PgConnection, id: SessionId) -> QueryResult<Option<Standing>> {
    let found = session::table
        .left_join(code_pin::table)
        .filter(session::public_id.eq(id))
        .select((code_pin::tentatives.nullable(), session::pin_verifie_le))
        .first(conn)
        .optional()?;
    Ok(found.map(|(tries, shown_at)| Standing { tries, shown_at }))
}

/// Holds a session until the transaction ends: its PIN is changed by one at a time.
pub(super) fn lock(conn: &mut PgConnection, id: SessionId) -> QueryResult<SessionId> {
    session::table.find(id).select(session::public_id).for_no_key_update().first(conn)
}

/// Keeps the hash of a new PIN in the place of the one before, and forgets that this was shown.
pub(super) fn define(
    conn: &mut PgConnection,
    id: SessionId,
    hash: &str,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let new = (code_pin::hache.eq(hash), code_pin::tentatives.eq(0), code_pin::defini_le.eq(now));
    diesel::insert_into(code_pin::table)
        .values((code_pin::session_id.eq(id), new))
        .on_conflict(code_pin::session_id)
        .do_update()
        .set(new)
        .execute(conn)?;
    show(conn, id, None)
}

/// Takes one of the tries, before anybody looks whether it is right: the hash, and how many were taken with it.
pub(super) fn reserve(conn: &mut PgConnection, id: SessionId) -> QueryResult<Option<(String, i16)>> {
    let live = code_pin::table.filter(code_pin::session_id.eq(id)).filter(code_pin::tentatives.lt(TRIES));
    diesel::update(live)
        .set(code_pin::tentatives.eq(code_pin::tentatives + 1))
        .returning((code_pin::hache, code_pin::tentatives))
        .get_result(conn)
        .optional()
}

/// Gives the tries back; 0 when the PIN is another by now.
pub(super) fn forgive(conn: &mut PgConnection, id: SessionId, hash: &str) -> QueryResult<usize> {
    diesel::update(code_pin::table.find(id).filter(code_pin::hache.eq(hash)))
        .set(code_pin::tentatives.eq(0))
        .execute(conn)
}

/// Writes down when the PIN was shown.
pub(super) fn show(conn: &mut PgConnection, id: SessionId, at: Option<DateTime<Utc>>) -> QueryResult<usize> {
    diesel::update(session::table.find(id)).set(session::pin_verifie_le.eq(at)).execute(conn)
}

pub(super) fn delete(conn: &mut PgConnection, id: SessionId) -> QueryResult<usize> {
    diesel::delete(code_pin::table.find(id)).execute(conn)
}
