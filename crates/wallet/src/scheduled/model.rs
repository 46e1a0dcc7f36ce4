use crate::{Error, Wish, codes};
use chrono::{DateTime, Months, TimeDelta, Utc};
use hostolink_kernel::{ScheduleId, TransactionId, UserId, Xof};
use hostolink_ledger::{IdempotencyKey, InvalidKey, Note, Order};

/// How often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frequency {
    /// One time.
    Once,
    /// Each day.
    Daily,
    /// Each seven days.
    Weekly,
    /// Each month on the first time's day, or on the month's last where it has no such day.
    Monthly,
}

impl Frequency {
    const ALL: [Self; 4] = [Self::Once, Self::Daily, Self::Weekly, Self::Monthly];

    /// Its name in the column `frequence`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Once => "unique",
            Self::Daily => "quotidienne",
            Self::Weekly => "hebdomadaire",
            Self::Monthly => "mensuelle",
        }
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|frequency| frequency.name() == name)
    }
}

/// When something is to happen: at a first time and, where it goes on, a number of times or until somebody stops it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    pub(crate) first: DateTime<Utc>,
    pub(crate) frequency: Frequency,
    pub(crate) times: Option<u32>,
}

impl Schedule {
    /// The most times: ten years of weeks.
    pub const MAX_TIMES: u32 = 520;
    /// How far away the first time may be.
    const FURTHEST: TimeDelta = TimeDelta::days(366);

    /// Takes what a caller asked for. What is asked once happens one time, whatever `times` says.
    ///
    /// # Errors
    /// `wallet.schedule_times_invalid` unless it is 1 to 520 times.
    pub fn parse(first: DateTime<Utc>, frequency: Frequency, times: Option<i64>) -> Result<Self, Error> {
        let times = match times {
            None => None,
            Some(times) => match u32::try_from(times) {
                Ok(times @ 1..=Self::MAX_TIMES) => Some(times),
                _ => return Err(Error::Rule(&codes::SCHEDULE_TIMES_INVALID)),
            },
        };
        Ok(Self { first, frequency, times: if frequency == Frequency::Once { Some(1) } else { times } })
    }

    /// Whether it can begin, asked at `now`: not when it is made again by a retry, which may come late.
    pub(crate) fn check_first(&self, now: DateTime<Utc>) -> Result<(), Error> {
        let is_ahead = self.first > now && self.first <= now + Self::FURTHEST;
        if is_ahead { Ok(()) } else { Err(Error::Rule(&codes::SCHEDULE_FIRST_INVALID)) }
    }

    /// The first time.
    #[must_use]
    pub const fn first(&self) -> DateTime<Utc> {
        self.first
    }

    /// How often.
    #[must_use]
    pub const fn frequency(&self) -> Frequency {
        self.frequency
    }

    /// How many times in all; `None` goes on until somebody stops it.
    #[must_use]
    pub const fn times(&self) -> Option<u32> {
        self.times
    }

    /// The time with this number, from 0 on; `None` where there is none.
    #[must_use]
    pub fn time(&self, number: u32) -> Option<DateTime<Utc>> {
        if self.times.is_some_and(|times| number >= times) {
            return None;
        }
        match self.frequency {
            Frequency::Once => Some(self.first),
            Frequency::Daily => self.first.checked_add_signed(TimeDelta::days(number.into())),
            Frequency::Weekly => self.first.checked_add_signed(TimeDelta::weeks(number.into())),
            Frequency::Monthly => self.first.checked_add_months(Months::new(number)),
        }
    }
}

/// Whether it goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScheduleState {
    /// It does.
    Active,
    /// Its owner has paused it: its times pass without a transfer.
    Paused,
    /// All its times are over.
    Ended,
    /// Its owner has cancelled it.
    Cancelled,
}

impl ScheduleState {
    const ALL: [Self; 4] = [Self::Active, Self::Paused, Self::Ended, Self::Cancelled];

    /// Its name in the column `statut`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Active => "actif",
            Self::Paused => "suspendu",
            Self::Ended => "termine",
            Self::Cancelled => "annule",
        }
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether an owner may bring it from one to the other.
    pub(crate) const fn may_become(self, wanted: Self) -> bool {
        matches!(
            (self, wanted),
            (Self::Active, Self::Paused)
                | (Self::Paused, Self::Active)
                | (Self::Active | Self::Paused, Self::Cancelled)
        )
    }
}

/// What came of one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimeOutcome {
    /// The transfer was made.
    Done(TransactionId),
    /// It was refused, with the code that says why. It is not tried again.
    Refused(String),
    /// It was more than a day late (the house was away, or its owner had paused it), and was left out.
    Missed,
}

impl TimeOutcome {
    /// Its name in the column `derniere_issue`.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Done(_) => "faite",
            Self::Refused(_) => "refusee",
            Self::Missed => "manquee",
        }
    }
}

/// The latest time that is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastTime {
    /// When it was due.
    pub due_at: DateTime<Utc>,
    /// What came of it.
    pub outcome: TimeOutcome,
}

/// Make one.
#[derive(Debug, Clone)]
pub struct NewScheduledTransfer {
    /// Who pays, under the key of the request.
    pub wish: Wish,
    /// Who receives: resolved from a proven identifier.
    pub to: UserId,
    /// How much each time.
    pub amount: Xof,
    /// A few words for who receives.
    pub note: Option<Note>,
    /// When.
    pub schedule: Schedule,
    /// The first time is not earlier: until then the payer's device is new ([`crate::NewDevice`]).
    pub not_before: Option<DateTime<Utc>>,
    /// The request, for the audit log.
    pub trace_id: Option<String>,
}

/// One of somebody's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduledTransfer {
    /// Its id.
    pub id: ScheduleId,
    /// Who pays.
    pub owner: UserId,
    /// Who receives.
    pub to: UserId,
    /// How much each time.
    pub amount: Xof,
    /// A few words for who receives.
    pub note: Option<Note>,
    /// When.
    pub schedule: Schedule,
    /// How many of its times are over.
    pub passed: u32,
    /// When the next one is due.
    pub next_at: Option<DateTime<Utc>>,
    /// Whether it goes on.
    pub state: ScheduleState,
    /// What came of the latest time.
    pub last: Option<LastTime>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

impl ScheduledTransfer {
    /// The key of the time with this number: the same whichever process makes it, and however often.
    pub(crate) fn key(&self, number: u32) -> Result<IdempotencyKey, InvalidKey> {
        IdempotencyKey::parse(self.owner, &format!("scheduled/{}/{number}", self.id))
    }

    /// Whether the next time is so late that it is left out.
    pub(crate) fn is_missed(&self, now: DateTime<Utc>) -> bool {
        self.next_at.is_some_and(|due| now - due > TimeDelta::days(1))
    }
}

/// A time that is due, with the order that makes it.
#[derive(Debug, Clone)]
pub struct DueTransfer {
    /// Of which.
    pub id: ScheduleId,
    /// Which of its times.
    pub number: u32,
    /// The order.
    pub order: Order,
}

#[cfg(test)]
mod tests {
    use super::*;
    use hostolink_kernel::DomainError;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn months_keep_the_day_or_take_their_last() {
        let rent = Schedule::parse(at("2026-01-31T06:00:00Z"), Frequency::Monthly, None).unwrap();
        let times: Vec<_> = (0..5).map(|number| rent.time(number).unwrap().to_rfc3339()).collect();
        assert_eq!(
            times,
            [
                "2026-01-31T06:00:00+00:00",
                "2026-02-28T06:00:00+00:00",
                "2026-03-31T06:00:00+00:00",
                "2026-04-30T06:00:00+00:00",
                "2026-05-31T06:00:00+00:00",
            ]
        );
    }

    #[test]
    fn times_are_counted() {
        let first = at("2026-01-02T00:00:00Z");
        let weekly = Schedule::parse(first, Frequency::Weekly, Some(3)).unwrap();
        assert_eq!(weekly.time(2), Some(at("2026-01-16T00:00:00Z")));
        assert_eq!(weekly.time(3), None);
        let daily = Schedule::parse(first, Frequency::Daily, None).unwrap();
        assert_eq!(daily.time(1_000), Some(at("2028-09-28T00:00:00Z")));
        let once = Schedule::parse(first, Frequency::Once, Some(12)).unwrap();
        assert_eq!((once.time(0), once.time(1)), (Some(first), None));
    }

    #[test]
    fn what_is_past_or_too_far_or_too_often_is_refused() {
        let now = at("2026-01-01T00:00:00Z");
        let daily = |first, times| Schedule::parse(at(first), Frequency::Daily, times);
        for first in ["2026-01-01T00:00:00Z", "2025-12-31T23:59:59Z", "2027-01-03T00:00:00Z"] {
            let refused = daily(first, None).unwrap().check_first(now).unwrap_err();
            assert_eq!(refused.code().code, "wallet.schedule_first_invalid", "{first}");
        }
        daily("2027-01-02T00:00:00Z", None).unwrap().check_first(now).unwrap();
        for times in [0, -1, 521, i64::MIN, i64::MAX] {
            let refused = daily("2026-01-02T00:00:00Z", Some(times)).unwrap_err();
            assert_eq!(refused.code().code, "wallet.schedule_times_invalid", "{times}");
        }
    }

    #[test]
    fn what_is_over_stays_over() {
        use ScheduleState::{Active, Cancelled, Ended, Paused};
        for from in ScheduleState::ALL {
            for to in ScheduleState::ALL {
                let may = [(Active, Paused), (Paused, Active), (Active, Cancelled), (Paused, Cancelled)];
                assert_eq!(from.may_become(to), may.contains(&(from, to)), "{from:?} {to:?}");
            }
            assert_eq!(ScheduleState::parse(from.name()), Some(from));
        }
        assert_eq!(ScheduleState::parse(Ended.name()), Some(Ended));
        assert_eq!(Cancelled.name(), "annule");
    }
}
