use crate::schema::utilisateur;
use diesel::prelude::*;
use hostolink_kernel::{UserId, UserPublicId};

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
