//! How this door says no: as a NestJS exception does, with our code beside it.

use crate::{context::Context, error::ApiError};
use actix_web::ResponseError;
use serde::Serialize;
use utoipa::ToSchema;

/// The body of every refusal under `/Gateway`, envelope or not.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NestError {
    /// The HTTP status again.
    #[schema(example = 401)]
    status_code: u16,
    /// What to show: French, or English with `Accept-Language: en`.
    #[schema(example = "Identifiant ou mot de passe incorrect.")]
    message: &'static str,
    /// The status in words (RFC 9110).
    #[schema(example = "Unauthorized")]
    error: &'static str,
    /// What a program switches on, as everywhere in this API: docs/ERRORS.md.
    #[schema(example = "auth.credentials_invalid")]
    code: &'static str,
    /// What to quote to support.
    trace_id: String,
    /// The fields to blame.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<NestFieldError>,
}

/// One field to blame.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NestFieldError {
    /// Its name in the request.
    field: String,
    /// What is wrong with it.
    code: &'static str,
    /// The same for people.
    message: &'static str,
}

/// An error in this door's shape.
pub(crate) fn refusal(error: &ApiError, context: Context) -> NestError {
    let errors = error.fields().iter().map(|wrong| NestFieldError {
        field: match &*wrong.field {
            // The domain's word for what is only ever an e-mail address here.
            "identifier" => "email".to_owned(),
            other => other.to_owned(),
        },
        code: wrong.code.code,
        message: context.language.pick(wrong.code),
    });
    let status = error.status_code();
    NestError {
        status_code: status.as_u16(),
        message: context.language.pick(error.code()),
        error: status.canonical_reason().unwrap_or("Error"),
        code: error.code().code,
        errors: errors.collect(),
        trace_id: context.trace_id,
    }
}
