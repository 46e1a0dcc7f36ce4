//! What leaves for good, a slice at a time. Whoever calls does so in one transaction: decisions are held first, then publications, then comments,
//! then people, as everybody else holds them.

use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{Array, BigInt, Timestamptz, Uuid as SqlUuid},
};
use uuid::Uuid;

/// Whether `p`, a publication, is to go: out of sight since before `$1`. What the house hid stays as long as somebody may still say something
/// against it, or waits for the answer.
const DUE: &str = "p.etat <> 'visible' AND p.retire_le < $1 AND (p.etat = 'deleted' OR NOT EXISTS (SELECT FROM sanction s \
    LEFT JOIN recours r ON r.sanction_id = s.public_id WHERE s.publication_id = p.public_id AND (s.cree_le >= $1 OR r.etat = 'open')))";

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = SqlUuid)]
    public_id: Uuid,
}

fn ids(rows: Vec<Found>) -> Vec<Uuid> {
    rows.into_iter().map(|row| row.public_id).collect()
}

/// What is to go, what was taken away first before the rest. Nothing is held.
pub(crate) fn due(conn: &mut PgConnection, before: DateTime<Utc>, limit: i64) -> QueryResult<Vec<Uuid>> {
    sql_query(format!("SELECT p.public_id FROM publication p WHERE {DUE} ORDER BY p.retire_le LIMIT $2"))
        .bind::<Timestamptz, _>(before)
        .bind::<BigInt, _>(limit)
        .load(conn)
        .map(ids)
}

/// Holds what was reported and decided of these publications and their comments: it forgets them.
pub(crate) fn hold_decisions(conn: &mut PgConnection, publications: &[Uuid]) -> QueryResult<()> {
    for table in ["dossier_moderation", "sanction"] {
        sql_query(format!(
            "SELECT FROM {table} WHERE publication_id = ANY ($1) \
             OR commentaire_id IN (SELECT public_id FROM commentaire WHERE publication_id = ANY ($1)) ORDER BY public_id FOR NO KEY UPDATE"
        ))
        .bind::<Array<SqlUuid>, _>(publications)
        .execute(conn)?;
    }
    Ok(())
}

/// Holds those of these that are still to go and that nobody else holds, and says which.
pub(crate) fn hold_due(
    conn: &mut PgConnection,
    publications: &[Uuid],
    before: DateTime<Utc>,
) -> QueryResult<Vec<Uuid>> {
    sql_query(format!(
        "SELECT p.public_id FROM publication p WHERE {DUE} AND p.public_id = ANY ($2) ORDER BY p.public_id FOR UPDATE OF p SKIP LOCKED"
    ))
    .bind::<Timestamptz, _>(before)
    .bind::<Array<SqlUuid>, _>(publications)
    .load(conn)
    .map(ids)
}

/// Deletes a slice of the comments of publications that are held, the deepest first: none takes an answer along that is not in the slice. Before
/// them go their likes, so many at a time. Says whether there may be more.
pub(crate) fn shed_comments(
    conn: &mut PgConnection,
    publications: &[Uuid],
    (comments, likes): (i64, i64),
) -> QueryResult<bool> {
    let slice: Vec<Uuid> = sql_query(
        "SELECT public_id FROM commentaire WHERE publication_id = ANY ($1) ORDER BY profondeur DESC, public_id LIMIT $2",
    )
    .bind::<Array<SqlUuid>, _>(publications)
    .bind::<BigInt, _>(comments)
    .load(conn)
    .map(ids)?;
    if slice.is_empty() {
        return Ok(false);
    }
    sql_query(
        "SELECT FROM commentaire WHERE public_id = ANY ($1) \
         OR public_id IN (SELECT parent_id FROM commentaire WHERE public_id = ANY ($1)) ORDER BY public_id FOR UPDATE",
    )
    .bind::<Array<SqlUuid>, _>(&slice)
    .execute(conn)?;
    let unliked = sql_query(
        "DELETE FROM liker_commentaire WHERE (commentaire_id, id_user) IN \
         (SELECT commentaire_id, id_user FROM liker_commentaire WHERE commentaire_id = ANY ($1) LIMIT $2)",
    )
    .bind::<Array<SqlUuid>, _>(&slice)
    .bind::<BigInt, _>(likes)
    .execute(conn)?;
    if is_full(unliked, likes) {
        return Ok(true);
    }
    sql_query(
        "SELECT FROM profil_social WHERE id_user IN (SELECT id_user FROM commentaire WHERE public_id = ANY ($1)) \
         ORDER BY id_user FOR NO KEY UPDATE",
    )
    .bind::<Array<SqlUuid>, _>(&slice)
    .execute(conn)?;
    let gone = sql_query("DELETE FROM commentaire WHERE public_id = ANY ($1)")
        .bind::<Array<SqlUuid>, _>(&slice)
        .execute(conn)?;
    Ok(is_full(gone, comments))
}

/// Deletes a slice of what people did with publications that are held, and says whether there may be more.
pub(crate) fn shed_reactions(
    conn: &mut PgConnection,
    publications: &[Uuid],
    limit: i64,
) -> QueryResult<bool> {
    for table in ["liker", "partages", "enregistrement", "vote_sondage"] {
        let gone = sql_query(format!(
            "DELETE FROM {table} WHERE (publication_id, id_user) IN \
             (SELECT publication_id, id_user FROM {table} WHERE publication_id = ANY ($1) LIMIT $2)"
        ))
        .bind::<Array<SqlUuid>, _>(publications)
        .bind::<BigInt, _>(limit)
        .execute(conn)?;
        if is_full(gone, limit) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Deletes publications that are held, on which hardly anything hangs any more.
pub(crate) fn delete(conn: &mut PgConnection, publications: &[Uuid]) -> QueryResult<usize> {
    sql_query("DELETE FROM publication WHERE public_id = ANY ($1)")
        .bind::<Array<SqlUuid>, _>(publications)
        .execute(conn)
}

fn is_full(rows: usize, limit: i64) -> bool {
    i64::try_from(rows).is_ok_and(|rows| rows >= limit)
}
