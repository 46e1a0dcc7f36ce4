use crate::{
    Account, AccountKind, AccountStatus, Count, Counter, Entry, Error, Head, HoldEnd, Holder, IdempotencyKey,
    NewHolder, Once, Order, Proof, Reply, Report, StoredOutcome, Transaction, Writer,
    account::store as accounts, closing, erasure, posting, proof, statement::store as statements, verify,
};
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use hostolink_kernel::{AccountId, Clock, Cursor, HolderId, Limit, Page, Random, TransactionId, UserId, Xof};
use std::{collections::HashMap, sync::Arc};
use uuid::Uuid;

/// The name of a statement's list in its cursors.
const STATEMENT: &str = "ledger.statement";

/// The books: opens accounts, does orders, tells what happened. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Ledger {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
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

    /// Opens one more savings account.
    ///
    /// # Errors
    /// [`Error::NoSuchAccount`] for an unknown holder; those of the database.
    pub fn open_savings(&self, conn: &mut PgConnection, holder: HolderId) -> Result<Account, Error> {
        self.open_another(conn, holder, AccountKind::Savings)
    }

    /// Opens one more till.
    ///
    /// # Errors
    /// [`Error::NoSuchAccount`] for an unknown holder; those of the database.
    pub fn open_till(&self, conn: &mut PgConnection, holder: HolderId) -> Result<Account, Error> {
        self.open_another(conn, holder, AccountKind::Till)
    }

    /// One more account of a kind of which a holder has several.
    fn open_another(
        &self,
        conn: &mut PgConnection,
        holder: HolderId,
        kind: AccountKind,
    ) -> Result<Account, Error> {
        let now = self.clock.now();
        let id = AccountId::new(self.random.uuid(now));
        accounts::insert_account(conn, id, holder, kind, now)?;
        accounts::find(conn, id)?.ok_or(Error::NoSuchAccount)
    }

    /// Every account of a person, in the order in which posting locks them.
    ///
    /// # Errors
    /// Those of the database.
    pub fn accounts_of(&self, conn: &mut PgConnection, owner: UserId) -> Result<Vec<Account>, Error> {
        accounts::all_of(conn, &[owner])
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

    /// From when on a limit that refused an earlier order with this key leaves room again; `None` where none did, or never will.
    ///
    /// # Errors
    /// Those of the database.
    pub fn frees_at(
        &self,
        conn: &mut PgConnection,
        key: &IdempotencyKey,
    ) -> Result<Option<DateTime<Utc>>, Error> {
        posting::frees_at(conn, key)
    }

    /// What the holder behind an account has moved in these stretches of time, in their sequence: for who shows it. Only
    /// posting an order decides.
    ///
    /// # Errors
    /// Those of the database.
    pub fn counted(
        &self,
        conn: &mut PgConnection,
        account: AccountId,
        counters: &[&Counter],
    ) -> Result<Vec<Count>, Error> {
        Ok(posting::counted(conn, account, counters)?)
    }

    /// Forgets what was counted in stretches of time that began before `before`, at most `limit` counters; returns how many.
    ///
    /// # Errors
    /// Those of the database.
    pub fn purge_counters(
        &self,
        conn: &mut PgConnection,
        before: DateTime<Utc>,
        limit: i64,
    ) -> Result<usize, Error> {
        Ok(posting::purge_counters(conn, before, limit)?)
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

    /// How these holds ended, in no order; one that is still open is left out.
    ///
    /// # Errors
    /// Those of the database.
    pub fn ends_of_holds(
        &self,
        conn: &mut PgConnection,
        holds: &[TransactionId],
    ) -> Result<Vec<HoldEnd>, Error> {
        Ok(statements::ends(conn, holds)?)
    }

    /// Whether what may happen once has happened: for who asks before ordering. Only posting an order decides.
    ///
    /// # Errors
    /// Those of the database.
    pub fn is_done(&self, conn: &mut PgConnection, once: &Once) -> Result<bool, Error> {
        Ok(statements::is_done(conn, once)?)
    }

    /// Closes what may happen once, in the caller's transaction or one of its own: no order does it any more. Where one has done it,
    /// nothing changes and the answer is that transaction. Orders wait meanwhile: let it be the last thing that a transaction does.
    ///
    /// # Errors
    /// Those of the database.
    pub fn close(&self, conn: &mut PgConnection, once: Once) -> Result<Option<TransactionId>, Error> {
        closing::close(conn, once, self.clock.now())
    }

    /// Of these things of a kind that may happen once, those that have, with the transaction that did it; and those that were closed,
    /// without one.
    ///
    /// # Errors
    /// Those of the database.
    pub fn find_done(
        &self,
        conn: &mut PgConnection,
        kind: &str,
        ids: &[Uuid],
    ) -> Result<HashMap<Uuid, Option<TransactionId>>, Error> {
        closing::find_done(conn, kind, ids)
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

    /// The end of the chain; `None` before the first transaction.
    ///
    /// # Errors
    /// Those of the database.
    pub fn head(&self, conn: &mut PgConnection) -> Result<Option<Head>, Error> {
        proof::head(conn)
    }

    /// Erases every note that somebody wrote, and says how many. Proofs and the chain stay what they were.
    ///
    /// # Errors
    /// Those of the database: then none was erased.
    pub fn erase_notes(&self, conn: &mut PgConnection, author: UserId) -> Result<usize, Error> {
        erasure::erase_notes(conn, author)
    }
}
