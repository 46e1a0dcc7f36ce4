//! What is in the lists that come with the program, and what becomes of it.

use crate::Fixture;
use hostolink_geo::Point;
use hostolink_health_directory::{
    Confidence, Counts, EstablishmentType, Filter, NumberKind, Refusal, Remark, Service, Source,
    Verification, WhyNoNumber, tel_uri,
};
use hostolink_kernel::Limit;
use std::collections::BTreeMap;

#[test]
fn every_row_is_taken_or_has_a_reason() {
    let fixture = Fixture::new();
    let conn = &mut fixture.db.conn();
    let reports = fixture.directory.import_shipped(conn).unwrap();
    let found: Vec<_> = reports
        .into_iter()
        .map(|(source, report)| {
            (source, report.rows, report.written, report.refused.counts, report.remarks.counts)
        })
        .collect();
    let new = |inserted| Counts { inserted, ..Counts::default() };
    assert_eq!(
        found,
        [
            (Source::Emergency, 20, new(20), BTreeMap::new(), BTreeMap::new()),
            (
                Source::Who,
                1_792,
                new(1_767),
                BTreeMap::from([(Refusal::NoPosition, 25)]),
                BTreeMap::from([(Remark::LetterLost, 2)]),
            ),
            (
                Source::Osm,
                1_800,
                new(1_717),
                BTreeMap::from([(Refusal::NoName, 83)]),
                BTreeMap::from([
                    (Remark::NumberLeftOut(WhyNoNumber::Length), 5),
                    (Remark::NumberConverted, 228)
                ]),
            ),
            (Source::Areas, 33, new(33), BTreeMap::new(), BTreeMap::new()),
            (Source::Areas, 510, new(510), BTreeMap::new(), BTreeMap::new()),
            (
                Source::Places,
                12_427,
                new(6_313),
                BTreeMap::from([(Refusal::NoName, 6_098), (Refusal::UnknownValue("place"), 16)]),
                BTreeMap::new(),
            ),
        ]
    );
    assert!(fixture.directory.import_shipped(conn).unwrap().is_empty(), "only once");
}

#[test]
fn the_snapshot_holds_what_the_lists_say_and_nothing_more() {
    let snapshot = Fixture::shipped().directory.snapshot();
    assert_eq!(snapshot.len(), 3_484);
    let beside = snapshot.bytes_beside_rows() / snapshot.len();
    assert!((40..=150).contains(&beside), "{beside} bytes an establishment");
    let all: Vec<_> = snapshot.nearest(Point::new(5.3, -4.0).unwrap(), usize::MAX, None, &Filter::default());
    assert_eq!(all.len(), 3_484);
    let count = |wanted: &dyn Fn(&hostolink_health_directory::Establishment) -> bool| {
        all.iter().filter(|near| wanted(near.establishment)).count()
    };
    assert_eq!(count(&|e| e.kind == EstablishmentType::HealthCenter), 1_667);
    assert_eq!(count(&|e| e.emergency == Some(true)), 11);
    assert_eq!(count(&|e| e.emergency == Some(false)), 9);
    assert_eq!(count(&|e| e.emergency.is_none()), 3_464, "unknown is not no");
    assert_eq!(count(&|e| e.services.is_some()), 1, "one tag tells a service of ours");
    for (service, kind) in [
        (Service::Pharmacy, EstablishmentType::Pharmacy),
        (Service::Dentistry, EstablishmentType::Dentist),
        (Service::Laboratory, EstablishmentType::Laboratory),
        (Service::Maternity, EstablishmentType::Maternity),
        (Service::BloodBank, EstablishmentType::BloodBank),
    ] {
        let offering = Filter { services: vec![service], ..Filter::default() };
        let found = snapshot.count(&offering, None);
        assert_eq!(found, count(&|e| e.kind == kind), "{service:?}: what they are, they offer");
        assert!(found > 0, "{service:?}");
    }
    let both = Filter { services: vec![Service::Pharmacy, Service::Dentistry], ..Filter::default() };
    assert_eq!(snapshot.count(&both, None), 0, "all of them are wanted");
    assert_eq!(count(&|e| e.position.accuracy_metres.is_some() || e.position.verified_at.is_some()), 0);
    let numbers: Vec<_> = all.iter().flat_map(|near| &near.establishment.numbers).collect();
    assert_eq!(numbers.len(), 228);
    assert!(
        numbers
            .iter()
            .all(|n| n.status == Verification::Unverified && n.converted_2021 && n.kind == NumberKind::E164)
    );
    let sources: Vec<_> =
        snapshot.sources().iter().map(|s| (s.code.as_str(), s.licence.as_str(), s.share_alike)).collect();
    assert_eq!(
        sources,
        [
            ("cntig-ocha-2018", "CC-BY-3.0-IGO", false),
            ("emergency-numbers", "facts", false),
            ("osm-healthsites", "ODbL-1.0", true),
            ("osm-places", "ODbL-1.0", true),
            ("who-kwtrp-2019", "CC-BY-4.0", false),
        ]
    );
}

#[test]
fn emergency_numbers_can_be_dialled_as_they_are() {
    let snapshot = Fixture::shipped().directory.snapshot();
    let numbers = snapshot.emergency_numbers();
    assert_eq!(numbers.len(), 20);
    assert_eq!(
        (numbers[0].value.as_str(), numbers[0].free, numbers[0].confidence),
        ("180", Some(true), Confidence::High)
    );
    let samu = numbers.iter().find(|number| number.value == "185").unwrap();
    assert_eq!((samu.kind, tel_uri(&samu.value), samu.free), (NumberKind::Short, "tel:185".to_owned(), None));
    assert!(numbers.iter().any(|number| tel_uri(&number.value) == "tel:+2252722445353"));
    assert!(numbers.iter().all(|number| number.status == Verification::Unverified));
    let info = numbers.iter().find(|number| number.value == "143").unwrap();
    assert_eq!(
        (info.free, info.cost.as_deref(), info.hours.as_deref()),
        (None, Some("yes (announced)"), None)
    );
}

#[test]
fn nearest_is_what_measuring_all_finds() {
    let snapshot = Fixture::shipped().directory.snapshot();
    let everywhere = Point::new(7.5, -5.5).unwrap();
    let all: Vec<_> = snapshot
        .nearest(everywhere, usize::MAX, None, &Filter::default())
        .iter()
        .map(|near| near.establishment)
        .collect();
    // A grid over the country and beyond its borders, and every tenth establishment itself.
    let grid = (0..14).flat_map(|a| {
        (0..14).map(move |b| Point::new(4.0 + f64::from(a) * 0.55, -9.0 + f64::from(b) * 0.53).unwrap())
    });
    let places: Vec<Point> = grid.chain(all.iter().step_by(10).map(|e| e.position.point)).collect();
    for (turn, from) in places.into_iter().enumerate() {
        let kind = EstablishmentType::ALL.get(turn % (EstablishmentType::ALL.len() + 1)).copied();
        let radius = [None, Some(0.0), Some(5_000.0), Some(60_000.0)][turn % 4];
        let mut expected: Vec<_> = all
            .iter()
            .filter(|e| kind.is_none_or(|kind| kind == e.kind))
            .map(|e| (from.distance(e.position.point), e.id))
            .filter(|(metres, _)| radius.is_none_or(|radius| *metres <= radius))
            .collect();
        expected.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        expected.truncate(10);
        let found: Vec<_> = snapshot
            .nearest(from, 10, radius, &Filter { kind, ..Filter::default() })
            .iter()
            .map(|near| (near.distance_metres, near.establishment.id))
            .collect();
        assert_eq!(found, expected, "{from:?} {kind:?} {radius:?}");
    }
}

#[test]
fn the_list_goes_through_everything_once_in_order() {
    let snapshot = Fixture::shipped().directory.snapshot();
    let limit = Limit::parse(100).unwrap();
    let (mut seen, mut names, mut cursor) = (std::collections::HashSet::new(), Vec::new(), None);
    loop {
        let page = snapshot.list(&Filter::default(), cursor.as_ref(), limit).unwrap();
        names.extend(page.items.iter().map(|e| e.name.clone()));
        assert!(page.items.iter().all(|e| seen.insert(e.id)), "nothing twice");
        match page.next {
            Some(next) => cursor = Some(next),
            None => break,
        }
    }
    assert_eq!(seen.len(), snapshot.len());
    assert!(names.first().unwrap().to_lowercase() < names.last().unwrap().to_lowercase());

    let named = |search: &str, kind| {
        let filter = Filter { kind, search: Some(search.to_owned()), ..Filter::default() };
        snapshot.list(&filter, None, limit).unwrap().items.iter().map(|e| e.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(
        named("HOUPHOUET boigny", Some(EstablishmentType::Hospital)),
        ["Hôpital Houphouët-Boigny", "Houphouët Boigny de Abobo Hôpital Général",]
    );
    assert!(named("n'gattakro", None).iter().all(|name| name.to_lowercase().contains("gattakro")));
    assert!(named("zzzz", None).is_empty());
    let foreign = hostolink_kernel::Cursor::new("users", &1).unwrap();
    assert!(snapshot.list(&Filter::default(), Some(&foreign), limit).is_err());
}
