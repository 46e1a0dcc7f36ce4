#![expect(clippy::todo)]
use crate::{
    Account, AccountKind, AccountStatus, Entry, Error, Holder, IdempotencyKey, NewHolder, Order, Reply, Report,
    StoredOutcome, Transaction, Writer,
};
use diesel::PgConnection;
use hostolink_kernel::{AccountId, Clock, Cursor, HolderId, Limit, Page, Random, TransactionId, UserId, Xof};
use std::sync::Arc;

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
    pub fn open_holder(&self, _conn: &mut PgConnection, _new: &NewHolder) -> Result<Holder, Error> {
        todo!()
    }

    /// The holder that a person is.
    ///
    /// # Errors
    /// Those of the database.
    pub fn find_holder_of(&self, _conn: &mut PgConnection, _owner: UserId) -> Result<Option<Holder>, Error> {
        todo!()
    }

    /// Sets or lifts the ceiling. Money above a new ceiling stays; only more is refused.
    ///
    /// # Errors
    /// [`Error::NoSuchAccount`]; those of the database.
    pub fn set_ceiling(&self, _conn: &mut PgConnection, _holder: HolderId, _ceiling: Option<Xof>) -> Result<(), Error> {
        todo!()
    }

    /// Opens an account of a kind, or finds the one that the holder has.
    ///
    /// # Errors
    /// [`Error::NoSuchAccount`] for an unknown holder; those of the database.
    pub fn open_account(&self, _conn: &mut PgConnection, _holder: HolderId, _kind: AccountKind) -> Result<Account, Error> {
        todo!()
    }

    /// An account by its public id.
    ///
    /// # Errors
    /// Those of the database.
    pub fn find_account(&self, _conn: &mut PgConnection, _id: AccountId) -> Result<Option<Account>, Error> {
        todo!()
    }

    /// A person's account of a kind.
    ///
    /// # Errors
    /// Those of the database.
    pub fn find_account_of(&self, _conn: &mut PgConnection, _owner: UserId, _kind: AccountKind) -> Result<Option<Account>, Error> {
        todo!()
    }

    /// Hostolink's own account of a kind.
    ///
    /// # Errors
    /// Those of the database.
    pub fn system_account(&self, _conn: &mut PgConnection, _kind: AccountKind) -> Result<Account, Error> {
        todo!()
    }

    /// Freezes, unfreezes or closes an account. Only an empty one is closed, and for good.
    ///
    /// # Errors
    /// [`Error::NoSuchAccount`], [`Error::NotClosable`]; those of the database.
    pub fn set_status(&self, _conn: &mut PgConnection, _id: AccountId, _status: AccountStatus) -> Result<(), Error> {
        todo!()
    }

    /// What became of an earlier order with this key: asked before any other check, so that a replay is answered alike.
    ///
    /// # Errors
    /// Those of the database.
    pub fn find_outcome(&self, _conn: &mut PgConnection, _key: &IdempotencyKey) -> Result<Option<StoredOutcome>, Error> {
        todo!()
    }

    /// Does a batch of orders in their sequence, in one transaction; the replies are in the same sequence.
    ///
    /// # Errors
    /// Those of the database: then nothing was done.
    pub fn post(&self, _conn: &mut PgConnection, _orders: &[Order]) -> Result<Vec<Reply>, Error> {
        todo!()
    }

    /// Starts the writer: one thread with its own connection that does the orders of this process in batches.
    pub fn start_writer(&self, _connect: impl Fn() -> diesel::ConnectionResult<PgConnection> + Send + 'static, _capacity: usize) -> std::io::Result<Writer> {
        todo!()
    }

    /// What happened to an account, newest first.
    ///
    /// # Errors
    /// [`Error::Cursor`]; those of the database.
    pub fn statement(&self, _conn: &mut PgConnection, _account: AccountId, _after: Option<&Cursor>, _limit: Limit) -> Result<Page<Entry>, Error> {
        todo!()
    }

    /// A transaction by its public id.
    ///
    /// # Errors
    /// Those of the database.
    pub fn find_transaction(&self, _conn: &mut PgConnection, _id: TransactionId) -> Result<Option<Transaction>, Error> {
        todo!()
    }

    /// Proves every invariant from the rows. `progress` hears how many transactions were read.
    ///
    /// # Errors
    /// Those of the database.
    pub fn verify(&self, _conn: &mut PgConnection, _progress: &mut dyn FnMut(u64)) -> Result<Report, Error> {
        todo!()
    }
}
