use super::store;
use crate::{Channel, Error, Notifications};
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use hostolink_kernel::{Cursor, Limit, Page, UserId};
use uuid::Uuid;

/// The list's name in its cursors.
const LIST: &str = "notifications.failed";

/// Why something did not arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The provider will never take it, or the application is gone.
    Refused,
    /// It was tried too often.
    Abandoned,
    /// It may have left, and was not sent twice.
    Unknown,
}

impl Failure {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Refused, Self::Abandoned, Self::Unknown];

    /// As `envoi_notification.statut` has it.
    pub(crate) const fn state(self) -> &'static str {
        match self {
            Self::Refused => "refuse",
            Self::Abandoned => "abandonne",
            Self::Unknown => "inconnu",
        }
    }

    pub(super) fn of(state: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|failure| failure.state() == state)
    }
}

/// Something that was not delivered: to whom and why, not what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undelivered {
    /// Its place in the list.
    pub key: i64,
    /// What it was to tell.
    pub notification: Uuid,
    /// Its kind's code.
    pub kind_code: String,
    /// Whose it is.
    pub owner: UserId,
    /// By which way.
    pub channel: Channel,
    /// Why it did not arrive.
    pub failure: Failure,
    /// How often it was tried.
    pub tries: i32,
    /// The provider's last status, where it gave one.
    pub code: Option<i32>,
    /// When it was first to leave.
    pub created_at: DateTime<Utc>,
    /// When it was given up.
    pub ended_at: Option<DateTime<Utc>>,
}

impl Notifications {
    /// What was not delivered, the latest first, in one query: all of it, or what one channel or one reason has of it.
    ///
    /// # Errors
    /// [`Error::Cursor`]; those of the database.
    pub fn undelivered(
        &self,
        conn: &mut PgConnection,
        (channel, failure): (Option<Channel>, Option<Failure>),
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Undelivered>, Error> {
        let before = after.map(|cursor| cursor.keyset::<i64>(LIST)).transpose()?;
        let rows = store::undelivered(conn, (channel, failure), before, limit.probe())?;
        Ok(Page::from_probe(rows, limit, LIST, |row: &Undelivered| row.key))
    }
}
