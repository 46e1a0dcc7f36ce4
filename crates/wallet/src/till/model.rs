use crate::{Error, Wish, codes};
use chrono::{DateTime, TimeDelta, Utc};
use hostolink_audit::Actor;
use hostolink_kernel::{AccountId, MerchantId, TillId, TransactionId, UserId, Xof};
use hostolink_ledger::Note;

/// How many tills a merchant may have at a time, the merchant's own and invitations that wait among them.
pub const MAX_TILLS: i64 = 50;
/// How long an invitation waits for its answer.
pub(super) const INVITATION: TimeDelta = TimeDelta::days(7);

/// What a till is called: 1 to 40 characters on one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TillName(String);

impl TillName {
    /// Takes what somebody typed, without the spaces around it.
    ///
    /// # Errors
    /// `wallet.till_name_invalid`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        let fits = (1..=40).contains(&text.chars().count()) && !text.chars().any(char::is_control);
        if fits { Ok(Self(text.to_owned())) } else { Err(Error::Rule(&codes::TILL_NAME_INVALID)) }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Invite somebody to a till.
#[derive(Debug, Clone)]
pub struct NewTill {
    /// The merchant's owner.
    pub owner: UserId,
    /// Who is to be its cashier: the caller looked them up.
    pub cashier: UserId,
    /// What it is called.
    pub name: TillName,
    /// Who asks, for the audit log.
    pub actor: Actor,
}

/// What can happen at a till.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TillState {
    /// Its cashier has not answered (`invitee`).
    Invited,
    /// Nobody answered in time.
    Expired,
    /// Its cashier works there (`ouverte`).
    Open,
    /// Its cashier did not want to (`declinee`).
    Declined,
    /// The merchant took it back, for good (`fermee`).
    Closed,
}

impl TillState {
    /// Its name in the column `etat`.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Invited | Self::Expired => "invitee",
            Self::Open => "ouverte",
            Self::Declined => "declinee",
            Self::Closed => "fermee",
        }
    }
}

/// A till, as its merchant and its cashier see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Till {
    /// Its public id.
    pub id: TillId,
    /// Whose it is.
    pub merchant: MerchantId,
    /// The merchant's owner.
    pub owner: UserId,
    /// The name over the door.
    pub trade_name: String,
    /// Who works there; `None` where the person is gone.
    pub cashier: Option<UserId>,
    /// Whether it is the merchant's own, whose account is the merchant's.
    pub main: bool,
    /// What it is called.
    pub name: String,
    /// What can happen there.
    pub state: TillState,
    /// Its account, once it was opened.
    pub account: Option<AccountId>,
    /// How much its cashier may give back in a day; `None`: nothing.
    pub refunds_a_day: Option<Xof>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Until when the invitation may be answered.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Where a code is paid, as whoever scans it sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shop {
    /// The name over the door.
    pub trade_name: String,
    /// Where it is.
    pub city: String,
    /// What is sold (ISO 18245).
    pub category: String,
    /// The till's name; `None` for the merchant's own.
    pub till: Option<String>,
}

/// So many payments, and what they come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sum {
    /// How many.
    pub count: i64,
    /// How much in all.
    pub amount: Xof,
}

impl Sum {
    /// Both together.
    pub(crate) fn plus(self, other: Self) -> Self {
        Self {
            count: self.count.saturating_add(other.count),
            amount: self.amount.checked_add(other.amount).unwrap_or(Xof::MAX),
        }
    }
}

/// What moved at a till in a day (UTC, which is Abidjan's time).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Takings {
    /// What was paid there, by code and by card.
    pub received: Sum,
    /// What that cost the merchant.
    pub commission: Xof,
    /// What was given back.
    pub refunded: Sum,
    /// What support undid.
    pub reversed: Sum,
    /// What the merchant took out.
    pub taken_out: Sum,
    /// What the merchant put in.
    pub put_in: Sum,
}

impl Takings {
    /// What was paid, less its commission, and not given back, in francs: below zero where more of earlier days was given back.
    #[must_use]
    pub fn net(&self) -> i64 {
        let taken = self.received.amount.francs() - self.commission.francs();
        taken - self.refunded.amount.francs() - self.reversed.amount.francs()
    }
}

/// Give back what was paid at a till.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TillRefund {
    /// The cashier's or the merchant's wish.
    pub wish: Wish,
    /// The till.
    pub till: TillId,
    /// The payment.
    pub of: TransactionId,
    /// How much; all that is left where it is left out.
    pub amount: Option<Xof>,
    /// A few words for who paid.
    pub note: Option<Note>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_there_and_short() {
        assert_eq!(TillName::parse(" Caisse 1 ").unwrap().as_str(), "Caisse 1");
        for text in ["", "  ", "a\nb", &"é".repeat(41)] {
            assert!(TillName::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn what_is_given_back_of_earlier_days_counts_today() {
        let sum = |amount| Sum { count: 1, amount: Xof::new(amount).unwrap() };
        let takings = Takings { received: sum(1_000), refunded: sum(1_500), ..Takings::default() };
        assert_eq!(takings.net(), -500);
    }
}
