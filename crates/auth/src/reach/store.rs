use crate::schema::{session, utilisateur};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use hostolink_kernel::{SessionId, UserId, UserPublicId};

/// The keys behind public ids.
pub(super) fn keys_of(
    conn: &mut PgConnection,
    ids: &[UserPublicId],
) -> QueryResult<Vec<(UserPublicId, UserId)>> {
    utilisateur::table
        .filter(utilisateur::public_id.eq_any(ids))
        .select((utilisateur::public_id, utilisateur::id_user))
        .load(conn)
}

/// Those of these sessions that neither were ended nor are over.
pub(super) fn live(
    conn: &mut PgConnection,
    ids: &[SessionId],
    now: DateTime<Utc>,
) -> QueryResult<Vec<SessionId>> {
    session::table
        .filter(session::public_id.eq_any(ids))
        .filter(session::finie_le.is_null().and(session::expire_le.gt(now)))
        .select(session::public_id)
        .load(conn)
}
