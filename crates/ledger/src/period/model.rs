use crate::{Entry, TransactionKind};
use chrono::{DateTime, NaiveDate, Utc};
use hostolink_kernel::{AccountId, TransactionId, Xof};

/// What an account held at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BalanceAt {
    /// How much was in it.
    pub balance: Xof,
    /// How much of it was set aside.
    pub held: Xof,
    /// The last entry recorded until then: its transaction, and when; `None` before the first.
    pub since: Option<(TransactionId, DateTime<Utc>)>,
}

/// What happened to an account between two instants: `opening` and the entries give `closing`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// What it held just before.
    pub opening: Xof,
    /// What it held at the end.
    pub closing: Xof,
    /// What moved money, the oldest first.
    pub entries: Vec<Entry>,
}

/// What an account received and gave between two instants, by one kind of transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flow {
    /// The account.
    pub account: AccountId,
    /// By what.
    pub kind: TransactionKind,
    /// How much came in.
    pub received: Xof,
    /// In how many movements.
    pub receipts: i64,
    /// What that cost the account, off what givers paid.
    pub commission: Xof,
    /// How much went out, charges included.
    pub given: Xof,
    /// In how many movements.
    pub gifts: i64,
}

/// What an account received and gave in one month, by one kind of transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonthFlow {
    /// The month's first day.
    pub month: NaiveDate,
    /// By what; `None` in a month without movement.
    pub kind: Option<TransactionKind>,
    /// How much came in.
    pub received: Xof,
    /// In how many movements.
    pub receipts: i64,
    /// How much went out, charges included.
    pub given: Xof,
    /// In how many movements.
    pub gifts: i64,
}
