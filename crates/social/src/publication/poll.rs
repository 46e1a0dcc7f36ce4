use super::{model::Publication, store};
use crate::{Error, Social, Viewer, refusals};
use diesel::{Connection, PgConnection};
use uuid::Uuid;

impl Social {
    /// Answers a poll, once and for good.
    ///
    /// # Errors
    /// `social.publication_unknown`, `social.poll_unknown` (also for an answer that is none), `social.poll_closed`, `social.already_voted`,
    /// `social.sanctioned`; those of the database.
    pub fn vote(
        &self,
        conn: &mut PgConnection,
        viewer: &Viewer,
        id: Uuid,
        choice: i64,
    ) -> Result<Publication, Error> {
        conn.transaction(|conn| {
            self.may_act(conn, viewer.user)?;
            self.visible(conn, viewer, id)?;
            let (closes_at, choices) =
                store::poll_of(conn, id)?.ok_or(Error::Rule(&refusals::POLL_UNKNOWN))?;
            let place = i16::try_from(choice).ok().filter(|_| (0..choices).contains(&choice));
            let place = place.ok_or(Error::Rule(&refusals::POLL_UNKNOWN))?;
            if closes_at <= self.clock.now() {
                return Err(Error::Rule(&refusals::POLL_CLOSED));
            }
            if store::vote(conn, (id, viewer.user), place)? == 0 {
                return Err(Error::Rule(&refusals::ALREADY_VOTED));
            }
            self.publication(conn, viewer, id)
        })
    }
}
