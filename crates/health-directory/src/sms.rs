//! The nearest as a text message: for a phone without data, or a voice that reads it out.

use crate::{EmergencyCategory, Nearby, Number, NumberKind, Snapshot, Verification, display};
use chrono::{DateTime, Utc};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// What one text message holds in the alphabet of GSM 03.38.
pub const MAX_CHARS: usize = 160;

/// How many establishments fit.
const LINES: usize = 3;
/// How long a name may be, so that three lines fit whatever else they say.
const NAME: usize = 26;

impl Snapshot {
    /// Up to three establishments as one text message of [`MAX_CHARS`]: name, distance, direction, number (`?` where nobody verified
    /// it), and O or F (ouvert, fermé) where the hours tell. Without any, whom to call. Every character is of the GSM alphabet, without
    /// its escapes.
    #[must_use]
    pub fn text_message(&self, found: &[Nearby<'_>], now: DateTime<Utc>) -> String {
        let mut lines: Vec<String> = found.iter().take(LINES).map(|near| self.line(near, now)).collect();
        if lines.is_empty() {
            lines.push(format!("Aucun établissement connu ici. Secours:{}", self.urgent()));
        }
        // Numbers of other countries are longer than those that the lengths were made for.
        while lines.len() > 1 && lines.join("\n").chars().count() > MAX_CHARS {
            lines.pop();
        }
        lines.join("\n").chars().take(MAX_CHARS).collect()
    }

    fn line(&self, near: &Nearby<'_>, now: DateTime<Utc>) -> String {
        let row = near.establishment;
        let mut line =
            format!("{} {} {}", name(&row.name), distance(near.distance_metres), direction(near.bearing));
        if let Some(number) = row.alive_numbers().next() {
            line.push(' ');
            line.push_str(&dialled(number));
        }
        match row.is_open_at(now, self.calendar()) {
            Some(true) => line.push_str(" O"),
            Some(false) => line.push_str(" F"),
            None => {}
        }
        line
    }

    /// The first short number of each kind of help that is asked for at once.
    fn urgent(&self) -> String {
        let kinds = [
            (EmergencyCategory::Medical, "médical"),
            (EmergencyCategory::FireRescue, "pompiers"),
            (EmergencyCategory::Police, "police"),
        ];
        let first = |category| {
            self.emergency_numbers().iter().find(|number| {
                number.category == category
                    && number.kind == NumberKind::Short
                    && number.status != Verification::Dead
            })
        };
        let said =
            kinds.into_iter().filter_map(|(kind, word)| Some(format!(" {word} {}", first(kind)?.value)));
        said.collect::<Vec<_>>().join(",")
    }
}

fn name(name: &str) -> String {
    let plain = gsm(name);
    plain.chars().take(NAME).collect::<String>().trim_end().to_owned()
}

/// Digits without spaces: a number in a text message is tapped too.
fn dialled(number: &Number) -> String {
    let doubt = if number.status == Verification::Verified { "" } else { "?" };
    format!("{}{doubt}", display(&number.value).replace(' ', ""))
}

fn distance(metres: f64) -> String {
    match metres {
        ..995.0 => format!("{:.0}m", (metres / 10.0).round() * 10.0),
        ..9_950.0 => format!("{:.1}km", metres / 1_000.0),
        _ => format!("{:.0}km", metres / 1_000.0),
    }
}

/// One of eight, in French.
fn direction(bearing: f64) -> &'static str {
    match bearing {
        ..22.5 => "N",
        ..67.5 => "NE",
        ..112.5 => "E",
        ..157.5 => "SE",
        ..202.5 => "S",
        ..247.5 => "SO",
        ..292.5 => "O",
        ..337.5 => "NO",
        _ => "N",
    }
}

/// A text in the characters that every network carries at one each: of GSM 03.38 the letters, digits, marks, and the accents that it has.
fn gsm(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.nfc() {
        match c {
            'a'..='z'
            | 'A'..='Z'
            | '0'..='9'
            | ' '
            | '\''
            | '('
            | ')'
            | '+'
            | ','
            | '-'
            | '.'
            | '/'
            | ':'
            | '&' => {
                plain.push(c);
            }
            'é' | 'è' | 'à' | 'ù' | 'É' | 'Ç' | 'ö' | 'ü' | 'ä' | 'ñ' => plain.push(c),
            'œ' => plain.push_str("oe"),
            'Œ' => plain.push_str("OE"),
            '\u{2019}' | '\u{2018}' | '\u{2bc}' | '`' | '\u{b4}' => plain.push('\''),
            '\u{2013}' | '\u{2014}' => plain.push('-'),
            other => plain.extend(
                std::iter::once(other).nfkd().filter(|c| !is_combining_mark(*c) && c.is_ascii_alphanumeric()),
            ),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_networks_do_not_carry_become_those_that_they_do() {
        assert_eq!(
            gsm("Hôpital Général Félix Houphouët-Boigny d’Oumé"),
            "Hopital Général Félix Houphouet-Boigny d'Oumé"
        );
        assert_eq!(gsm("Sacré-Cœur – n°1 {€} ★ façade"), "Sacré-Coeur - n1   facade");
        assert_eq!(gsm("مستشفى"), "");
    }

    #[test]
    fn far_and_near_are_short() {
        let said = [0.0, 4.0, 994.0, 996.0, 9_940.0, 9_960.0, 20_015_115.0].map(distance);
        assert_eq!(said, ["0m", "0m", "990m", "1.0km", "9.9km", "10km", "20015km"]);
        assert_eq!([0.0, 22.6, 180.0, 337.4, 337.6].map(direction), ["N", "NE", "S", "NO", "N"]);
    }
}
