//! A merchant's tills: who works there, and the money that is taken out.

use super::{
    bodies::{CashierBody, OwnMoveBody},
    owner::move_own,
    views::{TillPage, TillView},
};
use crate::{
    auth::{actor, notices},
    error::{ApiError, ApiResult},
    extract::{IdempotencyKey, Identity, Json as Body, PageQuery, PathId, Query},
    state::State,
    wallet::{bodies, problems::OwnTrade, receivers, views::ReceiptView},
};
use actix_web::{
    HttpResponse, get,
    http::header::LOCATION,
    post,
    web::{Data, Json},
};
use hostolink_kernel::{DomainError, TillId};
use hostolink_notifier::Notice;
use hostolink_wallet::{NewTill, OwnWay, TillName, codes};

/// The caller's tills, closed ones among them, the oldest first; `main` is the merchant's own.
#[utoipa::path(
    tag = "Merchants",
    operation_id = "merchantTills",
    security(("bearer" = [])),
    params(PageQuery),
    responses((status = 200, description = "A page of tills", body = TillPage), OwnTrade)
)]
#[get("/api/merchant/tills")]
pub(super) async fn list(
    state: Data<State>,
    identity: Identity,
    query: Query<PageQuery>,
) -> ApiResult<Json<TillPage>> {
    let (limit, after) = (query.0.limit()?, query.0.cursor()?);
    let (wallets, auth) = (state.wallets.clone(), state.auth.clone());
    let page = state.database.run(move |conn| {
        let page = wallets.tills_of_merchant(conn, identity.user, after.as_ref(), limit)?;
        TillPage::compose(conn, &auth, &page)
    });
    Ok(Json(page.await?))
}

/// Invites somebody to a till of their own, who is told so. They have seven days to answer.
#[utoipa::path(
    tag = "Merchants",
    operation_id = "inviteCashier",
    security(("bearer" = [])),
    request_body = CashierBody,
    responses((status = 201, description = "The till, waiting for its cashier's answer", body = TillView), OwnTrade)
)]
#[post("/api/merchant/tills")]
pub(super) async fn invite(
    state: Data<State>,
    identity: Identity,
    body: Body<CashierBody>,
) -> ApiResult<HttpResponse> {
    let asked = bodies::identifier("cashier", &body.0.cashier, &state.config.regions)?;
    let name = TillName::parse(&body.0.name).map_err(|error| ApiError::field("name", error.code()))?;
    let (shared, by) = (state.clone(), actor(Some(&identity)));
    let view = state.database.run(move |conn| {
        let found = receivers::look_up(conn, &shared, identity.user, &asked)?;
        let cashier = found.ok_or_else(|| ApiError::field("cashier", &codes::CASHIER_UNKNOWN))?.user;
        let new = NewTill { owner: identity.user, cashier, name, actor: by };
        let till = shared.wallets.invite_cashier(conn, &new)?;
        Ok::<_, ApiError>((cashier, till.id, TillView::one(conn, &shared.auth, &till, None)?))
    });
    let (cashier, id, view) = view.await?;
    notices::tell_once(&state, cashier, Notice::CashierInvited).await;
    Ok(HttpResponse::Created().insert_header((LOCATION, format!("/api/tills/{id}"))).json(view))
}

/// Takes a till back from its cashier, or its invitation: the cashier can do nothing there from that moment on, and nobody pays there.
/// What is in it stays to be collected.
#[utoipa::path(
    tag = "Merchants",
    operation_id = "closeTill",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The till's id", format = Uuid)),
    responses((status = 200, description = "The till, closed", body = TillView), OwnTrade)
)]
#[post("/api/merchant/tills/{id}/close")]
pub(super) async fn close(
    state: Data<State>,
    identity: Identity,
    id: PathId<TillId>,
) -> ApiResult<Json<TillView>> {
    let (shared, by) = (state.clone(), actor(Some(&identity)));
    let view = state.database.run(move |conn| {
        let till = shared.wallets.close_till(conn, identity.user, id.0, &by)?;
        let balance = shared.wallets.till_balance(conn, &till)?;
        TillView::one(conn, &shared.auth, &till, balance)
    });
    let view = view.await?;
    // Who listens there is told at once that it is over.
    state.streams.kick();
    Ok(Json(view))
}

/// Takes money out of a till, open or closed, to the merchant's account.
#[utoipa::path(
    tag = "Merchants",
    operation_id = "collectFromTill",
    security(("bearer" = [])),
    params(
        ("id" = String, Path, description = "The till's id", format = Uuid),
        ("Idempotency-Key" = String, Header, description = "Drawn at random on the device for this wish, kept for every retry"),
    ),
    request_body = OwnMoveBody,
    responses((status = 201, description = "It is on the merchant's account", body = ReceiptView), OwnTrade)
)]
#[post("/api/merchant/tills/{id}/collect")]
pub(super) async fn collect(
    state: Data<State>,
    identity: Identity,
    id: PathId<TillId>,
    key: IdempotencyKey,
    body: Body<OwnMoveBody>,
) -> ApiResult<HttpResponse> {
    move_own(&state, identity, OwnWay::Collect(id.0), &key, body.0.amount).await
}

/// Puts money from the merchant's account into a till, for refunds.
#[utoipa::path(
    tag = "Merchants",
    operation_id = "fundTill",
    security(("bearer" = [])),
    params(
        ("id" = String, Path, description = "The till's id", format = Uuid),
        ("Idempotency-Key" = String, Header, description = "Drawn at random on the device for this wish, kept for every retry"),
    ),
    request_body = OwnMoveBody,
    responses((status = 201, description = "It is in the till", body = ReceiptView), OwnTrade)
)]
#[post("/api/merchant/tills/{id}/fund")]
pub(super) async fn fund(
    state: Data<State>,
    identity: Identity,
    id: PathId<TillId>,
    key: IdempotencyKey,
    body: Body<OwnMoveBody>,
) -> ApiResult<HttpResponse> {
    move_own(&state, identity, OwnWay::Fund(id.0), &key, body.0.amount).await
}
