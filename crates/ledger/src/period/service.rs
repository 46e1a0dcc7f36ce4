use super::{
    BalanceAt, Flow, MonthFlow, Period,
    store::{self as periods, LastEntry},
};
use crate::{Error, Ledger, statement::store as statements};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use diesel::PgConnection;
use hostolink_kernel::AccountId;

impl Ledger {
    /// What an account held at an instant, nothing being what one that is unknown held. Its cost does not grow with the history.
    ///
    /// # Errors
    /// Those of the database.
    pub fn balance_at(
        &self,
        conn: &mut PgConnection,
        account: AccountId,
        at: DateTime<Utc>,
    ) -> Result<BalanceAt, Error> {
        LastEntry::balance(periods::last_entry(conn, account, at)?.as_ref())
    }

    /// What happened to an account from an instant on and before another; `None` where that is more than `most` entries.
    ///
    /// # Errors
    /// Those of the database.
    pub fn period(
        &self,
        conn: &mut PgConnection,
        account: AccountId,
        (from, until): (DateTime<Utc>, DateTime<Utc>),
        most: i64,
    ) -> Result<Option<Period>, Error> {
        // Postgres keeps microseconds: the last of them before an instant is right before it.
        let before = |at: DateTime<Utc>| at - TimeDelta::microseconds(1);
        let opening = periods::last_entry(conn, account, before(from))?;
        let closing = periods::last_entry(conn, account, before(until))?;
        let version = |entry: &Option<LastEntry>| entry.as_ref().map_or(0, |entry| entry.version);
        let (after, last) = (version(&opening), version(&closing));
        if last - after > most {
            return Ok(None);
        }
        let mut entries = statements::entries(conn, account, (after, last + 1), most)?;
        entries.reverse();
        Ok(Some(Period {
            opening: LastEntry::balance(opening.as_ref())?.balance,
            closing: LastEntry::balance(closing.as_ref())?.balance,
            entries,
        }))
    }

    /// What moved on accounts from an instant on and before another, summed for each and by kind of transaction; an account without
    /// movements has no line. One statement, whose cost grows with what moved in between alone.
    ///
    /// # Errors
    /// Those of the database.
    pub fn flows(
        &self,
        conn: &mut PgConnection,
        accounts: &[AccountId],
        (from, until): (DateTime<Utc>, DateTime<Utc>),
    ) -> Result<Vec<Flow>, Error> {
        let before = |at: DateTime<Utc>| at - TimeDelta::microseconds(1);
        Ok(periods::flows(conn, accounts, (before(from), before(until)))?)
    }

    /// What moved on an account in so many months, of which the first starts with `first`: for each month a line for each kind of
    /// transaction, in order, or one of zeros.
    ///
    /// # Errors
    /// Those of the database.
    pub fn months(
        &self,
        conn: &mut PgConnection,
        account: AccountId,
        first: NaiveDate,
        count: i32,
    ) -> Result<Vec<MonthFlow>, Error> {
        let start = first.and_time(NaiveTime::MIN).and_utc() - TimeDelta::microseconds(1);
        let after = periods::last_entry(conn, account, start)?.map_or(0, |entry| entry.version);
        Ok(periods::months(conn, account, after, first, count)?)
    }
}
