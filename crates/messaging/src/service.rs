use crate::{Conversation, Error, Membership, Own, codes, conversation::store};
use diesel::PgConnection;
use hostolink_audit as audit;
use hostolink_kernel::{Clock, Random, UserId};
use hostolink_outbox::{self as outbox, NewEvent};
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;

/// The event of a message that came: its subject is the conversation, its payload `{message}`.
pub const MESSAGE: &str = "messaging.message";
/// The event of a message that reads otherwise by now, or was pinned: subject and payload as before.
pub const EDITED: &str = "messaging.edited";
/// The event of a message that was deleted for all: the same, and `{media}`, what was attached to it.
pub const DELETED: &str = "messaging.deleted";
/// The event of a sign put to a message or taken away: its payload is `{message, member}`.
pub const REACTION: &str = "messaging.reaction";
/// The event of somebody who has or read more, `{member, delivered, read}`: what of both moved. Where neither did, something changed that is
/// only theirs.
pub const MARKER: &str = "messaging.marker";
/// The event of somebody who came, went or has another role, `{member}`; without a member the conversation itself changed.
pub const MEMBERSHIP: &str = "messaging.membership";

/// What people say to one another.
#[derive(Debug, Clone)]
pub struct Messaging {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
}

impl Messaging {
    /// With the time and randomness of the caller's.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Self {
        Self { clock, random }
    }

    /// Notes in the audit log what was done, in the caller's transaction: never a word that was written.
    pub(crate) fn note(
        &self,
        conn: &mut PgConnection,
        (actor, action): (&audit::Actor, &'static str),
        (object_kind, object): (&'static str, Uuid),
        details: Value,
    ) -> Result<(), Error> {
        let at = self.clock.now();
        let (actor, object_id) = (actor.clone(), object.to_string());
        Ok(audit::record(conn, &audit::Entry { actor, action, object_kind, object_id, details, at })?)
    }

    /// Tells of something in a conversation, in the caller's transaction.
    pub(crate) fn tell(
        &self,
        conn: &mut PgConnection,
        kind: &'static str,
        conversation: Uuid,
        payload: Value,
    ) -> Result<(), Error> {
        let event = NewEvent { kind, subject: conversation, payload };
        Ok(outbox::publish(conn, &event, self.clock.now())?)
    }

    /// Tells how somebody's place changed: whether they have more, and whether they read more.
    pub(crate) fn tell_of_marker(
        &self,
        conn: &mut PgConnection,
        conversation: Uuid,
        member: Uuid,
        (delivered, read): (bool, bool),
    ) -> Result<(), Error> {
        let payload = json!({ "member": member, "delivered": delivered, "read": read });
        self.tell(conn, MARKER, conversation, payload)
    }

    /// The same of several members, in one statement.
    pub(crate) fn tell_of_members(
        &self,
        conn: &mut PgConnection,
        conversation: Uuid,
        members: &[Uuid],
    ) -> Result<(), Error> {
        let event = |member: &Uuid| NewEvent {
            kind: MEMBERSHIP,
            subject: conversation,
            payload: json!({ "member": member }),
        };
        let events: Vec<NewEvent> = members.iter().map(event).collect();
        Ok(outbox::publish_all(conn, &events, self.clock.now())?)
    }

    /// A conversation that somebody is in. `hidden` are those who must not hear of each other: two people's is then none.
    pub(crate) fn seat(
        &self,
        conn: &mut PgConnection,
        (user, hidden): (UserId, &[UserId]),
        id: Uuid,
    ) -> Result<Own, Error> {
        store::own(conn, id, user)?
            .filter(|own| own.membership.is_active() && !own.conversation.is_hidden(user, hidden))
            .ok_or(Error::Rule(&codes::CONVERSATION_UNKNOWN))
    }

    /// The same, held until the transaction ends, to write in it.
    pub(crate) fn hold(
        &self,
        conn: &mut PgConnection,
        (user, hidden): (UserId, &[UserId]),
        id: Uuid,
    ) -> Result<(Conversation, Membership), Error> {
        let unknown = || Error::Rule(&codes::CONVERSATION_UNKNOWN);
        let conversation = store::hold(conn, id)?.ok_or_else(unknown)?;
        let membership = store::membership(conn, conversation.key, user)?
            .filter(|member| member.is_active() && !conversation.is_hidden(user, hidden))
            .ok_or_else(unknown)?;
        Ok((conversation, membership))
    }
}

/// An update that touched no row, or several, is a defect: nothing of its transaction may stay.
pub(crate) fn assert_one(rows: usize) -> Result<(), Error> {
    if rows == 1 { Ok(()) } else { Err(diesel::result::Error::NotFound.into()) }
}

/// How many came, and the first hundred: what the log holds of one thing is bounded, and a group is larger.
pub(crate) fn of_members(ids: &[Uuid]) -> Value {
    json!({ "count": ids.len(), "members": ids.get(..100).unwrap_or(ids) })
}
