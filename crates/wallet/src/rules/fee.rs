//! What an operation costs.

use super::{Operation, Payer};
use crate::{Error, codes};
use chrono::{DateTime, NaiveDate, Utc};
use hostolink_kernel::{UserId, Xof};
use hostolink_ledger::Refusal;

/// Ten-thousandths of a whole.
const WHOLE: i128 = 10_000;

/// What amounts from a lowest one on cost, up to the next band of the same scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Band {
    pub(super) from_amount: Xof,
    pub(super) fixed: Xof,
    pub(super) basis_points: u16,
    pub(super) minimum: Option<Xof>,
    pub(super) maximum: Option<Xof>,
    pub(super) agent_share: u16,
}

/// What an operation costs, split as it is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Fee {
    /// All of it.
    pub total: Xof,
    /// What the agent earns of it.
    pub agent: Xof,
}

impl Band {
    /// The highest fixed part, so that a slip of the keyboard shows.
    const MAX_FIXED: i64 = 1_000_000_000;

    /// A band whose parts go together: parts of the amount and of the fee in ten-thousandths.
    ///
    /// # Errors
    /// `wallet.scale_invalid`.
    pub fn try_new(
        from_amount: Xof,
        fixed: Xof,
        basis_points: u16,
        (minimum, maximum): (Option<Xof>, Option<Xof>),
        agent_share: u16,
    ) -> Result<Self, Error> {
        let crossed = matches!((minimum, maximum), (Some(least), Some(most)) if least > most);
        let beyond = i128::from(basis_points) > WHOLE || i128::from(agent_share) > WHOLE;
        if crossed || beyond || fixed.francs() > Self::MAX_FIXED {
            return Err(Error::Rule(&codes::SCALE_INVALID));
        }
        Ok(Self { from_amount, fixed, basis_points, minimum, maximum, agent_share })
    }

    /// The amount from which on it applies.
    #[must_use]
    pub const fn from_amount(&self) -> Xof {
        self.from_amount
    }

    /// Francs, whatever the amount.
    #[must_use]
    pub const fn fixed(&self) -> Xof {
        self.fixed
    }

    /// Ten-thousandths of the amount on top, rounded up to the next franc.
    #[must_use]
    pub const fn basis_points(&self) -> u16 {
        self.basis_points
    }

    /// It is at least this.
    #[must_use]
    pub const fn minimum(&self) -> Option<Xof> {
        self.minimum
    }

    /// It is at most this.
    #[must_use]
    pub const fn maximum(&self) -> Option<Xof> {
        self.maximum
    }

    /// Ten-thousandths of the fee that the agent earns, rounded down.
    #[must_use]
    pub const fn agent_share(&self) -> u16 {
        self.agent_share
    }

    fn fee(&self, amount: Xof) -> Result<Fee, Error> {
        let part = i128::from(amount.francs()) * i128::from(self.basis_points);
        // Up to the next franc; both are positive.
        let part = (part + WHOLE - 1) / WHOLE;
        let francs = i64::try_from(part + i128::from(self.fixed.francs())).ok();
        let mut total =
            francs.and_then(|francs| Xof::new(francs).ok()).ok_or(Error::Refused(Refusal::AmountTooLarge))?;
        total = self.minimum.map_or(total, |least| total.max(least));
        total = self.maximum.map_or(total, |most| total.min(most));
        Ok(self.shared(total))
    }

    /// A fee and what of it the agent earns.
    fn shared(&self, total: Xof) -> Fee {
        let share = i128::from(total.francs()) * i128::from(self.agent_share) / WHOLE;
        // A part of an amount is one.
        let agent = i64::try_from(share).ok().and_then(|francs| Xof::new(francs).ok()).unwrap_or_default();
        Fee { total, agent }
    }
}

/// What an operation costs from a day on (`bareme_frais`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scale {
    /// Which operation.
    pub operation: Operation,
    /// Who pays it.
    pub payer: Payer,
    /// Its bands, the lowest first, which begins at nothing.
    pub bands: Vec<Band>,
    /// In force from the beginning of this day, UTC.
    pub from: NaiveDate,
    /// Until the beginning of this day: that of the operation's next scale.
    pub until: Option<NaiveDate>,
    /// Who set it; `None` came with the program.
    pub set_by: Option<UserId>,
    /// When it was set.
    pub set_at: DateTime<Utc>,
}

impl Scale {
    pub(super) fn fee(&self, amount: Xof) -> Result<Fee, Error> {
        match self.bands.iter().rev().find(|band| band.from_amount <= amount) {
            Some(band) => band.fee(amount),
            None => Ok(Fee::default()),
        }
    }

    /// The same, off an amount: a franc of it is left at least.
    pub(super) fn commission(&self, amount: Xof) -> Result<Fee, Error> {
        let Some(band) = self.bands.iter().rev().find(|band| band.from_amount <= amount) else {
            return Ok(Fee::default());
        };
        let most = Xof::new(amount.francs() - 1).unwrap_or(Xof::ZERO);
        Ok(band.shared(band.fee(amount)?.total.min(most)))
    }
}

/// A scale to be, from a day to come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewScale {
    pub(super) operation: Operation,
    pub(super) payer: Payer,
    pub(super) bands: Vec<Band>,
    pub(super) from: NaiveDate,
}

impl NewScale {
    /// The most bands.
    pub const MAX_BANDS: usize = 50;

    /// A scale that says for every amount what it costs.
    ///
    /// # Errors
    /// `wallet.scale_invalid`: the first band begins at nothing, each next one higher, and only where an agent takes
    /// part has one a share.
    pub fn try_new(operation: Operation, bands: Vec<Band>, from: NaiveDate) -> Result<Self, Error> {
        let by_agents = matches!(operation, Operation::CashIn | Operation::CashOut);
        if !by_agents && bands.iter().any(|band| band.agent_share > 0) {
            return Err(Error::Rule(&codes::SCALE_INVALID));
        }
        Self::checked((operation, Payer::Giver), bands, from)
    }

    /// What merchants pay of payments by code and by card; the agent who brought them may have a share.
    ///
    /// # Errors
    /// As [`NewScale::try_new`].
    pub fn commission(bands: Vec<Band>, from: NaiveDate) -> Result<Self, Error> {
        Self::checked((Operation::QrPayment, Payer::Receiver), bands, from)
    }

    fn checked(
        (operation, payer): (Operation, Payer),
        bands: Vec<Band>,
        from: NaiveDate,
    ) -> Result<Self, Error> {
        let begins = bands.first().is_some_and(|band| band.from_amount.is_zero());
        let climbs = bands.windows(2).all(|pair| pair[0].from_amount < pair[1].from_amount);
        if !begins || !climbs || bands.len() > Self::MAX_BANDS {
            return Err(Error::Rule(&codes::SCALE_INVALID));
        }
        Ok(Self { operation, payer, bands, from })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hostolink_kernel::DomainError;
    use proptest::prelude::*;

    fn xof(francs: i64) -> Xof {
        Xof::new(francs).unwrap()
    }

    fn scale(operation: Operation, bands: Vec<Band>) -> Result<Scale, Error> {
        let from = NaiveDate::from_ymd_opt(2027, 1, 1).unwrap();
        let new = NewScale::try_new(operation, bands, from)?;
        let (payer, set_at) = (new.payer, DateTime::UNIX_EPOCH);
        Ok(Scale { operation, payer, bands: new.bands, from, until: None, set_by: None, set_at })
    }

    fn band(from: i64, fixed: i64, points: u16, bounds: (Option<i64>, Option<i64>), share: u16) -> Band {
        Band::try_new(xof(from), xof(fixed), points, (bounds.0.map(xof), bounds.1.map(xof)), share).unwrap()
    }

    #[test]
    fn the_amounts_band_says_what_it_costs() {
        let scale = scale(
            Operation::CashOut,
            vec![band(0, 0, 0, (None, None), 0), band(1_000, 25, 150, (Some(50), Some(500)), 3_333)],
        )
        .unwrap();
        let fee = |francs| scale.fee(xof(francs)).unwrap();
        assert_eq!(fee(999), Fee::default());
        // 25 + 15 is below the least; 25 + 150.015 is rounded up; 25 + 1,500 is above the most.
        for (amount, total, agent) in [(1_000, 50, 16), (10_001, 176, 58), (100_000, 500, 166)] {
            assert_eq!(fee(amount), Fee { total: xof(total), agent: xof(agent) }, "{amount}");
        }
    }

    #[test]
    fn a_commission_leaves_the_merchant_a_franc() {
        let from = NaiveDate::from_ymd_opt(2027, 1, 1).unwrap();
        let new = NewScale::commission(vec![band(0, 40, 100, (None, Some(500)), 5_000)], from).unwrap();
        let set_at = DateTime::UNIX_EPOCH;
        let (operation, payer) = (new.operation, new.payer);
        let scale = Scale { operation, payer, bands: new.bands, from, until: None, set_by: None, set_at };
        for (amount, total, agent) in
            [(1, 0, 0), (41, 40, 20), (42, 41, 20), (1_000, 50, 25), (90_000, 500, 250)]
        {
            assert_eq!(
                scale.commission(xof(amount)).unwrap(),
                Fee { total: xof(total), agent: xof(agent) },
                "{amount}"
            );
        }
        NewScale::commission(vec![band(1, 0, 0, (None, None), 0)], from).unwrap_err();
    }

    #[test]
    fn what_says_nothing_for_some_amount_is_no_scale() {
        let free = |from| band(from, 0, 0, (None, None), 0);
        for (operation, bands) in [
            (Operation::Transfer, vec![]),
            (Operation::Transfer, vec![free(1)]),
            (Operation::Transfer, vec![free(0), free(10), free(10)]),
            (Operation::Transfer, vec![band(0, 0, 10, (None, None), 1)]),
            (Operation::Transfer, (0..51).map(free).collect()),
        ] {
            assert_eq!(scale(operation, bands).unwrap_err().code().code, "wallet.scale_invalid");
        }
        for (points, bounds, share) in
            [(10_001, (None, None), 0), (1, (None, None), 10_001), (1, (Some(xof(2)), Some(xof(1))), 0)]
        {
            Band::try_new(xof(0), xof(0), points, bounds, share).unwrap_err();
        }
        Band::try_new(xof(0), xof(1_000_000_001), 0, (None, None), 0).unwrap_err();
        let dear = scale(Operation::Transfer, vec![band(0, 1, 10_000, (None, None), 0)]).unwrap();
        assert_eq!(dear.fee(Xof::MAX).unwrap_err().code().code, "ledger.amount_too_large");
    }

    proptest! {
        #[test]
        fn an_agent_never_earns_more_than_the_fee(
            amount in 1_i64..1_000_000_000, fixed in 0_i64..1_000, points in 0_u16..=10_000, share in 0_u16..=10_000,
        ) {
            let fee = band(0, fixed, points, (None, None), share).fee(xof(amount)).unwrap();
            prop_assert!(fee.agent <= fee.total);
            let exact = i128::from(amount) * i128::from(points);
            let charged = i128::from(fee.total.francs() - fixed) * WHOLE;
            prop_assert!(exact <= charged && charged < exact + WHOLE);
        }
    }
}
