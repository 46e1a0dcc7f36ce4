use diesel::{
    backend::Backend,
    deserialize::{self, FromSql},
    expression::AsExpression,
    serialize::{self, Output, ToSql},
    sql_types,
};

/// An amount of francs CFA (ISO 4217 XOF, numeric 952), from 0 to [`Xof::MAX`]. XOF has no minor unit: one is one franc.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    AsExpression,
    diesel::deserialize::FromSqlRow,
)]
#[diesel(sql_type = sql_types::BigInt)]
pub struct Xof(i64);

/// Why an amount can't be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Below zero.
    #[error("an amount is not negative")]
    Negative,
    /// Above [`Xof::MAX`], or a sum that would be.
    #[error("the amount is too large")]
    TooLarge,
}

impl Xof {
    /// No francs.
    pub const ZERO: Self = Self(0);
    /// 2^53 − 1: the largest whole number that every JSON reader holds exactly (RFC 8259 §6). All the money of the
    /// BCEAO zone is a thousandth of it.
    pub const MAX: Self = Self(9_007_199_254_740_991);

    /// An amount of whole francs.
    ///
    /// # Errors
    /// [`AmountError`] when it is negative or above [`Xof::MAX`].
    pub const fn new(francs: i64) -> Result<Self, AmountError> {
        if francs < 0 {
            Err(AmountError::Negative)
        } else if francs > Self::MAX.0 {
            Err(AmountError::TooLarge)
        } else {
            Ok(Self(francs))
        }
    }

    /// The amount in whole francs.
    #[must_use]
    pub const fn francs(self) -> i64 {
        self.0
    }

    /// Whether it is nothing.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The sum.
    ///
    /// # Errors
    /// [`AmountError::TooLarge`] above [`Xof::MAX`].
    pub const fn checked_add(self, other: Self) -> Result<Self, AmountError> {
        Self::new(self.0 + other.0) // two values below 2^53 cannot overflow an i64
    }

    /// What is left.
    ///
    /// # Errors
    /// [`AmountError::Negative`] when `other` is more.
    pub const fn checked_sub(self, other: Self) -> Result<Self, AmountError> {
        Self::new(self.0 - other.0)
    }
}

impl std::fmt::Display for Xof {
    /// As people here write it: `12 500 F CFA`, with no-break spaces.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let digits = self.0.to_string();
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                f.write_str("\u{202f}")?;
            }
            write!(f, "{digit}")?;
        }
        f.write_str("\u{a0}F\u{a0}CFA")
    }
}

impl<DB: Backend> FromSql<sql_types::BigInt, DB> for Xof
where
    i64: FromSql<sql_types::BigInt, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self::new(i64::from_sql(bytes)?)?)
    }
}

impl<DB: Backend> ToSql<sql_types::BigInt, DB> for Xof
where
    i64: ToSql<sql_types::BigInt, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.to_sql(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_as_people_write_it() {
        let text = |francs| Xof::new(francs).unwrap().to_string();
        assert_eq!(text(0), "0\u{a0}F\u{a0}CFA");
        assert_eq!(text(12_500), "12\u{202f}500\u{a0}F\u{a0}CFA");
        assert_eq!(text(1_234_567), "1\u{202f}234\u{202f}567\u{a0}F\u{a0}CFA");
    }

    proptest! {
        #[test]
        fn adding_then_taking_away_changes_nothing(a in 0..=Xof::MAX.0, b in 0..=Xof::MAX.0) {
            let (x, y) = (Xof::new(a).unwrap(), Xof::new(b).unwrap());
            match x.checked_add(y) {
                Ok(sum) => prop_assert_eq!(sum.checked_sub(y), Ok(x)),
                Err(error) => prop_assert!(error == AmountError::TooLarge && a + b > Xof::MAX.0),
            }
            prop_assert_eq!(x.checked_sub(y).is_ok(), a >= b);
        }

        #[test]
        fn only_what_fits_is_an_amount(francs: i64) {
            prop_assert_eq!(Xof::new(francs).is_ok(), (0..=Xof::MAX.0).contains(&francs));
        }
    }
}
