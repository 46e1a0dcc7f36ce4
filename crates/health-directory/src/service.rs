use crate::{
    Country, DataSource, Error, PackPart, Progress, Report, Snapshot, Source,
    import::{self, AreaDraft, Draft, EmergencyDraft, PlaceDraft},
    refusals, seed, store,
};
use arc_swap::ArcSwap;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::{Connection, PgConnection};
use hostolink_audit as audit;
use hostolink_kernel::{Clock, Random};
use serde_json::{Value, json};
use std::{io::Read, sync::Arc};

/// The directory: a snapshot in memory for whoever asks, and the imports that change what is behind it.
#[derive(Debug)]
pub struct Directory {
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    snapshot: ArcSwap<Snapshot>,
}

/// Which list to import.
#[derive(Debug, Clone)]
pub struct Import {
    /// What list it is.
    pub source: Source,
    /// The only country to take rows of; `None` takes every country of Africa.
    pub country: Option<Country>,
    /// Who imports.
    pub actor: audit::Actor,
}

/// The ministry's list: it says neither its licence nor when it was verified, so whoever imports it does.
#[derive(Debug, Clone)]
pub struct MinistryList {
    /// The licence (SPDX, or a word for the permission), 1 to 32 characters; `None` keeps what was said before, and says `unstated` at first.
    pub licence: Option<String>,
    /// On which day the ministry verified the positions; `None` is unknown.
    pub verified_on: Option<NaiveDate>,
    /// Who imports.
    pub actor: audit::Actor,
}

impl Directory {
    /// A directory that knows nothing before its first [`Directory::refresh`].
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Self {
        Self { clock, random, snapshot: ArcSwap::from_pointee(Snapshot::empty()) }
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    pub(crate) fn random(&self) -> &dyn Random {
        &*self.random
    }

    /// Writes down who did what.
    pub(crate) fn note(
        &self,
        conn: &mut PgConnection,
        (actor, action): (&audit::Actor, &'static str),
        (object_kind, object): (&'static str, impl ToString),
        details: Value,
    ) -> Result<(), Error> {
        let at = self.clock.now();
        let (actor, object_id) = (actor.clone(), object.to_string());
        Ok(audit::record(conn, &audit::Entry { actor, action, object_kind, object_id, details, at })?)
    }

    /// What is known now. Asking takes no lock and no query.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.load_full()
    }

    /// Loads the directory anew if it changed since the last time, and says whether it did. Cheap when it did not.
    ///
    /// # Errors
    /// Those of the database; what was known stays known.
    pub fn refresh(&self, conn: &mut PgConnection) -> Result<bool, Error> {
        let known = self.snapshot.load().revision();
        if known.is_some() && Some(store::revision(conn)?) <= known {
            return Ok(false);
        }
        let loaded = Arc::new(store::load(conn, &self.snapshot.load())?);
        // Two may load at once: the older one must not replace the newer.
        let before = self
            .snapshot
            .rcu(|known| Arc::clone(if known.revision() < loaded.revision() { &loaded } else { known }));
        Ok(before.revision() < loaded.revision())
    }

    /// Compresses the packs of what is known, where that was not done: whoever asks for one does not wait for it, and neither does who
    /// edited something.
    pub fn compress_packs(&self) {
        let snapshot = self.snapshot();
        for part in PackPart::ALL {
            let _ = snapshot.pack_gzip(*part);
        }
    }

    /// Imports a list in one transaction: new rows are added, changed ones updated, bad ones refused with the reason.
    /// Importing the same list again changes nothing. Rows that the list no longer has stay.
    ///
    /// # Errors
    /// [`Error::FileTooLarge`], [`Error::ColumnsMissing`], [`Error::Unreadable`] and those of the database; then nothing
    /// of the list is kept.
    pub fn import(
        &self,
        conn: &mut PgConnection,
        import: &Import,
        reader: impl Read,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Report, Error> {
        self.import_described(conn, import, (store::description(import.source), None), reader, progress)
    }

    /// Imports the ministry's list, as [`Directory::import`] does.
    ///
    /// # Errors
    /// As [`Directory::import`]; [`Error::TooManyRows`], [`Error::Compressed`]; `health.invalid_licence`.
    pub fn import_ministry(
        &self,
        conn: &mut PgConnection,
        list: &MinistryList,
        reader: impl Read,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Report, Error> {
        let mut described = store::description(Source::Ministry);
        let said = list.licence.as_deref().map(str::trim);
        if said.is_some_and(|said| {
            !(1..=32).contains(&said.chars().count()) || said.chars().any(char::is_control)
        }) {
            return Err(Error::Rule(&refusals::INVALID_LICENCE));
        }
        let before = store::licence_of(conn, &described.code)?;
        if let Some(licence) = said.map(str::to_owned).or(before) {
            described.licence = licence;
        }
        let verified_at =
            list.verified_on.and_then(|day| day.and_hms_opt(0, 0, 0)).map(|time| time.and_utc());
        let import = Import {
            source: Source::Ministry,
            country: Some(Country::COTE_D_IVOIRE),
            actor: list.actor.clone(),
        };
        self.import_described(conn, &import, (described, verified_at), reader, progress)
    }

    fn import_described(
        &self,
        conn: &mut PgConnection,
        import: &Import,
        (described, verified_at): (DataSource, Option<DateTime<Utc>>),
        reader: impl Read,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Report, Error> {
        let now = self.clock.now();
        conn.transaction(|conn| {
            let revision = store::lock_revision(conn)? + 1;
            let (source, described_anew) = store::put_source(conn, &described)?;
            let write = store::Writing { source, revision, now, random: &*self.random, verified_at };
            let report = match import.source {
                Source::Who | Source::Osm => import::read_list(
                    reader, import.source, import.country, progress, |drafts: &[Draft]| write.establishments(conn, drafts),
                ),
                Source::Ministry => import::read_ministry(
                    reader, progress, |drafts: &[Draft]| write.establishments(conn, drafts),
                ),
                Source::Emergency => import::read_list(
                    reader, import.source, import.country, progress,
                    |drafts: &[EmergencyDraft]| write.emergency_numbers(conn, drafts),
                ),
                Source::Places => import::read_list(
                    reader, import.source, import.country, progress, |drafts: &[PlaceDraft]| write.places(conn, drafts),
                ),
                Source::Areas => {
                    import::read_areas(reader, progress, |drafts: &[AreaDraft]| write.areas(conn, drafts))
                }
            }?;
            if report.written.changed() || described_anew {
                audit::record(conn, &audit::Entry {
                    actor: import.actor.clone(),
                    action: "health.import",
                    object_kind: "source_donnees",
                    object_id: import.source.code().to_owned(),
                    details: json!({
                        "inserted": report.written.inserted, "updated": report.written.updated,
                        "unchanged": report.written.unchanged, "refused": report.refused.total(), "revision": revision,
                    }),
                    at: now,
                })?;
            }
            Ok(report)
        })
    }

    /// Closes the lists of pharmacies on duty that are over, and forgets up to `at_once` things that are gone since before an instant:
    /// whoever has a copy from before that is given everything anew. Says how many of both.
    ///
    /// # Errors
    /// Those of the database.
    pub fn tidy(
        &self,
        conn: &mut PgConnection,
        gone_before: DateTime<Utc>,
        at_once: i64,
    ) -> Result<(usize, usize), Error> {
        let now = self.clock.now();
        // Who has nothing to write does not wait for a writer.
        if !store::has_rotas_to_close(conn, now)? && !store::has_changes_to_forget(conn, gone_before)? {
            return Ok((0, 0));
        }
        let tidied = conn.transaction(|conn| {
            store::lock_revision(conn)?;
            let forgotten = store::forget_changes(conn, gone_before, at_once)?;
            Ok::<_, Error>((store::close_rotas(conn, now)?, forgotten))
        })?;
        self.refresh(conn)?;
        Ok(tidied)
    }

    /// Imports the lists that come with the program, if nothing was ever imported.
    ///
    /// # Errors
    /// As [`Directory::import`].
    pub fn import_shipped(&self, conn: &mut PgConnection) -> Result<Vec<(Source, Report)>, Error> {
        if store::has_sources(conn)? {
            return Ok(Vec::new());
        }
        let mut reports = Vec::new();
        for (source, file) in seed::FILES {
            let import =
                Import { source, country: Some(Country::COTE_D_IVOIRE), actor: audit::Actor::default() };
            reports.push((source, self.import(conn, &import, file, &mut |_| ())?));
        }
        Ok(reports)
    }
}
