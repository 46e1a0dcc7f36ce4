//! The consolidated list of the United Nations' Security Council: its people. Its organisations are nobody who signs up.

use super::{Row, Said, year};
use crate::Error;
use quick_xml::{Reader, escape::resolve_predefined_entity, events::Event};
use std::io::BufRead;

/// No element of the list lies deeper.
const DEPTH: usize = 16;
/// More of a text is not read: no name is that long.
const TEXT: usize = 2_000;

/// Reads the list.
pub(super) fn read(
    reader: impl BufRead,
    take: &mut dyn FnMut(Row) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut xml = Reader::from_reader(reader);
    let (mut buffer, mut place, mut text) = (Vec::new(), Vec::<String>::new(), String::new());
    let (mut said, mut number, mut complete) = (Said::default(), 0, false);
    loop {
        buffer.clear();
        let event = xml.read_event_into(&mut buffer).map_err(|error| broken(&error))?;
        match event {
            Event::Start(element) => {
                place.push(String::from_utf8_lossy(element.name().as_ref()).into_owned());
                if place.len() > DEPTH {
                    return Err(broken(&"its elements lie too deep"));
                }
                if place.first().is_some_and(|root| root != "CONSOLIDATED_LIST") {
                    return Err(broken(&"it is no CONSOLIDATED_LIST"));
                }
                if place.last().is_some_and(|last| last == "INDIVIDUAL") {
                    said = Said::default();
                }
                text.clear();
            }
            Event::Text(part) => push(&mut text, &part.decode().map_err(|error| broken(&error))?),
            Event::CData(part) => push(&mut text, &part.decode().map_err(|error| broken(&error))?),
            Event::GeneralRef(reference) => {
                let name = reference.decode().map_err(|error| broken(&error))?;
                let letter = reference.resolve_char_ref().map_err(|error| broken(&error))?.map(String::from);
                let known = letter.or_else(|| resolve_predefined_entity(&name).map(str::to_owned));
                push(&mut text, &known.ok_or_else(|| broken(&"it names an unknown entity"))?);
            }
            Event::End(_) => {
                let path: Vec<&str> = place.iter().map(String::as_str).collect();
                if let Some(inside) = path.strip_prefix(&["CONSOLIDATED_LIST", "INDIVIDUALS", "INDIVIDUAL"]) {
                    if inside.is_empty() {
                        number += 1;
                        take(Row::of(number, xml.buffer_position(), std::mem::take(&mut said)))?;
                    } else {
                        note(&mut said, inside, text.trim());
                    }
                }
                text.clear();
                place.pop();
                complete |= place.is_empty();
            }
            Event::Eof if complete && place.is_empty() => return Ok(()),
            Event::Eof => return Err(broken(&"it is cut off")),
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
}

/// Keeps what an element within a person says.
fn note(said: &mut Said, inside: &[&str], text: &str) {
    if text.is_empty() {
        return;
    }
    match inside {
        ["REFERENCE_NUMBER"] => text.clone_into(&mut said.reference),
        // Where the list gives no reference, its own number is one.
        ["DATAID"] if said.reference.is_empty() => text.clone_into(&mut said.reference),
        ["FIRST_NAME" | "SECOND_NAME" | "THIRD_NAME" | "FOURTH_NAME"] => {
            said.name.push(' ');
            said.name.push_str(text);
        }
        ["INDIVIDUAL_ALIAS", "ALIAS_NAME"] => said.aliases.push(text.to_owned()),
        ["NATIONALITY", "VALUE"] if said.country.is_empty() => text.clone_into(&mut said.country),
        // A date that says no year is an unknown one: nobody leaves the list for it.
        ["INDIVIDUAL_DATE_OF_BIRTH", "DATE" | "YEAR" | "FROM_YEAR" | "TO_YEAR"] if year(text).is_ok() => {
            said.births.push(text.to_owned());
        }
        _ => {}
    }
}

fn push(text: &mut String, part: &str) {
    if text.len() < TEXT {
        text.extend(part.chars().take(TEXT));
    }
}

fn broken(why: &dyn std::fmt::Display) -> Error {
    Error::List(format!("the list can't be read: {why}"))
}
