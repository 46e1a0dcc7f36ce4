//! Rooms that everybody may join.

use super::{
    bodies::blamed,
    people::{Unseen, may_act, of_the_house},
    problems::Talking,
    views::{CategoryView, ConversationView, RoomView},
};
use crate::{
    auth::actor,
    error::ApiResult,
    extract::{Identity, Json as Body, PageQuery, PathId, Query},
    state::State,
};
use actix_web::{
    HttpResponse, get, patch, post,
    web::{Data, Json},
};
use diesel::PgConnection;
use hostolink_messaging::{Description, NewTheme, ThemeChange, ThemeFilter, Title};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Which themes.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ThemeQuery {
    /// Only those about this.
    category: Option<CategoryView>,
    /// Only those whose title has this in it, however it is spelt.
    #[param(max_length = 80)]
    search: Option<String>,
}

/// A room to open.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct NewThemeBody {
    /// 1 to 80 characters on one line.
    #[schema(min_length = 1, max_length = 80, example = "Santé des enfants")]
    title: String,
    /// What it is about.
    category: CategoryView,
    /// The same in 1 to 500 characters.
    #[schema(min_length = 1, max_length = 500, example = "Vaccins, fièvres, petits soucis du quotidien.")]
    description: String,
}

/// What is to be different; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ThemeChangeBody {
    /// 1 to 80 characters on one line.
    #[schema(min_length = 1, max_length = 80)]
    title: Option<String>,
    /// 1 to 500 characters.
    #[schema(min_length = 1, max_length = 500)]
    description: Option<String>,
    /// Whether it is written in.
    open: Option<bool>,
    /// How long a member waits between two messages: 0 to 3600 seconds.
    #[schema(minimum = 0, maximum = 3600, example = 30)]
    slow_seconds: Option<i32>,
}

/// A page of themes.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ThemePage {
    /// In the order of their titles.
    items: Vec<RoomView>,
    /// Where the next page starts; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// The themes, in the order of their titles.
#[utoipa::path(
    tag = "Messages",
    operation_id = "themes",
    security(("bearer" = [])),
    params(ThemeQuery, PageQuery),
    responses((status = 200, description = "A page of themes", body = ThemePage), Talking)
)]
#[get("/api/themes")]
pub(super) async fn list(
    state: Data<State>,
    query: Query<ThemeQuery>,
    page: Query<PageQuery>,
) -> ApiResult<Json<ThemePage>> {
    let (limit, after, messaging) = (page.0.limit()?, page.0.cursor()?, state.messaging.clone());
    let filter = ThemeFilter { category: query.0.category.map(Into::into), search: query.0.search };
    let list = move |conn: &mut PgConnection| messaging.themes(conn, &filter, after.as_ref(), limit);
    let page = state.database.run(list).await?;
    let next_cursor = page.next.map(|cursor| cursor.as_str().to_owned());
    Ok(Json(ThemePage { items: page.items.iter().map(RoomView::from).collect(), next_cursor }))
}

/// Opens a theme, which its author owns. For administrators.
#[utoipa::path(
    tag = "Messages",
    operation_id = "openTheme",
    security(("bearer" = [])),
    request_body = NewThemeBody,
    responses((status = 201, description = "The theme", body = ConversationView), Talking)
)]
#[post("/api/themes")]
pub(super) async fn create(
    state: Data<State>,
    identity: Identity,
    body: Body<NewThemeBody>,
) -> ApiResult<HttpResponse> {
    let (shared, actor) = (state.clone(), actor(Some(&identity)));
    let new = NewTheme {
        title: blamed("title", Title::parse(&body.0.title))?,
        category: body.0.category.into(),
        description: blamed("description", Description::parse(&body.0.description))?,
    };
    let create = move |conn: &mut PgConnection| {
        identity.confirm(&shared.auth, conn)?;
        let own = shared.messaging.create_theme(conn, identity.user, &new, &actor)?;
        let unseen = Unseen::of(conn, identity.user)?;
        ConversationView::one(conn, &shared, (identity.user, &unseen), own)
    };
    let view = state.database.run(create).await?;
    state.streams.nudge();
    Ok(HttpResponse::Created().json(view))
}

/// A theme, for whoever looks whether to join.
#[utoipa::path(
    tag = "Messages",
    operation_id = "theme",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The theme's id, which is its conversation's", format = Uuid)),
    responses((status = 200, description = "The theme", body = RoomView), Talking)
)]
#[get("/api/themes/{id}")]
pub(super) async fn one(state: Data<State>, id: PathId<Uuid>) -> ApiResult<Json<RoomView>> {
    let messaging = state.messaging.clone();
    let theme = state.database.run(move |conn| messaging.theme(conn, id.0)).await?;
    Ok(Json((&theme).into()))
}

/// Changes a theme: its owner and moderators may, and moderators of the house.
#[utoipa::path(
    tag = "Messages",
    operation_id = "changeTheme",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The theme's id", format = Uuid)),
    request_body = ThemeChangeBody,
    responses((status = 200, description = "The theme as it is now", body = RoomView), Talking)
)]
#[patch("/api/themes/{id}")]
pub(super) async fn change(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
    body: Body<ThemeChangeBody>,
) -> ApiResult<Json<RoomView>> {
    let (shared, actor, body) = (state.clone(), actor(Some(&identity)), body.0);
    let title = body.title.as_deref().map(|text| blamed("title", Title::parse(text))).transpose()?;
    let description = body.description.as_deref();
    let description = description.map(|text| blamed("description", Description::parse(text))).transpose()?;
    let change = ThemeChange { title, description, open: body.open, slow_seconds: body.slow_seconds };
    let change = move |conn: &mut PgConnection| {
        identity.confirm(&shared.auth, conn)?;
        let who = (identity.user, of_the_house(&identity));
        shared.messaging.change_theme(conn, who, id.0, &change, &actor).map_err(crate::error::ApiError::from)
    };
    let theme = state.database.run(change).await?;
    state.streams.nudge();
    Ok(Json((&theme).into()))
}

/// Joins a theme. What was said before is read too.
#[utoipa::path(
    tag = "Messages",
    operation_id = "joinTheme",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The theme's id", format = Uuid)),
    responses((status = 200, description = "The theme, which the caller is in", body = ConversationView), Talking)
)]
#[post("/api/themes/{id}/join")]
pub(super) async fn join(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
) -> ApiResult<Json<ConversationView>> {
    let (shared, actor) = (state.clone(), actor(Some(&identity)));
    let join = move |conn: &mut PgConnection| {
        may_act(conn, &shared, identity.user)?;
        let own = shared.messaging.join(conn, identity.user, id.0, &actor)?;
        let unseen = Unseen::of(conn, identity.user)?;
        ConversationView::one(conn, &shared, (identity.user, &unseen), own)
    };
    let view = state.database.run(join).await?;
    state.streams.nudge();
    Ok(Json(view))
}
