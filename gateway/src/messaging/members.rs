//! Who is in a conversation.

use super::{
    people::{self, Unseen, together},
    problems::Talking,
    views::{MemberRoleView, SpeakerView, StandingView, speaker},
};
use crate::{
    auth::actor,
    error::{ApiError, ApiResult},
    extract::{Identity, Json as Body, PageQuery, PathId, Query},
    state::State,
    wallet::views::names,
};
use actix_web::{
    HttpResponse, get, post, put,
    web::{Data, Json},
};
use diesel::PgConnection;
use hostolink_kernel::UserPublicId;
use hostolink_messaging::{Messaging, codes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Somebody in a conversation.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct MemberView {
    /// Who.
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<SpeakerView>,
    /// What they may.
    role: MemberRoleView,
    /// Whether they are in it.
    standing: StandingView,
}

/// A page of members.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct MemberPage {
    /// Who came first is first.
    items: Vec<MemberView>,
    /// Where the next page starts; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Whom to bring in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PeopleBody {
    /// Their ids, 1 to 255.
    #[schema(value_type = Vec<String>, min_items = 1, max_items = 255)]
    people: Vec<UserPublicId>,
}

/// Whom to send away.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RemovalBody {
    /// Their id.
    #[schema(value_type = String, format = Uuid)]
    person: UserPublicId,
    /// Whether they can't come back by themselves, nor be brought.
    #[serde(default)]
    ban: bool,
}

/// Who is to have which role.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MemberRoleBody {
    /// Their id.
    #[schema(value_type = String, format = Uuid)]
    person: UserPublicId,
    /// The role; `owner` hands it over.
    role: MemberRoleView,
}

/// Who is in one of the caller's conversations.
#[utoipa::path(
    tag = "Messages",
    operation_id = "members",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The conversation's id", format = Uuid), PageQuery),
    responses((status = 200, description = "A page of members", body = MemberPage), Talking)
)]
#[get("/api/conversations/{id}/members")]
pub(super) async fn list(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
    page: Query<PageQuery>,
) -> ApiResult<Json<MemberPage>> {
    let (limit, after, shared) = (page.0.limit()?, page.0.cursor()?, state.clone());
    let list = move |conn: &mut PgConnection| {
        let unseen = Unseen::of(conn, identity.user)?;
        let who = (identity.user, &unseen.blocked[..]);
        let page = shared.messaging.members(conn, who, id.0, after.as_ref(), limit)?;
        let names = names(conn, &shared.auth, page.items.iter().map(|member| member.user))?;
        let view = |member: &hostolink_messaging::Member| MemberView {
            person: speaker(&names, member.user),
            role: member.role.into(),
            standing: member.standing.into(),
        };
        let next_cursor = page.next.as_ref().map(|cursor| cursor.as_str().to_owned());
        Ok::<_, ApiError>(MemberPage { items: page.items.iter().map(view).collect(), next_cursor })
    };
    Ok(Json(state.database.run(list).await?))
}

/// Brings people into a group, which has 256 members at most: its owner and moderators may. They read on from there.
#[utoipa::path(
    tag = "Messages",
    operation_id = "addMembers",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The conversation's id", format = Uuid)),
    request_body = PeopleBody,
    responses((status = 204, description = "They are in it"), Talking)
)]
#[post("/api/conversations/{id}/members")]
pub(super) async fn add(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
    body: Body<PeopleBody>,
) -> ApiResult<HttpResponse> {
    let (shared, actor, ids) = (state.clone(), actor(Some(&identity)), body.0.people);
    if i32::try_from(ids.len()).map_or(true, |count| count >= Messaging::MAX_MEMBERS) {
        return Err(ApiError::new(&codes::TOO_MANY_MEMBERS));
    }
    let add = move |conn: &mut PgConnection| {
        people::may_act(conn, &shared, identity.user)?;
        let unseen = Unseen::of(conn, identity.user)?;
        let who = (identity.user, &unseen.blocked[..]);
        // Whose conversation it is comes before who the others are.
        shared.messaging.conversation(conn, who, id.0)?;
        let others = people::people(conn, &shared, &ids)?;
        shared.messaging.add_members(conn, who, id.0, &others, &actor).map_err(ApiError::from)
    };
    state.database.run(move |conn| together(conn, add)).await?;
    state.streams.nudge();
    Ok(HttpResponse::NoContent().finish())
}

/// Sends somebody of a lower role away: owners and moderators may, and in a theme moderators of the house.
#[utoipa::path(
    tag = "Messages",
    operation_id = "removeMember",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The conversation's id", format = Uuid)),
    request_body = RemovalBody,
    responses((status = 204, description = "They are not in it any more"), Talking)
)]
#[post("/api/conversations/{id}/members/removal")]
pub(super) async fn remove(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
    body: Body<RemovalBody>,
) -> ApiResult<HttpResponse> {
    let (shared, actor, body) = (state.clone(), actor(Some(&identity)), body.0);
    let remove = move |conn: &mut PgConnection| {
        let unseen = Unseen::of(conn, identity.user)?;
        let who = (identity.user, &unseen.blocked[..]);
        if people::of_the_house(&identity) {
            identity.confirm(&shared.auth, conn)?;
            let whom = (people::anyone(conn, &shared, body.person)?, body.ban);
            if shared.messaging.remove_for_the_house(conn, identity.user, id.0, whom, &actor)? {
                return Ok(());
            }
        }
        shared.messaging.conversation(conn, who, id.0)?;
        let whom = (people::anyone(conn, &shared, body.person)?, body.ban);
        shared.messaging.remove_member(conn, who, id.0, whom, &actor).map_err(ApiError::from)
    };
    state.database.run(move |conn| together(conn, remove)).await?;
    state.streams.nudge();
    Ok(HttpResponse::NoContent().finish())
}

/// Gives somebody another role: the owner may.
#[utoipa::path(
    tag = "Messages",
    operation_id = "setMemberRole",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The conversation's id", format = Uuid)),
    request_body = MemberRoleBody,
    responses((status = 204, description = "They have it"), Talking)
)]
#[put("/api/conversations/{id}/members/role")]
pub(super) async fn set_role(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
    body: Body<MemberRoleBody>,
) -> ApiResult<HttpResponse> {
    let (shared, actor, body) = (state.clone(), actor(Some(&identity)), body.0);
    let set = move |conn: &mut PgConnection| {
        let unseen = Unseen::of(conn, identity.user)?;
        let who = (identity.user, &unseen.blocked[..]);
        shared.messaging.conversation(conn, who, id.0)?;
        let person = people::anyone(conn, &shared, body.person)?;
        shared.messaging.set_role(conn, who, id.0, (person, body.role.into()), &actor).map_err(ApiError::from)
    };
    state.database.run(move |conn| together(conn, set)).await?;
    state.streams.nudge();
    Ok(HttpResponse::NoContent().finish())
}
