//! When a place is open, and why that is not known where it isn't.

mod calendar;

pub use calendar::{Calendar, Holiday};

use chrono::{DateTime, TimeDelta, Utc};
use opening_hours::{OpeningHours, RuleKind};

/// Opening hours in OpenStreetMap's language, as in `Mo-Fr 07:30-18:00; Sa 07:30-12:00`.
#[derive(Debug)]
pub struct Hours {
    osm: String,
    rules: Result<OpeningHours, WhyUnknown>,
    names_holidays: bool,
}

/// Open or closed, and until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opening {
    /// Whether it is open.
    pub open: bool,
    /// When that changes next; `None` where it doesn't within a year, or where it depends on a holiday that is announced late.
    pub until: Option<DateTime<Utc>>,
}

/// Why nobody can say whether a place is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WhyUnknown {
    /// No source gives its hours.
    NotGiven,
    /// The hours don't parse. They are kept: people can read them.
    Unreadable,
    /// They say `00:00-00:00`, which some write for the whole day and some for none of it.
    MidnightToMidnight,
    /// They name school holidays, of which there is no calendar.
    SchoolHolidays,
    /// They name public holidays, and those of that year are not known.
    NoCalendar,
    /// They name public holidays, and one that depends on the moon may fall on that day.
    MoonDependent,
    /// Somebody must be asked first: "on appointment".
    OnCondition,
    /// The clock of its country is not known.
    OtherClock,
}

impl WhyUnknown {
    /// Its code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotGiven => "not_given",
            Self::Unreadable => "unreadable",
            Self::MidnightToMidnight => "midnight_to_midnight",
            Self::SchoolHolidays => "school_holidays",
            Self::NoCalendar => "no_calendar",
            Self::MoonDependent => "moon_dependent",
            Self::OnCondition => "on_condition",
            Self::OtherClock => "other_clock",
        }
    }
}

/// How far ahead the next change is looked for.
const HORIZON: TimeDelta = TimeDelta::days(366);

impl Hours {
    /// Takes the text, with its odd spaces made plain. A text that can't be evaluated is kept: people can read it.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let osm = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let rules = if osm.contains("00:00-00:00") {
            Err(WhyUnknown::MidnightToMidnight)
        } else if names(&osm, "SH") {
            Err(WhyUnknown::SchoolHolidays)
        } else {
            days_together(&osm).parse().map_err(|_| WhyUnknown::Unreadable)
        };
        let names_holidays = names(&osm, "PH");
        Self { osm, rules, names_holidays }
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

    /// Whether it is open at an instant, in a country whose clocks show UTC all year, as Côte d'Ivoire's do.
    ///
    /// # Errors
    /// [`WhyUnknown`] where the hours don't tell.
    pub fn is_open_at(&self, instant: DateTime<Utc>, calendar: &Calendar) -> Result<bool, WhyUnknown> {
        // A minute is looked at: whoever goes through thousands does not ask for the next change.
        self.look(instant, TimeDelta::minutes(1), calendar).map(|(open, _)| open)
    }

    /// The same, with the time at which it changes.
    ///
    /// # Errors
    /// As [`Hours::is_open_at`].
    pub fn at(&self, instant: DateTime<Utc>, calendar: &Calendar) -> Result<Opening, WhyUnknown> {
        let (open, until) = self.look(instant, HORIZON, calendar)?;
        let is_certain = |until: DateTime<Utc>| {
            !self.names_holidays
                || (calendar.knows_year_of(until.date_naive())
                    && !calendar.is_doubtful(instant.date_naive(), until.date_naive()))
        };
        Ok(Opening { open, until: until.filter(|until| is_certain(*until)) })
    }

    /// The state, and when it changes if that is before the horizon.
    fn look(
        &self,
        instant: DateTime<Utc>,
        horizon: TimeDelta,
        calendar: &Calendar,
    ) -> Result<(bool, Option<DateTime<Utc>>), WhyUnknown> {
        let (now, rules) = (instant.naive_utc(), self.rules.as_ref().map_err(|why| *why)?);
        if self.names_holidays && !calendar.knows_year_of(now.date()) {
            return Err(WhyUnknown::NoCalendar);
        }
        if self.names_holidays && calendar.is_doubtful(now.date(), now.date()) {
            return Err(WhyUnknown::MoonDependent);
        }
        let rules = rules.clone().with_context(calendar.context());
        let end = now.checked_add_signed(horizon).unwrap_or(now);
        let span = rules.iter_range(now, end).next().ok_or(WhyUnknown::NoCalendar)?;
        let open = match span.kind {
            // Open "on appointment" is not open to whoever comes.
            _ if !span.comment.is_empty() => return Err(WhyUnknown::OnCondition),
            RuleKind::Open => true,
            RuleKind::Closed => false,
            RuleKind::Unknown => return Err(WhyUnknown::OnCondition),
        };
        Ok((open, Some(span.range.end.and_utc()).filter(|_| span.range.end < end)))
    }
}

/// `Mo, We 14:00-18:00` without the space: with it the grammar has two rules, of which the first opens all of Monday, and nobody who
/// writes so means that.
fn days_together(osm: &str) -> String {
    let mut text = String::with_capacity(osm.len());
    for part in osm.split_inclusive(',') {
        let next = part.trim_start();
        let before = text.strip_suffix(',').map(str::trim_end);
        if before.is_some_and(|before| is_day(last_word(before))) && is_day(first_word(next)) {
            text.push_str(next);
        } else {
            text.push_str(part);
        }
    }
    text
}

fn first_word(text: &str) -> &str {
    text.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default()
}

fn last_word(text: &str) -> &str {
    text.rsplit(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default()
}

fn is_day(word: &str) -> bool {
    ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su", "PH"].iter().any(|day| day.eq_ignore_ascii_case(word))
}

/// Whether a word of the hours is this one.
fn names(osm: &str, word: &str) -> bool {
    osm.split(|c: char| !c.is_ascii_alphabetic()).any(|found| found.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar() -> Calendar {
        let holiday = |day: &str, estimated| Holiday {
            day: day.parse().unwrap(),
            name: "x".to_owned(),
            estimated,
            source: "x".to_owned(),
            revision: 1,
        };
        Calendar::new(vec![
            holiday("2026-05-27", true),
            holiday("2026-08-07", false),
            holiday("2026-12-25", false),
            holiday("2027-01-01", false),
        ])
    }

    fn at(text: &str, instant: &str) -> Result<Opening, WhyUnknown> {
        Hours::new(text).at(instant.parse().unwrap(), &calendar())
    }

    #[test]
    fn known_hours_are_open_or_closed_until_they_change() {
        // 20 November 2026 is a Friday.
        for (text, instant, open, until) in [
            ("24/7", "2026-11-20T03:00:00Z", true, None),
            (
                "Mo-Fr 07:30-18:00; Sa 07:30-12:00",
                "2026-11-20T07:29:59Z",
                false,
                Some("2026-11-20T07:30:00Z"),
            ),
            ("Mo-Fr 07:30-18:00; Sa 07:30-12:00", "2026-11-20T07:30:00Z", true, Some("2026-11-20T18:00:00Z")),
            (
                "Mo-Fr 07:30-18:00; Sa 07:30-12:00",
                "2026-11-20T18:00:00Z",
                false,
                Some("2026-11-21T07:30:00Z"),
            ),
            ("Mo-Fr 07:30-18:00; Sa 07:30-12:00", "2026-11-21T11:00:00Z", true, Some("2026-11-21T12:00:00Z")),
            (
                "Mo-Fr 07:30-18:00; Sa 07:30-12:00",
                "2026-11-22T11:00:00Z",
                false,
                Some("2026-11-23T07:30:00Z"),
            ),
            ("Mo-Su 20:00-06:00", "2026-11-20T02:00:00Z", true, Some("2026-11-20T06:00:00Z")),
            (
                "Mo-Fr 07:00-12:00, 14:00-18:00\u{a0}; Sa 07:00-12:30",
                "2026-11-21T12:00:00Z",
                true,
                Some("2026-11-21T12:30:00Z"),
            ),
            // Christmas is a Friday: closed, or open on its own hours.
            ("Mo-Fr 08:00-17:00; PH off", "2026-12-25T10:00:00Z", false, Some("2026-12-28T08:00:00Z")),
            ("Mo-Fr 08:00-17:00; PH off", "2026-12-24T16:00:00Z", true, Some("2026-12-24T17:00:00Z")),
            (
                "Mo-Fr 09:00-19:30;Su,PH 10:30-19:00",
                "2026-08-07T10:00:00Z",
                false,
                Some("2026-08-07T10:30:00Z"),
            ),
            // It may be closed the day after, but the hours say nothing of holidays.
            ("Mo-Fr 08:00-17:00", "2026-05-27T10:00:00Z", true, Some("2026-05-27T17:00:00Z")),
            // When it opens again depends on the moon.
            ("Mo-Fr 08:00-17:00; PH off", "2026-05-25T18:00:00Z", false, None),
        ] {
            let until = until.map(|until| until.parse().unwrap());
            assert_eq!(at(text, instant), Ok(Opening { open, until }), "{text} {instant}");
        }
    }

    #[test]
    fn days_with_commas_and_spaces_between_are_one_list() {
        for (text, together) in [
            ("Mo, We 14:00-18:00; Tu, Th-Fr 09:00-18:00", "Mo,We 14:00-18:00; Tu,Th-Fr 09:00-18:00"),
            ("Sa, Su, PH off", "Sa,Su,PH off"),
            ("Mo-Fr 08:00-12:00, 14:00-18:00", "Mo-Fr 08:00-12:00, 14:00-18:00"),
            ("Mo-Fr 08:00-12:00, We 14:00-18:00", "Mo-Fr 08:00-12:00, We 14:00-18:00"),
            ("24/7", "24/7"),
            ("", ""),
        ] {
            assert_eq!(days_together(text), together);
        }
        assert_eq!(at("Mo, We 14:00-18:00", "2026-11-23T08:00:00Z").map(|opening| opening.open), Ok(false));
    }

    #[test]
    fn what_is_not_known_is_said_so() {
        for (text, instant, why) in [
            ("Mo-Sa 08:00-12:00; SH off", "2026-11-20T10:00:00Z", WhyUnknown::SchoolHolidays),
            ("Mo-Su 00:00-00:00", "2026-11-20T10:00:00Z", WhyUnknown::MidnightToMidnight),
            ("24/24 7j/7", "2026-11-20T10:00:00Z", WhyUnknown::Unreadable),
            ("7h30-19h30 lundi-vendredi", "2026-11-20T10:00:00Z", WhyUnknown::Unreadable),
            ("", "2026-11-20T10:00:00Z", WhyUnknown::Unreadable),
            ("Mo-Fr \"sur rendez-vous\"", "2026-11-20T10:00:00Z", WhyUnknown::OnCondition),
            ("Mo-Fr 08:00-17:00; PH off", "2026-05-26T10:00:00Z", WhyUnknown::MoonDependent),
            ("Mo-Fr 08:00-17:00; PH off", "2026-05-28T10:00:00Z", WhyUnknown::MoonDependent),
            ("Mo-Fr 08:00-17:00; PH off", "2040-05-28T10:00:00Z", WhyUnknown::NoCalendar),
        ] {
            assert_eq!(at(text, instant), Err(why), "{text} {instant}");
        }
        assert_eq!(Hours::new("Mo-Fr\u{202f}08:00-12:00\u{a0}; Sa  off").osm(), "Mo-Fr 08:00-12:00 ; Sa off");
    }

    /// At these instants the golden file says whether each text of the shipped list is open (O), closed (C) or unknown (?): worked out
    /// apart from this code and from the library that it uses, by the specification's rule that the last rule of a day wins.
    const INSTANTS: [&str; 20] = [
        "2026-08-03T07:15:00Z",
        "2026-08-03T07:30:00Z",
        "2026-08-04T12:00:00Z",
        "2026-08-05T12:15:00Z",
        "2026-08-05T14:00:00Z",
        "2026-08-06T16:30:00Z",
        "2026-08-06T18:00:00Z",
        "2026-08-07T10:45:00Z",
        "2026-08-07T20:00:00Z",
        "2026-08-08T09:00:00Z",
        "2026-08-08T12:30:00Z",
        "2026-08-08T14:30:00Z",
        "2026-08-08T17:00:00Z",
        "2026-08-09T11:00:00Z",
        "2026-08-09T15:00:00Z",
        "2026-08-10T00:00:00Z",
        "2026-08-10T21:30:00Z",
        "2026-08-10T23:59:00Z",
        "2026-05-28T10:00:00Z",
        "2040-08-06T10:00:00Z",
    ];
    const GOLDEN: &str = include_str!("hours.golden.csv");

    #[test]
    fn the_280_texts_of_the_shipped_list_say_what_the_golden_file_says() {
        let golden: Vec<(String, String, String)> =
            csv::Reader::from_reader(GOLDEN.as_bytes()).deserialize().collect::<Result<_, _>>().unwrap();
        assert_eq!(golden.len(), 280);
        let calendar = calendar();
        for (text, why, states) in golden {
            let hours = Hours::new(&text);
            let mut reasons: Vec<&str> = Vec::new();
            let found: String = INSTANTS
                .iter()
                .map(|instant| match hours.is_open_at(instant.parse().unwrap(), &calendar) {
                    Ok(true) => 'O',
                    Ok(false) => 'C',
                    Err(unknown) => {
                        if reasons.last() != Some(&unknown.code()) {
                            reasons.push(unknown.code());
                        }
                        '?'
                    }
                })
                .collect();
            assert_eq!((found, reasons.join(" ")), (states, why), "{text}: every ? has its reason");
            for instant in INSTANTS {
                let instant = instant.parse().unwrap();
                let opening = hours.at(instant, &calendar);
                assert_eq!(
                    opening.map(|opening| opening.open),
                    hours.is_open_at(instant, &calendar),
                    "{text}"
                );
                // What changes is otherwise right after, and was not right before.
                if let Ok(Opening { open, until: Some(until) }) = opening {
                    let second = TimeDelta::seconds(1);
                    assert_eq!(hours.is_open_at(until - second, &calendar), Ok(open), "{text} {instant}");
                    assert_eq!(hours.is_open_at(until, &calendar), Ok(!open), "{text} {instant}");
                }
            }
        }
    }
}
