//! The rules. No I/O, no clock, no chance: the same state and orders give the same decisions, in arrival order.

mod plan;

use crate::{
    AccountKind, AccountStatus, Cap, Count, IdempotencyKey, Once, Order, Outcome, Refusal, Sign,
    StoredOutcome, TransactionKind,
};
use chrono::{DateTime, Utc};
use hostolink_kernel::{AccountId, TransactionId, Xof};
use plan::{Change, Plan};
use std::collections::{HashMap, HashSet, hash_map};

/// All that a batch of orders can depend on.
#[derive(Debug, Clone, Default)]
pub(crate) struct State {
    /// When the batch is decided.
    pub(crate) now: DateTime<Utc>,
    pub(crate) accounts: HashMap<AccountId, AccountState>,
    pub(crate) holders: HashMap<i64, HolderState>,
    /// Hostolink's own account that money comes from.
    pub(crate) issuance: Option<AccountId>,
    /// The transactions that orders want refunded, undone or, being holds, ended.
    pub(crate) originals: HashMap<TransactionId, Original>,
    /// What may happen once and has happened.
    pub(crate) done: HashSet<Once>,
    /// What holders have moved in the stretches of time that orders' caps name.
    pub(crate) counters: HashMap<CounterKey, Count>,
    /// What may happen once and was closed: it is not to happen any more.
    pub(crate) closed: HashSet<Once>,
    /// The outcomes of keys that came earlier.
    pub(crate) stored: HashMap<IdempotencyKey, StoredOutcome>,
}

/// A holder's counter: whose, of what, from when on.
pub(crate) type CounterKey = (i64, String, DateTime<Utc>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AccountState {
    pub(crate) number: i64,
    pub(crate) holder: i64,
    pub(crate) kind: AccountKind,
    pub(crate) status: AccountStatus,
    /// Signed francs.
    pub(crate) balance: i64,
    pub(crate) held: i64,
    pub(crate) version: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct HolderState {
    pub(crate) ceiling: Option<Xof>,
    /// Francs on the holder's accounts that count towards it.
    pub(crate) counted: i64,
}

/// A transaction that an order concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Original {
    pub(crate) number: i64,
    pub(crate) kind: TransactionKind,
    pub(crate) from: AccountId,
    pub(crate) to: AccountId,
    pub(crate) amount: Xof,
    /// Francs given back already.
    pub(crate) refunded: i64,
    /// Of a hold: from when on it can't be captured.
    pub(crate) expires_at: Option<DateTime<Utc>>,
    /// Of a hold: whether it was captured, released or expired.
    pub(crate) ended: bool,
    /// What it did to each account, in signed francs, who gave first.
    pub(crate) movements: Vec<(AccountId, i64)>,
}

/// What becomes of one order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Decision {
    Accepted(Movement),
    Refused(Refusal),
    /// An earlier batch decided.
    Stored(Outcome),
    /// The order at this place in the batch decides.
    SameAs(usize),
    KeyReused,
}

/// A transaction to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Movement {
    pub(crate) kind: TransactionKind,
    pub(crate) amount: Xof,
    pub(crate) refund_of: Option<TransactionId>,
    /// The hold that it ends.
    pub(crate) hold: Option<TransactionId>,
    pub(crate) expires_at: Option<DateTime<Utc>>,
    pub(crate) to: AccountId,
    /// Who gives, who receives, then charges: their amounts sum to 0. What only sets aside or lets go has the first alone.
    pub(crate) legs: Vec<Leg>,
}

/// An entry to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Leg {
    pub(crate) account: AccountId,
    pub(crate) number: i64,
    /// Signed francs.
    pub(crate) amount: i64,
    pub(crate) balance_after: i64,
    /// By how much it changes what is set aside.
    pub(crate) held: i64,
    pub(crate) held_after: i64,
    pub(crate) version: i64,
}

/// Decides the orders one after the other; each sees what those before it did. `state` becomes what it is afterwards.
pub(crate) fn apply(state: &mut State, orders: &[Order]) -> Vec<Decision> {
    let mut seen: HashMap<&IdempotencyKey, usize> = HashMap::with_capacity(orders.len());
    let mut decisions = Vec::with_capacity(orders.len());
    for (place, order) in orders.iter().enumerate() {
        decisions.push(if let Some(stored) = state.stored.get(&order.key) {
            if stored.fingerprint == order.fingerprint {
                Decision::Stored(stored.outcome)
            } else {
                Decision::KeyReused
            }
        } else {
            match seen.entry(&order.key) {
                hash_map::Entry::Occupied(first) if orders[*first.get()].fingerprint == order.fingerprint => {
                    Decision::SameAs(*first.get())
                }
                hash_map::Entry::Occupied(_) => Decision::KeyReused,
                hash_map::Entry::Vacant(new) => {
                    new.insert(place);
                    state.obey(order).map_or_else(Decision::Refused, Decision::Accepted)
                }
            }
        });
    }
    decisions
}

/// The same for orders that are done all or not at all: where one is not, none is.
pub(crate) fn apply_together(state: &mut State, orders: &[Order]) -> Vec<Decision> {
    let before = state.clone();
    let decisions = apply(state, orders);
    let stands = |decision: &Decision| {
        matches!(
            decision,
            Decision::Accepted(_) | Decision::SameAs(_) | Decision::Stored(Outcome::Accepted(_))
        )
    };
    if decisions.iter().all(stands) {
        return decisions;
    }
    *state = before;
    let undone = |decision| match decision {
        Decision::Accepted(_) => Decision::Refused(Refusal::OtherRefused),
        decided => decided,
    };
    decisions.into_iter().map(undone).collect()
}

impl State {
    fn obey(&mut self, order: &Order) -> Result<Movement, Refusal> {
        if order.once.is_some_and(|once| self.done.contains(&once)) {
            return Err(Refusal::AlreadyDone);
        }
        if order.once.is_some_and(|once| self.closed.contains(&once)) {
            return Err(Refusal::Closed);
        }
        let plan = self.plan(order)?;
        let legs = self.legs(&plan)?;
        self.check_caps(order, &plan)?;
        self.check_ceilings(&legs)?;
        for leg in &legs {
            if let Some(account) = self.accounts.get_mut(&leg.account) {
                account.balance = leg.balance_after;
                account.held = leg.held_after;
                account.version = leg.version;
                if account.kind.counts_to_ceiling() {
                    self.holders.entry(account.holder).or_default().counted += leg.amount;
                }
            }
        }
        if let Some(original) = plan.refund_of.and_then(|id| self.originals.get_mut(&id)) {
            original.refunded += plan.amount.francs();
        }
        if let Some(hold) = plan.hold.and_then(|id| self.originals.get_mut(&id)) {
            hold.ended = true;
        }
        self.done.extend(order.once);
        self.count(order, plan.amount);
        let Plan { kind, amount, refund_of, hold, expires_at, to, .. } = plan;
        Ok(Movement { kind, amount, refund_of, hold, expires_at, to, legs })
    }

    /// Checks changes on distinct accounts. Who gives comes first: who can't pay learns nothing of the receiver.
    fn legs(&self, plan: &Plan) -> Result<Vec<Leg>, Refusal> {
        plan.changes.iter().map(|change| self.leg(change, plan.settles)).collect()
    }

    fn check_ceilings(&self, legs: &[Leg]) -> Result<(), Refusal> {
        for leg in legs.iter().filter(|leg| leg.amount > 0) {
            let Some(bearer) = self.bearer(leg) else { continue };
            // What goes from one of a holder's accounts to another lifts nothing.
            let own = |other: &&Leg| other.amount < 0 && self.bearer(other) == Some(bearer);
            let rise = leg.amount + legs.iter().filter(own).map(|leg| leg.amount).sum::<i64>();
            let Some(holder) = self.holders.get(&bearer) else { continue };
            if rise > 0 && holder.ceiling.is_some_and(|ceiling| holder.counted + rise > ceiling.francs()) {
                return Err(Refusal::ReceiverCeiling);
            }
        }
        Ok(())
    }

    /// The giver's own caps say which one; the other side's say what their ceiling says, and come last.
    fn check_caps(&self, order: &Order, plan: &Plan) -> Result<(), Refusal> {
        let giver = plan.changes.first().map(|change| change.account);
        let (own, others): (Vec<&Cap>, Vec<&Cap>) =
            order.caps.iter().partition(|cap| Some(cap.account) == giver);
        for cap in own {
            self.exceeds(cap, plan.amount)?.map_or(Ok(()), Err)?;
        }
        for cap in others {
            self.exceeds(cap, plan.amount)?.map_or(Ok(()), |_| Err(Refusal::ReceiverCeiling))?;
        }
        Ok(())
    }

    fn exceeds(&self, cap: &Cap, amount: Xof) -> Result<Option<Refusal>, Refusal> {
        let holder = self.accounts.get(&cap.account).ok_or(Refusal::UnknownAccount)?.holder;
        let counted = cap
            .counter()
            .and_then(|counter| self.counters.get(&(holder, counter.name.clone(), counter.from)).copied());
        Ok(cap.refusal(counted.unwrap_or_default().with(amount.francs())))
    }

    /// Counts an accepted order, once in each counter that its caps name.
    fn count(&mut self, order: &Order, amount: Xof) {
        let keys: HashSet<CounterKey> = order
            .caps
            .iter()
            .filter_map(|cap| {
                let counter = cap.counter()?;
                let holder = self.accounts.get(&cap.account)?.holder;
                Some((holder, counter.name.clone(), counter.from))
            })
            .collect();
        for key in keys {
            let counted = self.counters.entry(key).or_default();
            *counted = counted.with(amount.francs());
        }
    }

    /// The holder whose ceiling counts this account.
    fn bearer(&self, leg: &Leg) -> Option<i64> {
        let counting = self.accounts.get(&leg.account).filter(|account| account.kind.counts_to_ceiling());
        counting.map(|account| account.holder)
    }

    fn leg(&self, change: &Change, settles: bool) -> Result<Leg, Refusal> {
        let account = self.accounts.get(&change.account).ok_or(Refusal::UnknownAccount)?;
        let balance_after = account.balance + change.amount; // both are below 2^53 in size
        let held_after = account.held + change.held;
        if change.amount > 0 {
            account.may_receive(balance_after)?;
        } else {
            if !settles {
                account.may_give()?;
            }
            account.can_give(balance_after, held_after)?;
        }
        Ok(Leg {
            account: change.account,
            number: account.number,
            amount: change.amount,
            balance_after,
            held: change.held,
            held_after,
            version: account.version + 1,
        })
    }
}

impl AccountState {
    fn may_give(&self) -> Result<(), Refusal> {
        if self.status.gives() { Ok(()) } else { Err(Refusal::SenderBlocked) }
    }

    fn can_give(&self, balance_after: i64, held_after: i64) -> Result<(), Refusal> {
        match self.kind.sign() {
            Sign::Credit if balance_after < held_after => Err(Refusal::InsufficientFunds),
            Sign::Debit if balance_after < -Xof::MAX.francs() => Err(Refusal::AmountTooLarge),
            _ => Ok(()),
        }
    }

    fn may_receive(&self, balance_after: i64) -> Result<(), Refusal> {
        if !self.status.receives() {
            return Err(Refusal::ReceiverBlocked);
        }
        match self.kind.sign() {
            Sign::Credit if balance_after > Xof::MAX.francs() => Err(Refusal::AmountTooLarge),
            // More comes back than ever went out.
            Sign::Debit if balance_after > 0 => Err(Refusal::AmountTooLarge),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
