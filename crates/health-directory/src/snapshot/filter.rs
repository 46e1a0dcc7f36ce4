use super::{Snapshot, bits::Bits};
use crate::{Establishment, EstablishmentType, Level, Ownership, Service, name};
use chrono::{DateTime, Utc};
use hostolink_geo::{Area, Polygon};
use hostolink_kernel::EstablishmentId;
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
    /// Only those that are known to offer all of these ([`Establishment::offers`]).
    pub services: Vec<Service>,
    /// Only those open then.
    pub open: Option<OpenAt>,
    /// Only those in an area.
    pub area: Option<Area>,
    /// Only those with a word in their name that starts so; accents, case and apostrophes don't matter.
    pub search: Option<String>,
    /// Only those that have one facet of each of these lists; of an empty list nothing has one.
    pub one_of: Vec<Vec<Facet>>,
    /// Only one of these.
    pub ids: Option<Vec<EstablishmentId>>,
    /// Only those in one of the administrative areas of these codes.
    pub areas: Option<Vec<String>>,
    /// Only those in a polygon.
    pub polygon: Option<Arc<Polygon>>,
    /// Only those that changed here then or later.
    pub changed_from: Option<DateTime<Utc>>,
    /// Only those that changed here last before then.
    pub changed_before: Option<DateTime<Utc>>,
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
pub enum Facet {
    /// It is of this type.
    Kind(EstablishmentType),
    /// It stands here in the health pyramid.
    Level(Level),
    /// It is run by such.
    Ownership(Ownership),
    /// It is known to take emergencies, or not to.
    Emergency(bool),
    /// It is known to give out medicines, or not to.
    Dispensing(bool),
    /// A wheelchair is known to get in, or not to.
    Wheelchair(bool),
    /// It has a number that is not dead, or none.
    HasNumber(bool),
    /// It is known to offer this. That one is known not to is asked by nobody, and known of few.
    Service(Service),
}

impl Facet {
    /// Its bit in the marks of a row. As long as all have one, they fit; the compiler would say otherwise.
    const fn mark(self) -> u64 {
        const LEVEL: usize = EstablishmentType::ALL.len();
        const OWNERSHIP: usize = LEVEL + Level::ALL.len();
        const EMERGENCY: usize = OWNERSHIP + Ownership::ALL.len();
        const DISPENSING: usize = EMERGENCY + 2;
        const WHEELCHAIR: usize = DISPENSING + 2;
        const HAS_NUMBER: usize = WHEELCHAIR + 2;
        const SERVICE: usize = HAS_NUMBER + 2;
        const { assert!(SERVICE + Service::ALL.len() <= 64) };
        let bit = match self {
            Self::Kind(kind) => kind as usize,
            Self::Level(level) => LEVEL + level as usize,
            Self::Ownership(ownership) => OWNERSHIP + ownership as usize,
            Self::Emergency(fact) => EMERGENCY + fact as usize,
            Self::Dispensing(fact) => DISPENSING + fact as usize,
            Self::Wheelchair(fact) => WHEELCHAIR + fact as usize,
            Self::HasNumber(fact) => HAS_NUMBER + fact as usize,
            Self::Service(service) => SERVICE + service as usize,
        };
        1 << bit
    }
}

/// For each facet, the rows that have it.
#[derive(Debug, Default)]
pub(super) struct Facets(BTreeMap<Facet, Bits>);

impl Facets {
    /// The facets of a row as marks for the index, which passes by whole parts of the world that lack one.
    pub(super) fn marks(&self, place: usize) -> u64 {
        let having = self.0.iter().filter(|(_, rows)| rows.contains(place));
        having.fold(0, |marks, (facet, _)| marks | facet.mark())
    }

    /// Bytes on the heap.
    pub(super) fn bytes(&self) -> usize {
        self.0.values().map(|rows| size_of::<(Facet, Bits)>() + rows.bytes()).sum()
    }

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
            let offered = Service::ALL.iter().copied().filter(|service| row.offers(*service));
            for facet in all.into_iter().flatten().chain(offered.map(Facet::Service)) {
                facets.0.entry(facet).or_default().insert(place);
            }
        }
        facets
    }
}

/// A filter made ready: rows are asked one by one, inside a traversal.
pub(super) struct Matching<'a> {
    snapshot: &'a Snapshot,
    /// The marks of the facets that are asked for.
    pub(super) marks: u64,
    /// For each of them the rows that have it; `None` where no row has one of them.
    pub(super) having: Option<Vec<&'a Bits>>,
    /// The rows that the filter's lists leave; `None` where it has none.
    pub(super) among: Option<Bits>,
    search: Option<String>,
    area: Option<Area>,
    polygon: Option<Arc<Polygon>>,
    open: Option<OpenAt>,
    changed_from: Option<DateTime<Utc>>,
    changed_before: Option<DateTime<Utc>>,
}

/// Keeps what is in a set too, or the set where nothing was asked before.
fn narrow(bits: &mut Option<Bits>, to: Bits) {
    match bits {
        Some(bits) => bits.retain(&to),
        None => *bits = Some(to),
    }
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
        let services = || filter.services.iter().copied().map(Facet::Service);
        let asked = || facets.into_iter().flatten().chain(services());
        let mut among = None;
        for list in &filter.one_of {
            let mut all = Bits::default();
            list.iter().filter_map(|facet| snapshot.facets.0.get(facet)).for_each(|having| all.add(having));
            narrow(&mut among, all);
        }
        if let Some(ids) = &filter.ids {
            narrow(&mut among, ids.iter().filter_map(|id| snapshot.place_of(*id)).collect());
        }
        if let Some(codes) = &filter.areas {
            let members = codes.iter().flat_map(|code| snapshot.members(code));
            narrow(&mut among, members.map(|place| *place as usize).collect());
        }
        Self {
            snapshot,
            marks: asked().fold(0, |marks, facet| marks | facet.mark()),
            having: asked().map(|facet| snapshot.facets.0.get(&facet)).collect(),
            among,
            search: filter.search.as_deref().map(name::fold),
            area: filter.area,
            polygon: filter.polygon.clone(),
            open: filter.open,
            changed_from: filter.changed_from,
            changed_before: filter.changed_before,
        }
    }

    /// Whether a row is one of those.
    pub(super) fn takes(&self, place: usize) -> bool {
        self.snapshot.index.has(place, self.marks) && self.takes_marked(place)
    }

    /// The same of a row that has the marks. What costs most is asked last.
    pub(super) fn takes_marked(&self, place: usize) -> bool {
        let row = &self.snapshot.rows[place];
        self.among.as_ref().is_none_or(|among| among.contains(place))
            && self.changed_from.is_none_or(|from| row.updated_at >= from)
            && self.changed_before.is_none_or(|before| row.updated_at < before)
            && self.area.is_none_or(|area| area.contains(row.position.point))
            && self.polygon.as_ref().is_none_or(|polygon| polygon.contains(row.position.point))
            && self.search.as_ref().is_none_or(|search| name::has_word(&row.key, search))
            && self.open.is_none_or(|open| {
                row.is_open_at(open.at, &self.snapshot.calendar).unwrap_or(open.or_unknown)
            })
    }
}
