//! People among each other: profiles, whom one follows, blocks and hears nothing of.

use super::{
    person,
    problems::{Posting, Reacting, Reading},
    publication_views::{People, SocialPersonPage, SocialPersonView},
    publications::blame,
};
use crate::{
    auth::actor,
    error::{ApiError, ApiResult},
    extract::{Identity, Json as Body, PageQuery, PathId, Query},
    state::State,
};
use actix_web::{
    HttpResponse, delete, get, put,
    web::{Data, Json},
};
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use hostolink_kernel::{Cursor, Limit, Page, UserId, UserPublicId};
use hostolink_social::{Error, Handle, NewProfile, Profile, Social};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts `/api/people`, `/api/social/{profile,blocks,mutes}`.
pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(own)
        .service(set)
        .service(blocks)
        .service(mutes)
        .service(profile)
        .service(followers)
        .service(following)
        .service(follow)
        .service(unfollow)
        .service(block)
        .service(unblock)
        .service(mute)
        .service(unmute);
}

/// What is to be shown of the caller. What is left out is taken away.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SocialProfileBody {
    /// What others write behind an @, and find the caller by: 3 to 30 of `a`–`z`, digits, `_` and `.`.
    #[schema(min_length = 3, max_length = 30, example = "awa.k")]
    handle: Option<String>,
    /// A word about oneself.
    #[schema(max_length = 300, example = "Sage-femme à Yopougon.")]
    bio: Option<String>,
}

/// Somebody's profile.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SocialProfileView {
    /// Who.
    person: SocialPersonView,
    /// A word about themselves.
    bio: Option<String>,
    /// How many follow them.
    followers: i32,
    /// How many they follow.
    following: i32,
    /// How many publications of theirs there are.
    posts: i32,
    /// How many comments of theirs there are.
    comments: i32,
    /// How many people have looked at the profile.
    viewers: i32,
    /// How many people they blocked: for themselves alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    blocked: Option<i32>,
    /// When they last published.
    last_post: Option<DateTime<Utc>>,
    /// Whether the caller follows them.
    followed: bool,
    /// Whether they follow the caller.
    follows_you: bool,
    /// Whether the caller wants to hear nothing of them.
    muted: bool,
}

impl SocialProfileView {
    fn new(conn: &mut PgConnection, state: &State, viewer: UserId, profile: Profile) -> ApiResult<Self> {
        let people = People::read(conn, state, [profile.user])?;
        Ok(Self {
            person: people.get(profile.user).ok_or_else(ApiError::not_found)?,
            bio: profile.bio,
            followers: profile.followers,
            following: profile.following,
            posts: profile.publications,
            comments: profile.comments,
            viewers: profile.viewers,
            blocked: (profile.user == viewer).then_some(profile.blocked),
            last_post: profile.last_published_at,
            followed: profile.followed,
            follows_you: profile.follows,
            muted: profile.muted,
        })
    }
}

/// The caller's own profile.
#[utoipa::path(
    tag = "Social",
    operation_id = "ownSocialProfile",
    security(("bearer" = [])),
    responses((status = 200, description = "The profile", body = SocialProfileView), Reading)
)]
#[get("/api/social/profile")]
async fn own(state: Data<State>, identity: Identity) -> ApiResult<Json<SocialProfileView>> {
    let shared = state.clone();
    let read = move |conn: &mut PgConnection| {
        let found = shared.social.profile(conn, identity.user, identity.user)?;
        SocialProfileView::new(conn, &shared, identity.user, found)
    };
    Ok(Json(state.database.run(read).await?))
}

/// Says what is to be shown of the caller. Without a handle nobody finds them.
#[utoipa::path(
    tag = "Social",
    operation_id = "setSocialProfile",
    security(("bearer" = [])),
    request_body = SocialProfileBody,
    responses((status = 200, description = "The profile as it is now", body = SocialProfileView), Posting)
)]
#[put("/api/social/profile")]
async fn set(
    state: Data<State>,
    identity: Identity,
    body: Body<SocialProfileBody>,
) -> ApiResult<Json<SocialProfileView>> {
    let handle = body.0.handle.as_deref().map(Handle::parse).transpose().map_err(blame("handle"))?;
    let bio = NewProfile::bio(body.0.bio.as_deref()).map_err(blame("bio"))?;
    let (shared, actor) = (state.clone(), actor(Some(&identity)));
    let set = move |conn: &mut PgConnection| {
        let new = NewProfile { handle, bio };
        let found = shared.social.set_profile(conn, identity.user, &new, &actor)?;
        SocialProfileView::new(conn, &shared, identity.user, found)
    };
    Ok(Json(state.database.run(set).await?))
}

/// Somebody's profile. That the caller looked is counted, once; nobody is shown who looks.
#[utoipa::path(
    tag = "Social",
    operation_id = "socialProfile",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The person's id", format = Uuid)),
    responses((status = 200, description = "The profile", body = SocialProfileView), Reading)
)]
#[get("/api/people/{id}")]
async fn profile(
    state: Data<State>,
    identity: Identity,
    id: PathId<UserPublicId>,
) -> ApiResult<Json<SocialProfileView>> {
    let shared = state.clone();
    let read = move |conn: &mut PgConnection| {
        let user = person(conn, &shared, id.0)?;
        let found = shared.social.profile(conn, identity.user, user)?;
        SocialProfileView::new(conn, &shared, identity.user, found)
    };
    Ok(Json(state.database.run(read).await?))
}

type OwnList =
    fn(&Social, &mut PgConnection, UserId, Option<&Cursor>, Limit) -> Result<Page<UserId>, Error>;

async fn own_list(
    state: &Data<State>,
    identity: Identity,
    page: Query<PageQuery>,
    list: OwnList,
) -> ApiResult<Json<SocialPersonPage>> {
    let (limit, after, shared) = (page.0.limit()?, page.0.cursor()?, state.clone());
    let read = move |conn: &mut PgConnection| {
        let page = list(&shared.social, conn, identity.user, after.as_ref(), limit)?;
        SocialPersonPage::new(conn, &shared, page)
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
        let page =
            shared.social.follows(conn, (identity.user, user), following, after.as_ref(), limit)?;
        SocialPersonPage::new(conn, &shared, page)
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
async fn following(
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
async fn follow(
    state: Data<State>,
    identity: Identity,
    id: PathId<UserPublicId>,
) -> ApiResult<HttpResponse> {
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
async fn block(
    state: Data<State>,
    identity: Identity,
    id: PathId<UserPublicId>,
) -> ApiResult<HttpResponse> {
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

/// Hears nothing of somebody from now on, who is not told. Once more changes nothing.
#[utoipa::path(
    tag = "Social",
    operation_id = "mutePerson",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The person's id", format = Uuid)),
    responses((status = 204, description = "They are muted"), Reacting)
)]
#[put("/api/people/{id}/mute")]
async fn mute(
    state: Data<State>,
    identity: Identity,
    id: PathId<UserPublicId>,
) -> ApiResult<HttpResponse> {
    with_person(&state, id.0, move |social, conn, user| social.mute(conn, identity.user, user)).await
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
async fn unmute(
    state: Data<State>,
    identity: Identity,
    id: PathId<UserPublicId>,
) -> ApiResult<HttpResponse> {
    with_person(&state, id.0, move |social, conn, user| social.unmute(conn, identity.user, user)).await
}
