use crate::schema::{essai, session};
use chrono::{DateTime, Utc};
use diesel::{PgConnection, dsl::max, prelude::*, result::QueryResult};
use hostolink_kernel::UserId;

/// Whose; when the newest of their sessions was opened; when one was last seen.
type Opened = (UserId, Option<DateTime<Utc>>, Option<DateTime<Utc>>);
/// A counter's key; how many tries; when the last of them was.
type Tries = (Vec<u8>, i32, DateTime<Utc>);

/// Of each person who has sessions.
pub(super) fn sessions(conn: &mut PgConnection, users: &[UserId]) -> QueryResult<Vec<Opened>> {
    session::table
        .filter(session::id_user.eq_any(users))
        .group_by(session::id_user)
        .select((session::id_user, max(session::cree_le), max(session::vue_le)))
        .load(conn)
}

/// The installations of live sessions.
pub(super) fn devices(
    conn: &mut PgConnection,
    users: &[UserId],
    now: DateTime<Utc>,
) -> QueryResult<Vec<(UserId, String)>> {
    session::table
        .filter(session::id_user.eq_any(users))
        .filter(session::finie_le.is_null())
        .filter(session::expire_le.gt(now))
        .filter(session::appareil_id.is_not_null())
        .select((session::id_user, session::appareil_id.assume_not_null()))
        .distinct()
        .order((session::id_user, session::appareil_id.assume_not_null()))
        .load(conn)
}

/// A counter's state for each of these keys that has one.
pub(super) fn tries(conn: &mut PgConnection, name: &str, keys: &[Vec<u8>]) -> QueryResult<Vec<Tries>> {
    essai::table
        .filter(essai::objet.eq(name))
        .filter(essai::cle.eq_any(keys))
        .select((essai::cle, essai::nombre, essai::debut))
        .load(conn)
}
