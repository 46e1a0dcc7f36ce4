use super::{Device, Door};
use crate::{Permissions, Profile, Role};
use chrono::{DateTime, Duration, Utc};
use diesel::{
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    pg::{Pg, PgValue},
    serialize::{self, Output, ToSql},
    sql_types::Text,
};
use hostolink_kernel::{Secret, SessionId, UserId, UserPublicId};
use serde::{Deserialize, Serialize};

/// How long a one-time code counts as shown a moment ago, for what takes more than having the phone in hand.
pub(crate) const RECENT: Duration = Duration::minutes(10);
/// How long a session lasts at most.
pub(crate) const LIFETIME: Duration = Duration::days(365);
/// How long after its use a refresh token is taken once more, because its reply may have been lost.
pub(crate) const LOST_REPLY: Duration = Duration::seconds(60);

/// How a session was proven. Money moves only on one proven by a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, AsExpression, FromSqlRow)]
#[serde(rename_all = "lowercase")]
#[diesel(sql_type = Text)]
pub enum Proof {
    /// A one-time code: the phone or mailbox is in this person's hands, and this refresh family is their device.
    Otp,
    /// The password.
    Password,
}

impl FromSql<Text, Pg> for Proof {
    fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
        match <String as FromSql<Text, Pg>>::from_sql(bytes)?.as_str() {
            "otp" => Ok(Self::Otp),
            "mot_de_passe" => Ok(Self::Password),
            other => Err(format!("unknown proof {other}").into()),
        }
    }
}

impl ToSql<Text, Pg> for Proof {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let text = match self {
            Self::Otp => "otp",
            Self::Password => "mot_de_passe",
        };
        <str as ToSql<Text, Pg>>::to_sql(text, out)
    }
}

/// A session as it stands in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Whose it is.
    pub user: UserId,
    /// The same for callers.
    pub user_public_id: UserPublicId,
    /// The person's role now.
    pub role: Role,
    /// What that role may now.
    pub permissions: Permissions,
    /// How it was proven.
    pub proof: Proof,
    /// Through which door it was opened.
    pub door: Door,
    /// When it was opened: when that was proven.
    pub opened_at: DateTime<Utc>,
    /// Since when a code has proven this device for this person.
    pub device_since: DateTime<Utc>,
    /// It gives nothing any more: signed out, expired, taken back, or the account is blocked.
    pub ended: bool,
}

/// How a session is opened, for somebody whose proof was judged.
#[derive(Debug, Clone)]
pub(crate) struct Opening {
    /// What proved it.
    pub(crate) proof: Proof,
    /// Where they came in.
    pub(crate) door: Door,
    /// On which device, as far as it said.
    pub(crate) device: Option<Device>,
}

/// A live session as its owner sees it in a list.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionSummary {
    /// Its id.
    pub id: SessionId,
    /// What its owner calls the device.
    pub name: Option<String>,
    /// `android`, `ios`, `web`…, or what the `User-Agent` named.
    pub platform: Option<String>,
    /// Through which door it was opened.
    pub door: Door,
    /// How it was proven.
    pub proof: Proof,
    /// When it was opened.
    pub created_at: DateTime<Utc>,
    /// When it was last refreshed: a quarter of an hour old at most in a session that is used.
    pub last_seen_at: DateTime<Utc>,
}

impl std::fmt::Debug for SessionSummary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SessionSummary").field("id", &self.id).finish_non_exhaustive()
    }
}

/// What a verified access token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claims {
    /// The session (`sid`).
    pub session: SessionId,
    /// Whose (`sub`).
    pub user: UserPublicId,
    /// How it was proven.
    pub proof: Proof,
    /// When the token ends.
    pub expires_at: DateTime<Utc>,
}

/// What a client keeps.
#[derive(Debug, Clone)]
pub struct TokenPair {
    /// Sent with every request.
    pub access: Secret,
    /// Good for one new pair.
    pub refresh: Secret,
    /// How long the access token lasts.
    pub expires_in: std::time::Duration,
}

/// The answer to a sign-in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The session.
    pub session: SessionId,
    /// What the client keeps.
    pub tokens: TokenPair,
    /// Who signed in.
    pub profile: Profile,
    /// A password was set before this first proof, perhaps by somebody else, and was dropped: ask for a new one.
    pub password_dropped: bool,
    /// They had signed in before, and never from a device that calls itself so: worth telling them.
    pub new_device: bool,
}
