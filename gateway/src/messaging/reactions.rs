//! Signs put to messages.

use super::{
    message_views::MessageView,
    messages::change,
    people::{Unseen, may_act},
    problems::Talking,
    views::{SpeakerView, speaker},
};
use crate::{
    error::{ApiError, ApiResult},
    extract::{Identity, Json as Body, PageQuery, PathId, Query},
    state::State,
    wallet::views::names,
};
use actix_web::{
    delete, get, put,
    web::{Data, Json},
};
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// A sign.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SignBody {
    /// One of 👍 👎 ❤️ 😂 😮 😢 😡 🙏 👏 🔥 🎉 💪 ✅ ❌ 👀 🤔.
    #[schema(example = "👍")]
    sign: String,
}

/// A sign that somebody put to a message.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReactionView {
    /// Who.
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<SpeakerView>,
    /// Which.
    #[schema(example = "👍")]
    sign: String,
    /// When.
    created_at: DateTime<Utc>,
}

/// A page of signs.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReactionPage {
    /// The first first.
    items: Vec<ReactionView>,
    /// Where the next page starts; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Who put which sign to a message.
#[utoipa::path(
    tag = "Messages",
    operation_id = "reactions",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The message's id", format = Uuid), PageQuery),
    responses((status = 200, description = "A page of signs", body = ReactionPage), Talking)
)]
#[get("/api/messages/{id}/reactions")]
pub(super) async fn list(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
    page: Query<PageQuery>,
) -> ApiResult<Json<ReactionPage>> {
    let (limit, after, shared) = (page.0.limit()?, page.0.cursor()?, state.clone());
    let list = move |conn: &mut PgConnection| {
        let unseen = Unseen::of(conn, identity.user)?;
        let reader = unseen.reader(identity.user);
        let page = shared.messaging.reactions(conn, reader, id.0, after.as_ref(), limit)?;
        let names = names(conn, &shared.auth, page.items.iter().map(|one| one.user))?;
        let next_cursor = page.next.map(|cursor| cursor.as_str().to_owned());
        let view = |one: hostolink_messaging::Reaction| ReactionView {
            person: speaker(&names, one.user),
            sign: one.sign,
            created_at: one.created_at,
        };
        Ok::<_, ApiError>(ReactionPage { items: page.items.into_iter().map(view).collect(), next_cursor })
    };
    Ok(Json(state.database.run(list).await?))
}

/// Puts a sign to a message, in place of the one that the caller had put.
#[utoipa::path(
    tag = "Messages",
    operation_id = "react",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The message's id", format = Uuid)),
    request_body = SignBody,
    responses((status = 200, description = "The message as it is now", body = MessageView), Talking)
)]
#[put("/api/messages/{id}/reactions")]
pub(super) async fn react(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
    body: Body<SignBody>,
) -> ApiResult<Json<MessageView>> {
    let shared = state.clone();
    change(&state, identity, move |conn, unseen| {
        may_act(conn, &shared, identity.user)?;
        Ok(shared.messaging.react(conn, (identity.user, &unseen.blocked), id.0, &body.0.sign)?)
    })
    .await
}

/// Takes the caller's sign away.
#[utoipa::path(
    tag = "Messages",
    operation_id = "unreact",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The message's id", format = Uuid)),
    responses((status = 200, description = "The message as it is now", body = MessageView), Talking)
)]
#[delete("/api/messages/{id}/reactions")]
pub(super) async fn unreact(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
) -> ApiResult<Json<MessageView>> {
    let messaging = state.messaging.clone();
    change(&state, identity, move |conn, unseen| {
        Ok(messaging.unreact(conn, (identity.user, &unseen.blocked), id.0)?)
    })
    .await
}
