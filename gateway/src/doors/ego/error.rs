//! How this door says no: its clients look at `status` and show `message`. The HTTP status says the same, honestly.

use crate::{context::Context, error::ApiError};
use serde::Serialize;
use utoipa::ToSchema;

/// The body of every refusal under `/api/v1`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EgoError {
    /// Always `error`.
    #[schema(example = "error")]
    status: &'static str,
    /// What to show: French, or English with `Accept-Language: en`.
    #[schema(example = "Identifiant ou mot de passe incorrect.")]
    message: &'static str,
    /// What a program switches on, as everywhere in this API: docs/ERRORS.md.
    #[schema(example = "auth.credentials_invalid")]
    code: &'static str,
    /// What to quote to support.
    trace_id: String,
    /// The fields to blame.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<EgoFieldError>,
}

/// One field to blame.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EgoFieldError {
    /// Its name in the request.
    field: String,
    /// What is wrong with it.
    code: &'static str,
    /// The same for people.
    message: &'static str,
}

/// An error in this door's shape.
pub(crate) fn refusal(error: &ApiError, context: Context) -> EgoError {
    let errors = error.fields().iter().map(|wrong| EgoFieldError {
        field: own_name(&wrong.field).to_owned(),
        code: wrong.code.code,
        message: context.language.pick(wrong.code),
    });
    EgoError {
        status: "error",
        message: context.language.pick(error.code()),
        code: error.code().code,
        errors: errors.collect(),
        trace_id: context.trace_id,
    }
}

/// The domain's names of fields, as this door's bodies spell them.
fn own_name(field: &str) -> &str {
    match field {
        "identifier" => "email",
        "firstName" => "firstname",
        "lastName" => "lastname",
        "contactPhone" => "phoneNumber",
        "birthDate" => "birth",
        "otpCode" => "otp",
        other => other,
    }
}
