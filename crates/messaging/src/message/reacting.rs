use super::{
    model::{Message, Reaction},
    service::require_open,
    store,
};
use crate::{Error, Messaging, REACTION, Reader, codes};
use diesel::{Connection, PgConnection};
use hostolink_kernel::{Cursor, Limit, Page, UserId};
use serde_json::json;
use uuid::Uuid;

/// The signs that can be put to a message.
pub const SIGNS: [&str; 16] =
    ["👍", "👎", "❤️", "😂", "😮", "😢", "😡", "🙏", "👏", "🔥", "🎉", "💪", "✅", "❌", "👀", "🤔"];

/// The name in cursors of a message's signs.
const LIST: &str = "messaging.reactions";

impl Messaging {
    /// Puts a sign to a message, in place of the one that was there.
    ///
    /// # Errors
    /// `messaging.sign_unknown`, `messaging.message_unknown`, `messaging.deleted`, `messaging.closed`; those of the database.
    pub fn react(
        &self,
        conn: &mut PgConnection,
        who: (UserId, &[UserId]),
        id: Uuid,
        sign: &str,
    ) -> Result<Message, Error> {
        if !SIGNS.contains(&sign) {
            return Err(Error::Rule(&codes::SIGN_UNKNOWN));
        }
        let now = self.clock.now();
        let place = self.random.uuid(now);
        self.change_sign(conn, who, id, |conn, key| store::react(conn, (place, key, who.0), sign, now))
    }

    /// Takes one's sign away.
    ///
    /// # Errors
    /// `messaging.message_unknown`, `messaging.deleted`, `messaging.closed`; those of the database.
    pub fn unreact(
        &self,
        conn: &mut PgConnection,
        who: (UserId, &[UserId]),
        id: Uuid,
    ) -> Result<Message, Error> {
        self.change_sign(conn, who, id, |conn, key| store::unreact(conn, (key, who.0)))
    }

    fn change_sign(
        &self,
        conn: &mut PgConnection,
        who: (UserId, &[UserId]),
        id: Uuid,
        change: impl FnOnce(&mut PgConnection, i64) -> diesel::QueryResult<usize>,
    ) -> Result<Message, Error> {
        conn.transaction(|conn| {
            let (room, own, message) = self.hold_message(conn, who, id)?;
            require_open(&room, &own)?;
            if message.body.is_none() {
                return Err(Error::Rule(&codes::DELETED));
            }
            if change(conn, message.key)? > 0 {
                let payload = json!({ "message": id, "member": own.id });
                self.tell(conn, REACTION, room.id, payload)?;
            }
            let found = store::one(conn, id, who.0)?;
            found.map(|(message, _)| message).ok_or(Error::Rule(&codes::MESSAGE_UNKNOWN))
        })
    }

    /// Who put which sign to a message.
    ///
    /// # Errors
    /// `messaging.message_unknown`; [`Error::Cursor`]; those of the database.
    pub fn reactions<'r>(
        &self,
        conn: &mut PgConnection,
        reader: impl Into<Reader<'r>>,
        id: Uuid,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Reaction>, Error> {
        let reader = reader.into();
        let message = self.message(conn, reader, id)?;
        let after = after.map(|cursor| cursor.keyset::<Uuid>(LIST)).transpose()?;
        let rows = store::reactions(conn, message.key, reader.blocked, after, limit.probe())?;
        Ok(Page::from_probe(rows, limit, LIST, |reaction| reaction.id))
    }
}
