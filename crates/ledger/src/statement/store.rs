use super::{Direction, Entry, HoldEnd, Recent, Transaction, TransactionKind};
use crate::{AccountKind, Error, Note, Once, Party, account::magnitude};
use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_types::{Array, BigInt, Bool, Integer, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid},
};
use hostolink_database::prepared;
use hostolink_kernel::{AccountId, Limit, TransactionId, UserId, Xof};
use std::collections::HashMap;

#[derive(QueryableByName)]
struct Movement {
    #[diesel(sql_type = SqlUuid)]
    id: TransactionId,
    #[diesel(sql_type = Text)]
    nature: TransactionKind,
    #[diesel(sql_type = BigInt)]
    montant: Xof,
    #[diesel(sql_type = Nullable<Text>)]
    note: Option<String>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    remboursee: Option<TransactionId>,
    #[diesel(sql_type = BigInt)]
    rendu: Xof,
    #[diesel(sql_type = Timestamptz)]
    survenu_le: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    enregistre_le: DateTime<Utc>,
}

impl Movement {
    /// What is left to give back.
    fn refundable(&self) -> Xof {
        match self.nature {
            kind if kind.refundable() => self.montant.checked_sub(self.rendu).unwrap_or(Xof::ZERO),
            _ => Xof::ZERO,
        }
    }

    /// What it cost who received, by what they got.
    fn commission(&self, received: i64) -> Xof {
        let off = if self.nature.bears_commission() { self.montant.francs() - received } else { 0 };
        Xof::new(off).unwrap_or(Xof::ZERO)
    }
}

#[derive(QueryableByName)]
struct EntryRow {
    #[diesel(embed)]
    movement: Movement,
    #[diesel(sql_type = SqlUuid)]
    compte: AccountId,
    #[diesel(sql_type = BigInt)]
    part: i64,
    #[diesel(sql_type = SmallInt)]
    rang: i16,
    #[diesel(sql_type = BigInt)]
    solde_apres: i64,
    #[diesel(sql_type = BigInt)]
    version: i64,
    #[diesel(sql_type = SqlUuid)]
    autre: AccountId,
    #[diesel(sql_type = Text)]
    autre_nature: AccountKind,
    #[diesel(sql_type = Nullable<Integer>)]
    autre_user: Option<UserId>,
}

impl EntryRow {
    /// The entry and whose it is.
    fn read(self) -> Result<(AccountId, Entry), Error> {
        let received = self.part > 0;
        let entry = Entry {
            refundable: if received { self.movement.refundable() } else { Xof::ZERO },
            transaction: self.movement.id,
            kind: self.movement.nature,
            direction: if received { Direction::In } else { Direction::Out },
            amount: magnitude(self.part)?,
            commission: if self.rang == 1 { self.movement.commission(self.part) } else { Xof::ZERO },
            balance_after: magnitude(self.solde_apres)?,
            other: Party { account: self.autre, kind: self.autre_nature, owner: self.autre_user },
            note: self.movement.note.map(Note::stored),
            refund_of: self.movement.remboursee,
            event_at: self.movement.survenu_le,
            recorded_at: self.movement.enregistre_le,
            version: self.version,
        };
        Ok((self.compte, entry))
    }
}

/// Lines of statements from the entries `e` that a subquery names, with their transactions. The other side of who receives, or of a
/// fee, is who gives.
macro_rules! lines {
    ($entries:literal, $order:literal) => {
        concat!(
            "SELECT t.public_id AS id, t.nature, t.montant, t.note, t.survenu_le, t.enregistre_le, \
                    o.public_id AS remboursee, coalesce(r.rendu, 0)::bigint AS rendu, \
                    e.compte, e.montant AS part, e.rang, e.solde_apres, e.version, \
                    ac.public_id AS autre, ac.nature AS autre_nature, ac.id_user AS autre_user \
             FROM (",
            $entries,
            ") e \
             JOIN transaction t ON t.id_transaction = e.id_transaction \
             JOIN ecriture a ON a.id_transaction = e.id_transaction AND a.rang = CASE WHEN e.rang = 0 THEN 1 ELSE 0 END \
             JOIN compte ac ON ac.id_compte = a.id_compte \
             LEFT JOIN transaction o ON o.id_transaction = t.id_remboursee \
             LEFT JOIN LATERAL (SELECT sum(montant) AS rendu FROM transaction \
                                WHERE id_remboursee = t.id_transaction) r ON true \
             ORDER BY ",
            $order
        )
    };
}

/// The entries of an account that moved money, of the versions above `after` and below `before`, newest first, at most `limit`.
pub(crate) fn entries(
    conn: &mut PgConnection,
    account: AccountId,
    (after, before): (i64, i64),
    limit: i64,
) -> Result<Vec<Entry>, Error> {
    let sql = lines!(
        "SELECT c.public_id AS compte, e.* FROM ecriture e JOIN compte c ON c.id_compte = e.id_compte \
         WHERE c.public_id = ? AND e.version > ? AND e.version < ? AND e.montant <> 0 ORDER BY e.version DESC LIMIT ?",
        "e.version DESC"
    );
    let rows: Vec<EntryRow> = prepared(sql)
        .bind::<SqlUuid, _>(account)
        .bind::<BigInt, _>(after)
        .bind::<BigInt, _>(before)
        .bind::<BigInt, _>(limit)
        .load(conn)?;
    rows.into_iter().map(|row| Ok(row.read()?.1)).collect()
}

/// The entries of accounts that moved money, each above the account's version so and so, in the order of their recording.
pub(crate) fn entries_after(
    conn: &mut PgConnection,
    after: &[(AccountId, i64)],
    limit: Limit,
) -> Result<Vec<(AccountId, Entry)>, Error> {
    let limit = i64::try_from(limit.count()).unwrap_or(i64::MAX);
    let sql = lines!(
        "SELECT q.compte, e.* FROM unnest(?, ?) AS q (compte, apres) JOIN compte c ON c.public_id = q.compte \
         CROSS JOIN LATERAL (SELECT e.* FROM ecriture e WHERE e.id_compte = c.id_compte AND e.version > q.apres \
                             AND e.montant <> 0 ORDER BY e.version LIMIT ?) e \
         ORDER BY e.id_transaction LIMIT ?",
        "e.id_transaction, e.version"
    );
    let rows: Vec<EntryRow> = prepared(sql)
        .bind::<Array<SqlUuid>, _>(after.iter().map(|(account, _)| *account).collect::<Vec<_>>())
        .bind::<Array<BigInt>, _>(after.iter().map(|(_, version)| *version).collect::<Vec<_>>())
        .bind::<BigInt, _>(limit)
        .bind::<BigInt, _>(limit)
        .load(conn)?;
    rows.into_iter().map(EntryRow::read).collect()
}

#[derive(QueryableByName)]
struct VersionRow {
    #[diesel(sql_type = SqlUuid)]
    compte: AccountId,
    #[diesel(sql_type = BigInt)]
    version: i64,
}

/// How many entries accounts have.
pub(crate) fn versions(
    conn: &mut PgConnection,
    accounts: &[AccountId],
) -> QueryResult<HashMap<AccountId, i64>> {
    let rows: Vec<VersionRow> =
        prepared("SELECT public_id AS compte, version FROM compte WHERE public_id = ANY (?)")
            .bind::<Array<SqlUuid>, _>(accounts)
            .load(conn)?;
    Ok(rows.into_iter().map(|row| (row.compte, row.version)).collect())
}

#[derive(QueryableByName)]
struct TransactionRow {
    #[diesel(embed)]
    movement: Movement,
    #[diesel(sql_type = Bool)]
    annulee: bool,
    #[diesel(sql_type = BigInt)]
    recu: i64,
    #[diesel(sql_type = SqlUuid)]
    giver: AccountId,
    #[diesel(sql_type = Text)]
    giver_nature: AccountKind,
    #[diesel(sql_type = Nullable<Integer>)]
    giver_user: Option<UserId>,
    #[diesel(sql_type = SqlUuid)]
    receiver: AccountId,
    #[diesel(sql_type = Text)]
    receiver_nature: AccountKind,
    #[diesel(sql_type = Nullable<Integer>)]
    receiver_user: Option<UserId>,
}

impl From<TransactionRow> for Transaction {
    fn from(row: TransactionRow) -> Self {
        Self {
            refundable: row.movement.refundable(),
            refunded: row.movement.rendu,
            reversed: row.annulee,
            id: row.movement.id,
            kind: row.movement.nature,
            from: Party { account: row.giver, kind: row.giver_nature, owner: row.giver_user },
            to: Party { account: row.receiver, kind: row.receiver_nature, owner: row.receiver_user },
            amount: row.movement.montant,
            commission: row.movement.commission(row.recu),
            note: row.movement.note.map(Note::stored),
            refund_of: row.movement.remboursee,
            event_at: row.movement.survenu_le,
            recorded_at: row.movement.enregistre_le,
        }
    }
}

pub(crate) fn find(conn: &mut PgConnection, id: TransactionId) -> Result<Option<Transaction>, Error> {
    let row: Option<TransactionRow> = prepared(
        "SELECT t.public_id AS id, t.nature, t.montant, t.note, t.survenu_le, t.enregistre_le, \
                o.public_id AS remboursee, \
                (SELECT coalesce(sum(montant), 0)::bigint FROM transaction \
                 WHERE id_remboursee = t.id_transaction) AS rendu, \
                EXISTS (SELECT FROM transaction WHERE id_remboursee = t.id_transaction AND nature = 'annulation') AS annulee, \
                coalesce(e.montant, 0) AS recu, cg.public_id AS giver, cg.nature AS giver_nature, cg.id_user AS giver_user, \
                cr.public_id AS receiver, cr.nature AS receiver_nature, cr.id_user AS receiver_user \
         FROM transaction t \
         JOIN ecriture g ON g.id_transaction = t.id_transaction AND g.rang = 0 \
         JOIN compte cg ON cg.id_compte = g.id_compte \
         LEFT JOIN ecriture e ON e.id_transaction = t.id_transaction AND e.rang = 1 \
         JOIN compte cr ON cr.id_compte = coalesce(e.id_compte, t.id_compte_vers) \
         LEFT JOIN transaction o ON o.id_transaction = t.id_remboursee \
         WHERE t.public_id = ?",
    )
    .bind::<SqlUuid, _>(id)
    .get_result(conn)
    .optional()?;
    Ok(row.map(Transaction::from))
}

#[derive(QueryableByName)]
struct EndRow {
    #[diesel(sql_type = SqlUuid)]
    retenue: TransactionId,
    #[diesel(sql_type = SqlUuid)]
    id: TransactionId,
    #[diesel(sql_type = Text)]
    nature: TransactionKind,
    #[diesel(sql_type = BigInt)]
    montant: Xof,
}

/// How these holds ended, in no order; one that is still open is left out.
pub(crate) fn ends(conn: &mut PgConnection, holds: &[TransactionId]) -> QueryResult<Vec<HoldEnd>> {
    let rows: Vec<EndRow> = prepared(
        "SELECT h.public_id AS retenue, t.public_id AS id, t.nature, t.montant \
         FROM transaction h JOIN transaction t ON t.id_retenue = h.id_transaction WHERE h.public_id = ANY (?)",
    )
    .bind::<Array<SqlUuid>, _>(holds)
    .load(conn)?;
    let end = |row: EndRow| HoldEnd { hold: row.retenue, by: row.id, kind: row.nature, amount: row.montant };
    Ok(rows.into_iter().map(end).collect())
}

#[derive(QueryableByName)]
struct DoneRow {
    #[diesel(sql_type = Bool)]
    done: bool,
}

pub(crate) fn is_done(conn: &mut PgConnection, once: &Once) -> QueryResult<bool> {
    let row: DoneRow =
        prepared("SELECT EXISTS (SELECT FROM operation_unique WHERE genre = ? AND objet = ?) AS done")
            .bind::<Text, _>(once.kind)
            .bind::<SqlUuid, _>(once.id)
            .get_result(conn)?;
    Ok(row.done)
}

#[derive(QueryableByName)]
struct RecentRow {
    #[diesel(sql_type = SqlUuid)]
    compte: AccountId,
    #[diesel(sql_type = SqlUuid)]
    id: TransactionId,
    #[diesel(sql_type = Text)]
    nature: TransactionKind,
    #[diesel(sql_type = BigInt)]
    part: i64,
    #[diesel(sql_type = Timestamptz)]
    enregistre_le: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Integer>)]
    autre_user: Option<UserId>,
}

/// What moved on these accounts since then, of each its last `most` entries at most; of one account the newest first. One query
/// for all: the last entries first, so that nothing older is read.
pub(crate) fn recent(
    conn: &mut PgConnection,
    accounts: &[AccountId],
    since: DateTime<Utc>,
    most: i64,
) -> Result<Vec<Recent>, Error> {
    let rows: Vec<RecentRow> = prepared(
        "SELECT c.public_id AS compte, t.public_id AS id, t.nature, e.montant AS part, t.enregistre_le, ac.id_user AS autre_user \
         FROM unnest(?) AS q (compte) JOIN compte c ON c.public_id = q.compte \
         CROSS JOIN LATERAL (SELECT e.* FROM ecriture e WHERE e.id_compte = c.id_compte ORDER BY e.version DESC LIMIT ?) e \
         JOIN transaction t ON t.id_transaction = e.id_transaction AND t.enregistre_le >= ? \
         JOIN ecriture a ON a.id_transaction = e.id_transaction AND a.rang = CASE WHEN e.rang = 0 THEN 1 ELSE 0 END \
         JOIN compte ac ON ac.id_compte = a.id_compte \
         WHERE e.montant <> 0 ORDER BY c.id_compte, e.version DESC",
    )
    .bind::<Array<SqlUuid>, _>(accounts)
    .bind::<BigInt, _>(most)
    .bind::<Timestamptz, _>(since)
    .load(conn)?;
    let recent = |row: RecentRow| {
        Ok(Recent {
            account: row.compte,
            transaction: row.id,
            kind: row.nature,
            direction: if row.part > 0 { Direction::In } else { Direction::Out },
            amount: magnitude(row.part)?,
            other: row.autre_user,
            recorded_at: row.enregistre_le,
        })
    };
    rows.into_iter().map(recent).collect()
}
