use crate::{Error, codes};
use chrono::{DateTime, Utc};
use hostolink_kernel::{EstablishmentId, RequestId, UserId, folded};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use uuid::Uuid;

/// 1 to 4000 characters.
#[derive(Clone, PartialEq, Eq)]
pub struct Text(String);

impl Text {
    const MAX: usize = 4_000;

    /// Takes what somebody typed, without the spaces around it.
    ///
    /// # Errors
    /// `messaging.text_invalid`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        let forbidden = |c: char| c.is_control() && c != '\n' && c != '\t';
        let fits = (1..=Self::MAX).contains(&text.chars().count()) && !text.chars().any(forbidden);
        if fits { Ok(Self(text.to_owned())) } else { Err(Error::Rule(&codes::TEXT_INVALID)) }
    }

    pub(super) const fn stored(text: String) -> Self {
        Self(text)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As it is searched; `None` where there is nothing to find.
    pub(super) fn searched(&self) -> Option<String> {
        let words = folded(&self.0);
        (!words.is_empty()).then_some(words)
    }
}

/// Nothing that is printed holds what people write.
impl std::fmt::Debug for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Text(…)")
    }
}

/// A place that its author sends.
#[derive(Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Place {
    latitude: f64,
    longitude: f64,
    accuracy: Option<i32>,
}

impl Place {
    /// In degrees of WGS 84; the accuracy in metres.
    ///
    /// # Errors
    /// `messaging.place_invalid`.
    pub fn new(latitude: f64, longitude: f64, accuracy: Option<i32>) -> Result<Self, Error> {
        let possible = (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude);
        if possible && accuracy.is_none_or(|metres| (1..=100_000).contains(&metres)) {
            Ok(Self { latitude, longitude, accuracy })
        } else {
            Err(Error::Rule(&codes::PLACE_INVALID))
        }
    }

    /// North of the equator.
    #[must_use]
    pub const fn latitude(&self) -> f64 {
        self.latitude
    }

    /// East of Greenwich.
    #[must_use]
    pub const fn longitude(&self) -> f64 {
        self.longitude
    }

    /// How far it may be wrong, in metres.
    #[must_use]
    pub const fn accuracy(&self) -> Option<i32> {
        self.accuracy
    }
}

/// Nothing that is printed says where somebody is.
impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Place(…)")
    }
}

/// What a message holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// Words.
    Text(Text),
    /// 1 to 10 finished uploads of the author's, and words with them.
    Media(Vec<Uuid>, Option<Text>),
    /// A finished upload that is heard.
    Voice(Uuid),
    /// Where its author says to be.
    Location(Place),
    /// A card of an establishment of the directory.
    Establishment(EstablishmentId),
    /// A card of a request to pay that the author made.
    PaymentRequest(RequestId),
}

impl Body {
    /// Its kind in the API and in the database.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Media(..) => "media",
            Self::Voice(_) => "voice",
            Self::Location(_) => "location",
            Self::Establishment(_) => "establishment",
            Self::PaymentRequest(_) => "payment_request",
        }
    }

    /// Its words.
    #[must_use]
    pub const fn text(&self) -> Option<&Text> {
        match self {
            Self::Text(text) | Self::Media(_, Some(text)) => Some(text),
            _ => None,
        }
    }

    /// The uploads it refers to.
    #[must_use]
    pub fn media(&self) -> &[Uuid] {
        match self {
            Self::Media(ids, _) => ids,
            Self::Voice(id) => std::slice::from_ref(id),
            _ => &[],
        }
    }

    pub(super) fn content(&self) -> Option<Value> {
        match self {
            Self::Location(place) => serde_json::to_value(place).ok(),
            Self::Establishment(id) => serde_json::to_value(id).ok(),
            Self::PaymentRequest(id) => serde_json::to_value(id).ok(),
            _ => None,
        }
    }

    /// Reads it back; `None` where it was deleted.
    pub(super) fn stored(
        kind: &str,
        text: Option<String>,
        content: Option<Value>,
        media: Vec<Uuid>,
    ) -> Result<Option<Self>, Error> {
        let unknown = || Error::UnknownCode(kind.to_owned());
        let text = text.map(Text::stored);
        let read = |content: Option<Value>| content.ok_or_else(unknown);
        Ok(Some(match kind {
            "text" => Self::Text(text.ok_or_else(unknown)?),
            "media" => Self::Media(media, text),
            "voice" => Self::Voice(media.first().copied().ok_or_else(unknown)?),
            "location" => Self::Location(serde_json::from_value(read(content)?).map_err(|_| unknown())?),
            "establishment" => {
                Self::Establishment(serde_json::from_value(read(content)?).map_err(|_| unknown())?)
            }
            "payment_request" => {
                Self::PaymentRequest(serde_json::from_value(read(content)?).map_err(|_| unknown())?)
            }
            _ => return Err(unknown()),
        }))
    }
}

/// A message to send.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// Drawn on the device for this message, kept for every retry.
    pub client_id: Uuid,
    /// What it holds.
    pub body: Body,
    /// The message of the same conversation that it answers.
    pub reply_to: Option<Uuid>,
}

impl Draft {
    /// Tells a retry from another wish under the same id.
    pub(super) fn fingerprint(&self, conversation: Uuid) -> [u8; 32] {
        let text = self.body.text().map(Text::as_str);
        let wish =
            (conversation, self.body.kind(), text, self.body.content(), self.body.media(), self.reply_to);
        // Our own values always write.
        Sha256::digest(serde_json::to_vec(&wish).unwrap_or_default()).into()
    }
}

/// A message.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    pub(crate) key: i64,
    /// Its id.
    pub id: Uuid,
    /// The conversation's id.
    pub conversation: Uuid,
    /// Its number there: 1, 2, 3 without a gap.
    pub seq: i64,
    /// Who wrote it.
    pub author: UserId,
    /// What the author's device called it.
    pub client_id: Uuid,
    /// What it holds; `None` once it was deleted for all.
    pub body: Option<Body>,
    /// What it answers.
    pub reply_to: Option<Uuid>,
    /// How many put each sign to it.
    pub reactions: BTreeMap<String, i64>,
    /// When it was sent.
    pub created_at: DateTime<Utc>,
    /// When it was last edited.
    pub edited_at: Option<DateTime<Utc>>,
    /// When it was deleted for all.
    pub deleted_at: Option<DateTime<Utc>>,
    /// When it was pinned.
    pub pinned_at: Option<DateTime<Utc>>,
    /// The sign of who reads, where that was asked for.
    pub own_sign: Option<String>,
}

/// What became of a message that was sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Sent {
    /// The message.
    pub message: Message,
    /// Whether an earlier request had sent it already.
    pub replayed: bool,
}

/// A sign that somebody put to a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reaction {
    pub(crate) id: Uuid,
    /// Who.
    pub user: UserId,
    /// Which.
    pub sign: String,
    /// When.
    pub created_at: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_text_is_there_and_short() {
        assert_eq!(Text::parse(" Bonjour\nà tous ").unwrap().as_str(), "Bonjour\nà tous");
        assert!(Text::parse(&"é".repeat(4_000)).is_ok());
        for text in ["", "  ", "a\u{0}b", "a\u{1b}[31m", &"é".repeat(4_001)] {
            assert!(Text::parse(text).is_err(), "{text:?}");
        }
        assert_eq!(Text::parse("👍").unwrap().searched(), None);
        assert_eq!(format!("{:?}", Text::parse("secret").unwrap()), "Text(…)");
    }

    #[test]
    fn a_place_is_on_earth() {
        assert!(Place::new(5.3, -4.0, Some(15)).is_ok());
        for (lat, lon, accuracy) in
            [(90.1, 0.0, None), (0.0, -180.5, None), (f64::NAN, 0.0, None), (0.0, 0.0, Some(0))]
        {
            assert!(Place::new(lat, lon, accuracy).is_err(), "{lat} {lon} {accuracy:?}");
        }
    }

    #[test]
    fn another_wish_has_another_fingerprint() {
        let draft = |text: &str| Draft {
            client_id: Uuid::nil(),
            body: Body::Text(Text::parse(text).unwrap()),
            reply_to: None,
        };
        let (room, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        assert_eq!(draft("a").fingerprint(room), draft(" a ").fingerprint(room));
        assert_ne!(draft("a").fingerprint(room), draft("b").fingerprint(room));
        assert_ne!(draft("a").fingerprint(room), draft("a").fingerprint(other));
        let reply = Draft { reply_to: Some(other), ..draft("a") };
        assert_ne!(draft("a").fingerprint(room), reply.fingerprint(room));
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_read_or_refused(text in "\\PC{0,60}") {
            if let Ok(read) = Text::parse(&text) {
                prop_assert_eq!(read.as_str(), text.trim());
            }
        }
    }
}
