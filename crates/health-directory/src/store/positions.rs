use crate::{Error, SharedPosition, Whereabouts, schema::localisation};
use chrono::{DateTime, Utc};
use diesel::{pg::Pg, prelude::*, upsert::excluded};
use hostolink_geo::Point;
use hostolink_kernel::UserId;
use uuid::Uuid;

#[derive(Queryable, Selectable)]
#[diesel(table_name = localisation, check_for_backend(Pg))]
struct Row {
    public_id: Uuid,
    id_user: UserId,
    id_destinataire: UserId,
    latitude: f64,
    longitude: f64,
    precision_m: Option<i32>,
    cree_le: DateTime<Utc>,
    modifie_le: DateTime<Utc>,
    expire_le: DateTime<Utc>,
}

fn read(row: &Row) -> Result<SharedPosition, Error> {
    let point =
        Point::new(row.latitude, row.longitude).map_err(|_| Error::UnknownCode("localisation".to_owned()))?;
    Ok(SharedPosition {
        id: row.public_id,
        owner: row.id_user,
        shown_to: row.id_destinataire,
        place: Whereabouts::new(point, row.precision_m)?,
        created_at: row.cree_le,
        updated_at: row.modifie_le,
        expires_at: row.expire_le,
    })
}

/// How many positions somebody shows to others than this one.
pub(crate) fn others(
    conn: &mut PgConnection,
    (owner, but): (UserId, UserId),
    now: DateTime<Utc>,
) -> QueryResult<i64> {
    localisation::table
        .filter(localisation::id_user.eq(owner).and(localisation::id_destinataire.ne(but)))
        .filter(localisation::expire_le.gt(now))
        .count()
        .get_result(conn)
}

/// Shows one, in place of what was shown to the same person.
pub(crate) fn put(conn: &mut PgConnection, share: &SharedPosition) -> QueryResult<usize> {
    let point = share.place.point();
    diesel::insert_into(localisation::table)
        .values((
            localisation::public_id.eq(share.id),
            localisation::id_user.eq(share.owner),
            localisation::id_destinataire.eq(share.shown_to),
            localisation::latitude.eq(point.latitude()),
            localisation::longitude.eq(point.longitude()),
            localisation::precision_m.eq(share.place.accuracy_metres()),
            localisation::cree_le.eq(share.created_at),
            localisation::modifie_le.eq(share.updated_at),
            localisation::expire_le.eq(share.expires_at),
        ))
        .on_conflict((localisation::id_user, localisation::id_destinataire))
        .do_update()
        .set((
            localisation::public_id.eq(excluded(localisation::public_id)),
            localisation::latitude.eq(excluded(localisation::latitude)),
            localisation::longitude.eq(excluded(localisation::longitude)),
            localisation::precision_m.eq(excluded(localisation::precision_m)),
            localisation::cree_le.eq(excluded(localisation::cree_le)),
            localisation::modifie_le.eq(excluded(localisation::modifie_le)),
            localisation::expire_le.eq(excluded(localisation::expire_le)),
        ))
        .execute(conn)
}

pub(crate) fn set_place(
    conn: &mut PgConnection,
    (id, owner): (Uuid, UserId),
    place: Whereabouts,
    now: DateTime<Utc>,
) -> Result<Option<SharedPosition>, Error> {
    let theirs = localisation::table
        .filter(localisation::public_id.eq(id).and(localisation::id_user.eq(owner)))
        .filter(localisation::expire_le.gt(now));
    let row: Option<Row> = diesel::update(theirs)
        .set((
            localisation::latitude.eq(place.point().latitude()),
            localisation::longitude.eq(place.point().longitude()),
            localisation::precision_m.eq(place.accuracy_metres()),
            localisation::modifie_le.eq(now),
        ))
        .returning(Row::as_returning())
        .get_result(conn)
        .optional()?;
    row.as_ref().map(read).transpose()
}

pub(crate) fn delete(conn: &mut PgConnection, id: Uuid, owner: UserId) -> QueryResult<usize> {
    let one = localisation::table.filter(localisation::public_id.eq(id).and(localisation::id_user.eq(owner)));
    diesel::delete(one).execute(conn)
}

pub(crate) fn given(
    conn: &mut PgConnection,
    owner: UserId,
    (now, after): (DateTime<Utc>, Option<Uuid>),
    count: i64,
) -> Result<Vec<SharedPosition>, Error> {
    let rows: Vec<Row> = localisation::table
        .filter(localisation::id_user.eq(owner))
        .filter(localisation::expire_le.gt(now))
        .filter(localisation::public_id.lt(after.unwrap_or(Uuid::max())))
        .order(localisation::public_id.desc())
        .limit(count)
        .select(Row::as_select())
        .load(conn)?;
    rows.iter().map(read).collect()
}

pub(crate) fn shown(
    conn: &mut PgConnection,
    shown_to: UserId,
    (now, after): (DateTime<Utc>, Option<Uuid>),
    count: i64,
) -> Result<Vec<SharedPosition>, Error> {
    let rows: Vec<Row> = localisation::table
        .filter(localisation::id_destinataire.eq(shown_to))
        .filter(localisation::expire_le.gt(now))
        .filter(localisation::public_id.lt(after.unwrap_or(Uuid::max())))
        .order(localisation::public_id.desc())
        .limit(count)
        .select(Row::as_select())
        .load(conn)?;
    rows.iter().map(read).collect()
}

pub(crate) fn shown_one(
    conn: &mut PgConnection,
    (id, shown_to): (Uuid, UserId),
    now: DateTime<Utc>,
) -> Result<Option<SharedPosition>, Error> {
    let row: Option<Row> = localisation::table
        .filter(localisation::public_id.eq(id).and(localisation::id_destinataire.eq(shown_to)))
        .filter(localisation::expire_le.gt(now))
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    row.as_ref().map(read).transpose()
}

/// Deletes those whose time is over, at most so many.
pub(crate) fn purge(conn: &mut PgConnection, now: DateTime<Utc>, limit: i64) -> QueryResult<usize> {
    let over: Vec<i64> = localisation::table
        .filter(localisation::expire_le.le(now))
        .order(localisation::expire_le)
        .limit(limit)
        .select(localisation::id_localisation)
        .load(conn)?;
    let still_over = localisation::table
        .filter(localisation::id_localisation.eq_any(over))
        .filter(localisation::expire_le.le(now));
    diesel::delete(still_over).execute(conn)
}
