//! What callers of this door send, plainly or in the envelope. The contract prints no bodies: these are the names that the
//! suite's pages and tables use, and no others. What is not named here is ignored: nobody gives themselves a role.

use crate::{
    auth::reset::Shown,
    error::{ApiError, ApiResult, INVALID_FIELD},
};
use hostolink_auth::{Error, Password, ProfileChange};
use hostolink_kernel::{EmailAddress, Secret};
use serde::Deserialize;
use utoipa::ToSchema;

/// Somebody new. A `role` is ignored.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct NewUserBody {
    /// The family name; also `lastname`, `lastName` or `name`.
    #[serde(alias = "lastname", alias = "lastName", alias = "name")]
    #[schema(example = "Koné", max_length = 80)]
    pub(super) nom: Option<String>,
    /// The given name; also `firstname` or `firstName`.
    #[serde(alias = "firstname", alias = "firstName")]
    #[schema(example = "Awa", max_length = 80)]
    pub(super) prenom: Option<String>,
    /// The e-mail address, which the account is known by.
    #[schema(example = "testemail@gmail.com")]
    pub(super) email: String,
    /// The password, 8 to 128 characters, not a common one; also `mdp` or `mot_de_passe`.
    #[serde(alias = "mdp", alias = "mot_de_passe")]
    #[schema(value_type = String, example = "MonMotDePasse123", min_length = 8, max_length = 128)]
    pub(super) password: Secret,
}

impl NewUserBody {
    /// Who, by which address, with which password.
    pub(super) fn read(self) -> ApiResult<(EmailAddress, ProfileChange, Password)> {
        let email = EmailAddress::parse(&self.email).map_err(|_| Error::InvalidIdentifier)?;
        let mut person = ProfileChange::default();
        person.first_name(self.prenom.as_deref())?;
        person.last_name(self.nom.as_deref())?;
        Ok((email, person, Password::parse(&self.password)?))
    }
}

/// Signing in.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct LoginBody {
    /// The e-mail address, or the phone number; also `identifier` or `telephone`.
    #[serde(alias = "identifier", alias = "telephone")]
    #[schema(example = "testemail@gmail.com")]
    pub(super) email: String,
    /// The password; also `mdp` or `mot_de_passe`.
    #[serde(alias = "mdp", alias = "mot_de_passe")]
    #[schema(value_type = String, example = "MonMotDePasse123")]
    pub(super) password: Secret,
}

/// Who somebody is.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct EmailBody {
    /// The e-mail address, or the phone number; also `identifier` or `telephone`.
    #[serde(alias = "identifier", alias = "telephone")]
    #[schema(example = "testemail@gmail.com")]
    pub(super) email: String,
}

/// What the mailed link brought.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct ConfirmationBody {
    /// The token.
    #[schema(value_type = String)]
    pub(super) token: Secret,
}

/// A new password for one that was forgotten, with the token of the mail, or with `email` (or `telephone`) and the code of the
/// SMS.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct ResetBody {
    /// What the mail brought.
    #[schema(value_type = Option<String>)]
    token: Option<Secret>,
    /// To whom the code was sent; also `identifier` or `telephone`.
    #[serde(alias = "identifier", alias = "telephone")]
    email: Option<String>,
    /// The six digits that were sent; also `otpCode`.
    #[serde(alias = "otpCode")]
    #[schema(value_type = Option<String>, example = "123456")]
    code: Option<Secret>,
    /// The new password, 8 to 128 characters, not a common one; also `mdp` or `mot_de_passe`.
    #[serde(alias = "mdp", alias = "mot_de_passe")]
    #[schema(value_type = String, example = "MonMotDePasse123", min_length = 8, max_length = 128)]
    password: Secret,
}

impl ResetBody {
    /// What is shown, and a password that may be set: one that may not uses nothing up.
    pub(super) fn read(self) -> ApiResult<(Shown, Password)> {
        let shown = match (self.token, self.email, self.code) {
            (Some(token), _, None) => Shown::Token(token),
            (None, Some(identifier), Some(code)) => Shown::Code { identifier, code },
            (None, None, Some(_)) => return Err(ApiError::field("email", &INVALID_FIELD)),
            _ => return Err(ApiError::field("token", &INVALID_FIELD)),
        };
        Ok((shown, Password::parse(&self.password)?))
    }
}
