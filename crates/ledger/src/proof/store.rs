use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Bytea, Nullable, Timestamptz, Uuid as SqlUuid},
};
use hostolink_database::prepared;
use hostolink_kernel::TransactionId;

/// A transaction's number, and the link over it.
#[derive(QueryableByName)]
pub(super) struct Place {
    #[diesel(sql_type = BigInt)]
    pub(super) id_transaction: i64,
    #[diesel(sql_type = BigInt)]
    pub(super) numero: i64,
    #[diesel(sql_type = BigInt)]
    pub(super) premiere: i64,
    #[diesel(sql_type = BigInt)]
    pub(super) derniere: i64,
    #[diesel(sql_type = Bytea)]
    pub(super) empreinte: Vec<u8>,
    #[diesel(sql_type = Timestamptz)]
    pub(super) scelle_le: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Bytea>)]
    pub(super) avant: Option<Vec<u8>>,
}

/// The last link.
#[derive(QueryableByName)]
pub(super) struct HeadRow {
    #[diesel(sql_type = BigInt)]
    pub(super) numero: i64,
    #[diesel(sql_type = Bytea)]
    pub(super) empreinte: Vec<u8>,
    #[diesel(sql_type = Timestamptz)]
    pub(super) scelle_le: DateTime<Utc>,
}

pub(super) fn head(conn: &mut PgConnection) -> QueryResult<Option<HeadRow>> {
    prepared("SELECT numero, empreinte, scelle_le FROM chaine ORDER BY numero DESC LIMIT 1")
        .get_result(conn)
        .optional()
}

/// Where a transaction is in the chain.
pub(super) fn place(conn: &mut PgConnection, id: TransactionId) -> QueryResult<Option<Place>> {
    prepared(
        "SELECT t.id_transaction, c.numero, c.premiere, c.derniere, c.empreinte, c.scelle_le, a.empreinte AS avant \
         FROM transaction t \
         CROSS JOIN LATERAL (SELECT * FROM chaine WHERE derniere >= t.id_transaction ORDER BY derniere LIMIT 1) c \
         LEFT JOIN chaine a ON a.numero = c.numero - 1 \
         WHERE t.public_id = ?",
    )
    .bind::<SqlUuid, _>(id)
    .get_result(conn)
    .optional()
}
