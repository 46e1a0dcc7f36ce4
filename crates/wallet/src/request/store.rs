use super::model::{PaymentRequest, REFUSAL_COUNTS, RequestFilter, RequestSide, RequestState};
use crate::{Error, schema::demande_paiement as demande};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::{
    dsl::count_star,
    prelude::*,
    sql_query,
    sql_types::{Integer, Text},
};
use hostolink_kernel::{RequestId, UserId, Xof};
use hostolink_ledger::Note;

#[derive(Queryable, Selectable)]
#[diesel(table_name = demande, check_for_backend(diesel::pg::Pg))]
struct Row {
    public_id: RequestId,
    id_demandeur: UserId,
    id_payeur: UserId,
    montant: Xof,
    note: Option<String>,
    statut: String,
    cree_le: DateTime<Utc>,
    expire_le: DateTime<Utc>,
}

impl Row {
    /// The row's own constraints make each of these hold; a row that breaks one reads as corrupt.
    fn read(self) -> QueryResult<PaymentRequest> {
        let corrupt = |what: &'static str| diesel::result::Error::DeserializationError(what.into());
        let state = RequestState::ALL.into_iter().find(|state| state.name() == self.statut);
        let note = self.note.as_deref().map_or(Ok(None), Note::parse);
        Ok(PaymentRequest {
            id: self.public_id,
            requester: self.id_demandeur,
            payer: self.id_payeur,
            amount: self.montant,
            note: note.map_err(|_| corrupt("demande_paiement.note"))?,
            state: state.ok_or_else(|| corrupt("demande_paiement.statut"))?,
            created_at: self.cree_le,
            expires_at: self.expire_le,
            transaction: None,
        })
    }
}

/// Makes one person's new requests wait for one another until the end of the transaction: they are counted.
pub(super) fn queue_up(conn: &mut PgConnection, requester: UserId) -> QueryResult<usize> {
    sql_query("SELECT pg_advisory_xact_lock(hashtext($1), $2)")
        .bind::<Text, _>("demande_paiement")
        .bind::<Integer, _>(requester)
        .execute(conn)
}

/// How many requests somebody has open, how many of them to one person, how many they made in a day, and how often that person
/// refused lately.
pub(super) struct Counts {
    pub(super) open: i64,
    pub(super) open_to_one: i64,
    pub(super) today: i64,
    pub(super) refused: i64,
}

pub(super) fn counts(
    conn: &mut PgConnection,
    requester: UserId,
    payer: UserId,
    now: DateTime<Utc>,
) -> QueryResult<Counts> {
    let of = || demande::table.filter(demande::id_demandeur.eq(requester)).select(count_star());
    let open = demande::statut.eq(RequestState::Open.name()).and(demande::expire_le.gt(now));
    let to_one = demande::id_payeur.eq(payer);
    let refused =
        demande::statut.eq(RequestState::Refused.name()).and(demande::terminee_le.gt(now - REFUSAL_COUNTS));
    Ok(Counts {
        open: of().filter(open).get_result(conn)?,
        open_to_one: of().filter(open).filter(to_one).get_result(conn)?,
        today: of().filter(demande::cree_le.gt(now - TimeDelta::days(1))).get_result(conn)?,
        refused: of().filter(refused).filter(to_one).get_result(conn)?,
    })
}

pub(super) fn insert(conn: &mut PgConnection, request: &PaymentRequest) -> QueryResult<usize> {
    diesel::insert_into(demande::table)
        .values((
            demande::public_id.eq(request.id),
            demande::id_demandeur.eq(request.requester),
            demande::id_payeur.eq(request.payer),
            demande::montant.eq(request.amount),
            demande::note.eq(request.note.as_ref().map(Note::as_str)),
            demande::statut.eq(request.state.name()),
            demande::cree_le.eq(request.created_at),
            demande::expire_le.eq(request.expires_at),
        ))
        .execute(conn)
}

fn one(row: QueryResult<Row>) -> Result<Option<PaymentRequest>, Error> {
    Ok(row.optional()?.map(Row::read).transpose()?)
}

pub(super) fn find(conn: &mut PgConnection, id: RequestId) -> Result<Option<PaymentRequest>, Error> {
    one(demande::table.filter(demande::public_id.eq(id)).select(Row::as_select()).first(conn))
}

/// The same, held until the end of the transaction.
pub(super) fn lock(conn: &mut PgConnection, id: RequestId) -> Result<Option<PaymentRequest>, Error> {
    let row = demande::table.filter(demande::public_id.eq(id)).select(Row::as_select());
    one(row.for_no_key_update().first(conn))
}

/// Somebody's requests before `before`, the newest first.
pub(super) fn list(
    conn: &mut PgConnection,
    user: UserId,
    filter: RequestFilter,
    before: Option<RequestId>,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<PaymentRequest>, Error> {
    let mut rows = demande::table.select(Row::as_select()).into_boxed();
    rows = match filter.side {
        Some(RequestSide::Sent) => rows.filter(demande::id_demandeur.eq(user)),
        Some(RequestSide::Received) => rows.filter(demande::id_payeur.eq(user)),
        None => rows.filter(demande::id_demandeur.eq(user).or(demande::id_payeur.eq(user))),
    };
    let open = RequestState::Open.name();
    rows = match filter.state {
        Some(RequestState::Open) => rows.filter(demande::statut.eq(open).and(demande::expire_le.gt(now))),
        Some(state @ RequestState::Expired) => rows.filter(
            demande::statut.eq(state.name()).or(demande::statut.eq(open).and(demande::expire_le.le(now))),
        ),
        Some(state) => rows.filter(demande::statut.eq(state.name())),
        None => rows,
    };
    if let Some(before) = before {
        rows = rows.filter(demande::public_id.lt(before));
    }
    let rows: Vec<Row> = rows.order(demande::public_id.desc()).limit(limit).load(conn)?;
    Ok(rows.into_iter().map(Row::read).collect::<QueryResult<_>>()?)
}

/// Ends requests that are open, and says how many were.
pub(super) fn end(
    conn: &mut PgConnection,
    ids: &[RequestId],
    state: RequestState,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let open = demande::public_id.eq_any(ids).and(demande::statut.eq(RequestState::Open.name()));
    diesel::update(demande::table.filter(open))
        .set((demande::statut.eq(state.name()), demande::terminee_le.eq(now)))
        .execute(conn)
}

/// Open requests whose time is over, the longest first.
pub(super) fn due(conn: &mut PgConnection, now: DateTime<Utc>, limit: i64) -> QueryResult<Vec<RequestId>> {
    demande::table
        .filter(demande::statut.eq(RequestState::Open.name()).and(demande::expire_le.le(now)))
        .select(demande::public_id)
        .order(demande::expire_le)
        .limit(limit)
        .load(conn)
}

/// Erases what somebody wrote.
pub(crate) fn erase_notes(conn: &mut PgConnection, author: UserId) -> QueryResult<usize> {
    diesel::update(
        demande::table.filter(demande::id_demandeur.eq(author)).filter(demande::note.is_not_null()),
    )
    .set(demande::note.eq(None::<String>))
    .execute(conn)
}
