use chrono::{DateTime, TimeDelta, Utc};
use hostolink_kernel::Clock;
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// A clock that stands still until it is turned. Clones show the same time.
#[derive(Debug, Clone)]
pub struct FakeClock(Arc<Mutex<DateTime<Utc>>>);

impl FakeClock {
    /// A clock at 2026-11-20T08:00:00Z, a Friday morning in Abidjan.
    #[must_use]
    pub fn new() -> Self {
        Self::at(DateTime::from_timestamp(1_795_161_600, 0).unwrap_or_default())
    }

    /// A clock that shows `now`.
    #[must_use]
    pub fn at(now: DateTime<Utc>) -> Self {
        Self(Arc::new(Mutex::new(now)))
    }

    /// Turns it forward.
    pub fn advance(&self, by: Duration) {
        let by = TimeDelta::from_std(by).expect("less than 292 million years");
        self.set(self.now() + by);
    }

    /// Turns it to `now`, also backward.
    pub fn set(&self, now: DateTime<Utc>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }
}

impl Default for FakeClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for FakeClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_stands_still_until_turned_and_clones_follow() {
        let clock = FakeClock::new();
        let other = clock.clone();
        assert_eq!(clock.now().to_rfc3339(), "2026-11-20T08:00:00+00:00");
        clock.advance(Duration::from_secs(90));
        assert_eq!(other.now().to_rfc3339(), "2026-11-20T08:01:30+00:00");
    }
}
