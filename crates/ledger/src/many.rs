//! What is asked for many at once: one question each, however many they are.

use crate::{
    Account, AccountKind, Entry, Error, IdempotencyKey, Ledger, Order, Recent, Reply, StoredOutcome,
    account::store as accounts, posting, statement::store as statements,
};
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use hostolink_kernel::{AccountId, Limit, UserId};
use std::collections::HashMap;

impl Ledger {
    /// Does orders in one transaction, all of them or none: where one is refused, those that would have been accepted are refused
    /// with [`Refusal::OtherRefused`](crate::Refusal::OtherRefused), once and for all. Every receiver has a transaction of their own. The
    /// caller keeps them few: accounts are locked and other orders wait until it is done.
    ///
    /// # Errors
    /// Those of the database: then nothing was done, and the same orders may be sent again.
    pub fn post_together(&self, conn: &mut PgConnection, orders: &[Order]) -> Result<Vec<Reply>, Error> {
        posting::post_together(conn, orders, self.clock.now(), self.random.as_ref())
    }

    /// What became of earlier orders with these keys, of those that came before.
    ///
    /// # Errors
    /// Those of the database.
    pub fn find_outcomes(
        &self,
        conn: &mut PgConnection,
        keys: &[IdempotencyKey],
    ) -> Result<HashMap<IdempotencyKey, StoredOutcome>, Error> {
        posting::find_outcomes(conn, keys)
    }

    /// The accounts of a kind that these people have, by their owner.
    ///
    /// # Errors
    /// Those of the database.
    pub fn find_accounts_of(
        &self,
        conn: &mut PgConnection,
        owners: &[UserId],
        kind: AccountKind,
    ) -> Result<HashMap<UserId, Account>, Error> {
        let found = accounts::of_many(conn, owners, kind)?;
        Ok(found.into_iter().filter_map(|account| account.owner.map(|owner| (owner, account))).collect())
    }

    /// Every account of these people.
    ///
    /// # Errors
    /// Those of the database.
    pub fn accounts_of_all(&self, conn: &mut PgConnection, owners: &[UserId]) -> Result<Vec<Account>, Error> {
        accounts::all_of(conn, owners)
    }

    /// What moved on these accounts since an instant, of each at most its last `most` entries; of one account the newest first.
    ///
    /// # Errors
    /// Those of the database.
    pub fn recent(
        &self,
        conn: &mut PgConnection,
        accounts: &[AccountId],
        since: DateTime<Utc>,
        most: i64,
    ) -> Result<Vec<Recent>, Error> {
        statements::recent(conn, accounts, since, most)
    }

    /// What happened to accounts, each after its entry number so and so, in the order of its recording and at most `limit` of it; each
    /// entry comes with its account. Numbers have no gaps that fill later: who goes on from the last ones seen misses nothing.
    ///
    /// # Errors
    /// Those of the database.
    pub fn entries_after(
        &self,
        conn: &mut PgConnection,
        after: &[(AccountId, i64)],
        limit: Limit,
    ) -> Result<Vec<(AccountId, Entry)>, Error> {
        statements::entries_after(conn, after, limit)
    }

    /// The numbers of accounts' last entries, in no order; 0 before the first.
    ///
    /// # Errors
    /// Those of the database.
    pub fn last_entries(
        &self,
        conn: &mut PgConnection,
        accounts: &[AccountId],
    ) -> Result<HashMap<AccountId, i64>, Error> {
        Ok(statements::versions(conn, accounts)?)
    }
}
