use super::store;
use crate::{Error, Messaging, codes};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::PgConnection;
use hostolink_kernel::UserId;
use uuid::Uuid;

/// Somebody who is typing, or has just stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Typing {
    /// Its number: a later sign has a higher one.
    pub number: i64,
    /// Where.
    pub conversation: Uuid,
    /// Who.
    pub user: UserId,
    /// Until when, unless another sign comes; over where they stopped.
    pub until: DateTime<Utc>,
}

impl Messaging {
    /// For how long one sign counts.
    pub const TYPING_FOR: TimeDelta = TimeDelta::seconds(10);

    /// Says that somebody types in a conversation of two or of a group, or has stopped. Nobody who must not hear of them does.
    ///
    /// # Errors
    /// `messaging.conversation_unknown`, `messaging.not_here` in a theme; those of the database.
    pub fn set_typing(
        &self,
        conn: &mut PgConnection,
        who: (UserId, &[UserId]),
        id: Uuid,
        typing: bool,
    ) -> Result<(), Error> {
        let own = self.seat(conn, who, id)?;
        if !own.conversation.shows_markers() {
            return Err(Error::Rule(&codes::NOT_HERE));
        }
        let now = self.clock.now();
        let until = if typing { now + Self::TYPING_FOR } else { now };
        store::set_typing(conn, own.conversation.key, who.0, until)?;
        Ok(())
    }

    /// The signs after a number, at most so many, with those of them that are over: who typed stopped.
    ///
    /// # Errors
    /// Those of the database.
    pub fn typing_after(
        &self,
        conn: &mut PgConnection,
        number: i64,
        limit: i64,
    ) -> Result<Vec<Typing>, Error> {
        Ok(store::typing_after(conn, number, limit)?)
    }

    /// The number of the last sign.
    ///
    /// # Errors
    /// Those of the database.
    pub fn last_typing(&self, conn: &mut PgConnection) -> Result<i64, Error> {
        Ok(store::last_typing(conn)?)
    }

    /// Whether somebody is typing still.
    #[must_use]
    pub fn is_typing(&self, typing: &Typing) -> bool {
        self.clock.now() < typing.until
    }
}
