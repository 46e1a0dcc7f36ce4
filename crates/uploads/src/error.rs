use hostolink_database as database;
use hostolink_kernel::{DomainError, ErrorCode, Kind};
use std::time::Duration;

/// Why an upload is not taken, found or used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// One of the rules of uploads.
    #[error("{}", .0.code)]
    Rule(&'static ErrorCode),
    /// A row that this program can't read: it is of another version.
    #[error("the database holds an unknown kind of media: {0}")]
    UnknownNature(String),
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
    UNKNOWN = "media.unknown", NotFound, "Ce fichier n'existe pas, n'est pas terminé ou a déjà servi. Envoyez-le de nouveau.", "There is no such file, it is not finished or was used already. Upload it again.";
    TICKET_UNKNOWN = "media.ticket_unknown", NotFound, "Ce bon d'envoi n'existe pas, a déjà servi ou a expiré. Demandez-en un autre.", "There is no such upload ticket, or it was used or has expired. Ask for another.";
    IN_USE = "media.in_use", Conflict, "Ce fichier est publié. Supprimez ce qui le montre.", "This file is published. Delete what shows it.";
    TOO_MANY_TOGETHER = "media.too_many_together", Invalid, "Joignez au plus 10 fichiers, chacun une fois.", "Attach at most 10 files, each once.";
    TOO_MANY_TICKETS = "media.too_many_tickets", TooMany, "Trop d'envois sont en cours ou ont été faits aujourd'hui. Terminez-les, ou réessayez demain.", "Too many uploads are under way or were made today. Finish them, or try again tomorrow.";
    QUOTA_REACHED = "media.quota_reached", Unprocessable, "Votre espace est plein. Supprimez des publications ou des messages avec des fichiers.", "Your space is full. Delete publications or messages that have files.";
}

impl DomainError for Error {
    fn code(&self) -> &'static ErrorCode {
        match self {
            Self::Rule(code) => code,
            Self::UnknownNature(_) => database::describe(&diesel::result::Error::NotFound),
            Self::Database(error) => error.code(),
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Database(error) => error.retry_after(),
            Self::Rule(code) if code.code == TOO_MANY_TICKETS.code => Some(Duration::from_secs(600)),
            _ => None,
        }
    }
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error.into())
    }
}
