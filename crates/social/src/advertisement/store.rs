use super::model::{Advertisement, AdvertisementState, CLICK_PRICE, NewAdvertisement, Row, Seen, VIEW_PRICE};
use crate::{Error, Link, area};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{Array, BigInt, Date, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use hostolink_kernel::UserId;
use uuid::Uuid;

const COLUMNS: &str = "p.public_id, p.id_user, p.titre, p.texte, p.lien, p.media, p.zones, p.debut, p.fin, p.budget, p.depense, p.vues, p.clics, \
    p.etat, p.motif, p.reservation, p.reglement, p.change_le";

pub(super) fn insert(
    conn: &mut PgConnection,
    (id, owner): (Uuid, UserId),
    new: &NewAdvertisement,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    sql_query(
        "INSERT INTO publicite (public_id, id_user, titre, texte, lien, media, zones, debut, fin, budget, prix_vue, prix_clic, change_le, cree_le) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Integer, _>(owner)
    .bind::<Text, _>(new.title.as_str())
    .bind::<Text, _>(new.text.as_str())
    .bind::<Text, _>(Link::as_str(&new.link))
    .bind::<Nullable<SqlUuid>, _>(new.media)
    .bind::<Array<Text>, _>(area::codes(&new.areas))
    .bind::<Timestamptz, _>(new.period.from)
    .bind::<Timestamptz, _>(new.period.to)
    .bind::<BigInt, _>(new.budget)
    .bind::<BigInt, _>(VIEW_PRICE)
    .bind::<BigInt, _>(CLICK_PRICE)
    .bind::<Timestamptz, _>(now)
    .execute(conn)
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How many of somebody's are not over.
pub(super) fn living_of(conn: &mut PgConnection, owner: UserId) -> QueryResult<i64> {
    let row: Count =
        sql_query("SELECT count(*) AS count FROM publicite WHERE id_user = $1 AND etat <> 'ended'")
            .bind::<Integer, _>(owner)
            .get_result(conn)?;
    Ok(row.count)
}

fn seen(rows: Vec<Row>) -> Result<Vec<Advertisement>, Error> {
    rows.into_iter().map(Row::seen).collect()
}

pub(super) fn find(conn: &mut PgConnection, id: Uuid) -> Result<Option<Advertisement>, Error> {
    let row: Option<Row> = sql_query(format!("SELECT {COLUMNS} FROM publicite p WHERE p.public_id = $1"))
        .bind::<SqlUuid, _>(id)
        .get_result(conn)
        .optional()?;
    row.map(Row::seen).transpose()
}

/// One, held until the transaction ends, with when it last changed.
pub(super) fn lock(
    conn: &mut PgConnection,
    id: Uuid,
) -> Result<Option<(Advertisement, DateTime<Utc>)>, Error> {
    let row: Option<Row> =
        sql_query(format!("SELECT {COLUMNS} FROM publicite p WHERE p.public_id = $1 FOR NO KEY UPDATE"))
            .bind::<SqlUuid, _>(id)
            .get_result(conn)
            .optional()?;
    row.map(|row| {
        let at = row.change_le;
        row.seen().map(|found| (found, at))
    })
    .transpose()
}

pub(super) fn of(
    conn: &mut PgConnection,
    owner: UserId,
    before: Uuid,
    limit: i64,
) -> Result<Vec<Advertisement>, Error> {
    let rows = sql_query(format!(
        "SELECT {COLUMNS} FROM publicite p WHERE p.id_user = $1 AND p.public_id < $2 ORDER BY p.public_id DESC LIMIT $3"
    ))
    .bind::<Integer, _>(owner)
    .bind::<SqlUuid, _>(before)
    .bind::<BigInt, _>(limit)
    .load(conn)?;
    seen(rows)
}

/// Those that somebody of the house has to look at, the oldest first.
pub(super) fn in_review(
    conn: &mut PgConnection,
    after: Uuid,
    limit: i64,
) -> Result<Vec<Advertisement>, Error> {
    let rows = sql_query(format!(
        "SELECT {COLUMNS} FROM publicite p WHERE p.etat = 'review' AND p.public_id > $1 ORDER BY p.public_id LIMIT $2"
    ))
    .bind::<SqlUuid, _>(after)
    .bind::<BigInt, _>(limit)
    .load(conn)?;
    seen(rows)
}

/// What somebody may be shown now who is in a district, or anywhere: of nobody with whom they have a block, nor who may not be seen, what they have
/// not seen today, and of which a view can be paid. What has spent the least of its budget comes first.
pub(super) fn to_show(
    conn: &mut PgConnection,
    viewer: UserId,
    area: Option<&str>,
    (now, day): (DateTime<Utc>, NaiveDate),
    limit: i64,
) -> Result<Vec<Advertisement>, Error> {
    let rows = sql_query(format!(
        "SELECT {COLUMNS} FROM publicite p WHERE p.etat = 'running' AND p.debut <= $2 AND p.fin > $2 AND p.depense + p.prix_vue <= p.budget \
         AND p.id_user <> $1 AND (p.zones = '{{}}' OR p.zones @> ARRAY[$3::varchar]) \
         AND NOT EXISTS (SELECT FROM diffusion_publicite d WHERE d.publicite_id = p.public_id AND d.id_user = $1 AND d.jour = $4 AND d.genre = 'view') \
         AND NOT EXISTS (SELECT FROM blocage b WHERE b.id_user = $1 AND b.id_bloque = p.id_user) \
         AND NOT EXISTS (SELECT FROM blocage b WHERE b.id_user = p.id_user AND b.id_bloque = $1) \
         AND NOT EXISTS (SELECT FROM sanction s WHERE s.id_user = p.id_user AND s.degre IN ('suspension', 'ban') AND s.levee_le IS NULL \
             AND (s.expire_le IS NULL OR s.expire_le > $2)) \
         ORDER BY p.depense::double precision / p.budget, p.public_id LIMIT $5"
    ))
    .bind::<Integer, _>(viewer)
    .bind::<Timestamptz, _>(now)
    .bind::<Nullable<Text>, _>(area)
    .bind::<Date, _>(day)
    .bind::<BigInt, _>(limit)
    .load(conn)?;
    seen(rows)
}

/// Notes that somebody was shown it, or followed its link, on a day; 0 where that is noted, and where a block is between them and whose it is. A
/// link counts only for who was shown it that day.
pub(super) fn note(
    conn: &mut PgConnection,
    (id, user): (Uuid, UserId),
    what: Seen,
    day: NaiveDate,
) -> QueryResult<usize> {
    sql_query(
        "INSERT INTO diffusion_publicite (publicite_id, id_user, jour, genre) SELECT p.public_id, $2, $3, $4 FROM publicite p \
         WHERE p.public_id = $1 AND ($4 = 'view' OR EXISTS (SELECT FROM diffusion_publicite \
             WHERE publicite_id = $1 AND id_user = $2 AND jour = $3 AND genre = 'view')) \
         AND NOT EXISTS (SELECT FROM blocage b WHERE b.id_user = $2 AND b.id_bloque = p.id_user) \
         AND NOT EXISTS (SELECT FROM blocage b WHERE b.id_user = p.id_user AND b.id_bloque = $2) ON CONFLICT DO NOTHING",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Integer, _>(user)
    .bind::<Date, _>(day)
    .bind::<Text, _>(what.as_str())
    .execute(conn)
}

/// Counts it and what it costs, of one that is held; 0 where the budget does not reach that far.
pub(super) fn spend(conn: &mut PgConnection, id: Uuid, what: Seen) -> QueryResult<usize> {
    let (counter, price) = match what {
        Seen::View => ("vues", "prix_vue"),
        Seen::Click => ("clics", "prix_clic"),
    };
    sql_query(format!(
        "UPDATE publicite SET {counter} = {counter} + 1, depense = depense + {price} WHERE public_id = $1 AND depense + {price} <= budget"
    ))
    .bind::<SqlUuid, _>(id)
    .execute(conn)
}

/// Ends one of which not even a view can be paid any more.
pub(super) fn end_spent(conn: &mut PgConnection, id: Uuid, now: DateTime<Utc>) -> QueryResult<usize> {
    sql_query(
        "UPDATE publicite SET etat = 'ending', change_le = $2 WHERE public_id = $1 AND etat = 'running' AND depense + prix_vue > budget",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Timestamptz, _>(now)
    .execute(conn)
}

/// Ends those whose time is over, also those that nobody looked at in time.
pub(super) fn end_due(conn: &mut PgConnection, now: DateTime<Utc>, limit: i64) -> QueryResult<usize> {
    sql_query(
        "UPDATE publicite SET etat = 'ending', change_le = $1 WHERE public_id IN (SELECT public_id FROM publicite \
         WHERE etat IN ('running', 'review') AND fin <= $1 ORDER BY fin LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED)",
    )
    .bind::<Timestamptz, _>(now)
    .bind::<BigInt, _>(limit)
    .execute(conn)
}

/// Says how far one that is held is.
pub(super) fn set_state(
    conn: &mut PgConnection,
    id: Uuid,
    state: AdvertisementState,
    reason: Option<&str>,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    sql_query(
        "UPDATE publicite SET etat = $2, motif = coalesce($3, motif), change_le = $4 WHERE public_id = $1",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Text, _>(state.as_str())
    .bind::<Nullable<Text>, _>(reason)
    .bind::<Timestamptz, _>(now)
    .execute(conn)
}

/// Writes down what set its budget aside, and how far it is then.
pub(super) fn set_hold(
    conn: &mut PgConnection,
    id: Uuid,
    (hold, state): (Uuid, AdvertisementState),
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    sql_query("UPDATE publicite SET etat = $2, reservation = $3, change_le = $4 WHERE public_id = $1")
        .bind::<SqlUuid, _>(id)
        .bind::<Text, _>(state.as_str())
        .bind::<SqlUuid, _>(hold)
        .bind::<Timestamptz, _>(now)
        .execute(conn)
}

/// Writes down what took its money.
pub(super) fn set_settlement(
    conn: &mut PgConnection,
    id: Uuid,
    settlement: Option<Uuid>,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    sql_query("UPDATE publicite SET etat = 'ended', reglement = $2, change_le = $3 WHERE public_id = $1")
        .bind::<SqlUuid, _>(id)
        .bind::<Nullable<SqlUuid>, _>(settlement)
        .bind::<Timestamptz, _>(now)
        .execute(conn)
}

/// Those in a state since before an instant, the oldest first, with since when.
pub(super) fn waiting(
    conn: &mut PgConnection,
    state: AdvertisementState,
    before: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<(Advertisement, DateTime<Utc>)>, Error> {
    let rows: Vec<Row> = sql_query(format!(
        "SELECT {COLUMNS} FROM publicite p WHERE p.etat = $1 AND p.etat IN ('funding', 'ending') AND p.change_le <= $2 ORDER BY p.change_le LIMIT $3"
    ))
    .bind::<Text, _>(state.as_str())
    .bind::<Timestamptz, _>(before)
    .bind::<BigInt, _>(limit)
    .load(conn)?;
    let with_time = |row: Row| {
        let at = row.change_le;
        row.seen().map(|found| (found, at))
    };
    rows.into_iter().map(with_time).collect()
}

/// Forgets who was shown what before a day.
pub(crate) fn forget_seen(conn: &mut PgConnection, before: NaiveDate, limit: i64) -> QueryResult<usize> {
    sql_query(
        "DELETE FROM diffusion_publicite WHERE (publicite_id, id_user, jour, genre) IN \
         (SELECT publicite_id, id_user, jour, genre FROM diffusion_publicite WHERE jour < $1 ORDER BY jour LIMIT $2)",
    )
    .bind::<Date, _>(before)
    .bind::<BigInt, _>(limit)
    .execute(conn)
}
