//! Reading lists of others: each row becomes a draft or is refused with the reason. No database here.

mod areas;
mod emergency;
mod gazetteer;
mod ministry;
mod osm;
mod place;
mod report;
pub(crate) mod row;
mod text;
mod utm;
mod who;

pub(crate) use areas::{AreaDraft, read_areas};
pub(crate) use emergency::EmergencyDraft;
pub(crate) use gazetteer::PlaceDraft;
pub(crate) use ministry::read_all as read_ministry;
pub use report::{Counts, Notes, Refusal, Remark, Report};

use crate::{Country, Error, EstablishmentType, Level, Ownership, Service, name, number::ReadNumber};
use hostolink_geo::Point;
pub(crate) use row::MAX_FILE;
use row::{Bounded, Columns, Row};
use serde::Serialize;
use std::{
    collections::{HashMap, HashSet},
    io::Read,
};

/// A list that is known here: its columns, and what its publisher asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Public facilities of sub-Saharan Africa (WHO and KEMRI-Wellcome Trust, 2019).
    Who,
    /// OpenStreetMap's health places as healthsites.io publishes them.
    Osm,
    /// Emergency and useful numbers.
    Emergency,
    /// The national list of the Ministry of Health.
    Ministry,
    /// Regions and sub-prefectures (CNTIG and OCHA, 2018), as GeoJSON.
    Areas,
    /// `OpenStreetMap`'s places by name.
    Places,
}

impl Source {
    /// The short name that answers carry.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Who => "who-kwtrp-2019",
            Self::Osm => "osm-healthsites",
            Self::Emergency => "emergency-numbers",
            Self::Ministry => "mshp-diis",
            Self::Areas => "cntig-ocha-2018",
            Self::Places => "osm-places",
        }
    }
}

/// How far an import has come.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// Bytes of the file read so far.
    pub bytes: u64,
    /// Rows read so far, refused ones included.
    pub rows: u64,
}

/// How many rows go to the database at once, which also bounds the memory that drafts take.
const BATCH: usize = 1_000;

/// An establishment as a row tells it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Draft {
    pub(crate) key: String,
    /// Whether two places of the list may share the key: where it is made of a name and no id of the source's.
    pub(crate) key_repeats: bool,
    pub(crate) name: String,
    pub(crate) kind: EstablishmentType,
    pub(crate) source_kind: Option<String>,
    pub(crate) ownership: Option<Ownership>,
    pub(crate) operator: Option<String>,
    pub(crate) country: Country,
    pub(crate) region: Option<String>,
    pub(crate) address: Option<String>,
    pub(crate) point: Point,
    pub(crate) position_source: Option<String>,
    pub(crate) hours: Option<String>,
    pub(crate) emergency: Option<bool>,
    pub(crate) dispensing: Option<bool>,
    pub(crate) wheelchair: Option<bool>,
    pub(crate) numbers: Vec<ReadNumber>,
    pub(crate) district: Option<String>,
    /// Its level where the list tells it apart from its type.
    pub(crate) level: Option<Level>,
    pub(crate) services: Option<Vec<Service>>,
    /// How far the position may be off, in metres.
    pub(crate) accuracy: Option<i32>,
}

/// What a row becomes.
pub(crate) trait Drafted: Sized {
    /// The columns without which a file is not such a list.
    fn columns(source: Source) -> &'static [&'static str];
    /// Reads one row.
    fn read(row: &mut Row<'_>, source: Source, country: Option<Country>) -> Result<Self, Refusal>;
    /// Makes the key unique in the file, with what there is to say about that, or says that the row repeats another.
    fn distinguish(&mut self, seen: &mut Seen) -> Result<Option<Remark>, Refusal>;
}

/// The keys of a file so far, each with the places that share it.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    keys: HashMap<String, Vec<Option<Point>>>,
    /// Keys that name several things, as the whole file was asked before.
    shared: HashSet<String>,
}

impl Seen {
    pub(crate) fn knowing(shared: HashSet<String>) -> Self {
        Self { shared, ..Self::default() }
    }

    /// How many different things had this key before; a refusal when one of them is the same thing.
    fn note(&mut self, key: &str, point: Option<Point>) -> Result<usize, Refusal> {
        let others = self.keys.entry(key.to_owned()).or_default();
        if others.contains(&point) {
            return Err(Refusal::Duplicate);
        }
        others.push(point);
        Ok(others.len() - 1)
    }
}

impl Drafted for Draft {
    fn columns(source: Source) -> &'static [&'static str] {
        match source {
            Source::Who => who::COLUMNS,
            Source::Ministry => ministry::COLUMNS,
            Source::Osm | Source::Emergency | Source::Areas | Source::Places => osm::COLUMNS,
        }
    }

    fn read(row: &mut Row<'_>, source: Source, country: Option<Country>) -> Result<Self, Refusal> {
        match source {
            Source::Who => who::read(row, country),
            Source::Ministry => ministry::read(row),
            Source::Osm | Source::Emergency | Source::Areas | Source::Places => osm::read(row, country),
        }
    }

    fn distinguish(&mut self, seen: &mut Seen) -> Result<Option<Remark>, Refusal> {
        let shared = seen.shared.contains(&self.key);
        if shared {
            // Whichever of them comes first in the next edition: the name tells them apart, and not their order.
            self.key = format!("{}/{}", self.key, name::fold(&self.name));
        }
        let point = Some(self.point).filter(|_| self.key_repeats);
        match seen.note(&self.key, point)? {
            0 => {}
            // Villages share names: the second and further ones of a region are told apart by their order.
            before => self.key = format!("{}#{}", self.key, before + 1),
        }
        Ok(shared.then_some(Remark::CodeShared))
    }
}

/// Reads a whole list in batches. What is written is counted by `write`; the rest is noted in the report.
///
/// # Errors
/// A file that is too large, unreadable or lacks columns, and those of `write`. Rows are never an error.
pub(crate) fn read_list<T: Drafted>(
    reader: impl Read,
    source: Source,
    country: Option<Country>,
    progress: &mut dyn FnMut(Progress),
    write: impl FnMut(&[T]) -> Result<Counts, Error>,
) -> Result<Report, Error> {
    read_list_knowing(Seen::default(), (reader, b','), (source, country), progress, write)
}

/// The same of a list whose columns another sign may part, and of which something is known before it is read.
fn read_list_knowing<T: Drafted, R: Read>(
    mut seen: Seen,
    (reader, delimiter): (R, u8),
    (source, country): (Source, Option<Country>),
    progress: &mut dyn FnMut(Progress),
    mut write: impl FnMut(&[T]) -> Result<Counts, Error>,
) -> Result<Report, Error> {
    let mut csv = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(Bounded::new(reader));
    let columns = Columns::find(csv.byte_headers()?, T::columns(source))?;
    let mut report = Report::default();
    let mut batch: Vec<T> = Vec::with_capacity(BATCH);
    let mut record = csv::ByteRecord::new();
    loop {
        let line = csv.position().line();
        let drafted = match csv.read_byte_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {
                let line = record.position().map_or(line, csv::Position::line);
                let mut row = Row::new(&columns, &record);
                let drafted = T::read(&mut row, source, country).and_then(|mut draft| {
                    row.remarks.extend(draft.distinguish(&mut seen)?);
                    Ok(draft)
                });
                if drafted.is_ok() {
                    row.remarks.into_iter().for_each(|remark| report.remarks.note(line, remark));
                }
                drafted.map_err(|refusal| (line, refusal))
            }
            Err(error) => match error.kind() {
                csv::ErrorKind::UnequalLengths { pos, .. } => {
                    Err((pos.as_ref().map_or(line, csv::Position::line), Refusal::Columns))
                }
                _ => return Err(error.into()),
            },
        };
        report.rows += 1;
        match drafted {
            Ok(draft) => batch.push(draft),
            Err((line, refusal)) => report.refused.note(line, refusal),
        }
        if batch.len() == BATCH {
            report.written += write(&batch)?;
            batch.clear();
            progress(Progress { bytes: csv.position().byte(), rows: report.rows });
        }
    }
    if !batch.is_empty() {
        report.written += write(&batch)?;
    }
    progress(Progress { bytes: csv.position().byte(), rows: report.rows });
    Ok(report)
}

/// The form of a draft's fingerprint: raise it when reading gets better, and the next import updates every row.
pub(crate) const READING: u32 = 1;

/// SHA-256 of what a source said, as it was read.
pub(crate) fn fingerprint(said: &impl Serialize) -> Result<[u8; 32], serde_json::Error> {
    use sha2::Digest;
    Ok(sha2::Sha256::digest(serde_json::to_vec(&(READING, said))?).into())
}
