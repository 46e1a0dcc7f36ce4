use super::store;
use crate::{
    Comment, Error, Publication, Social, advertisement, comment,
    publication::{self, store::purge},
};
use chrono::TimeDelta;
use diesel::{Connection, PgConnection};
use hostolink_kernel::{Cursor, Limit, Page, UserId};
use uuid::Uuid;

/// The names in cursors of everything that somebody published, and said.
const PUBLISHED: &str = "social.everything_published";
const SAID: &str = "social.everything_said";

/// What a step of [`Social::purge`] deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purged {
    /// Nothing is left to go, or others are at it.
    Nothing,
    /// Some of what hangs on publications; they go later.
    Part,
    /// These publications: their uploads may go.
    Publications(Vec<Uuid>),
}

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
    /// How much a step of the purge deletes at most: none takes long, whatever hangs on a publication.
    const PURGED_AT_ONCE: i64 = 50;
    const COMMENTS_AT_ONCE: i64 = 2_000;
    const REACTIONS_AT_ONCE: i64 = 20_000;

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

    /// Deletes at most `limit` of each kind of thing that was kept for a while: words of comments that are out of sight for a month, keys of requests,
    /// who was shown which advertisement. What of it fails keeps nothing else from going.
    ///
    /// # Errors
    /// Those of the database.
    pub fn tidy(&self, conn: &mut PgConnection, limit: i64) -> Result<(), Error> {
        let now = self.clock.now();
        let words = comment::store::purge_deleted(conn, now - Self::TIME_TO_RESTORE, limit);
        let keys = publication::store::forget_keys(conn, now - Self::KEYS_KEPT, limit);
        let seen = advertisement::store::forget_seen(conn, (now - Self::SEEN_KEPT).date_naive(), limit);
        words?;
        keys?;
        seen?;
        Ok(())
    }

    /// A step of deleting for good what is out of sight for a month: part of what hangs on some publications, or these. Each step is a transaction,
    /// the caller's or one of its own; what it says is gone has uploads that go with it, in the same one.
    ///
    /// # Errors
    /// Those of the database.
    pub fn purge(&self, conn: &mut PgConnection) -> Result<Purged, Error> {
        let before = self.clock.now() - Self::TIME_TO_RESTORE;
        conn.transaction(|conn| {
            let due = purge::due(conn, before, Self::PURGED_AT_ONCE)?;
            purge::hold_decisions(conn, &due)?;
            let held = purge::hold_due(conn, &due, before)?;
            if held.is_empty() {
                return Ok(Purged::Nothing);
            }
            let slice = (Self::COMMENTS_AT_ONCE, Self::REACTIONS_AT_ONCE);
            if purge::shed_comments(conn, &held, slice)?
                || purge::shed_reactions(conn, &held, Self::REACTIONS_AT_ONCE)?
            {
                return Ok(Purged::Part);
            }
            purge::delete(conn, &held)?;
            Ok(Purged::Publications(held))
        })
    }
}
