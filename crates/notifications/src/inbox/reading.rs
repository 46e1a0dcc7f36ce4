use super::store;
use crate::{CREATED, Error, Kind, Notification, Notifications, Recipient, error};
use chrono::{DateTime, Duration, Utc};
use diesel::{Connection, PgConnection};
use hostolink_kernel::{Cursor, Limit, Page, UserId};
use hostolink_outbox::{self as outbox, NewEvent};
use serde_json::json;
use std::collections::HashMap;
use uuid::Uuid;

/// The list's name in its cursors.
const LIST: &str = "notifications";

/// Which of somebody's notifications they have read.
#[derive(Debug, Clone, Copy)]
pub enum Reads<'a> {
    /// These.
    Some(&'a [Uuid]),
    /// All whose last happened by then: what came after the screen was drawn stays unread.
    UpTo(DateTime<Utc>),
    /// Those about an object, of a kind: it was opened elsewhere.
    About(Kind, Uuid),
}

/// Which of somebody's notifications to list.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    /// Of whom they are to see nothing: what only these did is left out, and they are not named, but for money that they moved.
    pub hidden: &'a [UserId],
    /// Only what is unread.
    pub unread: bool,
}

impl Notifications {
    /// How long a notification is kept after its last fact.
    pub const LIFE: Duration = Duration::days(90);
    /// The most that are marked by their ids at once.
    pub const MOST_MARKED: usize = 100;

    /// Somebody's, the latest first, in two queries.
    ///
    /// # Errors
    /// [`Error::Cursor`]; those of the database.
    pub fn list(
        &self,
        conn: &mut PgConnection,
        owner: UserId,
        shown: Shown<'_>,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Notification>, Error> {
        let after = after.map(|cursor| cursor.keyset::<(DateTime<Utc>, i64)>(LIST)).transpose()?;
        let rows = store::list(conn, owner, shown, after, limit.probe())?;
        let mut page = Page::from_probe(rows, limit, LIST, |row: &Notification| (row.updated_at, row.key));
        store::name_latest(conn, &mut page.items, shown.hidden)?;
        Ok(page)
    }

    /// How many are unread: what the badge shows. One row is read.
    ///
    /// # Errors
    /// Those of the database.
    pub fn unread(&self, conn: &mut PgConnection, owner: UserId) -> Result<i32, Error> {
        Ok(store::unread(conn, owner)?.unwrap_or(0))
    }

    /// The same of several people, in one query; who was never told anything is left out.
    ///
    /// # Errors
    /// Those of the database.
    pub fn unread_of(
        &self,
        conn: &mut PgConnection,
        owners: &[UserId],
    ) -> Result<HashMap<UserId, i32>, Error> {
        Ok(store::unread_of(conn, owners)?)
    }

    /// Marks somebody's as read and says how many were not. Reading again changes nothing; ids of others' are as unknown as those of nobody's.
    ///
    /// # Errors
    /// Those of the database.
    pub fn mark_read(
        &self,
        conn: &mut PgConnection,
        owner: Recipient,
        reads: Reads<'_>,
    ) -> Result<usize, Error> {
        let now = self.clock.now();
        conn.transaction(|conn| {
            store::hold_boxes(conn, &[owner.user])?;
            let marked = match reads {
                Reads::Some(ids) => store::mark(conn, owner.user, ids, now)?,
                Reads::UpTo(at) => store::mark_up_to(conn, owner.user, at, now)?,
                Reads::About(kind, object) => store::mark_about(conn, owner.user, kind, object, now)?,
            };
            if marked > 0 {
                // Their other devices take it off the badge.
                let payload = json!({ "read": true });
                let event = NewEvent { kind: CREATED, subject: owner.public_id.uuid(), payload };
                outbox::publish(conn, &event, now)?;
            }
            Ok(marked)
        })
    }

    /// Forgets one of somebody's.
    ///
    /// # Errors
    /// `notifications.unknown`, also for another's; those of the database.
    pub fn delete(
        &self,
        conn: &mut PgConnection,
        owner: Recipient,
        id: Uuid,
        actor: &hostolink_audit::Actor,
    ) -> Result<(), Error> {
        conn.transaction(|conn| {
            store::hold_boxes(conn, &[owner.user])?;
            if store::delete(conn, owner.user, id)? == 0 {
                return Err(Error::Rule(&error::UNKNOWN));
            }
            self.note(conn, (actor, "notifications.deleted"), ("notification", id.to_string()), json!({}))?;
            let payload = json!({ "read": true });
            let event = NewEvent { kind: CREATED, subject: owner.public_id.uuid(), payload };
            Ok(outbox::publish(conn, &event, self.clock.now())?)
        })
    }

    /// Forgets what is too old, a bounded number at a time, and says how many.
    ///
    /// # Errors
    /// Those of the database.
    pub fn purge(&self, conn: &mut PgConnection, limit: i64) -> Result<usize, Error> {
        let before = self.clock.now() - Self::LIFE;
        conn.transaction(|conn| {
            let old = store::older(conn, before, limit)?;
            let mut owners: Vec<UserId> = old.iter().map(|(_, owner)| *owner).collect();
            owners.sort_unstable();
            owners.dedup();
            store::hold_boxes(conn, &owners)?;
            let keys: Vec<i64> = old.into_iter().map(|(key, _)| key).collect();
            Ok(store::delete_older(conn, &keys, before)?)
        })
    }
}

/// Somebody leaves: what they were told, what others were told of them, what they wanted and their devices go.
///
/// # Errors
/// Those of the database.
pub fn forget(conn: &mut PgConnection, person: UserId) -> Result<(), Error> {
    conn.transaction(|conn| {
        let mut owners = store::told_of(conn, person)?;
        owners.push(person);
        owners.sort_unstable();
        owners.dedup();
        store::hold_boxes(conn, &owners)?;
        store::delete_all_of(conn, person)?;
        store::delete_empty(conn, &owners)?;
        store::drop_settings(conn, person)?;
        Ok(())
    })
}
