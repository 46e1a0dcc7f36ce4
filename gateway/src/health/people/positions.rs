//! Where the caller is, shown to one of their contacts for a time. Everywhere else a position is used for an answer and forgotten.

use super::{
    super::problems::Editing,
    bodies::{PlaceBody, blamed},
};
use crate::{
    auth::actor,
    error::{ApiError, ApiResult, Problem},
    extract::{Identity, Json as Body, PageQuery, PathId, Query},
    social::blocks,
    state::State,
    wallet::views::{PersonView, names},
};
use actix_web::{
    HttpResponse, delete, get, post, put,
    web::{Data, Json},
};
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use hostolink_auth::Auth;
use hostolink_health_directory::{SharedPosition, Whereabouts};
use hostolink_kernel::{ContactId, Page, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// To whom, where, and for how long.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PositionShareBody {
    /// The id of a contact that the caller saved.
    #[schema(value_type = String, format = Uuid)]
    contact: ContactId,
    /// Where the caller is.
    position: PlaceBody,
    /// 1 to 1440 minutes.
    #[schema(minimum = 1, maximum = 1440, example = 60)]
    minutes: i64,
}

/// A position that is shown to one person.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SharedPositionView {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    id: Uuid,
    /// The other one: who is shown the caller's position, or whose position the caller is shown.
    person: Option<PersonView>,
    /// North of the equator.
    #[schema(example = 5.3232)]
    latitude: f64,
    /// East of Greenwich.
    #[schema(example = -4.0197)]
    longitude: f64,
    /// How far it may be wrong.
    accuracy_meters: Option<i32>,
    /// Since when it is shown.
    created_at: DateTime<Utc>,
    /// When the position was told.
    updated_at: DateTime<Utc>,
    /// From when on nobody sees it.
    expires_at: DateTime<Utc>,
}

/// A page of positions.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SharedPositionPage {
    /// The newest first.
    items: Vec<SharedPositionView>,
    /// Where the next page starts; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Who the other one of a shared position is.
type Other = fn(&SharedPosition) -> UserId;

const SHOWN_TO: Other = |position| position.shown_to;
const OWNER: Other = |position| position.owner;

impl SharedPositionView {
    /// With the names of the others, asked for at once.
    fn all(
        conn: &mut PgConnection,
        auth: &Auth,
        (shares, other): (&[SharedPosition], Other),
    ) -> ApiResult<Vec<Self>> {
        let names = names(conn, auth, shares.iter().map(other))?;
        let view = |position: &SharedPosition| Self {
            id: position.id,
            person: names.get(&other(position)).map(PersonView::from),
            latitude: position.place.point().latitude(),
            longitude: position.place.point().longitude(),
            accuracy_meters: position.place.accuracy_metres(),
            created_at: position.created_at,
            updated_at: position.updated_at,
            expires_at: position.expires_at,
        };
        Ok(shares.iter().map(view).collect())
    }

    fn one(conn: &mut PgConnection, auth: &Auth, position: SharedPosition, other: Other) -> ApiResult<Self> {
        Self::all(conn, auth, (&[position], other))?.pop().ok_or_else(ApiError::not_found)
    }
}

impl SharedPositionPage {
    fn new(
        conn: &mut PgConnection,
        auth: &Auth,
        page: Page<SharedPosition>,
        other: Other,
    ) -> ApiResult<Self> {
        let next_cursor = page.next.map(|cursor| cursor.as_str().to_owned());
        Ok(Self { items: SharedPositionView::all(conn, auth, (&page.items, other))?, next_cursor })
    }
}

fn whereabouts(body: &PlaceBody) -> ApiResult<Whereabouts> {
    let (point, accuracy) = body.read()?;
    blamed("position", Whereabouts::new(point, accuracy))
}

/// To whom the caller shows their position now, the newest first.
#[utoipa::path(
    tag = "Shared positions",
    operation_id = "positionShares",
    security(("bearer" = [])),
    params(PageQuery),
    responses((status = 200, description = "A page of them", body = SharedPositionPage), Editing)
)]
#[get("/api/position-shares")]
pub(super) async fn given(
    state: Data<State>,
    identity: Identity,
    page: Query<PageQuery>,
) -> ApiResult<Json<SharedPositionPage>> {
    let (limit, after, shared) = (page.0.limit()?, page.0.cursor()?, state.clone());
    let list = move |conn: &mut PgConnection| {
        let page = shared.directory.positions_given(conn, identity.user, after.as_ref(), limit)?;
        SharedPositionPage::new(conn, &shared.auth, page, SHOWN_TO)
    };
    Ok(Json(state.database.run(list).await?))
}

/// Shows where the caller is to one of their contacts, for 1 to 1440 minutes, in place of what was shown to them before. Nobody else sees it;
/// when the time is over, or the caller stops, it is deleted.
#[utoipa::path(
    tag = "Shared positions",
    operation_id = "sharePosition",
    security(("bearer" = [])),
    request_body = PositionShareBody,
    responses(
        (status = 201, description = "It is shown", body = SharedPositionView),
        (status = 404, description = "The caller has no such contact: `wallet.contact_unknown`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It is shown to twenty people: `health.too_many_shares`", body = Problem, content_type = "application/problem+json"),
        Editing,
    )
)]
#[post("/api/position-shares")]
pub(super) async fn share(
    state: Data<State>,
    identity: Identity,
    body: Body<PositionShareBody>,
) -> ApiResult<HttpResponse> {
    let (shared, actor, body) = (state.clone(), actor(Some(&identity)), body.0);
    let place = whereabouts(&body.position)?;
    let share = move |conn: &mut PgConnection| {
        let contact = shared.wallets.contact(conn, identity.user, body.contact)?;
        let people = (identity.user, contact.person);
        let position = shared.directory.share_position(conn, people, (place, body.minutes), &actor)?;
        SharedPositionView::one(conn, &shared.auth, position, SHOWN_TO)
    };
    Ok(HttpResponse::Created().json(state.database.run(share).await?))
}

/// Tells where the caller is now. What was told before is gone: no way is kept.
#[utoipa::path(
    tag = "Shared positions",
    operation_id = "updateSharedPosition",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The share's id", format = Uuid)),
    request_body = PlaceBody,
    responses(
        (status = 200, description = "It is shown", body = SharedPositionView),
        (status = 404, description = "The caller has no such share, or its time is over: `health.share_unknown`", body = Problem, content_type = "application/problem+json"),
        Editing,
    )
)]
#[put("/api/position-shares/{id}")]
pub(super) async fn tell(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
    body: Body<PlaceBody>,
) -> ApiResult<Json<SharedPositionView>> {
    let (shared, place) = (state.clone(), whereabouts(&body.0)?);
    let tell = move |conn: &mut PgConnection| {
        let position = shared.directory.move_position(conn, (id.0, identity.user), place)?;
        SharedPositionView::one(conn, &shared.auth, position, SHOWN_TO)
    };
    Ok(Json(state.database.run(tell).await?))
}

/// Stops showing the caller's position: it is deleted at once.
#[utoipa::path(
    tag = "Shared positions",
    operation_id = "stopSharingPosition",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The share's id", format = Uuid)),
    responses(
        (status = 204, description = "It is deleted"),
        (status = 404, description = "The caller has no such share: `health.share_unknown`", body = Problem, content_type = "application/problem+json"),
        Editing,
    )
)]
#[delete("/api/position-shares/{id}")]
pub(super) async fn stop(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
) -> ApiResult<HttpResponse> {
    let (directory, actor) = (state.directory.clone(), actor(Some(&identity)));
    state.database.run(move |conn| directory.stop_sharing(conn, (id.0, identity.user), &actor)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Whose positions the caller is shown now, the newest first.
#[utoipa::path(
    tag = "Shared positions",
    operation_id = "shownPositions",
    security(("bearer" = [])),
    params(PageQuery),
    responses((status = 200, description = "A page of them", body = SharedPositionPage), Editing)
)]
#[get("/api/positions")]
pub(super) async fn shown(
    state: Data<State>,
    identity: Identity,
    page: Query<PageQuery>,
) -> ApiResult<Json<SharedPositionPage>> {
    let (limit, after, shared) = (page.0.limit()?, page.0.cursor()?, state.clone());
    let list = move |conn: &mut PgConnection| {
        let mut page = shared.directory.positions_shown(conn, identity.user, after.as_ref(), limit)?;
        // A block since it was shown hides it, whichever way.
        let owners: Vec<UserId> = page.items.iter().map(|position| position.owner).collect();
        let apart = blocks::between(conn, identity.user, &owners)?;
        page.items.retain(|position| !apart.contains(&position.owner));
        SharedPositionPage::new(conn, &shared.auth, page, OWNER)
    };
    Ok(Json(state.database.run(list).await?))
}

/// Where somebody is who shows it to the caller.
#[utoipa::path(
    tag = "Shared positions",
    operation_id = "shownPosition",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The share's id", format = Uuid)),
    responses(
        (status = 200, description = "Where they are", body = SharedPositionView),
        (status = 404, description = "Nobody shows it to the caller, or no longer: `health.share_unknown`", body = Problem, content_type = "application/problem+json"),
        Editing,
    )
)]
#[get("/api/positions/{id}")]
pub(super) async fn one(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
) -> ApiResult<Json<SharedPositionView>> {
    let shared = state.clone();
    let one = move |conn: &mut PgConnection| {
        let position = shared.directory.position_shown(conn, (id.0, identity.user))?;
        if !blocks::between(conn, identity.user, &[position.owner])?.is_empty() {
            return Err(ApiError::new(&hostolink_health_directory::SHARE_UNKNOWN));
        }
        SharedPositionView::one(conn, &shared.auth, position, OWNER)
    };
    Ok(Json(state.database.run(one).await?))
}

/// A page of them for their owner's copy of all that is known.
pub(super) fn copy(
    conn: &mut PgConnection,
    auth: &Auth,
    page: &Page<SharedPosition>,
) -> ApiResult<Vec<SharedPositionView>> {
    SharedPositionView::all(conn, auth, (&page.items, SHOWN_TO))
}
