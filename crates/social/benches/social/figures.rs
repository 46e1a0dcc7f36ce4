//! What is said of many times.

use std::{fmt, time::Duration};

/// How long something took in the middle, and in the slowest of twenty.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Times {
    pub(crate) p50: Duration,
    pub(crate) p95: Duration,
}

impl Times {
    pub(crate) fn of(mut taken: Vec<Duration>) -> Self {
        taken.sort_unstable();
        let at = |part: usize| taken[(taken.len() - 1) * part / 100];
        Self { p50: at(50), p95: at(95) }
    }
}

impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "p50 {:.2?} p95 {:.2?}", self.p50, self.p95)
    }
}

/// How many times as long one is as the other: of all that was measured, with the least and the most of the rounds.
#[derive(Debug)]
pub(crate) struct Ratio {
    all: f64,
    least: f64,
    most: f64,
}

impl Ratio {
    pub(crate) fn new(all: f64, rounds: &[f64]) -> Self {
        let least = rounds.iter().copied().fold(f64::INFINITY, f64::min);
        let most = rounds.iter().copied().fold(0.0, f64::max);
        Self { all, least, most }
    }

    /// The ratio beside what is due, and whether it is met.
    pub(crate) fn against(&self, due: f64) -> String {
        let met = if self.all <= due { "met" } else { "NOT MET" };
        format!("{self} (due: at most {due}): {met}")
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2} times as long [{:.2}–{:.2}]", self.all, self.least, self.most)
    }
}

pub(crate) fn ratio(one: Duration, other: Duration) -> f64 {
    one.as_secs_f64() / other.as_secs_f64()
}
