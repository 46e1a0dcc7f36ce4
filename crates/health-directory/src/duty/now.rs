use super::{Duty, Rota, draft};
use crate::{EstablishmentType, Nearby, Snapshot, name};
use chrono::{DateTime, Utc};
use hostolink_geo::Point;
use hostolink_kernel::EstablishmentId;
use std::collections::{BTreeSet, HashMap};

/// Who is on duty.
#[derive(Debug)]
pub struct OnDuty<'a> {
    /// Until when, for all of them: then ask again.
    pub until: DateTime<Utc>,
    /// Those of which it is known where they lie, the nearest first.
    pub near: Vec<(Nearby<'a>, &'a Duty)>,
    /// Those of which it isn't, by area and name.
    pub elsewhere: Vec<&'a Duty>,
    /// Where the lists come from.
    pub sources: BTreeSet<&'a str>,
}

impl Snapshot {
    /// The pharmacies on duty at an instant, seen from somewhere; of those whose place is not known, the ones of an area with a word that
    /// starts so. `None` where no published list speaks of that instant: nobody knows who is on duty, which is not nobody.
    #[must_use]
    pub fn on_duty(
        &self,
        at: DateTime<Utc>,
        from: Point,
        area: Option<&str>,
        limit: usize,
    ) -> Option<OnDuty<'_>> {
        let rotas: Vec<&Rota> =
            self.rotas().iter().filter(|rota| rota.from <= at && at < rota.until).collect();
        let until = rotas.iter().map(|rota| rota.until).min()?;
        let area = area.map(name::fold);
        let (mut placed, mut elsewhere) = (HashMap::new(), Vec::new());
        for duty in rotas.iter().flat_map(|rota| &rota.duties) {
            match duty.establishment.and_then(|id| self.place_of(id)) {
                Some(place) => {
                    placed.entry(place).or_insert(duty);
                }
                None => elsewhere.push(duty),
            }
        }
        let places: Vec<usize> = placed.keys().copied().collect();
        let near = self.nearest_of(from, limit, &places);
        let near = near.into_iter().filter_map(|(place, near)| Some((near, *placed.get(&place)?))).collect();
        elsewhere
            .retain(|duty| area.as_ref().is_none_or(|area| name::has_word(&name::fold(&duty.area), area)));
        elsewhere.truncate(limit);
        Some(OnDuty {
            until,
            near,
            elsewhere,
            sources: rotas.iter().map(|rota| rota.source.as_str()).collect(),
        })
    }

    /// The pharmacies by the words of their names; `None` where several share them.
    pub(super) fn pharmacies_by_name(&self) -> HashMap<BTreeSet<String>, Option<EstablishmentId>> {
        let mut named = HashMap::new();
        for row in self.establishments().filter(|row| row.kind == EstablishmentType::Pharmacy) {
            let words = draft::words(&row.name);
            if !words.is_empty() {
                named.entry(words).and_modify(|id| *id = None).or_insert(Some(row.id));
            }
        }
        named
    }
}
