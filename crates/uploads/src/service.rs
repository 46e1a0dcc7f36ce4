use crate::{Doomed, Error, File, Media, Nature, Quota, Ticket, error, store};
use chrono::Duration;
use diesel::{Connection, PgConnection};
use hostolink_audit::{self as audit, Actor};
use hostolink_kernel::{Clock, Random, UserId};
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;

/// Tickets, and what becomes of them. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Uploads {
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    quota: Quota,
}

impl Uploads {
    /// How long a ticket is good.
    pub const TICKET_LIFE: Duration = Duration::hours(1);
    /// How long a finished file waits for something to use it.
    pub const UNUSED_LIFE: Duration = Duration::hours(24);
    /// How long rows of what is gone are kept: the quota of a day counts them.
    pub const GONE_LIFE: Duration = Duration::days(2);
    /// After how long the deletion of a file is tried again.
    pub const LEASE: Duration = Duration::minutes(10);

    /// Uploads within this quota.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, random: Arc<dyn Random>, quota: Quota) -> Self {
        Self { clock, random, quota }
    }

    /// Leave for somebody to upload one file.
    ///
    /// # Errors
    /// `media.too_many_tickets`, `media.quota_reached`; those of the database.
    pub fn ticket(
        &self,
        conn: &mut PgConnection,
        owner: UserId,
        nature: Nature,
        actor: &Actor,
    ) -> Result<Ticket, Error> {
        let now = self.clock.now();
        conn.transaction(|conn| {
            store::hold(conn, owner)?;
            let standing = store::standing(conn, owner, now)?;
            if standing.open >= self.quota.open || standing.today >= self.quota.a_day {
                return Err(Error::Rule(&error::TOO_MANY_TICKETS));
            }
            let set_aside = (standing.open + 1).saturating_mul(self.quota.bytes_of_one);
            if standing.bytes.saturating_add(set_aside) > self.quota.bytes {
                return Err(Error::Rule(&error::QUOTA_REACHED));
            }
            let ticket = Ticket { id: self.random.uuid(now), nature, expires_at: now + Self::TICKET_LIFE };
            store::insert(conn, owner, &ticket, now)?;
            self.note(conn, actor, "media.ticket_given", ticket.id, json!({ "kind": nature.code() }))?;
            Ok(ticket)
        })
    }

    /// Somebody comes with the file of a ticket, which nobody can use from now on. Afterwards, [`Uploads::finish`], [`Uploads::refuse`] or
    /// [`Uploads::give_back`].
    ///
    /// # Errors
    /// `media.ticket_unknown`, for another's, one that was used and one that is over alike; those of the database.
    pub fn receive(&self, conn: &mut PgConnection, owner: UserId, id: Uuid) -> Result<Nature, Error> {
        let nature = store::take(conn, (owner, id), self.clock.now())?;
        let nature = nature.ok_or(Error::Rule(&error::TICKET_UNKNOWN))?;
        Nature::parse(&nature).ok_or(Error::UnknownNature(nature))
    }

    /// The file was read, made safe and stored.
    ///
    /// # Errors
    /// `media.ticket_unknown` where it is no longer awaited: what was stored is then the caller's to delete. Those of the database.
    pub fn finish(
        &self,
        conn: &mut PgConnection,
        (owner, id): (UserId, Uuid),
        file: &File,
        actor: &Actor,
    ) -> Result<Media, Error> {
        let now = self.clock.now();
        conn.transaction(|conn| {
            if store::finish(conn, (owner, id), file, now + Self::UNUSED_LIFE)? == 0 {
                return Err(Error::Rule(&error::TICKET_UNKNOWN));
            }
            self.note(conn, actor, "media.uploaded", id, json!({ "bytes": file.bytes }))?;
            store::of(conn, owner, id)?.ok_or(Error::Rule(&error::UNKNOWN))
        })
    }

    /// The file was no such file: its ticket is used up.
    ///
    /// # Errors
    /// Those of the database.
    pub fn refuse(&self, conn: &mut PgConnection, owner: UserId, id: Uuid) -> Result<(), Error> {
        let now = self.clock.now();
        store::turn(conn, (owner, id), (&[store::RECEIVED], store::GONE), Some(now))?;
        Ok(())
    }

    /// We could not take the file, and it may be sent again with the same ticket.
    ///
    /// # Errors
    /// Those of the database.
    pub fn give_back(&self, conn: &mut PgConnection, owner: UserId, id: Uuid) -> Result<(), Error> {
        store::turn(conn, (owner, id), (&[store::RECEIVED], store::AWAITED), None)?;
        Ok(())
    }

    /// A finished file of somebody's.
    ///
    /// # Errors
    /// `media.unknown`; those of the database.
    pub fn get(&self, conn: &mut PgConnection, owner: UserId, id: Uuid) -> Result<Media, Error> {
        store::of(conn, owner, id)?.ok_or(Error::Rule(&error::UNKNOWN))
    }

    /// Somebody does not want to use a ticket or a file after all.
    ///
    /// # Errors
    /// `media.in_use` where something shows it; `media.unknown`; those of the database.
    pub fn remove(
        &self,
        conn: &mut PgConnection,
        owner: UserId,
        id: Uuid,
        actor: &Actor,
    ) -> Result<(), Error> {
        let now = self.clock.now();
        conn.transaction(|conn| {
            let unused = [store::AWAITED, store::READY];
            if store::turn(conn, (owner, id), (&unused, store::DOOMED), Some(now))? == 0 {
                let used = store::of(conn, owner, id)?.is_some();
                return Err(Error::Rule(if used { &error::IN_USE } else { &error::UNKNOWN }));
            }
            self.note(conn, actor, "media.removed", id, json!({}))
        })
    }

    /// Ends tickets and unused files that are over, forgets what was gone long ago, and gives the files that are to leave the store, to one worker
    /// at a time.
    ///
    /// # Errors
    /// Those of the database.
    pub fn sweep(&self, conn: &mut PgConnection, limit: i64) -> Result<Vec<Doomed>, Error> {
        let now = self.clock.now();
        store::doom_expired(conn, now, limit)?;
        store::doom_orphans(conn, limit)?;
        store::purge(conn, now - Self::GONE_LIFE, limit)?;
        Ok(conn.transaction(|conn| store::lease_doomed(conn, now, now + Self::LEASE, limit))?)
    }

    /// The store has deleted these.
    ///
    /// # Errors
    /// Those of the database.
    pub fn gone(&self, conn: &mut PgConnection, files: &[Doomed]) -> Result<usize, Error> {
        let keys: Vec<i64> = files.iter().map(|file| file.key).collect();
        Ok(store::mark_gone(conn, &keys, self.clock.now())?)
    }

    fn note(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
        action: &'static str,
        id: Uuid,
        details: Value,
    ) -> Result<(), Error> {
        let entry = audit::Entry {
            actor: actor.clone(),
            action,
            object_kind: "media",
            object_id: id.to_string(),
            details,
            at: self.clock.now(),
        };
        Ok(audit::record(conn, &entry)?)
    }
}
