use super::AskedLine;
use crate::{OwnLimit, Span, Wish};
use chrono::{DateTime, TimeDelta, Utc};
use hostolink_audit::Actor;
use hostolink_kernel::{BulkId, TransactionId, UserId, Xof};
use hostolink_ledger::Note;

/// How long a file may be confirmed.
pub(super) const LIFETIME: TimeDelta = TimeDelta::days(1);
/// The most files that wait for one person's word.
pub(super) const MAX_DRAFTS: i64 = 5;

/// Whether its payments stand or fall together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BulkMode {
    /// All of them or none, in one transaction of the ledger.
    Atomic,
    /// Each for itself: what is refused keeps nothing else from being paid.
    Each,
}

impl BulkMode {
    /// The most payments that stand or fall together: the ledger holds their accounts until all are done.
    pub const MOST_TOGETHER: u32 = 500;

    const ALL: [Self; 2] = [Self::Atomic, Self::Each];

    /// Its name in the column `mode`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Atomic => "ensemble",
            Self::Each => "chacun",
        }
    }

    pub(super) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.name() == name)
    }
}

/// What has become of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BulkState {
    /// It was checked and waits for its owner's word.
    Draft,
    /// It is being paid.
    Running,
    /// Every line has an outcome.
    Ended,
    /// It was stopped: some lines were not paid, and never will be.
    Stopped,
    /// Its owner dropped it.
    Cancelled,
    /// Nobody confirmed it in time.
    Expired,
}

impl BulkState {
    const ALL: [Self; 6] =
        [Self::Draft, Self::Running, Self::Ended, Self::Stopped, Self::Cancelled, Self::Expired];

    /// Its name in the column `statut`.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Draft => "brouillon",
            Self::Running => "en_cours",
            Self::Ended => "termine",
            Self::Stopped => "arrete",
            Self::Cancelled => "annule",
            Self::Expired => "expire",
        }
    }

    pub(super) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// How the name in a file goes with the name that the receiver has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameVerdict {
    /// The same words.
    Same,
    /// Some of them, an initial, or a letter that differs.
    Close,
    /// Another name.
    Different,
    /// There is nothing to compare, or another name of the same receiver was compared.
    Unknown,
}

impl NameVerdict {
    const ALL: [Self; 4] = [Self::Same, Self::Close, Self::Different, Self::Unknown];

    /// Its name in the column `correspondance`.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Same => "identique",
            Self::Close => "proche",
            Self::Different => "differente",
            Self::Unknown => "inconnue",
        }
    }

    pub(super) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.name() == name)
    }
}

/// A line and who receives, if anybody does: the caller looked them up.
#[derive(Debug, Clone)]
pub struct CheckedLine {
    /// As it was read.
    pub asked: AskedLine,
    /// Who has proven the identifier, and how their name goes with the one in the file.
    pub receiver: Option<(UserId, NameVerdict)>,
}

/// Keep a file that was read.
#[derive(Debug, Clone)]
pub struct NewBulk {
    /// Who pays.
    pub owner: UserId,
    /// Its lines, in their order.
    pub lines: Vec<CheckedLine>,
    /// Who asks, for the audit log.
    pub actor: Actor,
}

/// Say yes to a file.
#[derive(Debug, Clone)]
pub struct ConfirmBulk {
    /// The payer's wish.
    pub wish: Wish,
    /// Which file.
    pub id: BulkId,
    /// Whether its payments stand or fall together.
    pub mode: BulkMode,
    /// Lines with something wrong are left out; otherwise they stand in the way.
    pub skip_invalid: bool,
    /// Who has another name is paid all the same; otherwise they stand in the way.
    pub accept_names: bool,
    /// Who asks, for the audit log.
    pub actor: Actor,
}

/// A file of payments as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bulk {
    /// The row.
    pub(super) key: i64,
    /// Its id.
    pub id: BulkId,
    /// Who pays.
    pub owner: UserId,
    /// Whether its payments stand or fall together; known once it is confirmed.
    pub mode: Option<BulkMode>,
    /// What has become of it.
    pub state: BulkState,
    /// How many lines it has.
    pub lines: u32,
    /// How many of them can be paid.
    pub payable: u32,
    /// How many of those name somebody who has another name.
    pub names_differ: u32,
    /// How many of those name a receiver of an earlier line again.
    pub repeated: u32,
    /// What the receivers of those get, all together.
    pub amount: Xof,
    /// What that costs on top, by the scale of when it was checked.
    pub fee: Xof,
    /// The largest of the amounts.
    pub largest: Xof,
    /// How many were paid.
    pub done: u32,
    /// How many were refused.
    pub refused: u32,
    /// How many were not paid because it was stopped.
    pub stopped: u32,
    /// What the receivers got, all together.
    pub paid: Xof,
    /// When it was checked.
    pub created_at: DateTime<Utc>,
    /// Until when it may be confirmed.
    pub expires_at: DateTime<Utc>,
    /// When it was confirmed.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// When it was stopped: what is being paid at that moment still is, nothing more.
    pub stop_asked_at: Option<DateTime<Utc>>,
    /// When it was over, in whatever way.
    pub ended_at: Option<DateTime<Utc>>,
}

impl Bulk {
    /// How many lines have something wrong.
    #[must_use]
    pub const fn invalid(&self) -> u32 {
        self.lines - self.payable
    }

    /// How many wait for their outcome, once it is confirmed.
    #[must_use]
    pub const fn pending(&self) -> u32 {
        self.payable - self.done - self.refused - self.stopped
    }

    /// As it is at `now`: whose time is over has expired, whether that was written down or not.
    pub(super) fn seen(self, now: DateTime<Utc>) -> Self {
        if self.state == BulkState::Draft && self.expires_at <= now {
            Self { state: BulkState::Expired, ended_at: Some(self.expires_at), ..self }
        } else {
            self
        }
    }
}

/// Whether a file could be paid now. It promises nothing: the ledger decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkCheck {
    /// What the payer may spend.
    pub available: Xof,
    /// Whether that is enough for all of it, fees included.
    pub balance_suffices: bool,
    /// The payer's limits that it would count towards, and what is left of them before it.
    pub limits: Vec<OwnLimit>,
    /// Whether they leave room for all of it.
    pub limits_suffice: bool,
}

/// Whether a limit leaves room for all payments of a file.
pub(super) fn leaves_room(limit: &OwnLimit, bulk: &Bulk) -> bool {
    match limit.span {
        Span::Operation => limit.amount.is_none_or(|most| bulk.largest <= most),
        _ => {
            limit.left().is_none_or(|left| bulk.amount <= left)
                && limit.left_count().is_none_or(|left| bulk.payable <= left)
        }
    }
}

/// What has become of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LineState {
    /// It can't be paid, and this code says why.
    Invalid(String),
    /// It can be paid.
    Ready,
    /// It was paid.
    Done(TransactionId),
    /// It was refused, and this code says why.
    Refused(String),
    /// It was not paid because the file was stopped.
    Stopped,
}

/// A line of a file.
#[derive(Clone, PartialEq, Eq)]
pub struct BulkLine {
    /// Its number, from 1 on.
    pub number: u32,
    /// Where it begins in the file.
    pub line: u32,
    /// The receiver as the file names them.
    pub recipient: String,
    /// Who that is.
    pub receiver: Option<UserId>,
    /// The name in the file.
    pub name: Option<String>,
    /// How it goes with the receiver's.
    pub verdict: Option<NameVerdict>,
    /// How much.
    pub amount: Option<Xof>,
    /// What it costs on top.
    pub fee: Option<Xof>,
    /// A few words for the receiver.
    pub note: Option<Note>,
    /// The number of the first line with the same receiver.
    pub repeats: Option<u32>,
    /// What has become of it.
    pub state: LineState,
}

impl std::fmt::Debug for BulkLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BulkLine")
            .field("number", &self.number)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

/// Which lines to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineFilter {
    /// Those with something wrong.
    Invalid,
    /// Those that name somebody who has another name.
    NameDiffers,
    /// Those that can be paid and have no outcome.
    Ready,
    /// Those that were paid.
    Done,
    /// Those that were refused.
    Refused,
    /// Those that were not paid because the file was stopped.
    Stopped,
}
