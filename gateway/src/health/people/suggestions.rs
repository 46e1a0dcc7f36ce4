use super::{
    super::problems::Editing,
    bodies::{ReasonedDecisionBody, SuggestionBody},
    confirmed,
};
use crate::{
    auth::{actor, notices},
    error::{ApiError, ApiResult, Problem},
    extract::{Identity, Json as Body, PageQuery, PathId, Query, Upload},
    media::FileForm,
    state::State,
};
use actix_web::{
    HttpResponse, get, post, put,
    web::{Data, Json},
};
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use hostolink_health_directory::Suggestion;
use hostolink_kernel::{EstablishmentId, Page};
use hostolink_media::{Owner, Size};
use hostolink_notifier::Notice;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A suggested correction. It does not say who made it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SuggestionView {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    id: Uuid,
    /// The establishment's id.
    #[schema(value_type = String, format = Uuid)]
    establishment: EstablishmentId,
    /// The establishment's name.
    name: String,
    /// `name`, `type`, `position`, `hours`, `numbers`, `services` or `closed`.
    fact: &'static str,
    /// What it should be: a text, a list, or a position.
    #[schema(value_type = Object)]
    value: serde_json::Value,
    /// What the author says beside.
    comment: Option<String>,
    /// Where the picture is that shows it, while nobody has decided.
    photo: Option<String>,
    /// `null` while nobody has decided; then whether it was accepted.
    accepted: Option<bool>,
    /// Why it was refused.
    reason: Option<String>,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// When it was decided.
    decided_at: Option<DateTime<Utc>>,
}

/// A page of suggestions.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SuggestionPage {
    /// One's own: the newest first. Those that wait: the oldest first.
    items: Vec<SuggestionView>,
    /// Where the next page starts; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

impl From<Suggestion> for SuggestionView {
    fn from(said: Suggestion) -> Self {
        Self {
            id: said.id,
            establishment: said.establishment,
            name: said.name,
            fact: said.change.fact().code(),
            value: said.change.value(),
            comment: said.comment,
            photo: said.photo,
            accepted: said.accepted,
            reason: said.reason,
            created_at: said.created_at,
            decided_at: said.decided_at,
        }
    }
}

impl From<Page<Suggestion>> for SuggestionPage {
    fn from(page: Page<Suggestion>) -> Self {
        Self {
            items: page.items.into_iter().map(SuggestionView::from).collect(),
            next_cursor: page.next.map(|cursor| cursor.as_str().to_owned()),
        }
    }
}

/// Suggests a correction of one fact of an establishment. Somebody of the house decides, and the author is told. Saying it again replaces
/// what the author said of the same fact, until then. At most 20 wait.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "suggestCorrection",
    security(("bearer" = [])),
    request_body = SuggestionBody,
    responses(
        (status = 201, description = "It waits for a decision", body = SuggestionView),
        (status = 404, description = "There is no such establishment: `health.establishment_not_found`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Twenty wait already: `health.too_many_suggestions`", body = Problem, content_type = "application/problem+json"),
        Editing,
    )
)]
#[post("/api/health/suggestions")]
pub(super) async fn suggest(
    state: Data<State>,
    identity: Identity,
    body: Body<SuggestionBody>,
) -> ApiResult<HttpResponse> {
    let (directory, actor, body) = (state.directory.clone(), actor(Some(&identity)), body.0);
    let country = directory.snapshot().get(body.establishment)?.country;
    let change = body.change(country)?;
    let suggest = move |conn: &mut PgConnection| {
        let said = (&change, body.comment.as_deref());
        directory.suggest(conn, body.establishment, said, (&actor, identity.user))
    };
    Ok(HttpResponse::Created().json(SuggestionView::from(state.database.run(suggest).await?)))
}

/// What the caller suggested, with what became of it, the newest first.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "suggestions",
    security(("bearer" = [])),
    params(PageQuery),
    responses((status = 200, description = "A page of suggestions", body = SuggestionPage), Editing)
)]
#[get("/api/health/suggestions")]
pub(super) async fn list(
    state: Data<State>,
    identity: Identity,
    page: Query<PageQuery>,
) -> ApiResult<Json<SuggestionPage>> {
    let (limit, after, directory) = (page.0.limit()?, page.0.cursor()?, state.directory.clone());
    let list =
        move |conn: &mut PgConnection| directory.suggestions_of(conn, identity.user, after.as_ref(), limit);
    Ok(Json(state.database.run(list).await?.into()))
}

/// Puts a picture to one's own suggestion, as a proof: the door with its opening hours, the new place. Only pixels are kept, and it goes with
/// the decision.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "showSuggestion",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The suggestion's id", format = Uuid)),
    request_body(content((FileForm = "multipart/form-data"))),
    responses(
        (status = 204, description = "It is shown to whoever decides"),
        (status = 404, description = "The caller has no such suggestion: `health.suggestion_unknown`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It is decided already: `health.suggestion_decided`", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "More than 5 MB: `request.too_large`", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many pictures today: `auth.too_many_attempts`", body = Problem, content_type = "application/problem+json"),
        Editing,
    )
)]
#[put("/api/health/suggestions/{id}/photo")]
pub(super) async fn show(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
    file: Upload,
) -> ApiResult<HttpResponse> {
    let shared = state.clone();
    let allow = move |conn: &mut PgConnection| {
        shared.directory.open_suggestion_of(conn, id.0, identity.user)?;
        shared.auth.count_photo(conn, identity.user)?;
        Ok::<_, ApiError>(())
    };
    state.database.run(allow).await?;
    let picture = state.pictures.read(file.0, Size::Document).await?;
    let stored = state.media.put(Owner(identity.public_id.uuid()), &picture).await?;
    put_photo(&state, identity, id.0, stored.url).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Writes the picture's address down. What is shown no longer, or comes after the decision, is not kept.
async fn put_photo(state: &Data<State>, identity: Identity, id: Uuid, url: String) -> ApiResult<()> {
    let (directory, actor, new) = (state.directory.clone(), actor(Some(&identity)), url.clone());
    let put =
        move |conn: &mut PgConnection| directory.show_suggestion(conn, (id, identity.user), &new, &actor);
    let shown = state.database.run(put).await;
    delete_photo(state, shown.as_ref().map_or(Some(url), Clone::clone)).await;
    Ok(shown.map(|_| ())?)
}

/// Suggestions that wait for a decision, the oldest first.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "suggestionQueue",
    security(("bearer" = [])),
    params(PageQuery),
    responses((status = 200, description = "A page of suggestions", body = SuggestionPage), Editing)
)]
#[get("/api/admin/health/suggestions")]
pub(super) async fn queue(state: Data<State>, page: Query<PageQuery>) -> ApiResult<Json<SuggestionPage>> {
    let (limit, after, directory) = (page.0.limit()?, page.0.cursor()?, state.directory.clone());
    let queue = move |conn: &mut PgConnection| directory.pending_suggestions(conn, after.as_ref(), limit);
    Ok(Json(state.database.run(queue).await?.into()))
}

/// Accepts a suggestion, and the directory says so everywhere from then on, whatever later imports say; or refuses it with a reason, which its
/// author reads. Make sure first: dial numbers, they count as verified.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "decideSuggestion",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The suggestion's id", format = Uuid)),
    request_body = ReasonedDecisionBody,
    responses(
        (status = 200, description = "The suggestion", body = SuggestionView),
        (status = 404, description = "There is no such suggestion: `health.suggestion_unknown`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It is decided already: `health.suggestion_decided`", body = Problem, content_type = "application/problem+json"),
        Editing,
    )
)]
#[post("/api/admin/health/suggestions/{id}/decision")]
pub(super) async fn decide(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
    body: Body<ReasonedDecisionBody>,
) -> ApiResult<Json<SuggestionView>> {
    let (shared, actor, refusal) = (state.clone(), actor(Some(&identity)), body.0.refusal());
    let decide = move |conn: &mut PgConnection| {
        confirmed(conn, (&shared, &identity), |conn| {
            shared.directory.decide_suggestion(conn, id.0, refusal.as_deref(), (&actor, identity.user))
        })
    };
    let mut decided = state.database.run(decide).await?;
    let notice =
        if decided.accepted == Some(true) { Notice::SuggestionAccepted } else { Notice::SuggestionRefused };
    notices::tell_once(&state, decided.author, notice).await;
    delete_photo(&state, decided.photo.take()).await;
    Ok(Json(decided.into()))
}

/// A store that does not answer now keeps a picture that nobody is shown any more.
async fn delete_photo(state: &State, url: Option<String>) {
    if let Some(url) = url
        && let Err(error) = state.media.delete(&url).await
    {
        tracing::warn!(%error, "a picture that has done its work stays in its store");
    }
}
