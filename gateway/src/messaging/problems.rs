//! The refusals that several endpoints share, described once.

use std::collections::BTreeMap;
use utoipa::{
    IntoResponses,
    openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder},
};

/// Of what is read and written in conversations.
pub(crate) struct Talking;

impl IntoResponses for Talking {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let answers = [
            ("400", "A field or parameter has not the expected form: `request.*`, `messaging.*`"),
            ("401", "Nobody is signed in: `auth.required`"),
            (
                "403",
                "The caller may not: `messaging.role_required`, `messaging.not_author`, `messaging.banned`, `social.sanctioned`, `auth.step_up_required`",
            ),
            (
                "404",
                "There is no such conversation, message or person, or not for the caller: `messaging.conversation_unknown`, `messaging.message_unknown`, `messaging.person_unknown`",
            ),
            (
                "409",
                "It does not go with what is: `messaging.not_here`, `messaging.closed`, `messaging.deleted`, `messaging.too_late`, `messaging.not_editable`, `messaging.too_many_members`, `messaging.too_many_rooms`, `messaging.too_many_pins`",
            ),
            (
                "422",
                "Refused by a rule: `messaging.client_id_reused`, `messaging.reply_unknown`, `messaging.oneself`",
            ),
            (
                "429",
                "Too often: `messaging.slow_down`, `messaging.too_many_conversations`; `Retry-After` says when to try again",
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
