//! The refusals that several calls of this door share, described once.

use std::collections::BTreeMap;
use utoipa::{
    IntoResponses,
    openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder},
};

const INVALID: (&str, &str) = (
    "400",
    "A field, or the envelope, has not the expected form: `request.*`, `auth.identifier_invalid`, `auth.password_*`, `auth.*_name_invalid`",
);
const BLOCKED: (&str, &str) = ("403", "The account is blocked: `auth.blocked`");
const TOO_MANY: (&str, &str) =
    ("429", "Too often: `auth.too_many_attempts`; `Retry-After` says when to try again");
const UNAVAILABLE: (&str, &str) = ("503", "Too much at once; `Retry-After` says when to try again");

/// Of the steps that show nothing.
pub(super) struct Step;

impl IntoResponses for Step {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        describe(&[INVALID, TOO_MANY, UNAVAILABLE])
    }
}

/// Of showing a password, a link or a code.
pub(super) struct Proving;

impl IntoResponses for Proving {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let wrong = (
            "401",
            "Wrong, used, replaced or expired: `auth.credentials_invalid`, `auth.confirmation_invalid`, `auth.reset_invalid`, \
             `auth.code_invalid`",
        );
        describe(&[INVALID, wrong, BLOCKED, TOO_MANY, UNAVAILABLE])
    }
}

fn describe(answers: &[(&str, &str)]) -> BTreeMap<String, RefOr<Response>> {
    let schema = || ContentBuilder::new().schema(Some(Ref::from_schema_name("NestError"))).build();
    let answer = |(status, description): &(&str, &str)| {
        let answer = ResponseBuilder::new().description(*description).content("application/json", schema());
        ((*status).to_owned(), RefOr::T(answer.build()))
    };
    answers.iter().map(answer).collect()
}
