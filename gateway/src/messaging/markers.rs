//! How far people have come, who is typing, who is there.

use super::{
    people::{Unseen, together},
    problems::Talking,
    views::{OwnView, SpeakerView, speaker},
};
use crate::{
    error::{ApiError, ApiResult},
    extract::{Identity, Json as Body, PathId},
    state::State,
    wallet::views::names,
};
use actix_web::{
    HttpResponse, get, post, put,
    web::{Data, Json},
};
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use hostolink_kernel::UserId;
use hostolink_notifications::{Kind, Reads};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Up to which messages; at least one of both.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct MarkerBody {
    /// Up to which message the device has what was sent.
    #[schema(minimum = 0, example = 12)]
    delivered_seq: Option<i64>,
    /// Up to which message the caller read.
    #[schema(minimum = 0, example = 12)]
    read_seq: Option<i64>,
}

/// Whether the caller types.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TypingBody {
    /// `true` counts for ten seconds: say it again every five; `false` ends it.
    typing: bool,
}

/// How far somebody has come.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct MarkerView {
    /// Who.
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<SpeakerView>,
    /// Up to which message their devices have what was sent.
    delivered_seq: i64,
    /// Up to which they read; left out where they or the caller hide it.
    #[serde(skip_serializing_if = "Option::is_none")]
    read_seq: Option<i64>,
}

/// How far everybody has come.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MarkerList {
    /// Everybody, the caller too; in a theme only the caller.
    items: Vec<MarkerView>,
}

/// When somebody was there.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct PresenceView {
    /// Who.
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<SpeakerView>,
    /// Whether they are there now.
    online: bool,
    /// When they last were.
    seen_at: DateTime<Utc>,
}

/// When the others were there.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PresenceList {
    /// Those who show it, to who shows it.
    items: Vec<PresenceView>,
}

/// How far everybody in a conversation has come.
#[utoipa::path(
    tag = "Messages",
    operation_id = "markers",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The conversation's id", format = Uuid)),
    responses((status = 200, description = "All of them", body = MarkerList), Talking)
)]
#[get("/api/conversations/{id}/markers")]
pub(super) async fn list(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
) -> ApiResult<Json<MarkerList>> {
    let shared = state.clone();
    let list = move |conn: &mut PgConnection| {
        let unseen = Unseen::of(conn, identity.user)?;
        let found = shared.messaging.markers(conn, (identity.user, &unseen.blocked), id.0)?;
        let names = names(conn, &shared.auth, found.iter().map(|marker| marker.user))?;
        let view = |marker: &hostolink_messaging::Marker| MarkerView {
            person: speaker(&names, marker.user),
            delivered_seq: marker.delivered_seq,
            read_seq: marker.read_seq,
        };
        Ok::<_, ApiError>(MarkerList { items: found.iter().map(view).collect() })
    };
    Ok(Json(state.database.run(list).await?))
}

/// Moves the caller's markers forward; backward they never go. What was read was delivered too.
#[utoipa::path(
    tag = "Messages",
    operation_id = "mark",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The conversation's id", format = Uuid)),
    request_body = MarkerBody,
    responses((status = 200, description = "How far the caller has come", body = OwnView), Talking)
)]
#[put("/api/conversations/{id}/markers")]
pub(super) async fn set(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
    body: Body<MarkerBody>,
) -> ApiResult<Json<OwnView>> {
    Ok(Json(mark(&state, identity, id.0, body.0).await?))
}

/// The same, by whatever way it was asked. Who has read all of it is told of it no more: the badge counts its notification no longer, and what waits to
/// be pushed does not leave.
pub(crate) async fn mark(
    state: &Data<State>,
    identity: Identity,
    conversation: Uuid,
    marker: MarkerBody,
) -> ApiResult<OwnView> {
    let (messaging, notifications) = (state.messaging.clone(), state.notifications.clone());
    let mark = move |conn: &mut PgConnection| {
        let unseen = Unseen::of(conn, identity.user)?;
        let who = (identity.user, &unseen.blocked[..]);
        let own = messaging.mark(conn, who, conversation, (marker.delivered_seq, marker.read_seq))?;
        if marker.read_seq.is_some() && own.unread() == 0 {
            let about = Reads::About(Kind::Message, conversation);
            notifications.mark_read(conn, identity.recipient(), about)?;
        }
        Ok(OwnView::from(&own))
    };
    let view = state.database.run(move |conn| together(conn, mark)).await?;
    state.streams.nudge();
    Ok(view)
}

/// Says whether the caller types, to who is in the conversation now; not in a theme.
#[utoipa::path(
    tag = "Messages",
    operation_id = "typing",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The conversation's id", format = Uuid)),
    request_body = TypingBody,
    responses((status = 204, description = "It is said"), Talking)
)]
#[post("/api/conversations/{id}/typing")]
pub(super) async fn typing(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
    body: Body<TypingBody>,
) -> ApiResult<HttpResponse> {
    say_typing(&state, identity, id.0, body.0.typing).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The same, by whatever way it was said.
pub(crate) async fn say_typing(
    state: &Data<State>,
    identity: Identity,
    conversation: Uuid,
    is_typing: bool,
) -> ApiResult<()> {
    let messaging = state.messaging.clone();
    let say = move |conn: &mut PgConnection| {
        let unseen = Unseen::of(conn, identity.user)?;
        messaging.set_typing(conn, (identity.user, &unseen.blocked), conversation, is_typing)?;
        Ok::<_, ApiError>(())
    };
    state.database.run(say).await
}

/// When the others of a conversation of two or of a group were there.
#[utoipa::path(
    tag = "Messages",
    operation_id = "presence",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The conversation's id", format = Uuid)),
    responses((status = 200, description = "Those who show it", body = PresenceList), Talking)
)]
#[get("/api/conversations/{id}/presence")]
pub(super) async fn presence(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
) -> ApiResult<Json<PresenceList>> {
    let shared = state.clone();
    let look = move |conn: &mut PgConnection| {
        let unseen = Unseen::of(conn, identity.user)?;
        let found = shared.messaging.presence(conn, (identity.user, &unseen.blocked), id.0)?;
        let names = names(conn, &shared.auth, found.iter().map(|(user, _)| *user))?;
        let view = |(user, seen_at): &(UserId, DateTime<Utc>)| PresenceView {
            person: speaker(&names, *user),
            online: shared.messaging.is_online(*seen_at),
            seen_at: *seen_at,
        };
        Ok::<_, ApiError>(PresenceList { items: found.iter().map(view).collect() })
    };
    Ok(Json(state.database.run(look).await?))
}
