use super::{
    model::{Body, Draft, Message, Sent, Text},
    store::{self, Slot},
};
use crate::{
    Conversation, DELETED, EDITED, Error, MESSAGE, Membership, Messaging, codes,
    conversation::require_moderator, service::assert_one,
};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::{Connection, PgConnection};
use hostolink_audit::Actor;
use hostolink_kernel::UserId;
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

impl Messaging {
    /// How long an author edits a message.
    pub const EDIT_WINDOW: TimeDelta = TimeDelta::minutes(15);
    /// How long an author deletes a message for all.
    pub const DELETE_WINDOW: TimeDelta = TimeDelta::hours(48);
    /// The most that is pinned in a conversation.
    pub const MAX_PINS: i64 = 50;

    /// What an earlier request sent under this id, if that was this wish.
    ///
    /// # Errors
    /// `messaging.client_id_reused`; those of the database.
    pub fn sent_before(
        &self,
        conn: &mut PgConnection,
        author: UserId,
        conversation: Uuid,
        draft: &Draft,
    ) -> Result<Option<Message>, Error> {
        match store::by_client_id(conn, author, draft.client_id)? {
            None => Ok(None),
            Some((message, asked)) if asked == draft.fingerprint(conversation) => Ok(Some(message)),
            Some(_) => Err(Error::Rule(&codes::CLIENT_ID_REUSED)),
        }
    }

    /// Sends a message: once, whichever devices and processes send it. It gets the conversation's next number in the transaction that
    /// keeps it, so that numbers have no gaps.
    ///
    /// # Errors
    /// `messaging.conversation_unknown`, `messaging.closed`, `messaging.slow_down`, `messaging.reply_unknown`,
    /// `messaging.client_id_reused`; those of the database.
    pub fn send(
        &self,
        conn: &mut PgConnection,
        (author, hidden): (UserId, &[UserId]),
        conversation: Uuid,
        draft: &Draft,
    ) -> Result<Sent, Error> {
        conn.transaction(|conn| {
            let (room, own) = self.hold(conn, (author, hidden), conversation)?;
            // Under the lock: of two at once here the second finds the first.
            if let Some(message) = self.sent_before(conn, author, conversation, draft)? {
                return Ok(Sent { message, replayed: true });
            }
            let now = self.clock.now();
            may_write(&room, &own, now)?;
            let slot = self.slot(conn, &room, &own, draft)?;
            store::insert(conn, &slot, draft, now).map_err(|error| {
                if hostolink_database::on_unique(&error, "message_client_key") {
                    // At the same time, in another conversation.
                    Error::Rule(&codes::CLIENT_ID_REUSED)
                } else {
                    error.into()
                }
            })?;
            self.tell(conn, MESSAGE, conversation, json!({ "message": slot.id }))?;
            let message = self.stored_message(conn, slot.id, author)?;
            Ok(Sent { message, replayed: false })
        })
    }

    fn slot(
        &self,
        conn: &mut PgConnection,
        room: &Conversation,
        own: &Membership,
        draft: &Draft,
    ) -> Result<Slot, Error> {
        let reply = match draft.reply_to {
            None => None,
            Some(id) => {
                let found = store::key_in(conn, room.key, id)?.filter(|(_, seq)| *seq > own.since_seq);
                Some(found.ok_or(Error::Rule(&codes::REPLY_UNKNOWN))?.0)
            }
        };
        Ok(Slot {
            id: self.random.uuid(self.clock.now()),
            conversation: room.key,
            seq: room.last_seq + 1,
            author: own.user,
            rank: own.written + 1,
            reply,
            fingerprint: draft.fingerprint(room.id),
        })
    }

    fn stored_message(&self, conn: &mut PgConnection, id: Uuid, reader: UserId) -> Result<Message, Error> {
        let found = store::one(conn, id, reader)?;
        found.map(|(message, _)| message).ok_or(Error::Rule(&codes::MESSAGE_UNKNOWN))
    }

    /// Holds the conversation of a message that somebody sees, to change it.
    pub(super) fn hold_message(
        &self,
        conn: &mut PgConnection,
        who: (UserId, &[UserId]),
        id: Uuid,
    ) -> Result<(Conversation, Membership, Message), Error> {
        let held = self.hold_in_order(conn, who, id)?;
        if who.1.contains(&held.2.author) { Err(Error::Rule(&codes::MESSAGE_UNKNOWN)) } else { Ok(held) }
    }

    /// The same to keep order: who does reaches also who hides from them by a block.
    fn hold_in_order(
        &self,
        conn: &mut PgConnection,
        (user, hidden): (UserId, &[UserId]),
        id: Uuid,
    ) -> Result<(Conversation, Membership, Message), Error> {
        let unknown = || Error::Rule(&codes::MESSAGE_UNKNOWN);
        let conversation = store::conversation_of(conn, id)?.ok_or_else(unknown)?;
        let (room, own) = self.hold(conn, (user, hidden), conversation).map_err(|error| match error {
            Error::Rule(code) if *code == codes::CONVERSATION_UNKNOWN => unknown(),
            other => other,
        })?;
        let (message, masked) = store::one(conn, id, user)?.ok_or_else(unknown)?;
        let is_unseen = hidden.contains(&message.author) && !own.moderates();
        if masked || message.seq <= own.since_seq || is_unseen {
            return Err(unknown());
        }
        Ok((room, own, message))
    }

    /// Gives one's own text other words, within a quarter of an hour.
    ///
    /// # Errors
    /// `messaging.message_unknown`, `messaging.not_author`, `messaging.not_editable`, `messaging.too_late`, `messaging.closed`; those of the
    /// database.
    pub fn edit(
        &self,
        conn: &mut PgConnection,
        who: (UserId, &[UserId]),
        id: Uuid,
        text: &Text,
        actor: &Actor,
    ) -> Result<Message, Error> {
        conn.transaction(|conn| {
            let (room, own, message) = self.hold_message(conn, who, id)?;
            if message.author != who.0 {
                return Err(Error::Rule(&codes::NOT_AUTHOR));
            }
            require_open(&room, &own)?;
            let Some(Body::Text(before)) = &message.body else {
                return Err(Error::Rule(&codes::NOT_EDITABLE));
            };
            let now = self.clock.now();
            if now >= message.created_at + Self::EDIT_WINDOW {
                return Err(Error::Rule(&codes::TOO_LATE));
            }
            if before != text {
                assert_one(store::edit(conn, message.key, text, now)?)?;
                self.tell(conn, EDITED, room.id, json!({ "message": id }))?;
                self.note(conn, (actor, "messaging.edited"), ("message", id), json!({}))?;
            }
            self.stored_message(conn, id, who.0)
        })
    }

    /// Deletes a message for all: its author within two days, who keeps order there at any time. Its place stays. What was attached
    /// comes back, to be deleted too.
    ///
    /// # Errors
    /// `messaging.message_unknown`, `messaging.not_author`, `messaging.too_late`; those of the database.
    pub fn delete_for_all(
        &self,
        conn: &mut PgConnection,
        who: (UserId, &[UserId]),
        id: Uuid,
        actor: &Actor,
    ) -> Result<Vec<Uuid>, Error> {
        conn.transaction(|conn| {
            let (room, own, message) = self.hold_in_order(conn, who, id)?;
            if message.deleted_at.is_some() {
                return Ok(Vec::new());
            }
            if message.author == who.0 {
                if self.clock.now() >= message.created_at + Self::DELETE_WINDOW && !own.moderates() {
                    return Err(Error::Rule(&codes::TOO_LATE));
                }
            } else if !own.moderates() {
                return Err(Error::Rule(&codes::NOT_AUTHOR));
            }
            let details = json!({ "byAuthor": message.author == who.0 });
            self.empty(conn, &room, &message, details, actor)
        })
    }

    /// Deletes a message of a theme for all, for who keeps order everywhere: they need not be in it. Whether it was one of a theme; who may
    /// is for the caller to check.
    ///
    /// # Errors
    /// `messaging.message_unknown`; those of the database.
    pub fn delete_for_the_house(
        &self,
        conn: &mut PgConnection,
        user: UserId,
        id: Uuid,
        actor: &Actor,
    ) -> Result<bool, Error> {
        conn.transaction(|conn| {
            let unknown = || Error::Rule(&codes::MESSAGE_UNKNOWN);
            let theme = store::conversation_of(conn, id)?.ok_or_else(unknown)?;
            let Some(theme) = self.hold_if_theme(conn, theme)? else { return Ok(false) };
            let (message, _) = store::one(conn, id, user)?.ok_or_else(unknown)?;
            if message.deleted_at.is_none() {
                self.empty(conn, &theme, &message, json!({ "ofTheHouse": true }), actor)?;
            }
            Ok(true)
        })
    }

    /// Leaves of a message nothing but its place, and says so.
    fn empty(
        &self,
        conn: &mut PgConnection,
        room: &Conversation,
        message: &Message,
        details: Value,
        actor: &Actor,
    ) -> Result<Vec<Uuid>, Error> {
        assert_one(store::empty(conn, &[message.key], self.clock.now())?)?;
        let media = message.body.as_ref().map(|body| body.media().to_vec()).unwrap_or_default();
        self.tell(conn, DELETED, room.id, json!({ "message": message.id, "media": media }))?;
        self.note(conn, (actor, "messaging.deleted"), ("message", message.id), details)?;
        Ok(media)
    }

    /// Deletes a message for oneself alone.
    ///
    /// # Errors
    /// `messaging.message_unknown`; those of the database.
    pub fn delete_for_oneself(
        &self,
        conn: &mut PgConnection,
        who: (UserId, &[UserId]),
        id: Uuid,
        actor: &Actor,
    ) -> Result<(), Error> {
        conn.transaction(|conn| {
            let (_, _, message) = self.hold_message(conn, who, id)?;
            store::mask(conn, who.0, message.key, self.clock.now())?;
            self.note(conn, (actor, "messaging.deleted"), ("message", id), json!({ "forOneself": true }))
        })
    }

    /// Pins a message, or takes the pin out. In a conversation of two either may, else who keeps order.
    ///
    /// # Errors
    /// `messaging.message_unknown`, `messaging.role_required`, `messaging.deleted`, `messaging.too_many_pins`; those of the database.
    pub fn pin(
        &self,
        conn: &mut PgConnection,
        who: (UserId, &[UserId]),
        id: Uuid,
        pinned: bool,
        actor: &Actor,
    ) -> Result<Message, Error> {
        conn.transaction(|conn| {
            let (room, own, message) = self.hold_message(conn, who, id)?;
            if room.pair.is_none() {
                require_moderator(&own)?;
            }
            if message.body.is_none() {
                return Err(Error::Rule(&codes::DELETED));
            }
            if message.pinned_at.is_some() == pinned {
                return Ok(message);
            }
            if pinned && store::pins(conn, room.key)? >= Self::MAX_PINS {
                return Err(Error::Rule(&codes::TOO_MANY_PINS));
            }
            assert_one(store::pin(conn, message.key, pinned.then(|| self.clock.now()))?)?;
            self.tell(conn, EDITED, room.id, json!({ "message": id }))?;
            self.note(conn, (actor, "messaging.pinned"), ("message", id), json!({ "pinned": pinned }))?;
            self.stored_message(conn, id, who.0)
        })
    }
}

/// In a closed room only who keeps order there still says something, in whatever way.
pub(super) fn require_open(room: &Conversation, own: &Membership) -> Result<(), Error> {
    if room.open || own.moderates() { Ok(()) } else { Err(Error::Rule(&codes::CLOSED)) }
}

/// Whether somebody may write there now.
fn may_write(room: &Conversation, own: &Membership, now: DateTime<Utc>) -> Result<(), Error> {
    require_open(room, own)?;
    let pause = TimeDelta::seconds(room.slow_seconds.into());
    match own.last_sent_at.map(|last| last + pause) {
        Some(from) if from > now && !own.moderates() => {
            let wait = (from - now).to_std().unwrap_or(Duration::from_secs(1));
            Err(Error::Wait(&codes::SLOW_DOWN, wait.max(Duration::from_secs(1))))
        }
        _ => Ok(()),
    }
}
