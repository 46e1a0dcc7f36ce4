//! What earlier batches did that this one depends on, read under the chain's tail: nobody adds to it meanwhile.

use crate::{Error, Once, Order, core::State};
use diesel::{
    prelude::*,
    sql_types::{Array, BigInt, Bool, Bytea, Text, Uuid as SqlUuid},
};
use hostolink_database::prepared;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The end of the chain.
#[derive(QueryableByName)]
pub(crate) struct Tail {
    #[diesel(sql_type = BigInt)]
    pub(super) numero: i64,
    #[diesel(sql_type = BigInt)]
    pub(super) derniere: i64,
    #[diesel(sql_type = Bytea)]
    pub(super) empreinte: Vec<u8>,
}

/// Locks the end of the chain: from here on nobody else writes.
pub(crate) fn lock_tail(conn: &mut PgConnection) -> QueryResult<Tail> {
    prepared("SELECT numero, derniere, empreinte FROM tete_chaine FOR NO KEY UPDATE").get_result(conn)
}

#[derive(QueryableByName)]
struct DoneRow {
    #[diesel(sql_type = BigInt)]
    n: i64,
    #[diesel(sql_type = Bool)]
    ferme: bool,
}

#[derive(QueryableByName)]
struct RefundedRow {
    #[diesel(sql_type = BigInt)]
    id_remboursee: i64,
    #[diesel(sql_type = BigInt)]
    rendu: i64,
}

#[derive(QueryableByName)]
struct EndedRow {
    #[diesel(sql_type = BigInt)]
    id_retenue: i64,
}

/// Adds it to the state.
pub(super) fn read(conn: &mut PgConnection, state: &mut State, orders: &[Order]) -> Result<(), Error> {
    let once: Vec<Once> = orders.iter().filter_map(|order| order.once).collect();
    if !once.is_empty() {
        let rows: Vec<DoneRow> = prepared(
            "SELECT q.n, u.id_transaction IS NULL AS ferme FROM unnest(?, ?) WITH ORDINALITY AS q (g, o, n) \
             JOIN operation_unique u ON u.genre = q.g AND u.objet = q.o",
        )
        .bind::<Array<Text>, _>(once.iter().map(|once| once.kind).collect::<Vec<_>>())
        .bind::<Array<SqlUuid>, _>(once.iter().map(|once| once.id).collect::<Vec<Uuid>>())
        .load(conn)?;
        for row in rows {
            let Some(once) = usize::try_from(row.n - 1).ok().and_then(|place| once.get(place)) else {
                continue;
            };
            let is = if row.ferme { &mut state.closed } else { &mut state.done };
            is.insert(*once);
        }
    }
    if !state.originals.is_empty() {
        let numbers: Vec<i64> = state.originals.values().map(|original| original.number).collect();
        let rows: Vec<RefundedRow> = prepared(
            "SELECT id_remboursee, sum(montant)::bigint AS rendu FROM transaction \
             WHERE id_remboursee = ANY (?) GROUP BY id_remboursee",
        )
        .bind::<Array<BigInt>, _>(&numbers)
        .load(conn)?;
        let refunded: BTreeMap<i64, i64> =
            rows.into_iter().map(|row| (row.id_remboursee, row.rendu)).collect();
        for original in state.originals.values_mut() {
            original.refunded = refunded.get(&original.number).copied().unwrap_or(0);
        }
        let ended: Vec<EndedRow> = prepared("SELECT id_retenue FROM transaction WHERE id_retenue = ANY (?)")
            .bind::<Array<BigInt>, _>(numbers)
            .load(conn)?;
        let ended: BTreeSet<i64> = ended.into_iter().map(|row| row.id_retenue).collect();
        for original in state.originals.values_mut() {
            original.ended = ended.contains(&original.number);
        }
    }
    Ok(())
}
