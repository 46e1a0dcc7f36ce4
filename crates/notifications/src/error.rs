use hostolink_database as database;
use hostolink_kernel::{DomainError, ErrorCode, InvalidCursor, Kind};
use std::time::Duration;

/// Why something of notifications can't be done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// One of the rules of notifications.
    #[error("{}", .0.code)]
    Rule(&'static ErrorCode),
    /// The cursor was not made by this list.
    #[error(transparent)]
    Cursor(#[from] InvalidCursor),
    /// A query failed.
    #[error(transparent)]
    Database(#[from] database::Error),
}

macro_rules! codes {
    ($($name:ident = $code:literal, $kind:ident, $fr:literal, $en:literal;)*) => {
        $(pub(crate) const $name: ErrorCode = ErrorCode::new($code, Kind::$kind, $fr, $en);)*
        /// The codes of this crate.
        pub const ERRORS: &[ErrorCode] = &[$($name),*];
    };
}

codes! {
    UNKNOWN = "notifications.unknown", NotFound, "Cette notification n'existe pas.", "There is no such notification.";
    CURSOR = "notifications.invalid_cursor", Invalid, "Ce curseur ne vient pas de cette liste. Reprenez depuis le début.", "This cursor is not of this list. Start again.";
    MANDATORY = "notifications.mandatory", Unprocessable, "Cette notification protège votre compte : elle ne peut pas être coupée ici.", "This notification protects your account: it can't be turned off here.";
    CHANNEL_NOT_OFFERED = "notifications.channel_not_offered", Unprocessable, "Cette notification ne passe pas par ce canal.", "This notification does not go by this channel.";
    QUIET_INVALID = "notifications.quiet_hours_invalid", Invalid, "Les heures de silence vont d'une heure à une autre heure, avec un décalage de -14 h à +14 h.", "Quiet hours go from one time to another, with an offset of -14 h to +14 h.";
    DEVICE_UNKNOWN = "notifications.device_unknown", NotFound, "Cet appareil n'est pas enregistré pour vous.", "This device is not registered for you.";
    TOO_MANY_DEVICES = "notifications.too_many_devices", Unprocessable, "Trop d'appareils sont enregistrés. Retirez-en un.", "Too many devices are registered. Remove one.";
}

impl DomainError for Error {
    fn code(&self) -> &'static ErrorCode {
        match self {
            Self::Rule(code) => code,
            Self::Cursor(_) => &CURSOR,
            Self::Database(error) => error.code(),
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Database(error) => error.retry_after(),
            _ => None,
        }
    }
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error.into())
    }
}
