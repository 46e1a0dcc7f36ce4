//! The nearest, written fast: the lasting JSON of an establishment is made once and kept with it; only what changes is written anew.

use super::views::{EstablishmentView, whole};
use chrono::{DateTime, SecondsFormat, Utc};
use hostolink_health_directory::{Establishment, Nearby, Snapshot};
use std::fmt::Write;

/// What changes with the time of the question stands from the one of these fields to the other. Quotes are escaped in texts, so
/// neither is found anywhere else.
const CHANGING: [&str; 2] = ["\"openNow\":", "\"emergency\":"];
/// Stands where that was: no JSON on one line has it.
const CUT: char = '\n';

/// The answer that `EstablishmentPage` gives too, but for the order of its fields.
pub(super) fn page(found: &[Nearby<'_>], snapshot: &Snapshot, now: DateTime<Utc>) -> String {
    let mut json = String::with_capacity(32 + found.len() * 1_024);
    json.push_str("{\"items\":[");
    for (place, near) in found.iter().enumerate() {
        if place > 0 {
            json.push(',');
        }
        let kept = near.establishment.shown(|row| lasting(row, snapshot, now));
        let (before, after) = kept.split_once(CUT).unwrap_or((kept, ""));
        json.push_str(before);
        changing(&mut json, near, snapshot, now);
        json.push_str(after);
    }
    json.push_str("]}");
    json
}

fn lasting(row: &Establishment, snapshot: &Snapshot, now: DateTime<Utc>) -> String {
    let view = EstablishmentView::new(row, snapshot, now);
    without_what_changes(&serde_json::to_string(&view).unwrap_or_default())
}

fn without_what_changes(json: &str) -> String {
    let [from, to] = CHANGING.map(|field| json.find(field).unwrap_or(json.len()));
    format!("{}{CUT}{}", &json[..from], &json[to..])
}

fn changing(json: &mut String, near: &Nearby<'_>, snapshot: &Snapshot, now: DateTime<Utc>) {
    // 359.6 rounds to the north again.
    let (metres, bearing) = (whole(near.distance_metres), whole(near.bearing) % 360);
    let opening = near.establishment.opening_at(now, snapshot.calendar());
    // Writing to a text does not fail.
    let _ = write!(json, "\"distanceMeters\":{metres},\"bearing\":{bearing},");
    let _ = match opening {
        Ok(opening) => {
            let until = opening.until.map(|until| until.to_rfc3339_opts(SecondsFormat::AutoSi, true));
            let until = until.map_or_else(|| "null".to_owned(), |until| format!("\"{until}\""));
            write!(json, "\"openNow\":{},\"nextChange\":{until},\"openUnknown\":null,", opening.open)
        }
        Err(why) => write!(json, "\"openNow\":null,\"nextChange\":null,\"openUnknown\":\"{}\",", why.code()),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_is_cut_out_wherever_a_text_speaks_of_it() {
        let json = r#"{"name":"the \"openNow\": and \"emergency\":","openNow":true,"nextChange":null,"emergency":null,"x":1}"#;
        let kept = without_what_changes(json);
        assert_eq!(
            kept.replace(CUT, r#""openNow":true,"nextChange":null,"#),
            json,
            "and nothing else: {kept}"
        );
    }
}
