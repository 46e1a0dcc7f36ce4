use crate::people::{House, wish, xof};
use hostolink_audit::Actor;
use hostolink_kernel::{BulkId, DomainError, Limit, Region, UserId};
use hostolink_ledger::{IdempotencyKey, Reply};
use hostolink_wallet::{
    Band, Bulk, BulkLine, BulkMode, BulkState, CheckedLine, ConfirmBulk, DueLine, Error, LineFilter,
    LineOutcome, LineState, NameVerdict, NewBulk, NewScale, Operation, Wish, fingerprint, parse_bulk_file,
};
use std::time::Duration;

pub(crate) fn actor(user: UserId) -> Actor {
    Actor { user: Some(user), trace_id: None, address: None }
}

/// Sends a file with these amounts to these people, whose names are as the file says.
pub(crate) fn send(house: &mut House, owner: UserId, payments: &[(UserId, i64)]) -> Bulk {
    let people: Vec<_> = payments.iter().map(|(user, _)| Some((*user, NameVerdict::Same))).collect();
    let amounts: Vec<_> = payments.iter().map(|(_, francs)| francs.to_string()).collect();
    send_lines(house, owner, &amounts, &people).unwrap()
}

fn send_lines(
    house: &mut House,
    owner: UserId,
    amounts: &[String],
    people: &[Option<(UserId, NameVerdict)>],
) -> Result<Bulk, Error> {
    // Ids sort by their time.
    house.clock.advance(Duration::from_millis(1));
    let rows: String = amounts.iter().map(|amount| format!("0708091011;Awa;{amount};Mars\n")).collect();
    let asked = parse_bulk_file(
        format!("destinataire;nom;montant;motif\n{rows}").as_bytes(),
        &[Region::COTE_D_IVOIRE],
    );
    let lines = asked.unwrap().into_iter().zip(people);
    let lines = lines.map(|(asked, receiver)| CheckedLine { asked, receiver: *receiver }).collect();
    house.wallets.draft_bulk(&mut house.conn, NewBulk { owner, lines, actor: actor(owner) })
}

fn confirmation(bulk: &Bulk, mode: BulkMode, skip_invalid: bool, accept_names: bool) -> ConfirmBulk {
    let wish = wish(bulk.owner, fingerprint::bulk(bulk.id, mode, skip_invalid, accept_names));
    ConfirmBulk { wish, id: bulk.id, mode, skip_invalid, accept_names, actor: actor(bulk.owner) }
}

pub(crate) fn confirm(house: &mut House, bulk: &Bulk, mode: BulkMode) -> Bulk {
    house.wallets.confirm_bulk(&mut house.conn, &confirmation(bulk, mode, false, false)).unwrap().0
}

pub(crate) fn now(house: &mut House, bulk: &Bulk) -> Bulk {
    house.wallets.bulk(&mut house.conn, bulk.owner, bulk.id).unwrap()
}

pub(crate) fn lines(house: &mut House, bulk: &Bulk, filter: Option<LineFilter>) -> Vec<BulkLine> {
    let who = (bulk.owner, bulk.id);
    house.wallets.bulk_lines(&mut house.conn, who, filter, None, Limit::MAX).unwrap().items
}

/// What each line was refused with; `""` where it was paid.
pub(crate) fn outcomes(house: &mut House, bulk: &Bulk) -> Vec<String> {
    let outcome = |line: BulkLine| match line.state {
        LineState::Done(_) => String::new(),
        LineState::Invalid(code) | LineState::Refused(code) => code,
        LineState::Ready => "ready".to_owned(),
        LineState::Stopped => "stopped".to_owned(),
    };
    lines(house, bulk, None).into_iter().map(outcome).collect()
}

/// Has the ledger do what is due, as the gateway does.
pub(crate) fn post(house: &mut House, bulk: &Bulk, due: Vec<DueLine>) -> Vec<(u32, LineOutcome)> {
    let (numbers, orders): (Vec<_>, Vec<_>) = due.into_iter().map(|due| (due.number, due.order)).unzip();
    let replies: Vec<Reply> = match bulk.mode {
        Some(BulkMode::Atomic) => house.ledger.post_together(&mut house.conn, &orders).unwrap(),
        _ => house.ledger.post(&mut house.conn, &orders).unwrap(),
    };
    numbers.into_iter().zip(replies.iter().map(LineOutcome::from)).collect()
}

/// Pays all files that nobody is paying, a few lines at a time.
pub(crate) fn pay(house: &mut House) {
    while let Some(bulk) = house.wallets.take_bulk(&mut house.conn).unwrap() {
        while let Some(due) = house.wallets.next_of_bulk(&mut house.conn, &bulk, 2).unwrap() {
            let outcomes = post(house, &bulk, due);
            house.wallets.settle_bulk(&mut house.conn, &bulk, &outcomes).unwrap();
        }
    }
}

#[test]
fn a_draft_says_what_can_be_paid_and_what_is_wrong() {
    let mut house = House::new();
    let (owner, koffi, aya) = (house.person_with(10_000), house.person(), house.person());
    let amounts = ["500", "700", "0", "900", "800", "300"].map(str::to_owned);
    let people = [
        Some((koffi, NameVerdict::Same)),
        Some((aya, NameVerdict::Different)),
        None,
        None,
        Some((owner, NameVerdict::Unknown)),
        Some((koffi, NameVerdict::Unknown)),
    ];
    let bulk = send_lines(&mut house, owner, &amounts, &people).unwrap();
    assert_eq!((bulk.lines, bulk.payable, bulk.invalid()), (6, 3, 3));
    assert_eq!((bulk.names_differ, bulk.repeated), (1, 1));
    assert_eq!((bulk.amount, bulk.fee, bulk.largest), (xof(1_500), xof(0), xof(700)));
    let (invalid, receiver_unknown) = ("wallet.amount_invalid", "wallet.receiver_unknown");
    assert_eq!(
        outcomes(&mut house, &bulk),
        ["ready", "ready", invalid, receiver_unknown, "ledger.same_account", "ready"]
    );
    let all = lines(&mut house, &bulk, None);
    assert_eq!((all[5].repeats, all[0].repeats, all[5].line), (Some(1), None, 7));
    assert_eq!(all[4].receiver, None, "who can't be paid is not named");
    for (filter, numbers) in [
        (LineFilter::Invalid, &[3_u32, 4, 5][..]),
        (LineFilter::NameDiffers, &[2]),
        (LineFilter::Ready, &[1, 2, 6]),
        (LineFilter::Done, &[]),
        (LineFilter::Refused, &[]),
    ] {
        let found: Vec<u32> = lines(&mut house, &bulk, Some(filter)).iter().map(|line| line.number).collect();
        assert_eq!(found, numbers, "{filter:?}");
    }
    let check = house.wallets.check_bulk(&mut house.conn, &bulk).unwrap();
    assert!(check.balance_suffices && check.limits_suffice);
    assert_eq!(check.available, xof(10_000));
}

#[test]
fn balance_and_limits_are_compared_with_all_of_it() {
    let mut house = House::new();
    house.limit("non_identifie virement debit operation", Some(6_000), None);
    house.limit("non_identifie virement debit jour", None, Some(2));
    let (owner, koffi) = (house.person_with(10_000), house.person());
    for (amounts, balance, limits) in [
        (&[5_000, 5_000][..], true, true),
        (&[5_000, 5_001], false, true),
        (&[6_001], true, false),
        (&[1, 1, 1], true, false),
    ] {
        let payments: Vec<_> = amounts.iter().map(|francs| (koffi, *francs)).collect();
        let bulk = send(&mut house, owner, &payments);
        let check = house.wallets.check_bulk(&mut house.conn, &bulk).unwrap();
        assert_eq!((check.balance_suffices, check.limits_suffice), (balance, limits), "{amounts:?}");
    }
}

#[test]
fn a_word_is_taken_once_and_only_for_what_it_says() {
    let mut house = House::new();
    let (owner, koffi) = (house.person_with(10_000), house.person());
    let differs = Some((koffi, NameVerdict::Different));
    let amounts = ["500", "x"].map(str::to_owned);
    let bulk = send_lines(&mut house, owner, &amounts, &[differs, None]).unwrap();
    let try_with = |house: &mut House, wanted: &ConfirmBulk| {
        house.wallets.confirm_bulk(&mut house.conn, wanted).map_err(|error| error.code().code)
    };
    let each = BulkMode::Each;
    for (skip, accept, code) in
        [(false, true, "wallet.bulk_lines_invalid"), (true, false, "wallet.bulk_names_differ")]
    {
        let refused = try_with(&mut house, &confirmation(&bulk, each, skip, accept));
        assert_eq!(refused.unwrap_err(), code);
    }
    let yes = confirmation(&bulk, each, true, true);
    let stranger = house.person();
    let theirs = Wish { key: IdempotencyKey::parse(stranger, "key").unwrap(), ..yes.wish.clone() };
    let foreign = ConfirmBulk { wish: theirs, ..yes.clone() };
    assert_eq!(try_with(&mut house, &foreign).unwrap_err(), "wallet.bulk_unknown");
    let unknown = ConfirmBulk { id: BulkId::new(uuid::Uuid::from_u128(7)), ..yes.clone() };
    assert_eq!(try_with(&mut house, &unknown).unwrap_err(), "wallet.bulk_unknown");

    assert!(!try_with(&mut house, &yes).unwrap().1);
    let (again, replayed) = try_with(&mut house, &yes).unwrap();
    assert!(replayed && again.state == BulkState::Running);
    let other_print = fingerprint::bulk(bulk.id, BulkMode::Atomic, true, true);
    let reused = Wish { fingerprint: other_print, ..yes.wish.clone() };
    let reused = ConfirmBulk { wish: reused, mode: BulkMode::Atomic, ..yes.clone() };
    assert_eq!(try_with(&mut house, &reused).unwrap_err(), "ledger.key_reused");
    assert_eq!(
        try_with(&mut house, &confirmation(&bulk, each, true, true)).unwrap_err(),
        "wallet.bulk_over",
        "another key is another wish"
    );
    let second = send(&mut house, owner, &[(koffi, 1)]);
    let same_key = ConfirmBulk { id: second.id, ..yes };
    assert_eq!(try_with(&mut house, &same_key).unwrap_err(), "ledger.key_reused");
    let conn = &mut house.conn;
    let late = house.wallets.cancel_bulk(conn, (owner, bulk.id), &actor(owner)).unwrap_err();
    assert_eq!(late.code().code, "wallet.bulk_over");
    let nothing = send_lines(&mut house, owner, &["500".to_owned()], &[None]).unwrap();
    assert_eq!(
        try_with(&mut house, &confirmation(&nothing, each, true, true)).unwrap_err(),
        "wallet.bulk_nothing_to_pay"
    );
}

#[test]
fn each_line_is_paid_for_itself() {
    let mut house = House::new();
    let (owner, koffi, aya) = (house.person_with(10_000), house.person(), house.person());
    let bulk = send(&mut house, owner, &[(koffi, 4_000), (aya, 7_000), (koffi, 5_000), (aya, 1_000)]);
    pay(&mut house);
    assert_eq!(house.balance(owner), 10_000, "nobody said yes");
    confirm(&mut house, &bulk, BulkMode::Each);
    pay(&mut house);
    let poor = "wallet.insufficient_funds";
    assert_eq!(outcomes(&mut house, &bulk), ["", poor, "", ""]);
    assert_eq!((house.balance(owner), house.balance(koffi), house.balance(aya)), (0, 9_000, 1_000));
    let over = now(&mut house, &bulk);
    assert_eq!((over.state, over.done, over.refused, over.paid), (BulkState::Ended, 3, 1, xof(10_000)));
    assert!(over.ended_at.is_some());
    let statement = house.wallets.transactions(&mut house.conn, aya, None, Limit::DEFAULT).unwrap().items;
    assert_eq!(statement[0].note.as_ref().unwrap().as_str(), "Mars");
    pay(&mut house);
    assert_eq!(house.balance(owner), 0);
}

#[test]
fn all_together_is_all_or_nothing() {
    let mut house = House::new();
    let (owner, koffi, aya) = (house.person_with(10_000), house.person(), house.person());
    let too_much = send(&mut house, owner, &[(koffi, 4_000), (aya, 7_000), (koffi, 1_000)]);
    confirm(&mut house, &too_much, BulkMode::Atomic);
    pay(&mut house);
    let other = "ledger.other_refused";
    assert_eq!(outcomes(&mut house, &too_much), [other, "wallet.insufficient_funds", other]);
    assert_eq!((house.balance(owner), house.balance(koffi)), (10_000, 0));
    assert_eq!(now(&mut house, &too_much).paid, xof(0));

    let enough = send(&mut house, owner, &[(koffi, 4_000), (aya, 5_000), (koffi, 1_000)]);
    confirm(&mut house, &enough, BulkMode::Atomic);
    pay(&mut house);
    assert_eq!(outcomes(&mut house, &enough), ["", "", ""]);
    assert_eq!((house.balance(owner), house.balance(koffi), house.balance(aya)), (0, 5_000, 5_000));
    assert!(house.ledger.verify(&mut house.conn, &mut |_| ()).unwrap().holds());
}

#[test]
fn more_than_five_hundred_do_not_go_together() {
    let mut house = House::new();
    let (owner, koffi) = (house.person_with(10_000), house.person());
    let bulk = send(&mut house, owner, &vec![(koffi, 1); 501]);
    let refused =
        house.wallets.confirm_bulk(&mut house.conn, &confirmation(&bulk, BulkMode::Atomic, false, false));
    assert_eq!(refused.unwrap_err().code().code, "wallet.bulk_too_many_together");
    let bulk = send(&mut house, owner, &vec![(koffi, 1); 500]);
    confirm(&mut house, &bulk, BulkMode::Atomic);
    pay(&mut house);
    assert_eq!((now(&mut house, &bulk).done, house.balance(koffi)), (500, 500));
}

#[test]
fn what_a_process_left_behind_is_found_and_paid_once() {
    for mode in [BulkMode::Each, BulkMode::Atomic] {
        let mut house = House::new();
        let (owner, koffi) = (house.person_with(10_000), house.person());
        let bulk = send(&mut house, owner, &[(koffi, 1_000), (koffi, 2_000), (koffi, 3_000)]);
        confirm(&mut house, &bulk, mode);
        // It has the ledger pay, and dies before it can say so.
        let taken = house.wallets.take_bulk(&mut house.conn).unwrap().unwrap();
        let due = house.wallets.next_of_bulk(&mut house.conn, &taken, 2).unwrap().unwrap();
        post(&mut house, &taken, due);
        let before = house.balance(koffi);
        assert!(before >= 3_000);
        pay(&mut house);
        assert_eq!(house.balance(koffi), before, "it is the other's for a while");
        house.clock.advance(Duration::from_secs(10));
        pay(&mut house);
        assert_eq!((house.balance(owner), house.balance(koffi)), (4_000, 6_000), "{mode:?}");
        assert_eq!(outcomes(&mut house, &bulk), ["", "", ""]);
        let over = now(&mut house, &bulk);
        assert_eq!((over.state, over.done, over.paid), (BulkState::Ended, 3, xof(6_000)));
    }
}

#[test]
fn processes_that_pay_the_same_lines_pay_them_once() {
    let mut house = House::new();
    let (owner, koffi) = (house.person_with(10_000), house.person());
    let bulk = send(&mut house, owner, &vec![(koffi, 100); 40]);
    confirm(&mut house, &bulk, BulkMode::Each);
    let taken = house.wallets.take_bulk(&mut house.conn).unwrap().unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            let (wallets, ledger, mut conn, taken) =
                (house.wallets.clone(), house.ledger.clone(), house.db.conn(), taken.clone());
            scope.spawn(move || {
                while let Some(due) = wallets.next_of_bulk(&mut conn, &taken, 7).unwrap() {
                    let (numbers, orders): (Vec<_>, Vec<_>) =
                        due.into_iter().map(|due| (due.number, due.order)).unzip();
                    let replies = ledger.post(&mut conn, &orders).unwrap();
                    let outcomes: Vec<_> =
                        numbers.into_iter().zip(replies.iter().map(LineOutcome::from)).collect();
                    wallets.settle_bulk(&mut conn, &taken, &outcomes).unwrap();
                }
            });
        }
    });
    assert_eq!((house.balance(owner), house.balance(koffi)), (6_000, 4_000));
    let over = now(&mut house, &bulk);
    assert_eq!((over.state, over.done, over.refused), (BulkState::Ended, 40, 0));
}

/// From tomorrow on amounts of 1,000 and more cost 25, and it is tomorrow.
fn dearer(house: &mut House) {
    let chief = house.person();
    let band = |from, fixed| Band::try_new(xof(from), xof(fixed), 0, (None, None), 0).unwrap();
    let bands = vec![band(0, 0), band(1_000, 25)];
    let new = NewScale::try_new(Operation::Transfer, bands, "2026-11-21".parse().unwrap()).unwrap();
    house.wallets.add_scale(&mut house.conn, &actor(chief), &new).unwrap();
    house.clock.set("2026-11-21T00:00:00Z".parse().unwrap());
}

#[test]
fn a_line_costs_what_was_shown_or_is_refused() {
    for (mode, expected) in [
        (BulkMode::Each, ["wallet.fee_changed", ""]),
        (BulkMode::Atomic, ["wallet.fee_changed", "ledger.other_refused"]),
    ] {
        let mut house = House::new();
        let (owner, koffi) = (house.person_with(10_000), house.person());
        let bulk = send(&mut house, owner, &[(koffi, 5_000), (koffi, 100)]);
        assert_eq!(bulk.fee, xof(0));
        confirm(&mut house, &bulk, mode);
        // Larger amounts cost something by now.
        dearer(&mut house);
        pay(&mut house);
        assert_eq!(outcomes(&mut house, &bulk), expected);
        let again = send(&mut house, owner, &[(koffi, 5_000), (koffi, 1_000)]);
        assert_eq!(again.fee, xof(50));
        confirm(&mut house, &again, mode);
        pay(&mut house);
        assert_eq!(outcomes(&mut house, &again), ["", ""]);
        let left = 10_000 - 6_050 - now(&mut house, &bulk).paid.francs();
        assert_eq!(house.balance(owner), left);
    }
}

#[test]
fn what_nobody_confirms_is_forgotten() {
    let mut house = House::new();
    let (owner, koffi) = (house.person_with(10_000), house.person());
    let drafts: Vec<Bulk> = (0..5).map(|_| send(&mut house, owner, &[(koffi, 100)])).collect();
    let same = Some((koffi, NameVerdict::Same));
    let sixth = send_lines(&mut house, owner, &["100".to_owned()], &[same]).unwrap_err();
    assert_eq!(sixth.code().code, "wallet.too_many_bulk_drafts");
    let cancelled = house.wallets.cancel_bulk(&mut house.conn, (owner, drafts[0].id), &actor(owner)).unwrap();
    assert_eq!((cancelled.state, lines(&mut house, &drafts[0], None).len()), (BulkState::Cancelled, 0));
    confirm(&mut house, &drafts[1], BulkMode::Each);
    house.clock.advance(Duration::from_secs(86_400));
    assert_eq!(now(&mut house, &drafts[2]).state, BulkState::Expired);
    let late = confirmation(&drafts[2], BulkMode::Each, false, false);
    let refused = house.wallets.confirm_bulk(&mut house.conn, &late).unwrap_err();
    assert_eq!(refused.code().code, "wallet.bulk_over");
    assert_eq!(house.wallets.expire_bulks(&mut house.conn, 2).unwrap(), 2);
    assert_eq!(house.wallets.expire_bulks(&mut house.conn, 2).unwrap(), 1);
    assert_eq!(house.wallets.expire_bulks(&mut house.conn, 2).unwrap(), 0);
    for draft in &drafts[2..] {
        assert_eq!(
            (now(&mut house, draft).state, lines(&mut house, draft, None).len()),
            (BulkState::Expired, 0)
        );
    }
    pay(&mut house);
    assert_eq!(outcomes(&mut house, &drafts[1]), [""], "what was confirmed does not expire");
    let all = house.wallets.bulks(&mut house.conn, owner, None, Limit::MAX).unwrap().items;
    assert_eq!(all.first().map(|bulk| bulk.id), drafts.last().map(|bulk| bulk.id));
}

#[test]
fn who_leaves_leaves_no_words_about_others() {
    let mut house = House::new();
    let (owner, koffi) = (house.person_with(100), house.person());
    let (paid, draft) = (send(&mut house, owner, &[(koffi, 100)]), send(&mut house, owner, &[(koffi, 1)]));
    confirm(&mut house, &paid, BulkMode::Each);
    pay(&mut house);
    house.wallets.close(&mut house.conn, owner).unwrap();
    assert_eq!(now(&mut house, &draft).state, BulkState::Cancelled);
    let line = lines(&mut house, &paid, None).remove(0);
    assert_eq!((line.recipient.as_str(), &line.name, &line.note), ("", &None, &None));
    assert!(matches!(line.state, LineState::Done(_)), "what was paid stays");
}
