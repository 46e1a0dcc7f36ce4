//! What people publish.

use super::{
    keys::OptionalKey,
    problems::{Posting, Reading},
    publication_views::{HistoryView, PublicationPage, PublicationView},
    together, viewer,
};
use crate::routes::ServiceConfig;
use crate::{
    auth::actor,
    error::{ApiError, ApiResult},
    extract::{Identity, Json as Body, PageQuery, PathId, Query},
    media::uploads,
    state::State,
};
use actix_web::{
    HttpResponse, delete, get,
    http::header::LOCATION,
    post, put,
    web::{Data, Json},
};
use diesel::PgConnection;
use hostolink_audit::Actor;
use hostolink_kernel::DomainError;
use hostolink_social::{Key, NewPoll, NewPublication, Visibility, Words};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Mounts `/api/publications` and `/api/social/removed`.
pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(publish)
        .service(one)
        .service(edit)
        .service(remove)
        .service(restore)
        .service(history)
        .service(removed);
}

/// A question to ask beside.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PollBody {
    /// What can be answered: 2 to 10, each of 1 to 80 characters.
    #[schema(min_items = 2, max_items = 10)]
    choices: Vec<String>,
    /// For how many hours: 1 to 720.
    #[schema(minimum = 1, maximum = 720, example = 24)]
    hours: i64,
}

/// What to publish.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PublicationBody {
    /// The words, with `#hashtags` and `@handles` in them. There may be none beside media.
    #[serde(default)]
    #[schema(max_length = 10_000, example = "Campagne de vaccination à Cocody samedi. #santé")]
    text: String,
    /// `public`, `followers` or `theme`: who sees it; `public` where it is left out.
    #[schema(example = "public")]
    visibility: Option<String>,
    /// In which theme, with the visibility `theme`.
    theme_id: Option<Uuid>,
    /// Finished uploads of the caller's, in the order in which they are shown.
    #[serde(default)]
    #[schema(max_items = 10)]
    media_ids: Vec<Uuid>,
    /// Whether devices of those who read it may fetch what the first link leads to: the other end then sees their address.
    #[serde(default)]
    link_preview: bool,
    /// A question.
    poll: Option<PollBody>,
}

/// Blames a field of what the domain refuses.
pub(super) fn blame(field: &'static str) -> impl Fn(hostolink_social::Error) -> ApiError {
    move |error| ApiError::field(field, error.code())
}

impl PublicationBody {
    fn read(self, key: Option<Key>, actor: Actor) -> ApiResult<NewPublication> {
        let visibility = match self.visibility.as_deref() {
            None => Visibility::Public,
            Some(name) => Visibility::parse(name)
                .ok_or_else(|| ApiError::field("visibility", &crate::error::INVALID_FIELD))?,
        };
        let poll = self.poll.map(|poll| NewPoll::parse(&poll.choices, poll.hours)).transpose();
        Ok(NewPublication {
            text: Words::parse(&self.text, NewPublication::MAX_TEXT).map_err(blame("text"))?,
            visibility,
            theme: self.theme_id,
            media: self.media_ids,
            preview: self.link_preview,
            poll: poll.map_err(blame("poll"))?,
            key,
            actor,
        })
    }
}

/// Other words.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PublicationEditBody {
    /// The words.
    #[schema(max_length = 10_000, example = "Campagne de vaccination à Cocody samedi et dimanche. #santé")]
    text: String,
}

/// Publishes something. With an `Idempotency-Key` a retry publishes nothing twice and answers 200.
#[utoipa::path(
    tag = "Social",
    operation_id = "publish",
    security(("bearer" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "8 to 255 visible ASCII characters, drawn for this one wish")),
    request_body = PublicationBody,
    responses(
        (status = 201, description = "It is published", body = PublicationView),
        (status = 200, description = "It was published under this key before", body = PublicationView),
        Posting,
    )
)]
#[post("/api/publications")]
async fn publish(
    state: Data<State>,
    identity: Identity,
    key: OptionalKey,
    body: Body<PublicationBody>,
) -> ApiResult<HttpResponse> {
    let key = key.of("publish", &body.0)?;
    let new = body.0.read(key, actor(Some(&identity)))?;
    let shared = state.clone();
    let publish = move |conn: &mut PgConnection| {
        together(conn, |conn| {
            let viewer = viewer(conn, identity.user)?;
            let (made, is_new) = shared.social.publish(conn, &viewer, &new)?;
            if is_new {
                uploads::claim(conn, identity.user, &new.media, ("publication", made.id))?;
            }
            Ok((PublicationView::one(conn, &shared, identity.user, made)?, is_new))
        })
    };
    let (view, is_new) = state.database.run(publish).await?;
    let location = format!("/api/publications/{}", view.id);
    let mut answer = if is_new { HttpResponse::Created() } else { HttpResponse::Ok() };
    Ok(answer.insert_header((LOCATION, location)).json(view))
}

/// One publication. What the caller may not see answers as what does not exist.
#[utoipa::path(
    tag = "Social",
    operation_id = "publication",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The publication's id", format = Uuid)),
    responses((status = 200, description = "The publication", body = PublicationView), Reading)
)]
#[get("/api/publications/{id}")]
async fn one(state: Data<State>, identity: Identity, id: PathId<Uuid>) -> ApiResult<Json<PublicationView>> {
    let shared = state.clone();
    let read = move |conn: &mut PgConnection| {
        let viewer = viewer(conn, identity.user)?;
        let found = shared.social.publication(conn, &viewer, id.0)?;
        PublicationView::one(conn, &shared, identity.user, found)
    };
    Ok(Json(state.database.run(read).await?))
}

/// Has one's own publication say something else. What it said stays to be read.
#[utoipa::path(
    tag = "Social",
    operation_id = "editPublication",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The publication's id", format = Uuid)),
    request_body = PublicationEditBody,
    responses((status = 200, description = "The publication as it is now", body = PublicationView), Posting)
)]
#[put("/api/publications/{id}")]
async fn edit(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
    body: Body<PublicationEditBody>,
) -> ApiResult<Json<PublicationView>> {
    let text = Words::parse(&body.0.text, NewPublication::MAX_TEXT).map_err(blame("text"))?;
    let (shared, actor) = (state.clone(), actor(Some(&identity)));
    let edit = move |conn: &mut PgConnection| {
        let viewer = viewer(conn, identity.user)?;
        let edited = shared.social.edit(conn, &viewer, id.0, &text, &actor)?;
        PublicationView::one(conn, &shared, identity.user, edited)
    };
    Ok(Json(state.database.run(edit).await?))
}

/// Takes one's own publication back, with all that hangs on it. It can be restored for thirty days.
#[utoipa::path(
    tag = "Social",
    operation_id = "deletePublication",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The publication's id", format = Uuid)),
    responses((status = 204, description = "It is there no more"), Posting)
)]
#[delete("/api/publications/{id}")]
async fn remove(state: Data<State>, identity: Identity, id: PathId<Uuid>) -> ApiResult<HttpResponse> {
    let (social, actor) = (state.social.clone(), actor(Some(&identity)));
    state.database.run(move |conn| social.delete(conn, id.0, &actor)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Brings back what the caller took back, as it was.
#[utoipa::path(
    tag = "Social",
    operation_id = "restorePublication",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The publication's id", format = Uuid)),
    responses((status = 200, description = "The publication", body = PublicationView), Posting)
)]
#[post("/api/publications/{id}/restore")]
async fn restore(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
) -> ApiResult<Json<PublicationView>> {
    let (shared, actor) = (state.clone(), actor(Some(&identity)));
    let restore = move |conn: &mut PgConnection| {
        let restored = shared.social.restore(conn, id.0, &actor)?;
        PublicationView::one(conn, &shared, identity.user, restored)
    };
    Ok(Json(state.database.run(restore).await?))
}

/// What a publication said before it was edited.
#[utoipa::path(
    tag = "Social",
    operation_id = "publicationHistory",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The publication's id", format = Uuid)),
    responses((status = 200, description = "Its earlier versions", body = HistoryView), Reading)
)]
#[get("/api/publications/{id}/history")]
async fn history(state: Data<State>, identity: Identity, id: PathId<Uuid>) -> ApiResult<Json<HistoryView>> {
    let social = state.social.clone();
    let read = move |conn: &mut PgConnection| -> ApiResult<_> {
        let viewer = viewer(conn, identity.user)?;
        Ok(social.history(conn, &viewer, id.0)?)
    };
    Ok(Json(state.database.run(read).await?.into()))
}

/// What the caller took back, or the house hid of theirs, the last first; each with its `state`. What they took back can be restored.
#[utoipa::path(
    tag = "Social",
    operation_id = "removedPublications",
    security(("bearer" = [])),
    params(PageQuery),
    responses((status = 200, description = "A page of publications", body = PublicationPage), Reading)
)]
#[get("/api/social/removed")]
async fn removed(
    state: Data<State>,
    identity: Identity,
    page: Query<PageQuery>,
) -> ApiResult<Json<PublicationPage>> {
    let (limit, after, shared) = (page.0.limit()?, page.0.cursor()?, state.clone());
    let read = move |conn: &mut PgConnection| {
        let page = shared.social.removed(conn, identity.user, after.as_ref(), limit)?;
        PublicationPage::new(conn, &shared, identity.user, page)
    };
    Ok(Json(state.database.run(read).await?))
}
