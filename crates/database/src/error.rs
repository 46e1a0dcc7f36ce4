use diesel::result::{DatabaseErrorKind, Error as Query};
use hostolink_kernel::{DomainError, ErrorCode, Kind};
use std::time::Duration;

/// What can go wrong between us and Postgres. Every domain error has a variant for it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No connection became free in time: too much is asked at once, or Postgres is away.
    #[error("no database connection became free in time")]
    PoolTimeout,
    /// The worker that ran the query died.
    #[error("the database worker died")]
    WorkerDied,
    /// A query failed.
    #[error("query failed: {0}")]
    Query(#[from] Query),
}

const INTERNAL: ErrorCode = ErrorCode::new(
    "internal",
    Kind::Internal,
    "Une erreur est survenue de notre côté. Réessayez plus tard.",
    "Something went wrong on our side. Try again later.",
);
const UNAVAILABLE: ErrorCode = ErrorCode::new(
    "unavailable",
    Kind::Unavailable,
    "Le service est momentanément saturé. Réessayez dans quelques secondes.",
    "The service is busy. Try again in a few seconds.",
);

/// The codes of this crate.
pub const ERRORS: &[ErrorCode] = &[INTERNAL, UNAVAILABLE];

/// What a failed query means to a caller: a lost connection, a timeout or a deadlock may pass, the rest is our fault.
#[must_use]
pub fn describe(error: &Query) -> &'static ErrorCode {
    match error {
        Query::DatabaseError(kind, info) => match kind {
            DatabaseErrorKind::ClosedConnection
            | DatabaseErrorKind::SerializationFailure
            | DatabaseErrorKind::UnableToSendCommand => &UNAVAILABLE,
            _ if [
                "deadlock",
                "statement timeout",
                "lock timeout",
                "terminating connection",
                "shutting down",
            ]
            .iter()
            .any(|sign| info.message().contains(sign)) =>
            {
                &UNAVAILABLE
            }
            _ => &INTERNAL,
        },
        Query::BrokenTransactionManager => &UNAVAILABLE,
        _ => &INTERNAL,
    }
}

/// Whether the query failed on the unique constraint called `constraint`, which its caller turns into a domain error.
#[must_use]
pub fn on_unique(error: &Query, constraint: &str) -> bool {
    matches!(error, Query::DatabaseError(DatabaseErrorKind::UniqueViolation, info) if info.constraint_name() == Some(constraint))
}

impl DomainError for Error {
    fn code(&self) -> &'static ErrorCode {
        match self {
            Self::PoolTimeout => &UNAVAILABLE,
            Self::WorkerDied => &INTERNAL,
            Self::Query(error) => describe(error),
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        (self.code() == &UNAVAILABLE).then_some(Duration::from_secs(2))
    }
}
