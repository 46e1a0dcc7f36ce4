use crate::{Category, Error, Kind, Role, Standing, codes};
use chrono::{DateTime, Utc};
use hostolink_kernel::{UserId, folded};
use std::cmp::Ordering;
use uuid::Uuid;

/// What a group or theme is called: 1 to 80 characters on one line.
#[derive(Clone, PartialEq, Eq)]
pub struct Title(String);

impl Title {
    const MAX: usize = 80;

    /// Takes what somebody typed, without the spaces around it.
    ///
    /// # Errors
    /// `messaging.title_invalid`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        let fits = (1..=Self::MAX).contains(&text.chars().count()) && !text.chars().any(char::is_control);
        let title = Self(text.to_owned());
        if fits && !title.searched().is_empty() { Ok(title) } else { Err(Error::Rule(&codes::TITLE_INVALID)) }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As it is searched and sorted. Taken apart a letter may become many: no more than fit are kept.
    pub(crate) fn searched(&self) -> String {
        search_words(&self.0)
    }
}

/// A part of a title as it is compared.
pub(crate) fn search_words(text: &str) -> String {
    folded(text).chars().take(Title::MAX).collect()
}

impl std::fmt::Debug for Title {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Title(…)")
    }
}

/// What a theme is about, in 1 to 500 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description(String);

impl Description {
    /// Takes what somebody typed.
    ///
    /// # Errors
    /// `messaging.description_invalid`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        let forbidden = |c: char| c.is_control() && c != '\n';
        let fits = (1..=500).contains(&text.chars().count()) && !text.chars().any(forbidden);
        if fits { Ok(Self(text.to_owned())) } else { Err(Error::Rule(&codes::DESCRIPTION_INVALID)) }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A conversation, the same for whoever is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversation {
    pub(crate) key: i64,
    /// Its id.
    pub id: Uuid,
    /// Who talks.
    pub kind: Kind,
    /// What it is called; two people's has no name.
    pub title: Option<String>,
    /// The two of a direct one.
    pub pair: Option<[UserId; 2]>,
    /// Whether it is written in.
    pub open: bool,
    /// How long a member waits between two messages, in seconds.
    pub slow_seconds: i32,
    /// The number of the last message, 0 before the first.
    pub last_seq: i64,
    /// How many are in it.
    pub members: i32,
    /// Of a theme: what it is about.
    pub theme: Option<(Category, String)>,
    /// When the last message came, or when it was made.
    pub active_at: DateTime<Utc>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

impl Conversation {
    /// Of two: who the other one is.
    #[must_use]
    pub fn other(&self, user: UserId) -> Option<UserId> {
        self.pair.map(|[first, second]| if first == user { second } else { first })
    }

    /// Whether who asks must not know of it: it is with one of these.
    pub(crate) fn is_hidden(&self, user: UserId, hidden: &[UserId]) -> bool {
        self.other(user).is_some_and(|other| hidden.contains(&other))
    }

    /// Whether members see who has read what: not in a theme, which everybody may enter.
    #[must_use]
    pub fn shows_markers(&self) -> bool {
        self.kind != Kind::Theme
    }
}

/// Somebody's place in a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    pub(crate) key: i64,
    /// Its id.
    pub id: Uuid,
    /// Whose.
    pub user: UserId,
    /// What they may.
    pub role: Role,
    /// Whether they are in it.
    pub standing: Standing,
    /// The last message before they came: they read what is after it.
    pub since_seq: i64,
    /// How many messages they wrote.
    pub written: i64,
    /// Up to which message their devices have what was sent.
    pub delivered_seq: i64,
    /// Up to which message they read.
    pub read_seq: i64,
    pub(crate) read_written: i64,
    pub(crate) last_sent_at: Option<DateTime<Utc>>,
    /// Until when they want no notification of it.
    pub muted_until: Option<DateTime<Utc>>,
    /// Whether they put it away.
    pub archived: bool,
    /// Since when they are in it.
    pub joined_at: DateTime<Utc>,
}

impl Membership {
    /// How many messages of others lie after what was read. Deleted ones count: their place is shown.
    #[must_use]
    pub fn unread(&self, last_seq: i64) -> i64 {
        (last_seq - self.read_seq - (self.written - self.read_written)).max(0)
    }

    pub(crate) fn is_active(&self) -> bool {
        self.standing == Standing::Active
    }

    /// Whether they may keep order.
    pub(crate) fn moderates(&self) -> bool {
        self.is_active() && self.role.cmp(&Role::Member) == Ordering::Greater
    }
}

/// A conversation as one of its members has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Own {
    /// The conversation.
    pub conversation: Conversation,
    /// The member's place.
    pub membership: Membership,
}

impl Own {
    /// How many messages wait to be read.
    #[must_use]
    pub fn unread(&self) -> i64 {
        self.membership.unread(self.conversation.last_seq)
    }
}

/// Which of somebody's conversations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// Those that were put away, in place of the others.
    pub archived: bool,
    /// Only groups and themes whose title has this in it.
    pub search: Option<String>,
}

/// A room to open.
#[derive(Debug, Clone)]
pub struct NewTheme {
    /// What it is called.
    pub title: Title,
    /// What it is about.
    pub category: Category,
    /// The same in words.
    pub description: Description,
}

/// What is to be different with a theme; `None` stays.
#[derive(Debug, Clone, Default)]
pub struct ThemeChange {
    /// What it is called.
    pub title: Option<Title>,
    /// What it is about, in words.
    pub description: Option<Description>,
    /// Whether it is written in.
    pub open: Option<bool>,
    /// The pause between two messages of a member, in seconds.
    pub slow_seconds: Option<i32>,
}

/// Which themes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ThemeFilter {
    /// Only those about this.
    pub category: Option<Category>,
    /// Only those whose title has this in it.
    pub search: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_and_descriptions_are_there_and_short() {
        assert_eq!(Title::parse(" Santé & moi ").unwrap().searched(), "sante moi");
        assert!(Title::parse(&"é".repeat(80)).is_ok());
        for text in ["", "  ", "…", "a\nb", "a\u{7}", &"é".repeat(81)] {
            assert!(Title::parse(text).is_err(), "{text:?}");
        }
        assert!(Description::parse("deux\nlignes").is_ok());
        for text in ["", " ", "a\u{0}", &"é".repeat(501)] {
            assert!(Description::parse(text).is_err(), "{text:?}");
        }
        // One sign that is eighteen letters.
        assert_eq!(Title::parse(&"\u{fdfa}".repeat(80)).unwrap().searched().chars().count(), 80);
    }
}
