//! What the caller shows of themselves, and to whom.

use super::{people::together, problems::Talking};
use crate::{
    auth::actor,
    error::{ApiError, ApiResult},
    extract::{Identity, Json as Body},
    state::State,
};
use actix_web::{
    get, put,
    web::{Data, Json},
};
use diesel::PgConnection;
use hostolink_messaging::Preferences;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What the caller shows. Who hides something does not see it of others either.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct MessagingPreferencesView {
    /// Up to where the caller read.
    shares_read: bool,
    /// When the caller is there.
    shares_presence: bool,
    /// Whether who has the caller's number finds them, and they find who wants it too.
    discoverable: bool,
}

/// What the caller shows of themselves.
#[utoipa::path(
    tag = "Messages",
    operation_id = "messagingPreferences",
    security(("bearer" = [])),
    responses((status = 200, description = "What is shown", body = MessagingPreferencesView), Talking)
)]
#[get("/api/messaging/preferences")]
pub(super) async fn shown(
    state: Data<State>,
    identity: Identity,
) -> ApiResult<Json<MessagingPreferencesView>> {
    let shared = state.clone();
    let look = move |conn: &mut PgConnection| {
        let preferences = shared.messaging.preferences(conn, identity.user)?;
        Ok::<_, ApiError>(MessagingPreferencesView {
            shares_read: preferences.shares_read,
            shares_presence: preferences.shares_presence,
            discoverable: shared.auth.is_discoverable(conn, identity.user)?,
        })
    };
    Ok(Json(state.database.run(look).await?))
}

/// Sets what the caller shows of themselves.
#[utoipa::path(
    tag = "Messages",
    operation_id = "setMessagingPreferences",
    security(("bearer" = [])),
    request_body = MessagingPreferencesView,
    responses((status = 200, description = "What is shown from now on", body = MessagingPreferencesView), Talking)
)]
#[put("/api/messaging/preferences")]
pub(super) async fn set(
    state: Data<State>,
    identity: Identity,
    body: Body<MessagingPreferencesView>,
) -> ApiResult<Json<MessagingPreferencesView>> {
    let (shared, actor, wanted) = (state.clone(), actor(Some(&identity)), body.0);
    let set = move |conn: &mut PgConnection| {
        let preferences =
            Preferences { shares_read: wanted.shares_read, shares_presence: wanted.shares_presence };
        let who = (identity.user, identity.public_id.uuid());
        shared.messaging.set_preferences(conn, who, preferences, &actor)?;
        if shared.auth.is_discoverable(conn, identity.user)? != wanted.discoverable {
            shared.auth.set_discoverable(conn, identity.user, wanted.discoverable, &actor)?;
        }
        Ok(())
    };
    state.database.run(move |conn| together(conn, set)).await?;
    Ok(Json(wanted))
}
