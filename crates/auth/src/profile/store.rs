use super::{ProfileChange, model::Fields};
use crate::schema::utilisateur;
use diesel::{PgConnection, prelude::*, result::QueryResult};
use hostolink_kernel::UserId;

/// Writes what changes, at least one column. The account must be locked.
pub(super) fn update(conn: &mut PgConnection, user: UserId, fields: &Fields) -> QueryResult<usize> {
    diesel::update(utilisateur::table.find(user)).set(fields).execute(conn)
}

/// Writes what somebody said of themselves elsewhere, if anything. The account must be locked.
pub(crate) fn write(conn: &mut PgConnection, user: UserId, change: &ProfileChange) -> QueryResult<usize> {
    if change.fields == Fields::default() { Ok(0) } else { update(conn, user, &change.fields) }
}
