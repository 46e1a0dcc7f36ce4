//! Payments that are asked back, of the wrong recipient or for another reason. Money moves only where the receiver says yes.

use super::{
    bodies,
    posting::{perform, wish},
    problems::{MovingMoney, Reading},
    recall_views::{
        NewRecallBody, RecallPage, RecallQuery, RecallSideView, RecallStateView, RecallView, views,
    },
    requests::choice,
    views::ReceiptView,
};
use crate::{
    auth::notices,
    context,
    error::{ApiError, ApiResult, Problem},
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
use hostolink_kernel::{Cursor, Limit, Page, RecallId, TransactionId, UserId};
use hostolink_notifier::Notice;
use hostolink_wallet::{Error, NewRecall, Recall, RecallFilter, Wallets, fingerprint};
use serde_json::Value;

/// Asks a payment back, within seven days, once: of the wrong recipient (`AC03`), of a wrong amount (`AM09`), for what did not come
/// (`SVNR`), paid twice (`DUPL`), by deceit (`FRAD`). The receiver has seven days to answer and is told.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "recall",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The id of the payment", format = Uuid)),
    request_body = NewRecallBody,
    responses(
        (status = 201, description = "The receiver is asked", body = RecallView, headers(("Location" = String, description = "Where its state is"))),
        (status = 409, description = "It was asked back before: `wallet.recall_exists`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "It is no payment of the caller's to others, its time is over, or nothing is left of it: `wallet.recall_impossible`, `wallet.recall_too_late`, `ledger.refund_exceeds`", body = Problem, content_type = "application/problem+json"),
        Reading,
    )
)]
#[post("/api/wallet/transfers/{id}/recall")]
pub(super) async fn create(
    state: Data<State>,
    identity: Identity,
    id: PathId<TransactionId>,
    body: Body<NewRecallBody>,
) -> ApiResult<HttpResponse> {
    let amount = body.0.amount.map(bodies::amount).transpose()?;
    let note = bodies::note("note", body.0.note.as_deref())?;
    let (payer, of, motive, trace_id) =
        (identity.user, id.0, body.0.motive.into(), Some(context::current().trace_id));
    let new = NewRecall { payer, of, motive, amount, note, trace_id };
    let (receiver, made) = change(
        &state,
        payer,
        |recall| recall.receiver,
        move |wallets, conn| wallets.create_recall(conn, new),
    )
    .await?;
    notices::tell_once(&state, receiver, Notice::RecallAsked).await;
    Ok(HttpResponse::Created()
        .insert_header((LOCATION, format!("/api/wallet/recalls/{}", made.id)))
        .json(made))
}

/// The payments that the caller asks back, and those that they are asked to give back, newest first.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "recalls",
    security(("bearer" = [])),
    params(RecallQuery, PageQuery),
    responses((status = 200, description = "A page of recalls", body = RecallPage), Reading)
)]
#[get("/api/wallet/recalls")]
pub(super) async fn list(
    state: Data<State>,
    identity: Identity,
    query: Query<RecallQuery>,
    page: Query<PageQuery>,
) -> ApiResult<Json<RecallPage>> {
    find_page(&state, Some(identity.user), query.0, &page.0).await
}

/// One of them.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "oneRecall",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The recall's id", format = Uuid)),
    responses(
        (status = 200, description = "The recall and its state", body = RecallView),
        (status = 404, description = "No such recall of the caller's: `wallet.recall_unknown`", body = Problem, content_type = "application/problem+json"),
        Reading,
    )
)]
#[get("/api/wallet/recalls/{id}")]
pub(super) async fn one(
    state: Data<State>,
    identity: Identity,
    id: PathId<RecallId>,
) -> ApiResult<Json<RecallView>> {
    let find = move |wallets: &Wallets, conn: &mut PgConnection| wallets.recall(conn, identity.user, id.0);
    Ok(Json(change(&state, identity.user, |recall| recall.payer, find).await?.1))
}

/// Gives a recalled payment back. It happens once, whatever is sent how often.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "acceptRecall",
    security(("bearer" = [])),
    params(
        ("id" = String, Path, description = "The recall's id", format = Uuid),
        ("Idempotency-Key" = String, Header, description = "Drawn at random on the device for this wish, kept for every retry"),
    ),
    responses(
        (status = 201, description = "The money went back", body = ReceiptView, headers(("Idempotency-Replayed" = String, description = "`true` where an earlier request with this key did it"))),
        MovingMoney,
    )
)]
#[post("/api/wallet/recalls/{id}/accept")]
pub(super) async fn accept(
    state: Data<State>,
    identity: Identity,
    id: PathId<RecallId>,
    key: IdempotencyKey,
) -> ApiResult<HttpResponse> {
    let wish = wish(&identity, &key, fingerprint::recall_refund(id.0))?;
    let wallets = state.wallets.clone();
    perform(&state, identity, wish, move |conn, wish| Ok(wallets.prepare_recall_refund(conn, wish, id.0)?))
        .await
}

/// Says no: the payment stays. The payer is told.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "refuseRecall",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The recall's id", format = Uuid)),
    responses(
        (status = 200, description = "It is refused", body = RecallView),
        (status = 404, description = "No such recall to the caller: `wallet.recall_unknown`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It has ended: `wallet.recall_ended`", body = Problem, content_type = "application/problem+json"),
        Reading,
    )
)]
#[post("/api/wallet/recalls/{id}/refuse")]
pub(super) async fn refuse(
    state: Data<State>,
    identity: Identity,
    id: PathId<RecallId>,
) -> ApiResult<Json<RecallView>> {
    let (user, trace_id) = (identity.user, Some(context::current().trace_id));
    let work =
        move |wallets: &Wallets, conn: &mut PgConnection| wallets.refuse_recall(conn, user, id.0, trace_id);
    let (payer, view) = change(&state, user, |recall| recall.payer, work).await?;
    notices::tell_once(&state, payer, Notice::RecallRefused).await;
    Ok(Json(view))
}

/// Takes the question back: the payment stays.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "withdrawRecall",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The recall's id", format = Uuid)),
    responses(
        (status = 200, description = "It is taken back", body = RecallView),
        (status = 404, description = "No such recall of the caller's: `wallet.recall_unknown`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It has ended: `wallet.recall_ended`", body = Problem, content_type = "application/problem+json"),
        Reading,
    )
)]
#[post("/api/wallet/recalls/{id}/withdraw")]
pub(super) async fn withdraw(
    state: Data<State>,
    identity: Identity,
    id: PathId<RecallId>,
) -> ApiResult<Json<RecallView>> {
    let (user, trace_id) = (identity.user, Some(context::current().trace_id));
    let work =
        move |wallets: &Wallets, conn: &mut PgConnection| wallets.withdraw_recall(conn, user, id.0, trace_id);
    Ok(Json(change(&state, user, |recall| recall.payer, work).await?.1))
}

/// Everybody's recalls, newest first, for support: who asked whom, why, and what became of it.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "allRecalls",
    security(("bearer" = [])),
    params(RecallQuery, PageQuery),
    responses((status = 200, description = "A page of recalls", body = RecallPage), Reading)
)]
#[get("/api/admin/recalls")]
pub(super) async fn all(
    state: Data<State>,
    query: Query<RecallQuery>,
    page: Query<PageQuery>,
) -> ApiResult<Json<RecallPage>> {
    find_page(&state, None, query.0, &page.0).await
}

/// Closes a recall, for support: the payment stays. Only the receiver gives it back.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "closeRecall",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The recall's id", format = Uuid)),
    responses(
        (status = 200, description = "It is closed", body = RecallView),
        (status = 404, description = "No such recall: `wallet.recall_unknown`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It has ended: `wallet.recall_ended`", body = Problem, content_type = "application/problem+json"),
        Reading,
    )
)]
#[post("/api/admin/recalls/{id}/close")]
pub(super) async fn close(
    state: Data<State>,
    identity: Identity,
    id: PathId<RecallId>,
) -> ApiResult<Json<RecallView>> {
    let (user, trace_id) = (identity.user, Some(context::current().trace_id));
    let work =
        move |wallets: &Wallets, conn: &mut PgConnection| wallets.close_recall(conn, user, id.0, trace_id);
    let (payer, view) = change(&state, user, |recall| recall.payer, work).await?;
    notices::tell_once(&state, payer, Notice::RecallRefused).await;
    Ok(Json(view))
}

/// A page of somebody's recalls, for their own copy of everything.
pub(crate) fn copy(
    conn: &mut PgConnection,
    state: &State,
    user: UserId,
    after: Option<&Cursor>,
) -> ApiResult<Page<Value>> {
    let filter = RecallFilter { user: Some(user), ..RecallFilter::default() };
    let page = state.wallets.recalls(conn, filter, after, Limit::MAX)?;
    let items = views(conn, &state.auth, Some(user), &page.items)?;
    // Our own views always write.
    let items = items.iter().map(|view| serde_json::to_value(view).unwrap_or_default()).collect();
    Ok(Page { items, next: page.next })
}

/// Does something to one recall, and shows it to `reader`, with whom to tell of it.
async fn change(
    state: &Data<State>,
    reader: UserId,
    told: fn(&Recall) -> UserId,
    work: impl FnOnce(&Wallets, &mut PgConnection) -> Result<Recall, Error> + Send + 'static,
) -> ApiResult<(UserId, RecallView)> {
    let shared = state.clone();
    let change = move |conn: &mut PgConnection| {
        let recall = work(&shared.wallets, conn)?;
        let told = told(&recall);
        let view = views(conn, &shared.auth, Some(reader), &[recall])?.pop();
        Ok::<_, ApiError>((told, view.ok_or_else(ApiError::not_found)?))
    };
    state.database.run(change).await
}

async fn find_page(
    state: &Data<State>,
    user: Option<UserId>,
    query: RecallQuery,
    page: &PageQuery,
) -> ApiResult<Json<RecallPage>> {
    let (limit, after) = (page.limit()?, page.cursor()?);
    let side: Option<RecallSideView> = choice("direction", query.direction)?;
    let wanted: Option<RecallStateView> = choice("state", query.state)?;
    let filter = RecallFilter { user, side: side.map(Into::into), state: wanted.map(Into::into) };
    let (wallets, auth) = (state.wallets.clone(), state.auth.clone());
    let page = move |conn: &mut PgConnection| {
        let page = wallets.recalls(conn, filter, after.as_ref(), limit)?;
        let next_cursor = page.next.as_ref().map(|cursor| cursor.as_str().to_owned());
        Ok::<_, ApiError>(RecallPage { items: views(conn, &auth, user, &page.items)?, next_cursor })
    };
    Ok(Json(state.database.run(page).await?))
}
