//! What an order comes to, before balances are looked at: of which accounts, for how much, under which rule.

use super::{Original, State};
use crate::{AccountKind, Action, Bearer, Charge, Order, Refusal, TransactionKind};
use chrono::{DateTime, Utc};
use hostolink_kernel::{AccountId, TransactionId, Xof};

/// What an order does, if balances, freezes and ceilings allow.
pub(super) struct Plan {
    pub(super) kind: TransactionKind,
    pub(super) amount: Xof,
    pub(super) refund_of: Option<TransactionId>,
    pub(super) hold: Option<TransactionId>,
    pub(super) expires_at: Option<DateTime<Utc>>,
    pub(super) to: AccountId,
    /// Who gives, who receives, then charges.
    pub(super) changes: Vec<Change>,
    /// It settles what was decided earlier: that the giver was frozen since does not stop it.
    pub(super) settles: bool,
}

/// What it does to one account, in signed francs.
pub(super) struct Change {
    pub(super) account: AccountId,
    pub(super) amount: i64,
    pub(super) held: i64,
}

impl Change {
    const fn moves(account: AccountId, amount: i64) -> Self {
        Self { account, amount, held: 0 }
    }

    const fn sets_aside(account: AccountId, held: i64) -> Self {
        Self { account, amount: 0, held }
    }
}

impl Plan {
    fn payment(
        kind: TransactionKind,
        from: AccountId,
        to: AccountId,
        amount: Xof,
        charges: &[Charge],
    ) -> Self {
        let (francs, paid) = (amount.francs(), |bearer| total(charges, bearer));
        let gives = Change::moves(from, -francs - paid(Bearer::Giver));
        let mut changes = vec![gives, Change::moves(to, francs - paid(Bearer::Receiver))];
        for charge in charges {
            // What both sides pay to one account comes there in one entry.
            match changes.iter_mut().skip(2).find(|change| change.account == charge.to) {
                Some(change) => change.amount += charge.amount.francs(),
                None => changes.push(Change::moves(charge.to, charge.amount.francs())),
            }
        }
        Self { kind, amount, refund_of: None, hold: None, expires_at: None, to, changes, settles: false }
    }

    /// Lets go of a hold.
    fn release(kind: TransactionKind, id: TransactionId, hold: &Original) -> Self {
        let changes = vec![Change::sets_aside(hold.from, -hold.amount.francs())];
        let (amount, to) = (hold.amount, hold.to);
        Self { kind, amount, refund_of: None, hold: Some(id), expires_at: None, to, changes, settles: true }
    }
}

/// What all the charges of one side come to. There are few, each below 2^53: it does not overflow.
fn total(charges: &[Charge], bearer: Bearer) -> i64 {
    charges.iter().filter(|charge| charge.bearer == bearer).map(|charge| charge.amount.francs()).sum()
}

impl State {
    pub(super) fn plan(&self, order: &Order) -> Result<Plan, Refusal> {
        use AccountKind::{Float, Issuance, Main, Merchant, Savings, Till};
        if order.action.amount().is_some_and(Xof::is_zero) {
            return Err(Refusal::AmountZero);
        }
        self.check_charges(order)?;
        let charges = order.charges.as_slice();
        match order.action {
            Action::Transfer { from, to, amount } => {
                self.check_sides((from, Main), (to, Main))?;
                Ok(Plan::payment(TransactionKind::Transfer, from, to, amount, charges))
            }
            Action::QrPayment { from, to, amount } => {
                let receiving = self.kind(to)?;
                self.check_sides((from, Main), (to, receiving))?;
                if !receiving.takes_codes() {
                    return Err(Refusal::WrongAccountKind);
                }
                Ok(Plan::payment(TransactionKind::QrPayment, from, to, amount, charges))
            }
            Action::Save { from, to, amount } => {
                let own = self.holder(from)? == self.holder(to)?;
                if !own || !matches!((self.kind(from)?, self.kind(to)?), (Main, Savings) | (Savings, Main)) {
                    return Err(Refusal::WrongAccountKind);
                }
                Ok(Plan::payment(TransactionKind::Saving, from, to, amount, &[]))
            }
            Action::MoveOwn { from, to, amount } => {
                let own = self.holder(from)? == self.holder(to)?;
                let sides = (self.kind(from)?, self.kind(to)?);
                let pair = matches!(sides, (Main | Till, Merchant) | (Merchant, Main | Till));
                if !own || !pair {
                    return Err(Refusal::WrongAccountKind);
                }
                Ok(Plan::payment(TransactionKind::OwnMove, from, to, amount, &[]))
            }
            Action::CashIn { float, to, amount } => {
                self.check_sides((float, Float), (to, Main))?;
                Ok(Plan::payment(TransactionKind::CashIn, float, to, amount, charges))
            }
            Action::CashOut { from, float, amount } => {
                self.check_sides((from, Main), (float, Float))?;
                Ok(Plan::payment(TransactionKind::CashOut, from, float, amount, charges))
            }
            Action::FundFloat { float, amount } => {
                let issuance = self.issuance.ok_or(Refusal::UnknownAccount)?;
                self.check_sides((issuance, Issuance), (float, Float))?;
                Ok(Plan::payment(TransactionKind::Funding, issuance, float, amount, &[]))
            }
            Action::Adjust { from, to, amount } => {
                let (giving, receiving) = (self.kind(from)?, self.kind(to)?);
                if !giving.is_own() && !receiving.is_own() {
                    return Err(Refusal::WrongAccountKind);
                }
                self.check_sides((from, giving), (to, receiving))?;
                let plan = Plan::payment(TransactionKind::Adjustment, from, to, amount, &[]);
                Ok(Plan { settles: true, ..plan })
            }
            Action::Hold { from, to, amount, expires_at } => {
                self.check_sides((from, Main), (to, self.kind(to)?))?;
                let changes = vec![Change::sets_aside(from, amount.francs())];
                let kind = TransactionKind::Hold;
                Ok(Plan {
                    kind,
                    amount,
                    refund_of: None,
                    hold: None,
                    expires_at,
                    to,
                    changes,
                    settles: false,
                })
            }
            Action::Capture { hold, by, amount } => self.capture(hold, by, amount, charges),
            Action::Release { hold: id, by } => {
                let hold = self.open_hold(id, Some(by))?;
                Ok(Plan::release(TransactionKind::Release, id, hold))
            }
            Action::Expire { hold: id } => {
                let hold = self.open_hold(id, None)?;
                if hold.expires_at.is_none_or(|end| self.now < end) {
                    return Err(Refusal::HoldRunning);
                }
                Ok(Plan::release(TransactionKind::Expiry, id, hold))
            }
            Action::Refund { of, by, amount } => self.refund(of, by, amount),
            Action::Reverse { of } => self.reverse(of),
        }
    }

    fn capture(
        &self,
        id: TransactionId,
        by: AccountId,
        amount: Xof,
        charges: &[Charge],
    ) -> Result<Plan, Refusal> {
        let hold = self.open_hold(id, Some(by))?;
        if hold.expires_at.is_some_and(|end| end <= self.now) {
            return Err(Refusal::HoldExpired);
        }
        if charges.iter().any(|charge| charge.to == hold.to) {
            return Err(Refusal::SameAccount);
        }
        if amount.francs() + total(charges, Bearer::Giver) > hold.amount.francs() {
            return Err(Refusal::CaptureExceeds);
        }
        let mut plan = Plan::payment(TransactionKind::Capture, hold.from, hold.to, amount, charges);
        if let Some(giver) = plan.changes.first_mut() {
            giver.held = -hold.amount.francs();
        }
        Ok(Plan { hold: Some(id), settles: true, ..plan })
    }

    fn refund(&self, of: TransactionId, by: AccountId, amount: Xof) -> Result<Plan, Refusal> {
        let original = self.originals.get(&of).filter(|original| original.to == by);
        let original = original.ok_or(Refusal::UnknownTransaction)?;
        if !original.kind.refundable() {
            return Err(Refusal::NotRefundable);
        }
        if amount.francs() > original.amount.francs() - original.refunded {
            return Err(Refusal::RefundExceeds);
        }
        let plan = Plan::payment(TransactionKind::Refund, original.to, original.from, amount, &[]);
        Ok(Plan { refund_of: Some(of), ..plan })
    }

    /// The original's changes the other way round: its receiver gives, its giver receives, charges included.
    fn reverse(&self, of: TransactionId) -> Result<Plan, Refusal> {
        let original = self.originals.get(&of).ok_or(Refusal::UnknownTransaction)?;
        if !original.kind.reversible() {
            return Err(Refusal::NotRefundable);
        }
        if original.refunded > 0 {
            return Err(Refusal::RefundExceeds);
        }
        let [(giver, given), (receiver, received), charges @ ..] = original.movements.as_slice() else {
            return Err(Refusal::UnknownTransaction);
        };
        let amount = Xof::new(-given).map_err(|_| Refusal::AmountTooLarge)?;
        let mut changes = vec![Change::moves(*receiver, -received), Change::moves(*giver, -given)];
        changes.extend(charges.iter().map(|(account, amount)| Change::moves(*account, -amount)));
        Ok(Plan {
            kind: TransactionKind::Reversal,
            amount,
            refund_of: Some(of),
            hold: None,
            expires_at: None,
            to: *giver,
            changes,
            settles: true,
        })
    }

    /// A hold that has not ended, for this account. Anybody else's does not exist.
    fn open_hold(&self, id: TransactionId, by: Option<AccountId>) -> Result<&Original, Refusal> {
        let hold = self
            .originals
            .get(&id)
            .filter(|found| found.kind == TransactionKind::Hold && by.is_none_or(|by| by == found.to))
            .ok_or(Refusal::UnknownTransaction)?;
        if hold.ended { Err(Refusal::HoldEnded) } else { Ok(hold) }
    }

    fn check_sides(
        &self,
        (from, giving): (AccountId, AccountKind),
        (to, receiving): (AccountId, AccountKind),
    ) -> Result<(), Refusal> {
        if self.kind(from)? != giving || self.kind(to)? != receiving {
            return Err(Refusal::WrongAccountKind);
        }
        if from == to { Err(Refusal::SameAccount) } else { Ok(()) }
    }

    /// Charges go to accounts that earn, each side's to another each time, and only where somebody pays. Who receives has something left.
    fn check_charges(&self, order: &Order) -> Result<(), Refusal> {
        let charges = order.charges.as_slice();
        let bears = matches!(
            order.action,
            Action::Transfer { .. }
                | Action::QrPayment { .. }
                | Action::CashIn { .. }
                | Action::CashOut { .. }
                | Action::Capture { .. }
        );
        if !bears && !charges.is_empty() {
            return Err(Refusal::WrongAccountKind);
        }
        for (place, charge) in charges.iter().enumerate() {
            if charge.amount.is_zero() {
                return Err(Refusal::AmountZero);
            }
            if !matches!(self.kind(charge.to)?, AccountKind::Fees | AccountKind::Commission) {
                return Err(Refusal::WrongAccountKind);
            }
            if charges[..place].iter().any(|other| (other.to, other.bearer) == (charge.to, charge.bearer)) {
                return Err(Refusal::SameAccount);
            }
        }
        let off = total(charges, Bearer::Receiver);
        if off > 0 && !matches!(order.action, Action::QrPayment { .. } | Action::Capture { .. }) {
            return Err(Refusal::WrongAccountKind);
        }
        if order.action.amount().is_some_and(|amount| off >= amount.francs()) && off > 0 {
            return Err(Refusal::ChargeExceeds);
        }
        Ok(())
    }

    fn holder(&self, account: AccountId) -> Result<i64, Refusal> {
        self.accounts.get(&account).map(|state| state.holder).ok_or(Refusal::UnknownAccount)
    }

    fn kind(&self, account: AccountId) -> Result<AccountKind, Refusal> {
        self.accounts.get(&account).map(|state| state.kind).ok_or(Refusal::UnknownAccount)
    }
}
