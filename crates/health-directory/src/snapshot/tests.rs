//! What is found is what looking at every row finds.

use super::{AdministrativeArea, Areas, Contents, Facet, Filter, OpenAt, Snapshot};
use crate::{
    AreaLevel, Calendar, Country, DataSource, Establishment, EstablishmentType, Hours, Level, Number,
    NumberKind, Ownership, PackPart, Position, Purpose, Service, Verification, name,
};
use chrono::{DateTime, Utc};
use hostolink_geo::{Area, Point, Polygon};
use hostolink_kernel::{EstablishmentId, Random};
use hostolink_test_support::SeededRandom;
use std::sync::{Arc, OnceLock};

/// Draws whatever a question or a row is made of.
struct Dice(SeededRandom);

impl Dice {
    fn below(&self, sides: usize) -> usize {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        usize::try_from(u64::from_le_bytes(bytes) % sides as u64).unwrap()
    }

    fn share(&self) -> f64 {
        f64::from(u32::try_from(self.below(1 << 30)).unwrap()) / f64::from(1 << 30)
    }

    fn one<T: Copy>(&self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// One of them, or none, which is as likely as any.
    fn maybe<T: Copy>(&self, of: &[T]) -> Option<T> {
        of.get(self.below(of.len() + 1)).copied()
    }
}

/// The three sets: as dense as Abidjan, on a grid where many lie equally far, and at the poles and the antimeridian.
fn place(dice: &Dice, set: usize) -> Point {
    let (latitude, longitude) = match set {
        0 => (5.2 + dice.share() * 0.3, -4.2 + dice.share() * 0.4),
        1 => (dice.one(&[-10.0, 0.0, 10.0, 20.0]), dice.one(&[-20.0, -10.0, 0.0, 10.0, 20.0])),
        _ => {
            let longitude = dice.one(&[-180.0, -179.99, 179.99, 180.0, 0.0]);
            (dice.one(&[-90.0, -89.9, 89.95, 90.0, 0.5]) * dice.one(&[1.0, 0.999]), longitude)
        }
    };
    Point::new(latitude, longitude).unwrap()
}

const HOURS: [&str; 4] = ["24/7", "Mo-Fr 08:00-12:00", "Mo-Su 20:00-06:00", "24/24 7j/7"];
const NAMES: [&str; 5] = [
    "Pharmacie du Marché",
    "CSU de Yopougon",
    "Hôpital Général de N'Gattakro",
    "Clinique Sainte Anne",
    "Étoile",
];

fn row(dice: &Dice, set: usize, now: DateTime<Utc>, source: &Arc<DataSource>) -> Establishment {
    let name = dice.one(&NAMES).to_owned();
    let number = |status| Number {
        kind: NumberKind::Short,
        value: "185".to_owned(),
        raw: "185".to_owned(),
        purpose: Purpose::Main,
        converted_2021: false,
        status,
        verified_at: None,
    };
    let numbers = [Vec::new(), vec![number(Verification::Dead)], vec![number(Verification::Unverified)]];
    // Unknown, known to be none, one, two.
    let offered: [Option<&[Service]>; 4] =
        [None, Some(&[]), Some(&[Service::Maternity]), Some(&[Service::Maternity, Service::Imaging])];
    Establishment {
        id: EstablishmentId::new(dice.0.uuid(now)),
        key: name::fold(&name),
        name,
        kind: dice.one(&[
            EstablishmentType::Pharmacy,
            EstablishmentType::Hospital,
            EstablishmentType::Clinic,
        ]),
        source_kind: None,
        level: dice.maybe(Level::ALL),
        ownership: dice.maybe(&Ownership::ALL[..2]),
        operator: None,
        country: dice.one(&[Country::COTE_D_IVOIRE, Country::COTE_D_IVOIRE, Country::parse("GH").unwrap()]),
        region: None,
        address: None,
        position: Position {
            point: place(dice, set),
            source: None,
            accuracy_metres: None,
            verified_at: None,
        },
        hours: dice.maybe(&HOURS).map(Hours::new),
        emergency: dice.maybe(&[true, false]),
        dispensing: dice.maybe(&[true, false]),
        wheelchair: dice.maybe(&[true, false]),
        numbers: numbers[dice.below(3)].clone(),
        source: Arc::clone(source),
        updated_at: now,
        district: None,
        services: dice.one(&offered).map(<[Service]>::to_vec),
        rating: crate::Rating::default(),
        corrections: Vec::new(),
        revision: 1,
        shown: OnceLock::new(),
    }
}

/// One that many offer, one that a pharmacy offers without saying so, two, and one that nobody offers.
const SERVICES: [&[Service]; 4] = [
    &[Service::Maternity],
    &[Service::Pharmacy],
    &[Service::Maternity, Service::Imaging],
    &[Service::Dialysis],
];

/// Lists of each of which one must hold: of types, of unlike things, both, and an empty one.
fn lists(dice: &Dice) -> Vec<Vec<Facet>> {
    let kinds = vec![Facet::Kind(EstablishmentType::Hospital), Facet::Kind(EstablishmentType::Clinic)];
    let unlike = vec![
        Facet::Kind(EstablishmentType::Clinic),
        Facet::Emergency(true),
        Facet::Service(Service::Pharmacy),
    ];
    match dice.below(4) {
        0 => vec![kinds],
        1 => vec![unlike],
        2 => vec![kinds, unlike],
        _ => vec![Vec::new()],
    }
}

fn filter(dice: &Dice, now: DateTime<Utc>) -> Filter {
    // Most parts are left out, so that questions with one or two of them are as frequent as those with all.
    let asked = |share: usize| dice.below(share) == 0;
    Filter {
        kind: dice.maybe(&[EstablishmentType::Pharmacy, EstablishmentType::Dentist]).filter(|_| asked(2)),
        level: dice.maybe(Level::ALL).filter(|_| asked(4)),
        ownership: dice.maybe(Ownership::ALL).filter(|_| asked(4)),
        emergency: dice.maybe(&[true, false]).filter(|_| asked(4)),
        dispensing: dice.maybe(&[true, false]).filter(|_| asked(4)),
        wheelchair: dice.maybe(&[true, false]).filter(|_| asked(4)),
        has_number: dice.maybe(&[true, false]).filter(|_| asked(3)),
        open: asked(3).then(|| OpenAt {
            at: now + chrono::TimeDelta::hours(i64::try_from(dice.below(200)).unwrap()),
            or_unknown: asked(2),
        }),
        area: asked(4).then(|| {
            Area::new(dice.one(&[-4.1, -20.0, 170.0]), -20.0, dice.one(&[-3.9, -170.0, 10.0]), 5.4).unwrap()
        }),
        search: dice.maybe(&["march", "yop", "ngatt", "de", "zzz"]).filter(|_| asked(3)).map(str::to_owned),
        services: if asked(8) { dice.one(&SERVICES).to_vec() } else { Vec::new() },
        one_of: if asked(12) { lists(dice) } else { Vec::new() },
        areas: dice.maybe(&["CI01", "CI02", "CI99"]).filter(|_| asked(10)).map(|code| vec![code.to_owned()]),
        polygon: asked(10).then(|| Arc::new(triangle(dice.one(&[-4.15, -20.0, 170.0])))),
        ..Filter::default()
    }
}

/// In Abidjan, over the grid, or over the antimeridian.
fn triangle(west: f64) -> Polygon {
    let (wide, high) = if west > -5.0 && west < 0.0 { (0.3, 0.25) } else { (40.0, 60.0) };
    let east = if west + wide > 180.0 { west + wide - 360.0 } else { west + wide };
    let south = if wide < 1.0 { 5.22 } else { -11.0 };
    Polygon::new(&[vec![[west, south], [east, south], [west, south + high]]]).unwrap()
}

/// The two regions of the test, which overlap.
fn areas() -> Areas {
    let area = |code: &str, west: f64| {
        let area = AdministrativeArea {
            code: code.to_owned(),
            name: code.to_owned(),
            level: AreaLevel::Region,
            parent: None,
            source: "test".to_owned(),
        };
        (area, triangle(west))
    };
    Areas::new(1, vec![area("CI02", -20.0), area("CI01", -4.15)])
}

/// The filter's meaning, written apart from its postings.
fn is_wanted(row: &Establishment, filter: &Filter, calendar: &Calendar, areas: &Areas) -> bool {
    let word = |search: &String| row.key.split(' ').any(|word| word.starts_with(search.as_str()));
    let fact = |asked: Option<bool>, known: Option<bool>| asked.is_none() || asked == known;
    let offers = |service: Service| {
        let said = row.services.as_ref().is_some_and(|all| all.contains(&service));
        said || (service == Service::Pharmacy && row.kind == EstablishmentType::Pharmacy)
    };
    let has = |facet: &Facet| match facet {
        Facet::Kind(kind) => *kind == row.kind,
        Facet::Service(service) => offers(*service),
        other => *other == Facet::Emergency(true) && row.emergency == Some(true),
    };
    let callable = row.numbers.iter().any(|number| number.status != Verification::Dead);
    let open = |open: &OpenAt| match row.hours.as_ref().filter(|_| row.country == Country::COTE_D_IVOIRE) {
        Some(hours) => hours.is_open_at(open.at, calendar).unwrap_or(open.or_unknown),
        None => open.or_unknown,
    };
    filter.kind.is_none_or(|kind| kind == row.kind)
        && (filter.level.is_none() || filter.level == row.level)
        && (filter.ownership.is_none() || filter.ownership == row.ownership)
        && fact(filter.emergency, row.emergency)
        && fact(filter.dispensing, row.dispensing)
        && fact(filter.wheelchair, row.wheelchair)
        && fact(filter.has_number, Some(callable))
        && filter.area.is_none_or(|area| area.contains(row.position.point))
        && filter.services.iter().all(|service| offers(*service))
        && filter.one_of.iter().all(|list| list.iter().any(has))
        && filter.polygon.as_ref().is_none_or(|polygon| polygon.contains(row.position.point))
        && filter.areas.as_ref().is_none_or(|codes| {
            areas.find(&codes[0]).is_some_and(|(_, polygon)| polygon.contains(row.position.point))
        })
        && filter.search.as_ref().is_none_or(word)
        && filter.open.as_ref().is_none_or(open)
}

#[test]
fn ten_thousand_questions_are_answered_as_looking_at_every_row_does() {
    let (dice, now) = (Dice(SeededRandom::new(20_261_120)), "2026-11-20T08:00:00Z".parse().unwrap());
    let source = Arc::new(crate::store::description(crate::Source::Osm));
    let mut found_any = 0;
    for set in 0..3 {
        let establishments = (0..250).map(|_| Arc::new(row(&dice, set, now, &source))).collect();
        let snapshot = Snapshot::new(Contents {
            revision: Some(1),
            establishments,
            areas: Arc::new(areas()),
            ..Contents::default()
        });
        for turn in 0..3_400_u32 {
            let (from, filter) = (place(&dice, set), filter(&dice, now));
            let radius = dice.maybe(&[0.0, 900.0, 30_000.0, 4_000_000.0]);
            let limit = dice.one(&[1, 3, 10, 1_000]);
            let mut expected: Vec<(f64, EstablishmentId)> = snapshot
                .rows
                .iter()
                .filter(|row| is_wanted(row, &filter, &snapshot.calendar, &snapshot.areas))
                .map(|row| (from.distance(row.position.point), row.id))
                .filter(|(metres, _)| radius.is_none_or(|radius| *metres <= radius))
                .collect();
            expected.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            expected.truncate(limit);
            let found: Vec<_> = snapshot
                .nearest(from, limit, radius, &filter)
                .iter()
                .map(|near| (near.distance_metres, near.establishment.id))
                .collect();
            assert_eq!(
                found, expected,
                "question {turn} of set {set}: {from:?} {radius:?} {limit} {filter:?}"
            );
            found_any += usize::from(!found.is_empty());
            if turn.is_multiple_of(100) {
                check_pages(&snapshot, from, radius, &filter);
            }
        }
        let all = Filter::default();
        let drawn = snapshot.clusters(22, &all).clusters.iter().map(|cluster| cluster.count).sum::<usize>();
        assert_eq!(drawn, snapshot.len());
    }
    assert!(found_any > 3_000, "most questions have an answer: {found_any}");
}

/// Page by page, nearest first and by id, everything comes once; and as many as are counted.
fn check_pages(snapshot: &Snapshot, from: Point, radius: Option<f64>, filter: &Filter) {
    let all: Vec<_> = snapshot.nearest(from, usize::MAX, radius, filter);
    let all: Vec<_> = all.iter().map(|near| (near.distance_metres, near.establishment.id)).collect();
    let (mut paged, mut after) = (Vec::new(), None);
    loop {
        let page = snapshot.nearest_after(from, 7, radius, filter, after);
        paged.extend(page.iter().map(|near| (near.distance_metres, near.establishment.id)));
        after = paged.last().copied();
        if page.len() < 7 {
            break;
        }
    }
    assert_eq!((paged, snapshot.count(filter, Some((from, radius)))), (all.clone(), all.len()));
    let (mut ids, mut after) = (Vec::new(), None);
    loop {
        let page = snapshot.by_id(filter, after, 7);
        ids.extend(page.iter().map(|row| row.id));
        after = ids.last().copied();
        if page.len() < 7 {
            break;
        }
    }
    assert!(ids.is_sorted() && ids.len() == snapshot.count(filter, None));
}

#[test]
fn a_search_finds_what_is_cut_abbreviated_or_mistyped() {
    let (dice, now) = (Dice(SeededRandom::new(3)), "2026-11-20T08:00:00Z".parse().unwrap());
    let source = Arc::new(crate::store::description(crate::Source::Osm));
    let named = |name: &str, latitude: f64| {
        let point = Point::new(latitude, -4.0).unwrap();
        let position = Position { point, source: None, accuracy_metres: None, verified_at: None };
        Arc::new(Establishment {
            key: name::fold(name),
            name: name.to_owned(),
            position,
            ..row(&dice, 0, now, &source)
        })
    };
    let snapshot = Snapshot::new(Contents {
        establishments: vec![
            named("Hôpital Général de Yopougon", 5.34),
            named("Centre de Santé Urbain de Yopougon Maroc", 5.35),
            named("CSU d'Oumé", 6.38),
            named("Pharmacie Sainte Anne", 5.30),
            named("Pharmacie Sainte Anne", 7.69),
            named("Centre de Santé Rural de N'Gattakro", 7.7),
        ],
        ..Contents::default()
    });
    let names = |question: &str, near: Option<f64>| -> Vec<(String, f64)> {
        let near = near.map(|latitude| Point::new(latitude, -4.0).unwrap());
        let found = snapshot.search(question, near, &Filter::default(), 10);
        found
            .iter()
            .map(|f| (f.establishment.name.clone(), f.establishment.position.point.latitude()))
            .collect()
    };
    let first =
        |question: &str| names(question, None).first().map(|(name, _)| name.clone()).unwrap_or_default();
    assert_eq!(first("hopital gnl yop"), "Hôpital Général de Yopougon");
    assert_eq!(first("HG YOPOUGON"), "Hôpital Général de Yopougon");
    assert_eq!(first("centre sante urbain oume"), "CSU d'Oumé");
    assert_eq!(first("csu maroc"), "Centre de Santé Urbain de Yopougon Maroc");
    assert_eq!(first("n’gattakro"), "Centre de Santé Rural de N'Gattakro");
    assert_eq!(first("ngatakro"), "Centre de Santé Rural de N'Gattakro", "a letter left out");
    assert_eq!(first("pharmacei ste anne"), "Pharmacie Sainte Anne", "two letters swapped");
    assert_eq!(names("csu", None).len(), 2);
    assert_eq!(names("de", None).len(), 4, "a filler alone is looked for");
    assert_eq!(names("pharmacie bouake", None), [], "every word must fit");
    assert_eq!(names("", None), []);
    assert_eq!(names("zzzzzzzz", None), []);
    let near = |latitude| names("sainte anne", Some(latitude))[0].1;
    assert_eq!((near(5.3), near(7.7)), (5.30, 7.69), "the nearer one first");
}

#[test]
fn a_pack_without_anything_is_a_header() {
    let snapshot = Snapshot::empty();
    for part in PackPart::ALL {
        assert_eq!(snapshot.pack(*part).lines().count(), 1);
    }
}
