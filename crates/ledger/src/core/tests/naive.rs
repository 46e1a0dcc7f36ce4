//! Who moved how much, kept as history and added up again for each question.

mod charges;

use crate::{
    AccountKind, AccountStatus, Action, Bearer, Cap, Count, Counter, Fingerprint, IdempotencyKey, Once,
    Order, Refusal, TransactionKind,
};
use chrono::DateTime;
use hostolink_kernel::{AccountId, TransactionId, Xof};

/// When batches are decided: the time at which the tests' clock starts, give or take an hour.
pub(crate) const NOW: DateTime<chrono::Utc> = DateTime::from_timestamp(1_795_161_600, 0).unwrap();

/// An account of the small world in which the properties are tested.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Member {
    pub(crate) account: AccountId,
    pub(crate) holder: usize,
    pub(crate) kind: AccountKind,
    pub(crate) status: AccountStatus,
}

/// Who moved how much, and nothing else.
#[derive(Debug, Clone, Default)]
pub(crate) struct Naive {
    pub(crate) members: Vec<Member>,
    pub(crate) ceilings: Vec<Option<i64>>,
    entries: Vec<(AccountId, i64)>,
    transactions: Vec<Made>,
    keys: Vec<(IdempotencyKey, Fingerprint, Verdict)>,
    done: Vec<Once>,
    /// Each accepted order in each counter that its caps named: whose, which, how much.
    counted: Vec<(usize, Counter, i64)>,
}

/// A transaction as it was made.
#[derive(Debug, Clone)]
struct Made {
    id: TransactionId,
    kind: TransactionKind,
    from: AccountId,
    to: AccountId,
    amount: i64,
    of: Option<TransactionId>,
    expires_at: Option<DateTime<chrono::Utc>>,
    moves: Vec<(AccountId, i64)>,
}

/// From, to, amount, what the giver has afterwards; or why not.
pub(crate) type Verdict = Result<(AccountId, AccountId, i64, i64), Refusal>;

impl Naive {
    pub(crate) fn new(members: Vec<Member>, ceilings: Vec<Option<i64>>) -> Self {
        Self { members, ceilings, ..Self::default() }
    }

    pub(crate) fn balance(&self, account: AccountId) -> i64 {
        self.entries.iter().filter(|(id, _)| *id == account).map(|(_, amount)| amount).sum()
    }

    fn member(&self, account: AccountId) -> Result<Member, Refusal> {
        self.members.iter().find(|member| member.account == account).copied().ok_or(Refusal::UnknownAccount)
    }

    /// `None` when the key stands for something else.
    pub(crate) fn answer(&mut self, order: &Order, id: TransactionId) -> Option<Verdict> {
        if let Some((_, print, verdict)) = self.keys.iter().find(|(key, ..)| *key == order.key) {
            return (*print == order.fingerprint).then_some(*verdict);
        }
        let verdict = self.judge(order, id);
        self.keys.push((order.key.clone(), order.fingerprint, verdict));
        Some(verdict)
    }

    /// What the holds that nobody ended set aside.
    pub(crate) fn held(&self, account: AccountId) -> i64 {
        let open = |made: &&Made| {
            made.kind == TransactionKind::Hold
                && made.from == account
                && !self.transactions.iter().any(|end| end.of == Some(made.id))
        };
        self.transactions.iter().filter(open).map(|made| made.amount).sum()
    }

    /// An earlier transaction that this account received.
    fn received(&self, id: TransactionId, by: AccountId) -> Result<Made, Refusal> {
        self.transactions
            .iter()
            .find(|made| made.id == id && made.to == by)
            .cloned()
            .ok_or(Refusal::UnknownTransaction)
    }

    /// A hold that nobody ended.
    fn open(&self, made: Made) -> Result<Made, Refusal> {
        if made.kind != TransactionKind::Hold {
            return Err(Refusal::UnknownTransaction);
        }
        let over = self.transactions.iter().any(|end| end.of == Some(made.id));
        if over { Err(Refusal::HoldEnded) } else { Ok(made) }
    }

    fn judge(&mut self, order: &Order, id: TransactionId) -> Verdict {
        use AccountKind::{Float, Issuance, Main, Merchant, Savings, Till};
        use TransactionKind as Kind;
        if order.once.is_some_and(|once| self.done.contains(&once)) {
            return Err(Refusal::AlreadyDone);
        }
        if order.action.amount() == Some(Xof::ZERO) {
            return Err(Refusal::AmountZero);
        }
        self.judge_charges(order)?;
        let (charges, off) = (charges::cost(order, Bearer::Giver), charges::cost(order, Bearer::Receiver));
        let asked = order.action.amount().map_or(0, Xof::francs);
        let issuance = self.members.iter().find(|member| member.kind == Issuance).unwrap().account;
        let (mut settles, mut expires, mut set_aside) = (false, None, 0);
        let (kind, from, to, amount, of) = match order.action {
            Action::Transfer { from, to, .. } => {
                self.sides((from, Main), (to, Main))?;
                (Kind::Transfer, from, to, asked, None)
            }
            Action::QrPayment { from, to, .. } => {
                let kind = self.member(to)?.kind;
                self.sides((from, Main), (to, if matches!(kind, Merchant | Till) { kind } else { Main }))?;
                (Kind::QrPayment, from, to, asked, None)
            }
            Action::Save { from, to, .. } | Action::MoveOwn { from, to, .. } => {
                let (giver, receiver) = (self.member(from)?, self.member(to)?);
                let (kind, fits): (_, &[_]) = match order.action {
                    Action::Save { .. } => (Kind::Saving, &[(Main, Savings)]),
                    _ => (Kind::OwnMove, &[(Main, Merchant), (Merchant, Till)]),
                };
                let pairs = [(giver.kind, receiver.kind), (receiver.kind, giver.kind)];
                if giver.holder != receiver.holder || !fits.iter().any(|fit| pairs.contains(fit)) {
                    return Err(Refusal::WrongAccountKind);
                }
                (kind, from, to, asked, None)
            }
            Action::CashIn { float, to, .. } => {
                self.sides((float, Float), (to, Main))?;
                (Kind::CashIn, float, to, asked, None)
            }
            Action::CashOut { from, float, .. } => {
                self.sides((from, Main), (float, Float))?;
                (Kind::CashOut, from, float, asked, None)
            }
            Action::FundFloat { float, .. } => {
                self.sides((issuance, Issuance), (float, Float))?;
                (Kind::Funding, issuance, float, asked, None)
            }
            Action::Hold { from, to, expires_at, .. } => {
                self.sides((from, Main), (to, self.member(to)?.kind))?;
                (expires, set_aside) = (expires_at, asked);
                (Kind::Hold, from, to, asked, None)
            }
            Action::Adjust { from, to, .. } => {
                let (giving, receiving) = (self.member(from)?.kind, self.member(to)?.kind);
                if ![giving, receiving].iter().any(|kind| matches!(kind, Issuance | AccountKind::Fees)) {
                    return Err(Refusal::WrongAccountKind);
                }
                if from == to {
                    return Err(Refusal::SameAccount);
                }
                settles = true;
                (Kind::Adjustment, from, to, asked, None)
            }
            Action::Capture { hold, by, .. } => {
                let hold = self.open(self.received(hold, by)?)?;
                if hold.expires_at.is_some_and(|end| end <= NOW) {
                    return Err(Refusal::HoldExpired);
                }
                if order.charges.iter().any(|charge| charge.to == hold.to) {
                    return Err(Refusal::SameAccount);
                }
                if asked + charges > hold.amount {
                    return Err(Refusal::CaptureExceeds);
                }
                (settles, set_aside) = (true, -hold.amount);
                (Kind::Capture, hold.from, hold.to, asked, Some(hold.id))
            }
            Action::Release { hold, by } => {
                let hold = self.open(self.received(hold, by)?)?;
                (settles, set_aside) = (true, -hold.amount);
                (Kind::Release, hold.from, hold.to, hold.amount, Some(hold.id))
            }
            Action::Expire { hold } => {
                let found = self.transactions.iter().find(|made| made.id == hold).cloned();
                let hold = self.open(found.ok_or(Refusal::UnknownTransaction)?)?;
                if hold.expires_at.is_none_or(|end| end > NOW) {
                    return Err(Refusal::HoldRunning);
                }
                (settles, set_aside) = (true, -hold.amount);
                (Kind::Expiry, hold.from, hold.to, hold.amount, Some(hold.id))
            }
            Action::Refund { of, by, .. } => {
                let made = self.received(of, by)?;
                if !matches!(made.kind, Kind::Transfer | Kind::QrPayment | Kind::Capture) {
                    return Err(Refusal::NotRefundable);
                }
                if self.given_back(of) + asked > made.amount {
                    return Err(Refusal::RefundExceeds);
                }
                (Kind::Refund, made.to, made.from, asked, Some(of))
            }
            Action::Reverse { of } => {
                let made = self.transactions.iter().find(|made| made.id == of).cloned();
                let made = made.ok_or(Refusal::UnknownTransaction)?;
                if matches!(
                    made.kind,
                    Kind::Funding
                        | Kind::Saving
                        | Kind::OwnMove
                        | Kind::Refund
                        | Kind::Reversal
                        | Kind::Hold
                        | Kind::Release
                        | Kind::Expiry
                        | Kind::Adjustment
                ) {
                    return Err(Refusal::NotRefundable);
                }
                if self.given_back(of) > 0 {
                    return Err(Refusal::RefundExceeds);
                }
                settles = true;
                (Kind::Reversal, made.to, made.from, -made.moves[0].1, Some(of))
            }
        };
        let moves = match kind {
            Kind::Hold | Kind::Release | Kind::Expiry => Vec::new(),
            Kind::Reversal => {
                let made = self.transactions.iter().find(|made| Some(made.id) == of).unwrap();
                let back = |place: usize| (made.moves[place].0, -made.moves[place].1);
                let mut moves = vec![back(1), back(0)];
                moves.extend((2..made.moves.len()).map(back));
                moves
            }
            _ => charges::moves((from, -amount - charges), (to, amount - off), &order.charges),
        };
        if !settles && self.member(from)?.status != AccountStatus::Active {
            return Err(Refusal::SenderBlocked);
        }
        if moves.is_empty() && self.balance(from) < self.held(from) + set_aside {
            return Err(Refusal::InsufficientFunds);
        }
        for &(account, francs) in &moves {
            self.judge_move(account, francs, if account == from { set_aside } else { 0 })?;
        }
        for own in [true, false] {
            for cap in order.caps.iter().filter(|cap| (cap.account == from) == own) {
                self.judge_cap(cap, amount).map_err(|own_refusal| match own {
                    true => own_refusal,
                    false => Refusal::ReceiverCeiling,
                })?;
            }
        }
        for &(account, francs) in moves.iter().filter(|(_, francs)| *francs > 0) {
            self.judge_ceiling(account, francs, &moves)?;
        }
        self.entries.extend(&moves);
        let mut counted: Vec<(usize, Counter, i64)> = Vec::new();
        for cap in &order.caps {
            if let (Some(counter), Ok(member)) = (cap.counter(), self.member(cap.account)) {
                let entry = (member.holder, counter.clone(), amount);
                if !counted.contains(&entry) {
                    counted.push(entry);
                }
            }
        }
        self.counted.extend(counted);
        self.transactions.push(Made { id, kind, from, to, amount, of, expires_at: expires, moves });
        self.done.extend(order.once);
        Ok((from, to, amount, self.balance(from)))
    }

    fn sides(&self, from: (AccountId, AccountKind), to: (AccountId, AccountKind)) -> Result<(), Refusal> {
        if self.member(from.0)?.kind != from.1 || self.member(to.0)?.kind != to.1 {
            return Err(Refusal::WrongAccountKind);
        }
        if from.0 == to.0 { Err(Refusal::SameAccount) } else { Ok(()) }
    }

    fn given_back(&self, of: TransactionId) -> i64 {
        self.transactions.iter().filter(|made| made.of == Some(of)).map(|made| made.amount).sum()
    }

    fn judge_move(&self, account: AccountId, francs: i64, set_aside: i64) -> Result<(), Refusal> {
        let member = self.member(account)?;
        let after = self.balance(account) + francs;
        if francs < 0 {
            return match member.kind {
                AccountKind::Issuance if after < -9_007_199_254_740_991 => Err(Refusal::AmountTooLarge),
                AccountKind::Issuance => Ok(()),
                _ if after < self.held(account) + set_aside => Err(Refusal::InsufficientFunds),
                _ => Ok(()),
            };
        }
        if !matches!(member.status, AccountStatus::Active | AccountStatus::DebitFrozen) {
            return Err(Refusal::ReceiverBlocked);
        }
        let most = if member.kind == AccountKind::Issuance { 0 } else { 9_007_199_254_740_991 };
        if after > most { Err(Refusal::AmountTooLarge) } else { Ok(()) }
    }

    /// What was counted for the holder behind an account.
    pub(crate) fn count(&self, account: AccountId, counter: &Counter) -> Count {
        let holder = self.member(account).unwrap().holder;
        let same = |of: &&(usize, Counter, i64)| of.0 == holder && of.1 == *counter;
        let amounts: Vec<i64> = self.counted.iter().filter(same).map(|(_, _, amount)| *amount).collect();
        Count { amount: amounts.iter().sum(), count: i64::try_from(amounts.len()).unwrap() }
    }

    fn judge_cap(&self, cap: &Cap, amount: i64) -> Result<(), Refusal> {
        use crate::Window::{Day, Month};
        let so_far = cap.counter().map_or(Count::default(), |counter| self.count(cap.account, counter));
        let (too_much, too_often) = match cap.window {
            Day(_) => (Refusal::LimitDay, Refusal::LimitDayCount),
            Month(_) => (Refusal::LimitMonth, Refusal::LimitMonthCount),
            crate::Window::Operation => (Refusal::LimitOperation, Refusal::LimitOperation),
            crate::Window::NewDevice(_) => (Refusal::NewDevice, Refusal::NewDevice),
        };
        if cap.count.is_some_and(|most| so_far.count >= i64::from(most)) {
            return Err(too_often);
        }
        let room = cap.amount.map(|most| i128::from(most.francs()) - i128::from(so_far.amount));
        if room.is_some_and(|room| i128::from(amount) > room) { Err(too_much) } else { Ok(()) }
    }

    fn judge_ceiling(
        &self,
        account: AccountId,
        francs: i64,
        moves: &[(AccountId, i64)],
    ) -> Result<(), Refusal> {
        use AccountKind::{Main, Merchant, Savings, Till};
        let counts = |kind| matches!(kind, Main | Savings | Merchant | Till);
        let receiver = self.member(account)?;
        if !counts(receiver.kind) {
            return Ok(());
        }
        let own: Vec<_> = self
            .members
            .iter()
            .filter(|member| counts(member.kind) && member.holder == receiver.holder)
            .map(|member| member.account)
            .collect();
        let has: i64 = own.iter().map(|account| self.balance(*account)).sum();
        let given = moves.iter().filter(|(from, francs)| *francs < 0 && own.contains(from));
        let rise = francs + given.map(|(_, francs)| francs).sum::<i64>();
        let over = self.ceilings[receiver.holder].is_some_and(|ceiling| has + rise > ceiling);
        if rise > 0 && over { Err(Refusal::ReceiverCeiling) } else { Ok(()) }
    }

    pub(crate) fn check(&self) {
        let total: i64 = self.members.iter().map(|member| self.balance(member.account)).sum();
        assert_eq!(total, 0);
        for member in &self.members {
            let balance = self.balance(member.account);
            match member.kind {
                AccountKind::Issuance => assert!(balance <= 0),
                _ => assert!(0 <= self.held(member.account) && self.held(member.account) <= balance),
            }
        }
    }
}
