use chrono::{DateTime, TimeDelta, Utc};
use std::time::Duration;

/// Failures in a row that open a breaker.
const FAILURES: u32 = 5;
/// How long an open breaker lets nothing through.
const PAUSE: TimeDelta = TimeDelta::seconds(30);
/// A probe that has not come back for this long is taken for lost, and another may try.
const PROBE: TimeDelta = TimeDelta::seconds(60);
/// The longest that a provider's own `Retry-After` is believed.
const LONGEST_WAIT: Duration = Duration::from_secs(300);

/// Whether a provider is asked at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BreakerState {
    /// It is.
    Closed,
    /// It failed too often: not for now.
    Open,
    /// One message at a time may try.
    HalfOpen,
}

/// Spares a provider that fails, and us the wait for it. The time is an argument.
#[derive(Debug, Default)]
pub(super) struct Breaker {
    failures: u32,
    opens_again: Option<DateTime<Utc>>,
    probing_since: Option<DateTime<Utc>>,
}

impl Breaker {
    pub(super) fn state(&self, now: DateTime<Utc>) -> BreakerState {
        match self.opens_again {
            None => BreakerState::Closed,
            Some(at) if now < at => BreakerState::Open,
            Some(_) => BreakerState::HalfOpen,
        }
    }

    /// Whether a message may try this provider now. Half open, whoever is told yes is the probe.
    pub(super) fn admits(&mut self, now: DateTime<Utc>) -> bool {
        match self.state(now) {
            BreakerState::Closed => true,
            BreakerState::Open => false,
            BreakerState::HalfOpen => {
                let free = self.probing_since.is_none_or(|since| now - since >= PROBE);
                if free {
                    self.probing_since = Some(now);
                }
                free
            }
        }
    }

    /// The provider did its work, be it by a refusal.
    pub(super) fn succeeded(&mut self) {
        *self = Self::default();
    }

    /// It did not. Where it said when to come back, nobody comes before.
    pub(super) fn failed(&mut self, now: DateTime<Utc>, retry_after: Option<Duration>) {
        self.failures = self.failures.saturating_add(1);
        self.probing_since = None;
        let told = retry_after.and_then(|wait| TimeDelta::from_std(wait.min(LONGEST_WAIT)).ok());
        let ours = (self.failures >= FAILURES).then_some(PAUSE);
        if let Some(pause) = told.max(ours) {
            self.opens_again = Some(now + pause);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_000_000 + seconds, 0).unwrap()
    }

    #[test]
    fn it_opens_after_five_failures_in_a_row_and_one_probe_closes_it() {
        let mut breaker = Breaker::default();
        for _ in 0..4 {
            breaker.failed(at(0), None);
        }
        breaker.succeeded();
        for _ in 0..4 {
            breaker.failed(at(0), None);
        }
        assert_eq!(breaker.state(at(0)), BreakerState::Closed, "not in a row");
        breaker.failed(at(0), None);
        assert_eq!(breaker.state(at(29)), BreakerState::Open);
        assert!(!breaker.admits(at(29)));
        assert_eq!(breaker.state(at(30)), BreakerState::HalfOpen);
        assert!(breaker.admits(at(30)) && !breaker.admits(at(30)), "one probe at a time");
        breaker.failed(at(31), None);
        assert!(!breaker.admits(at(60)) && breaker.admits(at(61)), "a failed probe opens it anew");
        breaker.succeeded();
        assert_eq!(breaker.state(at(61)), BreakerState::Closed);
        assert!(breaker.admits(at(61)) && breaker.admits(at(61)));
    }

    #[test]
    fn a_lost_probe_does_not_close_the_provider_for_ever() {
        let mut breaker = Breaker::default();
        for _ in 0..5 {
            breaker.failed(at(0), None);
        }
        assert!(breaker.admits(at(30)));
        assert!(!breaker.admits(at(89)) && breaker.admits(at(90)));
    }

    #[test]
    fn who_says_when_to_come_back_is_believed_within_reason() {
        let mut breaker = Breaker::default();
        breaker.failed(at(0), Some(Duration::from_secs(7)));
        assert!(!breaker.admits(at(6)) && breaker.admits(at(7)));
        breaker.failed(at(7), Some(Duration::from_secs(u64::MAX)));
        assert!(!breaker.admits(at(306)) && breaker.admits(at(307)), "five minutes at most");
    }
}
