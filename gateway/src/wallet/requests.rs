//! Requests to pay: ask, accept, refuse, take back. Only accepting moves money, and only once.

use super::{
    bodies::{self, Asked},
    posting::{perform, wish},
    problems::{MovingMoney, Reading},
    request_views::{
        NewRequestBody, RequestPage, RequestQuery, RequestSideView, RequestStateView, RequestView, view,
        views,
    },
    views::ReceiptView,
};
use crate::{
    context,
    error::{ApiError, ApiResult, INVALID_FIELD, Problem},
    extract::{IdempotencyKey, Identity, Json as Body, PageQuery, PathId, Query},
    state::State,
};
use actix_web::{
    HttpResponse, get,
    http::header::LOCATION,
    post,
    web::{Data, Json},
};
use diesel::PgConnection;
use hostolink_kernel::{Cursor, DomainError, Limit, Page, RequestId, UserId};
use hostolink_wallet::{NewRequest, RequestFilter, fingerprint, request_lifetime};
use serde_json::Value;

/// Asks somebody to pay. Nothing moves until they accept. At most three open requests to one person and fifty in all; who was refused
/// three times in a month by somebody asks them no more.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "createRequest",
    security(("bearer" = [])),
    request_body = NewRequestBody,
    responses(
        (status = 201, description = "They are asked", body = RequestView, headers(("Location" = String, description = "Where its state is"))),
        MovingMoney,
    )
)]
#[post("/api/wallet/requests")]
pub(super) async fn create(
    state: Data<State>,
    identity: Identity,
    body: Body<NewRequestBody>,
) -> ApiResult<HttpResponse> {
    let body = body.0;
    let asked = Asked::read(body.to, body.qr, None, &state.config.regions)?;
    let amount = bodies::amount(body.amount)?;
    let note = bodies::note("note", body.note.as_deref())?;
    let lifetime = request_lifetime(body.expires_in_seconds)
        .map_err(|error| ApiError::field("expiresInSeconds", error.code()))?;
    let (shared, requester, trace_id) = (state.clone(), identity.user, Some(context::current().trace_id));
    let work = move |conn: &mut PgConnection| {
        let payer = asked.person(conn, &shared, requester)?;
        let new = NewRequest { requester, payer, amount, note, lifetime, trace_id };
        let request = shared.wallets.create_request(conn, new)?;
        view(conn, &shared.auth, requester, &request)
    };
    let made = state.database.run(work).await?;
    Ok(HttpResponse::Created()
        .insert_header((LOCATION, format!("/api/wallet/requests/{}", made.id)))
        .json(made))
}

/// The caller's requests, sent and received, newest first.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "requests",
    security(("bearer" = [])),
    params(RequestQuery, PageQuery),
    responses((status = 200, description = "A page of requests", body = RequestPage), Reading)
)]
#[get("/api/wallet/requests")]
pub(super) async fn list(
    state: Data<State>,
    identity: Identity,
    query: Query<RequestQuery>,
    page: Query<PageQuery>,
) -> ApiResult<Json<RequestPage>> {
    let (limit, after) = (page.0.limit()?, page.0.cursor()?);
    let side: Option<RequestSideView> = choice("direction", query.0.direction)?;
    let wanted: Option<RequestStateView> = choice("state", query.0.state)?;
    let filter = RequestFilter { side: side.map(Into::into), state: wanted.map(Into::into) };
    let (wallets, auth) = (state.wallets.clone(), state.auth.clone());
    let page = move |conn: &mut PgConnection| {
        let page = wallets.requests(conn, identity.user, filter, after.as_ref(), limit)?;
        let next_cursor = page.next.as_ref().map(|cursor| cursor.as_str().to_owned());
        Ok::<_, ApiError>(RequestPage { items: views(conn, &auth, identity.user, &page.items)?, next_cursor })
    };
    Ok(Json(state.database.run(page).await?))
}

/// One of the caller's requests, sent or received.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "request",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The request's id", format = Uuid)),
    responses(
        (status = 200, description = "The request and its state", body = RequestView),
        (status = 404, description = "No such request of the caller's: `wallet.request_unknown`", body = Problem, content_type = "application/problem+json"),
        Reading,
    )
)]
#[get("/api/wallet/requests/{id}")]
pub(super) async fn one(
    state: Data<State>,
    identity: Identity,
    id: PathId<RequestId>,
) -> ApiResult<Json<RequestView>> {
    let (wallets, auth) = (state.wallets.clone(), state.auth.clone());
    let find = move |conn: &mut PgConnection| {
        let request = wallets.request(conn, identity.user, id.0)?;
        view(conn, &auth, identity.user, &request)
    };
    Ok(Json(state.database.run(find).await?))
}

/// Pays what was asked. It happens once, whatever is sent how often; a larger sum needs the device's PIN, as a transfer does.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "acceptRequest",
    security(("bearer" = [])),
    params(
        ("id" = String, Path, description = "The request's id", format = Uuid),
        ("Idempotency-Key" = String, Header, description = "Drawn at random on the device for this wish, kept for every retry"),
    ),
    responses(
        (status = 201, description = "The money moved", body = ReceiptView, headers(("Idempotency-Replayed" = String, description = "`true` where an earlier request with this key did it"))),
        MovingMoney,
    )
)]
#[post("/api/wallet/requests/{id}/accept")]
pub(super) async fn accept(
    state: Data<State>,
    identity: Identity,
    id: PathId<RequestId>,
    key: IdempotencyKey,
) -> ApiResult<HttpResponse> {
    let wish = wish(&identity, &key, fingerprint::request_payment(id.0))?;
    let wallets = state.wallets.clone();
    perform(&state, identity, wish, move |conn, wish| Ok(wallets.prepare_request_payment(conn, wish, id.0)?))
        .await
}

/// Says no to a request that was received.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "refuseRequest",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The request's id", format = Uuid)),
    responses(
        (status = 200, description = "It is refused", body = RequestView),
        (status = 404, description = "No such request to the caller: `wallet.request_unknown`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It was paid, or has ended: `wallet.request_paid`, `wallet.request_closed`", body = Problem, content_type = "application/problem+json"),
        Reading,
    )
)]
#[post("/api/wallet/requests/{id}/refuse")]
pub(super) async fn refuse(
    state: Data<State>,
    identity: Identity,
    id: PathId<RequestId>,
) -> ApiResult<Json<RequestView>> {
    let (shared, trace_id) = (state.clone(), Some(context::current().trace_id));
    let work = move |conn: &mut PgConnection| {
        let request = shared.wallets.refuse_request(conn, identity.user, id.0, trace_id)?;
        view(conn, &shared.auth, identity.user, &request)
    };
    Ok(Json(state.database.run(work).await?))
}

/// Takes a request back that was sent.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "cancelRequest",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The request's id", format = Uuid)),
    responses(
        (status = 200, description = "It is taken back", body = RequestView),
        (status = 404, description = "No such request of the caller's: `wallet.request_unknown`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It was paid, or has ended: `wallet.request_paid`, `wallet.request_closed`", body = Problem, content_type = "application/problem+json"),
        Reading,
    )
)]
#[post("/api/wallet/requests/{id}/cancel")]
pub(super) async fn cancel(
    state: Data<State>,
    identity: Identity,
    id: PathId<RequestId>,
) -> ApiResult<Json<RequestView>> {
    let (shared, trace_id) = (state.clone(), Some(context::current().trace_id));
    let work = move |conn: &mut PgConnection| {
        let request = shared.wallets.cancel_request(conn, identity.user, id.0, trace_id)?;
        view(conn, &shared.auth, identity.user, &request)
    };
    Ok(Json(state.database.run(work).await?))
}

/// A page of somebody's requests, for their own copy of everything.
pub(crate) fn copy(
    conn: &mut PgConnection,
    state: &State,
    user: UserId,
    after: Option<&Cursor>,
) -> ApiResult<Page<Value>> {
    let page = state.wallets.requests(conn, user, RequestFilter::default(), after, Limit::MAX)?;
    let items = views(conn, &state.auth, user, &page.items)?;
    // Our own views always write.
    let items = items.iter().map(|view| serde_json::to_value(view).unwrap_or_default()).collect();
    Ok(Page { items, next: page.next })
}

/// One of a few names in a query.
pub(super) fn choice<T: serde::de::DeserializeOwned>(
    field: &'static str,
    name: Option<String>,
) -> ApiResult<Option<T>> {
    let read = |name| {
        serde_json::from_value(Value::String(name)).map_err(|_| ApiError::field(field, &INVALID_FIELD))
    };
    name.map(read).transpose()
}
