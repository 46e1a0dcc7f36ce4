use crate::otp::RightCode;
use chrono::Duration;
use hostolink_kernel::{Identifier, Secret, SessionId, UserId};

/// How long a mailed token is good for.
pub(crate) const LIFE: Duration = Duration::hours(1);

/// What to bring to whoever forgot their password. Never log it.
#[derive(Debug, Clone)]
pub struct ResetDelivery {
    /// The proven identifier that was named: it alone gets the token.
    pub recipient: Identifier,
    /// For a mailbox 256 random bits, to be put into a link; for a phone six digits, to be typed.
    pub token: Secret,
    /// How long it is good for.
    pub expires_in: std::time::Duration,
}

/// The answer to a forgotten password: the same for everybody, but that a stranger's holds nothing to deliver.
#[derive(Debug, Clone)]
pub struct ResetRequested {
    /// What to send, if anything.
    pub delivery: Option<ResetDelivery>,
    /// How long what is sent to such an identifier is good for.
    pub expires_in: std::time::Duration,
}

/// A reset whose token or code was judged and whose new password is still to be hashed.
pub struct PendingReset {
    pub(super) user: UserId,
    /// Under which key the identifier that it was sent to is known.
    pub(super) recipient: [u8; 32],
    pub(super) shown: Shown,
}

/// What was shown; it is used up in the transaction that sets the password.
pub(super) enum Shown {
    /// A mailed token, by its hash.
    Token([u8; 32]),
    /// A code.
    Code(RightCode),
}

impl std::fmt::Debug for PendingReset {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PendingReset(…)")
    }
}

/// A password was set anew.
#[derive(Debug, Clone)]
pub struct PasswordReset {
    /// The sessions that this ended: all of theirs.
    pub ended: Vec<SessionId>,
    /// Every proven identifier of theirs: the owner is told, wherever the wish came from.
    pub tell: Vec<Identifier>,
}
