//! What the house lets be shown.

use super::{
    advertisements::{AdvertisementPage, AdvertisementView},
    problems::Deciding,
    publications::blame,
};
use crate::routes::ServiceConfig;
use crate::{
    auth::actor,
    error::ApiResult,
    extract::{Identity, Json as Body, PageQuery, PathId, Query},
    state::State,
};
use actix_web::{
    get, post,
    web::{Data, Json},
};
use diesel::PgConnection;
use hostolink_social::{Social, Words};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Mounts `/api/admin/advertisements`.
pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(queue).service(decide);
}

/// Whether it is shown.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReviewDecisionBody {
    /// Why it is not shown; it is, where this is left out.
    #[schema(min_length = 1, max_length = 300, example = "Promet une guérison.")]
    refusal: Option<String>,
}

/// Advertisements that somebody has to look at, the oldest first.
#[utoipa::path(
    tag = "Advertisements",
    operation_id = "advertisementQueue",
    security(("bearer" = [])),
    params(PageQuery),
    responses((status = 200, description = "A page of advertisements", body = AdvertisementPage), Deciding)
)]
#[get("/api/admin/advertisements")]
async fn queue(state: Data<State>, page: Query<PageQuery>) -> ApiResult<Json<AdvertisementPage>> {
    let (limit, after, social) = (page.0.limit()?, page.0.cursor()?, state.social.clone());
    let read = move |conn: &mut PgConnection| {
        let page = social.advertisements_to_review(conn, after.as_ref(), limit)?;
        AdvertisementPage::new(conn, page)
    };
    Ok(Json(state.database.run(read).await?))
}

/// Lets an advertisement be shown, or does not, with the reason: then its money is let go. With a reason one that is shown already is stopped: what
/// was spent is taken, the rest let go.
#[utoipa::path(
    tag = "Advertisements",
    operation_id = "decideAdvertisement",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The advertisement's id", format = Uuid)),
    request_body = ReviewDecisionBody,
    responses((status = 200, description = "The advertisement", body = AdvertisementView), Deciding)
)]
#[post("/api/admin/advertisements/{id}/decision")]
async fn decide(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
    body: Body<ReviewDecisionBody>,
) -> ApiResult<Json<AdvertisementView>> {
    let refusal = body.0.refusal.map(|text| Words::some(&text, Social::MAX_AD_REASON)).transpose();
    let (refusal, actor, shared) =
        (refusal.map_err(blame("refusal"))?, actor(Some(&identity)), state.clone());
    let decide = move |conn: &mut PgConnection| {
        identity.confirm(&shared.auth, conn)?;
        let ad = shared.social.review_advertisement(conn, id.0, refusal.as_ref(), &actor)?;
        AdvertisementView::one(conn, ad)
    };
    Ok(Json(state.database.run(decide).await?))
}
