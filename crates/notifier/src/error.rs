use hostolink_kernel::{DomainError, ErrorCode, Kind};
use std::time::Duration;

/// Why a message was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Too many messages wait, or the program is stopping.
    #[error("the queue of messages is full or closed")]
    Unavailable,
    /// This deployment has no provider of SMS.
    #[error("no provider of SMS is configured")]
    SmsUnconfigured,
    /// This deployment has no mail server.
    #[error("no mail server is configured")]
    EmailUnconfigured,
    /// This deployment has no provider of pushes.
    #[error("no provider of pushes is configured")]
    PushUnconfigured,
}

const UNAVAILABLE: ErrorCode = ErrorCode::new(
    "notifier.unavailable",
    Kind::Unavailable,
    "L'envoi de messages est momentanément saturé. Réessayez dans quelques secondes.",
    "Messages can't be sent right now. Try again in a few seconds.",
);
const SMS_UNCONFIGURED: ErrorCode = ErrorCode::new(
    "notifier.sms_unconfigured",
    Kind::Unavailable,
    "L'envoi de SMS n'est pas disponible. Utilisez une adresse e-mail.",
    "SMS can't be sent. Use an e-mail address.",
);
const EMAIL_UNCONFIGURED: ErrorCode = ErrorCode::new(
    "notifier.email_unconfigured",
    Kind::Unavailable,
    "L'envoi d'e-mails n'est pas disponible. Utilisez un numéro de téléphone.",
    "E-mails can't be sent. Use a phone number.",
);

const PUSH_UNCONFIGURED: ErrorCode = ErrorCode::new(
    "notifier.push_unconfigured",
    Kind::Unavailable,
    "Les notifications sur téléphone ne sont pas disponibles ici.",
    "Notifications on telephones are not available here.",
);

/// The codes of this crate.
pub const ERRORS: &[ErrorCode] = &[UNAVAILABLE, SMS_UNCONFIGURED, EMAIL_UNCONFIGURED, PUSH_UNCONFIGURED];

impl DomainError for Error {
    fn code(&self) -> &'static ErrorCode {
        match self {
            Self::Unavailable => &UNAVAILABLE,
            Self::SmsUnconfigured => &SMS_UNCONFIGURED,
            Self::EmailUnconfigured => &EMAIL_UNCONFIGURED,
            Self::PushUnconfigured => &PUSH_UNCONFIGURED,
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        (*self == Self::Unavailable).then_some(Duration::from_secs(5))
    }
}
