//! What people say of numbers that they dialled, and what somebody of the house decides about it.

use crate::{Directory, Error, Verification, refusals, store};
use chrono::{DateTime, Utc};
use diesel::{Connection, PgConnection};
use hostolink_audit as audit;
use hostolink_kernel::{Cursor, EstablishmentId, Limit, Page, UserId};
use serde_json::json;
use uuid::Uuid;

/// What somebody says of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It was answered by whom it should be.
    Works,
    /// Nobody answers it any more, or somebody else does.
    Dead,
}

impl Verdict {
    /// Its code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Works => "works",
            Self::Dead => "dead",
        }
    }

    /// The verdict of a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        [Self::Works, Self::Dead].into_iter().find(|verdict| verdict.code() == code)
    }

    /// What a number is once somebody believed it.
    pub(crate) const fn makes(self) -> Verification {
        match self {
            Self::Works => Verification::Verified,
            Self::Dead => Verification::Dead,
        }
    }
}

/// What somebody said of a number. Who it was is not told to whoever decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberReport {
    /// Its id.
    pub id: Uuid,
    /// The establishment.
    pub establishment: EstablishmentId,
    /// The establishment's name.
    pub name: String,
    /// The number.
    pub value: String,
    /// What was said.
    pub verdict: Verdict,
    /// `None` while nobody has decided; then whether it was believed.
    pub accepted: Option<bool>,
    /// When it was said.
    pub created_at: DateTime<Utc>,
}

/// The name that this list's cursors carry.
const LIST: &str = "number-reports";

impl Directory {
    /// Notes what somebody says of a number. Their earlier word on it, if nobody has decided on it yet, is replaced.
    ///
    /// # Errors
    /// `health.number_unknown`; those of the database.
    pub fn report_number(
        &self,
        conn: &mut PgConnection,
        (establishment, value): (EstablishmentId, &str),
        verdict: Verdict,
        (actor, user): (&audit::Actor, UserId),
    ) -> Result<NumberReport, Error> {
        let now = self.clock().now();
        conn.transaction(|conn| {
            let number = store::number_id(conn, establishment, value)?
                .ok_or(Error::Rule(&refusals::NUMBER_UNKNOWN))?;
            let id = store::put_report(conn, (number, user, verdict), self.random().uuid(now), now)?;
            record(conn, actor, "health.number_reported", id, &json!({"verdict": verdict.code()}), now)?;
            store::report(conn, id)?.ok_or(Error::Rule(&refusals::REPORT_UNKNOWN))
        })
    }

    /// What waits for a decision, the oldest first.
    ///
    /// # Errors
    /// [`Error::Cursor`] when `after` was not made by this list; those of the database.
    pub fn number_reports(
        &self,
        conn: &mut PgConnection,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<NumberReport>, Error> {
        let after = after.map(|cursor| cursor.keyset::<Uuid>(LIST)).transpose()?;
        Ok(Page::from_probe(store::pending_reports(conn, after, limit.probe())?, limit, LIST, |report| {
            report.id
        }))
    }

    /// Believes a report, and with it all that say the same of the number, or does not. A number that works is verified from then on,
    /// a dead one is no longer shown. Whoever decides has dialled it.
    ///
    /// # Errors
    /// `health.report_unknown`, `health.report_decided`; those of the database.
    pub fn decide_report(
        &self,
        conn: &mut PgConnection,
        id: Uuid,
        accept: bool,
        actor: &audit::Actor,
    ) -> Result<NumberReport, Error> {
        let now = self.clock().now();
        let decided = conn.transaction(|conn| {
            // Before anything else: all writers of the directory take this row first, so that no two wait for each other.
            store::lock_revision(conn)?;
            let report = store::report(conn, id)?.ok_or(Error::Rule(&refusals::REPORT_UNKNOWN))?;
            let number = store::decide(conn, &report, accept, now)?.ok_or(Error::Rule(&refusals::REPORT_DECIDED))?;
            if accept {
                store::set_number_status(conn, number, report.verdict.makes(), now)?;
            }
            let details = json!({"verdict": report.verdict.code(), "accepted": accept, "establishment": report.establishment});
            record(conn, actor, "health.number_decided", id, &details, now)?;
            Ok::<_, Error>(NumberReport { accepted: Some(accept), ..report })
        })?;
        self.refresh(conn)?;
        Ok(decided)
    }
}

fn record(
    conn: &mut PgConnection,
    actor: &audit::Actor,
    action: &'static str,
    id: Uuid,
    details: &serde_json::Value,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    Ok(audit::record(
        conn,
        &audit::Entry {
            actor: actor.clone(),
            action,
            object_kind: "signalement_numero",
            object_id: id.to_string(),
            details: details.clone(),
            at,
        },
    )?)
}
