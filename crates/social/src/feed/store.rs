use crate::{Viewer, publication::store::VISIBLE};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{Array, BigInt, Bool, Integer, Text, Timestamptz, Uuid as SqlUuid},
};
use uuid::Uuid;

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    numero: i64,
}

#[derive(QueryableByName)]
struct Yes {
    #[diesel(sql_type = Bool)]
    yes: bool,
}

#[derive(QueryableByName)]
struct Tag {
    #[diesel(sql_type = Text)]
    mot: String,
}

/// The last list of what is talked about.
pub(super) fn newest(conn: &mut PgConnection) -> QueryResult<Option<i64>> {
    let row: Option<Number> =
        sql_query("SELECT numero FROM palmares ORDER BY numero DESC LIMIT 1").get_result(conn).optional()?;
    Ok(row.map(|row| row.numero))
}

/// Whether there still is a list.
pub(super) fn is_there(conn: &mut PgConnection, list: i64) -> QueryResult<bool> {
    let row: Yes = sql_query("SELECT EXISTS (SELECT FROM palmares WHERE numero = $1) AS yes")
        .bind::<BigInt, _>(list)
        .get_result(conn)?;
    Ok(row.yes)
}

/// Has one process at a time make lists; `false` where another does, or one was made since `fresh`.
pub(super) fn begin(conn: &mut PgConnection, fresh: DateTime<Utc>) -> QueryResult<bool> {
    let row: Yes = sql_query(
        "SELECT pg_try_advisory_xact_lock(hashtext('hostolink.palmares')) \
         AND NOT EXISTS (SELECT FROM palmares WHERE calcule_le > $1) AS yes",
    )
    .bind::<Timestamptz, _>(fresh)
    .get_result(conn)?;
    Ok(row.yes)
}

/// Writes a list of at most `most` publications since an id, and says how many. What is loved, answered and passed on weighs by its
/// logarithm, and its age by a power: one of today passes one of last week that ten times as many liked.
pub(super) fn write(
    conn: &mut PgConnection,
    (now, since): (DateTime<Utc>, Uuid),
    most: i64,
) -> QueryResult<usize> {
    let number: Number = sql_query(
        "INSERT INTO palmares (numero, calcule_le) SELECT coalesce(max(numero), 0) + 1, $1 FROM palmares RETURNING numero",
    )
    .bind::<Timestamptz, _>(now)
    .get_result(conn)?;
    sql_query(
        "INSERT INTO tendance (numero, place, publication_id, rang) \
         SELECT $1, row_number() OVER (ORDER BY rang DESC, public_id DESC), public_id, rang FROM ( \
             SELECT p.public_id, \
                 log(greatest(2, p.likes + 2 * p.commentaires + 3 * p.partages + 2)) \
                     / power(extract(epoch FROM $2 - p.cree_le)::double precision / 3600 + 2, 1.8) AS rang \
             FROM publication p WHERE p.public_id >= $3 AND p.etat = 'visible' AND p.visibilite = 'public' AND p.cree_le <= $2 \
             ORDER BY 2 DESC, 1 DESC LIMIT $4) m",
    )
    .bind::<BigInt, _>(number.numero)
    .bind::<Timestamptz, _>(now)
    .bind::<SqlUuid, _>(since)
    .bind::<BigInt, _>(most)
    .execute(conn)
}

/// Forgets lists that were made too long ago; the last one stays.
pub(super) fn forget(conn: &mut PgConnection, now: DateTime<Utc>, kept: TimeDelta) -> QueryResult<usize> {
    sql_query("DELETE FROM palmares WHERE calcule_le < $1 AND numero < (SELECT max(numero) FROM palmares)")
        .bind::<Timestamptz, _>(now - kept)
        .execute(conn)
}

/// Hashtags of what the viewer may see that begin so, in their order.
pub(super) fn tags(
    conn: &mut PgConnection,
    viewer: &Viewer,
    beginning: &str,
    after: &str,
    (now, limit): (DateTime<Utc>, i64),
) -> QueryResult<Vec<String>> {
    let rows: Vec<Tag> = sql_query(format!(
        "SELECT d.mot FROM mot_diese d WHERE d.mot ~>=~ $4 AND d.mot ~<~ $5 AND d.mot ~>~ $6 \
         AND EXISTS (SELECT FROM publication_mot l JOIN publication p ON p.public_id = l.publication_id \
             WHERE l.mot = d.mot AND {VISIBLE}) \
         ORDER BY d.mot USING ~<~ LIMIT $7"
    ))
    .bind::<Integer, _>(viewer.user)
    .bind::<Array<SqlUuid>, _>(&viewer.themes)
    .bind::<Timestamptz, _>(now)
    .bind::<Text, _>(beginning)
    // Sorts behind every letter.
    .bind::<Text, _>(format!("{beginning}\u{10ffff}"))
    .bind::<Text, _>(after)
    .bind::<BigInt, _>(limit)
    .load(conn)?;
    Ok(rows.into_iter().map(|row| row.mot).collect())
}
