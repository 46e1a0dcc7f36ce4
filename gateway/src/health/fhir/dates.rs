//! Dates as FHIR's searches write them: a day, a month or a year is the whole of it.

use crate::health::query::instant;
use chrono::{DateTime, Months, NaiveDate, TimeDelta, Utc};

/// From when on, and before when; either may be open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) from: Option<DateTime<Utc>>,
    pub(super) before: Option<DateTime<Utc>>,
}

impl Span {
    /// Narrows it by `ge2026-11-20` and the like; `None` where that is no such date, or its prefix is none of `eq`, `gt`, `ge`,
    /// `lt` and `le`.
    pub(super) fn narrowed(self, text: &str) -> Option<Self> {
        let (prefix, date) = match text.get(..2) {
            Some(prefix) if prefix.bytes().all(|letter| letter.is_ascii_lowercase()) => (prefix, &text[2..]),
            _ => ("eq", text),
        };
        let (start, end) = period(date)?;
        let later = |than| Some(self.from.map_or(than, |from| from.max(than)));
        let sooner = |than| Some(self.before.map_or(than, |before| before.min(than)));
        Some(match prefix {
            "eq" => Self { from: later(start), before: sooner(end) },
            "gt" => Self { from: later(end), ..self },
            "ge" => Self { from: later(start), ..self },
            "lt" => Self { before: sooner(start), ..self },
            "le" => Self { before: sooner(end), ..self },
            _ => return None,
        })
    }
}

/// The time that a date stands for: from its first instant to the one after its last.
fn period(text: &str) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    if !text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let day = |text: &str| text.parse::<NaiveDate>().ok().filter(|_| text.len() == 10);
    let midnight = |day: NaiveDate| Some(day.and_hms_opt(0, 0, 0)?.and_utc());
    let months =
        |first: NaiveDate, count| Some((midnight(first)?, midnight(first.checked_add_months(count)?)?));
    match text.len() {
        4 => months(day(&format!("{text}-01-01"))?, Months::new(12)),
        7 => months(day(&format!("{text}-01"))?, Months::new(1)),
        10 => {
            let day = day(text)?;
            Some((midnight(day)?, midnight(day.succ_opt()?)?))
        }
        _ => {
            let start = instant(text)?;
            let long = if text.contains('.') { TimeDelta::milliseconds(1) } else { TimeDelta::seconds(1) };
            Some((start, start.checked_add_signed(long)?))
        }
    }
}

/// An instant of `_since`.
pub(super) fn since(text: &str) -> Option<DateTime<Utc>> {
    Some(period(text)?.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(texts: &[&str]) -> Option<(Option<String>, Option<String>)> {
        let span = texts.iter().try_fold(Span::default(), |span, text| span.narrowed(text))?;
        let said =
            |instant: Option<DateTime<Utc>>| instant.map(|instant| instant.format("%F %T").to_string());
        Some((said(span.from), said(span.before)))
    }

    #[test]
    fn a_date_is_all_of_its_time() {
        let said = |from: &str, before: &str| {
            let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
            Some((some(from), some(before)))
        };
        assert_eq!(span(&["2026"]), said("2026-01-01 00:00:00", "2027-01-01 00:00:00"));
        assert_eq!(span(&["eq2026-11"]), said("2026-11-01 00:00:00", "2026-12-01 00:00:00"));
        assert_eq!(span(&["ge2026-11-20"]), said("2026-11-20 00:00:00", ""));
        assert_eq!(span(&["gt2026-11-20"]), said("2026-11-21 00:00:00", ""));
        assert_eq!(span(&["lt2026-11-20"]), said("", "2026-11-20 00:00:00"));
        assert_eq!(span(&["le2026-11-20"]), said("", "2026-11-21 00:00:00"));
        let instant = "2026-11-20T08:00:00+01:00";
        assert_eq!(span(&[instant]), said("2026-11-20 07:00:00", "2026-11-20 07:00:01"));
        assert_eq!(
            span(&["ge2026-11-19", "lt2026-11-21", "ge2026-11-01"]),
            said("2026-11-19 00:00:00", "2026-11-21 00:00:00")
        );
        for wrong in [
            "",
            "ge",
            "ne2026",
            "ap2026-11-20",
            "yesterday",
            "2026-13",
            "2026-02-30",
            "26-11-20",
            "-001",
            "é",
            "99999",
        ] {
            assert_eq!(span(&[wrong]), None, "{wrong:?}");
        }
    }
}
