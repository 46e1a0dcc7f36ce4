use crate::{Error, Wish, codes};
use chrono::{DateTime, Utc};
use hostolink_audit::Actor;
use hostolink_kernel::{PotId, UserId, Xof};

/// How many pots that are open a person may have.
pub const MAX_POTS: i16 = 10;

/// What a pot is called: 1 to 40 characters on one line.
#[derive(Clone, PartialEq, Eq)]
pub struct PotName(String);

impl PotName {
    /// Takes what somebody typed, without the spaces around it.
    ///
    /// # Errors
    /// `wallet.pot_name_invalid`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        let fits = (1..=40).contains(&text.chars().count()) && !text.chars().any(char::is_control);
        if fits { Ok(Self(text.to_owned())) } else { Err(Error::Rule(&codes::POT_NAME_INVALID)) }
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

impl std::fmt::Debug for PotName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PotName(…)")
    }
}

/// What its owner decides of a pot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PotSettings {
    /// What it is called.
    pub name: PotName,
    /// How much is to be in it one day.
    pub goal: Option<Xof>,
}

/// Open a pot.
#[derive(Debug, Clone)]
pub struct NewPot {
    /// Whose.
    pub owner: UserId,
    /// What its owner decides.
    pub settings: PotSettings,
    /// Who asks, for the audit log.
    pub actor: Actor,
}

/// A pot as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pot {
    /// Its public id.
    pub id: PotId,
    /// What its owner decided.
    pub settings: PotSettings,
    /// How much is in it.
    pub balance: Xof,
    /// It is closed, for good.
    pub closed: bool,
    /// When it was opened.
    pub created_at: DateTime<Utc>,
}

/// Which way money goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PotWay {
    /// From the main account into the pot.
    In,
    /// Back.
    Out,
}

/// Put money by, or take it back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PotMoveCommand {
    /// The owner's wish.
    pub wish: Wish,
    /// The pot.
    pub pot: PotId,
    /// Which way.
    pub way: PotWay,
    /// How much.
    pub amount: Xof,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_there_and_short() {
        assert_eq!(PotName::parse(" Moto ").unwrap().as_str(), "Moto");
        assert!(PotName::parse(&"é".repeat(40)).is_ok());
        for text in ["", "  ", "a\nb", &"é".repeat(41)] {
            assert!(PotName::parse(text).is_err(), "{text:?}");
        }
    }
}
