use crate::{Area, Error, Words, refusals};
use chrono::{DateTime, TimeDelta, Utc};
use hostolink_audit::Actor;
use uuid::Uuid;

/// From when on something is shown, and until when: 90 days at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// From when on.
    pub from: DateTime<Utc>,
    /// Until when.
    pub to: DateTime<Utc>,
}

impl Period {
    /// Reads a period; left out, it begins now.
    ///
    /// # Errors
    /// `social.invalid_period`.
    pub fn parse(from: Option<DateTime<Utc>>, to: DateTime<Utc>, now: DateTime<Utc>) -> Result<Self, Error> {
        let from = from.unwrap_or(now).max(now);
        let year = now + TimeDelta::days(365);
        let fits = from < to && from <= year && to - from <= TimeDelta::days(90);
        if fits { Ok(Self { from, to }) } else { Err(Error::Rule(&refusals::INVALID_PERIOD)) }
    }
}

/// Tell people something.
#[derive(Debug, Clone)]
pub struct NewAnnouncement {
    /// What it is about: 1 to 120 characters.
    pub title: Words,
    /// The words: 1 to 2,000 characters.
    pub text: Words,
    /// To whom: who is in these districts; none is everybody.
    pub areas: Vec<Area>,
    /// When.
    pub period: Period,
    /// Who tells.
    pub actor: Actor,
}

impl NewAnnouncement {
    /// The longest title, in characters.
    pub const MAX_TITLE: usize = 120;
    /// The longest text, in characters.
    pub const MAX_TEXT: usize = 2_000;
}

/// What the house tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// Its id, ordered by time.
    pub id: Uuid,
    /// What it is about.
    pub title: String,
    /// The words.
    pub text: String,
    /// The districts, by their codes.
    pub areas: Vec<String>,
    /// From when on.
    pub from: DateTime<Utc>,
    /// Until when.
    pub to: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_ahead_and_short() {
        let now = DateTime::from_timestamp(1_795_161_600, 0).unwrap();
        let in_days = |days| now + TimeDelta::days(days);
        assert_eq!(Period::parse(None, in_days(1), now).unwrap().from, now);
        assert_eq!(Period::parse(Some(in_days(-5)), in_days(1), now).unwrap().from, now, "never in the past");
        assert!(Period::parse(Some(in_days(10)), in_days(100), now).is_ok());
        for (from, to) in [(None, 0), (None, -1), (None, 91), (Some(5), 5), (Some(366), 367)] {
            assert!(Period::parse(from.map(in_days), in_days(to), now).is_err(), "{from:?} {to}");
        }
    }
}
