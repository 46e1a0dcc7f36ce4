use crate::{
    Account, AccountKind, AccountStatus, BalanceAt, Books, DailyProof, Entry, Error, Holder, IdempotencyKey,
    MonthFlow, NewHolder, Once, Order, Period, Proof, Reply, Report, StoredOutcome, Transaction, Writer,
    account::store as accounts,
    books::store as books,
    period::store::{self as periods, LastEntry},
    posting, proof,
    statement::store as statements,
    verify,
};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use diesel::{Connection, PgConnection};
use hostolink_kernel::{AccountId, Clock, Cursor, HolderId, Limit, Page, Random, TransactionId, UserId, Xof};
use std::sync::Arc;

/// The name of a statement's list in its cursors.
const STATEMENT: &str = "ledger.statement";
/// The same of daily proofs.
const PROOFS: &str = "ledger.proofs";

/// The books: opens accounts, does orders, tells what happened. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Ledger {
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
}

impl Ledger {
    /// The books, told the time by `clock` and drawing ids and salts from `random`.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Self {
        Self { clock, random }
    }

    /// Opens a holder for a person, or finds the one they have (whose ceiling stays as it is).
    ///
    /// # Errors
    /// Those of the database.
    pub fn open_holder(&self, conn: &mut PgConnection, new: &NewHolder) -> Result<Holder, Error> {
        if let Some(holder) = accounts::find_holder_of(conn, new.owner)? {
            return Ok(holder);
        }
        let now = self.clock.now();
        accounts::insert_holder(conn, HolderId::new(self.random.uuid(now)), new, now)?;
        accounts::find_holder_of(conn, new.owner)?.ok_or(Error::NoSuchAccount)
    }

    /// The holder that a person is.
    ///
    /// # Errors
    /// Those of the database.
    pub fn find_holder_of(&self, conn: &mut PgConnection, owner: UserId) -> Result<Option<Holder>, Error> {
        Ok(accounts::find_holder_of(conn, owner)?)
    }

    /// Sets or lifts the ceiling. Money above a new ceiling stays; only more is refused.
    ///
    /// # Errors
    /// [`Error::NoSuchAccount`]; those of the database.
    pub fn set_ceiling(
        &self,
        conn: &mut PgConnection,
        holder: HolderId,
        ceiling: Option<Xof>,
    ) -> Result<(), Error> {
        match accounts::set_ceiling(conn, holder, ceiling)? {
            1 => Ok(()),
            _ => Err(Error::NoSuchAccount),
        }
    }

    /// The same for several at once, in the caller's transaction or one of its own.
    ///
    /// # Errors
    /// As [`Ledger::set_ceiling`].
    pub fn set_ceilings(
        &self,
        conn: &mut PgConnection,
        ceilings: &[(HolderId, Option<Xof>)],
    ) -> Result<(), Error> {
        conn.transaction(|conn| {
            let holders: Vec<HolderId> = ceilings.iter().map(|(holder, _)| *holder).collect();
            accounts::lock_holders(conn, &holders)?;
            ceilings.iter().try_for_each(|(holder, ceiling)| self.set_ceiling(conn, *holder, *ceiling))
        })
    }

    /// Opens an account of a kind, or finds the one that the holder has.
    ///
    /// # Errors
    /// [`Error::NoSuchAccount`] for an unknown holder; those of the database.
    pub fn open_account(
        &self,
        conn: &mut PgConnection,
        holder: HolderId,
        kind: AccountKind,
    ) -> Result<Account, Error> {
        if let Some(account) = accounts::find_in(conn, holder, kind)? {
            return Ok(account);
        }
        let now = self.clock.now();
        if !accounts::insert_account(conn, AccountId::new(self.random.uuid(now)), holder, kind, now)? {
            return Err(Error::NoSuchAccount);
        }
        accounts::find_in(conn, holder, kind)?.ok_or(Error::NoSuchAccount)
    }

    /// An account by its public id.
    ///
    /// # Errors
    /// Those of the database.
    pub fn find_account(&self, conn: &mut PgConnection, id: AccountId) -> Result<Option<Account>, Error> {
        accounts::find(conn, id)
    }

    /// The accounts with these public ids, in no order: for pages that show many.
    ///
    /// # Errors
    /// Those of the database.
    pub fn find_accounts(&self, conn: &mut PgConnection, ids: &[AccountId]) -> Result<Vec<Account>, Error> {
        accounts::find_many(conn, ids)
    }

    /// A person's account of a kind.
    ///
    /// # Errors
    /// Those of the database.
    pub fn find_account_of(
        &self,
        conn: &mut PgConnection,
        owner: UserId,
        kind: AccountKind,
    ) -> Result<Option<Account>, Error> {
        accounts::find_of(conn, owner, kind)
    }

    /// Hostolink's own account of a kind.
    ///
    /// # Errors
    /// Those of the database.
    pub fn system_account(&self, conn: &mut PgConnection, kind: AccountKind) -> Result<Account, Error> {
        accounts::find_system(conn, kind)?.ok_or(Error::NoSuchAccount)
    }

    /// Freezes, unfreezes or closes an account. Only an empty one is closed, and for good.
    ///
    /// # Errors
    /// [`Error::NoSuchAccount`], [`Error::NotClosable`]; those of the database.
    pub fn set_status(
        &self,
        conn: &mut PgConnection,
        id: AccountId,
        status: AccountStatus,
    ) -> Result<(), Error> {
        match accounts::set_status(conn, id, status)? {
            1 => Ok(()),
            _ if accounts::find(conn, id)?.is_none() => Err(Error::NoSuchAccount),
            _ => Err(Error::NotClosable),
        }
    }

    /// What became of an earlier order with this key: asked before any other check, so that a replay is answered alike.
    ///
    /// # Errors
    /// Those of the database.
    pub fn find_outcome(
        &self,
        conn: &mut PgConnection,
        key: &IdempotencyKey,
    ) -> Result<Option<StoredOutcome>, Error> {
        posting::find_outcome(conn, key)
    }

    /// Does a batch of orders in their sequence, in one transaction; the replies are in the same sequence.
    ///
    /// # Errors
    /// Those of the database: then nothing was done.
    pub fn post(&self, conn: &mut PgConnection, orders: &[Order]) -> Result<Vec<Reply>, Error> {
        posting::post(conn, orders, self.clock.now(), self.random.as_ref())
    }

    /// Ends holds whose time is over, at most `limit` of them, and returns how many. Any number of processes may ask.
    ///
    /// # Errors
    /// Those of the database: then none ended.
    pub fn expire_holds(&self, conn: &mut PgConnection, limit: i64) -> Result<usize, Error> {
        posting::expire(conn, limit, self.clock.now(), self.random.as_ref())
    }

    /// Starts the writer: one thread with a connection of its own that does the orders of this process in batches. It
    /// connects at its first order, and again whenever the connection breaks; `connect` bounds how long that may take.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start_writer(
        &self,
        connect: impl Fn() -> diesel::ConnectionResult<PgConnection> + Send + 'static,
        capacity: usize,
    ) -> std::io::Result<Writer> {
        Writer::start(connect, Arc::clone(&self.clock), Arc::clone(&self.random), capacity)
    }

    /// What happened to an account, newest first.
    ///
    /// # Errors
    /// [`Error::Cursor`]; those of the database.
    pub fn statement(
        &self,
        conn: &mut PgConnection,
        account: AccountId,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Entry>, Error> {
        let before = after.map_or(Ok(i64::MAX), |cursor| cursor.keyset(STATEMENT))?;
        let rows = statements::entries(conn, account, (0, before), limit.probe())?;
        Ok(Page::from_probe(rows, limit, STATEMENT, |entry| entry.version))
    }

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

    /// A transaction by its public id.
    ///
    /// # Errors
    /// Those of the database.
    pub fn find_transaction(
        &self,
        conn: &mut PgConnection,
        id: TransactionId,
    ) -> Result<Option<Transaction>, Error> {
        statements::find(conn, id)
    }

    /// Whether what may happen once has happened: for who asks before ordering. Only posting an order decides.
    ///
    /// # Errors
    /// Those of the database.
    pub fn is_done(&self, conn: &mut PgConnection, once: &Once) -> Result<bool, Error> {
        Ok(statements::is_done(conn, once)?)
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

    /// Proves every invariant from the rows. `progress` hears how many transactions were read.
    ///
    /// # Errors
    /// Those of the database.
    pub fn verify(&self, conn: &mut PgConnection, progress: &mut dyn FnMut(u64)) -> Result<Report, Error> {
        verify::verify(conn, progress)
    }

    /// The proof that a transaction is in the chain, for who may see it: the caller checks. It is given as it stands in
    /// the rows; [`Proof::verify`] tells whether it holds.
    ///
    /// # Errors
    /// Those of the database.
    pub fn prove(&self, conn: &mut PgConnection, id: TransactionId) -> Result<Option<Proof>, Error> {
        proof::prove(conn, id)
    }
}
