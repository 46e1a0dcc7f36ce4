//! What administrators do with merchants.

use super::{
    bodies::{AgentBody, DeclineBody},
    views::{MerchantPage, MerchantStateView, MerchantView},
};
use crate::{
    auth::actor,
    error::{ApiError, ApiResult},
    extract::{Identity, Json as Body, PageQuery, PathId, Query},
    flows::merchants,
    state::State,
    wallet::{agents, bodies, problems::ReviewingMerchants, requests::choice},
};
use actix_web::{
    get, post, put,
    web::{Data, Json},
};
use hostolink_kernel::{Identifier, MerchantId};
use hostolink_wallet::Verdict;
use serde::Deserialize;
use utoipa::IntoParams;

/// Which merchants.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct MerchantsQuery {
    /// In one state: `draft`, `submitted`, `accepted`, `refused` or `suspended`.
    #[param(example = "submitted")]
    state: Option<String>,
}

/// Merchants, the oldest first.
#[utoipa::path(
    tag = "Back office",
    operation_id = "merchants",
    security(("bearer" = [])),
    params(MerchantsQuery, PageQuery),
    responses((status = 200, description = "A page of merchants", body = MerchantPage), ReviewingMerchants)
)]
#[get("/api/admin/merchants")]
pub(super) async fn list(
    state: Data<State>,
    wanted: Query<MerchantsQuery>,
    page: Query<PageQuery>,
) -> ApiResult<Json<MerchantPage>> {
    let (limit, after) = (page.0.limit()?, page.0.cursor()?);
    let wanted = choice::<MerchantStateView>("state", wanted.0.state)?.map(Into::into);
    let shared = state.clone();
    let page = state.database.run(move |conn| {
        let page = shared.wallets.merchants(conn, wanted, after.as_ref(), limit)?;
        let next_cursor = page.next.as_ref().map(|cursor| cursor.as_str().to_owned());
        let items = MerchantView::reviewed(conn, &shared.auth, &page.items)?;
        Ok::<_, ApiError>(MerchantPage { items, next_cursor })
    });
    Ok(Json(page.await?))
}

/// One merchant.
#[utoipa::path(
    tag = "Back office",
    operation_id = "merchantById",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The merchant's id", format = Uuid)),
    responses((status = 200, description = "The merchant", body = MerchantView), ReviewingMerchants)
)]
#[get("/api/admin/merchants/{id}")]
pub(super) async fn one(state: Data<State>, id: PathId<MerchantId>) -> ApiResult<Json<MerchantView>> {
    let shared = state.clone();
    let view = state.database.run(move |conn| {
        let merchant = shared.wallets.merchant_by_id(conn, id.0)?;
        let mut seen = MerchantView::reviewed(conn, &shared.auth, &[merchant])?;
        seen.pop().ok_or_else(ApiError::not_found)
    });
    Ok(Json(view.await?))
}

/// Accepts a merchant that waits: the merchant's account and own till are there from then on, and who was a `user` is a `merchant`.
#[utoipa::path(
    tag = "Back office",
    operation_id = "acceptMerchant",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The merchant's id", format = Uuid)),
    responses((status = 200, description = "The merchant, accepted", body = MerchantView), ReviewingMerchants)
)]
#[post("/api/admin/merchants/{id}/accept")]
pub(super) async fn accept(
    state: Data<State>,
    identity: Identity,
    id: PathId<MerchantId>,
) -> ApiResult<Json<MerchantView>> {
    decide(&state, &identity, id.0, Verdict::Accept).await
}

/// Turns a merchant down that waits, who may describe themselves better.
#[utoipa::path(
    tag = "Back office",
    operation_id = "refuseMerchant",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The merchant's id", format = Uuid)),
    request_body = DeclineBody,
    responses((status = 200, description = "The merchant, refused", body = MerchantView), ReviewingMerchants)
)]
#[post("/api/admin/merchants/{id}/refuse")]
pub(super) async fn refuse(
    state: Data<State>,
    identity: Identity,
    id: PathId<MerchantId>,
    body: Body<DeclineBody>,
) -> ApiResult<Json<MerchantView>> {
    decide(&state, &identity, id.0, Verdict::Refuse(body.0.reason.into())).await
}

/// Suspends an accepted merchant: nobody pays at any of their tills. What they have stays theirs. Who was a `merchant` is a `user`.
#[utoipa::path(
    tag = "Back office",
    operation_id = "suspendMerchant",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The merchant's id", format = Uuid)),
    request_body = DeclineBody,
    responses((status = 200, description = "The merchant, suspended", body = MerchantView), ReviewingMerchants)
)]
#[post("/api/admin/merchants/{id}/suspend")]
pub(super) async fn suspend(
    state: Data<State>,
    identity: Identity,
    id: PathId<MerchantId>,
    body: Body<DeclineBody>,
) -> ApiResult<Json<MerchantView>> {
    decide(&state, &identity, id.0, Verdict::Suspend(body.0.reason.into())).await
}

/// Takes a suspension back.
#[utoipa::path(
    tag = "Back office",
    operation_id = "reinstateMerchant",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The merchant's id", format = Uuid)),
    responses((status = 200, description = "The merchant, accepted again", body = MerchantView), ReviewingMerchants)
)]
#[post("/api/admin/merchants/{id}/reinstate")]
pub(super) async fn reinstate(
    state: Data<State>,
    identity: Identity,
    id: PathId<MerchantId>,
) -> ApiResult<Json<MerchantView>> {
    decide(&state, &identity, id.0, Verdict::Reinstate).await
}

/// Says which agent brought a merchant, or that none did: from then on they have the share of what the merchant pays for being paid that the
/// scale says. Nobody says so of themselves.
#[utoipa::path(
    tag = "Back office",
    operation_id = "setMerchantAgent",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The merchant's id", format = Uuid)),
    request_body = AgentBody,
    responses(
        (status = 200, description = "The merchant", body = MerchantView),
        (status = 422, description = "Nobody who may give cash-in: `wallet.agent_unknown`", body = crate::error::Problem, content_type = "application/problem+json"),
        ReviewingMerchants,
    )
)]
#[put("/api/admin/merchants/{id}/agent")]
pub(super) async fn set_agent(
    state: Data<State>,
    identity: Identity,
    id: PathId<MerchantId>,
    body: Body<AgentBody>,
) -> ApiResult<Json<MerchantView>> {
    let read = |text: &String| bodies::identifier("agent", text, &state.config.regions);
    let agent = body.0.agent.as_ref().map(read).transpose()?;
    let (shared, by) = (state.clone(), actor(Some(&identity)));
    let view = state.database.run(move |conn| {
        let find = |agent: Identifier| agents::find_agent(conn, &shared.auth, &agent);
        let agent = agent.map(find).transpose()?;
        let merchant = shared.wallets.set_merchant_agent(conn, id.0, agent, &by)?;
        let mut seen = MerchantView::reviewed(conn, &shared.auth, &[merchant])?;
        seen.pop().ok_or_else(ApiError::not_found)
    });
    Ok(Json(view.await?))
}

async fn decide(
    state: &Data<State>,
    identity: &Identity,
    id: MerchantId,
    verdict: Verdict,
) -> ApiResult<Json<MerchantView>> {
    let (shared, by) = (state.clone(), actor(Some(identity)));
    let view = state.database.run(move |conn| {
        let merchant = merchants::review(conn, &shared, (id, verdict), &by)?;
        let mut seen = MerchantView::reviewed(conn, &shared.auth, &[merchant])?;
        seen.pop().ok_or_else(ApiError::not_found)
    });
    Ok(Json(view.await?))
}
