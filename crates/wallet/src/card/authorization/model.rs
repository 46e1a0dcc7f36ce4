use super::super::{CardNumber, Decline, SecurityCode};
use crate::Wish;
use chrono::{DateTime, TimeDelta, Utc};
use hostolink_kernel::{AccountId, AuthorizationId, CardId, TillId, TransactionId, UserId, Xof};
use hostolink_ledger::{Note, Order};

/// How long a merchant may take what was authorised, in days.
pub const HOLD_DAYS: i64 = 7;
/// How long an authorisation may wait for the ledger. What nobody has posted by then never will be: a request lives for seconds.
pub(super) const PATIENCE: TimeDelta = TimeDelta::minutes(10);

/// How far an authorisation has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthorizationState {
    /// It counts towards the card's limits, and the ledger has not decided yet (`en_cours`).
    Pending,
    /// The money is set aside (`accordee`).
    Held,
    /// The merchant has taken it, or part of it; the rest was let go (`capturee`).
    Captured,
    /// The merchant has let it go (`liberee`).
    Released,
    /// Nobody took it in time (`expiree`).
    Expired,
    /// It was refused (`refusee`).
    Declined,
}

impl AuthorizationState {
    pub(super) const ALL: [Self; 6] =
        [Self::Pending, Self::Held, Self::Captured, Self::Released, Self::Expired, Self::Declined];

    /// Its name in the column `etat`.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Pending => "en_cours",
            Self::Held => "accordee",
            Self::Captured => "capturee",
            Self::Released => "liberee",
            Self::Expired => "expiree",
            Self::Declined => "refusee",
        }
    }
}

/// A merchant asks for money of a card.
#[derive(Debug, Clone)]
pub struct AuthorizeCommand {
    /// The merchant's wish; its fingerprint is [`crate::fingerprint::card_authorization`].
    pub wish: Wish,
    /// The number that was shown.
    pub number: CardNumber,
    /// The code that was shown.
    pub code: SecurityCode,
    /// How much.
    pub amount: Xof,
    /// What it is for, for the owner.
    pub note: Option<Note>,
    /// The till where it was shown; `None` is the merchant's own.
    pub till: Option<TillId>,
}

/// What became of asking.
#[derive(Debug)]
pub enum Authorizing {
    /// It counts: the ledger is to hold the money.
    ToPost(AuthorizationId, Box<Order>),
    /// The card does not pay.
    Declined(Decline),
    /// An earlier request with this key asked for the same.
    Known(Box<Authorization>),
    /// The key stands for another wish.
    KeyReused,
}

/// An authorisation as its two sides see it; only the owner sees why it was declined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorization {
    /// Its public id.
    pub id: AuthorizationId,
    /// The card.
    pub card: CardId,
    /// The last four digits of the card's number.
    pub last_four: String,
    /// The merchant at whose till it was asked for.
    pub merchant: UserId,
    /// Whose account the money is for; `None` for who sells without a till.
    pub account: Option<AccountId>,
    /// How much was asked for.
    pub amount: Xof,
    /// What it is for.
    pub note: Option<Note>,
    /// How far it has come.
    pub state: AuthorizationState,
    /// Why it was declined.
    pub decline: Option<Decline>,
    /// What was taken, and the transaction that took it: what is given back later refers to it.
    pub captured: Option<(TransactionId, Xof)>,
    /// When it was asked for.
    pub requested_at: DateTime<Utc>,
    /// Until when it may be taken.
    pub expires_at: DateTime<Utc>,
}

/// A merchant takes what was authorised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaptureCommand {
    /// The merchant's wish.
    pub wish: Wish,
    /// The authorisation.
    pub authorization: AuthorizationId,
    /// How much; all of it where it is left out. The rest is let go.
    pub amount: Option<Xof>,
}
