use super::WatchKind;
use crate::{Error, codes};
use chrono::{DateTime, Utc};
use hostolink_kernel::{AlertId, TransactionId, UserId, Xof};

crate::rules::stored_names! {
    /// What was decided.
    AlertState {
        /// Nothing yet.
        Open = "ouverte", "open";
        /// It is closed without follow-up.
        Dismissed = "classee", "dismissed";
        /// It is suspicious: the authority is told.
        Reported = "declaree", "reported";
    }
}

/// The entry of a list that somebody's name is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Whose list.
    pub source: String,
    /// The list's own reference.
    pub reference: String,
    /// The name on it that was found.
    pub name: String,
    /// Every name on it.
    pub names: Vec<String>,
    /// The years of birth that it gives.
    pub birth_years: Vec<i16>,
    /// The country that it gives.
    pub country: Option<String>,
    /// Since when it is no longer on its list.
    pub closed_at: Option<DateTime<Utc>>,
}

/// What a compliance officer has to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// Its id.
    pub id: AlertId,
    /// Whom it is about.
    pub person: UserId,
    /// What was seen.
    pub kind: WatchKind,
    /// The entry of a list, where it is about one.
    pub listed: Option<Listed>,
    /// How much it is about.
    pub amount: Option<Xof>,
    /// How many payments or receivers.
    pub count: Option<i32>,
    /// The movement that made it whole; `None` where it was refused.
    pub transaction: Option<TransactionId>,
    /// Nothing of the person's leaves while it stands.
    pub holds: bool,
    /// What was decided.
    pub state: AlertState,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// Who looks after it.
    pub assignee: Option<UserId>,
    /// Who decided.
    pub decided_by: Option<UserId>,
    /// When.
    pub decided_at: Option<DateTime<Utc>>,
    /// The first of the two who let money leave again.
    pub release_asked_by: Option<UserId>,
    /// The second.
    pub released_by: Option<UserId>,
    /// When money could leave again.
    pub released_at: Option<DateTime<Utc>>,
}

/// Which alerts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AlertFilter {
    /// Only those in this state.
    pub state: Option<AlertState>,
    /// Only those of this kind.
    pub kind: Option<WatchKind>,
    /// Only those that this person looks after.
    pub assignee: Option<UserId>,
    /// Only those that hold money back.
    pub holding: bool,
}

/// What an officer wrote to an alert. It may name people: it is never logged.
#[derive(Clone, PartialEq, Eq)]
pub struct Remark {
    /// Who.
    pub author: UserId,
    /// What.
    pub text: RemarkText,
    /// When.
    pub at: DateTime<Utc>,
}

impl std::fmt::Debug for Remark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Remark").field("at", &self.at).finish_non_exhaustive()
    }
}

/// A remark: 1 to 1,000 characters, lines included.
#[derive(Clone, PartialEq, Eq)]
pub struct RemarkText(String);

impl RemarkText {
    /// The longest, in characters.
    pub const MAX: usize = 1_000;

    /// Takes what was typed, without the spaces around it.
    ///
    /// # Errors
    /// `wallet.remark_invalid`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        let hidden = |c: char| c.is_control() && c != '\n';
        if text.is_empty() || text.chars().count() > Self::MAX || text.chars().any(hidden) {
            return Err(Error::Rule(&codes::REMARK_INVALID));
        }
        Ok(Self(text.to_owned()))
    }

    pub(super) const fn stored(text: String) -> Self {
        Self(text)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for RemarkText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RemarkText(…)")
    }
}

/// A new alert, before it has an id.
#[derive(Debug, Clone)]
pub(super) struct NewAlert {
    pub(super) person: UserId,
    pub(super) kind: WatchKind,
    pub(super) subject: String,
    pub(super) entry: Option<(i64, String)>,
    pub(super) rule: Option<i64>,
    pub(super) amount: Option<Xof>,
    pub(super) count: Option<i32>,
    pub(super) transaction: Option<TransactionId>,
    pub(super) holds: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remark_is_short_and_printable() {
        assert_eq!(RemarkText::parse("  vu\nen personne ").unwrap().as_str(), "vu\nen personne");
        RemarkText::parse(&"é".repeat(1_000)).unwrap();
        for text in ["", " \n ", "a\0b", "a\rb", &"é".repeat(1_001)] {
            RemarkText::parse(text).unwrap_err();
        }
    }
}
