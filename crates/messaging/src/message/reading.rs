use super::{
    model::Message,
    store::{self, Stretch},
};
use crate::{Conversation, Error, Messaging, Own, codes};
use diesel::PgConnection;
use hostolink_kernel::{Cursor, Limit, Page, UserId, folded};
use std::collections::HashMap;
use uuid::Uuid;

/// Who reads, and of whom they see nothing.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    /// Who.
    pub user: UserId,
    /// Those with whom there is a block: they don't see each other anywhere.
    pub blocked: &'a [UserId],
    /// Those of whom the reader wants to hear nothing: in rooms of several what they write is left out.
    pub muted: &'a [UserId],
}

impl<'a> From<(UserId, &'a [UserId])> for Reader<'a> {
    fn from((user, blocked): (UserId, &'a [UserId])) -> Self {
        Self { user, blocked, muted: &[] }
    }
}

impl Reader<'_> {
    /// Whose messages are left out in a conversation.
    fn unseen(&self, room: &Conversation) -> Vec<UserId> {
        let muted = if room.pair.is_some() { &[][..] } else { self.muted };
        self.blocked.iter().chain(muted).copied().collect()
    }
}

/// The names in cursors.
const SEARCH: &str = "messaging.search";
const HISTORY: &str = "messaging.messages";

impl Messaging {
    /// What was said, the newest first.
    ///
    /// # Errors
    /// `messaging.conversation_unknown`; [`Error::Cursor`]; those of the database.
    pub fn messages<'r>(
        &self,
        conn: &mut PgConnection,
        reader: impl Into<Reader<'r>>,
        id: Uuid,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Message>, Error> {
        let reader = reader.into();
        let own = self.seat(conn, (reader.user, reader.blocked), id)?;
        let unseen = reader.unseen(&own.conversation);
        let before = after.map(|cursor| cursor.keyset::<(Uuid, i64)>(HISTORY)).transpose()?;
        if before.is_some_and(|(of, _)| of != id) {
            return Err(Error::Cursor(hostolink_kernel::InvalidCursor));
        }
        let before = Some(before.map_or(i64::MAX, |(_, seq)| seq));
        let stretch =
            Stretch { since: own.membership.since_seq, before, count: limit.probe(), pinned: false };
        let rows = store::list(conn, (own.conversation.key, id), (reader.user, &unseen), stretch)?;
        Ok(Page::from_probe(rows, limit, HISTORY, |message| (id, message.seq)))
    }

    /// What was said after a number, the oldest first, with whether there is more: for who was away.
    ///
    /// # Errors
    /// `messaging.conversation_unknown`; those of the database.
    pub fn messages_after<'r>(
        &self,
        conn: &mut PgConnection,
        reader: impl Into<Reader<'r>>,
        id: Uuid,
        seq: i64,
        limit: Limit,
    ) -> Result<(Vec<Message>, bool), Error> {
        let reader = reader.into();
        let own = self.seat(conn, (reader.user, reader.blocked), id)?;
        let unseen = reader.unseen(&own.conversation);
        let since = own.membership.since_seq.max(seq);
        let stretch = Stretch { since, before: None, count: limit.probe(), pinned: false };
        let mut rows = store::list(conn, (own.conversation.key, id), (reader.user, &unseen), stretch)?;
        let more = rows.len() > limit.count();
        rows.truncate(limit.count());
        Ok((rows, more))
    }

    /// What is pinned, the newest message first: at most [`Messaging::MAX_PINS`].
    ///
    /// # Errors
    /// `messaging.conversation_unknown`; those of the database.
    pub fn pinned<'r>(
        &self,
        conn: &mut PgConnection,
        reader: impl Into<Reader<'r>>,
        id: Uuid,
    ) -> Result<Vec<Message>, Error> {
        let reader = reader.into();
        let own = self.seat(conn, (reader.user, reader.blocked), id)?;
        let unseen = reader.unseen(&own.conversation);
        let since = own.membership.since_seq;
        let stretch = Stretch { since, before: Some(i64::MAX), count: Self::MAX_PINS, pinned: true };
        store::list(conn, (own.conversation.key, id), (reader.user, &unseen), stretch)
    }

    /// One message.
    ///
    /// # Errors
    /// `messaging.message_unknown`, also for one that who asks does not see; those of the database.
    pub fn message<'r>(
        &self,
        conn: &mut PgConnection,
        reader: impl Into<Reader<'r>>,
        id: Uuid,
    ) -> Result<Message, Error> {
        let (reader, unknown) = (reader.into(), || Error::Rule(&codes::MESSAGE_UNKNOWN));
        let (message, masked) = store::one(conn, id, reader.user)?.ok_or_else(unknown)?;
        let who = (reader.user, reader.blocked);
        let own = self.seat(conn, who, message.conversation).map_err(|error| match error {
            Error::Rule(_) => unknown(),
            other => other,
        })?;
        let unseen = reader.unseen(&own.conversation);
        let seen = !masked && message.seq > own.membership.since_seq && !unseen.contains(&message.author);
        if seen { Ok(message) } else { Err(unknown()) }
    }

    /// The last message of each of these conversations that their reader sees, by the conversation.
    ///
    /// # Errors
    /// Those of the database.
    pub fn last_messages<'r>(
        &self,
        conn: &mut PgConnection,
        reader: impl Into<Reader<'r>>,
        conversations: &[Own],
    ) -> Result<HashMap<Uuid, Message>, Error> {
        let keys: Vec<i64> = conversations.iter().map(|own| own.conversation.key).collect();
        let found = store::last_of(conn, &keys, reader.into())?;
        Ok(found.into_iter().map(|message| (message.conversation, message)).collect())
    }

    /// Messages of one's conversations with all these words in them, however they are spelt, the newest first.
    ///
    /// # Errors
    /// `messaging.search_required`; [`Error::Cursor`]; those of the database.
    pub fn search<'r>(
        &self,
        conn: &mut PgConnection,
        reader: impl Into<Reader<'r>>,
        text: &str,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Message>, Error> {
        let words = folded(text);
        if !(2..=100).contains(&text.trim().chars().count()) || words.is_empty() {
            return Err(Error::Rule(&codes::SEARCH_REQUIRED));
        }
        let before = after.map(|cursor| cursor.keyset::<Uuid>(SEARCH)).transpose()?.unwrap_or(Uuid::max());
        let rows = store::search(conn, reader.into(), &words, before, limit.probe())?;
        Ok(Page::from_probe(rows, limit, SEARCH, |message| message.id))
    }
}
