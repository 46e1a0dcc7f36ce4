//! A merchant's own profile and account.

use super::{
    bodies::{MerchantBody, MerchantSettingsBody, OwnMoveBody},
    views::MerchantView,
};
use crate::{
    auth::actor,
    error::{ApiError, ApiResult},
    extract::{IdempotencyKey, Identity, Json as Body},
    state::State,
    wallet::{
        bodies,
        events::{self, Watch},
        posting::{perform_within, wish},
        problems::{OwnTrade, Reading},
        views::ReceiptView,
    },
};
use actix_web::{
    HttpRequest, HttpResponse, get, post, put,
    web::{Data, Json},
};
use hostolink_wallet::{OwnMove, OwnWay, fingerprint};

/// The caller's trade, and what its account holds.
#[utoipa::path(
    tag = "Merchants",
    operation_id = "merchant",
    security(("bearer" = [])),
    responses((status = 200, description = "The merchant", body = MerchantView), OwnTrade)
)]
#[get("/api/merchant")]
pub(super) async fn show(state: Data<State>, identity: Identity) -> ApiResult<Json<MerchantView>> {
    let wallets = state.wallets.clone();
    let view = state.database.run(move |conn| {
        let merchant = wallets.merchant(conn, identity.user)?;
        let account = wallets.merchant_account(conn, identity.user)?;
        let scale = wallets.commission_in_force(conn)?;
        Ok::<_, ApiError>(MerchantView::own(&merchant, account.as_ref()).charged(scale.as_ref()))
    });
    Ok(Json(view.await?))
}

/// Describes the caller's trade, for the first time or better, as long as no reviewer has it. Only who is identified has one.
#[utoipa::path(
    tag = "Merchants",
    operation_id = "describeMerchant",
    security(("bearer" = [])),
    request_body = MerchantBody,
    responses((status = 200, description = "The merchant as it is now", body = MerchantView), OwnTrade)
)]
#[put("/api/merchant")]
pub(super) async fn describe(
    state: Data<State>,
    identity: Identity,
    body: Body<MerchantBody>,
) -> ApiResult<Json<MerchantView>> {
    let (face, by) = (body.0.read()?, actor(Some(&identity)));
    let wallets = state.wallets.clone();
    let described =
        state.database.run(move |conn| wallets.describe_merchant(conn, identity.user, &face, &by)).await?;
    Ok(Json(MerchantView::own(&described, None)))
}

/// Hands the description to the reviewers.
#[utoipa::path(
    tag = "Merchants",
    operation_id = "submitMerchant",
    security(("bearer" = [])),
    responses((status = 200, description = "The merchant, waiting for a reviewer", body = MerchantView), OwnTrade)
)]
#[post("/api/merchant/submit")]
pub(super) async fn submit(state: Data<State>, identity: Identity) -> ApiResult<Json<MerchantView>> {
    let (wallets, by) = (state.wallets.clone(), actor(Some(&identity)));
    let submitted = state.database.run(move |conn| wallets.submit_merchant(conn, identity.user, &by)).await?;
    Ok(Json(MerchantView::own(&submitted, None)))
}

/// Sets what cashiers may.
#[utoipa::path(
    tag = "Merchants",
    operation_id = "configureMerchant",
    security(("bearer" = [])),
    request_body = MerchantSettingsBody,
    responses((status = 200, description = "The merchant as it is now", body = MerchantView), OwnTrade)
)]
#[put("/api/merchant/settings")]
pub(super) async fn configure(
    state: Data<State>,
    identity: Identity,
    body: Body<MerchantSettingsBody>,
) -> ApiResult<Json<MerchantView>> {
    let settings = body.0.read().map_err(|error| error.blaming("cashierRefundsADay"))?;
    let (wallets, by) = (state.wallets.clone(), actor(Some(&identity)));
    let configured = state
        .database
        .run(move |conn| wallets.configure_merchant(conn, identity.user, settings, &by))
        .await?;
    Ok(Json(MerchantView::own(&configured, None)))
}

/// Moves money from the merchant's account to the caller's main account, without fee.
#[utoipa::path(
    tag = "Merchants",
    operation_id = "withdrawFromMerchant",
    security(("bearer" = [])),
    params(("Idempotency-Key" = String, Header, description = "Drawn at random on the device for this wish, kept for every retry")),
    request_body = OwnMoveBody,
    responses((status = 201, description = "It is on the main account", body = ReceiptView), OwnTrade)
)]
#[post("/api/merchant/withdrawals")]
pub(super) async fn withdraw(
    state: Data<State>,
    identity: Identity,
    key: IdempotencyKey,
    body: Body<OwnMoveBody>,
) -> ApiResult<HttpResponse> {
    move_own(&state, identity, OwnWay::Out, &key, body.0.amount).await
}

/// Moves money from the caller's main account to the merchant's account, without fee: for refunds.
#[utoipa::path(
    tag = "Merchants",
    operation_id = "depositToMerchant",
    security(("bearer" = [])),
    params(("Idempotency-Key" = String, Header, description = "Drawn at random on the device for this wish, kept for every retry")),
    request_body = OwnMoveBody,
    responses((status = 201, description = "It is on the merchant's account", body = ReceiptView), OwnTrade)
)]
#[post("/api/merchant/deposits")]
pub(super) async fn deposit(
    state: Data<State>,
    identity: Identity,
    key: IdempotencyKey,
    body: Body<OwnMoveBody>,
) -> ApiResult<HttpResponse> {
    move_own(&state, identity, OwnWay::In, &key, body.0.amount).await
}

/// The movements at each of the caller's tills as they happen, as `/api/wallet/events` tells the caller's own: the data say at which
/// `till`. Whoever was cut goes on with `Last-Event-ID`; a till that is opened meanwhile is looked at every 15 seconds.
#[utoipa::path(
    tag = "Merchants",
    operation_id = "merchantEvents",
    security(("bearer" = [])),
    params(("Last-Event-ID" = Option<String>, Header, description = "The id of the last event that was read")),
    responses(
        (status = 200, description = "The stream: `id`, `event: transaction`, `data` (a `MovementView` with its `till`)", body = String, content_type = "text/event-stream"),
        (status = 404, description = "The caller is no merchant: `wallet.merchant_unknown`", body = crate::error::Problem, content_type = "application/problem+json"),
        (status = 409, description = "No reviewer has accepted the merchant: `wallet.merchant_state`", body = crate::error::Problem, content_type = "application/problem+json"),
        (status = 429, description = "The caller has too many open: `request.too_many_streams`", body = crate::error::Problem, content_type = "application/problem+json"),
        Reading,
    )
)]
#[get("/api/merchant/events")]
pub(super) async fn listen(
    state: Data<State>,
    identity: Identity,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    events::open(state, identity, &request, Watch::Merchant).await
}

/// Moves money between accounts of the caller's.
pub(super) async fn move_own(
    state: &State,
    identity: Identity,
    way: OwnWay,
    key: &IdempotencyKey,
    amount: i64,
) -> ApiResult<HttpResponse> {
    let amount = bodies::amount(amount)?;
    let wish = wish(&identity, key, fingerprint::own_move(way, amount))?;
    let wallets = state.wallets.clone();
    perform_within(state, identity, wish, move |conn, wish| {
        Ok(wallets.prepare_own_move(conn, OwnMove { wish, way, amount })?)
    })
    .await
}
