//! What callers send and see of files of payments.

use super::super::limits::OwnLimitView;
use crate::{config::Config, error::ApiResult, state::State};
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use hostolink_kernel::BulkId;
use hostolink_wallet::{Bulk, BulkCheck, BulkMode, BulkState};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A file in a form.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only describes the form")]
pub(super) struct CsvForm {
    /// A CSV of at most 10,000 lines.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Whether payments stand or fall together.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum BulkModeView {
    /// All of them or none: at most 500.
    Atomic,
    /// Each for itself.
    Each,
}

impl From<BulkMode> for BulkModeView {
    fn from(mode: BulkMode) -> Self {
        match mode {
            BulkMode::Atomic => Self::Atomic,
            BulkMode::Each => Self::Each,
        }
    }
}

/// How a file is to be paid.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ConfirmBody {
    /// Whether its payments stand or fall together.
    mode: BulkModeView,
    /// Lines with something wrong are left out. Where it is not `true`, one such line stands in the way: `wallet.bulk_lines_invalid`.
    #[serde(default)]
    skip_invalid: bool,
    /// Who has another name than the file says is paid all the same. Where it is not `true`, one such line stands in the way:
    /// `wallet.bulk_names_differ`.
    #[serde(default)]
    accept_names: bool,
}

/// The same, read.
pub(super) struct AskedConfirmation {
    pub(super) mode: BulkMode,
    pub(super) skip_invalid: bool,
    pub(super) accept_names: bool,
}

impl ConfirmBody {
    pub(super) fn read(&self) -> AskedConfirmation {
        let mode = match self.mode {
            BulkModeView::Atomic => BulkMode::Atomic,
            BulkModeView::Each => BulkMode::Each,
        };
        AskedConfirmation { mode, skip_invalid: self.skip_invalid, accept_names: self.accept_names }
    }
}

/// What has become of a file.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum BulkStateView {
    /// It was checked and waits for its owner's word.
    Draft,
    /// It is being paid.
    Running,
    /// It was stopped: what is being paid now still is, the rest never will be.
    Stopping,
    /// Every line has an outcome.
    Ended,
    /// It was stopped: some lines were not paid, and never will be.
    Stopped,
    /// Its owner dropped it.
    Cancelled,
    /// Nobody confirmed it in time.
    Expired,
}

impl From<&Bulk> for BulkStateView {
    fn from(bulk: &Bulk) -> Self {
        match bulk.state {
            BulkState::Draft => Self::Draft,
            BulkState::Running if bulk.stop_asked_at.is_some() => Self::Stopping,
            BulkState::Running => Self::Running,
            BulkState::Ended => Self::Ended,
            BulkState::Stopped => Self::Stopped,
            BulkState::Cancelled => Self::Cancelled,
            BulkState::Expired => Self::Expired,
        }
    }
}

/// How many lines of a file are what.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct BulkCountsView {
    /// All of them.
    total: u32,
    /// Those that can be paid.
    payable: u32,
    /// Those with something wrong.
    invalid: u32,
    /// Of those that can be paid, those whose receiver has another name than the file says.
    names_differ: u32,
    /// Of those that can be paid, those whose receiver an earlier line names too.
    repeated: u32,
    /// Those that were paid.
    done: u32,
    /// Those that were refused.
    refused: u32,
    /// Those that were not paid because the file was stopped.
    stopped: u32,
}

/// Whether a file could be paid now. It promises nothing.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct BulkCheckView {
    /// What the payer may spend, in whole francs CFA.
    available: i64,
    /// Whether that is enough for all of it, fees included.
    balance_suffices: bool,
    /// Whether the payer's limits leave room for all of it.
    limits_suffice: bool,
    /// Those limits, and what is left of them.
    limits: Vec<OwnLimitView>,
}

impl From<BulkCheck> for BulkCheckView {
    fn from(check: BulkCheck) -> Self {
        Self {
            available: check.available.francs(),
            balance_suffices: check.balance_suffices,
            limits_suffice: check.limits_suffice,
            limits: check.limits.into_iter().map(OwnLimitView::from).collect(),
        }
    }
}

/// A file of payments.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct BulkView {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub(super) id: BulkId,
    /// What has become of it.
    state: BulkStateView,
    /// Whether its payments stand or fall together; `null` until it is confirmed.
    mode: Option<BulkModeView>,
    /// How many lines are what.
    lines: BulkCountsView,
    /// What the receivers would get or get, all together, in whole francs CFA.
    #[schema(example = 1_250_000)]
    amount: i64,
    /// What that costs on top.
    #[schema(example = 0)]
    fee: i64,
    /// What leaves the payer's account.
    #[schema(example = 1_250_000)]
    total: i64,
    /// What the receivers have got.
    #[schema(example = 0)]
    paid: i64,
    /// It is a larger sum: it is confirmed once the device's PIN was shown (`POST /api/pin/verify`).
    pin_required: bool,
    /// Whether it may be paid all together.
    atomic_possible: bool,
    /// Whether it could be paid now; only of a draft that is looked at alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    check: Option<BulkCheckView>,
    /// When it was checked.
    created_at: DateTime<Utc>,
    /// Until when it may be confirmed.
    expires_at: DateTime<Utc>,
    /// When it was confirmed.
    confirmed_at: Option<DateTime<Utc>>,
    /// When it was stopped.
    stopped_at: Option<DateTime<Utc>>,
    /// When it was over, in whatever way.
    ended_at: Option<DateTime<Utc>>,
}

impl BulkView {
    pub(super) fn new(bulk: &Bulk, config: &Config) -> Self {
        Self {
            id: bulk.id,
            state: bulk.into(),
            mode: bulk.mode.map(Into::into),
            lines: BulkCountsView {
                total: bulk.lines,
                payable: bulk.payable,
                invalid: bulk.invalid(),
                names_differ: bulk.names_differ,
                repeated: bulk.repeated,
                done: bulk.done,
                refused: bulk.refused,
                stopped: bulk.stopped,
            },
            amount: bulk.amount.francs(),
            fee: bulk.fee.francs(),
            total: bulk.amount.francs() + bulk.fee.francs(),
            paid: bulk.paid.francs(),
            pin_required: bulk.amount.francs() > config.pin_required_above,
            atomic_possible: (1..=BulkMode::MOST_TOGETHER).contains(&bulk.payable),
            check: None,
            created_at: bulk.created_at,
            expires_at: bulk.expires_at,
            confirmed_at: bulk.confirmed_at,
            stopped_at: bulk.stop_asked_at,
            ended_at: bulk.ended_at,
        }
    }

    /// With whether a draft could be paid now.
    pub(super) fn checked(conn: &mut PgConnection, state: &State, bulk: &Bulk) -> ApiResult<Self> {
        let check = match bulk.state {
            BulkState::Draft => Some(state.wallets.check_bulk(conn, bulk)?.into()),
            _ => None,
        };
        Ok(Self { check, ..Self::new(bulk, &state.config) })
    }
}

/// A page of files.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct BulkPage {
    /// The files, newest first.
    pub(super) items: Vec<BulkView>,
    /// Where the next page starts; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next_cursor: Option<String>,
}
