use super::store;
use crate::{
    DELETED, Error, Message, Messaging, conversation::store as conversations, message::store as messages,
};
use diesel::{Connection, PgConnection};
use hostolink_kernel::{Cursor, Limit, Page, UserId};
use hostolink_outbox::{self as outbox, NewEvent};
use serde_json::json;
use uuid::Uuid;

/// The name in cursors of what somebody wrote.
const LIST: &str = "messaging.written";

/// A counter that was not what a count gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    /// The table and column.
    pub counter: String,
    /// Of what.
    pub of: Uuid,
    /// What it said.
    pub stored: i64,
    /// What counting gives.
    pub counted: i64,
}

impl Messaging {
    /// The counters that differ from a count, at most a thousand; `repair` sets all of them right, and nobody writes meanwhile.
    ///
    /// # Errors
    /// Those of the database.
    pub fn recount(&self, conn: &mut PgConnection, repair: bool) -> Result<Vec<Drift>, Error> {
        conn.transaction(|conn| {
            let wrong = store::wrong(conn, 1_000)?;
            if repair && !wrong.is_empty() {
                store::repair(conn)?;
            }
            let drift = |one: store::Wrong| Drift {
                counter: one.compteur,
                of: one.objet,
                stored: one.garde,
                counted: one.compte,
            };
            Ok(wrong.into_iter().map(drift).collect())
        })
    }

    /// Takes somebody who leaves Hostolink out of everything: what they wrote is emptied, its places stay.
    ///
    /// # Errors
    /// Those of the database.
    pub fn forget(&self, conn: &mut PgConnection, user: UserId) -> Result<(), Error> {
        conn.transaction(|conn| {
            for own in store::all_of(conn, user)? {
                let Some(held) = conversations::hold(conn, own.conversation.id)? else { continue };
                self.go(conn, &held, &own.membership)?;
            }
            let now = self.clock.now();
            let written = store::written_by(conn, user)?;
            let keys: Vec<i64> = written.iter().map(|(key, ..)| *key).collect();
            messages::empty(conn, &keys, now)?;
            let event = |(_, message, conversation, media): &(i64, Uuid, Uuid, Vec<Uuid>)| NewEvent {
                kind: DELETED,
                subject: *conversation,
                payload: json!({ "message": message, "media": media }),
            };
            outbox::publish_all(conn, &written.iter().map(event).collect::<Vec<_>>(), now)?;
            store::forget(conn, user)?;
            Ok(())
        })
    }

    /// What somebody wrote, the newest first: for their copy of all that is known of them.
    ///
    /// # Errors
    /// [`Error::Cursor`]; those of the database.
    pub fn written_by(
        &self,
        conn: &mut PgConnection,
        user: UserId,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Message>, Error> {
        let before = after.map(|cursor| cursor.keyset::<Uuid>(LIST)).transpose()?.unwrap_or(Uuid::max());
        let ids = store::ids_by(conn, user, before, limit.probe())?;
        let mut written = messages::by_ids(conn, &ids)?;
        written.sort_by_key(|message| std::cmp::Reverse(message.id));
        Ok(Page::from_probe(written, limit, LIST, |message| message.id))
    }
}
