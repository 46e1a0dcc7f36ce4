//! Looks at other people's money. Each is in the log before anything is seen.

use super::views::{TransactionFileView, WalletFileView};
use crate::{
    auth::actor,
    error::{ApiError, ApiResult, Problem},
    extract::{Identity, PathId},
    state::State,
    wallet::{
        overview::WalletView,
        problems::Reading,
        views::{PersonView, movements},
    },
};
use actix_web::{
    get,
    web::{Data, Json},
};
use hostolink_audit::{self as audit, Actor};
use hostolink_kernel::{Limit, TransactionId, UserId, UserPublicId};

/// What a look leaves.
fn look(state: &State, by: Actor, action: &'static str, kind: &'static str, id: String) -> audit::Entry {
    audit::Entry {
        actor: by,
        action,
        object_kind: kind,
        object_id: id,
        details: serde_json::json!({}),
        at: state.clock.now(),
    }
}

/// Somebody's wallet: balance, what is set aside, status, ceiling, why it is frozen, the last operations. The look is in the log.
#[utoipa::path(
    tag = "Back office",
    operation_id = "lookUpWallet",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "Whose: the person's id", format = Uuid)),
    responses(
        (status = 200, description = "The wallet", body = WalletFileView),
        (status = 403, description = "The role does not allow it: `auth.forbidden`, `auth.step_up_required`", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such person", body = Problem, content_type = "application/problem+json"),
        Reading,
    )
)]
#[get("/api/admin/wallets/{id}")]
pub(super) async fn wallet(
    state: Data<State>,
    identity: Identity,
    id: PathId<UserPublicId>,
) -> ApiResult<Json<WalletFileView>> {
    let (shared, by) = (state.clone(), actor(Some(&identity)));
    let view = state.database.run(move |conn| {
        let (auth, wallets) = (&shared.auth, &shared.wallets);
        let user = auth.find_user(conn, id.0)?.ok_or_else(ApiError::not_found)?;
        audit::record(conn, &look(&shared, by, "wallet.looked_up", "user", id.0.to_string()))?;
        let person = auth.names(conn, &[user])?.get(&user).map(PersonView::from);
        let float = wallets.float_balance(conn, user)?;
        let wallet = WalletView::new(wallets.overview(conn, user)?, float);
        let last = wallets.transactions(conn, user, None, Limit::DEFAULT)?;
        let operations = movements(conn, auth, wallets, &last.items)?;
        let freezes = wallets.freezes(conn, user)?;
        let person = person.ok_or_else(ApiError::not_found)?;
        Ok::<_, ApiError>(WalletFileView::new(person, wallet, freezes, operations))
    });
    Ok(Json(view.await?))
}

/// Anybody's transaction, with both sides. The look is in the log.
#[utoipa::path(
    tag = "Back office",
    operation_id = "lookUpTransaction",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The transaction's id", format = Uuid)),
    responses(
        (status = 200, description = "The transaction", body = TransactionFileView),
        (status = 403, description = "The role does not allow it: `auth.forbidden`, `auth.step_up_required`", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such transaction", body = Problem, content_type = "application/problem+json"),
        Reading,
    )
)]
#[get("/api/admin/transactions/{id}")]
pub(super) async fn transaction(
    state: Data<State>,
    identity: Identity,
    id: PathId<TransactionId>,
) -> ApiResult<Json<TransactionFileView>> {
    let (shared, by) = (state.clone(), actor(Some(&identity)));
    let view = state.database.run(move |conn| {
        let found = shared.ledger.find_transaction(conn, id.0)?.ok_or_else(ApiError::not_found)?;
        audit::record(conn, &look(&shared, by, "wallet.transaction_seen", "transaction", id.0.to_string()))?;
        let people: Vec<UserId> = [found.from.owner, found.to.owner].into_iter().flatten().collect();
        let names = shared.auth.names(conn, &people)?;
        Ok::<_, ApiError>(TransactionFileView::new(&found, &names))
    });
    Ok(Json(view.await?))
}
