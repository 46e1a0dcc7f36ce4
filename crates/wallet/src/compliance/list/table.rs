use super::{EntryRefusal, Row, Said};
use crate::Error;
use std::{collections::HashMap, io::Read};

/// Reads a table.
pub(super) fn read(reader: impl Read, take: &mut dyn FnMut(Row) -> Result<(), Error>) -> Result<(), Error> {
    let unreadable = |error: &csv::Error| Error::List(format!("the table can't be read: {error}"));
    let mut table = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(reader);
    let headers = table.byte_headers().map_err(|error| unreadable(&error))?;
    let columns: HashMap<String, usize> = headers
        .iter()
        .enumerate()
        .map(|(place, name)| {
            (String::from_utf8_lossy(name).trim_start_matches('\u{feff}').to_ascii_lowercase(), place)
        })
        .collect();
    if let Some(missing) = ["reference", "name"].iter().find(|name| !columns.contains_key(**name)) {
        return Err(Error::List(format!("the table has no column {missing:?}")));
    }
    let mut record = csv::ByteRecord::new();
    loop {
        let read = table.read_byte_record(&mut record);
        let (number, bytes) = (record.position().map_or(0, csv::Position::line), table.position().byte());
        let row = match read {
            Ok(false) => return Ok(()),
            Ok(true) => {
                let text = |column: &str| {
                    let place = columns.get(column).and_then(|place| record.get(*place));
                    String::from_utf8_lossy(place.unwrap_or_default()).into_owned()
                };
                let several = |column: &str| {
                    text(column)
                        .split(';')
                        .map(str::trim)
                        .filter(|part| !part.is_empty())
                        .map(str::to_owned)
                        .collect::<Vec<_>>()
                };
                let said = Said {
                    reference: text("reference"),
                    name: text("name"),
                    aliases: several("aliases"),
                    births: several("birth_date"),
                    country: text("country"),
                };
                Row::of(number, bytes, said)
            }
            Err(error) => match error.kind() {
                csv::ErrorKind::UnequalLengths { pos, .. } => Row {
                    number: pos.as_ref().map_or(number, csv::Position::line),
                    bytes,
                    reference: String::new(),
                    draft: Err(EntryRefusal::Columns),
                },
                _ => return Err(unreadable(&error)),
            },
        };
        take(row)?;
    }
}
