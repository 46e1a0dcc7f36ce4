/// Declares an enumeration with its codes in the API and in the database.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $code:literal,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Its code.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)+
                }
            }

            /// The value of a code.
            #[must_use]
            pub fn parse(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.code() == code)
            }

            /// The value of a code that the database holds.
            pub(crate) fn stored(code: &str) -> Result<Self, crate::Error> {
                Self::parse(code).ok_or_else(|| crate::Error::UnknownCode(code.to_owned()))
            }
        }
    )+};
}

words! {
    /// How many talk, and who may come in.
    Kind {
        /// Two people.
        Direct = "direct",
        /// Who was brought in.
        Group = "group",
        /// Whoever joins.
        Theme = "theme",
    }
    /// What a theme is about.
    Category {
        /// Health.
        Health = "health",
        /// Money.
        Money = "money",
        /// Daily life.
        DailyLife = "daily_life",
    }
    /// What somebody may in a conversation, the least first.
    Role {
        /// Read and write.
        Member = "member",
        /// Keep order: delete, pin, remove, slow down.
        Moderator = "moderator",
        /// Give roles, too.
        Owner = "owner",
    }
    /// Whether somebody is in a conversation.
    Standing {
        /// They are.
        Active = "active",
        /// They went.
        Left = "left",
        /// They were sent away.
        Removed = "removed",
        /// They were sent away and can't come back by themselves.
        Banned = "banned",
    }
}
