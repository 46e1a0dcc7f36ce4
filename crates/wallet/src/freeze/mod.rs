//! Why somebody's accounts are frozen. An account is frozen as long as one cause stands: who takes theirs back leaves the others.

mod service;
mod store;

use chrono::{DateTime, Utc};
use hostolink_audit::Actor;
use hostolink_kernel::{UserId, UserPublicId};

/// Why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FreezeCause {
    /// The person asked to leave (`depart`).
    Leaving,
    /// Somebody who looks after the house wants it (`administration`).
    Administration,
    /// Compliance has to look first (`conformite`): money comes in, and does not leave.
    Compliance,
}

impl FreezeCause {
    const ALL: [Self; 3] = [Self::Leaving, Self::Administration, Self::Compliance];

    /// Its name in the column `cause`.
    const fn name(self) -> &'static str {
        match self {
            Self::Leaving => "depart",
            Self::Administration => "administration",
            Self::Compliance => "conformite",
        }
    }
}

/// A freeze that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Freeze {
    /// Why.
    pub cause: FreezeCause,
    /// The administrator's reason, as it was named.
    pub reason: Option<String>,
    /// Since when.
    pub since: DateTime<Utc>,
}

/// Whom to freeze or to thaw, by whom and why. The caller has checked who may.
#[derive(Debug, Clone)]
pub struct FreezeMeasure {
    /// Whom.
    pub person: UserId,
    /// The same, for the log.
    pub public_id: UserPublicId,
    /// Who wants it.
    pub by: Actor,
    /// The name of a reason of at most 32 characters. No free text: nothing personal gets into the log.
    pub reason: &'static str,
}
