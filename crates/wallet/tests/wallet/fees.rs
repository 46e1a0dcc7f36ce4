//! What operations cost.

use crate::people::{House, wish, xof};
use hostolink_audit::Actor;
use hostolink_kernel::{DomainError, UserId, Xof};
use hostolink_ledger::{AccountKind, Refusal};
use hostolink_wallet::{Band, NewScale, Operation, Target, TransferCommand, fingerprint};

fn band(from: i64, fixed: i64, points: u16, share: u16) -> Band {
    Band::try_new(xof(from), xof(fixed), points, (None, None), share).unwrap()
}

/// A scale from tomorrow on, and that day.
fn in_force(house: &mut House, operation: Operation, bands: Vec<Band>) {
    let chief = house.person();
    let actor = Actor { user: Some(chief), trace_id: None, address: None };
    let new = NewScale::try_new(operation, bands, "2026-11-21".parse().unwrap()).unwrap();
    house.wallets.add_scale(&mut house.conn, &actor, &new).unwrap();
    house.clock.set("2026-11-21T00:00:00Z".parse().unwrap());
}

fn account(house: &mut House, who: UserId, kind: AccountKind) -> Option<i64> {
    house.ledger.find_account_of(&mut house.conn, who, kind).unwrap().map(|found| found.balance.francs())
}

fn fees(house: &mut House) -> i64 {
    house.ledger.system_account(&mut house.conn, AccountKind::Fees).unwrap().balance.francs()
}

fn pay_for(
    house: &mut House,
    payer: UserId,
    to: UserId,
    francs: i64,
    fee: Option<i64>,
) -> Result<Xof, String> {
    let command = TransferCommand {
        wish: wish(payer, fingerprint::transfer(Some("a"), None, Some(xof(francs)), None)),
        target: Target::To(to),
        amount: Some(xof(francs)),
        fee: fee.map(xof),
        note: None,
        device_since: None,
    };
    let order = house
        .wallets
        .prepare_transfer(&mut house.conn, command)
        .map_err(|error| error.code().code.to_owned())?;
    house.post(order).map(|receipt| receipt.fee).map_err(|refusal| refusal.code().code.to_owned())
}

#[test]
fn the_payer_pays_what_the_quote_said_and_hostolink_earns_it() {
    let mut house = House::new();
    let (payer, receiver) = (house.person_with(10_000), house.person());
    assert_eq!(pay_for(&mut house, payer, receiver, 1_000, Some(0)), Ok(xof(0)));
    in_force(&mut house, Operation::Transfer, vec![band(0, 0, 0, 0), band(501, 10, 100, 0)]);
    let quote = house.wallets.quote(&mut house.conn, payer, &Target::To(receiver), Some(xof(1_001))).unwrap();
    assert_eq!((quote.amount, quote.fee, quote.total), (xof(1_001), xof(21), xof(1_022)));
    // The screen was drawn before midnight.
    assert_eq!(pay_for(&mut house, payer, receiver, 1_001, Some(0)), Err("wallet.fee_changed".to_owned()));
    assert_eq!(house.balance(payer), 9_000);
    assert_eq!(pay_for(&mut house, payer, receiver, 1_001, Some(21)), Ok(xof(21)));
    assert_eq!(pay_for(&mut house, payer, receiver, 500, None), Ok(xof(0)));
    assert_eq!((house.balance(payer), house.balance(receiver), fees(&mut house)), (7_478, 2_501, 21));
    // Paying by a code has a scale of its own.
    let payload = house.wallets.own_code(&mut house.conn, receiver).unwrap().payload;
    assert_eq!(house.pay(payer, Target::Qr(payload), Some(1_001)).unwrap().fee, xof(0));
    let report = house.ledger.verify(&mut house.conn, &mut |_| ()).unwrap();
    assert!(report.holds(), "{report:?}");
}

#[test]
fn who_can_pay_the_amount_and_not_the_fee_can_not_pay() {
    let mut house = House::new();
    let (payer, receiver) = (house.person_with(1_000), house.person());
    in_force(&mut house, Operation::Transfer, vec![band(0, 1, 0, 0)]);
    assert_eq!(house.pay(payer, Target::To(receiver), Some(1_000)), Err(Refusal::InsufficientFunds));
    assert_eq!(house.pay(payer, Target::To(receiver), Some(999)).unwrap().balance_after, xof(0));
}

#[test]
fn a_fee_on_cash_in_is_split_with_the_agent_who_gives() {
    let mut house = House::new();
    let (superadmin, agent, person) = (house.person(), house.person(), house.person());
    house.fund(superadmin, agent, 20_000).unwrap();
    in_force(&mut house, Operation::CashIn, vec![band(0, 0, 100, 6_000)]);
    let receipt = house.cash_in(agent, person, 10_000).unwrap();
    assert_eq!(receipt.fee, xof(100));
    assert_eq!(
        (account(&mut house, agent, AccountKind::Float), house.balance(person)),
        (Some(9_900), 10_000)
    );
    assert_eq!((account(&mut house, agent, AccountKind::Commission), fees(&mut house)), (Some(60), 40));
}
