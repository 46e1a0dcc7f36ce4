use super::store;
use crate::{
    Conversation, Error, Kind, Membership, Messaging, Role, Standing, codes,
    conversation::{require_moderator, store as conversations},
    service::assert_one,
};
use diesel::{Connection, PgConnection};
use hostolink_audit::Actor;
use hostolink_kernel::{Cursor, Limit, Page, UserId};
use serde_json::json;
use uuid::Uuid;

/// The name in cursors of members.
const LIST: &str = "messaging.members";

/// Somebody in a conversation, as the others see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub user: UserId,
    /// What they may.
    pub role: Role,
    /// Whether they are in it.
    pub standing: Standing,
}

impl From<&Membership> for Member {
    fn from(membership: &Membership) -> Self {
        Self { user: membership.user, role: membership.role, standing: membership.standing }
    }
}

impl Messaging {
    /// Who is in a conversation.
    ///
    /// # Errors
    /// `messaging.conversation_unknown`; [`Error::Cursor`]; those of the database.
    pub fn members(
        &self,
        conn: &mut PgConnection,
        (user, hidden): (UserId, &[UserId]),
        id: Uuid,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Member>, Error> {
        let own = self.seat(conn, (user, hidden), id)?;
        let after = after.map(|cursor| cursor.keyset::<Uuid>(LIST)).transpose()?;
        let rows = store::list(conn, own.conversation.key, hidden, after, limit.probe())?;
        let page = Page::from_probe(rows, limit, LIST, |member| member.id);
        Ok(page.map(|member| Member::from(&member)))
    }

    /// Brings people into a group. Who is in it already stays as they are.
    ///
    /// # Errors
    /// `messaging.conversation_unknown`, `messaging.not_here`, `messaging.role_required`; `messaging.person_unknown` where one of them
    /// must not hear of who brings them, or was banned; `messaging.too_many_members`, `messaging.too_many_rooms`; those of the database.
    pub fn add_members(
        &self,
        conn: &mut PgConnection,
        (user, hidden): (UserId, &[UserId]),
        id: Uuid,
        people: &[UserId],
        actor: &Actor,
    ) -> Result<(), Error> {
        let mut people = people.to_vec();
        people.sort_unstable();
        people.dedup();
        conn.transaction(|conn| {
            let (group, own) = self.hold(conn, (user, hidden), id)?;
            if group.kind != Kind::Group {
                return Err(Error::Rule(&codes::NOT_HERE));
            }
            require_moderator(&own)?;
            if people.iter().any(|person| hidden.contains(person)) {
                return Err(Error::Rule(&codes::PERSON_UNKNOWN));
            }
            let known = store::among(conn, group.key, &people)?;
            if known.iter().any(|member| member.standing == Standing::Banned) {
                return Err(Error::Rule(&codes::PERSON_UNKNOWN));
            }
            self.bring(conn, &group, &people, known, actor)
        })
    }

    fn bring(
        &self,
        conn: &mut PgConnection,
        group: &Conversation,
        people: &[UserId],
        known: Vec<Membership>,
        actor: &Actor,
    ) -> Result<(), Error> {
        let now = self.clock.now();
        let (here, gone): (Vec<Membership>, Vec<Membership>) =
            known.into_iter().partition(Membership::is_active);
        let is_known = |person: &UserId| here.iter().chain(&gone).any(|member| member.user == *person);
        let new: Vec<(Uuid, UserId, Role)> = people
            .iter()
            .filter(|person| !is_known(person))
            .map(|person| (self.random.uuid(now), *person, Role::Member))
            .collect();
        let coming = new.len() + gone.len();
        if coming == 0 {
            return Ok(());
        }
        let room = usize::try_from(Self::MAX_MEMBERS - group.members).unwrap_or(0);
        if coming > room {
            return Err(Error::Rule(&codes::TOO_MANY_MEMBERS));
        }
        let all: Vec<UserId> =
            new.iter().map(|(_, user, _)| *user).chain(gone.iter().map(|member| member.user)).collect();
        if store::in_too_many(conn, &all, Self::MAX_ROOMS)? {
            return Err(Error::Rule(&codes::TOO_MANY_ROOMS));
        }
        if !new.is_empty() {
            store::insert(conn, group, &new, now)?;
        }
        for member in &gone {
            assert_one(store::come_back(conn, (group, member.key), Role::Member, now)?)?;
        }
        let ids: Vec<Uuid> =
            new.iter().map(|(id, ..)| *id).chain(gone.iter().map(|member| member.id)).collect();
        self.tell_of_members(conn, group.id, &ids)?;
        self.note(
            conn,
            (actor, "messaging.members_added"),
            ("discussion", group.id),
            crate::service::of_members(&ids),
        )
    }

    /// Sends somebody of a lower role away; a ban keeps them from coming back.
    ///
    /// # Errors
    /// `messaging.conversation_unknown`, `messaging.not_here`, `messaging.role_required`, `messaging.person_unknown`,
    /// `messaging.oneself`; those of the database.
    pub fn remove_member(
        &self,
        conn: &mut PgConnection,
        (user, hidden): (UserId, &[UserId]),
        id: Uuid,
        (person, ban): (UserId, bool),
        actor: &Actor,
    ) -> Result<(), Error> {
        conn.transaction(|conn| {
            let (_, other) = self.hold_lower(conn, (user, hidden), id, person)?;
            self.send_away(conn, id, (&other, ban), actor)
        })
    }

    /// Sends somebody away from a theme, for who keeps order everywhere: they need not be in it. Its owner stays. Whether it was a theme; who
    /// may is for the caller to check.
    ///
    /// # Errors
    /// `messaging.person_unknown`, `messaging.role_required`, `messaging.oneself`; those of the database.
    pub fn remove_for_the_house(
        &self,
        conn: &mut PgConnection,
        user: UserId,
        id: Uuid,
        (person, ban): (UserId, bool),
        actor: &Actor,
    ) -> Result<bool, Error> {
        conn.transaction(|conn| {
            let Some(theme) = self.hold_if_theme(conn, id)? else { return Ok(false) };
            let other = lower(conn, &theme, (user, Role::Owner), person)?;
            self.send_away(conn, id, (&other, ban), actor).map(|()| true)
        })
    }

    fn send_away(
        &self,
        conn: &mut PgConnection,
        id: Uuid,
        (other, ban): (&Membership, bool),
        actor: &Actor,
    ) -> Result<(), Error> {
        let standing = if ban { Standing::Banned } else { Standing::Removed };
        assert_one(store::set_standing(conn, other.key, standing)?)?;
        self.tell_of_members(conn, id, &[other.id])?;
        let details = json!({ "member": other.id, "banned": ban });
        self.note(conn, (actor, "messaging.member_removed"), ("discussion", id), details)
    }

    /// Gives somebody another role; giving the owner's hands it over.
    ///
    /// # Errors
    /// As [`Messaging::remove_member`]; only the owner may.
    pub fn set_role(
        &self,
        conn: &mut PgConnection,
        (user, hidden): (UserId, &[UserId]),
        id: Uuid,
        (person, role): (UserId, Role),
        actor: &Actor,
    ) -> Result<(), Error> {
        conn.transaction(|conn| {
            let (own, other) = self.hold_lower(conn, (user, hidden), id, person)?;
            if own.role != Role::Owner {
                return Err(Error::Rule(&codes::ROLE_REQUIRED));
            }
            assert_one(store::set_role(conn, other.key, role)?)?;
            let mut changed = vec![other.id];
            if role == Role::Owner {
                assert_one(store::set_role(conn, own.key, Role::Moderator)?)?;
                changed.push(own.id);
            }
            self.tell_of_members(conn, id, &changed)?;
            let details = json!({ "member": other.id, "role": role.code() });
            self.note(conn, (actor, "messaging.role_set"), ("discussion", id), details)
        })
    }

    /// Leaves a group or a theme. A group whose owner goes gets another.
    ///
    /// # Errors
    /// `messaging.conversation_unknown`, `messaging.not_here`; those of the database.
    pub fn leave(
        &self,
        conn: &mut PgConnection,
        (user, hidden): (UserId, &[UserId]),
        id: Uuid,
        actor: &Actor,
    ) -> Result<(), Error> {
        conn.transaction(|conn| {
            let (conversation, own) = self.hold(conn, (user, hidden), id)?;
            if conversation.kind == Kind::Direct {
                return Err(Error::Rule(&codes::NOT_HERE));
            }
            self.go(conn, &conversation, &own)?;
            self.note(conn, (actor, "messaging.left"), ("discussion", id), json!({ "member": own.id }))
        })
    }

    /// Takes somebody out by their own will, and finds who owns a group then.
    pub(crate) fn go(
        &self,
        conn: &mut PgConnection,
        conversation: &Conversation,
        own: &Membership,
    ) -> Result<(), Error> {
        assert_one(store::set_standing(conn, own.key, Standing::Left)?)?;
        let mut changed = vec![own.id];
        let orphaned = conversation.kind == Kind::Group && !store::has_owner(conn, conversation.key)?;
        if orphaned && let Some((heir, heir_id)) = store::heir(conn, conversation.key, own.key)? {
            assert_one(store::set_role(conn, heir, Role::Owner)?)?;
            changed.push(heir_id);
        }
        self.tell_of_members(conn, conversation.id, &changed)
    }

    /// Holds a conversation of several for who keeps order there, over somebody of a lower role: whoever that is, since nobody escapes by a
    /// block.
    fn hold_lower(
        &self,
        conn: &mut PgConnection,
        (user, hidden): (UserId, &[UserId]),
        id: Uuid,
        person: UserId,
    ) -> Result<(Membership, Membership), Error> {
        let (conversation, own) = self.hold(conn, (user, hidden), id)?;
        if conversation.kind == Kind::Direct {
            return Err(Error::Rule(&codes::NOT_HERE));
        }
        require_moderator(&own)?;
        let other = lower(conn, &conversation, (user, own.role), person)?;
        Ok((own, other))
    }
}

/// The place of somebody of a lower role than who sends them away.
fn lower(
    conn: &mut PgConnection,
    conversation: &Conversation,
    (user, role): (UserId, Role),
    person: UserId,
) -> Result<Membership, Error> {
    if person == user {
        return Err(Error::Rule(&codes::ONESELF));
    }
    let other = conversations::membership(conn, conversation.key, person)?
        .filter(Membership::is_active)
        .ok_or(Error::Rule(&codes::PERSON_UNKNOWN))?;
    if other.role < role { Ok(other) } else { Err(Error::Rule(&codes::ROLE_REQUIRED)) }
}
