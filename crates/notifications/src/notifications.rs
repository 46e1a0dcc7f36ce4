use crate::Error;
use diesel::PgConnection;
use hostolink_audit::{self as audit, Actor};
use hostolink_kernel::{Clock, Random};
use serde_json::Value;
use std::sync::Arc;

/// Who is told what. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Notifications {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
}

impl Notifications {
    /// With this clock and this randomness.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Self {
        Self { clock, random }
    }

    pub(crate) fn note(
        &self,
        conn: &mut PgConnection,
        (actor, action): (&Actor, &'static str),
        (kind, id): (&'static str, String),
        details: Value,
    ) -> Result<(), Error> {
        let entry = audit::Entry {
            actor: actor.clone(),
            action,
            object_kind: kind,
            object_id: id,
            details,
            at: self.clock.now(),
        };
        Ok(audit::record(conn, &entry)?)
    }
}
