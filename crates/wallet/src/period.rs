//! A person's money over time: a balance at an instant, a statement between two days, spending month by month.

use crate::{Error, Movement, Wallets, codes};
use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime, Utc};
use diesel::PgConnection;
use hostolink_kernel::{AccountId, UserId, Xof};
use hostolink_ledger::{BalanceAt, MonthFlow};

/// The days of a statement, the first and the last included: at most twelve months, none to come. Côte d'Ivoire keeps UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dates {
    first: NaiveDate,
    last: NaiveDate,
}

impl Dates {
    /// The most months between the two.
    pub const MOST_MONTHS: u32 = 12;

    /// Reads two days (`2026-03-01`). A last day to come stands for today.
    ///
    /// # Errors
    /// `wallet.period_invalid` unless both are days in their order, and the first not to come; `wallet.period_too_long`.
    pub fn parse(from: &str, to: &str, today: NaiveDate) -> Result<Self, Error> {
        let invalid = || Error::Rule(&codes::PERIOD_INVALID);
        let day = |text: &str| NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| invalid());
        let (first, last) = (day(from)?, day(to)?);
        if first > last || first > today || first.year() < 2000 {
            return Err(invalid());
        }
        match first.checked_add_months(Months::new(Self::MOST_MONTHS)) {
            Some(end) if last < end => Ok(Self { first, last: last.min(today) }),
            _ => Err(Error::Rule(&codes::PERIOD_TOO_LONG)),
        }
    }

    /// The first day.
    #[must_use]
    pub const fn first(self) -> NaiveDate {
        self.first
    }

    /// The last day.
    #[must_use]
    pub const fn last(self) -> NaiveDate {
        self.last
    }

    /// From the first instant on, and before the second.
    pub(crate) fn instants(self) -> (DateTime<Utc>, DateTime<Utc>) {
        let midnight = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
        (midnight(self.first), midnight(self.last.checked_add_days(Days::new(1)).unwrap_or(self.last)))
    }
}

/// What happened to an account in a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The account.
    pub account: AccountId,
    /// From when to when.
    pub dates: Dates,
    /// What it held before.
    pub opening: Xof,
    /// What it held at the end.
    pub closing: Xof,
    /// What moved, the oldest first.
    pub movements: Vec<Movement>,
}

impl Statement {
    /// The most movements that a statement has.
    pub const MOST: i64 = 10_000;
}

impl Wallets {
    /// What the person's main account held at an instant; one to come is now, and before there was an account it held nothing.
    /// The instant that the answer is about comes with it.
    ///
    /// # Errors
    /// Those of the ledger.
    pub fn balance_at(
        &self,
        conn: &mut PgConnection,
        user: UserId,
        at: DateTime<Utc>,
    ) -> Result<(DateTime<Utc>, BalanceAt), Error> {
        let at = at.clamp(DateTime::UNIX_EPOCH, self.clock.now());
        let account = self.main_account(conn, user)?;
        Ok((at, self.ledger.balance_at(conn, account.id, at)?))
    }

    /// What happened to the person's main account in a period.
    ///
    /// # Errors
    /// `wallet.statement_too_long` where that is more than [`Statement::MOST`] movements; those of the ledger.
    pub fn statement(&self, conn: &mut PgConnection, user: UserId, dates: Dates) -> Result<Statement, Error> {
        let account = self.main_account(conn, user)?.id;
        self.statement_of(conn, account, dates)
    }

    pub(crate) fn statement_of(
        &self,
        conn: &mut PgConnection,
        account: AccountId,
        dates: Dates,
    ) -> Result<Statement, Error> {
        let period = self.ledger.period(conn, account, dates.instants(), Statement::MOST)?;
        let period = period.ok_or(Error::Rule(&codes::STATEMENT_TOO_LONG))?;
        Ok(Statement {
            account,
            dates,
            opening: period.opening,
            closing: period.closing,
            movements: period.entries.into_iter().map(Movement::from).collect(),
        })
    }

    /// What the person received and gave in each of the last months, the present one included: a line a month and kind of
    /// operation, or one of zeros.
    ///
    /// # Errors
    /// Those of the ledger.
    pub fn spending(
        &self,
        conn: &mut PgConnection,
        user: UserId,
        months: SpendingMonths,
    ) -> Result<Vec<MonthFlow>, Error> {
        let today = self.clock.now().date_naive();
        let first = today.with_day(1).unwrap_or(today);
        let first = first.checked_sub_months(Months::new(months.0 - 1)).unwrap_or(first);
        let account = self.main_account(conn, user)?.id;
        Ok(self.ledger.months(conn, account, first, i32::try_from(months.0).unwrap_or(1))?)
    }
}

/// How many months to count: 1 to 24, 12 where nothing else is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpendingMonths(u32);

impl SpendingMonths {
    /// Reads what a caller asked for.
    ///
    /// # Errors
    /// `wallet.months_invalid`.
    pub fn parse(text: Option<&str>) -> Result<Self, Error> {
        let Some(text) = text else { return Ok(Self(12)) };
        let count = text.parse().ok().filter(|count| (1..=24).contains(count));
        count.map(Self).ok_or(Error::Rule(&codes::MONTHS_INVALID))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hostolink_kernel::DomainError;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_period_is_two_days_in_their_order_within_twelve_months() {
        let today = day("2026-11-29");
        let parsed = |from, to| Dates::parse(from, to, today);
        let march = parsed("2026-03-01", "2026-03-31").unwrap();
        assert_eq!((march.first(), march.last()), (day("2026-03-01"), day("2026-03-31")));
        assert_eq!(
            march.instants(),
            ("2026-03-01T00:00:00Z".parse().unwrap(), "2026-04-01T00:00:00Z".parse().unwrap())
        );
        assert!(parsed("2026-11-29", "2026-11-29").is_ok());
        assert_eq!(parsed("2026-11-01", "2026-11-30").unwrap().last(), today, "not further than today");
        assert!(parsed("2025-01-01", "2025-12-31").is_ok());
        assert!(parsed("2024-02-29", "2025-02-27").is_ok());
        let refused = |from, to| parsed(from, to).unwrap_err().code().code;
        assert_eq!(refused("2025-01-01", "2026-01-01"), "wallet.period_too_long");
        for (from, to) in [
            ("", ""),
            ("2026-03-02", "2026-03-01"),
            ("2026-02-30", "2026-03-01"),
            ("2026-11-30", "2026-11-30"),
            ("2026-03-01T00:00:00Z", "2026-03-02"),
            ("01/03/2026", "31/03/2026"),
            ("-99999-01-01", "-99999-02-01"),
            ("1999-12-31", "2000-01-01"),
        ] {
            assert_eq!(refused(from, to), "wallet.period_invalid", "{from} {to}");
        }
        assert_eq!(refused("2026-01-01", "+262142-12-31"), "wallet.period_too_long");
    }

    #[test]
    fn months_are_a_few() {
        assert_eq!(SpendingMonths::parse(None).unwrap(), SpendingMonths(12));
        assert_eq!(SpendingMonths::parse(Some("24")).unwrap(), SpendingMonths(24));
        for text in ["0", "25", "-1", "1.5", "x", "", "99999999999"] {
            assert_eq!(
                SpendingMonths::parse(Some(text)).unwrap_err().code().code,
                "wallet.months_invalid",
                "{text}"
            );
        }
    }
}
