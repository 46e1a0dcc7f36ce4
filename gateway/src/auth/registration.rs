//! The first three calls: who is this, register, define a password.

use super::{
    actor, attempt,
    bodies::{DefinePasswordBody, IdentifierBody},
    problems::Step,
    views::{CheckView, StepView},
};
use crate::{
    error::{ApiResult, Problem},
    extract::{Identity, Json as Body},
    state::State,
};
use actix_web::{
    HttpRequest, HttpResponse, post,
    web::{Data, Json},
};
use hostolink_auth::{Next, Password, SignedInAs};
use hostolink_kernel::{ExposeSecret, Secret};

/// Says whether somebody is known and what to ask for next. An account that nobody has proven reads as none.
#[utoipa::path(
    tag = "Identity",
    operation_id = "checkUser",
    request_body = IdentifierBody,
    responses((status = 200, description = "How to go on", body = CheckView), Step)
)]
#[post("/api/check-user")]
pub(super) async fn check_user(state: Data<State>, body: Body<IdentifierBody>) -> ApiResult<Json<CheckView>> {
    let (auth, actor) = (state.auth.clone(), actor(None));
    let check = state.database.run(move |conn| auth.check_user(conn, &body.0.identifier, &actor)).await?;
    Ok(Json(check.into()))
}

/// Starts a registration. The last one for an identifier counts: what an earlier one set is dropped.
#[utoipa::path(
    tag = "Identity",
    operation_id = "registerUser",
    request_body = IdentifierBody,
    responses(
        (status = 200, description = "Started", body = StepView),
        (status = 409, description = "The account exists: `auth.already_registered`", body = Problem, content_type = "application/problem+json"),
        Step,
    )
)]
#[post("/api/register-user")]
pub(super) async fn register_user(state: Data<State>, body: Body<IdentifierBody>) -> ApiResult<HttpResponse> {
    let (auth, actor) = (state.auth.clone(), actor(None));
    let registered =
        state.database.run(move |conn| auth.register_user(conn, &body.0.identifier, &actor)).await?;
    Ok(answer(&state, registered.next, Some(&registered.attempt_token)))
}

/// Sets the password of a registration, the first time, or of one's own account, with the bearer token of
/// a session that a code proved. A password that was set before the identifier is proven signs nobody in.
#[utoipa::path(
    tag = "Identity",
    operation_id = "definePassword",
    security((), ("bearer" = [])),
    request_body = DefinePasswordBody,
    responses(
        (status = 200, description = "Set", body = StepView),
        (status = 401, description = "The account is somebody's: `auth.sign_in_required`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The session was not proven by a code: `auth.step_up_required`", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Nobody registered: `auth.not_registered`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "This registration has one: `auth.password_already_defined`", body = Problem, content_type = "application/problem+json"),
        Step,
    )
)]
#[post("/api/define-password")]
pub(super) async fn define_password(
    state: Data<State>,
    request: HttpRequest,
    identity: Option<Identity>,
    body: Body<DefinePasswordBody>,
) -> ApiResult<HttpResponse> {
    let DefinePasswordBody { identifier, password, confirm_password, attempt_token } = body.0;
    let password = Password::parse_twice(&password, confirm_password.as_ref())?;
    let shown = attempt::shown(&request, attempt_token);
    let signed_in = identity.map(|identity| SignedInAs { user: identity.user, session: identity.session });
    let place = state.passwords.reserve()?;
    let auth = state.auth.clone();
    let begin = move |conn: &mut _| auth.begin_define_password(conn, &identifier, shown.as_ref(), signed_in);
    let pending = state.database.run(begin).await?;
    let hash = place.hash(password).await?;
    let (auth, actor) = (state.auth.clone(), actor(identity.as_ref()));
    let finish = move |conn: &mut _| auth.finish_define_password(conn, pending, &hash, &actor);
    let defined = state.database.run(finish).await?;
    defined.ended.iter().for_each(|session| state.ended(*session));
    Ok(answer(&state, defined.next, defined.attempt_token.as_ref()))
}

fn answer(state: &State, next: Next, token: Option<&Secret>) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    if let Some(token) = token {
        response.cookie(attempt::cookie(state, token));
    }
    let attempt_token = token.map(|token| token.expose_secret().to_owned());
    response.json(StepView { next: next.into(), attempt_token })
}
