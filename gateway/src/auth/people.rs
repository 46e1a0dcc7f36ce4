//! People, for administrators.

use super::{
    actor,
    bodies::{RoleBody, SearchQuery},
    problems::Administering,
    views::{UserPage, UserView},
};
use crate::{
    error::{ApiError, ApiResult, Problem},
    extract::{Identity, Json as Body, PageQuery, PathId, Query},
    state::State,
};
use actix_web::{
    get, put,
    web::{Data, Json},
};
use hostolink_auth::Search;
use hostolink_kernel::UserPublicId;

/// People, the newest first.
#[utoipa::path(
    tag = "Identity",
    operation_id = "users",
    security(("bearer" = [])),
    params(SearchQuery, PageQuery),
    responses((status = 200, description = "A page of people", body = UserPage), Administering)
)]
#[get("/api/users")]
pub(super) async fn users(
    state: Data<State>,
    search: Query<SearchQuery>,
    page: Query<PageQuery>,
) -> ApiResult<Json<UserPage>> {
    let search = Search { text: search.0.search, after: page.0.cursor()?, limit: page.0.limit()? };
    let auth = state.auth.clone();
    let people = state.database.run(move |conn| auth.users(conn, &search)).await?;
    Ok(Json(people.into()))
}

/// Gives somebody a role. Nobody gives one of their own level or above, and there is always a superadmin.
#[utoipa::path(
    tag = "Identity",
    operation_id = "setRole",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "Whose")),
    request_body = RoleBody,
    responses(
        (status = 200, description = "As they are now", body = UserView),
        (status = 404, description = "There is no such user", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The last superadmin stays one: `auth.last_superadmin`; or nothing is proven: `auth.user_not_proven`", body = Problem, content_type = "application/problem+json"),
        Administering,
    )
)]
#[put("/api/users/{id}/role")]
pub(super) async fn set_role(
    state: Data<State>,
    identity: Identity,
    target: PathId<UserPublicId>,
    body: Body<RoleBody>,
) -> ApiResult<Json<UserView>> {
    let (auth, actor) = (state.auth.clone(), actor(Some(&identity)));
    let set = move |conn: &mut _| auth.set_role(conn, &actor, target.0, body.0.role.into());
    match state.database.run(set).await {
        // Like an id that can't be one.
        Err(hostolink_auth::Error::UserNotFound) => Err(ApiError::not_found()),
        done => Ok(Json(done?.into())),
    }
}
