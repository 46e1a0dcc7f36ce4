use super::known;
use crate::{
    Claim, ClaimState, Error,
    schema::{etablissement_sante as etablissement, gestion_etablissement as gestion},
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use hostolink_kernel::{EstablishmentId, UserId};
use uuid::Uuid;

type Row = (
    Uuid,
    EstablishmentId,
    String,
    String,
    String,
    Option<String>,
    DateTime<Utc>,
    Option<DateTime<Utc>>,
    UserId,
);

fn read(row: Row) -> Result<Claim, Error> {
    let (id, establishment, name, statement, state, reason, created_at, decided_at, person) = row;
    let state = known(&state, ClaimState::parse)?;
    Ok(Claim { id, establishment, name, statement, state, reason, created_at, decided_at, person })
}

/// The claims with their establishments' names.
macro_rules! claims {
    () => {
        gestion::table.inner_join(etablissement::table).select((
            gestion::public_id,
            etablissement::public_id,
            etablissement::nom,
            gestion::preuve,
            gestion::etat,
            gestion::motif,
            gestion::cree_le,
            gestion::decide_le,
            gestion::id_user,
        ))
    };
}

/// Those that count against the most that one person may have.
const LIVING: [&str; 2] = [ClaimState::Pending.code(), ClaimState::Approved.code()];

/// Whether somebody may edit an establishment's entry.
pub(crate) fn manages(conn: &mut PgConnection, row: i32, person: UserId) -> QueryResult<bool> {
    let approved = gestion::table
        .filter(gestion::id_etablissement.eq(row))
        .filter(gestion::id_user.eq(person))
        .filter(gestion::etat.eq(ClaimState::Approved.code()));
    diesel::select(diesel::dsl::exists(approved)).get_result(conn)
}

pub(crate) fn living_of(conn: &mut PgConnection, person: UserId) -> QueryResult<i64> {
    gestion::table
        .filter(gestion::id_user.eq(person).and(gestion::etat.eq_any(LIVING)))
        .count()
        .get_result(conn)
}

/// Notes a claim; `false` where the person has one of the establishment that is open or approved.
pub(crate) fn insert(
    conn: &mut PgConnection,
    (id, row, person): (Uuid, i32, UserId),
    statement: &str,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let rows = diesel::insert_into(gestion::table)
        .values((
            gestion::public_id.eq(id),
            gestion::id_etablissement.eq(row),
            gestion::id_user.eq(person),
            gestion::preuve.eq(statement),
            gestion::etat.eq(ClaimState::Pending.code()),
            gestion::cree_le.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    Ok(rows == 1)
}

pub(crate) fn one(conn: &mut PgConnection, id: Uuid) -> Result<Option<Claim>, Error> {
    let row: Option<Row> = claims!().filter(gestion::public_id.eq(id)).first(conn).optional()?;
    row.map(read).transpose()
}

/// The same, held until the end of the transaction.
pub(crate) fn lock(conn: &mut PgConnection, id: Uuid) -> Result<Option<Claim>, Error> {
    let held: Option<Uuid> = gestion::table
        .filter(gestion::public_id.eq(id))
        .select(gestion::public_id)
        .for_update()
        .first(conn)
        .optional()?;
    if held.is_some() { one(conn, id) } else { Ok(None) }
}

pub(crate) fn of(
    conn: &mut PgConnection,
    person: UserId,
    after: Option<Uuid>,
    count: i64,
) -> Result<Vec<Claim>, Error> {
    let rows: Vec<Row> = claims!()
        .filter(gestion::id_user.eq(person))
        .filter(gestion::public_id.lt(after.unwrap_or(Uuid::max())))
        .order(gestion::public_id.desc())
        .limit(count)
        .load(conn)?;
    rows.into_iter().map(read).collect()
}

pub(crate) fn in_state(
    conn: &mut PgConnection,
    state: ClaimState,
    after: Option<Uuid>,
    count: i64,
) -> Result<Vec<Claim>, Error> {
    let rows: Vec<Row> = claims!()
        .filter(gestion::etat.eq(state.code()))
        .filter(gestion::public_id.gt(after.unwrap_or_default()))
        .order(gestion::public_id)
        .limit(count)
        .load(conn)?;
    rows.into_iter().map(read).collect()
}

pub(crate) fn decide(
    conn: &mut PgConnection,
    id: Uuid,
    (state, reason): (ClaimState, Option<&str>),
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::update(gestion::table.filter(gestion::public_id.eq(id)))
        .set((gestion::etat.eq(state.code()), gestion::motif.eq(reason), gestion::decide_le.eq(now)))
        .execute(conn)
}
