use crate::Once;
use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_types::{Array, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use hostolink_database::prepared;
use hostolink_kernel::TransactionId;
use uuid::Uuid;

/// `false` where there is a row already.
pub(super) fn close(conn: &mut PgConnection, once: Once, now: DateTime<Utc>) -> QueryResult<bool> {
    let rows = prepared(
        "INSERT INTO operation_unique (ferme_le, genre, objet) VALUES (?, ?, ?) ON CONFLICT (genre, objet) DO NOTHING",
    )
    .bind::<Timestamptz, _>(now)
    .bind::<Text, _>(once.kind)
    .bind::<SqlUuid, _>(once.id)
    .execute(conn)?;
    Ok(rows == 1)
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    objet: Uuid,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    transaction: Option<TransactionId>,
}

pub(super) fn find(
    conn: &mut PgConnection,
    kind: &str,
    ids: &[Uuid],
) -> QueryResult<Vec<(Uuid, Option<TransactionId>)>> {
    let rows: Vec<Row> = prepared(
        "SELECT u.objet, t.public_id AS transaction FROM operation_unique u \
         LEFT JOIN transaction t ON t.id_transaction = u.id_transaction WHERE u.genre = ? AND u.objet = ANY (?)",
    )
    .bind::<Text, _>(kind)
    .bind::<Array<SqlUuid>, _>(ids)
    .load(conn)?;
    Ok(rows.into_iter().map(|row| (row.objet, row.transaction)).collect())
}
