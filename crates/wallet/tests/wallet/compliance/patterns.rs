use super::by;
use crate::people::{House, xof};
use chrono::{NaiveDate, TimeDelta};
use hostolink_kernel::{Clock, DomainError, Limit, UserId};
use hostolink_ledger::{AccountStatus, Direction, Order, Receipt, Refusal};
use hostolink_wallet::{NewWatchRule, OwnWay, Target, WatchAction, WatchKind, WatchLimits};
use std::time::Duration;

#[test]
fn the_rules_that_come_with_the_program() {
    let mut house = House::new();
    let page = house.wallets.watch_rules(&mut house.conn, None, Limit::MAX).unwrap();
    let rules: Vec<_> = page.items.iter().map(|rule| (rule.kind, rule.action, rule.active)).collect();
    for kind in WatchKind::ALL {
        let action = match kind {
            WatchKind::Sanctions => WatchAction::Hold,
            WatchKind::NewDevice => WatchAction::Cap,
            _ => WatchAction::Alert,
        };
        assert!(rules.contains(&(*kind, action, true)), "{kind:?}");
    }
    // What comes with the program can be set again, from tomorrow on.
    for rule in &page.items {
        NewWatchRule::try_new(rule.kind, rule.action, false, rule.limits, rule.from).unwrap();
    }
}

#[test]
fn many_receivers_open_one_alert_an_hour_and_hold_where_the_rule_says_so() {
    let mut house = House::new();
    house.rule("destinataires retenue", "fenetre_s, nombre", "3600, 3");
    let payer = house.person_with(10_000);
    let receivers: Vec<UserId> = (0..5).map(|_| house.person()).collect();
    let first: Vec<Receipt> =
        receivers[..2].iter().map(|receiver| house.gives(payer, *receiver, 10)).collect();
    assert_eq!(first.iter().map(|paid| house.heard(paid)).sum::<usize>(), 0);
    assert_eq!(house.status(payer), AccountStatus::Active);
    let third = house.gives(payer, receivers[2], 10);
    // One more before anybody looked: each is judged as of its own moment, and they are one alert.
    let fourth = house.gives(payer, receivers[3], 10);
    assert_eq!((house.heard(&third), house.heard(&third), house.heard(&fourth)), (1, 0, 0));
    let alert = house.alerts(receivers[0]).remove(0);
    assert_eq!((alert.kind, alert.amount, alert.count), (WatchKind::ManyReceivers, Some(xof(30)), Some(3)));
    assert_eq!((alert.transaction, alert.holds), (Some(third.transaction), true));
    assert_eq!(house.pay(payer, Target::To(receivers[4]), Some(1)), Err(Refusal::SenderBlocked));
}

#[test]
fn what_a_rule_refuses_is_refused_without_a_reason_and_compliance_learns_of_it() {
    let mut house = House::new();
    house.rule("destinataires refus", "fenetre_s, nombre", "3600, 3");
    let payer = house.person_with(10_000);
    let receivers: Vec<UserId> = (0..4).map(|_| house.person()).collect();
    for receiver in &receivers[..2] {
        house.gives(payer, *receiver, 10);
    }
    for _ in 0..2 {
        let refused = house.refused(payer, Target::To(receivers[2]), Some(10));
        assert_eq!(refused, "wallet.operation_under_review");
    }
    house.gives(payer, receivers[1], 10);
    let alerts = house.alerts(receivers[0]);
    assert_eq!((alerts.len(), alerts[0].transaction, alerts[0].holds), (1, None, false));
    assert_eq!(house.status(payer), AccountStatus::Active);
    house.clock.advance(Duration::from_secs(3600));
    house.gives(payer, receivers[2], 10);
}

#[test]
fn a_young_account_is_refused_what_is_too_much_for_it() {
    let mut house = House::new();
    house.rule("premiere_grosse refus", "fenetre_s, montant", "3600, 5000");
    let (payer, receiver) = (house.person_with(20_000), house.person());
    house.gives(payer, receiver, 4_999);
    assert_eq!(house.refused(payer, Target::To(receiver), Some(5_000)), "wallet.operation_under_review");
    house.clock.advance(Duration::from_secs(3600));
    house.gives(payer, receiver, 5_000);
}

#[test]
fn what_a_till_takes_is_looked_at_and_counts_as_what_its_merchant_received() {
    let mut house = House::new();
    house.rule("fractionnement alerte", "fenetre_s, nombre, montant, plancher", "3600, 3, 2000, 1800");
    house.rule("aller_retour alerte", "fenetre_s, montant, part", "3600, 5000, 90");
    let shop = house.shop();
    let payload = house.till_payload(shop.cashier, shop.till);
    let mut opened = Vec::new();
    for _ in 0..3 {
        // Each payer pays once: nothing of theirs is a pattern.
        let payer = house.person_with(2_000);
        let paid = house.pay(payer, Target::Qr(payload.clone()), Some(1_900)).unwrap();
        let moved = [(paid.from, Direction::Out), (paid.to, Direction::In)];
        let moved = moved.map(|(account, way)| super::moved(&paid, account, way));
        opened.push(house.wallets.watch(&mut house.conn, &moved).unwrap());
    }
    assert_eq!(opened, [0, 0, 1]);
    let reader = house.person();
    let alert = house.alerts(reader).remove(0);
    assert_eq!((alert.person, alert.kind), (shop.owner, WatchKind::Structuring));
    assert_eq!((alert.amount, alert.count), (Some(xof(5_700)), Some(3)));
    // What came in at the till leaves from the merchant's main account.
    house.move_own(shop.owner, OwnWay::Collect(shop.till), 5_700).unwrap();
    house.move_own(shop.owner, OwnWay::Out, 5_700).unwrap();
    let left = house.gives(shop.owner, reader, 5_200);
    assert_eq!(house.heard(&left), 1);
    let other = house.person();
    let through = house.alerts(other).into_iter().find(|alert| alert.kind == WatchKind::InAndOut).unwrap();
    assert_eq!((through.person, through.transaction), (shop.owner, Some(left.transaction)));
}

#[test]
fn a_rule_is_added_for_later_and_never_changed() {
    let mut house = House::new();
    let chief = house.person();
    let today = house.clock.now().date_naive();
    let limits = WatchLimits { window: Some(3600), count: Some(9), ..WatchLimits::default() };
    let new = |from: NaiveDate| {
        NewWatchRule::try_new(WatchKind::ManyReceivers, WatchAction::Alert, true, limits, from).unwrap()
    };
    let tomorrow = today.succ_opt().unwrap();
    let code = |house: &mut House, from| {
        house.wallets.add_watch_rule(&mut house.conn, &by(chief), &new(from)).unwrap_err().code().code
    };
    assert_eq!(code(&mut house, today), "wallet.rule_not_future");
    let added = house.wallets.add_watch_rule(&mut house.conn, &by(chief), &new(tomorrow)).unwrap();
    assert_eq!((added.limits, added.until, added.set_by), (limits, None, Some(chief)));
    assert_eq!(code(&mut house, tomorrow), "wallet.rule_date_taken");
    let page = house.wallets.watch_rules(&mut house.conn, None, Limit::MAX).unwrap();
    let before = page.items.iter().find(|rule| rule.kind == added.kind && rule.from < tomorrow).unwrap();
    assert_eq!(before.until, Some(tomorrow));
}

/// A transfer from a device that is known since `since`, as the program sends it.
fn from_device(house: &mut House, payer: UserId, to: UserId, francs: i64, ago: TimeDelta) -> Order {
    let mut order = house.order(payer, Target::To(to), Some(francs)).unwrap();
    let since = house.clock.now() - ago;
    if let Some(device) = house.wallets.new_device(&mut house.conn, payer, since).unwrap() {
        device.limit(&mut order);
    }
    order
}

#[test]
fn a_new_device_sends_little_for_a_day_whichever_it_is() {
    let mut house = House::new();
    house.rule("appareil_recent plafond", "fenetre_s, montant", "86400, 1000");
    let (payer, receiver) = (house.person_with(10_000), house.person());
    let send = |house: &mut House, francs, ago| {
        let order = from_device(house, payer, receiver, francs, ago);
        house.post(order).map(|_| ())
    };
    // There was no money before this device.
    assert_eq!(send(&mut house, 1_001, TimeDelta::zero()), Ok(()));
    house.clock.advance(Duration::from_secs(3600));
    let hour = TimeDelta::minutes(30);
    assert_eq!(send(&mut house, 1_001, hour), Err(Refusal::NewDevice));
    assert_eq!(send(&mut house, 600, hour), Ok(()));
    // Another new one counts together with it; one that is known for a day does not.
    assert_eq!(send(&mut house, 401, TimeDelta::minutes(5)), Err(Refusal::NewDevice));
    assert_eq!(send(&mut house, 400, TimeDelta::minutes(5)), Ok(()));
    assert_eq!(send(&mut house, 2_000, TimeDelta::days(1)), Ok(()));

    let refused = from_device(&mut house, payer, receiver, 1, hour);
    let key = refused.key.clone();
    assert_eq!(house.post(refused), Err(Refusal::NewDevice));
    let until = house.clock.now() - hour + TimeDelta::days(1);
    assert_eq!(house.wallets.frees_at(&mut house.conn, &key).unwrap(), Some(until));
    let report = house.ledger.verify(&mut house.conn, &mut |_| ()).unwrap();
    assert!(report.holds(), "{report:?}");
}
