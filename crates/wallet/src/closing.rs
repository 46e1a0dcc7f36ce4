//! How a person who leaves takes leave of their money: it must be gone first, nothing comes in afterwards.

use crate::{
    Error, FreezeCause, Wallets, alias, bulk, card, codes, contact, merchant, pot, qr, recall, request,
    scheduled, till,
};
use diesel::PgConnection;
use hostolink_kernel::{AccountId, UserId};
use hostolink_ledger::{Account, AccountStatus};

impl Wallets {
    /// Freezes what somebody has, all of which must be empty. To be called in a transaction that ends if this fails.
    ///
    /// # Errors
    /// `wallet.balance_not_zero`; `wallet.account_frozen` where somebody else has frozen it; those of the ledger.
    pub fn suspend(&self, conn: &mut PgConnection, user: UserId) -> Result<(), Error> {
        // Who never looked has no account yet: somebody's payment would open one.
        self.main_account(conn, user)?;
        let usable = |account: &Account| {
            // A pot that was closed stays so.
            matches!(account.status, AccountStatus::Active | AccountStatus::Closed)
        };
        if !self.accounts_of(conn, user)?.iter().all(usable) {
            return Err(Error::Rule(&codes::ACCOUNT_FROZEN));
        }
        let why = (None, None);
        self.freeze_for(conn, user, FreezeCause::Leaving, why, &codes::ACCOUNT_FROZEN)?;
        self.refuse_unless_empty(conn, user)
    }

    /// Thaws what [`Wallets::suspend`] froze, and what nobody else wants frozen. To be called in a transaction.
    ///
    /// # Errors
    /// Those of the ledger.
    pub fn resume(&self, conn: &mut PgConnection, user: UserId) -> Result<(), Error> {
        self.thaw_for(conn, user, FreezeCause::Leaving).map(|_| ())
    }

    /// Closes what somebody has, for good, their trade included, stops what they had scheduled, leaves the tills where they work, and
    /// erases what they wrote: there, on codes, cards and pots, in contacts and files of payments, in requests and to whom they paid.
    /// What the books say of money stays.
    ///
    /// # Errors
    /// `wallet.balance_not_zero`; `wallet.account_frozen` while an administrator or compliance freezes it; those of the ledger.
    pub fn close(&self, conn: &mut PgConnection, user: UserId) -> Result<(), Error> {
        self.refuse_unless_empty(conn, user)?;
        if self.freezes(conn, user)?.iter().any(|freeze| freeze.cause != FreezeCause::Leaving) {
            return Err(Error::Rule(&codes::ACCOUNT_FROZEN));
        }
        let accounts = self.accounts_of(conn, user)?;
        for account in &accounts {
            if account.status != AccountStatus::Closed {
                self.ledger.set_status(conn, account.id, AccountStatus::Closed)?;
            }
        }
        self.thaw_for(conn, user, FreezeCause::Leaving)?;
        let ids: Vec<AccountId> = accounts.iter().map(|account| account.id).collect();
        alias::withdraw_all(conn, &ids, self.clock.now())?;
        qr::erase_labels(conn, user)?;
        scheduled::end_all_of(conn, user)?;
        request::erase_notes(conn, user)?;
        recall::erase_notes(conn, user)?;
        self.ledger.erase_notes(conn, user)?;
        card::close_all(conn, user)?;
        pot::erase(conn, user)?;
        merchant::erase(conn, user)?;
        till::leave(conn, user, self.clock.now())?;
        contact::erase(conn, user)?;
        bulk::end_all_of(conn, user, self.clock.now())?;
        Ok(())
    }

    fn refuse_unless_empty(&self, conn: &mut PgConnection, user: UserId) -> Result<(), Error> {
        let is_empty = |account: &Account| account.balance.is_zero() && account.held.is_zero();
        if self.accounts_of(conn, user)?.iter().all(is_empty) {
            Ok(())
        } else {
            Err(Error::Rule(&codes::BALANCE_NOT_ZERO))
        }
    }

    /// What somebody has, in the order in which the ledger locks it.
    pub(crate) fn accounts_of(&self, conn: &mut PgConnection, user: UserId) -> Result<Vec<Account>, Error> {
        Ok(self.ledger.accounts_of(conn, user)?)
    }
}
