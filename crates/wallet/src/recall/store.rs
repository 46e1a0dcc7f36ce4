use super::model::{Motive, Recall, RecallFilter, RecallSide, RecallState};
use crate::{Error, codes, schema::rappel_paiement as rappel};
use chrono::{DateTime, Utc};
use diesel::{
    dsl::count_star,
    prelude::*,
    result::{DatabaseErrorKind, Error as Query},
    sql_query,
    sql_types::{Integer, Text},
};
use hostolink_kernel::{RecallId, TransactionId, UserId, Xof};
use hostolink_ledger::Note;

#[derive(Queryable, Selectable)]
#[diesel(table_name = rappel, check_for_backend(diesel::pg::Pg))]
struct Row {
    public_id: RecallId,
    transaction_rappelee: TransactionId,
    id_payeur: UserId,
    id_beneficiaire: UserId,
    motif: String,
    montant: Xof,
    note: Option<String>,
    statut: String,
    cree_le: DateTime<Utc>,
    expire_le: DateTime<Utc>,
}

impl Row {
    /// The row's own constraints make each of these hold; a row that breaks one reads as corrupt.
    fn read(self) -> QueryResult<Recall> {
        let corrupt = |what: &'static str| Query::DeserializationError(what.into());
        let state = RecallState::ALL.into_iter().find(|state| state.name() == self.statut);
        let motive = Motive::ALL.into_iter().find(|motive| motive.code() == self.motif);
        let note = self.note.as_deref().map_or(Ok(None), Note::parse);
        Ok(Recall {
            id: self.public_id,
            of: self.transaction_rappelee,
            payer: self.id_payeur,
            receiver: self.id_beneficiaire,
            motive: motive.ok_or_else(|| corrupt("rappel_paiement.motif"))?,
            amount: self.montant,
            note: note.map_err(|_| corrupt("rappel_paiement.note"))?,
            state: state.ok_or_else(|| corrupt("rappel_paiement.statut"))?,
            created_at: self.cree_le,
            expires_at: self.expire_le,
            refund: None,
        })
    }
}

/// Makes one person's new recalls wait for one another until the end of the transaction, and counts those that are open.
pub(super) fn open_of(conn: &mut PgConnection, payer: UserId, now: DateTime<Utc>) -> QueryResult<i64> {
    sql_query("SELECT pg_advisory_xact_lock(hashtext($1), $2)")
        .bind::<Text, _>("rappel_paiement")
        .bind::<Integer, _>(payer)
        .execute(conn)?;
    let open = rappel::statut.eq(RecallState::Open.name()).and(rappel::expire_le.gt(now));
    rappel::table.filter(rappel::id_payeur.eq(payer).and(open)).select(count_star()).get_result(conn)
}

pub(super) fn insert(conn: &mut PgConnection, recall: &Recall) -> Result<(), Error> {
    let done = diesel::insert_into(rappel::table)
        .values((
            rappel::public_id.eq(recall.id),
            rappel::transaction_rappelee.eq(recall.of),
            rappel::id_payeur.eq(recall.payer),
            rappel::id_beneficiaire.eq(recall.receiver),
            rappel::motif.eq(recall.motive.code()),
            rappel::montant.eq(recall.amount),
            rappel::note.eq(recall.note.as_ref().map(Note::as_str)),
            rappel::statut.eq(recall.state.name()),
            rappel::cree_le.eq(recall.created_at),
            rappel::expire_le.eq(recall.expires_at),
        ))
        .execute(conn);
    match done {
        Err(Query::DatabaseError(DatabaseErrorKind::UniqueViolation, info))
            if info.constraint_name() == Some("rappel_paiement_transaction_rappelee_key") =>
        {
            Err(Error::Rule(&codes::RECALL_EXISTS))
        }
        done => Ok(done.map(|_| ())?),
    }
}

fn one(row: QueryResult<Row>) -> Result<Option<Recall>, Error> {
    Ok(row.optional()?.map(Row::read).transpose()?)
}

pub(super) fn find(conn: &mut PgConnection, id: RecallId) -> Result<Option<Recall>, Error> {
    one(rappel::table.filter(rappel::public_id.eq(id)).select(Row::as_select()).first(conn))
}

/// The same, held until the end of the transaction.
pub(super) fn lock(conn: &mut PgConnection, id: RecallId) -> Result<Option<Recall>, Error> {
    let row = rappel::table.filter(rappel::public_id.eq(id)).select(Row::as_select());
    one(row.for_no_key_update().first(conn))
}

/// Recalls before `before`, the newest first.
pub(super) fn list(
    conn: &mut PgConnection,
    filter: RecallFilter,
    before: Option<RecallId>,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Recall>, Error> {
    let mut rows = rappel::table.select(Row::as_select()).into_boxed();
    if let Some(user) = filter.user {
        rows = match filter.side {
            Some(RecallSide::Sent) => rows.filter(rappel::id_payeur.eq(user)),
            Some(RecallSide::Received) => rows.filter(rappel::id_beneficiaire.eq(user)),
            None => rows.filter(rappel::id_payeur.eq(user).or(rappel::id_beneficiaire.eq(user))),
        };
    }
    let open = RecallState::Open.name();
    rows = match filter.state {
        Some(RecallState::Open) => rows.filter(rappel::statut.eq(open).and(rappel::expire_le.gt(now))),
        Some(state @ RecallState::Expired) => rows.filter(
            rappel::statut.eq(state.name()).or(rappel::statut.eq(open).and(rappel::expire_le.le(now))),
        ),
        Some(state) => rows.filter(rappel::statut.eq(state.name())),
        None => rows,
    };
    if let Some(before) = before {
        rows = rows.filter(rappel::public_id.lt(before));
    }
    let rows: Vec<Row> = rows.order(rappel::public_id.desc()).limit(limit).load(conn)?;
    Ok(rows.into_iter().map(Row::read).collect::<QueryResult<_>>()?)
}

/// Ends recalls that are open, and says how many were.
pub(super) fn end(
    conn: &mut PgConnection,
    ids: &[RecallId],
    state: RecallState,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let open = rappel::public_id.eq_any(ids).and(rappel::statut.eq(RecallState::Open.name()));
    diesel::update(rappel::table.filter(open))
        .set((rappel::statut.eq(state.name()), rappel::termine_le.eq(now)))
        .execute(conn)
}

/// Open recalls whose time is over, the longest first.
pub(super) fn due(conn: &mut PgConnection, now: DateTime<Utc>, limit: i64) -> QueryResult<Vec<RecallId>> {
    rappel::table
        .filter(rappel::statut.eq(RecallState::Open.name()).and(rappel::expire_le.le(now)))
        .select(rappel::public_id)
        .order(rappel::expire_le)
        .limit(limit)
        .load(conn)
}

/// Erases what somebody wrote.
pub(crate) fn erase_notes(conn: &mut PgConnection, author: UserId) -> QueryResult<usize> {
    diesel::update(rappel::table.filter(rappel::id_payeur.eq(author)).filter(rappel::note.is_not_null()))
        .set(rappel::note.eq(None::<String>))
        .execute(conn)
}
