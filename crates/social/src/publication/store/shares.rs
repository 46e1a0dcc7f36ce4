use super::super::model::Share;
use crate::Tie;
use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{BigInt, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use hostolink_kernel::UserId;
use uuid::Uuid;

/// Nobody who has a block with who looks, is suspended or banned, or is somebody of whom who looks wants to hear nothing.
const HEARD: &str = "NOT EXISTS (SELECT FROM blocage b WHERE b.id_user = $1 AND b.id_bloque = l.id_user) \
    AND NOT EXISTS (SELECT FROM blocage b WHERE b.id_user = l.id_user AND b.id_bloque = $1) \
    AND NOT EXISTS (SELECT FROM sourdine m WHERE m.id_user = $1 AND m.id_muet = l.id_user) \
    AND NOT EXISTS (SELECT FROM sanction s WHERE s.id_user = l.id_user AND s.degre IN ('suspension', 'ban') AND s.levee_le IS NULL \
        AND (s.expire_le IS NULL OR s.expire_le > $5))";

/// Who likes a publication, the last first.
pub(crate) fn likers(
    conn: &mut PgConnection,
    viewer: UserId,
    id: Uuid,
    before: Uuid,
    (now, limit): (DateTime<Utc>, i64),
) -> QueryResult<Vec<Tie>> {
    sql_query(format!(
        "SELECT l.id_user AS \"user\", l.public_id AS place FROM liker l \
         WHERE l.publication_id = $2 AND l.public_id < $3 AND {HEARD} ORDER BY l.public_id DESC LIMIT $4"
    ))
    .bind::<Integer, _>(viewer)
    .bind::<SqlUuid, _>(id)
    .bind::<SqlUuid, _>(before)
    .bind::<BigInt, _>(limit)
    .bind::<Timestamptz, _>(now)
    .load(conn)
}

#[derive(QueryableByName)]
struct ShareRow {
    #[diesel(sql_type = SqlUuid)]
    public_id: Uuid,
    #[diesel(sql_type = Integer)]
    id_user: UserId,
    #[diesel(sql_type = Nullable<Text>)]
    mot: Option<String>,
}

/// Who passed a publication on, the last first.
pub(crate) fn shares(
    conn: &mut PgConnection,
    viewer: UserId,
    id: Uuid,
    before: Uuid,
    (now, limit): (DateTime<Utc>, i64),
) -> QueryResult<Vec<Share>> {
    let rows: Vec<ShareRow> = sql_query(format!(
        "SELECT l.public_id, l.id_user, l.mot FROM partages l \
         WHERE l.publication_id = $2 AND l.public_id < $3 AND {HEARD} ORDER BY l.public_id DESC LIMIT $4"
    ))
    .bind::<Integer, _>(viewer)
    .bind::<SqlUuid, _>(id)
    .bind::<SqlUuid, _>(before)
    .bind::<BigInt, _>(limit)
    .bind::<Timestamptz, _>(now)
    .load(conn)?;
    let share = |row: ShareRow| Share { id: row.public_id, user: row.id_user, comment: row.mot };
    Ok(rows.into_iter().map(share).collect())
}

#[derive(QueryableByName)]
struct Shared {
    #[diesel(sql_type = SqlUuid)]
    publication_id: Uuid,
    #[diesel(sql_type = Integer)]
    id_user: UserId,
    #[diesel(sql_type = Text)]
    mot: String,
}

/// Of a share with words: what it passes on, whose it is, and the words.
pub(crate) fn share_of(conn: &mut PgConnection, id: Uuid) -> QueryResult<Option<(Uuid, UserId, String)>> {
    let row: Option<Shared> = sql_query(
        "SELECT publication_id, id_user, mot FROM partages WHERE public_id = $1 AND mot IS NOT NULL",
    )
    .bind::<SqlUuid, _>(id)
    .get_result(conn)
    .optional()?;
    Ok(row.map(|row| (row.publication_id, row.id_user, row.mot)))
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How many of somebody's shares since an id are still there.
pub(crate) fn shares_since(conn: &mut PgConnection, user: UserId, since: Uuid) -> QueryResult<i64> {
    let row: Count =
        sql_query("SELECT count(*) AS count FROM partages WHERE id_user = $1 AND public_id >= $2")
            .bind::<Integer, _>(user)
            .bind::<SqlUuid, _>(since)
            .get_result(conn)?;
    Ok(row.count)
}
