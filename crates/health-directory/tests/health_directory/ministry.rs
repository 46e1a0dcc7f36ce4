//! The ministry's list. Every row of the fixture is invented, places and codes too: each is a trap that the real list has.

use crate::Fixture;
use hostolink_audit::Actor;
use hostolink_geo::Point;
use hostolink_health_directory::{
    Counts, Error, Establishment, EstablishmentType, Level, MinistryList, Ownership, Refusal, Remark, Report,
    Service, Snapshot,
};
use std::io::{self, Read};

pub(crate) const LIST: &str = include_str!("ministry_invented.csv");

fn list(licence: Option<&str>, day: Option<&str>) -> MinistryList {
    MinistryList {
        licence: licence.map(str::to_owned),
        verified_on: day.map(|day| day.parse().unwrap()),
        actor: Actor::default(),
    }
}

impl Fixture {
    pub(crate) fn import_ministry(&self, file: impl Read) -> Result<Report, Error> {
        let conn = &mut self.db.conn();
        let report = self.directory.import_ministry(conn, &list(None, None), file, &mut |_| ())?;
        self.directory.refresh(conn)?;
        Ok(report)
    }
}

pub(crate) fn named<'a>(snapshot: &'a Snapshot, part: &str) -> &'a Establishment {
    let mut found = snapshot.establishments().filter(|row| row.name.contains(part));
    let (one, more) = (found.next(), found.next());
    assert!(one.is_some() && more.is_none(), "{part} is there once");
    one.unwrap()
}

fn near(row: &Establishment, latitude: f64, longitude: f64) -> bool {
    row.position.point.distance(Point::new(latitude, longitude).unwrap()) < 1.0
}

#[test]
fn every_trap_is_put_right_or_refused_with_its_reason() {
    let fixture = Fixture::new();
    let mut steps = 0;
    let conn = &mut fixture.db.conn();
    let report = fixture
        .directory
        .import_ministry(conn, &list(None, None), LIST.as_bytes(), &mut |_| steps += 1)
        .unwrap();
    fixture.directory.refresh(conn).unwrap();
    assert!(steps > 0, "it tells how far it is");
    assert_eq!((report.rows, report.written), (24, Counts { inserted: 14, updated: 0, unchanged: 0 }));
    assert_eq!(
        report.refused.lines,
        [
            (5, Refusal::Duplicate),
            (9, Refusal::Duplicate),
            (15, Refusal::AmbiguousZone),
            (16, Refusal::Projected),
            (18, Refusal::NoPosition),
            (19, Refusal::NullIsland),
            (20, Refusal::OutsideCountry),
            (21, Refusal::NotANumber),
            (22, Refusal::NoName),
            (24, Refusal::Columns),
        ]
    );
    let remarks: Vec<_> = report.remarks.counts.into_iter().collect();
    assert_eq!(
        remarks,
        [
            (Remark::TextRepaired, 1),
            (Remark::LetterLost, 1),
            (Remark::CodeCleaned, 1),
            (Remark::NoCode, 2),
            (Remark::CodeShared, 2),
            (Remark::SwapUndone, 1),
            (Remark::Unprojected, 2),
            (Remark::DecimalComma, 1),
            (Remark::ValueUnknown("niveau"), 1),
            (Remark::ValueUnknown("statut"), 1),
            (Remark::ValueUnknown("type"), 1),
        ]
    );

    let snapshot = fixture.directory.snapshot();
    let first = named(&snapshot, "Fiction-les-Bains");
    assert_eq!((first.kind, first.level), (EstablishmentType::HealthCenter, Some(Level::Primary)));
    assert_eq!(first.ownership, Some(Ownership::Public));
    assert_eq!(
        (first.region.as_deref(), first.district.as_deref()),
        (Some("INVENTEE NORD"), Some("DISTRICT UN"))
    );
    assert_eq!(first.services, Some(vec![Service::Dispensary, Service::Maternity]));
    assert_eq!(
        (first.emergency, first.dispensing, first.hours.is_none()),
        (None, None, true),
        "unknown is not no"
    );
    assert_eq!((first.position.accuracy_metres, first.position.source.as_deref()), (None, Some("MSHP")));
    assert_eq!((first.source.code.as_str(), first.source.licence.as_str()), ("mshp-diis", "unstated"));
    let hospital = named(&snapshot, "Imaginaire");
    assert_eq!(hospital.level, Some(Level::GeneralHospital), "by its type: secondary says less");
    assert_eq!((hospital.position.accuracy_metres, &hospital.services), (Some(7_880), &None));
    assert_eq!(named(&snapshot, "Sainte Invention").level, Some(Level::Primary), "its type says nothing");
    assert_eq!(named(&snapshot, "Retrouv").name, "CSR-D PUBLIC de la Santé Retrouvée");
    assert_eq!(named(&snapshot, "Espaces").name, "CMS ONG des Espaces");
    assert!(near(named(&snapshot, "Retournée"), 7.870_001, -5.470_001), "put back");
    assert!(near(named(&snapshot, "Métrique-Est"), 5.324_251, -4.019_820), "zone 30");
    assert!(near(named(&snapshot, "Métrique-Ouest"), 7.397_933, -7.550_282), "zone 29");
    assert!(near(named(&snapshot, "Virgule"), 7.650_001, -5.600_001));
    let mystery = named(&snapshot, "Mystère");
    assert_eq!((mystery.kind, mystery.ownership, mystery.level), (EstablishmentType::Other, None, None));
    assert_eq!(mystery.source_kind.as_deref(), Some("CASINO"), "the source's word is kept");
    assert_eq!(snapshot.establishments().filter(|row| row.name.contains("Nulle-Part")).count(), 2);
}

#[test]
fn importing_again_writes_nothing_whatever_the_order_of_its_rows() {
    let fixture = Fixture::new();
    fixture.import_ministry(LIST.as_bytes()).unwrap();
    let id = named(&fixture.directory.snapshot(), "Mirage").id;
    let (header, rows) = LIST.split_once('\n').unwrap();
    // The two rows without a code and with one name are told apart by their order alone: they keep it.
    let (mut lines, keep): (Vec<&str>, Vec<&str>) =
        rows.lines().partition(|line| !line.contains("Nulle-Part"));
    lines.reverse();
    lines.extend(keep);
    let again = fixture.import_ministry(format!("{header}\n{}\n", lines.join("\n")).as_bytes()).unwrap();
    assert_eq!(again.written, Counts { inserted: 0, updated: 0, unchanged: 14 });
    assert_eq!(
        named(&fixture.directory.snapshot(), "Mirage").id,
        id,
        "whoever shares a code keeps its own id"
    );
}

#[test]
fn who_imports_says_the_licence_and_the_day() {
    let fixture = Fixture::new();
    let conn = &mut fixture.db.conn();
    let mut import = |list: MinistryList| {
        let report = fixture.directory.import_ministry(conn, &list, LIST.as_bytes(), &mut |_| ())?;
        fixture.directory.refresh(conn)?;
        Ok::<_, Error>(report.written)
    };
    let written = import(list(Some("CC-BY-4.0"), Some("2022-06-07"))).unwrap();
    assert_eq!(written.inserted, 14);
    let snapshot = fixture.directory.snapshot();
    let row = named(&snapshot, "Fiction-les-Bains");
    assert_eq!(row.source.licence, "CC-BY-4.0");
    assert_eq!(row.position.verified_at.unwrap().to_rfc3339(), "2022-06-07T00:00:00+00:00");
    assert_eq!(import(list(None, Some("2022-06-07"))).unwrap().unchanged, 14);
    let snapshot = fixture.directory.snapshot();
    assert_eq!(named(&snapshot, "Mirage").source.licence, "CC-BY-4.0", "what was said once stays said");
    assert_eq!(import(list(None, Some("2024-01-15"))).unwrap().updated, 14, "verified again");
    for wrong in ["", " ", &"x".repeat(33), "a\nb"] {
        assert!(matches!(import(list(Some(wrong), None)), Err(Error::Rule(_))), "{wrong:?}");
    }
}

#[test]
fn semicolons_a_mark_at_the_start_and_another_encoding_are_read() {
    let header = "region_sanitaire;district_sanitaire;nom_etablissement;longitude;latitude;code_unique;statut;type;niveau";
    let mut file = b"\xef\xbb\xbf".to_vec();
    file.extend(header.as_bytes());
    file.extend(b"\r\nINVENTEE;UN;Centre de Sant\xe9;-5,123456;7,654321;=\"0001\";PRIV\xc9;CSU;PRIMAIRE\r\n");
    let fixture = Fixture::new();
    let report = fixture.import_ministry(file.as_slice()).unwrap();
    assert_eq!((report.written.inserted, report.refused.total()), (1, 0));
    let snapshot = fixture.directory.snapshot();
    let row = named(&snapshot, "Centre de Santé");
    assert_eq!(row.ownership, Some(Ownership::Private));
    assert!(near(row, 7.654_321, -5.123_456));
}

/// A file without an end.
struct Endless;

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        buffer.fill(b'x');
        Ok(buffer.len())
    }
}

#[test]
fn what_is_packed_too_large_too_long_or_no_list_is_refused_whole() {
    let fixture = Fixture::new();
    for packed in
        [&b"\x1f\x8b\x08\x00"[..], b"PK\x03\x04.xlsx", b"BZh9", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd"]
    {
        assert!(matches!(fixture.import_ministry(packed), Err(Error::Compressed)), "{packed:?}");
    }
    assert!(matches!(fixture.import_ministry(Endless), Err(Error::FileTooLarge)));
    let header = LIST.lines().next().unwrap();
    let long = format!("{header}\n{}", ",,,,,,,,\n".repeat(100_001));
    assert!(matches!(fixture.import_ministry(long.as_bytes()), Err(Error::TooManyRows(100_000))));
    let other = fixture.import_ministry(&b"nom,code\na,b\n"[..]).unwrap_err();
    assert!(
        matches!(&other, Error::ColumnsMissing(missing) if missing.starts_with("region_sanitaire")),
        "{other}"
    );
    assert!(fixture.directory.snapshot().is_empty());
}
