use super::super::{problems::Editing, views::EstablishmentView};
use crate::{
    auth::actor,
    error::{ApiResult, Problem},
    extract::{Identity, PageQuery, PathId, Query},
    state::State,
};
use actix_web::{
    HttpResponse, delete, get, put,
    web::{Data, Json},
};
use chrono::{DateTime, Utc};
use hostolink_health_directory::{Favourite, Snapshot};
use hostolink_kernel::EstablishmentId;
use serde::Serialize;
use utoipa::ToSchema;

/// An establishment that the caller keeps.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct FavouriteView {
    /// The establishment's id.
    #[schema(value_type = String, format = Uuid)]
    id: EstablishmentId,
    /// Its name, or the one that it had.
    name: String,
    /// Whether it has left the directory, because it is closed or a mistake: don't send anybody there.
    removed: bool,
    /// The establishment as it is now; `null` where it has left.
    establishment: Option<EstablishmentView>,
    /// Since when it is kept.
    created_at: DateTime<Utc>,
}

/// A page of favourites.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct FavouritePage {
    /// The newest first.
    items: Vec<FavouriteView>,
    /// Where the next page starts; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

impl FavouriteView {
    pub(super) fn new(kept: Favourite, snapshot: &Snapshot, now: DateTime<Utc>) -> Self {
        let found = snapshot.find(kept.establishment);
        Self {
            id: kept.establishment,
            name: found.map_or(kept.name, |found| found.name.clone()),
            removed: found.is_none(),
            establishment: found.map(|found| EstablishmentView::new(found, snapshot, now)),
            created_at: kept.created_at,
        }
    }
}

/// The establishments that the caller keeps, the newest first. What has left the directory stays in the list, marked.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "favourites",
    security(("bearer" = [])),
    params(PageQuery),
    responses((status = 200, description = "A page of favourites", body = FavouritePage), Editing)
)]
#[get("/api/health/favourites")]
pub(super) async fn list(
    state: Data<State>,
    identity: Identity,
    page: Query<PageQuery>,
) -> ApiResult<Json<FavouritePage>> {
    let (limit, after, directory) = (page.0.limit()?, page.0.cursor()?, state.directory.clone());
    let list = move |conn: &mut diesel::PgConnection| {
        directory.favourites(conn, identity.user, after.as_ref(), limit)
    };
    let page = state.database.run(list).await?;
    let (snapshot, now) = (state.directory.snapshot(), state.clock.now());
    let items = page.items.into_iter().map(|kept| FavouriteView::new(kept, &snapshot, now)).collect();
    Ok(Json(FavouritePage { items, next_cursor: page.next.map(|cursor| cursor.as_str().to_owned()) }))
}

/// Keeps an establishment, at most 200. Keeping it again changes nothing.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "keepFavourite",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The establishment's id", format = Uuid)),
    responses(
        (status = 200, description = "It is kept", body = FavouriteView),
        (status = 404, description = "There is none with this id: `health.establishment_not_found`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "There are 200 already: `health.too_many_favourites`", body = Problem, content_type = "application/problem+json"),
        Editing,
    )
)]
#[put("/api/health/favourites/{id}")]
pub(super) async fn keep(
    state: Data<State>,
    identity: Identity,
    id: PathId<EstablishmentId>,
) -> ApiResult<Json<FavouriteView>> {
    let (directory, actor) = (state.directory.clone(), actor(Some(&identity)));
    let keep = move |conn: &mut diesel::PgConnection| directory.keep(conn, id.0, (&actor, identity.user));
    let kept = state.database.run(keep).await?;
    Ok(Json(FavouriteView::new(kept, &state.directory.snapshot(), state.clock.now())))
}

/// Keeps an establishment no longer.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "dropFavourite",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The establishment's id", format = Uuid)),
    responses(
        (status = 204, description = "It is no favourite"),
        (status = 404, description = "It was none: `health.favourite_unknown`", body = Problem, content_type = "application/problem+json"),
        Editing,
    )
)]
#[delete("/api/health/favourites/{id}")]
pub(super) async fn unkeep(
    state: Data<State>,
    identity: Identity,
    id: PathId<EstablishmentId>,
) -> ApiResult<HttpResponse> {
    let (directory, actor) = (state.directory.clone(), actor(Some(&identity)));
    state.database.run(move |conn| directory.unkeep(conn, id.0, (&actor, identity.user))).await?;
    Ok(HttpResponse::NoContent().finish())
}
