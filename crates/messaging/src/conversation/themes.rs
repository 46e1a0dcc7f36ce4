use super::{
    model::{Conversation, NewTheme, Own, ThemeChange, ThemeFilter},
    service::require_moderator,
    store,
};
use crate::{
    Error, Kind, MEMBERSHIP, Messaging, Role, Standing, codes, member::store as members, service::assert_one,
};
use diesel::{Connection, PgConnection};
use hostolink_audit::Actor;
use hostolink_kernel::{Cursor, Limit, Page, UserId};
use serde_json::json;
use uuid::Uuid;

/// The name in cursors of themes.
const LIST: &str = "messaging.themes";

/// The ids of the themes that somebody is in, for other domains that show things to them.
///
/// # Errors
/// Those of the database.
pub fn themes_of(conn: &mut PgConnection, user: UserId) -> Result<Vec<Uuid>, Error> {
    Ok(store::themes_of(conn, user)?)
}

impl Messaging {
    /// Opens a theme; whoever does owns it. Who may is for the caller to check.
    ///
    /// # Errors
    /// `messaging.too_many_conversations`, `messaging.too_many_rooms`; those of the database.
    pub fn create_theme(
        &self,
        conn: &mut PgConnection,
        owner: UserId,
        new: &NewTheme,
        actor: &Actor,
    ) -> Result<Own, Error> {
        let now = self.clock.now();
        let id = self.random.uuid(now);
        conn.transaction(|conn| {
            self.may_begin(conn, owner)?;
            self.may_enter(conn, owner)?;
            let key = store::insert(conn, (id, Kind::Theme, &new.title), owner, now)?;
            store::insert_theme(conn, key, (new.category, new.description.as_str()), now)?;
            let conversation = self.stored(conn, key)?;
            let member = self.random.uuid(now);
            members::insert(conn, &conversation, &[(member, owner, Role::Owner)], now)?;
            self.tell_of_members(conn, id, &[member])?;
            let details = json!({ "category": new.category.code() });
            self.note(conn, (actor, "messaging.theme_opened"), ("thematiques", id), details)
        })?;
        self.seat(conn, (owner, &[]), id)
    }

    /// Themes in the order of their titles.
    ///
    /// # Errors
    /// [`Error::Cursor`]; those of the database.
    pub fn themes(
        &self,
        conn: &mut PgConnection,
        filter: &ThemeFilter,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Conversation>, Error> {
        let after = after.map(|cursor| cursor.keyset::<(String, Uuid)>(LIST)).transpose()?;
        let rows = store::themes(conn, filter, after, limit.probe())?;
        let page = Page::from_probe(rows, limit, LIST, |(theme, title)| (title.clone(), theme.id));
        Ok(page.map(|(theme, _)| theme))
    }

    /// A theme, for whoever looks whether to join.
    ///
    /// # Errors
    /// `messaging.conversation_unknown`; those of the database.
    pub fn theme(&self, conn: &mut PgConnection, id: Uuid) -> Result<Conversation, Error> {
        let found = store::by_ids(conn, &[id])?.pop();
        found
            .filter(|conversation| conversation.kind == Kind::Theme)
            .ok_or(Error::Rule(&codes::CONVERSATION_UNKNOWN))
    }

    /// Changes a theme: its owner and moderators may, and who is told so by `of_the_house`.
    ///
    /// # Errors
    /// `messaging.conversation_unknown`, `messaging.role_required`, `messaging.slow_mode_invalid`; those of the database.
    pub fn change_theme(
        &self,
        conn: &mut PgConnection,
        (user, of_the_house): (UserId, bool),
        id: Uuid,
        change: &ThemeChange,
        actor: &Actor,
    ) -> Result<Conversation, Error> {
        if change.slow_seconds.is_some_and(|seconds| !(0..=3_600).contains(&seconds)) {
            return Err(Error::Rule(&codes::SLOW_INVALID));
        }
        conn.transaction(|conn| {
            let theme = self.hold_theme(conn, id)?;
            if !of_the_house {
                let membership = store::membership(conn, theme.key, user)?;
                require_moderator(&membership.ok_or(Error::Rule(&codes::ROLE_REQUIRED))?)?;
            }
            if let Some(title) = &change.title {
                assert_one(store::set_title(conn, theme.key, title)?)?;
            }
            if let Some(description) = &change.description {
                assert_one(store::set_description(conn, theme.key, description.as_str())?)?;
            }
            if let Some(open) = change.open {
                assert_one(store::set_open(conn, theme.key, open)?)?;
            }
            if let Some(seconds) = change.slow_seconds {
                assert_one(store::set_slow(conn, theme.key, seconds)?)?;
            }
            self.tell(conn, MEMBERSHIP, id, json!({}))?;
            let details = json!({ "open": change.open, "slowSeconds": change.slow_seconds });
            self.note(conn, (actor, "messaging.theme_changed"), ("thematiques", id), details)?;
            self.stored(conn, theme.key)
        })
    }

    /// Joins a theme. Who is in it already stays as they are.
    ///
    /// # Errors
    /// `messaging.conversation_unknown`, `messaging.closed`, `messaging.banned`, `messaging.too_many_rooms`; those of the database.
    pub fn join(&self, conn: &mut PgConnection, user: UserId, id: Uuid, actor: &Actor) -> Result<Own, Error> {
        conn.transaction(|conn| {
            let theme = self.hold_theme(conn, id)?;
            let known = store::membership(conn, theme.key, user)?;
            match known.as_ref().map(|membership| membership.standing) {
                Some(Standing::Active) => return Ok(()),
                Some(Standing::Banned) => return Err(Error::Rule(&codes::BANNED)),
                _ if !theme.open => return Err(Error::Rule(&codes::CLOSED)),
                _ => self.may_enter(conn, user)?,
            }
            let now = self.clock.now();
            let member = match known {
                Some(known) => {
                    assert_one(members::come_back(conn, (&theme, known.key), Role::Member, now)?)?;
                    known.id
                }
                None => {
                    let id = self.random.uuid(now);
                    members::insert(conn, &theme, &[(id, user, Role::Member)], now)?;
                    id
                }
            };
            self.tell_of_members(conn, id, &[member])?;
            self.note(conn, (actor, "messaging.joined"), ("discussion", id), json!({ "member": member }))
        })?;
        self.seat(conn, (user, &[]), id)
    }

    /// Holds a conversation, if it is a theme.
    pub(crate) fn hold_if_theme(
        &self,
        conn: &mut PgConnection,
        id: Uuid,
    ) -> Result<Option<Conversation>, Error> {
        Ok(store::hold(conn, id)?.filter(|theme| theme.kind == Kind::Theme))
    }

    fn hold_theme(&self, conn: &mut PgConnection, id: Uuid) -> Result<Conversation, Error> {
        self.hold_if_theme(conn, id)?.ok_or(Error::Rule(&codes::CONVERSATION_UNKNOWN))
    }
}
