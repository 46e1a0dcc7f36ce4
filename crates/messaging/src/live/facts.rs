use super::store;
use crate::{
    Conversation, Error, Membership, Message, Messaging, conversation::store as conversations,
    marker::store as markers, message::store as messages,
};
use diesel::PgConnection;
use hostolink_kernel::UserId;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// What events name.
#[derive(Debug, Clone, Default)]
pub struct Named {
    /// Conversations.
    pub conversations: Vec<Uuid>,
    /// Messages.
    pub messages: Vec<Uuid>,
    /// Places of members.
    pub members: Vec<Uuid>,
    /// Who may hear of each conversation.
    pub listeners: Vec<(Uuid, UserId)>,
}

/// The state of what events name, at one moment: what is told is this, and never what an event remembers.
#[derive(Debug, Default)]
pub struct Facts {
    /// The conversations, by their ids.
    pub conversations: HashMap<Uuid, Conversation>,
    /// The messages.
    pub messages: HashMap<Uuid, Message>,
    /// The places of members.
    pub members: HashMap<Uuid, Membership>,
    listeners: HashMap<(Uuid, UserId), Membership>,
    masked: HashSet<(UserId, i64)>,
    hiding_read: HashSet<UserId>,
    signs: HashMap<(i64, UserId), String>,
}

impl Messaging {
    /// Looks up all that is named, in a fixed number of queries.
    ///
    /// # Errors
    /// Those of the database.
    pub fn facts(&self, conn: &mut PgConnection, named: &Named) -> Result<Facts, Error> {
        let listening: Vec<UserId> = named.listeners.iter().map(|(_, user)| *user).collect();
        let found = messages::by_ids(conn, &named.messages)?;
        let keys: Vec<i64> = found.iter().map(|message| message.key).collect();
        let members = store::members(conn, &named.members)?;
        let reactors: Vec<UserId> = members.iter().map(|member| member.user).collect();
        let signs = messages::signs(conn, &keys, &reactors)?;
        let listeners = store::places(conn, &named.listeners)?;
        let masked = store::masked(conn, &listening, &keys)?;
        let concerned: Vec<UserId> = reactors.iter().chain(&listening).copied().collect();
        let hiding = if reactors.is_empty() { Vec::new() } else { markers::hiding_read(conn, &concerned)? };
        let conversations = conversations::by_ids(conn, &named.conversations)?;
        Ok(Facts {
            conversations: conversations.into_iter().map(|one| (one.id, one)).collect(),
            messages: found.into_iter().map(|one| (one.id, one)).collect(),
            members: members.into_iter().map(|one| (one.id, one)).collect(),
            listeners,
            masked: masked.into_iter().collect(),
            hiding_read: hiding.into_iter().collect(),
            signs: signs.into_iter().map(|(key, user, sign)| ((key, user), sign)).collect(),
        })
    }
}

impl Facts {
    /// A listener's place in a conversation they are in.
    #[must_use]
    pub fn place(&self, conversation: Uuid, listener: UserId) -> Option<&Membership> {
        self.listeners.get(&(conversation, listener)).filter(|place| place.is_active())
    }

    /// Whether a listener sees a message: they are in, it came after them, and they did not put it away.
    #[must_use]
    pub fn sees(&self, listener: UserId, message: &Message) -> bool {
        let place = self.place(message.conversation, listener);
        place.is_some_and(|place| message.seq > place.since_seq)
            && !self.masked.contains(&(listener, message.key))
    }

    /// Whether a listener sees up to where somebody read.
    #[must_use]
    pub fn sees_read(&self, listener: UserId, of: UserId) -> bool {
        listener == of || !(self.hiding_read.contains(&listener) || self.hiding_read.contains(&of))
    }

    /// The sign that somebody put to a message.
    #[must_use]
    pub fn sign(&self, message: &Message, of: UserId) -> Option<&str> {
        self.signs.get(&(message.key, of)).map(String::as_str)
    }
}
