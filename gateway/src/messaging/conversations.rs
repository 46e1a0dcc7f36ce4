//! The caller's conversations.

use super::{
    bodies::blamed,
    people::{self, Unseen, together},
    problems::Talking,
    views::{ConversationPage, ConversationView},
};
use crate::{
    auth::actor,
    error::{ApiError, ApiResult, INVALID_FIELD},
    extract::{Identity, Json as Body, PageQuery, PathId, Query},
    state::State,
};
use actix_web::{
    HttpResponse, get,
    http::header::LOCATION,
    post, put,
    web::{Data, Json},
};
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use hostolink_kernel::UserPublicId;
use hostolink_messaging::{Listing, Messaging, Title};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Which conversations.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ListingQuery {
    /// `true` for those that were put away, in place of the others.
    archived: Option<bool>,
    /// Only groups and themes whose title has this in it, however it is spelt.
    #[param(max_length = 80)]
    search: Option<String>,
}

/// With whom: `person` for a conversation of two, or `people` and a `title` for a group.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewConversationBody {
    /// The other one's id.
    #[schema(value_type = Option<String>, format = Uuid)]
    person: Option<UserPublicId>,
    /// The ids of the others, 1 to 255.
    #[schema(value_type = Option<Vec<String>>, min_items = 1, max_items = 255)]
    people: Option<Vec<UserPublicId>>,
    /// What the group is called: 1 to 80 characters on one line.
    #[schema(max_length = 80, example = "Famille")]
    title: Option<String>,
}

/// What a group is called.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TitleBody {
    /// 1 to 80 characters on one line.
    #[schema(min_length = 1, max_length = 80, example = "Famille")]
    title: String,
}

/// What the caller sets for themselves.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct SettingsBody {
    /// Until when no notification of it is wanted; `null` wants them.
    muted_until: Option<DateTime<Utc>>,
    /// Whether it is put away.
    archived: bool,
}

enum Wanted {
    Pair(UserPublicId),
    Group(Title, Vec<UserPublicId>),
}

impl NewConversationBody {
    fn read(self) -> ApiResult<Wanted> {
        match (self.person, self.people, self.title) {
            (Some(person), None, None) => Ok(Wanted::Pair(person)),
            (None, Some(people), Some(title)) => {
                if i32::try_from(people.len()).map_or(true, |count| count >= Messaging::MAX_MEMBERS) {
                    return Err(ApiError::new(&hostolink_messaging::codes::TOO_MANY_MEMBERS));
                }
                Ok(Wanted::Group(blamed("title", Title::parse(&title))?, people))
            }
            _ => Err(ApiError::field("person", &INVALID_FIELD)),
        }
    }
}

/// The caller's conversations, the last active first. One of two people is there once something was said.
#[utoipa::path(
    tag = "Messages",
    operation_id = "conversations",
    security(("bearer" = [])),
    params(ListingQuery, PageQuery),
    responses((status = 200, description = "A page of conversations", body = ConversationPage), Talking)
)]
#[get("/api/conversations")]
pub(super) async fn list(
    state: Data<State>,
    identity: Identity,
    query: Query<ListingQuery>,
    page: Query<PageQuery>,
) -> ApiResult<Json<ConversationPage>> {
    let (limit, after, shared) = (page.0.limit()?, page.0.cursor()?, state.clone());
    let listing = Listing { archived: query.0.archived.unwrap_or(false), search: query.0.search };
    let list = move |conn: &mut PgConnection| {
        let unseen = Unseen::of(conn, identity.user)?;
        let who = (identity.user, &unseen.blocked[..]);
        let page = shared.messaging.conversations(conn, who, &listing, after.as_ref(), limit)?;
        let items = ConversationView::all(conn, &shared, (identity.user, &unseen), &page.items)?;
        let next_cursor = page.next.map(|cursor| cursor.as_str().to_owned());
        Ok::<_, ApiError>(ConversationPage { items, next_cursor })
    };
    Ok(Json(state.database.run(list).await?))
}

/// Begins a conversation with somebody, or gives the one there is; or makes a group, which the caller owns. At most 100 a day.
#[utoipa::path(
    tag = "Messages",
    operation_id = "openConversation",
    security(("bearer" = [])),
    request_body = NewConversationBody,
    responses(
        (status = 201, description = "The conversation, new or not", body = ConversationView, headers(("Location" = String, description = "Where it is"))),
        Talking,
    )
)]
#[post("/api/conversations")]
pub(super) async fn open(
    state: Data<State>,
    identity: Identity,
    body: Body<NewConversationBody>,
) -> ApiResult<HttpResponse> {
    let (shared, actor, wanted) = (state.clone(), actor(Some(&identity)), body.0.read()?);
    let open = move |conn: &mut PgConnection| {
        people::may_act(conn, &shared, identity.user)?;
        let unseen = Unseen::of(conn, identity.user)?;
        let who = (identity.user, &unseen.blocked[..]);
        let own = match &wanted {
            Wanted::Pair(id) => {
                let other = people::person(conn, &shared, *id)?;
                shared.messaging.open_direct(conn, who, other, &actor)?
            }
            Wanted::Group(title, ids) => {
                let others = people::people(conn, &shared, ids)?;
                shared.messaging.create_group(conn, who, title, &others, &actor)?
            }
        };
        let location = format!("/api/conversations/{}", own.conversation.id);
        Ok((location, ConversationView::one(conn, &shared, (identity.user, &unseen), own)?))
    };
    let (location, view) = state.database.run(move |conn| together(conn, open)).await?;
    state.streams.nudge();
    Ok(HttpResponse::Created().insert_header((LOCATION, location)).json(view))
}

/// One of the caller's conversations.
#[utoipa::path(
    tag = "Messages",
    operation_id = "conversation",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The conversation's id", format = Uuid)),
    responses((status = 200, description = "The conversation", body = ConversationView), Talking)
)]
#[get("/api/conversations/{id}")]
pub(super) async fn one(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
) -> ApiResult<Json<ConversationView>> {
    let shared = state.clone();
    let one = move |conn: &mut PgConnection| {
        let unseen = Unseen::of(conn, identity.user)?;
        let own = shared.messaging.conversation(conn, (identity.user, &unseen.blocked), id.0)?;
        ConversationView::one(conn, &shared, (identity.user, &unseen), own)
    };
    Ok(Json(state.database.run(one).await?))
}

/// Gives a group another title: its owner and moderators may.
#[utoipa::path(
    tag = "Messages",
    operation_id = "renameConversation",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The conversation's id", format = Uuid)),
    request_body = TitleBody,
    responses((status = 200, description = "The conversation as it is now", body = ConversationView), Talking)
)]
#[put("/api/conversations/{id}")]
pub(super) async fn rename(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
    body: Body<TitleBody>,
) -> ApiResult<Json<ConversationView>> {
    let (shared, actor) = (state.clone(), actor(Some(&identity)));
    let title = blamed("title", Title::parse(&body.0.title))?;
    let rename = move |conn: &mut PgConnection| {
        people::may_act(conn, &shared, identity.user)?;
        let unseen = Unseen::of(conn, identity.user)?;
        let who = (identity.user, &unseen.blocked[..]);
        let own = shared.messaging.rename_group(conn, who, id.0, &title, &actor)?;
        ConversationView::one(conn, &shared, (identity.user, &unseen), own)
    };
    let view = state.database.run(move |conn| together(conn, rename)).await?;
    state.streams.nudge();
    Ok(Json(view))
}

/// Sets until when the caller wants no notification of a conversation, and whether it is put away.
#[utoipa::path(
    tag = "Messages",
    operation_id = "setConversation",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The conversation's id", format = Uuid)),
    request_body = SettingsBody,
    responses((status = 200, description = "The conversation as it is now", body = ConversationView), Talking)
)]
#[put("/api/conversations/{id}/settings")]
pub(super) async fn settings(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
    body: Body<SettingsBody>,
) -> ApiResult<Json<ConversationView>> {
    let (shared, actor) = (state.clone(), actor(Some(&identity)));
    let set = move |conn: &mut PgConnection| {
        let unseen = Unseen::of(conn, identity.user)?;
        let (who, wanted) = ((identity.user, &unseen.blocked[..]), (body.0.muted_until, body.0.archived));
        let own = shared.messaging.set_own(conn, who, id.0, wanted, &actor)?;
        ConversationView::one(conn, &shared, (identity.user, &unseen), own)
    };
    let view = state.database.run(move |conn| together(conn, set)).await?;
    state.streams.nudge();
    Ok(Json(view))
}

/// Leaves a group or a theme. A group whose owner goes gets another.
#[utoipa::path(
    tag = "Messages",
    operation_id = "leaveConversation",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The conversation's id", format = Uuid)),
    responses((status = 204, description = "The caller is not in it any more"), Talking)
)]
#[post("/api/conversations/{id}/leave")]
pub(super) async fn leave(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
) -> ApiResult<HttpResponse> {
    let (shared, actor) = (state.clone(), actor(Some(&identity)));
    let leave = move |conn: &mut PgConnection| {
        let unseen = Unseen::of(conn, identity.user)?;
        shared.messaging.leave(conn, (identity.user, &unseen.blocked), id.0, &actor).map_err(ApiError::from)
    };
    state.database.run(move |conn| together(conn, leave)).await?;
    state.streams.nudge();
    Ok(HttpResponse::NoContent().finish())
}
