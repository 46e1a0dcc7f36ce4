use crate::{Key, State, Words};
use chrono::{DateTime, Utc};
use hostolink_audit::Actor;
use hostolink_kernel::UserId;
use uuid::Uuid;

/// Say something to a publication, or answer a comment.
#[derive(Debug, Clone)]
pub struct NewComment {
    /// The publication.
    pub publication: Uuid,
    /// The comment that is answered.
    pub parent: Option<Uuid>,
    /// The words.
    pub text: Words,
    /// So that a retry says nothing twice.
    pub key: Option<Key>,
    /// Who asks.
    pub actor: Actor,
}

impl NewComment {
    /// The longest text, in characters.
    pub const MAX_TEXT: usize = 2_000;
    /// How deep answers to answers go: the first comment has the depth 0.
    pub const MAX_DEPTH: i16 = 49;
}

/// A comment as somebody sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Its id, ordered by time.
    pub id: Uuid,
    /// The publication.
    pub publication: Uuid,
    /// The comment that it answers.
    pub parent: Option<Uuid>,
    /// How many comments are above it.
    pub depth: i16,
    /// Who says so.
    pub author: UserId,
    /// The words; nothing is left of them where it was taken back or hidden and only holds its answers together.
    pub text: String,
    /// Whether it is there to be seen.
    pub state: State,
    /// How many like it.
    pub likes: i32,
    /// How many direct answers are there to be seen.
    pub replies: i32,
    /// Whether who looks likes it.
    pub liked: bool,
    /// Whom it names.
    pub mentioned: Vec<UserId>,
    /// When it was said.
    pub created_at: DateTime<Utc>,
    /// When it was last edited.
    pub edited_at: Option<DateTime<Utc>>,
}
