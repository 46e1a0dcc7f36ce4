//! What was paid at a till: its statement, a day's sums.

use super::{
    model::{Sum, Takings, Till},
    store,
};
use crate::{Dates, Error, Movement, Statement, Wallets, codes, merchant};
use diesel::PgConnection;
use hostolink_kernel::{AccountId, Cursor, Limit, Page, TillId, UserId, Xof};
use hostolink_ledger::{Flow, TransactionKind};
use std::collections::HashMap;

impl Wallets {
    /// What happened at a till, newest first.
    ///
    /// # Errors
    /// `wallet.till_unknown`, `wallet.till_closed`; those of the ledger, a cursor that is not of this list among them.
    pub fn till_transactions(
        &self,
        conn: &mut PgConnection,
        (user, id): (UserId, TillId),
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Movement>, Error> {
        let account = self.till_account(conn, user, id)?;
        Ok(self.ledger.statement(conn, account, after, limit)?.map(Movement::from))
    }

    /// What happened at a till in a period, to keep.
    ///
    /// # Errors
    /// `wallet.till_unknown`, `wallet.till_closed`, `wallet.statement_too_long`; those of the ledger.
    pub fn till_statement(
        &self,
        conn: &mut PgConnection,
        (user, id): (UserId, TillId),
        dates: Dates,
    ) -> Result<Statement, Error> {
        let account = self.till_account(conn, user, id)?;
        self.statement_of(conn, account, dates)
    }

    /// What was taken at a till in a period.
    ///
    /// # Errors
    /// `wallet.till_unknown`, `wallet.till_closed`; those of the ledger.
    pub fn till_takings(
        &self,
        conn: &mut PgConnection,
        (user, id): (UserId, TillId),
        dates: Dates,
    ) -> Result<Takings, Error> {
        let account = self.till_account(conn, user, id)?;
        Ok(self.takings(conn, &[account], dates)?.remove(&account).unwrap_or_default())
    }

    /// What was taken at each of a merchant's tills in a period, the merchant's own first. Those that were closed before are left out.
    ///
    /// # Errors
    /// `wallet.merchant_unknown`; those of the ledger.
    pub fn merchant_takings(
        &self,
        conn: &mut PgConnection,
        owner: UserId,
        dates: Dates,
    ) -> Result<Vec<(Till, Takings)>, Error> {
        let merchant = merchant::of_owner(conn, owner)?.ok_or(Error::Rule(&codes::MERCHANT_UNKNOWN))?;
        let found = store::worked_since(conn, merchant.id_commercant, dates.instants().0)?;
        let accounts: Vec<AccountId> = found.iter().filter_map(|found| found.row.compte).collect();
        let mut takings = self.takings(conn, &accounts, dates)?;
        let now = self.clock.now();
        let mut line = |found: store::Found| -> Result<(Till, Takings), Error> {
            let taken = found.row.compte.and_then(|account| takings.remove(&account)).unwrap_or_default();
            Ok((found.read(now)?, taken))
        };
        found.into_iter().map(&mut line).collect()
    }

    fn takings(
        &self,
        conn: &mut PgConnection,
        accounts: &[AccountId],
        dates: Dates,
    ) -> Result<HashMap<AccountId, Takings>, Error> {
        let mut takings: HashMap<AccountId, Takings> = HashMap::new();
        for flow in self.ledger.flows(conn, accounts, dates.instants())? {
            takings.entry(flow.account).or_default().count(&flow);
        }
        Ok(takings)
    }
}

impl Takings {
    /// Adds what one kind of transaction moved.
    fn count(&mut self, flow: &Flow) {
        let (received, given) = (sum(flow.receipts, flow.received), sum(flow.gifts, flow.given));
        match flow.kind {
            TransactionKind::QrPayment | TransactionKind::Capture => {
                let paid = flow.received.checked_add(flow.commission).unwrap_or(Xof::MAX);
                self.received = self.received.plus(sum(flow.receipts, paid));
                self.commission = self.commission.checked_add(flow.commission).unwrap_or(Xof::MAX);
            }
            TransactionKind::Refund => self.refunded = given,
            TransactionKind::Reversal => self.reversed = given,
            TransactionKind::OwnMove => (self.put_in, self.taken_out) = (received, given),
            _ => {}
        }
    }
}

const fn sum(count: i64, amount: Xof) -> Sum {
    Sum { count, amount }
}
