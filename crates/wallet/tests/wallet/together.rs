//! Transfers of many people prepared together: each is answered as it would be alone.

use crate::people::{House, wish, xof};
use hostolink_kernel::{DomainError, UserId};
use hostolink_wallet::{Target, TransferCommand, fingerprint};

fn command(payer: UserId, target: Target, francs: Option<i64>) -> TransferCommand {
    let amount = francs.map(xof);
    let wish = wish(payer, fingerprint::transfer(Some("a"), None, amount, None));
    TransferCommand { wish, target, amount, fee: None, note: None, device_since: None }
}

#[test]
fn each_is_answered_as_it_would_be_alone() {
    let mut house = House::new();
    let (awa, koffi) = (house.person_with(5_000), house.person_with(5_000));
    let (new, shop) = (house.person(), house.shop());
    let own = house.wallets.own_code(&mut house.conn, koffi).unwrap().payload;
    let till = house.till_payload(shop.cashier, shop.till);
    let forged = own.replace("6304", "6305");
    let commands = vec![
        command(awa, Target::To(koffi), Some(100)),
        command(awa, Target::Qr(own.clone()), Some(200)),
        command(awa, Target::Qr(forged), Some(300)),
        command(koffi, Target::Qr(own), Some(400)),
        command(koffi, Target::To(awa), Some(0)),
        command(koffi, Target::To(awa), None),
        // Somebody who has no account yet, twice.
        command(koffi, Target::To(new), Some(500)),
        command(awa, Target::To(new), Some(600)),
        command(koffi, Target::Qr(till), Some(700)),
    ];
    let alone: Vec<Result<_, &str>> = commands
        .clone()
        .into_iter()
        .map(|command| {
            house.wallets.prepare_transfer(&mut house.conn, command).map_err(|error| error.code().code)
        })
        .collect();
    let together: Vec<Result<_, &str>> = house
        .wallets
        .prepare_transfers(&mut house.conn, commands)
        .unwrap()
        .into_iter()
        .map(|order| order.map_err(|error| error.code().code))
        .collect();
    assert_eq!(together, alone);
    assert_eq!(together.iter().filter(|order| order.is_ok()).count(), 5);
    for order in together.into_iter().flatten() {
        house.post(order).unwrap();
    }
    assert_eq!([awa, koffi, new].map(|person| house.balance(person)), [4_100, 4_100, 1_100]);
}

#[test]
fn people_without_an_account_get_theirs_on_the_way() {
    let mut house = House::new();
    let (awa, new) = (house.person_with(5_000), house.person());
    let commands = vec![command(awa, Target::To(new), Some(1)), command(awa, Target::To(new), Some(2))];
    let orders = house.wallets.prepare_transfers(&mut house.conn, commands).unwrap();
    for order in orders {
        house.post(order.unwrap()).unwrap();
    }
    assert_eq!(house.balance(new), 3);
    assert!(house.wallets.prepare_transfers(&mut house.conn, Vec::new()).unwrap().is_empty());
}
