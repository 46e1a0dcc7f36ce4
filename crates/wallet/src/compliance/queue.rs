//! What a compliance officer does. An alert about themselves is not there for them; every look at one is in the log.

use super::{
    Alert, AlertFilter, AlertState, Remark, RemarkText,
    store::alert::{self as store, MOST_REMARKS},
};
use crate::{Dates, Error, Wallets, codes};
use diesel::{Connection, PgConnection};
use hostolink_audit::{self as audit, Actor};
use hostolink_kernel::{AlertId, Cursor, Limit, Page, UserId};
use serde_json::{Value, json};

/// The name in cursors of the list.
const LIST: &str = "wallet.alerts";

/// What an officer decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// It is closed without follow-up.
    Dismiss,
    /// It is suspicious: the authority is told.
    Report,
}

/// An alert with all that was written to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertFile {
    /// The alert.
    pub alert: Alert,
    /// What officers wrote, the oldest first.
    pub remarks: Vec<Remark>,
}

impl Wallets {
    /// The most alerts that are exported at once.
    pub const MOST_EXPORTED: i64 = 10_000;

    /// Alerts, the newest first.
    ///
    /// # Errors
    /// A cursor that is not of this list; those of the database.
    pub fn alerts(
        &self,
        conn: &mut PgConnection,
        reader: UserId,
        filter: &AlertFilter,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Alert>, Error> {
        let before = after.map(|cursor| cursor.keyset(LIST)).transpose()?;
        let rows = store::list(conn, reader, filter, before, limit.probe())?;
        Ok(Page::from_probe(rows, limit, LIST, |alert| alert.id))
    }

    /// One alert with its remarks. The look is in the log.
    ///
    /// # Errors
    /// `wallet.alert_unknown`, also for one about the reader; those of the database.
    pub fn alert(&self, conn: &mut PgConnection, by: &Actor, id: AlertId) -> Result<AlertFile, Error> {
        conn.transaction(|conn| {
            let alert = store::find(conn, officer(by)?, id)?.ok_or(Error::Rule(&codes::ALERT_UNKNOWN))?;
            self.log_alert(conn, by, "wallet.alert_seen", id, json!({}))?;
            Ok(AlertFile { alert, remarks: store::remarks(conn, id)? })
        })
    }

    /// Gives an alert to somebody, who may look after it: the caller has checked.
    ///
    /// # Errors
    /// `wallet.alert_unknown`, `wallet.alert_decided`, `wallet.alert_assignee_invalid`; those of the database.
    pub fn assign_alert(
        &self,
        conn: &mut PgConnection,
        by: &Actor,
        id: AlertId,
        assignee: UserId,
    ) -> Result<AlertFile, Error> {
        self.change_alert(conn, by, id, |_, alert| {
            if alert.state != AlertState::Open {
                return Err(Error::Rule(&codes::ALERT_DECIDED));
            }
            if assignee == alert.person {
                return Err(Error::Rule(&codes::ALERT_ASSIGNEE_INVALID));
            }
            alert.assignee = Some(assignee);
            Ok(("wallet.alert_assigned", json!({})))
        })
    }

    /// Writes to an alert. What is written stays.
    ///
    /// # Errors
    /// `wallet.alert_unknown`, `wallet.alert_full`; those of the database.
    pub fn remark_alert(
        &self,
        conn: &mut PgConnection,
        by: &Actor,
        id: AlertId,
        text: RemarkText,
    ) -> Result<AlertFile, Error> {
        self.change_alert(conn, by, id, |conn, _| {
            self.write_remark(conn, by, id, text)?;
            Ok(("wallet.alert_remarked", json!({})))
        })
    }

    /// Decides an alert, once. What it holds back stays held: an officer who dismisses it asks for the release, which another gives;
    /// of one that is reported, two officers release it when they may.
    ///
    /// # Errors
    /// `wallet.alert_unknown`, `wallet.alert_decided`; those of the database.
    pub fn decide_alert(
        &self,
        conn: &mut PgConnection,
        by: &Actor,
        id: AlertId,
        decision: Decision,
        text: Option<RemarkText>,
    ) -> Result<AlertFile, Error> {
        let officer = officer(by)?;
        let (state, name) = match decision {
            Decision::Dismiss => (AlertState::Dismissed, "dismiss"),
            Decision::Report => (AlertState::Reported, "report"),
        };
        self.change_alert(conn, by, id, |conn, alert| {
            if alert.state != AlertState::Open {
                return Err(Error::Rule(&codes::ALERT_DECIDED));
            }
            alert.state = state;
            (alert.decided_by, alert.decided_at) = (Some(officer), Some(self.clock.now()));
            if alert.holds && decision == Decision::Dismiss {
                alert.release_asked_by = Some(officer);
            }
            if let Some(text) = text {
                self.write_remark(conn, by, id, text)?;
            }
            Ok(("wallet.alert_decided", json!({ "decision": name })))
        })
    }

    /// Lets money leave that an alert holds back: the first officer asks for it, a second one gives it. Other alerts about the person
    /// hold on.
    ///
    /// # Errors
    /// `wallet.alert_unknown`, `wallet.alert_undecided`, `wallet.alert_holds_nothing`, `wallet.alert_second_person`; those of the
    /// database.
    pub fn release_alert(
        &self,
        conn: &mut PgConnection,
        by: &Actor,
        id: AlertId,
    ) -> Result<AlertFile, Error> {
        let officer = officer(by)?;
        self.change_alert(conn, by, id, |_, alert| {
            if alert.state == AlertState::Open {
                return Err(Error::Rule(&codes::ALERT_UNDECIDED));
            }
            if !alert.holds {
                return Err(Error::Rule(&codes::ALERT_HOLDS_NOTHING));
            }
            let step = match alert.release_asked_by {
                None => {
                    alert.release_asked_by = Some(officer);
                    "asked"
                }
                Some(first) if first == officer => return Err(Error::Rule(&codes::ALERT_SECOND_PERSON)),
                Some(_) => {
                    alert.holds = false;
                    (alert.released_by, alert.released_at) = (Some(officer), Some(self.clock.now()));
                    "released"
                }
            };
            Ok(("wallet.alert_release", json!({ "step": step })))
        })
    }

    /// What was opened in a period, the oldest first, for a report. The export is in the log.
    ///
    /// # Errors
    /// `wallet.export_too_long`; those of the database.
    pub fn export_alerts(
        &self,
        conn: &mut PgConnection,
        by: &Actor,
        dates: Dates,
    ) -> Result<Vec<Alert>, Error> {
        let rows = store::opened_between(conn, officer(by)?, dates.instants(), Self::MOST_EXPORTED + 1)?;
        let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        if count > Self::MOST_EXPORTED {
            return Err(Error::Rule(&codes::EXPORT_TOO_LONG));
        }
        let entry = audit::Entry {
            actor: by.clone(),
            action: "wallet.alerts_exported",
            object_kind: "alerts",
            object_id: format!("{} {}", dates.first(), dates.last()),
            details: json!({ "count": count }),
            at: self.clock.now(),
        };
        audit::record(conn, &entry)?;
        Ok(rows)
    }

    /// Changes an alert that nobody else touches meanwhile, writes that down, and lets money go that nothing holds any more.
    fn change_alert(
        &self,
        conn: &mut PgConnection,
        by: &Actor,
        id: AlertId,
        change: impl FnOnce(&mut PgConnection, &mut Alert) -> Result<(&'static str, Value), Error>,
    ) -> Result<AlertFile, Error> {
        conn.transaction(|conn| {
            let locked = store::lock(conn, officer(by)?, id)?;
            let mut alert = locked.ok_or(Error::Rule(&codes::ALERT_UNKNOWN))?;
            let held = alert.holds;
            let (action, details) = change(conn, &mut alert)?;
            if store::update(conn, &alert)? != 1 {
                return Err(diesel::result::Error::NotFound.into());
            }
            self.log_alert(conn, by, action, id, details)?;
            if held && !alert.holds {
                self.let_go(conn, alert.person, store::holds)?;
            }
            Ok(AlertFile { alert, remarks: store::remarks(conn, id)? })
        })
    }

    fn write_remark(
        &self,
        conn: &mut PgConnection,
        by: &Actor,
        id: AlertId,
        text: RemarkText,
    ) -> Result<(), Error> {
        if store::count_remarks(conn, id)? >= MOST_REMARKS {
            return Err(Error::Rule(&codes::ALERT_FULL));
        }
        let remark = Remark { author: officer(by)?, text, at: self.clock.now() };
        store::insert_remark(conn, id, &remark)?;
        Ok(())
    }

    fn log_alert(
        &self,
        conn: &mut PgConnection,
        by: &Actor,
        action: &'static str,
        id: AlertId,
        details: Value,
    ) -> Result<(), Error> {
        let entry = audit::Entry {
            actor: by.clone(),
            action,
            object_kind: "alert",
            object_id: id.to_string(),
            details,
            at: self.clock.now(),
        };
        Ok(audit::record(conn, &entry)?)
    }
}

/// Who acts. Nobody known sees nothing.
fn officer(by: &Actor) -> Result<UserId, Error> {
    by.user.ok_or(Error::Rule(&codes::ALERT_UNKNOWN))
}
