//! Files of payments: sent, shown with what is right and wrong in each line, confirmed, and followed.

mod line_views;
pub(super) mod stopping;
mod views;

use super::{posting, problems::OwnBulk, requests::choice, views::names};
use crate::{
    auth::actor,
    context,
    error::{ApiError, ApiResult},
    extract::{IdempotencyKey, Identity, Json as Body, PageQuery, PathId, Query, Upload},
    flows,
    state::State,
};
use actix_web::{
    HttpResponse, delete, get,
    http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, LOCATION},
    post,
    web::{Data, Json},
};
use diesel::PgConnection;
use hostolink_kernel::{BulkId, Cursor, Limit, Page, UserId};
use hostolink_wallet::{BulkState, ConfirmBulk, fingerprint, papers::BulkPaper};
use line_views::{LinePage, LineQuery, LineStateQuery, LineView};
use serde_json::{Value, json};
use views::{BulkPage, BulkView, ConfirmBody, CsvForm};

/// Sends a file of payments, as `text/csv` or in the field `file` of a form. Nothing is paid: each line is checked, its receiver looked up
/// and their name compared with the one in the file; then `confirm` or drop it within a day.
///
/// UTF-8 with or without a mark; commas or semicolons; at most 10,000 lines under a header that names, in French or English, `destinataire`
/// (`recipient`, a phone number or an e-mail address), `montant` (`amount`, whole francs) and perhaps `nom` (`name`) and `motif`
/// (`note`). A name that begins like a formula is refused. Five files may wait, thirty be sent in a day.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "sendBulkPayment",
    security(("bearer" = [])),
    request_body(content((String = "text/csv"), (CsvForm = "multipart/form-data"))),
    responses((status = 201, description = "What the file comes to", body = BulkView), OwnBulk)
)]
#[post("/api/wallet/bulk-payments")]
pub(super) async fn send(state: Data<State>, identity: Identity, file: Upload) -> ApiResult<HttpResponse> {
    let (shared, actor) = (state.clone(), actor(Some(&identity)));
    // Read where people are looked up, and not on a thread that answers others: ten thousand lines take their time.
    let view = state.database.run(move |conn| {
        identity.confirm(&shared.auth, conn)?;
        let bulk = flows::bulk::draft(conn, &shared, identity.user, &file.0, actor)?;
        BulkView::checked(conn, &shared, &bulk)
    });
    let view = view.await?;
    let location = format!("/api/wallet/bulk-payments/{}", view.id);
    Ok(HttpResponse::Created().insert_header((LOCATION, location)).json(view))
}

/// The caller's files of payments, newest first.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "bulkPayments",
    security(("bearer" = [])),
    params(PageQuery),
    responses((status = 200, description = "A page of files", body = BulkPage), OwnBulk)
)]
#[get("/api/wallet/bulk-payments")]
pub(super) async fn list(
    state: Data<State>,
    identity: Identity,
    query: Query<PageQuery>,
) -> ApiResult<Json<BulkPage>> {
    let (limit, after) = (query.0.limit()?, query.0.cursor()?);
    let wallets = state.wallets.clone();
    let page = state.database.run(move |conn| wallets.bulks(conn, identity.user, after.as_ref(), limit));
    let Page { items, next } = page.await?;
    let items = items.iter().map(|bulk| BulkView::new(bulk, &state.config)).collect();
    Ok(Json(BulkPage { items, next_cursor: next.map(|cursor| cursor.as_str().to_owned()) }))
}

/// One of the caller's files: what it comes to, whether balance and limits are enough, how far it has come.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "bulkPayment",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The file's id", format = Uuid)),
    responses((status = 200, description = "The file", body = BulkView), OwnBulk)
)]
#[get("/api/wallet/bulk-payments/{id}")]
pub(super) async fn one(
    state: Data<State>,
    identity: Identity,
    id: PathId<BulkId>,
) -> ApiResult<Json<BulkView>> {
    let shared = state.clone();
    let view = state.database.run(move |conn| {
        let bulk = shared.wallets.bulk(conn, identity.user, id.0)?;
        BulkView::checked(conn, &shared, &bulk)
    });
    Ok(Json(view.await?))
}

/// The lines of a file, each with its receiver's name, how that goes with the name in the file, and what is wrong or came of it.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "bulkPaymentLines",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The file's id", format = Uuid), LineQuery, PageQuery),
    responses((status = 200, description = "A page of lines", body = LinePage), OwnBulk)
)]
#[get("/api/wallet/bulk-payments/{id}/lines")]
pub(super) async fn lines(
    state: Data<State>,
    identity: Identity,
    id: PathId<BulkId>,
    query: Query<LineQuery>,
    page: Query<PageQuery>,
) -> ApiResult<Json<LinePage>> {
    let (limit, after) = (page.0.limit()?, page.0.cursor()?);
    let wanted: Option<LineStateQuery> = choice("state", query.0.state)?;
    let (filter, language) = (wanted.map(Into::into), context::current().language);
    let (wallets, auth) = (state.wallets.clone(), state.auth.clone());
    let page = state.database.run(move |conn| {
        let page = wallets.bulk_lines(conn, (identity.user, id.0), filter, after.as_ref(), limit)?;
        let next_cursor = page.next.map(|cursor| cursor.as_str().to_owned());
        Ok::<_, ApiError>(LinePage { items: LineView::all(conn, &auth, page.items, language)?, next_cursor })
    });
    Ok(Json(page.await?))
}

/// All lines of a file as CSV (UTF-8, semicolons), with what is wrong or came of each. Corrected, it can be sent again.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "bulkPaymentResult",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The file's id", format = Uuid)),
    responses((status = 200, description = "The lines", body = String, content_type = "text/csv"), OwnBulk)
)]
#[get("/api/wallet/bulk-payments/{id}/result.csv")]
pub(super) async fn result(
    state: Data<State>,
    identity: Identity,
    id: PathId<BulkId>,
) -> ApiResult<HttpResponse> {
    let (wallets, auth, id) = (state.wallets.clone(), state.auth.clone(), id.0);
    let file = state.database.run(move |conn| {
        let all = wallets.all_bulk_lines(conn, identity.user, id)?;
        let people = names(conn, &auth, all.iter().filter_map(|line| line.receiver))?;
        let names = people.into_iter().map(|(user, person)| (user, person.display_name)).collect();
        Ok::<_, ApiError>(BulkPaper { lines: &all, names: &names, sentence: &line_views::french }.csv())
    });
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"hostolink-paiements-{id}.csv\""),
        ))
        .body(file.await?))
}

/// Says yes to a file: from now on it is paid, a moment later. `atomic` pays all lines in one step or none, at most 500 of them; `each` pays
/// them one by one, and a refused one keeps no other from being paid. A line costs what the file was shown to cost, or is refused. A larger total
/// needs the device's PIN, as a transfer does. The same key again answers the same file as it is by then.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "confirmBulkPayment",
    security(("bearer" = [])),
    params(
        ("id" = String, Path, description = "The file's id", format = Uuid),
        ("Idempotency-Key" = String, Header, description = "Drawn at random on the device for this wish, kept for every retry"),
    ),
    request_body = ConfirmBody,
    responses(
        (status = 202, description = "It is being paid", body = BulkView, headers(("Idempotency-Replayed" = String, description = "`true` where an earlier request with this key confirmed it"))),
        OwnBulk,
    )
)]
#[post("/api/wallet/bulk-payments/{id}/confirm")]
pub(super) async fn confirm(
    state: Data<State>,
    identity: Identity,
    id: PathId<BulkId>,
    key: IdempotencyKey,
    body: Body<ConfirmBody>,
) -> ApiResult<HttpResponse> {
    let (id, asked) = (id.0, body.0.read());
    let print = fingerprint::bulk(id, asked.mode, asked.skip_invalid, asked.accept_names);
    let wanted = ConfirmBulk {
        wish: posting::wish(&identity, &key, print)?,
        id,
        mode: asked.mode,
        skip_invalid: asked.skip_invalid,
        accept_names: asked.accept_names,
        actor: actor(Some(&identity)),
    };
    let (bulk, replayed) = say_yes(&state, identity, wanted).await?;
    let mut answer = HttpResponse::Accepted().json(BulkView::new(&bulk, &state.config));
    if replayed {
        posting::mark_replayed(&mut answer);
    }
    Ok(answer)
}

async fn say_yes(
    state: &Data<State>,
    identity: Identity,
    wanted: ConfirmBulk,
) -> ApiResult<(hostolink_wallet::Bulk, bool)> {
    let shared = state.clone();
    let work = move |conn: &mut PgConnection| {
        identity.confirm(&shared.auth, conn)?;
        let bulk = shared.wallets.bulk(conn, identity.user, wanted.id)?;
        // What was confirmed is only told again.
        let is_larger = bulk.amount.francs() > shared.config.pin_required_above;
        if bulk.state == BulkState::Draft {
            // It is paid without the caller's device: a new one confirms none.
            posting::refuse_new_device(conn, &shared, &identity)?;
            if is_larger {
                shared.auth.require_pin(conn, identity.session)?;
            }
        }
        shared.wallets.confirm_bulk(conn, &wanted).map_err(posting::refused)
    };
    state.database.run(work).await
}

/// Drops a file that was not confirmed. What it said is forgotten.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "cancelBulkPayment",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The file's id", format = Uuid)),
    responses((status = 200, description = "It is dropped", body = BulkView), OwnBulk)
)]
#[delete("/api/wallet/bulk-payments/{id}")]
pub(super) async fn cancel(
    state: Data<State>,
    identity: Identity,
    id: PathId<BulkId>,
) -> ApiResult<Json<BulkView>> {
    let (wallets, actor) = (state.wallets.clone(), actor(Some(&identity)));
    let bulk =
        state.database.run(move |conn| wallets.cancel_bulk(conn, (identity.user, id.0), &actor)).await?;
    Ok(Json(BulkView::new(&bulk, &state.config)))
}

/// A page of them for their owner's copy of all that is known.
pub(crate) fn copy(
    conn: &mut PgConnection,
    state: &State,
    owner: UserId,
    after: Option<&Cursor>,
) -> ApiResult<Page<Value>> {
    let page = state.wallets.bulks(conn, owner, after, Limit::MAX)?;
    Ok(page.map(|bulk| json!(BulkView::new(&bulk, &state.config))))
}

/// The same of all their lines.
pub(crate) fn copy_lines(
    conn: &mut PgConnection,
    state: &State,
    owner: UserId,
    after: Option<&Cursor>,
) -> ApiResult<Page<Value>> {
    let Page { items, next } = state.wallets.lines_of_bulks(conn, owner, after, Limit::MAX)?;
    let (files, rows): (Vec<BulkId>, Vec<_>) = items.into_iter().unzip();
    let views = LineView::all(conn, &state.auth, rows, context::Language::French)?;
    let item = |(file, line): (&BulkId, &LineView)| json!({ "bulkPayment": file, "line": line });
    Ok(Page { items: files.iter().zip(&views).map(item).collect(), next })
}
