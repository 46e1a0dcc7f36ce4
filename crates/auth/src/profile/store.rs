use super::model::Fields;
use crate::schema::utilisateur;
use diesel::{PgConnection, prelude::*, result::QueryResult};
use hostolink_kernel::UserId;

/// Writes what changes, at least one column. The account must be locked.
pub(super) fn update(conn: &mut PgConnection, user: UserId, fields: &Fields) -> QueryResult<usize> {
    diesel::update(utilisateur::table.find(user)).set(fields).execute(conn)
}
