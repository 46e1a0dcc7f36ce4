use chrono::{DateTime, TimeDelta, Utc};
use hostolink_kernel::{RecallId, TransactionId, UserId, Xof};
use hostolink_ledger::{Note, Once};

/// The kind of what giving back a recalled payment does once.
pub(crate) const ONCE: &str = "rappel";
/// How long after a payment it may be asked back.
pub(super) const WINDOW: TimeDelta = TimeDelta::days(7);
/// How long the receiver has to answer.
pub(super) const LIFETIME: TimeDelta = TimeDelta::days(7);
/// The most that somebody may have asked back and not answered.
pub(super) const OPEN: i64 = 10;

/// Why a payment is asked back (ISO 20022, as PI-SPI uses it).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Motive {
    /// It went to the wrong person (`AC03`).
    WrongRecipient,
    /// The amount is wrong (`AM09`).
    WrongAmount,
    /// What was paid for did not come (`SVNR`).
    NotRendered,
    /// It was paid twice (`DUPL`).
    Duplicate,
    /// The payer was deceived (`FRAD`).
    Fraud,
}

impl Motive {
    /// Every motive.
    pub const ALL: [Self; 5] =
        [Self::WrongRecipient, Self::WrongAmount, Self::NotRendered, Self::Duplicate, Self::Fraud];

    /// Its code, also in the column `motif`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::WrongRecipient => "AC03",
            Self::WrongAmount => "AM09",
            Self::NotRendered => "SVNR",
            Self::Duplicate => "DUPL",
            Self::Fraud => "FRAD",
        }
    }
}

/// What has become of a recall.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecallState {
    /// The receiver has not answered.
    Open,
    /// The money came back.
    Accepted,
    /// The receiver does not give it back.
    Refused,
    /// The payer took the question back.
    Withdrawn,
    /// Support closed it.
    Closed,
    /// Nobody answered in time.
    Expired,
}

impl RecallState {
    /// Every state.
    pub const ALL: [Self; 6] =
        [Self::Open, Self::Accepted, Self::Refused, Self::Withdrawn, Self::Closed, Self::Expired];

    /// Its name in the column `statut`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Open => "ouvert",
            Self::Accepted => "accepte",
            Self::Refused => "refuse",
            Self::Withdrawn => "retire",
            Self::Closed => "clos",
            Self::Expired => "expire",
        }
    }
}

/// On which side of a recall somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecallSide {
    /// They paid, and ask it back.
    Sent,
    /// They were paid, and are asked.
    Received,
}

/// Which recalls to list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RecallFilter {
    /// Of one person; of everybody's where it is left out, for support.
    pub user: Option<UserId>,
    /// Of one side of that person's.
    pub side: Option<RecallSide>,
    /// In one state.
    pub state: Option<RecallState>,
}

/// Ask a payment back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRecall {
    /// Who paid.
    pub payer: UserId,
    /// The payment.
    pub of: TransactionId,
    /// Why.
    pub motive: Motive,
    /// How much; all that is left of it where it is left out.
    pub amount: Option<Xof>,
    /// A few words for the receiver.
    pub note: Option<Note>,
    /// The request's trace id, for the audit log.
    pub trace_id: Option<String>,
}

/// A payment that is asked back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recall {
    /// Its public id.
    pub id: RecallId,
    /// The payment.
    pub of: TransactionId,
    /// Who paid, and asks.
    pub payer: UserId,
    /// Who was paid, and is asked.
    pub receiver: UserId,
    /// Why.
    pub motive: Motive,
    /// How much is asked back.
    pub amount: Xof,
    /// The payer's words.
    pub note: Option<Note>,
    /// What has become of it.
    pub state: RecallState,
    /// When it was asked.
    pub created_at: DateTime<Utc>,
    /// Until when it may be accepted.
    pub expires_at: DateTime<Utc>,
    /// The transaction that gave it back.
    pub refund: Option<TransactionId>,
}

impl Recall {
    /// What giving it back does once and for all.
    pub(super) fn once(&self) -> Once {
        Once { kind: ONCE, id: self.id.uuid() }
    }

    /// Somebody's side of it; `None` for a stranger.
    #[must_use]
    pub fn side(&self, user: UserId) -> Option<RecallSide> {
        if user == self.receiver {
            Some(RecallSide::Received)
        } else {
            (user == self.payer).then_some(RecallSide::Sent)
        }
    }

    /// What its row says, and the ledger, which knows better whether the money came back.
    pub(super) fn seen(mut self, done: Option<Option<TransactionId>>, now: DateTime<Utc>) -> Self {
        self.refund = done.flatten();
        if self.refund.is_some() {
            self.state = RecallState::Accepted;
        } else if self.state == RecallState::Open && self.expires_at <= now {
            self.state = RecallState::Expired;
        }
        self
    }
}
