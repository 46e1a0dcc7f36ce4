use super::{
    model::{Announcement, NewAnnouncement},
    store,
};
use crate::{
    Area, Error, Social, refusals,
    social::{assert_one, known},
};
use diesel::{Connection, PgConnection};
use hostolink_audit::Actor;
use hostolink_kernel::{Cursor, Limit, Page};
use serde_json::json;
use uuid::Uuid;

const LIST: &str = "social.announcements";

impl Social {
    /// Tells people something. Who may, whoever calls makes sure.
    ///
    /// # Errors
    /// Those of the database.
    pub fn announce(&self, conn: &mut PgConnection, new: &NewAnnouncement) -> Result<Announcement, Error> {
        let (author, now) = (known(&new.actor)?, self.clock.now());
        let id = self.id(now);
        conn.transaction(|conn| {
            assert_one(store::insert(conn, (id, author), new, now)?)?;
            self.note(conn, (&new.actor, "social.announced"), ("announcement", id), json!({}))?;
            store::one(conn, id, now)?.ok_or(Error::Rule(&refusals::ANNOUNCEMENT_UNKNOWN))
        })
    }

    /// What is told now to who is in a district, or to everybody where it is not said; the newest first. With `coming`, wherever it is told, and
    /// also what will be.
    ///
    /// # Errors
    /// A cursor that is not of this list; those of the database.
    pub fn announcements(
        &self,
        conn: &mut PgConnection,
        (area, coming): (Option<Area>, bool),
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Announcement>, Error> {
        let before = after.map(|cursor| cursor.keyset(LIST)).transpose()?.unwrap_or(Uuid::max());
        let bounds = (self.clock.now(), limit.probe());
        let rows = store::list(conn, area.map(Area::code), coming, before, bounds)?;
        Ok(Page::from_probe(rows, limit, LIST, |told| told.id))
    }

    /// Tells something no more.
    ///
    /// # Errors
    /// `social.announcement_unknown`; those of the database.
    pub fn withdraw_announcement(
        &self,
        conn: &mut PgConnection,
        id: Uuid,
        actor: &Actor,
    ) -> Result<(), Error> {
        conn.transaction(|conn| {
            if store::withdraw(conn, id, self.clock.now())? == 0 {
                return Err(Error::Rule(&refusals::ANNOUNCEMENT_UNKNOWN));
            }
            self.note(conn, (actor, "social.announcement_withdrawn"), ("announcement", id), json!({}))
        })
    }
}
