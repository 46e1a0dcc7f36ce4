//! What is shown of people.

use super::{
    person,
    problems::{Posting, Reading},
    publication_views::{People, SocialPersonView},
    publications::blame,
};
use crate::routes::ServiceConfig;
use crate::{
    auth::actor,
    error::{ApiError, ApiResult},
    extract::{Identity, Json as Body, PathId},
    state::State,
};
use actix_web::{
    get, put,
    web::{Data, Json},
};
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use hostolink_kernel::{UserId, UserPublicId};
use hostolink_social::{Handle, NewProfile, Profile};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Mounts `/api/social/profile` and `/api/people/{id}`.
pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(own).service(set).service(read_profile);
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
async fn read_profile(
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
