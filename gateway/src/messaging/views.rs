//! What callers see of conversations: never a row.

use super::{
    message_views::{MessageView, Shown},
    people::Unseen,
};
use crate::{error::ApiResult, state::State, wallet::views::names};
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use hostolink_auth::Recipient;
use hostolink_kernel::{UserId, UserPublicId};
use hostolink_messaging::{Category, Conversation, Kind, Own, Role, Standing};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// Somebody, as anybody may see them.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SpeakerView {
    /// Their id.
    #[schema(value_type = String, format = Uuid)]
    pub(crate) id: UserPublicId,
    /// The given name and an initial; left out where they have none.
    #[schema(example = "Awa K.")]
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

impl From<&Recipient> for SpeakerView {
    fn from(person: &Recipient) -> Self {
        Self { id: person.public_id, name: person.public_name.clone() }
    }
}

/// How many talk, and who may come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum KindView {
    /// Two people.
    Direct,
    /// Who was brought in.
    Group,
    /// Whoever joins.
    Theme,
}

/// What a theme is about.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CategoryView {
    /// Health.
    Health,
    /// Money.
    Money,
    /// Daily life.
    DailyLife,
}

impl From<CategoryView> for Category {
    fn from(view: CategoryView) -> Self {
        match view {
            CategoryView::Health => Self::Health,
            CategoryView::Money => Self::Money,
            CategoryView::DailyLife => Self::DailyLife,
        }
    }
}

impl From<Category> for CategoryView {
    fn from(category: Category) -> Self {
        match category {
            Category::Health => Self::Health,
            Category::Money => Self::Money,
            Category::DailyLife => Self::DailyLife,
        }
    }
}

/// What somebody may in a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MemberRoleView {
    /// Read and write.
    Member,
    /// Keep order: delete, pin, remove.
    Moderator,
    /// Give roles, too.
    Owner,
}

impl From<MemberRoleView> for Role {
    fn from(view: MemberRoleView) -> Self {
        match view {
            MemberRoleView::Member => Self::Member,
            MemberRoleView::Moderator => Self::Moderator,
            MemberRoleView::Owner => Self::Owner,
        }
    }
}

impl From<Role> for MemberRoleView {
    fn from(role: Role) -> Self {
        match role {
            Role::Member => Self::Member,
            Role::Moderator => Self::Moderator,
            Role::Owner => Self::Owner,
        }
    }
}

/// Whether somebody is in a conversation.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StandingView {
    /// They are.
    Active,
    /// They went.
    Left,
    /// They were sent away.
    Removed,
    /// They were sent away and can't come back.
    Banned,
}

impl From<Standing> for StandingView {
    fn from(standing: Standing) -> Self {
        match standing {
            Standing::Active => Self::Active,
            Standing::Left => Self::Left,
            Standing::Removed => Self::Removed,
            Standing::Banned => Self::Banned,
        }
    }
}

/// A conversation, the same for everybody in it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RoomView {
    /// Its id.
    id: Uuid,
    /// Who talks.
    kind: KindView,
    /// What it is called; left out where two people talk.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Santé des enfants")]
    title: Option<String>,
    /// Of a theme: what it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<CategoryView>,
    /// Of a theme: the same in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    /// Whether it is written in.
    open: bool,
    /// How long a member waits between two messages, in seconds.
    slow_seconds: i32,
    /// How many are in it.
    members: i32,
    /// The number of the last message, 0 before the first.
    last_seq: i64,
    /// When the last message came, or when it was made.
    active_at: DateTime<Utc>,
    /// When it was made.
    created_at: DateTime<Utc>,
}

impl From<&Conversation> for RoomView {
    fn from(room: &Conversation) -> Self {
        Self {
            id: room.id,
            kind: match room.kind {
                Kind::Direct => KindView::Direct,
                Kind::Group => KindView::Group,
                Kind::Theme => KindView::Theme,
            },
            title: room.title.clone(),
            category: room.theme.as_ref().map(|(category, _)| (*category).into()),
            description: room.theme.as_ref().map(|(_, words)| words.clone()),
            open: room.open,
            slow_seconds: room.slow_seconds,
            members: room.members,
            last_seq: room.last_seq,
            active_at: room.active_at,
            created_at: room.created_at,
        }
    }
}

/// How far the caller has come in a conversation, and what they set for themselves.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OwnView {
    /// What the caller may.
    role: MemberRoleView,
    /// The number of the last message before the caller came.
    since_seq: i64,
    /// Up to which message the caller's devices have what was sent.
    delivered_seq: i64,
    /// Up to which message the caller read.
    read_seq: i64,
    /// How many messages of others came after that.
    unread: i64,
    /// Until when the caller wants no notification of it.
    muted_until: Option<DateTime<Utc>>,
    /// Whether the caller put it away.
    archived: bool,
}

impl From<&Own> for OwnView {
    fn from(own: &Own) -> Self {
        let place = &own.membership;
        Self {
            role: place.role.into(),
            since_seq: place.since_seq,
            delivered_seq: place.delivered_seq,
            read_seq: place.read_seq,
            unread: own.unread(),
            muted_until: place.muted_until,
            archived: place.archived,
        }
    }
}

/// A conversation as the caller has it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConversationView {
    #[serde(flatten)]
    room: RoomView,
    /// Of two: the other one.
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<SpeakerView>,
    /// How far the caller has come.
    own: OwnView,
    /// The last message that the caller sees of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_message: Option<MessageView>,
}

/// A page of conversations.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConversationPage {
    /// The last active first.
    pub(super) items: Vec<ConversationView>,
    /// Where the next page starts; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next_cursor: Option<String>,
}

impl ConversationView {
    /// With who the others are and what was said last, each asked for at once.
    pub(super) fn all(
        conn: &mut PgConnection,
        state: &State,
        (user, unseen): (UserId, &Unseen),
        rooms: &[Own],
    ) -> ApiResult<Vec<Self>> {
        let mut last = state.messaging.last_messages(conn, unseen.reader(user), rooms)?;
        let messages: Vec<_> = last.values().cloned().collect();
        let shown = Shown::of(conn, state, &messages)?;
        let others = names(conn, &state.auth, rooms.iter().filter_map(|own| own.conversation.other(user)))?;
        let view = |own: &Own| Self {
            room: (&own.conversation).into(),
            person: own.conversation.other(user).and_then(|other| speaker(&others, other)),
            own: own.into(),
            last_message: last.remove(&own.conversation.id).map(|message| shown.with_own_sign(&message)),
        };
        Ok(rooms.iter().map(view).collect())
    }

    pub(super) fn one(
        conn: &mut PgConnection,
        state: &State,
        who: (UserId, &Unseen),
        own: Own,
    ) -> ApiResult<Self> {
        Self::all(conn, state, who, &[own])?.pop().ok_or_else(crate::error::ApiError::not_found)
    }
}

/// Somebody of those whose names were asked for.
pub(super) fn speaker(names: &HashMap<UserId, Recipient>, user: UserId) -> Option<SpeakerView> {
    names.get(&user).map(SpeakerView::from)
}
