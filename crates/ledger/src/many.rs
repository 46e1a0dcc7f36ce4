//! What is asked for many at once: one question each, however many they are.

use crate::{
    Account, AccountKind, Error, IdempotencyKey, Ledger, Order, Reply, StoredOutcome,
    account::store as accounts, posting,
};
use diesel::PgConnection;
use hostolink_kernel::UserId;
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
}
