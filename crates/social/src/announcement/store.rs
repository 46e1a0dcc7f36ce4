use super::model::{Announcement, NewAnnouncement};
use crate::area;
use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{Array, BigInt, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use hostolink_kernel::UserId;
use uuid::Uuid;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    public_id: Uuid,
    #[diesel(sql_type = Text)]
    titre: String,
    #[diesel(sql_type = Text)]
    texte: String,
    #[diesel(sql_type = Array<Text>)]
    zones: Vec<String>,
    #[diesel(sql_type = Timestamptz)]
    debut: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    fin: DateTime<Utc>,
}

impl From<Row> for Announcement {
    fn from(row: Row) -> Self {
        Self {
            id: row.public_id,
            title: row.titre,
            text: row.texte,
            areas: row.zones,
            from: row.debut,
            to: row.fin,
        }
    }
}

pub(super) fn insert(
    conn: &mut PgConnection,
    (id, author): (Uuid, UserId),
    new: &NewAnnouncement,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    sql_query(
        "INSERT INTO annonce (public_id, titre, texte, zones, debut, fin, cree_par, cree_le) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Text, _>(new.title.as_str())
    .bind::<Text, _>(new.text.as_str())
    .bind::<Array<Text>, _>(area::codes(&new.areas))
    .bind::<Timestamptz, _>(new.period.from)
    .bind::<Timestamptz, _>(new.period.to)
    .bind::<Integer, _>(author)
    .bind::<Timestamptz, _>(now)
    .execute(conn)
}

/// What is to be told now in a district, or everywhere; with `coming`, also what is for later. The newest first.
pub(super) fn list(
    conn: &mut PgConnection,
    area: Option<&str>,
    coming: bool,
    before: Uuid,
    (now, limit): (DateTime<Utc>, i64),
) -> QueryResult<Vec<Announcement>> {
    let rows: Vec<Row> = sql_query(
        "SELECT public_id, titre, texte, zones, debut, fin FROM annonce \
         WHERE retiree_le IS NULL AND fin > $1 AND (debut <= $1 OR $2) AND public_id < $3 \
         AND (zones = '{}' OR $2 OR zones @> ARRAY[$4::varchar]) ORDER BY public_id DESC LIMIT $5",
    )
    .bind::<Timestamptz, _>(now)
    .bind::<diesel::sql_types::Bool, _>(coming)
    .bind::<SqlUuid, _>(before)
    .bind::<Nullable<Text>, _>(area)
    .bind::<BigInt, _>(limit)
    .load(conn)?;
    Ok(rows.into_iter().map(Announcement::from).collect())
}

/// One that is told or will be.
pub(super) fn one(
    conn: &mut PgConnection,
    id: Uuid,
    now: DateTime<Utc>,
) -> QueryResult<Option<Announcement>> {
    let row: Option<Row> = sql_query(
        "SELECT public_id, titre, texte, zones, debut, fin FROM annonce WHERE public_id = $1 AND retiree_le IS NULL AND fin > $2",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Timestamptz, _>(now)
    .get_result(conn)
    .optional()?;
    Ok(row.map(Announcement::from))
}

/// Tells it no more; 0 where it is told no more.
pub(super) fn withdraw(conn: &mut PgConnection, id: Uuid, now: DateTime<Utc>) -> QueryResult<usize> {
    sql_query("UPDATE annonce SET retiree_le = $2 WHERE public_id = $1 AND retiree_le IS NULL")
        .bind::<SqlUuid, _>(id)
        .bind::<Timestamptz, _>(now)
        .execute(conn)
}
