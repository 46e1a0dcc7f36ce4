use crate::{Note, Party, stored::stored_by_name};
use chrono::{DateTime, Utc};
use diesel::{deserialize::FromSqlRow, expression::AsExpression};
use hostolink_kernel::{AccountId, TransactionId, UserId, Xof};

/// What a transaction is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = diesel::sql_types::Text)]
pub enum TransactionKind {
    /// A person paid another (`virement`).
    Transfer,
    /// The same by a code (`paiement_qr`).
    QrPayment,
    /// A person put money by, or took it back (`epargne`).
    Saving,
    /// A merchant moved what they earned between accounts of their own (`interne`).
    OwnMove,
    /// An agent gave money against cash (`depot_agent`).
    CashIn,
    /// An agent handed cash out (`retrait_agent`).
    CashOut,
    /// An agent's float was filled (`approvisionnement`).
    Funding,
    /// A payment was given back, whole or in part (`remboursement`).
    Refund,
    /// A movement was undone, charges included (`annulation`).
    Reversal,
    /// Money was set aside; none moved (`retenue`).
    Hold,
    /// Money that was set aside was taken, whole or in part (`capture`).
    Capture,
    /// Money that was set aside was let go; none moved (`liberation`).
    Release,
    /// The same because nobody captured it in time (`expiration`).
    Expiry,
    /// The books were corrected (`ajustement`).
    Adjustment,
}

impl TransactionKind {
    /// Every kind.
    pub const ALL: [Self; 14] = [
        Self::Transfer,
        Self::QrPayment,
        Self::Saving,
        Self::OwnMove,
        Self::CashIn,
        Self::CashOut,
        Self::Funding,
        Self::Refund,
        Self::Reversal,
        Self::Hold,
        Self::Capture,
        Self::Release,
        Self::Expiry,
        Self::Adjustment,
    ];

    /// Its name in the column `nature`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Transfer => "virement",
            Self::QrPayment => "paiement_qr",
            Self::Saving => "epargne",
            Self::OwnMove => "interne",
            Self::CashIn => "depot_agent",
            Self::CashOut => "retrait_agent",
            Self::Funding => "approvisionnement",
            Self::Refund => "remboursement",
            Self::Reversal => "annulation",
            Self::Hold => "retenue",
            Self::Capture => "capture",
            Self::Release => "liberation",
            Self::Expiry => "expiration",
            Self::Adjustment => "ajustement",
        }
    }

    /// Whether who received it may give it back.
    #[must_use]
    pub const fn refundable(self) -> bool {
        matches!(self, Self::Transfer | Self::QrPayment | Self::Capture)
    }

    /// Whether who receives may pay a part of it.
    pub(crate) const fn bears_commission(self) -> bool {
        matches!(self, Self::QrPayment | Self::Capture)
    }

    /// Whether anybody may be shown that it happened: money moved, and between people.
    #[must_use]
    pub const fn has_receipt(self) -> bool {
        !matches!(
            self,
            Self::Saving | Self::OwnMove | Self::Funding | Self::Hold | Self::Release | Self::Expiry
        )
    }

    /// Whether support may undo it: money that people or agents moved, and nothing that undoes.
    #[must_use]
    pub const fn reversible(self) -> bool {
        self.refundable() || matches!(self, Self::CashIn | Self::CashOut)
    }
}

/// Whether money came or went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// It came in.
    In,
    /// It went out.
    Out,
}

/// A movement as who looks for patterns sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recent {
    /// On which account.
    pub account: AccountId,
    /// The transaction.
    pub transaction: TransactionId,
    /// What that is.
    pub kind: TransactionKind,
    /// Whether money came or went.
    pub direction: Direction,
    /// How much, fees included where it went.
    pub amount: Xof,
    /// The person on the other side.
    pub other: Option<UserId>,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
}

/// One line of an account's statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The transaction it belongs to.
    pub transaction: TransactionId,
    /// What that is.
    pub kind: TransactionKind,
    /// Whether money came or went.
    pub direction: Direction,
    /// How much of it.
    pub amount: Xof,
    /// What it cost this account, who received, of what the giver paid: `amount` and this are that together.
    pub commission: Xof,
    /// What the account held right after it.
    pub balance_after: Xof,
    /// Who is on the other side.
    pub other: Party,
    /// The giver's words.
    pub note: Option<Note>,
    /// The transfer that a refund gives back.
    pub refund_of: Option<TransactionId>,
    /// How much of it this account may still give back: zero unless it received a transfer.
    pub refundable: Xof,
    /// When it happened in the world.
    pub event_at: DateTime<Utc>,
    /// When the ledger recorded it.
    pub recorded_at: DateTime<Utc>,
    /// Its number in the account's history, from 1, without gaps.
    pub version: i64,
}

/// A transaction, seen from outside of its accounts. Only its two sides may see it: the caller checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transaction {
    /// Its public id.
    pub id: TransactionId,
    /// What it is.
    pub kind: TransactionKind,
    /// Who gave.
    pub from: Party,
    /// Who received.
    pub to: Party,
    /// How much.
    pub amount: Xof,
    /// What it cost who received of that.
    pub commission: Xof,
    /// The giver's words.
    pub note: Option<Note>,
    /// The transfer that a refund gives back.
    pub refund_of: Option<TransactionId>,
    /// How much of it the receiver may still give back.
    pub refundable: Xof,
    /// How much of it came back.
    pub refunded: Xof,
    /// Whether support has undone it.
    pub reversed: bool,
    /// When it happened in the world.
    pub event_at: DateTime<Utc>,
    /// When the ledger recorded it.
    pub recorded_at: DateTime<Utc>,
}

/// How a hold ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HoldEnd {
    /// The hold's transaction.
    pub hold: TransactionId,
    /// The transaction that ended it.
    pub by: TransactionId,
    /// A capture, a release or an expiry.
    pub kind: TransactionKind,
    /// What was taken, or let go.
    pub amount: Xof,
}

stored_by_name!(TransactionKind);
