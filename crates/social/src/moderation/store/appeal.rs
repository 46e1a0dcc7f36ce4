use super::{
    super::model::{Appeal, AppealState, Sanction},
    sanction::{COLUMNS, Person, Row},
};
use crate::{Error, Words};
use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{Array, BigInt, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use hostolink_kernel::UserId;
use std::collections::HashMap;
use uuid::Uuid;

/// Notes an appeal; 0 where there is one.
pub(crate) fn insert_appeal(
    conn: &mut PgConnection,
    (id, sanction): (Uuid, Uuid),
    text: &Words,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    sql_query("INSERT INTO recours (sanction_id, public_id, texte, cree_le) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING")
        .bind::<SqlUuid, _>(sanction)
        .bind::<SqlUuid, _>(id)
        .bind::<Text, _>(text.as_str())
        .bind::<Timestamptz, _>(now)
        .execute(conn)
}

#[derive(QueryableByName)]
struct Held {
    #[diesel(sql_type = SqlUuid)]
    sanction_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    public_id: Uuid,
    #[diesel(sql_type = Text)]
    texte: String,
    #[diesel(sql_type = Text)]
    etat: String,
    #[diesel(sql_type = Timestamptz)]
    cree_le: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    decide_le: Option<DateTime<Utc>>,
}

const APPEAL: &str = "a.sanction_id, a.public_id, a.texte, a.etat, a.cree_le, a.decide_le";

/// The appeals with their sanctions, in one query more.
fn seen(conn: &mut PgConnection, rows: Vec<Held>) -> Result<Vec<Appeal>, Error> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.sanction_id).collect();
    let sanctions: Vec<Row> =
        sql_query(format!("SELECT {COLUMNS} FROM sanction s WHERE s.public_id = ANY ($1)"))
            .bind::<Array<SqlUuid>, _>(ids)
            .load(conn)?;
    let sanctions = sanctions.into_iter().map(Row::seen).collect::<Result<Vec<Sanction>, _>>()?;
    let mut sanctions: HashMap<Uuid, Sanction> = sanctions.into_iter().map(|one| (one.id, one)).collect();
    let mut appeals = Vec::with_capacity(rows.len());
    for row in rows {
        // A sanction takes its appeal along: there is one.
        let Some(sanction) = sanctions.remove(&row.sanction_id) else { continue };
        appeals.push(Appeal {
            id: row.public_id,
            sanction,
            text: row.texte,
            state: AppealState::stored(&row.etat)?,
            created_at: row.cree_le,
            decided_at: row.decide_le,
        });
    }
    Ok(appeals)
}

/// Appeals of others than who reads them that nobody has decided, the oldest first.
pub(crate) fn open_appeals(
    conn: &mut PgConnection,
    reader: UserId,
    after: Uuid,
    limit: i64,
) -> Result<Vec<Appeal>, Error> {
    let rows: Vec<Held> = sql_query(format!(
        "SELECT {APPEAL} FROM recours a JOIN sanction s ON s.public_id = a.sanction_id \
         WHERE a.etat = 'open' AND s.id_user <> $1 AND a.public_id > $2 ORDER BY a.public_id LIMIT $3"
    ))
    .bind::<Integer, _>(reader)
    .bind::<SqlUuid, _>(after)
    .bind::<BigInt, _>(limit)
    .load(conn)?;
    seen(conn, rows)
}

/// Who made one.
pub(crate) fn appellant(conn: &mut PgConnection, id: Uuid) -> QueryResult<Option<UserId>> {
    let row: Option<Person> = sql_query(
        "SELECT s.id_user FROM recours a JOIN sanction s ON s.public_id = a.sanction_id WHERE a.public_id = $1",
    )
    .bind::<SqlUuid, _>(id)
    .get_result(conn)
    .optional()?;
    Ok(row.map(|row| row.id_user))
}

/// One, held until the transaction ends.
pub(crate) fn lock_appeal(conn: &mut PgConnection, id: Uuid) -> Result<Option<Appeal>, Error> {
    let rows: Vec<Held> =
        sql_query(format!("SELECT {APPEAL} FROM recours a WHERE a.public_id = $1 FOR NO KEY UPDATE"))
            .bind::<SqlUuid, _>(id)
            .load(conn)?;
    Ok(seen(conn, rows)?.pop())
}

/// Decides one that is held.
pub(crate) fn decide_appeal(
    conn: &mut PgConnection,
    id: Uuid,
    state: AppealState,
    (officer, now): (UserId, DateTime<Utc>),
) -> QueryResult<usize> {
    sql_query("UPDATE recours SET etat = $2, decide_par = $3, decide_le = $4 WHERE public_id = $1 AND etat = 'open'")
        .bind::<SqlUuid, _>(id)
        .bind::<Text, _>(state.as_str())
        .bind::<Integer, _>(officer)
        .bind::<Timestamptz, _>(now)
        .execute(conn)
}
