//! A correction of one fact: as somebody writes it, as it is kept, and what it does.

use crate::{Country, Error, EstablishmentType, Fact, Hours, NumberKind, Purpose, Service, number, refusals};
use hostolink_geo::Point;
use serde_json::{Value, json};

/// What one fact of an establishment should be.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Its name.
    Name(String),
    /// What it is.
    Kind(EstablishmentType),
    /// Where it is, and how far that may be wrong, in metres.
    Position(Point, Option<i32>),
    /// When it is open, in OpenStreetMap's language.
    Hours(String),
    /// All its numbers, in the order in which to try them.
    Numbers(Vec<ListedNumber>),
    /// All that it offers.
    Services(Vec<Service>),
    /// It is closed for good.
    Closed,
}

/// A number as somebody lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedNumber {
    /// How it is dialled.
    pub kind: NumberKind,
    /// The number in its one form.
    pub value: String,
    /// What it is for.
    pub purpose: Purpose,
    /// What was written.
    pub raw: String,
}

impl ListedNumber {
    /// Reads a number of a country; one of the 8-digit plan is refused: nobody guesses what their own number is.
    ///
    /// # Errors
    /// `health.invalid_number`.
    pub fn read(text: &str, whatsapp: bool, purpose: Purpose, country: Country) -> Result<Self, Error> {
        let invalid = Error::Rule(&refusals::INVALID_NUMBER);
        let text = text.trim();
        if text.chars().count() > 64 || text.chars().any(char::is_control) {
            return Err(invalid);
        }
        let Ok(read) = number::read(text, country) else { return Err(invalid) };
        let kind = match (read.kind, whatsapp) {
            _ if read.converted_2021 => return Err(invalid),
            (NumberKind::E164, true) => NumberKind::WhatsApp,
            (NumberKind::Short, true) => return Err(invalid),
            (kind, _) => kind,
        };
        Ok(Self { kind, value: read.value, purpose, raw: read.raw })
    }
}

impl Change {
    /// The most numbers of one establishment.
    pub const MAX_NUMBERS: usize = 10;

    /// Another name, 1 to 200 characters.
    ///
    /// # Errors
    /// `health.invalid_name`.
    pub fn name(text: &str) -> Result<Self, Error> {
        let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let fits = (1..=200).contains(&name.chars().count())
            && name.chars().any(char::is_alphanumeric)
            && !name.chars().any(char::is_control);
        if fits { Ok(Self::Name(name)) } else { Err(Error::Rule(&refusals::INVALID_NAME)) }
    }

    /// Another position, in the establishment's country.
    ///
    /// # Errors
    /// `health.invalid_place`.
    pub fn position(point: Point, accuracy_metres: Option<i32>, country: Country) -> Result<Self, Error> {
        let real = point.latitude().abs() >= 0.001 || point.longitude().abs() >= 0.001;
        let accurate = accuracy_metres.is_none_or(|metres| (1..=10_000).contains(&metres));
        if real && accurate && country.may_hold(point) {
            let rounded = |degrees: f64| (degrees * 1e6).round() / 1e6;
            let point = Point::new(rounded(point.latitude()), rounded(point.longitude()));
            return point
                .map(|point| Self::Position(point, accuracy_metres))
                .map_err(|_| Error::Rule(&refusals::INVALID_PLACE));
        }
        Err(Error::Rule(&refusals::INVALID_PLACE))
    }

    /// Other opening hours.
    ///
    /// # Errors
    /// `health.invalid_hours` where they can't be read.
    pub fn hours(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        let fits = (1..=255).contains(&text.chars().count()) && Hours::is_readable(text);
        if fits { Ok(Self::Hours(text.to_owned())) } else { Err(Error::Rule(&refusals::INVALID_HOURS)) }
    }

    /// Other numbers: all of them, each once.
    ///
    /// # Errors
    /// `health.invalid_number`.
    pub fn numbers(list: Vec<ListedNumber>) -> Result<Self, Error> {
        let repeated = list.iter().enumerate().any(|(place, number)| {
            list[..place].iter().any(|other| (other.kind, &other.value) == (number.kind, &number.value))
        });
        if repeated || !(1..=Self::MAX_NUMBERS).contains(&list.len()) {
            return Err(Error::Rule(&refusals::INVALID_NUMBER));
        }
        Ok(Self::Numbers(list))
    }

    /// Other services: all of them; none is known to be none.
    #[must_use]
    pub fn services(mut list: Vec<Service>) -> Self {
        list.sort_unstable();
        list.dedup();
        Self::Services(list)
    }

    /// Which fact it is about.
    #[must_use]
    pub const fn fact(&self) -> Fact {
        match self {
            Self::Name(_) => Fact::Name,
            Self::Kind(_) => Fact::Kind,
            Self::Position(..) => Fact::Position,
            Self::Hours(_) => Fact::Hours,
            Self::Numbers(_) => Fact::Numbers,
            Self::Services(_) => Fact::Services,
            Self::Closed => Fact::Closed,
        }
    }

    /// What the fact should be, as it is kept and shown.
    #[must_use]
    pub fn value(&self) -> Value {
        match self {
            Self::Name(name) => json!(name),
            Self::Kind(kind) => json!(kind.code()),
            Self::Position(point, accuracy) => json!({
                "latitude": point.latitude(), "longitude": point.longitude(), "accuracyMeters": accuracy,
            }),
            Self::Hours(hours) => json!(hours),
            Self::Numbers(list) => list.iter().map(number_value).collect(),
            Self::Services(list) => list.iter().map(|service| json!(service.code())).collect(),
            Self::Closed => json!(true),
        }
    }

    /// Reads what was kept.
    pub(crate) fn kept(fact: Fact, value: &Value) -> Option<Self> {
        let number = |name: &str| value[name].as_f64();
        Some(match fact {
            Fact::Name => Self::Name(value.as_str()?.to_owned()),
            Fact::Kind => Self::Kind(EstablishmentType::parse(value.as_str()?)?),
            Fact::Position => {
                let accuracy = value["accuracyMeters"].as_i64().and_then(|metres| i32::try_from(metres).ok());
                Self::Position(Point::new(number("latitude")?, number("longitude")?).ok()?, accuracy)
            }
            Fact::Hours => Self::Hours(value.as_str()?.to_owned()),
            Fact::Numbers => Self::Numbers(value.as_array()?.iter().map(kept_number).collect::<Option<_>>()?),
            Fact::Services => {
                let service = |value: &Value| Service::parse(value.as_str()?);
                Self::Services(value.as_array()?.iter().map(service).collect::<Option<_>>()?)
            }
            Fact::Closed => Self::Closed,
        })
    }
}

fn number_value(number: &ListedNumber) -> Value {
    json!({
        "kind": number.kind.code(), "value": number.value, "purpose": number.purpose.code(), "raw": number.raw,
    })
}

fn kept_number(value: &Value) -> Option<ListedNumber> {
    Some(ListedNumber {
        kind: NumberKind::parse(value["kind"].as_str()?)?,
        value: value["value"].as_str()?.to_owned(),
        purpose: Purpose::parse(value["purpose"].as_str()?)?,
        raw: value["raw"].as_str()?.to_owned(),
    })
}

/// A text of somebody's, trimmed: `None` where there is none.
///
/// # Errors
/// `health.invalid_text` where it is longer or holds control characters other than new lines.
pub(crate) fn words(text: Option<&str>, max: usize) -> Result<Option<String>, Error> {
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    let odd = |text: &str| text.chars().count() > max || text.chars().any(|c| c.is_control() && c != '\n');
    match text {
        Some(text) if odd(text) => Err(Error::Rule(&refusals::INVALID_WORDS)),
        text => Ok(text.map(str::to_owned)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CI: Country = Country::COTE_D_IVOIRE;

    fn number(text: &str, whatsapp: bool) -> Option<(NumberKind, String)> {
        let read = ListedNumber::read(text, whatsapp, Purpose::Main, CI).ok()?;
        Some((read.kind, read.value))
    }

    #[test]
    fn numbers_are_read_and_none_is_guessed() {
        let e164 = "+2252722445353".to_owned();
        assert_eq!(number(" 27 22 44 53 53 ", false), Some((NumberKind::E164, e164.clone())));
        assert_eq!(number("27 22 44 53 53", true), Some((NumberKind::WhatsApp, e164)));
        assert_eq!(number("185", false), Some((NumberKind::Short, "185".to_owned())));
        for wrong in ["22 44 53 53", "", "abc", "27 22", "1 8 5"] {
            assert_eq!(number(wrong, false), None, "{wrong}");
        }
        assert_eq!(number("185", true), None, "no WhatsApp account");
    }

    #[test]
    fn what_is_kept_is_read_back() {
        let listed = ListedNumber::read("27 22 44 53 53", false, Purpose::Emergency, CI).unwrap();
        for change in [
            Change::name("  Hôpital   d'Oumé ").unwrap(),
            Change::Kind(EstablishmentType::Pharmacy),
            Change::position(Point::new(5.35, -4.0).unwrap(), Some(20), CI).unwrap(),
            Change::position(Point::new(5.35, -4.0).unwrap(), None, CI).unwrap(),
            Change::hours("Mo-Fr 08:00-12:00").unwrap(),
            Change::numbers(vec![listed.clone()]).unwrap(),
            Change::services(vec![Service::Surgery, Service::Dispensary, Service::Surgery]),
            Change::Closed,
        ] {
            assert_eq!(Change::kept(change.fact(), &change.value()), Some(change.clone()), "{change:?}");
        }
        assert_eq!(Change::name(" a  b ").unwrap(), Change::Name("a b".to_owned()));
        for wrong in [
            Change::name(" - ").map(|_| ()),
            Change::name(&"a".repeat(201)).map(|_| ()),
            Change::hours("ouvert le matin").map(|_| ()),
            Change::hours("").map(|_| ()),
            Change::position(Point::new(48.8, 2.3).unwrap(), None, CI).map(|_| ()),
            Change::position(Point::new(5.35, -4.0).unwrap(), Some(0), CI).map(|_| ()),
            Change::numbers(Vec::new()).map(|_| ()),
            Change::numbers(vec![listed.clone(), listed]).map(|_| ()),
        ] {
            assert!(wrong.is_err());
        }
    }
}
