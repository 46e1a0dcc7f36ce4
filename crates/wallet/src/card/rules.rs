//! Whether a card pays: the one decision, without I/O.

use super::model::{CardLimits, CardState};
use crate::codes;
use hostolink_kernel::{ErrorCode, UserId, Xof};
use hostolink_ledger::Refusal;

/// Why a card did not pay. The owner reads it; a merchant only its class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decline {
    /// The code was not that of the card at that time, or had paid already.
    WrongCode,
    /// The owner has frozen it.
    Frozen,
    /// Its time was over.
    Expired,
    /// It pays once, and did.
    UsedUp,
    /// It is another merchant's alone.
    OtherMerchant,
    /// Above the limit of one operation.
    PerOperation,
    /// Above what was left of the day's limit.
    Daily,
    /// Above what was left of the month's limit.
    Monthly,
    /// The owner's balance did not suffice.
    InsufficientFunds,
    /// The owner's account gives nothing at the moment.
    AccountBlocked,
    /// The ledger refused for another reason.
    Refused,
}

impl Decline {
    /// Every reason.
    pub const ALL: [Self; 11] = [
        Self::WrongCode,
        Self::Frozen,
        Self::Expired,
        Self::UsedUp,
        Self::OtherMerchant,
        Self::PerOperation,
        Self::Daily,
        Self::Monthly,
        Self::InsufficientFunds,
        Self::AccountBlocked,
        Self::Refused,
    ];

    /// Its name in the column `motif`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::WrongCode => "code_faux",
            Self::Frozen => "gelee",
            Self::Expired => "expiree",
            Self::UsedUp => "deja_utilisee",
            Self::OtherMerchant => "autre_commercant",
            Self::PerOperation => "limite_operation",
            Self::Daily => "limite_jour",
            Self::Monthly => "limite_mois",
            Self::InsufficientFunds => "fonds_insuffisants",
            Self::AccountBlocked => "compte_bloque",
            Self::Refused => "refus_compte",
        }
    }

    /// What a merchant is told. That a card's time is over stands on it; what its owner has or decided is not the merchant's to know.
    #[must_use]
    pub const fn class(self) -> &'static ErrorCode {
        match self {
            Self::WrongCode => &codes::CARD_NOT_RECOGNISED,
            Self::Expired => &codes::CARD_EXPIRED,
            _ => &codes::CARD_DECLINED,
        }
    }
}

impl From<Refusal> for Decline {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::InsufficientFunds => Self::InsufficientFunds,
            Refusal::SenderBlocked => Self::AccountBlocked,
            _ => Self::Refused,
        }
    }
}

/// What a card is allowed, and has done.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Standing {
    pub(crate) state: CardState,
    pub(crate) single_use: bool,
    /// The only merchant who may charge it.
    pub(crate) merchant: Option<UserId>,
    pub(crate) limits: CardLimits,
    pub(crate) usage: Usage,
}

/// What was authorised and neither refused nor let go, in francs: what was captured counts as such, what is held whole.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Usage {
    pub(crate) today: i64,
    pub(crate) this_month: i64,
    /// Whether there was any, ever.
    pub(crate) any: bool,
}

/// Whether the card may pay this much to this merchant, its owner's balance apart.
pub(crate) fn decide(card: &Standing, merchant: UserId, amount: Xof) -> Result<(), Decline> {
    match card.state {
        CardState::Active => {}
        CardState::Frozen | CardState::Closed => return Err(Decline::Frozen),
        CardState::Expired => return Err(Decline::Expired),
    }
    if card.single_use && card.usage.any {
        return Err(Decline::UsedUp);
    }
    if card.merchant.is_some_and(|only| only != merchant) {
        return Err(Decline::OtherMerchant);
    }
    let above = |used: i64, limit: Option<Xof>| {
        limit.is_some_and(|limit| used.saturating_add(amount.francs()) > limit.francs())
    };
    if above(0, card.limits.per_operation) {
        Err(Decline::PerOperation)
    } else if above(card.usage.today, card.limits.daily) {
        Err(Decline::Daily)
    } else if above(card.usage.this_month, card.limits.monthly) {
        Err(Decline::Monthly)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOP: UserId = UserId::new(7);

    fn card() -> Standing {
        Standing {
            state: CardState::Active,
            single_use: false,
            merchant: None,
            limits: CardLimits::default(),
            usage: Usage { today: 3_000, this_month: 8_000, any: true },
        }
    }

    fn pays(card: &Standing, francs: i64) -> Result<(), Decline> {
        decide(card, SHOP, Xof::new(francs).unwrap())
    }

    #[test]
    fn each_limit_is_reached_and_not_passed() {
        let limit = |francs| Some(Xof::new(francs).unwrap());
        let with = |limits| Standing { limits, ..card() };
        let one = with(CardLimits { per_operation: limit(1_000), ..CardLimits::default() });
        assert_eq!((pays(&one, 1_000), pays(&one, 1_001)), (Ok(()), Err(Decline::PerOperation)));
        let day = with(CardLimits { daily: limit(4_000), ..CardLimits::default() });
        assert_eq!((pays(&day, 1_000), pays(&day, 1_001)), (Ok(()), Err(Decline::Daily)));
        let month = with(CardLimits { monthly: limit(9_000), ..CardLimits::default() });
        assert_eq!((pays(&month, 1_000), pays(&month, 1_001)), (Ok(()), Err(Decline::Monthly)));
        assert_eq!(pays(&card(), Xof::MAX.francs()), Ok(()), "no limit is none");
    }

    #[test]
    fn a_card_that_is_stopped_used_up_or_another_s_pays_nothing() {
        for (state, why) in [
            (CardState::Frozen, Decline::Frozen),
            (CardState::Closed, Decline::Frozen),
            (CardState::Expired, Decline::Expired),
        ] {
            assert_eq!(pays(&Standing { state, ..card() }, 1), Err(why));
        }
        assert_eq!(pays(&Standing { single_use: true, ..card() }, 1), Err(Decline::UsedUp));
        let fresh = Standing { single_use: true, usage: Usage::default(), ..card() };
        assert_eq!(pays(&fresh, 1), Ok(()));
        assert_eq!(pays(&Standing { merchant: Some(SHOP), ..card() }, 1), Ok(()));
        let other = Standing { merchant: Some(UserId::new(8)), ..card() };
        assert_eq!(pays(&other, 1), Err(Decline::OtherMerchant));
    }

    #[test]
    fn a_merchant_hears_nothing_of_the_owner() {
        for decline in Decline::ALL {
            let told = decline.class().code;
            match decline {
                Decline::WrongCode => assert_eq!(told, "wallet.card_not_recognised"),
                Decline::Expired => assert_eq!(told, "wallet.card_expired"),
                _ => assert_eq!(told, "wallet.card_declined", "{decline:?}"),
            }
        }
    }
}
