use super::Role;

/// What a role may do beyond what everybody may, where the ladder of roles does not fit: a moderator is above an agent
/// and gives no cash-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// Give money from a prefunded float against cash.
    CashIn,
    /// Look at other people's identity documents, accept or refuse them.
    ReviewIdentity,
    /// Block people below one's own level, end their sessions, start the reset of their password.
    ModeratePeople,
    /// See what limits people and what operations cost, and say what it is to be from a later day on.
    SetRules,
    /// Be paid by card: have a merchant account, take cards, name cashiers.
    Sell,
    /// Look at other people's wallets and transactions, and at the books.
    LookUpMoney,
    /// Freeze and thaw the money of people below one's own level.
    FreezeMoney,
    /// Give a transaction back for its receiver.
    RefundMoney,
    /// Ask for corrections of the books, and decide those of others.
    AdjustMoney,
    /// Look at what compliance has to look at, and decide it.
    ReviewAlerts,
    /// Look at what people suggest, claim and say of establishments, and decide it.
    ReviewDirectory,
}

impl Permission {
    /// Every permission.
    pub const ALL: [Self; 11] = [
        Self::CashIn,
        Self::ReviewIdentity,
        Self::ModeratePeople,
        Self::SetRules,
        Self::Sell,
        Self::LookUpMoney,
        Self::FreezeMoney,
        Self::RefundMoney,
        Self::AdjustMoney,
        Self::ReviewAlerts,
        Self::ReviewDirectory,
    ];

    /// Its name in the API and in `role_permission.permissions`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CashIn => "wallet.cash_in",
            Self::ReviewIdentity => "identity.review",
            Self::ModeratePeople => "people.moderate",
            Self::SetRules => "wallet.rules",
            Self::Sell => "wallet.sell",
            Self::LookUpMoney => "wallet.look_up",
            Self::FreezeMoney => "wallet.freeze",
            Self::RefundMoney => "wallet.refund",
            Self::AdjustMoney => "wallet.adjust",
            Self::ReviewAlerts => "compliance.review",
            Self::ReviewDirectory => "health.review",
        }
    }

    /// Reads its name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|permission| permission.as_str() == name)
    }
}

/// A set of permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Permissions(u32);

impl Permissions {
    /// Every one.
    #[must_use]
    pub fn all() -> Self {
        Permission::ALL.into_iter().collect()
    }

    /// Whether the set holds one.
    #[must_use]
    pub const fn has(self, permission: Permission) -> bool {
        self.0 & (1 << permission as u32) != 0
    }

    /// Whether the set holds all of `others`.
    #[must_use]
    pub const fn includes(self, others: Self) -> bool {
        others.0 & !self.0 == 0
    }

    /// What the set holds.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.into_iter().filter(move |permission| self.has(*permission))
    }

    /// What a role may as its row says. A superadmin may everything, so that nobody can take the last key away. A name
    /// that this program does not know is another version's: it gives nothing here.
    pub(crate) fn of(role: Role, names: &[String]) -> Self {
        match role {
            Role::Superadmin => Self::all(),
            _ => names.iter().filter_map(|name| Permission::parse(name)).collect(),
        }
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        Self(permissions.into_iter().fold(0, |set, permission| set | 1 << permission as u32))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_was_put_in() {
        let set: Permissions = [Permission::CashIn, Permission::ModeratePeople].into_iter().collect();
        assert!(set.has(Permission::CashIn) && !set.has(Permission::ReviewIdentity));
        assert_eq!(set.iter().collect::<Vec<_>>(), [Permission::CashIn, Permission::ModeratePeople]);
        assert!(Permissions::all().includes(set) && !set.includes(Permissions::all()));
        assert!(set.includes(Permissions::default()));
    }

    #[test]
    fn names_are_read_back_and_unknown_ones_give_nothing() {
        for permission in Permission::ALL {
            assert_eq!(Permission::parse(permission.as_str()), Some(permission));
        }
        let names = ["wallet.cash_in".to_owned(), "wallet.of_tomorrow".to_owned()];
        assert_eq!(Permissions::of(Role::Agent, &names), [Permission::CashIn].into_iter().collect());
        assert_eq!(Permissions::of(Role::Superadmin, &[]), Permissions::all());
    }
}
