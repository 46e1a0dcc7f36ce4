//! How the facade says no: `OperationOutcome`, whoever refuses.

use super::refusals::{GONE, UNKNOWN_PARAMETER, UNKNOWN_RESOURCE};
use crate::{context::Context, error::ApiError};
use hostolink_kernel::{ErrorCode, Kind};
use serde::Serialize;
use utoipa::ToSchema;

/// The body of every refusal under `/fhir/R4` (FHIR R4 `OperationOutcome`).
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OperationOutcome {
    /// `OperationOutcome`.
    #[schema(example = "OperationOutcome")]
    resource_type: &'static str,
    /// What is wrong: one issue for each parameter to blame, or one for all.
    issue: Vec<OutcomeIssue>,
}

/// One thing that is wrong.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OutcomeIssue {
    /// `error`.
    #[schema(example = "error")]
    severity: &'static str,
    /// Of `http://hl7.org/fhir/ValueSet/issue-type`.
    #[schema(example = "not-supported")]
    code: &'static str,
    /// The same as a code of this API, and for people.
    details: OutcomeDetails,
    /// What to quote to support.
    #[schema(example = "traceId 019a0000-0000-7000-8000-000000000000")]
    diagnostics: String,
    /// The parameter to blame, `http.` before its name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    expression: Vec<String>,
}

/// What is wrong, as a code and as a sentence.
#[derive(Debug, Serialize, ToSchema)]
struct OutcomeDetails {
    /// Its code, which docs/ERRORS.md explains.
    coding: Vec<OutcomeCoding>,
    /// The sentence, in the caller's language.
    text: &'static str,
}

/// A code and whose it is.
#[derive(Debug, Serialize, ToSchema)]
struct OutcomeCoding {
    /// Always the same.
    #[schema(example = "https://hostolink.ci/problems")]
    system: &'static str,
    /// What a program switches on.
    #[schema(example = "fhir.unknown_parameter")]
    code: &'static str,
}

/// An error as an `OperationOutcome`.
pub(crate) fn refusal(error: &ApiError, context: &Context) -> OperationOutcome {
    let issue = |code: &'static ErrorCode, expression: Vec<String>| OutcomeIssue {
        severity: "error",
        code: issue_type(code),
        details: OutcomeDetails {
            coding: vec![OutcomeCoding { system: "https://hostolink.ci/problems", code: code.code }],
            text: context.language.pick(code),
        },
        diagnostics: format!("traceId {}", context.trace_id),
        expression,
    };
    let blamed = error.fields().iter().map(|wrong| issue(wrong.code, vec![format!("http.{}", wrong.field)]));
    let mut issues: Vec<OutcomeIssue> = blamed.collect();
    if issues.is_empty() {
        issues.push(issue(error.code(), Vec::new()));
    }
    OperationOutcome { resource_type: "OperationOutcome", issue: issues }
}

fn issue_type(code: &ErrorCode) -> &'static str {
    if *code == UNKNOWN_PARAMETER || *code == UNKNOWN_RESOURCE {
        return "not-supported";
    }
    if *code == GONE {
        return "deleted";
    }
    match code.kind {
        Kind::Invalid | Kind::Unprocessable => "invalid",
        Kind::Unauthenticated => "login",
        Kind::Forbidden => "forbidden",
        Kind::NotFound => "not-found",
        Kind::Conflict | Kind::Stale => "conflict",
        Kind::TooMany => "throttled",
        Kind::Unavailable => "transient",
        Kind::Internal => "exception",
    }
}
