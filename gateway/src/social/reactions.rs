//! What people do with publications.

use super::{
    problems::{Posting, Reacting, Reading},
    publication_views::{PublicationPage, PublicationView, SharePage, ShareView, SocialPersonPage},
    publications::blame,
    viewer,
};
use crate::routes::ServiceConfig;
use crate::{
    auth::actor,
    error::ApiResult,
    extract::{Identity, Json as Body, PageQuery, PathId, Query},
    state::State,
};
use actix_web::{
    HttpResponse, delete, get, post, put,
    web::{Data, Json},
};
use diesel::PgConnection;
use hostolink_social::{Error, Social, Viewer, Words};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Mounts `/api/publications/{id}/{likes,saves,shares,poll-votes}`.
pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(like)
        .service(unlike)
        .service(likers)
        .service(save)
        .service(unsave)
        .service(saved)
        .service(share)
        .service(unshare)
        .service(shares)
        .service(vote);
}

/// A word beside a share.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ShareBody {
    /// What the caller says beside.
    #[schema(max_length = 500, example = "À lire.")]
    comment: Option<String>,
}

/// An answer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct VoteBody {
    /// Its place in the order, from 0.
    #[schema(minimum = 0, maximum = 9, example = 0)]
    choice: i64,
}

type Reaction = fn(&Social, &mut PgConnection, &Viewer, Uuid) -> Result<(), Error>;

/// Reacts, and says what the publication is like then.
pub(super) async fn react(
    state: &Data<State>,
    identity: Identity,
    id: Uuid,
    reaction: Reaction,
) -> ApiResult<Json<PublicationView>> {
    let shared = state.clone();
    let react = move |conn: &mut PgConnection| {
        let viewer = viewer(conn, identity.user)?;
        reaction(&shared.social, conn, &viewer, id)?;
        let found = shared.social.publication(conn, &viewer, id)?;
        PublicationView::one(conn, &shared, identity.user, found)
    };
    Ok(Json(state.database.run(react).await?))
}

/// Likes a publication. Once more changes nothing.
#[utoipa::path(
    tag = "Social",
    operation_id = "like",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The publication's id", format = Uuid)),
    responses((status = 200, description = "The publication as it is now", body = PublicationView), Reacting)
)]
#[put("/api/publications/{id}/likes")]
async fn like(state: Data<State>, identity: Identity, id: PathId<Uuid>) -> ApiResult<Json<PublicationView>> {
    react(&state, identity, id.0, Social::like).await
}

/// Likes it no more. Once more changes nothing.
#[utoipa::path(
    tag = "Social",
    operation_id = "unlike",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The publication's id", format = Uuid)),
    responses((status = 204, description = "The caller does not like it"), Reacting)
)]
#[delete("/api/publications/{id}/likes")]
async fn unlike(state: Data<State>, identity: Identity, id: PathId<Uuid>) -> ApiResult<HttpResponse> {
    let social = state.social.clone();
    state.database.run(move |conn| social.unlike(conn, identity.user, id.0)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Who likes a publication, the last first.
#[utoipa::path(
    tag = "Social",
    operation_id = "likers",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The publication's id", format = Uuid), PageQuery),
    responses((status = 200, description = "A page of people", body = SocialPersonPage), Reading)
)]
#[get("/api/publications/{id}/likes")]
async fn likers(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
    page: Query<PageQuery>,
) -> ApiResult<Json<SocialPersonPage>> {
    let (limit, after, shared) = (page.0.limit()?, page.0.cursor()?, state.clone());
    let read = move |conn: &mut PgConnection| {
        let viewer = viewer(conn, identity.user)?;
        let page = shared.social.likers(conn, &viewer, id.0, after.as_ref(), limit)?;
        SocialPersonPage::new(conn, &shared, &page)
    };
    Ok(Json(state.database.run(read).await?))
}

/// Keeps a publication, for the caller alone. Once more changes nothing.
#[utoipa::path(
    tag = "Social",
    operation_id = "savePublication",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The publication's id", format = Uuid)),
    responses((status = 200, description = "The publication as it is now", body = PublicationView), Reacting)
)]
#[put("/api/publications/{id}/saves")]
async fn save(state: Data<State>, identity: Identity, id: PathId<Uuid>) -> ApiResult<Json<PublicationView>> {
    react(&state, identity, id.0, Social::save).await
}

/// Keeps it no more. Once more changes nothing.
#[utoipa::path(
    tag = "Social",
    operation_id = "unsavePublication",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The publication's id", format = Uuid)),
    responses((status = 204, description = "The caller does not keep it"), Reacting)
)]
#[delete("/api/publications/{id}/saves")]
async fn unsave(state: Data<State>, identity: Identity, id: PathId<Uuid>) -> ApiResult<HttpResponse> {
    let social = state.social.clone();
    state.database.run(move |conn| social.unsave(conn, identity.user, id.0)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// What the caller keeps, the last first.
#[utoipa::path(
    tag = "Social",
    operation_id = "savedPublications",
    security(("bearer" = [])),
    params(PageQuery),
    responses((status = 200, description = "A page of publications", body = PublicationPage), Reading)
)]
#[get("/api/social/saved")]
async fn saved(
    state: Data<State>,
    identity: Identity,
    page: Query<PageQuery>,
) -> ApiResult<Json<PublicationPage>> {
    let (limit, after, shared) = (page.0.limit()?, page.0.cursor()?, state.clone());
    let read = move |conn: &mut PgConnection| {
        let viewer = viewer(conn, identity.user)?;
        let page = shared.social.saved(conn, &viewer, after.as_ref(), limit)?;
        PublicationPage::new(conn, &shared, identity.user, page)
    };
    Ok(Json(state.database.run(read).await?))
}

/// Passes a public publication on to who follows the caller, once.
#[utoipa::path(
    tag = "Social",
    operation_id = "sharePublication",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The publication's id", format = Uuid)),
    request_body = ShareBody,
    responses((status = 201, description = "It is passed on", body = ShareView), Posting)
)]
#[post("/api/publications/{id}/shares")]
async fn share(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
    body: Body<ShareBody>,
) -> ApiResult<HttpResponse> {
    let words = body.0.comment.map(|text| Words::parse(&text, Social::MAX_SHARE)).transpose();
    let (words, actor, shared) = (words.map_err(blame("comment"))?, actor(Some(&identity)), state.clone());
    let share = move |conn: &mut PgConnection| {
        let viewer = viewer(conn, identity.user)?;
        let share = shared.social.share(conn, &viewer, id.0, words.as_ref(), &actor)?;
        ShareView::one(conn, &shared, share)
    };
    Ok(HttpResponse::Created().json(state.database.run(share).await?))
}

/// Takes a share back. Once more changes nothing.
#[utoipa::path(
    tag = "Social",
    operation_id = "unsharePublication",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The publication's id", format = Uuid)),
    responses((status = 204, description = "The caller does not share it"), Reacting)
)]
#[delete("/api/publications/{id}/shares")]
async fn unshare(state: Data<State>, identity: Identity, id: PathId<Uuid>) -> ApiResult<HttpResponse> {
    let (social, actor) = (state.social.clone(), actor(Some(&identity)));
    state.database.run(move |conn| social.unshare(conn, id.0, &actor)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Who passed a publication on, the last first.
#[utoipa::path(
    tag = "Social",
    operation_id = "shares",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The publication's id", format = Uuid), PageQuery),
    responses((status = 200, description = "A page of shares", body = SharePage), Reading)
)]
#[get("/api/publications/{id}/shares")]
async fn shares(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
    page: Query<PageQuery>,
) -> ApiResult<Json<SharePage>> {
    let (limit, after, shared) = (page.0.limit()?, page.0.cursor()?, state.clone());
    let read = move |conn: &mut PgConnection| {
        let viewer = viewer(conn, identity.user)?;
        let page = shared.social.shares(conn, &viewer, id.0, after.as_ref(), limit)?;
        SharePage::new(conn, &shared, page)
    };
    Ok(Json(state.database.run(read).await?))
}

/// Answers a poll, once and for good. Nobody is shown who answered what.
#[utoipa::path(
    tag = "Social",
    operation_id = "vote",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The publication's id", format = Uuid)),
    request_body = VoteBody,
    responses((status = 200, description = "The publication with its poll as it is now", body = PublicationView), Reacting)
)]
#[post("/api/publications/{id}/poll-votes")]
async fn vote(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
    body: Body<VoteBody>,
) -> ApiResult<Json<PublicationView>> {
    let shared = state.clone();
    let vote = move |conn: &mut PgConnection| {
        let viewer = viewer(conn, identity.user)?;
        let found = shared.social.vote(conn, &viewer, id.0, body.0.choice)?;
        PublicationView::one(conn, &shared, identity.user, found)
    };
    Ok(Json(state.database.run(vote).await?))
}
