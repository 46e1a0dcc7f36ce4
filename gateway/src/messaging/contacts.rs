//! Who among the numbers in the caller's phone is here.

use super::{problems::Talking, views::SpeakerView};
use crate::{
    error::{ApiError, ApiResult, INVALID_FIELD, Problem},
    extract::{Identity, Json as Body},
    social::blocks,
    state::State,
};
use actix_web::{
    post,
    web::{Data, Json},
};
use diesel::PgConnection;
use hostolink_auth::Auth;
use hostolink_kernel::{PhoneNumber, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The numbers of an address book. They are compared, and not kept.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PhonesBody {
    /// 1 to 200 numbers, in any usual spelling. One that can't be a number is nobody's.
    #[schema(min_items = 1, max_items = 200, example = json!(["07 08 09 10 11", "+22501020304"]))]
    phones: Vec<String>,
}

/// Nothing that is printed holds anybody's number.
impl std::fmt::Debug for PhonesBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PhonesBody(…)")
    }
}

/// Somebody who is here.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct MatchView {
    /// The number as the caller sent it.
    phone: String,
    /// Who has it.
    person: SpeakerView,
}

/// Who is here.
#[derive(Serialize, ToSchema)]
pub(super) struct MatchList {
    /// Those who want to be found, in the order of the numbers sent.
    items: Vec<MatchView>,
}

/// Which of the numbers of an address book are of somebody here who wants to be found; for who wants it too. A thousand numbers a day are
/// compared, found or not. None is kept, nor logged.
#[utoipa::path(
    tag = "Messages",
    operation_id = "matchContacts",
    security(("bearer" = [])),
    request_body = PhonesBody,
    responses(
        (status = 200, description = "Who is here", body = MatchList),
        (status = 409, description = "The caller does not want to be found: `auth.not_discoverable`", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "A thousand numbers were compared today: `auth.too_many_attempts`", body = Problem, content_type = "application/problem+json"),
        Talking,
    )
)]
#[post("/api/contacts/match")]
pub(super) async fn match_contacts(
    state: Data<State>,
    identity: Identity,
    body: Body<PhonesBody>,
) -> ApiResult<Json<MatchList>> {
    let (shared, texts) = (state.clone(), body.0.phones);
    if !(1..=Auth::MAX_MATCHED).contains(&texts.len()) {
        return Err(ApiError::field("phones", &INVALID_FIELD));
    }
    let regions = &state.config.regions;
    let asked: Vec<(String, PhoneNumber)> = texts
        .into_iter()
        .filter_map(|text| PhoneNumber::parse(&text, regions).ok().map(|phone| (text, phone)))
        .collect();
    let find = move |conn: &mut PgConnection| {
        let phones: Vec<PhoneNumber> = asked.iter().map(|(_, phone)| phone.clone()).collect();
        let found = shared.auth.match_phones(conn, identity.user, &phones)?;
        let people: Vec<UserId> = found.iter().map(|(_, person)| person.user).collect();
        let hidden = blocks::between(conn, identity.user, &people)?;
        let of = |phone: &PhoneNumber| {
            let (_, person) = found.iter().find(|(other, _)| other == phone)?;
            (!hidden.contains(&person.user)).then(|| SpeakerView::from(person))
        };
        let items = asked
            .iter()
            .filter_map(|(text, phone)| of(phone).map(|person| MatchView { phone: text.clone(), person }));
        Ok::<_, ApiError>(MatchList { items: items.collect() })
    };
    Ok(Json(state.database.run(find).await?))
}
