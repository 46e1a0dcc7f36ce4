use diesel::{
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    pg::{Pg, PgValue},
    serialize::{self, Output, ToSql},
    sql_types::Text,
};

/// What somebody may do, the lowest first. `role_permission` holds the same four with the same levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum Role {
    /// Everybody.
    User,
    /// Takes cash and gives money from a prefunded float.
    Agent,
    /// Looks after people.
    Admin,
    /// Everything, filling floats included.
    Superadmin,
}

impl Role {
    /// Every role, the lowest first.
    pub const ALL: [Self; 4] = [Self::User, Self::Agent, Self::Admin, Self::Superadmin];

    /// Its name in the API and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Agent => "agent",
            Self::Admin => "admin",
            Self::Superadmin => "superadmin",
        }
    }

    /// Reads its name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }

    /// Its rank: nobody grants a role of their own rank or above.
    #[must_use]
    pub const fn level(self) -> i16 {
        match self {
            Self::User => 10,
            Self::Agent => 20,
            Self::Admin => 80,
            Self::Superadmin => 100,
        }
    }
}

impl FromSql<Text, Pg> for Role {
    fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
        let name = <String as FromSql<Text, Pg>>::from_sql(bytes)?;
        Self::parse(&name).ok_or_else(|| format!("unknown role {name}").into())
    }
}

impl ToSql<Text, Pg> for Role {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <str as ToSql<Text, Pg>>::to_sql(self.as_str(), out)
    }
}
