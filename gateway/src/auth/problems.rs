//! The refusals that several endpoints share, described once.

use std::collections::BTreeMap;
use utoipa::{
    IntoResponses,
    openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder},
};

const INVALID: (&str, &str) = (
    "400",
    "A field has not the expected form: `request.*`, `auth.identifier_invalid`, `auth.phone_*`, `auth.password_*`",
);
const UNAUTHENTICATED: (&str, &str) = ("401", "Nobody is signed in: `auth.required`");
const TOO_MANY: (&str, &str) = (
    "429",
    "Too often for this identifier, or from this address: `auth.too_many_attempts`; `Retry-After` says when to try again",
);
const UNAVAILABLE: (&str, &str) = ("503", "Too much at once; `Retry-After` says when to try again");

/// Of the steps that sign nobody in.
pub(super) struct Step;

impl IntoResponses for Step {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[INVALID, TOO_MANY, UNAVAILABLE])
    }
}

/// Of the steps that sign somebody in.
pub(super) struct SigningIn;

impl IntoResponses for SigningIn {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let wrong = (
            "401",
            "Wrong, expired or used: `auth.code_invalid`, `auth.credentials_invalid`, `auth.totp_invalid`, `auth.challenge_invalid`, `auth.reset_invalid`",
        );
        let blocked = ("403", "The account is blocked: `auth.blocked`");
        let other = ("409", "The account is proven by its other identifier: `auth.confirm_signed_in`");
        problems(&[INVALID, wrong, blocked, other, TOO_MANY, UNAVAILABLE])
    }
}

/// Of what needs a session.
pub(super) struct SignedInOnly;

impl IntoResponses for SignedInOnly {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[UNAUTHENTICATED, UNAVAILABLE])
    }
}

/// Of the second factor.
pub(super) struct FactorRefusal;

impl IntoResponses for FactorRefusal {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let invalid = ("400", "Neither `code` nor `recoveryCode`, or both: `request.*`");
        let wrong = ("401", "Wrong or used: `auth.totp_invalid`; or nobody is signed in: `auth.required`");
        let refused = ("403", "`auth.step_up_required`, `auth.recent_code_required`");
        let state = ("409", "`auth.totp_on`, `auth.totp_off`");
        problems(&[invalid, wrong, refused, state, TOO_MANY])
    }
}

/// Of the PIN of a device.
pub(super) struct PinRefusal;

impl IntoResponses for PinRefusal {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let invalid = ("400", "`auth.pin_invalid`, `auth.pin_weak`, `auth.pin_mismatch`, `request.*`");
        let refused = (
            "403",
            "`auth.pin_wrong`, `auth.pin_locked`, `auth.pin_undefined`; when setting it also `auth.step_up_required`, `auth.recent_code_required`",
        );
        problems(&[invalid, refused, TOO_MANY])
    }
}

/// Of what changes the caller's own account.
pub(super) struct Changing;

impl IntoResponses for Changing {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let unauthenticated =
            ("401", "Nobody is signed in: `auth.required`; a code is wrong: `auth.code_invalid`");
        let forbidden = (
            "403",
            "The session was not proven by a code, or not a moment ago: `auth.step_up_required`, `auth.recent_code_required`",
        );
        problems(&[INVALID, unauthenticated, forbidden, TOO_MANY, UNAVAILABLE])
    }
}

/// Of what administrators do.
pub(super) struct Administering;

impl IntoResponses for Administering {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let invalid = ("400", "A parameter has not the expected form: `request.*`");
        let forbidden = (
            "403",
            "The role does not allow it: `auth.forbidden`, `auth.role_forbidden`, `auth.step_up_required`",
        );
        problems(&[invalid, UNAUTHENTICATED, forbidden, UNAVAILABLE])
    }
}

fn problems(answers: &[(&str, &str)]) -> BTreeMap<String, RefOr<Response>> {
    let schema = || ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let describe = |(status, description): &(&str, &str)| {
        let answer =
            ResponseBuilder::new().description(*description).content("application/problem+json", schema());
        ((*status).to_owned(), RefOr::T(answer.build()))
    };
    answers.iter().map(describe).collect()
}
