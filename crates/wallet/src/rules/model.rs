use super::{Level, Operation, Side, Span};
use crate::{Error, codes};
use chrono::{DateTime, Days, Months, NaiveDate, NaiveTime, Utc};
use hostolink_kernel::{AccountId, UserId, Xof};
use hostolink_ledger::{Cap, Counter, Window};

/// What a limit is about. Each has one limit at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject {
    /// Whose limit.
    pub level: Level,
    /// Of what; `None` is all of it together.
    pub operation: Option<Operation>,
    /// Of what leaves or of what comes in.
    pub side: Side,
    /// Compared with what.
    pub span: Span,
}

/// A limit, from a day on (`limite_kyc`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitRule {
    /// What it is about.
    pub subject: Subject,
    /// The most francs, fees not included; `None` is no limit of the amount.
    pub amount: Option<Xof>,
    /// The most operations; `None` is no limit of their number.
    pub count: Option<u32>,
    /// In force from the beginning of this day, UTC.
    pub from: NaiveDate,
    /// Until the beginning of this day: that of the next limit of the same subject.
    pub until: Option<NaiveDate>,
    /// Who set it; `None` came with the program.
    pub set_by: Option<UserId>,
    /// When it was set.
    pub set_at: DateTime<Utc>,
}

/// A limit to be, from a day to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewLimit {
    pub(super) subject: Subject,
    pub(super) amount: Option<Xof>,
    pub(super) count: Option<u32>,
    pub(super) from: NaiveDate,
}

impl NewLimit {
    /// The highest number of operations.
    pub const MAX_COUNT: u32 = 1_000_000;

    /// A limit whose parts go together. Without an amount and a number it takes the limit away.
    ///
    /// # Errors
    /// `wallet.limit_invalid`: a balance is what comes in, of all operations; only days and months have a number.
    pub fn try_new(
        subject: Subject,
        amount: Option<Xof>,
        count: Option<u32>,
        from: NaiveDate,
    ) -> Result<Self, Error> {
        let numbered = matches!(subject.span, Span::Day | Span::Month);
        let whole = subject.side == Side::Received && subject.operation.is_none();
        if count.is_some_and(|count| !numbered || count > Self::MAX_COUNT)
            || (subject.span == Span::Balance && !whole)
        {
            return Err(Error::Rule(&codes::LIMIT_INVALID));
        }
        Ok(Self { subject, amount, count, from })
    }
}

impl Subject {
    /// What is counted for it. People keep what was counted when their level changes.
    fn counter_name(&self) -> String {
        let operation = self.operation.map_or("toutes", Operation::name);
        format!("{}:{operation}:{}", self.side.name(), self.span.name())
    }

    /// The stretch of time around an instant that it counts, if it counts any.
    pub(super) fn counter(&self, now: DateTime<Utc>) -> Option<Counter> {
        let today = now.date_naive();
        let (from, until) = match self.span {
            Span::Day => (today, today.checked_add_days(Days::new(1))?),
            Span::Month => {
                let first = chrono::Datelike::with_day(&today, 1)?;
                (first, first.checked_add_months(Months::new(1))?)
            }
            Span::Operation | Span::Balance => return None,
        };
        let midnight = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
        Some(Counter { name: self.counter_name(), from: midnight(from), until: midnight(until) })
    }

    /// Whether an operation falls under it.
    pub(super) fn covers(&self, operation: Operation) -> bool {
        self.operation.is_none_or(|only| only == operation)
    }
}

impl LimitRule {
    /// What an order of now has to keep of it. What somebody may hold is their ceiling, which the ledger knows.
    pub(super) fn cap(&self, account: AccountId, now: DateTime<Utc>) -> Option<Cap> {
        if self.amount.is_none() && self.count.is_none() {
            return None;
        }
        let counter = self.subject.counter(now);
        let window = match (self.subject.span, counter) {
            (Span::Operation, _) => Window::Operation,
            (Span::Day, Some(counter)) => Window::Day(counter),
            (Span::Month, Some(counter)) => Window::Month(counter),
            _ => return None,
        };
        Some(Cap { account, window, amount: self.amount, count: self.count })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn subject(operation: Option<Operation>, side: Side, span: Span) -> Subject {
        Subject { level: Level::Unidentified, operation, side, span }
    }

    #[test]
    fn days_and_months_begin_at_midnight_and_end_where_the_next_begin() {
        let day = subject(None, Side::Given, Span::Day);
        let counter = day.counter(at("2026-12-31T23:59:59.999999Z")).unwrap();
        assert_eq!((counter.from, counter.until), (at("2026-12-31T00:00:00Z"), at("2027-01-01T00:00:00Z")));
        assert_eq!(counter.name, "debit:toutes:jour");
        assert_eq!(day.counter(counter.until).unwrap().from, counter.until);
        let month = subject(Some(Operation::CashIn), Side::Received, Span::Month);
        let counter = month.counter(at("2028-02-29T12:00:00Z")).unwrap();
        assert_eq!((counter.from, counter.until), (at("2028-02-01T00:00:00Z"), at("2028-03-01T00:00:00Z")));
        assert_eq!(counter.name, "credit:depot_agent:mois");
        assert_eq!(subject(None, Side::Given, Span::Operation).counter(counter.from), None);
    }

    #[test]
    fn parts_that_do_not_go_together_are_no_limit() {
        let from = NaiveDate::from_ymd_opt(2027, 1, 1).unwrap();
        let good = |subject, count| NewLimit::try_new(subject, Some(Xof::ZERO), count, from).is_ok();
        assert!(good(subject(None, Side::Received, Span::Balance), None));
        assert!(good(subject(Some(Operation::Transfer), Side::Given, Span::Day), Some(3)));
        assert!(!good(subject(None, Side::Given, Span::Balance), None));
        assert!(!good(subject(Some(Operation::CashIn), Side::Received, Span::Balance), None));
        assert!(!good(subject(None, Side::Received, Span::Balance), Some(1)));
        assert!(!good(subject(None, Side::Given, Span::Operation), Some(1)));
    }
}
