use hostolink_kernel::{DomainError, ErrorCode, FieldError, InvalidIdentifier, InvalidPhone, Kind};
use std::time::Duration;

macro_rules! errors {
    ($($variant:ident = $code:literal, $kind:ident, $field:expr, $text:literal, $fr:literal, $en:literal;)*) => {
        /// Why auth says no.
        #[derive(Debug, thiserror::Error)]
        pub enum Error {
            $(#[doc = $text] #[error($text)] $variant,)*
            /// Too often; the same try may work after the wait.
            #[error("too many attempts")]
            TooMany(Duration),
            /// The first proof was right; where a second factor is on, it takes that too.
            #[error("a second factor is needed")]
            SecondFactorRequired(crate::Challenge),
            /// The database failed.
            #[error(transparent)]
            Database(#[from] hostolink_database::Error),
        }
        /// Every code of this crate.
        pub const ERRORS: &[ErrorCode] = &[TOO_MANY, SECOND_FACTOR, $(ErrorCode::new($code, Kind::$kind, $fr, $en)),*];
        impl Error {
            pub(super) fn described(&self) -> Option<(&'static ErrorCode, Option<&'static str>)> {
                match self {
                    $(Self::$variant => Some((const { &ErrorCode::new($code, Kind::$kind, $fr, $en) }, $field)),)*
                    Self::TooMany(_) => Some((&TOO_MANY, None)),
                    Self::SecondFactorRequired(_) => Some((&SECOND_FACTOR, None)),
                    Self::Database(_) => None,
                }
            }
        }
    };
}

const TOO_MANY: ErrorCode = ErrorCode::new(
    "auth.too_many_attempts",
    Kind::TooMany,
    "Trop d'essais. Patientez avant de recommencer.",
    "Too many attempts. Wait before you try again.",
);

const SECOND_FACTOR: ErrorCode = ErrorCode::new(
    "auth.second_factor_required",
    Kind::Unauthenticated,
    "Ce compte demande aussi le code de son application d'authentification. Connectez-vous depuis l'application Hostolink.",
    "This account also asks for the code of its authenticator app. Sign in from the Hostolink application.",
);

mod codes;
pub use codes::{ERRORS, Error};

impl DomainError for Error {
    fn code(&self) -> &'static ErrorCode {
        match self {
            Self::Database(error) => error.code(),
            error => error.described().map_or(&TOO_MANY, |(code, _)| code),
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::TooMany(wait) => Some(*wait),
            Self::SmsBudget => Some(Duration::from_secs(600)),
            Self::Busy => Some(Duration::from_secs(5)),
            Self::Database(error) => error.retry_after(),
            _ => None,
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        let field = |(code, field): (_, Option<&'static str>)| Some(FieldError::new(field?, code));
        self.described().and_then(field).into_iter().collect()
    }
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error.into())
    }
}

impl From<hostolink_sealing::Unreadable> for Error {
    fn from(_: hostolink_sealing::Unreadable) -> Self {
        Self::Unreadable
    }
}

impl From<InvalidIdentifier> for Error {
    fn from(error: InvalidIdentifier) -> Self {
        match error {
            InvalidIdentifier::Phone(InvalidPhone::OldIvorianPlan) => Self::OldPhonePlan,
            InvalidIdentifier::Phone(InvalidPhone::Country) => Self::PhoneCountry,
            InvalidIdentifier::Phone(InvalidPhone::NotANumber) | InvalidIdentifier::Email => {
                Self::InvalidIdentifier
            }
        }
    }
}
