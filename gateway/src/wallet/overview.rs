//! The wallet at a glance.

use super::{
    problems::Reading,
    qr::QrView,
    views::{MovementView, movements},
};
use crate::{
    error::{ApiError, ApiResult},
    extract::Identity,
    state::State,
};
use actix_web::{
    get,
    web::{Data, Json},
};
use hostolink_auth::Role;
use hostolink_kernel::{AccountId, Limit, Xof};
use hostolink_ledger::AccountStatus;
use hostolink_wallet::{CURRENCY, Overview};
use serde::Serialize;
use utoipa::ToSchema;

/// What the account may do.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum StatusView {
    /// It gives and receives.
    Active,
    /// It receives and does not give.
    DebitFrozen,
    /// It neither gives nor receives.
    Frozen,
    /// As frozen, for good.
    Closed,
}

/// A person's money. Amounts are whole francs CFA.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct WalletView {
    /// The account's id.
    #[schema(value_type = String, format = Uuid)]
    account: AccountId,
    /// What it may do.
    status: StatusView,
    /// How much is in it.
    #[schema(example = 12_500)]
    balance: i64,
    /// How much may be spent now.
    #[schema(example = 12_500)]
    available: i64,
    /// How much is set aside for operations under way.
    #[schema(example = 0)]
    held: i64,
    /// The most that may be held; `null` is no ceiling.
    #[schema(example = 200_000)]
    ceiling: Option<i64>,
    /// ISO 4217.
    #[schema(example = "XOF")]
    currency: &'static str,
    /// What an agent may still give; left out for everybody else.
    #[serde(skip_serializing_if = "Option::is_none")]
    float_balance: Option<i64>,
}

impl WalletView {
    pub(super) fn new(overview: Overview, float: Option<Xof>) -> Self {
        Self {
            account: overview.account,
            status: match overview.status {
                AccountStatus::Active => StatusView::Active,
                AccountStatus::DebitFrozen => StatusView::DebitFrozen,
                AccountStatus::Frozen => StatusView::Frozen,
                AccountStatus::Closed => StatusView::Closed,
            },
            balance: overview.balance.francs(),
            available: overview.available.francs(),
            held: overview.held.francs(),
            ceiling: overview.ceiling.map(Xof::francs),
            currency: CURRENCY,
            float_balance: float.map(Xof::francs),
        }
    }
}

/// The app's first screen.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DashboardView {
    /// The person's money.
    wallet: WalletView,
    /// The last five operations, newest first.
    operations: Vec<MovementView>,
    /// The person's own code: show it to be paid.
    qr: QrView,
}

/// The caller's balance. The wallet is opened the first time somebody looks.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "wallet",
    security(("bearer" = [])),
    responses((status = 200, description = "The balance, and what may be spent now", body = WalletView), Reading)
)]
#[get("/api/wallet")]
pub(super) async fn wallet(state: Data<State>, identity: Identity) -> ApiResult<Json<WalletView>> {
    let wallets = state.wallets.clone();
    let view = state.database.run(move |conn| {
        let overview = wallets.overview(conn, identity.user)?;
        let float = match identity.role {
            Role::User => None,
            _ => wallets.float_balance(conn, identity.user)?,
        };
        Ok::<_, ApiError>(WalletView::new(overview, float))
    });
    Ok(Json(view.await?))
}

/// The app's first screen in one call: the balance, the last five operations, the code to be paid with.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "dashboard",
    security(("bearer" = [])),
    responses((status = 200, description = "What the first screen shows", body = DashboardView), Reading)
)]
#[get("/api/dashboard")]
pub(super) async fn dashboard(state: Data<State>, identity: Identity) -> ApiResult<Json<DashboardView>> {
    let (wallets, auth) = (state.wallets.clone(), state.auth.clone());
    let five = Limit::parse(5).unwrap_or(Limit::DEFAULT);
    let view = state.database.run(move |conn| {
        let overview = wallets.overview(conn, identity.user)?;
        let last = wallets.transactions(conn, identity.user, None, five)?;
        Ok::<_, ApiError>(DashboardView {
            wallet: WalletView::new(overview, None),
            operations: movements(conn, &auth, &wallets, &last.items)?,
            qr: wallets.own_code(conn, identity.user)?.into(),
        })
    });
    Ok(Json(view.await?))
}
