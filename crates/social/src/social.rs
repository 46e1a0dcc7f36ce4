use crate::{Error, refusals};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::PgConnection;
use hostolink_audit as audit;
use hostolink_kernel::{Clock, Random, UserId};
use hostolink_outbox::{self as outbox, NewEvent};
use serde_json::Value;
use std::{sync::Arc, time::Duration};
use uuid::Uuid;

/// What people do among each other.
#[derive(Debug)]
pub struct Social {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
}

/// Who looks, with what their domain alone knows: what is shown depends on both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    /// The person.
    pub user: UserId,
    /// The themes that they are in.
    pub themes: Vec<Uuid>,
}

impl Viewer {
    /// Somebody who is in no theme.
    #[must_use]
    pub const fn new(user: UserId) -> Self {
        Self { user, themes: Vec::new() }
    }
}

impl Social {
    /// How many of something a person may do in a while.
    pub(crate) const PUBLICATIONS_AN_HOUR: i64 = 30;
    pub(crate) const COMMENTS_IN_TEN_MINUTES: i64 = 60;
    pub(crate) const SHARES_AN_HOUR: i64 = 60;
    pub(crate) const REPORTS_A_DAY: i64 = 20;

    /// The use cases, with the time and the randomness that they take.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Self {
        Self { clock, random }
    }

    pub(crate) fn id(&self, now: DateTime<Utc>) -> Uuid {
        self.random.uuid(now)
    }

    /// Writes down who did what.
    pub(crate) fn note(
        &self,
        conn: &mut PgConnection,
        (actor, action): (&audit::Actor, &'static str),
        (object_kind, object): (&'static str, Uuid),
        details: Value,
    ) -> Result<(), Error> {
        let (actor, object_id, at) = (actor.clone(), object.to_string(), self.clock.now());
        Ok(audit::record(conn, &audit::Entry { actor, action, object_kind, object_id, details, at })?)
    }

    /// Tells what happened to whom it may concern. The payload holds ids and names of states, never a text.
    pub(crate) fn tell(
        &self,
        conn: &mut PgConnection,
        kind: &'static str,
        subject: Uuid,
        payload: Value,
    ) -> Result<(), Error> {
        Ok(outbox::publish(conn, &NewEvent { kind, subject, payload }, self.clock.now())?)
    }
}

/// The first id that could have been drawn at an instant: what was made since then has a greater one.
pub(crate) fn first_id_at(at: DateTime<Utc>) -> Uuid {
    let millis = u64::try_from(at.timestamp_millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid()
}

/// Refuses who has done something `count` times in a while of which `most` are allowed.
pub(crate) fn not_too_often(count: i64, most: i64, period: TimeDelta) -> Result<(), Error> {
    let wait = period.to_std().unwrap_or(Duration::from_secs(60));
    if count < most { Ok(()) } else { Err(Error::TooOften(wait)) }
}

/// An update that touched another number of rows than one is a defect: nothing of its transaction may stay.
pub(crate) fn assert_one(rows: usize) -> Result<(), Error> {
    if rows == 1 { Ok(()) } else { Err(diesel::result::Error::NotFound.into()) }
}

/// Whoever asks in a request is somebody.
pub(crate) fn known(actor: &audit::Actor) -> Result<UserId, Error> {
    actor.user.ok_or(Error::Rule(&refusals::PERSON_UNKNOWN))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_drawn_since_an_instant_is_not_before_its_first_id() {
        use hostolink_kernel::SystemRandom;
        let at = DateTime::from_timestamp_millis(1_795_161_600_000).unwrap();
        let before = SystemRandom.uuid(at - TimeDelta::milliseconds(1));
        assert!(before < first_id_at(at));
        assert!(first_id_at(at) <= SystemRandom.uuid(at));
    }
}
