//! Names that the database and the API have for the same thing.

/// Declares the names that the database and the API have for the same thing.
macro_rules! names {
    ($(#[$doc:meta])* $type:ident { $($(#[$each:meta])* $name:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $type { $($(#[$each])* $name,)* }

        impl $type {
            /// Every one.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Its name in the API and in the database.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// Reads its name.
            #[must_use]
            pub fn parse(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.as_str() == name)
            }

            pub(crate) fn stored(name: &str) -> Result<Self, crate::Error> {
                Self::parse(name).ok_or_else(|| crate::Error::UnknownName(name.to_owned()))
            }
        }
    };
}
pub(crate) use names;
