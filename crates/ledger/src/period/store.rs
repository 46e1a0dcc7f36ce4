use super::{BalanceAt, Flow, MonthFlow};
use crate::{Error, TransactionKind, account::magnitude};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    prelude::*,
    sql_types::{Array, BigInt, Date, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use hostolink_database::prepared;
use hostolink_kernel::{AccountId, TransactionId, Xof};

/// An account's last entry at an instant.
#[derive(QueryableByName)]
pub(crate) struct LastEntry {
    /// Its number in the account's history.
    #[diesel(sql_type = BigInt)]
    pub(crate) version: i64,
    #[diesel(sql_type = BigInt)]
    solde_apres: i64,
    #[diesel(sql_type = BigInt)]
    reserve_apres: Xof,
    #[diesel(sql_type = SqlUuid)]
    id: TransactionId,
    #[diesel(sql_type = Timestamptz)]
    enregistre_le: DateTime<Utc>,
}

impl LastEntry {
    /// The account right after an entry, or before its first.
    pub(crate) fn balance(entry: Option<&Self>) -> Result<BalanceAt, Error> {
        Ok(BalanceAt {
            balance: entry.map_or(Ok(Xof::ZERO), |entry| magnitude(entry.solde_apres))?,
            held: entry.map_or(Xof::ZERO, |entry| entry.reserve_apres),
            since: entry.map(|entry| (entry.id, entry.enregistre_le)),
        })
    }
}

/// The account's last entry recorded at or before an instant. Entries are numbered in the order of their recording, and an entry is
/// found by its number: halving finds the last one with two looks by key a step, 24 steps among ten million. An index by
/// time would cost every posting, for ever.
pub(crate) fn last_entry(
    conn: &mut PgConnection,
    account: AccountId,
    at: DateTime<Utc>,
) -> QueryResult<Option<LastEntry>> {
    prepared(
        "WITH RECURSIVE le_compte AS MATERIALIZED (SELECT id_compte, version FROM compte WHERE public_id = ?), \
         moitie (bas, haut) AS ( \
             SELECT 0::bigint, version FROM le_compte \
             UNION ALL \
             SELECT CASE WHEN m.avant THEN m.milieu ELSE m.bas END, CASE WHEN m.avant THEN m.haut ELSE m.milieu - 1 END \
             FROM (SELECT h.bas, h.haut, h.milieu, \
                          (SELECT t.enregistre_le FROM transaction t WHERE t.id_transaction = ( \
                               SELECT e.id_transaction FROM ecriture e \
                               WHERE e.id_compte = (SELECT id_compte FROM le_compte) AND e.version = h.milieu)) <= ? AS avant \
                   FROM (SELECT bas, haut, (bas + haut + 1) / 2 AS milieu FROM moitie WHERE bas < haut) h \
                   OFFSET 0) m) \
         SELECT e.version, e.solde_apres, e.reserve_apres, t.public_id AS id, t.enregistre_le \
         FROM ecriture e JOIN transaction t ON t.id_transaction = e.id_transaction \
         WHERE e.id_compte = (SELECT id_compte FROM le_compte) AND e.version = (SELECT bas FROM moitie WHERE bas = haut)",
    )
    .bind::<SqlUuid, _>(account)
    .bind::<Timestamptz, _>(at)
    .get_result(conn)
    .optional()
}

#[derive(QueryableByName)]
struct FlowRow {
    #[diesel(sql_type = SqlUuid)]
    compte: AccountId,
    #[diesel(sql_type = Text)]
    nature: TransactionKind,
    #[diesel(sql_type = BigInt)]
    entrees: Xof,
    #[diesel(sql_type = BigInt)]
    nombre_entrees: i64,
    #[diesel(sql_type = BigInt)]
    commissions: Xof,
    #[diesel(sql_type = BigInt)]
    sorties: Xof,
    #[diesel(sql_type = BigInt)]
    nombre_sorties: i64,
}

impl From<FlowRow> for Flow {
    fn from(row: FlowRow) -> Self {
        Self {
            account: row.compte,
            kind: row.nature,
            received: row.entrees,
            receipts: row.nombre_entrees,
            commission: row.commissions,
            given: row.sorties,
            gifts: row.nombre_sorties,
        }
    }
}

/// The number of the last entry of the account `c` at an instant, found by halving as in [`last_entry`].
macro_rules! last_version {
    () => {
        "(WITH RECURSIVE moitie (bas, haut) AS ( \
              SELECT 0::bigint, c.version \
              UNION ALL \
              SELECT CASE WHEN m.avant THEN m.milieu ELSE m.bas END, CASE WHEN m.avant THEN m.haut ELSE m.milieu - 1 END \
              FROM (SELECT h.bas, h.haut, h.milieu, \
                           (SELECT t.enregistre_le FROM transaction t WHERE t.id_transaction = ( \
                                SELECT e.id_transaction FROM ecriture e \
                                WHERE e.id_compte = c.id_compte AND e.version = h.milieu)) <= ? AS avant \
                    FROM (SELECT bas, haut, (bas + haut + 1) / 2 AS milieu FROM moitie WHERE bas < haut) h \
                    OFFSET 0) m) \
          SELECT bas FROM moitie WHERE bas = haut)"
    };
}

/// What moved on accounts after an instant and up to another, by kind.
pub(crate) fn flows(
    conn: &mut PgConnection,
    accounts: &[AccountId],
    (after, until): (DateTime<Utc>, DateTime<Utc>),
) -> QueryResult<Vec<Flow>> {
    let rows: Vec<FlowRow> = prepared(concat!(
        "SELECT q.compte, f.nature, coalesce(f.entrees, 0)::bigint AS entrees, f.nombre_entrees, \
                coalesce(f.commissions, 0)::bigint AS commissions, coalesce(f.sorties, 0)::bigint AS sorties, f.nombre_sorties \
         FROM unnest(?) AS q (compte) JOIN compte c ON c.public_id = q.compte \
         CROSS JOIN LATERAL ",
        last_version!(),
        " d CROSS JOIN LATERAL ",
        last_version!(),
        " u JOIN LATERAL ( \
             SELECT t.nature, sum(e.montant) FILTER (WHERE e.montant > 0) AS entrees, \
                    count(*) FILTER (WHERE e.montant > 0) AS nombre_entrees, \
                    sum(t.montant - e.montant) FILTER (WHERE e.rang = 1 AND t.nature IN ('paiement_qr', 'capture')) AS commissions, \
                    -sum(e.montant) FILTER (WHERE e.montant < 0) AS sorties, \
                    count(*) FILTER (WHERE e.montant < 0) AS nombre_sorties \
             FROM ecriture e \
             CROSS JOIN LATERAL (SELECT t.nature, t.montant FROM transaction t WHERE t.id_transaction = e.id_transaction LIMIT 1) t \
             WHERE e.id_compte = c.id_compte AND e.version > d.bas AND e.version <= u.bas AND e.montant <> 0 \
             GROUP BY 1) f ON true \
         ORDER BY q.compte, f.nature"
    ))
    .bind::<Array<SqlUuid>, _>(accounts)
    .bind::<Timestamptz, _>(after)
    .bind::<Timestamptz, _>(until)
    .load(conn)?;
    Ok(rows.into_iter().map(Flow::from).collect())
}

#[derive(QueryableByName)]
struct MonthRow {
    #[diesel(sql_type = Date)]
    mois: NaiveDate,
    #[diesel(sql_type = Nullable<Text>)]
    nature: Option<TransactionKind>,
    #[diesel(sql_type = BigInt)]
    entrees: Xof,
    #[diesel(sql_type = BigInt)]
    nombre_entrees: i64,
    #[diesel(sql_type = BigInt)]
    sorties: Xof,
    #[diesel(sql_type = BigInt)]
    nombre_sorties: i64,
}

impl From<MonthRow> for MonthFlow {
    fn from(row: MonthRow) -> Self {
        Self {
            month: row.mois,
            kind: row.nature,
            received: row.entrees,
            receipts: row.nombre_entrees,
            given: row.sorties,
            gifts: row.nombre_sorties,
        }
    }
}

/// What moved on the account in each of so many months from `first` on, of the entries after version `after`. Each transaction
/// is looked up by key: a plain join may read the whole table for an account that has a good part of it.
pub(crate) fn months(
    conn: &mut PgConnection,
    account: AccountId,
    after: i64,
    first: NaiveDate,
    count: i32,
) -> QueryResult<Vec<MonthFlow>> {
    let rows: Vec<MonthRow> = prepared(
        "SELECT m.mois, f.nature, coalesce(f.entrees, 0)::bigint AS entrees, coalesce(f.nombre_entrees, 0) AS nombre_entrees, \
                coalesce(f.sorties, 0)::bigint AS sorties, coalesce(f.nombre_sorties, 0) AS nombre_sorties \
         FROM (SELECT (?::date + make_interval(months => n))::date AS mois FROM generate_series(0, ? - 1) n) m \
         LEFT JOIN ( \
             SELECT date_trunc('month', t.enregistre_le AT TIME ZONE 'UTC')::date AS mois, t.nature, \
                    sum(e.montant) FILTER (WHERE e.montant > 0) AS entrees, \
                    count(*) FILTER (WHERE e.montant > 0) AS nombre_entrees, \
                    -sum(e.montant) FILTER (WHERE e.montant < 0) AS sorties, \
                    count(*) FILTER (WHERE e.montant < 0) AS nombre_sorties \
             FROM ecriture e \
             CROSS JOIN LATERAL (SELECT t.nature, t.enregistre_le FROM transaction t \
                                 WHERE t.id_transaction = e.id_transaction LIMIT 1) t \
             WHERE e.id_compte = (SELECT id_compte FROM compte WHERE public_id = ?) AND e.version > ? AND e.montant <> 0 \
             GROUP BY 1, 2) f ON f.mois = m.mois \
         ORDER BY m.mois, f.nature",
    )
    .bind::<Date, _>(first)
    .bind::<Integer, _>(count)
    .bind::<SqlUuid, _>(account)
    .bind::<BigInt, _>(after)
    .load(conn)?;
    Ok(rows.into_iter().map(MonthFlow::from).collect())
}
