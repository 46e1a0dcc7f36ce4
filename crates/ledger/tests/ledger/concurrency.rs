//! Several connections at once, as several processes would: no circle of waiting, no franc lost, one effect a key.

use crate::world::*;
use hostolink_ledger::{Action, Ledger, Order, Refusal, Reply};
use std::sync::Barrier;

/// Each thread posts its batches on a connection of its own, all starting together.
fn all_at_once(world: &World, batches: Vec<Vec<Vec<Order>>>) -> Vec<Vec<Reply>> {
    let start = Barrier::new(batches.len());
    let post = |mine: Vec<Vec<Order>>| {
        let mut conn = world.db.conn();
        start.wait();
        mine.iter().flat_map(|batch| world.ledger.post(&mut conn, batch).unwrap()).collect::<Vec<_>>()
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = batches.into_iter().map(|mine| scope.spawn(|| post(mine))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

#[test]
fn crossing_transfers_lose_nothing_and_never_deadlock() {
    let world = World::new();
    let conn = &mut world.db.conn();
    let people: Vec<Person> = (0..4).map(|_| funded(&world.ledger, conn, 10_000)).collect();
    // Blnk #244: accounts were locked in the order of the request. Half of the threads go up the list, half down: A→B against
    // B→A, in batches of 1 to 5.
    let batches = (0..8)
        .map(|thread: usize| {
            (0..24)
                .map(|round: usize| {
                    (0..=round % 5)
                        .map(|place| {
                            let (one, two) =
                                (people[(round + place) % 4], people[(round + place + 1 + thread / 2) % 4]);
                            let (from, to) = if thread.is_multiple_of(2) { (one, two) } else { (two, one) };
                            transfer(from, to, 1 + i64::try_from(thread).unwrap())
                        })
                        .filter(
                            |order| !matches!(order.action, Action::Transfer { from, to, .. } if from == to),
                        )
                        .collect()
                })
                .collect()
        })
        .collect();
    let replies = all_at_once(&world, batches);
    assert!(replies.iter().flatten().all(|reply| outcome(*reply).is_ok()));
    let total: i64 = people.iter().map(|person| balance(&world.ledger, conn, person.main)).sum();
    assert_eq!(total, 40_000);
    let report = assert_books(&world.ledger, conn);
    assert_eq!(report.transactions, 8 + replies.iter().map(Vec::len).sum::<usize>() as u64);
}

#[test]
fn fifty_identical_requests_have_one_effect() {
    let world = World::new();
    let conn = &mut world.db.conn();
    let (awa, koffi) = (funded(&world.ledger, conn, 1_000), person(&world.ledger, conn, None));
    let order = transfer(awa, koffi, 600);
    let batches = (0..10).map(|_| (0..5).map(|_| vec![order.clone()]).collect()).collect();
    let replies: Vec<Reply> = all_at_once(&world, batches).into_iter().flatten().collect();
    let first = outcome(replies[0]).unwrap();
    assert!(replies.iter().all(|reply| outcome(*reply) == Ok(first)));
    let fresh = replies.iter().filter(|reply| matches!(reply, Reply::Done { replayed: false, .. })).count();
    assert_eq!((replies.len(), fresh), (50, 1));
    assert_eq!(balance(&world.ledger, conn, koffi.main), 600);
    assert_books(&world.ledger, conn);
}

#[test]
fn overlapping_batches_of_the_same_keys_in_other_orders_agree() {
    let world = World::new();
    let conn = &mut world.db.conn();
    let (awa, koffi) = (funded(&world.ledger, conn, 10_000), person(&world.ledger, conn, None));
    let orders: Vec<Order> = (0..40).map(|_| transfer(awa, koffi, 100)).collect();
    let batches = (0..4)
        .map(|thread| {
            let mut mine = orders.clone();
            mine.rotate_left(thread * 10);
            if thread % 2 == 1 {
                mine.reverse();
            }
            mine.chunks(8).map(<[Order]>::to_vec).collect()
        })
        .collect();
    let replies = all_at_once(&world, batches);
    assert!(replies.iter().flatten().all(|reply| outcome(*reply).is_ok()));
    assert_eq!(balance(&world.ledger, conn, koffi.main), 4_000);
    assert_eq!(assert_books(&world.ledger, conn).transactions, 42);
}

#[test]
fn money_is_not_spent_twice_and_the_ceiling_holds_under_a_rush() {
    let world = World::new();
    let conn = &mut world.db.conn();
    let (awa, shop) = (funded(&world.ledger, conn, 5_000), person(&world.ledger, conn, Some(3_000)));
    let other = person(&world.ledger, conn, None);
    // Six of 1,000 on 5,000, to one with room for three and one with room for all: exactly five pass.
    let batches =
        (0..6).map(|n| vec![vec![transfer(awa, if n < 4 { shop } else { other }, 1_000)]]).collect();
    let refused: Vec<Refusal> =
        all_at_once(&world, batches).into_iter().flatten().filter_map(|reply| outcome(reply).err()).collect();
    // The shop's fourth is one too many; whether its ceiling or the empty purse says so is a matter of who came last.
    assert!(matches!(refused[..], [Refusal::ReceiverCeiling | Refusal::InsufficientFunds]), "{refused:?}");
    assert_eq!([awa, shop, other].map(|who| balance(&world.ledger, conn, who.main)), [0, 3_000, 2_000]);
    let batches = (0..6).map(|_| vec![vec![transfer(other, awa, 500)]]).collect();
    let refused =
        all_at_once(&world, batches).into_iter().flatten().filter(|reply| outcome(*reply).is_err()).count();
    assert_eq!(refused, 2);
    assert_books(&world.ledger, conn);
}

#[test]
fn refunds_in_a_rush_never_exceed_their_transfer() {
    let world = World::new();
    let conn = &mut world.db.conn();
    let (awa, koffi) = (funded(&world.ledger, conn, 1_000), funded(&world.ledger, conn, 5_000));
    let paid = accepted(&world.ledger, conn, &transfer(awa, koffi, 1_000)).transaction;
    let batches = (0..8).map(|_| vec![vec![refund(paid, koffi, 300)]]).collect();
    let done =
        all_at_once(&world, batches).into_iter().flatten().filter(|reply| outcome(*reply).is_ok()).count();
    assert_eq!(done, 3);
    assert_books(&world.ledger, conn);
}

#[test]
fn one_person_opening_from_everywhere_has_one_account() {
    let world = World::new();
    let owner = user(&mut world.db.conn());
    let open = |ledger: &Ledger| {
        let mut conn = world.db.conn();
        let new = hostolink_ledger::NewHolder { owner, ceiling: None };
        let holder = ledger.open_holder(&mut conn, &new).unwrap();
        ledger.open_account(&mut conn, holder.id, hostolink_ledger::AccountKind::Main).unwrap().id
    };
    let opened: std::collections::BTreeSet<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| open(&world.ledger))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(opened.len(), 1);
}
