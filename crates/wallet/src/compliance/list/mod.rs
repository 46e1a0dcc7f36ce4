//! Reading sanctions lists: each row becomes an entry or is refused with the reason. No database here.

mod table;
mod un;

use crate::{Error, compliance::name::Folded};
use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, BufReader, Read},
};

/// The form of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListFormat {
    /// A table with the columns `reference` and `name`, and where there are any `aliases`, `birth_date` (several between semicolons)
    /// and `country`.
    Csv,
    /// The consolidated list of the United Nations' Security Council, as it publishes it.
    UnXml,
}

/// Whose list: a short name of small letters, digits and hyphens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListSource(String);

impl ListSource {
    /// Takes what an operator typed.
    ///
    /// # Errors
    /// `wallet.list_unreadable`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let fits = (1..=20).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(Error::List(format!("{text:?} is no source: 1 to 20 small letters, digits and hyphens")))
        }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a row was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum EntryRefusal {
    /// It has another number of columns than the first line.
    #[error("the row has not as many columns as the first line")]
    Columns,
    /// A text is not UTF-8, or holds control characters.
    #[error("a text is damaged")]
    Damaged,
    /// The list's own reference is not there, or longer than 64 characters.
    #[error("the reference is missing or too long")]
    Reference,
    /// There is no name with a word to compare.
    #[error("there is no name to compare")]
    Name,
    /// A name has over 200 characters, a country over 80, or there are over 100 names.
    #[error("a name or a country is too long, or there are too many names")]
    TooLong,
    /// A date of birth does not begin with a year.
    #[error("a date of birth does not begin with a year")]
    BirthDate,
    /// The reference was on an earlier row.
    #[error("the reference was on an earlier row")]
    Duplicate,
}

/// What became of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListReport {
    /// The rows of the file.
    pub rows: u64,
    /// Entries that are new, or back.
    pub added: u64,
    /// Entries that the list had said otherwise.
    pub changed: u64,
    /// Entries as before.
    pub unchanged: u64,
    /// Entries that were not on it any more, and are closed.
    pub closed: usize,
    /// The rows that were refused, and why: how many, and the first of them.
    pub refused: BTreeMap<EntryRefusal, (u64, Vec<u64>)>,
}

impl ListReport {
    /// How many rows of a kind are shown one by one.
    const SHOWN: usize = 5;

    /// The entries that were taken.
    #[must_use]
    pub fn taken(&self) -> u64 {
        self.added + self.changed + self.unchanged
    }

    pub(super) fn refuse(&mut self, row: u64, why: EntryRefusal) {
        let (count, rows) = self.refused.entry(why).or_default();
        *count += 1;
        if rows.len() < Self::SHOWN {
            rows.push(row);
        }
    }
}

/// An entry as its list tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Draft {
    pub(super) reference: String,
    pub(super) names: Vec<String>,
    pub(super) birth_years: Vec<i16>,
    pub(super) country: Option<String>,
    pub(super) keys: Vec<String>,
}

/// What a row says, before it is looked at.
#[derive(Debug, Default)]
struct Said {
    reference: String,
    name: String,
    aliases: Vec<String>,
    births: Vec<String>,
    country: String,
}

impl Said {
    fn read(self) -> Result<Draft, EntryRefusal> {
        let reference = self.reference.trim().to_owned();
        if reference.is_empty() || reference.chars().count() > 64 {
            return Err(EntryRefusal::Reference);
        }
        let mut names: Vec<String> = Vec::new();
        for name in [&self.name].into_iter().chain(&self.aliases) {
            let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
            if !name.is_empty() && !names.contains(&name) {
                names.push(name);
            }
        }
        let country = Some(self.country.trim().to_owned()).filter(|country| !country.is_empty());
        let damaged =
            |text: &String| text.chars().any(|c| c.is_control() || c == char::REPLACEMENT_CHARACTER);
        if names.iter().chain(&country).any(damaged) || damaged(&reference) {
            return Err(EntryRefusal::Damaged);
        }
        let long = |text: &String, most| text.chars().count() > most;
        if names.len() > 100
            || names.iter().any(|name| long(name, 200))
            || country.iter().any(|it| long(it, 80))
        {
            return Err(EntryRefusal::TooLong);
        }
        let folded: Vec<Folded> = names.iter().filter_map(|name| Folded::of(name)).collect();
        let keys: BTreeSet<String> = folded.iter().flat_map(Folded::keys).map(|(_, key)| key).collect();
        if keys.is_empty() {
            return Err(EntryRefusal::Name);
        }
        let births: BTreeSet<i16> = self.births.iter().map(|text| year(text)).collect::<Result<_, _>>()?;
        if births.len() > 40 {
            return Err(EntryRefusal::BirthDate);
        }
        Ok(Draft {
            reference,
            names,
            birth_years: births.into_iter().collect(),
            country,
            keys: keys.into_iter().collect(),
        })
    }
}

/// The year that a date begins with.
fn year(text: &str) -> Result<i16, EntryRefusal> {
    let (year, rest) = text.trim().split_at_checked(4).ok_or(EntryRefusal::BirthDate)?;
    let begins = year.bytes().all(|b| b.is_ascii_digit()) && !rest.starts_with(|c: char| c.is_alphanumeric());
    let year = year.parse().ok().filter(|year| begins && (1800..=2200).contains(year));
    year.ok_or(EntryRefusal::BirthDate)
}

/// A row of a file.
#[derive(Debug)]
pub(super) struct Row {
    /// Its line, or its place among the entries.
    pub(super) number: u64,
    /// How much of the file is read.
    pub(super) bytes: u64,
    /// The reference, where it could be read: what is on the list badly is on it all the same.
    pub(super) reference: String,
    /// What it says.
    pub(super) draft: Result<Draft, EntryRefusal>,
}

impl Row {
    fn of(number: u64, bytes: u64, said: Said) -> Self {
        let reference = said.reference.trim().to_owned();
        Self { number, bytes, reference, draft: said.read() }
    }
}

/// Hands every row of a file to `take`.
///
/// # Errors
/// [`Error::List`] for a file that is too large, cut or in another form; those of `take`.
pub(super) fn read(
    format: ListFormat,
    reader: impl Read,
    take: &mut dyn FnMut(Row) -> Result<(), Error>,
) -> Result<(), Error> {
    let reader = Bounded { reader, left: MAX_FILE };
    match format {
        ListFormat::Csv => table::read(reader, take),
        ListFormat::UnXml => un::read(BufReader::new(reader), take),
    }
}

/// The largest file, in bytes: thirty times the United Nations' list.
const MAX_FILE: u64 = 64 * 1024 * 1024;

/// A reader that fails rather than read on: a list that is cut would close what it lacks.
struct Bounded<R> {
    reader: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        let left = self.left.checked_sub(read as u64);
        self.left = left.ok_or_else(|| io::Error::other("the file has over 64 MiB"))?;
        Ok(read)
    }
}

#[cfg(test)]
mod tests;
