use crate::emv::PiAlias;
use chrono::{DateTime, Utc};
use hostolink_audit::Actor;
use hostolink_kernel::{AccountId, PiAliasId};

/// Write down an alias of an account.
#[derive(Debug, Clone)]
pub struct NewPiAlias {
    /// The account.
    pub account: AccountId,
    /// What the network knows it by.
    pub alias: PiAlias,
    /// Who writes it down.
    pub by: Actor,
}

/// An alias as it was written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PiAliasRecord {
    /// Its public id.
    pub id: PiAliasId,
    /// The account.
    pub account: AccountId,
    /// What the network knows it by.
    pub alias: PiAlias,
    /// When it was written down.
    pub recorded_at: DateTime<Utc>,
    /// Since when it is printed no more.
    pub withdrawn_at: Option<DateTime<Utc>>,
}
