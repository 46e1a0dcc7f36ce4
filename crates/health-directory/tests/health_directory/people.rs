//! What people correct, rate and keep.

use crate::{
    Fixture,
    ministry::{LIST, named},
};
use diesel::{RunQueryDsl, connection::SimpleConnection, sql_query, sql_types::BigInt};
use hostolink_audit::Actor;
use hostolink_geo::Point;
use hostolink_health_directory::{
    Change, Changes, Corrector, Country, Error, EstablishmentType, Fact, Filter, Hours, ListedNumber,
    PackPart, Purpose, Verification,
};
use hostolink_kernel::{EstablishmentId, Limit, Random, UserId};
use hostolink_test_support::SeededRandom;

#[derive(diesel::QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// People of the tests; the first decides what others say.
struct People {
    fixture: Fixture,
    users: Vec<UserId>,
    actor: Actor,
}

impl People {
    fn new(count: i32) -> Self {
        let fixture = Fixture::new();
        fixture.import_ministry(LIST.as_bytes()).unwrap();
        let make = format!("INSERT INTO utilisateur (nom) SELECT 'x' FROM generate_series(1, {count})");
        fixture.db.conn().batch_execute(&make).unwrap();
        let users = (1..=count).map(UserId::new).collect();
        Self { fixture, users, actor: Actor::default() }
    }

    fn id(&self, part: &str) -> EstablishmentId {
        named(&self.fixture.directory.snapshot(), part).id
    }

    /// Has a correction suggested and accepted.
    fn correct(&self, id: EstablishmentId, change: &Change) {
        let conn = &mut self.fixture.db.conn();
        let directory = &self.fixture.directory;
        let said = directory.suggest(conn, id, (change, None), (&self.actor, self.users[1])).unwrap();
        directory.decide_suggestion(conn, said.id, None, (&self.actor, self.users[0])).unwrap();
    }

    fn count(&self, query: &str) -> i64 {
        sql_query(query).get_result::<Count>(&mut self.fixture.db.conn()).unwrap().count
    }

    /// How many establishments show something else than what is counted anew.
    fn miscounted(&self) -> i64 {
        self.count(
            "SELECT count(*) AS count FROM etablissement_sante e, LATERAL (SELECT count(*) AS nombre, coalesce(sum(note), 0) AS somme \
             FROM avis_etablissement a WHERE a.id_etablissement = e.id_etablissement AND etat = 'visible') compte \
             WHERE (avis_nombre, avis_somme) <> (nombre, somme)",
        )
    }
}

#[test]
fn an_import_writes_over_everything_but_what_was_corrected_here() {
    let people = People::new(2);
    let id = people.id("Fiction-les-Bains");
    let number =
        ListedNumber::read("27 22 44 53 53", false, Purpose::Emergency, Country::COTE_D_IVOIRE).unwrap();
    let place = Point::new(7.66, -5.13).unwrap();
    for change in [
        Change::name("Centre corrigé").unwrap(),
        Change::Kind(EstablishmentType::Hospital),
        Change::position(place, Some(10), Country::COTE_D_IVOIRE).unwrap(),
        Change::hours("24/7").unwrap(),
        Change::numbers(vec![number]).unwrap(),
        Change::services(Vec::new()),
    ] {
        people.correct(id, &change);
    }
    // The list says otherwise of all of it, and of who runs it.
    let newer = LIST.replace(
        "CSR-DM PUBLIC de Fiction-les-Bains,-5.123456,7.654321,0061,PUBLIC,CSR",
        "CSR-M ONG de Fiction-les-Thermes,-5.143456,7.634321,0061,ONG,CSU",
    );
    assert_ne!(newer, LIST);
    let report = people.fixture.import_ministry(newer.as_bytes()).unwrap();
    assert_eq!((report.written.updated, report.written.unchanged), (1, 13));
    assert_eq!(people.fixture.import_ministry(newer.as_bytes()).unwrap().written.unchanged, 14);

    let snapshot = people.fixture.directory.snapshot();
    let row = snapshot.get(id).unwrap();
    assert_eq!((row.name.as_str(), row.kind), ("Centre corrigé", EstablishmentType::Hospital));
    assert_eq!((row.position.point, row.position.accuracy_metres), (place, Some(10)));
    assert_eq!(row.position.source.as_deref(), Some("Hostolink"));
    assert!(row.position.verified_at.is_some());
    assert_eq!(row.hours.as_ref().map(Hours::osm), Some("24/7"));
    assert_eq!(row.services, Some(Vec::new()), "known to be none");
    let numbers: Vec<_> = row.numbers.iter().map(|n| (n.value.as_str(), n.purpose, n.status)).collect();
    assert_eq!(numbers, [("+2252722445353", Purpose::Emergency, Verification::Verified)]);
    assert_eq!(
        (row.ownership.unwrap().code(), row.source_kind.as_deref()),
        ("ngo", Some("CSU")),
        "the list's word"
    );
    let corrected: Vec<_> = row.corrections.iter().map(|c| (c.fact, c.by)).collect();
    assert_eq!(corrected.len(), 6);
    assert!(corrected.contains(&(Fact::Position, Corrector::Review)));
}

#[test]
fn numbers_that_are_not_listed_any_more_are_dead_and_come_back_when_they_are() {
    let people = People::new(2);
    let id = people.id("Imaginaire");
    let number = |text| ListedNumber::read(text, false, Purpose::Main, Country::COTE_D_IVOIRE).unwrap();
    let states = || -> Vec<(String, Verification)> {
        let snapshot = people.fixture.directory.snapshot();
        snapshot.get(id).unwrap().numbers.iter().map(|n| (n.value.clone(), n.status)).collect()
    };
    let (a, b) = ("+2252722445353".to_owned(), "+2250708091011".to_owned());
    people.correct(id, &Change::numbers(vec![number(&a), number(&b)]).unwrap());
    assert_eq!(states(), [(a.clone(), Verification::Verified), (b.clone(), Verification::Verified)]);
    people.correct(id, &Change::numbers(vec![number(&b)]).unwrap());
    assert_eq!(states(), [(a.clone(), Verification::Dead), (b.clone(), Verification::Verified)]);
    people.correct(id, &Change::numbers(vec![number(&b), number(&a)]).unwrap());
    assert_eq!(states(), [(b, Verification::Verified), (a, Verification::Verified)], "in the new order");
}

#[test]
fn what_is_closed_leaves_the_index_and_every_copy_and_no_import_opens_it() {
    let people = People::new(2);
    let directory = &people.fixture.directory;
    let before = directory.snapshot();
    let id = people.id("Mirage");
    directory.keep(&mut people.fixture.db.conn(), id, (&people.actor, people.users[1])).unwrap();
    people.correct(id, &Change::Closed);
    let after = directory.snapshot();
    assert!(matches!(after.get(id), Err(Error::NotFound)));
    assert_eq!(after.len(), before.len() - 1);
    let place = before.get(id).unwrap().position.point;
    assert!(
        after.nearest(place, 20, None, &Filter::default()).iter().all(|near| near.establishment.id != id)
    );
    let changed = |since| match directory.snapshot().changes(PackPart::Base, since) {
        Changes::Delta(text) => text,
        Changes::Everything => panic!("a delta is enough"),
    };
    let tombstone = format!("[\"e/{id}\"]\n");
    assert!(changed(before.revision().unwrap()).contains(&tombstone));
    // Neither a newer list nor a number brings it back, and who asks later still hears that it is gone.
    let newer = LIST.replace("INF-PV du Mirage", "INF-PV du Grand Mirage");
    people.fixture.import_ministry(newer.as_bytes()).unwrap();
    let add = "INSERT INTO liste_numero_etablissement_sante (id_etablissement, id_source, type, valeur, brut, usage, ordre, converti_2021, etat) \
        SELECT id_etablissement, id_source, 'short', '185', '185', 'main', 0, false, 'unverified' FROM etablissement_sante WHERE ferme_le IS NOT NULL";
    people.fixture.db.conn().batch_execute(add).unwrap();
    directory.refresh(&mut people.fixture.db.conn()).unwrap();
    assert!(directory.snapshot().find(id).is_none());
    assert!(changed(before.revision().unwrap()).contains(&tombstone));
    let anew = crate::directory();
    anew.refresh(&mut people.fixture.db.conn()).unwrap();
    assert_eq!(anew.snapshot().pack(PackPart::Base), directory.snapshot().pack(PackPart::Base));
    let kept =
        directory.favourites(&mut people.fixture.db.conn(), people.users[1], None, Limit::MAX).unwrap();
    assert_eq!((kept.items[0].establishment, kept.items[0].name.as_str()), (id, "INF-PV du Mirage"));
}

#[test]
fn what_is_shown_of_ratings_is_what_counting_them_gives() {
    let people = People::new(5);
    let (directory, conn, dice) =
        (&people.fixture.directory, &mut people.fixture.db.conn(), SeededRandom::new(11));
    let below = |sides: u64| {
        let mut bytes = [0; 8];
        dice.fill(&mut bytes);
        usize::try_from(u64::from_le_bytes(bytes) % sides).unwrap()
    };
    let places = [people.id("Mirage"), people.id("Imaginaire")];
    let mut said = Vec::new();
    for _ in 0..60 {
        let (place, user) = (places[below(2)], people.users[1 + below(4)]);
        match below(5) {
            0 | 1 => {
                let stars = i16::try_from(1 + below(5)).unwrap();
                said.push(directory.rate(conn, place, (stars, None), (&people.actor, user)).unwrap().id);
            }
            2 => drop(directory.unrate(conn, place, (&people.actor, user))),
            hide if !said.is_empty() => {
                let who = (&people.actor, people.users[0]);
                drop(directory.moderate_review(conn, said[below(said.len() as u64)], hide == 3, who));
            }
            _ => {}
        }
        assert_eq!(people.miscounted(), 0);
    }
    let snapshot = directory.snapshot();
    for place in places {
        let reviews = directory.reviews(conn, place, None, Limit::MAX).unwrap().items;
        let rating = snapshot.get(place).unwrap().rating;
        assert_eq!(usize::try_from(rating.count).unwrap(), reviews.len());
        assert_eq!(rating.sum, reviews.iter().map(|review| i32::from(review.stars)).sum::<i32>());
    }
    // Several at once, and somebody who leaves.
    std::thread::scope(|scope| {
        for user in &people.users[1..] {
            scope.spawn(|| {
                let conn = &mut people.fixture.db.conn();
                for stars in [5, 1, 3] {
                    directory.rate(conn, places[0], (stars, Some("bien")), (&people.actor, *user)).unwrap();
                }
            });
        }
    });
    assert_eq!(people.miscounted(), 0);
    directory.forget(conn, people.users[1]).unwrap();
    assert_eq!(people.miscounted(), 0);
    assert_eq!(people.count("SELECT count(*) AS count FROM avis_etablissement WHERE id_user = 2"), 0);
}
