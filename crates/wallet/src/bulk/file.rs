//! A file of payments, read: the same bytes give the same lines, whatever they are.

use crate::{
    Error, codes,
    papers::formula::{bare, is_formula},
    parse_amount, parse_note,
};
use csv::{ReaderBuilder, StringRecord};
use hostolink_kernel::{ErrorCode, Identifier, Region, Xof, folded};
use hostolink_ledger::Note;

/// The most lines of one file, its header aside.
pub const MAX_LINES: usize = 10_000;
/// The longest text that is kept of a cell, in characters.
const MAX_CELL: usize = 100;

/// What columns are called, in French or English, however it is spelt.
const RECIPIENT: &[&str] = &[
    "destinataire",
    "beneficiaire",
    "telephone",
    "numero",
    "email",
    "e mail",
    "identifiant",
    "recipient",
    "to",
    "phone",
    "phone number",
    "identifier",
];
const AMOUNT: &[&str] = &["montant", "amount"];
const NAME: &[&str] = &["nom", "nom complet", "name", "full name"];
const NOTE: &[&str] = &["note", "motif", "reference", "ref", "libelle", "label"];

/// A line of a file as it was read; nobody was looked up.
#[derive(Clone, PartialEq, Eq)]
pub struct AskedLine {
    /// Where it begins in the file, from 1 on.
    pub line: u32,
    /// The receiver as the file names them, for who sent it.
    pub recipient: String,
    /// The same, read.
    pub identifier: Option<Identifier>,
    /// Who the payer believes that is.
    pub name: Option<String>,
    /// How much.
    pub amount: Option<Xof>,
    /// A few words for the receiver.
    pub note: Option<Note>,
    /// What is wrong with it, if anything.
    pub error: Option<&'static ErrorCode>,
}

impl std::fmt::Debug for AskedLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let error = self.error.map(|error| error.code);
        f.debug_struct("AskedLine").field("line", &self.line).field("error", &error).finish_non_exhaustive()
    }
}

/// Reads a file: UTF-8 with or without a mark, commas or semicolons, a header in French or English with at least a receiver and an
/// amount. Other columns are not looked at, blank lines neither. What is wrong with a line is said there. Numbers without a country
/// code are of the first of `regions`.
///
/// # Errors
/// `wallet.bulk_unreadable`, `wallet.bulk_header_invalid`, `wallet.bulk_empty`, `wallet.bulk_too_many_lines`, which is told as soon as
/// there is one too many.
pub fn parse_bulk_file(bytes: &[u8], regions: &[Region]) -> Result<Vec<AskedLine>, Error> {
    let unreadable = || Error::Rule(&codes::BULK_UNREADABLE);
    let text = std::str::from_utf8(bytes).map_err(|_| unreadable())?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut csv = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(text))
        .from_reader(text.as_bytes());
    let mut record = StringRecord::new();
    let mut columns: Option<Columns> = None;
    let mut count = Count { bytes: text.as_bytes(), counted: 0, line: 1 };
    let mut lines = Vec::new();
    while csv.read_record(&mut record).map_err(|_| unreadable())? {
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        match &columns {
            None => columns = Some(Columns::find(&record)?),
            Some(_) if lines.len() == MAX_LINES => return Err(Error::Rule(&codes::BULK_TOO_MANY_LINES)),
            Some(columns) => {
                let begins = record.position().map_or(0, csv::Position::byte);
                let line = count.at(usize::try_from(begins).unwrap_or(usize::MAX));
                lines.push(columns.read(&record, line, regions));
            }
        }
    }
    if lines.is_empty() { Err(Error::Rule(&codes::BULK_EMPTY)) } else { Ok(lines) }
}

/// On which line a place in the file is. The reader's own count is of before the end of the line before, which it has not read.
struct Count<'a> {
    bytes: &'a [u8],
    counted: usize,
    line: u32,
}

impl Count<'_> {
    /// Asked for places one after the other.
    fn at(&mut self, place: usize) -> u32 {
        let is_end = |byte: &u8| matches!(byte, b'\r' | b'\n');
        let rest = self.bytes.get(place..).unwrap_or_default();
        let begins = place + rest.iter().take_while(|byte| is_end(byte)).count();
        let passed = self.bytes.get(self.counted..begins).unwrap_or_default();
        // Two bytes may end a line together.
        let ends = passed
            .iter()
            .enumerate()
            .filter(|(at, byte)| **byte == b'\n' || (**byte == b'\r' && passed.get(at + 1) != Some(&b'\n')));
        self.line = self.line.saturating_add(u32::try_from(ends.count()).unwrap_or(u32::MAX));
        self.counted = begins;
        self.line
    }
}

/// What parts the cells of the first line that says anything.
fn delimiter(text: &str) -> u8 {
    let header = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let mut quoted = false;
    let mut more = 0_i64;
    for byte in header.bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b';' if !quoted => more += 1,
            b',' if !quoted => more -= 1,
            _ => {}
        }
    }
    if more > 0 { b';' } else { b',' }
}

/// Where each thing stands.
struct Columns {
    recipient: usize,
    amount: usize,
    name: Option<usize>,
    note: Option<usize>,
    count: usize,
}

impl Columns {
    fn find(header: &StringRecord) -> Result<Self, Error> {
        let invalid = || Error::Rule(&codes::BULK_HEADER_INVALID);
        let titles: Vec<String> = header.iter().map(folded).collect();
        // Two columns for one thing: nobody can tell which is meant.
        let one = |names: &[&str]| {
            let mut places = (0..titles.len()).filter(|place| names.contains(&titles[*place].as_str()));
            let first = places.next();
            if places.next().is_some() { Err(invalid()) } else { Ok(first) }
        };
        Ok(Self {
            recipient: one(RECIPIENT)?.ok_or_else(invalid)?,
            amount: one(AMOUNT)?.ok_or_else(invalid)?,
            name: one(NAME)?,
            note: one(NOTE)?,
            count: titles.len(),
        })
    }

    fn read(&self, record: &StringRecord, line: u32, regions: &[Region]) -> AskedLine {
        let cell = |place: usize| bare(record.get(place).unwrap_or_default().trim());
        let (recipient, name) = (cell(self.recipient), self.name.map(cell).unwrap_or_default());
        let identifier = Identifier::parse(recipient, regions).ok();
        let amount = francs(cell(self.amount));
        let note = parse_note(self.note.map(cell));
        // A sign that parts cells, in a cell without quotes.
        let too_many = record.iter().skip(self.count).any(|cell| !cell.trim().is_empty());
        let error = if too_many {
            Some(&codes::BULK_COLUMNS)
        } else if identifier.is_none() {
            Some(&codes::BULK_RECIPIENT_INVALID)
        } else if amount.is_none() {
            Some(&codes::AMOUNT_INVALID)
        } else if is_formula(name) {
            Some(&codes::BULK_NAME_FORMULA)
        } else if name.chars().count() > MAX_CELL || name.chars().any(char::is_control) {
            Some(&codes::BULK_NAME_INVALID)
        } else if note.is_err() {
            Some(&codes::NOTE_INVALID)
        } else {
            None
        };
        AskedLine {
            line,
            recipient: kept(recipient),
            identifier,
            name: Some(kept(name)).filter(|name| !name.is_empty()),
            amount,
            note: note.unwrap_or_default(),
            error,
        }
    }
}

/// Whole francs above zero, as digits; spaces may part thousands.
fn francs(cell: &str) -> Option<Xof> {
    let mut digits = String::with_capacity(cell.len().min(24));
    for (place, group) in cell.split([' ', '\u{a0}', '\u{202f}', '\u{2009}']).enumerate() {
        let is_number = !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit());
        let is_thousand = place == 0 || (group.len() == 3 && (place > 1 || digits.len() <= 3));
        if !is_number || !is_thousand || digits.len() > 20 {
            return None;
        }
        digits.push_str(group);
    }
    parse_amount(digits.parse().ok()?).ok()
}

/// What of a cell is kept and shown again.
fn kept(cell: &str) -> String {
    cell.chars().filter(|c| !c.is_control()).take(MAX_CELL).collect()
}

#[cfg(test)]
#[path = "file_tests.rs"]
mod tests;
