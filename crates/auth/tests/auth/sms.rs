//! What text messages cost, and who can't make us send too many.

use crate::world::{EMAIL, World, at_once, wrong};
use hostolink_audit::Actor;
use hostolink_auth::{Auth, Error, SmsCount, SmsLimits, SmsOrder, SmsReceipt, SmsResult, SmsState};
use hostolink_kernel::{PhoneNumber, Region};
use std::net::IpAddr;

const NUMBER: &str = "0708091011";

fn number(text: &str) -> PhoneNumber {
    PhoneNumber::parse(text, &[Region::COTE_D_IVOIRE]).unwrap()
}

/// 1,000 F a day and the usual limits, but for those that a test makes smaller.
fn limits() -> SmsLimits {
    SmsLimits::for_budget(1_000)
}

fn one_segment(cost_millimes: i64) -> SmsOrder {
    SmsOrder { segments: 1, cost_millimes, carries_code: true, is_news: false }
}

fn accepted(id: &str, cost_millimes: i64) -> SmsResult<'_> {
    SmsResult { provider: Some("orange"), provider_id: Some(id), state: SmsState::Accepted, cost_millimes }
}

impl World {
    fn ask(&mut self, identifier: &str) -> Result<bool, Error> {
        self.ask_from(identifier, None)
    }

    fn ask_from(&mut self, identifier: &str, address: Option<IpAddr>) -> Result<bool, Error> {
        let actor = Actor { address, ..Actor::default() };
        let generated = self.auth.generate_otp(&mut self.conn, identifier, None, &actor)?;
        Ok(generated.delivery.is_some())
    }

    /// Asks for a code to a number, which a provider takes.
    fn send(&mut self, to: &str) {
        let id = self.auth.reserve_sms(&mut self.conn, &number(to), one_segment(25_000)).unwrap();
        let id_there = format!("{to}-{}", self.count("SELECT count(*) FROM envoi_sms"));
        self.auth.settle_sms(&mut self.conn, id, &accepted(&id_there, 25_000)).unwrap();
    }
}

fn wait_of(refused: &Result<bool, Error>) -> u64 {
    let wait = match refused {
        Err(Error::TooMany(wait)) => Some(wait.as_secs()),
        _ => None,
    };
    wait.expect("too many")
}

#[test]
fn case_11_five_hundred_numbers_of_one_prefix() {
    let mut world = World::with_sms(limits());
    for last in 0..500 {
        if last % 2 == 0 {
            let _ = world.register(&format!("07080900{last:02}", last = last % 100));
        }
    }
    let mut answers = Vec::new();
    for last in 0..500 {
        let answer = world.ask(&format!("070809{last:04}"));
        assert!(matches!(answer, Ok(_) | Err(Error::TooMany(_))), "{answer:?}");
        answers.push(answer.is_ok());
    }
    assert_eq!(answers.iter().filter(|answer| **answer).count(), 60, "an hour's worth");
    assert!(answers[..60].iter().all(|answer| *answer), "known or not makes no difference");
    world.ask("0708100000").unwrap();
    // The day has its own bound.
    for _ in 0..5 {
        world.wait(3_601);
        for last in 500..560 {
            let _ = world.ask(&format!("070809{last:04}"));
        }
    }
    let counted = "SELECT count(*) FROM essai WHERE objet = 'sms_prefixe_jour' AND nombre > 300";
    assert_eq!(world.count(counted), 1, "three hundred a day");
}

#[test]
fn case_11_numbers_of_other_countries_get_nothing() {
    let mut world = World::with_sms(limits());
    for foreign in ["+22892152900", "+447700900123", "+8613800138000", "+18765551234", "+88213300000"] {
        assert!(
            matches!(world.ask(foreign), Err(Error::PhoneCountry | Error::InvalidIdentifier)),
            "{foreign}"
        );
    }
    assert_eq!(world.count("SELECT count(*) FROM essai WHERE objet LIKE 'sms%'"), 0);
}

#[test]
fn case_11_one_address_asks_for_so_many() {
    let mut world = World::with_sms(SmsLimits { address_an_hour: 30, ..limits() });
    let address = |last: u16| Some(IpAddr::from([0x2001, 0xdb8, 0, 1, 0, 0, 0, last]));
    let asked = |world: &mut World, n: u16, from| world.ask_from(&format!("07{n:04}1011"), from);
    for n in 0..30 {
        asked(&mut world, n, address(n)).unwrap();
    }
    wait_of(&asked(&mut world, 30, address(99)));
    asked(&mut world, 30, Some(IpAddr::from([192, 0, 2, 1]))).unwrap();
    // Mail costs nothing.
    world.ask_from(EMAIL, address(1)).unwrap();
}

#[test]
fn the_wait_between_codes_to_one_number_doubles_for_known_and_unknown() {
    let mut world = World::with_sms(limits());
    world.register(NUMBER).unwrap();
    for minutes in [1, 2, 4, 8, 16, 32, 32] {
        for (to, known) in [(NUMBER, true), ("0508091011", false)] {
            assert_eq!(world.ask(to).unwrap(), known);
            assert_eq!(wait_of(&world.ask(to)), minutes * 60 + 1, "{to}");
        }
        world.wait(minutes * 60);
    }
    // A shown code forgives; so does a quiet day.
    let code = world.code(NUMBER).unwrap();
    assert!(world.verify(NUMBER, &wrong(&code, 1)).is_err());
    assert!(matches!(world.ask(NUMBER), Err(Error::TooMany(_))), "a wrong one does not");
    world.verify(NUMBER, &code).unwrap();
    world.ask(NUMBER).unwrap();
    assert_eq!(wait_of(&world.ask(NUMBER)), 61);
    world.wait(86_400);
    world.ask("0508091011").unwrap();
    assert_eq!(wait_of(&world.ask("0508091011")), 61);
}

#[test]
fn case_09_strangers_do_not_keep_the_owner_from_a_code_in_their_session() {
    let mut world = World::with_sms(SmsLimits { prefix_an_hour: 10, judged_after: 10, ..limits() });
    world.register(NUMBER).unwrap();
    let owner = world.prove(NUMBER);
    for n in 0..30 {
        let _ = world.ask(NUMBER);
        let _ = world.ask(&format!("070809{n:04}"));
        world.send(&format!("070809{n:04}"));
    }
    world.wait(700);
    assert!(world.ask("0708099999").is_err(), "the prefix is stopped");
    let code = world.code_in(Some(owner.session), NUMBER).unwrap().unwrap();
    world.verify_in(owner.session, NUMBER, &code).unwrap();
}

#[test]
fn where_nothing_is_paid_nothing_is_bounded() {
    let mut world = World::new();
    world.register(NUMBER).unwrap();
    for _ in 0..9 {
        world.ask(NUMBER).unwrap();
    }
    assert_eq!(world.count("SELECT count(*) FROM essai WHERE objet LIKE '%sms%'"), 0);
}

#[test]
fn a_day_costs_no_more_than_its_budget_on_two_processes() {
    let world = World::with_sms(limits());
    let auth = [world.auth.clone(), world.beside()];
    // 1,000 F at 30 F a segment: 33, however many come at once.
    let sent = at_once(&world, 10, |thread, conn| {
        let one = |n: usize| {
            let to = number(&format!("07{thread:02}{n:02}1011"));
            auth[thread % 2].reserve_sms(conn, &to, one_segment(30_000))
        };
        let outcomes: Vec<_> = (0..20).map(one).collect();
        assert!(outcomes.iter().all(|outcome| matches!(outcome, Ok(_) | Err(Error::SmsBudget))));
        outcomes.into_iter().filter(Result::is_ok).count()
    });
    assert_eq!(sent.into_iter().sum::<usize>(), 33);
    let mut world = world;
    assert_eq!(world.count("SELECT cout_millimes FROM depense_sms"), 990_000);
    assert_eq!(world.count("SELECT sum(cout_millimes)::bigint FROM envoi_sms"), 990_000);
}

#[test]
fn case_11_news_leave_half_of_the_day_to_codes_and_to_what_protects() {
    let mut world = World::with_sms(SmsLimits { daily_millimes: 100_000, ..limits() });
    let mut reserve = |is_news, carries_code, cost| {
        let order = SmsOrder { carries_code, is_news, ..one_segment(cost) };
        world.auth.reserve_sms(&mut world.conn, &number(NUMBER), order).map(|_| ())
    };
    reserve(true, false, 25_000).unwrap();
    reserve(true, false, 25_000).unwrap();
    assert!(matches!(reserve(true, false, 1), Err(Error::SmsBudget)), "half is for the others");
    reserve(false, true, 25_000).unwrap();
    reserve(false, false, 25_000).unwrap();
    assert!(matches!(reserve(false, true, 1), Err(Error::SmsBudget)), "and that is all");
}

#[test]
fn a_spent_budget_answers_the_same_to_everybody_until_midnight() {
    let mut world = World::with_sms(SmsLimits { daily_millimes: 50_000, ..limits() });
    world.register(NUMBER).unwrap();
    world.register(EMAIL).unwrap();
    world.send("0708091012");
    world.send("0708091013");
    let refused = [world.ask(NUMBER), world.ask("0508091011")];
    assert!(refused.iter().all(|refused| matches!(refused, Err(Error::SmsBudget))), "{refused:?}");
    assert!(world.ask(EMAIL).unwrap(), "mail goes on");
    let reserved = world.auth.reserve_sms(&mut world.conn, &number(NUMBER), one_segment(1));
    assert!(matches!(reserved, Err(Error::SmsBudget)));
    world.wait(16 * 3_600);
    assert!(world.ask(NUMBER).unwrap(), "a new day");
}

#[test]
fn what_did_not_leave_costs_nothing_and_what_may_have_left_does() {
    let mut world = World::with_sms(limits());
    let mut settle = |state, provider_id, cost_millimes| {
        let id = world.auth.reserve_sms(&mut world.conn, &number(NUMBER), one_segment(200_000)).unwrap();
        let result = SmsResult { provider: Some("orange"), provider_id, state, cost_millimes };
        for _ in 0..2 {
            world.auth.settle_sms(&mut world.conn, id, &result).unwrap();
        }
        world.auth.sms_today(&mut world.conn).unwrap().cost_millimes
    };
    assert_eq!(settle(SmsState::Refused, None, 25_000), 0);
    assert_eq!(settle(SmsState::Unavailable, None, 25_000), 0);
    assert_eq!(settle(SmsState::Accepted, Some("a"), 25_000), 25_000, "by the cheaper way, and settled once");
    assert_eq!(settle(SmsState::Unknown, None, 25_000), 50_000);
    assert_eq!(world.count("SELECT sum(cout_millimes)::bigint FROM envoi_sms"), 50_000);
    // One that is never settled keeps what it may have cost.
    world.auth.reserve_sms(&mut world.conn, &number(NUMBER), one_segment(200_000)).unwrap();
    let day = world.auth.sms_today(&mut world.conn).unwrap();
    assert_eq!((day.cost_millimes, day.budget_millimes), (250_000, Some(1_000_000)));
    let accepted = SmsCount {
        provider: Some("orange".to_owned()),
        state: SmsState::Accepted,
        messages: 1,
        segments: 1,
        cost_millimes: 25_000,
        shown: 0,
    };
    assert_eq!(day.counts[0], accepted);
    assert_eq!(day.counts.len(), 5);
}

#[test]
fn a_prefix_whose_codes_nobody_shows_is_stopped_and_another_is_not() {
    let mut world = World::with_sms(SmsLimits::for_budget(10_000));
    for n in 0..30 {
        world.send(&format!("070809{n:04}"));
        world.send(&format!("050809{n:04}"));
    }
    // One in five is enough; their owners showed the codes.
    for n in 0..6 {
        let to = format!("050809{n:04}");
        world.register(&to).unwrap();
        world.prove(&to);
    }
    assert!(world.ask("0708099999").is_ok(), "the codes are young: they may still be shown");
    world.wait(601);
    let refused = [world.ask("0708099998"), world.ask("0708090001")];
    assert!(refused.iter().all(|refused| matches!(refused, Err(Error::SmsBudget))), "{refused:?}");
    assert!(world.ask("0508099999").is_ok());
    let day = world.auth.sms_today(&mut world.conn).unwrap();
    assert_eq!(day.stopped, ["+225070809"]);
    assert_eq!(day.counts.iter().map(|count| count.shown).sum::<i64>(), 6);
    world.wait(86_400);
    assert!(world.ask("0708099998").is_ok(), "a day later they may try again");
}

#[test]
fn notices_and_what_never_left_do_not_judge_a_prefix() {
    let mut world = World::with_sms(limits());
    for n in 0..40 {
        let to = number(&format!("070809{n:04}"));
        let notice = SmsOrder { carries_code: false, ..one_segment(0) };
        world.auth.reserve_sms(&mut world.conn, &to, notice).unwrap();
        let id = world.auth.reserve_sms(&mut world.conn, &to, one_segment(0)).unwrap();
        let result =
            SmsResult { state: SmsState::Refused, provider: None, provider_id: None, cost_millimes: 0 };
        world.auth.settle_sms(&mut world.conn, id, &result).unwrap();
    }
    world.wait(601);
    assert!(world.ask("0708099999").is_ok());
}

#[test]
fn case_89_receipts_come_late_twice_and_out_of_order() {
    let mut world = World::with_sms(limits());
    let id = world.auth.reserve_sms(&mut world.conn, &number(NUMBER), one_segment(25_000)).unwrap();
    world.auth.settle_sms(&mut world.conn, id, &accepted("abc", 25_000)).unwrap();
    let mut say = |provider: &str, id: &str, receipt| {
        let moved = world.auth.sms_receipt(&mut world.conn, provider, id, receipt).unwrap();
        let counts = world.auth.sms_today(&mut world.conn).unwrap().counts;
        (moved, counts[0].state)
    };
    use SmsReceipt::{Delivered, Failed, Network, Uncertain};
    assert_eq!(say("orange", "other", Failed), (false, SmsState::Accepted), "an unknown id");
    assert_eq!(say("twilio", "abc", Failed), (false, SmsState::Accepted), "another provider's");
    assert_eq!(say("orange", "abc", Uncertain), (true, SmsState::Uncertain));
    assert_eq!(say("orange", "abc", Network), (false, SmsState::Uncertain), "late");
    assert_eq!(say("orange", "abc", Delivered), (true, SmsState::Delivered));
    for late in [Delivered, Failed, Uncertain, Network] {
        assert_eq!(say("orange", "abc", late), (false, SmsState::Delivered), "{late:?}");
    }
    // A settlement that comes after changes nothing either.
    world.auth.settle_sms(&mut world.conn, id, &accepted("xyz", 1)).unwrap();
    assert_eq!(
        world.count("SELECT count(*) FROM envoi_sms WHERE fournisseur_id = 'abc' AND etat = 'livre'"),
        1
    );
}

#[test]
fn case_91_no_number_and_no_code_is_in_the_table() {
    let mut world = World::with_sms(limits());
    world.register(NUMBER).unwrap();
    let code = world.code(NUMBER).unwrap();
    world.send(NUMBER);
    for secret in ["08091011", "091011", code.as_str()] {
        let found = format!(
            "SELECT count(*) FROM envoi_sms WHERE (to_jsonb(envoi_sms) - 'id')::text LIKE '%{secret}%'"
        );
        // The name that the test's provider gave holds the number; nothing of ours does.
        world
            .run("UPDATE envoi_sms SET fournisseur_id = 'x', cree_le = '2026-01-01', etat_le = '2026-01-01'");
        assert_eq!(world.count(&found), 0, "{secret}");
    }
    let other: Auth = world.elsewhere();
    let hash = "SELECT count(DISTINCT numero_hache) FROM envoi_sms";
    other.reserve_sms(&mut world.conn, &number(NUMBER), one_segment(0)).unwrap();
    assert_eq!(world.count(hash), 2, "the hash is keyed");
}

#[test]
fn rows_are_kept_for_ninety_days() {
    let mut world = World::with_sms(limits());
    world.send(NUMBER);
    world.wait(89 * 86_400);
    world.send(NUMBER);
    world.auth.purge(&mut world.conn, 100).unwrap();
    assert_eq!(world.count("SELECT count(*) FROM envoi_sms"), 2);
    world.wait(2 * 86_400);
    world.auth.purge(&mut world.conn, 100).unwrap();
    assert_eq!(world.count("SELECT count(*) FROM envoi_sms"), 1);
    assert_eq!(world.count("SELECT count(*) FROM depense_sms"), 2, "what was paid stays");
}

#[test]
fn codes_for_a_forgotten_password_are_counted_with_the_others() {
    let mut world = World::with_sms(limits());
    world.register(NUMBER).unwrap();
    world.prove(NUMBER);
    let reset = |world: &mut World, to: &str| {
        let asked = world.auth.request_reset(&mut world.conn, to, &Actor::default());
        asked.map(|asked| asked.delivery.is_some())
    };
    assert!(reset(&mut world, NUMBER).unwrap());
    assert_eq!(wait_of(&world.ask(NUMBER)), 61, "one wait for the number, whatever the code is for");
    assert!(!reset(&mut world, "0508091011").unwrap());
    assert_eq!(wait_of(&reset(&mut world, "0508091011")), 61, "known or not");
}
