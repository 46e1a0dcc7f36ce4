use crate::{
    Error, codes,
    model::{CashInCommand, FloatFundingCommand, Movement, Overview, RefundCommand, Wish},
    rules::{Operation, Shelf, Terms},
};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::PgConnection;
use hostolink_kernel::{AccountId, Clock, Cursor, Limit, Page, Random, TransactionId, UserId, Xof};
use hostolink_ledger::{
    Account, AccountKind, Action, IdempotencyKey, Ledger, NewHolder, Note, Once, Order, Refusal,
    StoredOutcome, Transaction,
};
use std::{collections::HashMap, sync::Arc};

/// What a person does with money. Nothing here moves any: it prepares orders for the ledger. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Wallets {
    pub(crate) ledger: Ledger,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) shelf: Shelf,
}

impl Wallets {
    /// Wallets over these books.
    #[must_use]
    pub fn new(ledger: Ledger, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Self {
        Self { ledger, clock, random, shelf: Shelf::default() }
    }

    /// What a wallet shows first. Somebody who never had one gets it now.
    ///
    /// # Errors
    /// Those of the ledger.
    pub fn overview(&self, conn: &mut PgConnection, user: UserId) -> Result<Overview, Error> {
        let account = self.main_account(conn, user)?;
        Ok(Overview {
            account: account.id,
            status: account.status,
            balance: account.balance,
            available: account.available(),
            held: account.held,
            ceiling: self.ceiling_of(conn, user)?,
        })
    }

    /// What an agent may still give; `None` for who has no float.
    ///
    /// # Errors
    /// Those of the ledger.
    pub fn float_balance(&self, conn: &mut PgConnection, agent: UserId) -> Result<Option<Xof>, Error> {
        Ok(self.ledger.find_account_of(conn, agent, AccountKind::Float)?.map(|float| float.balance))
    }

    /// What happened to the person's main account, newest first.
    ///
    /// # Errors
    /// Those of the ledger, a cursor that is not of this list among them.
    pub fn transactions(
        &self,
        conn: &mut PgConnection,
        user: UserId,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Movement>, Error> {
        let account = self.main_account(conn, user)?;
        Ok(self.ledger.statement(conn, account.id, after, limit)?.map(Movement::from))
    }

    /// The account whose movements somebody's own stream tells.
    ///
    /// # Errors
    /// Those of the ledger.
    pub fn own_account_id(&self, conn: &mut PgConnection, user: UserId) -> Result<AccountId, Error> {
        Ok(self.main_account(conn, user)?.id)
    }

    /// The numbers of these accounts' last entries, in their sequence.
    ///
    /// # Errors
    /// Those of the ledger.
    pub fn stream_ends(&self, conn: &mut PgConnection, accounts: &[AccountId]) -> Result<Vec<i64>, Error> {
        let last = self.ledger.last_entries(conn, accounts)?;
        Ok(accounts.iter().map(|account| last.get(account).copied().unwrap_or(0)).collect())
    }

    /// What happened to accounts, to each after its entry number so and so, in order, each with its account and number.
    ///
    /// # Errors
    /// Those of the ledger.
    pub fn movements_after(
        &self,
        conn: &mut PgConnection,
        after: &[(AccountId, i64)],
        limit: Limit,
    ) -> Result<Vec<(AccountId, i64, Movement)>, Error> {
        let entries = self.ledger.entries_after(conn, after, limit)?;
        Ok(entries.into_iter().map(|(account, entry)| (account, entry.version, entry.into())).collect())
    }

    /// One transaction as one of its sides sees it.
    ///
    /// # Errors
    /// `wallet.transaction_unknown`, also for who is on neither side; those of the ledger.
    pub fn transaction(
        &self,
        conn: &mut PgConnection,
        user: UserId,
        id: TransactionId,
    ) -> Result<Movement, Error> {
        self.ledger
            .find_transaction(conn, id)?
            .and_then(|transaction| Movement::seen_by(user, transaction))
            .ok_or(Error::Rule(&codes::TRANSACTION_UNKNOWN))
    }

    /// What became of an earlier wish. Ask before preparing: a retry is answered alike, even when its code has
    /// been paid or has expired since.
    ///
    /// # Errors
    /// Those of the ledger.
    pub fn find_outcome(
        &self,
        conn: &mut PgConnection,
        key: &IdempotencyKey,
    ) -> Result<Option<StoredOutcome>, Error> {
        Ok(self.ledger.find_outcome(conn, key)?)
    }

    /// The same of many wishes, of those that came before. Not inside a transaction.
    ///
    /// # Errors
    /// Those of the ledger.
    pub fn find_outcomes(
        &self,
        conn: &mut PgConnection,
        keys: &[IdempotencyKey],
    ) -> Result<HashMap<IdempotencyKey, StoredOutcome>, Error> {
        Ok(self.ledger.find_outcomes(conn, keys)?)
    }

    /// From when on the limit that refused an earlier wish leaves room again, if one did.
    ///
    /// # Errors
    /// Those of the ledger.
    pub fn frees_at(
        &self,
        conn: &mut PgConnection,
        key: &IdempotencyKey,
    ) -> Result<Option<DateTime<Utc>>, Error> {
        Ok(self.ledger.frees_at(conn, key)?)
    }

    /// The order that gives money against cash.
    ///
    /// # Errors
    /// `wallet.no_float`; paying oneself is refused; those of the database.
    pub fn prepare_cash_in(&self, conn: &mut PgConnection, command: CashInCommand) -> Result<Order, Error> {
        let agent = command.wish.key.actor();
        if agent == command.to {
            return Err(Error::Refused(Refusal::SameAccount));
        }
        let float = self.ledger.find_account_of(conn, agent, AccountKind::Float)?;
        let (float, amount) = (float.ok_or(Error::Rule(&codes::NO_FLOAT))?.id, command.amount);
        let receiver = self.main_account(conn, command.to)?;
        let what = (Operation::CashIn, amount);
        let (terms, _) = self.terms(conn, what, None, Some(&receiver), Some(agent))?;
        let action = Action::CashIn { float, to: receiver.id, amount };
        Ok(self.order(command.wish, action, terms, None, None))
    }

    /// The order that fills an agent's float. The caller has checked who asks and that the other is an agent.
    ///
    /// # Errors
    /// Those of the database.
    pub fn prepare_float_funding(
        &self,
        conn: &mut PgConnection,
        command: FloatFundingCommand,
    ) -> Result<Order, Error> {
        let float = self.account(conn, command.agent, AccountKind::Float)?;
        let action = Action::FundFloat { float: float.id, amount: command.amount };
        Ok(self.order(command.wish, action, Terms::default(), None, None))
    }

    /// The order that gives a transfer back. Only who received it can; all the parts together never exceed it.
    ///
    /// # Errors
    /// `wallet.transaction_unknown`, also for who is on neither side; what the ledger would refuse; those of the
    /// database.
    pub fn prepare_refund(&self, conn: &mut PgConnection, command: RefundCommand) -> Result<Order, Error> {
        let receiver = command.wish.key.actor();
        let transaction = self
            .ledger
            .find_transaction(conn, command.of)?
            .filter(|found| found.to.owner == Some(receiver) || found.from.owner == Some(receiver))
            .ok_or(Error::Rule(&codes::TRANSACTION_UNKNOWN))?;
        if transaction.to.owner != Some(receiver) {
            return Err(Error::Refused(Refusal::NotRefundable));
        }
        self.refund_of(conn, command.wish, &transaction, command.amount, command.note)
    }

    /// The order that gives a payment back from the account that received it.
    pub(crate) fn refund_of(
        &self,
        conn: &mut PgConnection,
        wish: Wish,
        transaction: &Transaction,
        amount: Option<Xof>,
        note: Option<Note>,
    ) -> Result<Order, Error> {
        if !transaction.kind.refundable() {
            return Err(Error::Refused(Refusal::NotRefundable));
        }
        let amount = amount.unwrap_or(transaction.refundable);
        if amount.is_zero() {
            return Err(Error::Refused(Refusal::RefundExceeds));
        }
        if let Some(payer) = transaction.from.owner {
            let (account, ceiling) = (self.main_account(conn, payer)?, self.ceiling_of(conn, payer)?);
            self.keep_ceiling(conn, &account, ceiling)?;
        }
        let action = Action::Refund { of: transaction.id, by: transaction.to.account, amount };
        Ok(self.order(wish, action, Terms::default(), None, note))
    }

    /// Ends holds whose time is over, at most `limit` of them, and returns how many.
    ///
    /// # Errors
    /// Those of the database: then none ended.
    pub fn expire_holds(&self, conn: &mut PgConnection, limit: i64) -> Result<usize, Error> {
        Ok(self.ledger.expire_holds(conn, limit)?)
    }

    /// Forgets what was counted for limits whose time is over, at most `limit` counters; returns how many.
    ///
    /// # Errors
    /// Those of the database.
    pub fn forget_counters(&self, conn: &mut PgConnection, limit: i64) -> Result<usize, Error> {
        // The longest stretch is a month; what was refused in it may be asked about a while longer.
        Ok(self.ledger.purge_counters(conn, self.clock.now() - TimeDelta::days(62), limit)?)
    }

    pub(crate) fn order(
        &self,
        wish: Wish,
        action: Action,
        terms: Terms,
        once: Option<Once>,
        note: Option<Note>,
    ) -> Order {
        let event_at = self.clock.now();
        Order {
            key: wish.key,
            fingerprint: wish.fingerprint,
            action,
            charges: terms.charges,
            caps: terms.caps,
            once,
            note,
            event_at,
        }
    }

    pub(crate) fn main_account(&self, conn: &mut PgConnection, user: UserId) -> Result<Account, Error> {
        self.account(conn, user, AccountKind::Main)
    }

    /// The person's account of a kind, opened where there is none. A new holder starts under the ceiling of their level.
    pub(crate) fn account(
        &self,
        conn: &mut PgConnection,
        user: UserId,
        kind: AccountKind,
    ) -> Result<Account, Error> {
        if let Some(account) = self.ledger.find_account_of(conn, user, kind)? {
            return Ok(account);
        }
        let new = NewHolder { owner: user, ceiling: self.ceiling_of(conn, user)? };
        let holder = self.ledger.open_holder(conn, &new)?;
        Ok(self.ledger.open_account(conn, holder.id, kind)?)
    }
}
