use super::Invariant;
use crate::Error;
use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{Array, BigInt, Bytea, Integer, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid},
};
use hostolink_kernel::{AccountId, TransactionId, UserId};

#[derive(QueryableByName)]
struct Violation {
    #[diesel(sql_type = Text)]
    quoi: String,
}

/// Where an invariant is first broken, for those that one statement can tell.
pub(super) fn first_violation(
    conn: &mut PgConnection,
    invariant: Invariant,
) -> Result<Option<String>, Error> {
    let sql = match invariant {
        Invariant::RunningBalances => {
            "SELECT format('account %s, entry %s of transaction %s', id_compte, version, id_transaction) AS quoi FROM ( \
                SELECT id_compte, version, id_transaction, solde_apres - montant AS avant, \
                       reserve_apres - reserve AS reserve_avant, lag(version, 1, 0::bigint) OVER w AS version_precedente, \
                       lag(solde_apres, 1, 0::bigint) OVER w AS solde_precedent, \
                       lag(reserve_apres, 1, 0::bigint) OVER w AS reserve_precedente \
                FROM ecriture WINDOW w AS (PARTITION BY id_compte ORDER BY version)) s \
             WHERE version <> version_precedente + 1 OR avant <> solde_precedent OR reserve_avant <> reserve_precedente LIMIT 1"
        }
        Invariant::BalanceIsSumOfEntries => {
            "SELECT format('account %s', c.id_compte) AS quoi FROM compte c \
             LEFT JOIN (SELECT id_compte, sum(montant) AS somme, sum(reserve) AS reserve, count(*) AS nombre \
                        FROM ecriture GROUP BY id_compte) e \
                    ON e.id_compte = c.id_compte \
             WHERE c.solde <> coalesce(e.somme, 0) OR c.reserve <> coalesce(e.reserve, 0) \
                OR c.version <> coalesce(e.nombre, 0) LIMIT 1"
        }
        Invariant::OpenHolds => {
            "SELECT format('account %s', c.id_compte) AS quoi FROM compte c \
             LEFT JOIN (SELECT e.id_compte, sum(t.montant) AS reserve FROM transaction t \
                        JOIN ecriture e ON e.id_transaction = t.id_transaction AND e.rang = 0 \
                        LEFT JOIN transaction f ON f.id_retenue = t.id_transaction \
                        WHERE t.nature = 'retenue' AND f.id_transaction IS NULL GROUP BY e.id_compte) h \
                    ON h.id_compte = c.id_compte \
             WHERE c.reserve <> coalesce(h.reserve, 0) \
             UNION ALL \
             SELECT format('the listed hold %s', coalesce(t.id_transaction, r.id_transaction)) FROM (\
                 SELECT t.id_transaction FROM transaction t LEFT JOIN transaction f ON f.id_retenue = t.id_transaction \
                 WHERE t.nature = 'retenue' AND f.id_transaction IS NULL) t \
             FULL JOIN retenue_ouverte r ON r.id_transaction = t.id_transaction \
             WHERE t.id_transaction IS NULL OR r.id_transaction IS NULL \
             LIMIT 1"
        }
        Invariant::Signs => {
            "SELECT format('account %s', id_compte) AS quoi FROM compte \
             WHERE NOT CASE WHEN nature = 'emission' THEN solde <= 0 AND reserve = 0 \
                            ELSE 0 <= reserve AND reserve <= solde END LIMIT 1"
        }
        Invariant::TotalIsZero => {
            "SELECT format('%s francs too many', sum(solde)) AS quoi FROM compte HAVING sum(solde) <> 0"
        }
        Invariant::OneOutcomePerKey => {
            "SELECT format('key %s', k.id_cle) AS quoi FROM cle_idempotence k \
             LEFT JOIN transaction t ON t.id_cle = k.id_cle LEFT JOIN refus r ON r.id_cle = k.id_cle \
             WHERE num_nonnulls(t.id_transaction, r.id_cle) <> 1 \
             UNION ALL \
             SELECT format('the key of transaction %s', t.id_transaction) FROM transaction t \
             LEFT JOIN cle_idempotence k ON k.id_cle = t.id_cle WHERE k.id_cle IS NULL \
             LIMIT 1"
        }
        Invariant::OnceIsDone => {
            "SELECT format('%s %s', u.genre, u.objet) AS quoi FROM operation_unique u \
             LEFT JOIN transaction t ON t.id_transaction = u.id_transaction WHERE t.id_transaction IS NULL AND u.ferme_le IS NULL LIMIT 1"
        }
        Invariant::Refunds => {
            "SELECT format('transaction %s', o.id_transaction) AS quoi FROM transaction o \
             JOIN (SELECT id_remboursee, sum(montant) FILTER (WHERE nature = 'remboursement') AS rendu, \
                          count(*) FILTER (WHERE nature = 'annulation') AS annulations, count(*) AS nombre \
                   FROM transaction WHERE id_remboursee IS NOT NULL GROUP BY id_remboursee) r \
               ON r.id_remboursee = o.id_transaction \
             WHERE r.rendu > o.montant OR (r.annulations > 0 AND r.nombre > 1) \
                OR o.nature NOT IN ('virement', 'paiement_qr', 'capture', 'depot_agent', 'retrait_agent') \
                OR (r.rendu > 0 AND o.nature IN ('depot_agent', 'retrait_agent')) \
             UNION ALL \
             SELECT format('refund %s', r.id_transaction) FROM transaction r \
             JOIN ecriture re ON re.id_transaction = r.id_transaction AND re.rang < 2 \
             LEFT JOIN ecriture oe ON oe.id_transaction = r.id_remboursee AND oe.rang = 1 - re.rang \
             WHERE r.id_remboursee IS NOT NULL AND oe.id_compte IS DISTINCT FROM re.id_compte \
             LIMIT 1"
        }
        Invariant::EntriesSumToZero | Invariant::NumbersWithoutGaps | Invariant::Chain => return Ok(None),
    };
    let found: Option<Violation> = sql_query(sql).get_result(conn).optional()?;
    Ok(found.map(|violation| violation.quoi))
}

#[derive(QueryableByName)]
pub(crate) struct TransactionRow {
    #[diesel(sql_type = BigInt)]
    pub(crate) id_transaction: i64,
    #[diesel(sql_type = SqlUuid)]
    pub(crate) public_id: TransactionId,
    #[diesel(sql_type = Text)]
    pub(crate) nature: String,
    #[diesel(sql_type = BigInt)]
    pub(crate) montant: i64,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) note: Option<String>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub(crate) remboursee: Option<TransactionId>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub(crate) retenue: Option<TransactionId>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub(crate) retenue_montant: Option<i64>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub(crate) vers: Option<AccountId>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub(crate) expire_le: Option<DateTime<Utc>>,
    #[diesel(sql_type = Bytea)]
    pub(crate) sel: Vec<u8>,
    #[diesel(sql_type = Nullable<Bytea>)]
    pub(crate) empreinte_privee: Option<Vec<u8>>,
    #[diesel(sql_type = Timestamptz)]
    pub(crate) survenu_le: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    pub(crate) enregistre_le: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Integer>)]
    pub(crate) id_user: Option<i32>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) cle: Option<String>,
    #[diesel(sql_type = Nullable<Bytea>)]
    pub(crate) empreinte: Option<Vec<u8>>,
}

/// Transactions with all that their leaves cover but for their entries.
const TRANSACTIONS: &str = "SELECT t.id_transaction, t.public_id, t.nature, t.montant, t.note, o.public_id AS remboursee, t.sel, t.empreinte_privee, \
            h.public_id AS retenue, h.montant AS retenue_montant, v.public_id AS vers, t.expire_le, t.survenu_le, t.enregistre_le, k.id_user, k.cle, k.empreinte \
     FROM transaction t \
     LEFT JOIN cle_idempotence k ON k.id_cle = t.id_cle \
     LEFT JOIN transaction o ON o.id_transaction = t.id_remboursee \
     LEFT JOIN transaction h ON h.id_transaction = t.id_retenue \
     LEFT JOIN compte v ON v.id_compte = t.id_compte_vers";

/// The next transactions after `after`, by number.
pub(crate) fn transactions(
    conn: &mut PgConnection,
    after: i64,
    limit: i64,
) -> QueryResult<Vec<TransactionRow>> {
    sql_query(format!("{TRANSACTIONS} WHERE t.id_transaction > $1 ORDER BY t.id_transaction LIMIT $2"))
        .bind::<BigInt, _>(after)
        .bind::<BigInt, _>(limit)
        .load(conn)
}

/// Transactions with a note of this person's, the oldest first.
pub(crate) fn noted_by(
    conn: &mut PgConnection,
    author: UserId,
    limit: i64,
) -> QueryResult<Vec<TransactionRow>> {
    sql_query(format!(
        "{TRANSACTIONS} WHERE k.id_user = $1 AND t.note IS NOT NULL ORDER BY t.id_transaction LIMIT $2"
    ))
    .bind::<Integer, _>(author)
    .bind::<BigInt, _>(limit)
    .load(conn)
}

#[derive(QueryableByName)]
pub(crate) struct EntryRow {
    #[diesel(sql_type = BigInt)]
    pub(crate) id_transaction: i64,
    #[diesel(sql_type = SmallInt)]
    pub(crate) rang: i16,
    #[diesel(sql_type = SqlUuid)]
    pub(crate) compte: AccountId,
    #[diesel(sql_type = BigInt)]
    pub(crate) montant: i64,
    #[diesel(sql_type = BigInt)]
    pub(crate) solde_apres: i64,
    #[diesel(sql_type = BigInt)]
    pub(crate) reserve: i64,
    #[diesel(sql_type = BigInt)]
    pub(crate) reserve_apres: i64,
    #[diesel(sql_type = BigInt)]
    pub(crate) version: i64,
}

/// The entries of transactions, by transaction and rank.
pub(crate) fn entries(conn: &mut PgConnection, transactions: &[i64]) -> QueryResult<Vec<EntryRow>> {
    sql_query(
        "SELECT e.id_transaction, e.rang, c.public_id AS compte, e.montant, e.solde_apres, e.reserve, e.reserve_apres, e.version \
         FROM ecriture e JOIN compte c ON c.id_compte = e.id_compte \
         WHERE e.id_transaction = ANY ($1) ORDER BY e.id_transaction, e.rang",
    )
    .bind::<Array<BigInt>, _>(transactions)
    .load(conn)
}

/// Those of one transaction, of entries by transaction.
pub(crate) fn legs(entries: &[EntryRow], transaction: i64) -> &[EntryRow] {
    let start = entries.partition_point(|entry| entry.id_transaction < transaction);
    let end = entries.partition_point(|entry| entry.id_transaction <= transaction);
    entries.get(start..end).unwrap_or_default()
}

#[derive(Clone, QueryableByName)]
pub(crate) struct LinkRow {
    #[diesel(sql_type = BigInt)]
    pub(crate) numero: i64,
    #[diesel(sql_type = BigInt)]
    pub(crate) premiere: i64,
    #[diesel(sql_type = BigInt)]
    pub(crate) derniere: i64,
    #[diesel(sql_type = Bytea)]
    pub(crate) racine: Vec<u8>,
    #[diesel(sql_type = Bytea)]
    pub(crate) empreinte: Vec<u8>,
    #[diesel(sql_type = Timestamptz)]
    pub(crate) scelle_le: DateTime<Utc>,
}

/// The next links after number `after`.
pub(crate) fn links(conn: &mut PgConnection, after: i64, limit: i64) -> QueryResult<Vec<LinkRow>> {
    sql_query(
        "SELECT numero, premiere, derniere, racine, empreinte, scelle_le FROM chaine \
         WHERE numero > $1 ORDER BY numero LIMIT $2",
    )
    .bind::<BigInt, _>(after)
    .bind::<BigInt, _>(limit)
    .load(conn)
}

#[derive(QueryableByName)]
pub(super) struct TailRow {
    #[diesel(sql_type = BigInt)]
    pub(super) numero: i64,
    #[diesel(sql_type = BigInt)]
    pub(super) derniere: i64,
    #[diesel(sql_type = Bytea)]
    pub(super) empreinte: Vec<u8>,
}

pub(super) fn tail(conn: &mut PgConnection) -> QueryResult<Option<TailRow>> {
    sql_query("SELECT numero, derniere, empreinte FROM tete_chaine").get_result(conn).optional()
}
