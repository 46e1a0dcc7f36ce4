use super::{Permission, Permissions};
use diesel::{
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    pg::{Pg, PgValue},
    serialize::{self, Output, ToSql},
    sql_types::Text,
};

/// Who somebody is to the house, the lowest first. `role_permission` holds the same with the same levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum Role {
    /// Everybody.
    User,
    /// Is paid for goods and services.
    Merchant,
    /// Looks after a pharmacy of the directory.
    Pharmacist,
    /// Takes cash and gives money from a prefunded float.
    Agent,
    /// Keeps order among people.
    Moderator,
    /// Looks after people.
    Admin,
    /// Everything, filling floats included.
    Superadmin,
}

impl Role {
    /// Every role, the lowest first.
    pub const ALL: [Self; 7] = [
        Self::User,
        Self::Merchant,
        Self::Pharmacist,
        Self::Agent,
        Self::Moderator,
        Self::Admin,
        Self::Superadmin,
    ];

    /// Its name in the API and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Merchant => "merchant",
            Self::Pharmacist => "pharmacist",
            Self::Agent => "agent",
            Self::Moderator => "moderator",
            Self::Admin => "admin",
            Self::Superadmin => "superadmin",
        }
    }

    /// Reads its name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }

    /// Its rank: nobody grants a role of their own rank or above, nor acts on somebody who has one.
    #[must_use]
    pub const fn level(self) -> i16 {
        match self {
            Self::User => 10,
            Self::Merchant | Self::Pharmacist | Self::Agent => 20,
            Self::Moderator => 50,
            Self::Admin => 80,
            Self::Superadmin => 100,
        }
    }

    /// What it may from the first start on. What it may now stands in `role_permission`.
    #[must_use]
    pub fn first_permissions(self) -> Permissions {
        match self {
            Self::User | Self::Pharmacist => Permissions::default(),
            Self::Merchant => [Permission::Sell].into_iter().collect(),
            Self::Agent => [Permission::CashIn].into_iter().collect(),
            Self::Moderator => {
                [Permission::ModeratePeople, Permission::ReviewDirectory].into_iter().collect()
            }
            Self::Admin => [
                Permission::ReviewIdentity,
                Permission::ModeratePeople,
                Permission::LookUpMoney,
                Permission::FreezeMoney,
                Permission::RefundMoney,
                Permission::AdjustMoney,
                Permission::ReviewAlerts,
                Permission::ReviewDirectory,
            ]
            .into_iter()
            .collect(),
            Self::Superadmin => Permissions::all(),
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
