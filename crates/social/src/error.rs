use crate::refusals;
use hostolink_database as database;
use hostolink_kernel::{DomainError, ErrorCode, InvalidCursor};
use std::time::Duration;

/// What can go wrong among people.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A rule refuses it.
    #[error("{}", .0.code)]
    Rule(&'static ErrorCode),
    /// Too often; it may be tried again later.
    #[error("too often; in {0:?} it may be tried again")]
    TooOften(Duration),
    /// The cursor was not made by this list.
    #[error(transparent)]
    Cursor(#[from] InvalidCursor),
    /// The database holds a name that this program does not know: it is of another version.
    #[error("the database holds an unknown name: {0}")]
    UnknownName(String),
    /// A query failed.
    #[error(transparent)]
    Database(#[from] database::Error),
}

impl DomainError for Error {
    fn code(&self) -> &'static ErrorCode {
        match self {
            Self::Rule(code) => code,
            Self::TooOften(_) => &refusals::TOO_OFTEN,
            Self::Cursor(_) => &refusals::INVALID_CURSOR,
            Self::UnknownName(_) => database::describe(&diesel::result::Error::NotFound),
            Self::Database(error) => error.code(),
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::TooOften(wait) => Some(*wait),
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
