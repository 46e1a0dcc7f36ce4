use super::{super::problems::Editing, bodies::WhyBody};
use crate::{
    auth::actor,
    error::{ApiResult, Problem},
    extract::{Identity, Json as Body, PageQuery, PathId, Query},
    state::State,
};
use actix_web::{
    HttpResponse, delete, get, post, put,
    web::{Data, Json},
};
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use hostolink_health_directory::Review;
use hostolink_kernel::{EstablishmentId, Page};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// What the caller thinks of an establishment.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReviewBody {
    /// One to five.
    #[schema(minimum = 1, maximum = 5, example = 4)]
    stars: i16,
    /// A word beside. Nothing about one's own health: everybody reads it.
    #[schema(max_length = 500, example = "Accueil rapide, même la nuit.")]
    comment: Option<String>,
}

/// What somebody thinks of an establishment. It does not say who.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReviewView {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub(super) id: Uuid,
    /// The establishment's id.
    #[schema(value_type = String, format = Uuid)]
    establishment: EstablishmentId,
    /// The establishment's name.
    name: String,
    /// One to five.
    stars: i16,
    /// A word beside.
    comment: Option<String>,
    /// Whether the house hid it: then it doesn't count, and only its author and the house see it.
    hidden: bool,
    /// When it was first given.
    created_at: DateTime<Utc>,
    /// When it was last changed.
    updated_at: DateTime<Utc>,
}

/// A page of ratings.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReviewPage {
    /// The newest first.
    items: Vec<ReviewView>,
    /// Where the next page starts; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

impl From<Review> for ReviewView {
    fn from(review: Review) -> Self {
        Self {
            id: review.id,
            establishment: review.establishment,
            name: review.name,
            stars: review.stars,
            comment: review.comment,
            hidden: review.hidden,
            created_at: review.created_at,
            updated_at: review.updated_at,
        }
    }
}

impl From<Page<Review>> for ReviewPage {
    fn from(page: Page<Review>) -> Self {
        Self {
            items: page.items.into_iter().map(ReviewView::from).collect(),
            next_cursor: page.next.map(|cursor| cursor.as_str().to_owned()),
        }
    }
}

/// The caller's own ratings, the newest first.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "ownRatings",
    security(("bearer" = [])),
    params(PageQuery),
    responses((status = 200, description = "A page of ratings", body = ReviewPage), Editing)
)]
#[get("/api/health/ratings")]
pub(super) async fn mine(
    state: Data<State>,
    identity: Identity,
    page: Query<PageQuery>,
) -> ApiResult<Json<ReviewPage>> {
    let (limit, after, directory) = (page.0.limit()?, page.0.cursor()?, state.directory.clone());
    let mine =
        move |conn: &mut PgConnection| directory.reviews_of(conn, identity.user, after.as_ref(), limit);
    Ok(Json(state.database.run(mine).await?.into()))
}

/// What people say of an establishment, the newest first. The average is with the establishment itself, and needs no call of its own.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "establishmentRatings",
    params(("id" = String, Path, description = "The establishment's id", format = Uuid), PageQuery),
    responses(
        (status = 200, description = "A page of ratings", body = ReviewPage),
        (status = 400, description = "`cursor` or `limit` has not the expected form: `request.*`, `health.invalid_cursor`", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such establishment: `health.establishment_not_found`", body = Problem, content_type = "application/problem+json"),
    )
)]
#[get("/api/health/establishments/{id}/ratings")]
pub(super) async fn of_establishment(
    state: Data<State>,
    id: PathId<EstablishmentId>,
    page: Query<PageQuery>,
) -> ApiResult<Json<ReviewPage>> {
    let (limit, after, directory) = (page.0.limit()?, page.0.cursor()?, state.directory.clone());
    let list = move |conn: &mut PgConnection| directory.reviews(conn, id.0, after.as_ref(), limit);
    Ok(Json(state.database.run(list).await?.into()))
}

/// Rates an establishment: one rating a person, which a later one replaces.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "rate",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The establishment's id", format = Uuid)),
    request_body = ReviewBody,
    responses(
        (status = 200, description = "The rating", body = ReviewView),
        (status = 404, description = "There is no such establishment: `health.establishment_not_found`", body = Problem, content_type = "application/problem+json"),
        Editing,
    )
)]
#[put("/api/health/establishments/{id}/rating")]
pub(super) async fn rate(
    state: Data<State>,
    identity: Identity,
    id: PathId<EstablishmentId>,
    body: Body<ReviewBody>,
) -> ApiResult<Json<ReviewView>> {
    let (directory, actor, said) = (state.directory.clone(), actor(Some(&identity)), body.0);
    let rate = move |conn: &mut PgConnection| {
        directory.rate(conn, id.0, (said.stars, said.comment.as_deref()), (&actor, identity.user))
    };
    Ok(Json(state.database.run(rate).await?.into()))
}

/// Takes the caller's rating back.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "unrate",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The establishment's id", format = Uuid)),
    responses(
        (status = 204, description = "There is none any more"),
        (status = 404, description = "There was none: `health.review_unknown`", body = Problem, content_type = "application/problem+json"),
        Editing,
    )
)]
#[delete("/api/health/establishments/{id}/rating")]
pub(super) async fn unrate(
    state: Data<State>,
    identity: Identity,
    id: PathId<EstablishmentId>,
) -> ApiResult<HttpResponse> {
    let (directory, actor) = (state.directory.clone(), actor(Some(&identity)));
    state.database.run(move |conn| directory.unrate(conn, id.0, (&actor, identity.user))).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Reports a rating that should not be there. Once a person counts, and somebody of the house looks at it.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "reportRating",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The rating's id", format = Uuid)),
    request_body = WhyBody,
    responses(
        (status = 204, description = "It is reported"),
        (status = 404, description = "There is no such rating: `health.review_unknown`", body = Problem, content_type = "application/problem+json"),
        Editing,
    )
)]
#[post("/api/health/ratings/{id}/report")]
pub(super) async fn report(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
    body: Body<WhyBody>,
) -> ApiResult<HttpResponse> {
    let (directory, actor) = (state.directory.clone(), actor(Some(&identity)));
    let report = move |conn: &mut PgConnection| {
        directory.report_review(conn, id.0, &body.0.reason, (&actor, identity.user))
    };
    state.database.run(report).await?;
    Ok(HttpResponse::NoContent().finish())
}
