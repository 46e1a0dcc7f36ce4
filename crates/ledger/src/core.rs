//! The rules. No I/O, no clock, no chance: the same state and orders give the same decisions, in arrival order.

use crate::{
    AccountKind, AccountStatus, Action, IdempotencyKey, Once, Order, Outcome, Refusal, Sign, StoredOutcome,
    TransactionKind,
};
use hostolink_kernel::{AccountId, TransactionId, Xof};
use std::collections::{HashMap, HashSet, hash_map};

/// All that a batch of orders can depend on.
#[derive(Debug, Clone, Default)]
pub(crate) struct State {
    pub(crate) accounts: HashMap<AccountId, AccountState>,
    pub(crate) holders: HashMap<i64, HolderState>,
    /// Hostolink's own account that money comes from.
    pub(crate) issuance: Option<AccountId>,
    /// The transactions that orders want refunded.
    pub(crate) originals: HashMap<TransactionId, Original>,
    /// What may happen once and has happened.
    pub(crate) done: HashSet<Once>,
    /// The outcomes of keys that came earlier.
    pub(crate) stored: HashMap<IdempotencyKey, StoredOutcome>,
}

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

/// A transaction that somebody wants to refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Original {
    pub(crate) number: i64,
    pub(crate) kind: TransactionKind,
    pub(crate) from: AccountId,
    pub(crate) to: AccountId,
    pub(crate) amount: Xof,
    /// Francs given back already.
    pub(crate) refunded: i64,
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
    /// Who gives, who receives, then fees: their amounts sum to 0.
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

/// What an order comes to: who gives whom how much.
struct Plan {
    kind: TransactionKind,
    from: AccountId,
    to: AccountId,
    amount: Xof,
    refund_of: Option<TransactionId>,
}

impl State {
    fn obey(&mut self, order: &Order) -> Result<Movement, Refusal> {
        if order.once.is_some_and(|once| self.done.contains(&once)) {
            return Err(Refusal::AlreadyDone);
        }
        if order.action.amount().is_zero() {
            return Err(Refusal::AmountZero);
        }
        let plan = self.plan(&order.action)?;
        let amount = plan.amount.francs();
        let legs = self.legs(&[(plan.from, -amount), (plan.to, amount)])?;
        for leg in &legs {
            if let Some(account) = self.accounts.get_mut(&leg.account) {
                account.balance = leg.balance_after;
                account.version = leg.version;
                if account.kind.counts_to_ceiling() {
                    self.holders.entry(account.holder).or_default().counted += leg.amount;
                }
            }
        }
        if let Some(original) = plan.refund_of.and_then(|id| self.originals.get_mut(&id)) {
            original.refunded += amount;
        }
        self.done.extend(order.once);
        Ok(Movement { kind: plan.kind, amount: plan.amount, refund_of: plan.refund_of, legs })
    }

    fn plan(&self, action: &Action) -> Result<Plan, Refusal> {
        let kinds = |from, from_kind, to, to_kind| {
            if self.kind(from)? != from_kind || self.kind(to)? != to_kind {
                return Err(Refusal::WrongAccountKind);
            }
            if from == to { Err(Refusal::SameAccount) } else { Ok(()) }
        };
        match *action {
            Action::Transfer { from, to, amount } => {
                kinds(from, AccountKind::Main, to, AccountKind::Main)?;
                Ok(Plan { kind: TransactionKind::Transfer, from, to, amount, refund_of: None })
            }
            Action::CashIn { float, to, amount } => {
                kinds(float, AccountKind::Float, to, AccountKind::Main)?;
                Ok(Plan { kind: TransactionKind::CashIn, from: float, to, amount, refund_of: None })
            }
            Action::FundFloat { float, amount } => {
                let issuance = self.issuance.ok_or(Refusal::UnknownAccount)?;
                kinds(issuance, AccountKind::Issuance, float, AccountKind::Float)?;
                Ok(Plan {
                    kind: TransactionKind::Funding,
                    from: issuance,
                    to: float,
                    amount,
                    refund_of: None,
                })
            }
            Action::Refund { of, by, amount } => {
                let original = self.originals.get(&of).filter(|original| original.to == by);
                let original = original.ok_or(Refusal::UnknownTransaction)?;
                if original.kind != TransactionKind::Transfer {
                    return Err(Refusal::NotRefundable);
                }
                if amount.francs() > original.amount.francs() - original.refunded {
                    return Err(Refusal::RefundExceeds);
                }
                let (from, to) = (original.to, original.from);
                Ok(Plan { kind: TransactionKind::Refund, from, to, amount, refund_of: Some(of) })
            }
        }
    }

    fn kind(&self, account: AccountId) -> Result<AccountKind, Refusal> {
        self.accounts.get(&account).map(|state| state.kind).ok_or(Refusal::UnknownAccount)
    }

    /// Checks movements on distinct accounts. What takes money comes first: who can't pay learns nothing of the receiver.
    fn legs(&self, movements: &[(AccountId, i64)]) -> Result<Vec<Leg>, Refusal> {
        let mut legs = Vec::with_capacity(movements.len());
        for &(id, amount) in movements {
            let account = self.accounts.get(&id).ok_or(Refusal::UnknownAccount)?;
            let balance_after = account.balance + amount; // both are below 2^53 in size
            let allowed =
                if amount < 0 { account.may_give(balance_after) } else { account.may_receive(balance_after) };
            allowed?;
            legs.push(Leg {
                account: id,
                number: account.number,
                amount,
                balance_after,
                version: account.version + 1,
            });
        }
        for &(id, amount) in movements.iter().filter(|(_, amount)| *amount > 0) {
            let counting = self.accounts.get(&id).filter(|account| account.kind.counts_to_ceiling());
            let Some(holder) = counting.and_then(|account| self.holders.get(&account.holder)) else {
                continue;
            };
            if holder.ceiling.is_some_and(|ceiling| holder.counted + amount > ceiling.francs()) {
                return Err(Refusal::ReceiverCeiling);
            }
        }
        Ok(legs)
    }
}

impl AccountState {
    fn may_give(&self, balance_after: i64) -> Result<(), Refusal> {
        if !self.status.gives() {
            return Err(Refusal::SenderBlocked);
        }
        match self.kind.sign() {
            Sign::Credit if balance_after < self.held => Err(Refusal::InsufficientFunds),
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
