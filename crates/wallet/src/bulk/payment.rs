//! A file that is being paid. Any number of processes may, and die as they like: a line has one key, so it is paid once, and whoever
//! comes next reads what the ledger answered.

use super::{
    model::{Bulk, BulkLine, BulkMode, BulkState, LineFilter},
    store::{self, Settled},
};
use crate::{Error, Wallets, Wish, codes, fingerprint, rules::Operation};
use chrono::TimeDelta;
use diesel::{Connection, PgConnection};
use hostolink_audit as audit;
use hostolink_kernel::{DomainError, ErrorCode, TransactionId, UserId, Xof};
use hostolink_ledger::{
    Account, AccountKind, Action, IdempotencyKey, KEY_REUSED, Order, Outcome, Refusal, Reply,
};
use std::collections::{HashMap, hash_map::Entry};

/// For how long a process that says nothing is thought to be paying.
const LEASE: TimeDelta = TimeDelta::seconds(10);

/// A line to be paid now.
#[derive(Debug, Clone)]
pub struct DueLine {
    /// Its number.
    pub number: u32,
    /// The order that pays it.
    pub order: Order,
}

/// A line's number, and its order or why there is none.
type Ordered = (u32, Result<Order, &'static ErrorCode>);

/// What came of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineOutcome {
    /// It was paid.
    Done(TransactionId),
    /// It was refused, and this code says why.
    Refused(&'static str),
    /// It was not paid because its file was stopped.
    Stopped,
}

impl From<&Reply> for LineOutcome {
    fn from(reply: &Reply) -> Self {
        match reply {
            Reply::Done { outcome: Outcome::Accepted(receipt), .. } => Self::Done(receipt.transaction),
            // No payment of a line happens once: only the order that stops it finds what is closed.
            Reply::Done { outcome: Outcome::Refused(Refusal::Closed), .. } => Self::Stopped,
            Reply::Done { outcome: Outcome::Refused(refusal), .. } => Self::Refused(refusal.code().code),
            Reply::KeyReused => Self::Refused(KEY_REUSED.code),
        }
    }
}

impl Wallets {
    /// The confirmed file that waits longest for a process to pay it. It is this one's until it says nothing for ten seconds.
    ///
    /// # Errors
    /// Those of the database.
    pub fn take_bulk(&self, conn: &mut PgConnection) -> Result<Option<Bulk>, Error> {
        let now = self.clock.now();
        conn.transaction(|conn| store::take(conn, now, now + LEASE))
    }

    /// The next lines of a file to be paid, at most `limit`; all of them where they stand or fall together. What the ledger knows
    /// already, and what can't be ordered any more, is written down on the way. Of a file that was stopped, the orders pay nothing and
    /// only see to it that nobody pays those lines any more. `None` where no line is left.
    ///
    /// # Errors
    /// Those of the database.
    pub fn next_of_bulk(
        &self,
        conn: &mut PgConnection,
        bulk: &Bulk,
        limit: i64,
    ) -> Result<Option<Vec<DueLine>>, Error> {
        let together = bulk.mode == Some(BulkMode::Atomic);
        let limit = if together { BulkMode::MOST_TOGETHER.into() } else { limit };
        let lines = store::lines(conn, bulk.key, Some(LineFilter::Ready), 0, limit)?;
        if lines.is_empty() {
            return Ok(None);
        }
        let is_stopped = store::hold(conn, bulk.key, self.clock.now() + LEASE)?;
        let mut wishes = Vec::with_capacity(lines.len());
        for line in &lines {
            wishes.push(wish(bulk, line)?);
        }
        let keys: Vec<IdempotencyKey> = wishes.iter().map(|wish| wish.key.clone()).collect();
        let known = self.ledger.find_outcomes(conn, &keys)?;
        // What goes together is asked for together, or has its outcomes together.
        let is_known = |wish: &Wish| known.get(&wish.key).filter(|_| !together || known.len() == keys.len());
        let (mut outcomes, mut rest) = (Vec::new(), Vec::new());
        for (line, wish) in lines.into_iter().zip(wishes) {
            match is_known(&wish) {
                Some(stored) => {
                    outcomes.push((line.number, LineOutcome::from(&stored.reply(&wish.fingerprint))));
                }
                None => rest.push((line, wish)),
            }
        }
        let ordered = if is_stopped {
            self.spend_lines(conn, bulk, rest)?
        } else {
            self.order_lines(conn, bulk, rest)?
        };
        let fails = together && ordered.iter().any(|(_, order)| order.is_err());
        let mut due = Vec::with_capacity(ordered.len());
        for (number, order) in ordered {
            match order {
                Ok(order) if !fails => due.push(DueLine { number, order }),
                Ok(_) => outcomes.push((number, LineOutcome::Refused(Refusal::OtherRefused.code().code))),
                Err(code) => outcomes.push((number, LineOutcome::Refused(code.code))),
            }
        }
        self.settle_bulk(conn, bulk, &outcomes)?;
        Ok(Some(due))
    }

    /// Writes down what came of lines, and that the file is over once every line has an outcome.
    ///
    /// # Errors
    /// Those of the database.
    pub fn settle_bulk(
        &self,
        conn: &mut PgConnection,
        bulk: &Bulk,
        outcomes: &[(u32, LineOutcome)],
    ) -> Result<(), Error> {
        if outcomes.is_empty() {
            return Ok(());
        }
        let now = self.clock.now();
        conn.transaction(|conn| {
            let mut bulk = store::lock(conn, bulk.key)?;
            for (amount, settled) in store::settle_lines(conn, bulk.key, outcomes)? {
                match settled {
                    Settled::Done => {
                        bulk.done += 1;
                        // No more than all the amounts, which have a sum.
                        bulk.paid = bulk.paid.checked_add(amount).unwrap_or(Xof::MAX);
                    }
                    Settled::Refused => bulk.refused += 1,
                    Settled::Stopped => bulk.stopped += 1,
                }
            }
            let is_over = bulk.state == BulkState::Running && bulk.pending() == 0;
            if is_over {
                bulk.state = if bulk.stopped > 0 { BulkState::Stopped } else { BulkState::Ended };
                bulk.ended_at = Some(now);
            }
            store::progress(conn, &bulk)?;
            if is_over {
                let actor = audit::Actor { user: None, trace_id: None, address: None };
                self.record_bulk(conn, &actor, "wallet.bulk_ended", &bulk)?;
            }
            Ok(())
        })
    }

    /// The orders that spend the keys of lines which nobody is to pay any more.
    fn spend_lines(
        &self,
        conn: &mut PgConnection,
        bulk: &Bulk,
        lines: Vec<(BulkLine, Wish)>,
    ) -> Result<Vec<Ordered>, Error> {
        let giver = self.main_account(conn, bulk.owner)?;
        let spend =
            |(line, wish): (BulkLine, Wish)| (line.number, Ok(self.spend_line(bulk, &giver, &line, wish)));
        Ok(lines.into_iter().map(spend).collect())
    }

    /// The orders of lines, or why there is none: whatever their number in a fixed number of queries, but for receivers whose account is
    /// not open yet or whose ceiling has changed, and lines that a rule of vigilance refuses.
    fn order_lines(
        &self,
        conn: &mut PgConnection,
        bulk: &Bulk,
        lines: Vec<(BulkLine, Wish)>,
    ) -> Result<Vec<Ordered>, Error> {
        let giver = self.main_account(conn, bulk.owner)?;
        let receivers: Vec<UserId> = lines.iter().filter_map(|(line, _)| line.receiver).collect();
        let mut accounts: HashMap<UserId, Account> =
            self.ledger.find_accounts_of(conn, &receivers, AccountKind::Main)?;
        for user in receivers {
            if let Entry::Vacant(unopened) = accounts.entry(user) {
                unopened.insert(self.main_account(conn, user)?);
            }
        }
        let mut rates = self.rates_for(conn, Operation::Transfer, &giver, accounts.values())?;
        let mut guard = self.guard(conn, &giver)?;
        let mut ordered = Vec::with_capacity(lines.len());
        for (line, wish) in lines {
            let receiver = line.receiver.and_then(|user| accounts.get(&user));
            let (Some(receiver), Some(amount)) = (receiver, line.amount) else {
                ordered.push((line.number, Err(&codes::RECEIVER_UNKNOWN)));
                continue;
            };
            let terms = self.terms_at(conn, &mut rates, receiver, amount).and_then(|(terms, fee)| {
                // What the payer said yes to is what they pay.
                if line.fee != Some(fee.total) {
                    return Err(Error::Rule(&codes::FEE_CHANGED));
                }
                // What a rule counts, it counts among the lines of a round too.
                if let (Some(guard), Some(user)) = (guard.as_mut(), line.receiver) {
                    self.let_through(conn, guard, (user, amount))?;
                }
                Ok(terms)
            });
            let order = match terms {
                Ok(terms) => {
                    let action = Action::Transfer { from: giver.id, to: receiver.id, amount };
                    Ok(self.order(wish, action, terms, None, line.note))
                }
                Err(error @ (Error::Rule(_) | Error::Refused(_))) => Err(error.code()),
                Err(error) => return Err(error),
            };
            ordered.push((line.number, order));
        }
        Ok(ordered)
    }
}

/// The wish of a line: the same whichever process pays it, and however often.
fn wish(bulk: &Bulk, line: &BulkLine) -> Result<Wish, Error> {
    let key = IdempotencyKey::parse(bulk.owner, &format!("bulk/{}/{}", bulk.id, line.number));
    let amount = line.amount.unwrap_or_default();
    Ok(Wish {
        key: key.map_err(|_| Error::Rule(&codes::BULK_UNKNOWN))?,
        fingerprint: fingerprint::bulk_line(bulk.id, line.number, amount),
    })
}
