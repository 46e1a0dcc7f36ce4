//! Holidays as somebody of the house edits them: those that depend on the moon are announced late.

use crate::{Directory, Error, refusals, store};
use chrono::NaiveDate;
use diesel::{Connection, PgConnection};
use hostolink_audit as audit;
use serde_json::json;

impl Directory {
    /// Says what is celebrated on a day, in place of what was said before.
    ///
    /// # Errors
    /// `health.invalid_holiday` where the name says nothing or more than 200 characters; those of the database.
    pub fn set_holiday(
        &self,
        conn: &mut PgConnection,
        day: NaiveDate,
        name: &str,
        estimated: bool,
        actor: &audit::Actor,
    ) -> Result<(), Error> {
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        if name.is_empty() || name.chars().count() > 200 || name.chars().any(char::is_control) {
            return Err(Error::Rule(&refusals::INVALID_HOLIDAY));
        }
        conn.transaction(|conn| {
            store::lock_revision(conn)?;
            store::put_holiday(conn, day, &name, estimated)?;
            self.record_holiday(
                conn,
                day,
                &json!({"name": name, "estimated": estimated}),
                ("health.holiday_set", actor),
            )
        })?;
        self.refresh(conn).map(|_| ())
    }

    /// Takes a holiday away.
    ///
    /// # Errors
    /// `health.holiday_unknown`; those of the database.
    pub fn remove_holiday(
        &self,
        conn: &mut PgConnection,
        day: NaiveDate,
        actor: &audit::Actor,
    ) -> Result<(), Error> {
        conn.transaction(|conn| {
            store::lock_revision(conn)?;
            if !store::delete_holiday(conn, day)? {
                return Err(Error::Rule(&refusals::HOLIDAY_UNKNOWN));
            }
            self.record_holiday(conn, day, &json!({}), ("health.holiday_removed", actor))
        })?;
        self.refresh(conn).map(|_| ())
    }

    fn record_holiday(
        &self,
        conn: &mut PgConnection,
        day: NaiveDate,
        details: &serde_json::Value,
        (action, actor): (&'static str, &audit::Actor),
    ) -> Result<(), Error> {
        Ok(audit::record(
            conn,
            &audit::Entry {
                actor: actor.clone(),
                action,
                object_kind: "jour_ferie",
                object_id: day.to_string(),
                details: details.clone(),
                at: self.clock().now(),
            },
        )?)
    }
}
