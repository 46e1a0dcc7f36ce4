//! What holders have moved in the stretches of time that caps name. Whoever reads or writes them to decide holds their
//! holder's lock: two batches never count beside each other.

use super::Batch;
use crate::{
    Count, Counter, Error, Order,
    core::{CounterKey, State},
};
use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_types::{Array, BigInt, Text, Timestamptz, Uuid as SqlUuid},
};
use hostolink_database::prepared;
use hostolink_kernel::AccountId;
use std::collections::BTreeSet;

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = BigInt)]
    n: i64,
    #[diesel(sql_type = BigInt)]
    montant: i64,
    #[diesel(sql_type = BigInt)]
    nombre: i64,
}

impl CountRow {
    const fn count(&self) -> Count {
        Count { amount: self.montant, count: self.nombre }
    }
}

/// The counters that orders' caps name, each once, in an order that is everybody's.
fn named<'a>(state: &State, orders: impl Iterator<Item = &'a Order>) -> BTreeSet<CounterKey> {
    orders
        .flat_map(|order| &order.caps)
        .filter_map(|cap| {
            let counter = cap.counter()?;
            Some((state.accounts.get(&cap.account)?.holder, counter.name.clone(), counter.from))
        })
        .collect()
}

/// Adds them to the state. A batch without any asks nothing.
pub(super) fn read(conn: &mut PgConnection, state: &mut State, orders: &[Order]) -> QueryResult<()> {
    let keys: Vec<CounterKey> = named(state, orders.iter()).into_iter().collect();
    if keys.is_empty() {
        return Ok(());
    }
    let rows: Vec<CountRow> = prepared(
        "SELECT q.n, c.montant, c.nombre FROM unnest(?, ?, ?) WITH ORDINALITY AS q (t, m, d, n) \
         JOIN compteur c ON c.id_titulaire = q.t AND c.nom = q.m AND c.debut = q.d",
    )
    .bind::<Array<BigInt>, _>(keys.iter().map(|key| key.0).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(keys.iter().map(|key| key.1.as_str()).collect::<Vec<_>>())
    .bind::<Array<Timestamptz>, _>(keys.iter().map(|key| key.2).collect::<Vec<_>>())
    .load(conn)?;
    state.counters = rows
        .iter()
        .filter_map(|row| {
            let key = usize::try_from(row.n - 1).ok().and_then(|place| keys.get(place));
            key.map(|key| (key.clone(), row.count()))
        })
        .collect();
    Ok(())
}

/// Keeps what the accepted orders made of them: one statement, each counter once.
pub(super) fn write(conn: &mut PgConnection, batch: &Batch<'_>, state: &State) -> Result<(), Error> {
    let moved: Vec<(CounterKey, Count)> = named(state, batch.accepted().map(|(_, order, ..)| order))
        .into_iter()
        .filter_map(|key| state.counters.get(&key).map(|count| (key.clone(), *count)))
        .collect();
    if moved.is_empty() {
        return Ok(());
    }
    let done = prepared(
        "INSERT INTO compteur (id_titulaire, nom, debut, montant, nombre) SELECT * FROM unnest(?, ?, ?, ?, ?) \
         ON CONFLICT (id_titulaire, nom, debut) DO UPDATE SET montant = EXCLUDED.montant, nombre = EXCLUDED.nombre",
    )
    .bind::<Array<BigInt>, _>(moved.iter().map(|(key, _)| key.0).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(moved.iter().map(|(key, _)| key.1.as_str()).collect::<Vec<_>>())
    .bind::<Array<Timestamptz>, _>(moved.iter().map(|(key, _)| key.2).collect::<Vec<_>>())
    .bind::<Array<BigInt>, _>(moved.iter().map(|(_, count)| count.amount).collect::<Vec<_>>())
    .bind::<Array<BigInt>, _>(moved.iter().map(|(_, count)| count.count).collect::<Vec<_>>())
    .execute(conn)?;
    if done == moved.len() { Ok(()) } else { Err(Error::Corrupt("a counter was not written")) }
}

/// What the holder behind an account has moved in these, for who shows it: in their sequence.
pub(crate) fn counted(
    conn: &mut PgConnection,
    account: AccountId,
    counters: &[&Counter],
) -> QueryResult<Vec<Count>> {
    let rows: Vec<CountRow> = prepared(
        "SELECT q.n, c.montant, c.nombre FROM compte a CROSS JOIN unnest(?, ?) WITH ORDINALITY AS q (m, d, n) \
         JOIN compteur c ON c.id_titulaire = a.id_titulaire AND c.nom = q.m AND c.debut = q.d WHERE a.public_id = ?",
    )
    .bind::<Array<Text>, _>(counters.iter().map(|counter| counter.name.as_str()).collect::<Vec<_>>())
    .bind::<Array<Timestamptz>, _>(counters.iter().map(|counter| counter.from).collect::<Vec<_>>())
    .bind::<SqlUuid, _>(account)
    .load(conn)?;
    let mut counts = vec![Count::default(); counters.len()];
    for row in &rows {
        if let Some(count) = usize::try_from(row.n - 1).ok().and_then(|place| counts.get_mut(place)) {
            *count = row.count();
        }
    }
    Ok(counts)
}

/// Forgets counters that began before `before`, at most `limit` of them.
pub(crate) fn purge(conn: &mut PgConnection, before: DateTime<Utc>, limit: i64) -> QueryResult<usize> {
    prepared(
        "DELETE FROM compteur WHERE ctid = ANY (ARRAY(SELECT ctid FROM compteur WHERE debut < ? LIMIT ?))",
    )
    .bind::<Timestamptz, _>(before)
    .bind::<BigInt, _>(limit)
    .execute(conn)
}
