//! The whole directory as a file for a phone, and what changed since the file it has.
//!
//! A pack is lines of JSON: a header, then one array a thing whose first element is its key, in the order of keys. A delta is the header
//! of the pack that it leads to, `["since",…]`, then the lines that changed; a line that has its key alone says that the thing is gone.
//! Whoever puts the lines of a delta in place of theirs has the pack that it leads to, byte for byte.

use super::Snapshot;
use crate::{DataSource, EmergencyNumber, Establishment, EstablishmentType, Holiday, Level, Number};
use crate::{Duty, NumberKind, Ownership, PackPart, Purpose, Rota, Service, Verification};
use chrono::{DateTime, SecondsFormat, Utc};
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};
use std::io::Write;

/// What is to be sent to somebody who has a pack already.
#[derive(Debug, PartialEq, Eq)]
pub enum Changes {
    /// The lines that changed.
    Delta(String),
    /// The whole pack: theirs is of another directory, older than what is remembered, or nearly everything changed.
    Everything,
}

/// The form of packs. Another one is another number, and another address for who reads only this one.
const FORMAT: u32 = 1;

/// A thing's key, the number of its last change, and its line.
type Line = (String, i64, String);

impl Snapshot {
    /// The pack of a part, compressed (gzip).
    #[must_use]
    pub fn pack_gzip(&self, part: PackPart) -> &[u8] {
        self.packs[part as usize].get_or_init(|| compress(self.pack(part).as_bytes()))
    }

    /// The pack of a part.
    #[must_use]
    pub fn pack(&self, part: PackPart) -> String {
        let mut text = self.header(part);
        for (_, _, line) in self.lines(part) {
            text.push_str(&line);
            text.push('\n');
        }
        text
    }

    /// What changed in a part after `since`.
    #[must_use]
    pub fn changes(&self, part: PackPart, since: i64) -> Changes {
        let revision = self.revision.unwrap_or_default();
        // Of what was gone by the forgotten number, nobody can tell any more that it is to be dropped.
        if since <= 0 || since > revision || since < self.forgotten {
            return Changes::Everything;
        }
        let lines = self.lines(part);
        let all = lines.len();
        let mut changed: Vec<Line> = lines.into_iter().filter(|(_, revision, _)| *revision > since).collect();
        if changed.len() > 20 && changed.len() * 2 > all {
            return Changes::Everything;
        }
        let gone = self.gone.iter().filter(|(_, revision)| **revision > since);
        changed.extend(gone.map(|(key, revision)| (key.clone(), *revision, json!([key]).to_string())));
        changed.sort_unstable();
        let mut text = format!("{}{}\n", self.header(part), json!(["since", since]));
        for (_, _, line) in changed {
            text.push_str(&line);
            text.push('\n');
        }
        Changes::Delta(text)
    }

    fn header(&self, part: PackPart) -> String {
        let header = json!({
            "format": FORMAT,
            "part": part.code(),
            "revision": self.revision.unwrap_or_default(),
            "types": EstablishmentType::ALL.iter().map(|value| value.code()).collect::<Vec<_>>(),
            "levels": Level::ALL.iter().map(|value| value.code()).collect::<Vec<_>>(),
            "ownerships": Ownership::ALL.iter().map(|value| value.code()).collect::<Vec<_>>(),
            "numberKinds": NumberKind::ALL.iter().map(|value| value.code()).collect::<Vec<_>>(),
            "purposes": Purpose::ALL.iter().map(|value| value.code()).collect::<Vec<_>>(),
            "services": Service::ALL.iter().map(|value| value.code()).collect::<Vec<_>>(),
            "statuses": Verification::ALL.iter().map(|value| value.code()).collect::<Vec<_>>(),
        });
        format!("{header}\n")
    }

    /// The lines of a part in the order of their keys. What leaves under a share-alike licence is in a part of its own.
    fn lines(&self, part: PackPart) -> Vec<Line> {
        let shared = part == PackPart::ShareAlike;
        let sources = self.sources.iter().filter(|source| source.share_alike == shared).map(|s| source(s));
        let holidays = self.calendar.holidays().filter(|_| !shared).map(holiday);
        let numbers = self.emergency_numbers.iter().filter(|n| n.source.share_alike == shared).map(emergency);
        let rotas = self.rotas.iter().filter(|_| !shared).map(rota);
        let rows =
            self.rows.iter().filter(|row| row.source.share_alike == shared).map(|row| establishment(row));
        let mut lines: Vec<Line> = sources.chain(holidays).chain(numbers).chain(rotas).chain(rows).collect();
        lines.sort_unstable();
        lines
    }
}

fn source(source: &DataSource) -> Line {
    let key = format!("s/{}", source.code);
    let line = json!([key, source.name, source.licence, source.licence_url, source.attribution, source.url]);
    (key, source.revision, line.to_string())
}

fn holiday(holiday: &Holiday) -> Line {
    let key = format!("h/{}", holiday.day);
    let line = json!([key, holiday.name, holiday.estimated]);
    (key, holiday.revision, line.to_string())
}

fn emergency(number: &EmergencyNumber) -> Line {
    let key = number.key();
    let line = json!([
        key,
        number.order,
        number.service,
        number.value,
        number.category.code(),
        number.scope,
        number.free,
        number.cost,
        number.hours,
        number.confidence.code(),
        number.status as usize,
    ]);
    (key, number.revision, line.to_string())
}

/// `[key, name, type, latitude, longitude, source, level, ownership, facts, numbers, hours, region, address, accuracy, services]`,
/// without the nulls at its end. What is new comes last: who does not know it reads what was there before.
fn establishment(row: &Establishment) -> Line {
    let key = format!("e/{}", row.id);
    let numbers: Vec<Value> = row.alive_numbers().map(number).collect();
    let mut columns = vec![
        json!(key),
        json!(row.name),
        json!(row.kind as usize),
        json!(rounded(row.position.point.latitude())),
        json!(rounded(row.position.point.longitude())),
        json!(row.source.code),
        json!(row.level.map(|level| level as usize)),
        json!(row.ownership.map(|ownership| ownership as usize)),
        facts(row),
        if numbers.is_empty() { Value::Null } else { json!(numbers) },
        json!(row.hours.as_ref().map(crate::Hours::osm)),
        json!(row.region),
        json!(row.address),
        json!(row.position.accuracy_metres),
        services(row),
    ];
    trim(&mut columns);
    (key, row.revision, Value::Array(columns).to_string())
}

/// Takes the nulls at the end away.
fn trim(columns: &mut Vec<Value>) {
    while columns.last() == Some(&Value::Null) {
        columns.pop();
    }
}

/// `[key, from, until, source, pharmacies]`: who is on duty from one instant until before another.
fn rota(rota: &Rota) -> Line {
    let time = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let duties: Vec<Value> = rota.duties.iter().map(duty).collect();
    let line = json!([rota.key(), time(rota.from), time(rota.until), rota.source, duties]);
    (rota.key(), rota.revision, line.to_string())
}

/// `[area, name, numbers, establishment, address]`, without the nulls at its end. The establishment is one of either part, where it is known.
fn duty(duty: &Duty) -> Value {
    let mut columns = vec![
        json!(duty.area),
        json!(duty.name),
        json!(duty.numbers),
        json!(duty.establishment),
        json!(duty.address),
    ];
    trim(&mut columns);
    Value::Array(columns)
}

fn number(number: &Number) -> Value {
    json!([number.value, number.kind as usize, number.purpose as usize, number.status as usize])
}

/// Emergencies, medicines, wheelchairs: a letter each, `y`, `n` or `?`; null where nothing is known.
fn facts(row: &Establishment) -> Value {
    let facts = [row.emergency, row.dispensing, row.wheelchair];
    if facts.iter().all(Option::is_none) {
        return Value::Null;
    }
    let letter = |fact: Option<bool>| match fact {
        Some(true) => 'y',
        Some(false) => 'n',
        None => '?',
    };
    Value::String(facts.into_iter().map(letter).collect())
}

/// The places of its services in the header's list; null is unknown, and an empty list is known to be none.
fn services(row: &Establishment) -> Value {
    let places = |all: &Vec<Service>| all.iter().map(|service| *service as usize).collect::<Vec<_>>();
    json!(row.services.as_ref().map(places))
}

/// To a metre: more digits than any source is good for are bytes that somebody pays for.
fn rounded(degrees: f64) -> f64 {
    (degrees * 100_000.0).round() / 100_000.0
}

fn compress(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(text.len() / 4), Compression::best());
    // Writing to memory does not fail.
    encoder.write_all(text).and_then(|()| encoder.finish()).unwrap_or_default()
}
