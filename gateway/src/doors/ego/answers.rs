//! What EGO's clients are answered: the documented bodies, field for field.

use crate::{auth::notices::tell_of_new_device, error::ApiResult, state::State};
use hostolink_auth::{Challenge, SignedIn, TokenPair};
use hostolink_kernel::ExposeSecret;
use serde::Serialize;
use utoipa::ToSchema;

/// Something was done, or is under way.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = EgoDoneAnswer)]
pub(super) struct DoneAnswer {
    /// `success`, or `pending` where the next step is the person's.
    #[schema(example = "success")]
    status: &'static str,
    /// What to show.
    message: &'static str,
    /// A password had been set before this first proof, perhaps by somebody else, and was dropped: ask for a new one
    /// with `request-reset-password`. Not there otherwise.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    password_dropped: bool,
}

impl DoneAnswer {
    pub(super) const fn success(message: &'static str) -> Self {
        Self { status: "success", message, password_dropped: false }
    }

    pub(super) const fn pending(message: &'static str) -> Self {
        Self { status: "pending", message, password_dropped: false }
    }

    pub(super) const fn password_dropped(mut self, dropped: bool) -> Self {
        self.password_dropped = dropped;
        self
    }
}

/// A new code was sent. This call alone answers without `status`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EgoSentAnswer)]
pub(super) struct SentAnswer {
    /// What to show.
    #[schema(example = "Nouvel OTP envoyé avec succès")]
    pub(super) message: &'static str,
}

/// What was asked for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EgoDataAnswer)]
pub(super) struct DataAnswer<T> {
    /// `success`.
    #[schema(example = "success")]
    status: &'static str,
    /// The thing itself.
    data: T,
}

impl<T> DataAnswer<T> {
    pub(super) const fn of(data: T) -> Self {
        Self { status: "success", data }
    }
}

/// A pair of tokens.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = EgoTokenView)]
pub(super) struct TokenView {
    /// Sent with every request: `Authorization: Bearer …`. Good for thirty minutes.
    access_token: String,
    /// Good for one new pair, within seven days.
    refresh_token: String,
}

impl From<TokenPair> for TokenView {
    fn from(pair: TokenPair) -> Self {
        Self {
            access_token: pair.access.expose_secret().to_owned(),
            refresh_token: pair.refresh.expose_secret().to_owned(),
        }
    }
}

/// A new pair of tokens.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EgoRefreshedView)]
pub(super) struct RefreshedView {
    /// The pair.
    pub(super) token: TokenView,
}

/// Who signed in, or what is still to be shown.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = EgoLoginAnswer)]
pub(super) enum LoginAnswer {
    /// Signed in.
    SignedIn(DataAnswer<LoginView>),
    /// A second factor is on.
    SecondFactor(ChallengeAnswer),
}

impl LoginAnswer {
    /// What signing in came to; a second factor that is due is no refusal.
    pub(super) fn of(state: &State, entered: Result<SignedIn, hostolink_auth::Error>) -> ApiResult<Self> {
        match entered {
            Ok(signed_in) => {
                tell_of_new_device(state, &signed_in);
                Ok(Self::SignedIn(DataAnswer::of(signed_in.into())))
            }
            Err(hostolink_auth::Error::SecondFactorRequired(challenge)) => {
                Ok(Self::SecondFactor(challenge.into()))
            }
            Err(refused) => Err(refused.into()),
        }
    }
}

/// The password is right, and the account asks for a code of its authenticator app as well: `POST /api/verify-totp` takes it
/// with this challenge. Accounts without one, such as those of the older client, never see this.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EgoChallengeAnswer)]
pub(super) struct ChallengeAnswer {
    /// `pending`.
    #[schema(example = "pending")]
    status: &'static str,
    /// What to show.
    message: &'static str,
    /// What to go on with.
    data: ChallengeView,
}

/// What to show the second factor with.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = EgoChallengeView)]
pub(super) struct ChallengeView {
    /// Sent to `POST /api/verify-totp` with the code.
    challenge: String,
    /// How long it is good for, in seconds.
    expires_in: u64,
}

impl From<Challenge> for ChallengeAnswer {
    fn from(challenge: Challenge) -> Self {
        Self {
            status: "pending",
            message: "Saisissez le code de votre application d'authentification.",
            data: ChallengeView {
                challenge: challenge.token.expose_secret().to_owned(),
                expires_in: challenge.expires_in.as_secs(),
            },
        }
    }
}

/// Who signed in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EgoLoginView)]
pub(super) struct LoginView {
    /// The given name.
    firstname: Option<String>,
    /// The family name.
    lastname: Option<String>,
    /// The e-mail address.
    email: Option<String>,
    /// The role, in lower case.
    #[schema(example = "user")]
    role: &'static str,
    /// The tokens.
    token: TokenView,
}

impl From<SignedIn> for LoginView {
    fn from(signed_in: SignedIn) -> Self {
        Self {
            firstname: signed_in.profile.first_name,
            lastname: signed_in.profile.last_name,
            email: signed_in.profile.email,
            role: signed_in.profile.role.as_str(),
            token: signed_in.tokens.into(),
        }
    }
}
