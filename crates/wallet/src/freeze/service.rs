use super::{Freeze, FreezeCause, FreezeMeasure, store};
use crate::{Error, Wallets, codes};
use diesel::{Connection, PgConnection, QueryResult};
use hostolink_audit as audit;
use hostolink_kernel::{ErrorCode, UserId};
use hostolink_ledger::AccountStatus;
use serde_json::json;

impl Wallets {
    /// Freezes all that somebody has: nothing comes in and nothing goes out, but for what was set aside before.
    ///
    /// # Errors
    /// `wallet.already_frozen`; those of the ledger.
    pub fn freeze(&self, conn: &mut PgConnection, measure: &FreezeMeasure) -> Result<(), Error> {
        conn.transaction(|conn| {
            // Who never looked has no account yet: somebody's payment would open one.
            self.main_account(conn, measure.person)?;
            let why = (Some(measure.reason), measure.by.user);
            self.freeze_for(conn, measure.person, FreezeCause::Administration, why, &codes::ALREADY_FROZEN)?;
            self.log(conn, measure, "wallet.frozen")
        })
    }

    /// Takes such a freeze back. Who is about to leave stays frozen for that.
    ///
    /// # Errors
    /// `wallet.not_frozen`; those of the ledger.
    pub fn unfreeze(&self, conn: &mut PgConnection, measure: &FreezeMeasure) -> Result<(), Error> {
        conn.transaction(|conn| {
            if !self.thaw_for(conn, measure.person, FreezeCause::Administration)? {
                return Err(Error::Rule(&codes::NOT_FROZEN));
            }
            self.log(conn, measure, "wallet.unfrozen")
        })
    }

    /// Why somebody is frozen now.
    ///
    /// # Errors
    /// Those of the database.
    pub fn freezes(&self, conn: &mut PgConnection, person: UserId) -> Result<Vec<Freeze>, Error> {
        Ok(store::standing(conn, person)?)
    }

    /// Freezes for a cause; `twice` says that it stands already. The accounts are changed first: their locks are what two causes
    /// wait for each other at.
    pub(crate) fn freeze_for(
        &self,
        conn: &mut PgConnection,
        person: UserId,
        cause: FreezeCause,
        why: (Option<&str>, Option<UserId>),
        twice: &'static ErrorCode,
    ) -> Result<(), Error> {
        self.set_all(conn, &[person], AccountStatus::Frozen)?;
        if store::insert(conn, person, cause, why, self.clock.now())? {
            Ok(())
        } else {
            Err(Error::Rule(twice))
        }
    }

    /// Takes a cause away, and thaws where none is left. `false` where it did not stand.
    pub(crate) fn thaw_for(
        &self,
        conn: &mut PgConnection,
        person: UserId,
        cause: FreezeCause,
    ) -> Result<bool, Error> {
        let before = store::standing(conn, person)?;
        if before.iter().all(|freeze| freeze.cause != cause) {
            return Ok(false);
        }
        // For the locks.
        self.set_all(conn, &[person], AccountStatus::Frozen)?;
        let lifted = store::delete(conn, person, cause)?;
        self.settle(conn, person)?;
        Ok(lifted)
    }

    /// Has the money of these people stay with them until compliance has looked. To be called in a transaction.
    pub(crate) fn hold_back(&self, conn: &mut PgConnection, people: Vec<UserId>) -> Result<(), Error> {
        for person in &people {
            // Who never looked has no account yet: somebody's payment would open one.
            self.main_account(conn, *person)?;
        }
        self.set_all(conn, &people, AccountStatus::Frozen)?;
        for person in people {
            store::insert(conn, person, FreezeCause::Compliance, (None, None), self.clock.now())?;
            self.settle(conn, person)?;
        }
        Ok(())
    }

    /// Lets somebody's money leave again, unless something `holds` it still, asked once nobody else can change that.
    pub(crate) fn let_go(
        &self,
        conn: &mut PgConnection,
        person: UserId,
        holds: fn(&mut PgConnection, UserId) -> QueryResult<bool>,
    ) -> Result<(), Error> {
        self.set_all(conn, &[person], AccountStatus::Frozen)?;
        if !holds(conn, person)? {
            store::delete(conn, person, FreezeCause::Compliance)?;
        }
        self.settle(conn, person)
    }

    /// Brings the accounts, which are locked, to what the causes that stand make of them.
    fn settle(&self, conn: &mut PgConnection, person: UserId) -> Result<(), Error> {
        let standing = store::standing(conn, person)?;
        let status = if standing.iter().any(|freeze| freeze.cause != FreezeCause::Compliance) {
            AccountStatus::Frozen
        } else if standing.is_empty() {
            AccountStatus::Active
        } else {
            AccountStatus::DebitFrozen
        };
        self.set_all(conn, &[person], status)
    }

    /// In the order in which the ledger locks accounts, whosever they are.
    fn set_all(
        &self,
        conn: &mut PgConnection,
        people: &[UserId],
        status: AccountStatus,
    ) -> Result<(), Error> {
        for account in self.ledger.accounts_of_all(conn, people)? {
            if account.status != AccountStatus::Closed {
                self.ledger.set_status(conn, account.id, status)?;
            }
        }
        Ok(())
    }

    fn log(
        &self,
        conn: &mut PgConnection,
        measure: &FreezeMeasure,
        action: &'static str,
    ) -> Result<(), Error> {
        let entry = audit::Entry {
            actor: measure.by.clone(),
            action,
            object_kind: "user",
            object_id: measure.public_id.to_string(),
            details: json!({ "reason": measure.reason }),
            at: self.clock.now(),
        };
        Ok(audit::record(conn, &entry)?)
    }
}
