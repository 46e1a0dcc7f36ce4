use super::{
    model::{Conversation, Listing, Membership, Own, Title},
    store,
};
use crate::{Error, Kind, MEMBERSHIP, Messaging, Role, codes, member::store as members, service::assert_one};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::{Connection, PgConnection};
use hostolink_audit::Actor;
use hostolink_kernel::{Cursor, Limit, Page, UserId};
use serde_json::json;
use std::time::Duration;
use uuid::Uuid;

/// The name in cursors of somebody's conversations.
const LIST: &str = "messaging.conversations";

impl Messaging {
    /// The most that are in a group.
    pub const MAX_MEMBERS: i32 = 256;
    /// How many conversations one person begins a day.
    pub const MAX_BEGUN: i64 = 100;
    /// How many groups and themes one person is in.
    pub const MAX_ROOMS: i64 = 500;

    /// The conversation of two people, begun where there is none.
    ///
    /// # Errors
    /// `messaging.oneself`; `messaging.person_unknown` where one has blocked the other; `messaging.too_many_conversations`; those of
    /// the database.
    pub fn open_direct(
        &self,
        conn: &mut PgConnection,
        (user, hidden): (UserId, &[UserId]),
        other: UserId,
        actor: &Actor,
    ) -> Result<Own, Error> {
        if user == other {
            return Err(Error::Rule(&codes::ONESELF));
        }
        if hidden.contains(&other) {
            return Err(Error::Rule(&codes::PERSON_UNKNOWN));
        }
        let pair = if user < other { [user, other] } else { [other, user] };
        let now = self.clock.now();
        let id = conn.transaction(|conn| {
            if let Some(id) = store::find_pair(conn, pair)? {
                return Ok::<_, Error>(id);
            }
            self.may_begin(conn, user)?;
            let (conversation, made) = store::pair(conn, (self.random.uuid(now), user, pair), now)?;
            if made {
                let both = pair.map(|user| (self.random.uuid(now), user, Role::Member));
                members::insert(conn, &conversation, &both, now)?;
                let ids = both.map(|(member, ..)| member);
                self.tell_of_members(conn, conversation.id, &ids)?;
                self.note(conn, (actor, "messaging.begun"), ("discussion", conversation.id), json!({}))?;
            }
            Ok(conversation.id)
        })?;
        self.seat(conn, (user, hidden), id)
    }

    /// A group of its owner and others, at least one.
    ///
    /// # Errors
    /// `messaging.person_unknown` where one of them must not hear of the owner; `messaging.too_many_members`,
    /// `messaging.too_many_conversations`, `messaging.too_many_rooms`; those of the database.
    pub fn create_group(
        &self,
        conn: &mut PgConnection,
        (owner, hidden): (UserId, &[UserId]),
        title: &Title,
        people: &[UserId],
        actor: &Actor,
    ) -> Result<Own, Error> {
        let mut others: Vec<UserId> = people.iter().copied().filter(|person| *person != owner).collect();
        others.sort_unstable();
        others.dedup();
        if others.is_empty() {
            return Err(Error::Rule(&codes::ONESELF));
        }
        if others.iter().any(|person| hidden.contains(person)) {
            return Err(Error::Rule(&codes::PERSON_UNKNOWN));
        }
        if i32::try_from(others.len()).map_or(true, |count| count >= Self::MAX_MEMBERS) {
            return Err(Error::Rule(&codes::TOO_MANY_MEMBERS));
        }
        let now = self.clock.now();
        let id = self.random.uuid(now);
        conn.transaction(|conn| {
            self.may_begin(conn, owner)?;
            self.may_enter(conn, owner)?;
            if members::in_too_many(conn, &others, Self::MAX_ROOMS)? {
                return Err(Error::Rule(&codes::TOO_MANY_ROOMS));
            }
            let key = store::insert(conn, (id, Kind::Group, title), owner, now)?;
            let conversation = self.stored(conn, key)?;
            let mut all = vec![(self.random.uuid(now), owner, Role::Owner)];
            all.extend(others.iter().map(|person| (self.random.uuid(now), *person, Role::Member)));
            members::insert(conn, &conversation, &all, now)?;
            let ids: Vec<Uuid> = all.iter().map(|(member, ..)| *member).collect();
            self.tell_of_members(conn, id, &ids)?;
            self.note(
                conn,
                (actor, "messaging.group_created"),
                ("discussion", id),
                crate::service::of_members(&ids),
            )
        })?;
        self.seat(conn, (owner, hidden), id)
    }

    /// Somebody's conversation.
    ///
    /// # Errors
    /// `messaging.conversation_unknown`, also for one that they are not in; those of the database.
    pub fn conversation(
        &self,
        conn: &mut PgConnection,
        who: (UserId, &[UserId]),
        id: Uuid,
    ) -> Result<Own, Error> {
        self.seat(conn, who, id)
    }

    /// Somebody's conversations, the last active first.
    ///
    /// # Errors
    /// [`Error::Cursor`]; those of the database.
    pub fn conversations(
        &self,
        conn: &mut PgConnection,
        (user, hidden): (UserId, &[UserId]),
        listing: &Listing,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Own>, Error> {
        let after = after.map(|cursor| cursor.keyset::<(DateTime<Utc>, Uuid)>(LIST)).transpose()?;
        let rows = store::list(conn, user, listing, hidden, after, limit.probe())?;
        let keyset = |own: &Own| (own.conversation.active_at, own.conversation.id);
        Ok(Page::from_probe(rows, limit, LIST, keyset))
    }

    /// Gives a group another title.
    ///
    /// # Errors
    /// `messaging.conversation_unknown`, `messaging.not_here`, `messaging.role_required`; those of the database.
    pub fn rename_group(
        &self,
        conn: &mut PgConnection,
        (user, hidden): (UserId, &[UserId]),
        id: Uuid,
        title: &Title,
        actor: &Actor,
    ) -> Result<Own, Error> {
        conn.transaction(|conn| {
            let (conversation, membership) = self.hold(conn, (user, hidden), id)?;
            if conversation.kind != Kind::Group {
                return Err(Error::Rule(&codes::NOT_HERE));
            }
            require_moderator(&membership)?;
            assert_one(store::set_title(conn, conversation.key, title)?)?;
            self.tell(conn, MEMBERSHIP, id, json!({}))?;
            self.note(conn, (actor, "messaging.renamed"), ("discussion", id), json!({}))
        })?;
        self.seat(conn, (user, hidden), id)
    }

    /// Sets until when somebody wants no notification of a conversation, and whether it is put away.
    ///
    /// # Errors
    /// `messaging.conversation_unknown`; `messaging.mute_invalid` for a time that is over; those of the database.
    pub fn set_own(
        &self,
        conn: &mut PgConnection,
        (user, hidden): (UserId, &[UserId]),
        id: Uuid,
        (muted_until, archived): (Option<DateTime<Utc>>, bool),
        actor: &Actor,
    ) -> Result<Own, Error> {
        if muted_until.is_some_and(|until| until <= self.clock.now()) {
            return Err(Error::Rule(&codes::MUTE_INVALID));
        }
        conn.transaction(|conn| {
            let own = self.seat(conn, (user, hidden), id)?;
            assert_one(members::set_own(conn, own.membership.key, muted_until, archived)?)?;
            // Nobody else learns of it.
            self.tell_of_marker(conn, id, own.membership.id, (false, false))?;
            self.note(conn, (actor, "messaging.own_settings"), ("discussion", id), json!({}))
        })?;
        self.seat(conn, (user, hidden), id)
    }

    /// The conversations that somebody is or was in, and whether they are: what a socket listens to.
    ///
    /// # Errors
    /// Those of the database.
    pub fn rooms(&self, conn: &mut PgConnection, user: UserId) -> Result<Vec<(Uuid, bool)>, Error> {
        Ok(store::rooms(conn, user)?)
    }

    pub(super) fn stored(&self, conn: &mut PgConnection, key: i64) -> Result<Conversation, Error> {
        store::by_key(conn, key)?.ok_or(Error::Rule(&codes::CONVERSATION_UNKNOWN))
    }

    pub(super) fn may_begin(&self, conn: &mut PgConnection, user: UserId) -> Result<(), Error> {
        let since = self.clock.now() - TimeDelta::days(1);
        // Two at once may both find room for one: a few more than the most do no harm.
        if store::begun_since(conn, user, since)? >= Self::MAX_BEGUN {
            return Err(Error::Wait(&codes::TOO_MANY_CONVERSATIONS, Duration::from_secs(3_600)));
        }
        Ok(())
    }

    pub(crate) fn may_enter(&self, conn: &mut PgConnection, user: UserId) -> Result<(), Error> {
        if members::rooms_of(conn, user)? >= Self::MAX_ROOMS {
            return Err(Error::Rule(&codes::TOO_MANY_ROOMS));
        }
        Ok(())
    }
}

pub(crate) fn require_moderator(membership: &Membership) -> Result<(), Error> {
    if membership.moderates() { Ok(()) } else { Err(Error::Rule(&codes::ROLE_REQUIRED)) }
}
