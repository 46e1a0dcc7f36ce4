use diesel::{
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    pg::{Pg, PgValue},
    serialize::{self, Output, ToSql},
    sql_types::SmallInt,
};

/// How well the house knows who somebody is (`utilisateur.niveau_identite`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = SmallInt)]
pub enum IdentityLevel {
    /// Nobody has verified it: 0.
    Unverified,
    /// Two reviewers have seen a valid identity document: 1.
    Verified,
}

impl IdentityLevel {
    /// Its number.
    #[must_use]
    pub const fn number(self) -> i16 {
        match self {
            Self::Unverified => 0,
            Self::Verified => 1,
        }
    }
}

impl FromSql<SmallInt, Pg> for IdentityLevel {
    fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
        match <i16 as FromSql<SmallInt, Pg>>::from_sql(bytes)? {
            0 => Ok(Self::Unverified),
            1 => Ok(Self::Verified),
            other => Err(format!("unknown level of identity {other}").into()),
        }
    }
}

impl ToSql<SmallInt, Pg> for IdentityLevel {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <i16 as ToSql<SmallInt, Pg>>::to_sql(&self.number(), &mut out.reborrow())
    }
}
