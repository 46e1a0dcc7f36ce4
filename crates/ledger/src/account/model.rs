use crate::stored::stored_by_name;
use chrono::{DateTime, Utc};
use diesel::{deserialize::FromSqlRow, expression::AsExpression};
use hostolink_kernel::{AccountId, HolderId, UserId, Xof};

/// Whom to open accounts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewHolder {
    /// The person. The ledger stores it, and never looks behind it. One person is one holder.
    pub owner: UserId,
    /// The most that all of the holder's accounts which count may hold together; `None` is no ceiling.
    pub ceiling: Option<Xof>,
}

/// Whoever stands behind accounts and bears their ceiling (`titulaire`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder {
    /// Its public id.
    pub id: HolderId,
    /// The person; `None` for Hostolink itself.
    pub owner: Option<UserId>,
    /// The most that all of the holder's accounts which count may hold together; `None` is no ceiling.
    pub ceiling: Option<Xof>,
}

/// What an account is for. A holder has at most one of each, but for savings and tills.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = diesel::sql_types::Text)]
pub enum AccountKind {
    /// A person's money (`principal`).
    Main,
    /// Money that a person puts by (`epargne`): several a holder, which only give to and take from the main account.
    Savings,
    /// What a merchant is paid (`commerce`): it takes payments and gives to its holder's main account and tills.
    Merchant,
    /// What was paid at one of a merchant's tills (`caisse`): several a holder, which take payments and only give to the merchant's
    /// account.
    Till,
    /// The prefunded stock that an agent gives from (`float`). It is no customer's money: ceilings don't count it.
    Float,
    /// What a person earns on what they do for others (`commission`). It is no customer's money: ceilings don't count it.
    Commission,
    /// Hostolink's counterpart of all the money in circulation (`emission`). There is one.
    Issuance,
    /// What Hostolink earns (`frais`). There is one.
    Fees,
}

/// On which side of zero an account stays, for ever. Amounts are shown as magnitudes on that side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// The balance is never below zero: we owe it to the holder.
    Credit,
    /// The balance is never above zero: its magnitude is what went out.
    Debit,
}

impl AccountKind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Main,
        Self::Savings,
        Self::Merchant,
        Self::Till,
        Self::Float,
        Self::Commission,
        Self::Issuance,
        Self::Fees,
    ];

    /// Its name in the column `nature`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Main => "principal",
            Self::Savings => "epargne",
            Self::Merchant => "commerce",
            Self::Till => "caisse",
            Self::Float => "float",
            Self::Commission => "commission",
            Self::Issuance => "emission",
            Self::Fees => "frais",
        }
    }

    /// The side of zero on which such an account stays.
    #[must_use]
    pub const fn sign(self) -> Sign {
        match self {
            Self::Issuance => Sign::Debit,
            _ => Sign::Credit,
        }
    }

    /// Whether it is Hostolink's own, and nobody else's.
    #[must_use]
    pub const fn is_own(self) -> bool {
        matches!(self, Self::Issuance | Self::Fees)
    }

    /// Whether its balance counts towards the holder's ceiling. A distributor's stock does not
    /// (BCEAO, instruction 008-05-2015, article 31).
    #[must_use]
    pub const fn counts_to_ceiling(self) -> bool {
        matches!(self, Self::Main | Self::Savings | Self::Merchant | Self::Till)
    }

    /// Whether payments by code come in on it.
    #[must_use]
    pub const fn takes_codes(self) -> bool {
        matches!(self, Self::Main | Self::Merchant | Self::Till)
    }
}

/// What an account may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = diesel::sql_types::Text)]
pub enum AccountStatus {
    /// It gives and receives (`actif`).
    Active,
    /// It receives and does not give (`debit_gele`).
    DebitFrozen,
    /// It neither gives nor receives (`gele`).
    Frozen,
    /// As frozen, for good, and empty (`clos`).
    Closed,
}

impl AccountStatus {
    /// Every status.
    pub const ALL: [Self; 4] = [Self::Active, Self::DebitFrozen, Self::Frozen, Self::Closed];

    /// Its name in the column `statut`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "actif",
            Self::DebitFrozen => "debit_gele",
            Self::Frozen => "gele",
            Self::Closed => "clos",
        }
    }

    /// Whether money may leave.
    #[must_use]
    pub const fn gives(self) -> bool {
        matches!(self, Self::Active)
    }

    /// Whether money may come in.
    #[must_use]
    pub const fn receives(self) -> bool {
        matches!(self, Self::Active | Self::DebitFrozen)
    }
}

/// An account as it was when it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    /// Its public id.
    pub id: AccountId,
    /// Who stands behind it.
    pub holder: HolderId,
    /// The person behind the holder; `None` for Hostolink's own.
    pub owner: Option<UserId>,
    /// What it is for.
    pub kind: AccountKind,
    /// What it may do.
    pub status: AccountStatus,
    /// How much is in it: a magnitude, on the side that [`AccountKind::sign`] says.
    pub balance: Xof,
    /// How much of it is set aside for operations under way.
    pub held: Xof,
    /// The most that all of the holder's accounts which count may hold together; `None` is no ceiling.
    pub ceiling: Option<Xof>,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
}

impl Account {
    /// How much may be spent now.
    #[must_use]
    pub fn available(&self) -> Xof {
        self.balance.checked_sub(self.held).unwrap_or(Xof::ZERO)
    }

    /// The account as others see it.
    #[must_use]
    pub const fn party(&self) -> Party {
        Party { account: self.id, kind: self.kind, owner: self.owner }
    }
}

/// One side of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Party {
    /// The account.
    pub account: AccountId,
    /// What it is for.
    pub kind: AccountKind,
    /// The person behind it; `None` for Hostolink itself.
    pub owner: Option<UserId>,
}

stored_by_name!(AccountKind, AccountStatus);
