//! Limits that an order carries. The ledger knows no level of identity and no calendar: whoever prepares the order says
//! what to count, from when until when, and how much is too much.

use crate::{Order, Refusal};
use chrono::{DateTime, Utc};
use hostolink_kernel::{AccountId, Xof};

/// How much an order may move, alone or with others of its time. It is its holder's, over all their accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cap {
    /// One of the order's accounts: the cap is that of the holder behind it.
    pub account: AccountId,
    /// What it is compared with.
    pub window: Window,
    /// The most francs, charges not included; `None` is no limit.
    pub amount: Option<Xof>,
    /// The most orders; `None` is no limit.
    pub count: Option<u32>,
}

/// What a cap is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Window {
    /// The order alone.
    Operation,
    /// All that was counted in a day.
    Day(Counter),
    /// All that was counted in a month.
    Month(Counter),
    /// All that was counted while a device is new: the counter ends when it no longer is.
    NewDevice(Counter),
}

/// Something that is counted for a holder in one stretch of time (`compteur`). Who names it decides what is counted in it: every
/// accepted order with a cap on it is, and nothing gives room back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counter {
    /// What is counted: at most 40 characters.
    pub name: String,
    /// From when on.
    pub from: DateTime<Utc>,
    /// Until when, exclusively: from then on it is counted anew.
    pub until: DateTime<Utc>,
}

/// What has been counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    /// Francs.
    pub amount: i64,
    /// Orders.
    pub count: i64,
}

impl Count {
    /// With another order.
    pub(crate) const fn with(self, amount: i64) -> Self {
        Self { amount: self.amount.saturating_add(amount), count: self.count.saturating_add(1) }
    }
}

impl Cap {
    /// What it counts in, if in anything.
    #[must_use]
    pub const fn counter(&self) -> Option<&Counter> {
        match &self.window {
            Window::Operation => None,
            Window::Day(counter) | Window::Month(counter) | Window::NewDevice(counter) => Some(counter),
        }
    }

    /// Why what would be counted then is too much for the holder's own order.
    pub(crate) fn refusal(&self, then: Count) -> Option<Refusal> {
        let (amount, count) = match self.window {
            Window::Operation => (Refusal::LimitOperation, Refusal::LimitOperation),
            Window::Day(_) => (Refusal::LimitDay, Refusal::LimitDayCount),
            Window::Month(_) => (Refusal::LimitMonth, Refusal::LimitMonthCount),
            Window::NewDevice(_) => (Refusal::NewDevice, Refusal::NewDevice),
        };
        if self.count.is_some_and(|most| then.count > i64::from(most)) {
            Some(count)
        } else if self.amount.is_some_and(|most| then.amount > most.francs()) {
            Some(amount)
        } else {
            None
        }
    }
}

impl Refusal {
    /// Whether there is room again at some time: a limit of a day or a month refused it, or that of a new device.
    #[must_use]
    pub const fn frees(self) -> bool {
        matches!(
            self,
            Self::LimitDay | Self::LimitDayCount | Self::LimitMonth | Self::LimitMonthCount | Self::NewDevice
        )
    }
}

impl Order {
    /// From when on there is room again, where a cap of this order refused it.
    pub(crate) fn frees_at(&self, refusal: Refusal) -> Option<DateTime<Utc>> {
        self.caps.iter().find_map(|cap| match (&cap.window, refusal) {
            (Window::Day(counter), Refusal::LimitDay | Refusal::LimitDayCount)
            | (Window::Month(counter), Refusal::LimitMonth | Refusal::LimitMonthCount)
            | (Window::NewDevice(counter), Refusal::NewDevice) => Some(counter.until),
            _ => None,
        })
    }
}
