//! People compared with sanctions lists: when a list is imported, and when a name is new.

use super::{
    ListFormat, ListReport, ListSource, WatchAction, WatchKind,
    alert::NewAlert,
    list::{self, Draft},
    name::Folded,
    store,
};
use crate::{Error, Wallets};
use diesel::{Connection, PgConnection};
use hostolink_audit::{self as audit, Actor};
use hostolink_kernel::{AlertId, UserId};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::{collections::HashSet, io::Read};

/// How many entries go to the database at once.
const BATCH: usize = 500;
/// How many years two dates of birth may lie apart and still be one person's: lists often guess.
const YEARS: i32 = 2;

/// Somebody to compare. The name is not kept.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonName {
    /// Whose.
    pub person: UserId,
    /// The whole name.
    pub name: String,
    /// The year of birth, where it is known.
    pub birth_year: Option<i32>,
}

impl std::fmt::Debug for PersonName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PersonName(…)")
    }
}

/// What a comparison came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Screened {
    /// How many people were compared.
    pub people: usize,
    /// How many alerts were opened.
    pub alerts: usize,
}

impl std::ops::AddAssign for Screened {
    fn add_assign(&mut self, more: Self) {
        self.people += more.people;
        self.alerts += more.alerts;
    }
}

impl Wallets {
    /// Imports a sanctions list: the same file again changes nothing, an entry that is not on it any more is closed. All of it or
    /// nothing; a file without an entry that can be taken closes none. Afterwards everybody is to be compared anew
    /// ([`Wallets::screen`]).
    ///
    /// # Errors
    /// [`Error::List`] for a file that can't be read to its end; those of the database.
    pub fn import_list(
        &self,
        conn: &mut PgConnection,
        source: &ListSource,
        format: ListFormat,
        reader: impl Read,
        progress: &mut dyn FnMut(u64),
    ) -> Result<ListReport, Error> {
        let now = self.clock.now();
        conn.transaction(|conn| {
            store::list::lock(conn, source.as_str())?;
            let (mut report, mut seen) = (ListReport::default(), HashSet::new());
            let mut batch: Vec<Draft> = Vec::with_capacity(BATCH);
            list::read(format, reader, &mut |row| {
                report.rows += 1;
                let twice = !row.reference.is_empty() && !seen.insert(row.reference.clone());
                match row.draft {
                    _ if twice => report.refuse(row.number, list::EntryRefusal::Duplicate),
                    Ok(draft) => batch.push(draft),
                    Err(why) => {
                        report.refuse(row.number, why);
                        store::list::see(conn, source.as_str(), &[&row.reference], now)?;
                    }
                }
                if batch.len() == BATCH {
                    store::list::put(conn, source.as_str(), &batch, now, &mut report)?;
                    batch.clear();
                    progress(row.bytes);
                }
                Ok(())
            })?;
            store::list::put(conn, source.as_str(), &batch, now, &mut report)?;
            if report.taken() > 0 {
                report.closed = store::list::close_unseen(conn, source.as_str(), now)?;
                store::list::analyse(conn)?;
            }
            let entry = audit::Entry {
                actor: Actor::default(),
                action: "wallet.list_imported",
                object_kind: "sanctions_list",
                object_id: source.as_str().to_owned(),
                details: json!({
                    "rows": report.rows, "added": report.added, "changed": report.changed, "closed": report.closed,
                }),
                at: now,
            };
            audit::record(conn, &entry)?;
            Ok(report)
        })
    }

    /// Compares people with every list, and opens an alert for who is on one; where the rule in force says so, nothing of theirs leaves
    /// from then on. They are told nothing. A date of birth that contradicts the list's holds nothing back: somebody looks all the same.
    ///
    /// # Errors
    /// Those of the database.
    pub fn screen(&self, conn: &mut PgConnection, people: &[PersonName]) -> Result<Screened, Error> {
        let now = self.clock.now();
        let book = self.book(conn)?;
        let rules = book.watch(WatchKind::Sanctions, now.date_naive());
        let Some(strictest) = rules.map(|rule| rule.action).max() else { return Ok(Screened::default()) };
        let names: Vec<Option<Folded>> = people.iter().map(|one| Folded::of(&one.name)).collect();
        conn.transaction(|conn| {
            let mut opened = Vec::new();
            for candidate in store::list::candidates(conn, &names)? {
                let place = usize::try_from(candidate.personne).unwrap_or(usize::MAX);
                let Some((person, Some(name))) = people.get(place).zip(names.get(place).map(Option::as_ref))
                else {
                    continue;
                };
                let on_it = |listed: &&String| Folded::of(listed).is_some_and(|listed| listed.matches(name));
                let Some(listed) = candidate.noms.iter().find(on_it) else { continue };
                let subject =
                    format!("sanctions/{}/{}/{}", candidate.id_fiche, candidate.revision, short_hash(name));
                opened.push(NewAlert {
                    person: person.person,
                    kind: WatchKind::Sanctions,
                    subject,
                    entry: Some((candidate.id_fiche, listed.clone())),
                    rule: None,
                    amount: None,
                    count: None,
                    transaction: None,
                    holds: strictest == WatchAction::Hold
                        && born_then(person.birth_year, &candidate.annees_naissance),
                });
            }
            let people = names.iter().flatten().count();
            Ok(Screened { people, alerts: self.open_alerts(conn, opened)? })
        })
    }

    /// Opens those alerts that there is none like, has what they hold back stay, and says how many they were. To be called in a
    /// transaction.
    pub(super) fn open_alerts(&self, conn: &mut PgConnection, new: Vec<NewAlert>) -> Result<usize, Error> {
        let (now, mut opened, mut held) = (self.clock.now(), 0, Vec::new());
        for alert in new {
            let id = AlertId::new(self.random.uuid(now));
            if store::alert::insert(conn, id, &alert, now)? {
                opened += 1;
                held.extend(alert.holds.then_some(alert.person));
            }
        }
        if !held.is_empty() {
            self.hold_back(conn, held)?;
        }
        Ok(opened)
    }
}

/// Whether somebody can be who a list means, as far as years of birth are known.
fn born_then(year: Option<i32>, listed: &[i16]) -> bool {
    year.is_none_or(|year| {
        listed.is_empty() || listed.iter().any(|listed| (year - i32::from(*listed)).abs() <= YEARS)
    })
}

/// Tells names apart in an alert's subject without telling the name.
fn short_hash(name: &Folded) -> String {
    hex::encode(&Sha256::digest(name.text())[..8])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_birth_that_lies_too_far_away_is_somebody_elses() {
        assert!(born_then(None, &[1960]) && born_then(Some(1990), &[]));
        assert!(born_then(Some(1962), &[1930, 1960]) && born_then(Some(1958), &[1960]));
        assert!(!born_then(Some(1963), &[1930, 1960]));
    }
}
