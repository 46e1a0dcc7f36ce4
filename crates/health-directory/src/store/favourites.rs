use crate::{Favourite, schema::favori_etablissement as favori};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use hostolink_kernel::{EstablishmentId, UserId};
use uuid::Uuid;

type Row = (Uuid, EstablishmentId, String, DateTime<Utc>);

const COLUMNS: (favori::public_id, favori::etablissement, favori::nom, favori::cree_le) =
    (favori::public_id, favori::etablissement, favori::nom, favori::cree_le);

fn read((id, establishment, name, created_at): Row) -> Favourite {
    Favourite { id, establishment, name, created_at }
}

pub(crate) fn of(
    conn: &mut PgConnection,
    user: UserId,
    establishment: EstablishmentId,
) -> QueryResult<Option<Favourite>> {
    let row: Option<Row> = favori::table
        .filter(favori::id_user.eq(user).and(favori::etablissement.eq(establishment)))
        .select(COLUMNS)
        .first(conn)
        .optional()?;
    Ok(row.map(read))
}

pub(crate) fn count(conn: &mut PgConnection, user: UserId) -> QueryResult<i64> {
    favori::table.filter(favori::id_user.eq(user)).count().get_result(conn)
}

/// Keeps one; of two at once the first stays.
pub(crate) fn insert(conn: &mut PgConnection, user: UserId, new: &Favourite) -> QueryResult<usize> {
    diesel::insert_into(favori::table)
        .values((
            favori::public_id.eq(new.id),
            favori::id_user.eq(user),
            favori::etablissement.eq(new.establishment),
            favori::nom.eq(&new.name),
            favori::cree_le.eq(new.created_at),
        ))
        .on_conflict((favori::id_user, favori::etablissement))
        .do_nothing()
        .execute(conn)
}

/// The id of what was kept.
pub(crate) fn delete(
    conn: &mut PgConnection,
    user: UserId,
    establishment: EstablishmentId,
) -> QueryResult<Option<Uuid>> {
    let one = favori::table.filter(favori::id_user.eq(user).and(favori::etablissement.eq(establishment)));
    diesel::delete(one).returning(favori::public_id).get_result(conn).optional()
}

pub(crate) fn list(
    conn: &mut PgConnection,
    user: UserId,
    after: Option<Uuid>,
    count: i64,
) -> QueryResult<Vec<Favourite>> {
    let rows: Vec<Row> = favori::table
        .filter(favori::id_user.eq(user))
        .filter(favori::public_id.lt(after.unwrap_or(Uuid::max())))
        .order(favori::public_id.desc())
        .limit(count)
        .select(COLUMNS)
        .load(conn)?;
    Ok(rows.into_iter().map(read).collect())
}
