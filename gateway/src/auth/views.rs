//! What callers see: never a row, never a hash.

use super::bodies::RoleName;
use chrono::{DateTime, NaiveDate, Utc};
use hostolink_auth::{
    Check, Door, IdentityLevel, Next, PinStanding, Profile, Proof, SessionSummary, SignedIn, TokenPair,
};
use hostolink_kernel::{ExposeSecret, Page, SessionId, UserPublicId};
use serde::Serialize;
use utoipa::ToSchema;

/// The next step of signing in.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum NextView {
    /// Ask for the password: `verify-pin`.
    Password,
    /// Ask for a code: `generate-otp`, then `verify-otp`.
    Otp,
    /// `register-user`.
    Register,
    /// `define-password`.
    DefinePassword,
    /// Ask for the code of the authenticator app: `verify-totp`.
    Totp,
    /// `reset-password`.
    ResetPassword,
    /// Nothing.
    Done,
}

impl From<Next> for NextView {
    fn from(next: Next) -> Self {
        match next {
            Next::Password => Self::Password,
            Next::Otp => Self::Otp,
            Next::Register => Self::Register,
            Next::DefinePassword => Self::DefinePassword,
            Next::Done => Self::Done,
        }
    }
}

/// Whether somebody is known, and how to go on.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct CheckView {
    /// Somebody owns this identifier. An account that nobody has proven reads as none.
    exists: bool,
    /// They have a password.
    password_set: bool,
    /// The next step.
    next: NextView,
}

impl From<Check> for CheckView {
    fn from(check: Check) -> Self {
        Self { exists: check.exists, password_set: check.password_set, next: check.next.into() }
    }
}

/// The answer to a step of registering.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct StepView {
    /// The next step.
    pub(super) next: NextView,
    /// Shows later that it was the same person. Optional to keep; also set as a cookie.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) attempt_token: Option<String>,
}

/// A code is on its way, if the identifier is known.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct CodeView {
    /// The next step.
    pub(super) next: NextView,
    /// How long a code is good for, in seconds.
    #[schema(example = 600)]
    pub(super) expires_in: u64,
}

/// A step of setting a forgotten password anew.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ResetView {
    /// The next step.
    pub(super) next: NextView,
    /// How long the link or the code is good for, in seconds.
    #[schema(example = 3600)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) expires_in: Option<u64>,
}

/// A new pair of tokens.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct TokensView {
    /// Sent with every request: `Authorization: Bearer …`.
    access_token: String,
    /// Good for one new pair.
    refresh_token: String,
    /// How long the access token lasts, in seconds.
    #[schema(example = 900)]
    expires_in: u64,
}

impl From<TokenPair> for TokensView {
    fn from(pair: TokenPair) -> Self {
        Self {
            access_token: pair.access.expose_secret().to_owned(),
            refresh_token: pair.refresh.expose_secret().to_owned(),
            expires_in: pair.expires_in.as_secs(),
        }
    }
}

/// Somebody has signed in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SignedInView {
    #[serde(flatten)]
    tokens: TokensView,
    /// Who.
    user: UserView,
    /// What to ask for next, where the account has no password.
    next: NextView,
    /// A password had been set before this first proof, perhaps by somebody else, and was dropped.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    password_dropped: bool,
}

impl From<SignedIn> for SignedInView {
    fn from(signed_in: SignedIn) -> Self {
        Self {
            next: if signed_in.profile.password_set { NextView::Done } else { NextView::DefinePassword },
            tokens: signed_in.tokens.into(),
            user: signed_in.profile.into(),
            password_dropped: signed_in.password_dropped,
        }
    }
}

/// Somebody, as they and administrators see them.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct UserView {
    /// The id.
    #[schema(value_type = String, format = Uuid)]
    id: UserPublicId,
    /// The given name.
    first_name: Option<String>,
    /// The family name.
    last_name: Option<String>,
    /// The e-mail address.
    #[schema(example = "testemail@gmail.com")]
    email: Option<String>,
    /// The phone number.
    #[schema(example = "+2250708091011")]
    phone: Option<String>,
    /// Whether the address was proven.
    email_proven: bool,
    /// Whether the number was proven.
    phone_proven: bool,
    /// The country: its ISO 3166-1 alpha-2 code, or what an older program kept.
    country: Option<String>,
    /// The picture's address.
    photo: Option<String>,
    /// Whether there is a password.
    password_set: bool,
    /// The role.
    role: RoleName,
    /// Whether two reviewers have seen a valid identity document.
    identity_verified: bool,
    /// Whether the account is blocked.
    blocked: bool,
    /// When the account was made.
    created_at: Option<DateTime<Utc>>,
}

impl From<Profile> for UserView {
    fn from(profile: Profile) -> Self {
        Self {
            id: profile.public_id,
            first_name: profile.first_name,
            last_name: profile.last_name,
            email: profile.email,
            phone: profile.phone,
            email_proven: profile.email_proven,
            phone_proven: profile.phone_proven,
            country: profile.country,
            photo: profile.photo,
            password_set: profile.password_set,
            role: profile.role.into(),
            identity_verified: profile.identity >= IdentityLevel::Verified,
            blocked: profile.blocked,
            created_at: profile.created_at,
        }
    }
}

/// Somebody, as they see themselves.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ProfileView {
    #[serde(flatten)]
    user: UserView,
    /// The postal address.
    address: Option<String>,
    /// What the person does for a living.
    profession: Option<String>,
    /// The day of birth.
    #[schema(value_type = Option<String>, format = Date)]
    birth_date: Option<NaiveDate>,
    /// In which language messages are to be: `fr` or `en`.
    language: Option<String>,
    /// When the account is erased, where its owner asked for that.
    deletion_due_at: Option<DateTime<Utc>>,
}

impl From<Profile> for ProfileView {
    fn from(mut profile: Profile) -> Self {
        Self {
            address: profile.address.take(),
            profession: profile.profession.take(),
            birth_date: profile.birth_date,
            language: profile.language.take(),
            deletion_due_at: profile.deletion_due,
            user: profile.into(),
        }
    }
}

/// A page of people, the newest first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct UserPage {
    /// The people.
    items: Vec<UserView>,
    /// Where the next page starts; `null` on the last.
    next_cursor: Option<String>,
}

impl From<Page<Profile>> for UserPage {
    fn from(page: Page<Profile>) -> Self {
        Self {
            items: page.items.into_iter().map(UserView::from).collect(),
            next_cursor: page.next.map(|cursor| cursor.as_str().to_owned()),
        }
    }
}

/// What there is of a PIN on this device.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PinView {
    /// There is one.
    defined: bool,
    /// It was wrong five times: only a new one-time code helps.
    locked: bool,
    /// It was shown a moment ago: larger sums move.
    shown: bool,
}

impl From<PinStanding> for PinView {
    fn from(standing: PinStanding) -> Self {
        Self { defined: standing.defined, locked: standing.locked, shown: standing.shown }
    }
}

/// What a right PIN opens.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct StepUpView {
    /// For how long larger sums move in this session, in seconds.
    #[schema(example = 300)]
    pub(super) expires_in: u64,
}

/// A live session of the caller's.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SessionView {
    /// The id.
    #[schema(value_type = String, format = Uuid)]
    id: SessionId,
    /// What its owner calls the device.
    name: Option<String>,
    /// `android`, `ios`, `web`…, or what the `User-Agent` named.
    #[schema(example = "Chrome, Android")]
    platform: Option<String>,
    /// Through which door it was opened: `api`, `ego`, `nest`.
    #[schema(value_type = String, example = "api")]
    door: Door,
    /// How it was proven: `otp` or `password`.
    #[schema(value_type = String, example = "otp")]
    proof: Proof,
    /// When it was opened.
    created_at: DateTime<Utc>,
    /// When it was last refreshed.
    last_seen_at: DateTime<Utc>,
    /// It is the one asked in.
    current: bool,
}

impl SessionView {
    pub(super) fn new(session: SessionSummary, current: SessionId) -> Self {
        Self {
            id: session.id,
            name: session.name,
            platform: session.platform,
            door: session.door,
            proof: session.proof,
            created_at: session.created_at,
            last_seen_at: session.last_seen_at,
            current: session.id == current,
        }
    }
}

/// A page of sessions, the newest first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SessionPage {
    /// The sessions.
    items: Vec<SessionView>,
    /// Where the next page starts; `null` on the last.
    next_cursor: Option<String>,
}

impl SessionPage {
    pub(super) fn new(page: Page<SessionSummary>, current: SessionId) -> Self {
        let view = |session| SessionView::new(session, current);
        Self {
            items: page.items.into_iter().map(view).collect(),
            next_cursor: page.next.map(|cursor| cursor.as_str().to_owned()),
        }
    }
}

/// The public keys of access tokens (RFC 7517).
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct KeySetView {
    /// The keys; the first signs.
    #[schema(value_type = Vec<Object>)]
    pub(super) keys: serde_json::Value,
}
