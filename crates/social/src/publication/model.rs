use crate::{Error, Words, names::names, refusals};
use chrono::{DateTime, TimeDelta, Utc};
use hostolink_audit::Actor;
use hostolink_kernel::UserId;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use uuid::Uuid;

names! {
    /// Who sees a publication.
    Visibility {
        /// Everybody.
        Public = "public",
        /// Who follows its author.
        Followers = "followers",
        /// Who is in its theme.
        Theme = "theme",
    }
}

names! {
    /// Whether something is there to be seen.
    State {
        /// It is.
        Visible = "visible",
        /// Its author took it back.
        Deleted = "deleted",
        /// The house hid it.
        Hidden = "hidden",
    }
}

/// The caller's own name for one wish, with a hash of what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// 8 to 255 visible ASCII characters.
    pub text: String,
    /// What was asked, whatever it came to.
    pub fingerprint: [u8; 32],
}

impl Key {
    /// A key for something that was asked in this form.
    #[must_use]
    pub fn new(text: &str, asked: &[u8]) -> Self {
        Self { text: text.to_owned(), fingerprint: Sha256::digest(asked).into() }
    }
}

/// A question to ask beside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPoll {
    pub(crate) choices: Vec<Words>,
    pub(crate) lasts: TimeDelta,
}

impl NewPoll {
    /// Reads what can be answered, and for how many hours.
    ///
    /// # Errors
    /// `social.invalid_poll` unless there are 2 to 10 different answers of 1 to 80 characters, and 1 to 720 hours.
    pub fn parse(choices: &[String], hours: i64) -> Result<Self, Error> {
        let refused = || Error::Rule(&refusals::INVALID_POLL);
        let choices: Vec<Words> = choices
            .iter()
            .map(|text| Words::some(text, 80))
            .collect::<Result<_, _>>()
            .map_err(|_| refused())?;
        let different: BTreeSet<String> =
            choices.iter().map(|choice| choice.as_str().to_lowercase()).collect();
        let fits = (2..=10).contains(&choices.len())
            && different.len() == choices.len()
            && (1..=720).contains(&hours);
        if fits { Ok(Self { choices, lasts: TimeDelta::hours(hours) }) } else { Err(refused()) }
    }
}

/// Publish something.
#[derive(Debug, Clone)]
pub struct NewPublication {
    /// The words; there may be none beside pictures or a question.
    pub text: Words,
    /// Who sees it.
    pub visibility: Visibility,
    /// In which theme, where only who is in it sees it.
    pub theme: Option<Uuid>,
    /// Uploads in their order. That they are the author's and finished, whoever calls makes sure in the same transaction.
    pub media: Vec<Uuid>,
    /// Whether others' devices may fetch what the link leads to.
    pub preview: bool,
    /// A question.
    pub poll: Option<NewPoll>,
    /// So that a retry publishes nothing twice.
    pub key: Option<Key>,
    /// Who asks.
    pub actor: Actor,
}

impl NewPublication {
    /// The longest text, in characters.
    pub const MAX_TEXT: usize = 10_000;
    /// The most uploads.
    pub const MAX_MEDIA: usize = 10;

    /// Refuses what no publication is.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let different: BTreeSet<_> = self.media.iter().collect();
        if self.media.len() > Self::MAX_MEDIA || different.len() < self.media.len() {
            return Err(Error::Rule(&refusals::TOO_MANY_MEDIA));
        }
        if self.text.is_empty() && self.media.is_empty() {
            return Err(Error::Rule(&refusals::INVALID_TEXT));
        }
        if self.theme.is_some() != (self.visibility == Visibility::Theme) {
            return Err(Error::Rule(&refusals::THEME_UNKNOWN));
        }
        Ok(())
    }
}

/// An answer that can be given to a poll.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PollChoice {
    /// The answer.
    pub text: String,
    /// How many gave it.
    pub votes: i32,
}

/// A question beside a publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Poll {
    /// What can be answered, in its order.
    pub choices: Vec<PollChoice>,
    /// Until when.
    pub closes_at: DateTime<Utc>,
    /// Whether that is over.
    pub closed: bool,
    /// What who looks answered: its place in the order.
    pub voted: Option<i16>,
}

/// A publication as somebody sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// Its id, ordered by time.
    pub id: Uuid,
    /// Who published it.
    pub author: UserId,
    /// The words.
    pub text: String,
    /// Who sees it.
    pub visibility: Visibility,
    /// In which theme.
    pub theme: Option<Uuid>,
    /// Uploads in their order.
    pub media: Vec<Uuid>,
    /// The first link in the words.
    pub link: Option<String>,
    /// Whether devices may fetch what it leads to.
    pub preview: bool,
    /// Whether it is there to be seen; only its author ever reads another state than that.
    pub state: State,
    /// How many like it.
    pub likes: i32,
    /// How many comments are there to be seen.
    pub comments: i32,
    /// How many shared it.
    pub shares: i32,
    /// How many keep it: for its author alone.
    pub saves: i32,
    /// How often it was edited.
    pub edits: i32,
    /// When it was published.
    pub created_at: DateTime<Utc>,
    /// When it was last edited.
    pub edited_at: Option<DateTime<Utc>>,
    /// Whether who looks likes it.
    pub liked: bool,
    /// Whether they keep it.
    pub saved: bool,
    /// Whether they shared it.
    pub shared: bool,
    /// Whom it names.
    pub mentioned: Vec<UserId>,
    /// Its question.
    pub poll: Option<Poll>,
    /// Where the list goes on that it was read from.
    pub place: Uuid,
    /// Who passed it on, where that is why it is in a list.
    pub shared_by: Option<UserId>,
    /// Its place in a list of what is talked about, from 1.
    pub rank: Option<i32>,
}

/// What a publication said before it was edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    /// Which version it was, from 1.
    pub number: i32,
    /// The words.
    pub text: String,
    /// Until when.
    pub until: DateTime<Utc>,
}

/// Somebody who passed a publication on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// Its id, ordered by time.
    pub id: Uuid,
    /// Who.
    pub user: UserId,
    /// What they said beside.
    pub comment: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_poll_has_different_answers_and_an_end() {
        let choices = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        assert!(NewPoll::parse(&choices(&["oui", "non"]), 24).is_ok());
        for (texts, hours) in [
            (choices(&["oui"]), 24),
            (choices(&["oui", "Oui"]), 24),
            (choices(&["oui", " "]), 24),
            (choices(&["oui", "non"]), 0),
            (choices(&["oui", "non"]), 721),
            ((0..11).map(|n| n.to_string()).collect(), 24),
        ] {
            assert!(NewPoll::parse(&texts, hours).is_err(), "{texts:?} {hours}");
        }
    }
}
