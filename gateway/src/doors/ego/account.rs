//! One's own profile: read it, change it, delete the account.

use super::{
    answers::{DataAnswer, DoneAnswer},
    bodies::UpdateBody,
    problems::{Changing, Leaving, SignedInOnly},
    profile::ProfileView,
    wishes,
};
use crate::{
    auth::actor,
    error::{ApiError, ApiResult},
    extract::{Identity, Json as Body},
    flows::departure,
    state::State,
};
use actix_web::{
    get, post,
    web::{Data, Json},
};
use diesel::PgConnection;
use hostolink_kernel::UserId;

/// The caller's own profile.
#[utoipa::path(
    tag = "EGO Transfert",
    operation_id = "egoProfile",
    security(("bearer" = [])),
    responses((status = 200, description = "Who is asking", body = DataAnswer<ProfileView>), SignedInOnly)
)]
#[get("/api/v1/users/profile")]
pub(super) async fn profile(
    state: Data<State>,
    identity: Identity,
) -> ApiResult<Json<DataAnswer<ProfileView>>> {
    Ok(Json(DataAnswer::of(read(&state, identity.user).await?)))
}

/// Changes the caller's own profile: the fields that are sent, and of those the ones that a person may write.
#[utoipa::path(
    tag = "EGO Transfert",
    operation_id = "egoUpdate",
    security(("bearer" = [])),
    request_body = UpdateBody,
    responses((status = 200, description = "As it is now", body = DataAnswer<ProfileView>), Changing)
)]
#[post("/api/v1/users/update")]
pub(super) async fn update(
    state: Data<State>,
    identity: Identity,
    body: Body<UpdateBody>,
) -> ApiResult<Json<DataAnswer<ProfileView>>> {
    Ok(Json(DataAnswer::of(change(&state, &identity, body.0).await?)))
}

pub(super) async fn read(state: &State, user: UserId) -> ApiResult<ProfileView> {
    let (auth, social) = (state.auth.clone(), state.social.clone());
    let read = move |conn: &mut PgConnection| {
        let own = auth.me(conn, user)?;
        let activity = auth.activity(conn, &[user])?.remove(&user).unwrap_or_default();
        let counts = social.counts(conn, &[user])?.remove(&user).unwrap_or_default();
        Ok::<_, ApiError>(ProfileView::of(own, activity, counts))
    };
    state.database.run(read).await
}

pub(super) async fn change(state: &State, identity: &Identity, body: UpdateBody) -> ApiResult<ProfileView> {
    let change = wishes::change(&body)?;
    let (auth, user, actor) = (state.auth.clone(), identity.user, actor(Some(identity)));
    state.database.run(move |conn| auth.update_profile(conn, user, &change, &actor)).await?;
    read(state, user).await
}

/// Deletes the account: every session ends at once, and what may be erased is erased thirty days later. The wallet must be
/// empty. Signing in by a code (`/api/verify-otp`) and `/api/me/deletion/cancel` undo it.
#[utoipa::path(
    tag = "EGO Transfert",
    operation_id = "egoDelete",
    security(("bearer" = [])),
    responses((status = 200, description = "It will be erased", body = DoneAnswer), Leaving)
)]
#[post("/api/v1/users/delete")]
pub(super) async fn delete(state: Data<State>, identity: Identity) -> ApiResult<Json<DoneAnswer>> {
    departure::request(&state, identity.signed_in_as(), actor(Some(&identity))).await?;
    Ok(Json(DoneAnswer::success("suppression reussie")))
}
