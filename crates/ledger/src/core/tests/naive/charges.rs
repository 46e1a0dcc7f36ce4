//! What orders cost, and whom.

use super::Naive;
use crate::{AccountKind, Action, Bearer, Charge, Order, Refusal};
use hostolink_kernel::AccountId;

/// What an order costs one of its sides.
pub(super) fn cost(order: &Order, bearer: Bearer) -> i64 {
    order.charges.iter().filter(|charge| charge.bearer == bearer).map(|charge| charge.amount.francs()).sum()
}

/// What a payment moves: both sides, then each account that earns, once.
pub(super) fn moves(
    giver: (AccountId, i64),
    receiver: (AccountId, i64),
    charges: &[Charge],
) -> Vec<(AccountId, i64)> {
    let mut moves = vec![giver, receiver];
    for charge in charges {
        match moves.iter_mut().skip(2).find(|(account, _)| *account == charge.to) {
            Some((_, francs)) => *francs += charge.amount.francs(),
            None => moves.push((charge.to, charge.amount.francs())),
        }
    }
    moves
}

impl Naive {
    pub(super) fn judge_charges(&self, order: &Order) -> Result<(), Refusal> {
        let free = matches!(
            order.action,
            Action::FundFloat { .. }
                | Action::Save { .. }
                | Action::MoveOwn { .. }
                | Action::Adjust { .. }
                | Action::Hold { .. }
                | Action::Release { .. }
                | Action::Expire { .. }
                | Action::Refund { .. }
                | Action::Reverse { .. }
        );
        if free && !order.charges.is_empty() {
            return Err(Refusal::WrongAccountKind);
        }
        let mut earlier = Vec::new();
        for charge in &order.charges {
            if charge.amount.is_zero() {
                return Err(Refusal::AmountZero);
            }
            if !matches!(self.member(charge.to)?.kind, AccountKind::Fees | AccountKind::Commission) {
                return Err(Refusal::WrongAccountKind);
            }
            if earlier.contains(&(charge.to, charge.bearer)) {
                return Err(Refusal::SameAccount);
            }
            earlier.push((charge.to, charge.bearer));
        }
        let off = cost(order, Bearer::Receiver);
        match order.action {
            _ if off == 0 => Ok(()),
            Action::QrPayment { amount, .. } | Action::Capture { amount, .. } if amount.francs() > off => {
                Ok(())
            }
            Action::QrPayment { .. } | Action::Capture { .. } => Err(Refusal::ChargeExceeds),
            _ => Err(Refusal::WrongAccountKind),
        }
    }
}
