//! The refusals that several calls of this door share, described once.

use std::collections::BTreeMap;
use utoipa::{
    IntoResponses,
    openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder},
};

const INVALID: (&str, &str) = (
    "400",
    "A field has not the expected form: `request.*`, `auth.email_invalid`, `auth.password_*`, `auth.*_name_invalid`, `auth.contact_phone_invalid`",
);
const UNAUTHENTICATED: (&str, &str) =
    ("401", "Nobody is signed in: `auth.required`, `auth.token_expired`, `auth.token_invalid`");
const BLOCKED: (&str, &str) = ("403", "The account is blocked: `auth.blocked`");
const NOT_ALLOWED: (&str, &str) =
    ("403", "The role does not allow it: `auth.forbidden`, `auth.role_forbidden`, `auth.step_up_required`");
const TOO_MANY: (&str, &str) =
    ("429", "Too often: `auth.too_many_attempts`; `Retry-After` says when to try again");
const UNAVAILABLE: (&str, &str) = ("503", "Too much at once; `Retry-After` says when to try again");

macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident = [$($answer:expr),*];)*) => {$(
        $(#[$doc])*
        pub(super) struct $name;

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                describe(&[$($answer),*])
            }
        }
    )*};
}

refusals! {
    /// Of the steps that sign nobody in.
    Step = [INVALID, TOO_MANY, UNAVAILABLE];
    /// Of showing a code.
    Proving = [
        INVALID,
        ("401", "Wrong, expired or used: `auth.code_invalid`"),
        BLOCKED,
        ("409", "The account is proven by its other identifier: `auth.confirm_signed_in`"),
        TOO_MANY,
        UNAVAILABLE
    ];
    /// Of showing a password.
    SigningIn = [INVALID, ("401", "Wrong: `auth.credentials_invalid`"), BLOCKED, TOO_MANY, UNAVAILABLE];
    /// Of showing an administrator's password.
    SigningInAsAdmin = [
        INVALID,
        ("401", "Wrong: `auth.credentials_invalid`"),
        ("403", "Not an administrator, or blocked: `auth.forbidden`, `auth.blocked`"),
        TOO_MANY,
        UNAVAILABLE
    ];
    /// Of showing a refresh token.
    Refreshing = [
        INVALID,
        ("401", "Unknown, used or ended: `auth.refresh_invalid`, `auth.refresh_reused`, `auth.session_ended`"),
        UNAVAILABLE
    ];
    /// Of showing a reset token.
    Resetting = [
        INVALID,
        ("401", "Unknown, used, replaced or expired: `auth.reset_invalid`"),
        BLOCKED,
        TOO_MANY,
        UNAVAILABLE
    ];
    /// Of what needs a session.
    SignedInOnly = [UNAUTHENTICATED, UNAVAILABLE];
    /// Of what changes one's own account.
    Changing = [INVALID, UNAUTHENTICATED, UNAVAILABLE];
    /// Of deleting one's account.
    Leaving = [
        UNAUTHENTICATED,
        ("409", "There is money: `wallet.balance_not_zero`; it is frozen: `wallet.account_frozen`; the last superadmin stays: `auth.last_superadmin`"),
        UNAVAILABLE
    ];
    /// Of what administrators do.
    Administering = [INVALID, UNAUTHENTICATED, NOT_ALLOWED, UNAVAILABLE];
    /// Of making an account for somebody else.
    Inviting = [
        INVALID,
        UNAUTHENTICATED,
        NOT_ALLOWED,
        ("409", "The account exists: `auth.already_registered`"),
        TOO_MANY,
        UNAVAILABLE
    ];
}

fn describe(answers: &[(&str, &str)]) -> BTreeMap<String, RefOr<Response>> {
    let schema = || ContentBuilder::new().schema(Some(Ref::from_schema_name("EgoError"))).build();
    let answer = |(status, description): &(&str, &str)| {
        let answer = ResponseBuilder::new().description(*description).content("application/json", schema());
        ((*status).to_owned(), RefOr::T(answer.build()))
    };
    answers.iter().map(answer).collect()
}
