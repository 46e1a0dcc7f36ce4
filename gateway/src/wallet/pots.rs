//! Savings pots: money that a person puts by.

use super::{
    bodies,
    posting::{perform_within, wish},
    problems::OwnPot,
    views::{MovementPage, ReceiptView},
};
use crate::{
    auth::actor,
    error::{ApiError, ApiResult},
    extract::{IdempotencyKey, Identity, Json as Body, PageQuery, PathId, Query},
    state::State,
};
use actix_web::{
    HttpResponse, get,
    http::header::LOCATION,
    post, put,
    web::{Data, Json},
};
use chrono::{DateTime, Utc};
use hostolink_kernel::{DomainError, PotId, Xof};
use hostolink_wallet::{NewPot, Pot, PotMoveCommand, PotName, PotSettings, PotWay, fingerprint};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What its owner decides of a pot: what is left out is taken away.
#[derive(Debug, Deserialize, ToSchema)]
struct PotBody {
    /// What it is called.
    #[schema(min_length = 1, max_length = 40, example = "Moto")]
    name: String,
    /// How much is to be in it one day, in whole francs CFA.
    #[schema(minimum = 1, example = 450_000)]
    goal: Option<i64>,
}

impl PotBody {
    fn read(&self) -> ApiResult<PotSettings> {
        let name = PotName::parse(&self.name).map_err(|error| ApiError::field("name", error.code()))?;
        let goal = self.goal.map(bodies::amount).transpose().map_err(|error| error.blaming("goal"))?;
        Ok(PotSettings { name, goal })
    }
}

/// How much to put by, or to take back.
#[derive(Debug, Deserialize, ToSchema)]
struct PotAmountBody {
    /// Whole francs CFA.
    #[schema(minimum = 1, example = 5000)]
    amount: i64,
}

/// What a pot can do.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum PotStateView {
    /// Money goes in and out.
    Open,
    /// For good.
    Closed,
}

/// A pot of the caller's.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct PotView {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    id: PotId,
    /// What it is called.
    #[schema(example = "Moto")]
    name: String,
    /// How much is to be in it one day.
    #[schema(example = 450_000)]
    goal: Option<i64>,
    /// How much is in it.
    #[schema(example = 5000)]
    balance: i64,
    /// What it can do.
    state: PotStateView,
    /// When it was opened.
    created_at: DateTime<Utc>,
}

impl From<Pot> for PotView {
    fn from(pot: Pot) -> Self {
        Self {
            id: pot.id,
            name: pot.settings.name.as_str().to_owned(),
            goal: pot.settings.goal.map(Xof::francs),
            balance: pot.balance.francs(),
            state: if pot.closed { PotStateView::Closed } else { PotStateView::Open },
            created_at: pot.created_at,
        }
    }
}

/// A page of the caller's pots.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PotPage {
    /// The pots, the oldest first.
    items: Vec<PotView>,
    /// Where the next page starts; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// The caller's pots and what is in each.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "pots",
    security(("bearer" = [])),
    params(PageQuery),
    responses((status = 200, description = "A page of pots", body = PotPage), OwnPot)
)]
#[get("/api/wallet/pots")]
pub(super) async fn list(
    state: Data<State>,
    identity: Identity,
    query: Query<PageQuery>,
) -> ApiResult<Json<PotPage>> {
    let (limit, after) = (query.0.limit()?, query.0.cursor()?);
    let wallets = state.wallets.clone();
    let page =
        state.database.run(move |conn| wallets.pots(conn, identity.user, after.as_ref(), limit)).await?;
    let next_cursor = page.next.as_ref().map(|cursor| cursor.as_str().to_owned());
    Ok(Json(PotPage { items: page.items.into_iter().map(PotView::from).collect(), next_cursor }))
}

/// Opens a pot, at most ten that are open. What is in it stays the caller's and counts under the same ceiling.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "createPot",
    security(("bearer" = [])),
    request_body = PotBody,
    responses((status = 201, description = "The pot", body = PotView), OwnPot)
)]
#[post("/api/wallet/pots")]
pub(super) async fn create(
    state: Data<State>,
    identity: Identity,
    body: Body<PotBody>,
) -> ApiResult<HttpResponse> {
    let new = NewPot { owner: identity.user, settings: body.0.read()?, actor: actor(Some(&identity)) };
    let wallets = state.wallets.clone();
    let pot = state.database.run(move |conn| wallets.create_pot(conn, &new)).await?;
    let location = format!("/api/wallet/pots/{}", pot.id);
    Ok(HttpResponse::Created().insert_header((LOCATION, location)).json(PotView::from(pot)))
}

/// One of the caller's pots.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "pot",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The pot's id", format = Uuid)),
    responses((status = 200, description = "The pot", body = PotView), OwnPot)
)]
#[get("/api/wallet/pots/{id}")]
pub(super) async fn one(
    state: Data<State>,
    identity: Identity,
    id: PathId<PotId>,
) -> ApiResult<Json<PotView>> {
    let wallets = state.wallets.clone();
    let pot = state.database.run(move |conn| wallets.pot(conn, identity.user, id.0)).await?;
    Ok(Json(pot.into()))
}

/// Sets a pot's name and goal.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "configurePot",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The pot's id", format = Uuid)),
    request_body = PotBody,
    responses((status = 200, description = "The pot as it is now", body = PotView), OwnPot)
)]
#[put("/api/wallet/pots/{id}")]
pub(super) async fn configure(
    state: Data<State>,
    identity: Identity,
    id: PathId<PotId>,
    body: Body<PotBody>,
) -> ApiResult<Json<PotView>> {
    let (settings, actor) = (body.0.read()?, actor(Some(&identity)));
    let wallets = state.wallets.clone();
    let pot = state
        .database
        .run(move |conn| wallets.configure_pot(conn, (identity.user, id.0), &settings, &actor))
        .await?;
    Ok(Json(pot.into()))
}

/// Closes a pot for good. It must be empty.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "closePot",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The pot's id", format = Uuid)),
    responses((status = 200, description = "The pot, closed", body = PotView), OwnPot)
)]
#[post("/api/wallet/pots/{id}/close")]
pub(super) async fn close(
    state: Data<State>,
    identity: Identity,
    id: PathId<PotId>,
) -> ApiResult<Json<PotView>> {
    let (wallets, actor) = (state.wallets.clone(), actor(Some(&identity)));
    let pot = state.database.run(move |conn| wallets.close_pot(conn, (identity.user, id.0), &actor)).await?;
    Ok(Json(pot.into()))
}

/// Puts money from the main account into a pot.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "depositToPot",
    security(("bearer" = [])),
    params(
        ("id" = String, Path, description = "The pot's id", format = Uuid),
        ("Idempotency-Key" = String, Header, description = "Drawn at random on the device for this wish, kept for every retry"),
    ),
    request_body = PotAmountBody,
    responses(
        (status = 201, description = "It is in the pot", body = ReceiptView, headers(("Idempotency-Replayed" = String, description = "`true` where an earlier request with this key did it"))),
        OwnPot,
    )
)]
#[post("/api/wallet/pots/{id}/deposits")]
pub(super) async fn deposit(
    state: Data<State>,
    identity: Identity,
    id: PathId<PotId>,
    key: IdempotencyKey,
    body: Body<PotAmountBody>,
) -> ApiResult<HttpResponse> {
    move_money(&state, identity, id.0, PotWay::In, &key, body.0.amount).await
}

/// Takes money from a pot back to the main account.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "withdrawFromPot",
    security(("bearer" = [])),
    params(
        ("id" = String, Path, description = "The pot's id", format = Uuid),
        ("Idempotency-Key" = String, Header, description = "Drawn at random on the device for this wish, kept for every retry"),
    ),
    request_body = PotAmountBody,
    responses(
        (status = 201, description = "It is on the main account", body = ReceiptView, headers(("Idempotency-Replayed" = String, description = "`true` where an earlier request with this key did it"))),
        OwnPot,
    )
)]
#[post("/api/wallet/pots/{id}/withdrawals")]
pub(super) async fn withdraw(
    state: Data<State>,
    identity: Identity,
    id: PathId<PotId>,
    key: IdempotencyKey,
    body: Body<PotAmountBody>,
) -> ApiResult<HttpResponse> {
    move_money(&state, identity, id.0, PotWay::Out, &key, body.0.amount).await
}

/// What went into a pot and came out of it, newest first.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "potTransactions",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The pot's id", format = Uuid), PageQuery),
    responses((status = 200, description = "A page of operations", body = MovementPage), OwnPot)
)]
#[get("/api/wallet/pots/{id}/transactions")]
pub(super) async fn transactions(
    state: Data<State>,
    identity: Identity,
    id: PathId<PotId>,
    query: Query<PageQuery>,
) -> ApiResult<Json<MovementPage>> {
    let (limit, after) = (query.0.limit()?, query.0.cursor()?);
    let (wallets, auth) = (state.wallets.clone(), state.auth.clone());
    let page = state.database.run(move |conn| {
        let page = wallets.pot_transactions(conn, (identity.user, id.0), after.as_ref(), limit)?;
        MovementPage::compose(conn, &auth, &wallets, &page)
    });
    Ok(Json(page.await?))
}

async fn move_money(
    state: &State,
    identity: Identity,
    pot: PotId,
    way: PotWay,
    key: &IdempotencyKey,
    amount: i64,
) -> ApiResult<HttpResponse> {
    let amount = bodies::amount(amount)?;
    let wish = wish(&identity, key, fingerprint::pot_move(pot, way, amount))?;
    let wallets = state.wallets.clone();
    perform_within(state, identity, wish, move |conn, wish| {
        Ok(wallets.prepare_pot_move(conn, PotMoveCommand { wish, pot, way, amount })?)
    })
    .await
}
