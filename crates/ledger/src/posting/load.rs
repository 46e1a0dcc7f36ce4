//! What a batch concerns: taken, locked and read.

use crate::{
    AccountKind, AccountStatus, Action, Error, Fingerprint, IdempotencyKey, Order, Outcome, Receipt, Refusal,
    StoredOutcome, TransactionKind,
    account::magnitude,
    core::{AccountState, HolderState, Original, State},
};
use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_types::{Array, BigInt, Bytea, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use hostolink_database::prepared;
use hostolink_kernel::{AccountId, TransactionId, UserId, Xof};
use std::collections::{BTreeMap, BTreeSet, HashMap};

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
    donne: i64,
    #[diesel(sql_type = BigInt)]
    solde_apres: i64,
    #[diesel(sql_type = Timestamptz)]
    survenu_le: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    enregistre_le: DateTime<Utc>,
}

#[derive(QueryableByName)]
struct TakenRow {
    #[diesel(sql_type = BigInt)]
    place: i64,
}

/// Which of these keys were ever taken. Each is looked up by itself: there is no other plan.
pub(super) fn taken<'a>(
    conn: &mut PgConnection,
    keys: &'a [IdempotencyKey],
) -> Result<Vec<&'a IdempotencyKey>, Error> {
    let rows: Vec<TakenRow> = prepared(
        "SELECT q.n AS place FROM unnest(?, ?) WITH ORDINALITY AS q (u, c, n) CROSS JOIN LATERAL \
         (SELECT FROM cle_idempotence k WHERE k.id_user = q.u AND k.cle = q.c LIMIT 1) k",
    )
    .bind::<Array<Integer>, _>(keys.iter().map(IdempotencyKey::actor).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(keys.iter().map(IdempotencyKey::text).collect::<Vec<_>>())
    .load(conn)?;
    let key = |row: TakenRow| keys.get(usize::try_from(row.place).ok()?.checked_sub(1)?);
    Ok(rows.into_iter().filter_map(key).collect())
}

#[derive(QueryableByName)]
struct FreesRow {
    #[diesel(sql_type = Nullable<Timestamptz>)]
    libere_le: Option<DateTime<Utc>>,
}

/// From when on the limit that refused an order with this key leaves room again, if one did.
pub(super) fn frees_at(conn: &mut PgConnection, key: &IdempotencyKey) -> QueryResult<Option<DateTime<Utc>>> {
    let row: Option<FreesRow> = prepared(
        "SELECT r.libere_le FROM cle_idempotence k JOIN refus r ON r.id_cle = k.id_cle WHERE k.id_user = ? AND k.cle = ?",
    )
    .bind::<Integer, _>(key.actor())
    .bind::<Text, _>(key.text())
    .get_result(conn)
    .optional()?;
    Ok(row.and_then(|row| row.libere_le))
}

/// The outcomes of keys, of those that have one.
pub(super) fn outcomes(
    conn: &mut PgConnection,
    keys: &[&IdempotencyKey],
) -> Result<Vec<(IdempotencyKey, StoredOutcome)>, Error> {
    let rows: Vec<OutcomeRow> = prepared(
        "SELECT k.id_user, k.cle, k.empreinte, r.motif, t.public_id, t.nature, t.montant, t.survenu_le, \
                t.enregistre_le, g.montant AS donne, g.solde_apres, cg.public_id AS giver, cr.public_id AS receiver \
         FROM unnest(?, ?) AS q (u, c) JOIN cle_idempotence k ON k.id_user = q.u AND k.cle = q.c \
         LEFT JOIN refus r ON r.id_cle = k.id_cle \
         LEFT JOIN (transaction t \
             JOIN ecriture g ON g.id_transaction = t.id_transaction AND g.rang = 0 \
             JOIN compte cg ON cg.id_compte = g.id_compte \
             LEFT JOIN ecriture e ON e.id_transaction = t.id_transaction AND e.rang = 1 \
             JOIN compte cr ON cr.id_compte = coalesce(e.id_compte, t.id_compte_vers)) ON t.id_cle = k.id_cle",
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
            fee: fee(self.donne, self.montant)?,
            balance_after: magnitude(self.solde_apres)?,
            event_at: self.survenu_le,
            recorded_at: self.enregistre_le,
        })
    }
}

/// What the giver gave beyond what the receiver got. Where nothing moves, or charges come back, that is nothing.
pub(super) fn fee(given: i64, amount: Xof) -> Result<Xof, Error> {
    let fee = (-given).saturating_sub(amount.francs()).max(0);
    Xof::new(fee).map_err(|_| Error::Corrupt("an amount out of range"))
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
    #[diesel(sql_type = Nullable<Timestamptz>)]
    expire_le: Option<DateTime<Utc>>,
    #[diesel(sql_type = SqlUuid)]
    giver: AccountId,
    #[diesel(sql_type = SqlUuid)]
    receiver: AccountId,
}

#[derive(QueryableByName)]
struct MoveRow {
    #[diesel(sql_type = SqlUuid)]
    transaction: TransactionId,
    #[diesel(sql_type = SqlUuid)]
    compte: AccountId,
    #[diesel(sql_type = BigInt)]
    montant: i64,
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
        accounts.extend(order.action.accounts().chain(order.charges.iter().map(|charge| charge.to)));
        originals.extend(order.action.concerns());
        issues |= matches!(order.action, Action::FundFloat { .. });
    }
    if issues {
        state.issuance =
            crate::account::store::find_system(conn, AccountKind::Issuance)?.map(|account| account.id);
        accounts.extend(state.issuance);
    }
    if !originals.is_empty() {
        // Which accounts a transaction concerns never changes: it is read before they are locked.
        state.originals = find_originals(conn, &originals)?;
        for original in state.originals.values() {
            accounts.extend([original.from, original.to]);
            accounts.extend(original.movements.iter().map(|(account, _)| *account));
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

fn find_originals(
    conn: &mut PgConnection,
    ids: &BTreeSet<TransactionId>,
) -> QueryResult<HashMap<TransactionId, Original>> {
    let rows: Vec<OriginalRow> = prepared(
        "SELECT t.id_transaction, t.public_id, t.nature, t.montant, t.expire_le, \
                cg.public_id AS giver, cr.public_id AS receiver \
         FROM transaction t \
         JOIN ecriture g ON g.id_transaction = t.id_transaction AND g.rang = 0 \
         JOIN compte cg ON cg.id_compte = g.id_compte \
         LEFT JOIN ecriture e ON e.id_transaction = t.id_transaction AND e.rang = 1 \
         JOIN compte cr ON cr.id_compte = coalesce(e.id_compte, t.id_compte_vers) \
         WHERE t.public_id = ANY (?)",
    )
    .bind::<Array<SqlUuid>, _>(ids.iter().collect::<Vec<_>>())
    .load(conn)?;
    let moves: Vec<MoveRow> = prepared(
        "SELECT t.public_id AS transaction, c.public_id AS compte, e.montant FROM transaction t \
         JOIN ecriture e ON e.id_transaction = t.id_transaction \
         JOIN compte c ON c.id_compte = e.id_compte \
         WHERE t.public_id = ANY (?) ORDER BY e.id_transaction, e.rang",
    )
    .bind::<Array<SqlUuid>, _>(ids.iter().collect::<Vec<_>>())
    .load(conn)?;
    let mut originals: HashMap<TransactionId, Original> = rows
        .into_iter()
        .map(|row| {
            let original = Original {
                number: row.id_transaction,
                kind: row.nature,
                from: row.giver,
                to: row.receiver,
                amount: row.montant,
                refunded: 0,
                expires_at: row.expire_le,
                ended: false,
                movements: Vec::new(),
            };
            (row.public_id, original)
        })
        .collect();
    for row in moves {
        if let Some(original) = originals.get_mut(&row.transaction) {
            original.movements.push((row.compte, row.montant));
        }
    }
    Ok(originals)
}

#[derive(QueryableByName)]
struct DueRow {
    #[diesel(sql_type = SqlUuid)]
    public_id: TransactionId,
}

/// The holds whose time is over and that nobody ended, the oldest first.
pub(super) fn due_holds(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    limit: i64,
) -> QueryResult<Vec<TransactionId>> {
    let rows: Vec<DueRow> = prepared(
        "SELECT t.public_id FROM retenue_ouverte r JOIN transaction t ON t.id_transaction = r.id_transaction \
         WHERE r.expire_le <= ? ORDER BY r.expire_le LIMIT ?",
    )
    .bind::<Timestamptz, _>(now)
    .bind::<BigInt, _>(limit)
    .load(conn)?;
    Ok(rows.into_iter().map(|row| row.public_id).collect())
}
