//! The words of limits and fees: in French in the tables, in English in the API.

use diesel::{
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    pg::{Pg, PgValue},
    serialize::{self, IsNull, Output, ToSql},
    sql_types::Text,
};
use std::io::Write as _;

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident { $($(#[$about:meta])* $value:ident = $stored:literal, $shown:literal;)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
        #[diesel(sql_type = Text)]
        pub enum $name {$(
            $(#[$about])*
            $value,
        )*}

        impl $name {
            /// Every one.
            pub const ALL: &[Self] = &[$(Self::$value),*];

            /// Its name in the tables.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {$(Self::$value => $stored,)*}
            }

            /// Its name in the API.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {$(Self::$value => $shown,)*}
            }

            /// Reads its name in the API.
            #[must_use]
            pub fn parse(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == name)
            }
        }

        impl FromSql<Text, Pg> for $name {
            fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
                let name = <String as FromSql<Text, Pg>>::from_sql(bytes)?;
                let known = Self::ALL.iter().copied().find(|value| value.name() == name);
                known.ok_or_else(|| format!("{name:?} is no {}", stringify!($name)).into())
            }
        }

        impl ToSql<Text, Pg> for $name {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                out.write_all(self.name().as_bytes())?;
                Ok(IsNull::No)
            }
        }
    )*};
}

names! {
    /// How well the house knows who somebody is.
    Level {
        /// Nobody has verified it.
        Unidentified = "non_identifie", "unidentified";
        /// It was verified.
        Identified = "identifie", "identified";
    }

    /// What people do that is limited and may cost something.
    Operation {
        /// Paying a person.
        Transfer = "virement", "transfer";
        /// Paying by a code.
        QrPayment = "paiement_qr", "qr-payment";
        /// Getting money against cash.
        CashIn = "depot_agent", "cash-in";
        /// Getting cash against money.
        CashOut = "retrait_agent", "cash-out";
    }

    /// Whether a limit is about what one gives or receives.
    Side {
        /// What leaves.
        Given = "debit", "out";
        /// What comes in.
        Received = "credit", "in";
    }

    /// What a limit is compared with.
    Span {
        /// One operation.
        Operation = "operation", "operation";
        /// All of a day, from midnight to midnight UTC, which is Abidjan's time.
        Day = "jour", "day";
        /// All of a calendar month.
        Month = "mois", "month";
        /// What somebody holds.
        Balance = "solde", "balance";
    }
}
