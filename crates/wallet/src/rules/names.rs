//! The words of limits and fees: in French in the tables, in English in the API.

/// Declares enumerations that are a name in a table and another in the API.
macro_rules! names {
    ($($(#[$doc:meta])* $name:ident { $($(#[$about:meta])* $value:ident = $stored:literal, $shown:literal;)* })*) => {$(
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash,
            diesel::expression::AsExpression, diesel::deserialize::FromSqlRow,
        )]
        #[diesel(sql_type = diesel::sql_types::Text)]
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

        impl diesel::deserialize::FromSql<diesel::sql_types::Text, diesel::pg::Pg> for $name {
            fn from_sql(bytes: diesel::pg::PgValue<'_>) -> diesel::deserialize::Result<Self> {
                use diesel::{deserialize::FromSql, pg::Pg, sql_types::Text};
                let name = <String as FromSql<Text, Pg>>::from_sql(bytes)?;
                let known = Self::ALL.iter().copied().find(|value| value.name() == name);
                known.ok_or_else(|| format!("{name:?} is no {}", stringify!($name)).into())
            }
        }

        impl diesel::serialize::ToSql<diesel::sql_types::Text, diesel::pg::Pg> for $name {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, diesel::pg::Pg>,
            ) -> diesel::serialize::Result {
                std::io::Write::write_all(out, self.name().as_bytes())?;
                Ok(diesel::serialize::IsNull::No)
            }
        }
    )*};
}

pub(crate) use names as stored_names;

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

    /// Who pays what an operation costs.
    Payer {
        /// Who gives, on top of the amount.
        Giver = "donneur", "giver";
        /// The merchant who receives, off the amount.
        Receiver = "receveur", "receiver";
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
