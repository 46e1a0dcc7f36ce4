use crate::{Error, codes};
use chrono::{DateTime, Utc};
use hostolink_audit::Actor;
use hostolink_kernel::{ContactId, UserId, folded};

/// What its owner calls a contact: 1 to 60 characters on one line.
#[derive(Clone, PartialEq, Eq)]
pub struct ContactName(String);

impl ContactName {
    /// The longest, in characters.
    pub const MAX_LENGTH: usize = 60;

    /// Takes what somebody typed, without the spaces around it.
    ///
    /// # Errors
    /// `wallet.contact_name_invalid`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        let fits =
            (1..=Self::MAX_LENGTH).contains(&text.chars().count()) && !text.chars().any(char::is_control);
        if fits { Ok(Self(text.to_owned())) } else { Err(Error::Rule(&codes::CONTACT_NAME_INVALID)) }
    }

    pub(super) const fn stored(text: String) -> Self {
        Self(text)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As it is searched and sorted. Taken apart a letter may become many: no more than fit are kept.
    pub(super) fn searched(&self) -> String {
        folded(&self.0).chars().take(Self::MAX_LENGTH).collect()
    }
}

impl std::fmt::Debug for ContactName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ContactName(…)")
    }
}

/// Save somebody.
#[derive(Debug, Clone)]
pub struct NewContact {
    /// Who saves.
    pub owner: UserId,
    /// Who is saved: found by a proven identifier or a code of their own.
    pub person: UserId,
    /// Under which name.
    pub name: ContactName,
    /// Who asks, for the audit log.
    pub actor: Actor,
}

/// Somebody whom a person saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Its id.
    pub id: ContactId,
    /// Who is saved. It is a person, and not the number that they had.
    pub person: UserId,
    /// What the owner calls them.
    pub name: ContactName,
    /// When they were saved.
    pub created_at: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_there_and_short() {
        assert_eq!(ContactName::parse(" Tantie Aïcha ").unwrap().searched(), "tantie aicha");
        assert!(ContactName::parse(&"é".repeat(60)).is_ok());
        for text in ["", "  ", "a\nb", &"é".repeat(61)] {
            assert!(ContactName::parse(text).is_err(), "{text:?}");
        }
        // One sign that is eighteen letters.
        let long = ContactName::parse(&"\u{fdfa}".repeat(60)).unwrap();
        assert_eq!(long.searched().chars().count(), 60);
    }
}
