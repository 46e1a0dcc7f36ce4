//! What a batch concerns: taken, locked and read.

use crate::{
    AccountKind, AccountStatus, Action, Error, Fingerprint, IdempotencyKey, Once, Order, Outcome, Receipt,
    Refusal, StoredOutcome, TransactionKind,
    account::magnitude,
    core::{AccountState, HolderState, Original, State},
    prepared::prepared,
};
use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_types::{Array, BigInt, Bool, Bytea, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use hostolink_kernel::{AccountId, TransactionId, UserId, Xof};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

#[derive(QueryableByName)]
struct KeyRow {
    #[diesel(sql_type = BigInt)]
    id_cle: i64,
    #[diesel(sql_type = Integer)]
    id_user: UserId,
    #[diesel(sql_type = Text)]
    cle: String,
}

/// Writes the keys that come for the first time and returns their rows. A key that another process is writing makes us
/// wait for its outcome; the keys are written in their order, so that two batches never wait for each other.
pub(super) fn take_keys(
    conn: &mut PgConnection,
    orders: &[Order],
    now: DateTime<Utc>,
) -> Result<BTreeMap<IdempotencyKey, i64>, Error> {
    let mut keys: BTreeMap<&IdempotencyKey, &Fingerprint> = BTreeMap::new();
    for order in orders {
        keys.entry(&order.key).or_insert(&order.fingerprint);
    }
    let rows: Vec<KeyRow> = prepared(
        "INSERT INTO cle_idempotence (recue_le, id_user, cle, empreinte) \
         SELECT ?, u, c, e FROM unnest(?, ?, ?) WITH ORDINALITY AS k (u, c, e, n) ORDER BY n \
         ON CONFLICT (id_user, cle) DO NOTHING RETURNING id_cle, id_user, cle",
    )
    .bind::<Timestamptz, _>(now)
    .bind::<Array<Integer>, _>(keys.keys().map(|key| key.actor()).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(keys.keys().map(|key| key.text()).collect::<Vec<_>>())
    .bind::<Array<Bytea>, _>(keys.values().map(|print| print.as_bytes().as_slice()).collect::<Vec<_>>())
    .load(conn)?;
    Ok(rows.into_iter().map(|row| (IdempotencyKey::stored(row.id_user, row.cle), row.id_cle)).collect())
}

#[derive(QueryableByName)]
struct OutcomeRow {
    #[diesel(sql_type = Integer)]
    id_user: UserId,
    #[diesel(sql_type = Text)]
    cle: String,
    #[diesel(sql_type = Bytea)]
    empreinte: Vec<u8>,
    #[diesel(sql_type = Nullable<Text>)]
    motif: Option<Refusal>,
    #[diesel(embed)]
    receipt: Option<ReceiptRow>,
}

#[derive(QueryableByName)]
struct ReceiptRow {
    #[diesel(sql_type = SqlUuid)]
    public_id: TransactionId,
    #[diesel(sql_type = Text)]
    nature: TransactionKind,
    #[diesel(sql_type = SqlUuid)]
    giver: AccountId,
    #[diesel(sql_type = SqlUuid)]
    receiver: AccountId,
    #[diesel(sql_type = BigInt)]
    montant: Xof,
    #[diesel(sql_type = BigInt)]
    solde_apres: i64,
    #[diesel(sql_type = Timestamptz)]
    survenu_le: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    enregistre_le: DateTime<Utc>,
}

#[derive(QueryableByName)]
struct TakenRow {
    #[diesel(sql_type = Bool)]
    taken: bool,
}

/// Whether a key was ever taken.
pub(super) fn is_taken(conn: &mut PgConnection, key: &IdempotencyKey) -> Result<bool, Error> {
    let row: TakenRow =
        prepared("SELECT EXISTS (SELECT FROM cle_idempotence WHERE id_user = ? AND cle = ?) AS taken")
            .bind::<Integer, _>(key.actor())
            .bind::<Text, _>(key.text())
            .get_result(conn)?;
    Ok(row.taken)
}

/// The outcomes of keys, of those that have one.
pub(super) fn outcomes(
    conn: &mut PgConnection,
    keys: &[&IdempotencyKey],
) -> Result<Vec<(IdempotencyKey, StoredOutcome)>, Error> {
    let rows: Vec<OutcomeRow> = prepared(
        "SELECT k.id_user, k.cle, k.empreinte, r.motif, t.public_id, t.nature, t.montant, t.survenu_le, \
                t.enregistre_le, g.solde_apres, cg.public_id AS giver, cr.public_id AS receiver \
         FROM unnest(?, ?) AS q (u, c) JOIN cle_idempotence k ON k.id_user = q.u AND k.cle = q.c \
         LEFT JOIN refus r ON r.id_cle = k.id_cle \
         LEFT JOIN (transaction t \
             JOIN ecriture g ON g.id_transaction = t.id_transaction AND g.rang = 0 \
             JOIN compte cg ON cg.id_compte = g.id_compte \
             JOIN ecriture e ON e.id_transaction = t.id_transaction AND e.rang = 1 \
             JOIN compte cr ON cr.id_compte = e.id_compte) ON t.id_cle = k.id_cle",
    )
    .bind::<Array<Integer>, _>(keys.iter().map(|key| key.actor()).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(keys.iter().map(|key| key.text()).collect::<Vec<_>>())
    .load(conn)?;
    let read = |row: OutcomeRow| {
        let outcome = match (row.receipt, row.motif) {
            (Some(receipt), None) => Outcome::Accepted(receipt.read()?),
            (None, Some(refusal)) => Outcome::Refused(refusal),
            _ => return Err(Error::Corrupt("a key without exactly one outcome")),
        };
        let hash =
            row.empreinte.try_into().map_err(|_| Error::Corrupt("a fingerprint that is no SHA-256"))?;
        let stored = StoredOutcome { fingerprint: Fingerprint::new(hash), outcome };
        Ok((IdempotencyKey::stored(row.id_user, row.cle), stored))
    };
    rows.into_iter().map(read).collect()
}

impl ReceiptRow {
    fn read(self) -> Result<Receipt, Error> {
        Ok(Receipt {
            transaction: self.public_id,
            kind: self.nature,
            from: self.giver,
            to: self.receiver,
            amount: self.montant,
            balance_after: magnitude(self.solde_apres)?,
            event_at: self.survenu_le,
            recorded_at: self.enregistre_le,
        })
    }
}

#[derive(QueryableByName)]
struct OriginalRow {
    #[diesel(sql_type = BigInt)]
    id_transaction: i64,
    #[diesel(sql_type = SqlUuid)]
    public_id: TransactionId,
    #[diesel(sql_type = Text)]
    nature: TransactionKind,
    #[diesel(sql_type = BigInt)]
    montant: Xof,
    #[diesel(sql_type = SqlUuid)]
    giver: AccountId,
    #[diesel(sql_type = SqlUuid)]
    receiver: AccountId,
}

#[derive(QueryableByName)]
struct HolderRow {
    #[diesel(sql_type = BigInt)]
    id_titulaire: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    plafond_solde: Option<Xof>,
}

#[derive(QueryableByName)]
struct AccountRow {
    #[diesel(sql_type = BigInt)]
    id_compte: i64,
    #[diesel(sql_type = SqlUuid)]
    public_id: AccountId,
    #[diesel(sql_type = BigInt)]
    id_titulaire: i64,
    #[diesel(sql_type = Text)]
    nature: AccountKind,
    #[diesel(sql_type = Text)]
    statut: AccountStatus,
    #[diesel(sql_type = BigInt)]
    solde: i64,
    #[diesel(sql_type = BigInt)]
    reserve: i64,
    #[diesel(sql_type = BigInt)]
    version: i64,
}

/// Locks the holders and accounts that the orders concern, in the order of their keys, and reads them.
pub(super) fn lock<'a>(
    conn: &mut PgConnection,
    state: &mut State,
    orders: impl Iterator<Item = &'a Order>,
) -> Result<(), Error> {
    let mut accounts: BTreeSet<AccountId> = BTreeSet::new();
    let mut originals: BTreeSet<TransactionId> = BTreeSet::new();
    let mut issues = false;
    for order in orders {
        match order.action {
            Action::Transfer { from, to, .. } => accounts.extend([from, to]),
            Action::CashIn { float, to, .. } => accounts.extend([float, to]),
            Action::FundFloat { float, .. } => {
                accounts.insert(float);
                issues = true;
            }
            Action::Refund { of, .. } => {
                originals.insert(of);
            }
        }
    }
    if issues {
        state.issuance =
            crate::account::store::find_system(conn, AccountKind::Issuance)?.map(|account| account.id);
        accounts.extend(state.issuance);
    }
    if !originals.is_empty() {
        // Which accounts a transaction moved never changes: it is read before they are locked.
        for row in find_originals(conn, &originals)? {
            accounts.extend([row.giver, row.receiver]);
            let original = Original {
                number: row.id_transaction,
                kind: row.nature,
                from: row.giver,
                to: row.receiver,
                amount: row.montant,
                refunded: 0,
            };
            state.originals.insert(row.public_id, original);
        }
    }
    let holders: Vec<HolderRow> = prepared(
        "SELECT id_titulaire, plafond_solde FROM titulaire \
         WHERE id_titulaire = ANY (ARRAY(SELECT id_titulaire FROM compte WHERE public_id = ANY (?))) \
         ORDER BY id_titulaire FOR NO KEY UPDATE",
    )
    .bind::<Array<SqlUuid>, _>(accounts.into_iter().collect::<Vec<_>>())
    .load(conn)?;
    let numbers: Vec<i64> = holders.iter().map(|row| row.id_titulaire).collect();
    // All of a holder's accounts: their sum decides about the ceiling.
    let accounts: Vec<AccountRow> = prepared(
        "SELECT id_compte, public_id, id_titulaire, nature, statut, solde, reserve, version FROM compte \
         WHERE id_titulaire = ANY (?) ORDER BY id_compte FOR NO KEY UPDATE",
    )
    .bind::<Array<BigInt>, _>(numbers)
    .load(conn)?;
    state.holders = holders
        .into_iter()
        .map(|row| (row.id_titulaire, HolderState { ceiling: row.plafond_solde, counted: 0 }))
        .collect();
    for row in accounts {
        if row.nature.counts_to_ceiling()
            && let Some(holder) = state.holders.get_mut(&row.id_titulaire)
        {
            holder.counted += row.solde;
        }
        state.accounts.insert(
            row.public_id,
            AccountState {
                number: row.id_compte,
                holder: row.id_titulaire,
                kind: row.nature,
                status: row.statut,
                balance: row.solde,
                held: row.reserve,
                version: row.version,
            },
        );
    }
    Ok(())
}

fn find_originals(conn: &mut PgConnection, ids: &BTreeSet<TransactionId>) -> QueryResult<Vec<OriginalRow>> {
    prepared(
        "SELECT t.id_transaction, t.public_id, t.nature, t.montant, cg.public_id AS giver, cr.public_id AS receiver \
         FROM transaction t \
         JOIN ecriture g ON g.id_transaction = t.id_transaction AND g.rang = 0 \
         JOIN compte cg ON cg.id_compte = g.id_compte \
         JOIN ecriture e ON e.id_transaction = t.id_transaction AND e.rang = 1 \
         JOIN compte cr ON cr.id_compte = e.id_compte \
         WHERE t.public_id = ANY (?)",
    )
    .bind::<Array<SqlUuid>, _>(ids.iter().collect::<Vec<_>>())
    .load(conn)
}

/// The end of the chain.
#[derive(QueryableByName)]
pub(super) struct Tail {
    #[diesel(sql_type = BigInt)]
    pub(super) numero: i64,
    #[diesel(sql_type = BigInt)]
    pub(super) derniere: i64,
    #[diesel(sql_type = Bytea)]
    pub(super) empreinte: Vec<u8>,
}

/// Locks the end of the chain: from here on nobody else writes.
pub(super) fn lock_tail(conn: &mut PgConnection) -> QueryResult<Tail> {
    prepared("SELECT numero, derniere, empreinte FROM tete_chaine FOR NO KEY UPDATE").get_result(conn)
}

#[derive(QueryableByName)]
struct DoneRow {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

#[derive(QueryableByName)]
struct RefundedRow {
    #[diesel(sql_type = BigInt)]
    id_remboursee: i64,
    #[diesel(sql_type = BigInt)]
    rendu: i64,
}

/// Reads what earlier batches did that this one depends on. Nobody adds to it: we hold the tail.
pub(super) fn history(conn: &mut PgConnection, state: &mut State, orders: &[Order]) -> Result<(), Error> {
    let once: Vec<Once> = orders.iter().filter_map(|order| order.once).collect();
    if !once.is_empty() {
        let rows: Vec<DoneRow> = prepared(
            "SELECT q.n FROM unnest(?, ?) WITH ORDINALITY AS q (g, o, n) \
             JOIN operation_unique u ON u.genre = q.g AND u.objet = q.o",
        )
        .bind::<Array<Text>, _>(once.iter().map(|once| once.kind).collect::<Vec<_>>())
        .bind::<Array<SqlUuid>, _>(once.iter().map(|once| once.id).collect::<Vec<Uuid>>())
        .load(conn)?;
        let place = |row: DoneRow| usize::try_from(row.n - 1).ok().and_then(|place| once.get(place)).copied();
        state.done = rows.into_iter().filter_map(place).collect();
    }
    if !state.originals.is_empty() {
        let numbers: Vec<i64> = state.originals.values().map(|original| original.number).collect();
        let rows: Vec<RefundedRow> = prepared(
            "SELECT id_remboursee, sum(montant)::bigint AS rendu FROM transaction \
             WHERE id_remboursee = ANY (?) GROUP BY id_remboursee",
        )
        .bind::<Array<BigInt>, _>(numbers)
        .load(conn)?;
        let refunded: BTreeMap<i64, i64> =
            rows.into_iter().map(|row| (row.id_remboursee, row.rendu)).collect();
        for original in state.originals.values_mut() {
            original.refunded = refunded.get(&original.number).copied().unwrap_or(0);
        }
    }
    Ok(())
}
