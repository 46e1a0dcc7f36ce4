//! What callers send and see of the second factor.

use super::{
    notices::tell_of_new_device,
    views::{NextView, SignedInView},
};
use crate::{
    error::{ApiError, ApiResult, INVALID_FIELD},
    state::State,
};
use hostolink_auth::{Challenge, Enrolment, Factor, SignedIn};
use hostolink_kernel::{ExposeSecret, Secret};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A code of an authenticator app.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct TotpCodeBody {
    /// The six digits that the app shows.
    #[schema(value_type = String, example = "287082")]
    pub(super) code: Secret,
}

/// The second factor: either `code` or `recoveryCode`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct FactorBody {
    /// The six digits that the authenticator app shows.
    #[schema(value_type = Option<String>, example = "287082")]
    code: Option<Secret>,
    /// One of the recovery codes.
    #[schema(value_type = Option<String>, example = "ABCDE-FGHIJ-KLMNO-PQRST-UVWXY")]
    recovery_code: Option<Secret>,
}

impl FactorBody {
    /// The one that is there.
    pub(super) fn read(self) -> ApiResult<Factor> {
        match (self.code, self.recovery_code) {
            (Some(code), None) => Ok(Factor::Totp(code)),
            (None, Some(code)) => Ok(Factor::RecoveryCode(code)),
            _ => Err(ApiError::field("code", &INVALID_FIELD)),
        }
    }
}

/// The second factor of a sign-in that waits for it.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct VerifyTotpBody {
    /// What the first step answered.
    #[schema(value_type = String)]
    challenge: Secret,
    #[serde(flatten)]
    factor: FactorBody,
}

impl VerifyTotpBody {
    /// The challenge, and what is shown for it.
    pub(super) fn read(self) -> ApiResult<(Secret, Factor)> {
        Ok((self.challenge, self.factor.read()?))
    }
}

/// Signed in, or on the way there.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(super) enum SignInView {
    /// There is a session.
    SignedIn(Box<SignedInView>),
    /// The account has a second factor: it comes next.
    SecondFactor(ChallengeView),
}

impl SignInView {
    /// Where a second factor is on, asking for it is no refusal. A new device is told of.
    pub(super) fn new(state: &State, entered: Result<SignedIn, hostolink_auth::Error>) -> ApiResult<Self> {
        if let Err(hostolink_auth::Error::SecondFactorRequired(challenge)) = entered {
            return Ok(Self::SecondFactor(challenge.into()));
        }
        let signed_in = entered?;
        tell_of_new_device(state, &signed_in);
        Ok(Self::SignedIn(Box::new(signed_in.into())))
    }
}

/// A sign-in that waits for its second factor: `verify-totp`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ChallengeView {
    /// `totp`.
    next: NextView,
    /// Shown with the code; good for one sign-in.
    challenge: String,
    /// How long it waits, in seconds.
    #[schema(example = 300)]
    expires_in: u64,
}

impl From<Challenge> for ChallengeView {
    fn from(challenge: Challenge) -> Self {
        Self {
            next: NextView::Totp,
            challenge: challenge.token.expose_secret().to_owned(),
            expires_in: challenge.expires_in.as_secs(),
        }
    }
}

/// Whether signing in asks for an authenticator app.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct TotpView {
    /// It does.
    pub(super) enabled: bool,
    /// How many recovery codes are left.
    #[schema(example = 10)]
    pub(super) recovery_codes_left: i64,
}

/// What an authenticator app is set up with. Shown once.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct EnrolmentView {
    /// For typing, base32.
    #[schema(example = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")]
    secret: String,
    /// For a QR code.
    #[schema(
        example = "otpauth://totp/Hostolink:awa%40example.ci?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Hostolink"
    )]
    uri: String,
}

impl From<Enrolment> for EnrolmentView {
    fn from(enrolment: Enrolment) -> Self {
        Self {
            secret: enrolment.secret.expose_secret().to_owned(),
            uri: enrolment.uri.expose_secret().to_owned(),
        }
    }
}

/// Codes that replace a lost authenticator, each good once. Shown once.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct RecoveryCodesView {
    /// The codes.
    #[schema(example = json!(["ABCDE-FGHIJ-KLMNO-PQRST-UVWXY"]))]
    recovery_codes: Vec<String>,
}

impl From<Vec<Secret>> for RecoveryCodesView {
    fn from(codes: Vec<Secret>) -> Self {
        Self { recovery_codes: codes.iter().map(|code| code.expose_secret().to_owned()).collect() }
    }
}
