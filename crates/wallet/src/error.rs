use crate::{codes, emv::EmvError};
use hostolink_database as database;
use hostolink_kernel::{DomainError, ErrorCode, InvalidCursor};
use hostolink_ledger::{self as ledger, Refusal};
use std::time::Duration;

/// What keeps the wallet from doing what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// One of the wallet's own rules.
    #[error("{}", .0.code)]
    Rule(&'static ErrorCode),
    /// The payload is not one that can be read.
    #[error(transparent)]
    Payload(#[from] EmvError),
    /// The ledger would refuse it, for this reason.
    #[error("{}", .0.name())]
    Refused(Refusal),
    /// A sanctions list that can't be read, and why.
    #[error("{0}")]
    List(String),
    /// A sealed number, under a key that is not configured.
    #[error("a sealed card number can't be opened: is its key still configured?")]
    Unreadable,
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] ledger::Error),
    /// The database.
    #[error(transparent)]
    Database(#[from] database::Error),
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

impl From<InvalidCursor> for Error {
    fn from(error: InvalidCursor) -> Self {
        Self::Ledger(error.into())
    }
}

impl DomainError for Error {
    fn code(&self) -> &'static ErrorCode {
        match self {
            Self::Rule(code) => code,
            Self::Payload(EmvError::TooLong) => &codes::QR_TOO_LONG,
            Self::Payload(EmvError::Truncated) => &codes::QR_TRUNCATED,
            Self::Payload(EmvError::Malformed) => &codes::QR_MALFORMED,
            Self::Payload(EmvError::Checksum) => &codes::QR_CHECKSUM,
            Self::Payload(EmvError::Duplicate) => &codes::QR_DUPLICATE_FIELD,
            Self::Payload(EmvError::Currency) => &codes::QR_CURRENCY,
            Self::Payload(EmvError::Country) => &codes::QR_COUNTRY,
            Self::Payload(EmvError::Amount) => &codes::QR_AMOUNT,
            Self::Refused(refusal) => refusal.code(),
            Self::List(_) => &codes::LIST_UNREADABLE,
            Self::Unreadable => &codes::CARD_UNREADABLE,
            Self::Ledger(error) => error.code(),
            Self::Database(error) => error.code(),
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Ledger(error) => error.retry_after(),
            Self::Database(error) => error.retry_after(),
            _ => None,
        }
    }
}
