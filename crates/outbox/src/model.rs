use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use serde_json::Value;
use uuid::Uuid;

/// Something that happened, as its domain tells it.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEvent {
    /// `domain.what_happened`, for example `auth.user_proven` (at most 64 characters).
    pub kind: &'static str,
    /// The public id of what it happened to.
    pub subject: Uuid,
    /// What subscribers need to know: ids, amounts, states. Never a secret, a code, a phone number or an address.
    pub payload: Value,
}

/// Something that happened, as subscribers get it.
#[derive(Debug, Clone, PartialEq, Queryable)]
pub struct Event {
    /// Its place among all events: 1, 2, 3, … in an order in which nothing comes before its cause.
    pub seq: i64,
    /// `domain.what_happened`.
    pub kind: String,
    /// The public id of what it happened to.
    pub subject: Uuid,
    /// What there is to know.
    pub payload: Value,
    /// When it happened.
    pub at: DateTime<Utc>,
}

/// An event that a subscriber kept refusing.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Parked {
    /// The subscriber.
    pub subscriber: String,
    /// The event.
    pub seq: i64,
    /// What the subscriber last said.
    pub error: String,
    /// Since when.
    pub at: DateTime<Utc>,
    /// Whether it is to be tried again.
    pub replay: bool,
}

/// How far a subscriber has come.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct SubscriberStatus {
    /// Its name.
    pub name: String,
    /// The last event it has taken.
    pub cursor: i64,
    /// Failed tries at the next one.
    pub tries: i32,
    /// When it is tried again, after a failure.
    pub next_try: Option<DateTime<Utc>>,
    /// Its last failure, until the next success.
    pub last_error: Option<String>,
}

/// How long a subscriber is left alone after its `tries`-th failure at one event: 1 s, doubling, up to 5 minutes.
pub(crate) fn back_off(tries: i32) -> TimeDelta {
    let doublings = u32::try_from(tries - 1).unwrap_or(0).min(9);
    TimeDelta::seconds((1_i64 << doublings).min(300))
}

/// At most 500 characters of an error, for its column.
pub(crate) fn shorten(error: &str) -> String {
    error.chars().filter(|c| *c != '\0').take(500).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_doubles_up_to_five_minutes() {
        let pauses: Vec<_> = [1, 2, 3, 9, 10, 1_000].map(|tries| back_off(tries).num_seconds()).into();
        assert_eq!(pauses, [1, 2, 4, 256, 300, 300]);
    }
}
