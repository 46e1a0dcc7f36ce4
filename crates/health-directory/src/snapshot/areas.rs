//! Regions and sub-prefectures: which establishment lies in which.

use super::Snapshot;
use crate::{AreaLevel, Establishment, name};
use hostolink_geo::{Point, Polygon, Shapes};
use hostolink_kernel::{Cursor, InvalidCursor, Limit, Page};

/// A region or a sub-prefecture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdministrativeArea {
    /// The P-code of OCHA, for example `CI09`.
    pub code: String,
    /// Its name.
    pub name: String,
    /// What it is.
    pub level: AreaLevel,
    /// The code of the region that a sub-prefecture is of.
    pub parent: Option<String>,
    /// The code of its source.
    pub source: String,
}

/// All of them at one revision. It never changes.
#[derive(Debug)]
pub struct Areas {
    revision: i64,
    /// By code.
    rows: Vec<AdministrativeArea>,
    /// In the same order.
    shapes: Shapes,
}

/// The name that this list's cursors carry.
const LIST: &str = "areas";

impl Areas {
    pub(crate) fn new(revision: i64, mut rows: Vec<(AdministrativeArea, Polygon)>) -> Self {
        rows.sort_by(|a, b| a.0.code.cmp(&b.0.code));
        let (rows, polygons): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
        Self { revision, rows, shapes: Shapes::new(polygons) }
    }

    /// The number of the last change of any of them; 0 where there never was one.
    pub(crate) fn revision(&self) -> i64 {
        self.revision
    }

    /// The area of a code, with its shape.
    #[must_use]
    pub fn find(&self, code: &str) -> Option<(&AdministrativeArea, &Polygon)> {
        let place = self.place_of(code)?;
        Some((&self.rows[place], self.shapes.get(place)?))
    }

    fn place_of(&self, code: &str) -> Option<usize> {
        self.rows.binary_search_by(|row| row.code.as_str().cmp(code)).ok()
    }

    /// The areas that a point lies in, by code: more than one of a level only on a border that they share.
    pub fn containing(&self, point: Point) -> impl Iterator<Item = &AdministrativeArea> {
        self.shapes.containing(point).into_iter().map(|place| &self.rows[place])
    }

    /// The sub-prefecture that a point lies in.
    #[must_use]
    pub fn subprefecture(&self, point: Point) -> Option<&AdministrativeArea> {
        self.containing(point).find(|area| area.level == AreaLevel::Subprefecture)
    }

    /// The codes of the areas of a level with a word in their name that starts so; accents, case and apostrophes don't matter.
    #[must_use]
    pub fn named(&self, level: AreaLevel, start: &str) -> Vec<String> {
        let start = name::fold(start);
        let named = self.rows.iter().filter(|row| row.level == level);
        named
            .filter(|row| name::has_word(&name::fold(&row.name), &start))
            .map(|row| row.code.clone())
            .collect()
    }

    /// A page of the areas by code, of one level or of both, or of those of one region.
    ///
    /// # Errors
    /// [`InvalidCursor`] when `after` was not made by this list.
    pub fn list(
        &self,
        level: Option<AreaLevel>,
        parent: Option<&str>,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<&AdministrativeArea>, InvalidCursor> {
        let after = after.map(|cursor| cursor.keyset::<String>(LIST)).transpose()?;
        let start = after.map_or(0, |after| self.rows.partition_point(|row| row.code <= after));
        let rows = self.rows[start..].iter().filter(|row| level.is_none_or(|level| level == row.level));
        let rows = rows.filter(|row| parent.is_none_or(|parent| row.parent.as_deref() == Some(parent)));
        let rows = rows.take(limit.count() + 1).collect();
        Ok(Page::from_probe(rows, limit, LIST, |row| row.code.clone()))
    }

    /// For each area the places of the establishments in it.
    fn members<'a>(&self, establishments: impl Iterator<Item = &'a Establishment>) -> Vec<Vec<u32>> {
        let mut members = vec![Vec::new(); self.rows.len()];
        for (row, place) in establishments.zip(0_u32..) {
            for area in self.shapes.containing(row.position.point) {
                members[area].push(place);
            }
        }
        members
    }
}

impl Default for Areas {
    fn default() -> Self {
        Self::new(0, Vec::new())
    }
}

impl Snapshot {
    /// The places of the establishments that lie in the area of a code, in their order; none where there is no such area. All are
    /// looked up when the first is asked for.
    pub(super) fn members(&self, code: &str) -> &[u32] {
        let members = self.members.get_or_init(|| self.areas.members(self.rows.iter().map(|row| &**row)));
        self.areas.place_of(code).and_then(|place| members.get(place)).map(Vec::as_slice).unwrap_or_default()
    }

    /// How many establishments lie in the area of a code.
    #[must_use]
    pub fn count_in(&self, code: &str) -> usize {
        self.members(code).len()
    }
}
