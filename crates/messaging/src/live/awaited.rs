use super::store;
use crate::{Error, Messaging};
use diesel::PgConnection;
use hostolink_kernel::UserId;
use uuid::Uuid;

/// A message that somebody has not read yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unread {
    /// The message.
    pub message: Uuid,
    /// Where it was said.
    pub conversation: Uuid,
    /// Who said it.
    pub author: UserId,
    /// Who has not read it.
    pub by: UserId,
}

impl Messaging {
    /// Who is to be told of these messages besides: members of conversations of two and of groups who have not read them and did not turn
    /// notifications of the conversation off. Of themes nobody is told: whoever wishes enters them. One query.
    ///
    /// # Errors
    /// Those of the database.
    pub fn unread_by(&self, conn: &mut PgConnection, messages: &[Uuid]) -> Result<Vec<Unread>, Error> {
        if messages.is_empty() {
            return Ok(Vec::new());
        }
        let found = store::unread_by(conn, messages, self.clock.now())?;
        let unread = |(message, conversation, author, by)| Unread { message, conversation, author, by };
        Ok(found.into_iter().map(unread).collect())
    }
}
