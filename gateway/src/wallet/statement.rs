//! What happened to the caller's money.

use super::{
    problems::Reading,
    views::{MovementPage, MovementView, movements},
};
use crate::{
    error::{ApiError, ApiResult},
    extract::{Identity, PageQuery, PathId, Query},
    state::State,
};
use actix_web::{
    get,
    web::{Data, Json},
};
use hostolink_kernel::TransactionId;

/// The caller's operations, newest first.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "transactions",
    security(("bearer" = [])),
    params(PageQuery),
    responses((status = 200, description = "A page of operations", body = MovementPage), Reading)
)]
#[get("/api/wallet/transactions")]
pub(super) async fn transactions(
    state: Data<State>,
    identity: Identity,
    query: Query<PageQuery>,
) -> ApiResult<Json<MovementPage>> {
    let (limit, after) = (query.0.limit()?, query.0.cursor()?);
    let (wallets, auth) = (state.wallets.clone(), state.auth.clone());
    let page = state.database.run(move |conn| {
        let page = wallets.transactions(conn, identity.user, after.as_ref(), limit)?;
        MovementPage::compose(conn, &auth, &wallets, &page)
    });
    Ok(Json(page.await?))
}

/// One operation of the caller's.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "transaction",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The transaction's id", format = Uuid)),
    responses(
        (status = 200, description = "The operation", body = MovementView),
        (status = 404, description = "No such operation of the caller's: `wallet.transaction_unknown`", body = crate::error::Problem, content_type = "application/problem+json"),
        Reading,
    )
)]
#[get("/api/wallet/transactions/{id}")]
pub(super) async fn transaction(
    state: Data<State>,
    identity: Identity,
    id: PathId<TransactionId>,
) -> ApiResult<Json<MovementView>> {
    let (wallets, auth) = (state.wallets.clone(), state.auth.clone());
    let views = state.database.run(move |conn| {
        let movement = wallets.transaction(conn, identity.user, id.0)?;
        movements(conn, &auth, &wallets, &[movement])
    });
    views.await?.pop().map(Json).ok_or_else(ApiError::not_found)
}
