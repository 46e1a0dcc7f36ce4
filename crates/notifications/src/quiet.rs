use crate::{Error, error};
use chrono::{DateTime, Duration, Timelike, Utc};

/// When somebody wants quiet, every day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietHours {
    from: i16,
    until: i16,
    offset: i16,
}

impl QuietHours {
    /// From one minute of the local day to another, over midnight too, where local time is so many minutes east of UTC.
    ///
    /// # Errors
    /// `notifications.quiet_hours_invalid`.
    pub fn new(from: i16, until: i16, offset: i16) -> Result<Self, Error> {
        let minute = 0..=1_439;
        let fits = minute.contains(&from) && minute.contains(&until) && from != until;
        if fits && (-840..=840).contains(&offset) {
            Ok(Self { from, until, offset })
        } else {
            Err(Error::Rule(&error::QUIET_INVALID))
        }
    }

    /// From which minute of the local day on.
    #[must_use]
    pub const fn from(self) -> i16 {
        self.from
    }

    /// Until which.
    #[must_use]
    pub const fn until(self) -> i16 {
        self.until
    }

    /// Minutes east of UTC.
    #[must_use]
    pub const fn offset(self) -> i16 {
        self.offset
    }

    /// When something may be said that wants to be said at `at`: then, or at the end of the quiet.
    #[must_use]
    pub fn next_word(self, at: DateTime<Utc>) -> DateTime<Utc> {
        let local = at + Duration::minutes(self.offset.into());
        let minute = i16::try_from(local.num_seconds_from_midnight() / 60).unwrap_or(0);
        let since = (minute - self.from).rem_euclid(1_440);
        let length = (self.until - self.from).rem_euclid(1_440);
        if since >= length {
            return at;
        }
        let into_minute =
            Duration::seconds(i64::from(local.second())) + Duration::nanoseconds(local.nanosecond().into());
        at - into_minute + Duration::minutes((length - since).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        format!("2026-12-01T{text}Z").parse().unwrap()
    }

    #[test]
    fn quiet_ends_when_it_says_also_over_midnight_and_elsewhere() {
        let night = QuietHours::new(22 * 60, 7 * 60, 0).unwrap();
        assert_eq!(night.next_word(at("21:59:59")), at("21:59:59"));
        assert_eq!(night.next_word(at("22:00:00")), at("07:00:00") + Duration::days(1));
        assert_eq!(night.next_word(at("06:59:30.5")), at("07:00:00"));
        assert_eq!(night.next_word(at("07:00:00")), at("07:00:00"));
        let siesta = QuietHours::new(13 * 60, 15 * 60, 60).unwrap();
        assert_eq!(siesta.next_word(at("12:30:00")), at("14:00:00"), "an hour east of us");
        assert_eq!(siesta.next_word(at("14:00:00")), at("14:00:00"));
    }

    #[test]
    fn hours_are_hours() {
        for (from, until, offset) in [(-1, 60, 0), (0, 1_440, 0), (60, 60, 0), (0, 60, 841), (0, 60, -841)] {
            assert!(QuietHours::new(from, until, offset).is_err(), "{from} {until} {offset}");
        }
    }
}
