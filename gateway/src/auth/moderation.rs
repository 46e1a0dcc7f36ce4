//! Blocking people and signing them out, for who looks after people.

use super::{actor, problems::Administering, views::UserView};
use crate::{
    error::{ApiError, ApiResult, Problem},
    extract::{Identity, Json as Body, PathId},
    state::State,
};
use actix_web::{
    post,
    web::{Data, Json},
};
use diesel::PgConnection;
use hostolink_audit::Actor;
use hostolink_auth::{Auth, Error, Moderated, ModerationReason};
use hostolink_kernel::UserPublicId;
use serde::Deserialize;
use utoipa::ToSchema;

/// Why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReasonBody {
    /// It is written down.
    reason: Reason,
}

impl ReasonBody {
    /// As the domains call it.
    pub(crate) fn reason(&self) -> ModerationReason {
        self.reason.into()
    }
}

/// Why somebody is blocked, unblocked, signed out, or has their money frozen or thawed.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Reason {
    /// It looks like fraud.
    Fraud,
    /// It breaks the rules of the house.
    Abuse,
    /// The owner lost the device, or fears that somebody else uses the account.
    LostDevice,
    /// The owner asked for it.
    OwnerRequest,
    /// An authority asked for it.
    LegalRequest,
    /// It was a mistake before.
    Mistake,
}

impl From<Reason> for ModerationReason {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::Fraud => Self::Fraud,
            Reason::Abuse => Self::Abuse,
            Reason::LostDevice => Self::LostDevice,
            Reason::OwnerRequest => Self::OwnerRequest,
            Reason::LegalRequest => Self::LegalRequest,
            Reason::Mistake => Self::Mistake,
        }
    }
}

/// Blocks somebody below one's own level: signed out everywhere at once, they neither sign in nor receive money.
#[utoipa::path(
    tag = "Identity",
    operation_id = "blockUser",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "Whom")),
    request_body = ReasonBody,
    responses(
        (status = 200, description = "As they are now", body = UserView),
        (status = 404, description = "There is no such user", body = Problem, content_type = "application/problem+json"),
        Administering,
    )
)]
#[post("/api/users/{id}/block")]
pub(super) async fn block(
    state: Data<State>,
    identity: Identity,
    target: PathId<UserPublicId>,
    body: Body<ReasonBody>,
) -> ApiResult<Json<UserView>> {
    act(&state, &identity, target.0, body.0.reason, Auth::block).await
}

/// Takes a block away. Who was blocked signs in anew.
#[utoipa::path(
    tag = "Identity",
    operation_id = "unblockUser",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "Whom")),
    request_body = ReasonBody,
    responses(
        (status = 200, description = "As they are now", body = UserView),
        (status = 404, description = "There is no such user", body = Problem, content_type = "application/problem+json"),
        Administering,
    )
)]
#[post("/api/users/{id}/unblock")]
pub(super) async fn unblock(
    state: Data<State>,
    identity: Identity,
    target: PathId<UserPublicId>,
    body: Body<ReasonBody>,
) -> ApiResult<Json<UserView>> {
    act(&state, &identity, target.0, body.0.reason, Auth::unblock).await
}

/// Signs somebody below one's own level out everywhere.
#[utoipa::path(
    tag = "Identity",
    operation_id = "endSessionsOfUser",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "Whom")),
    request_body = ReasonBody,
    responses(
        (status = 200, description = "As they are now", body = UserView),
        (status = 404, description = "There is no such user", body = Problem, content_type = "application/problem+json"),
        Administering,
    )
)]
#[post("/api/users/{id}/end-sessions")]
pub(super) async fn end_sessions(
    state: Data<State>,
    identity: Identity,
    target: PathId<UserPublicId>,
    body: Body<ReasonBody>,
) -> ApiResult<Json<UserView>> {
    act(&state, &identity, target.0, body.0.reason, Auth::end_sessions_of).await
}

type Measure =
    fn(&Auth, &mut PgConnection, &Actor, UserPublicId, ModerationReason) -> Result<Moderated, Error>;

async fn act(
    state: &State,
    identity: &Identity,
    target: UserPublicId,
    reason: Reason,
    measure: Measure,
) -> ApiResult<Json<UserView>> {
    let (auth, actor) = (state.auth.clone(), actor(Some(identity)));
    match state.database.run(move |conn| measure(&auth, conn, &actor, target, reason.into())).await {
        Ok(done) => {
            done.ended.iter().for_each(|session| state.ended(*session));
            Ok(Json(done.profile.into()))
        }
        // Like an id that can't be one.
        Err(Error::UserNotFound) => Err(ApiError::not_found()),
        Err(refused) => Err(refused.into()),
    }
}
