//! The core against a naive model that keeps nothing but history and adds it up again for each question.

mod naive;
mod wishes;

pub(crate) use naive::{Member, Naive, Verdict};
pub(crate) use wishes::{batches, counters, members};

use super::*;
use crate::Receipt;
use hostolink_kernel::UserId;
use naive::NOW;
use proptest::{prelude::*, strategy::ValueTree};
use uuid::Uuid;
use wishes::Wish;

fn state_of(naive: &Naive) -> State {
    let mut state = State { now: NOW, ..State::default() };
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
            let (mut beside, before) = (state.clone(), state.accounts.clone());
            let together = apply_together(&mut beside, &orders);
            let decisions = apply(&mut state, &orders);
            if decisions.iter().all(stands) {
                prop_assert_eq!(&together, &decisions);
            } else {
                prop_assert!(!together.iter().any(|decision| matches!(decision, Decision::Accepted(_))));
                prop_assert_eq!(beside.accounts, before);
            }
            for (place, order) in orders.iter().enumerate() {
                let id = TransactionId::new(Uuid::from_u128(1_000 + made.len() as u128));
                let expected = naive.answer(order, id);
                let decision = match &decisions[place] {
                    Decision::SameAs(first) => &decisions[*first],
                    other => other,
                };
                let got = match decision {
                    Decision::Accepted(movement) => {
                        prop_assert_eq!(movement.legs.iter().map(|leg| leg.amount).sum::<i64>(), 0);
                        let giver = &movement.legs[0];
                        Some(Ok((giver.account, movement.to, movement.amount.francs(), giver.balance_after)))
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
                prop_assert_eq!(state.accounts[&member.account].held, naive.held(member.account));
                for counter in counters() {
                    let key = (i64::try_from(member.holder).unwrap(), counter.name.clone(), counter.from);
                    let counted = state.counters.get(&key).copied().unwrap_or_default();
                    prop_assert_eq!(counted, naive.count(member.account, &counter));
                }
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
    for _ in 0..600 {
        let batches = batches(10).new_tree(&mut runner).unwrap().current();
        let (members, ceilings) = members(|place| AccountId::new(Uuid::from_u128(100 + place as u128)));
        let mut naive = Naive::new(members, ceilings);
        let mut made: Vec<TransactionId> = Vec::new();
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
    // No order closes anything: see `requests` in the wallet's tests. Nor is one done together with others.
    seen.extend([Refusal::Closed, Refusal::OtherRefused]);
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
            Wish { actor: 0, key, what: (0, 0, 1, 1_000), charges: Vec::new(), caps: Vec::new(), once: None }
                .order(&naive, &[UserId::new(1)], &[])
        })
        .collect();
    let decisions = apply(&mut state, &orders);
    assert!(decisions[..5].iter().all(|decision| matches!(decision, Decision::Accepted(_))));
    assert_eq!(decisions[5], Decision::Refused(Refusal::InsufficientFunds));
}

#[test]
fn orders_that_go_together_are_done_all_or_not_at_all() {
    let (members, ceilings) = members(|place| AccountId::new(Uuid::from_u128(100 + place as u128)));
    let naive = Naive::new(members, ceilings);
    let mut state = state_of(&naive);
    let from = naive.members[0].account;
    state.accounts.get_mut(&from).unwrap().balance = 5_000;
    let orders: Vec<Order> = (0..6)
        .map(|key| {
            Wish { actor: 0, key, what: (0, 0, 1, 1_000), charges: Vec::new(), caps: Vec::new(), once: None }
                .order(&naive, &[UserId::new(1)], &[])
        })
        .collect();
    let before = state.accounts.clone();
    let refused = apply_together(&mut state, &orders);
    assert!(refused[..5].iter().all(|decision| *decision == Decision::Refused(Refusal::OtherRefused)));
    assert_eq!(refused[5], Decision::Refused(Refusal::InsufficientFunds));
    assert_eq!(state.accounts, before);
    let done = apply_together(&mut state, &orders[..5]);
    assert!(done.iter().all(|decision| matches!(decision, Decision::Accepted(_))));
    assert_eq!(state.accounts[&from].balance, 0);
}

/// Whether an order was done, now or before.
fn stands(decision: &Decision) -> bool {
    matches!(decision, Decision::Accepted(_) | Decision::SameAs(_) | Decision::Stored(Outcome::Accepted(_)))
}

/// What the shell would read before the next batch.
fn remember(state: &mut State, order: &Order, id: TransactionId, movement: &Movement) {
    let (from, to) = (movement.legs[0].account, movement.to);
    let receipt = Receipt {
        transaction: id,
        kind: movement.kind,
        from,
        to,
        amount: movement.amount,
        fee: Xof::ZERO,
        balance_after: Xof::new(movement.legs[0].balance_after.abs()).unwrap(),
        event_at: order.event_at,
        recorded_at: order.event_at,
    };
    let stored = StoredOutcome { fingerprint: order.fingerprint, outcome: Outcome::Accepted(receipt) };
    state.stored.insert(order.key.clone(), stored);
    let original = Original {
        number: 0,
        kind: movement.kind,
        from,
        to,
        amount: movement.amount,
        refunded: 0,
        expires_at: movement.expires_at,
        ended: false,
        movements: movement.legs.iter().map(|leg| (leg.account, leg.amount)).collect(),
    };
    state.originals.insert(id, original);
}
