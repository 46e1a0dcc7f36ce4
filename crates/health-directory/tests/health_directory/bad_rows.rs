//! Files that somebody else wrote.

use crate::Fixture;
use hostolink_health_directory::{Error, Refusal, Remark, Source};
use std::io::{self, Read};

const HEADER: &str =
    "country,admin1,facility_name,facility_type,ownership,lat,lon,ll_source,iso3,facility_type_9\n";

fn row(name: &str, lat: &str, lon: &str) -> String {
    format!("Cote d'Ivoire,Abidjan,{name},CSU,Public,{lat},{lon},Google Earth,CIV,Health Centre\n")
}

#[test]
fn each_bad_row_is_refused_with_its_line_and_reason() {
    let rows: Vec<(Vec<u8>, Option<Refusal>)> = vec![
        (row("Bon", "5.33", "-4.02").into(), None),
        (row("Sans position", "", "").into(), Some(Refusal::NoPosition)),
        (row("NaN", "NaN", "-4.02").into(), Some(Refusal::NotANumber)),
        (row("Mots", "cinq", "-4.02").into(), Some(Refusal::NotANumber)),
        (row("Inversé", "-4.02", "5.33").into(), Some(Refusal::Swapped)),
        (row("UTM", "588612.2", "387201.9").into(), Some(Refusal::Projected)),
        (row("Zéro", "0", "0.0").into(), Some(Refusal::NullIsland)),
        (row("91", "91", "-4.02").into(), Some(Refusal::OutOfRange)),
        (row("Accra", "5.6", "-0.19").into(), Some(Refusal::OutsideCountry)),
        (row("  ", "5.33", "-4.03").into(), Some(Refusal::NoName)),
        (row("Bon", "5.33", "-4.02").into(), Some(Refusal::Duplicate)),
        (row(&"a".repeat(201), "5.33", "-4.02").into(), Some(Refusal::TooLong("facility_name"))),
        (row("a\0b", "5.33", "-4.02").into(), Some(Refusal::DamagedText("facility_name"))),
        (row("Oum\u{fffd}", "5.33", "-4.02").into(), Some(Refusal::DamagedText("facility_name"))),
        (row("Étranger", "5.6", "-0.19").replace("CIV", "GHA").into(), Some(Refusal::OtherCountry)),
        (row("Nulle part", "5.6", "-0.19").replace("CIV", "XYZ").into(), Some(Refusal::UnknownCountry)),
        (b"trop,peu\n".to_vec(), Some(Refusal::Columns)),
        (b"Cote d'Ivoire,Abidjan,Sant\xe9,CSU,Public,5.33,-4.04,x,CIV,Health Centre\n".to_vec(), None),
        (row("\"Sur\ndeux lignes\"", "5.33", "-4.05").into(), None),
        (row("SantÃ© d'OumÃ©", "5.33", "-4.06").into(), None),
        (row("Après", "9e9", "-4.02").into(), Some(Refusal::Projected)),
    ];
    let (mut file, mut line, mut expected) = (HEADER.as_bytes().to_vec(), 2, Vec::new());
    for (row, refusal) in &rows {
        expected.extend(refusal.map(|refusal| (line, refusal)));
        line += row.iter().filter(|byte| **byte == b'\n').count() as u64;
        file.extend(row);
    }
    let fixture = Fixture::new();
    let report = fixture.import(Source::Who, &file).unwrap();
    assert_eq!(report.refused.lines, expected);
    assert_eq!((report.rows, report.written.inserted), (21, 4));
    assert_eq!(report.remarks.counts.get(&Remark::TextRepaired), Some(&2));

    let conn = &mut fixture.db.conn();
    fixture.directory.refresh(conn).unwrap();
    let snapshot = fixture.directory.snapshot();
    let page = snapshot.list(&Default::default(), None, hostolink_kernel::Limit::DEFAULT).unwrap();
    let names: Vec<_> = page.items.iter().map(|e| e.name.as_str()).collect();
    assert_eq!(names, ["Bon", "Santé", "Santé d'Oumé", "Sur deux lignes"]);
}

#[test]
fn emergency_numbers_are_never_guessed() {
    let header = "numero,dial,kind,service_fr,category,scope,free,hours,source,source_date,confidence,note\n";
    let rows = [
        ("185,tel:185,short,SAMU,medical,national,yes,24/7,x,2020,A,", None),
        ("185,tel:185,short,SAMU encore,medical,national,yes,24/7,x,2020,A,", Some(Refusal::Duplicate)),
        ("186,tel:+225186,short,SAMU,medical,national,yes,24/7,x,2020,A,", Some(Refusal::Dial)),
        ("187,tel:+225187,e164,SAMU,medical,national,yes,24/7,x,2020,A,", Some(Refusal::Number)),
        ("22445353,tel:+2252722445353,e164,SAMU,medical,national,yes,24/7,x,2020,A,", Some(Refusal::Number)),
        ("appelez,tel:1,short,SAMU,medical,national,yes,24/7,x,2020,A,", Some(Refusal::Number)),
        ("188,tel:188,short,SAMU,magic,national,yes,24/7,x,2020,A,", Some(Refusal::UnknownValue("category"))),
        ("189,tel:189,short,SAMU,medical,national,yes,24/7,,2020,A,", Some(Refusal::UnknownValue("source"))),
        (
            "190,tel:190,short,SAMU,medical,national,yes,24/7,x,2020,Z,",
            Some(Refusal::UnknownValue("confidence")),
        ),
    ];
    let file = format!("{header}{}\n", rows.map(|(row, _)| row).join("\n"));
    let report = Fixture::new().import(Source::Emergency, file.as_bytes()).unwrap();
    let expected: Vec<_> =
        (2..).zip(rows).filter_map(|(line, (_, refusal))| Some((line, refusal?))).collect();
    assert_eq!(report.refused.lines, expected);
    assert_eq!(report.written.inserted, 1);
}

#[test]
fn a_file_that_is_no_such_list_leaves_nothing() {
    let fixture = Fixture::new();
    for file in [
        "",
        "\n\n",
        "a,b,c\n1,2,3\n",
        "{\"json\": true}",
        &HEADER.replace("lat", "latitude"),
        &HEADER.replace(',', ";"),
    ] {
        let error = fixture.import(Source::Who, file.as_bytes()).unwrap_err();
        assert!(matches!(error, Error::ColumnsMissing(_)), "{file:?}: {error}");
    }
    let with_mark = format!("\u{feff}{HEADER}{}", row("Bon", "5.33", "-4.02"));
    assert_eq!(
        fixture.import(Source::Who, with_mark.as_bytes()).unwrap().written.inserted,
        1,
        "a byte order mark is no column"
    );
}

/// A file without end: good rows, one after the other.
struct Endless(u64);

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0 += 1;
        let start = if self.0 == 1 { HEADER } else { "" };
        let text = format!("{start}{}", row(&format!("N{} {}", self.0, "x".repeat(60_000)), "5.33", "-4.02"));
        let count = text.len().min(buffer.len());
        buffer[..count].copy_from_slice(&text.as_bytes()[..count]);
        Ok(count)
    }
}

#[test]
fn a_file_that_is_too_large_or_breaks_off_leaves_nothing() {
    let fixture = Fixture::new();
    let conn = &mut fixture.db.conn();
    let import = crate::import(Source::Who);
    let error = fixture.directory.import(conn, &import, Endless(0), &mut |_| ()).unwrap_err();
    assert!(matches!(error, Error::FileTooLarge), "{error}");

    let good: String = (0..3_000).map(|n| row(&format!("Centre {n}"), "5.33", "-4.02")).collect();
    let breaks_off = HEADER.as_bytes().chain(good.as_bytes()).chain(Broken);
    let mut steps = 0;
    let error = fixture.directory.import(conn, &import, breaks_off, &mut |_| steps += 1).unwrap_err();
    assert!(matches!(error, Error::Unreadable(_)), "{error}");
    assert!(steps >= 2, "batches had gone to the database");

    fixture.directory.refresh(conn).unwrap();
    assert!(fixture.directory.snapshot().is_empty());
    assert_eq!(fixture.directory.snapshot().revision(), Some(1));
}

/// A disk that fails.
struct Broken;

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::other("the disk is gone"))
    }
}
