//! The second factor: an authenticator app and its recovery codes.

use super::{
    actor,
    factor::{EnrolmentView, FactorBody, RecoveryCodesView, TotpCodeBody, TotpView, VerifyTotpBody},
    notices::{tell_of_new_device, tell_once},
    problems::{FactorRefusal, SignedInOnly, SigningIn},
    views::SignedInView,
};
use crate::{
    error::ApiResult,
    extract::{Identity, Json as Body},
    state::State,
};
use actix_web::{
    HttpResponse, delete, get, post,
    web::{Data, Json},
};
use hostolink_notifier::Notice;

/// Signs in by the second factor, after `verify-pin`, `verify-otp` or `verify-code` answered a challenge: by a code of the
/// authenticator app, or by one of the recovery codes.
#[utoipa::path(
    tag = "Identity",
    operation_id = "verifyTotp",
    request_body = VerifyTotpBody,
    responses((status = 200, description = "Signed in, as the first step proved it", body = SignedInView), SigningIn)
)]
#[post("/api/verify-totp")]
pub(super) async fn verify_totp(
    state: Data<State>,
    body: Body<VerifyTotpBody>,
) -> ApiResult<Json<SignedInView>> {
    let (challenge, factor) = body.0.read()?;
    let (auth, actor) = (state.auth.clone(), actor(None));
    let verify = move |conn: &mut _| auth.verify_second_factor(conn, &challenge, &factor, &actor);
    let signed_in = state.database.run(verify).await?;
    tell_of_new_device(&state, &signed_in);
    Ok(Json(signed_in.into()))
}

/// Whether signing in asks for an authenticator app, and how many recovery codes are left.
#[utoipa::path(
    tag = "Identity",
    operation_id = "totp",
    security(("bearer" = [])),
    responses((status = 200, description = "On or off", body = TotpView), SignedInOnly)
)]
#[get("/api/totp")]
pub(super) async fn standing(state: Data<State>, identity: Identity) -> ApiResult<Json<TotpView>> {
    let auth = state.auth.clone();
    let standing = move |conn: &mut _| auth.totp_standing(conn, identity.user);
    let (enabled, recovery_codes_left) = state.database.run(standing).await?;
    Ok(Json(TotpView { enabled, recovery_codes_left }))
}

/// Makes a secret for an authenticator app. Nothing asks for it before `totp/confirm`. The session must have been proven by
/// a one-time code in the last ten minutes.
#[utoipa::path(
    tag = "Identity",
    operation_id = "enrolTotp",
    security(("bearer" = [])),
    responses((status = 200, description = "What to give the app; shown once", body = EnrolmentView), FactorRefusal, SignedInOnly)
)]
#[post("/api/totp")]
pub(super) async fn enrol(state: Data<State>, identity: Identity) -> ApiResult<Json<EnrolmentView>> {
    let (auth, actor, who) = (state.auth.clone(), actor(Some(&identity)), identity.signed_in_as());
    let enrolment = state.database.run(move |conn| auth.enrol_totp(conn, who, &actor)).await?;
    Ok(Json(enrolment.into()))
}

/// Turns the second factor on by the first code of the app. Answers ten recovery codes, each good once: show them to be
/// written down, nobody can read them again.
#[utoipa::path(
    tag = "Identity",
    operation_id = "confirmTotp",
    security(("bearer" = [])),
    request_body = TotpCodeBody,
    responses((status = 200, description = "On", body = RecoveryCodesView), FactorRefusal, SignedInOnly)
)]
#[post("/api/totp/confirm")]
pub(super) async fn confirm(
    state: Data<State>,
    identity: Identity,
    body: Body<TotpCodeBody>,
) -> ApiResult<Json<RecoveryCodesView>> {
    let (auth, actor, who) = (state.auth.clone(), actor(Some(&identity)), identity.signed_in_as());
    let confirm = move |conn: &mut _| auth.confirm_totp(conn, who, &body.0.code, &actor);
    let codes = state.database.run(confirm).await?;
    tell_once(&state, identity.user, Notice::TotpOn).await;
    Ok(Json(codes.into()))
}

/// Makes ten new recovery codes; those before are worth nothing any more.
#[utoipa::path(
    tag = "Identity",
    operation_id = "renewRecoveryCodes",
    security(("bearer" = [])),
    request_body = FactorBody,
    responses((status = 200, description = "The new ones", body = RecoveryCodesView), FactorRefusal, SignedInOnly)
)]
#[post("/api/totp/recovery-codes")]
pub(super) async fn renew(
    state: Data<State>,
    identity: Identity,
    body: Body<FactorBody>,
) -> ApiResult<Json<RecoveryCodesView>> {
    let factor = body.0.read()?;
    let (auth, actor, who) = (state.auth.clone(), actor(Some(&identity)), identity.signed_in_as());
    let renew = move |conn: &mut _| auth.renew_recovery_codes(conn, who, &factor, &actor);
    Ok(Json(state.database.run(renew).await?.into()))
}

/// Turns the second factor off. It takes a session that a one-time code proved, and the factor itself once more.
#[utoipa::path(
    tag = "Identity",
    operation_id = "turnTotpOff",
    security(("bearer" = [])),
    request_body = FactorBody,
    responses((status = 204, description = "Off"), FactorRefusal, SignedInOnly)
)]
#[delete("/api/totp")]
pub(super) async fn turn_off(
    state: Data<State>,
    identity: Identity,
    body: Body<FactorBody>,
) -> ApiResult<HttpResponse> {
    let factor = body.0.read()?;
    let (auth, actor, who) = (state.auth.clone(), actor(Some(&identity)), identity.signed_in_as());
    let turn_off = move |conn: &mut _| auth.turn_totp_off(conn, who, &factor, &actor);
    state.database.run(turn_off).await?;
    tell_once(&state, identity.user, Notice::TotpOff).await;
    Ok(HttpResponse::NoContent().finish())
}
