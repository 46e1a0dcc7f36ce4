//! Administrative areas from GeoJSON, as OCHA publishes them: their names and codes stand in `ADM1_FR`, `ADM1_PCODE` and so on.

use super::{Counts, Progress, Refusal, Report, row::Bounded, row::TooLarge, text};
use crate::{AreaLevel, Country, Error};
use hostolink_geo::{InvalidPoint, InvalidPolygon, Point, Polygon, Position, simplified};
use serde::Deserialize;
use std::{
    collections::{HashMap, HashSet},
    io::Read,
};

/// How far a border may move, in degrees: some 440 metres, less than positions of establishments are known to.
const TOLERANCE: f64 = 0.004;
/// Positions are rounded to eleven metres before that.
const DECIMALS: f64 = 1e4;
/// How many areas go to the database at once.
const BATCH: usize = 100;
const MAX_FEATURES: usize = 5_000;

/// An area as a feature tells it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AreaDraft {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) level: AreaLevel,
    pub(crate) parent: Option<String>,
    /// Open rings: the first position does not come again.
    pub(crate) rings: Vec<Vec<Position>>,
}

#[derive(Deserialize)]
struct Collection {
    features: Vec<Feature>,
}

#[derive(Deserialize)]
struct Feature {
    properties: Option<HashMap<String, serde_json::Value>>,
    geometry: Option<Geometry>,
}

#[derive(Deserialize)]
struct Geometry {
    coordinates: Coordinates,
}

/// What is neither of the two is no area.
#[derive(Deserialize)]
#[serde(untagged)]
enum Coordinates {
    Polygon(Vec<Vec<Vec<f64>>>),
    MultiPolygon(Vec<Vec<Vec<Vec<f64>>>>),
    Other(serde::de::IgnoredAny),
}

/// Reads a whole file. What is written is counted by `write`; the rest is noted in the report, by the feature's number in the file.
///
/// # Errors
/// A file that is too large or no collection of features, and those of `write`. A feature is never an error.
pub(crate) fn read_areas(
    reader: impl Read,
    progress: &mut dyn FnMut(Progress),
    mut write: impl FnMut(&[AreaDraft]) -> Result<Counts, Error>,
) -> Result<Report, Error> {
    let mut bytes = Vec::new();
    Bounded::new(reader).read_to_end(&mut bytes).map_err(|error| unreadable(&error))?;
    let collection: Collection =
        serde_json::from_slice(&bytes).map_err(|error| Error::Unreadable(error.to_string()))?;
    if collection.features.len() > MAX_FEATURES {
        return Err(Error::Unreadable(format!("it has more than {MAX_FEATURES} features")));
    }
    let (all, length) = (collection.features.len() as u64, bytes.len() as u64);
    let mut report = Report { rows: all, ..Report::default() };
    let (mut drafts, mut seen) = (Vec::new(), HashSet::new());
    for (feature, number) in collection.features.into_iter().zip(1_u64..) {
        match draft(feature) {
            Ok(draft) if seen.insert(draft.code.clone()) => drafts.push(draft),
            Ok(_) => report.refused.note(number, Refusal::Duplicate),
            Err(refusal) => report.refused.note(number, refusal),
        }
    }
    simplify(&mut drafts);
    for batch in drafts.chunks(BATCH) {
        report.written += write(batch)?;
        let done = report.written.taken() + report.refused.total();
        progress(Progress { bytes: length * done / all.max(1), rows: done });
    }
    Ok(report)
}

/// All at once, so that neighbours go on sharing their borders.
fn simplify(drafts: &mut [AreaDraft]) {
    let rings: Vec<Vec<Position>> = drafts.iter().flat_map(|draft| draft.rings.iter().cloned()).collect();
    let mut simpler = simplified(&rings, TOLERANCE).into_iter();
    for ring in drafts.iter_mut().flat_map(|draft| draft.rings.iter_mut()) {
        if let Some(simpler) = simpler.next() {
            *ring = simpler;
        }
    }
}

fn draft(feature: Feature) -> Result<AreaDraft, Refusal> {
    let properties = feature.properties.unwrap_or_default();
    let text = |name: &'static str| properties.get(name).and_then(serde_json::Value::as_str);
    let (level, name, code) = match (text("ADM3_PCODE"), text("ADM2_PCODE")) {
        (Some(code), _) => (AreaLevel::Subprefecture, text("ADM3_FR"), Some(code)),
        // A department: between the two, and not asked for.
        (None, Some(_)) => return Err(Refusal::UnknownValue("ADM2_PCODE")),
        (None, None) => (AreaLevel::Region, text("ADM1_FR"), text("ADM1_PCODE")),
    };
    let name =
        text::read(name.unwrap_or_default().as_bytes()).map_err(|_| Refusal::DamagedText("ADM_FR"))?.text;
    if name.is_empty() {
        return Err(Refusal::NoName);
    }
    if name.chars().count() > 100 {
        return Err(Refusal::TooLong("ADM_FR"));
    }
    let code = code.filter(|code| is_code(code)).ok_or(Refusal::NoId)?.to_owned();
    let parent = text("ADM1_PCODE").filter(|parent| is_code(parent) && *parent != code).map(str::to_owned);
    let rings = match feature.geometry.map(|geometry| geometry.coordinates) {
        Some(Coordinates::Polygon(rings)) => rings,
        Some(Coordinates::MultiPolygon(polygons)) => polygons.into_iter().flatten().collect(),
        Some(Coordinates::Other(_)) | None => return Err(Refusal::NoPolygon),
    };
    let rings = rings.iter().map(|ring| open(ring)).collect::<Result<Vec<_>, _>>()?;
    Polygon::new(&rings).map_err(refusal)?;
    Ok(AreaDraft { code, name, level, parent, rings })
}

/// A P-code: the country's two letters, then digits.
fn is_code(code: &str) -> bool {
    let digits = code.get(2..).unwrap_or_default();
    (2..=12).contains(&digits.len())
        && code.bytes().take(2).all(|letter| letter.is_ascii_uppercase())
        && digits.bytes().all(|digit| digit.is_ascii_digit())
}

/// Rounded, without what then comes twice in a row; the first does not come again at the end.
fn open(ring: &[Vec<f64>]) -> Result<Vec<Position>, Refusal> {
    let country = Country::COTE_D_IVOIRE;
    let mut positions: Vec<Position> = Vec::with_capacity(ring.len());
    for position in ring {
        let [longitude, latitude, ..] = position[..] else { return Err(Refusal::NoPolygon) };
        if longitude.abs() > 1_000.0 || latitude.abs() > 1_000.0 {
            return Err(Refusal::Projected);
        }
        let rounded = [longitude, latitude].map(|degrees| (degrees * DECIMALS).round() / DECIMALS + 0.0);
        let point = Point::new(rounded[1], rounded[0]).map_err(|error| refusal(error.into()))?;
        if !country.may_hold(point) {
            let swapped = country.seems_swapped(point);
            return Err(if swapped { Refusal::Swapped } else { Refusal::OutsideCountry });
        }
        positions.push(rounded);
    }
    positions.dedup();
    if positions.len() > 1 && positions.first() == positions.last() {
        positions.pop();
    }
    Ok(positions)
}

fn refusal(error: InvalidPolygon) -> Refusal {
    match error {
        InvalidPolygon::SelfCrossing => Refusal::SelfCrossing,
        InvalidPolygon::TooManyPoints => Refusal::TooManyPositions,
        InvalidPolygon::TooFewPoints | InvalidPolygon::TooWide => Refusal::NoPolygon,
        InvalidPolygon::Point(InvalidPoint::NotFinite | InvalidPoint::Form) => Refusal::NotANumber,
        InvalidPolygon::Point(InvalidPoint::Latitude | InvalidPoint::Longitude) => Refusal::OutOfRange,
    }
}

fn unreadable(error: &std::io::Error) -> Error {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<TooLarge>()) {
        Some(_) => Error::FileTooLarge,
        None => Error::Unreadable(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(file: &str) -> Result<(Report, Vec<AreaDraft>), Error> {
        let mut drafts = Vec::new();
        let report = read_areas(file.as_bytes(), &mut |_| (), |batch| {
            drafts.extend_from_slice(batch);
            Ok(Counts { inserted: batch.len() as u64, ..Counts::default() })
        })?;
        Ok((report, drafts))
    }

    fn feature(properties: &str, geometry: &str) -> String {
        format!("{{\"type\":\"Feature\",\"properties\":{{{properties}}},\"geometry\":{geometry}}}")
    }

    fn collection(features: &[String]) -> String {
        format!("{{\"type\":\"FeatureCollection\",\"features\":[{}]}}", features.join(","))
    }

    fn polygon(positions: &str) -> String {
        format!("{{\"type\":\"Polygon\",\"coordinates\":[[{positions}]]}}")
    }

    #[test]
    fn each_wrong_feature_has_its_reason() {
        let region = "\"ADM1_FR\":\"Bas-Sassandra\",\"ADM1_PCODE\":\"CI09\"";
        let square = polygon("[-5,5],[-4,5],[-4,6],[-5,6],[-5,5]");
        let features = [
            feature(region, &square),
            feature(region, &square),
            feature("\"ADM1_FR\":null,\"ADM1_PCODE\":\"CI10\"", &square),
            feature("\"ADM1_FR\":\"x\",\"ADM1_PCODE\":\"10\"", &square),
            feature("\"ADM1_FR\":\"x\"", &square),
            feature("\"ADM2_FR\":\"x\",\"ADM2_PCODE\":\"CI1001\"", &square),
            feature("\"ADM1_FR\":\"x\",\"ADM1_PCODE\":\"CI11\"", "null"),
            feature(
                "\"ADM1_FR\":\"x\",\"ADM1_PCODE\":\"CI11\"",
                "{\"type\":\"Point\",\"coordinates\":[1,2]}",
            ),
            feature("\"ADM1_FR\":\"x\",\"ADM1_PCODE\":\"CI11\"", &polygon("[-5,5],[-4,6],[-4,5],[-5,6]")),
            feature("\"ADM1_FR\":\"x\",\"ADM1_PCODE\":\"CI11\"", &polygon("[-5,5],[-4,5]")),
            feature(
                "\"ADM1_FR\":\"x\",\"ADM1_PCODE\":\"CI11\"",
                &polygon("[382000,588000],[383000,588000],[383000,589000]"),
            ),
            feature("\"ADM1_FR\":\"x\",\"ADM1_PCODE\":\"CI11\"", &polygon("[5,-5],[5,-4],[6,-4]")),
            feature("\"ADM1_FR\":\"x\",\"ADM1_PCODE\":\"CI11\"", &polygon("[2,48],[3,48],[3,49]")),
            feature("\"ADM1_FR\":\"x\",\"ADM1_PCODE\":\"CI11\"", &polygon("[-5],[-4,5],[-4,6]")),
        ];
        let (report, drafts) = read(&collection(&features)).unwrap();
        let refused: Vec<(u64, Refusal)> = report.refused.lines;
        assert_eq!(
            refused,
            [
                (2, Refusal::Duplicate),
                (3, Refusal::NoName),
                (4, Refusal::NoId),
                (5, Refusal::NoId),
                (6, Refusal::UnknownValue("ADM2_PCODE")),
                (7, Refusal::NoPolygon),
                (8, Refusal::NoPolygon),
                (9, Refusal::SelfCrossing),
                (10, Refusal::NoPolygon),
                (11, Refusal::Projected),
                (12, Refusal::Swapped),
                (13, Refusal::OutsideCountry),
                (14, Refusal::NoPolygon),
            ]
        );
        let [region] = drafts.as_slice() else { panic!("one is right: {drafts:?}") };
        assert_eq!((region.code.as_str(), region.level, &region.parent), ("CI09", AreaLevel::Region, &None));
        assert_eq!(region.rings, [vec![[-5.0, 5.0], [-4.0, 5.0], [-4.0, 6.0], [-5.0, 6.0]]]);
        for file in ["", "[]", "{\"features\":1}", "a,b\n"] {
            assert!(matches!(read(file), Err(Error::Unreadable(_))), "{file:?}");
        }
        assert_eq!(read("{\"features\":[]}").unwrap().0.rows, 0);
    }
}
