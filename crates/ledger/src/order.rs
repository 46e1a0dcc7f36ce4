use crate::Cap;
use chrono::{DateTime, Utc};
use hostolink_kernel::{AccountId, TransactionId, UserId, Xof};
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Who asks, and the text their application drew for this one wish. It is never forgotten: a key has one outcome.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdempotencyKey {
    actor: UserId,
    text: String,
}

/// The text can't be an idempotency key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an idempotency key has 1 to 255 visible ASCII characters")]
pub struct InvalidKey;

impl IdempotencyKey {
    /// The longest text.
    pub const MAX_LENGTH: usize = 255;

    /// Takes what a caller sent.
    ///
    /// # Errors
    /// [`InvalidKey`] unless it is 1 to 255 visible ASCII characters.
    pub fn parse(actor: UserId, text: &str) -> Result<Self, InvalidKey> {
        let fits = (1..=Self::MAX_LENGTH).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        if fits { Ok(Self { actor, text: text.to_owned() }) } else { Err(InvalidKey) }
    }

    pub(crate) const fn stored(actor: UserId, text: String) -> Self {
        Self { actor, text }
    }

    /// Who asks: the person who initiates the order.
    #[must_use]
    pub const fn actor(&self) -> UserId {
        self.actor
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// What an order asks for, as a hash of its business fields: the same key with another fingerprint is another wish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// Hashes the name of the operation and its business fields. PINs and step-up proofs are no business fields.
    ///
    /// # Errors
    /// When `fields` can't be written as JSON, which only a map with keys that are no text can do.
    pub fn of(operation: &str, fields: &impl Serialize) -> Result<Self, serde_json::Error> {
        serde_json::to_vec(&(operation, fields)).map(|json| Self(Sha256::digest(json).into()))
    }

    /// A fingerprint that was read back.
    #[must_use]
    pub const fn new(hash: [u8; 32]) -> Self {
        Self(hash)
    }

    /// The hash.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// A few words from who pays to who receives. Private to the two.
#[derive(Clone, PartialEq, Eq)]
pub struct Note(String);

/// The text can't be a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a note has at most 140 characters, none of them a control character")]
pub struct InvalidNote;

impl Note {
    /// The longest note, in characters.
    pub const MAX_LENGTH: usize = 140;

    /// Takes what somebody typed, without the spaces around it; nothing is `None`.
    ///
    /// # Errors
    /// [`InvalidNote`] when it is longer than 140 characters or has a control character.
    pub fn parse(text: &str) -> Result<Option<Self>, InvalidNote> {
        let text = text.trim();
        if text.chars().count() > Self::MAX_LENGTH || text.chars().any(char::is_control) {
            return Err(InvalidNote);
        }
        Ok((!text.is_empty()).then(|| Self(text.to_owned())))
    }

    pub(crate) const fn stored(text: String) -> Self {
        Self(text)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Note {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Note(…)")
    }
}

/// Something that may happen once, whoever asks and with whatever key: the payment of a one-time QR code, of a
/// request to pay. The first accepted order does it; a refused one leaves it to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Once {
    /// What kind of thing, a short name such as `qr`.
    pub kind: &'static str,
    /// Which one.
    pub id: Uuid,
}

/// Who bears a charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bearer {
    /// Who gives: it comes on top of the amount.
    Giver,
    /// Who receives: it goes off the amount. Only of payments by code and of captures.
    Receiver,
}

/// What an order costs one of its sides, and to whom it goes: a fee, a commission, or the part of it that somebody earns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Charge {
    /// An account of fees or of commissions.
    pub to: AccountId,
    /// How much.
    pub amount: Xof,
    /// Who pays it.
    pub bearer: Bearer,
}

/// What to do with money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// A person pays another, from main account to main account.
    Transfer {
        /// Who gives.
        from: AccountId,
        /// Who receives.
        to: AccountId,
        /// How much.
        amount: Xof,
    },
    /// The same by a code that the receiver shows; it may come in on a merchant's account or till.
    QrPayment {
        /// Who gives.
        from: AccountId,
        /// Who receives.
        to: AccountId,
        /// How much.
        amount: Xof,
    },
    /// A person puts money by, or takes it back: between their main account and a savings account of theirs.
    Save {
        /// Which gives.
        from: AccountId,
        /// Which receives.
        to: AccountId,
        /// How much.
        amount: Xof,
    },
    /// A merchant moves what they earned: between their main account and the merchant's account, or between that and a till.
    MoveOwn {
        /// Which gives.
        from: AccountId,
        /// Which receives.
        to: AccountId,
        /// How much.
        amount: Xof,
    },
    /// An agent took cash and gives the same in money, from the float to a person's main account.
    CashIn {
        /// The agent's float.
        float: AccountId,
        /// Who receives.
        to: AccountId,
        /// How much.
        amount: Xof,
    },
    /// An agent hands cash out and takes the same in money, from a person's main account to the float. The person
    /// orders it.
    CashOut {
        /// Who receives the cash.
        from: AccountId,
        /// The agent's float.
        float: AccountId,
        /// How much.
        amount: Xof,
    },
    /// New money enters an agent's float from the issuance account, against money in the bank. Only a superadmin
    /// orders it, which the caller checks.
    FundFloat {
        /// The agent's float.
        float: AccountId,
        /// How much.
        amount: Xof,
    },
    /// Sets money aside for somebody, until it is captured, released or expired. It stays the giver's, who can't spend it.
    Hold {
        /// Whose main account.
        from: AccountId,
        /// Who may capture or release it.
        to: AccountId,
        /// The most that may be captured, charges included.
        amount: Xof,
        /// From when on it can't be captured; `None` is never.
        expires_at: Option<DateTime<Utc>>,
    },
    /// Takes what was set aside, whole or in part; the rest is released. It ends the hold.
    Capture {
        /// The hold's transaction.
        hold: TransactionId,
        /// The account that it is for. Anybody else's is answered as if there were no such hold.
        by: AccountId,
        /// How much, charges not included.
        amount: Xof,
    },
    /// Lets go of what was set aside. It ends the hold.
    Release {
        /// The hold's transaction.
        hold: TransactionId,
        /// The account that it is for.
        by: AccountId,
    },
    /// Lets go of what was set aside and was not captured in time. It ends the hold.
    Expire {
        /// The hold's transaction.
        hold: TransactionId,
    },
    /// Corrects the books between one of Hostolink's own accounts and any other. Only two people together order it, which the
    /// caller checks; that the giver is frozen does not stop it.
    Adjust {
        /// Who gives.
        from: AccountId,
        /// Who receives.
        to: AccountId,
        /// How much.
        amount: Xof,
    },
    /// Undoes a movement whole, charges included, by one of the opposite sense. Only support orders it, which the caller
    /// checks.
    Reverse {
        /// The movement.
        of: TransactionId,
    },
    /// Who received a payment gives it back, whole or in part; all the parts together never exceed the payment.
    Refund {
        /// The payment.
        of: TransactionId,
        /// The account that received it. Anybody else's is answered as if there were no such transaction.
        by: AccountId,
        /// How much.
        amount: Xof,
    },
}

impl Action {
    /// How much it asks for; `None` where what it concerns says how much.
    #[must_use]
    pub const fn amount(&self) -> Option<Xof> {
        match self {
            Self::Transfer { amount, .. }
            | Self::QrPayment { amount, .. }
            | Self::Save { amount, .. }
            | Self::MoveOwn { amount, .. }
            | Self::CashIn { amount, .. }
            | Self::CashOut { amount, .. }
            | Self::FundFloat { amount, .. }
            | Self::Hold { amount, .. }
            | Self::Adjust { amount, .. }
            | Self::Capture { amount, .. }
            | Self::Refund { amount, .. } => Some(*amount),
            Self::Release { .. } | Self::Expire { .. } | Self::Reverse { .. } => None,
        }
    }

    /// The earlier transaction that it concerns.
    pub(crate) const fn concerns(&self) -> Option<TransactionId> {
        match self {
            Self::Capture { hold, .. } | Self::Release { hold, .. } | Self::Expire { hold } => Some(*hold),
            Self::Refund { of, .. } | Self::Reverse { of } => Some(*of),
            _ => None,
        }
    }

    /// The accounts that it names.
    pub(crate) fn accounts(&self) -> impl Iterator<Item = AccountId> {
        let named = match *self {
            Self::Transfer { from, to, .. }
            | Self::QrPayment { from, to, .. }
            | Self::Save { from, to, .. }
            | Self::MoveOwn { from, to, .. }
            | Self::Hold { from, to, .. }
            | Self::Adjust { from, to, .. } => [Some(from), Some(to)],
            Self::CashIn { float, to, .. } => [Some(float), Some(to)],
            Self::CashOut { from, float, .. } => [Some(from), Some(float)],
            Self::FundFloat { float, .. } => [Some(float), None],
            Self::Capture { .. }
            | Self::Release { .. }
            | Self::Expire { .. }
            | Self::Reverse { .. }
            | Self::Refund { .. } => [None, None],
        };
        named.into_iter().flatten()
    }
}

/// A wish to move money: done whole, or refused with a reason; either once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Who asks, and their key for this wish.
    pub key: IdempotencyKey,
    /// What the key stands for.
    pub fingerprint: Fingerprint,
    /// What to do.
    pub action: Action,
    /// What it costs its sides. Payments, cash-in, cash-out and captures may cost something, each side each account once.
    pub charges: Vec<Charge>,
    /// The limits that it has to keep. They are no part of the wish: the same key finds the same outcome when they changed.
    pub caps: Vec<Cap>,
    /// What this order does once and for all, if anything.
    pub once: Option<Once>,
    /// A few words for the other side.
    pub note: Option<Note>,
    /// When it happened in the world, which may be before it is recorded.
    pub event_at: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_visible_ascii() {
        let user = UserId::new(1);
        for text in ["", " ", "a b", "é", "a\0", "a\n", &"a".repeat(256)] {
            assert_eq!(IdempotencyKey::parse(user, text), Err(InvalidKey), "{text:?}");
        }
        assert_eq!(IdempotencyKey::parse(user, &"a".repeat(255)).map(|key| key.text.len()), Ok(255));
        assert_ne!(IdempotencyKey::parse(user, "a"), IdempotencyKey::parse(UserId::new(2), "a"));
    }

    #[test]
    fn a_note_is_short_and_printable() {
        assert_eq!(Note::parse("  "), Ok(None));
        assert_eq!(Note::parse(" loyer ").unwrap().unwrap().as_str(), "loyer");
        assert!(Note::parse(&"é".repeat(140)).is_ok());
        for text in ["é".repeat(141), "a\0b".to_owned(), "a\nb".to_owned()] {
            assert_eq!(Note::parse(&text), Err(InvalidNote));
        }
    }

    #[test]
    fn a_fingerprint_tells_operations_and_fields_apart() {
        let of = |operation, amount: i64| Fingerprint::of(operation, &amount).unwrap();
        assert_eq!(of("transfer", 1), of("transfer", 1));
        assert_ne!(of("transfer", 1), of("refund", 1));
        assert_ne!(of("transfer", 1), of("transfer", 2));
    }
}
