//! Files that are stopped while they are being paid, and what rules see of a file's lines.

use crate::{
    bulk::{actor, confirm, lines, now, outcomes, pay, post, send},
    people::{House, xof},
};
use hostolink_kernel::{DomainError, UserId};
use hostolink_wallet::{BulkMode, BulkState, LineFilter, LineOutcome, Target};
use std::time::Duration;

/// The next lines, at most two, as a process that pays takes them.
macro_rules! next {
    ($house:ident, $taken:ident) => {
        $house.wallets.next_of_bulk(&mut $house.conn, &$taken, 2).unwrap()
    };
}

#[test]
fn what_was_paid_stays_and_the_rest_never_is() {
    let mut house = House::new();
    let (owner, koffi) = (house.person_with(10_000), house.person());
    let bulk = send(
        &mut house,
        owner,
        &[(koffi, 1_000), (koffi, 20_000), (koffi, 2_000), (koffi, 3_000), (koffi, 500)],
    );
    let stop = |house: &mut House, who: Option<UserId>| {
        house
            .wallets
            .stop_bulk(&mut house.conn, (who, bulk.id), &actor(owner))
            .map_err(|error| error.code().code)
    };
    assert_eq!(stop(&mut house, Some(owner)).unwrap_err(), "wallet.bulk_over", "a draft is dropped");
    confirm(&mut house, &bulk, BulkMode::Each);
    let taken = house.wallets.take_bulk(&mut house.conn).unwrap().unwrap();
    let due = next!(house, taken).unwrap();
    let settled = post(&mut house, &taken, due);
    house.wallets.settle_bulk(&mut house.conn, &taken, &settled).unwrap();
    // The next round is on its way when the owner stops it: it is paid.
    let on_its_way = next!(house, taken).unwrap();
    assert_eq!(stop(&mut house, Some(koffi)).unwrap_err(), "wallet.bulk_unknown");
    let stopped = stop(&mut house, Some(owner)).unwrap();
    assert_eq!((stopped.state, stopped.stop_asked_at.is_some()), (BulkState::Running, true));
    let settled = post(&mut house, &taken, on_its_way);
    house.wallets.settle_bulk(&mut house.conn, &taken, &settled).unwrap();
    while let Some(due) = next!(house, taken) {
        let settled = post(&mut house, &taken, due);
        assert!(settled.iter().all(|(_, outcome)| *outcome == LineOutcome::Stopped), "{settled:?}");
        house.wallets.settle_bulk(&mut house.conn, &taken, &settled).unwrap();
    }
    assert_eq!(outcomes(&mut house, &bulk), ["", "wallet.insufficient_funds", "", "", "stopped"]);
    let over = now(&mut house, &bulk);
    assert_eq!((over.state, over.done, over.refused, over.stopped), (BulkState::Stopped, 3, 1, 1));
    assert_eq!((over.paid, over.pending(), house.balance(owner)), (xof(6_000), 0, 4_000));
    assert_eq!(lines(&mut house, &bulk, Some(LineFilter::Stopped)).len(), 1);
    assert_eq!(lines(&mut house, &bulk, Some(LineFilter::Ready)).len(), 0);
    // Saying so again says the same, whoever says it.
    assert_eq!(stop(&mut house, None).unwrap(), over);
    house.clock.advance(Duration::from_secs(60));
    pay(&mut house);
    assert_eq!(house.balance(owner), 4_000);
    assert!(house.ledger.verify(&mut house.conn, &mut |_| ()).unwrap().holds());
}

#[test]
fn a_process_that_comes_late_pays_nothing_that_was_stopped() {
    for mode in [BulkMode::Each, BulkMode::Atomic] {
        let mut house = House::new();
        let (owner, koffi) = (house.person_with(10_000), house.person());
        let bulk = send(&mut house, owner, &[(koffi, 1_000), (koffi, 2_000)]);
        confirm(&mut house, &bulk, mode);
        // It prepares its orders, and sleeps.
        let sleeping = house.wallets.take_bulk(&mut house.conn).unwrap().unwrap();
        let late = next!(house, sleeping).unwrap();
        house.wallets.stop_bulk(&mut house.conn, (None, bulk.id), &actor(koffi)).unwrap();
        house.clock.advance(Duration::from_secs(10));
        pay(&mut house);
        assert_eq!(outcomes(&mut house, &bulk), ["stopped", "stopped"], "{mode:?}");
        // Another has ended it when it wakes up.
        let settled = post(&mut house, &sleeping, late);
        assert!(settled.iter().all(|(_, outcome)| *outcome == LineOutcome::Stopped), "{settled:?}");
        house.wallets.settle_bulk(&mut house.conn, &sleeping, &settled).unwrap();
        let over = now(&mut house, &bulk);
        assert_eq!((over.state, over.stopped, over.done), (BulkState::Stopped, 2, 0));
        assert_eq!((house.balance(owner), house.balance(koffi)), (10_000, 0));
    }
}

#[test]
fn a_stop_that_comes_while_many_pay_leaves_each_line_with_one_outcome() {
    let mut house = House::new();
    let (owner, koffi) = (house.person_with(10_000), house.person());
    let bulk = send(&mut house, owner, &vec![(koffi, 100); 60]);
    confirm(&mut house, &bulk, BulkMode::Each);
    let taken = house.wallets.take_bulk(&mut house.conn).unwrap().unwrap();
    std::thread::scope(|scope| {
        for process in 0..3 {
            let (wallets, ledger, mut conn) = (house.wallets.clone(), house.ledger.clone(), house.db.conn());
            let taken = taken.clone();
            scope.spawn(move || {
                let mut rounds = 0;
                while let Some(due) = wallets.next_of_bulk(&mut conn, &taken, 5).unwrap() {
                    let (numbers, orders): (Vec<_>, Vec<_>) =
                        due.into_iter().map(|due| (due.number, due.order)).unzip();
                    let replies = ledger.post(&mut conn, &orders).unwrap();
                    let settled: Vec<_> =
                        numbers.into_iter().zip(replies.iter().map(LineOutcome::from)).collect();
                    wallets.settle_bulk(&mut conn, &taken, &settled).unwrap();
                    rounds += 1;
                    if process == 0 && rounds == 2 {
                        wallets.stop_bulk(&mut conn, (Some(owner), taken.id), &actor(owner)).unwrap();
                    }
                }
            });
        }
    });
    let over = now(&mut house, &bulk);
    assert_eq!((over.done + over.stopped, over.refused), (60, 0));
    assert_eq!(house.balance(koffi), i64::from(over.done) * 100);
    let expected = if over.stopped > 0 { BulkState::Stopped } else { BulkState::Ended };
    assert_eq!((over.state, over.paid.francs()), (expected, i64::from(over.done) * 100));
    assert!(house.ledger.verify(&mut house.conn, &mut |_| ()).unwrap().holds());
}

#[test]
fn a_rule_that_refuses_a_payment_refuses_its_line_too() {
    let mut house = House::new();
    house.rule("premiere_grosse refus", "fenetre_s, montant", "3600, 5000");
    let (owner, koffi, aya) = (house.person_with(20_000), house.person(), house.person());
    let (seen, other) = ("wallet.operation_under_review", "ledger.other_refused");
    let payments = [(koffi, 4_000), (aya, 6_000), (koffi, 1_000)];
    for (mode, expected, left) in
        [(BulkMode::Atomic, [other, seen, other], 20_000), (BulkMode::Each, ["", seen, ""], 15_000)]
    {
        let bulk = send(&mut house, owner, &payments);
        confirm(&mut house, &bulk, mode);
        pay(&mut house);
        assert_eq!(outcomes(&mut house, &bulk), expected);
        assert_eq!((house.balance(owner), house.balance(aya)), (left, 0));
    }
}

#[test]
fn a_rule_that_counts_sees_the_lines_of_one_file() {
    let (seen, other) = ("wallet.operation_under_review", "ledger.other_refused");
    for (mode, expected) in
        [(BulkMode::Each, ["", "", seen, ""]), (BulkMode::Atomic, [other, other, seen, other])]
    {
        // Three payments just under 2,000 F in an hour are one too many; so are three receivers.
        for (rule, columns, values) in [
            ("fractionnement refus", "fenetre_s, nombre, montant, plancher", "3600, 3, 2000, 1800"),
            ("destinataires refus", "fenetre_s, nombre", "3600, 3"),
        ] {
            let mut house = House::new();
            house.rule(rule, columns, values);
            let (owner, koffi, aya, ama) =
                (house.person_with(20_000), house.person(), house.person(), house.person());
            let bulk = send(&mut house, owner, &[(koffi, 1_900), (aya, 1_850), (ama, 1_999), (koffi, 100)]);
            confirm(&mut house, &bulk, mode);
            let taken = house.wallets.take_bulk(&mut house.conn).unwrap().unwrap();
            // All lines in one round.
            let due = house.wallets.next_of_bulk(&mut house.conn, &taken, 200).unwrap().unwrap();
            let settled = post(&mut house, &taken, due);
            house.wallets.settle_bulk(&mut house.conn, &taken, &settled).unwrap();
            assert_eq!(outcomes(&mut house, &bulk), expected, "{rule} {mode:?}");
            assert_eq!(house.balance(ama), 0);
        }
    }
}

#[test]
fn what_was_posted_before_is_counted_with_the_lines() {
    let mut house = House::new();
    house.rule("fractionnement refus", "fenetre_s, nombre, montant, plancher", "3600, 3, 2000, 1800");
    let (owner, koffi) = (house.person_with(20_000), house.person());
    house.pay(owner, Target::To(koffi), Some(1_900)).unwrap();
    let bulk = send(&mut house, owner, &[(koffi, 1_900), (koffi, 1_900), (koffi, 1_900)]);
    confirm(&mut house, &bulk, BulkMode::Each);
    pay(&mut house);
    let seen = "wallet.operation_under_review";
    assert_eq!(outcomes(&mut house, &bulk), ["", seen, seen]);
}
