//! Places of OpenStreetMap by their names.

use super::{Drafted, Refusal, Remark, Seen, Source, place, row::Row};
use crate::{Country, PlaceKind};
use hostolink_geo::Point;

const COLUMNS: &[&str] = &["osm_node_id", "lat", "lon", "name", "place", "population"];

/// A place as a row tells it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PlaceDraft {
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) kind: PlaceKind,
    pub(crate) point: Point,
    pub(crate) population: Option<i32>,
}

impl Drafted for PlaceDraft {
    fn columns(_: Source) -> &'static [&'static str] {
        COLUMNS
    }

    fn read(row: &mut Row<'_>, _: Source, country: Option<Country>) -> Result<Self, Refusal> {
        let id: u64 = row.code("osm_node_id").parse().map_err(|_| Refusal::NoId)?;
        let name = row.text("name", 100)?.ok_or(Refusal::NoName)?;
        Ok(Self {
            key: format!("node/{id}"),
            name,
            kind: kind(row.code("place")).ok_or(Refusal::UnknownValue("place"))?,
            point: place::read(row.code("lat"), row.code("lon"), country.unwrap_or(Country::COTE_D_IVOIRE))?,
            population: row.code("population").parse().ok().filter(|population| *population > 0),
        })
    }

    fn distinguish(&mut self, seen: &mut Seen) -> Result<Option<Remark>, Refusal> {
        seen.note(&self.key, None).map(|_| None)
    }
}

/// From the tag `place`. A country, its states and departments are areas, not places to be near to.
fn kind(tag: &str) -> Option<PlaceKind> {
    Some(match tag {
        "city" => PlaceKind::City,
        "town" => PlaceKind::Town,
        "suburb" => PlaceKind::Suburb,
        "neighbourhood" | "quarter" | "allotments" | "square" => PlaceKind::Neighbourhood,
        "village" => PlaceKind::Village,
        "hamlet" | "isolated_dwelling" | "farm" => PlaceKind::Hamlet,
        "locality" => PlaceKind::Locality,
        _ => return None,
    })
}
