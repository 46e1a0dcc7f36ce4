use super::model::{Contact, ContactName};
use crate::schema::contacts_enregistres as contacts;
use chrono::{DateTime, Utc};
use diesel::{pg::Pg, prelude::*};
use hostolink_kernel::{ContactId, UserId};

#[derive(Queryable, Selectable)]
#[diesel(table_name = contacts, check_for_backend(Pg))]
struct Row {
    public_id: ContactId,
    id_contact_user: UserId,
    nom: String,
    cree_le: DateTime<Utc>,
}

impl From<Row> for Contact {
    fn from(row: Row) -> Self {
        Self {
            id: row.public_id,
            person: row.id_contact_user,
            name: ContactName::stored(row.nom),
            created_at: row.cree_le,
        }
    }
}

pub(super) fn count(conn: &mut PgConnection, owner: UserId) -> QueryResult<i64> {
    contacts::table.filter(contacts::id_user.eq(owner)).count().get_result(conn)
}

/// Stores one; `false` where the owner has saved this person already.
pub(super) fn insert(conn: &mut PgConnection, owner: UserId, contact: &Contact) -> QueryResult<bool> {
    let rows = diesel::insert_into(contacts::table)
        .values((
            contacts::public_id.eq(contact.id),
            contacts::id_user.eq(owner),
            contacts::id_contact_user.eq(contact.person),
            contacts::nom.eq(contact.name.as_str()),
            contacts::nom_recherche.eq(contact.name.searched()),
            contacts::cree_le.eq(contact.created_at),
        ))
        .on_conflict((contacts::id_user, contacts::id_contact_user))
        .do_nothing()
        .execute(conn)?;
    Ok(rows == 1)
}

/// The one with this id, if it is this person's.
pub(super) fn of(conn: &mut PgConnection, owner: UserId, id: ContactId) -> QueryResult<Option<Contact>> {
    contacts::table
        .filter(contacts::public_id.eq(id).and(contacts::id_user.eq(owner)))
        .select(Row::as_select())
        .first(conn)
        .optional()
        .map(|row| row.map(Contact::from))
}

/// Somebody's, by their names, of those whose name has `part` in it: letters, digits and spaces, which mean nothing else in a pattern.
pub(super) fn list(
    conn: &mut PgConnection,
    owner: UserId,
    part: &str,
    after: Option<(String, ContactId)>,
    limit: i64,
) -> QueryResult<Vec<(Contact, String)>> {
    let mut rows = contacts::table
        .filter(contacts::id_user.eq(owner))
        .select((Row::as_select(), contacts::nom_recherche))
        .into_boxed();
    if !part.is_empty() {
        rows = rows.filter(contacts::nom_recherche.like(format!("%{part}%")));
    }
    if let Some((name, id)) = after {
        let same = contacts::nom_recherche.eq(name.clone()).and(contacts::public_id.gt(id));
        rows = rows.filter(contacts::nom_recherche.gt(name).or(same));
    }
    let rows: Vec<(Row, String)> =
        rows.order((contacts::nom_recherche, contacts::public_id)).limit(limit).load(conn)?;
    Ok(rows.into_iter().map(|(row, name)| (row.into(), name)).collect())
}

/// Returns how many were renamed.
pub(super) fn rename(
    conn: &mut PgConnection,
    owner: UserId,
    id: ContactId,
    name: &ContactName,
) -> QueryResult<usize> {
    diesel::update(contacts::table.filter(contacts::public_id.eq(id).and(contacts::id_user.eq(owner))))
        .set((contacts::nom.eq(name.as_str()), contacts::nom_recherche.eq(name.searched())))
        .execute(conn)
}

/// Returns how many were deleted.
pub(super) fn delete(conn: &mut PgConnection, owner: UserId, id: ContactId) -> QueryResult<usize> {
    diesel::delete(contacts::table.filter(contacts::public_id.eq(id).and(contacts::id_user.eq(owner))))
        .execute(conn)
}

/// Forgets whom somebody who leaves had saved, and who had saved them.
pub(crate) fn erase(conn: &mut PgConnection, person: UserId) -> QueryResult<usize> {
    let theirs = contacts::id_user.eq(person).or(contacts::id_contact_user.eq(person));
    diesel::delete(contacts::table.filter(theirs)).execute(conn)
}
