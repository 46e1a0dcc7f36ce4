//! Messages, written and changed.

use super::{
    bodies::{MessageBody, blamed},
    message_views::MessageView,
    people::{self, Unseen, together},
    problems::Talking,
    sending,
};
use crate::{
    auth::actor,
    error::{ApiError, ApiResult, INVALID_FIELD},
    extract::{Identity, Json as Body, PathId, Query},
    media::uploads,
    state::State,
};
use actix_web::{
    HttpResponse, delete, post, put,
    web::{Data, Json},
};
use diesel::PgConnection;
use hostolink_messaging::{Message, Text};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Other words.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EditBody {
    /// 1 to 4000 characters.
    #[schema(min_length = 1, max_length = 4000, example = "Bonsoir !")]
    text: String,
}

/// Nothing that is printed holds what people write.
impl std::fmt::Debug for EditBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EditBody(…)")
    }
}

/// For whom a message is deleted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct DeletionQuery {
    /// `me` (where it is left out) or `all`.
    #[serde(rename = "for")]
    #[param(example = "all")]
    whom: Option<String>,
}

/// Sends a message. It has the next number of its conversation once it is answered, and the same `clientId` again answers the same message.
#[utoipa::path(
    tag = "Messages",
    operation_id = "sendMessage",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The conversation's id", format = Uuid)),
    request_body = MessageBody,
    responses(
        (status = 201, description = "It is sent", body = MessageView),
        (status = 200, description = "An earlier request with this `clientId` had sent it", body = MessageView),
        Talking,
    )
)]
#[post("/api/conversations/{id}/messages")]
pub(super) async fn send(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
    body: Body<MessageBody>,
) -> ApiResult<HttpResponse> {
    let posted = sending::send(&state, identity, id.0, body.0).await?;
    let mut answer = if posted.replayed { HttpResponse::Ok() } else { HttpResponse::Created() };
    Ok(answer.json(posted.message))
}

/// Gives one's own text other words, within a quarter of an hour.
#[utoipa::path(
    tag = "Messages",
    operation_id = "editMessage",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The message's id", format = Uuid)),
    request_body = EditBody,
    responses((status = 200, description = "The message as it reads now", body = MessageView), Talking)
)]
#[put("/api/messages/{id}")]
pub(super) async fn edit(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
    body: Body<EditBody>,
) -> ApiResult<Json<MessageView>> {
    let (shared, actor) = (state.clone(), actor(Some(&identity)));
    let text = blamed("text", Text::parse(&body.0.text))?;
    change(&state, identity, move |conn, unseen| {
        let (messaging, who) = (&shared.messaging, (identity.user, &unseen.blocked[..]));
        let room = messaging.message(conn, who, id.0)?.conversation;
        let kind = messaging.conversation(conn, who, room)?.conversation.kind;
        people::may_speak(conn, &shared, identity.user, kind)?;
        Ok(messaging.edit(conn, who, id.0, &text, &actor)?)
    })
    .await
}

/// Deletes a message: for oneself alone, or for all: its author within two days, owners and moderators at any time, and in a theme
/// moderators of the house. Its place stays.
#[utoipa::path(
    tag = "Messages",
    operation_id = "deleteMessage",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The message's id", format = Uuid), DeletionQuery),
    responses((status = 204, description = "It is deleted"), Talking)
)]
#[delete("/api/messages/{id}")]
pub(super) async fn delete(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
    query: Query<DeletionQuery>,
) -> ApiResult<HttpResponse> {
    let (shared, actor) = (state.clone(), actor(Some(&identity)));
    let for_all = match query.0.whom.as_deref() {
        None | Some("me") => false,
        Some("all") => true,
        Some(_) => return Err(ApiError::field("for", &INVALID_FIELD)),
    };
    let delete = move |conn: &mut PgConnection| {
        let unseen = Unseen::of(conn, identity.user)?;
        let who = (identity.user, &unseen.blocked[..]);
        if for_all {
            let house = people::of_the_house(&identity);
            if house {
                identity.confirm(&shared.auth, conn)?;
            }
            if !(house && shared.messaging.delete_for_the_house(conn, identity.user, id.0, &actor)?) {
                shared.messaging.delete_for_all(conn, who, id.0, &actor)?;
            }
            uploads::release(conn, "message", &[id.0])?;
        } else {
            shared.messaging.delete_for_oneself(conn, who, id.0, &actor)?;
        }
        Ok(())
    };
    state.database.run(move |conn| together(conn, delete)).await?;
    state.streams.nudge();
    Ok(HttpResponse::NoContent().finish())
}

/// Pins a message: in a conversation of two either may, else owners and moderators. At most 50.
#[utoipa::path(
    tag = "Messages",
    operation_id = "pinMessage",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The message's id", format = Uuid)),
    responses((status = 200, description = "The message, pinned", body = MessageView), Talking)
)]
#[put("/api/messages/{id}/pin")]
pub(super) async fn pin(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
) -> ApiResult<Json<MessageView>> {
    set_pin(&state, identity, id.0, true).await
}

/// Takes a pin out.
#[utoipa::path(
    tag = "Messages",
    operation_id = "unpinMessage",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The message's id", format = Uuid)),
    responses((status = 200, description = "The message, not pinned", body = MessageView), Talking)
)]
#[delete("/api/messages/{id}/pin")]
pub(super) async fn unpin(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
) -> ApiResult<Json<MessageView>> {
    set_pin(&state, identity, id.0, false).await
}

async fn set_pin(
    state: &Data<State>,
    identity: Identity,
    id: Uuid,
    pinned: bool,
) -> ApiResult<Json<MessageView>> {
    let (messaging, actor) = (state.messaging.clone(), actor(Some(&identity)));
    change(state, identity, move |conn, unseen| {
        Ok(messaging.pin(conn, (identity.user, &unseen.blocked), id, pinned, &actor)?)
    })
    .await
}

/// Changes a message in one transaction with the look at who must not hear of whom, and has it told at once.
pub(super) async fn change(
    state: &Data<State>,
    identity: Identity,
    change: impl FnOnce(&mut PgConnection, &Unseen) -> ApiResult<Message> + Send + 'static,
) -> ApiResult<Json<MessageView>> {
    let shared = state.clone();
    let work = move |conn: &mut PgConnection| {
        let unseen = Unseen::of(conn, identity.user)?;
        let message = change(conn, &unseen)?;
        MessageView::one(conn, &shared, &message)
    };
    let view = state.database.run(move |conn| together(conn, work)).await?;
    state.streams.nudge();
    Ok(Json(view))
}
