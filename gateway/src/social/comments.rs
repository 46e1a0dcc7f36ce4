//! What people say to publications.

use super::{
    keys::OptionalKey,
    problems::{Posting, Reacting, Reading},
    publication_views::{People, SocialPersonView, cursor},
    publications::blame,
    viewer,
};
use crate::routes::ServiceConfig;
use crate::{
    auth::actor,
    error::{ApiError, ApiResult},
    extract::{Identity, Json as Body, PageQuery, PathId, Query},
    state::State,
};
use actix_web::{
    HttpResponse, delete, get, post, put,
    web::{Data, Json},
};
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use hostolink_kernel::{Page, UserId};
use hostolink_social::{Comment, NewComment, State as Shown, Words};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Mounts `/api/publications/{id}/comments` and `/api/comments`.
pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(post_comment)
        .service(list)
        .service(read_one)
        .service(read_replies)
        .service(edit)
        .service(remove)
        .service(restore)
        .service(like)
        .service(unlike);
}

/// What to say.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CommentBody {
    /// The words, with `@handles` in them.
    #[schema(min_length = 1, max_length = 2_000, example = "Merci pour l'information !")]
    text: String,
    /// The comment that is answered.
    parent_id: Option<Uuid>,
}

/// Other words.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CommentEditBody {
    /// The words.
    #[schema(min_length = 1, max_length = 2_000, example = "Merci beaucoup !")]
    text: String,
}

/// A comment, as the caller sees it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct CommentView {
    /// Its id.
    id: Uuid,
    /// The publication.
    publication_id: Uuid,
    /// The comment that it answers.
    parent_id: Option<Uuid>,
    /// How many comments are above it.
    depth: i16,
    /// Who says so; `null` where it only holds its answers together.
    author: Option<SocialPersonView>,
    /// The words; empty where it was taken back or hidden and only holds its answers together.
    text: String,
    /// Whom it names.
    mentions: Vec<SocialPersonView>,
    /// `visible`, `deleted` or `hidden`.
    state: &'static str,
    /// How many like it.
    likes: i32,
    /// How many direct answers there are.
    replies: i32,
    /// Whether the caller likes it.
    liked: bool,
    /// When it was said.
    created_at: DateTime<Utc>,
    /// When it was last edited.
    edited_at: Option<DateTime<Utc>>,
}

/// A page of comments.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CommentPage {
    /// The oldest first.
    items: Vec<CommentView>,
    /// Where the next page starts; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

impl CommentView {
    fn new(comment: Comment, people: &People) -> Self {
        let is_shown = comment.state == Shown::Visible;
        Self {
            id: comment.id,
            publication_id: comment.publication,
            parent_id: comment.parent,
            depth: comment.depth,
            author: if is_shown { people.get(comment.author) } else { None },
            text: comment.text,
            mentions: people.all(&comment.mentioned),
            state: comment.state.as_str(),
            likes: comment.likes,
            replies: comment.replies,
            liked: comment.liked,
            created_at: comment.created_at,
            edited_at: comment.edited_at,
        }
    }

    pub(super) fn all(
        conn: &mut PgConnection,
        state: &State,
        comments: Vec<Comment>,
    ) -> ApiResult<Vec<Self>> {
        let users: Vec<UserId> =
            comments.iter().flat_map(|one| one.mentioned.iter().copied().chain([one.author])).collect();
        let people = People::read(conn, state, users)?;
        Ok(comments.into_iter().map(|comment| Self::new(comment, &people)).collect())
    }

    fn one(conn: &mut PgConnection, state: &State, comment: Comment) -> ApiResult<Self> {
        Self::all(conn, state, vec![comment])?.pop().ok_or_else(ApiError::not_found)
    }
}

impl CommentPage {
    fn new(conn: &mut PgConnection, state: &State, page: Page<Comment>) -> ApiResult<Self> {
        let next_cursor = cursor(&page);
        Ok(Self { items: CommentView::all(conn, state, page.items)?, next_cursor })
    }
}

/// Says something to a publication, or answers a comment there. With an `Idempotency-Key` a retry says nothing twice and answers 200.
#[utoipa::path(
    tag = "Social",
    operation_id = "comment",
    security(("bearer" = [])),
    params(
        ("id" = String, Path, description = "The publication's id", format = Uuid),
        ("Idempotency-Key" = Option<String>, Header, description = "8 to 255 visible ASCII characters, drawn for this one wish"),
    ),
    request_body = CommentBody,
    responses(
        (status = 201, description = "It is said", body = CommentView),
        (status = 200, description = "It was said under this key before", body = CommentView),
        Posting,
    )
)]
#[post("/api/publications/{id}/comments")]
async fn post_comment(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
    key: OptionalKey,
    body: Body<CommentBody>,
) -> ApiResult<HttpResponse> {
    let key = key.of("comment", &(id.0, &body.0))?;
    let text = Words::some(&body.0.text, NewComment::MAX_TEXT).map_err(blame("text"))?;
    let actor = actor(Some(&identity));
    let new = NewComment { publication: id.0, parent: body.0.parent_id, text, key, actor };
    let shared = state.clone();
    let say = move |conn: &mut PgConnection| -> ApiResult<_> {
        let viewer = viewer(conn, identity.user)?;
        let (said, is_new) = shared.social.comment(conn, &viewer, &new)?;
        Ok((CommentView::one(conn, &shared, said)?, is_new))
    };
    let (view, is_new) = state.database.run(say).await?;
    let mut answer = if is_new { HttpResponse::Created() } else { HttpResponse::Ok() };
    Ok(answer.json(view))
}

/// The comments of a publication, the oldest first. Answers to one of them are a call of their own.
#[utoipa::path(
    tag = "Social",
    operation_id = "comments",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The publication's id", format = Uuid), PageQuery),
    responses((status = 200, description = "A page of comments", body = CommentPage), Reading)
)]
#[get("/api/publications/{id}/comments")]
async fn list(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
    page: Query<PageQuery>,
) -> ApiResult<Json<CommentPage>> {
    let (limit, after, shared) = (page.0.limit()?, page.0.cursor()?, state.clone());
    let read = move |conn: &mut PgConnection| {
        let viewer = viewer(conn, identity.user)?;
        let page = shared.social.comments(conn, &viewer, id.0, after.as_ref(), limit)?;
        CommentPage::new(conn, &shared, page)
    };
    Ok(Json(state.database.run(read).await?))
}

/// One comment.
#[utoipa::path(
    tag = "Social",
    operation_id = "oneComment",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The comment's id", format = Uuid)),
    responses((status = 200, description = "The comment", body = CommentView), Reading)
)]
#[get("/api/comments/{id}")]
async fn read_one(state: Data<State>, identity: Identity, id: PathId<Uuid>) -> ApiResult<Json<CommentView>> {
    let shared = state.clone();
    let read = move |conn: &mut PgConnection| {
        let viewer = viewer(conn, identity.user)?;
        let found = shared.social.one_comment(conn, &viewer, id.0)?;
        CommentView::one(conn, &shared, found)
    };
    Ok(Json(state.database.run(read).await?))
}

/// The direct answers to a comment, the oldest first.
#[utoipa::path(
    tag = "Social",
    operation_id = "replies",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The comment's id", format = Uuid), PageQuery),
    responses((status = 200, description = "A page of comments", body = CommentPage), Reading)
)]
#[get("/api/comments/{id}/replies")]
async fn read_replies(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
    page: Query<PageQuery>,
) -> ApiResult<Json<CommentPage>> {
    let (limit, after, shared) = (page.0.limit()?, page.0.cursor()?, state.clone());
    let read = move |conn: &mut PgConnection| {
        let viewer = viewer(conn, identity.user)?;
        let page = shared.social.replies(conn, &viewer, id.0, after.as_ref(), limit)?;
        CommentPage::new(conn, &shared, page)
    };
    Ok(Json(state.database.run(read).await?))
}

/// Has one's own comment say something else.
#[utoipa::path(
    tag = "Social",
    operation_id = "editComment",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The comment's id", format = Uuid)),
    request_body = CommentEditBody,
    responses((status = 200, description = "The comment as it is now", body = CommentView), Posting)
)]
#[put("/api/comments/{id}")]
async fn edit(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
    body: Body<CommentEditBody>,
) -> ApiResult<Json<CommentView>> {
    let text = Words::some(&body.0.text, NewComment::MAX_TEXT).map_err(blame("text"))?;
    let (shared, actor) = (state.clone(), actor(Some(&identity)));
    let edit = move |conn: &mut PgConnection| {
        let viewer = viewer(conn, identity.user)?;
        let edited = shared.social.edit_comment(conn, &viewer, id.0, &text, &actor)?;
        CommentView::one(conn, &shared, edited)
    };
    Ok(Json(state.database.run(edit).await?))
}

/// Takes one's own comment back. Answers to it stay. It can be restored for thirty days.
#[utoipa::path(
    tag = "Social",
    operation_id = "deleteComment",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The comment's id", format = Uuid)),
    responses((status = 204, description = "It is there no more"), Posting)
)]
#[delete("/api/comments/{id}")]
async fn remove(state: Data<State>, identity: Identity, id: PathId<Uuid>) -> ApiResult<HttpResponse> {
    let (social, actor) = (state.social.clone(), actor(Some(&identity)));
    state.database.run(move |conn| social.delete_comment(conn, id.0, &actor)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Brings back what the caller took back.
#[utoipa::path(
    tag = "Social",
    operation_id = "restoreComment",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The comment's id", format = Uuid)),
    responses((status = 200, description = "The comment", body = CommentView), Posting)
)]
#[post("/api/comments/{id}/restore")]
async fn restore(state: Data<State>, identity: Identity, id: PathId<Uuid>) -> ApiResult<Json<CommentView>> {
    let (shared, actor) = (state.clone(), actor(Some(&identity)));
    let restore = move |conn: &mut PgConnection| {
        let restored = shared.social.restore_comment(conn, id.0, &actor)?;
        CommentView::one(conn, &shared, restored)
    };
    Ok(Json(state.database.run(restore).await?))
}

/// Likes a comment. Once more changes nothing.
#[utoipa::path(
    tag = "Social",
    operation_id = "likeComment",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The comment's id", format = Uuid)),
    responses((status = 200, description = "The comment as it is now", body = CommentView), Reacting)
)]
#[put("/api/comments/{id}/likes")]
async fn like(state: Data<State>, identity: Identity, id: PathId<Uuid>) -> ApiResult<Json<CommentView>> {
    let shared = state.clone();
    let like = move |conn: &mut PgConnection| {
        let viewer = viewer(conn, identity.user)?;
        shared.social.like_comment(conn, &viewer, id.0)?;
        let found = shared.social.one_comment(conn, &viewer, id.0)?;
        CommentView::one(conn, &shared, found)
    };
    Ok(Json(state.database.run(like).await?))
}

/// Likes it no more. Once more changes nothing.
#[utoipa::path(
    tag = "Social",
    operation_id = "unlikeComment",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The comment's id", format = Uuid)),
    responses((status = 204, description = "The caller does not like it"), Reacting)
)]
#[delete("/api/comments/{id}/likes")]
async fn unlike(state: Data<State>, identity: Identity, id: PathId<Uuid>) -> ApiResult<HttpResponse> {
    let social = state.social.clone();
    state.database.run(move |conn| social.unlike_comment(conn, identity.user, id.0)).await?;
    Ok(HttpResponse::NoContent().finish())
}
