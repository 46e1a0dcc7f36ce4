use crate::{account::Account, schema::utilisateur};
use diesel::{PgConnection, prelude::*, result::QueryResult};
use hostolink_kernel::{PhoneNumber, UserId, UserPublicId};

pub(super) fn is_discoverable(conn: &mut PgConnection, user: UserId) -> QueryResult<bool> {
    utilisateur::table.find(user).select(utilisateur::trouvable).first(conn)
}

pub(super) fn set_discoverable(
    conn: &mut PgConnection,
    user: UserId,
    wanted: bool,
) -> QueryResult<UserPublicId> {
    diesel::update(utilisateur::table.find(user))
        .set(utilisateur::trouvable.eq(wanted))
        .returning(utilisateur::public_id)
        .get_result(conn)
}

/// Those with these numbers who have proven them and want to be found.
pub(super) fn by_phones(conn: &mut PgConnection, phones: &[&PhoneNumber]) -> QueryResult<Vec<Account>> {
    let texts: Vec<&str> = phones.iter().map(|phone| phone.as_str()).collect();
    utilisateur::table
        .filter(utilisateur::telephone_normalise.eq_any(texts))
        .filter(utilisateur::telephone_prouve_le.is_not_null().and(utilisateur::trouvable))
        .select(Account::as_select())
        .load(conn)
}

pub(super) fn by_public_ids(conn: &mut PgConnection, ids: &[UserPublicId]) -> QueryResult<Vec<Account>> {
    utilisateur::table.filter(utilisateur::public_id.eq_any(ids)).select(Account::as_select()).load(conn)
}
