//! What callers of this door are answered. The contract prints no answers: these are ours, the same in every call.

use crate::error::ApiResult;
use hostolink_auth::{Error, Profile, SignedIn};
use hostolink_kernel::{ExposeSecret, UserPublicId};
use serde::Serialize;
use utoipa::ToSchema;

/// Something was done, or is under way.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct MessageAnswer {
    /// The HTTP status again.
    #[schema(example = 201)]
    pub(super) status_code: u16,
    /// What to show.
    #[schema(example = "Ouvrez le lien reçu par e-mail pour confirmer votre compte.")]
    pub(super) message: &'static str,
    /// A password had been set before this first proof, perhaps by somebody else, and was dropped: choose one with
    /// `forgot_password`. Not there otherwise.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) password_dropped: bool,
}

impl MessageAnswer {
    pub(super) const fn new(status_code: u16, message: &'static str) -> Self {
        Self { status_code, message, password_dropped: false }
    }
}

/// Signed in, or on the way there.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(super) enum LoginAnswer {
    /// There is a session.
    SignedIn(TokensView),
    /// The account has a second factor: it comes next.
    SecondFactor(ChallengeView),
}

/// Somebody has signed in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = GatewayTokens)]
#[serde(rename_all = "camelCase")]
pub(super) struct TokensView {
    /// Sent with every request: `Authorization: Bearer …`.
    access_token: String,
    /// Good for one new pair, at `POST /api/refresh-token`.
    refresh_token: String,
    /// How long the access token lasts, in seconds.
    #[schema(example = 900)]
    expires_in: u64,
    /// Who.
    user: PersonView,
}

/// A sign-in that waits for its second factor: `POST /api/verify-totp`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = GatewayChallenge)]
#[serde(rename_all = "camelCase")]
pub(super) struct ChallengeView {
    /// `totp`.
    #[schema(example = "totp")]
    next: &'static str,
    /// Shown with the code; good for one sign-in.
    challenge: String,
    /// How long it waits, in seconds.
    #[schema(example = 300)]
    expires_in: u64,
}

/// Who signed in.
#[derive(Debug, Serialize, ToSchema)]
struct PersonView {
    /// The id.
    #[schema(value_type = String, format = Uuid)]
    id: UserPublicId,
    /// The family name.
    nom: Option<String>,
    /// The given name.
    prenom: Option<String>,
    /// The e-mail address.
    #[schema(example = "testemail@gmail.com")]
    email: Option<String>,
    /// The role.
    #[schema(example = "user")]
    role: &'static str,
}

impl From<Profile> for PersonView {
    fn from(profile: Profile) -> Self {
        Self {
            id: profile.public_id,
            nom: profile.last_name,
            prenom: profile.first_name,
            email: profile.email,
            role: profile.role.as_str(),
        }
    }
}

impl LoginAnswer {
    /// Where a second factor is on, asking for it is no refusal.
    pub(super) fn new(entered: Result<SignedIn, Error>) -> ApiResult<Self> {
        match entered {
            Err(Error::SecondFactorRequired(challenge)) => Ok(Self::SecondFactor(ChallengeView {
                next: "totp",
                challenge: challenge.token.expose_secret().to_owned(),
                expires_in: challenge.expires_in.as_secs(),
            })),
            entered => Ok(Self::SignedIn(entered?.into())),
        }
    }
}

impl From<SignedIn> for TokensView {
    fn from(signed_in: SignedIn) -> Self {
        Self {
            access_token: signed_in.tokens.access.expose_secret().to_owned(),
            refresh_token: signed_in.tokens.refresh.expose_secret().to_owned(),
            expires_in: signed_in.tokens.expires_in.as_secs(),
            user: signed_in.profile.into(),
        }
    }
}
