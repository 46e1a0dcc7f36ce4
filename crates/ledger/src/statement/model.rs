use crate::{Note, Party, stored::stored_by_name};
use chrono::{DateTime, Utc};
use diesel::{deserialize::FromSqlRow, expression::AsExpression};
use hostolink_kernel::{TransactionId, Xof};

/// What a transaction is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = diesel::sql_types::Text)]
pub enum TransactionKind {
    /// A person paid another (`virement`).
    Transfer,
    /// An agent gave money against cash (`depot_agent`).
    CashIn,
    /// An agent's float was filled (`approvisionnement`).
    Funding,
    /// A transfer was given back, whole or in part (`remboursement`).
    Refund,
}

impl TransactionKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Transfer, Self::CashIn, Self::Funding, Self::Refund];

    /// Its name in the column `nature`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Transfer => "virement",
            Self::CashIn => "depot_agent",
            Self::Funding => "approvisionnement",
            Self::Refund => "remboursement",
        }
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
    pub(crate) version: i64,
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
    /// The giver's words.
    pub note: Option<Note>,
    /// The transfer that a refund gives back.
    pub refund_of: Option<TransactionId>,
    /// How much of it the receiver may still give back.
    pub refundable: Xof,
    /// When it happened in the world.
    pub event_at: DateTime<Utc>,
    /// When the ledger recorded it.
    pub recorded_at: DateTime<Utc>,
}

stored_by_name!(TransactionKind);
