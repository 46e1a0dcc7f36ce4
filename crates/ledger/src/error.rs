use crate::codes::{BUSY, CORRUPT, CURSOR, NO_SUCH_ACCOUNT, NOT_CLOSABLE};
use hostolink_database as database;
use hostolink_kernel::{DomainError, ErrorCode, InvalidCursor};
use std::time::Duration;

/// What keeps the ledger from answering. A refused order is no error: see [`Refusal`](crate::Refusal).
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The queue of orders is full, or the writer is stopping: the order was not taken.
    #[error("the posting queue is full or closed")]
    Busy,
    /// The database stayed away: whether the order was done is unknown. The same key tells later.
    #[error("the database stayed away")]
    Away,
    /// There is no such holder or account.
    #[error("no such account")]
    NoSuchAccount,
    /// An account is closed only when it is empty, and stays closed.
    #[error("the account is not empty, or closed for good")]
    NotClosable,
    /// The cursor was not made by this list.
    #[error(transparent)]
    Cursor(#[from] InvalidCursor),
    /// What the database holds contradicts the ledger's rules.
    #[error("the ledger's rows contradict its rules: {0}")]
    Corrupt(&'static str),
    /// The database.
    #[error(transparent)]
    Database(#[from] database::Error),
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error.into())
    }
}

impl DomainError for Error {
    fn code(&self) -> &'static ErrorCode {
        match self {
            Self::Busy | Self::Away => &BUSY,
            Self::NoSuchAccount => &NO_SUCH_ACCOUNT,
            Self::NotClosable => &NOT_CLOSABLE,
            Self::Cursor(_) => &CURSOR,
            Self::Corrupt(_) => &CORRUPT,
            Self::Database(error) => error.code(),
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Busy | Self::Away => Some(Duration::from_secs(1)),
            Self::Database(error) => error.retry_after(),
            _ => None,
        }
    }
}
