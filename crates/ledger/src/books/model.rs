use crate::{AccountKind, Digest};
use chrono::{DateTime, NaiveDate, Utc};

/// What all accounts of a kind hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KindTotal {
    /// The kind.
    pub kind: AccountKind,
    /// How many accounts.
    pub accounts: i64,
    /// The sum of their balances, in signed francs: below zero for what was issued.
    pub balance: i64,
    /// How much of it is set aside, in francs.
    pub held: i64,
}

/// All accounts as they were at one moment: of one snapshot, with the link of the chain that it stands at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Books {
    /// When.
    pub at: DateTime<Utc>,
    /// The chain's last link.
    pub link: i64,
    /// The last transaction's number.
    pub last: i64,
    /// The last link's hash.
    pub head: Digest,
    /// By kind of account.
    pub totals: Vec<KindTotal>,
}

impl Books {
    /// The sum of these kinds' balances, in signed francs.
    #[must_use]
    pub fn sum(&self, kinds: &[AccountKind]) -> i64 {
        let of_kinds = self.totals.iter().filter(|total| kinds.contains(&total.kind));
        of_kinds.map(|total| total.balance).sum()
    }

    /// Whether everything sums to nothing, as it must.
    #[must_use]
    pub fn balanced(&self) -> bool {
        self.sum(&AccountKind::ALL) == 0
    }
}

/// The books as they were kept for a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DailyProof {
    /// The day.
    pub day: NaiveDate,
    /// The books at its first moment that a process saw.
    pub books: Books,
}
