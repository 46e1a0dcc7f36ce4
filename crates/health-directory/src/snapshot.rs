use crate::{DataSource, EmergencyNumber, Error, Establishment, EstablishmentType, name};
use hostolink_geo::{Index, Point};
use hostolink_kernel::{Cursor, EstablishmentId, Limit, Page};
use std::{collections::BTreeMap, sync::Arc};

/// The whole directory at one revision. It never changes: a request that holds it sees one state from beginning to end.
#[derive(Debug)]
pub struct Snapshot {
    revision: Option<i64>,
    /// By public id, so that equally far ones come by id and an id is found by bisection.
    rows: Vec<Establishment>,
    by_name: Vec<usize>,
    index: Index,
    families: BTreeMap<EstablishmentType, Family>,
    emergency_numbers: Vec<EmergencyNumber>,
    sources: Vec<Arc<DataSource>>,
}

/// The establishments of one type with a tree of their own, so that the nearest of a rare type costs no more.
#[derive(Debug)]
struct Family {
    rows: Vec<usize>,
    index: Index,
}

/// An establishment seen from somewhere.
#[derive(Debug, Clone, Copy)]
pub struct Nearby<'a> {
    /// The establishment.
    pub establishment: &'a Establishment,
    /// The great-circle distance, in metres.
    pub distance_metres: f64,
    /// The direction to take, in degrees clockwise from north.
    pub bearing: f64,
}

/// Which establishments.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only this type.
    pub kind: Option<EstablishmentType>,
    /// Only those with a word in their name that starts so; accents, case and apostrophes don't matter.
    pub search: Option<String>,
}

/// The name that this list's cursors carry.
const LIST: &str = "establishments";

impl Snapshot {
    /// What there is before the first load.
    pub(crate) fn empty() -> Self {
        Self { revision: None, ..Self::new(0, Vec::new(), Vec::new(), Vec::new()) }
    }

    /// Indexes what was read at a revision.
    pub(crate) fn new(
        revision: i64,
        mut rows: Vec<Establishment>,
        emergency_numbers: Vec<EmergencyNumber>,
        sources: Vec<Arc<DataSource>>,
    ) -> Self {
        rows.sort_unstable_by_key(|row| row.id);
        let mut by_name: Vec<usize> = (0..rows.len()).collect();
        by_name.sort_unstable_by(|&a, &b| place_in_list(&rows[a]).cmp(&place_in_list(&rows[b])));
        let mut of_type: BTreeMap<EstablishmentType, Vec<usize>> = BTreeMap::new();
        for (place, row) in rows.iter().enumerate() {
            of_type.entry(row.kind).or_default().push(place);
        }
        let index_of = |places: &mut dyn Iterator<Item = usize>| {
            Index::new(&places.map(|place| rows[place].position.point).collect::<Vec<_>>())
        };
        let index = index_of(&mut (0..rows.len()));
        let families = of_type
            .into_iter()
            .map(|(kind, rows)| (kind, Family { index: index_of(&mut rows.iter().copied()), rows }))
            .collect();
        Self { revision: Some(revision), rows, by_name, index, families, emergency_numbers, sources }
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

    /// The nearest establishments, nearest first, equally far ones by id; with `radius`, at most so many metres away.
    #[must_use]
    pub fn nearest(
        &self,
        from: Point,
        limit: usize,
        radius: Option<f64>,
        filter: &Filter,
    ) -> Vec<Nearby<'_>> {
        let (index, rows) = match filter.kind {
            None => (&self.index, None),
            Some(kind) => match self.families.get(&kind) {
                Some(family) => (&family.index, Some(&family.rows)),
                None => return Vec::new(),
            },
        };
        let search = filter.search.as_deref().map(name::fold);
        let row = |place: usize| &self.rows[rows.map_or(place, |rows| rows[place])];
        index
            .nearest(from, limit, radius, |place| is_named(row(place), search.as_deref()))
            .into_iter()
            .map(|near| {
                let establishment = row(near.place);
                let bearing = from.bearing(establishment.position.point);
                Nearby { establishment, distance_metres: near.metres, bearing }
            })
            .collect()
    }

    /// The establishment with this id.
    #[must_use]
    pub fn find(&self, id: EstablishmentId) -> Option<&Establishment> {
        self.rows.binary_search_by_key(&id, |row| row.id).ok().map(|place| &self.rows[place])
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
                self.by_name.partition_point(|&row| place_in_list(&self.rows[row]) <= (key.as_str(), id))
            }
        };
        let search = filter.search.as_deref().map(name::fold);
        let rows = self.by_name[start..]
            .iter()
            .map(|&row| &self.rows[row])
            .filter(|row| filter.kind.is_none_or(|kind| kind == row.kind))
            .filter(|row| is_named(row, search.as_deref()))
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

    /// Where all this comes from, by code.
    #[must_use]
    pub fn sources(&self) -> &[Arc<DataSource>] {
        &self.sources
    }
}

fn is_named(row: &Establishment, search: Option<&str>) -> bool {
    search.is_none_or(|search| name::has_word(&row.key, search))
}

fn place_in_list(row: &Establishment) -> (&str, EstablishmentId) {
    (name::order(&row.key), row.id)
}
