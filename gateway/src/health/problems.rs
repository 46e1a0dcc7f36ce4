//! The refusals that several endpoints share, described once.

use std::collections::BTreeMap;
use utoipa::{
    IntoResponses,
    openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder},
};

/// Of what changes the directory.
pub(super) struct Editing;

impl IntoResponses for Editing {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let answers = [
            ("400", "A field or parameter has not the expected form: `request.*`, `health.*`"),
            ("401", "Nobody is signed in: `auth.required`"),
            (
                "403",
                "The role does not allow it, or the session is not proven by a code: `auth.forbidden`, `auth.step_up_required`",
            ),
            ("503", "Too much at once; `Retry-After` says when to try again"),
        ];
        let describe = |(status, description): (&str, &str)| {
            let schema = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
            let answer =
                ResponseBuilder::new().description(description).content("application/problem+json", schema);
            (status.to_owned(), RefOr::T(answer.build()))
        };
        answers.into_iter().map(describe).collect()
    }
}
