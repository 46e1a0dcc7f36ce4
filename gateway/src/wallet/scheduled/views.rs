//! What callers send and see of transfers to be made later.

use super::super::{
    bodies, receivers,
    views::{PersonView, names, text},
};
use crate::{
    context,
    error::{ApiError, ApiResult},
    state::State,
};
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use hostolink_auth::{Auth, Recipient};
use hostolink_kernel::{DomainError, Identifier, ScheduleId, TransactionId, UserId, Xof};
use hostolink_ledger::{Fingerprint, Note};
use hostolink_wallet::{
    Frequency, NewScheduledTransfer, Schedule, ScheduleState, ScheduledTransfer, TimeOutcome, Wish,
    fingerprint,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::ToSchema;

/// How often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum FrequencyView {
    /// One time.
    Once,
    /// Each day.
    Daily,
    /// Each seven days.
    Weekly,
    /// Each month on the first time's day, or on the month's last where it has no such day.
    Monthly,
}

impl From<FrequencyView> for Frequency {
    fn from(frequency: FrequencyView) -> Self {
        match frequency {
            FrequencyView::Once => Self::Once,
            FrequencyView::Daily => Self::Daily,
            FrequencyView::Weekly => Self::Weekly,
            FrequencyView::Monthly => Self::Monthly,
        }
    }
}

impl From<Frequency> for FrequencyView {
    fn from(frequency: Frequency) -> Self {
        match frequency {
            Frequency::Once => Self::Once,
            Frequency::Daily => Self::Daily,
            Frequency::Weekly => Self::Weekly,
            Frequency::Monthly => Self::Monthly,
        }
    }
}

/// Whether it goes on.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum ScheduleStateView {
    /// It does.
    Active,
    /// Paused by its owner: its times pass without a transfer.
    Paused,
    /// All its times are over.
    Ended,
    /// Cancelled by its owner.
    Cancelled,
}

impl From<ScheduleState> for ScheduleStateView {
    fn from(state: ScheduleState) -> Self {
        match state {
            ScheduleState::Active => Self::Active,
            ScheduleState::Paused => Self::Paused,
            ScheduleState::Ended => Self::Ended,
            ScheduleState::Cancelled => Self::Cancelled,
        }
    }
}

/// What came of the latest time.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "outcome", rename_all = "kebab-case", rename_all_fields = "camelCase")]
enum LastTimeView {
    /// The transfer was made.
    Done {
        /// When it was due.
        due_at: DateTime<Utc>,
        /// The transaction.
        #[schema(value_type = String, format = Uuid)]
        transaction_id: TransactionId,
    },
    /// It was refused, and is not tried again.
    Refused {
        /// When it was due.
        due_at: DateTime<Utc>,
        /// Why, for programs: as the same transfer would be refused by hand.
        #[schema(example = "wallet.insufficient_funds")]
        code: String,
    },
    /// It was more than a day late and was left out.
    Missed {
        /// When it was due.
        due_at: DateTime<Utc>,
    },
}

/// A transfer to be made later.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ScheduledView {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub(super) id: ScheduleId,
    /// Who receives; `null` where the person is gone.
    receiver: Option<PersonView>,
    /// How much each time, in whole francs CFA.
    #[schema(example = 25_000)]
    amount: i64,
    /// The payer's words.
    note: Option<String>,
    /// How often.
    frequency: FrequencyView,
    /// The first time.
    first_at: DateTime<Utc>,
    /// How many times in all; `null` goes on until it is cancelled.
    times: Option<u32>,
    /// How many of them are over.
    passed: u32,
    /// When the next is due; `null` where none is.
    next_at: Option<DateTime<Utc>>,
    /// Whether it goes on.
    state: ScheduleStateView,
    /// What came of the latest time.
    last: Option<LastTimeView>,
    /// When it was made.
    created_at: DateTime<Utc>,
}

impl ScheduledView {
    fn new(transfer: &ScheduledTransfer, names: &HashMap<UserId, Recipient>) -> Self {
        let last = transfer.last.as_ref().map(|last| match &last.outcome {
            TimeOutcome::Done(id) => LastTimeView::Done { due_at: last.due_at, transaction_id: *id },
            TimeOutcome::Refused(code) => LastTimeView::Refused { due_at: last.due_at, code: code.clone() },
            TimeOutcome::Missed => LastTimeView::Missed { due_at: last.due_at },
        });
        Self {
            id: transfer.id,
            receiver: names.get(&transfer.to).map(PersonView::from),
            amount: transfer.amount.francs(),
            note: text(transfer.note.as_ref()),
            frequency: transfer.schedule.frequency().into(),
            first_at: transfer.schedule.first(),
            times: transfer.schedule.times(),
            passed: transfer.passed,
            next_at: transfer.next_at,
            state: transfer.state.into(),
            last,
            created_at: transfer.created_at,
        }
    }

    /// With the names of their people, asked for at once.
    pub(super) fn all(
        conn: &mut PgConnection,
        auth: &Auth,
        transfers: &[ScheduledTransfer],
    ) -> ApiResult<Vec<Self>> {
        let names = names(conn, auth, transfers.iter().map(|transfer| transfer.to))?;
        Ok(transfers.iter().map(|transfer| Self::new(transfer, &names)).collect())
    }

    pub(super) fn one(conn: &mut PgConnection, auth: &Auth, transfer: &ScheduledTransfer) -> ApiResult<Self> {
        Ok(Self::new(transfer, &names(conn, auth, [transfer.to])?))
    }
}

/// A page of scheduled transfers.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ScheduledPage {
    /// The scheduled transfers, newest first.
    pub(super) items: Vec<ScheduledView>,
    /// Where the next page starts; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next_cursor: Option<String>,
}

/// What to pay, and when.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ScheduleBody {
    /// The receiver's phone number or e-mail address, in any usual spelling.
    #[schema(example = "07 08 09 10 11")]
    to: String,
    /// Whole francs CFA, each time.
    #[schema(minimum = 1, example = 25_000)]
    amount: i64,
    /// A few words for the receiver.
    #[schema(max_length = 140, example = "Loyer")]
    note: Option<String>,
    /// How often.
    frequency: FrequencyView,
    /// The first time: in the future, within a year. Monthly transfers keep its day.
    #[schema(example = "2027-01-05T08:00:00Z")]
    first_at: DateTime<Utc>,
    /// How many times, 1 to 520; until it is cancelled where it is left out.
    #[schema(minimum = 1, maximum = 520, example = 12)]
    times: Option<i64>,
}

/// What was asked, read but not looked up.
pub(super) struct AskedSchedule {
    to: Identifier,
    pub(super) amount: Xof,
    note: Option<Note>,
    schedule: Schedule,
    trace_id: String,
}

impl AskedSchedule {
    pub(super) fn read(body: &ScheduleBody, state: &State) -> ApiResult<Self> {
        let schedule = Schedule::parse(body.first_at, body.frequency.into(), body.times)
            .map_err(|error| ApiError::field("times", error.code()))?;
        Ok(Self {
            to: bodies::identifier("to", &body.to, &state.config.regions)?,
            amount: bodies::amount(body.amount)?,
            note: bodies::note("note", body.note.as_deref())?,
            schedule,
            trace_id: context::current().trace_id,
        })
    }

    pub(super) fn fingerprint(&self) -> Fingerprint {
        fingerprint::schedule(
            self.to.as_str(),
            self.amount,
            self.note.as_ref().map(Note::as_str),
            &self.schedule,
        )
    }

    /// Looks the receiver up: only somebody who has proven the identifier can receive.
    pub(super) fn resolve(
        self,
        conn: &mut PgConnection,
        state: &State,
        wish: Wish,
        not_before: Option<DateTime<Utc>>,
    ) -> ApiResult<NewScheduledTransfer> {
        let to = receivers::find(conn, state, wish.key.actor(), &self.to)?.user;
        let Self { amount, note, schedule, trace_id, .. } = self;
        let trace_id = Some(trace_id);
        Ok(NewScheduledTransfer { wish, to, amount, note, schedule, not_before, trace_id })
    }
}
