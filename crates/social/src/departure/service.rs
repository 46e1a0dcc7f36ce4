use super::store;
use crate::{Comment, Error, Publication, Social, advertisement, comment, publication};
use chrono::TimeDelta;
use diesel::{Connection, PgConnection};
use hostolink_kernel::{Cursor, Limit, Page, UserId};
use uuid::Uuid;

/// The names in cursors of everything that somebody published, and said.
const PUBLISHED: &str = "social.everything_published";
const SAID: &str = "social.everything_said";

/// Forgets somebody who leaves: what they published, said, liked, followed and reported, and what they are called. Says which publications are
/// gone: their uploads may go. Money of theirs that an advertisement holds has gone back before: who has some is not erased.
///
/// # Errors
/// Those of the database.
pub fn forget(conn: &mut PgConnection, user: UserId) -> Result<Vec<Uuid>, Error> {
    conn.transaction(|conn| {
        store::hold(conn, user)?;
        let published = store::published(conn, user)?;
        store::forget(conn, user)?;
        Ok(published)
    })
}

impl Social {
    /// For how long a key of a request is known: longer than anybody retries.
    const KEYS_KEPT: TimeDelta = TimeDelta::days(2);
    /// For how long it is known who was shown which advertisement.
    const SEEN_KEPT: TimeDelta = TimeDelta::days(31);

    /// Everything that somebody published, whatever became of it, for their copy of what is known of them; the newest first.
    ///
    /// # Errors
    /// A cursor that is not of this list; those of the database.
    pub fn everything_published(
        &self,
        conn: &mut PgConnection,
        user: UserId,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Publication>, Error> {
        let before = after.map(|cursor| cursor.keyset(PUBLISHED)).transpose()?.unwrap_or(Uuid::max());
        let rows = publication::store::all_of(conn, user, before, (self.clock.now(), limit.probe()))?;
        Ok(Page::from_probe(rows, limit, PUBLISHED, |found| found.id))
    }

    /// The same of everything that they said.
    ///
    /// # Errors
    /// A cursor that is not of this list; those of the database.
    pub fn everything_said(
        &self,
        conn: &mut PgConnection,
        user: UserId,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Comment>, Error> {
        let before = after.map(|cursor| cursor.keyset(SAID)).transpose()?.unwrap_or(Uuid::max());
        let rows = comment::store::all_of(conn, user, before, limit.probe())?;
        Ok(Page::from_probe(rows, limit, SAID, |found| found.id))
    }

    /// Deletes at most `limit` of each kind of thing that was kept for a while: what was taken back a month ago, keys of requests, who was shown
    /// which advertisement. Says which publications are gone: their uploads may go.
    ///
    /// # Errors
    /// Those of the database.
    pub fn tidy(&self, conn: &mut PgConnection, limit: i64) -> Result<Vec<Uuid>, Error> {
        let now = self.clock.now();
        let month = now - Self::TIME_TO_RESTORE;
        comment::store::purge_deleted(conn, month, limit)?;
        publication::store::forget_keys(conn, now - Self::KEYS_KEPT, limit)?;
        advertisement::store::forget_seen(conn, (now - Self::SEEN_KEPT).date_naive(), limit)?;
        Ok(publication::store::purge_deleted(conn, month, limit)?)
    }
}
