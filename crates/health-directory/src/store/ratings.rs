use crate::{
    Error, ReportedReview, Review,
    schema::{
        avis_etablissement as avis, etablissement_sante as etablissement, signalement_avis as signalement,
    },
};
use chrono::{DateTime, Utc};
use diesel::{prelude::*, upsert::excluded};
use hostolink_kernel::{EstablishmentId, UserId};
use std::collections::HashMap;
use uuid::Uuid;

type Row =
    (Uuid, EstablishmentId, String, i16, Option<String>, String, i32, DateTime<Utc>, DateTime<Utc>, UserId);

fn read(row: Row) -> Review {
    let (id, establishment, name, stars, comment, state, reports, created_at, updated_at, author) = row;
    let hidden = state == "hidden";
    Review { id, establishment, name, stars, comment, hidden, reports, created_at, updated_at, author }
}

/// The reviews with their establishments' names.
macro_rules! reviews {
    () => {
        avis::table.inner_join(etablissement::table).select((
            avis::public_id,
            etablissement::public_id,
            etablissement::nom,
            avis::note,
            avis::commentaire,
            avis::etat,
            avis::signalements,
            avis::cree_le,
            avis::modifie_le,
            avis::id_user,
        ))
    };
}

/// Notes somebody's word, in place of their earlier one, and says its id.
pub(crate) fn put(
    conn: &mut PgConnection,
    (id, row, author): (Uuid, i32, UserId),
    (stars, comment): (i16, Option<&str>),
    now: DateTime<Utc>,
) -> QueryResult<Uuid> {
    diesel::insert_into(avis::table)
        .values((
            avis::public_id.eq(id),
            avis::id_etablissement.eq(row),
            avis::id_user.eq(author),
            avis::note.eq(stars),
            avis::commentaire.eq(comment),
            avis::etat.eq("visible"),
            avis::cree_le.eq(now),
            avis::modifie_le.eq(now),
        ))
        .on_conflict((avis::id_etablissement, avis::id_user))
        .do_update()
        .set((
            avis::note.eq(excluded(avis::note)),
            avis::commentaire.eq(excluded(avis::commentaire)),
            avis::modifie_le.eq(excluded(avis::modifie_le)),
        ))
        .returning(avis::public_id)
        .get_result(conn)
}

pub(crate) fn one(conn: &mut PgConnection, id: Uuid) -> QueryResult<Option<Review>> {
    let row: Option<Row> = reviews!().filter(avis::public_id.eq(id)).first(conn).optional()?;
    Ok(row.map(read))
}

/// Takes somebody's word back, and says its id.
pub(crate) fn delete(
    conn: &mut PgConnection,
    establishment: EstablishmentId,
    author: UserId,
) -> QueryResult<Option<Uuid>> {
    let theirs: Option<i64> = avis::table
        .inner_join(etablissement::table)
        .filter(etablissement::public_id.eq(establishment).and(avis::id_user.eq(author)))
        .select(avis::id_avis)
        .first(conn)
        .optional()?;
    let Some(theirs) = theirs else { return Ok(None) };
    diesel::delete(avis::table.find(theirs)).returning(avis::public_id).get_result(conn).optional()
}

pub(crate) fn visible(
    conn: &mut PgConnection,
    establishment: EstablishmentId,
    after: Option<Uuid>,
    count: i64,
) -> QueryResult<Vec<Review>> {
    let rows: Vec<Row> = reviews!()
        .filter(etablissement::public_id.eq(establishment))
        .filter(avis::etat.eq("visible"))
        .filter(avis::public_id.lt(after.unwrap_or(Uuid::max())))
        .order(avis::public_id.desc())
        .limit(count)
        .load(conn)?;
    Ok(rows.into_iter().map(read).collect())
}

pub(crate) fn of(
    conn: &mut PgConnection,
    author: UserId,
    after: Option<Uuid>,
    count: i64,
) -> QueryResult<Vec<Review>> {
    let rows: Vec<Row> = reviews!()
        .filter(avis::id_user.eq(author))
        .filter(avis::public_id.lt(after.unwrap_or(Uuid::max())))
        .order(avis::public_id.desc())
        .limit(count)
        .load(conn)?;
    Ok(rows.into_iter().map(read).collect())
}

/// The key of one that is shown, held until the end of the transaction.
pub(crate) fn lock_visible(conn: &mut PgConnection, id: Uuid) -> QueryResult<Option<i64>> {
    avis::table
        .filter(avis::public_id.eq(id).and(avis::etat.eq("visible")))
        .select(avis::id_avis)
        .for_update()
        .first(conn)
        .optional()
}

/// Notes a report, and counts it where the person had made none.
pub(crate) fn report(
    conn: &mut PgConnection,
    (row, user): (i64, UserId),
    why: &str,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    let new = diesel::insert_into(signalement::table)
        .values((
            signalement::id_avis.eq(row),
            signalement::id_user.eq(user),
            signalement::motif.eq(why),
            signalement::cree_le.eq(now),
        ))
        .on_conflict((signalement::id_avis, signalement::id_user))
        .do_nothing()
        .execute(conn)?;
    if new == 1 {
        diesel::update(avis::table.find(row))
            .set(avis::signalements.eq(avis::signalements + 1))
            .execute(conn)?;
    }
    Ok(())
}

pub(crate) fn reported(
    conn: &mut PgConnection,
    after: Option<Uuid>,
    count: i64,
) -> Result<Vec<ReportedReview>, Error> {
    let rows: Vec<Row> = reviews!()
        .filter(avis::signalements.gt(0))
        .filter(avis::public_id.gt(after.unwrap_or_default()))
        .order(avis::public_id)
        .limit(count)
        .load(conn)?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.0).collect();
    let said: Vec<(Uuid, String)> = signalement::table
        .inner_join(avis::table)
        .filter(avis::public_id.eq_any(ids))
        .order(signalement::cree_le.desc())
        .limit(2_000)
        .select((avis::public_id, signalement::motif))
        .load(conn)?;
    let mut reasons: HashMap<Uuid, Vec<String>> = HashMap::new();
    for (id, why) in said {
        let of_one = reasons.entry(id).or_default();
        if of_one.len() < ReportedReview::REASONS {
            of_one.push(why);
        }
    }
    let with_reasons = |row: Row| {
        let review = read(row);
        ReportedReview { reasons: reasons.remove(&review.id).unwrap_or_default(), review }
    };
    Ok(rows.into_iter().map(with_reasons).collect())
}

/// Hides one or shows it again; nothing is reported of it then.
pub(crate) fn set_hidden(conn: &mut PgConnection, id: Uuid, hidden: bool) -> QueryResult<usize> {
    diesel::update(avis::table.filter(avis::public_id.eq(id)))
        .set((avis::etat.eq(if hidden { "hidden" } else { "visible" }), avis::signalements.eq(0)))
        .execute(conn)
}
