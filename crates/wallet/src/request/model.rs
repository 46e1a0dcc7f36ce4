use crate::{Error, Lifetime, codes};
use chrono::{DateTime, Utc};
use hostolink_kernel::{RequestId, TransactionId, UserId, Xof};
use hostolink_ledger::{Note, Once};

/// The kind of what paying a request does once.
pub(crate) const ONCE: &str = "demande";
/// The most requests that somebody may have open at a time.
pub(super) const OPEN: i64 = 50;
/// The same to one person.
pub(super) const OPEN_TO_ONE: i64 = 3;
/// The most that somebody makes in a day: who takes each back at once does not go on for ever.
pub(super) const A_DAY: i64 = 100;
/// After so many refusals by one person there are no more to that person for a while.
pub(super) const REFUSALS: i64 = 3;
/// For how long a refusal counts.
pub(super) const REFUSAL_COUNTS: chrono::TimeDelta = chrono::TimeDelta::days(30);

/// Seven days, where nothing else is asked.
const LIFETIME: i64 = 7 * 24 * 3_600;

/// How long a request may be paid: 1 minute to 30 days, 7 days where nothing else is asked.
///
/// # Errors
/// `wallet.request_expiry_invalid`.
pub fn request_lifetime(seconds: Option<i64>) -> Result<Lifetime, Error> {
    let lifetime = Lifetime::parse(Some(seconds.unwrap_or(LIFETIME)));
    lifetime.map_err(|_| Error::Rule(&codes::REQUEST_EXPIRY_INVALID))
}

/// What has become of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestState {
    /// It can be paid.
    Open,
    /// It was paid.
    Paid,
    /// The payer does not want to.
    Refused,
    /// Who asked took it back.
    Cancelled,
    /// Its time is over.
    Expired,
}

impl RequestState {
    /// Every state.
    pub const ALL: [Self; 5] = [Self::Open, Self::Paid, Self::Refused, Self::Cancelled, Self::Expired];

    /// Its name in the column `statut`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Open => "ouverte",
            Self::Paid => "payee",
            Self::Refused => "refusee",
            Self::Cancelled => "annulee",
            Self::Expired => "expiree",
        }
    }
}

/// On which side of a request somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestSide {
    /// They asked.
    Sent,
    /// They are asked.
    Received,
}

/// Which requests to list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RequestFilter {
    /// Of one side; of both where it is left out.
    pub side: Option<RequestSide>,
    /// In one state.
    pub state: Option<RequestState>,
}

/// Ask somebody to pay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRequest {
    /// Who asks, and would receive.
    pub requester: UserId,
    /// Who is asked: the caller looked them up.
    pub payer: UserId,
    /// How much; above zero.
    pub amount: Xof,
    /// A few words for who is asked.
    pub note: Option<Note>,
    /// How long it may be paid.
    pub lifetime: Lifetime,
    /// The request's trace id, for the audit log.
    pub trace_id: Option<String>,
}

/// A request to pay, as its two sides see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentRequest {
    /// Its public id.
    pub id: RequestId,
    /// Who asked, and would receive.
    pub requester: UserId,
    /// Who is asked.
    pub payer: UserId,
    /// How much.
    pub amount: Xof,
    /// The words of who asked.
    pub note: Option<Note>,
    /// What has become of it.
    pub state: RequestState,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Until when it may be paid.
    pub expires_at: DateTime<Utc>,
    /// The transaction that paid it.
    pub transaction: Option<TransactionId>,
}

impl PaymentRequest {
    /// What paying it does once and for all.
    pub(super) fn once(&self) -> Once {
        Once { kind: ONCE, id: self.id.uuid() }
    }

    /// Somebody's side of it; `None` for a stranger.
    #[must_use]
    pub fn side(&self, user: UserId) -> Option<RequestSide> {
        if user == self.payer {
            Some(RequestSide::Received)
        } else {
            (user == self.requester).then_some(RequestSide::Sent)
        }
    }

    /// What its row says, and the ledger, which knows better whether it was paid.
    pub(super) fn seen(mut self, done: Option<Option<TransactionId>>, now: DateTime<Utc>) -> Self {
        self.transaction = done.flatten();
        if self.transaction.is_some() {
            self.state = RequestState::Paid;
        } else if self.state == RequestState::Open && self.expires_at <= now {
            self.state = RequestState::Expired;
        }
        self
    }
}
