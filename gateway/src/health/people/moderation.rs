//! Ratings that people reported.

use super::{super::problems::Editing, confirmed, ratings::ReviewView};
use crate::{
    auth::actor,
    error::{ApiResult, Problem},
    extract::{Identity, PageQuery, PathId, Query},
    state::State,
};
use actix_web::{
    get, post,
    web::{Data, Json},
};
use diesel::PgConnection;
use hostolink_health_directory::ReportedReview;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A rating that people reported.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReportedReviewView {
    /// The rating.
    rating: ReviewView,
    /// How many people reported it since somebody of the house last looked.
    reports: i32,
    /// What the latest of them say, five at most.
    reasons: Vec<String>,
}

/// A page of reported ratings.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReportedReviewPage {
    /// The oldest first.
    items: Vec<ReportedReviewView>,
    /// Where the next page starts; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

impl From<ReportedReview> for ReportedReviewView {
    fn from(reported: ReportedReview) -> Self {
        let reports = reported.review.reports;
        Self { rating: reported.review.into(), reports, reasons: reported.reasons }
    }
}

/// Ratings that people reported, the oldest first.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "reportedRatings",
    security(("bearer" = [])),
    params(PageQuery),
    responses((status = 200, description = "A page of ratings", body = ReportedReviewPage), Editing)
)]
#[get("/api/admin/health/ratings")]
pub(super) async fn queue(state: Data<State>, page: Query<PageQuery>) -> ApiResult<Json<ReportedReviewPage>> {
    let (limit, after, directory) = (page.0.limit()?, page.0.cursor()?, state.directory.clone());
    let queue = move |conn: &mut PgConnection| directory.reported_reviews(conn, after.as_ref(), limit);
    let page = state.database.run(queue).await?;
    Ok(Json(ReportedReviewPage {
        items: page.items.into_iter().map(ReportedReviewView::from).collect(),
        next_cursor: page.next.map(|cursor| cursor.as_str().to_owned()),
    }))
}

/// Hides a rating: it is neither shown nor counted, and what was reported of it is answered.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "hideRating",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The rating's id", format = Uuid)),
    responses(
        (status = 200, description = "The rating", body = ReviewView),
        (status = 404, description = "There is no such rating: `health.review_unknown`", body = Problem, content_type = "application/problem+json"),
        Editing,
    )
)]
#[post("/api/admin/health/ratings/{id}/hide")]
pub(super) async fn hide(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
) -> ApiResult<Json<ReviewView>> {
    moderate(&state, identity, id.0, true).await
}

/// Shows a rating, or shows it again: what was reported of it is answered.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "restoreRating",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The rating's id", format = Uuid)),
    responses(
        (status = 200, description = "The rating", body = ReviewView),
        (status = 404, description = "There is no such rating: `health.review_unknown`", body = Problem, content_type = "application/problem+json"),
        Editing,
    )
)]
#[post("/api/admin/health/ratings/{id}/restore")]
pub(super) async fn restore(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
) -> ApiResult<Json<ReviewView>> {
    moderate(&state, identity, id.0, false).await
}

async fn moderate(
    state: &Data<State>,
    identity: Identity,
    id: Uuid,
    hidden: bool,
) -> ApiResult<Json<ReviewView>> {
    let (shared, actor) = (state.clone(), actor(Some(&identity)));
    let moderate = move |conn: &mut PgConnection| {
        confirmed(conn, (&shared, &identity), |conn| {
            shared.directory.moderate_review(conn, id, hidden, (&actor, identity.user))
        })
    };
    Ok(Json(state.database.run(moderate).await?.into()))
}
