use diesel::{
    prelude::*,
    sql_types::{Array, BigInt, Bytea},
};
use hostolink_database::prepared;

/// Puts the private hashes of transactions in the place of their notes.
pub(super) fn erase(conn: &mut PgConnection, numbers: &[i64], hashes: &[Vec<u8>]) -> QueryResult<usize> {
    prepared(
        "UPDATE transaction t SET note = NULL, empreinte_privee = q.h FROM unnest(?, ?) AS q (n, h) \
         WHERE t.id_transaction = q.n AND t.note IS NOT NULL",
    )
    .bind::<Array<BigInt>, _>(numbers)
    .bind::<Array<Bytea>, _>(hashes)
    .execute(conn)
}
