//! What EGO's clients send. What is not named here is ignored: nobody gives themselves a role, an id or a verification.

use crate::error::{ApiError, ApiResult, INVALID_FIELD};
use hostolink_kernel::Secret;
use serde::Deserialize;
use utoipa::ToSchema;

/// A registration, all in one body. A `role` in it is ignored.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = EgoRegisterBody)]
pub(super) struct RegisterBody {
    /// The given name.
    #[schema(example = "Awa")]
    pub(super) firstname: String,
    /// The family name.
    #[schema(example = "Koné")]
    pub(super) lastname: String,
    /// The e-mail address, which the account is known by.
    #[schema(example = "testemail@gmail.com")]
    pub(super) email: String,
    /// A number to reach the person at, of any country. It is kept as it is, and proves nothing.
    #[schema(example = "0022892152900")]
    pub(super) phone_number: Option<String>,
    /// 8 to 128 characters, not a common one.
    #[schema(value_type = String, example = "MonMotDePasse123", min_length = 8, max_length = 128)]
    pub(super) password: Secret,
}

/// A code to verify.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = EgoVerifyOtpBody)]
pub(super) struct VerifyOtpBody {
    /// The e-mail address.
    #[schema(example = "testemail@gmail.com")]
    pub(super) email: String,
    /// The six digits that were sent.
    #[schema(value_type = String, example = "123456")]
    pub(super) otp: Secret,
}

/// A code to verify in one's own session.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = EgoAdminOtpBody)]
pub(super) struct AdminOtpBody {
    /// The six digits that were sent.
    #[schema(value_type = String, example = "123456")]
    pub(super) otp: Secret,
}

/// Who somebody is.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = EgoEmailBody)]
pub(super) struct EmailBody {
    /// The e-mail address.
    #[schema(example = "testemail@gmail.com")]
    pub(super) email: String,
}

/// Signing in.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = EgoLoginBody)]
pub(super) struct LoginBody {
    /// The e-mail address.
    #[schema(example = "testemail@gmail.com")]
    pub(super) email: String,
    /// The password.
    #[schema(value_type = String, example = "MonMotDePasse123")]
    pub(super) password: Secret,
}

/// A refresh token.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = EgoRefreshBody)]
pub(super) struct RefreshBody {
    /// The one that came last. Each works once.
    #[schema(value_type = String)]
    pub(super) refresh_token: Secret,
}

/// A new password for one that was forgotten.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = EgoResetPasswordBody)]
pub(super) struct ResetPasswordBody {
    /// The token that was mailed.
    #[schema(value_type = String)]
    pub(super) token: Secret,
    /// 8 to 128 characters, not a common one.
    #[schema(value_type = Option<String>, example = "UnAutreMotDePasse456", min_length = 8, max_length = 128)]
    new_password: Option<Secret>,
    /// The same as an older document wrote it.
    #[schema(value_type = Option<String>)]
    new_passeord: Option<Secret>,
}

impl ResetPasswordBody {
    /// The token, and the new password under whichever name it came.
    pub(super) fn read(self) -> ApiResult<(Secret, Secret)> {
        let password = self.new_password.or(self.new_passeord);
        Ok((self.token, password.ok_or_else(|| ApiError::field("newPassword", &INVALID_FIELD))?))
    }
}

/// What somebody changes of their own profile: what is left out stays, `null` or an empty text empties it. The e-mail
/// address, the role and whatever says that something was verified can't be written here.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = EgoUpdateBody)]
pub(super) struct UpdateBody {
    /// The given name.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 80)]
    pub(super) firstname: Option<Option<String>>,
    /// The family name.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 80)]
    pub(super) lastname: Option<Option<String>>,
    /// A number to reach the person at, of any country. It proves nothing.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 32)]
    pub(super) phone_number: Option<Option<String>>,
    /// The postal address.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 200)]
    pub(super) address: Option<Option<String>>,
    /// What the person does for a living.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 80)]
    pub(super) profession: Option<Option<String>>,
    /// The day of birth, `YYYY-MM-DD`.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, format = Date)]
    pub(super) birth: Option<Option<String>>,
}

/// Tells `null` from a field that is not there.
fn given<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// Somebody to make an account for. They choose their password themselves: none can be sent here.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = EgoCreateBody)]
pub(super) struct CreateBody {
    /// The given name.
    #[schema(example = "Awa")]
    pub(super) firstname: String,
    /// The family name.
    #[schema(example = "Koné")]
    pub(super) lastname: String,
    /// The e-mail address, which the account is known by. The person is invited there.
    #[schema(example = "testemail@gmail.com")]
    pub(super) email: String,
    /// A number to reach the person at, of any country.
    #[schema(example = "0022892152900")]
    pub(super) phone_number: Option<String>,
}
