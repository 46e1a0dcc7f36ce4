//! The core against a naive model that keeps nothing but history and adds it up again for each question.

use super::*;
use crate::{Fingerprint, Receipt};
use chrono::DateTime;
use hostolink_kernel::UserId;
use proptest::{prelude::*, strategy::ValueTree};
use uuid::Uuid;

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
    transactions: Vec<(TransactionId, TransactionKind, AccountId, AccountId, i64, Option<TransactionId>)>,
    keys: Vec<(IdempotencyKey, Fingerprint, Verdict)>,
    done: Vec<Once>,
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

    fn judge(&mut self, order: &Order, id: TransactionId) -> Verdict {
        use AccountKind::{Float, Issuance, Main};
        if order.once.is_some_and(|once| self.done.contains(&once)) {
            return Err(Refusal::AlreadyDone);
        }
        let amount = order.action.amount().francs();
        if amount == 0 {
            return Err(Refusal::AmountZero);
        }
        let (kind, from, to, wanted, of) = match order.action {
            Action::Transfer { from, to, .. } => {
                (TransactionKind::Transfer, from, to, Some((Main, Main)), None)
            }
            Action::CashIn { float, to, .. } => {
                (TransactionKind::CashIn, float, to, Some((Float, Main)), None)
            }
            Action::FundFloat { float, .. } => {
                let issuance = self.members.iter().find(|member| member.kind == Issuance).unwrap().account;
                (TransactionKind::Funding, issuance, float, Some((Issuance, Float)), None)
            }
            Action::Refund { of, by, .. } => {
                let (_, kind, from, to, whole, _) = *self
                    .transactions
                    .iter()
                    .find(|made| made.0 == of && made.3 == by)
                    .ok_or(Refusal::UnknownTransaction)?;
                if kind != TransactionKind::Transfer {
                    return Err(Refusal::NotRefundable);
                }
                let back: i64 =
                    self.transactions.iter().filter(|made| made.5 == Some(of)).map(|made| made.4).sum();
                if back + amount > whole {
                    return Err(Refusal::RefundExceeds);
                }
                (TransactionKind::Refund, to, from, None, Some(of))
            }
        };
        if let Some((giving, receiving)) = wanted {
            if self.member(from)?.kind != giving || self.member(to)?.kind != receiving {
                return Err(Refusal::WrongAccountKind);
            }
            if from == to {
                return Err(Refusal::SameAccount);
            }
        }
        let (giver, receiver) = (self.member(from)?, self.member(to)?);
        if giver.status != AccountStatus::Active {
            return Err(Refusal::SenderBlocked);
        }
        if giver.kind == Issuance {
            if self.balance(from) - amount < -9_007_199_254_740_991 {
                return Err(Refusal::AmountTooLarge);
            }
        } else if self.balance(from) < amount {
            return Err(Refusal::InsufficientFunds);
        }
        if !matches!(receiver.status, AccountStatus::Active | AccountStatus::DebitFrozen) {
            return Err(Refusal::ReceiverBlocked);
        }
        if self.balance(to) + amount > 9_007_199_254_740_991 {
            return Err(Refusal::AmountTooLarge);
        }
        if receiver.kind == Main {
            let mains =
                self.members.iter().filter(|member| member.kind == Main && member.holder == receiver.holder);
            let has: i64 = mains.map(|member| self.balance(member.account)).sum();
            if self.ceilings[receiver.holder].is_some_and(|ceiling| has + amount > ceiling) {
                return Err(Refusal::ReceiverCeiling);
            }
        }
        self.entries.extend([(from, -amount), (to, amount)]);
        self.transactions.push((id, kind, from, to, amount, of));
        self.done.extend(order.once);
        Ok((from, to, amount, self.balance(from)))
    }

    pub(crate) fn check(&self) {
        let total: i64 = self.members.iter().map(|member| self.balance(member.account)).sum();
        assert_eq!(total, 0);
        for member in &self.members {
            let balance = self.balance(member.account);
            match member.kind {
                AccountKind::Issuance => assert!(balance <= 0),
                _ => assert!(balance >= 0),
            }
        }
    }
}

/// A wish, by places in the world instead of ids.
#[derive(Debug, Clone)]
pub(crate) struct Wish {
    actor: usize,
    key: u8,
    what: (u8, usize, usize, i64),
    once: Option<u8>,
}

impl Wish {
    /// The order it is, when these transactions are known. Places beyond the world are accounts that don't exist.
    pub(crate) fn order(&self, naive: &Naive, actors: &[UserId], made: &[TransactionId]) -> Order {
        let account = |place: usize| {
            naive.members.get(place).map_or(AccountId::new(Uuid::from_u128(9)), |member| member.account)
        };
        let (kind, one, two, francs) = self.what;
        let amount = Xof::new(francs).unwrap();
        let action = match kind {
            0..=3 => Action::Transfer { from: account(one), to: account(two), amount },
            4..=5 => Action::CashIn { float: account(one), to: account(two), amount },
            6 => Action::FundFloat { float: account(one), amount },
            _ => {
                let of = made.get(one).copied().unwrap_or(TransactionId::new(Uuid::from_u128(9)));
                Action::Refund { of, by: account(two), amount }
            }
        };
        Order {
            key: IdempotencyKey::parse(actors[self.actor % actors.len()], &format!("k{}", self.key)).unwrap(),
            fingerprint: Fingerprint::of("wish", &(format!("{action:?}"), self.once)).unwrap(),
            action,
            once: self.once.map(|n| Once { kind: "qr", id: Uuid::from_u128(n.into()) }),
            note: None,
            event_at: DateTime::from_timestamp(1_795_161_600, 0).unwrap(),
        }
    }
}

fn francs() -> impl Strategy<Value = i64> {
    prop_oneof![
        1 => Just(0),
        16 => 1_i64..2_000,
        4 => 2_000_i64..50_000,
        1 => Just(Xof::MAX.francs()),
        1 => Just(Xof::MAX.francs() - 1_000),
    ]
}

/// Batches of wishes. The first fills the floats, so that there is something to move.
pub(crate) fn batches(most: usize) -> impl Strategy<Value = Vec<Vec<Wish>>> {
    // Mostly sides that fit the order, now and then any.
    let what = (0_u8..9).prop_flat_map(|kind| {
        let (one, two) = match kind {
            0..=3 => (0..4, 0..4),
            4..=5 => (4..6, 0..4),
            6 => (4..6, 0..8),
            _ => (0..20, 0..4),
        };
        let place = |fits: std::ops::Range<usize>| prop_oneof![9 => fits, 1 => 0_usize..8];
        (Just(kind), place(one), place(two), francs())
    });
    let wish = (0_usize..3, any::<u8>(), what, proptest::option::weighted(0.2, 0_u8..8))
        .prop_map(|(actor, key, what, once)| Wish { actor, key, what, once });
    let fill = |key, float| Wish { actor: 0, key, what: (6, float, 0, 40_000), once: None };
    let give = |key, float, to| Wish { actor: 1, key, what: (4, float, to, 5_000), once: None };
    proptest::collection::vec(proptest::collection::vec(wish, 1..12), 1..most).prop_map(move |mut batches| {
        batches.insert(0, vec![fill(1, 4), fill(2, 5), give(1, 4, 0), give(2, 5, 1), give(3, 5, 2)]);
        batches
    })
}

/// Four people (the second with a low ceiling, the third without power to give, the fourth frozen), two floats of the
/// first two, issuance.
pub(crate) fn members(id: impl Fn(usize) -> AccountId) -> (Vec<Member>, Vec<Option<i64>>) {
    use AccountKind::{Float, Issuance, Main};
    use AccountStatus::{Active, DebitFrozen, Frozen};
    let member = |place: usize, holder, kind, status| Member { account: id(place), holder, kind, status };
    let members = vec![
        member(0, 0, Main, Active),
        member(1, 1, Main, Active),
        member(2, 2, Main, DebitFrozen),
        member(3, 3, Main, Frozen),
        member(4, 0, Float, Active),
        member(5, 1, Float, Active),
        member(6, 4, Issuance, Active),
    ];
    (members, vec![None, Some(10_000), Some(20_000), None, None])
}

fn state_of(naive: &Naive) -> State {
    let mut state = State::default();
    for (number, member) in (1..).zip(&naive.members) {
        let balance = naive.balance(member.account);
        let holder = i64::try_from(member.holder).unwrap();
        state.accounts.insert(
            member.account,
            AccountState {
                number,
                holder,
                kind: member.kind,
                status: member.status,
                balance,
                held: 0,
                version: 0,
            },
        );
        let bearer = state.holders.entry(holder).or_default();
        bearer.ceiling = naive.ceilings[member.holder].map(|francs| Xof::new(francs).unwrap());
        if member.kind == AccountKind::Main {
            bearer.counted += balance;
        }
        if member.kind == AccountKind::Issuance {
            state.issuance = Some(member.account);
        }
    }
    state
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_core_agrees_with_adding_up_history(batches in batches(10)) {
        let (members, ceilings) = members(|place| AccountId::new(Uuid::from_u128(100 + place as u128)));
        let mut naive = Naive::new(members, ceilings);
        let actors = [1, 2, 3].map(UserId::new);
        let mut state = state_of(&naive);
        let mut made: Vec<TransactionId> = Vec::new();
        for wishes in batches {
            let orders: Vec<Order> = wishes.iter().map(|wish| wish.order(&naive, &actors, &made)).collect();
            let decisions = apply(&mut state, &orders);
            for (place, order) in orders.iter().enumerate() {
                let id = TransactionId::new(Uuid::from_u128(1_000 + made.len() as u128));
                let expected = naive.answer(order, id);
                let decision = match &decisions[place] {
                    Decision::SameAs(first) => &decisions[*first],
                    other => other,
                };
                let got = match decision {
                    Decision::Accepted(movement) => {
                        let [giver, receiver] = movement.legs.as_slice() else { panic!("two legs") };
                        prop_assert_eq!(giver.amount, -receiver.amount);
                        Some(Ok((giver.account, receiver.account, receiver.amount, giver.balance_after)))
                    }
                    Decision::Refused(refusal) => Some(Err(*refusal)),
                    Decision::Stored(Outcome::Accepted(receipt)) => Some(Ok(
                        (receipt.from, receipt.to, receipt.amount.francs(), receipt.balance_after.francs())
                    )),
                    Decision::Stored(Outcome::Refused(refusal)) => Some(Err(*refusal)),
                    Decision::KeyReused => None,
                    Decision::SameAs(_) => panic!("the first of its key is decided"),
                };
                // Issuance's balances are shown as magnitudes.
                let size = |verdict: Option<Verdict>| verdict.map(|done| done.map(|(f, t, a, b)| (f, t, a, b.abs())));
                prop_assert_eq!(size(got), size(expected), "{:?}", order);
                if let Decision::Accepted(movement) = &decisions[place] {
                    made.push(id);
                    remember(&mut state, order, id, movement);
                } else if let Decision::Refused(refusal) = &decisions[place] {
                    let stored = StoredOutcome { fingerprint: order.fingerprint, outcome: Outcome::Refused(*refusal) };
                    state.stored.insert(order.key.clone(), stored);
                }
            }
            for member in &naive.members {
                prop_assert_eq!(state.accounts[&member.account].balance, naive.balance(member.account));
            }
            naive.check();
        }
    }
}

#[test]
fn the_wishes_reach_every_outcome() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut seen = std::collections::BTreeSet::new();
    let (mut accepted, mut reused) = (0, 0);
    for _ in 0..300 {
        let batches = batches(10).new_tree(&mut runner).unwrap().current();
        let (members, ceilings) = members(|place| AccountId::new(Uuid::from_u128(100 + place as u128)));
        let mut naive = Naive::new(members, ceilings);
        let mut made = Vec::new();
        for wishes in batches {
            let known = made.clone();
            for wish in wishes {
                let order = wish.order(&naive, &[1, 2, 3].map(UserId::new), &known);
                let id = TransactionId::new(Uuid::from_u128(1_000 + made.len() as u128));
                match naive.answer(&order, id) {
                    Some(Ok(_)) => {
                        accepted += 1;
                        made.push(id);
                    }
                    Some(Err(refusal)) => drop(seen.insert(refusal)),
                    None => reused += 1,
                }
            }
        }
    }
    assert!(accepted > 3_000 && reused > 50, "{accepted} accepted, {reused} reused");
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), Refusal::ALL);
}

#[test]
fn what_is_set_aside_is_not_spent_twice() {
    let (members, ceilings) = members(|place| AccountId::new(Uuid::from_u128(100 + place as u128)));
    let naive = Naive::new(members, ceilings);
    let mut state = state_of(&naive);
    let from = naive.members[0].account;
    let account = state.accounts.get_mut(&from).unwrap();
    (account.balance, account.held) = (8_000, 3_000);
    let orders: Vec<Order> = (0..6)
        .map(|key| {
            Wish { actor: 0, key, what: (0, 0, 1, 1_000), once: None }.order(&naive, &[UserId::new(1)], &[])
        })
        .collect();
    let decisions = apply(&mut state, &orders);
    assert!(decisions[..5].iter().all(|decision| matches!(decision, Decision::Accepted(_))));
    assert_eq!(decisions[5], Decision::Refused(Refusal::InsufficientFunds));
}

/// What the shell would read before the next batch.
fn remember(state: &mut State, order: &Order, id: TransactionId, movement: &Movement) {
    let (from, to) = (movement.legs[0].account, movement.legs[1].account);
    let receipt = Receipt {
        transaction: id,
        kind: movement.kind,
        from,
        to,
        amount: movement.amount,
        balance_after: Xof::new(movement.legs[0].balance_after.abs()).unwrap(),
        event_at: order.event_at,
        recorded_at: order.event_at,
    };
    let stored = StoredOutcome { fingerprint: order.fingerprint, outcome: Outcome::Accepted(receipt) };
    state.stored.insert(order.key.clone(), stored);
    let original =
        Original { number: 0, kind: movement.kind, from, to, amount: movement.amount, refunded: 0 };
    state.originals.insert(id, original);
}
