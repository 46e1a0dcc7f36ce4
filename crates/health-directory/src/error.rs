use crate::import::TooLarge;
use hostolink_database as database;
use hostolink_kernel::{DomainError, ErrorCode, InvalidCursor, Kind};

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
    /// The file is not such a list.
    #[error("the first line lacks the columns {0}")]
    ColumnsMissing(String),
    /// The file could not be read.
    #[error("the file could not be read: {0}")]
    Unreadable(String),
    /// The database holds a code that this program does not know: it is of another version.
    #[error("the database holds an unknown code: {0}")]
    UnknownCode(String),
    /// A query failed.
    #[error(transparent)]
    Database(#[from] database::Error),
}

const NOT_FOUND: ErrorCode = ErrorCode::new(
    "health.establishment_not_found",
    Kind::NotFound,
    "Cet établissement n'existe pas. Reprenez la recherche : son identifiant a pu changer.",
    "There is no such establishment. Search again: its id may have changed.",
);
const CURSOR: ErrorCode = ErrorCode::new(
    "health.invalid_cursor",
    Kind::Invalid,
    "Ce curseur ne vient pas de cette liste. Reprenez-la depuis le début.",
    "This cursor is not of this list. Start the list again.",
);
const FILE: ErrorCode = ErrorCode::new(
    "health.unreadable_file",
    Kind::Invalid,
    "Ce fichier ne peut pas être importé : il est trop grand, illisible, ou il lui manque des colonnes.",
    "This file can't be imported: it is too large, unreadable, or lacks columns.",
);

/// The codes of this crate.
pub const ERRORS: &[ErrorCode] = &[NOT_FOUND, CURSOR, FILE];

impl DomainError for Error {
    fn code(&self) -> &'static ErrorCode {
        match self {
            Self::NotFound => &NOT_FOUND,
            Self::Cursor(_) => &CURSOR,
            Self::FileTooLarge | Self::ColumnsMissing(_) | Self::Unreadable(_) => &FILE,
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

impl From<csv::Error> for Error {
    fn from(error: csv::Error) -> Self {
        let bounded =
            |io: &std::io::Error| io.get_ref().and_then(|inner| inner.downcast_ref::<TooLarge>()).is_some();
        match error.kind() {
            csv::ErrorKind::Io(io) if bounded(io) => Self::FileTooLarge,
            _ => Self::Unreadable(error.to_string()),
        }
    }
}
