use diesel::{
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    pg::{Pg, PgValue},
    serialize::{self, Output, ToSql},
    sql_types::Text,
};
use hostolink_kernel::Identifier;

/// Which of a person's two identifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum Channel {
    /// `utilisateur.email`.
    Email,
    /// `utilisateur.telephone`.
    Phone,
}

impl Channel {
    /// The channel that an identifier is of.
    #[must_use]
    pub fn of(identifier: &Identifier) -> Self {
        match identifier {
            Identifier::Email(_) => Self::Email,
            Identifier::Phone(_) => Self::Phone,
        }
    }

    /// The one that this one is not.
    #[must_use]
    pub(crate) const fn other(self) -> Self {
        match self {
            Self::Email => Self::Phone,
            Self::Phone => Self::Email,
        }
    }

    /// The column's name, which is also its name in other tables.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "telephone",
        }
    }
}

impl FromSql<Text, Pg> for Channel {
    fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
        match <String as FromSql<Text, Pg>>::from_sql(bytes)?.as_str() {
            "email" => Ok(Self::Email),
            "telephone" => Ok(Self::Phone),
            other => Err(format!("unknown channel {other}").into()),
        }
    }
}

impl ToSql<Text, Pg> for Channel {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <str as ToSql<Text, Pg>>::to_sql(self.as_str(), out)
    }
}
