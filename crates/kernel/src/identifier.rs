use crate::{EmailAddress, InvalidPhone, PhoneNumber, Region};

/// What somebody signs in with: a phone number or an e-mail address. This is its only parser.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Identifier {
    /// A phone number.
    Phone(PhoneNumber),
    /// An e-mail address.
    Email(EmailAddress),
}

/// Why a text is no identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidIdentifier {
    /// It has an `@` and is no e-mail address.
    #[error("not an e-mail address")]
    Email,
    /// It has no `@` and is no phone number.
    #[error(transparent)]
    Phone(#[from] InvalidPhone),
}

impl Identifier {
    /// Reads what somebody typed; numbers of `regions` are taken, the first of them being home.
    ///
    /// # Errors
    /// [`InvalidIdentifier`], which says enough for a hint.
    pub fn parse(text: &str, regions: &[Region]) -> Result<Self, InvalidIdentifier> {
        if text.contains(['@', '＠']) {
            EmailAddress::parse(text).map(Self::Email).map_err(|_| InvalidIdentifier::Email)
        } else {
            Ok(Self::Phone(PhoneNumber::parse(text, regions)?))
        }
    }

    /// The canonical form: E.164, or the address in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Phone(number) => number.as_str(),
            Self::Email(address) => address.as_str(),
        }
    }

    /// What may be shown to others.
    #[must_use]
    pub fn masked(&self) -> String {
        match self {
            Self::Phone(number) => number.masked(),
            Self::Email(address) => address.masked(),
        }
    }
}

impl std::fmt::Debug for Identifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Phone(_) => "Identifier::Phone(…)",
            Self::Email(_) => "Identifier::Email(…)",
        })
    }
}
