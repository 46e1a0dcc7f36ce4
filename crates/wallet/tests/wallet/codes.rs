use crate::people::{House, wish, xof};
use hostolink_kernel::{DomainError, QrId, SystemRandom, UserId};
use hostolink_ledger::{Outcome, Refusal, Reply};
use hostolink_wallet::{
    Lifetime, NewQrCode, QrCode, QrKind, QrState, Target, TransferCommand,
    emv::{Payload, Token},
    fingerprint, parse_note,
};
use std::{collections::HashSet, time::Duration};

const PI_SPI: &str = "00020136560012int.bceao.pi01363497a720-ab11-4973-9619-534e04f263a1520400005303952540415005802CI5901X6001X62210510CAISSE_A0111030006304FC58";
/// A card scheme and nothing else.
const CARD_ONLY: &str =
    "000201010211021640000000000000025204000053039525802CI5909HOSTOLINK6007ABIDJAN630423FD";
/// Ours but for one field: the dollar of the United States.
const DOLLARS: &str = "00020101021126420012ci.hostolink0122AAECAwQFBgcICQoLDA0ODw5204000053038405802CI5909HOSTOLINK6007ABIDJAN63049EAF";
/// Ours but for one field: France.
const ABROAD: &str = "00020101021126420012ci.hostolink0122AAECAwQFBgcICQoLDA0ODw5204000053039525802FR5909HOSTOLINK6007ABIDJAN6304A9FF";
/// Ours with two amounts.
const TWICE: &str = "00020101021126420012ci.hostolink0122AAECAwQFBgcICQoLDA0ODw52040000530395254041500540415005802CI5909HOSTOLINK6007ABIDJAN6304D700";
/// Ours with an amount that is no whole number of francs.
const CENTS: &str = "00020101021126420012ci.hostolink0122AAECAwQFBgcICQoLDA0ODw52040000530395254041.505802CI5909HOSTOLINK6007ABIDJAN63047273";

fn invoice(house: &mut House, owner: UserId, francs: i64) -> QrCode {
    let new = NewQrCode {
        owner,
        amount: xof(francs),
        label: parse_note(Some("Deux attiékés")).unwrap(),
        lifetime: Lifetime::DEFAULT,
        trace_id: Some("trace-1".to_owned()),
    };
    house.wallets.create_code(&mut house.conn, new).unwrap()
}

#[test]
fn one_s_own_code_is_made_once_even_by_two_first_asks_at_a_time() {
    let mut house = House::new();
    let owner = house.person();
    let payloads: HashSet<String> = std::thread::scope(|scope| {
        let asks: Vec<_> = (0..4)
            .map(|_| {
                let (wallets, mut conn) = (house.wallets.clone(), house.db.conn());
                scope.spawn(move || wallets.own_code(&mut conn, owner).unwrap().payload)
            })
            .collect();
        asks.into_iter().map(|ask| ask.join().unwrap()).collect()
    });
    assert_eq!(payloads.len(), 1);

    let again = house.wallets.own_code(&mut house.conn, owner).unwrap();
    assert!(payloads.contains(&again.payload));
    assert_eq!((again.kind, again.amount, again.expires_at), (QrKind::Account, None, None));
    let other = house.person();
    assert!(!payloads.contains(&house.wallets.own_code(&mut house.conn, other).unwrap().payload));
}

#[test]
fn a_connection_makes_any_number_of_first_codes() {
    let mut house = House::new();
    // From the sixth time on Postgres may use a plan that knows no parameter: one that must find the index all the same.
    for _ in 0..12 {
        let owner = house.person();
        house.wallets.own_code(&mut house.conn, owner).unwrap();
    }
}

#[test]
fn a_payload_holds_nothing_but_its_token() {
    let mut house = House::new();
    let owner = house.person();
    let code = invoice(&mut house, owner, 2_500);
    assert!(!code.payload.contains(&code.id.to_string()) && !code.payload.contains("attiéké"));
    let read = Payload::parse(&code.payload).unwrap();
    assert_eq!(read.amount(), Some(xof(2_500)));
}

#[test]
fn who_scans_sees_who_and_how_much_before_paying() {
    let mut house = House::new();
    let owner = house.person();
    let own = house.wallets.own_code(&mut house.conn, owner).unwrap();
    let seen = house.wallets.scan(&mut house.conn, &own.payload).unwrap();
    assert_eq!(
        (seen.receiver, seen.amount, seen.state, seen.kind),
        (owner, None, QrState::Open, QrKind::Account)
    );

    let code = invoice(&mut house, owner, 2_500);
    let seen = house.wallets.scan(&mut house.conn, &code.payload).unwrap();
    assert_eq!((seen.id, seen.receiver, seen.amount), (code.id, owner, Some(xof(2_500))));
    assert_eq!(seen.label.unwrap().as_str(), "Deux attiékés");
    assert_eq!(seen.expires_at, code.expires_at);

    house.clock.advance(Duration::from_secs(15 * 60));
    assert_eq!(house.wallets.scan(&mut house.conn, &code.payload).unwrap().state, QrState::Expired);
}

#[test]
fn the_owner_alone_reads_a_code_back_by_its_id() {
    let mut house = House::new();
    let (owner, stranger) = (house.person(), house.person());
    let code = invoice(&mut house, owner, 2_500);
    assert_eq!(house.wallets.code(&mut house.conn, owner, code.id).unwrap(), code);
    for (who, id) in [(stranger, code.id), (owner, QrId::new(uuid::Uuid::from_u128(1)))] {
        let refused = house.wallets.code(&mut house.conn, who, id).unwrap_err();
        assert_eq!(refused.code().code, "wallet.qr_unknown");
    }
}

#[test]
fn making_a_code_is_written_in_the_log() {
    let mut house = House::new();
    let owner = house.person();
    let code = invoice(&mut house, owner, 2_500);
    let log = hostolink_audit::records_of_trace(&mut house.conn, "trace-1").unwrap();
    assert_eq!(log.len(), 1);
    assert_eq!(
        (log[0].action.as_str(), log[0].object_id.as_str()),
        ("wallet.qr_created", &*code.id.to_string())
    );
    assert_eq!(log[0].details["amount"], 2_500);
}

#[test]
fn one_s_own_code_is_paid_any_amount_many_times() {
    let mut house = House::new();
    let (payer, merchant) = (house.person_with(10_000), house.person());
    let code = house.wallets.own_code(&mut house.conn, merchant).unwrap().payload;
    assert_eq!(house.refused(payer, Target::Qr(code.clone()), None), "wallet.amount_required");
    for francs in [1_000, 2_000] {
        house.pay(payer, Target::Qr(code.clone()), Some(francs)).unwrap();
    }
    assert_eq!((house.balance(payer), house.balance(merchant)), (7_000, 3_000));
    assert_eq!(house.refused(merchant, Target::Qr(code), Some(1)), "ledger.same_account");
}

#[test]
fn the_amount_is_the_one_on_the_server() {
    let mut house = House::new();
    let (payer, merchant) = (house.person_with(10_000), house.person());
    let code = invoice(&mut house, merchant, 2_500);
    assert_eq!(house.refused(payer, Target::Qr(code.payload.clone()), Some(1)), "wallet.qr_amount_mismatch");
    // Somebody prints the same token with another amount and a right checksum: it is for show only.
    let hostolink_wallet::emv::Network::Hostolink(token) =
        Payload::parse(&code.payload).unwrap().network().clone()
    else {
        panic!("a code of ours");
    };
    let forged = Payload::one_payment(token, xof(1)).unwrap().write().unwrap();
    assert_eq!(house.wallets.scan(&mut house.conn, &forged).unwrap().amount, Some(xof(2_500)));
    house.pay(payer, Target::Qr(forged), None).unwrap();
    assert_eq!((house.balance(payer), house.balance(merchant)), (7_500, 2_500));
}

#[test]
fn a_code_for_one_payment_is_paid_once_by_whoever_comes_first() {
    let mut house = House::new();
    let (first, second, merchant) = (house.person_with(5_000), house.person_with(5_000), house.person());
    let code = invoice(&mut house, merchant, 2_500);
    let target = || Target::Qr(code.payload.clone());
    // Both were prepared while it was open: only the ledger can tell who is first.
    let orders = [house.order(first, target(), None).unwrap(), house.order(second, target(), None).unwrap()];
    let [one, other] = orders.map(|order| house.post(order));
    assert!(one.is_ok());
    assert_eq!(other, Err(Refusal::AlreadyDone));
    assert_eq!((house.balance(first), house.balance(second), house.balance(merchant)), (2_500, 5_000, 2_500));

    assert_eq!(house.wallets.scan(&mut house.conn, &code.payload).unwrap().state, QrState::Paid);
    assert_eq!(house.wallets.code(&mut house.conn, merchant, code.id).unwrap().state, QrState::Paid);
    let quote = house.wallets.quote(&mut house.conn, second, &target(), None).unwrap_err();
    assert_eq!(quote.code().code, "ledger.already_done");
    house.clock.advance(Duration::from_secs(60 * 60));
    assert_eq!(house.wallets.scan(&mut house.conn, &code.payload).unwrap().state, QrState::Paid);
}

#[test]
fn a_retry_is_answered_when_the_code_has_been_paid_and_has_expired() {
    let mut house = House::new();
    let (payer, merchant) = (house.person_with(5_000), house.person());
    let code = invoice(&mut house, merchant, 2_500);
    let print = fingerprint::transfer(None, Some(&code.payload), None, None);
    let wish = wish(payer, print);
    let command = TransferCommand {
        wish: wish.clone(),
        target: Target::Qr(code.payload.clone()),
        amount: None,
        fee: None,
        note: None,
        device_since: None,
    };
    assert_eq!(house.wallets.find_outcome(&mut house.conn, &wish.key).unwrap(), None);
    let order = house.wallets.prepare_transfer(&mut house.conn, command).unwrap();
    let receipt = house.post(order).unwrap();

    house.clock.advance(Duration::from_secs(24 * 60 * 60));
    let stored = house.wallets.find_outcome(&mut house.conn, &wish.key).unwrap().unwrap();
    assert_eq!(stored.reply(&print), Reply::Done { outcome: Outcome::Accepted(receipt), replayed: true });
    let other = fingerprint::transfer(None, Some(&code.payload), Some(xof(1)), None);
    assert_eq!(stored.reply(&other), Reply::KeyReused);
}

#[test]
fn an_expired_code_is_not_paid() {
    let mut house = House::new();
    let (payer, merchant) = (house.person_with(5_000), house.person());
    let code = invoice(&mut house, merchant, 2_500);
    house.clock.advance(Duration::from_secs(15 * 60 - 1));
    assert!(house.order(payer, Target::Qr(code.payload.clone()), None).is_ok());
    house.clock.advance(Duration::from_secs(1));
    assert_eq!(house.refused(payer, Target::Qr(code.payload.clone()), None), "wallet.qr_expired");
    let quote = house.wallets.quote(&mut house.conn, payer, &Target::Qr(code.payload), None).unwrap_err();
    assert_eq!(quote.code().code, "wallet.qr_expired");
}

#[test]
fn what_is_no_code_of_ours_is_refused_with_its_reason() {
    let mut house = House::new();
    let (payer, merchant) = (house.person_with(5_000), house.person());
    let good = house.wallets.own_code(&mut house.conn, merchant).unwrap().payload;
    let stranger = Payload::of_account(Token::draw(&SystemRandom)).write().unwrap();
    for (payload, code) in [
        (stranger.as_str(), "wallet.qr_unknown"),
        (PI_SPI, "wallet.qr_other_institution"),
        (CARD_ONLY, "wallet.qr_other_network"),
        (DOLLARS, "wallet.qr_currency"),
        (ABROAD, "wallet.qr_country"),
        (TWICE, "wallet.qr_duplicate_field"),
        (CENTS, "wallet.qr_amount"),
        ("", "wallet.qr_malformed"),
        ("https://example.com", "wallet.qr_malformed"),
        (&good[..good.len() - 3], "wallet.qr_truncated"),
        (&good.replace("ABIDJAN", "BOUAKE!"), "wallet.qr_checksum"),
        (&"0".repeat(513), "wallet.qr_too_long"),
    ] {
        let target = Target::Qr(payload.to_owned());
        assert_eq!(house.refused(payer, target, Some(1)), code, "{payload}");
        assert_eq!(house.wallets.scan(&mut house.conn, payload).unwrap_err().code().code, code, "{payload}");
    }
    assert_eq!(house.balance(payer), 5_000);
}

#[test]
fn an_amount_that_no_code_can_print_makes_none() {
    let mut house = House::new();
    let owner = house.person();
    let new = NewQrCode {
        owner,
        amount: xof(Payload::MAX_AMOUNT + 1),
        label: None,
        lifetime: Lifetime::DEFAULT,
        trace_id: None,
    };
    assert_eq!(house.wallets.create_code(&mut house.conn, new).unwrap_err().code().code, "wallet.qr_amount");
}
