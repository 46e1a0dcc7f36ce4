use crate::Refusal;
use hostolink_database as database;
use hostolink_kernel::{DomainError, ErrorCode, InvalidCursor, Kind};
use std::time::Duration;

/// What keeps the ledger from answering. A refused order is no error: see [`Refusal`].
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

/// What [`Reply::KeyReused`](crate::Reply::KeyReused) means to callers.
pub const KEY_REUSED: ErrorCode = ErrorCode::new(
    "ledger.key_reused",
    Kind::Unprocessable,
    "Cette clé d’idempotence a déjà servi pour une autre opération. Utilisez une nouvelle clé.",
    "This idempotency key was already used for another operation. Use a new key.",
);
const BUSY: ErrorCode = ErrorCode::new(
    "ledger.busy",
    Kind::Unavailable,
    "Trop d’opérations sont en cours. Réessayez dans quelques secondes avec la même clé.",
    "Too many operations are under way. Try again in a few seconds with the same key.",
);
const NO_SUCH_ACCOUNT: ErrorCode = ErrorCode::new(
    "ledger.no_such_account",
    Kind::NotFound,
    "Ce compte n’existe pas. Vérifiez son numéro.",
    "There is no such account. Check its number.",
);
const NOT_CLOSABLE: ErrorCode = ErrorCode::new(
    "ledger.not_closable",
    Kind::Conflict,
    "Seul un compte vide peut être fermé, et il le reste. Videz-le d’abord.",
    "Only an empty account can be closed, and it stays closed. Empty it first.",
);
const CURSOR: ErrorCode = ErrorCode::new(
    "ledger.invalid_cursor",
    Kind::Invalid,
    "Ce curseur n’est pas valable. Reprenez la liste depuis le début.",
    "This cursor is not valid. Start the list again.",
);
const CORRUPT: ErrorCode = ErrorCode::new(
    "ledger.corrupt",
    Kind::Internal,
    "Une erreur est survenue de notre côté. Réessayez plus tard.",
    "Something went wrong on our side. Try again later.",
);

const OWN: [ErrorCode; 6] = [KEY_REUSED, BUSY, NO_SUCH_ACCOUNT, NOT_CLOSABLE, CURSOR, CORRUPT];

/// The codes of this crate: those of errors, then those of refusals.
pub const ERRORS: &[ErrorCode] = &{
    let mut all = [CORRUPT; OWN.len() + Refusal::ALL.len()];
    let mut index = 0;
    while index < all.len() {
        let code = if index < OWN.len() { &OWN[index] } else { Refusal::ALL[index - OWN.len()].code() };
        all[index] = ErrorCode::new(code.code, code.kind, code.fr, code.en);
        index += 1;
    }
    all
};

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
