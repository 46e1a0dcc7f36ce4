//! How money comes in: a superadmin fills an agent's float, the agent gives from it against cash.

use super::{
    bodies::{self, CashInBody, FloatBody},
    posting::{perform, wish},
    problems::MovingMoney,
    receivers,
    views::ReceiptView,
};
use crate::{
    error::{ApiError, ApiResult},
    extract::{IdempotencyKey, Identity, Json as Body},
    state::State,
};
use actix_web::{HttpResponse, post, web::Data};
use diesel::PgConnection;
use hostolink_auth::{Auth, Permission};
use hostolink_kernel::{Identifier, UserId};
use hostolink_wallet::{CashInCommand, FloatFundingCommand, codes, fingerprint};

/// An agent took cash and gives the same in money, from their float.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "cashIn",
    security(("bearer" = [])),
    params(("Idempotency-Key" = String, Header, description = "Drawn at random on the device for this wish, kept for every retry")),
    request_body = CashInBody,
    responses(
        (status = 201, description = "The money moved", body = ReceiptView, headers(("Idempotency-Replayed" = String, description = "`true` where an earlier request with this key did it"))),
        MovingMoney,
    )
)]
#[post("/api/agent/cash-ins")]
pub(super) async fn cash_in(
    state: Data<State>,
    identity: Identity,
    key: IdempotencyKey,
    body: Body<CashInBody>,
) -> ApiResult<HttpResponse> {
    let to = bodies::identifier("to", &body.0.to, &state.config.regions)?;
    let amount = bodies::amount(body.0.amount)?;
    let wish = wish(&identity, &key, fingerprint::cash_in(to.as_str(), amount))?;
    let shared = state.clone();
    perform(&state, identity, wish, move |conn, wish| {
        let to = receivers::find(conn, &shared, identity.user, &to)?.user;
        Ok(shared.wallets.prepare_cash_in(conn, CashInCommand { wish, to, amount })?)
    })
    .await
}

/// Fills an agent's float with new money, against the same amount in the bank.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "fundFloat",
    security(("bearer" = [])),
    params(("Idempotency-Key" = String, Header, description = "Drawn at random on the device for this wish, kept for every retry")),
    request_body = FloatBody,
    responses(
        (status = 201, description = "The float was filled", body = ReceiptView, headers(("Idempotency-Replayed" = String, description = "`true` where an earlier request with this key did it"))),
        MovingMoney,
    )
)]
#[post("/api/admin/floats")]
pub(super) async fn fund_float(
    state: Data<State>,
    identity: Identity,
    key: IdempotencyKey,
    body: Body<FloatBody>,
) -> ApiResult<HttpResponse> {
    let agent = bodies::identifier("agent", &body.0.agent, &state.config.regions)?;
    let amount = bodies::amount(body.0.amount)?;
    let wish = wish(&identity, &key, fingerprint::float_funding(agent.as_str(), amount))?;
    let (wallets, auth) = (state.wallets.clone(), state.auth.clone());
    perform(&state, identity, wish, move |conn, wish| {
        let agent = find_agent(conn, &auth, &agent)?;
        Ok(wallets.prepare_float_funding(conn, FloatFundingCommand { wish, agent, amount })?)
    })
    .await
}

/// Somebody proven who may give cash-in.
pub(super) fn find_agent(conn: &mut PgConnection, auth: &Auth, identifier: &Identifier) -> ApiResult<UserId> {
    let unknown = || ApiError::field("agent", &codes::AGENT_UNKNOWN);
    let user = auth.find_recipient(conn, identifier)?.ok_or_else(unknown)?.user;
    if auth.permissions_of(conn, user)?.has(Permission::CashIn) { Ok(user) } else { Err(unknown()) }
}
