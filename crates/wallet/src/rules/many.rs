//! What many operations of one giver cost and have to keep: what is the same for all is asked once.

use super::{Fee, Levels, Operation, Side, Terms, book::Book};
use crate::{Error, Wallets};
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use hostolink_kernel::{AccountId, UserId, Xof};
use hostolink_ledger::{Account, AccountKind, Bearer, Cap, Charge};
use std::sync::Arc;

/// What is the same for all operations of a kind of one giver.
pub(crate) struct Rates {
    operation: Operation,
    now: DateTime<Utc>,
    book: Arc<Book>,
    levels: Levels,
    /// What the giver has to keep.
    caps: Vec<Cap>,
    /// Where fees go; asked for when there are any.
    fees: Option<AccountId>,
}

impl Wallets {
    /// Reads it, for these receivers.
    pub(crate) fn rates_for<'a>(
        &self,
        conn: &mut PgConnection,
        operation: Operation,
        giver: &Account,
        receivers: impl Iterator<Item = &'a Account>,
    ) -> Result<Rates, Error> {
        let (now, book) = (self.clock.now(), self.book(conn)?);
        let people: Vec<UserId> =
            receivers.map(|account| account.owner).chain([giver.owner]).flatten().collect();
        let levels = Levels::of(conn, &people)?;
        let rules = book.of_operation(levels.at(giver), operation, Side::Given, now.date_naive());
        let caps = rules.filter_map(|rule| rule.cap(giver.id, now)).collect();
        Ok(Rates { operation, now, book, levels, caps, fees: None })
    }

    /// What one of them costs and has to keep. The receiver's ceiling is brought up to date on the way.
    pub(crate) fn terms_at(
        &self,
        conn: &mut PgConnection,
        rates: &mut Rates,
        receiver: &Account,
        amount: Xof,
    ) -> Result<(Terms, Fee), Error> {
        let (today, level) = (rates.now.date_naive(), rates.levels.at(receiver));
        self.keep_ceiling(conn, receiver, rates.book.ceiling(level, today))?;
        let rules = rates.book.of_operation(level, rates.operation, Side::Received, today);
        let received = rules.filter_map(|rule| rule.cap(receiver.id, rates.now));
        let caps = rates.caps.iter().cloned().chain(received).collect();
        let fee = rates.book.fee(rates.operation, amount, today)?;
        let mut charges = Vec::new();
        if !fee.total.is_zero() {
            let to = match rates.fees {
                Some(to) => to,
                None => self.ledger.system_account(conn, AccountKind::Fees)?.id,
            };
            rates.fees = Some(to);
            charges.push(Charge { to, amount: fee.total, bearer: Bearer::Giver });
        }
        Ok((Terms { charges, caps }, fee))
    }
}
