use std::{collections::BTreeMap, fmt::Debug, future::Future, pin::Pin, time::Duration};

/// What a push is addressed to, as the application learnt it from its own library. It prints as nothing: who has it and our key can write to
/// that telephone.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum PushTarget {
    /// A registration token.
    Token(String),
    /// An installation id.
    Installation(String),
}

/// The text is no target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a registration token has 20 to 4,096 visible ASCII characters, an installation id 22 of base64url")]
pub struct InvalidTarget;

impl PushTarget {
    /// A registration token.
    ///
    /// # Errors
    /// [`InvalidTarget`].
    pub fn token(text: &str) -> Result<Self, InvalidTarget> {
        let fits = (20..=4_096).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        if fits { Ok(Self::Token(text.to_owned())) } else { Err(InvalidTarget) }
    }

    /// An installation id of Firebase: 22 characters of base64url.
    ///
    /// # Errors
    /// [`InvalidTarget`].
    pub fn installation(text: &str) -> Result<Self, InvalidTarget> {
        let fits = text.len() == 22
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        if fits { Ok(Self::Installation(text.to_owned())) } else { Err(InvalidTarget) }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Token(text) | Self::Installation(text) => text,
        }
    }
}

impl Debug for PushTarget {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PushTarget(…)")
    }
}

/// A message to one installed application.
#[derive(Clone, PartialEq, Eq)]
pub struct Push {
    /// To which.
    pub to: PushTarget,
    /// One line, readable on a locked screen.
    pub title: String,
    /// What follows it there.
    pub body: String,
    /// For the application itself: short texts by name. The names that Google keeps for itself are left out.
    pub data: BTreeMap<&'static str, String>,
    /// A later message with the same key takes this one's place on the screen. At most 64 letters, digits and `-_.:`.
    pub collapse_key: String,
    /// Whether it wakes a telephone that sleeps.
    pub urgent: bool,
    /// How long it is worth delivering.
    pub life: Duration,
    /// What the application's badge shows.
    pub badge: u32,
}

impl Push {
    /// The longest title, in characters.
    pub const MAX_TITLE: usize = 100;
    /// The longest text, in characters: what a locked screen shows, and far below the 4,096 bytes that providers take.
    pub const MAX_BODY: usize = 240;

    /// Title and body without control characters and short enough, whatever was put into them.
    #[must_use]
    pub(crate) fn shown(text: &str, most: usize) -> String {
        let mut shown: String = text.chars().filter(|letter| !letter.is_control()).take(most + 1).collect();
        if shown.chars().count() > most {
            shown = shown.chars().take(most - 1).chain(['…']).collect();
        }
        shown
    }
}

impl Debug for Push {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Push(…)")
    }
}

/// What became of a push, as far as its provider said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PushOutcome {
    /// Taken, under this name where the provider gave one.
    Accepted(Option<String>),
    /// The application was uninstalled, or the target belongs to somebody else's: it is to be forgotten.
    TargetGone(Option<u16>),
    /// Never: trying again in the same way is vain.
    Refused(Option<u16>),
    /// Not now. It may have left: who receives it twice shows it once, by its collapse key.
    Later {
        /// The provider's status.
        code: Option<u16>,
        /// When it says to come back.
        retry_after: Option<Duration>,
    },
}

/// A push being sent.
pub type Pushing<'a> = Pin<Box<dyn Future<Output = PushOutcome> + Send + 'a>>;

/// Sends to installed applications.
pub trait PushSender: Debug + Send + Sync {
    /// Sends one, within a time that the provider bounds itself.
    fn send<'a>(&'a self, push: &'a Push) -> Pushing<'a>;

    /// Whether there is a provider at all.
    fn is_configured(&self) -> bool {
        true
    }
}

/// Stands where no provider is configured.
#[derive(Debug, Clone, Copy, Default)]
pub struct UnconfiguredPush;

impl PushSender for UnconfiguredPush {
    fn send<'a>(&'a self, _: &'a Push) -> Pushing<'a> {
        Box::pin(std::future::ready(PushOutcome::Refused(None)))
    }

    fn is_configured(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_one_of_two_and_prints_as_nothing() {
        let token = PushTarget::token("dGVzdC10b2tlbi0xMjM0:APA91b").unwrap();
        assert_eq!(format!("{token:?}"), "PushTarget(…)");
        assert!(PushTarget::installation("cRy7u_0000000000000-Az").is_ok());
        for text in
            ["", "short", "a token with spaces in it", "dGVzdC10b2tlbi0xMjM0\r\nx: y", &"x".repeat(4_097)]
        {
            assert_eq!(PushTarget::token(text), Err(InvalidTarget), "{text}");
        }
        for text in ["", "cRy7u_0000000000000-A", "cRy7u_0000000000000-A/", &"x".repeat(23)] {
            assert_eq!(PushTarget::installation(text), Err(InvalidTarget), "{text}");
        }
    }

    #[test]
    fn a_screen_shows_one_short_line_whatever_somebody_is_called() {
        assert_eq!(Push::shown("Awa\r\nKoné\u{7}", 100), "AwaKoné");
        assert_eq!(Push::shown(&"é".repeat(101), 100).chars().count(), 100);
        assert_eq!(Push::shown(&"é".repeat(100), 100).chars().count(), 100);
    }
}
