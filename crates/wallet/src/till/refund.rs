//! What was paid at a till is given back there.

use super::{model::TillRefund, store::Found};
use crate::{Error, Wallets, codes};
use chrono::{Days, NaiveTime};
use diesel::PgConnection;
use hostolink_ledger::{Cap, Counter, Order, Window};

impl Wallets {
    /// The order that gives back what was paid at a till. A cashier gives back as much a day as the merchant allows, which the ledger
    /// counts with the posting; the merchant as much as there is.
    ///
    /// # Errors
    /// `wallet.till_unknown`, `wallet.till_closed`; `wallet.transaction_unknown` for what was not paid there; `wallet.till_refunds_off`;
    /// what the ledger would refuse; those of the database.
    pub fn prepare_till_refund(&self, conn: &mut PgConnection, command: TillRefund) -> Result<Order, Error> {
        let user = command.wish.key.actor();
        let found = self.desk(conn, user, command.till)?;
        let account = found.row.compte.ok_or(Error::Rule(&codes::TILL_CLOSED))?;
        let paid = self.ledger.find_transaction(conn, command.of)?;
        let paid = paid.filter(|paid| paid.to.account == account);
        let paid = paid.ok_or(Error::Rule(&codes::TRANSACTION_UNKNOWN))?;
        let order = self.refund_of(conn, command.wish, &paid, command.amount, command.note)?;
        let caps = if found.is_owner(user) { Vec::new() } else { vec![self.refund_cap(&found)?] };
        Ok(Order { caps, ..order })
    }

    /// How much a cashier may give back today. It is the till's own counter, of the same kind as people's limits.
    fn refund_cap(&self, found: &Found) -> Result<Cap, Error> {
        let now = self.clock.now();
        if !found.takes_payments(now)? {
            return Err(Error::Rule(&codes::MERCHANT_STATE));
        }
        let (Some(most), Some(account)) = (found.merchant.plafond_remboursement, found.row.compte) else {
            return Err(Error::Rule(&codes::TILL_REFUNDS_OFF));
        };
        let today = now.date_naive();
        let tomorrow = today.checked_add_days(Days::new(1)).unwrap_or(today);
        let counter = Counter {
            name: format!("rendu:{}", found.id().uuid().simple()),
            from: today.and_time(NaiveTime::MIN).and_utc(),
            until: tomorrow.and_time(NaiveTime::MIN).and_utc(),
        };
        Ok(Cap { account, window: Window::Day(counter), amount: Some(most), count: None })
    }
}
