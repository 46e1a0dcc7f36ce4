//! Money set aside: captured, released or expired, once; and what comes on top of payments.

use crate::world::*;
use diesel::{PgConnection, connection::SimpleConnection};
use hostolink_kernel::{Limit, TransactionId};
use hostolink_ledger::{
    AccountKind, AccountStatus, Action, Bearer, Charge, Ledger, Order, Receipt, Refusal, TransactionKind,
};
use std::{sync::Barrier, time::Duration};

fn release(hold: TransactionId, by: Person) -> Order {
    order(by.user, Action::Release { hold, by: by.main })
}

/// Balance and what is set aside.
fn state(ledger: &Ledger, conn: &mut PgConnection, who: Person) -> (i64, i64) {
    let account = ledger.find_account(conn, who.main).unwrap().unwrap();
    (account.balance.francs(), account.held.francs())
}

#[test]
fn a_hold_is_captured_in_part_and_the_rest_is_released() {
    let World { db, ledger, .. } = World::new();
    let conn = &mut db.conn();
    let (awa, shop) = (funded(&ledger, conn, 5_000), person(&ledger, conn, None));
    let wish = hold(awa, shop.main, 3_000, None);
    let held: Receipt = accepted(&ledger, conn, &wish);
    assert_eq!((held.kind, held.to, held.amount), (TransactionKind::Hold, shop.main, xof(3_000)));
    assert_eq!((held.fee, held.balance_after), (xof(0), xof(5_000)));
    assert_eq!(state(&ledger, conn, awa), (5_000, 3_000));
    assert_eq!(accepted(&ledger, conn, &wish), held, "the same key reads the same receipt");
    // What is set aside can't be spent, nor set aside again.
    assert_eq!(one(&ledger, conn, &transfer(awa, shop, 2_001)), Err(Refusal::InsufficientFunds));
    assert_eq!(one(&ledger, conn, &hold(awa, shop.main, 2_001, None)), Err(Refusal::InsufficientFunds));

    assert_eq!(one(&ledger, conn, &capture(held.transaction, shop, 3_001)), Err(Refusal::CaptureExceeds));
    assert_eq!(one(&ledger, conn, &capture(held.transaction, awa, 10)), Err(Refusal::UnknownTransaction));
    let taken = accepted(&ledger, conn, &capture(held.transaction, shop, 1_200));
    assert_eq!(
        (taken.kind, taken.from, taken.balance_after),
        (TransactionKind::Capture, awa.main, xof(3_800))
    );
    assert_eq!(state(&ledger, conn, awa), (3_800, 0));
    assert_eq!(state(&ledger, conn, shop), (1_200, 0));
    for again in [capture(held.transaction, shop, 1), release(held.transaction, shop)] {
        assert_eq!(one(&ledger, conn, &again), Err(Refusal::HoldEnded));
    }
    // A capture is a payment: it can be given back.
    accepted(&ledger, conn, &refund(taken.transaction, shop, 1_200));
    assert_eq!(state(&ledger, conn, awa), (5_000, 0));
    assert_books(&ledger, conn);
}

#[test]
fn a_hold_expires_and_is_not_captured_afterwards() {
    let World { db, ledger, clock } = World::new();
    let conn = &mut db.conn();
    let (awa, shop) = (funded(&ledger, conn, 5_000), person(&ledger, conn, None));
    let short = accepted(&ledger, conn, &hold(awa, shop.main, 1_000, Some(3_600))).transaction;
    let long = accepted(&ledger, conn, &hold(awa, shop.main, 500, None)).transaction;
    assert_eq!(
        one(&ledger, conn, &order(awa.user, Action::Expire { hold: short })),
        Err(Refusal::HoldRunning)
    );
    assert_eq!(ledger.expire_holds(conn, 100).unwrap(), 0);
    clock.advance(Duration::from_secs(7_200));
    assert_eq!(one(&ledger, conn, &capture(short, shop, 10)), Err(Refusal::HoldExpired));
    assert_eq!(state(&ledger, conn, awa), (5_000, 1_500));
    // Whoever drew the same key earlier is in nobody's way.
    accepted(&ledger, conn, &keyed(awa.user, &format!("expire:{short}"), transfer(awa, shop, 1).action));
    assert_eq!(ledger.expire_holds(conn, 100).unwrap(), 1);
    assert_eq!(ledger.expire_holds(conn, 100).unwrap(), 0);
    assert_eq!(state(&ledger, conn, awa), (4_999, 500));
    assert_eq!(
        one(&ledger, conn, &order(awa.user, Action::Expire { hold: long })),
        Err(Refusal::HoldRunning)
    );
    accepted(&ledger, conn, &release(long, shop));
    assert_eq!(state(&ledger, conn, awa), (4_999, 0));
    // Nothing moved but the franc: the statement has no line of what was only set aside.
    let lines = ledger.statement(conn, awa.main, None, Limit::parse(50).unwrap()).unwrap().items;
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert_books(&ledger, conn);
}

#[test]
fn a_frozen_giver_sets_nothing_aside_but_pays_what_was_set_aside() {
    let World { db, ledger, .. } = World::new();
    let conn = &mut db.conn();
    let (awa, shop) = (funded(&ledger, conn, 5_000), person(&ledger, conn, Some(2_000)));
    let one_hold = accepted(&ledger, conn, &hold(awa, shop.main, 1_500, None)).transaction;
    let other = accepted(&ledger, conn, &hold(awa, shop.main, 1_500, None)).transaction;
    ledger.set_status(conn, awa.main, AccountStatus::Frozen).unwrap();
    assert_eq!(one(&ledger, conn, &hold(awa, shop.main, 1, None)), Err(Refusal::SenderBlocked));
    accepted(&ledger, conn, &capture(one_hold, shop, 1_500));
    // The receiver's ceiling holds for captures too; the hold stays and can be released.
    assert_eq!(one(&ledger, conn, &capture(other, shop, 501)), Err(Refusal::ReceiverCeiling));
    accepted(&ledger, conn, &release(other, shop));
    assert_eq!(state(&ledger, conn, awa), (3_500, 0));
    assert_books(&ledger, conn);
}

#[test]
fn captures_of_one_hold_in_a_rush_take_it_once() {
    let world = World::new();
    let conn = &mut world.db.conn();
    // Blnk #171: two commits of one hold at the same time both passed.
    let (awa, shop) = (funded(&world.ledger, conn, 5_000), person(&world.ledger, conn, None));
    let held = accepted(&world.ledger, conn, &hold(awa, shop.main, 1_000, None)).transaction;
    let start = Barrier::new(8);
    let take = |place: i64| {
        let mut conn = world.db.conn();
        let wish = if place % 3 == 0 { release(held, shop) } else { capture(held, shop, 100 * place) };
        start.wait();
        one(&world.ledger, &mut conn, &wish)
    };
    let results: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (1..=8).map(|place| scope.spawn(move || take(place))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
    assert!(results.iter().all(|result| matches!(result, Ok(_) | Err(Refusal::HoldEnded))));
    assert_eq!(state(&world.ledger, conn, awa).1, 0);
    assert_books(&world.ledger, conn);
}

#[test]
fn six_holds_of_a_thousand_on_five_thousand_are_five() {
    let World { db, ledger, .. } = World::new();
    let conn = &mut db.conn();
    // Blnk #181: what was set aside did not count, and all six passed. Blnk #90: nor did what waited in the queue.
    let (awa, shop) = (funded(&ledger, conn, 5_000), person(&ledger, conn, None));
    let orders: Vec<Order> = (0..6).map(|_| hold(awa, shop.main, 1_000, None)).collect();
    let replies = ledger.post(conn, &orders).unwrap();
    let results: Vec<_> = replies.into_iter().map(outcome).collect();
    assert!(results[..5].iter().all(Result::is_ok));
    assert_eq!(results[5], Err(Refusal::InsufficientFunds));
    assert_eq!(state(&ledger, conn, awa), (5_000, 5_000));
    assert_books(&ledger, conn);
}

#[test]
fn charges_are_paid_on_top_split_and_undone_with_their_payment() {
    let World { db, ledger, .. } = World::new();
    let conn = &mut db.conn();
    let (agent, float) = agent(&ledger, conn, 10_000);
    let commission = ledger.open_account(conn, agent.holder, AccountKind::Commission).unwrap().id;
    let fees = ledger.system_account(conn, AccountKind::Fees).unwrap().id;
    let awa = funded(&ledger, conn, 5_000);
    let charge = |to, francs| Charge { to, amount: xof(francs), bearer: Bearer::Giver };
    let out = |francs| Action::CashOut { from: awa.main, float, amount: xof(francs) };
    let charged = |action, charges| Order { charges, ..order(awa.user, action) };
    let both = vec![charge(fees, 70), charge(commission, 30)];
    assert_eq!(one(&ledger, conn, &charged(out(4_901), both.clone())), Err(Refusal::InsufficientFunds));
    let done = accepted(&ledger, conn, &charged(out(4_900), both.clone()));
    assert_eq!((done.kind, done.amount, done.fee), (TransactionKind::CashOut, xof(4_900), xof(100)));
    let held = [awa.main, float, fees, commission].map(|id| balance(&ledger, conn, id));
    assert_eq!(held, [0, 14_900, 70, 30]);

    for (charges, refusal) in [
        (vec![charge(fees, 1), charge(fees, 1)], Refusal::SameAccount),
        (vec![charge(awa.main, 1)], Refusal::WrongAccountKind),
        (vec![charge(fees, 0)], Refusal::AmountZero),
    ] {
        assert_eq!(one(&ledger, conn, &charged(out(1), charges)), Err(refusal));
    }
    let undone = accepted(&ledger, conn, &order(agent.user, Action::Reverse { of: done.transaction }));
    assert_eq!((undone.kind, undone.amount), (TransactionKind::Reversal, xof(5_000)));
    let held = [awa.main, float, fees, commission].map(|id| balance(&ledger, conn, id));
    assert_eq!(held, [5_000, 10_000, 0, 0]);
    let again = order(agent.user, Action::Reverse { of: done.transaction });
    assert_eq!(one(&ledger, conn, &again), Err(Refusal::RefundExceeds));
    let of_reversal = order(agent.user, Action::Reverse { of: undone.transaction });
    assert_eq!(one(&ledger, conn, &of_reversal), Err(Refusal::NotRefundable));
    assert_books(&ledger, conn);
}

#[test]
fn what_a_receiver_bears_goes_off_the_amount_and_a_reversal_gives_it_back() {
    let World { db, ledger, .. } = World::new();
    let conn = &mut db.conn();
    let (awa, shop, agent) =
        (funded(&ledger, conn, 5_000), person(&ledger, conn, None), person(&ledger, conn, None));
    let commission = ledger.open_account(conn, agent.holder, AccountKind::Commission).unwrap().id;
    let till = ledger.open_till(conn, shop.holder).unwrap().id;
    let fees = ledger.system_account(conn, AccountKind::Fees).unwrap().id;
    let charge = |to, francs, bearer| Charge { to, amount: xof(francs), bearer };
    let pay = |francs| Action::QrPayment { from: awa.main, to: till, amount: xof(francs) };
    let charged = |action, charges| Order { charges, ..order(awa.user, action) };
    let off = vec![charge(fees, 15, Bearer::Receiver), charge(commission, 5, Bearer::Receiver)];
    let both = [off.clone(), vec![charge(fees, 10, Bearer::Giver)]].concat();
    let paid = accepted(&ledger, conn, &charged(pay(1_000), both));
    assert_eq!((paid.amount, paid.fee, paid.balance_after), (xof(1_000), xof(10), xof(3_990)));
    let held = [awa.main, till, fees, commission].map(|id| balance(&ledger, conn, id));
    assert_eq!(held, [3_990, 980, 25, 5], "what both sides pay to one account is one entry");
    let line = ledger.statement(conn, till, None, Limit::DEFAULT).unwrap().items.remove(0);
    assert_eq!((line.amount, line.commission, line.refundable), (xof(980), xof(20), xof(1_000)));
    let line = ledger.statement(conn, fees, None, Limit::DEFAULT).unwrap().items.remove(0);
    assert_eq!((line.amount, line.commission), (xof(25), xof(0)));
    let found = ledger.find_transaction(conn, paid.transaction).unwrap().unwrap();
    assert_eq!((found.amount, found.commission), (xof(1_000), xof(20)));

    for (action, charges, refusal) in [
        (pay(20), off.clone(), Refusal::ChargeExceeds),
        (pay(1), vec![charge(fees, 1, Bearer::Receiver)], Refusal::ChargeExceeds),
        (pay(100), vec![off[0], off[0]], Refusal::SameAccount),
        (
            Action::Transfer { from: awa.main, to: agent.main, amount: xof(100) },
            off.clone(),
            Refusal::WrongAccountKind,
        ),
    ] {
        assert_eq!(one(&ledger, conn, &charged(action, charges)), Err(refusal));
    }
    // A refund gives back what was paid, out of what is there; the commission stays where it went.
    let refund = |francs| Action::Refund { of: paid.transaction, by: till, amount: xof(francs) };
    assert_eq!(one(&ledger, conn, &order(shop.user, refund(1_000))), Err(Refusal::InsufficientFunds));
    let second = accepted(&ledger, conn, &charged(pay(500), off.clone()));
    let undone = accepted(&ledger, conn, &order(agent.user, Action::Reverse { of: second.transaction }));
    assert_eq!(undone.amount, xof(500));
    let held = [awa.main, till, fees, commission].map(|id| balance(&ledger, conn, id));
    assert_eq!(held, [3_990, 980, 25, 5], "a reversal undoes all of it");
    accepted(&ledger, conn, &charged(pay(500), off.clone()));
    accepted(&ledger, conn, &order(shop.user, refund(1_000)));
    let held = [awa.main, till, fees, commission].map(|id| balance(&ledger, conn, id));
    assert_eq!(held, [4_490, 460, 40, 10]);
    // A capture bears the same.
    let kept = Action::Hold { from: awa.main, to: till, amount: xof(900), expires_at: None };
    let hold = accepted(&ledger, conn, &order(awa.user, kept)).transaction;
    let take = Action::Capture { hold, by: till, amount: xof(900) };
    let taken = accepted(&ledger, conn, &Order { charges: off, ..order(shop.user, take) });
    assert_eq!((taken.amount, taken.fee), (xof(900), xof(0)));
    let held = [awa.main, till, fees, commission].map(|id| balance(&ledger, conn, id));
    assert_eq!(held, [3_590, 1_340, 55, 15]);
    assert_books(&ledger, conn);
}

#[test]
fn a_charge_on_a_capture_goes_to_somebody_else_than_the_capture() {
    let World { db, ledger, .. } = World::new();
    let conn = &mut db.conn();
    let awa = funded(&ledger, conn, 5_000);
    let fees = ledger.system_account(conn, AccountKind::Fees).unwrap().id;
    let held = accepted(&ledger, conn, &hold(awa, fees, 1_000, None)).transaction;
    let take = Action::Capture { hold: held, by: fees, amount: xof(900) };
    let charges = vec![Charge { to: fees, amount: xof(100), bearer: Bearer::Giver }];
    let twice = Order { charges, ..order(awa.user, take) };
    assert_eq!(one(&ledger, conn, &twice), Err(Refusal::SameAccount));
    accepted(&ledger, conn, &order(awa.user, take));
    assert_eq!(balance(&ledger, conn, fees), 900);
    assert_books(&ledger, conn);
}

#[test]
fn what_is_set_aside_follows_its_entries_alone() {
    let World { db, ledger, .. } = World::new();
    let conn = &mut db.conn();
    let (awa, shop) = (funded(&ledger, conn, 5_000), person(&ledger, conn, None));
    let held = accepted(&ledger, conn, &hold(awa, shop.main, 1_000, Some(60))).transaction;
    let refused = conn.batch_execute("UPDATE compte SET reserve = reserve - 1 WHERE reserve > 0");
    assert!(refused.unwrap_err().to_string().contains("compte_solde_suit_ecritures"));
    let closed = ledger.set_status(conn, awa.main, AccountStatus::Closed);
    assert!(matches!(closed, Err(hostolink_ledger::Error::NotClosable)));
    accepted(&ledger, conn, &release(held, shop));
    assert_books(&ledger, conn);
}
