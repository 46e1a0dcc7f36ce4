//! The refusals that these endpoints share, described once.

use std::collections::BTreeMap;
use utoipa::{
    IntoResponses,
    openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder},
};

/// Of what somebody reads or changes of their own.
pub(super) struct Own;

impl IntoResponses for Own {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let all = [
            (
                "400",
                "A field or parameter has not the expected form: `request.*`, `notifications.*_invalid*`",
            ),
            ("401", "Nobody is signed in: `auth.required`"),
            ("503", "Too much at once; `Retry-After` says when to try again"),
        ];
        let problem = |(status, text): (&str, &str)| {
            let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
            let response =
                ResponseBuilder::new().description(text).content("application/problem+json", content).build();
            (status.to_owned(), RefOr::T(response))
        };
        all.into_iter().map(problem).collect()
    }
}
