//! Tills and their cashiers: what they see, what they give back, how they go.

use crate::{
    merchants::{by, code},
    people::{House, wish, xof},
};
use hostolink_kernel::{DomainError, Limit, TillId, TransactionId, UserId};
use hostolink_ledger::{Outcome, Refusal, Reply};
use hostolink_wallet::{
    Dates, DeclineReason, Error, Lifetime, MAX_TILLS, MerchantSettings, NewTill, NewTillCode, OwnWay,
    QrState, Takings, Target, Till, TillName, TillRefund, TillState, Verdict, fingerprint,
};
use std::time::Duration;

pub(crate) struct Shop {
    pub(crate) owner: UserId,
    pub(crate) cashier: UserId,
    pub(crate) till: TillId,
}

impl House {
    fn invite(&mut self, owner: UserId, cashier: UserId, name: &str) -> Result<Till, Error> {
        let name = TillName::parse(name).unwrap();
        let new = NewTill { owner, cashier, name, actor: by(owner) };
        self.wallets.invite_cashier(&mut self.conn, &new)
    }

    fn open_till(&mut self, owner: UserId, name: &str) -> (UserId, TillId) {
        let cashier = self.person();
        let till = self.invite(owner, cashier, name).unwrap().id;
        let open = self.wallets.accept_till(&mut self.conn, cashier, till, &by(cashier)).unwrap();
        assert_eq!((open.state, open.cashier, open.main), (TillState::Open, Some(cashier), false));
        (cashier, till)
    }

    pub(crate) fn shop(&mut self) -> Shop {
        let (owner, _) = self.merchant();
        let (cashier, till) = self.open_till(owner, "Caisse 1");
        Shop { owner, cashier, till }
    }

    pub(crate) fn till_payload(&mut self, user: UserId, till: TillId) -> String {
        self.wallets.till_code(&mut self.conn, user, till).unwrap().payload
    }

    pub(crate) fn buy(&mut self, payer: UserId, shop: &Shop, francs: i64) -> TransactionId {
        let payload = self.till_payload(shop.cashier, shop.till);
        self.pay(payer, Target::Qr(payload), Some(francs)).unwrap().transaction
    }

    fn allow_refunds(&mut self, owner: UserId, francs: Option<i64>) {
        let settings = MerchantSettings { refunds_a_day: francs.map(xof) };
        self.wallets.configure_merchant(&mut self.conn, owner, settings, &by(owner)).unwrap();
    }

    fn give_back(
        &mut self,
        (user, till): (UserId, TillId),
        of: TransactionId,
        francs: Option<i64>,
    ) -> Result<Result<i64, Refusal>, Error> {
        let amount = francs.map(xof);
        let wish = wish(user, fingerprint::till_refund(till, of, amount, None));
        let refund = TillRefund { wish, till, of, amount, note: None };
        let order = self.wallets.prepare_till_refund(&mut self.conn, refund)?;
        Ok(self.post(order).map(|receipt| receipt.amount.francs()))
    }

    fn today(&self) -> Dates {
        let today = hostolink_kernel::Clock::now(&self.clock).date_naive();
        Dates::parse(&today.to_string(), &today.to_string(), today).unwrap()
    }

    pub(crate) fn takings(&mut self, shop: &Shop) -> Takings {
        let today = self.today();
        self.wallets.till_takings(&mut self.conn, (shop.cashier, shop.till), today).unwrap()
    }
}

#[test]
fn a_cashier_takes_what_is_paid_at_their_till_and_sees_nothing_else() {
    let mut house = House::new();
    let shop = house.shop();
    let (other, other_till) = house.open_till(shop.owner, "Caisse 2");
    let payer = house.person_with(10_000);
    house.buy(payer, &shop, 700);
    let payload = house.till_payload(shop.owner, shop.till);
    assert_eq!(payload, house.till_payload(shop.cashier, shop.till), "the merchant sees the same code");
    let seen = house.wallets.scan(&mut house.conn, &payload).unwrap();
    assert_eq!((seen.receiver, seen.shop.unwrap().till.as_deref()), (shop.owner, Some("Caisse 1")));

    let new = NewTillCode {
        by: shop.cashier,
        till: shop.till,
        amount: xof(300),
        label: None,
        lifetime: Lifetime::DEFAULT,
        actor: by(shop.cashier),
    };
    let once = house.wallets.create_till_code(&mut house.conn, new.clone()).unwrap();
    house.pay(payer, Target::Qr(once.payload.clone()), None).unwrap();
    assert_eq!(house.pay(payer, Target::Qr(once.payload), None), Err(Refusal::AlreadyDone));
    let at = (shop.cashier, shop.till);
    assert_eq!(house.wallets.code_of_till(&mut house.conn, at, once.id).unwrap().state, QrState::Paid);
    let elsewhere = house.wallets.code_of_till(&mut house.conn, (other, other_till), once.id);
    assert_eq!(code(elsewhere), "wallet.qr_unknown");
    assert_eq!(code(house.wallets.code(&mut house.conn, shop.owner, once.id)), "wallet.qr_unknown");

    let page = house.wallets.till_transactions(&mut house.conn, at, None, Limit::DEFAULT).unwrap();
    let amounts: Vec<i64> = page.items.iter().map(|line| line.amount.francs()).collect();
    assert_eq!(amounts, [300, 700]);
    let theirs = (other, other_till);
    assert!(
        house
            .wallets
            .till_transactions(&mut house.conn, theirs, None, Limit::DEFAULT)
            .unwrap()
            .items
            .is_empty()
    );
    assert_eq!((house.balance(shop.owner), house.balance(shop.cashier)), (0, 0));
    let shop_account = house.shop_account(shop.owner);
    assert_eq!(house.balance_of(shop_account), 0, "it is the till's until it is collected");

    // Another's till, the merchant's own, one's own from the other side.
    let main = house.wallets.merchant_accounts(&mut house.conn, shop.owner).unwrap()[0].0;
    for (user, till) in
        [(other, shop.till), (shop.cashier, other_till), (shop.cashier, main), (payer, shop.till)]
    {
        let refused = house.wallets.till_transactions(&mut house.conn, (user, till), None, Limit::DEFAULT);
        assert_eq!(code(refused), "wallet.till_unknown");
        assert_eq!(code(house.wallets.till(&mut house.conn, user, till)), "wallet.till_unknown");
        assert_eq!(code(house.wallets.till_code(&mut house.conn, user, till)), "wallet.till_unknown");
        assert_eq!(
            code(house.wallets.close_till(&mut house.conn, user, till, &by(user))),
            "wallet.till_unknown"
        );
        let stolen = NewTillCode { by: user, till, ..new.clone() };
        assert_eq!(code(house.wallets.create_till_code(&mut house.conn, stolen)), "wallet.till_unknown");
    }
    assert_eq!(code(house.wallets.merchant(&mut house.conn, shop.cashier)), "wallet.merchant_unknown");

    house.move_own(shop.owner, OwnWay::Collect(shop.till), 900).unwrap();
    house.move_own(shop.owner, OwnWay::Fund(shop.till), 50).unwrap();
    assert_eq!(house.balance_of(shop_account), 850);
    let takings = house.takings(&shop);
    assert_eq!((takings.received.count, takings.received.amount.francs()), (2, 1_000));
    assert_eq!((takings.taken_out.amount.francs(), takings.put_in.amount.francs()), (900, 50));
    assert_eq!(takings.net(), 1_000);
}

#[test]
fn a_cashier_gives_back_what_was_taken_there_as_far_as_the_merchant_allows_in_a_day() {
    let mut house = House::new();
    let shop = house.shop();
    let (other, other_till) = house.open_till(shop.owner, "Caisse 2");
    let payer = house.person_with(10_000);
    let (first, second) = (house.buy(payer, &shop, 1_000), house.buy(payer, &shop, 2_000));
    let at = (shop.cashier, shop.till);
    assert_eq!(code(house.give_back(at, first, None)), "wallet.till_refunds_off");
    house.allow_refunds(shop.owner, Some(1_500));
    assert_eq!(code(house.give_back((other, other_till), first, None)), "wallet.transaction_unknown");
    assert_eq!(code(house.give_back((other, shop.till), first, None)), "wallet.till_unknown");
    assert_eq!(code(house.give_back((payer, shop.till), first, None)), "wallet.till_unknown");
    assert_eq!(house.give_back(at, first, Some(1_001)).unwrap(), Err(Refusal::RefundExceeds));
    assert_eq!(house.give_back(at, first, None).unwrap(), Ok(1_000));
    assert_eq!(house.give_back(at, second, Some(501)).unwrap(), Err(Refusal::LimitDay));
    assert_eq!(house.give_back(at, second, Some(500)).unwrap(), Ok(500));
    // Another till has a day of its own; the merchant has no such limit.
    let payload = house.till_payload(other, other_till);
    let there = house.pay(payer, Target::Qr(payload), Some(1_400)).unwrap().transaction;
    assert_eq!(house.give_back((other, other_till), there, None).unwrap(), Ok(1_400));
    assert_eq!(house.give_back((shop.owner, shop.till), second, Some(700)).unwrap(), Ok(700));
    assert_eq!(house.balance(payer), 10_000 - 800);
    let takings = house.takings(&shop);
    assert_eq!((takings.refunded.count, takings.refunded.amount.francs(), takings.net()), (3, 2_200, 800));

    house.clock.advance(Duration::from_secs(86_400));
    house.move_own(shop.owner, OwnWay::Collect(shop.till), 750).unwrap();
    assert_eq!(
        house.give_back(at, second, Some(51)).unwrap(),
        Err(Refusal::InsufficientFunds),
        "the till is almost empty"
    );
    house.move_own(shop.owner, OwnWay::Fund(shop.till), 750).unwrap();
    assert_eq!(house.give_back(at, second, None).unwrap(), Ok(800));
    assert_eq!(house.takings(&shop).net(), -800, "given back of yesterday's");
    house.allow_refunds(shop.owner, None);
    let third = house.buy(payer, &shop, 100);
    assert_eq!(code(house.give_back(at, third, None)), "wallet.till_refunds_off");
    assert!(house.ledger.verify(&mut house.conn, &mut |_| ()).unwrap().holds());
}

#[test]
fn two_refunds_at_once_do_not_cross_the_day_s_cap() {
    let mut house = House::new();
    let shop = house.shop();
    let payer = house.person_with(10_000);
    house.allow_refunds(shop.owner, Some(1_500));
    let bought: Vec<TransactionId> = (0..4).map(|_| house.buy(payer, &shop, 1_000)).collect();
    let given: usize = std::thread::scope(|scope| {
        let asks: Vec<_> = bought
            .iter()
            .map(|of| {
                let (wallets, ledger, mut conn) =
                    (house.wallets.clone(), house.ledger.clone(), house.db.conn());
                let (cashier, till, of) = (shop.cashier, shop.till, *of);
                scope.spawn(move || {
                    let wish = wish(cashier, fingerprint::till_refund(till, of, None, None));
                    let refund = TillRefund { wish, till, of, amount: None, note: None };
                    let order = wallets.prepare_till_refund(&mut conn, refund).unwrap();
                    match ledger.post(&mut conn, &[order]).unwrap().pop() {
                        Some(Reply::Done { outcome: Outcome::Accepted(_), .. }) => 1,
                        Some(Reply::Done { outcome: Outcome::Refused(Refusal::LimitDay), .. }) => 0,
                        reply => panic!("{reply:?}"),
                    }
                })
            })
            .collect();
        asks.into_iter().map(|ask| ask.join().unwrap()).sum()
    });
    assert_eq!(given, 1);
}

#[test]
fn an_invitation_is_answered_once_and_a_removal_counts_at_once() {
    let mut house = House::new();
    let (owner, merchant) = house.merchant();
    let (first, second) = (house.person(), house.person());
    assert_eq!(
        code(house.invite(owner, owner, "Caisse 0")),
        "wallet.cashier_taken",
        "their own till is theirs"
    );
    assert_eq!(code(house.invite(first, second, "Caisse 1")), "wallet.merchant_unknown");
    let till = house.invite(owner, first, "Caisse 1").unwrap();
    assert_eq!((till.state, till.account), (TillState::Invited, None));
    assert_eq!(code(house.invite(owner, second, "caisse 1")), "wallet.till_name_taken");
    assert_eq!(code(house.invite(owner, first, "Caisse 2")), "wallet.cashier_taken");
    let answer =
        |house: &mut House, user| house.wallets.accept_till(&mut house.conn, user, till.id, &by(user));
    assert_eq!(code(answer(&mut house, second)), "wallet.till_unknown");
    assert_eq!(code(answer(&mut house, owner)), "wallet.till_unknown");
    assert_eq!(code(house.wallets.till_code(&mut house.conn, first, till.id)), "wallet.till_unknown");
    let mine = house.wallets.tills_of_cashier(&mut house.conn, first, None, Limit::DEFAULT).unwrap();
    assert_eq!(mine.items.iter().map(|till| till.id).collect::<Vec<_>>(), [till.id]);
    answer(&mut house, first).unwrap();
    assert_eq!(code(answer(&mut house, first)), "wallet.till_closed");
    let declined = house.wallets.decline_till(&mut house.conn, first, till.id, &by(first));
    assert_eq!(code(declined), "wallet.till_closed");

    let payer = house.person_with(5_000);
    let shop = Shop { owner, cashier: first, till: till.id };
    house.allow_refunds(owner, Some(5_000));
    let bought = house.buy(payer, &shop, 500);
    let payload = house.till_payload(first, till.id);
    for _ in 0..2 {
        let closed = house.wallets.close_till(&mut house.conn, owner, till.id, &by(owner)).unwrap();
        assert_eq!(closed.state, TillState::Closed);
    }
    assert_eq!(house.refused(payer, Target::Qr(payload), Some(1)), "wallet.qr_not_accepting");
    assert_eq!(code(house.give_back((first, till.id), bought, None)), "wallet.till_unknown");
    assert_eq!(code(house.wallets.till_account(&mut house.conn, first, till.id)), "wallet.till_unknown");
    assert!(
        house
            .wallets
            .tills_of_cashier(&mut house.conn, first, None, Limit::DEFAULT)
            .unwrap()
            .items
            .is_empty()
    );
    // What is in it stays the merchant's, who may also give it back.
    assert_eq!(house.give_back((owner, till.id), bought, Some(200)).unwrap(), Ok(200));
    house.move_own(owner, OwnWay::Collect(till.id), 300).unwrap();
    let today = house.today();
    let day = house.wallets.merchant_takings(&mut house.conn, owner, today).unwrap();
    assert_eq!(
        day.iter().map(|(till, takings)| (till.main, takings.net())).collect::<Vec<_>>(),
        [(true, 0), (false, 300)]
    );
    house.clock.advance(Duration::from_secs(86_400));
    let today = house.today();
    assert_eq!(
        house.wallets.merchant_takings(&mut house.conn, owner, today).unwrap().len(),
        1,
        "closed before"
    );

    // Name and person are free again; an invitation that nobody answered is no hindrance.
    let again = house.invite(owner, first, "Caisse 1").unwrap();
    house.wallets.decline_till(&mut house.conn, first, again.id, &by(first)).unwrap();
    let waiting = house.invite(owner, first, "Caisse 1").unwrap();
    house.clock.advance(Duration::from_secs(7 * 86_400));
    assert_eq!(house.wallets.till(&mut house.conn, owner, waiting.id).unwrap().state, TillState::Expired);
    let late = house.wallets.accept_till(&mut house.conn, first, waiting.id, &by(first));
    assert_eq!(code(late), "wallet.till_closed");
    let (cashier, open) = (first, house.invite(owner, first, "Caisse 1").unwrap().id);
    house.wallets.accept_till(&mut house.conn, cashier, open, &by(cashier)).unwrap();

    // While the merchant is suspended a cashier makes no code and gives nothing back.
    let shop = Shop { owner, cashier, till: open };
    let bought = house.buy(payer, &shop, 100);
    house.review(&merchant, Verdict::Suspend(DeclineReason::Complaints)).unwrap();
    assert_eq!(code(house.give_back((cashier, open), bought, None)), "wallet.merchant_state");
    assert_eq!(code(house.wallets.till_code(&mut house.conn, cashier, open)), "wallet.till_closed");
    assert_eq!(code(house.invite(owner, second, "Caisse 9")), "wallet.merchant_state");
    assert_eq!(house.give_back((owner, open), bought, None).unwrap(), Ok(100));

    // Who leaves works nowhere any more.
    house.review(&merchant, Verdict::Reinstate).unwrap();
    house.wallets.close(&mut house.conn, cashier).unwrap();
    assert_eq!(house.wallets.till(&mut house.conn, owner, open).unwrap().state, TillState::Closed);
}

#[test]
fn a_merchant_has_fifty_tills_at_most_also_when_they_invite_at_once() {
    let mut house = House::new();
    let (owner, _) = house.merchant();
    for n in 2..MAX_TILLS {
        let cashier = house.person();
        house.invite(owner, cashier, &format!("Caisse {n}")).unwrap();
    }
    let cashiers = [house.person(), house.person(), house.person()];
    let invited: Vec<Result<Till, Error>> = std::thread::scope(|scope| {
        let asks: Vec<_> = cashiers
            .iter()
            .enumerate()
            .map(|(n, cashier)| {
                let (wallets, mut conn, cashier) = (house.wallets.clone(), house.db.conn(), *cashier);
                scope.spawn(move || {
                    let name = TillName::parse(&format!("Dernière {n}")).unwrap();
                    wallets.invite_cashier(&mut conn, &NewTill { owner, cashier, name, actor: by(owner) })
                })
            })
            .collect();
        asks.into_iter().map(|ask| ask.join().unwrap()).collect()
    });
    assert_eq!(invited.iter().filter(|answer| answer.is_ok()).count(), 1);
    for refused in invited.iter().filter_map(|answer| answer.as_ref().err()) {
        assert_eq!(refused.code().code, "wallet.till_too_many");
    }
}

#[test]
fn a_stream_over_several_tills_misses_nothing_and_says_nothing_twice() {
    let mut house = House::new();
    let shop = house.shop();
    let (other, other_till) = house.open_till(shop.owner, "Caisse 2");
    let payer = house.person_with(10_000);
    let accounts: Vec<_> = house
        .wallets
        .merchant_accounts(&mut house.conn, shop.owner)
        .unwrap()
        .into_iter()
        .map(|(_, account)| account)
        .collect();
    let mut told = house.wallets.stream_ends(&mut house.conn, &accounts).unwrap();
    assert_eq!(told, [0, 0, 0]);
    let payload = house.till_payload(other, other_till);
    for francs in 1..=3 {
        house.buy(payer, &shop, francs);
        house.pay(payer, Target::Qr(payload.clone()), Some(10 * francs)).unwrap();
    }
    house.move_own(shop.owner, OwnWay::Collect(shop.till), 6).unwrap();
    let mut heard = Vec::new();
    loop {
        let after: Vec<_> = accounts.iter().copied().zip(told.iter().copied()).collect();
        let news = house.wallets.movements_after(&mut house.conn, &after, Limit::parse(2).unwrap()).unwrap();
        if news.is_empty() {
            break;
        }
        for (account, number, movement) in news {
            let place = accounts.iter().position(|known| *known == account).unwrap();
            assert_eq!(number, told[place] + 1, "without gaps");
            told[place] = number;
            heard.push(movement.amount.francs());
        }
    }
    assert_eq!(heard, [1, 10, 2, 20, 3, 30, 6, 6]);
    assert_eq!(told, house.wallets.stream_ends(&mut house.conn, &accounts).unwrap());
}
