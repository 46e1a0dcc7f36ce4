//! Changing what somebody signs in with.

use super::{
    actor,
    bodies::IdentifierBody,
    codes::send_code,
    notices,
    problems::{Changing, Step},
    views::{NextView, ProfileView},
};
use crate::{
    context,
    error::{ApiError, ApiResult, Problem},
    extract::{Identity, Json as Body},
    state::State,
};
use actix_web::{
    delete, post,
    web::{Data, Json, Path},
};
use hostolink_auth::{Channel, IdentifierChanged};
use hostolink_kernel::{ExposeSecret, Secret};
use hostolink_notifier as notifier;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The two codes of a change.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ConfirmChangeBody {
    /// What was sent to the identifier that is known already.
    #[schema(value_type = String, example = "123456")]
    old_code: Secret,
    /// What was sent to the new one.
    #[schema(value_type = String, example = "654321")]
    new_code: Secret,
}

/// What takes a change back.
#[derive(Debug, Deserialize, ToSchema)]
struct RevertBody {
    /// What was sent to the identifier that went.
    #[schema(value_type = String)]
    token: Secret,
}

/// Two codes are on their way.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ChangeView {
    /// Where the first went: an identifier of the account that is proven.
    #[schema(example = "+225••••••••11")]
    old_code_sent_to: String,
    /// Where the second went: the new one.
    #[schema(example = "a***@example.ci")]
    new_code_sent_to: String,
    /// How long both are good for, in seconds.
    #[schema(example = 600)]
    expires_in: u64,
}

/// A change was taken back.
#[derive(Debug, Serialize, ToSchema)]
struct RevertedView {
    /// Sign in by a code: the password was dropped and every session has ended.
    next: NextView,
}

/// Asks to change or to add a phone number or an e-mail address. Two codes leave: one to an identifier of the account that is
/// proven already, one to the new one. Whether the new one is somebody else's, the answer does not say.
#[utoipa::path(
    tag = "Identity",
    operation_id = "requestIdentifierChange",
    security(("bearer" = [])),
    request_body = IdentifierBody,
    responses(
        (status = 200, description = "Two codes are on their way", body = ChangeView),
        (status = 409, description = "It is the caller's already: `auth.identifier_own`", body = Problem, content_type = "application/problem+json"),
        Changing,
    )
)]
#[post("/api/me/identifiers")]
pub(super) async fn request(
    state: Data<State>,
    identity: Identity,
    body: Body<IdentifierBody>,
) -> ApiResult<Json<ChangeView>> {
    let (auth, actor, who) = (state.auth.clone(), actor(Some(&identity)), identity.signed_in_as());
    let request = move |conn: &mut _| auth.request_identifier_change(conn, who, &body.0.identifier, &actor);
    let requested = state.database.run(request).await?;
    for delivery in &requested.deliveries {
        send_code(&state, delivery);
    }
    let [old, new] = &requested.deliveries;
    Ok(Json(ChangeView {
        old_code_sent_to: old.recipient.masked(),
        new_code_sent_to: new.recipient.masked(),
        expires_in: requested.expires_in.as_secs(),
    }))
}

/// Makes the change with both codes, in the session that asked for it. The identifier that went is told at once, and can take the
/// change back for 72 hours.
#[utoipa::path(
    tag = "Identity",
    operation_id = "confirmIdentifierChange",
    security(("bearer" = [])),
    request_body = ConfirmChangeBody,
    responses(
        (status = 200, description = "Changed", body = ProfileView),
        (status = 404, description = "This session asked for none, or it is over: `auth.change_unknown`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The new one has an account of its own: `auth.identifier_taken`", body = Problem, content_type = "application/problem+json"),
        Changing,
    )
)]
#[post("/api/me/identifiers/confirm")]
pub(super) async fn confirm(
    state: Data<State>,
    identity: Identity,
    body: Body<ConfirmChangeBody>,
) -> ApiResult<Json<ProfileView>> {
    let (auth, actor, who) = (state.auth.clone(), actor(Some(&identity)), identity.signed_in_as());
    let confirm = move |conn: &mut _| {
        let (old, new) = (body.0.old_code.expose_secret(), body.0.new_code.expose_secret());
        auth.confirm_identifier_change(conn, who, old, new, &actor)
    };
    let changed = state.database.run(confirm).await?;
    tell(&state, &changed);
    Ok(Json(changed.profile.into()))
}

/// Takes a phone number or an e-mail address off the account; never the last that is proven. It is told at once, and can take
/// this back for 72 hours.
#[utoipa::path(
    tag = "Identity",
    operation_id = "removeIdentifier",
    security(("bearer" = [])),
    params(("kind" = String, Path, description = "`email` or `phone`")),
    responses(
        (status = 200, description = "Removed", body = ProfileView),
        (status = 404, description = "The account has none: `auth.identifier_missing`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It is the last one: `auth.last_identifier`", body = Problem, content_type = "application/problem+json"),
        Changing,
    )
)]
#[delete("/api/me/identifiers/{kind}")]
pub(super) async fn remove(
    state: Data<State>,
    identity: Identity,
    kind: Path<String>,
) -> ApiResult<Json<ProfileView>> {
    let channel = match kind.as_str() {
        "email" => Channel::Email,
        "phone" => Channel::Phone,
        _ => return Err(ApiError::not_found()),
    };
    let (auth, actor, who) = (state.auth.clone(), actor(Some(&identity)), identity.signed_in_as());
    let remove = move |conn: &mut _| auth.remove_identifier(conn, who, channel, &actor);
    let changed = state.database.run(remove).await?;
    tell(&state, &changed);
    Ok(Json(changed.profile.into()))
}

/// Takes a change of a phone number or an e-mail address back, with the token that was sent to the one that went. The account has
/// again what it had before; every session ends and the password is dropped, for whoever made the change may have set it.
#[utoipa::path(
    tag = "Identity",
    operation_id = "revertIdentifierChange",
    request_body = RevertBody,
    responses(
        (status = 200, description = "Taken back: sign in by a code", body = RevertedView),
        (status = 401, description = "Unknown, used or over: `auth.revert_invalid`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "What would come back has an account of its own by now: `auth.identifier_taken`", body = Problem, content_type = "application/problem+json"),
        Step,
    )
)]
#[post("/api/identifier-changes/revert")]
pub(super) async fn revert(state: Data<State>, body: Body<RevertBody>) -> ApiResult<Json<RevertedView>> {
    let (auth, actor) = (state.auth.clone(), actor(None));
    let revert = move |conn: &mut _| auth.revert_identifier_change(conn, &body.0.token, &actor);
    let reverted = state.database.run(revert).await?;
    for session in &reverted.ended {
        state.ended(*session);
    }
    Ok(Json(RevertedView { next: NextView::Otp }))
}

/// Tells whom it concerns, with what takes the change back. Our own address comes from the configuration, never from a request.
fn tell(state: &State, changed: &IdentifierChanged) {
    let Some(recipient) = &changed.tell else { return };
    let page = format!("{}/revert-change#token=", state.config.public_url);
    let hours = changed.revertible_for.as_secs() / 3_600;
    let language = context::current().language.into();
    notices::send(
        state,
        notifier::identifier_changed(recipient, &page, &changed.revert_token, hours, language),
    );
}
