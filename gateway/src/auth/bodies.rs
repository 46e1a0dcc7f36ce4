//! What callers send. Fields that are not named here are ignored: nobody gives themselves a role.

use super::reset::Shown;
use crate::{
    error::{ApiError, ApiResult, INVALID_FIELD},
    extract::DeviceBody,
};
use hostolink_auth::{Password, Role};
use hostolink_kernel::Secret;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// Who somebody is.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct IdentifierBody {
    /// A phone number in any usual spelling, or an e-mail address.
    #[schema(example = "testemail@gmail.com")]
    pub(super) identifier: String,
}

/// A password to set.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct DefinePasswordBody {
    /// A phone number or an e-mail address.
    #[schema(example = "testemail@gmail.com")]
    pub(super) identifier: String,
    /// 8 to 128 characters, not a common one.
    #[schema(value_type = String, example = "MonMotDePasse123", min_length = 8, max_length = 128)]
    pub(super) password: Secret,
    /// The same, typed again. Where it is sent it must be the same.
    #[schema(value_type = Option<String>, example = "MonMotDePasse123")]
    pub(super) confirm_password: Option<Secret>,
    /// What `register-user` answered. May be left out.
    #[schema(value_type = Option<String>)]
    pub(super) attempt_token: Option<Secret>,
}

/// A code to verify.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct VerifyOtpBody {
    /// A phone number or an e-mail address.
    #[schema(example = "testemail@gmail.com")]
    pub(super) identifier: String,
    /// The six digits that were sent.
    #[schema(value_type = String, example = "123456")]
    pub(super) otp_code: Secret,
    /// What `register-user` or `define-password` answered. May be left out.
    #[schema(value_type = Option<String>)]
    pub(super) attempt_token: Option<Secret>,
    /// On which device. May be left out.
    pub(super) device: Option<DeviceBody>,
}

/// A password to verify, under any of its three names.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct VerifyPinBody {
    /// A phone number or an e-mail address.
    #[schema(example = "testemail@gmail.com")]
    pub(super) identifier: String,
    /// The password.
    #[schema(value_type = Option<String>, example = "MonMotDePasse123")]
    password: Option<Secret>,
    /// An older name of the same.
    #[schema(value_type = Option<String>)]
    pin: Option<Secret>,
    /// Another older name of the same.
    #[schema(value_type = Option<String>)]
    otp_code: Option<Secret>,
    /// On which device. May be left out.
    device: Option<DeviceBody>,
}

impl VerifyPinBody {
    /// The identifier, the password under whichever name it came, and the device.
    pub(super) fn read(self) -> ApiResult<(String, Secret, Option<DeviceBody>)> {
        let password = self.password.or(self.pin).or(self.otp_code);
        let password = password.ok_or_else(|| ApiError::field("password", &INVALID_FIELD))?;
        Ok((self.identifier, password, self.device))
    }
}

/// A new password in the place of a forgotten one, with the token of the mail, or with the identifier and the code of the SMS.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ResetPasswordBody {
    /// What the mail brought.
    #[schema(value_type = Option<String>)]
    token: Option<Secret>,
    /// To which phone number the code was sent.
    #[schema(example = "07 08 09 10 11")]
    identifier: Option<String>,
    /// The six digits that were sent.
    #[schema(value_type = Option<String>, example = "123456")]
    otp_code: Option<Secret>,
    /// 8 to 128 characters, not a common one.
    #[schema(value_type = String, example = "MonMotDePasse123", min_length = 8, max_length = 128)]
    password: Secret,
    /// The same, typed again. Where it is sent it must be the same.
    #[schema(value_type = Option<String>, example = "MonMotDePasse123")]
    confirm_password: Option<Secret>,
}

impl ResetPasswordBody {
    /// What is shown, and a password that may be set: one that may not uses nothing up.
    pub(super) fn read(self) -> ApiResult<(Shown, Password)> {
        let shown = match (self.token, self.identifier, self.otp_code) {
            (Some(token), _, None) => Shown::Token(token),
            (None, Some(identifier), Some(code)) => Shown::Code { identifier, code },
            (None, None, Some(_)) => return Err(ApiError::field("identifier", &INVALID_FIELD)),
            _ => return Err(ApiError::field("token", &INVALID_FIELD)),
        };
        Ok((shown, Password::parse_twice(&self.password, self.confirm_password.as_ref())?))
    }
}

/// A refresh token.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct RefreshBody {
    /// The one that came last. Each works once.
    #[schema(value_type = String)]
    pub(super) refresh_token: Secret,
}

/// A PIN to set.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct PinBody {
    /// Four to six digits, no sequence, no repetition, no date.
    #[schema(value_type = String, example = "7391", min_length = 4, max_length = 6)]
    pub(super) pin: Secret,
    /// The same, typed again. Where it is sent it must be the same.
    #[schema(value_type = Option<String>, example = "7391")]
    pub(super) confirm_pin: Option<Secret>,
}

/// A PIN to show.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct ShownPinBody {
    /// The PIN of this device.
    #[schema(value_type = String, example = "7391")]
    pub(super) pin: Secret,
}

/// Which sessions to end.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct EndingQuery {
    /// All but the one asked in, or that one too.
    pub(super) which: EndingName,
}

/// Which sessions to end.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum EndingName {
    /// All but the one asked in.
    Others,
    /// All.
    All,
}

/// A role to give.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct RoleBody {
    /// The role.
    pub(super) role: RoleName,
}

/// The roles, the lowest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, serde::Serialize, ToSchema)]
#[serde(rename_all = "lowercase", try_from = "String")]
pub(super) enum RoleName {
    /// Everybody.
    User,
    /// Is paid for goods and services.
    Merchant,
    /// Looks after a pharmacy of the directory.
    Pharmacist,
    /// Takes cash and gives money from a prefunded float.
    Agent,
    /// Keeps order among people.
    Moderator,
    /// Looks after people.
    Admin,
    /// Everything.
    Superadmin,
}

impl TryFrom<String> for RoleName {
    type Error = &'static str;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        Role::parse(&name).map(Self::from).ok_or("no role has this name")
    }
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::User => Self::User,
            RoleName::Merchant => Self::Merchant,
            RoleName::Pharmacist => Self::Pharmacist,
            RoleName::Agent => Self::Agent,
            RoleName::Moderator => Self::Moderator,
            RoleName::Admin => Self::Admin,
            RoleName::Superadmin => Self::Superadmin,
        }
    }
}

impl From<Role> for RoleName {
    fn from(role: Role) -> Self {
        match role {
            Role::User => Self::User,
            Role::Merchant => Self::Merchant,
            Role::Pharmacist => Self::Pharmacist,
            Role::Agent => Self::Agent,
            Role::Moderator => Self::Moderator,
            Role::Admin => Self::Admin,
            Role::Superadmin => Self::Superadmin,
        }
    }
}

/// Which people.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SearchQuery {
    /// The beginning of a name, an e-mail address or a phone number.
    #[param(max_length = 100)]
    pub(super) search: Option<String>,
}
