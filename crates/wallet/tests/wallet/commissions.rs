//! What merchants pay for being paid, by code and by card.

use crate::{
    merchants::{by, code},
    people::{House, wish, xof},
};
use hostolink_audit::Actor;
use hostolink_kernel::{DomainError, Limit, UserId};
use hostolink_ledger::{AccountKind, Action, Direction, Order, Receipt, Refusal};
use hostolink_wallet::{
    Band, Cards, DeclineReason, NewScale, OwnWay, Target, TillRefund, Verdict,
    card::{
        AuthorizeCommand, Authorizing, CaptureCommand, CardNumber, CardSettings, Decline, NewCard,
        SecurityCode,
    },
    fingerprint,
};
use std::time::Duration;

/// From tomorrow on merchants pay 10 F and 2 %, of which agents have a quarter, and it is tomorrow.
fn charge_merchants(house: &mut House) {
    let chief = house.person();
    let bands = vec![Band::try_new(xof(0), xof(10), 200, (None, None), 2_500).unwrap()];
    let new = NewScale::commission(bands, "2026-11-21".parse().unwrap()).unwrap();
    let added = house.wallets.add_scale(&mut house.conn, &by(chief), &new).unwrap();
    assert_eq!(code(house.wallets.add_scale(&mut house.conn, &by(chief), &new)), "wallet.rule_date_taken");
    assert_eq!(house.wallets.commission_in_force(&mut house.conn).unwrap(), None, "it begins tomorrow");
    house.clock.set("2026-11-21T00:00:00Z".parse().unwrap());
    assert_eq!(house.wallets.commission_in_force(&mut house.conn).unwrap(), Some(added));
}

/// What is on Hostolink's account of fees, and on an agent's of commissions.
fn earned(house: &mut House, agent: UserId) -> (i64, i64) {
    let fees = house.ledger.system_account(&mut house.conn, AccountKind::Fees).unwrap().balance.francs();
    let theirs = house.ledger.find_account_of(&mut house.conn, agent, AccountKind::Commission).unwrap();
    (fees, theirs.map_or(0, |account| account.balance.francs()))
}

#[test]
fn a_merchant_is_paid_less_the_commission_and_nobody_else_notices() {
    let mut house = House::new();
    house.limit("non_identifie paiement_qr debit jour", Some(3_000), None);
    let shop = house.shop();
    let payload = house.till_payload(shop.cashier, shop.till);
    let (payer, agent, admin) = (house.person_with(10_000), house.person(), house.person());
    charge_merchants(&mut house);
    let merchant = house.wallets.merchant(&mut house.conn, shop.owner).unwrap().id;
    for (of, who) in
        [(Some(shop.owner), admin), (Some(admin), admin), (Some(agent), shop.owner), (None, shop.owner)]
    {
        let refused = house.wallets.set_merchant_agent(&mut house.conn, merchant, of, &by(who));
        assert_eq!(code(refused), "wallet.own_money");
    }
    let brought =
        house.wallets.set_merchant_agent(&mut house.conn, merchant, Some(agent), &by(admin)).unwrap();
    assert_eq!(brought.agent, Some(agent));

    let quote =
        house.wallets.quote(&mut house.conn, payer, &Target::Qr(payload.clone()), Some(xof(1_000))).unwrap();
    assert_eq!((quote.amount, quote.fee, quote.total), (xof(1_000), xof(0), xof(1_000)));
    let paid: Receipt = house.pay(payer, Target::Qr(payload.clone()), Some(1_000)).unwrap();
    assert_eq!((paid.amount, paid.fee, paid.balance_after), (xof(1_000), xof(0), xof(9_000)));
    assert_eq!((house.balance_of(paid.to), earned(&mut house, agent)), (970, (23, 7)));

    // Each side reads what is theirs.
    let at = (shop.cashier, shop.till);
    let line =
        house.wallets.till_transactions(&mut house.conn, at, None, Limit::DEFAULT).unwrap().items.remove(0);
    assert_eq!((line.amount, line.commission, line.balance_after), (xof(970), xof(30), Some(xof(970))));
    assert_eq!(line.refundable, xof(1_000));
    let seen = house.wallets.transaction(&mut house.conn, shop.owner, paid.transaction).unwrap();
    assert_eq!((seen.direction, seen.amount, seen.commission), (Direction::In, xof(970), xof(30)));
    for seen in [
        house.wallets.transaction(&mut house.conn, payer, paid.transaction).unwrap(),
        house.wallets.transactions(&mut house.conn, payer, None, Limit::DEFAULT).unwrap().items.remove(0),
    ] {
        assert_eq!((seen.direction, seen.amount, seen.commission), (Direction::Out, xof(1_000), xof(0)));
    }
    let receipt = house.wallets.receipt(&mut house.conn, paid.transaction).unwrap();
    assert_eq!(receipt.amount, xof(1_000));
    receipt.proof.verify().unwrap();
    // Limits count what is paid, whoever bears what it costs.
    assert_eq!(house.pay(payer, Target::Qr(payload.clone()), Some(2_001)), Err(Refusal::LimitDay));
    house.pay(payer, Target::Qr(payload.clone()), Some(1)).unwrap();
    assert_eq!(house.pay(payer, Target::Qr(payload.clone()), Some(2_000)), Err(Refusal::LimitDay));
    let takings = house.takings(&shop);
    assert_eq!(
        (takings.received.count, takings.received.amount, takings.commission),
        (2, xof(1_001), xof(30))
    );
    assert_eq!(takings.net(), house.balance_of(paid.to), "of one franc nothing is taken");
    // Between people nothing is taken either.
    let own = house.wallets.own_code(&mut house.conn, shop.owner).unwrap().payload;
    assert_eq!(house.pay(payer, Target::Qr(own), Some(500)).unwrap().amount, xof(500));
    assert_eq!(house.balance(shop.owner), 500);
    assert!(house.ledger.verify(&mut house.conn, &mut |_| ()).unwrap().holds());
}

#[test]
fn a_refund_gives_the_whole_price_back_and_a_reversal_the_commission_too() {
    let mut house = House::new();
    let shop = house.shop();
    let (payer, agent, admin) = (house.person_with(10_000), house.person(), house.person());
    charge_merchants(&mut house);
    let merchant = house.wallets.merchant(&mut house.conn, shop.owner).unwrap().id;
    house.wallets.set_merchant_agent(&mut house.conn, merchant, Some(agent), &by(admin)).unwrap();
    let (first, second) = (house.buy(payer, &shop, 1_000), house.buy(payer, &shop, 2_000));
    assert_eq!(earned(&mut house, agent), (61, 19));
    let refund = |house: &mut House, of| {
        let wish = wish(shop.owner, fingerprint::till_refund(shop.till, of, None, None));
        let refund = TillRefund { wish, till: shop.till, of, amount: None, note: None };
        let order = house.wallets.prepare_till_refund(&mut house.conn, refund).unwrap();
        house.post(order).map(|receipt| receipt.amount.francs())
    };
    assert_eq!(refund(&mut house, first), Ok(1_000));
    assert_eq!(
        (house.balance(payer), earned(&mut house, agent)),
        (8_000, (61, 19)),
        "the commission is kept"
    );
    let takings = house.takings(&shop);
    assert_eq!((takings.commission, takings.refunded.amount, takings.net()), (xof(80), xof(1_000), 1_920));

    let third = house.buy(payer, &shop, 100);
    let support = wish(admin, fingerprint::support_refund(second, None, "fraude"));
    let undo = house.wallets.prepare_support_refund(&mut house.conn, support, second, None).unwrap();
    assert!(matches!(undo.order.action, Action::Reverse { .. }));
    house.post(undo.order).unwrap();
    assert_eq!(
        (house.balance(payer), earned(&mut house, agent)),
        (9_900, (32, 10)),
        "a reversal gives it back"
    );
    let till = house.wallets.transaction(&mut house.conn, shop.owner, third).unwrap();
    assert_eq!((till.amount, house.takings(&shop).net()), (xof(88), 58));
    assert!(house.ledger.verify(&mut house.conn, &mut |_| ()).unwrap().holds());
}

struct Customer {
    owner: UserId,
    card: hostolink_kernel::CardId,
    cards: Cards,
}

impl Customer {
    fn new(house: &mut House, francs: i64, merchant_lock: bool) -> Self {
        let owner = house.person_with(francs);
        let cards = Cards::new(house.wallets.clone(), &"key".into());
        let settings = CardSettings { merchant_lock, ..CardSettings::default() };
        let new = NewCard { owner, single_use: false, settings, actor: Actor::default() };
        let card = cards.create(&mut house.conn, &new).unwrap().id;
        Self { owner, card, cards }
    }

    /// Shows the card: a minute later, so with another code.
    fn shows(
        &self,
        house: &mut House,
        asker: UserId,
        till: Option<hostolink_kernel::TillId>,
        francs: i64,
    ) -> Result<Authorizing, hostolink_wallet::Error> {
        house.clock.advance(Duration::from_secs(60));
        let shown = self.cards.show(&mut house.conn, (self.owner, self.card), &Actor::default()).unwrap();
        let command = AuthorizeCommand {
            wish: wish(asker, fingerprint::card_authorization(self.card, xof(francs), None)),
            number: CardNumber::parse(&shown.number).unwrap(),
            code: SecurityCode::parse(&shown.code).unwrap(),
            amount: xof(francs),
            note: None,
            till,
        };
        self.cards.authorize(&mut house.conn, self.card, &command)
    }
}

#[test]
fn a_card_shown_at_a_till_pays_there() {
    let mut house = House::new();
    let (shop, other) = (house.shop(), house.merchant().0);
    let awa = Customer::new(&mut house, 10_000, true);
    charge_merchants(&mut house);
    let Authorizing::ToPost(id, order) = awa.shows(&mut house, shop.cashier, Some(shop.till), 3_000).unwrap()
    else {
        panic!()
    };
    house.post(*order).unwrap();
    // The lock is the merchant's, whichever of their tills asks; another merchant is not them.
    let declined = awa.shows(&mut house, other, None, 100).unwrap();
    assert!(matches!(declined, Authorizing::Declined(Decline::OtherMerchant)), "{declined:?}");
    let Authorizing::ToPost(second, order) = awa.shows(&mut house, shop.owner, None, 500).unwrap() else {
        panic!()
    };
    house.post(*order).unwrap();

    let take = |house: &mut House,
                asker,
                authorization,
                francs: Option<i64>|
     -> Result<Order, hostolink_wallet::Error> {
        let amount = francs.map(xof);
        let wish = wish(asker, fingerprint::card_capture(authorization, amount));
        awa.cards.prepare_capture(&mut house.conn, CaptureCommand { wish, authorization, amount })
    };
    for stranger in [other, awa.owner] {
        assert_eq!(code(take(&mut house, stranger, id, None)), "wallet.authorization_unknown");
    }
    assert_eq!(
        code(take(&mut house, shop.cashier, second, None)),
        "wallet.authorization_unknown",
        "the merchant's own till"
    );
    let order = take(&mut house, shop.cashier, id, Some(2_000)).unwrap();
    let taken = house.post(order).unwrap();
    assert_eq!((taken.amount, taken.fee), (xof(2_000), xof(0)));
    let till = house.wallets.till_account(&mut house.conn, shop.owner, shop.till).unwrap();
    assert_eq!((taken.to, house.balance_of(till), house.balance(shop.owner)), (till, 1_950, 0));
    let order = take(&mut house, shop.owner, second, None).unwrap();
    let taken = house.post(order).unwrap();
    let account = house.shop_account(shop.owner);
    assert_eq!((taken.to, house.balance_of(account), house.balance(awa.owner)), (account, 480, 7_500));
    let takings = house.takings(&shop);
    assert_eq!(
        (takings.received.count, takings.received.amount, takings.commission),
        (1, xof(2_000), xof(50))
    );
    house.move_own(shop.owner, OwnWay::Collect(shop.till), 1_950).unwrap();
    // It is given back at the till as any payment there is.
    house.move_own(shop.owner, OwnWay::Fund(shop.till), 2_000).unwrap();
    let seen = awa.cards.authorization(&mut house.conn, shop.cashier, id).unwrap();
    let (of, _) = seen.captured.unwrap();
    assert_eq!(seen.account, Some(till));
    let wish = wish(shop.owner, fingerprint::till_refund(shop.till, of, None, None));
    let refund = TillRefund { wish, till: shop.till, of, amount: None, note: None };
    let order = house.wallets.prepare_till_refund(&mut house.conn, refund).unwrap();
    assert_eq!(house.post(order).unwrap().amount, xof(2_000));
    let listed =
        awa.cards.authorizations_of_till(&mut house.conn, (shop.cashier, shop.till), None, Limit::MAX);
    assert_eq!(listed.unwrap().items.iter().map(|one| one.id).collect::<Vec<_>>(), [id]);

    // Nobody charges their own card; nobody charges where nobody may be paid.
    let own = Customer { owner: shop.owner, ..Customer::new(&mut house, 100, false) };
    let settings = CardSettings::default();
    let new = NewCard { owner: shop.owner, single_use: false, settings, actor: Actor::default() };
    let own = Customer { card: own.cards.create(&mut house.conn, &new).unwrap().id, ..own };
    let declined = own.shows(&mut house, shop.cashier, Some(shop.till), 1).unwrap();
    assert!(matches!(declined, Authorizing::Declined(Decline::Refused)), "{declined:?}");
    assert_eq!(code(awa.shows(&mut house, other, Some(shop.till), 1)), "wallet.till_unknown");
    let merchant = house.wallets.merchant(&mut house.conn, shop.owner).unwrap();
    house.review(&merchant, Verdict::Suspend(DeclineReason::Complaints)).unwrap();
    for (asker, till) in [(shop.cashier, Some(shop.till)), (shop.owner, None)] {
        let refused = awa.shows(&mut house, asker, till, 1).unwrap_err();
        assert_eq!(refused.code().code, "wallet.merchant_state");
    }
    assert!(house.ledger.verify(&mut house.conn, &mut |_| ()).unwrap().holds());
}
