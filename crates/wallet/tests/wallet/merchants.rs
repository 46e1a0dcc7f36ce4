//! Merchants, their review and their accounts; aliases of PI-SPI.

use crate::people::{House, wish, xof};
use hostolink_audit::Actor;
use hostolink_kernel::{AccountId, DomainError, Limit, UserId};
use hostolink_ledger::{AccountStatus, Refusal};
use hostolink_wallet::{
    Category, City, DeclineReason, Error, Level, Merchant, MerchantFace, MerchantSettings, MerchantState,
    NewPiAlias, OwnMove, OwnWay, Target, TradeName, Verdict,
    emv::{Payload, PiAlias},
    fingerprint,
};

pub(crate) fn by(user: UserId) -> Actor {
    Actor { user: Some(user), ..Actor::default() }
}

pub(crate) fn code<T: std::fmt::Debug>(refused: Result<T, Error>) -> &'static str {
    refused.unwrap_err().code().code
}

pub(crate) fn face() -> MerchantFace {
    MerchantFace {
        name: TradeName::parse("Maquis du Plateau").unwrap(),
        category: Category::parse("5812").unwrap(),
        city: City::parse("Abidjan").unwrap(),
        registration: None,
    }
}

impl House {
    pub(crate) fn identify(&mut self, user: UserId) {
        self.wallets.set_levels(&mut self.conn, &[(user, Level::Identified)]).unwrap();
    }

    pub(crate) fn review(&mut self, merchant: &Merchant, verdict: Verdict) -> Result<Merchant, Error> {
        let admin = self.person();
        self.wallets.review_merchant(&mut self.conn, merchant.id, verdict, &by(admin))
    }

    /// An accepted merchant: who owns it, and the profile.
    pub(crate) fn merchant(&mut self) -> (UserId, Merchant) {
        let owner = self.person();
        self.identify(owner);
        self.wallets.describe_merchant(&mut self.conn, owner, &face(), &by(owner)).unwrap();
        let submitted = self.wallets.submit_merchant(&mut self.conn, owner, &by(owner)).unwrap();
        let accepted = self.review(&submitted, Verdict::Accept).unwrap();
        (owner, accepted)
    }

    pub(crate) fn shop_account(&mut self, owner: UserId) -> AccountId {
        self.wallets.merchant_account(&mut self.conn, owner).unwrap().unwrap().id
    }

    pub(crate) fn balance_of(&mut self, account: AccountId) -> i64 {
        self.ledger.find_account(&mut self.conn, account).unwrap().unwrap().balance.francs()
    }

    pub(crate) fn move_own(&mut self, owner: UserId, way: OwnWay, francs: i64) -> Result<i64, Refusal> {
        let amount = xof(francs);
        let own = OwnMove { wish: wish(owner, fingerprint::own_move(way, amount)), way, amount };
        let order = self.wallets.prepare_own_move(&mut self.conn, own).unwrap();
        self.post(order).map(|receipt| receipt.fee.francs())
    }

    /// The code of the merchant's own till.
    fn shop_code(&mut self, owner: UserId) -> String {
        let tills = self.wallets.merchant_accounts(&mut self.conn, owner).unwrap();
        self.wallets.till_code(&mut self.conn, owner, tills[0].0).unwrap().payload
    }
}

#[test]
fn a_trade_is_described_submitted_and_reviewed_by_somebody_else() {
    let mut house = House::new();
    let owner = house.person();
    let describe =
        |house: &mut House| house.wallets.describe_merchant(&mut house.conn, owner, &face(), &by(owner));
    assert_eq!(code(describe(&mut house)), "wallet.identity_required");
    assert_eq!(code(house.wallets.merchant(&mut house.conn, owner)), "wallet.merchant_unknown");
    house.identify(owner);
    let draft = describe(&mut house).unwrap();
    assert_eq!((draft.state, draft.face.name.as_str()), (MerchantState::Draft, "Maquis du Plateau"));
    assert_eq!(code(house.review(&draft, Verdict::Accept)), "wallet.merchant_state");
    assert!(house.wallets.merchant_account(&mut house.conn, owner).unwrap().is_none());

    let submit = |house: &mut House| house.wallets.submit_merchant(&mut house.conn, owner, &by(owner));
    let submitted = submit(&mut house).unwrap();
    assert_eq!(code(submit(&mut house)), "wallet.merchant_state");
    assert_eq!(code(describe(&mut house)), "wallet.merchant_state", "a reviewer has it");
    let own = house.wallets.review_merchant(&mut house.conn, draft.id, Verdict::Accept, &by(owner));
    assert_eq!(code(own), "wallet.own_money");
    let refused = house.review(&submitted, Verdict::Refuse(DeclineReason::Description)).unwrap();
    assert_eq!((refused.state, refused.reason), (MerchantState::Refused, Some(DeclineReason::Description)));
    assert_eq!(
        code(house.review(&submitted, Verdict::Suspend(DeclineReason::Activity))),
        "wallet.merchant_state"
    );
    describe(&mut house).unwrap();
    let again = submit(&mut house).unwrap();
    assert_eq!((again.state, again.reason), (MerchantState::Submitted, None));
    let settings = MerchantSettings { refunds_a_day: Some(xof(1_000)) };
    let early = house.wallets.configure_merchant(&mut house.conn, owner, settings, &by(owner));
    assert_eq!(code(early), "wallet.merchant_state");
    assert_eq!(house.review(&again, Verdict::Accept).unwrap().state, MerchantState::Accepted);
    assert_eq!(code(house.review(&again, Verdict::Reinstate)), "wallet.merchant_state");
    let waiting = Some(MerchantState::Submitted);
    let page = house.wallets.merchants(&mut house.conn, waiting, None, Limit::DEFAULT).unwrap();
    assert!(page.items.is_empty());
    let tills = house.wallets.merchant_accounts(&mut house.conn, owner).unwrap();
    assert_eq!(tills.iter().map(|(_, account)| *account).collect::<Vec<_>>(), [house.shop_account(owner)]);
}

#[test]
fn who_scans_sees_the_trade_name_and_the_money_is_apart_from_the_person_s() {
    let mut house = House::new();
    let (owner, merchant) = house.merchant();
    let payer = house.person_with(10_000);
    let payload = house.shop_code(owner);
    assert_eq!(house.shop_code(owner), payload, "the same ever after");
    let seen = house.wallets.scan(&mut house.conn, &payload).unwrap();
    let shop = seen.shop.unwrap();
    assert_eq!((shop.trade_name.as_str(), shop.city.as_str()), ("Maquis du Plateau", "Abidjan"));
    assert_eq!((shop.category.as_str(), shop.till), ("5812", None));
    assert_eq!(seen.receiver, owner);
    let target = Target::Qr(payload.clone());
    assert_eq!(house.refused(owner, target.clone(), Some(1)), "ledger.same_account");
    let quote = house.wallets.quote(&mut house.conn, payer, &target, Some(xof(1_500))).unwrap();
    assert_eq!(quote.shop.unwrap().trade_name, "Maquis du Plateau");
    house.pay(payer, target.clone(), Some(1_500)).unwrap();
    let shop = house.shop_account(owner);
    assert_eq!((house.balance(owner), house.balance_of(shop)), (0, 1_500));
    let line =
        house.wallets.transactions(&mut house.conn, payer, None, Limit::DEFAULT).unwrap().items.remove(0);
    assert!(line.other.is_merchant && line.other.user == Some(owner));

    // Suspended, nobody pays there, and what is there stays the person's to take.
    house.review(&merchant, Verdict::Suspend(DeclineReason::Complaints)).unwrap();
    assert_eq!(house.refused(payer, target.clone(), Some(1)), "wallet.qr_not_accepting");
    assert_eq!(code(house.wallets.scan(&mut house.conn, &payload)), "wallet.qr_not_accepting");
    assert_eq!(house.move_own(owner, OwnWay::Out, 1_000), Ok(0));
    assert_eq!(house.move_own(owner, OwnWay::Out, 501), Err(Refusal::InsufficientFunds));
    assert_eq!(house.move_own(owner, OwnWay::In, 300), Ok(0));
    assert_eq!((house.balance(owner), house.balance_of(shop)), (700, 800));
    house.review(&merchant, Verdict::Reinstate).unwrap();
    house.pay(payer, target, Some(1)).unwrap();
    assert!(house.ledger.verify(&mut house.conn, &mut |_| ()).unwrap().holds());
}

#[test]
fn the_one_ceiling_counts_the_merchant_s_account_and_freezes_reach_it() {
    let mut house = House::new();
    let (owner, _) = house.merchant();
    house.limit("identifie toutes credit solde", Some(2_000), None);
    let payer = house.person_with(10_000);
    let target = Target::Qr(house.shop_code(owner));
    house.pay(payer, Target::To(owner), Some(1_200)).unwrap();
    assert_eq!(house.pay(payer, target.clone(), Some(801)), Err(Refusal::ReceiverCeiling));
    house.pay(payer, target.clone(), Some(800)).unwrap();
    // At the ceiling, moving between one's own accounts lifts nothing.
    assert_eq!(house.move_own(owner, OwnWay::Out, 800), Ok(0));
    assert_eq!(house.move_own(owner, OwnWay::In, 2_000), Ok(0));

    let shop = house.shop_account(owner);
    house.ledger.set_status(&mut house.conn, shop, AccountStatus::Frozen).unwrap();
    assert_eq!(house.pay(payer, target, Some(1)), Err(Refusal::ReceiverBlocked));
    assert_eq!(house.move_own(owner, OwnWay::Out, 1), Err(Refusal::SenderBlocked));
}

#[test]
fn who_leaves_has_emptied_the_shop_and_it_is_forgotten() {
    let mut house = House::new();
    let (owner, _) = house.merchant();
    let payer = house.person_with(1_000);
    let payload = house.shop_code(owner);
    let (account, admin) = (house.shop_account(owner), house.person());
    let alias = PiAlias::parse("3497a720-ab11-4973-9619-534e04f263a1").unwrap();
    let new = NewPiAlias { account, alias, by: by(admin) };
    house.wallets.record_pi_alias(&mut house.conn, &new).unwrap();
    house.pay(payer, Target::Qr(payload.clone()), Some(600)).unwrap();
    assert_eq!(code(house.wallets.close(&mut house.conn, owner)), "wallet.balance_not_zero");
    house.move_own(owner, OwnWay::Out, 600).unwrap();
    house.pay(owner, Target::To(payer), Some(600)).unwrap();
    house.wallets.close(&mut house.conn, owner).unwrap();
    assert_eq!(code(house.wallets.merchant(&mut house.conn, owner)), "wallet.merchant_unknown");
    assert_eq!(house.refused(payer, Target::Qr(payload), Some(1)), "wallet.qr_unknown");
    // The network may give the alias to somebody else.
    let account = house.wallets.overview(&mut house.conn, payer).unwrap().account;
    house.wallets.record_pi_alias(&mut house.conn, &NewPiAlias { account, ..new }).unwrap();
}

#[test]
fn codes_of_an_account_with_an_alias_are_also_the_network_s() {
    let mut house = House::new();
    let (owner, _) = house.merchant();
    let (admin, payer) = (house.person(), house.person_with(5_000));
    let alias = PiAlias::parse("3497a720-ab11-4973-9619-534e04f263a1").unwrap();
    let shop = house.shop_account(owner);
    let record = |house: &mut House, account, alias, user| {
        house.wallets.record_pi_alias(&mut house.conn, &NewPiAlias { account, alias, by: by(user) })
    };
    let before = house.shop_code(owner);
    assert_eq!(Payload::parse(&before).unwrap().alias(), None);
    assert_eq!(code(record(&mut house, shop, alias, owner)), "wallet.own_money");
    let unknown = AccountId::new(uuid::Uuid::from_u128(5));
    assert_eq!(code(record(&mut house, unknown, alias, admin)), "wallet.pi_alias_account");
    let recorded = record(&mut house, shop, alias, admin).unwrap();
    let other = PiAlias::parse("3497a720-ab11-4973-9619-534e04f263a2").unwrap();
    assert_eq!(code(record(&mut house, shop, other, admin)), "wallet.pi_alias_taken");
    let main = house.wallets.overview(&mut house.conn, payer).unwrap().account;
    assert_eq!(code(record(&mut house, main, alias, admin)), "wallet.pi_alias_taken");
    record(&mut house, main, other, admin).unwrap();

    for (payload, alias) in [
        (house.shop_code(owner), alias),
        (house.wallets.own_code(&mut house.conn, payer).unwrap().payload, other),
    ] {
        assert!(payload.contains("int.bceao.pi") && payload.contains("ci.hostolink"));
        assert_eq!(Payload::parse(&payload).unwrap().alias(), Some(alias));
    }
    // Ours pays inside the house, with the code of before too.
    for payload in [before, house.shop_code(owner)] {
        house.pay(payer, Target::Qr(payload), Some(100)).unwrap();
    }
    assert_eq!(house.balance_of(shop), 200);

    let list = |house: &mut House| {
        house.wallets.pi_aliases(&mut house.conn, Some(shop), None, Limit::DEFAULT).unwrap().items
    };
    assert_eq!(list(&mut house), std::slice::from_ref(&recorded));
    for _ in 0..2 {
        house.wallets.withdraw_pi_alias(&mut house.conn, recorded.id, &by(admin)).unwrap();
    }
    assert!(list(&mut house)[0].withdrawn_at.is_some());
    let payload = house.shop_code(owner);
    assert_eq!(Payload::parse(&payload).unwrap().alias(), None);
    record(&mut house, shop, alias, admin).unwrap();
}
