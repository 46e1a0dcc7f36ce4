//! A file that is being paid is stopped, by its owner or by who freezes money.

use super::{super::problems::OwnBulk, views::BulkView};
use crate::{
    auth::actor,
    error::ApiResult,
    extract::{Identity, PathId},
    state::State,
};
use actix_web::{
    post,
    web::{Data, Json},
};
use hostolink_kernel::{BulkId, UserId};

/// Stops a file that is being paid: what was paid stays, what is being paid at this moment still is, and the lines after that never are. Their
/// state is `stopped`, in the list and in the CSV. Saying so twice is saying so.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "stopBulkPayment",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The file's id", format = Uuid)),
    responses((status = 200, description = "It is `stopping`, or `stopped` by now", body = BulkView), OwnBulk)
)]
#[post("/api/wallet/bulk-payments/{id}/stop")]
pub(in crate::wallet) async fn stop(
    state: Data<State>,
    identity: Identity,
    id: PathId<BulkId>,
) -> ApiResult<Json<BulkView>> {
    stop_of(&state, &identity, Some(identity.user), id.0).await
}

/// Stops anybody's file that is being paid.
#[utoipa::path(
    tag = "Back office",
    operation_id = "stopBulkPaymentOf",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The file's id", format = Uuid)),
    responses((status = 200, description = "It is `stopping`, or `stopped` by now", body = BulkView), OwnBulk)
)]
#[post("/api/admin/bulk-payments/{id}/stop")]
pub(in crate::wallet) async fn stop_any(
    state: Data<State>,
    identity: Identity,
    id: PathId<BulkId>,
) -> ApiResult<Json<BulkView>> {
    stop_of(&state, &identity, None, id.0).await
}

async fn stop_of(
    state: &Data<State>,
    identity: &Identity,
    owner: Option<UserId>,
    id: BulkId,
) -> ApiResult<Json<BulkView>> {
    let (wallets, by) = (state.wallets.clone(), actor(Some(identity)));
    let bulk = state.database.run(move |conn| wallets.stop_bulk(conn, (owner, id), &by)).await?;
    Ok(Json(BulkView::new(&bulk, &state.config)))
}
