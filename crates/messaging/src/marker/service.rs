use super::store;
use crate::{Error, Messaging, Own, codes, message::store as messages, service::assert_one};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::{Connection, PgConnection};
use hostolink_audit::Actor;
use hostolink_kernel::UserId;
use serde_json::json;
use uuid::Uuid;

/// What somebody shows of themselves. Who hides it does not see it of others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Preferences {
    /// Up to where they read.
    pub shares_read: bool,
    /// When they are there.
    pub shares_presence: bool,
}

impl Default for Preferences {
    fn default() -> Self {
        Self { shares_read: true, shares_presence: true }
    }
}

/// How far somebody has come in a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marker {
    /// Who.
    pub user: UserId,
    /// Up to which message their devices have what was sent.
    pub delivered_seq: i64,
    /// Up to which they read, where both they and who asks show it.
    pub read_seq: Option<i64>,
}

impl Messaging {
    /// For how long after its last sign of life somebody's socket counts as open.
    pub const ONLINE_FOR: TimeDelta = TimeDelta::seconds(90);

    /// Moves somebody's markers forward; backward they never go. What was read was delivered too.
    ///
    /// # Errors
    /// `messaging.conversation_unknown`; `messaging.marker_invalid` where neither is given or one is beyond the last message; those of
    /// the database.
    pub fn mark(
        &self,
        conn: &mut PgConnection,
        who: (UserId, &[UserId]),
        id: Uuid,
        (delivered, read): (Option<i64>, Option<i64>),
    ) -> Result<Own, Error> {
        conn.transaction(|conn| {
            let mut own = self.seat(conn, who, id)?;
            let possible = 0..=own.conversation.last_seq;
            let given = [delivered, read];
            if given == [None, None] || given.iter().flatten().any(|seq| !possible.contains(seq)) {
                return Err(Error::Rule(&codes::MARKER_INVALID));
            }
            let before = store::hold(conn, own.membership.key)?;
            let read_seq = before.read_seq.max(read.unwrap_or(0));
            let delivered_seq = before.delivered_seq.max(delivered.unwrap_or(0)).max(read_seq);
            let rank = if read_seq == before.read_seq {
                before.read_written
            } else {
                messages::rank_at(conn, own.conversation.key, who.0, read_seq)?.max(before.read_written)
            };
            if (delivered_seq, read_seq) != (before.delivered_seq, before.read_seq) {
                assert_one(store::set(conn, before.key, (delivered_seq, read_seq, rank))?)?;
                let moved = (delivered_seq != before.delivered_seq, read_seq != before.read_seq);
                self.tell_of_marker(conn, id, before.id, moved)?;
            }
            own.membership = store::hold(conn, before.key)?;
            Ok(own)
        })
    }

    /// How far everybody has come in a conversation; in a theme only oneself.
    ///
    /// # Errors
    /// `messaging.conversation_unknown`; those of the database.
    pub fn markers(
        &self,
        conn: &mut PgConnection,
        (user, hidden): (UserId, &[UserId]),
        id: Uuid,
    ) -> Result<Vec<Marker>, Error> {
        let own = self.seat(conn, (user, hidden), id)?;
        if !own.conversation.shows_markers() {
            let own = &own.membership;
            let marker = Marker { user, delivered_seq: own.delivered_seq, read_seq: Some(own.read_seq) };
            return Ok(vec![marker]);
        }
        let places = store::others(conn, own.conversation.key, hidden, Self::MAX_MEMBERS.into())?;
        let people: Vec<UserId> = places.iter().map(|place| place.user).collect();
        let hiding = store::hiding_read(conn, &people)?;
        let shown = |of: UserId| of == user || !(hiding.contains(&of) || hiding.contains(&user));
        let marker = |place: &crate::Membership| Marker {
            user: place.user,
            delivered_seq: place.delivered_seq,
            read_seq: shown(place.user).then_some(place.read_seq),
        };
        Ok(places.iter().map(marker).collect())
    }

    /// What somebody shows.
    ///
    /// # Errors
    /// Those of the database.
    pub fn preferences(&self, conn: &mut PgConnection, user: UserId) -> Result<Preferences, Error> {
        Ok(store::preferences(conn, user)?.unwrap_or_default())
    }

    /// Sets what somebody shows.
    ///
    /// # Errors
    /// Those of the database.
    pub fn set_preferences(
        &self,
        conn: &mut PgConnection,
        (user, public_id): (UserId, Uuid),
        wanted: Preferences,
        actor: &Actor,
    ) -> Result<Preferences, Error> {
        conn.transaction(|conn| {
            assert_one(store::set_preferences(conn, user, wanted)?)?;
            let details =
                json!({ "sharesRead": wanted.shares_read, "sharesPresence": wanted.shares_presence });
            self.note(conn, (actor, "messaging.preferences_set"), ("utilisateur", public_id), details)?;
            Ok(wanted)
        })
    }

    /// Writes down that these people have an open socket.
    ///
    /// # Errors
    /// Those of the database.
    pub fn touch(&self, conn: &mut PgConnection, users: &[UserId]) -> Result<(), Error> {
        if !users.is_empty() {
            store::touch(conn, users, self.clock.now())?;
        }
        Ok(())
    }

    /// When the others of a conversation of two or of a group were last there: of those who show it, and to who shows it.
    ///
    /// # Errors
    /// `messaging.conversation_unknown`, `messaging.not_here` in a theme; those of the database.
    pub fn presence(
        &self,
        conn: &mut PgConnection,
        (user, hidden): (UserId, &[UserId]),
        id: Uuid,
    ) -> Result<Vec<(UserId, DateTime<Utc>)>, Error> {
        let own = self.seat(conn, (user, hidden), id)?;
        if !own.conversation.shows_markers() {
            return Err(Error::Rule(&codes::NOT_HERE));
        }
        if !self.preferences(conn, user)?.shares_presence {
            return Ok(Vec::new());
        }
        let places = store::others(conn, own.conversation.key, hidden, Self::MAX_MEMBERS.into())?;
        let people: Vec<UserId> =
            places.iter().map(|place| place.user).filter(|other| *other != user).collect();
        Ok(store::seen(conn, &people)?)
    }

    /// Whether who was last there then counts as there now.
    #[must_use]
    pub fn is_online(&self, seen: DateTime<Utc>) -> bool {
        self.clock.now() < seen + Self::ONLINE_FOR
    }
}
