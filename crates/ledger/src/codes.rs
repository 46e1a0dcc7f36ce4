use crate::Refusal;
use hostolink_kernel::{ErrorCode, Kind};

/// What [`Reply::KeyReused`](crate::Reply::KeyReused) means to callers.
pub const KEY_REUSED: ErrorCode = ErrorCode::new(
    "ledger.key_reused",
    Kind::Unprocessable,
    "Cette clé d’idempotence a déjà servi pour une autre opération. Utilisez une nouvelle clé.",
    "This idempotency key was already used for another operation. Use a new key.",
);
pub(crate) const BUSY: ErrorCode = ErrorCode::new(
    "ledger.busy",
    Kind::Unavailable,
    "Trop d’opérations sont en cours. Réessayez dans quelques secondes avec la même clé.",
    "Too many operations are under way. Try again in a few seconds with the same key.",
);
pub(crate) const NO_SUCH_ACCOUNT: ErrorCode = ErrorCode::new(
    "ledger.no_such_account",
    Kind::NotFound,
    "Ce compte n’existe pas. Vérifiez son numéro.",
    "There is no such account. Check its number.",
);
pub(crate) const NOT_CLOSABLE: ErrorCode = ErrorCode::new(
    "ledger.not_closable",
    Kind::Conflict,
    "Seul un compte vide peut être fermé, et il le reste. Videz-le d’abord.",
    "Only an empty account can be closed, and it stays closed. Empty it first.",
);
pub(crate) const CURSOR: ErrorCode = ErrorCode::new(
    "ledger.invalid_cursor",
    Kind::Invalid,
    "Ce curseur n’est pas valable. Reprenez la liste depuis le début.",
    "This cursor is not valid. Start the list again.",
);
pub(crate) const CORRUPT: ErrorCode = ErrorCode::new(
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
