//! What makes compliance look, and what happens then: rules as dated data.

use crate::{Error, codes};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use hostolink_kernel::{UserId, Xof};

crate::rules::stored_names! {
    /// What a rule looks at.
    WatchKind {
        /// A name on a sanctions list.
        Sanctions = "sanctions", "sanctions";
        /// Several payments, each just under a threshold.
        Structuring = "fractionnement", "structuring";
        /// Many receivers in a short time.
        ManyReceivers = "destinataires", "many-receivers";
        /// Money that leaves again as soon as it came.
        InAndOut = "aller_retour", "in-and-out";
        /// A big payment from an account that is young.
        FirstLarge = "premiere_grosse", "first-large";
        /// What leaves from a device that is new.
        NewDevice = "appareil_recent", "new-device";
    }

    /// What happens then.
    WatchAction {
        /// A compliance officer looks.
        Alert = "alerte", "alert";
        /// The same, and nothing of the person's leaves until two of them let it.
        Hold = "retenue", "hold";
        /// The payment that would make the pattern whole is refused.
        Refuse = "refus", "refuse";
        /// So much leaves in a day, and no more.
        Cap = "plafond", "cap";
    }
}

/// What a rule compares with. Which of these there must be depends on the kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WatchLimits {
    /// How far it looks back, or how young something is, in seconds.
    pub window: Option<i32>,
    /// How many payments or receivers.
    pub count: Option<i32>,
    /// How much.
    pub amount: Option<Xof>,
    /// From which amount on a payment is just under the threshold.
    pub floor: Option<Xof>,
    /// How many per cent of what came in.
    pub share: Option<i16>,
}

/// A rule, from a day on (`regle_vigilance`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchRule {
    pub(super) number: i64,
    /// What it looks at.
    pub kind: WatchKind,
    /// What happens then.
    pub action: WatchAction,
    /// Whether it does; a rule that does not switches the one before it off.
    pub active: bool,
    /// What it compares with.
    pub limits: WatchLimits,
    /// In force from the beginning of this day, UTC.
    pub from: NaiveDate,
    /// Until the beginning of this day: that of the next rule of the same kind and action.
    pub until: Option<NaiveDate>,
    /// Who set it; `None` came with the program.
    pub set_by: Option<UserId>,
    /// When it was set.
    pub set_at: DateTime<Utc>,
}

impl WatchRule {
    /// How far it looks back.
    pub(super) fn window(&self) -> TimeDelta {
        TimeDelta::seconds(self.limits.window.unwrap_or_default().into())
    }

    pub(crate) fn in_force(&self, today: NaiveDate) -> bool {
        self.active && self.from <= today && self.until.is_none_or(|until| today < until)
    }
}

/// A rule to be, from a day to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewWatchRule {
    pub(super) kind: WatchKind,
    pub(super) action: WatchAction,
    pub(super) active: bool,
    pub(super) limits: WatchLimits,
    pub(super) from: NaiveDate,
}

impl WatchLimits {
    /// The longest window: a month.
    pub const MAX_WINDOW: i32 = 31 * 24 * 3600;
    /// The highest count: what is looked back on is bounded.
    pub const MAX_COUNT: i32 = 100;

    /// Whether these are what a kind compares with, each within its bounds.
    fn fit(&self, kind: WatchKind) -> bool {
        let Self { window, count, amount, floor, share } = *self;
        let has = (window.is_some(), count.is_some(), amount.is_some(), floor.is_some(), share.is_some());
        let needs = match kind {
            WatchKind::Sanctions => (false, false, false, false, false),
            WatchKind::Structuring => (true, true, true, true, false),
            WatchKind::ManyReceivers => (true, true, false, false, false),
            WatchKind::InAndOut => (true, false, true, false, true),
            WatchKind::FirstLarge | WatchKind::NewDevice => (true, false, true, false, false),
        };
        has == needs
            && window.is_none_or(|window| (60..=Self::MAX_WINDOW).contains(&window))
            && count.is_none_or(|count| (2..=Self::MAX_COUNT).contains(&count))
            && share.is_none_or(|share| (1..=100).contains(&share))
            && floor.is_none_or(|floor| !floor.is_zero() && amount.is_some_and(|amount| floor < amount))
    }
}

impl NewWatchRule {
    /// A rule whose parts go together.
    ///
    /// # Errors
    /// `wallet.watch_rule_invalid`.
    pub fn try_new(
        kind: WatchKind,
        action: WatchAction,
        active: bool,
        limits: WatchLimits,
        from: NaiveDate,
    ) -> Result<Self, Error> {
        let does = match kind {
            WatchKind::NewDevice => action == WatchAction::Cap,
            WatchKind::Sanctions => matches!(action, WatchAction::Alert | WatchAction::Hold),
            _ => action != WatchAction::Cap,
        };
        if does && limits.fit(kind) {
            Ok(Self { kind, action, active, limits, from })
        } else {
            Err(Error::Rule(&codes::WATCH_RULE_INVALID))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn xof(francs: i64) -> Option<Xof> {
        Some(Xof::new(francs).unwrap())
    }

    #[test]
    fn parts_that_do_not_go_together_are_no_rule() {
        let from = NaiveDate::from_ymd_opt(2027, 1, 1).unwrap();
        let good = |kind, action, limits| NewWatchRule::try_new(kind, action, true, limits, from).is_ok();
        let none = WatchLimits::default();
        let hour = WatchLimits { window: Some(3600), ..none };
        let (alert, hold, refuse, cap) =
            (WatchAction::Alert, WatchAction::Hold, WatchAction::Refuse, WatchAction::Cap);
        assert!(good(WatchKind::Sanctions, hold, none) && good(WatchKind::Sanctions, alert, none));
        assert!(!good(WatchKind::Sanctions, refuse, none) && !good(WatchKind::Sanctions, hold, hour));
        let receivers = WatchLimits { count: Some(3), ..hour };
        assert!(good(WatchKind::ManyReceivers, refuse, receivers));
        assert!(
            !good(WatchKind::ManyReceivers, cap, receivers) && !good(WatchKind::ManyReceivers, alert, hour)
        );
        for wrong in [
            WatchLimits { count: Some(1), ..receivers },
            WatchLimits { count: Some(101), ..receivers },
            WatchLimits { window: Some(59), ..receivers },
            WatchLimits { window: Some(WatchLimits::MAX_WINDOW + 1), ..receivers },
            WatchLimits { amount: xof(5), ..receivers },
        ] {
            assert!(!good(WatchKind::ManyReceivers, alert, wrong), "{wrong:?}");
        }
        let under = WatchLimits { amount: xof(200), floor: xof(180), ..receivers };
        assert!(good(WatchKind::Structuring, hold, under));
        assert!(!good(WatchKind::Structuring, hold, WatchLimits { floor: xof(200), ..under }));
        let device = WatchLimits { amount: xof(0), ..hour };
        assert!(good(WatchKind::NewDevice, cap, device) && !good(WatchKind::NewDevice, alert, device));
        let through = WatchLimits { amount: xof(5), share: Some(90), ..hour };
        assert!(good(WatchKind::InAndOut, alert, through));
        assert!(!good(WatchKind::InAndOut, alert, WatchLimits { share: Some(101), ..through }));
    }
}
