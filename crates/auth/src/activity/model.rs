use crate::{DocumentKind, State};
use chrono::{DateTime, NaiveDate, Utc};

/// How an account was used lately.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Activity {
    /// When a session was last opened. Sessions are kept for a month after their end.
    pub last_sign_in: Option<DateTime<Utc>>,
    /// When one was last opened or refreshed.
    pub last_seen: Option<DateTime<Utc>>,
    /// What the applications of the live sessions call their devices, in the order of these names.
    pub devices: Vec<String>,
    /// Passwords that were tried since the last right one.
    pub failed_passwords: i32,
    /// When the last of them was tried.
    pub last_failed_password: Option<DateTime<Utc>>,
    /// An authenticator app is asked for at every sign-in.
    pub second_factor: bool,
    /// How far the verification of the identity is, where it was begun.
    pub identity: Option<IdentityStanding>,
}

/// Where somebody's newest application to have their identity verified stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdentityStanding {
    /// How far it has come.
    pub state: State,
    /// Of which kind the document is, once it was submitted.
    pub document: Option<DocumentKind>,
    /// The last day on which the document is valid.
    pub expires: Option<NaiveDate>,
    /// When it was accepted or refused.
    pub decided_at: Option<DateTime<Utc>>,
}
