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

/// Where somebody is can't be read.
pub const INVALID_POSITION: ErrorCode = ErrorCode::new(
    "health.invalid_position",
    Kind::Invalid,
    "Une position s'écrit « latitude,longitude » en degrés, par exemple 5.3232,-4.0197.",
    "A position is written \"latitude,longitude\" in degrees, for example 5.3232,-4.0197.",
);
/// Latitude and longitude have changed places.
pub const SWAPPED_POSITION: ErrorCode = ErrorCode::new(
    "health.swapped_position",
    Kind::Invalid,
    "Latitude et longitude semblent inversées : la latitude vient d'abord, par exemple 5.3232,-4.0197.",
    "Latitude and longitude seem swapped: the latitude comes first, for example 5.3232,-4.0197.",
);
/// A radius is no distance.
pub const INVALID_RADIUS: ErrorCode = ErrorCode::new(
    "health.invalid_radius",
    Kind::Invalid,
    "Le rayon est une distance en mètres, à partir de 0, autour d'une position « near ».",
    "The radius is a distance in metres, from 0 up, around a position \"near\".",
);
/// No establishment is of such a type.
pub const UNKNOWN_TYPE: ErrorCode = ErrorCode::new(
    "health.unknown_type",
    Kind::Invalid,
    "Ce type d'établissement n'existe pas. Exemples : pharmacy, hospital, health_center.",
    "There is no such type of establishment. For example: pharmacy, hospital, health_center.",
);

/// The codes of this crate.
pub const ERRORS: &[ErrorCode] =
    &[NOT_FOUND, CURSOR, FILE, INVALID_POSITION, SWAPPED_POSITION, INVALID_RADIUS, UNKNOWN_TYPE];

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
