//! What the books say of a time: balances, periods, months, and all accounts together.

use crate::{
    BalanceAt, Books, DailyProof, Error, Ledger, MonthFlow, Period,
    books::store as books,
    period::store::{self as periods, LastEntry},
    statement::store as statements,
};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use diesel::PgConnection;
use hostolink_kernel::{AccountId, Cursor, Limit, Page};

/// The name of the list of daily proofs in its cursors.
const PROOFS: &str = "ledger.proofs";

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

    /// What all accounts hold now, by kind, with the chain's head: one snapshot. It reads every account.
    ///
    /// # Errors
    /// Those of the database.
    pub fn books(&self, conn: &mut PgConnection) -> Result<Books, Error> {
        books::now(conn, self.clock.now())
    }

    /// Keeps the books for today, unless they are kept. Any number of processes may ask. Returns whether they were kept now.
    ///
    /// # Errors
    /// Those of the database.
    pub fn keep_daily_proof(&self, conn: &mut PgConnection) -> Result<bool, Error> {
        let now = self.clock.now();
        let today = now.date_naive();
        if books::is_kept(conn, today)? {
            return Ok(false);
        }
        let seen = books::now(conn, now)?;
        Ok(books::keep(conn, today, &seen)?)
    }

    /// The books as they were kept, the newest day first.
    ///
    /// # Errors
    /// [`Error::Cursor`]; those of the database.
    pub fn daily_proofs(
        &self,
        conn: &mut PgConnection,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<DailyProof>, Error> {
        let before = after.map_or(Ok(NaiveDate::MAX), |cursor| cursor.keyset(PROOFS))?;
        let rows = books::list(conn, before, limit.probe())?;
        Ok(Page::from_probe(rows, limit, PROOFS, |proof| proof.day))
    }
}
