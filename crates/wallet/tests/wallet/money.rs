use crate::people::{House, unknown_transaction, wish, xof};
use hostolink_kernel::{DomainError, Limit, TransactionId, UserId};
use hostolink_ledger::{AccountStatus, Action, Direction, Refusal, TransactionKind};
use hostolink_wallet::{CashInCommand, RefundCommand, Target, TransferCommand, fingerprint, parse_note};
use std::collections::HashSet;

#[test]
fn a_wallet_is_opened_once_even_by_two_first_looks_at_a_time() {
    let mut house = House::new();
    let user = house.person();
    let accounts: HashSet<_> = std::thread::scope(|scope| {
        let looks: Vec<_> = (0..4)
            .map(|_| {
                let (wallets, mut conn) = (house.wallets.clone(), house.db.conn());
                scope.spawn(move || wallets.overview(&mut conn, user).unwrap().account)
            })
            .collect();
        looks.into_iter().map(|look| look.join().unwrap()).collect()
    });
    assert_eq!(accounts.len(), 1);
    let seen = house.wallets.overview(&mut house.conn, user).unwrap();
    assert!(accounts.contains(&seen.account));
    assert_eq!((seen.balance, seen.available, seen.held), (xof(0), xof(0), xof(0)));
    assert_eq!((seen.status, seen.ceiling), (AccountStatus::Active, Some(xof(200_000))));
}

#[test]
fn both_sides_read_a_transfer_in_their_own_way() {
    let mut house = House::new();
    let (payer, receiver, stranger) = (house.person_with(10_000), house.person(), house.person());
    let command = TransferCommand {
        wish: wish(payer, fingerprint::transfer(Some("a"), None, Some(xof(4_000)), Some("loyer"))),
        target: Target::To(receiver),
        amount: Some(xof(4_000)),
        fee: None,
        note: parse_note(Some(" loyer ")).unwrap(),
        device_since: None,
    };
    let order = house.wallets.prepare_transfer(&mut house.conn, command).unwrap();
    let receipt = house.post(order).unwrap();
    assert_eq!((house.balance(payer), house.balance(receiver)), (6_000, 4_000));

    let page = |house: &mut House, who: UserId| {
        house.wallets.transactions(&mut house.conn, who, None, Limit::DEFAULT).unwrap().items
    };
    let out = &page(&mut house, payer)[0];
    assert_eq!(
        (out.transaction, out.direction, out.amount),
        (receipt.transaction, Direction::Out, xof(4_000))
    );
    assert_eq!(
        (out.other.user, out.balance_after, out.refundable),
        (Some(receiver), Some(xof(6_000)), xof(0))
    );
    let came = &page(&mut house, receiver)[0];
    assert_eq!((came.direction, came.kind), (Direction::In, TransactionKind::Transfer));
    assert_eq!(
        (came.other.user, came.balance_after, came.refundable),
        (Some(payer), Some(xof(4_000)), xof(4_000))
    );
    assert_eq!(came.note.as_ref().unwrap().as_str(), "loyer");

    for (who, direction, refundable) in [(payer, Direction::Out, 0), (receiver, Direction::In, 4_000)] {
        let one = house.wallets.transaction(&mut house.conn, who, receipt.transaction).unwrap();
        assert_eq!((one.direction, one.amount, one.refundable), (direction, xof(4_000), xof(refundable)));
    }
    for (who, id) in [(stranger, receipt.transaction), (payer, unknown_transaction())] {
        let refused = house.wallets.transaction(&mut house.conn, who, id).unwrap_err();
        assert_eq!(refused.code().code, "wallet.transaction_unknown");
    }
}

#[test]
fn a_statement_comes_in_pages() {
    let mut house = House::new();
    let (payer, receiver) = (house.person_with(1_000), house.person());
    for francs in 1..=5 {
        house.pay(payer, Target::To(receiver), Some(francs)).unwrap();
    }
    let mut amounts = Vec::new();
    let mut cursor = None;
    loop {
        let page = house
            .wallets
            .transactions(&mut house.conn, receiver, cursor.as_ref(), Limit::parse(2).unwrap())
            .unwrap();
        amounts.extend(page.items.iter().map(|line| line.amount.francs()));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(amounts, [5, 4, 3, 2, 1]);
}

#[test]
fn a_quote_says_who_and_how_much_and_moves_nothing() {
    let mut house = House::new();
    let (payer, receiver) = (house.person_with(10_000), house.person());
    let quote = house.wallets.quote(&mut house.conn, payer, &Target::To(receiver), Some(xof(4_000))).unwrap();
    assert_eq!(
        (quote.receiver, quote.amount, quote.fee, quote.total),
        (receiver, xof(4_000), xof(0), xof(4_000))
    );
    assert_eq!(house.balance(payer), 10_000);
}

#[test]
fn what_no_transfer_is_gets_refused_before_the_ledger() {
    let mut house = House::new();
    let (payer, receiver) = (house.person_with(10_000), house.person());
    assert_eq!(house.refused(payer, Target::To(payer), Some(1)), "ledger.same_account");
    assert_eq!(house.refused(payer, Target::To(receiver), Some(0)), "ledger.amount_zero");
    assert_eq!(house.refused(payer, Target::To(receiver), None), "wallet.amount_required");
}

#[test]
fn nobody_spends_more_than_they_have() {
    let mut house = House::new();
    let (payer, receiver) = (house.person_with(10_000), house.person());
    assert_eq!(house.pay(payer, Target::To(receiver), Some(10_001)), Err(Refusal::InsufficientFunds));
    assert_eq!((house.balance(payer), house.balance(receiver)), (10_000, 0));
}

#[test]
fn an_agent_gives_from_a_float_that_somebody_filled() {
    let mut house = House::new();
    let (superadmin, agent, person) = (house.person(), house.person(), house.person());
    let command = |to: UserId| CashInCommand {
        wish: wish(agent, fingerprint::cash_in("a", xof(1_000))),
        to,
        amount: xof(1_000),
    };
    let refused = house.wallets.prepare_cash_in(&mut house.conn, command(person)).unwrap_err();
    assert_eq!(refused.code().code, "wallet.no_float");
    assert_eq!(house.wallets.float_balance(&mut house.conn, agent).unwrap(), None);

    house.fund(superadmin, agent, 1_500).unwrap();
    let refused = house.wallets.prepare_cash_in(&mut house.conn, command(agent)).unwrap_err();
    assert_eq!(refused.code().code, "ledger.same_account");
    house.cash_in(agent, person, 1_000).unwrap();
    assert_eq!(house.cash_in(agent, person, 1_000), Err(Refusal::InsufficientFunds));
    assert_eq!(house.wallets.float_balance(&mut house.conn, agent).unwrap(), Some(xof(500)));
    assert_eq!((house.balance(person), house.balance(agent)), (1_000, 0));

    let line =
        house.wallets.transactions(&mut house.conn, person, None, Limit::DEFAULT).unwrap().items.remove(0);
    assert_eq!(
        (line.kind, line.other.user, line.other.is_agent),
        (TransactionKind::CashIn, Some(agent), true)
    );
    assert_eq!(line.refundable, xof(0), "what an agent gave is not sent back as a refund");
}

#[test]
fn the_ceiling_of_unidentified_people_holds_on_what_they_receive() {
    let mut house = House::new();
    let (superadmin, agent, person) = (house.person(), house.person(), house.person());
    house.fund(superadmin, agent, 1_000_000).unwrap();
    house.cash_in(agent, person, 200_000).unwrap();
    assert_eq!(house.cash_in(agent, person, 1), Err(Refusal::ReceiverCeiling));
    let payer = house.person_with(5_000);
    assert_eq!(house.pay(payer, Target::To(person), Some(1)), Err(Refusal::ReceiverCeiling));
}

fn refund(
    house: &mut House,
    who: UserId,
    of: TransactionId,
    francs: Option<i64>,
) -> Result<Action, &'static str> {
    let amount = francs.map(xof);
    let command =
        RefundCommand { wish: wish(who, fingerprint::refund(of, amount, None)), of, amount, note: None };
    let order = house.wallets.prepare_refund(&mut house.conn, command).map_err(|error| error.code().code)?;
    let action = order.action;
    house.post(order).map_err(|refusal| refusal.code().code)?;
    Ok(action)
}

#[test]
fn who_received_gives_back_in_parts_and_never_more() {
    let mut house = House::new();
    let (payer, receiver, stranger) = (house.person_with(10_000), house.person_with(10_000), house.person());
    let paid = house.pay(payer, Target::To(receiver), Some(4_000)).unwrap().transaction;
    assert_eq!(refund(&mut house, payer, paid, None), Err("ledger.not_refundable"));
    assert_eq!(refund(&mut house, stranger, paid, None), Err("wallet.transaction_unknown"));
    assert_eq!(refund(&mut house, receiver, unknown_transaction(), None), Err("wallet.transaction_unknown"));

    refund(&mut house, receiver, paid, Some(1_000)).unwrap();
    assert_eq!(refund(&mut house, receiver, paid, Some(3_001)), Err("ledger.refund_exceeds"));
    let rest = refund(&mut house, receiver, paid, None).unwrap();
    assert_eq!(rest.amount(), Some(xof(3_000)), "what is left where no amount is said");
    assert_eq!(refund(&mut house, receiver, paid, None), Err("ledger.refund_exceeds"));
    assert_eq!((house.balance(payer), house.balance(receiver)), (10_000, 10_000));

    let line =
        house.wallets.transactions(&mut house.conn, payer, None, Limit::DEFAULT).unwrap().items.remove(0);
    assert_eq!(
        (line.kind, line.refund_of, line.direction),
        (TransactionKind::Refund, Some(paid), Direction::In)
    );
    assert_eq!(
        refund(&mut house, payer, line.transaction, None),
        Err("ledger.not_refundable"),
        "no refund of a refund"
    );
}
