use crate::schema::jeton_reinitialisation;
use chrono::{DateTime, Utc};
use diesel::{OptionalExtension, PgConnection, prelude::*, result::QueryResult};
use hostolink_kernel::UserId;

/// Keeps the hash of a new token in the place of the ones before: the recipient's, and the person's of another recipient.
pub(super) fn replace(
    conn: &mut PgConnection,
    recipient: &[u8],
    user: Option<UserId>,
    hash: &[u8],
    now: DateTime<Utc>,
    expires: DateTime<Utc>,
) -> QueryResult<usize> {
    let token = (
        jeton_reinitialisation::id_user.eq(user),
        jeton_reinitialisation::hache.eq(hash),
        jeton_reinitialisation::cree_le.eq(now),
        jeton_reinitialisation::expire_le.eq(expires),
    );
    diesel::insert_into(jeton_reinitialisation::table)
        .values((jeton_reinitialisation::destinataire.eq(recipient), token))
        .on_conflict(jeton_reinitialisation::destinataire)
        .do_update()
        .set(token)
        .execute(conn)
}

/// Whose a live token is, and to which recipient it was sent.
pub(super) fn find_live(
    conn: &mut PgConnection,
    hash: &[u8],
    now: DateTime<Utc>,
) -> QueryResult<Option<(Option<UserId>, Vec<u8>)>> {
    jeton_reinitialisation::table
        .filter(jeton_reinitialisation::hache.eq(hash))
        .filter(jeton_reinitialisation::expire_le.gt(now))
        .select((jeton_reinitialisation::id_user, jeton_reinitialisation::destinataire))
        .first(conn)
        .optional()
}

/// Uses a token up; 0 when somebody else just did, or it was replaced.
pub(super) fn consume(conn: &mut PgConnection, hash: &[u8], now: DateTime<Utc>) -> QueryResult<usize> {
    diesel::delete(
        jeton_reinitialisation::table
            .filter(jeton_reinitialisation::hache.eq(hash))
            .filter(jeton_reinitialisation::expire_le.gt(now)),
    )
    .execute(conn)
}

/// Makes every token of somebody worthless; of nobody, does as much work.
pub(crate) fn drop_of(conn: &mut PgConnection, user: Option<UserId>) -> QueryResult<usize> {
    diesel::delete(jeton_reinitialisation::table.filter(jeton_reinitialisation::id_user.eq(user)))
        .execute(conn)
}

/// Erases tokens that expired before `before`; at most `limit`.
pub(crate) fn purge(conn: &mut PgConnection, before: DateTime<Utc>, limit: i64) -> QueryResult<usize> {
    let old: Vec<Vec<u8>> = jeton_reinitialisation::table
        .filter(jeton_reinitialisation::expire_le.lt(before))
        .order(jeton_reinitialisation::expire_le)
        .limit(limit)
        .select(jeton_reinitialisation::destinataire)
        .load(conn)?;
    diesel::delete(
        jeton_reinitialisation::table
            .filter(jeton_reinitialisation::destinataire.eq_any(old))
            .filter(jeton_reinitialisation::expire_le.lt(before)),
    )
    .execute(conn)
}
