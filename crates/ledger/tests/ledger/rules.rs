//! What is accepted and what is refused, seen from outside.

use crate::world::*;
use hostolink_kernel::{AccountId, Random, SystemRandom};
use hostolink_ledger::{
    AccountKind, AccountStatus, Action, Error, Fingerprint, NewHolder, Once, Outcome, Refusal, Reply,
    TransactionKind,
};
use uuid::Uuid;

#[test]
fn money_enters_by_a_float_and_moves_between_people() {
    let World { db, ledger, .. } = World::new();
    let conn = &mut db.conn();
    let (agent, float) = agent(&ledger, conn, 50_000);
    let (awa, koffi) = (person(&ledger, conn, None), person(&ledger, conn, None));
    let issuance = ledger.system_account(conn, AccountKind::Issuance).unwrap();
    assert_eq!((issuance.balance, issuance.owner), (xof(50_000), None));

    let given = accepted(
        &ledger,
        conn,
        &order(agent.user, Action::CashIn { float, to: awa.main, amount: xof(20_000) }),
    );
    assert_eq!((given.kind, given.from, given.to), (TransactionKind::CashIn, float, awa.main));
    assert_eq!((given.amount, given.balance_after), (xof(20_000), xof(30_000)));
    let paid = accepted(&ledger, conn, &transfer(awa, koffi, 12_500));
    assert_eq!((paid.kind, paid.balance_after), (TransactionKind::Transfer, xof(7_500)));

    let held = [awa.main, koffi.main, float, issuance.id].map(|id| balance(&ledger, conn, id));
    assert_eq!(held, [7_500, 12_500, 30_000, 50_000]);
    assert_eq!(assert_books(&ledger, conn).transactions, 3);
}

#[test]
fn opening_twice_opens_once() {
    let World { db, ledger, .. } = World::new();
    let conn = &mut db.conn();
    let awa = person(&ledger, conn, Some(200_000));
    let again = ledger.open_holder(conn, &NewHolder { owner: awa.user, ceiling: None }).unwrap();
    assert_eq!((again.id, again.ceiling), (awa.holder, Some(xof(200_000))));
    assert_eq!(ledger.open_account(conn, awa.holder, AccountKind::Main).unwrap().id, awa.main);
    let found = ledger.find_account_of(conn, awa.user, AccountKind::Main).unwrap().unwrap();
    assert_eq!((found.id, found.holder, found.owner), (awa.main, awa.holder, Some(awa.user)));
    assert_eq!(ledger.find_account_of(conn, awa.user, AccountKind::Float).unwrap(), None);
    assert_eq!(ledger.find_account(conn, AccountId::new(Uuid::nil())).unwrap(), None);
    // Nobody opens a second issuance account, nor one of their own.
    ledger.open_account(conn, awa.holder, AccountKind::Issuance).unwrap_err();
}

#[test]
fn a_key_has_one_outcome_refusals_included() {
    let World { db, ledger, clock } = World::new();
    let conn = &mut db.conn();
    let (awa, koffi) = (person(&ledger, conn, None), person(&ledger, conn, None));
    let wish = Action::Transfer { from: awa.main, to: koffi.main, amount: xof(1_000) };
    let refused = keyed(awa.user, "k1", wish);
    assert_eq!(one(&ledger, conn, &refused), Err(Refusal::InsufficientFunds));

    // Money arrives; the same key still reads the same refusal, a new one pays.
    let (agent, float) = agent(&ledger, conn, 5_000);
    accepted(&ledger, conn, &order(agent.user, Action::CashIn { float, to: awa.main, amount: xof(5_000) }));
    assert_eq!(one(&ledger, conn, &refused), Err(Refusal::InsufficientFunds));
    let paid = keyed(awa.user, "k2", wish);
    let receipt = accepted(&ledger, conn, &paid);

    clock.advance(std::time::Duration::from_secs(86_400));
    let replayed = Reply::Done { outcome: Outcome::Accepted(receipt), replayed: true };
    assert_eq!(ledger.post(conn, &[paid.clone(), paid.clone()]).unwrap(), [replayed, replayed]);
    let stored = ledger.find_outcome(conn, &paid.key).unwrap().unwrap();
    assert_eq!(stored.reply(&paid.fingerprint), replayed);
    assert_eq!(stored.reply(&Fingerprint::new([0; 32])), Reply::KeyReused);

    // The same text from somebody else is another key; another wish under the same key is refused.
    assert_eq!(ledger.find_outcome(conn, &keyed(koffi.user, "k2", wish).key).unwrap(), None);
    let other = keyed(awa.user, "k2", Action::Transfer { from: awa.main, to: koffi.main, amount: xof(1) });
    assert_eq!(ledger.post(conn, &[other]).unwrap(), [Reply::KeyReused]);
    assert_eq!(balance(&ledger, conn, awa.main), 4_000);
    assert_books(&ledger, conn);
}

#[test]
fn the_same_key_twice_in_a_batch_has_one_effect() {
    let World { db, ledger, .. } = World::new();
    let conn = &mut db.conn();
    let (awa, koffi) = (funded(&ledger, conn, 1_000), person(&ledger, conn, None));
    let pay = |francs| {
        keyed(awa.user, "k", Action::Transfer { from: awa.main, to: koffi.main, amount: xof(francs) })
    };
    let replies = ledger.post(conn, &[pay(400), pay(400), pay(500), pay(400)]).unwrap();
    let Reply::Done { outcome, replayed: false } = replies[0] else { panic!("{replies:?}") };
    let same = Reply::Done { outcome, replayed: true };
    assert_eq!(replies[1..], [same, Reply::KeyReused, same]);
    assert_eq!(balance(&ledger, conn, koffi.main), 400);
    assert_books(&ledger, conn);
}

#[test]
fn orders_of_one_batch_see_each_other() {
    let World { db, ledger, .. } = World::new();
    let conn = &mut db.conn();
    let awa = funded(&ledger, conn, 1_000);
    let (koffi, fatou) = (person(&ledger, conn, None), person(&ledger, conn, None));
    let batch = [
        transfer(koffi, fatou, 1_000),
        transfer(awa, koffi, 1_000),
        transfer(koffi, fatou, 700),
        transfer(koffi, awa, 301),
    ];
    let outcomes: Vec<_> =
        ledger.post(conn, &batch).unwrap().into_iter().map(|reply| outcome(reply).err()).collect();
    assert_eq!(outcomes, [Some(Refusal::InsufficientFunds), None, None, Some(Refusal::InsufficientFunds)]);
    assert_eq!([awa, koffi, fatou].map(|who| balance(&ledger, conn, who.main)), [0, 300, 700]);
    assert_books(&ledger, conn);
}

#[test]
fn nobody_is_lifted_over_their_ceiling() {
    let World { db, ledger, .. } = World::new();
    let conn = &mut db.conn();
    let (awa, koffi) = (funded(&ledger, conn, 10_000), person(&ledger, conn, Some(3_000)));
    assert_eq!(one(&ledger, conn, &transfer(awa, koffi, 3_001)), Err(Refusal::ReceiverCeiling));
    accepted(&ledger, conn, &transfer(awa, koffi, 2_500));
    assert_eq!(one(&ledger, conn, &transfer(awa, koffi, 501)), Err(Refusal::ReceiverCeiling));
    accepted(&ledger, conn, &transfer(awa, koffi, 500));
    // Who can't pay learns nothing of the receiver.
    let poor = person(&ledger, conn, None);
    assert_eq!(one(&ledger, conn, &transfer(poor, koffi, 1)), Err(Refusal::InsufficientFunds));
    // A float is a distributor's stock: it does not count.
    let float = ledger.open_account(conn, koffi.holder, AccountKind::Float).unwrap().id;
    accepted(&ledger, conn, &order(koffi.user, Action::FundFloat { float, amount: xof(1_000_000) }));
    let to_self = Action::CashIn { float, to: koffi.main, amount: xof(1) };
    assert_eq!(one(&ledger, conn, &order(koffi.user, to_self)), Err(Refusal::ReceiverCeiling));
    // What is above a lowered ceiling stays and can be spent; more comes in only below it.
    ledger.set_ceiling(conn, koffi.holder, Some(xof(1_000))).unwrap();
    accepted(&ledger, conn, &transfer(koffi, awa, 1_500));
    assert_eq!(one(&ledger, conn, &transfer(awa, koffi, 1)), Err(Refusal::ReceiverCeiling));
    ledger.set_ceiling(conn, koffi.holder, None).unwrap();
    accepted(&ledger, conn, &transfer(awa, koffi, 5_000));
    let found = ledger.find_holder_of(conn, koffi.user).unwrap().unwrap();
    assert_eq!((found.id, found.ceiling), (koffi.holder, None));
    let nobody = hostolink_kernel::HolderId::new(Uuid::nil());
    assert!(matches!(ledger.set_ceiling(conn, nobody, None), Err(Error::NoSuchAccount)));
    assert_books(&ledger, conn);
}

#[test]
fn a_frozen_account_gives_nothing_and_a_closed_one_is_empty_for_good() {
    let World { db, ledger, .. } = World::new();
    let conn = &mut db.conn();
    let (awa, koffi) = (funded(&ledger, conn, 1_000), funded(&ledger, conn, 1_000));
    ledger.set_status(conn, koffi.main, AccountStatus::DebitFrozen).unwrap();
    assert_eq!(one(&ledger, conn, &transfer(koffi, awa, 1)), Err(Refusal::SenderBlocked));
    accepted(&ledger, conn, &transfer(awa, koffi, 1));
    ledger.set_status(conn, koffi.main, AccountStatus::Frozen).unwrap();
    assert_eq!(one(&ledger, conn, &transfer(awa, koffi, 1)), Err(Refusal::ReceiverBlocked));
    assert!(matches!(ledger.set_status(conn, koffi.main, AccountStatus::Closed), Err(Error::NotClosable)));
    ledger.set_status(conn, koffi.main, AccountStatus::Active).unwrap();
    accepted(&ledger, conn, &transfer(koffi, awa, 1_001));
    ledger.set_status(conn, koffi.main, AccountStatus::Closed).unwrap();
    assert!(matches!(ledger.set_status(conn, koffi.main, AccountStatus::Active), Err(Error::NotClosable)));
    assert_eq!(one(&ledger, conn, &transfer(awa, koffi, 1)), Err(Refusal::ReceiverBlocked));
    let unknown = AccountId::new(Uuid::nil());
    assert!(matches!(ledger.set_status(conn, unknown, AccountStatus::Frozen), Err(Error::NoSuchAccount)));
    assert_books(&ledger, conn);
}

#[test]
fn what_may_happen_once_happens_once_whoever_asks() {
    let World { db, ledger, .. } = World::new();
    let conn = &mut db.conn();
    let (awa, koffi, shop) =
        (funded(&ledger, conn, 500), funded(&ledger, conn, 5_000), person(&ledger, conn, None));
    let id = SystemRandom.uuid(hostolink_kernel::Clock::now(&hostolink_kernel::SystemClock));
    let scan = |who, francs| {
        let mut order = transfer(who, shop, francs);
        order.once = Some(Once { kind: "qr", id });
        order
    };
    // A refused try leaves it to be done; of two in one batch, and of all that follow, one is accepted.
    assert_eq!(one(&ledger, conn, &scan(awa, 1_000)), Err(Refusal::InsufficientFunds));
    let replies = ledger.post(conn, &[scan(koffi, 1_000), scan(koffi, 1_000)]).unwrap();
    assert_eq!(
        replies.into_iter().map(|reply| outcome(reply).err()).collect::<Vec<_>>(),
        [None, Some(Refusal::AlreadyDone)]
    );
    assert_eq!(one(&ledger, conn, &scan(koffi, 1_000)), Err(Refusal::AlreadyDone));
    let mut other = transfer(koffi, shop, 1_000);
    other.once = Some(Once { kind: "request", id });
    accepted(&ledger, conn, &other);
    assert_eq!(balance(&ledger, conn, shop.main), 2_000);
    assert_books(&ledger, conn);
}

#[test]
fn a_transfer_is_given_back_by_its_receiver_up_to_its_amount() {
    let World { db, ledger, .. } = World::new();
    let conn = &mut db.conn();
    let (awa, koffi, fatou) =
        (funded(&ledger, conn, 1_000), person(&ledger, conn, None), funded(&ledger, conn, 9_000));
    let paid = accepted(&ledger, conn, &transfer(awa, koffi, 1_000)).transaction;
    assert_eq!(one(&ledger, conn, &refund(paid, fatou, 10)), Err(Refusal::UnknownTransaction));
    assert_eq!(one(&ledger, conn, &refund(paid, awa, 10)), Err(Refusal::UnknownTransaction));
    assert_eq!(one(&ledger, conn, &refund(paid, koffi, 1_001)), Err(Refusal::RefundExceeds));
    let back = accepted(&ledger, conn, &refund(paid, koffi, 600));
    assert_eq!((back.kind, back.from, back.to), (TransactionKind::Refund, koffi.main, awa.main));
    accepted(&ledger, conn, &transfer(fatou, koffi, 5_000));
    // Two in one batch share what is left.
    let replies = ledger
        .post(conn, &[refund(paid, koffi, 300), refund(paid, koffi, 200), refund(paid, koffi, 100)])
        .unwrap();
    let errors: Vec<_> = replies.into_iter().map(|reply| outcome(reply).err()).collect();
    assert_eq!(errors, [None, Some(Refusal::RefundExceeds), None]);
    // Neither a refund nor what an agent gave is given back.
    assert_eq!(one(&ledger, conn, &refund(back.transaction, awa, 1)), Err(Refusal::NotRefundable));
    let (agent, float) = agent(&ledger, conn, 100);
    let cash =
        accepted(&ledger, conn, &order(agent.user, Action::CashIn { float, to: awa.main, amount: xof(100) }));
    assert_eq!(one(&ledger, conn, &refund(cash.transaction, awa, 1)), Err(Refusal::NotRefundable));
    assert_eq!([awa, koffi].map(|who| balance(&ledger, conn, who.main)), [1_100, 5_000]);
    assert_books(&ledger, conn);
}

#[test]
fn an_empty_batch_and_an_empty_ledger_are_fine() {
    let World { db, ledger, .. } = World::new();
    let conn = &mut db.conn();
    assert_eq!(ledger.post(conn, &[]).unwrap(), []);
    let report = assert_books(&ledger, conn);
    assert_eq!((report.transactions, report.links), (0, 0));
}

#[test]
fn every_code_is_once_and_speaks_both_languages() {
    let codes: std::collections::BTreeSet<_> =
        hostolink_ledger::ERRORS.iter().map(|code| code.code).collect();
    assert_eq!(codes.len(), hostolink_ledger::ERRORS.len());
    for refusal in Refusal::ALL {
        assert!(codes.contains(refusal.code().code), "{refusal:?}");
    }
    for code in hostolink_ledger::ERRORS {
        assert!(!code.fr.is_empty() && !code.en.is_empty() && code.fr != code.en, "{}", code.code);
        // Nothing about the receiver's balance: no figure at all, but for the smallest amount.
        assert!(
            code.code == "ledger.amount_zero" || !code.fr.contains(|c: char| c.is_ascii_digit()),
            "{}",
            code.code
        );
    }
}

#[test]
fn savings_go_between_one_s_own_accounts_only_and_lift_nothing() {
    let World { db, ledger, .. } = World::new();
    let conn = &mut db.conn();
    let awa = person(&ledger, conn, Some(5_000));
    let koffi = person(&ledger, conn, None);
    let float = funded(&ledger, conn, 50_000);
    accepted(&ledger, conn, &transfer(float, awa, 5_000));
    let holder = ledger.find_holder_of(conn, awa.user).unwrap().unwrap().id;
    let (one_pot, other_pot) =
        (ledger.open_savings(conn, holder).unwrap().id, ledger.open_savings(conn, holder).unwrap().id);
    assert_ne!(one_pot, other_pot, "a person has several");
    let save = |from, to, francs| order(awa.user, Action::Save { from, to, amount: xof(francs) });
    accepted(&ledger, conn, &save(awa.main, one_pot, 4_000));
    accepted(&ledger, conn, &save(awa.main, other_pot, 500));
    assert_eq!(one(&ledger, conn, &transfer(float, awa, 1)), Err(Refusal::ReceiverCeiling));
    // A ceiling that was lowered keeps nobody from their own money.
    ledger.set_ceiling(conn, holder, Some(xof(1_000))).unwrap();
    accepted(&ledger, conn, &save(one_pot, awa.main, 4_000));
    assert_eq!(one(&ledger, conn, &save(one_pot, awa.main, 1)), Err(Refusal::InsufficientFunds));
    for (from, to) in
        [(one_pot, other_pot), (awa.main, koffi.main), (koffi.main, one_pot), (awa.main, awa.main)]
    {
        assert_eq!(one(&ledger, conn, &save(from, to, 1)), Err(Refusal::WrongAccountKind));
    }
    let pay = order(awa.user, Action::Transfer { from: one_pot, to: koffi.main, amount: xof(1) });
    assert_eq!(one(&ledger, conn, &pay), Err(Refusal::WrongAccountKind), "no payment from a pot");
    assert_books(&ledger, conn);
}
