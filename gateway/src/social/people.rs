//! People among each other: whom one follows, blocks and hears nothing of.

use super::{
    person,
    problems::{Reacting, Reading},
    publication_views::SocialPersonPage,
    together,
};
use crate::routes::ServiceConfig;
use crate::{
    auth::actor,
    error::ApiResult,
    extract::{Identity, PageQuery, PathId, Query},
    state::State,
};
use actix_web::{
    HttpResponse, delete, get, put,
    web::{Data, Json},
};
use diesel::PgConnection;
use hostolink_kernel::{Cursor, Limit, Page, UserId, UserPublicId};
use hostolink_outbox::{self as outbox, NewEvent};
use hostolink_social::{Error, Social};
use serde_json::json;

/// The event of somebody who wants to hear of others than before: its subject is the person. Their streams look, and go by it.
const EARS: &str = "social.ears";

/// Mounts what people do with people under `/api/people`, and `/api/social/{blocks,mutes}`.
pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(blocks)
        .service(mutes)
        .service(followers)
        .service(followed)
        .service(follow)
        .service(unfollow)
        .service(block)
        .service(unblock)
        .service(mute)
        .service(unmute);
}

type OwnList = fn(&Social, &mut PgConnection, UserId, Option<&Cursor>, Limit) -> Result<Page<UserId>, Error>;

async fn own_list(
    state: &Data<State>,
    identity: Identity,
    page: Query<PageQuery>,
    list: OwnList,
) -> ApiResult<Json<SocialPersonPage>> {
    let (limit, after, shared) = (page.0.limit()?, page.0.cursor()?, state.clone());
    let read = move |conn: &mut PgConnection| {
        let page = list(&shared.social, conn, identity.user, after.as_ref(), limit)?;
        SocialPersonPage::new(conn, &shared, &page)
    };
    Ok(Json(state.database.run(read).await?))
}

/// Whom the caller blocked, the last first.
#[utoipa::path(
    tag = "Social",
    operation_id = "blocks",
    security(("bearer" = [])),
    params(PageQuery),
    responses((status = 200, description = "A page of people", body = SocialPersonPage), Reading)
)]
#[get("/api/social/blocks")]
async fn blocks(
    state: Data<State>,
    identity: Identity,
    page: Query<PageQuery>,
) -> ApiResult<Json<SocialPersonPage>> {
    own_list(&state, identity, page, Social::blocks).await
}

/// Of whom the caller wants to hear nothing, the last first.
#[utoipa::path(
    tag = "Social",
    operation_id = "mutes",
    security(("bearer" = [])),
    params(PageQuery),
    responses((status = 200, description = "A page of people", body = SocialPersonPage), Reading)
)]
#[get("/api/social/mutes")]
async fn mutes(
    state: Data<State>,
    identity: Identity,
    page: Query<PageQuery>,
) -> ApiResult<Json<SocialPersonPage>> {
    own_list(&state, identity, page, Social::mutes).await
}

async fn ties(
    state: &Data<State>,
    identity: Identity,
    id: UserPublicId,
    page: Query<PageQuery>,
    following: bool,
) -> ApiResult<Json<SocialPersonPage>> {
    let (limit, after, shared) = (page.0.limit()?, page.0.cursor()?, state.clone());
    let read = move |conn: &mut PgConnection| {
        let user = person(conn, &shared, id)?;
        let page = shared.social.follows(conn, (identity.user, user), following, after.as_ref(), limit)?;
        SocialPersonPage::new(conn, &shared, &page)
    };
    Ok(Json(state.database.run(read).await?))
}

/// Who follows somebody, the last first.
#[utoipa::path(
    tag = "Social",
    operation_id = "followers",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The person's id", format = Uuid), PageQuery),
    responses((status = 200, description = "A page of people", body = SocialPersonPage), Reading)
)]
#[get("/api/people/{id}/followers")]
async fn followers(
    state: Data<State>,
    identity: Identity,
    id: PathId<UserPublicId>,
    page: Query<PageQuery>,
) -> ApiResult<Json<SocialPersonPage>> {
    ties(&state, identity, id.0, page, false).await
}

/// Whom somebody follows, the last first.
#[utoipa::path(
    tag = "Social",
    operation_id = "followed",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The person's id", format = Uuid), PageQuery),
    responses((status = 200, description = "A page of people", body = SocialPersonPage), Reading)
)]
#[get("/api/people/{id}/following")]
async fn followed(
    state: Data<State>,
    identity: Identity,
    id: PathId<UserPublicId>,
    page: Query<PageQuery>,
) -> ApiResult<Json<SocialPersonPage>> {
    ties(&state, identity, id.0, page, true).await
}

/// Does something with somebody.
async fn with_person(
    state: &Data<State>,
    id: UserPublicId,
    act: impl FnOnce(&Social, &mut PgConnection, UserId) -> Result<(), Error> + Send + 'static,
) -> ApiResult<HttpResponse> {
    let shared = state.clone();
    let act = move |conn: &mut PgConnection| -> ApiResult<()> {
        let user = person(conn, &shared, id)?;
        Ok(act(&shared.social, conn, user)?)
    };
    state.database.run(act).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Follows somebody. Once more changes nothing.
#[utoipa::path(
    tag = "Social",
    operation_id = "follow",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The person's id", format = Uuid)),
    responses((status = 204, description = "The caller follows them"), Reacting)
)]
#[put("/api/people/{id}/follow")]
async fn follow(state: Data<State>, identity: Identity, id: PathId<UserPublicId>) -> ApiResult<HttpResponse> {
    with_person(&state, id.0, move |social, conn, user| social.follow(conn, identity.user, user)).await
}

/// Follows somebody no more. Once more changes nothing.
#[utoipa::path(
    tag = "Social",
    operation_id = "unfollow",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The person's id", format = Uuid)),
    responses((status = 204, description = "The caller does not follow them"), Reacting)
)]
#[delete("/api/people/{id}/follow")]
async fn unfollow(
    state: Data<State>,
    identity: Identity,
    id: PathId<UserPublicId>,
) -> ApiResult<HttpResponse> {
    with_person(&state, id.0, move |social, conn, user| social.unfollow(conn, identity.user, user)).await
}

/// Blocks somebody: neither sees the other anywhere, nor follows them. They are not told.
#[utoipa::path(
    tag = "Social",
    operation_id = "blockPerson",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The person's id", format = Uuid)),
    responses((status = 204, description = "They are blocked"), Reacting)
)]
#[put("/api/people/{id}/block")]
async fn block(state: Data<State>, identity: Identity, id: PathId<UserPublicId>) -> ApiResult<HttpResponse> {
    let actor = actor(Some(&identity));
    with_person(&state, id.0, move |social, conn, user| social.block(conn, (identity.user, user), &actor))
        .await
}

/// Takes a block away. Once more changes nothing.
#[utoipa::path(
    tag = "Social",
    operation_id = "unblockPerson",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The person's id", format = Uuid)),
    responses((status = 204, description = "They are not blocked"), Reacting)
)]
#[delete("/api/people/{id}/block")]
async fn unblock(
    state: Data<State>,
    identity: Identity,
    id: PathId<UserPublicId>,
) -> ApiResult<HttpResponse> {
    let actor = actor(Some(&identity));
    with_person(&state, id.0, move |social, conn, user| social.unblock(conn, (identity.user, user), &actor))
        .await
}

/// Wants to hear of somebody, or of them no more, from now on: the caller's streams are told in the same transaction.
async fn set_ears(
    state: &Data<State>,
    identity: Identity,
    id: UserPublicId,
    wanted: bool,
) -> ApiResult<HttpResponse> {
    let shared = state.clone();
    let set = move |conn: &mut PgConnection| -> ApiResult<()> {
        let user = person(conn, &shared, id)?;
        if wanted {
            shared.social.unmute(conn, identity.user, user)?;
        } else {
            shared.social.mute(conn, identity.user, user)?;
        }
        let event = NewEvent { kind: EARS, subject: identity.public_id.uuid(), payload: json!({}) };
        Ok(outbox::publish(conn, &event, shared.clock.now())?)
    };
    state.database.run(move |conn| together(conn, set)).await?;
    state.streams.nudge();
    Ok(HttpResponse::NoContent().finish())
}

/// Hears nothing of somebody from now on, who is not told. Once more changes nothing.
#[utoipa::path(
    tag = "Social",
    operation_id = "mutePerson",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The person's id", format = Uuid)),
    responses((status = 204, description = "They are muted"), Reacting)
)]
#[put("/api/people/{id}/mute")]
async fn mute(state: Data<State>, identity: Identity, id: PathId<UserPublicId>) -> ApiResult<HttpResponse> {
    set_ears(&state, identity, id.0, false).await
}

/// Hears of somebody again. Once more changes nothing.
#[utoipa::path(
    tag = "Social",
    operation_id = "unmutePerson",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The person's id", format = Uuid)),
    responses((status = 204, description = "They are not muted"), Reacting)
)]
#[delete("/api/people/{id}/mute")]
async fn unmute(state: Data<State>, identity: Identity, id: PathId<UserPublicId>) -> ApiResult<HttpResponse> {
    set_ears(&state, identity, id.0, true).await
}
