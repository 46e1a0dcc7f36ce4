//! What people may move and hold: decided with the posting, by what is in force.

use crate::people::{House, wish, xof};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::{RunQueryDsl, sql_query};
use hostolink_audit::Actor;
use hostolink_kernel::{Clock, DomainError, Limit, UserId};
use hostolink_ledger::{Ledger, Order, Outcome, Refusal, Reply};
use hostolink_wallet::{
    CashInCommand, Level, NewLimit, Operation, OwnLimit, RefundCommand, Side, Span, Subject, Target,
    fingerprint,
};
use std::{collections::BTreeSet, time::Duration};

const DAY: &str = "non_identifie toutes debit jour";

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// The clock is at 2026-11-20T08:00:00Z at first.
fn turn(house: &House, to: &str) {
    house.clock.set(at(to));
}

fn refusals(replies: Vec<Reply>) -> Vec<Refusal> {
    let refused = |reply| match reply {
        Reply::Done { outcome: Outcome::Refused(refusal), .. } => Some(refusal),
        _ => None,
    };
    replies.into_iter().filter_map(refused).collect()
}

fn books_hold(house: &mut House) {
    let report = house.ledger.verify(&mut house.conn, &mut |_| ()).unwrap();
    assert!(report.holds(), "{report:?}");
}

#[test]
fn the_limits_that_come_with_the_program_are_those_of_the_bceao() {
    let mut house = House::new();
    let page = house.wallets.limit_rules(&mut house.conn, None, Limit::MAX).unwrap();
    let amount = |level, operation, side, span| {
        let subject = Subject { level, operation, side, span };
        page.items.iter().find(|rule| rule.subject == subject).unwrap().amount.unwrap().francs()
    };
    let balance = |level| amount(level, None, Side::Received, Span::Balance);
    assert_eq!((balance(Level::Unidentified), balance(Level::Identified)), (200_000, 2_000_000));
    assert_eq!(amount(Level::Identified, Some(Operation::CashIn), Side::Received, Span::Month), 10_000_000);
    let scales = house.wallets.scales(&mut house.conn, None, Limit::MAX).unwrap();
    let free: BTreeSet<Operation> = scales.items.iter().map(|scale| scale.operation).collect();
    assert_eq!(free, Operation::ALL.iter().copied().collect(), "each has a scale from the first day");
}

#[test]
fn two_halves_that_fit_alone_do_not_cross_a_limit_together() {
    for parallel in [false, true] {
        let mut house = House::new();
        house.limit(DAY, Some(10_000), None);
        let (payer, receiver) = (house.person_with(20_000), house.person());
        // Both are prepared before either is posted: each would leave room for itself.
        let halves: Vec<Order> =
            (0..8).map(|_| house.order(payer, Target::To(receiver), Some(6_000)).unwrap()).collect();
        let replies: Vec<Reply> = if parallel {
            let post = |ledger: &Ledger, order: &Order| {
                ledger.post(&mut house.db.conn(), std::slice::from_ref(order)).unwrap().remove(0)
            };
            std::thread::scope(|scope| {
                let posted: Vec<_> =
                    halves.iter().map(|order| scope.spawn(|| post(&house.ledger, order))).collect();
                posted.into_iter().map(|one| one.join().unwrap()).collect()
            })
        } else {
            house.ledger.post(&mut house.conn, &halves).unwrap()
        };
        assert_eq!(refusals(replies), [Refusal::LimitDay; 7], "parallel: {parallel}");
        assert_eq!((house.balance(payer), house.balance(receiver)), (14_000, 6_000));
        // What is left fits, and not a franc more.
        assert_eq!(house.pay(payer, Target::To(receiver), Some(4_001)), Err(Refusal::LimitDay));
        house.pay(payer, Target::To(receiver), Some(4_000)).unwrap();
        books_hold(&mut house);
    }
}

#[test]
fn what_one_person_reached_is_no_limit_of_another() {
    let mut house = House::new();
    house.limit(DAY, Some(1_000), None);
    let (payer, other, receiver) = (house.person_with(5_000), house.person_with(5_000), house.person());
    house.pay(payer, Target::To(receiver), Some(1_000)).unwrap();
    assert_eq!(house.pay(payer, Target::To(receiver), Some(1)), Err(Refusal::LimitDay));
    house.pay(other, Target::To(receiver), Some(1_000)).unwrap();
}

#[test]
fn a_day_ends_at_midnight_and_a_month_on_its_last_day() {
    let mut house = House::new();
    house.limit(DAY, Some(1_000), None);
    house.limit("non_identifie toutes debit mois", Some(2_500), None);
    let (payer, receiver) = (house.person_with(10_000), house.person());
    let pay = |house: &mut House, when: &str, francs| {
        turn(house, when);
        house.pay(payer, Target::To(receiver), Some(francs)).map(|_| ())
    };
    assert_eq!(pay(&mut house, "2026-11-29T23:59:59.999999Z", 1_000), Ok(()));
    assert_eq!(pay(&mut house, "2026-11-29T23:59:59.999999Z", 1), Err(Refusal::LimitDay));
    assert_eq!(pay(&mut house, "2026-11-30T00:00:00Z", 1_000), Ok(()));
    turn(&house, "2026-11-30T23:59:59Z");
    let refused = house.order(payer, Target::To(receiver), Some(501)).unwrap();
    assert_eq!(house.post(refused.clone()), Err(Refusal::LimitDay), "the day is the narrower one");
    let day = house.wallets.frees_at(&mut house.conn, &refused.key).unwrap();
    assert_eq!(day, Some(at("2026-12-01T00:00:00Z")));
    // In December both begin anew; the month's rest of November is gone.
    for (when, francs) in [("2026-12-01T00:00:00Z", 1_000), ("2026-12-02T00:00:00Z", 1_000)] {
        assert_eq!(pay(&mut house, when, francs), Ok(()));
    }
    turn(&house, "2026-12-31T23:59:59Z");
    let refused = house.order(payer, Target::To(receiver), Some(501)).unwrap();
    assert_eq!(house.post(refused.clone()), Err(Refusal::LimitMonth));
    let month = house.wallets.frees_at(&mut house.conn, &refused.key).unwrap();
    assert_eq!(month, Some(at("2027-01-01T00:00:00Z")));
    assert_eq!(pay(&mut house, "2026-12-31T23:59:59Z", 500), Ok(()));
    books_hold(&mut house);
}

#[test]
fn a_refusal_by_a_limit_stays_the_outcome_of_its_key() {
    let mut house = House::new();
    house.limit(DAY, Some(1_000), None);
    let (payer, receiver) = (house.person_with(10_000), house.person());
    let refused = house.order(payer, Target::To(receiver), Some(1_001)).unwrap();
    assert_eq!(house.post(refused.clone()), Err(Refusal::LimitDay));
    let first = house.wallets.frees_at(&mut house.conn, &refused.key).unwrap();
    turn(&house, "2026-12-24T10:00:00Z");
    // Prepared anew it would carry other windows: the limits are no part of the wish.
    let mut again = house.order(payer, Target::To(receiver), Some(1_001)).unwrap();
    (again.key, again.fingerprint) = (refused.key.clone(), refused.fingerprint);
    let replies = house.ledger.post(&mut house.conn, &[again]).unwrap();
    assert!(matches!(
        replies[0],
        Reply::Done { outcome: Outcome::Refused(Refusal::LimitDay), replayed: true }
    ));
    assert_eq!(house.wallets.frees_at(&mut house.conn, &refused.key).unwrap(), first);
    assert_eq!(first, Some(at("2026-11-21T00:00:00Z")));
}

#[test]
fn operations_are_limited_alone_and_by_their_number() {
    let mut house = House::new();
    house.limit("non_identifie virement debit operation", Some(2_000), None);
    house.limit("non_identifie virement debit jour", None, Some(2));
    house.limit("non_identifie virement debit mois", None, Some(3));
    let (payer, receiver) = (house.person_with(20_000), house.person());
    assert_eq!(house.pay(payer, Target::To(receiver), Some(2_001)), Err(Refusal::LimitOperation));
    house.pay(payer, Target::To(receiver), Some(2_000)).unwrap();
    house.pay(payer, Target::To(receiver), Some(1)).unwrap();
    assert_eq!(house.pay(payer, Target::To(receiver), Some(1)), Err(Refusal::LimitDayCount));
    // Paying by a code is something else.
    let payload = house.wallets.own_code(&mut house.conn, receiver).unwrap().payload;
    house.pay(payer, Target::Qr(payload), Some(3_000)).unwrap();
    turn(&house, "2026-11-21T00:00:00Z");
    house.pay(payer, Target::To(receiver), Some(1)).unwrap();
    assert_eq!(house.pay(payer, Target::To(receiver), Some(1)), Err(Refusal::LimitMonthCount));
}

#[test]
fn what_a_receiver_may_receive_says_nothing_of_them() {
    let mut house = House::new();
    house.limit("non_identifie depot_agent credit mois", Some(5_000), None);
    house.limit("non_identifie virement credit jour", Some(3_000), None);
    let (payer, receiver) = (house.person_with(5_000), house.person());
    let (superadmin, agent) = (house.person(), house.person());
    house.fund(superadmin, agent, 100_000).unwrap();
    assert_eq!(house.cash_in(agent, payer, 1), Err(Refusal::ReceiverCeiling), "5,000 were given already");
    house.pay(payer, Target::To(receiver), Some(3_000)).unwrap();
    // The limit of what came in answers like the ceiling of what is held, and tells no end.
    let order = house.order(payer, Target::To(receiver), Some(1)).unwrap();
    assert_eq!(house.post(order.clone()), Err(Refusal::ReceiverCeiling));
    assert_eq!(house.wallets.frees_at(&mut house.conn, &order.key).unwrap(), None);
}

#[test]
fn what_comes_back_gives_no_room_back() {
    let mut house = House::new();
    house.limit(DAY, Some(4_000), None);
    let (payer, receiver) = (house.person_with(10_000), house.person());
    let paid = house.pay(payer, Target::To(receiver), Some(4_000)).unwrap().transaction;
    let command = RefundCommand {
        wish: wish(receiver, fingerprint::refund(paid, None, None)),
        of: paid,
        amount: None,
        note: None,
    };
    let order = house.wallets.prepare_refund(&mut house.conn, command).unwrap();
    house.post(order).unwrap();
    assert_eq!(house.balance(payer), 10_000);
    assert_eq!(house.pay(payer, Target::To(receiver), Some(1)), Err(Refusal::LimitDay));
}

fn limits_of(house: &mut House, user: UserId) -> Vec<OwnLimit> {
    house.wallets.own_limits(&mut house.conn, user).unwrap().limits
}

#[test]
fn people_see_what_is_left_of_their_limits() {
    let mut house = House::new();
    house.limit("non_identifie virement debit jour", Some(9_000), Some(5));
    let (payer, receiver) = (house.person_with(10_000), house.person());
    house.pay(payer, Target::To(receiver), Some(2_500)).unwrap();
    let limits = limits_of(&mut house, payer);
    let one = |operation, side, span| {
        *limits.iter().find(|own| (own.operation, own.side, own.span) == (operation, side, span)).unwrap()
    };
    let day = one(Some(Operation::Transfer), Side::Given, Span::Day);
    assert_eq!(
        (day.used, day.left(), day.used_count, day.left_count()),
        (xof(2_500), Some(xof(6_500)), 1, Some(4))
    );
    assert_eq!(day.frees_at, Some(at("2026-11-21T00:00:00Z")));
    let balance = one(None, Side::Received, Span::Balance);
    assert_eq!((balance.used, balance.left(), balance.frees_at), (xof(7_500), Some(xof(192_500)), None));
    let reload = one(Some(Operation::CashIn), Side::Received, Span::Month);
    assert_eq!((reload.used, reload.left()), (xof(10_000), Some(xof(990_000))));

    let quote = house.wallets.quote(&mut house.conn, payer, &Target::To(receiver), Some(xof(1))).unwrap();
    let left: Vec<_> = quote.limits.iter().map(|own| (own.operation, own.left().unwrap().francs())).collect();
    assert_eq!(left, [(None, 197_500), (Some(Operation::Transfer), 6_500)]);
}

#[test]
fn who_is_identified_has_the_limits_of_it_until_they_are_not() {
    let mut house = House::new();
    let (superadmin, agent, awa) = (house.person(), house.person(), house.person());
    house.fund(superadmin, agent, 5_000_000).unwrap();
    house.cash_in(agent, awa, 200_000).unwrap();
    assert_eq!(house.cash_in(agent, awa, 1), Err(Refusal::ReceiverCeiling));
    house.wallets.set_levels(&mut house.conn, &[(awa, Level::Identified)]).unwrap();
    assert_eq!(house.wallets.overview(&mut house.conn, awa).unwrap().ceiling, Some(xof(2_000_000)));
    house.cash_in(agent, awa, 1_000_000).unwrap();
    house.wallets.set_levels(&mut house.conn, &[(awa, Level::Unidentified)]).unwrap();
    // What she has stays; only more is refused, and what leaves is limited as before.
    assert_eq!(house.balance(awa), 1_200_000);
    assert_eq!(house.cash_in(agent, awa, 1), Err(Refusal::ReceiverCeiling));
    let koffi = house.person();
    assert_eq!(house.pay(awa, Target::To(koffi), Some(200_001)), Err(Refusal::LimitDay));
    house.pay(awa, Target::To(koffi), Some(200_000)).unwrap();
    // The month's reload was counted all along.
    house.wallets.set_levels(&mut house.conn, &[(koffi, Level::Identified)]).unwrap();
    let reload = |limits: Vec<OwnLimit>| limits.into_iter().find(|own| own.span == Span::Month).unwrap();
    assert_eq!(reload(limits_of(&mut house, awa)).used, xof(1_200_000));
    books_hold(&mut house);
}

fn new_limit(amount: i64, from: &str) -> NewLimit {
    let subject =
        Subject { level: Level::Unidentified, operation: None, side: Side::Received, span: Span::Balance };
    let from: NaiveDate = from.parse().unwrap();
    NewLimit::try_new(subject, Some(xof(amount)), None, from).unwrap()
}

#[test]
fn a_limit_is_added_for_a_day_to_come_and_begins_at_its_midnight() {
    let mut house = House::new();
    let (chief, awa) = (house.person(), house.person_with(150_000));
    let (superadmin, agent) = (house.person(), house.person());
    house.fund(superadmin, agent, 1_000_000).unwrap();
    let actor = Actor { user: Some(chief), trace_id: Some("trace-limit".to_owned()), address: None };
    for day in ["2026-11-20", "2026-11-19", "2015-01-01"] {
        let late = house.wallets.add_limit(&mut house.conn, &actor, &new_limit(160_000, day)).unwrap_err();
        assert_eq!(late.code().code, "wallet.rule_not_future", "{day}");
    }
    let added = house.wallets.add_limit(&mut house.conn, &actor, &new_limit(160_000, "2026-11-21")).unwrap();
    assert_eq!((added.set_by, added.until), (Some(chief), None));
    let twice = house.wallets.add_limit(&mut house.conn, &actor, &new_limit(1, "2026-11-21")).unwrap_err();
    assert_eq!(twice.code().code, "wallet.rule_date_taken");
    house.wallets.add_limit(&mut house.conn, &actor, &new_limit(170_000, "2026-12-01")).unwrap();

    let ceiling = |house: &mut House| house.wallets.overview(&mut house.conn, awa).unwrap().ceiling;
    turn(&house, "2026-11-20T23:59:59Z");
    assert_eq!(ceiling(&mut house), Some(xof(200_000)));
    turn(&house, "2026-11-21T00:00:00Z");
    assert_eq!(ceiling(&mut house), Some(xof(160_000)));
    assert_eq!(house.cash_in(agent, awa, 10_001), Err(Refusal::ReceiverCeiling));
    house.cash_in(agent, awa, 10_000).unwrap();
    turn(&house, "2026-12-01T00:00:00Z");
    house.cash_in(agent, awa, 10_000).unwrap();
    assert_eq!(house.cash_in(agent, awa, 1), Err(Refusal::ReceiverCeiling));

    let page = house.wallets.limit_rules(&mut house.conn, None, Limit::parse(2).unwrap()).unwrap();
    let days: Vec<_> = page.items.iter().map(|rule| (rule.from.to_string(), rule.until)).collect();
    let until = NaiveDate::from_ymd_opt(2026, 12, 1);
    assert_eq!(days, [("2026-12-01".to_owned(), None), ("2026-11-21".to_owned(), until)]);
    let rest = house.wallets.limit_rules(&mut house.conn, page.next.as_ref(), Limit::MAX).unwrap();
    assert_eq!((rest.items.len(), rest.next), (7, None));
    let records = hostolink_audit::records_of_trace(&mut house.conn, "trace-limit").unwrap();
    let actions: Vec<_> =
        records.iter().map(|record| (record.action.as_str(), record.object_id.as_str())).collect();
    assert_eq!(
        actions,
        [
            ("wallet.limit_added", "unidentified:all:in:balance 2026-11-21"),
            ("wallet.limit_added", "unidentified:all:in:balance 2026-12-01")
        ]
    );
}

#[test]
fn what_was_set_is_never_changed_or_taken_away() {
    let mut house = House::new();
    for sql in [
        "UPDATE limite_kyc SET montant = 1",
        "DELETE FROM limite_kyc",
        "TRUNCATE limite_kyc",
        "UPDATE bareme_frais SET fixe = 1",
        "DELETE FROM bareme_frais",
        "INSERT INTO limite_kyc (niveau, operation, sens, fenetre, valide_du, pose_le) \
         SELECT niveau, operation, sens, fenetre, valide_du, now() FROM limite_kyc LIMIT 1",
    ] {
        sql_query(sql).execute(&mut house.conn).unwrap_err();
    }
}

#[test]
fn an_agents_float_has_no_limits_of_customers() {
    let mut house = House::new();
    house.limit("non_identifie depot_agent debit jour", Some(1), None);
    let (superadmin, agent, person) = (house.person(), house.person(), house.person());
    house.fund(superadmin, agent, 3_000_000).unwrap();
    let command = CashInCommand {
        wish: wish(agent, fingerprint::cash_in("a", xof(9_000))),
        to: person,
        amount: xof(9_000),
    };
    let order = house.wallets.prepare_cash_in(&mut house.conn, command).unwrap();
    assert!(
        order.caps.iter().all(
            |cap| matches!(order.action, hostolink_ledger::Action::CashIn { to, .. } if cap.account == to)
        )
    );
    house.post(order).unwrap();
}

#[test]
fn counters_are_forgotten_when_their_month_is_long_over() {
    let mut house = House::new();
    let (payer, receiver) = (house.person_with(10_000), house.person());
    house.pay(payer, Target::To(receiver), Some(1_000)).unwrap();
    house.clock.advance(Duration::from_secs(40 * 86_400));
    assert_eq!(house.wallets.forget_counters(&mut house.conn, 100).unwrap(), 0);
    house.pay(payer, Target::To(receiver), Some(1_000)).unwrap();
    house.clock.set(house.clock.now() + chrono::TimeDelta::days(40));
    assert_eq!(house.wallets.forget_counters(&mut house.conn, 100).unwrap(), 2, "the reload and the day");
    assert_eq!(house.wallets.forget_counters(&mut house.conn, 100).unwrap(), 0);
    books_hold(&mut house);
}
