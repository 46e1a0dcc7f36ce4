use super::model::{
    Category, City, DeclineReason, Merchant, MerchantFace, MerchantSettings, MerchantState, Registration,
    TradeName,
};
use crate::schema::commercant;
use chrono::{DateTime, Utc};
use diesel::{pg::Pg, prelude::*};
use hostolink_kernel::{MerchantId, UserId, Xof};
use std::collections::HashMap;

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = commercant, check_for_backend(Pg))]
pub(crate) struct Row {
    pub(crate) id_commercant: i64,
    pub(crate) public_id: MerchantId,
    pub(crate) id_user: UserId,
    pub(crate) enseigne: String,
    pub(crate) mcc: String,
    pub(crate) ville: String,
    immatriculation: Option<String>,
    etat: String,
    motif: Option<String>,
    pub(crate) plafond_remboursement: Option<Xof>,
    cree_le: DateTime<Utc>,
    soumis_le: Option<DateTime<Utc>>,
    decide_le: Option<DateTime<Utc>>,
    pub(crate) id_agent: Option<UserId>,
}

fn corrupt(what: &'static str) -> diesel::result::Error {
    diesel::result::Error::DeserializationError(what.into())
}

impl Row {
    pub(crate) fn state(&self) -> QueryResult<MerchantState> {
        let known = MerchantState::ALL.into_iter().find(|state| state.name() == self.etat);
        known.ok_or_else(|| corrupt("commercant.etat"))
    }

    pub(super) fn read(self) -> QueryResult<Merchant> {
        let reason = self.motif.as_deref().map(|name| {
            let known = DeclineReason::ALL.into_iter().find(|reason| reason.name() == name);
            known.ok_or_else(|| corrupt("commercant.motif"))
        });
        Ok(Merchant {
            id: self.public_id,
            owner: self.id_user,
            state: self.state()?,
            reason: reason.transpose()?,
            face: MerchantFace {
                name: TradeName::stored(self.enseigne),
                category: Category::stored(self.mcc),
                city: City::stored(self.ville),
                registration: self.immatriculation.map(Registration::stored),
            },
            settings: MerchantSettings { refunds_a_day: self.plafond_remboursement },
            created_at: self.cree_le,
            submitted_at: self.soumis_le,
            decided_at: self.decide_le,
            agent: self.id_agent,
        })
    }
}

/// The person's merchant, if they ever described one.
pub(crate) fn of(conn: &mut PgConnection, owner: UserId) -> QueryResult<Option<Row>> {
    commercant::table.filter(commercant::id_user.eq(owner)).select(Row::as_select()).first(conn).optional()
}

/// The same, held until the transaction ends.
pub(super) fn lock_of(conn: &mut PgConnection, owner: UserId) -> QueryResult<Option<Row>> {
    let row = commercant::table.filter(commercant::id_user.eq(owner)).select(Row::as_select());
    row.for_no_key_update().first(conn).optional()
}

/// The same by its key: tills of one merchant are counted under this lock.
pub(crate) fn lock_open(conn: &mut PgConnection, id: i64) -> QueryResult<Row> {
    commercant::table.find(id).select(Row::as_select()).for_no_key_update().first(conn)
}

pub(super) fn find(conn: &mut PgConnection, id: MerchantId) -> QueryResult<Option<Row>> {
    commercant::table.filter(commercant::public_id.eq(id)).select(Row::as_select()).first(conn).optional()
}

pub(super) fn lock(conn: &mut PgConnection, id: MerchantId) -> QueryResult<Option<Row>> {
    let row = commercant::table.filter(commercant::public_id.eq(id)).select(Row::as_select());
    row.for_no_key_update().first(conn).optional()
}

/// Merchants in a state, or all, after `after`: the oldest first.
pub(super) fn list(
    conn: &mut PgConnection,
    state: Option<MerchantState>,
    after: Option<MerchantId>,
    limit: i64,
) -> QueryResult<Vec<Row>> {
    let mut rows = commercant::table.select(Row::as_select()).into_boxed();
    if let Some(state) = state {
        rows = rows.filter(commercant::etat.eq(state.name()));
    }
    if let Some(after) = after {
        rows = rows.filter(commercant::public_id.gt(after));
    }
    rows.order(commercant::public_id).limit(limit).load(conn)
}

/// The trade names of those of these people who have one.
pub(super) fn names(conn: &mut PgConnection, owners: &[UserId]) -> QueryResult<HashMap<UserId, String>> {
    let rows: Vec<(UserId, String)> = commercant::table
        .filter(commercant::id_user.eq_any(owners))
        .select((commercant::id_user, commercant::enseigne))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

type Face<'a> = (
    diesel::dsl::Eq<commercant::enseigne, &'a str>,
    diesel::dsl::Eq<commercant::mcc, &'a str>,
    diesel::dsl::Eq<commercant::ville, &'a str>,
    diesel::dsl::Eq<commercant::immatriculation, Option<&'a str>>,
);

fn face(face: &MerchantFace) -> Face<'_> {
    (
        commercant::enseigne.eq(face.name.as_str()),
        commercant::mcc.eq(face.category.as_str()),
        commercant::ville.eq(face.city.as_str()),
        commercant::immatriculation.eq(face.registration.as_ref().map(Registration::as_str)),
    )
}

/// Stores a draft. `false` where the person described one at the same moment.
pub(super) fn insert(
    conn: &mut PgConnection,
    (id, owner): (MerchantId, UserId),
    described: &MerchantFace,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let rows = diesel::insert_into(commercant::table)
        .values((
            commercant::public_id.eq(id),
            commercant::id_user.eq(owner),
            commercant::cree_le.eq(now),
            face(described),
        ))
        .on_conflict(commercant::id_user)
        .do_nothing()
        .execute(conn)?;
    Ok(rows == 1)
}

pub(super) fn describe(conn: &mut PgConnection, id: i64, described: &MerchantFace) -> QueryResult<usize> {
    diesel::update(commercant::table.find(id)).set(face(described)).execute(conn)
}

pub(super) fn submit(conn: &mut PgConnection, id: i64, now: DateTime<Utc>) -> QueryResult<usize> {
    diesel::update(commercant::table.find(id))
        .set((
            commercant::etat.eq(MerchantState::Submitted.name()),
            commercant::motif.eq(None::<String>),
            commercant::soumis_le.eq(now),
        ))
        .execute(conn)
}

pub(super) fn decide(
    conn: &mut PgConnection,
    id: i64,
    (state, reason): (MerchantState, Option<DeclineReason>),
    by: Option<UserId>,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::update(commercant::table.find(id))
        .set((
            commercant::etat.eq(state.name()),
            commercant::motif.eq(reason.map(DeclineReason::name)),
            commercant::decide_par.eq(by),
            commercant::decide_le.eq(now),
        ))
        .execute(conn)
}

pub(super) fn set_agent(conn: &mut PgConnection, id: i64, agent: Option<UserId>) -> QueryResult<usize> {
    diesel::update(commercant::table.find(id)).set(commercant::id_agent.eq(agent)).execute(conn)
}

pub(super) fn configure(conn: &mut PgConnection, id: i64, settings: MerchantSettings) -> QueryResult<usize> {
    diesel::update(commercant::table.find(id))
        .set(commercant::plafond_remboursement.eq(settings.refunds_a_day))
        .execute(conn)
}

/// Forgets somebody's trade, its tills and their codes. The accounts stay in the books.
pub(crate) fn erase(conn: &mut PgConnection, owner: UserId) -> QueryResult<usize> {
    diesel::delete(commercant::table.filter(commercant::id_user.eq(owner))).execute(conn)
}
