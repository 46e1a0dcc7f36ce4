//! Transfers that are made later, once or again and again.

mod views;

use super::{
    posting,
    problems::{MovingMoney, Reading},
};
use crate::{
    context,
    error::{ApiError, ApiResult},
    extract::{IdempotencyKey, Identity, Json as Body, PageQuery, PathId, Query},
    state::State,
};
use actix_web::{
    HttpResponse, delete, get,
    http::header::LOCATION,
    post,
    web::{Data, Json},
};
use hostolink_kernel::{Page, ScheduleId};
use hostolink_wallet::ScheduleState;
use views::{AskedSchedule, ScheduleBody, ScheduledPage, ScheduledView};

/// Has a transfer made later, once or again and again. Each time is an ordinary transfer of that moment, with its fees, limits and
/// refusals; a refused one is not tried again, and the next time comes as if nothing had been. The same key again answers the
/// same scheduled transfer.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "scheduleTransfer",
    security(("bearer" = [])),
    params(("Idempotency-Key" = String, Header, description = "Drawn at random on the device for this wish, kept for every retry")),
    request_body = ScheduleBody,
    responses((status = 201, description = "The scheduled transfer", body = ScheduledView), MovingMoney)
)]
#[post("/api/wallet/scheduled-transfers")]
pub(super) async fn schedule(
    state: Data<State>,
    identity: Identity,
    key: IdempotencyKey,
    body: Body<ScheduleBody>,
) -> ApiResult<HttpResponse> {
    let asked = AskedSchedule::read(&body.0, &state)?;
    let wish = posting::wish(&identity, &key, asked.fingerprint())?;
    let shared = state.clone();
    let view = state.database.run(move |conn| {
        identity.confirm(&shared.auth, conn)?;
        if asked.amount.francs() > shared.config.pin_required_above {
            shared.auth.require_pin(conn, identity.session)?;
        }
        let device = shared.wallets.new_device(conn, identity.user, identity.device_since)?;
        let known_at = device.map(|device| device.until);
        let new = asked.resolve(conn, &shared, wish, known_at)?;
        let made = shared.wallets.schedule_transfer(conn, new);
        let transfer = made.map_err(|error| posting::refused_until(error, known_at))?;
        ScheduledView::one(conn, &shared.auth, &transfer)
    });
    let view = view.await?;
    let location = format!("/api/wallet/scheduled-transfers/{}", view.id);
    Ok(HttpResponse::Created().insert_header((LOCATION, location)).json(view))
}

/// The caller's scheduled transfers, newest first, those that are over too.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "scheduledTransfers",
    security(("bearer" = [])),
    params(PageQuery),
    responses((status = 200, description = "A page of scheduled transfers", body = ScheduledPage), Reading)
)]
#[get("/api/wallet/scheduled-transfers")]
pub(super) async fn list(
    state: Data<State>,
    identity: Identity,
    query: Query<PageQuery>,
) -> ApiResult<Json<ScheduledPage>> {
    let (limit, after) = (query.0.limit()?, query.0.cursor()?);
    let (wallets, auth) = (state.wallets.clone(), state.auth.clone());
    let page = state.database.run(move |conn| {
        let Page { items, next } = wallets.scheduled_transfers(conn, identity.user, after.as_ref(), limit)?;
        let items = ScheduledView::all(conn, &auth, &items)?;
        Ok::<_, ApiError>(ScheduledPage { items, next_cursor: next.map(|cursor| cursor.as_str().to_owned()) })
    });
    Ok(Json(page.await?))
}

/// One of the caller's scheduled transfers.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "scheduledTransfer",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "Its id", format = Uuid)),
    responses(
        (status = 200, description = "The scheduled transfer", body = ScheduledView),
        (status = 404, description = "None of the caller's: `wallet.schedule_unknown`", body = crate::error::Problem, content_type = "application/problem+json"),
        Reading,
    )
)]
#[get("/api/wallet/scheduled-transfers/{id}")]
pub(super) async fn one(
    state: Data<State>,
    identity: Identity,
    id: PathId<ScheduleId>,
) -> ApiResult<Json<ScheduledView>> {
    let (wallets, auth) = (state.wallets.clone(), state.auth.clone());
    let view = state.database.run(move |conn| {
        let transfer = wallets.scheduled_transfer(conn, identity.user, id.0)?;
        ScheduledView::one(conn, &auth, &transfer)
    });
    Ok(Json(view.await?))
}

/// Pauses one: its times pass without a transfer until it is resumed.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "pauseScheduledTransfer",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "Its id", format = Uuid)),
    responses(
        (status = 200, description = "It is paused", body = ScheduledView),
        (status = 404, description = "None of the caller's: `wallet.schedule_unknown`", body = crate::error::Problem, content_type = "application/problem+json"),
        (status = 409, description = "It is over or paused already: `wallet.schedule_over`; a transfer of it is being made: `wallet.schedule_in_progress`", body = crate::error::Problem, content_type = "application/problem+json"),
        Reading,
    )
)]
#[post("/api/wallet/scheduled-transfers/{id}/pause")]
pub(super) async fn pause(
    state: Data<State>,
    identity: Identity,
    id: PathId<ScheduleId>,
) -> ApiResult<Json<ScheduledView>> {
    change(&state, identity, id.0, ScheduleState::Paused).await
}

/// Goes on with a paused one, from its next time on; those that passed are left out.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "resumeScheduledTransfer",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "Its id", format = Uuid)),
    responses(
        (status = 200, description = "It goes on, or has ended where all its times passed", body = ScheduledView),
        (status = 404, description = "None of the caller's: `wallet.schedule_unknown`", body = crate::error::Problem, content_type = "application/problem+json"),
        (status = 409, description = "It is not paused: `wallet.schedule_over`", body = crate::error::Problem, content_type = "application/problem+json"),
        Reading,
    )
)]
#[post("/api/wallet/scheduled-transfers/{id}/resume")]
pub(super) async fn resume(
    state: Data<State>,
    identity: Identity,
    id: PathId<ScheduleId>,
) -> ApiResult<Json<ScheduledView>> {
    change(&state, identity, id.0, ScheduleState::Active).await
}

/// Cancels one for good. What was transferred stays.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "cancelScheduledTransfer",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "Its id", format = Uuid)),
    responses(
        (status = 200, description = "It is cancelled", body = ScheduledView),
        (status = 404, description = "None of the caller's: `wallet.schedule_unknown`", body = crate::error::Problem, content_type = "application/problem+json"),
        (status = 409, description = "It is over already: `wallet.schedule_over`; a transfer of it is being made: `wallet.schedule_in_progress`", body = crate::error::Problem, content_type = "application/problem+json"),
        Reading,
    )
)]
#[delete("/api/wallet/scheduled-transfers/{id}")]
pub(super) async fn cancel(
    state: Data<State>,
    identity: Identity,
    id: PathId<ScheduleId>,
) -> ApiResult<Json<ScheduledView>> {
    change(&state, identity, id.0, ScheduleState::Cancelled).await
}

async fn change(
    state: &State,
    identity: Identity,
    id: ScheduleId,
    wanted: ScheduleState,
) -> ApiResult<Json<ScheduledView>> {
    let (wallets, auth) = (state.wallets.clone(), state.auth.clone());
    let trace_id = Some(context::current().trace_id);
    let view = state.database.run(move |conn| {
        let transfer = wallets.change_schedule(conn, identity.user, id, wanted, trace_id)?;
        ScheduledView::one(conn, &auth, &transfer)
    });
    Ok(Json(view.await?))
}
