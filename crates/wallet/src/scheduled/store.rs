use super::model::{Frequency, LastTime, Schedule, ScheduleState, ScheduledTransfer, TimeOutcome};
use crate::{Error, schema::virement_programme as programme};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use hostolink_kernel::{ScheduleId, TransactionId, UserId, Xof};
use hostolink_ledger::{Fingerprint, IdempotencyKey, Note};

#[derive(Queryable, Selectable)]
#[diesel(table_name = programme, check_for_backend(diesel::pg::Pg))]
struct Row {
    public_id: ScheduleId,
    id_user: UserId,
    id_destinataire: UserId,
    montant: Xof,
    note: Option<String>,
    frequence: String,
    premiere_le: DateTime<Utc>,
    fois: Option<i32>,
    passees: i32,
    prochaine_le: Option<DateTime<Utc>>,
    statut: String,
    derniere_issue: Option<String>,
    dernier_motif: Option<String>,
    derniere_transaction: Option<TransactionId>,
    cree_le: DateTime<Utc>,
}

impl Row {
    /// The row's own constraints make each of these hold; a row that breaks one reads as corrupt.
    fn into_transfer(self) -> QueryResult<ScheduledTransfer> {
        let corrupt = |what: &'static str| diesel::result::Error::DeserializationError(what.into());
        let note = self.note.as_deref().map_or(Ok(None), Note::parse);
        let passed = u32::try_from(self.passees).map_err(|_| corrupt("virement_programme.passees"))?;
        let schedule = Schedule {
            first: self.premiere_le,
            frequency: Frequency::parse(&self.frequence)
                .ok_or_else(|| corrupt("virement_programme.frequence"))?,
            times: self
                .fois
                .map(u32::try_from)
                .transpose()
                .map_err(|_| corrupt("virement_programme.fois"))?,
        };
        let outcome = match (self.derniere_issue.as_deref(), self.dernier_motif, self.derniere_transaction) {
            (None, ..) => None,
            (Some("faite"), _, Some(transaction)) => Some(TimeOutcome::Done(transaction)),
            (Some("refusee"), Some(code), _) => Some(TimeOutcome::Refused(code)),
            (Some("manquee"), ..) => Some(TimeOutcome::Missed),
            _ => return Err(corrupt("virement_programme.derniere_issue")),
        };
        let due_at = passed.checked_sub(1).and_then(|number| schedule.time(number));
        Ok(ScheduledTransfer {
            id: self.public_id,
            owner: self.id_user,
            to: self.id_destinataire,
            amount: self.montant,
            note: note.map_err(|_| corrupt("virement_programme.note"))?,
            schedule,
            passed,
            next_at: self.prochaine_le,
            state: ScheduleState::parse(&self.statut).ok_or_else(|| corrupt("virement_programme.statut"))?,
            last: outcome.zip(due_at).map(|(outcome, due_at)| LastTime { due_at, outcome }),
            created_at: self.cree_le,
        })
    }
}

fn all(rows: Vec<Row>) -> Result<Vec<ScheduledTransfer>, Error> {
    Ok(rows.into_iter().map(Row::into_transfer).collect::<QueryResult<_>>()?)
}

fn count(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// Stores one; `false` where the key was used before.
pub(super) fn insert(
    conn: &mut PgConnection,
    transfer: &ScheduledTransfer,
    key: &IdempotencyKey,
    fingerprint: &Fingerprint,
) -> QueryResult<bool> {
    let rows = diesel::insert_into(programme::table)
        .values((
            programme::public_id.eq(transfer.id),
            programme::id_user.eq(transfer.owner),
            programme::cle.eq(key.text()),
            programme::empreinte.eq(fingerprint.as_bytes().as_slice()),
            programme::id_destinataire.eq(transfer.to),
            programme::montant.eq(transfer.amount),
            programme::note.eq(transfer.note.as_ref().map(Note::as_str)),
            programme::frequence.eq(transfer.schedule.frequency.name()),
            programme::premiere_le.eq(transfer.schedule.first),
            programme::fois.eq(transfer.schedule.times.map(count)),
            programme::prochaine_le.eq(transfer.next_at),
            programme::statut.eq(transfer.state.name()),
            programme::cree_le.eq(transfer.created_at),
        ))
        .on_conflict((programme::id_user, programme::cle))
        .do_nothing()
        .execute(conn)?;
    Ok(rows == 1)
}

/// What was made with a key, and the fingerprint of what was asked.
pub(super) fn by_key(
    conn: &mut PgConnection,
    key: &IdempotencyKey,
) -> Result<Option<(ScheduledTransfer, Vec<u8>)>, Error> {
    let found: Option<(Row, Vec<u8>)> = programme::table
        .filter(programme::id_user.eq(key.actor()).and(programme::cle.eq(key.text())))
        .select((Row::as_select(), programme::empreinte))
        .first(conn)
        .optional()?;
    let read = |(row, fingerprint): (Row, Vec<u8>)| Ok::<_, Error>((row.into_transfer()?, fingerprint));
    found.map(read).transpose()
}

/// How many of somebody's go on.
pub(super) fn count_open(conn: &mut PgConnection, owner: UserId) -> QueryResult<i64> {
    programme::table
        .filter(programme::id_user.eq(owner).and(programme::prochaine_le.is_not_null()))
        .count()
        .get_result(conn)
}

/// The one with this id, if it is this person's.
pub(super) fn by_id(
    conn: &mut PgConnection,
    owner: UserId,
    id: ScheduleId,
) -> Result<Option<ScheduledTransfer>, Error> {
    let row: Option<Row> = programme::table
        .filter(programme::public_id.eq(id).and(programme::id_user.eq(owner)))
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    Ok(row.map(Row::into_transfer).transpose()?)
}

/// Somebody's, the newest first.
pub(super) fn list(
    conn: &mut PgConnection,
    owner: UserId,
    before: Option<ScheduleId>,
    limit: i64,
) -> Result<Vec<ScheduledTransfer>, Error> {
    let mut rows =
        programme::table.filter(programme::id_user.eq(owner)).select(Row::as_select()).into_boxed();
    if let Some(before) = before {
        rows = rows.filter(programme::public_id.lt(before));
    }
    all(rows.order(programme::public_id.desc()).limit(limit).load(conn)?)
}

/// Brings one from a state to another, unless a time of it is on its way. `false` where nothing changed.
pub(super) fn change_state(
    conn: &mut PgConnection,
    transfer: &ScheduledTransfer,
    to: ScheduleState,
    next_at: Option<DateTime<Utc>>,
    passed: u32,
) -> QueryResult<bool> {
    let rows = diesel::update(
        programme::table
            .filter(programme::public_id.eq(transfer.id))
            .filter(programme::statut.eq(transfer.state.name()))
            .filter(programme::passees.eq(count(transfer.passed)))
            .filter(programme::engagee.is_distinct_from(programme::passees.nullable())),
    )
    .set((
        programme::statut.eq(to.name()),
        programme::prochaine_le.eq(next_at),
        programme::passees.eq(count(passed)),
    ))
    .execute(conn)?;
    Ok(rows == 1)
}

/// Takes the times that are due at `now`, the latest first to be due first, so that their owners can no longer stop them. What another
/// process is looking at is left to it.
pub(super) fn engage(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<ScheduledTransfer>, Error> {
    let due: Vec<i64> = programme::table
        .filter(programme::statut.eq(ScheduleState::Active.name()).and(programme::prochaine_le.le(now)))
        .select(programme::id_virement)
        .order((programme::prochaine_le, programme::id_virement))
        .limit(limit)
        .for_no_key_update()
        .skip_locked()
        .load(conn)?;
    let rows = diesel::update(programme::table.filter(programme::id_virement.eq_any(due)))
        .set(programme::engagee.eq(programme::passees.nullable()))
        .returning(Row::as_returning())
        .get_results(conn)?;
    all(rows)
}

/// Writes down what came of the next time, once, and when the one after it is due.
pub(super) fn settle(
    conn: &mut PgConnection,
    transfer: &ScheduledTransfer,
    outcome: &TimeOutcome,
) -> QueryResult<bool> {
    let next_at = transfer.schedule.time(transfer.passed + 1);
    let (code, transaction) = match outcome {
        TimeOutcome::Done(transaction) => (None, Some(*transaction)),
        TimeOutcome::Refused(code) => (Some(code.as_str()), None),
        TimeOutcome::Missed => (None, None),
    };
    let state = if next_at.is_some() { ScheduleState::Active } else { ScheduleState::Ended };
    let rows = diesel::update(
        programme::table
            .filter(programme::public_id.eq(transfer.id))
            .filter(programme::passees.eq(count(transfer.passed)))
            .filter(programme::statut.eq(ScheduleState::Active.name())),
    )
    .set((
        programme::passees.eq(count(transfer.passed + 1)),
        programme::prochaine_le.eq(next_at),
        programme::statut.eq(state.name()),
        programme::derniere_issue.eq(outcome.name()),
        programme::dernier_motif.eq(code),
        programme::derniere_transaction.eq(transaction),
    ))
    .execute(conn)?;
    Ok(rows == 1)
}

/// The one with this id, whoever's it is.
pub(super) fn any_by_id(conn: &mut PgConnection, id: ScheduleId) -> Result<ScheduledTransfer, Error> {
    let row: Row =
        programme::table.filter(programme::public_id.eq(id)).select(Row::as_select()).first(conn)?;
    Ok(row.into_transfer()?)
}

/// Cancels what somebody who leaves had, and erases their words.
pub(crate) fn end_all_of(conn: &mut PgConnection, owner: UserId) -> QueryResult<()> {
    let theirs = programme::table.filter(programme::id_user.eq(owner));
    diesel::update(theirs).set(programme::note.eq(None::<String>)).execute(conn)?;
    diesel::update(theirs.filter(programme::prochaine_le.is_not_null()))
        .set((
            programme::statut.eq(ScheduleState::Cancelled.name()),
            programme::prochaine_le.eq(None::<DateTime<Utc>>),
        ))
        .execute(conn)?;
    Ok(())
}
