use super::Drift;
use diesel::{
    connection::SimpleConnection,
    prelude::*,
    sql_query,
    sql_types::{BigInt, Text},
};

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    counter: String,
    #[diesel(sql_type = BigInt)]
    key: i64,
    #[diesel(sql_type = BigInt)]
    kept: i64,
    #[diesel(sql_type = BigInt)]
    counted: i64,
}

pub(super) fn drifts(conn: &mut PgConnection, limit: i64) -> QueryResult<Vec<Drift>> {
    let rows: Vec<Row> = sql_query(
        "SELECT * FROM ( \
             SELECT 'boite_notification.non_lues' AS counter, b.id_user::bigint AS key, b.non_lues::bigint AS kept, \
                 (SELECT count(*) FROM notification n WHERE n.id_user = b.id_user AND n.lue_le IS NULL) AS counted \
             FROM boite_notification b \
             UNION ALL SELECT 'notification.faits', n.id_notification, n.faits, \
                 (SELECT count(*) FROM fait_notification f WHERE f.id_notification = n.id_notification) FROM notification n \
             UNION ALL SELECT 'notification.acteurs', n.id_notification, n.acteurs, \
                 (SELECT count(DISTINCT f.id_acteur) FROM fait_notification f WHERE f.id_notification = n.id_notification) FROM notification n \
         ) AS compteurs WHERE kept <> counted ORDER BY counter, key LIMIT $1",
    )
    .bind::<BigInt, _>(limit)
    .load(conn)?;
    let drift = |row: Row| Drift { counter: row.counter, key: row.key, kept: row.kept, counted: row.counted };
    Ok(rows.into_iter().map(drift).collect())
}

pub(super) fn repair(conn: &mut PgConnection) -> QueryResult<usize> {
    conn.batch_execute(
        "LOCK TABLE boite_notification, notification, fait_notification IN SHARE ROW EXCLUSIVE MODE",
    )?;
    let groups = sql_query(
        "UPDATE notification n SET faits = c.faits, acteurs = c.acteurs FROM ( \
             SELECT m.id_notification, count(f.id_fait)::integer AS faits, count(DISTINCT f.id_acteur)::integer AS acteurs \
             FROM notification m LEFT JOIN fait_notification f USING (id_notification) GROUP BY m.id_notification) AS c \
         WHERE n.id_notification = c.id_notification AND (n.faits, n.acteurs) <> (c.faits, c.acteurs)",
    )
    .execute(conn)?;
    let boxes = sql_query(
        "UPDATE boite_notification b SET non_lues = c.non_lues FROM ( \
             SELECT a.id_user, count(n.id_notification)::integer AS non_lues FROM boite_notification a \
             LEFT JOIN notification n ON n.id_user = a.id_user AND n.lue_le IS NULL GROUP BY a.id_user) AS c \
         WHERE b.id_user = c.id_user AND b.non_lues <> c.non_lues",
    )
    .execute(conn)?;
    Ok(groups + boxes)
}
