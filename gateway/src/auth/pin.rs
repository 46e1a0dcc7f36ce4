//! The PIN of a device: set it, show it, take it away.

use super::{
    actor,
    bodies::{PinBody, ShownPinBody},
    notices::tell_once,
    problems::{PinRefusal, SignedInOnly},
    views::{PinView, StepUpView},
};
use crate::{
    error::ApiResult,
    extract::{Identity, Json as Body},
    state::State,
};
use actix_web::{
    HttpResponse, delete, get, post, put,
    web::{Data, Json},
};
use hostolink_auth::{Pin, PinAttempt};
use hostolink_kernel::Secret;
use hostolink_notifier::Notice;
use std::time::Duration;

/// Whether this device has a PIN, and whether it was shown a moment ago.
#[utoipa::path(
    tag = "Identity",
    operation_id = "pin",
    security(("bearer" = [])),
    responses((status = 200, description = "What there is of it", body = PinView), SignedInOnly)
)]
#[get("/api/pin")]
pub(super) async fn standing(state: Data<State>, identity: Identity) -> ApiResult<Json<PinView>> {
    let auth = state.auth.clone();
    let standing = state.database.run(move |conn| auth.pin_standing(conn, identity.session)).await?;
    Ok(Json(standing.into()))
}

/// Sets the PIN of this device, four to six digits that are not easily guessed. The session must have been proven by a
/// one-time code in the last ten minutes; later the PIN before must have been shown in the last five.
#[utoipa::path(
    tag = "Identity",
    operation_id = "definePin",
    security(("bearer" = [])),
    request_body = PinBody,
    responses((status = 204, description = "Set: show it once before a larger sum moves"), PinRefusal, SignedInOnly)
)]
#[put("/api/pin")]
pub(super) async fn define_pin(
    state: Data<State>,
    identity: Identity,
    body: Body<PinBody>,
) -> ApiResult<HttpResponse> {
    let pin = Pin::parse(&body.0.pin, body.0.confirm_pin.as_ref())?;
    let (who, place) = (identity.signed_in_as(), state.passwords.reserve()?);
    let auth = state.auth.clone();
    let pending = state.database.run(move |conn| auth.begin_define_pin(conn, who)).await?;
    let hash = place.hash_pin(&pin, &pending).await?;
    let (auth, actor) = (state.auth.clone(), actor(Some(&identity)));
    let finish = move |conn: &mut _| auth.finish_define_pin(conn, who, &pending, &hash, &actor);
    state.database.run(finish).await?;
    tell_once(&state, identity.user, Notice::PinDefined).await;
    Ok(HttpResponse::NoContent().finish())
}

/// Shows the PIN of this device: for five minutes larger sums move in this session. After five wrong ones only a new
/// one-time code helps.
#[utoipa::path(
    tag = "Identity",
    operation_id = "verifyDevicePin",
    security(("bearer" = [])),
    request_body = ShownPinBody,
    responses((status = 200, description = "It was right", body = StepUpView), PinRefusal, SignedInOnly)
)]
#[post("/api/pin/verify")]
pub(super) async fn verify_pin(
    state: Data<State>,
    identity: Identity,
    body: Body<ShownPinBody>,
) -> ApiResult<Json<StepUpView>> {
    Ok(Json(StepUpView { expires_in: judge(&state, &identity, &body.0.pin).await?.as_secs() }))
}

/// Judges the PIN that came with a request, behind its counters, and answers for how long it counts as shown.
pub(crate) async fn judge(state: &State, identity: &Identity, pin: &Secret) -> ApiResult<Duration> {
    let (who, attempt) = (identity.signed_in_as(), PinAttempt::new(pin));
    // First a place in the queue: nobody's try is counted and then left unanswered.
    let place = state.passwords.reserve()?;
    let (auth, actor) = (state.auth.clone(), actor(Some(identity)));
    let begun = actor.clone();
    let pending = state.database.run(move |conn| auth.begin_verify_pin(conn, who, &begun)).await?;
    let check = place.check_pin(&attempt, &pending).await?;
    let auth = state.auth.clone();
    let finish = move |conn: &mut _| auth.finish_verify_pin(conn, who, &pending, &check, &actor);
    Ok(state.database.run(finish).await?)
}

/// Takes the PIN of this device away. Larger sums do not move from it until another is set.
#[utoipa::path(
    tag = "Identity",
    operation_id = "removePin",
    security(("bearer" = [])),
    responses((status = 204, description = "Taken away"), PinRefusal, SignedInOnly)
)]
#[delete("/api/pin")]
pub(super) async fn remove_pin(state: Data<State>, identity: Identity) -> ApiResult<HttpResponse> {
    let (auth, actor) = (state.auth.clone(), actor(Some(&identity)));
    let who = identity.signed_in_as();
    state.database.run(move |conn| auth.remove_pin(conn, who, &actor)).await?;
    Ok(HttpResponse::NoContent().finish())
}
