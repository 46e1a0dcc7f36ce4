//! What a search asks. What it names and the facade does not know is refused: an answer to another question would be taken for the
//! answer to this one.

use super::{
    dates::Span,
    refusals::{INVALID_PARAMETER, UNKNOWN_PARAMETER},
    resources::Resource,
};
use crate::{
    error::{ApiError, ApiResult},
    health::query::position,
};
use hostolink_geo::Point;
use hostolink_health_directory::{AreaLevel, Areas, Facet, Filter};
use hostolink_kernel::{Cursor, EstablishmentId};

/// A search as it was understood.
#[derive(Debug)]
pub(super) struct Search {
    pub(super) filter: Filter,
    /// Where from, and how many metres at most.
    pub(super) near: Option<(Point, Option<f64>)>,
    /// How many resources; 0 asks for the total alone.
    pub(super) count: usize,
    pub(super) after: Option<Cursor>,
    /// The parameters as they came, but for the cursor: links repeat them.
    pub(super) asked: Vec<(String, String)>,
}

/// A parameter: its name, its type in FHIR, what to know of it.
pub(super) type Parameter = (&'static str, &'static str, &'static str);

/// How many resources a page has where nothing is said, and at most.
const COUNT: usize = 20;
const MAX_COUNT: usize = 100;
/// More parameters are no question.
const MAX_PARAMETERS: usize = 32;
/// More alternatives of one parameter are none either.
const MAX_ALTERNATIVES: usize = 100;

static EVERY: [Parameter; 3] = [
    ("_id", "token", "One id or several with commas between"),
    ("_lastUpdated", "date", "Prefixes eq, gt, ge, lt, le; may be repeated"),
    ("name", "string", "A word of the name that starts so; accents, case and apostrophes don't matter"),
];
const TYPE: Parameter = ("type", "token", "code, system|code or system|; alternatives with commas between");
const CITY: Parameter =
    ("address-city", "string", "A word of the name of the sub-prefecture that it lies in, from its start");
const ACTIVE: Parameter = ("active", "token", "Everything that is served is active");
static OF_LOCATION: [Parameter; 5] = [
    TYPE,
    CITY,
    ("status", "token", "Everything that is served is active"),
    (
        "near",
        "special",
        "latitude|longitude|distance|units; units km (the default), m or [mi_i]. The nearest come first, by great circle, each with its \
         distance",
    ),
    ("organization", "reference", "The organization that manages it"),
];
static OF_ORGANIZATION: [Parameter; 3] = [TYPE, CITY, ACTIVE];
static OF_SERVICE: [Parameter; 4] = [
    ("service-type", TYPE.1, TYPE.2),
    ACTIVE,
    ("organization", "reference", "The organization that gives it"),
    ("location", "reference", "Where it is given"),
];

impl Resource {
    /// What it may be searched by.
    pub(super) fn parameters(self) -> impl Iterator<Item = &'static Parameter> {
        let own: &[Parameter] = match self {
            Self::Location => &OF_LOCATION,
            Self::Organization => &OF_ORGANIZATION,
            Self::HealthcareService => &OF_SERVICE,
        };
        EVERY.iter().chain(own)
    }
}

/// The parameters of a request.
pub(super) fn parameters(query: &str) -> ApiResult<Vec<(String, String)>> {
    let pairs: Vec<(String, String)> =
        serde_urlencoded::from_str(query).map_err(|_| ApiError::field("query", &INVALID_PARAMETER))?;
    if pairs.len() > MAX_PARAMETERS {
        return Err(ApiError::field("query", &INVALID_PARAMETER));
    }
    // Those that only say something once must not say two things.
    let once =
        ["name", "address-city", "near", "_count", "_summary", "_format", "_pretty", "_since", "cursor"];
    for (place, (name, _)) in pairs.iter().enumerate() {
        if once.contains(&name.as_str()) && pairs[..place].iter().any(|(other, _)| other == name) {
            return Err(invalid(name));
        }
    }
    Ok(pairs)
}

/// Reads what every interaction takes: whether the name was one of those.
pub(super) fn is_general(name: &str, value: &str) -> ApiResult<bool> {
    match name {
        "_format" => {
            // A plus that nobody encoded arrives as a space.
            let media = value.replace(' ', "+");
            let media = media.split(';').next().unwrap_or_default().trim();
            let json = ["json", "application/json", "application/fhir+json", "text/json"].contains(&media);
            if json { Ok(true) } else { Err(invalid(name)) }
        }
        "_pretty" if ["true", "false"].contains(&value) => Ok(true),
        "_pretty" => Err(invalid(name)),
        _ => Ok(false),
    }
}

/// Reads `_count`, of which more than there may be counts as the most.
pub(super) fn count(value: &str) -> ApiResult<usize> {
    value.parse::<u32>().map(|count| (count as usize).min(MAX_COUNT)).map_err(|_| invalid("_count"))
}

pub(super) fn cursor(value: &str) -> ApiResult<Cursor> {
    Cursor::parse(value).map_err(|_| invalid("cursor"))
}

impl Search {
    pub(super) const DEFAULT_COUNT: usize = COUNT;

    pub(super) fn read(resource: Resource, query: &str, areas: &Areas) -> ApiResult<Self> {
        let mut asked = parameters(query)?;
        let mut search =
            Self { filter: Filter::default(), near: None, count: COUNT, after: None, asked: Vec::new() };
        let mut updated = Span::default();
        for (name, value) in &asked {
            match name.as_str() {
                "_count" => search.count = count(value)?,
                "_summary" if ["count", "false"].contains(&value.as_str()) => {}
                "_summary" => return Err(invalid(name)),
                "_lastUpdated" => updated = updated.narrowed(value).ok_or_else(|| invalid(name))?,
                "cursor" => search.after = Some(cursor(value)?),
                _ if is_general(name, value)? => {}
                _ => search.narrow(resource, (name, value), areas)?,
            }
        }
        if asked.iter().any(|(name, value)| name == "_summary" && value == "count") {
            search.count = 0;
        }
        search.filter.changed_from = updated.from;
        search.filter.changed_before = updated.before;
        asked.retain(|(name, _)| name != "cursor");
        search.asked = asked;
        Ok(search)
    }

    fn narrow(&mut self, resource: Resource, (name, value): (&str, &str), areas: &Areas) -> ApiResult<()> {
        if !resource.parameters().any(|(known, ..)| *known == name) {
            return Err(ApiError::field(name.to_owned(), &UNKNOWN_PARAMETER));
        }
        match name {
            "name" => self.filter.search = Some(word(name, value)?),
            "address-city" => {
                keep(&mut self.filter.areas, areas.named(AreaLevel::Subprefecture, &word(name, value)?));
            }
            "near" => self.near = Some(near(value)?),
            "type" | "service-type" => {
                let mut facets: Vec<Facet> =
                    alternatives(name, value)?.flat_map(|token| resource.facets(token)).collect();
                facets.sort_unstable();
                facets.dedup();
                self.filter.one_of.push(facets);
            }
            "_id" => {
                let ids = alternatives(name, value)?.filter_map(|id| id.parse().ok()).collect();
                keep(&mut self.filter.ids, ids);
            }
            "organization" | "location" => {
                let of = if name == "location" { Resource::Location } else { Resource::Organization };
                let ids = alternatives(name, value)?.filter_map(|text| referred(of, text)).collect();
                keep(&mut self.filter.ids, ids);
            }
            // Nothing is served that is not in use.
            _ => {
                let known: &[&str] =
                    if name == "status" { &["active", "suspended", "inactive"] } else { &["true", "false"] };
                let said: Vec<&str> = alternatives(name, value)?.collect();
                if said.iter().any(|word| !known.contains(word)) {
                    return Err(invalid(name));
                }
                if !said.contains(&known[0]) {
                    keep(&mut self.filter.ids, Vec::new());
                }
            }
        }
        Ok(())
    }
}

fn invalid(name: &str) -> ApiError {
    ApiError::field(name.to_owned(), &INVALID_PARAMETER)
}

/// Narrows a list of which one must be the case by another.
fn keep<T: PartialEq>(list: &mut Option<Vec<T>>, to: Vec<T>) {
    match list {
        Some(list) => list.retain(|one| to.contains(one)),
        None => *list = Some(to),
    }
}

fn alternatives<'a>(name: &str, value: &'a str) -> ApiResult<impl Iterator<Item = &'a str>> {
    let few = !value.is_empty() && value.split(',').count() <= MAX_ALTERNATIVES;
    if few { Ok(value.split(',').map(str::trim)) } else { Err(invalid(name)) }
}

/// A text to search for. A plain comma separates alternatives, of which a name takes none; one that belongs to it is escaped.
fn word(name: &str, value: &str) -> ApiResult<String> {
    let plain = value.replace("\\,", " ");
    let readable = plain.chars().count() <= 100 && plain.chars().any(char::is_alphanumeric);
    if readable && !plain.contains(',') { Ok(plain) } else { Err(invalid(name)) }
}

/// The id in `uuid`, `Organization/uuid` or an address that ends so.
fn referred(of: Resource, text: &str) -> Option<EstablishmentId> {
    let mut parts = text.rsplit('/');
    let id = parts.next()?.parse().ok()?;
    parts.next().is_none_or(|kind| kind == of.name()).then_some(id)
}

/// `latitude|longitude`, then how far, then in which unit.
fn near(value: &str) -> ApiResult<(Point, Option<f64>)> {
    let parts: Vec<&str> = value.split('|').map(str::trim).collect();
    let (latitude, longitude, distance, unit) = match parts.as_slice() {
        [latitude, longitude] => (latitude, longitude, "", ""),
        [latitude, longitude, distance] => (latitude, longitude, *distance, ""),
        [latitude, longitude, distance, unit] => (latitude, longitude, *distance, *unit),
        _ => return Err(invalid("near")),
    };
    let from = position(&format!("{latitude},{longitude}"))?;
    let metres = match unit {
        "" | "km" => 1_000.0,
        "m" => 1.0,
        "[mi_i]" | "mi" => 1_609.344,
        _ => return Err(invalid("near")),
    };
    if distance.is_empty() {
        return Ok((from, None));
    }
    match distance.parse::<f64>() {
        Ok(distance) if distance.is_finite() && distance >= 0.0 => Ok((from, Some(distance * metres))),
        _ => Err(invalid("near")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hostolink_health_directory::{EstablishmentType, Service};

    fn read(query: &str) -> Result<Search, (String, &'static str)> {
        read_of(Resource::Location, query)
    }

    fn read_of(resource: Resource, query: &str) -> Result<Search, (String, &'static str)> {
        Search::read(resource, query, &Areas::default()).map_err(|error| {
            let wrong = &error.fields()[0];
            (wrong.field.clone().into_owned(), wrong.code.code)
        })
    }

    #[test]
    fn what_is_asked_is_understood() {
        let search =
            read("near=5.3|-4.0|2.5&type=PHARM,pharmacy&_count=1000&name=c%C3%B4te&cursor=abc").unwrap();
        assert_eq!(search.near, Some((Point::new(5.3, -4.0).unwrap(), Some(2_500.0))));
        assert_eq!(search.filter.one_of, [[Facet::Kind(EstablishmentType::Pharmacy)]]);
        assert_eq!((search.count, search.filter.search.as_deref()), (MAX_COUNT, Some("côte")));
        assert!(search.after.is_some() && search.asked.iter().all(|(name, _)| name != "cursor"));
        assert_eq!(read("near=5.3|-4.0|1|[mi_i]").unwrap().near.unwrap().1, Some(1_609.344));
        assert_eq!(read("near=5.3|-4.0||km").unwrap().near.unwrap().1, None);
        assert_eq!(read("status=inactive").unwrap().filter.ids, Some(vec![]), "nothing is inactive");
        assert_eq!(read("status=active,inactive").unwrap().filter.ids, None);
        let id = "019a0000-0000-7000-8000-000000000000";
        let ids = |query: String| read(&query).unwrap().filter.ids.unwrap().len();
        assert_eq!(ids(format!("_id={id},x&organization=Organization/{id}")), 1);
        assert_eq!(ids(format!("organization=https://elsewhere.ci/fhir/Organization/{id}")), 1);
        assert_eq!(ids(format!("organization=Location/{id}")), 0);
        assert_eq!(read("_summary=count&_count=5").unwrap().count, 0);
        assert_eq!(read("_format=application/fhir%2Bjson&_pretty=true&_summary=false").unwrap().count, COUNT);
    }

    #[test]
    fn a_service_is_found_by_what_it_is_and_by_what_it_offers() {
        let one_of = |query: &str| read_of(Resource::HealthcareService, query).unwrap().filter.one_of;
        let (kind, service) = (Facet::Kind(EstablishmentType::Pharmacy), Facet::Service(Service::Pharmacy));
        assert_eq!(one_of("service-type=64,226,64"), [[kind, service, Facet::Service(Service::Ambulance)]]);
        assert_eq!(one_of("service-type=117"), [[Facet::Emergency(true)]]);
        let both = one_of("service-type=pharmacy&service-type=unheard-of");
        assert_eq!(both, [vec![kind, service], vec![]], "both must hold, and nothing is the second");
    }

    #[test]
    fn what_is_not_understood_is_refused_by_its_name() {
        let (unknown, invalid) = ("fhir.unknown_parameter", "fhir.invalid_parameter");
        for (query, name, code) in [
            ("nmae=x", "nmae", unknown),
            ("name:exact=x", "name:exact", unknown),
            ("service-type=64", "service-type", unknown),
            ("_sort=name", "_sort", unknown),
            ("_include=Location:organization", "_include", unknown),
            ("near=5.3", "near", invalid),
            ("near=5.3|-4.0|-1", "near", invalid),
            ("near=5.3|-4.0|NaN", "near", invalid),
            ("near=5.3|-4.0|1|parsec", "near", invalid),
            ("near=95|-4.0", "near", "health.invalid_position"),
            ("near=-4.0|5.3", "near", "health.swapped_position"),
            ("near=5.3|-4.0&near=5.3|-4.0", "near", invalid),
            ("name=a,b", "name", invalid),
            ("address-city=", "address-city", invalid),
            ("name=%20", "name", invalid),
            ("type=", "type", invalid),
            ("status=open", "status", invalid),
            ("_count=-1", "_count", invalid),
            ("_count=many", "_count", invalid),
            ("_summary=text", "_summary", invalid),
            ("_lastUpdated=ne2026", "_lastUpdated", invalid),
            ("_format=xml", "_format", invalid),
            ("_pretty=yes", "_pretty", invalid),
        ] {
            assert_eq!(read(query).unwrap_err(), (name.to_owned(), code), "{query}");
        }
        assert!(read(&format!("_id={}", "x,".repeat(MAX_ALTERNATIVES))).is_err());
        assert!(read(&"_lastUpdated=2026&".repeat(MAX_PARAMETERS + 1)).is_err());
    }
}
