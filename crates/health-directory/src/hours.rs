use chrono::{DateTime, Utc};
use opening_hours::{OpeningHours, RuleKind};

/// Opening hours in OpenStreetMap's language, as in `Mo-Fr 07:30-18:00; Sa 07:30-12:00`.
#[derive(Debug)]
pub struct Hours {
    osm: String,
    /// `None` where the text does not parse, or where what it says depends on something that is not known here.
    rules: Option<OpeningHours>,
}

impl Hours {
    /// Takes the text, with its odd spaces made plain. A text that can't be evaluated is kept: people can read it.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let osm = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let rules = if undecidable(&osm) { None } else { osm.parse().ok() };
        Self { osm, rules }
    }

    /// The text.
    #[must_use]
    pub fn osm(&self) -> &str {
        &self.osm
    }

    /// Whether the text can be read as opening hours at all.
    #[must_use]
    pub fn is_readable(text: &str) -> bool {
        text.parse::<OpeningHours>().is_ok()
    }

    /// Whether it is open at an instant, in a country whose clocks show UTC all year, as Côte d'Ivoire's do. `None` is
    /// unknown: hours that don't parse, that name holidays (no calendar of them is kept yet), or that say `00:00-00:00`,
    /// which some write for the whole day and some for none of it.
    #[must_use]
    pub fn open_at(&self, instant: DateTime<Utc>) -> Option<bool> {
        match self.rules.as_ref()?.state(instant.naive_utc()) {
            // Open "on appointment" is not open to whoever comes.
            (_, comment) if !comment.is_empty() => None,
            (RuleKind::Open, _) => Some(true),
            (RuleKind::Closed, _) => Some(false),
            (RuleKind::Unknown, _) => None,
        }
    }
}

/// Whether the hours name public or school holidays, or a day from midnight to the same midnight.
fn undecidable(osm: &str) -> bool {
    osm.contains("00:00-00:00")
        || osm
            .split(|c: char| !c.is_ascii_alphabetic())
            .any(|word| word.eq_ignore_ascii_case("PH") || word.eq_ignore_ascii_case("SH"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, instant: &str) -> Option<bool> {
        Hours::new(text).open_at(instant.parse().unwrap())
    }

    #[test]
    fn known_hours_are_open_or_closed() {
        // 20 November 2026 is a Friday.
        for (text, instant, open) in [
            ("24/7", "2026-11-20T03:00:00Z", Some(true)),
            ("Mo-Fr 07:30-18:00; Sa 07:30-12:00", "2026-11-20T07:29:59Z", Some(false)),
            ("Mo-Fr 07:30-18:00; Sa 07:30-12:00", "2026-11-20T07:30:00Z", Some(true)),
            ("Mo-Fr 07:30-18:00; Sa 07:30-12:00", "2026-11-20T18:00:00Z", Some(false)),
            ("Mo-Fr 07:30-18:00; Sa 07:30-12:00", "2026-11-21T11:00:00Z", Some(true)),
            ("Mo-Fr 07:30-18:00; Sa 07:30-12:00", "2026-11-22T11:00:00Z", Some(false)),
            ("Mo-Su 20:00-06:00", "2026-11-20T02:00:00Z", Some(true)),
            ("Mo-Fr 07:00-12:00, 14:00-18:00\u{a0}; Sa 07:00-12:30", "2026-11-21T12:00:00Z", Some(true)),
        ] {
            assert_eq!(at(text, instant), open, "{text} {instant}");
        }
    }

    #[test]
    fn what_is_not_known_is_said_so() {
        for text in [
            "Mo-Fr 08:00-17:00; PH closed",
            "Mo-Fr 09:00-19:30;Sa 09:00-20:00;Su,PH 10:30-19:00",
            "Mo-Sa 08:00-12:00; SH off",
            "Mo-Su 00:00-00:00",
            "24/24 7j/7",
            "7h30-19h30 lundi-vendredi",
            "",
            "Mo-Fr \"sur rendez-vous\"",
        ] {
            assert_eq!(at(text, "2026-11-20T10:00:00Z"), None, "{text}");
        }
        assert_eq!(Hours::new("Mo-Fr\u{202f}08:00-12:00\u{a0}; Sa  off").osm(), "Mo-Fr 08:00-12:00 ; Sa off");
    }
}
