//! `/api/push-devices`.

use super::{
    bodies::{ActiveBody, DeviceBody},
    problems::Own,
    views::{DeviceView, DevicesView},
};
use crate::{
    auth::actor,
    error::{ApiError, ApiResult, INVALID_FIELD, Problem},
    extract::{Identity, Json as Body, PathId},
    state::State,
};
use actix_web::{
    HttpResponse, delete, get, post, put,
    web::{Data, Json},
};
use hostolink_notifications::{NewDevice, Platform};
use uuid::Uuid;

/// The applications that the caller has us write to.
#[utoipa::path(
    tag = "Notifications",
    operation_id = "pushDevices",
    security(("bearer" = [])),
    responses((status = 200, description = "All of them", body = DevicesView), Own)
)]
#[get("/api/push-devices")]
pub(super) async fn list(state: Data<State>, identity: Identity) -> ApiResult<Json<DevicesView>> {
    let notifications = state.notifications.clone();
    let devices = state.database.run(move |conn| notifications.devices(conn, identity.user)).await?;
    Ok(Json(DevicesView { items: devices.into_iter().map(DeviceView::from).collect() }))
}

/// Has us write to this application, or says that it is still there: once a month, and whenever Firebase gives it another target. It is the
/// caller's alone from then on, as long as this session lives; an older target of this session is forgotten.
#[utoipa::path(
    tag = "Notifications",
    operation_id = "registerPushDevice",
    security(("bearer" = [])),
    request_body = DeviceBody,
    responses(
        (status = 200, description = "It is registered", body = DeviceView),
        (status = 422, description = "There are 20 already: `notifications.too_many_devices`", body = Problem, content_type = "application/problem+json"),
        Own,
    )
)]
#[post("/api/push-devices")]
pub(super) async fn register(
    state: Data<State>,
    identity: Identity,
    body: Body<DeviceBody>,
) -> ApiResult<Json<DeviceView>> {
    let target = body.0.target()?;
    let platform =
        Platform::parse(&body.0.platform).ok_or_else(|| ApiError::field("platform", &INVALID_FIELD))?;
    let new = NewDevice { owner: identity.user, session: identity.session, target, platform };
    let (shared, actor) = (state.clone(), actor(Some(&identity)));
    let register = move |conn: &mut diesel::PgConnection| -> ApiResult<DeviceView> {
        // A session that ended meanwhile leaves no device behind.
        identity.confirm(&shared.auth, conn)?;
        Ok(shared.notifications.register(conn, &new, &actor)?.into())
    };
    Ok(Json(state.database.run(register).await?))
}

/// Keeps one of the caller's applications silent, or no longer. What protects the account is pushed to it all the same.
#[utoipa::path(
    tag = "Notifications",
    operation_id = "setPushDevice",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The device's id", format = Uuid)),
    request_body = ActiveBody,
    responses(
        (status = 200, description = "It is so", body = DeviceView),
        (status = 403, description = "The session is not proven by a code: `auth.step_up_required`", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "The caller has none with this id: `notifications.device_unknown`, `not_found`", body = Problem, content_type = "application/problem+json"),
        Own,
    )
)]
#[put("/api/push-devices/{id}")]
pub(super) async fn set(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
    body: Body<ActiveBody>,
) -> ApiResult<Json<DeviceView>> {
    let (notifications, actor, active) = (state.notifications.clone(), actor(Some(&identity)), body.0.active);
    let set = move |conn: &mut diesel::PgConnection| {
        notifications.mute_device(conn, (identity.user, id.0), active, &actor)
    };
    Ok(Json(state.database.run(set).await?.into()))
}

/// Has us write to one of the caller's applications no more.
#[utoipa::path(
    tag = "Notifications",
    operation_id = "forgetPushDevice",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The device's id", format = Uuid)),
    responses(
        (status = 204, description = "It is forgotten"),
        (status = 403, description = "The session is not proven by a code: `auth.step_up_required`", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "The caller has none with this id: `notifications.device_unknown`, `not_found`", body = Problem, content_type = "application/problem+json"),
        Own,
    )
)]
#[delete("/api/push-devices/{id}")]
pub(super) async fn forget(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
) -> ApiResult<HttpResponse> {
    let (notifications, actor) = (state.notifications.clone(), actor(Some(&identity)));
    let forget = move |conn: &mut diesel::PgConnection| {
        notifications.forget_device(conn, (identity.user, id.0), &actor)
    };
    state.database.run(forget).await?;
    Ok(HttpResponse::NoContent().finish())
}
