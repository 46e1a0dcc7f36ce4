//! Leaving: asking to be forgotten, and thinking again.

use super::{actor, problems::Changing, views::ProfileView};
use crate::{
    error::{ApiResult, Problem},
    extract::Identity,
    flows::departure,
    state::State,
};
use actix_web::{
    HttpResponse, post,
    web::{Data, Json},
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// An account is to be erased.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DeletionView {
    /// When nothing personal is left of it.
    due_at: DateTime<Utc>,
}

/// Asks for the account to be erased in thirty days. The session must have been proven by a code in the last ten minutes, and the
/// wallet must be empty. Everybody is signed out and nothing can be received; signing in by a code and `deletion/cancel` undo it.
#[utoipa::path(
    tag = "Identity",
    operation_id = "requestDeletion",
    security(("bearer" = [])),
    responses(
        (status = 202, description = "It will be erased", body = DeletionView),
        (status = 409, description = "There is money: `wallet.balance_not_zero`; it is frozen: `wallet.account_frozen`; the last superadmin stays: `auth.last_superadmin`", body = Problem, content_type = "application/problem+json"),
        Changing,
    )
)]
#[post("/api/me/deletion")]
pub(super) async fn request(state: Data<State>, identity: Identity) -> ApiResult<HttpResponse> {
    let who = identity.signed_in_as();
    let auth = state.auth.clone();
    state.database.run(move |conn| auth.require_recent_code(conn, who)).await?;
    let requested = departure::request(&state, who, actor(Some(&identity))).await?;
    Ok(HttpResponse::Accepted().json(DeletionView { due_at: requested.due }))
}

/// Thinks again: the account stays, and receives money as before.
#[utoipa::path(
    tag = "Identity",
    operation_id = "cancelDeletion",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "It stays", body = ProfileView),
        (status = 409, description = "Nobody asked for it: `auth.deletion_unknown`", body = Problem, content_type = "application/problem+json"),
        Changing,
    )
)]
#[post("/api/me/deletion/cancel")]
pub(super) async fn cancel(state: Data<State>, identity: Identity) -> ApiResult<Json<ProfileView>> {
    let who = identity.signed_in_as();
    Ok(Json(departure::cancel(&state, who, actor(Some(&identity))).await?.into()))
}
