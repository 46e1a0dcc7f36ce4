use chrono::{DateTime, TimeDelta, Utc};
use hostolink_audit::Actor;
use hostolink_kernel::{AccountId, AdjustmentId, TransactionId, UserId, Xof};
use hostolink_ledger::{AccountKind, Note};

/// How far an adjustment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdjustmentState {
    /// Somebody else has to decide (`demande`).
    Asked,
    /// Nobody decided in time.
    Expired,
    /// It was turned down (`refuse`).
    Refused,
    /// It was decided, and the ledger has not answered yet (`accepte`).
    Accepted,
    /// The money moved (`execute`).
    Done,
    /// The ledger refused it (`rejete`).
    Rejected,
}

impl AdjustmentState {
    /// Those that are stored: an expired one is an asked one whose time is over.
    const STORED: [Self; 5] = [Self::Asked, Self::Refused, Self::Accepted, Self::Done, Self::Rejected];

    /// Its name in the column `etat`.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Asked | Self::Expired => "demande",
            Self::Refused => "refuse",
            Self::Accepted => "accepte",
            Self::Done => "execute",
            Self::Rejected => "rejete",
        }
    }

    /// Reads it as it is now.
    pub(super) fn stored(name: &str, expires_at: DateTime<Utc>, now: DateTime<Utc>) -> Option<Self> {
        match Self::STORED.into_iter().find(|state| state.name() == name)? {
            Self::Asked if expires_at <= now => Some(Self::Expired),
            state => Some(state),
        }
    }
}

/// A correction that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adjustment {
    /// Its public id.
    pub id: AdjustmentId,
    /// The account that gives.
    pub from: AccountId,
    /// The account that receives.
    pub to: AccountId,
    /// How much.
    pub amount: Xof,
    /// Why, in the asker's words.
    pub reason: Note,
    /// How far it is.
    pub state: AdjustmentState,
    /// Who asked.
    pub maker: UserId,
    /// When.
    pub asked_at: DateTime<Utc>,
    /// Until when it may be decided.
    pub expires_at: DateTime<Utc>,
    /// Who decided.
    pub checker: Option<UserId>,
    /// When.
    pub decided_at: Option<DateTime<Utc>>,
    /// What moved the money.
    pub transaction: Option<TransactionId>,
    /// Why the ledger refused, by the name that it stores.
    pub rejection: Option<String>,
}

/// Ask for a correction. The caller has checked who may.
#[derive(Debug, Clone)]
pub struct NewAdjustment {
    /// Who asks.
    pub by: Actor,
    /// The account that gives.
    pub from: AccountId,
    /// The account that receives. One of the two is Hostolink's own.
    pub to: AccountId,
    /// How much; above zero.
    pub amount: Xof,
    /// Why.
    pub reason: Note,
}

/// How long there is to decide.
pub(super) const TIME_TO_DECIDE: TimeDelta = TimeDelta::days(7);

/// Whether an adjustment may be between accounts of these kinds: one at least is Hostolink's own.
pub(super) const fn may_adjust(from: AccountKind, to: AccountKind) -> bool {
    from.is_own() || to.is_own()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_waits_expires() {
        let at = |seconds| DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds);
        let read = |name, now| AdjustmentState::stored(name, at(10), at(now));
        assert_eq!(read("demande", 9), Some(AdjustmentState::Asked));
        assert_eq!(read("demande", 10), Some(AdjustmentState::Expired));
        assert_eq!(read("accepte", 10), Some(AdjustmentState::Accepted));
        assert_eq!(read("execute", 10), Some(AdjustmentState::Done));
        assert_eq!(read("x", 9), None);
    }

    #[test]
    fn people_s_money_is_not_moved_among_them() {
        assert!(may_adjust(AccountKind::Main, AccountKind::Fees));
        assert!(may_adjust(AccountKind::Issuance, AccountKind::Main));
        assert!(!may_adjust(AccountKind::Main, AccountKind::Main));
        assert!(!may_adjust(AccountKind::Float, AccountKind::Main));
    }
}
