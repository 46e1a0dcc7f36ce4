//! What other registries ask: pages by id, how many there are, and what changed as far as the log of changes knows.

use super::{Filter, Snapshot, filter::Matching};
use crate::Establishment;
use chrono::{DateTime, Utc};
use hostolink_geo::Point;
use hostolink_kernel::EstablishmentId;
use std::cmp::Reverse;

/// The last change of an establishment.
#[derive(Debug, Clone, Copy)]
pub struct LastChange<'a> {
    /// Which one.
    pub id: EstablishmentId,
    /// The number of the change.
    pub version: i64,
    /// What it is since; `None` where it is gone, of which no date is kept.
    pub establishment: Option<&'a Establishment>,
}

impl Snapshot {
    /// The establishments that a filter takes, by id, from after one of them.
    #[must_use]
    pub fn by_id(
        &self,
        filter: &Filter,
        after: Option<EstablishmentId>,
        limit: usize,
    ) -> Vec<&Establishment> {
        let matching = Matching::new(self, filter);
        let start = after.map_or(0, |after| self.rows.partition_point(|row| row.id <= after));
        let places = (start..self.rows.len()).filter(|place| matching.takes(*place));
        places.take(limit).map(|place| &*self.rows[place]).collect()
    }

    /// How many a filter takes; from a place, at most so many metres away where a radius is given.
    #[must_use]
    pub fn count(&self, filter: &Filter, near: Option<(Point, Option<f64>)>) -> usize {
        let matching = Matching::new(self, filter);
        let is_within = |place: usize| match near {
            Some((from, Some(radius))) => from.distance(self.rows[place].position.point) <= radius,
            _ => true,
        };
        (0..self.rows.len()).filter(|place| matching.takes(*place) && is_within(*place)).count()
    }

    /// The last change of an establishment, also of one that is gone; `None` of one that never was or is forgotten.
    #[must_use]
    pub fn last_change(&self, id: EstablishmentId) -> Option<LastChange<'_>> {
        let gone = || {
            let version = *self.gone.get(&format!("e/{id}"))?;
            Some(LastChange { id, version, establishment: None })
        };
        self.find(id).map(LastChange::of).or_else(gone)
    }

    /// The last changes of all, the newest first and from before one of them: of those that are there, what changed since an instant;
    /// of those that are gone all, because no date is kept of them.
    #[must_use]
    pub fn last_changes(
        &self,
        since: Option<DateTime<Utc>>,
        before: Option<(i64, EstablishmentId)>,
        limit: usize,
    ) -> Vec<LastChange<'_>> {
        let here = self.rows.iter().filter(|row| since.is_none_or(|since| row.updated_at >= since));
        let gone = self.gone.iter().filter_map(|(key, version)| {
            let id = key.strip_prefix("e/")?.parse().ok()?;
            Some(LastChange { id, version: *version, establishment: None })
        });
        let all = here.map(|row| LastChange::of(row)).chain(gone);
        let mut changes: Vec<_> =
            all.filter(|change| before.is_none_or(|before| (change.version, change.id) < before)).collect();
        changes.sort_unstable_by_key(|change| Reverse((change.version, change.id)));
        changes.truncate(limit);
        changes
    }
}

impl<'a> LastChange<'a> {
    fn of(row: &'a Establishment) -> Self {
        Self { id: row.id, version: row.version(), establishment: Some(row) }
    }
}
