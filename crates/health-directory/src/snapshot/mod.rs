mod areas;
mod bits;
mod clusters;
mod filter;
mod gazetteer;
mod nearest;
mod pack;
mod registry;
#[cfg(test)]
mod tests;
mod words;

pub use areas::{AdministrativeArea, Areas};
pub use clusters::{Cluster, Clusters};
pub use filter::{Facet, Filter, OpenAt};
pub use gazetteer::{FoundPlace, Gazetteer, Place};
pub use nearest::Nearby;
pub use pack::Changes;
pub use registry::LastChange;
pub use words::Found;

use crate::{Calendar, DataSource, EmergencyNumber, Error, Establishment, PackPart, Rota, name};
use filter::{Facets, Matching};
use hostolink_geo::Index;
use hostolink_kernel::{Cursor, EstablishmentId, Limit, Page};
use std::{
    collections::{BTreeMap, HashSet},
    sync::{Arc, OnceLock},
};
use words::Words;

/// The whole directory at one revision. It never changes: a request that holds it sees one state from beginning to end.
#[derive(Debug)]
pub struct Snapshot {
    revision: Option<i64>,
    /// By public id, so that equally far ones come by id and an id is found by bisection.
    rows: Vec<Arc<Establishment>>,
    by_name: Vec<u32>,
    index: Index,
    facets: Facets,
    words: Words,
    emergency_numbers: Vec<EmergencyNumber>,
    sources: Vec<Arc<DataSource>>,
    calendar: Calendar,
    /// The published lists of pharmacies on duty that nobody closed.
    rotas: Vec<Rota>,
    /// The keys of what is gone, with the number of the change that took it away.
    gone: BTreeMap<String, i64>,
    /// What was gone by this number may be missing there.
    forgotten: i64,
    areas: Arc<Areas>,
    /// For each area the places of the rows in it.
    members: OnceLock<Vec<Vec<u32>>>,
    gazetteer: Arc<Gazetteer>,
    /// The compressed packs, one a part.
    packs: [OnceLock<Vec<u8>>; PackPart::ALL.len()],
}

/// What a snapshot is made of.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    pub(crate) revision: Option<i64>,
    pub(crate) establishments: Vec<Arc<Establishment>>,
    pub(crate) emergency_numbers: Vec<EmergencyNumber>,
    pub(crate) sources: Vec<Arc<DataSource>>,
    pub(crate) calendar: Calendar,
    pub(crate) rotas: Vec<Rota>,
    pub(crate) gone: BTreeMap<String, i64>,
    pub(crate) forgotten: i64,
    pub(crate) areas: Arc<Areas>,
    pub(crate) gazetteer: Arc<Gazetteer>,
}

/// The name that this list's cursors carry.
const LIST: &str = "establishments";

impl Snapshot {
    /// What there is before the first load.
    pub(crate) fn empty() -> Self {
        Self::new(Contents::default())
    }

    /// Indexes what was read at a revision.
    pub(crate) fn new(contents: Contents) -> Self {
        let mut rows = contents.establishments;
        rows.sort_unstable_by_key(|row| row.id);
        let mut by_name: Vec<u32> = (0_u32..).take(rows.len()).collect();
        by_name.sort_unstable_by(|&a, &b| {
            place_in_list(&rows[a as usize]).cmp(&place_in_list(&rows[b as usize]))
        });
        let points: Vec<_> = rows.iter().map(|row| row.position.point).collect();
        let facets = Facets::new(&rows);
        Self {
            revision: contents.revision,
            by_name,
            index: Index::marked(&points, |place| facets.marks(place)),
            facets,
            words: Words::new(&rows),
            rows,
            emergency_numbers: contents.emergency_numbers,
            sources: contents.sources,
            calendar: contents.calendar,
            rotas: contents.rotas,
            gone: contents.gone,
            forgotten: contents.forgotten,
            areas: contents.areas,
            members: OnceLock::new(),
            gazetteer: contents.gazetteer,
            packs: Default::default(),
        }
    }

    /// The establishments but some, and what was gone: where the next snapshot starts.
    pub(crate) fn without(&self, ids: &HashSet<EstablishmentId>) -> Vec<Arc<Establishment>> {
        self.rows.iter().filter(|row| !ids.contains(&row.id)).map(Arc::clone).collect()
    }

    pub(crate) fn rotas(&self) -> &[Rota] {
        &self.rotas
    }

    /// Every establishment, by id.
    pub fn establishments(&self) -> impl Iterator<Item = &Establishment> {
        self.rows.iter().map(|row| &**row)
    }

    /// Where an establishment stands among the rows.
    pub(crate) fn place_of(&self, id: EstablishmentId) -> Option<usize> {
        self.rows.binary_search_by_key(&id, |row| row.id).ok()
    }

    pub(crate) fn gone(&self) -> &BTreeMap<String, i64> {
        &self.gone
    }

    /// The number of the last change that is in it; `None` before the first load.
    #[must_use]
    pub fn revision(&self) -> Option<i64> {
        self.revision
    }

    /// How many establishments there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// How much memory finding takes beside the rows themselves, in bytes: the index of points, the facets, the words, the list by name.
    #[must_use]
    pub fn bytes_beside_rows(&self) -> usize {
        self.index.bytes() + self.facets.bytes() + self.words.bytes() + size_of_val(&*self.by_name)
    }

    /// The establishment with this id.
    #[must_use]
    pub fn find(&self, id: EstablishmentId) -> Option<&Establishment> {
        self.place_of(id).map(|place| &*self.rows[place])
    }

    /// The same.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn get(&self, id: EstablishmentId) -> Result<&Establishment, Error> {
        self.find(id).ok_or(Error::NotFound)
    }

    /// A page of the establishments by name.
    ///
    /// # Errors
    /// [`Error::Cursor`] when `after` was not made by this list.
    pub fn list(
        &self,
        filter: &Filter,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<&Establishment>, Error> {
        let start = match after {
            None => 0,
            Some(cursor) => {
                let (key, id): (String, EstablishmentId) = cursor.keyset(LIST)?;
                self.by_name
                    .partition_point(|&row| place_in_list(&self.rows[row as usize]) <= (key.as_str(), id))
            }
        };
        let matching = Matching::new(self, filter);
        let rows = self.by_name[start..]
            .iter()
            .map(|&place| place as usize)
            .filter(|&place| matching.takes(place))
            .map(|place| &*self.rows[place])
            .take(limit.count() + 1)
            .collect();
        Ok(Page::from_probe(rows, limit, LIST, |row| {
            let (key, id) = place_in_list(row);
            (key.to_owned(), id)
        }))
    }

    /// The emergency and useful numbers, in the list's order. Dead ones are here too, marked.
    #[must_use]
    pub fn emergency_numbers(&self) -> &[EmergencyNumber] {
        &self.emergency_numbers
    }

    /// The public holidays that are known.
    #[must_use]
    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// The regions and sub-prefectures.
    #[must_use]
    pub fn areas(&self) -> &Arc<Areas> {
        &self.areas
    }

    /// The places by name.
    #[must_use]
    pub fn gazetteer(&self) -> &Arc<Gazetteer> {
        &self.gazetteer
    }

    /// Where all this comes from, by code.
    #[must_use]
    pub fn sources(&self) -> &[Arc<DataSource>] {
        &self.sources
    }
}

fn place_in_list(row: &Establishment) -> (&str, EstablishmentId) {
    (name::order(&row.key), row.id)
}
