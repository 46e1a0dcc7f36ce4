//! `/api/notifications/preferences`.

use super::{bodies::PreferencesBody, problems::Own, views::PreferencesView};
use crate::{
    auth::actor,
    error::{ApiResult, Problem},
    extract::{Identity, Json as Body},
    state::State,
};
use actix_web::{
    get, patch,
    web::{Data, Json},
};

/// How the caller wants to be told: each kind by each channel, quiet hours, and what a locked screen shows.
#[utoipa::path(
    tag = "Notifications",
    operation_id = "notificationPreferences",
    security(("bearer" = [])),
    responses((status = 200, description = "What holds now", body = PreferencesView), Own)
)]
#[get("/api/notifications/preferences")]
pub(super) async fn show(state: Data<State>, identity: Identity) -> ApiResult<Json<PreferencesView>> {
    let notifications = state.notifications.clone();
    let standing = state.database.run(move |conn| notifications.standing(conn, identity.user)).await?;
    Ok(Json(standing.into()))
}

/// Changes it, all or nothing; what is left out stays. What protects the account can't be turned off.
#[utoipa::path(
    tag = "Notifications",
    operation_id = "setNotificationPreferences",
    security(("bearer" = [])),
    request_body = PreferencesBody,
    responses(
        (status = 200, description = "What holds now", body = PreferencesView),
        (status = 422, description = "It can't be turned off, or does not go this way: `notifications.mandatory`, `notifications.channel_not_offered`", body = Problem, content_type = "application/problem+json"),
        Own,
    )
)]
#[patch("/api/notifications/preferences")]
pub(super) async fn change(
    state: Data<State>,
    identity: Identity,
    body: Body<PreferencesBody>,
) -> ApiResult<Json<PreferencesView>> {
    let (settings, actor) = (body.0.read()?, actor(Some(&identity)));
    let notifications = state.notifications.clone();
    let choose = move |conn: &mut diesel::PgConnection| {
        notifications.choose(conn, identity.recipient(), &settings, &actor)
    };
    Ok(Json(state.database.run(choose).await?.into()))
}
