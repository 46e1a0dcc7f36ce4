//! Whose sessions there are, and how they end.

use super::{
    SessionSummary,
    store::{self, End},
};
use crate::{Auth, Error, SignedInAs, totp};
use diesel::{Connection, PgConnection};
use hostolink_audit::Actor;
use hostolink_kernel::{Cursor, Limit, Page, SessionId, UserId};
use hostolink_outbox::NewEvent;
use serde_json::json;

/// The list's name in its cursors.
const LIST: &str = "sessions";

/// Which of somebody's sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// This one.
    One(SessionId),
    /// All but this one.
    Others(SessionId),
    /// All.
    All,
}

impl Auth {
    /// Somebody's live sessions, the newest first.
    ///
    /// # Errors
    /// [`Error::InvalidCursor`]; those of the database.
    pub fn sessions(
        &self,
        conn: &mut PgConnection,
        user: UserId,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<SessionSummary>, Error> {
        let before = after.map(|cursor| cursor.keyset::<SessionId>(LIST)).transpose();
        let before = before.map_err(|_| Error::InvalidCursor)?;
        let rows = store::list(conn, user, before, self.clock.now(), limit.probe())?;
        Ok(Page::from_probe(rows, limit, LIST, |session: &SessionSummary| session.id))
    }

    /// Ends sessions of the caller's own and says which. Their refresh tokens are dead at once, their access tokens as soon
    /// as the session is looked at.
    ///
    /// # Errors
    /// [`Error::SessionNotFound`] when the one that is named is none of theirs, or has ended; those of the database.
    pub fn close_sessions(
        &self,
        conn: &mut PgConnection,
        who: SignedInAs,
        which: Which,
        actor: &Actor,
    ) -> Result<Vec<SessionId>, Error> {
        conn.transaction(|conn| {
            let own = self.session(conn, who.session)?;
            if own.user != who.user {
                return Err(Error::SessionNotFound);
            }
            let ended = self.end_sessions(conn, who.user, which, End::Closed)?;
            if ended.is_empty() && matches!(which, Which::One(_)) {
                return Err(Error::SessionNotFound);
            }
            if !ended.is_empty() {
                let details = json!({ "sessions": ended });
                self.record(conn, actor, "auth.sessions_closed", own.user_public_id, details)?;
            }
            Ok(ended)
        })
    }

    /// The one way in which sessions end, in the caller's transaction: none of their tokens, whatever their rank, gives
    /// anything from then on, and whoever keeps a socket or a copy hears of it. Says which they were.
    pub(crate) fn end_sessions(
        &self,
        conn: &mut PgConnection,
        user: UserId,
        which: Which,
        why: End,
    ) -> Result<Vec<SessionId>, Error> {
        let now = self.clock.now();
        let ended = store::end(conn, user, which, why, now)?;
        if !matches!(which, Which::One(_)) {
            // A sign-in that waits for its second proof is a session in the making: its first proof is of before.
            totp::drop_challenges(conn, user)?;
        }
        let event =
            |id: &SessionId| NewEvent { kind: crate::SESSION_ENDED, subject: id.uuid(), payload: json!({}) };
        hostolink_outbox::publish_all(conn, &ended.iter().map(event).collect::<Vec<_>>(), now)?;
        Ok(ended)
    }
}
