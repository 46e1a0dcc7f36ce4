use crate::{Error, Wish, codes};
use chrono::{DateTime, Utc};
use hostolink_kernel::{ErrorCode, MerchantId, TillId, UserId, Xof};

/// A text on one line, of so many characters.
fn line(text: &str, most: usize, code: &'static ErrorCode) -> Result<String, Error> {
    let text = text.trim();
    let fits = (1..=most).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    if fits { Ok(text.to_owned()) } else { Err(Error::Rule(code)) }
}

/// The name over the door, which payers see: 1 to 60 characters on one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TradeName(String);

/// Where the shop is: 1 to 40 characters on one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct City(String);

/// What is sold, as ISO 18245 numbers it: four digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category(String);

/// A number of the trade register (RCCM, `CI-ABJ-2020-B-12345`) or of the taxpayer (NCC, `1234567A`): 5 to 32 capitals, digits, dashes
/// and slashes. The reviewer compares it with the register: nothing in it can be computed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration(String);

impl TradeName {
    /// Takes what somebody typed, without the spaces around it.
    ///
    /// # Errors
    /// `wallet.trade_name_invalid`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        line(text, 60, &codes::TRADE_NAME_INVALID).map(Self)
    }
}

impl City {
    /// Takes what somebody typed, without the spaces around it.
    ///
    /// # Errors
    /// `wallet.city_invalid`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        line(text, 40, &codes::CITY_INVALID).map(Self)
    }
}

impl Category {
    /// Takes four digits. `0000` is no category.
    ///
    /// # Errors
    /// `wallet.category_invalid`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let fits = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit()) && text != "0000";
        if fits { Ok(Self(text.to_owned())) } else { Err(Error::Rule(&codes::CATEGORY_INVALID)) }
    }
}

impl Registration {
    /// Takes what somebody typed, in capitals.
    ///
    /// # Errors
    /// `wallet.registration_invalid`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim().to_uppercase();
        let known = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"-/".contains(&byte);
        if (5..=32).contains(&text.len()) && text.bytes().all(known) {
            Ok(Self(text))
        } else {
            Err(Error::Rule(&codes::REGISTRATION_INVALID))
        }
    }
}

macro_rules! texts {
    ($($name:ident),*) => {$(
        impl $name {
            pub(super) const fn stored(text: String) -> Self {
                Self(text)
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
    )*};
}

texts!(TradeName, City, Category, Registration);

/// How a merchant describes themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MerchantFace {
    /// The name over the door.
    pub name: TradeName,
    /// What is sold.
    pub category: Category,
    /// Where.
    pub city: City,
    /// The number in a register, where there is one.
    pub registration: Option<Registration>,
}

/// What a merchant decides of their cashiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MerchantSettings {
    /// How much each cashier may give back in a day; `None`: nothing.
    pub refunds_a_day: Option<Xof>,
}

/// How far a merchant is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MerchantState {
    /// Being described (`brouillon`).
    Draft,
    /// Waiting for a reviewer (`soumis`).
    Submitted,
    /// May be paid (`accepte`).
    Accepted,
    /// Turned down: may describe themselves better (`refuse`).
    Refused,
    /// May not be paid for now (`suspendu`).
    Suspended,
}

impl MerchantState {
    /// Every state.
    pub const ALL: [Self; 5] = [Self::Draft, Self::Submitted, Self::Accepted, Self::Refused, Self::Suspended];

    /// Its name in the column `etat`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Draft => "brouillon",
            Self::Submitted => "soumis",
            Self::Accepted => "accepte",
            Self::Refused => "refuse",
            Self::Suspended => "suspendu",
        }
    }

    /// Whether what is described can still change.
    pub(super) const fn is_open(self) -> bool {
        matches!(self, Self::Draft | Self::Refused)
    }
}

/// What a reviewer says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// A submitted merchant may be paid.
    Accept,
    /// A submitted one may not, and may describe themselves better.
    Refuse(DeclineReason),
    /// An accepted one may not be paid for now.
    Suspend(DeclineReason),
    /// A suspended one may be paid again.
    Reinstate,
}

impl Verdict {
    /// Of which state, and what becomes of it.
    pub(super) const fn states(self) -> (MerchantState, MerchantState) {
        match self {
            Self::Accept => (MerchantState::Submitted, MerchantState::Accepted),
            Self::Refuse(_) => (MerchantState::Submitted, MerchantState::Refused),
            Self::Suspend(_) => (MerchantState::Accepted, MerchantState::Suspended),
            Self::Reinstate => (MerchantState::Suspended, MerchantState::Accepted),
        }
    }

    pub(super) const fn reason(self) -> Option<DeclineReason> {
        match self {
            Self::Refuse(reason) | Self::Suspend(reason) => Some(reason),
            Self::Accept | Self::Reinstate => None,
        }
    }

    /// Its name in the audit log.
    pub(super) const fn action(self) -> &'static str {
        match self {
            Self::Accept => "wallet.merchant_accepted",
            Self::Refuse(_) => "wallet.merchant_refused",
            Self::Suspend(_) => "wallet.merchant_suspended",
            Self::Reinstate => "wallet.merchant_reinstated",
        }
    }
}

/// Why a merchant is turned down or suspended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeclineReason {
    /// The registration number is not that of the trade.
    Registration,
    /// The name, city or category is not what is done.
    Description,
    /// What is sold may not be paid for here.
    Activity,
    /// Customers complain, or fraud is suspected.
    Complaints,
}

impl DeclineReason {
    /// Every reason.
    pub const ALL: [Self; 4] = [Self::Registration, Self::Description, Self::Activity, Self::Complaints];

    /// Its name in the column `motif`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Registration => "registration",
            Self::Description => "description",
            Self::Activity => "activity",
            Self::Complaints => "complaints",
        }
    }
}

/// A merchant, as they themselves and reviewers see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merchant {
    /// Its public id.
    pub id: MerchantId,
    /// Whose trade it is.
    pub owner: UserId,
    /// How it is described.
    pub face: MerchantFace,
    /// How far it is.
    pub state: MerchantState,
    /// Why it was turned down or suspended.
    pub reason: Option<DeclineReason>,
    /// What it decides of its cashiers.
    pub settings: MerchantSettings,
    /// When it was first described.
    pub created_at: DateTime<Utc>,
    /// When it was last submitted.
    pub submitted_at: Option<DateTime<Utc>>,
    /// When a reviewer last decided.
    pub decided_at: Option<DateTime<Utc>>,
    /// The agent who brought the merchant, and shares what the merchant pays.
    pub agent: Option<UserId>,
}

/// Between which accounts of their own a merchant moves money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnWay {
    /// From the merchant's account to the person's main account.
    Out,
    /// Back.
    In,
    /// From a till to the merchant's account.
    Collect(TillId),
    /// Back: change for refunds.
    Fund(TillId),
}

/// Move money between a merchant's own accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnMove {
    /// The merchant's wish.
    pub wish: Wish,
    /// Between which.
    pub way: OwnWay,
    /// How much.
    pub amount: Xof,
}

#[cfg(test)]
mod tests {
    use super::*;
    use hostolink_kernel::DomainError;

    #[test]
    fn what_describes_a_merchant_is_short_and_of_its_form() {
        assert_eq!(TradeName::parse(" Maquis du Plateau ").unwrap().as_str(), "Maquis du Plateau");
        assert_eq!(Registration::parse("ci-abj-2020-b-12345").unwrap().as_str(), "CI-ABJ-2020-B-12345");
        Registration::parse("1234567A").unwrap();
        for text in ["", " ", "a\nb", &"é".repeat(61)] {
            assert_eq!(TradeName::parse(text).unwrap_err().code().code, "wallet.trade_name_invalid");
        }
        for text in ["", "\u{7}", &"é".repeat(41)] {
            assert_eq!(City::parse(text).unwrap_err().code().code, "wallet.city_invalid");
        }
        for text in ["", "0000", "581", "58123", "5A12", "+581", "٥٨١٢"] {
            assert_eq!(Category::parse(text).unwrap_err().code().code, "wallet.category_invalid", "{text}");
        }
        for text in ["", "1234", "12345é", "12 345", &"1".repeat(33)] {
            assert_eq!(Registration::parse(text).unwrap_err().code().code, "wallet.registration_invalid");
        }
    }
}
