//! What a decided batch leaves behind.

use super::{Batch, load::Tail, receipt};
use crate::{
    Error, Receipt,
    chain::{self, Hash, Sealed, SealedLeg},
    core::{Decision, State},
    prepared::prepared,
};
use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_types::{Array, BigInt, Bytea, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid},
};
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
    versions: Vec<i64>,
    ranks: Vec<i16>,
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
    let (mut transactions, mut entries, mut done) =
        (Transactions::default(), Entries::default(), Done::default());
    let (mut leaves, mut happened) = (Vec::new(), Vec::new());
    let mut number = tail.derniere;
    for (place, order, key, movement) in batch.accepted() {
        number += 1;
        let id = TransactionId::new(random.uuid(batch.now));
        let mut salt = vec![0; chain::SALT];
        random.fill(&mut salt);
        let receipt = receipt(id, order, movement, batch.now)?;
        let original = movement.refund_of.and_then(|of| state.originals.get(&of));
        let note = order.note.as_ref().map(crate::Note::as_str);
        leaves.push(chain::leaf(&Sealed {
            number,
            id,
            kind: movement.kind.name(),
            amount: movement.amount.francs(),
            refund_of: movement.refund_of,
            event_at: receipt.event_at,
            recorded_at: receipt.recorded_at,
            note,
            actor: order.key.actor().key(),
            key: order.key.text(),
            fingerprint: order.fingerprint.as_bytes(),
            salt: &salt,
            legs: movement
                .legs
                .iter()
                .map(|leg| SealedLeg {
                    account: leg.account,
                    amount: leg.amount,
                    balance_after: leg.balance_after,
                    version: leg.version,
                })
                .collect(),
        }));
        happened.push(event(&receipt));
        transactions.numbers.push(number);
        transactions.ids.push(id.uuid());
        transactions.keys.push(key);
        transactions.kinds.push(movement.kind.name());
        transactions.amounts.push(movement.amount.francs());
        transactions.notes.push(note);
        transactions.refunds.push(original.map(|original| original.number));
        transactions.salts.push(salt);
        transactions.events.push(receipt.event_at);
        for (rank, leg) in (0..).zip(&movement.legs) {
            entries.transactions.push(number);
            entries.accounts.push(leg.number);
            entries.amounts.push(leg.amount);
            entries.balances.push(leg.balance_after);
            entries.versions.push(leg.version);
            entries.ranks.push(rank);
        }
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
    write_link(conn, tail, number, &leaves, batch.now)?;
    outbox::publish_all(conn, &happened, batch.now)?;
    Ok(receipts)
}

/// What subscribers learn of a movement: who and how much, by ids.
fn event(receipt: &Receipt) -> NewEvent {
    NewEvent {
        kind: crate::POSTED,
        subject: receipt.transaction.uuid(),
        payload: serde_json::json!({
            "kind": receipt.kind.name(),
            "from": receipt.from,
            "to": receipt.to,
            "amount": receipt.amount.francs(),
        }),
    }
}

fn write_refusals(conn: &mut PgConnection, batch: &Batch<'_>) -> Result<(), Error> {
    let (keys, reasons): (Vec<i64>, Vec<&str>) = batch
        .fresh()
        .filter_map(|(_, _, key, decision)| match decision {
            Decision::Refused(refusal) => Some((key, refusal.name())),
            _ => None,
        })
        .unzip();
    if keys.is_empty() {
        return Ok(());
    }
    let count = keys.len();
    let done = prepared("INSERT INTO refus (id_cle, motif) SELECT * FROM unnest(?, ?)")
        .bind::<Array<BigInt>, _>(keys)
        .bind::<Array<Text>, _>(reasons)
        .execute(conn)?;
    expect(done, count)
}

impl Transactions<'_> {
    fn insert(self, conn: &mut PgConnection, now: DateTime<Utc>) -> Result<(), Error> {
        let count = self.numbers.len();
        let done = prepared(
            "INSERT INTO transaction (id_transaction, public_id, id_cle, nature, montant, note, id_remboursee, sel, \
                                      survenu_le, enregistre_le) \
             SELECT q.*, ? FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?) AS q",
        )
        .bind::<Timestamptz, _>(now)
        .bind::<Array<BigInt>, _>(self.numbers)
        .bind::<Array<SqlUuid>, _>(self.ids)
        .bind::<Array<BigInt>, _>(self.keys)
        .bind::<Array<Text>, _>(self.kinds)
        .bind::<Array<BigInt>, _>(self.amounts)
        .bind::<Array<Nullable<Text>>, _>(self.notes)
        .bind::<Array<Nullable<BigInt>>, _>(self.refunds)
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
            "INSERT INTO ecriture (id_transaction, id_compte, montant, solde_apres, version, rang) \
             SELECT * FROM unnest(?, ?, ?, ?, ?, ?)",
        )
        .bind::<Array<BigInt>, _>(self.transactions)
        .bind::<Array<BigInt>, _>(self.accounts)
        .bind::<Array<BigInt>, _>(self.amounts)
        .bind::<Array<BigInt>, _>(self.balances)
        .bind::<Array<BigInt>, _>(self.versions)
        .bind::<Array<SmallInt>, _>(self.ranks)
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
