//! The roles and what each may do, for superadmins.

use super::{actor, bodies::RoleName, problems::Administering};
use crate::{
    error::{ApiResult, Problem},
    extract::{Identity, Json as Body, PathId},
    state::State,
};
use actix_web::{
    get, put,
    web::{Data, Json},
};
use hostolink_auth::{Permission, Role, RoleInfo};
use serde::{Deserialize, Serialize};
use std::str::FromStr;
use utoipa::ToSchema;

/// What a role may do beyond what everybody may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub(super) enum PermissionName {
    /// Give money from a prefunded float against cash.
    #[serde(rename = "wallet.cash_in")]
    CashIn,
    /// Look at other people's identity documents, accept or refuse them.
    #[serde(rename = "identity.review")]
    ReviewIdentity,
    /// Block people below one's own level, end their sessions, start the reset of their password.
    #[serde(rename = "people.moderate")]
    ModeratePeople,
    /// See what limits people and what operations cost, and say what it is to be from a later day on.
    #[serde(rename = "wallet.rules")]
    SetRules,
    /// Be paid by card: have a merchant account, take cards, name cashiers.
    #[serde(rename = "wallet.sell")]
    Sell,
    /// Look at other people's wallets and transactions, and at the books.
    #[serde(rename = "wallet.look_up")]
    LookUpMoney,
    /// Freeze and thaw the money of people below one's own level.
    #[serde(rename = "wallet.freeze")]
    FreezeMoney,
    /// Give a transaction back for its receiver.
    #[serde(rename = "wallet.refund")]
    RefundMoney,
    /// Ask for corrections of the books, and decide those of others.
    #[serde(rename = "wallet.adjust")]
    AdjustMoney,
    /// Look at what compliance has to look at, and decide it.
    #[serde(rename = "compliance.review")]
    ReviewAlerts,
    /// Look at what people suggest, claim and say of establishments, and decide it.
    #[serde(rename = "health.review")]
    ReviewDirectory,
}

impl From<PermissionName> for Permission {
    fn from(name: PermissionName) -> Self {
        match name {
            PermissionName::CashIn => Self::CashIn,
            PermissionName::ReviewIdentity => Self::ReviewIdentity,
            PermissionName::ModeratePeople => Self::ModeratePeople,
            PermissionName::SetRules => Self::SetRules,
            PermissionName::Sell => Self::Sell,
            PermissionName::LookUpMoney => Self::LookUpMoney,
            PermissionName::FreezeMoney => Self::FreezeMoney,
            PermissionName::RefundMoney => Self::RefundMoney,
            PermissionName::AdjustMoney => Self::AdjustMoney,
            PermissionName::ReviewAlerts => Self::ReviewAlerts,
            PermissionName::ReviewDirectory => Self::ReviewDirectory,
        }
    }
}

impl From<Permission> for PermissionName {
    fn from(permission: Permission) -> Self {
        match permission {
            Permission::CashIn => Self::CashIn,
            Permission::ReviewIdentity => Self::ReviewIdentity,
            Permission::ModeratePeople => Self::ModeratePeople,
            Permission::SetRules => Self::SetRules,
            Permission::Sell => Self::Sell,
            Permission::LookUpMoney => Self::LookUpMoney,
            Permission::FreezeMoney => Self::FreezeMoney,
            Permission::RefundMoney => Self::RefundMoney,
            Permission::AdjustMoney => Self::AdjustMoney,
            Permission::ReviewAlerts => Self::ReviewAlerts,
            Permission::ReviewDirectory => Self::ReviewDirectory,
        }
    }
}

/// A role.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct RoleView {
    /// Its name.
    role: RoleName,
    /// Its name for people, in French.
    #[schema(example = "Agent de dépôt")]
    label: String,
    /// Its rank: nobody grants a role of their own rank or above, nor acts on somebody who has one.
    #[schema(example = 20)]
    level: i16,
    /// What it may do beyond what everybody may.
    permissions: Vec<PermissionName>,
}

impl From<RoleInfo> for RoleView {
    fn from(info: RoleInfo) -> Self {
        let permissions = info.permissions.iter().map(PermissionName::from).collect();
        Self { role: info.role.into(), label: info.label, level: info.level, permissions }
    }
}

/// The roles.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RolesView {
    /// The lowest first.
    items: Vec<RoleView>,
}

/// What a role may from now on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PermissionsBody {
    /// All of it: what is left out is taken away.
    permissions: Vec<PermissionName>,
}

/// A role of the path.
#[derive(Debug)]
pub(super) struct Named(Role);

impl FromStr for Named {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Role::parse(name).map(Self).ok_or(())
    }
}

/// The roles and what each may do.
#[utoipa::path(
    tag = "Identity",
    operation_id = "roles",
    security(("bearer" = [])),
    responses((status = 200, description = "Every role", body = RolesView), Administering)
)]
#[get("/api/admin/roles")]
pub(super) async fn roles(state: Data<State>) -> ApiResult<Json<RolesView>> {
    let auth = state.auth.clone();
    let roles = state.database.run(move |conn| auth.roles(conn)).await?;
    Ok(Json(RolesView { items: roles.into_iter().map(RoleView::from).collect() }))
}

/// Says what a role may do, from each holder's next request on. A superadmin may everything: that can't be changed.
#[utoipa::path(
    tag = "Identity",
    operation_id = "setRolePermissions",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The role's name", example = "moderator")),
    request_body = PermissionsBody,
    responses(
        (status = 200, description = "The role as it is now", body = RoleView),
        (status = 404, description = "There is no such role", body = Problem, content_type = "application/problem+json"),
        Administering,
    )
)]
#[put("/api/admin/roles/{id}")]
pub(super) async fn set_permissions(
    state: Data<State>,
    identity: Identity,
    role: PathId<Named>,
    body: Body<PermissionsBody>,
) -> ApiResult<Json<RoleView>> {
    let (auth, actor, role) = (state.auth.clone(), actor(Some(&identity)), role.0.0);
    let permissions = body.0.permissions.into_iter().map(Permission::from).collect();
    let set = move |conn: &mut _| auth.set_permissions(conn, &actor, role, permissions);
    Ok(Json(state.database.run(set).await?.into()))
}
