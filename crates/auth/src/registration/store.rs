use super::model::{Attempt, FORGOTTEN};
use crate::{password::PasswordHash, schema::inscription};
use chrono::{DateTime, Utc};
use diesel::{OptionalExtension, PgConnection, prelude::*, result::QueryResult, upsert::excluded};
use hostolink_kernel::UserId;

/// Starts an attempt. What an earlier one set is gone; an earlier one that is not forgotten contests this one.
pub(super) fn start(
    conn: &mut PgConnection,
    user: UserId,
    token: &[u8],
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let none = (
        inscription::mdp.eq(None::<String>),
        inscription::mdp_schema.eq(None::<i16>),
        inscription::jeton_definition_hache.eq(None::<Vec<u8>>),
        inscription::definition_refusee.eq(false),
        inscription::lien_hache.eq(None::<Vec<u8>>),
        inscription::lien_expire_le.eq(None::<DateTime<Utc>>),
        inscription::prenom.eq(None::<String>),
        inscription::nom.eq(None::<String>),
        inscription::telephone_contact.eq(None::<String>),
    );
    diesel::insert_into(inscription::table)
        .values((
            inscription::id_user.eq(user),
            inscription::jeton_hache.eq(token),
            inscription::contestee.eq(false),
            inscription::commencee_le.eq(now),
        ))
        .on_conflict(inscription::id_user)
        .do_update()
        .set((
            inscription::jeton_hache.eq(excluded(inscription::jeton_hache)),
            inscription::contestee.eq(inscription::commencee_le.gt(now - FORGOTTEN)),
            inscription::commencee_le.eq(now),
            none,
        ))
        .execute(conn)
}

pub(super) fn attempt(conn: &mut PgConnection, user: UserId) -> QueryResult<Option<Attempt>> {
    inscription::table.find(user).select(Attempt::as_select()).for_no_key_update().first(conn).optional()
}

/// Keeps a provisional password where the attempt is still the same and has none; 0 otherwise.
pub(super) fn define(
    conn: &mut PgConnection,
    user: UserId,
    attempt: &[u8],
    hash: &PasswordHash,
    token: &[u8],
) -> QueryResult<usize> {
    let free = inscription::table
        .find(user)
        .filter(inscription::jeton_hache.eq(attempt))
        .filter(inscription::mdp.is_null());
    diesel::update(free)
        .set((
            inscription::mdp.eq(hash.text()),
            inscription::mdp_schema.eq(hash.scheme()),
            inscription::jeton_definition_hache.eq(token),
        ))
        .execute(conn)
}

/// Keeps what the person says of themselves with the password that they just set.
pub(super) fn describe(
    conn: &mut PgConnection,
    user: UserId,
    [first, last, contact]: [Option<&str>; 3],
) -> QueryResult<usize> {
    diesel::update(inscription::table.find(user))
        .set((
            inscription::prenom.eq(first),
            inscription::nom.eq(last),
            inscription::telephone_contact.eq(contact),
        ))
        .execute(conn)
}

/// Keeps the hash of a new link in the place of the one before; 0 where no attempt waits.
pub(super) fn set_link(
    conn: &mut PgConnection,
    user: UserId,
    hash: &[u8],
    expires: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::update(inscription::table.find(user))
        .set((inscription::lien_hache.eq(hash), inscription::lien_expire_le.eq(expires)))
        .execute(conn)
}

/// Whose attempt a live link confirms.
pub(super) fn user_of_link(
    conn: &mut PgConnection,
    hash: &[u8],
    now: DateTime<Utc>,
) -> QueryResult<Option<UserId>> {
    inscription::table
        .filter(inscription::lien_hache.eq(hash))
        .filter(inscription::lien_expire_le.gt(now))
        .select(inscription::id_user)
        .first(conn)
        .optional()
}

/// Remembers that a second password was offered.
pub(super) fn refuse(conn: &mut PgConnection, user: UserId) -> QueryResult<usize> {
    diesel::update(inscription::table.find(user)).set(inscription::definition_refusee.eq(true)).execute(conn)
}

/// Ends the attempt and gives what it came to.
pub(crate) fn take_attempt(conn: &mut PgConnection, user: UserId) -> QueryResult<Option<Attempt>> {
    diesel::delete(inscription::table.find(user))
        .returning(Attempt::as_returning())
        .get_result(conn)
        .optional()
}

/// Ends the attempt.
pub(crate) fn drop_attempt(conn: &mut PgConnection, user: UserId) -> QueryResult<usize> {
    diesel::delete(inscription::table.find(user)).execute(conn)
}
