use crate::codes;
use hostolink_database as database;
use hostolink_kernel::{DomainError, ErrorCode, InvalidCursor};
use std::time::Duration;

/// What can go wrong in a conversation.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A rule refuses it.
    #[error("{}", .0.code)]
    Rule(&'static ErrorCode),
    /// Too early; it works after a while.
    #[error("{}", .0.code)]
    Wait(&'static ErrorCode, Duration),
    /// The cursor was not made by this list.
    #[error(transparent)]
    Cursor(#[from] InvalidCursor),
    /// The database holds a code that this program does not know: it is of another version.
    #[error("the database holds an unknown code: {0}")]
    UnknownCode(String),
    /// A query failed.
    #[error(transparent)]
    Database(#[from] database::Error),
}

impl DomainError for Error {
    fn code(&self) -> &'static ErrorCode {
        match self {
            Self::Rule(code) | Self::Wait(code, _) => code,
            Self::Cursor(_) => &codes::CURSOR,
            Self::UnknownCode(_) => database::describe(&diesel::result::Error::NotFound),
            Self::Database(error) => error.code(),
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Wait(_, wait) => Some(*wait),
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
