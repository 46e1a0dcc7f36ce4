//! Tills as who works there sees them; their merchant sees the same.

use super::views::{TillPage, TillView};
use crate::{
    auth::actor,
    error::{ApiResult, Problem},
    extract::{Identity, PageQuery, PathId, Query},
    state::State,
    wallet::{
        events::{self, Watch},
        problems::{AtTill, Reading},
        views::MovementPage,
    },
};
use actix_web::{
    HttpRequest, HttpResponse, get, post,
    web::{Data, Json},
};
use hostolink_kernel::TillId;

/// The tills where the caller works, and invitations to answer.
#[utoipa::path(
    tag = "Merchants",
    operation_id = "tills",
    security(("bearer" = [])),
    params(PageQuery),
    responses((status = 200, description = "A page of tills", body = TillPage), AtTill)
)]
#[get("/api/tills")]
pub(super) async fn list(
    state: Data<State>,
    identity: Identity,
    query: Query<PageQuery>,
) -> ApiResult<Json<TillPage>> {
    let (limit, after) = (query.0.limit()?, query.0.cursor()?);
    let (wallets, auth) = (state.wallets.clone(), state.auth.clone());
    let page = state.database.run(move |conn| {
        let page = wallets.tills_of_cashier(conn, identity.user, after.as_ref(), limit)?;
        TillPage::compose(conn, &auth, &page)
    });
    Ok(Json(page.await?))
}

/// A till, and what is in it: for its merchant, its cashier, or who is invited to it.
#[utoipa::path(
    tag = "Merchants",
    operation_id = "till",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The till's id", format = Uuid)),
    responses((status = 200, description = "The till", body = TillView), AtTill)
)]
#[get("/api/tills/{id}")]
pub(super) async fn one(
    state: Data<State>,
    identity: Identity,
    id: PathId<TillId>,
) -> ApiResult<Json<TillView>> {
    let (wallets, auth) = (state.wallets.clone(), state.auth.clone());
    let view = state.database.run(move |conn| {
        let till = wallets.till(conn, identity.user, id.0)?;
        let balance = wallets.till_balance(conn, &till)?;
        TillView::one(conn, &auth, &till, balance)
    });
    Ok(Json(view.await?))
}

/// Takes the till that the caller is invited to: from then on it may be paid at.
#[utoipa::path(
    tag = "Merchants",
    operation_id = "acceptTill",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The till's id", format = Uuid)),
    responses((status = 200, description = "The till, open", body = TillView), AtTill)
)]
#[post("/api/tills/{id}/accept")]
pub(super) async fn accept(
    state: Data<State>,
    identity: Identity,
    id: PathId<TillId>,
) -> ApiResult<Json<TillView>> {
    let (shared, by) = (state.clone(), actor(Some(&identity)));
    let view = state.database.run(move |conn| {
        let till = shared.wallets.accept_till(conn, identity.user, id.0, &by)?;
        TillView::one(conn, &shared.auth, &till, None)
    });
    Ok(Json(view.await?))
}

/// Does not want the till that the caller is invited to.
#[utoipa::path(
    tag = "Merchants",
    operation_id = "declineTill",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The till's id", format = Uuid)),
    responses((status = 204, description = "The merchant may invite somebody else"), AtTill)
)]
#[post("/api/tills/{id}/decline")]
pub(super) async fn decline(
    state: Data<State>,
    identity: Identity,
    id: PathId<TillId>,
) -> ApiResult<HttpResponse> {
    let (wallets, by) = (state.wallets.clone(), actor(Some(&identity)));
    state.database.run(move |conn| wallets.decline_till(conn, identity.user, id.0, &by)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// What happened at a till, newest first. Its cashier sees this, and nothing else of the merchant's.
#[utoipa::path(
    tag = "Merchants",
    operation_id = "tillTransactions",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The till's id", format = Uuid), PageQuery),
    responses((status = 200, description = "A page of operations", body = MovementPage), AtTill)
)]
#[get("/api/tills/{id}/transactions")]
pub(super) async fn transactions(
    state: Data<State>,
    identity: Identity,
    id: PathId<TillId>,
    query: Query<PageQuery>,
) -> ApiResult<Json<MovementPage>> {
    let (limit, after) = (query.0.limit()?, query.0.cursor()?);
    let (wallets, auth) = (state.wallets.clone(), state.auth.clone());
    let page = state.database.run(move |conn| {
        let page = wallets.till_transactions(conn, (identity.user, id.0), after.as_ref(), limit)?;
        MovementPage::compose(conn, &auth, &wallets, &page)
    });
    Ok(Json(page.await?))
}

/// What happens at a till as it happens, as `/api/wallet/events` tells the caller's own. It ends when the merchant takes the till back.
#[utoipa::path(
    tag = "Merchants",
    operation_id = "tillEvents",
    security(("bearer" = [])),
    params(
        ("id" = String, Path, description = "The till's id", format = Uuid),
        ("Last-Event-ID" = Option<String>, Header, description = "The id of the last event that was read"),
    ),
    responses(
        (status = 200, description = "The stream: `id`, `event: transaction`, `data` (a `MovementView` with its `till`)", body = String, content_type = "text/event-stream"),
        (status = 404, description = "No such till of the caller's: `wallet.till_unknown`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It was never opened: `wallet.till_closed`", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "The caller has too many open: `request.too_many_streams`", body = Problem, content_type = "application/problem+json"),
        Reading,
    )
)]
#[get("/api/tills/{id}/events")]
pub(super) async fn listen(
    state: Data<State>,
    identity: Identity,
    id: PathId<TillId>,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    events::open(state, identity, &request, Watch::Till(id.0)).await
}
