//! What an officer does with an alert: takes it, writes to it, decides it, lets money go.

use super::views::{AlertFileView, AssignBody, DecideBody, RemarkBody};
use crate::{
    auth::actor,
    error::{ApiError, ApiResult},
    extract::{Identity, Json as Body, PathId},
    state::State,
    wallet::problems::ReviewingAlerts,
};
use actix_web::{
    post,
    web::{Data, Json},
};
use diesel::PgConnection;
use hostolink_audit::Actor;
use hostolink_auth::Permission;
use hostolink_kernel::AlertId;
use hostolink_wallet::{AlertFile, Error, Wallets, codes};

/// Gives an open alert to somebody who may look after it, the caller where nobody is named.
#[utoipa::path(
    tag = "Compliance",
    operation_id = "assignAlert",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The alert's id", format = Uuid)),
    request_body = AssignBody,
    responses((status = 200, description = "The alert as it is now", body = AlertFileView), ReviewingAlerts)
)]
#[post("/api/admin/compliance/alerts/{id}/assign")]
pub(super) async fn assign(
    state: Data<State>,
    identity: Identity,
    id: PathId<AlertId>,
    body: Body<AssignBody>,
) -> ApiResult<Json<AlertFileView>> {
    let (shared, by) = (state.clone(), actor(Some(&identity)));
    let view = state.database.run(move |conn| {
        let refused = || ApiError::field("assignee", &codes::ALERT_ASSIGNEE_INVALID);
        let assignee = match body.0.assignee {
            None => identity.user,
            Some(named) => shared.auth.find_user(conn, named)?.ok_or_else(refused)?,
        };
        if !shared.auth.permissions_of(conn, assignee)?.has(Permission::ReviewAlerts) {
            return Err(refused());
        }
        let file = shared.wallets.assign_alert(conn, &by, id.0, assignee)?;
        AlertFileView::compose(conn, &shared, file)
    });
    Ok(Json(view.await?))
}

/// Writes to an alert. What is written stays, and only compliance officers see it.
#[utoipa::path(
    tag = "Compliance",
    operation_id = "remarkAlert",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The alert's id", format = Uuid)),
    request_body = RemarkBody,
    responses((status = 200, description = "The alert as it is now", body = AlertFileView), ReviewingAlerts)
)]
#[post("/api/admin/compliance/alerts/{id}/remarks")]
pub(super) async fn remark(
    state: Data<State>,
    identity: Identity,
    id: PathId<AlertId>,
    body: Body<RemarkBody>,
) -> ApiResult<Json<AlertFileView>> {
    let text = body.0.read()?;
    change(&state, &identity, move |wallets, conn, by| wallets.remark_alert(conn, by, id.0, text)).await
}

/// Decides an alert, once. What it holds back stays held until two officers let it go: who dismisses it is the first of them.
#[utoipa::path(
    tag = "Compliance",
    operation_id = "decideAlert",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The alert's id", format = Uuid)),
    request_body = DecideBody,
    responses((status = 200, description = "The alert as it is now", body = AlertFileView), ReviewingAlerts)
)]
#[post("/api/admin/compliance/alerts/{id}/decide")]
pub(super) async fn decide(
    state: Data<State>,
    identity: Identity,
    id: PathId<AlertId>,
    body: Body<DecideBody>,
) -> ApiResult<Json<AlertFileView>> {
    let (decision, text) = body.0.read()?;
    change(&state, &identity, move |wallets, conn, by| wallets.decide_alert(conn, by, id.0, decision, text))
        .await
}

/// Lets money leave that a decided alert holds back: a first officer asks for it, another one confirms it by the same call.
#[utoipa::path(
    tag = "Compliance",
    operation_id = "releaseAlert",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The alert's id", format = Uuid)),
    responses((status = 200, description = "The alert as it is now: asked for, or released", body = AlertFileView), ReviewingAlerts)
)]
#[post("/api/admin/compliance/alerts/{id}/release")]
pub(super) async fn release(
    state: Data<State>,
    identity: Identity,
    id: PathId<AlertId>,
) -> ApiResult<Json<AlertFileView>> {
    change(&state, &identity, move |wallets, conn, by| wallets.release_alert(conn, by, id.0)).await
}

/// Does something to an alert and shows it as it is then.
async fn change(
    state: &Data<State>,
    identity: &Identity,
    work: impl FnOnce(&Wallets, &mut PgConnection, &Actor) -> Result<AlertFile, Error> + Send + 'static,
) -> ApiResult<Json<AlertFileView>> {
    let (shared, by) = (state.clone(), actor(Some(identity)));
    let view = state.database.run(move |conn| {
        let file = work(&shared.wallets, conn, &by)?;
        AlertFileView::compose(conn, &shared, file)
    });
    Ok(Json(view.await?))
}
