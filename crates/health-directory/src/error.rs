use crate::refusals;
use hostolink_database as database;
use hostolink_kernel::{DomainError, ErrorCode, InvalidCursor};

/// What can go wrong in the directory.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No establishment has this id.
    #[error("no such establishment")]
    NotFound,
    /// The cursor was not made by this list.
    #[error(transparent)]
    Cursor(#[from] InvalidCursor),
    /// The file is too large.
    #[error("the file is larger than {} MiB", crate::import::MAX_FILE / 1024 / 1024)]
    FileTooLarge,
    /// The file has too many rows.
    #[error("the file has more than {0} rows")]
    TooManyRows(usize),
    /// The file is packed.
    #[error("the file is compressed: unpack it first")]
    Compressed,
    /// The file is not such a list.
    #[error("the first line lacks the columns {0}")]
    ColumnsMissing(String),
    /// The file could not be read.
    #[error("the file could not be read: {0}")]
    Unreadable(String),
    /// A rule of the directory refuses it.
    #[error("{}", .0.code)]
    Rule(&'static ErrorCode),
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
            Self::NotFound => &refusals::NOT_FOUND,
            Self::Cursor(_) => &refusals::CURSOR,
            Self::Rule(code) => code,
            Self::FileTooLarge
            | Self::TooManyRows(_)
            | Self::Compressed
            | Self::ColumnsMissing(_)
            | Self::Unreadable(_) => &refusals::FILE,
            Self::UnknownCode(_) => database::describe(&diesel::result::Error::NotFound),
            Self::Database(error) => error.code(),
        }
    }

    fn retry_after(&self) -> Option<std::time::Duration> {
        if let Self::Database(error) = self { error.retry_after() } else { None }
    }
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error.into())
    }
}
