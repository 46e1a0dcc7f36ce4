//! The shell against the core's naive model: whatever the batches, the same outcomes, and books that hold.

use super::*;
use crate::{
    AccountKind, Ledger, NewHolder,
    core::tests::{Member, Naive, Verdict, batches, counters, members},
};
use diesel::prelude::*;
use hostolink_kernel::{AccountId, UserId, Xof};
use hostolink_test_support::{FakeClock, SeededRandom, TestDb};
use proptest::prelude::*;
use std::{sync::Arc, time::Duration};

#[derive(QueryableByName)]
struct UserRow {
    #[diesel(sql_type = diesel::sql_types::Integer)]
    id_user: UserId,
}

fn user(conn: &mut PgConnection) -> UserId {
    let row: UserRow = diesel::sql_query("INSERT INTO utilisateur DEFAULT VALUES RETURNING id_user")
        .get_result(conn)
        .unwrap();
    row.id_user
}

/// The naive model's world, in a database.
fn world(ledger: &Ledger, conn: &mut PgConnection) -> (Naive, Vec<UserId>) {
    let (plan, ceilings) = members(|_| AccountId::new(uuid::Uuid::nil()));
    let users: Vec<UserId> = (0..4).map(|_| user(conn)).collect();
    let mut open = |member: Member| {
        let account = if matches!(member.kind, AccountKind::Issuance | AccountKind::Fees) {
            ledger.system_account(conn, member.kind).unwrap().id
        } else {
            let ceiling = ceilings[member.holder].map(|francs| Xof::new(francs).unwrap());
            let holder =
                ledger.open_holder(conn, &NewHolder { owner: users[member.holder], ceiling }).unwrap();
            match member.kind {
                AccountKind::Savings => ledger.open_savings(conn, holder.id).unwrap().id,
                AccountKind::Till => ledger.open_till(conn, holder.id).unwrap().id,
                kind => ledger.open_account(conn, holder.id, kind).unwrap().id,
            }
        };
        if member.status != crate::AccountStatus::Active {
            ledger.set_status(conn, account, member.status).unwrap();
        }
        Member { account, ..member }
    };
    let members = plan.into_iter().map(&mut open).collect();
    (Naive::new(members, ceilings), users)
}

fn verdict(reply: Reply) -> Option<Verdict> {
    match reply {
        Reply::KeyReused => None,
        Reply::Done { outcome: Outcome::Refused(refusal), .. } => Some(Err(refusal)),
        Reply::Done { outcome: Outcome::Accepted(receipt), .. } => {
            Some(Ok((receipt.from, receipt.to, receipt.amount.francs(), receipt.balance_after.francs())))
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 40, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_batches_the_outcomes_are_the_models(batches in batches(8), seed: u64) {
        let db = TestDb::new();
        let mut conn = db.conn();
        let clock = FakeClock::new();
        let ledger = Ledger::new(Arc::new(clock.clone()), Arc::new(SeededRandom::new(seed)));
        let (mut naive, users) = world(&ledger, &mut conn);
        let mut made = Vec::new();
        let mut asked: Vec<(Order, Reply)> = Vec::new();
        for wishes in batches {
            clock.advance(Duration::from_millis(7));
            let orders: Vec<Order> = wishes.iter().map(|wish| wish.order(&naive, &users[..3], &made)).collect();
            let replies = ledger.post(&mut conn, &orders).unwrap();
            for (order, reply) in orders.into_iter().zip(replies) {
                let id = match reply {
                    Reply::Done { outcome: Outcome::Accepted(receipt), .. } => receipt.transaction,
                    _ => TransactionId::new(uuid::Uuid::nil()),
                };
                let expected = naive.answer(&order, id).map(|done| done.map(|(f, t, a, b)| (f, t, a, b.abs())));
                prop_assert_eq!(verdict(reply), expected, "{:?}", order);
                if matches!(reply, Reply::Done { outcome: Outcome::Accepted(_), replayed: false }) {
                    made.push(id);
                }
                asked.push((order, reply));
            }
        }
        // Asked again, later and all at once: the same answers, and nothing moves.
        clock.advance(Duration::from_secs(3_600));
        let again: Vec<Order> = asked.iter().map(|(order, _)| order.clone()).collect();
        for (reply, (order, first)) in ledger.post(&mut conn, &again).unwrap().into_iter().zip(&asked) {
            let replayed = match *first {
                Reply::Done { outcome, .. } => Reply::Done { outcome, replayed: true },
                Reply::KeyReused => Reply::KeyReused,
            };
            prop_assert_eq!(reply, replayed);
            let stored = ledger.find_outcome(&mut conn, &order.key).unwrap().unwrap();
            prop_assert_eq!(stored.reply(&order.fingerprint), replayed);
        }
        for member in &naive.members {
            let account = ledger.find_account(&mut conn, member.account).unwrap().unwrap();
            prop_assert_eq!(account.balance.francs(), naive.balance(member.account).abs());
            prop_assert_eq!(account.held.francs(), naive.held(member.account));
            let (all, expected) = (counters(), counters().map(|counter| naive.count(member.account, &counter)));
            let counted = ledger.counted(&mut conn, member.account, &all.each_ref()).unwrap();
            prop_assert_eq!(counted, expected.to_vec());
        }
        let report = ledger.verify(&mut conn, &mut |_| ()).unwrap();
        prop_assert!(report.holds(), "{:?}", report);
        prop_assert_eq!(report.transactions, made.len() as u64);
    }
}
