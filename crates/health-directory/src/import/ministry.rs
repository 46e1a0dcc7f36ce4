//! The national list of the Ministry of Health, as its department of statistics writes it.

use super::{
    Counts, Draft, Progress, Refusal, Remark, Report, Seen, Source, place, read_list_knowing,
    row::{Bounded, Columns, Row, TooLarge},
    utm,
};
use crate::{Country, Error, EstablishmentType, Level, Ownership, Service, name};
use hostolink_geo::Point;
use std::{
    collections::{HashMap, HashSet},
    io::Read,
};

pub(crate) const COLUMNS: &[&str] = &[
    "region_sanitaire",
    "district_sanitaire",
    "nom_etablissement",
    "longitude",
    "latitude",
    "code_unique",
    "statut",
    "type",
    "niveau",
];

/// Thirty times the country's establishments.
const MAX_ROWS: usize = 100_000;

/// Its country.
const CI: Country = Country::COTE_D_IVOIRE;

/// Reads the whole list: first its codes, to know which ones several establishments share, then its rows.
pub(crate) fn read_all(
    reader: impl Read,
    progress: &mut dyn FnMut(Progress),
    write: impl FnMut(&[Draft]) -> Result<Counts, Error>,
) -> Result<Report, Error> {
    let file = whole(reader)?;
    let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&file);
    let delimiter = delimiter(file);
    let seen = Seen::knowing(shared_codes(file, delimiter)?);
    read_list_knowing(seen, (file, delimiter), (Source::Ministry, Some(CI)), progress, write)
}

/// The file in memory, bounded. A compressed one is refused: nobody can say how large it is before it is unpacked.
fn whole(reader: impl Read) -> Result<Vec<u8>, Error> {
    let mut file = Vec::new();
    Bounded::new(reader).read_to_end(&mut file).map_err(|error| {
        match error.get_ref().and_then(|inner| inner.downcast_ref::<TooLarge>()) {
            Some(_) => Error::FileTooLarge,
            None => Error::Unreadable(error.to_string()),
        }
    })?;
    let packed: [&[u8]; 5] = [b"\x1f\x8b", b"PK\x03\x04", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd"];
    if packed.iter().any(|start| file.starts_with(start)) { Err(Error::Compressed) } else { Ok(file) }
}

/// French spreadsheets write semicolons, since their decimals have commas.
fn delimiter(file: &[u8]) -> u8 {
    let first = file.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |wanted: u8| first.iter().filter(|byte| **byte == wanted).count();
    if count(b';') > count(b',') { b';' } else { b',' }
}

/// The codes that rows with different names have.
fn shared_codes(file: &[u8], delimiter: u8) -> Result<HashSet<String>, Error> {
    let mut csv = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(file);
    let columns = Columns::find(csv.byte_headers()?, COLUMNS)?;
    let mut names: HashMap<String, String> = HashMap::new();
    let mut shared = HashSet::new();
    for (count, record) in csv.byte_records().enumerate() {
        if count == MAX_ROWS {
            return Err(Error::TooManyRows(MAX_ROWS));
        }
        // A row of another number of columns is refused when the rows are read.
        let Ok(record) = record else { continue };
        let mut row = Row::new(&columns, &record);
        let (Some(code), _) = code(row.code("code_unique")) else { continue };
        let Ok(Some(name)) = row.text("nom_etablissement", 200) else { continue };
        let name = name::fold(&name);
        if *names.entry(code.to_owned()).or_insert_with(|| name.clone()) != name {
            shared.insert(code.to_owned());
        }
    }
    Ok(shared)
}

/// A code is a text with leading zeros. Spreadsheets put an apostrophe before it, or write `="0061"`, so that they keep them.
fn code(written: &str) -> (Option<&str>, bool) {
    let bare = written.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')).unwrap_or(written);
    let bare = bare.trim_matches(|c: char| c.is_whitespace() || "'\u{2018}\u{2019}`".contains(c));
    (Some(bare).filter(|bare| !bare.is_empty()), bare.len() != written.len())
}

pub(crate) fn read(row: &mut Row<'_>) -> Result<Draft, Refusal> {
    let name = row.text("nom_etablissement", 200)?.ok_or(Refusal::NoName)?;
    let (region, district) = (row.text("region_sanitaire", 100)?, row.text("district_sanitaire", 100)?);
    let (point, accuracy) = position(row)?;
    let (key, key_repeats) = key(row, region.as_deref(), district.as_deref(), &name)?;
    let source_kind = row.text("type", 100)?;
    let kind = kind(row, source_kind.as_deref());
    let ownership = ownership(row)?;
    let level = level(row)?;
    Ok(Draft {
        key,
        key_repeats,
        services: services(&name),
        name,
        kind,
        source_kind,
        ownership,
        operator: None,
        country: CI,
        region,
        address: None,
        point,
        position_source: Some("MSHP".to_owned()),
        hours: None,
        emergency: None,
        dispensing: None,
        wheelchair: None,
        numbers: Vec::new(),
        district,
        level,
        accuracy,
    })
}

/// The national code; where there is none, where it is and what it is called, which two may share.
fn key(
    row: &mut Row<'_>,
    region: Option<&str>,
    district: Option<&str>,
    name: &str,
) -> Result<(String, bool), Refusal> {
    let (code, cleaned) = code(row.code("code_unique"));
    match code {
        Some(code) if code.chars().count() > 40 => Err(Refusal::TooLong("code_unique")),
        Some(code) if code.chars().any(|c| c.is_control() || c == char::REPLACEMENT_CHARACTER) => {
            Err(Refusal::DamagedText("code_unique"))
        }
        Some(code) => {
            if cleaned {
                row.remarks.push(Remark::CodeCleaned);
            }
            Ok((code.to_owned(), false))
        }
        None => {
            row.remarks.push(Remark::NoCode);
            let place = [region, district].map(|part| name::fold(part.unwrap_or_default())).join("/");
            Ok((format!("{place}/{}", name::fold(name)), true))
        }
    }
}

/// Where it is: degrees, whichever way round, or metres of one of the country's two UTM zones where only one of them lies in it.
fn position(row: &mut Row<'_>) -> Result<(Point, Option<i32>), Refusal> {
    let latitude = decimal(row, "latitude");
    let longitude = decimal(row, "longitude");
    match place::read(&latitude, &longitude, CI) {
        Ok(point) => Ok((point, accuracy(&latitude, &longitude))),
        Err(Refusal::Swapped) => {
            let point = place::read(&longitude, &latitude, CI)?;
            row.remarks.push(Remark::SwapUndone);
            Ok((point, accuracy(&latitude, &longitude)))
        }
        Err(Refusal::Projected) => {
            let point = projected(&longitude, &latitude)?;
            row.remarks.push(Remark::Unprojected);
            Ok((point, None))
        }
        Err(refusal) => Err(refusal),
    }
}

fn projected(easting: &str, northing: &str) -> Result<Point, Refusal> {
    let number = |text: &str| text.parse::<f64>().map_err(|_| Refusal::NotANumber);
    let (easting, northing) = (number(easting)?, number(northing)?);
    let inside = |point: &Point| CI.may_contain(*point) == Some(true);
    let found: Vec<Point> =
        [29, 30].into_iter().filter_map(|zone| utm::place(zone, easting, northing)).filter(inside).collect();
    match found.as_slice() {
        [point] => Ok(*point),
        [] => Err(Refusal::Projected),
        _ => Err(Refusal::AmbiguousZone),
    }
}

/// A number whose decimals a French spreadsheet may have written with a comma.
fn decimal(row: &mut Row<'_>, column: &str) -> String {
    let written = row.code(column);
    if written.contains('.') || written.matches(',').count() != 1 {
        return written.to_owned();
    }
    if !row.remarks.contains(&Remark::DecimalComma) {
        row.remarks.push(Remark::DecimalComma);
    }
    written.replace(',', ".")
}

/// How far the position may be off because of how few decimals it has, in metres; unknown from four on, where the list does not say how it was
/// measured.
fn accuracy(latitude: &str, longitude: &str) -> Option<i32> {
    let decimals = |text: &str| text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    // Half a unit of the last decimal, along the meridian and the parallel together, rounded up.
    match decimals(latitude).max(decimals(longitude)) {
        0 => Some(78_800),
        1 => Some(7_880),
        2 => Some(788),
        3 => Some(79),
        _ => None,
    }
}

fn kind(row: &mut Row<'_>, written: Option<&str>) -> EstablishmentType {
    match name::fold(written.unwrap_or_default()).as_str() {
        "csr" | "csu" | "csus" | "cms" | "csi" | "cm" | "fsu" => EstablishmentType::HealthCenter,
        "hg" | "chr" | "chu" | "chs" => EstablishmentType::Hospital,
        "clinique" | "polyclinique" => EstablishmentType::Clinic,
        "inf pv" | "cabinet medical" => EstablishmentType::Doctor,
        "cabinet dentaire" => EstablishmentType::Dentist,
        "laboratoire" => EstablishmentType::Laboratory,
        "maternite" => EstablishmentType::Maternity,
        "pharmacie" => EstablishmentType::Pharmacy,
        "" | "ong" | "institut specialise" | "dds" | "cabinet optique" => EstablishmentType::Other,
        _ => {
            row.remarks.push(Remark::ValueUnknown("type"));
            EstablishmentType::Other
        }
    }
}

fn ownership(row: &mut Row<'_>) -> Result<Option<Ownership>, Refusal> {
    let written = row.text("statut", 100)?;
    Ok(match name::fold(written.as_deref().unwrap_or_default()).as_str() {
        "public" => Some(Ownership::Public),
        "prive" => Some(Ownership::Private),
        "ong" => Some(Ownership::Ngo),
        "confessionnel" => Some(Ownership::Religious),
        "communautaire" => Some(Ownership::Community),
        "" => None,
        _ => {
            row.remarks.push(Remark::ValueUnknown("statut"));
            None
        }
    })
}

/// What the list calls secondary or tertiary may be several of our levels: there the type tells.
fn level(row: &mut Row<'_>) -> Result<Option<Level>, Refusal> {
    let written = row.text("niveau", 100)?;
    Ok(match name::fold(written.as_deref().unwrap_or_default()).as_str() {
        "primaire" => Some(Level::Primary),
        "" | "secondaire" | "tertiaire" => None,
        _ => {
            row.remarks.push(Remark::ValueUnknown("niveau"));
            None
        }
    })
}

/// The first word of a name tells what there is: `CSR-D` a dispensary, `CSR-M` a maternity, `CSR-DM` both.
fn services(name: &str) -> Option<Vec<Service>> {
    let (_, suffix) = name.split(' ').next()?.rsplit_once('-')?;
    match suffix {
        "D" => Some(vec![Service::Dispensary]),
        "M" => Some(vec![Service::Maternity]),
        "DM" => Some(vec![Service::Dispensary, Service::Maternity]),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_keep_their_zeros_and_lose_what_spreadsheets_put_around_them() {
        for (written, bare, cleaned) in [
            ("0061", Some("0061"), false),
            ("'0061", Some("0061"), true),
            ("\u{2019}0061", Some("0061"), true),
            ("=\"0061\"", Some("0061"), true),
            ("A-12/3", Some("A-12/3"), false),
            ("", None, false),
            ("'", None, true),
        ] {
            assert_eq!(code(written), (bare, cleaned), "{written}");
        }
    }

    #[test]
    fn metres_are_of_the_zone_that_lies_in_the_country() {
        let read = |easting: &str, northing: &str| projected(easting, northing);
        let plateau = Point::new(5.324_251, -4.019_820).unwrap();
        assert!(read("387000", "588600").unwrap().distance(plateau) < 0.2, "zone 30");
        // Man, far in the west, in zone 29: 7.4 N, 7.55 W.
        let man = read("660000", "818000").unwrap();
        assert!((-7.6..-7.5).contains(&man.longitude()) && (7.3..7.5).contains(&man.latitude()), "{man:?}");
        assert_eq!(read("550000", "818000"), Err(Refusal::AmbiguousZone));
        assert_eq!(read("387000", "5886000"), Err(Refusal::Projected));
        assert_eq!(read("588600", "387000"), Err(Refusal::Projected), "changed places: in the sea");
        assert_eq!(read("x", "588600"), Err(Refusal::NotANumber));
    }

    #[test]
    fn few_decimals_are_said() {
        assert_eq!(accuracy("5.3", "-4.02"), Some(788));
        assert_eq!(accuracy("5", "-4"), Some(78_800));
        assert_eq!(accuracy("5.3242", "-4.0"), None);
    }

    #[test]
    fn a_name_tells_services() {
        assert_eq!(services("CSR-DM PUBLIC de X"), Some(vec![Service::Dispensary, Service::Maternity]));
        assert_eq!(services("CSU-D"), Some(vec![Service::Dispensary]));
        assert_eq!(services("INF-PV SAINTE ANNE"), None);
        assert_eq!(services("Hôpital D"), None);
    }
}
