use super::{Refusal, Remark, text};
use crate::Error;
use csv::ByteRecord;
use std::{
    collections::HashMap,
    io::{self, Read},
};

/// The largest file that is read, in bytes: five times the list of all of sub-Saharan Africa.
pub(crate) const MAX_FILE: u64 = 64 * 1024 * 1024;

/// A reader that fails rather than read more than [`MAX_FILE`].
#[derive(Debug)]
pub(crate) struct Bounded<R> {
    reader: R,
    left: u64,
}

/// How [`Bounded`] tells its failure from those of the file.
#[derive(Debug, thiserror::Error)]
#[error("the file is too large")]
pub(crate) struct TooLarge;

impl From<csv::Error> for Error {
    fn from(error: csv::Error) -> Self {
        let bounded =
            |io: &std::io::Error| io.get_ref().and_then(|inner| inner.downcast_ref::<TooLarge>()).is_some();
        match error.kind() {
            csv::ErrorKind::Io(io) if bounded(io) => Self::FileTooLarge,
            _ => Self::Unreadable(error.to_string()),
        }
    }
}

impl<R> Bounded<R> {
    pub(crate) fn new(reader: R) -> Self {
        Self { reader, left: MAX_FILE }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.left = self.left.checked_sub(read as u64).ok_or_else(|| io::Error::other(TooLarge))?;
        Ok(read)
    }
}

/// Where each column of a file stands.
#[derive(Debug)]
pub(crate) struct Columns(HashMap<String, usize>);

impl Columns {
    /// # Errors
    /// [`Error::ColumnsMissing`] names those of `needed` that are not there.
    pub(crate) fn find(headers: &ByteRecord, needed: &[&str]) -> Result<Self, Error> {
        let places: HashMap<String, usize> = headers
            .iter()
            .enumerate()
            .map(|(place, name)| (String::from_utf8_lossy(name).trim().to_owned(), place))
            .collect();
        let missing: Vec<&str> = needed.iter().copied().filter(|name| !places.contains_key(*name)).collect();
        if missing.is_empty() { Ok(Self(places)) } else { Err(Error::ColumnsMissing(missing.join(", "))) }
    }
}

/// One row of a file, and what is noted while reading it.
#[derive(Debug)]
pub(crate) struct Row<'a> {
    columns: &'a Columns,
    record: &'a ByteRecord,
    pub(crate) remarks: Vec<Remark>,
}

impl<'a> Row<'a> {
    pub(crate) fn new(columns: &'a Columns, record: &'a ByteRecord) -> Self {
        Self { columns, record, remarks: Vec::new() }
    }

    fn bytes(&self, column: &str) -> &'a [u8] {
        self.columns.0.get(column).and_then(|place| self.record.get(*place)).unwrap_or_default()
    }

    /// A short technical value: a code, a coordinate. What is not UTF-8 reads as nothing anybody would take.
    pub(crate) fn code(&self, column: &str) -> &'a str {
        std::str::from_utf8(self.bytes(column)).map_or("\u{fffd}", str::trim)
    }

    /// A text for people: whole, in NFC, one space between words. `None` when there is none.
    ///
    /// # Errors
    /// [`Refusal::DamagedText`] and [`Refusal::TooLong`].
    pub(crate) fn text(&mut self, column: &'static str, max: usize) -> Result<Option<String>, Refusal> {
        let read = text::read(self.bytes(column)).map_err(|_| Refusal::DamagedText(column))?;
        if read.text.chars().count() > max {
            return Err(Refusal::TooLong(column));
        }
        if read.repaired {
            self.remarks.push(Remark::TextRepaired);
        }
        if text::lost_a_letter(&read.text) {
            self.remarks.push(Remark::LetterLost);
        }
        Ok(Some(read.text).filter(|text| !text.is_empty()))
    }

    /// A fact that is yes, no or unknown.
    pub(crate) fn fact(&self, column: &str) -> Option<bool> {
        match self.code(column) {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        }
    }
}
