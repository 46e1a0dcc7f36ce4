//! The refusals that several endpoints share, described once.

use std::collections::BTreeMap;
use utoipa::{
    IntoResponses,
    openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder},
};

fn problems(answers: &[(&str, &str)]) -> BTreeMap<String, RefOr<Response>> {
    let describe = |(status, description): &(&str, &str)| {
        let schema = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
        let answer =
            ResponseBuilder::new().description(*description).content("application/problem+json", schema);
        ((*status).to_owned(), RefOr::T(answer.build()))
    };
    answers.iter().map(describe).collect()
}

const INVALID: (&str, &str) =
    ("400", "A field, parameter or cursor has not the expected form: `request.*`, `social.*`");
const SIGN_IN: (&str, &str) = ("401", "Nobody is signed in: `auth.required`");
const UNKNOWN: (&str, &str) = ("404", "There is none, or not for the caller: `social.*_unknown`");
const BUSY: (&str, &str) = ("503", "Too much at once; `Retry-After` says when to try again");

/// Of what only reads.
pub(super) struct Reading;

impl IntoResponses for Reading {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[INVALID, SIGN_IN, UNKNOWN, BUSY])
    }
}

/// Of what is written where others read it.
pub(super) struct Posting;

impl IntoResponses for Posting {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[
            INVALID,
            SIGN_IN,
            (
                "403",
                "The session is not proven by a code, or a sanction forbids it: `auth.step_up_required`, `social.sanctioned`",
            ),
            UNKNOWN,
            (
                "409",
                "It is so already, or not in that state: `social.already_*`, `social.handle_taken`, `social.wrong_state`",
            ),
            ("422", "Well formed, and refused: `social.*`, `request.idempotency_key_reused`"),
            ("429", "Too often; `Retry-After` says when to try again: `social.too_often`"),
            BUSY,
        ])
    }
}

/// Of what somebody does with what others wrote, or with people.
pub(super) struct Reacting;

impl IntoResponses for Reacting {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[
            INVALID,
            SIGN_IN,
            ("403", "The caller is suspended or banned: `social.sanctioned`"),
            UNKNOWN,
            ("409", "It is so already: `social.already_*`"),
            ("422", "Well formed, and refused: `social.oneself`, `social.too_many`, `social.poll_closed`"),
            BUSY,
        ])
    }
}

/// Of what counts and costs, once a day.
pub(super) struct Counting;

impl IntoResponses for Counting {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let proof = ("403", "The session is not proven by a code: `auth.step_up_required`");
        problems(&[INVALID, SIGN_IN, proof, UNKNOWN, BUSY])
    }
}

/// Of what the house decides.
pub(super) struct Deciding;

impl IntoResponses for Deciding {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[
            INVALID,
            SIGN_IN,
            (
                "403",
                "The role does not allow it, the session is not proven by a code, or it is one's own matter: `auth.forbidden`, `auth.step_up_required`, `social.own_matter`, `social.second_person`",
            ),
            UNKNOWN,
            ("409", "It is decided already: `social.already_decided`, `social.wrong_state`"),
            BUSY,
        ])
    }
}
