//! What the house tells people.

use super::{
    problems::{Deciding, Reading},
    publication_views::cursor,
    publications::blame,
};
use crate::routes::ServiceConfig;
use crate::{
    auth::actor,
    error::ApiResult,
    extract::{Identity, Json as Body, PageQuery, PathId, Query},
    state::State,
};
use actix_web::{
    HttpResponse, delete, get, post,
    web::{Data, Json},
};
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use hostolink_kernel::Page;
use hostolink_social::{Announcement, Area, NewAnnouncement, Period, Words};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Mounts `/api/announcements` and `/api/admin/announcements`.
pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(announcements).service(all).service(announce).service(withdraw);
}

/// What to tell.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AnnouncementBody {
    /// What it is about.
    #[schema(min_length = 1, max_length = 120, example = "Don de sang samedi")]
    title: String,
    /// The words.
    #[schema(
        min_length = 1,
        max_length = 2_000,
        example = "Le CNTS vous attend au CHU de Cocody de 8 h à 16 h."
    )]
    text: String,
    /// The districts by their codes of ISO 3166-2; none is the whole country.
    #[serde(default)]
    #[schema(max_items = 14, example = json!(["CI-AB"]))]
    areas: Vec<String>,
    /// From when on; now where it is left out.
    from: Option<DateTime<Utc>>,
    /// Until when: 90 days later at most.
    to: DateTime<Utc>,
}

/// What the house tells.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AnnouncementView {
    /// Its id.
    id: Uuid,
    /// What it is about.
    title: String,
    /// The words.
    text: String,
    /// The districts; none is the whole country.
    areas: Vec<String>,
    /// From when on.
    from: DateTime<Utc>,
    /// Until when.
    to: DateTime<Utc>,
}

impl From<Announcement> for AnnouncementView {
    fn from(told: Announcement) -> Self {
        Self {
            id: told.id,
            title: told.title,
            text: told.text,
            areas: told.areas,
            from: told.from,
            to: told.to,
        }
    }
}

/// A page of announcements.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AnnouncementPage {
    /// The newest first.
    items: Vec<AnnouncementView>,
    /// Where the next page starts; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

impl From<Page<Announcement>> for AnnouncementPage {
    fn from(page: Page<Announcement>) -> Self {
        let next_cursor = cursor(&page);
        Self { items: page.items.into_iter().map(AnnouncementView::from).collect(), next_cursor }
    }
}

/// Where the caller is.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct AreaQuery {
    /// The district by its code of ISO 3166-2; where it is left out, only what is for the whole country.
    #[param(example = "CI-AB")]
    area: Option<String>,
}

impl AreaQuery {
    pub(super) fn area(&self) -> ApiResult<Option<Area>> {
        self.area.as_deref().map(Area::parse).transpose().map_err(blame("area"))
    }
}

/// What the house tells now, the newest first. It is not kept where the caller says to be.
#[utoipa::path(
    tag = "Social",
    operation_id = "announcements",
    security(("bearer" = [])),
    params(AreaQuery, PageQuery),
    responses((status = 200, description = "A page of announcements", body = AnnouncementPage), Reading)
)]
#[get("/api/announcements")]
async fn announcements(
    state: Data<State>,
    query: Query<AreaQuery>,
    page: Query<PageQuery>,
) -> ApiResult<Json<AnnouncementPage>> {
    let (limit, after, area) = (page.0.limit()?, page.0.cursor()?, query.0.area()?);
    let social = state.social.clone();
    let read =
        move |conn: &mut PgConnection| social.announcements(conn, (area, false), after.as_ref(), limit);
    Ok(Json(state.database.run(read).await?.into()))
}

/// What is told anywhere or will be, the newest first.
#[utoipa::path(
    tag = "Social",
    operation_id = "allAnnouncements",
    security(("bearer" = [])),
    params(PageQuery),
    responses((status = 200, description = "A page of announcements", body = AnnouncementPage), Deciding)
)]
#[get("/api/admin/announcements")]
async fn all(state: Data<State>, page: Query<PageQuery>) -> ApiResult<Json<AnnouncementPage>> {
    let (limit, after, social) = (page.0.limit()?, page.0.cursor()?, state.social.clone());
    let read = move |conn: &mut PgConnection| social.announcements(conn, (None, true), after.as_ref(), limit);
    Ok(Json(state.database.run(read).await?.into()))
}

/// Tells people something, for a time.
#[utoipa::path(
    tag = "Social",
    operation_id = "announce",
    security(("bearer" = [])),
    request_body = AnnouncementBody,
    responses((status = 201, description = "It is told, or will be", body = AnnouncementView), Deciding)
)]
#[post("/api/admin/announcements")]
async fn announce(
    state: Data<State>,
    identity: Identity,
    body: Body<AnnouncementBody>,
) -> ApiResult<HttpResponse> {
    let (body, now) = (body.0, state.clock.now());
    let new = NewAnnouncement {
        title: Words::some(&body.title, NewAnnouncement::MAX_TITLE).map_err(blame("title"))?,
        text: Words::some(&body.text, NewAnnouncement::MAX_TEXT).map_err(blame("text"))?,
        areas: Area::parse_all(&body.areas).map_err(blame("areas"))?,
        period: Period::parse(body.from, body.to, now).map_err(blame("to"))?,
        actor: actor(Some(&identity)),
    };
    let shared = state.clone();
    let announce = move |conn: &mut PgConnection| -> ApiResult<Announcement> {
        identity.confirm(&shared.auth, conn)?;
        Ok(shared.social.announce(conn, &new)?)
    };
    Ok(HttpResponse::Created().json(AnnouncementView::from(state.database.run(announce).await?)))
}

/// Tells something no more.
#[utoipa::path(
    tag = "Social",
    operation_id = "withdrawAnnouncement",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The announcement's id", format = Uuid)),
    responses((status = 204, description = "It is told no more"), Deciding)
)]
#[delete("/api/admin/announcements/{id}")]
async fn withdraw(state: Data<State>, identity: Identity, id: PathId<Uuid>) -> ApiResult<HttpResponse> {
    let (social, actor) = (state.social.clone(), actor(Some(&identity)));
    state.database.run(move |conn| social.withdraw_announcement(conn, id.0, &actor)).await?;
    Ok(HttpResponse::NoContent().finish())
}
