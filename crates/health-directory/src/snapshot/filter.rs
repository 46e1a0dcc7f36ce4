use super::{Snapshot, bits::Bits};
use crate::{Establishment, EstablishmentType, Level, Ownership, name};
use chrono::{DateTime, Utc};
use hostolink_geo::Area;
use std::{collections::BTreeMap, sync::Arc};

/// Which establishments. Every part that is given must hold; what is unknown of one fulfils neither yes nor no.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    /// Only this type.
    pub kind: Option<EstablishmentType>,
    /// Only those that stand here in the health pyramid.
    pub level: Option<Level>,
    /// Only those run by such.
    pub ownership: Option<Ownership>,
    /// Only those that take emergencies, or only those that are known not to.
    pub emergency: Option<bool>,
    /// Only those that give out medicines, or only those that are known not to.
    pub dispensing: Option<bool>,
    /// Only those that a wheelchair gets into, or only those that are known to keep it out.
    pub wheelchair: Option<bool>,
    /// Only those with a number that is not dead, or only those without.
    pub has_number: Option<bool>,
    /// Only those open then.
    pub open: Option<OpenAt>,
    /// Only those in an area.
    pub area: Option<Area>,
    /// Only those with a word in their name that starts so; accents, case and apostrophes don't matter.
    pub search: Option<String>,
}

/// Open at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenAt {
    /// When.
    pub at: DateTime<Utc>,
    /// Whether those of which nobody knows are wanted too.
    pub or_unknown: bool,
}

/// What a filter asks that is the same whenever it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Facet {
    Kind(EstablishmentType),
    Level(Level),
    Ownership(Ownership),
    Emergency(bool),
    Dispensing(bool),
    Wheelchair(bool),
    HasNumber(bool),
}

/// For each facet, the rows that have it.
#[derive(Debug, Default)]
pub(super) struct Facets(BTreeMap<Facet, Bits>);

impl Facets {
    pub(super) fn new(rows: &[Arc<Establishment>]) -> Self {
        let mut facets = Self::default();
        for (place, row) in rows.iter().enumerate() {
            let all = [
                Some(Facet::Kind(row.kind)),
                row.level.map(Facet::Level),
                row.ownership.map(Facet::Ownership),
                row.emergency.map(Facet::Emergency),
                row.dispensing.map(Facet::Dispensing),
                row.wheelchair.map(Facet::Wheelchair),
                Some(Facet::HasNumber(row.alive_numbers().next().is_some())),
            ];
            for facet in all.into_iter().flatten() {
                facets.0.entry(facet).or_default().insert(place);
            }
        }
        facets
    }
}

/// A filter made ready: rows are asked one by one, inside a traversal.
pub(super) struct Matching<'a> {
    snapshot: &'a Snapshot,
    /// The rows that have every facet; `None` where none is asked for.
    pub(super) bits: Option<Bits>,
    search: Option<String>,
    area: Option<Area>,
    open: Option<OpenAt>,
}

impl<'a> Matching<'a> {
    pub(super) fn new(snapshot: &'a Snapshot, filter: &Filter) -> Self {
        let facets = [
            filter.kind.map(Facet::Kind),
            filter.level.map(Facet::Level),
            filter.ownership.map(Facet::Ownership),
            filter.emergency.map(Facet::Emergency),
            filter.dispensing.map(Facet::Dispensing),
            filter.wheelchair.map(Facet::Wheelchair),
            filter.has_number.map(Facet::HasNumber),
        ];
        let bits = facets.into_iter().flatten().fold(None, |bits: Option<Bits>, facet| {
            let having = snapshot.facets.0.get(&facet);
            Some(match (bits, having) {
                (_, None) => Bits::default(),
                (None, Some(having)) => having.clone(),
                (Some(mut bits), Some(having)) => {
                    bits.retain(having);
                    bits
                }
            })
        });
        Self {
            snapshot,
            bits,
            search: filter.search.as_deref().map(name::fold),
            area: filter.area,
            open: filter.open,
        }
    }

    /// Whether a row is one of those. What costs most is asked last.
    pub(super) fn takes(&self, place: usize) -> bool {
        let row = &self.snapshot.rows[place];
        self.bits.as_ref().is_none_or(|bits| bits.contains(place))
            && self.area.is_none_or(|area| area.contains(row.position.point))
            && self.search.as_ref().is_none_or(|search| name::has_word(&row.key, search))
            && self.open.is_none_or(|open| {
                row.is_open_at(open.at, &self.snapshot.calendar).unwrap_or(open.or_unknown)
            })
    }
}
