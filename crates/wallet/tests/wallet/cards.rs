//! Cards under many threads, under old and new keys, and after a crash between the two steps of an authorisation.

use crate::people::{House, wish, xof};
use diesel::{PgConnection, RunQueryDsl, sql_query};
use hostolink_audit::Actor;
use hostolink_kernel::{CardId, ExposeSecret, SystemRandom, UserId};
use hostolink_ledger::{Ledger, Order, Outcome, Refusal, Reply};
use hostolink_test_support::FakeClock;
use hostolink_wallet::{
    Cards, Wallets,
    card::{
        AuthorizationState, AuthorizeCommand, Authorizing, CardLimits, CardNumber, CardSettings, Decline,
        NewCard, SecurityCode, ShownCard,
    },
    fingerprint,
};
use std::{sync::Arc, time::Duration};

fn cards(house: &House, keys: &str) -> Cards {
    Cards::new(house.wallets.clone(), &keys.to_owned().into())
}

fn make(house: &mut House, owner: UserId, limits: CardLimits) -> CardId {
    let settings = CardSettings { limits, ..CardSettings::default() };
    let new = NewCard { owner, single_use: false, settings, actor: Actor::default() };
    cards(house, "old").create(&mut house.conn, &new).unwrap().id
}

fn show(cards: &Cards, conn: &mut PgConnection, owner: UserId, card: CardId) -> ShownCard {
    cards.show(conn, (owner, card), &Actor::default()).unwrap()
}

fn sale(merchant: UserId, card: CardId, shown: &ShownCard, francs: i64) -> AuthorizeCommand {
    AuthorizeCommand {
        wish: wish(merchant, fingerprint::card_authorization(card, xof(francs), None)),
        number: CardNumber::parse(&shown.number).unwrap(),
        code: SecurityCode::parse(&shown.code).unwrap(),
        amount: xof(francs),
        note: None,
        till: None,
    }
}

fn post(ledger: &Ledger, conn: &mut PgConnection, order: Order) -> Outcome {
    match ledger.post(conn, &[order]).unwrap().pop() {
        Some(Reply::Done { outcome, .. }) => outcome,
        reply => panic!("{reply:?}"),
    }
}

#[test]
fn as_many_as_fit_into_the_limit_are_accepted_by_any_number_of_threads() {
    let mut house = House::new();
    let (owner, merchant) = (house.person_with(100_000), house.person());
    let limits = CardLimits { daily: Some(xof(5_000)), ..CardLimits::default() };
    let card = make(&mut house, owner, limits);
    let ledger = house.ledger.clone();
    let accepted: usize = std::thread::scope(|scope| {
        let tills: Vec<_> = (0..9_u64)
            .map(|minute| {
                let (ledger, mut conn) = (ledger.clone(), house.db.conn());
                scope.spawn(move || {
                    // A code pays once: each till has a minute of its own, all within the ten that an authorisation waits.
                    let clock = FakeClock::new();
                    clock.advance(Duration::from_secs(60 * minute));
                    let wallets = Wallets::new(ledger.clone(), Arc::new(clock), Arc::new(SystemRandom));
                    let cards = Cards::new(wallets, &"old".into());
                    let shown = show(&cards, &mut conn, owner, card);
                    let asked = cards.authorize(&mut conn, card, &sale(merchant, card, &shown, 900)).unwrap();
                    match asked {
                        Authorizing::ToPost(_, order) => {
                            assert!(matches!(post(&ledger, &mut conn, *order), Outcome::Accepted(_)));
                            1
                        }
                        Authorizing::Declined(Decline::Daily) => 0,
                        other => panic!("{other:?}"),
                    }
                })
            })
            .collect();
        tills.into_iter().map(|till| till.join().unwrap()).sum()
    });
    assert_eq!(accepted, 5, "5 times 900 F fit into 5,000 F");
    let overview = house.wallets.overview(&mut house.conn, owner).unwrap();
    assert_eq!(overview.held, xof(4_500));
    assert!(house.ledger.verify(&mut house.conn, &mut |_| {}).unwrap().holds());
}

#[test]
fn an_old_key_still_opens_and_a_new_one_takes_over() {
    let mut house = House::new();
    let owner = house.person();
    let card = make(&mut house, owner, CardLimits::default());
    let old = cards(&house, "old");
    let before = show(&old, &mut house.conn, owner, card);

    let both = cards(&house, "new, old");
    let number = CardNumber::parse(&before.number).unwrap();
    let shown = show(&both, &mut house.conn, owner, card);
    assert_eq!(shown.number.expose_secret(), before.number.expose_secret());
    assert_eq!(both.identify(&mut house.conn, &number).unwrap(), Some(card), "looked up under the old key");
    assert_eq!(both.reseal(&mut house.conn, 10).unwrap(), 1);
    assert_eq!(both.reseal(&mut house.conn, 10).unwrap(), 0, "nothing is left to do");

    let new = cards(&house, "new");
    assert_eq!(
        show(&new, &mut house.conn, owner, card).number.expose_secret(),
        before.number.expose_secret()
    );
    assert_eq!(new.identify(&mut house.conn, &number).unwrap(), Some(card));
    assert!(
        old.show(&mut house.conn, (owner, card), &Actor::default()).is_err(),
        "the old key is good for nothing"
    );
    assert_eq!(old.identify(&mut house.conn, &number).unwrap(), None);
}

#[test]
fn a_sealed_number_opens_in_its_own_row_only() {
    let mut house = House::new();
    let owner = house.person();
    let one = make(&mut house, owner, CardLimits::default());
    let other = make(&mut house, owner, CardLimits::default());
    let copy = format!(
        "UPDATE carte_bancaire SET numero_chiffre = (SELECT numero_chiffre FROM carte_bancaire WHERE public_id = '{one}') \
         WHERE public_id = '{other}'"
    );
    sql_query(copy).execute(&mut house.conn).unwrap();
    assert!(cards(&house, "old").show(&mut house.conn, (owner, other), &Actor::default()).is_err());
}

#[test]
fn an_answer_that_was_lost_between_the_steps_is_found_again() {
    let mut house = House::new();
    let (owner, merchant) = (house.person_with(10_000), house.person());
    let limits = CardLimits { daily: Some(xof(1_000)), ..CardLimits::default() };
    let card = make(&mut house, owner, limits);
    let cards = cards(&house, "old");
    let shown = show(&cards, &mut house.conn, owner, card);
    let asked = sale(merchant, card, &shown, 800);
    let Authorizing::ToPost(id, first) = cards.authorize(&mut house.conn, card, &asked).unwrap() else {
        panic!()
    };

    // Nobody posted it. The retry makes the same order; meanwhile it counts.
    let Some(Authorizing::ToPost(again, order)) = cards.earlier(&mut house.conn, &asked.wish).unwrap() else {
        panic!()
    };
    assert_eq!((again, &order), (id, &first));
    house.clock.advance(Duration::from_secs(60));
    let shown = show(&cards, &mut house.conn, owner, card);
    let more = cards.authorize(&mut house.conn, card, &sale(merchant, card, &shown, 300)).unwrap();
    assert!(matches!(more, Authorizing::Declined(Decline::Daily)));

    // Posted, and the answer lost: it is known, and posted once.
    assert!(matches!(post(&house.ledger, &mut house.db.conn(), *order), Outcome::Accepted(_)));
    let Some(Authorizing::Known(known)) = cards.earlier(&mut house.conn, &asked.wish).unwrap() else {
        panic!()
    };
    assert_eq!((known.id, known.state), (id, AuthorizationState::Held));
    post(&house.ledger, &mut house.db.conn(), *first);
    assert_eq!(house.wallets.overview(&mut house.conn, owner).unwrap().held, xof(800));
}

#[test]
fn what_the_ledger_never_heard_of_stops_counting_and_a_refusal_at_once() {
    let mut house = House::new();
    let (owner, merchant) = (house.person_with(500), house.person());
    let limits = CardLimits { daily: Some(xof(1_000)), ..CardLimits::default() };
    let card = make(&mut house, owner, limits);
    let cards = cards(&house, "old");
    let charge = |house: &mut House, francs| {
        house.clock.advance(Duration::from_secs(60));
        let shown = show(&cards, &mut house.conn, owner, card);
        cards.authorize(&mut house.conn, card, &sale(merchant, card, &shown, francs)).unwrap()
    };
    let Authorizing::ToPost(_, order) = charge(&mut house, 900) else { panic!() };
    assert!(matches!(
        post(&house.ledger, &mut house.db.conn(), *order),
        Outcome::Refused(Refusal::InsufficientFunds)
    ));
    let Authorizing::ToPost(_, _) = charge(&mut house, 900) else {
        panic!("what was refused counts no more")
    };
    assert!(
        matches!(charge(&mut house, 900), Authorizing::Declined(Decline::Daily)),
        "this one may still be posted"
    );
    house.clock.advance(Duration::from_secs(600));
    assert!(matches!(charge(&mut house, 900), Authorizing::ToPost(..)), "ten minutes later it never will be");
}
