use chrono::{DateTime, Utc};

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
}
