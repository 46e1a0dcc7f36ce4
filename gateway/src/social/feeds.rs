//! Lists of publications, and what they are searched by.

use super::{
    person,
    problems::Reading,
    publication_views::{PublicationPage, SocialPersonPage, cursor},
    viewer,
};
use crate::routes::ServiceConfig;
use crate::{
    error::ApiResult,
    extract::{Identity, PageQuery, PathId, Query},
    state::State,
};
use actix_web::{
    get,
    web::{Data, Json, Path},
};
use diesel::PgConnection;
use hostolink_kernel::{Cursor, Limit, Page, UserPublicId};
use hostolink_social::{Error, Publication, Social, Viewer};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Mounts `/api/feeds`, `/api/hashtags`, `/api/social/search` and what people published.
pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(recent)
        .service(following)
        .service(trending)
        .service(tagged)
        .service(search)
        .service(search_people)
        .service(search_tags)
        .service(publications_of)
        .service(shared_by);
}

/// Which of the newest.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase")]
struct ThemeQuery {
    /// Those of a theme that the caller is in; what is public where it is left out.
    theme_id: Option<Uuid>,
}

/// What to search for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct WordsQuery {
    /// At least two letters.
    #[serde(default)]
    #[param(min_length = 2, max_length = 200, example = "vaccination")]
    q: String,
}

/// A page of hashtags.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct HashtagPage {
    /// The hashtags, as they are compared: lower case, without accents.
    items: Vec<String>,
    /// Where the next page starts; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Reads a page of publications, whichever.
async fn read(
    state: &Data<State>,
    identity: Identity,
    page: Query<PageQuery>,
    list: impl FnOnce(
        &State,
        &mut PgConnection,
        &Viewer,
        (Option<&Cursor>, Limit),
    ) -> ApiResult<Page<Publication>>
    + Send
    + 'static,
) -> ApiResult<Json<PublicationPage>> {
    let (limit, after, shared) = (page.0.limit()?, page.0.cursor()?, state.clone());
    let read = move |conn: &mut PgConnection| {
        let viewer = viewer(conn, identity.user)?;
        let page = list(&shared, conn, &viewer, (after.as_ref(), limit))?;
        PublicationPage::new(conn, &shared, identity.user, page)
    };
    Ok(Json(state.database.run(read).await?))
}

/// What is public, the newest first, or what is in a theme; without whom the caller muted.
#[utoipa::path(
    tag = "Social",
    operation_id = "recentFeed",
    security(("bearer" = [])),
    params(ThemeQuery, PageQuery),
    responses((status = 200, description = "A page of publications", body = PublicationPage), Reading)
)]
#[get("/api/feeds/recent")]
async fn recent(
    state: Data<State>,
    identity: Identity,
    query: Query<ThemeQuery>,
    page: Query<PageQuery>,
) -> ApiResult<Json<PublicationPage>> {
    let theme = query.0.theme_id;
    let list =
        move |state: &State, conn: &mut PgConnection, viewer: &Viewer, at: (Option<&Cursor>, Limit)| {
            Ok(state.social.recent(conn, viewer, theme, at.0, at.1)?)
        };
    read(&state, identity, page, list).await
}

type List =
    fn(&Social, &mut PgConnection, &Viewer, Option<&Cursor>, Limit) -> Result<Page<Publication>, Error>;

async fn read_feed(
    state: &Data<State>,
    identity: Identity,
    page: Query<PageQuery>,
    feed: List,
) -> ApiResult<Json<PublicationPage>> {
    let list =
        move |state: &State, conn: &mut PgConnection, viewer: &Viewer, at: (Option<&Cursor>, Limit)| {
            Ok(feed(&state.social, conn, viewer, at.0, at.1)?)
        };
    read(state, identity, page, list).await
}

/// What those published or passed on whom the caller follows, the last first.
#[utoipa::path(
    tag = "Social",
    operation_id = "followingFeed",
    security(("bearer" = [])),
    params(PageQuery),
    responses((status = 200, description = "A page of publications", body = PublicationPage), Reading)
)]
#[get("/api/feeds/following")]
async fn following(
    state: Data<State>,
    identity: Identity,
    page: Query<PageQuery>,
) -> ApiResult<Json<PublicationPage>> {
    read_feed(&state, identity, page, Social::following).await
}

/// What is talked about this week. The list is made every minute; whoever reads goes on in the one that they began, for an hour.
#[utoipa::path(
    tag = "Social",
    operation_id = "trendingFeed",
    security(("bearer" = [])),
    params(PageQuery),
    responses((status = 200, description = "A page of publications", body = PublicationPage), Reading)
)]
#[get("/api/feeds/trending")]
async fn trending(
    state: Data<State>,
    identity: Identity,
    page: Query<PageQuery>,
) -> ApiResult<Json<PublicationPage>> {
    read_feed(&state, identity, page, Social::trending).await
}

/// What has a hashtag, the newest first. Case and accents make no difference.
#[utoipa::path(
    tag = "Social",
    operation_id = "taggedPublications",
    security(("bearer" = [])),
    params(("tag" = String, Path, description = "The hashtag, with or without its #"), PageQuery),
    responses((status = 200, description = "A page of publications", body = PublicationPage), Reading)
)]
#[get("/api/hashtags/{tag}")]
async fn tagged(
    state: Data<State>,
    identity: Identity,
    tag: Path<String>,
    page: Query<PageQuery>,
) -> ApiResult<Json<PublicationPage>> {
    let tag = tag.into_inner();
    let list =
        move |state: &State, conn: &mut PgConnection, viewer: &Viewer, at: (Option<&Cursor>, Limit)| {
            Ok(state.social.tagged(conn, viewer, &tag, at.0, at.1)?)
        };
    read(&state, identity, page, list).await
}

/// What has all these words, in any form of theirs and with or without accents; the newest first.
#[utoipa::path(
    tag = "Social",
    operation_id = "searchPublications",
    security(("bearer" = [])),
    params(WordsQuery, PageQuery),
    responses((status = 200, description = "A page of publications", body = PublicationPage), Reading)
)]
#[get("/api/social/search")]
async fn search(
    state: Data<State>,
    identity: Identity,
    query: Query<WordsQuery>,
    page: Query<PageQuery>,
) -> ApiResult<Json<PublicationPage>> {
    let list =
        move |state: &State, conn: &mut PgConnection, viewer: &Viewer, at: (Option<&Cursor>, Limit)| {
            Ok(state.social.search(conn, viewer, &query.0.q, at.0, at.1)?)
        };
    read(&state, identity, page, list).await
}

/// People whose handle begins so. Who has chosen none is not found.
#[utoipa::path(
    tag = "Social",
    operation_id = "searchPeople",
    security(("bearer" = [])),
    params(WordsQuery, PageQuery),
    responses((status = 200, description = "A page of people", body = SocialPersonPage), Reading)
)]
#[get("/api/social/search/people")]
async fn search_people(
    state: Data<State>,
    identity: Identity,
    query: Query<WordsQuery>,
    page: Query<PageQuery>,
) -> ApiResult<Json<SocialPersonPage>> {
    let (limit, after, shared) = (page.0.limit()?, page.0.cursor()?, state.clone());
    let read = move |conn: &mut PgConnection| {
        let page = shared.social.search_people(conn, identity.user, &query.0.q, after.as_ref(), limit)?;
        SocialPersonPage::new(conn, &shared, &page)
    };
    Ok(Json(state.database.run(read).await?))
}

/// Hashtags that begin so and that something has that the caller sees.
#[utoipa::path(
    tag = "Social",
    operation_id = "searchHashtags",
    security(("bearer" = [])),
    params(WordsQuery, PageQuery),
    responses((status = 200, description = "A page of hashtags", body = HashtagPage), Reading)
)]
#[get("/api/social/search/hashtags")]
async fn search_tags(
    state: Data<State>,
    identity: Identity,
    query: Query<WordsQuery>,
    page: Query<PageQuery>,
) -> ApiResult<Json<HashtagPage>> {
    let (limit, after, social) = (page.0.limit()?, page.0.cursor()?, state.social.clone());
    let read = move |conn: &mut PgConnection| -> ApiResult<_> {
        let viewer = viewer(conn, identity.user)?;
        Ok(social.search_tags(conn, &viewer, &query.0.q, after.as_ref(), limit)?)
    };
    let page = state.database.run(read).await?;
    let next_cursor = cursor(&page);
    Ok(Json(HashtagPage { items: page.items, next_cursor }))
}

/// What somebody published, as the caller sees it, the newest first.
#[utoipa::path(
    tag = "Social",
    operation_id = "publicationsOf",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The person's id", format = Uuid), PageQuery),
    responses((status = 200, description = "A page of publications", body = PublicationPage), Reading)
)]
#[get("/api/people/{id}/publications")]
async fn publications_of(
    state: Data<State>,
    identity: Identity,
    id: PathId<UserPublicId>,
    page: Query<PageQuery>,
) -> ApiResult<Json<PublicationPage>> {
    let list =
        move |state: &State, conn: &mut PgConnection, viewer: &Viewer, at: (Option<&Cursor>, Limit)| {
            let user = person(conn, state, id.0)?;
            Ok(state.social.publications_of(conn, viewer, user, at.0, at.1)?)
        };
    read(&state, identity, page, list).await
}

/// What somebody passed on, the last first. What the caller may not see is left out.
#[utoipa::path(
    tag = "Social",
    operation_id = "sharedBy",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The person's id", format = Uuid), PageQuery),
    responses((status = 200, description = "A page of publications", body = PublicationPage), Reading)
)]
#[get("/api/people/{id}/shares")]
async fn shared_by(
    state: Data<State>,
    identity: Identity,
    id: PathId<UserPublicId>,
    page: Query<PageQuery>,
) -> ApiResult<Json<PublicationPage>> {
    let list =
        move |state: &State, conn: &mut PgConnection, viewer: &Viewer, at: (Option<&Cursor>, Limit)| {
            let user = person(conn, state, id.0)?;
            Ok(state.social.shared_by(conn, viewer, user, at.0, at.1)?)
        };
    read(&state, identity, page, list).await
}
