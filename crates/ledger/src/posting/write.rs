//! What a decided batch leaves behind.

use super::{Batch, history::Tail, receipt, stored_time};
use crate::{
    Error, Once, Receipt, TransactionKind,
    chain::{self, Hash, Sealed, SealedLeg},
    core::{Decision, State},
};
use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_types::{Array, BigInt, Bytea, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid},
};
use hostolink_database::prepared;
use hostolink_kernel::{Random, TransactionId};
use hostolink_outbox::{self as outbox, NewEvent};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The columns of the transactions to insert.
#[derive(Default)]
struct Transactions<'a> {
    numbers: Vec<i64>,
    ids: Vec<Uuid>,
    keys: Vec<i64>,
    kinds: Vec<&'static str>,
    amounts: Vec<i64>,
    notes: Vec<Option<&'a str>>,
    refunds: Vec<Option<i64>>,
    holds: Vec<Option<i64>>,
    sides: Vec<Option<i64>>,
    expiries: Vec<Option<DateTime<Utc>>>,
    salts: Vec<Vec<u8>>,
    events: Vec<DateTime<Utc>>,
}

/// The columns of the entries to insert.
#[derive(Default)]
struct Entries {
    transactions: Vec<i64>,
    accounts: Vec<i64>,
    amounts: Vec<i64>,
    balances: Vec<i64>,
    held: Vec<i64>,
    held_after: Vec<i64>,
    versions: Vec<i64>,
    ranks: Vec<i16>,
}

/// The holds that begin, and those that end.
#[derive(Default)]
struct Holds {
    transactions: Vec<i64>,
    accounts: Vec<i64>,
    expiries: Vec<Option<DateTime<Utc>>>,
    ended: Vec<i64>,
}

/// The columns of what is done once.
#[derive(Default)]
struct Done {
    kinds: Vec<&'static str>,
    ids: Vec<Uuid>,
    transactions: Vec<i64>,
}

/// Writes all that was decided. Returns the receipts by their order's place in the batch.
pub(super) fn write(
    conn: &mut PgConnection,
    batch: &Batch<'_>,
    state: &State,
    tail: &Tail,
    random: &dyn Random,
) -> Result<BTreeMap<usize, Receipt>, Error> {
    write_refusals(conn, batch)?;
    let mut receipts = BTreeMap::new();
    let (mut transactions, mut entries, mut done, mut holds) =
        (Transactions::default(), Entries::default(), Done::default(), Holds::default());
    let (mut leaves, mut happened) = (Vec::new(), Vec::new());
    let mut number = tail.derniere;
    for (place, order, key, movement) in batch.accepted() {
        number += 1;
        let id = TransactionId::new(random.uuid(batch.now));
        let mut salt = vec![0; chain::SALT];
        random.fill(&mut salt);
        let receipt = receipt(id, order, movement, batch.now)?;
        let number_of = |id: TransactionId| state.originals.get(&id).map(|original| original.number);
        let ended = movement.hold.and_then(number_of);
        // Where one entry stands alone, the transaction names the other side.
        let side = match movement.legs.as_slice() {
            [_] => state.accounts.get(&movement.to).map(|account| account.number),
            _ => None,
        };
        let expires_at = movement.expires_at.map(stored_time);
        let note = order.note.as_ref().map(crate::Note::as_str);
        leaves.push(chain::leaf(&Sealed {
            number,
            id,
            kind: movement.kind.name(),
            amount: movement.amount.francs(),
            refund_of: movement.refund_of,
            hold: chain::SealedHold::of(movement.hold, side.map(|_| movement.to), expires_at),
            event_at: receipt.event_at,
            recorded_at: receipt.recorded_at,
            note,
            actor: order.key.actor().key(),
            key: order.key.text(),
            fingerprint: order.fingerprint.as_bytes(),
            salt: &salt,
            private: None,
            legs: movement
                .legs
                .iter()
                .map(|leg| SealedLeg {
                    account: leg.account,
                    amount: leg.amount,
                    balance_after: leg.balance_after,
                    held: leg.held,
                    held_after: leg.held_after,
                    version: leg.version,
                })
                .collect(),
        }));
        happened.push(event(&receipt, order.once));
        transactions.numbers.push(number);
        transactions.ids.push(id.uuid());
        transactions.keys.push(key);
        transactions.kinds.push(movement.kind.name());
        transactions.amounts.push(movement.amount.francs());
        transactions.notes.push(note);
        transactions.refunds.push(movement.refund_of.and_then(number_of));
        transactions.holds.push(ended);
        transactions.sides.push(side);
        transactions.expiries.push(expires_at);
        transactions.salts.push(salt);
        transactions.events.push(receipt.event_at);
        for (rank, leg) in (0..).zip(&movement.legs) {
            entries.transactions.push(number);
            entries.accounts.push(leg.number);
            entries.amounts.push(leg.amount);
            entries.balances.push(leg.balance_after);
            entries.held.push(leg.held);
            entries.held_after.push(leg.held_after);
            entries.versions.push(leg.version);
            entries.ranks.push(rank);
        }
        if movement.kind == TransactionKind::Hold {
            holds.transactions.push(number);
            holds.accounts.extend(movement.legs.first().map(|leg| leg.number));
            holds.expiries.push(expires_at);
        }
        holds.ended.extend(ended);
        if let Some(once) = order.once {
            done.kinds.push(once.kind);
            done.ids.push(once.id);
            done.transactions.push(number);
        }
        receipts.insert(place, receipt);
    }
    if number == tail.derniere {
        return Ok(receipts);
    }
    transactions.insert(conn, batch.now)?;
    entries.insert(conn)?;
    done.insert(conn)?;
    holds.write(conn)?;
    write_link(conn, tail, number, &leaves, batch.now)?;
    outbox::publish_all(conn, &happened, batch.now)?;
    Ok(receipts)
}

/// What subscribers learn of a movement: who and how much, by ids, and what it did once and for all.
fn event(receipt: &Receipt, once: Option<Once>) -> NewEvent {
    let mut payload = serde_json::json!({
        "kind": receipt.kind.name(),
        "from": receipt.from,
        "to": receipt.to,
        "amount": receipt.amount.francs(),
    });
    if let Some(Once { kind, id }) = once {
        payload["once"] = serde_json::json!({ "kind": kind, "id": id });
    }
    NewEvent { kind: crate::POSTED, subject: receipt.transaction.uuid(), payload }
}

fn write_refusals(conn: &mut PgConnection, batch: &Batch<'_>) -> Result<(), Error> {
    let (mut keys, mut reasons, mut frees) = (Vec::new(), Vec::new(), Vec::new());
    for (_, order, key, decision) in batch.fresh() {
        if let Decision::Refused(refusal) = decision {
            keys.push(key);
            reasons.push(refusal.name());
            frees.push(order.frees_at(*refusal));
        }
    }
    if keys.is_empty() {
        return Ok(());
    }
    let count = keys.len();
    let done = prepared("INSERT INTO refus (id_cle, motif, libere_le) SELECT * FROM unnest(?, ?, ?)")
        .bind::<Array<BigInt>, _>(keys)
        .bind::<Array<Text>, _>(reasons)
        .bind::<Array<Nullable<Timestamptz>>, _>(frees)
        .execute(conn)?;
    expect(done, count)
}

impl Transactions<'_> {
    fn insert(self, conn: &mut PgConnection, now: DateTime<Utc>) -> Result<(), Error> {
        let count = self.numbers.len();
        let done = prepared(
            "INSERT INTO transaction (id_transaction, public_id, id_cle, nature, montant, note, id_remboursee, \
                                      id_retenue, id_compte_vers, expire_le, sel, survenu_le, enregistre_le) \
             SELECT q.*, ? FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) AS q",
        )
        .bind::<Timestamptz, _>(now)
        .bind::<Array<BigInt>, _>(self.numbers)
        .bind::<Array<SqlUuid>, _>(self.ids)
        .bind::<Array<BigInt>, _>(self.keys)
        .bind::<Array<Text>, _>(self.kinds)
        .bind::<Array<BigInt>, _>(self.amounts)
        .bind::<Array<Nullable<Text>>, _>(self.notes)
        .bind::<Array<Nullable<BigInt>>, _>(self.refunds)
        .bind::<Array<Nullable<BigInt>>, _>(self.holds)
        .bind::<Array<Nullable<BigInt>>, _>(self.sides)
        .bind::<Array<Nullable<Timestamptz>>, _>(self.expiries)
        .bind::<Array<Bytea>, _>(self.salts)
        .bind::<Array<Timestamptz>, _>(self.events)
        .execute(conn)?;
        expect(done, count)
    }
}

impl Entries {
    /// The trigger `ecriture_report` checks them and brings each account's balance up to date, once.
    fn insert(self, conn: &mut PgConnection) -> Result<(), Error> {
        let count = self.transactions.len();
        let done = prepared(
            "INSERT INTO ecriture (id_transaction, id_compte, montant, solde_apres, reserve, reserve_apres, version, rang) \
             SELECT * FROM unnest(?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind::<Array<BigInt>, _>(self.transactions)
        .bind::<Array<BigInt>, _>(self.accounts)
        .bind::<Array<BigInt>, _>(self.amounts)
        .bind::<Array<BigInt>, _>(self.balances)
        .bind::<Array<BigInt>, _>(self.held)
        .bind::<Array<BigInt>, _>(self.held_after)
        .bind::<Array<BigInt>, _>(self.versions)
        .bind::<Array<SmallInt>, _>(self.ranks)
        .execute(conn)?;
        expect(done, count)
    }
}

impl Holds {
    /// Keeps the list of what has not ended. A batch without holds asks nothing.
    fn write(self, conn: &mut PgConnection) -> Result<(), Error> {
        if !self.transactions.is_empty() {
            let count = self.transactions.len();
            let done = prepared(
                "INSERT INTO retenue_ouverte (id_transaction, id_compte, expire_le) SELECT * FROM unnest(?, ?, ?)",
            )
            .bind::<Array<BigInt>, _>(self.transactions)
            .bind::<Array<BigInt>, _>(self.accounts)
            .bind::<Array<Nullable<Timestamptz>>, _>(self.expiries)
            .execute(conn)?;
            expect(done, count)?;
        }
        if self.ended.is_empty() {
            return Ok(());
        }
        let count = self.ended.len();
        let done = prepared("DELETE FROM retenue_ouverte WHERE id_transaction = ANY (?)")
            .bind::<Array<BigInt>, _>(self.ended)
            .execute(conn)?;
        expect(done, count)
    }
}

impl Done {
    fn insert(self, conn: &mut PgConnection) -> Result<(), Error> {
        if self.ids.is_empty() {
            return Ok(());
        }
        let count = self.ids.len();
        let done = prepared(
            "INSERT INTO operation_unique (genre, objet, id_transaction) SELECT * FROM unnest(?, ?, ?)",
        )
        .bind::<Array<Text>, _>(self.kinds)
        .bind::<Array<SqlUuid>, _>(self.ids)
        .bind::<Array<BigInt>, _>(self.transactions)
        .execute(conn)?;
        expect(done, count)
    }
}

/// Adds the batch's link and moves the tail to it.
fn write_link(
    conn: &mut PgConnection,
    tail: &Tail,
    last: i64,
    leaves: &[Hash],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let (number, first) = (tail.numero + 1, tail.derniere + 1);
    let root = chain::root(leaves);
    let hash = chain::link(number, &tail.empreinte, &root, (first, last), now);
    let done = prepared(
        "INSERT INTO chaine (numero, premiere, derniere, racine, empreinte, scelle_le) VALUES (?, ?, ?, ?, ?, ?)",
    )
    .bind::<BigInt, _>(number)
    .bind::<BigInt, _>(first)
    .bind::<BigInt, _>(last)
    .bind::<Bytea, _>(root.as_slice())
    .bind::<Bytea, _>(hash.as_slice())
    .bind::<Timestamptz, _>(now)
    .execute(conn)?;
    expect(done, 1)?;
    let done = prepared("UPDATE tete_chaine SET numero = ?, derniere = ?, empreinte = ?")
        .bind::<BigInt, _>(number)
        .bind::<BigInt, _>(last)
        .bind::<Bytea, _>(hash.as_slice())
        .execute(conn)?;
    expect(done, 1)
}

/// Undoes everything when a statement touched another number of rows than it should.
fn expect(done: usize, count: usize) -> Result<(), Error> {
    if done == count {
        Ok(())
    } else {
        Err(Error::Corrupt("a statement touched another number of rows than it should"))
    }
}
