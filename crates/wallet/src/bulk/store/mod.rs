mod lines;

use super::model::{Bulk, BulkLine, BulkMode, BulkState, MAX_DRAFTS};
use crate::{Error, schema::paiement_groupe as groupe};
use chrono::{DateTime, Utc};
use diesel::{pg::Pg, prelude::*};
use hostolink_kernel::{BulkId, UserId, Xof};
use hostolink_ledger::{Fingerprint, IdempotencyKey};
pub(super) use lines::{Settled, list as lines, list_of_all as lines_of_all, settle as settle_lines};

fn corrupt(what: &'static str) -> diesel::result::Error {
    diesel::result::Error::DeserializationError(what.into())
}

fn number(count: i32) -> QueryResult<u32> {
    u32::try_from(count).map_err(|_| corrupt("paiement_groupe: a count below 0"))
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = groupe, check_for_backend(Pg))]
struct Row {
    id_groupe: i64,
    public_id: BulkId,
    id_user: UserId,
    mode: Option<String>,
    statut: String,
    lignes: i32,
    a_payer: i32,
    noms_differents: i32,
    repetees: i32,
    montant: Xof,
    frais: Xof,
    plus_grand: Xof,
    faites: i32,
    refusees: i32,
    arretees: i32,
    montant_fait: Xof,
    cree_le: DateTime<Utc>,
    expire_le: DateTime<Utc>,
    confirme_le: Option<DateTime<Utc>>,
    termine_le: Option<DateTime<Utc>>,
    arret_demande_le: Option<DateTime<Utc>>,
}

impl Row {
    /// The row's own constraints make each of these hold; a row that breaks one reads as corrupt.
    fn read(self) -> QueryResult<Bulk> {
        let mode =
            self.mode.map(|name| BulkMode::parse(&name).ok_or_else(|| corrupt("paiement_groupe.mode")));
        Ok(Bulk {
            key: self.id_groupe,
            id: self.public_id,
            owner: self.id_user,
            mode: mode.transpose()?,
            state: BulkState::parse(&self.statut).ok_or_else(|| corrupt("paiement_groupe.statut"))?,
            lines: number(self.lignes)?,
            payable: number(self.a_payer)?,
            names_differ: number(self.noms_differents)?,
            repeated: number(self.repetees)?,
            amount: self.montant,
            fee: self.frais,
            largest: self.plus_grand,
            done: number(self.faites)?,
            refused: number(self.refusees)?,
            stopped: number(self.arretees)?,
            paid: self.montant_fait,
            created_at: self.cree_le,
            expires_at: self.expire_le,
            confirmed_at: self.confirme_le,
            stop_asked_at: self.arret_demande_le,
            ended_at: self.termine_le,
        })
    }
}

fn one(row: QueryResult<Row>) -> Result<Option<Bulk>, Error> {
    Ok(row.optional()?.map(Row::read).transpose()?)
}

fn count(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// Whether somebody has as many drafts as one may have.
pub(super) fn has_many_drafts(
    conn: &mut PgConnection,
    owner: UserId,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let drafts: i64 = groupe::table
        .filter(groupe::id_user.eq(owner).and(groupe::statut.eq(BulkState::Draft.name())))
        .filter(groupe::expire_le.gt(now))
        .count()
        .get_result(conn)?;
    Ok(drafts >= MAX_DRAFTS)
}

/// Stores a draft and its lines. What is not known of it yet has its defaults.
pub(super) fn insert(conn: &mut PgConnection, bulk: &Bulk, lines: &[BulkLine]) -> QueryResult<i64> {
    let key: i64 = diesel::insert_into(groupe::table)
        .values((
            groupe::public_id.eq(bulk.id),
            groupe::id_user.eq(bulk.owner),
            groupe::statut.eq(bulk.state.name()),
            groupe::lignes.eq(count(bulk.lines)),
            groupe::a_payer.eq(count(bulk.payable)),
            groupe::noms_differents.eq(count(bulk.names_differ)),
            groupe::repetees.eq(count(bulk.repeated)),
            groupe::montant.eq(bulk.amount),
            groupe::frais.eq(bulk.fee),
            groupe::plus_grand.eq(bulk.largest),
            groupe::cree_le.eq(bulk.created_at),
            groupe::expire_le.eq(bulk.expires_at),
        ))
        .returning(groupe::id_groupe)
        .get_result(conn)?;
    lines::insert(conn, key, lines)?;
    Ok(key)
}

/// The one with this id, if it is this person's.
pub(super) fn of(conn: &mut PgConnection, owner: UserId, id: BulkId) -> Result<Option<Bulk>, Error> {
    one(groupe::table
        .filter(groupe::public_id.eq(id).and(groupe::id_user.eq(owner)))
        .select(Row::as_select())
        .first(conn))
}

/// Whosesoever it is, held until the transaction ends.
pub(super) fn lock_any(conn: &mut PgConnection, id: BulkId) -> Result<Option<Bulk>, Error> {
    let row = groupe::table.filter(groupe::public_id.eq(id)).select(Row::as_select());
    one(row.for_no_key_update().first(conn))
}

/// Says that one is stopped.
pub(super) fn stop(conn: &mut PgConnection, key: i64, now: DateTime<Utc>) -> QueryResult<usize> {
    diesel::update(groupe::table.find(key)).set(groupe::arret_demande_le.eq(now)).execute(conn)
}

/// The same, held until the transaction ends.
pub(super) fn lock_of(conn: &mut PgConnection, owner: UserId, id: BulkId) -> Result<Option<Bulk>, Error> {
    one(groupe::table
        .filter(groupe::public_id.eq(id).and(groupe::id_user.eq(owner)))
        .select(Row::as_select())
        .for_no_key_update()
        .first(conn))
}

/// Somebody's before `before`, the newest first.
pub(super) fn list(
    conn: &mut PgConnection,
    owner: UserId,
    before: Option<BulkId>,
    limit: i64,
) -> Result<Vec<Bulk>, Error> {
    let mut rows = groupe::table.filter(groupe::id_user.eq(owner)).select(Row::as_select()).into_boxed();
    if let Some(before) = before {
        rows = rows.filter(groupe::public_id.lt(before));
    }
    let rows: Vec<Row> = rows.order(groupe::public_id.desc()).limit(limit).load(conn)?;
    Ok(rows.into_iter().map(Row::read).collect::<QueryResult<_>>()?)
}

/// The key with which one was confirmed, and what it stood for.
pub(super) fn confirmation(conn: &mut PgConnection, key: i64) -> QueryResult<Option<(String, Vec<u8>)>> {
    let (text, fingerprint): (Option<String>, Option<Vec<u8>>) =
        groupe::table.find(key).select((groupe::cle, groupe::empreinte)).first(conn)?;
    Ok(text.zip(fingerprint))
}

pub(super) fn confirm(
    conn: &mut PgConnection,
    bulk: &Bulk,
    key: &IdempotencyKey,
    fingerprint: &Fingerprint,
) -> QueryResult<usize> {
    diesel::update(groupe::table.find(bulk.key))
        .set((
            groupe::cle.eq(key.text()),
            groupe::empreinte.eq(fingerprint.as_bytes().as_slice()),
            groupe::mode.eq(bulk.mode.map(BulkMode::name)),
            groupe::statut.eq(bulk.state.name()),
            groupe::confirme_le.eq(bulk.confirmed_at),
        ))
        .execute(conn)
}

/// Ends drafts that are not paid, and forgets their lines.
pub(super) fn drop_drafts(
    conn: &mut PgConnection,
    keys: &[i64],
    state: BulkState,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    lines::delete(conn, keys)?;
    diesel::update(groupe::table.filter(groupe::id_groupe.eq_any(keys)))
        .set((groupe::statut.eq(state.name()), groupe::termine_le.eq(now)))
        .execute(conn)
}

/// Drafts whose time is over, the longest first, held until the transaction ends.
pub(super) fn lock_expired(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Bulk>, Error> {
    let rows: Vec<Row> = groupe::table
        .filter(groupe::statut.eq(BulkState::Draft.name()).and(groupe::expire_le.le(now)))
        .select(Row::as_select())
        .order(groupe::expire_le)
        .limit(limit)
        .for_no_key_update()
        .skip_locked()
        .load(conn)?;
    Ok(rows.into_iter().map(Row::read).collect::<QueryResult<_>>()?)
}

/// Takes the file that was confirmed first of those that nobody is paying, until `until`.
pub(super) fn take(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Option<Bulk>, Error> {
    let key: Option<i64> = groupe::table
        .filter(groupe::statut.eq(BulkState::Running.name()))
        .filter(groupe::pris_jusqu_a.is_null().or(groupe::pris_jusqu_a.le(now)))
        .select(groupe::id_groupe)
        .order((groupe::confirme_le, groupe::id_groupe))
        .for_no_key_update()
        .skip_locked()
        .first(conn)
        .optional()?;
    let Some(key) = key else { return Ok(None) };
    hold(conn, key, until)?;
    one(groupe::table.find(key).select(Row::as_select()).first(conn))
}

/// Says until when a process is paying one, and hears whether it was stopped.
pub(super) fn hold(conn: &mut PgConnection, key: i64, until: DateTime<Utc>) -> QueryResult<bool> {
    let stopped: Option<DateTime<Utc>> = diesel::update(groupe::table.find(key))
        .set(groupe::pris_jusqu_a.eq(until))
        .returning(groupe::arret_demande_le)
        .get_result(conn)?;
    Ok(stopped.is_some())
}

/// The one behind a row, held until the transaction ends.
pub(super) fn lock(conn: &mut PgConnection, key: i64) -> Result<Bulk, Error> {
    let row: Row = groupe::table.find(key).select(Row::as_select()).for_no_key_update().first(conn)?;
    Ok(row.read()?)
}

/// Writes down how far one has come.
pub(super) fn progress(conn: &mut PgConnection, bulk: &Bulk) -> QueryResult<usize> {
    diesel::update(groupe::table.find(bulk.key))
        .set((
            groupe::faites.eq(count(bulk.done)),
            groupe::refusees.eq(count(bulk.refused)),
            groupe::arretees.eq(count(bulk.stopped)),
            groupe::montant_fait.eq(bulk.paid),
            groupe::statut.eq(bulk.state.name()),
            groupe::termine_le.eq(bulk.ended_at),
        ))
        .execute(conn)
}

/// Drops the drafts of somebody who leaves, and erases what their files said of others.
pub(crate) fn end_all_of(conn: &mut PgConnection, owner: UserId, now: DateTime<Utc>) -> QueryResult<()> {
    let theirs = groupe::table.filter(groupe::id_user.eq(owner));
    let drafts: Vec<i64> =
        theirs.filter(groupe::statut.eq(BulkState::Draft.name())).select(groupe::id_groupe).load(conn)?;
    drop_drafts(conn, &drafts, BulkState::Cancelled, now)?;
    let all: Vec<i64> = theirs.select(groupe::id_groupe).load(conn)?;
    lines::erase_words(conn, &all)?;
    Ok(())
}
