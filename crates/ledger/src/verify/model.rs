/// A promise of the ledger that its rows prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Invariant {
    /// The entries of each transaction sum to 0, and what leaves its giver is its amount.
    EntriesSumToZero,
    /// Transactions are numbered from 1 without gaps.
    NumbersWithoutGaps,
    /// Each entry follows the one before on its account: version and running balance.
    RunningBalances,
    /// Each account holds the sum of its entries, has set aside what they say, and its version is their count.
    BalanceIsSumOfEntries,
    /// What is set aside is the sum of the holds that have not ended.
    OpenHolds,
    /// Customers' accounts hold at least what is set aside, system accounts stay on their declared side of zero.
    Signs,
    /// All the accounts together hold nothing.
    TotalIsZero,
    /// Each key has exactly one outcome.
    OneOutcomePerKey,
    /// What may happen once points to the transaction that did it.
    OnceIsDone,
    /// What was given back of a transfer is at most the transfer, and goes back to who gave it.
    Refunds,
    /// Each link of the chain follows from the one before and from the transactions it covers, to the recorded tail.
    Chain,
}

impl Invariant {
    /// Every invariant.
    pub const ALL: [Self; 11] = [
        Self::EntriesSumToZero,
        Self::NumbersWithoutGaps,
        Self::RunningBalances,
        Self::BalanceIsSumOfEntries,
        Self::OpenHolds,
        Self::Signs,
        Self::TotalIsZero,
        Self::OneOutcomePerKey,
        Self::OnceIsDone,
        Self::Refunds,
        Self::Chain,
    ];

    /// A short name for reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::EntriesSumToZero => "entries of a transaction sum to 0",
            Self::NumbersWithoutGaps => "transactions are numbered without gaps",
            Self::RunningBalances => "running balances follow one another",
            Self::BalanceIsSumOfEntries => "balance = sum of entries",
            Self::OpenHolds => "held = sum of open holds",
            Self::Signs => "0 <= held <= balance, system accounts on their side",
            Self::TotalIsZero => "all accounts together hold 0",
            Self::OneOutcomePerKey => "each key has exactly one outcome",
            Self::OnceIsDone => "what may happen once was done by its transaction",
            Self::Refunds => "refunds never exceed their transfer",
            Self::Chain => "the hash chain holds from genesis to tail",
        }
    }
}

/// What was found about one invariant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// The invariant.
    pub invariant: Invariant,
    /// Where it is first broken, for an operator; `None` when it holds.
    pub violation: Option<String>,
}

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Every invariant, in the order of [`Invariant::ALL`].
    pub checks: Vec<Check>,
    /// How many transactions were read.
    pub transactions: u64,
    /// How many links of the chain were recomputed.
    pub links: u64,
}

impl Report {
    /// Whether every invariant holds.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.checks.iter().all(|check| check.violation.is_none())
    }
}
