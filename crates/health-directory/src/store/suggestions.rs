use super::known;
use crate::{
    Change, Error, Fact, Suggestion,
    schema::{etablissement_sante as etablissement, proposition_etablissement as proposition},
};
use chrono::{DateTime, Utc};
use diesel::{pg::Pg, prelude::*, upsert::excluded};
use hostolink_kernel::{EstablishmentId, UserId};
use serde_json::Value;
use uuid::Uuid;

#[derive(Queryable, Selectable)]
#[diesel(table_name = proposition, check_for_backend(Pg))]
struct Row {
    public_id: Uuid,
    id_user: UserId,
    champ: String,
    valeur: Value,
    commentaire: Option<String>,
    photo: Option<String>,
    etat: String,
    motif: Option<String>,
    cree_le: DateTime<Utc>,
    decide_le: Option<DateTime<Utc>>,
}

type Found = (Row, EstablishmentId, String);

fn read((row, establishment, name): Found) -> Result<Suggestion, Error> {
    let fact = known(&row.champ, Fact::parse)?;
    Ok(Suggestion {
        id: row.public_id,
        establishment,
        name,
        change: Change::kept(fact, &row.valeur).ok_or(Error::UnknownCode(row.champ))?,
        comment: row.commentaire,
        photo: row.photo,
        accepted: (row.etat != "pending").then(|| row.etat == "accepted"),
        reason: row.motif,
        created_at: row.cree_le,
        decided_at: row.decide_le,
        author: row.id_user,
    })
}

/// The suggestions with their establishments' names.
macro_rules! suggestions {
    () => {
        proposition::table.inner_join(etablissement::table).select((
            Row::as_select(),
            etablissement::public_id,
            etablissement::nom,
        ))
    };
}

pub(crate) fn open_of(conn: &mut PgConnection, author: UserId) -> QueryResult<i64> {
    proposition::table
        .filter(proposition::id_user.eq(author).and(proposition::etat.eq("pending")))
        .count()
        .get_result(conn)
}

/// Notes somebody's word, in place of their open one on the same fact if there is one, and says its id.
pub(crate) fn put(
    conn: &mut PgConnection,
    (id, row, author): (Uuid, i32, UserId),
    (change, comment): (&Change, Option<&str>),
    now: DateTime<Utc>,
) -> QueryResult<Uuid> {
    diesel::insert_into(proposition::table)
        .values((
            proposition::public_id.eq(id),
            proposition::id_etablissement.eq(row),
            proposition::id_user.eq(author),
            proposition::champ.eq(change.fact().code()),
            proposition::valeur.eq(change.value()),
            proposition::commentaire.eq(comment),
            proposition::etat.eq("pending"),
            proposition::cree_le.eq(now),
        ))
        .on_conflict((proposition::id_etablissement, proposition::id_user, proposition::champ))
        // Bound as a parameter, it would not be seen to be the index's own condition.
        .filter_target(diesel::dsl::sql::<diesel::sql_types::Bool>("etat = 'pending'"))
        .do_update()
        .set((
            proposition::valeur.eq(excluded(proposition::valeur)),
            proposition::commentaire.eq(excluded(proposition::commentaire)),
            proposition::cree_le.eq(excluded(proposition::cree_le)),
        ))
        .returning(proposition::public_id)
        .get_result(conn)
}

pub(crate) fn one(conn: &mut PgConnection, id: Uuid) -> Result<Option<Suggestion>, Error> {
    let row: Option<Found> = suggestions!().filter(proposition::public_id.eq(id)).first(conn).optional()?;
    row.map(read).transpose()
}

/// The same, held until the end of the transaction.
pub(crate) fn lock(conn: &mut PgConnection, id: Uuid) -> Result<Option<Suggestion>, Error> {
    let held: Option<Uuid> = proposition::table
        .filter(proposition::public_id.eq(id))
        .select(proposition::public_id)
        .for_update()
        .first(conn)
        .optional()?;
    if held.is_some() { one(conn, id) } else { Ok(None) }
}

pub(crate) fn of(
    conn: &mut PgConnection,
    author: UserId,
    after: Option<Uuid>,
    count: i64,
) -> Result<Vec<Suggestion>, Error> {
    let rows: Vec<Found> = suggestions!()
        .filter(proposition::id_user.eq(author))
        .filter(proposition::public_id.lt(after.unwrap_or(Uuid::max())))
        .order(proposition::public_id.desc())
        .limit(count)
        .load(conn)?;
    rows.into_iter().map(read).collect()
}

pub(crate) fn pending(
    conn: &mut PgConnection,
    after: Option<Uuid>,
    count: i64,
) -> Result<Vec<Suggestion>, Error> {
    let rows: Vec<Found> = suggestions!()
        .filter(proposition::etat.eq("pending"))
        .filter(proposition::public_id.gt(after.unwrap_or_default()))
        .order(proposition::public_id)
        .limit(count)
        .load(conn)?;
    rows.into_iter().map(read).collect()
}

pub(crate) fn set_photo(conn: &mut PgConnection, id: Uuid, photo: &str) -> QueryResult<usize> {
    diesel::update(proposition::table.filter(proposition::public_id.eq(id)))
        .set(proposition::photo.eq(photo))
        .execute(conn)
}

/// Refused with a reason, accepted without one.
pub(crate) fn decide(
    conn: &mut PgConnection,
    id: Uuid,
    reason: Option<&str>,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::update(proposition::table.filter(proposition::public_id.eq(id)))
        .set((
            proposition::etat.eq(if reason.is_some() { "refused" } else { "accepted" }),
            proposition::motif.eq(reason),
            proposition::photo.eq(None::<String>),
            proposition::decide_le.eq(now),
        ))
        .execute(conn)
}
