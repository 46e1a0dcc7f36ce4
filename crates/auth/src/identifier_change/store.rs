use super::model::Change;
use crate::{account::Channel, schema::changement_identifiant};
use chrono::{DateTime, Utc};
use diesel::{OptionalExtension, PgConnection, prelude::*, result::QueryResult};
use hostolink_kernel::{SessionId, UserId};

/// What was in a column before.
pub(super) struct Before {
    pub(super) text: Option<String>,
    pub(super) canonical: Option<String>,
    pub(super) proven_at: Option<DateTime<Utc>>,
}

/// Writes a wish down in the place of the one before.
pub(super) fn request(
    conn: &mut PgConnection,
    (user, session): (UserId, SessionId),
    channel: Channel,
    new: &str,
    (now, expires): (DateTime<Utc>, DateTime<Utc>),
) -> QueryResult<usize> {
    drop_request(conn, user)?;
    diesel::insert_into(changement_identifiant::table)
        .values((
            changement_identifiant::id_user.eq(user),
            changement_identifiant::session_id.eq(session),
            changement_identifiant::canal.eq(channel),
            changement_identifiant::nouveau.eq(new),
            changement_identifiant::demande_le.eq(now),
            changement_identifiant::expire_le.eq(expires),
        ))
        .execute(conn)
}

/// The wish of a session. In a transaction that holds the account it is held too.
pub(super) fn requested(
    conn: &mut PgConnection,
    user: UserId,
    session: SessionId,
    now: DateTime<Utc>,
) -> QueryResult<Option<Change>> {
    changement_identifiant::table
        .filter(changement_identifiant::id_user.eq(user))
        .filter(changement_identifiant::session_id.eq(session))
        .filter(changement_identifiant::applique_le.is_null())
        .filter(changement_identifiant::expire_le.gt(now))
        .select(Change::as_select())
        .first(conn)
        .optional()
}

/// Drops somebody's wish, whichever session had it.
pub(super) fn drop_request(conn: &mut PgConnection, user: UserId) -> QueryResult<usize> {
    diesel::delete(
        changement_identifiant::table
            .filter(changement_identifiant::id_user.eq(user))
            .filter(changement_identifiant::applique_le.is_null()),
    )
    .execute(conn)
}

/// Writes a change down that was made, with what takes it back.
pub(super) fn insert_applied(
    conn: &mut PgConnection,
    user: UserId,
    (channel, new, before): (Channel, Option<&str>, &Before),
    token: &[u8],
    (now, expires): (DateTime<Utc>, DateTime<Utc>),
) -> QueryResult<usize> {
    diesel::insert_into(changement_identifiant::table)
        .values((
            changement_identifiant::id_user.eq(user),
            changement_identifiant::canal.eq(channel),
            changement_identifiant::nouveau.eq(new),
            changement_identifiant::ancien.eq(before.text.as_deref()),
            changement_identifiant::ancien_normalise.eq(before.canonical.as_deref()),
            changement_identifiant::ancien_prouve_le.eq(before.proven_at),
            changement_identifiant::jeton_hache.eq(token),
            changement_identifiant::demande_le.eq(now),
            changement_identifiant::applique_le.eq(now),
            changement_identifiant::expire_le.eq(expires),
        ))
        .execute(conn)
}

/// Whose change a token takes back, while it can be.
pub(super) fn owner_of(
    conn: &mut PgConnection,
    token: &[u8],
    now: DateTime<Utc>,
) -> QueryResult<Option<UserId>> {
    changement_identifiant::table
        .filter(changement_identifiant::jeton_hache.eq(token))
        .filter(changement_identifiant::expire_le.gt(now))
        .select(changement_identifiant::id_user)
        .first(conn)
        .optional()
}

/// The change that a token takes back and all that came after it, the newest first. The account must be locked.
pub(super) fn since(
    conn: &mut PgConnection,
    user: UserId,
    token: &[u8],
    now: DateTime<Utc>,
) -> QueryResult<Vec<Change>> {
    let first: Option<i64> = changement_identifiant::table
        .filter(changement_identifiant::id_user.eq(user))
        .filter(changement_identifiant::jeton_hache.eq(token))
        .filter(changement_identifiant::expire_le.gt(now))
        .select(changement_identifiant::id_changement)
        .first(conn)
        .optional()?;
    let Some(first) = first else { return Ok(Vec::new()) };
    // Whoever drew these numbers held the account: their order is that of the changes.
    changement_identifiant::table
        .filter(changement_identifiant::id_user.eq(user))
        .filter(changement_identifiant::applique_le.is_not_null())
        .filter(changement_identifiant::id_changement.ge(first))
        .order(changement_identifiant::id_changement.desc())
        .select(Change::as_select())
        .load(conn)
}

pub(super) fn delete(conn: &mut PgConnection, ids: &[i64]) -> QueryResult<usize> {
    diesel::delete(changement_identifiant::table.filter(changement_identifiant::id_changement.eq_any(ids)))
        .execute(conn)
}

/// Erases all that is known of somebody's changes.
pub(crate) fn drop_of(conn: &mut PgConnection, user: UserId) -> QueryResult<usize> {
    diesel::delete(changement_identifiant::table.filter(changement_identifiant::id_user.eq(user)))
        .execute(conn)
}

/// Erases wishes that are over and changes that can no longer be taken back, at most `limit`.
pub(crate) fn purge(conn: &mut PgConnection, now: DateTime<Utc>, limit: i64) -> QueryResult<usize> {
    let over: Vec<i64> = changement_identifiant::table
        .filter(changement_identifiant::expire_le.le(now))
        .order(changement_identifiant::expire_le)
        .limit(limit)
        .select(changement_identifiant::id_changement)
        .load(conn)?;
    delete(conn, &over)
}
