use super::{
    Filter, Snapshot,
    bits::{are_at_most, places},
    filter::Matching,
};
use crate::{Establishment, Level};
use hostolink_geo::Point;
use hostolink_kernel::EstablishmentId;

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

impl<'a> Nearby<'a> {
    pub(super) fn of(establishment: &'a Establishment, from: Point, distance_metres: f64) -> Self {
        Self { establishment, distance_metres, bearing: from.bearing(establishment.position.point) }
    }
}

impl Snapshot {
    /// The nearest establishments, nearest first, equally far ones by id; with `radius`, at most so many metres away. The filter is
    /// asked inside the traversal: `limit` come back wherever there are as many.
    #[must_use]
    pub fn nearest(
        &self,
        from: Point,
        limit: usize,
        radius: Option<f64>,
        filter: &Filter,
    ) -> Vec<Nearby<'_>> {
        self.nearest_after(from, limit, radius, filter, None)
    }

    /// The same, farther away than the last of the page before, or equally far with a greater id.
    #[must_use]
    pub fn nearest_after(
        &self,
        from: Point,
        limit: usize,
        radius: Option<f64>,
        filter: &Filter,
        after: Option<(f64, EstablishmentId)>,
    ) -> Vec<Nearby<'_>> {
        let matching = Matching::new(self, filter);
        let takes = |place: usize| {
            matching.takes_marked(place) && after.is_none_or(|last| self.is_beyond(place, from, last))
        };
        let Some(having) = &matching.having else { return Vec::new() };
        let sets: Vec<_> = having.iter().copied().chain(&matching.among).collect();
        // The index knows of each facet where in the world it is missing, but not where two of them never meet, nor of lists.
        let found = if (sets.len() > 1 || matching.among.is_some()) && are_at_most(self.few(limit), &sets) {
            let wanted: Vec<usize> = places(&sets).filter(|place| takes(*place)).collect();
            self.index.nearest_among(from, limit, radius, &wanted)
        } else {
            self.index.nearest_marked(from, limit, radius, matching.marks, takes)
        };
        found.into_iter().map(|near| Nearby::of(&self.rows[near.place], from, near.metres)).collect()
    }

    fn is_beyond(&self, place: usize, from: Point, (metres, id): (f64, EstablishmentId)) -> bool {
        let row = &self.rows[place];
        from.distance(row.position.point).total_cmp(&metres).then(row.id.cmp(&id)).is_gt()
    }

    /// The nearest of some rows, each with its place.
    pub(crate) fn nearest_of(&self, from: Point, limit: usize, places: &[usize]) -> Vec<(usize, Nearby<'_>)> {
        let found = self.index.nearest_among(from, limit, None, places);
        found
            .into_iter()
            .map(|near| (near.place, Nearby::of(&self.rows[near.place], from, near.metres)))
            .collect()
    }

    /// Of so many rows, measuring all costs less than the index, which passes by `limit / (few / all)` on its way.
    fn few(&self, limit: usize) -> usize {
        limit.min(self.rows.len()).saturating_mul(self.rows.len()).isqrt()
    }

    /// The nearest of each level of the health pyramid: where to go first, and who is behind.
    #[must_use]
    pub fn referral(&self, from: Point, filter: &Filter) -> Vec<(Level, Nearby<'_>)> {
        let nearest = |level: Level| {
            let filter = Filter { level: Some(level), ..filter.clone() };
            self.nearest(from, 1, None, &filter).first().map(|near| (level, *near))
        };
        Level::ALL.iter().copied().filter_map(nearest).collect()
    }
}
