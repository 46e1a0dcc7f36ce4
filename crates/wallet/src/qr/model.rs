use crate::{
    Error, Shop, codes,
    emv::{Payload, PiAlias, Token},
};
use chrono::{DateTime, TimeDelta, Utc};
use hostolink_kernel::{AccountId, QrId, UserId, Xof};
use hostolink_ledger::{Note, Once};

/// What a code is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QrKind {
    /// A person's own code (`statique`) or a till's (`caisse`): anybody, any amount, for ever.
    Account,
    /// One payment of a fixed amount before an instant, to a person (`dynamique`) or at a till (`vente`).
    OnePayment,
}

impl QrKind {
    /// Its name in the column `nature`.
    pub(crate) const fn name(self, at_till: bool) -> &'static str {
        match (self, at_till) {
            (Self::Account, false) => "statique",
            (Self::OnePayment, false) => "dynamique",
            (Self::Account, true) => "caisse",
            (Self::OnePayment, true) => "vente",
        }
    }
}

/// Whether a code can be paid now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QrState {
    /// It can.
    Open,
    /// Somebody has paid it.
    Paid,
    /// Its time is over.
    Expired,
}

/// How long a code for one payment may be paid: 1 minute to 30 days, 15 minutes where nothing else is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime(TimeDelta);

impl Lifetime {
    /// 15 minutes.
    pub const DEFAULT: Self = Self(TimeDelta::seconds(15 * 60));
    const SECONDS: std::ops::RangeInclusive<i64> = 60..=30 * 24 * 3_600;

    /// Takes what a caller asked for, in seconds.
    ///
    /// # Errors
    /// `wallet.expiry_invalid`.
    pub fn parse(seconds: Option<i64>) -> Result<Self, Error> {
        match seconds {
            None => Ok(Self::DEFAULT),
            Some(seconds) if Self::SECONDS.contains(&seconds) => Ok(Self(TimeDelta::seconds(seconds))),
            Some(_) => Err(Error::Rule(&codes::EXPIRY_INVALID)),
        }
    }

    pub(crate) fn from(self, now: DateTime<Utc>) -> DateTime<Utc> {
        now + self.0
    }
}

/// Make a code for one payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewQrCode {
    /// Who will be paid.
    pub owner: UserId,
    /// How much; above zero.
    pub amount: Xof,
    /// A few words for who pays.
    pub label: Option<Note>,
    /// How long it may be paid.
    pub lifetime: Lifetime,
    /// The request's trace id, for the audit log.
    pub trace_id: Option<String>,
}

/// A code as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QrCode {
    /// Its public id. It is not in the code.
    pub id: QrId,
    /// What to draw: see [`crate::picture`].
    pub payload: String,
    /// What it is for.
    pub kind: QrKind,
    /// How much it asks for.
    pub amount: Option<Xof>,
    /// The owner's words.
    pub label: Option<Note>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Until when it may be paid.
    pub expires_at: Option<DateTime<Utc>>,
    /// Whether it can be paid now.
    pub state: QrState,
}

/// A code as whoever scanned it sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scanned {
    /// Its public id.
    pub id: QrId,
    /// Who would receive.
    pub receiver: UserId,
    /// Where, if they are a merchant there.
    pub shop: Option<Shop>,
    /// What it is for.
    pub kind: QrKind,
    /// How much it asks for; `None` lets the payer choose.
    pub amount: Option<Xof>,
    /// The receiver's words.
    pub label: Option<Note>,
    /// Until when it may be paid.
    pub expires_at: Option<DateTime<Utc>>,
    /// Whether it can be paid now.
    pub state: QrState,
}

/// A code as a list of all of somebody's shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeSummary {
    /// Its public id.
    pub id: QrId,
    /// What it is for.
    pub kind: QrKind,
    /// How much it asks for.
    pub amount: Option<Xof>,
    /// The owner's words.
    pub label: Option<Note>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Until when it may be paid.
    pub expires_at: Option<DateTime<Utc>>,
}

impl From<StoredCode> for CodeSummary {
    fn from(code: StoredCode) -> Self {
        Self {
            id: code.id,
            kind: code.kind,
            amount: code.amount,
            label: code.label,
            created_at: code.created_at,
            expires_at: code.expires_at,
        }
    }
}

/// A row of `qr_code_paiement`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StoredCode {
    pub(crate) id: QrId,
    pub(crate) owner: UserId,
    /// The key of the till at which it is paid.
    pub(crate) till: Option<i64>,
    pub(crate) kind: QrKind,
    pub(crate) token: Token,
    pub(crate) amount: Option<Xof>,
    pub(crate) label: Option<Note>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) expires_at: Option<DateTime<Utc>>,
}

impl StoredCode {
    pub(crate) fn is_expired(&self, now: DateTime<Utc>) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }

    /// What its payment does once and for all; nothing for a code that may be paid for ever.
    pub(crate) fn once(&self) -> Option<Once> {
        (self.kind == QrKind::OnePayment).then(|| Once { kind: "qr", id: self.id.uuid() })
    }

    /// A paid code stays paid when its time is over.
    pub(crate) fn state(&self, paid: bool, now: DateTime<Utc>) -> QrState {
        match (paid, self.is_expired(now)) {
            (true, _) => QrState::Paid,
            (false, true) => QrState::Expired,
            (false, false) => QrState::Open,
        }
    }

    pub(crate) fn payload(&self, alias: Option<PiAlias>) -> Result<String, Error> {
        let payload = match self.amount {
            None => Payload::of_account(self.token.clone()),
            Some(amount) => Payload::one_payment(self.token.clone(), amount)?,
        };
        let payload = match alias {
            Some(alias) => payload.also_for(alias),
            None => payload,
        };
        payload.write().ok_or(Error::Rule(&codes::QR_OTHER_NETWORK))
    }
}

/// Who would receive how much, and what that would do once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Aim {
    pub(crate) receiver: UserId,
    /// At which till, and its account; the receiver's main account otherwise.
    pub(crate) at: Option<(Shop, AccountId)>,
    pub(crate) amount: Xof,
    pub(crate) once: Option<Once>,
}

/// The amount of a payment: the code's where it fixes one, and then no other.
pub(crate) fn amount_to_pay(fixed: Option<Xof>, asked: Option<Xof>) -> Result<Xof, Error> {
    match (fixed, asked) {
        (Some(fixed), Some(asked)) if fixed != asked => Err(Error::Rule(&codes::QR_AMOUNT_MISMATCH)),
        (Some(amount), _) | (None, Some(amount)) => Ok(amount),
        (None, None) => Err(Error::Rule(&codes::AMOUNT_REQUIRED)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hostolink_kernel::{DomainError, SystemRandom};
    use uuid::Uuid;

    fn code(expires_in: Option<i64>) -> StoredCode {
        let kind = if expires_in.is_some() { QrKind::OnePayment } else { QrKind::Account };
        StoredCode {
            id: QrId::new(Uuid::from_u128(1)),
            owner: UserId::new(1),
            till: None,
            kind,
            token: Token::draw(&SystemRandom),
            amount: expires_in.map(|_| Xof::new(500).unwrap()),
            label: None,
            created_at: DateTime::UNIX_EPOCH,
            expires_at: expires_in.map(|seconds| DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)),
        }
    }

    #[test]
    fn a_code_ends_at_its_instant_unless_it_was_paid() {
        let at = |seconds| DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds);
        let dynamic = code(Some(60));
        assert_eq!(dynamic.state(false, at(59)), QrState::Open);
        assert_eq!(dynamic.state(false, at(60)), QrState::Expired);
        assert_eq!(dynamic.state(true, at(60)), QrState::Paid);
        assert_eq!(code(None).state(false, at(i64::from(i32::MAX))), QrState::Open);
    }

    #[test]
    fn only_a_code_for_one_payment_happens_once() {
        assert_eq!(code(None).once(), None);
        assert_eq!(code(Some(60)).once(), Some(Once { kind: "qr", id: Uuid::from_u128(1) }));
    }

    #[test]
    fn the_server_s_amount_wins() {
        let xof = |francs| Xof::new(francs).unwrap();
        let refused = |fixed, asked| amount_to_pay(fixed, asked).unwrap_err().code().code;
        assert_eq!(amount_to_pay(Some(xof(5)), None).unwrap(), xof(5));
        assert_eq!(amount_to_pay(Some(xof(5)), Some(xof(5))).unwrap(), xof(5));
        assert_eq!(amount_to_pay(None, Some(xof(7))).unwrap(), xof(7));
        assert_eq!(refused(Some(xof(5)), Some(xof(4))), "wallet.qr_amount_mismatch");
        assert_eq!(refused(None, None), "wallet.amount_required");
    }

    #[test]
    fn a_lifetime_is_one_minute_to_thirty_days() {
        assert_eq!(Lifetime::parse(None).unwrap(), Lifetime(TimeDelta::minutes(15)));
        assert!(Lifetime::parse(Some(60)).is_ok() && Lifetime::parse(Some(2_592_000)).is_ok());
        for seconds in [0, -1, 59, 2_592_001, i64::MAX, i64::MIN] {
            assert_eq!(Lifetime::parse(Some(seconds)).unwrap_err().code().code, "wallet.expiry_invalid");
        }
    }
}
