//! What people pay to have shown, and what is shown to them.

use super::{
    announcements::AreaQuery,
    problems::{Counting, Posting, Reading},
    publication_views::cursor,
    publications::blame,
    together,
};
use crate::routes::ServiceConfig;
use crate::{
    auth::actor,
    error::{ApiError, ApiResult},
    extract::{IdempotencyKey, Identity, Json as Body, PageQuery, PathId, Query},
    flows::advertising,
    media::uploads::{self, MediaView},
    state::State,
};
use actix_web::{
    HttpResponse, get, post, put,
    web::{Data, Json},
};
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use hostolink_audit::Actor;
use hostolink_kernel::Page;
use hostolink_social::{Advertisement, Area, Link, NewAdvertisement, Period, Seen, Words};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// Mounts `/api/advertisements`.
pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(shown)
        .service(count_view)
        .service(count_click)
        .service(list)
        .service(draft)
        .service(one)
        .service(fund)
        .service(end);
}

/// What to have shown.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AdvertisementBody {
    /// What it is about.
    #[schema(min_length = 1, max_length = 80, example = "Lunettes à −20 %")]
    title: String,
    /// The words.
    #[schema(min_length = 1, max_length = 300, example = "Chez Optique du Plateau, jusqu'à samedi.")]
    text: String,
    /// Where it leads: over TLS.
    #[schema(max_length = 2_000, example = "https://optique-plateau.ci/")]
    link: String,
    /// A finished upload of the caller's.
    media_id: Option<Uuid>,
    /// The districts by their codes of ISO 3166-2; none is the whole country.
    #[serde(default)]
    #[schema(max_items = 14, example = json!(["CI-AB"]))]
    areas: Vec<String>,
    /// From when on; as soon as it may be where it is left out.
    from: Option<DateTime<Utc>>,
    /// Until when: 90 days later at most.
    to: DateTime<Utc>,
    /// The most that it costs, in whole francs CFA.
    #[schema(minimum = 1_000, maximum = 10_000_000, example = 25_000)]
    budget: i64,
}

impl AdvertisementBody {
    fn read(self, now: DateTime<Utc>, actor: Actor) -> ApiResult<NewAdvertisement> {
        Ok(NewAdvertisement {
            title: Words::some(&self.title, NewAdvertisement::MAX_TITLE).map_err(blame("title"))?,
            text: Words::some(&self.text, NewAdvertisement::MAX_TEXT).map_err(blame("text"))?,
            link: Link::parse(&self.link).map_err(blame("link"))?,
            media: self.media_id,
            areas: Area::parse_all(&self.areas).map_err(blame("areas"))?,
            period: Period::parse(self.from, self.to, now).map_err(blame("to"))?,
            budget: NewAdvertisement::budget(self.budget).map_err(blame("budget"))?,
            actor,
        })
    }
}

/// An advertisement of the caller's.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AdvertisementView {
    /// Its id.
    id: Uuid,
    /// What it is about.
    title: String,
    /// The words.
    text: String,
    /// Where it leads.
    link: String,
    /// A picture.
    media: Option<MediaView>,
    /// The districts; none is the whole country.
    areas: Vec<String>,
    /// From when on.
    from: DateTime<Utc>,
    /// Until when.
    to: DateTime<Utc>,
    /// The most that it costs, in whole francs CFA.
    budget: i64,
    /// What was spent of it.
    spent: i64,
    /// How often it was shown: once a person a day.
    views: i32,
    /// How often its link was followed: once a person a day.
    clicks: i32,
    /// `draft`, `funding`, `review`, `running`, `ending` or `ended`.
    state: &'static str,
    /// Why the house does not show it.
    reason: Option<String>,
}

/// A page of the caller's advertisements.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AdvertisementPage {
    /// The newest first; those to be looked at: the oldest first.
    items: Vec<AdvertisementView>,
    /// Where the next page starts; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// The pictures of all of them, asked for at once.
fn files(conn: &mut PgConnection, ads: &[Advertisement]) -> ApiResult<HashMap<Uuid, MediaView>> {
    let media: Vec<Uuid> = ads.iter().filter_map(|ad| ad.media).collect();
    if media.is_empty() { Ok(HashMap::new()) } else { uploads::views(conn, &media) }
}

impl AdvertisementView {
    fn new(ad: Advertisement, files: &HashMap<Uuid, MediaView>) -> Self {
        Self {
            id: ad.id,
            title: ad.title,
            text: ad.text,
            link: ad.link,
            media: ad.media.and_then(|id| files.get(&id).cloned()),
            areas: ad.areas,
            from: ad.from,
            to: ad.to,
            budget: ad.budget.francs(),
            spent: ad.spent.francs(),
            views: ad.views,
            clicks: ad.clicks,
            state: ad.state.as_str(),
            reason: ad.reason,
        }
    }

    /// With the pictures of all of them, asked for at once.
    pub(super) fn all(conn: &mut PgConnection, ads: Vec<Advertisement>) -> ApiResult<Vec<Self>> {
        let files = files(conn, &ads)?;
        Ok(ads.into_iter().map(|ad| Self::new(ad, &files)).collect())
    }

    pub(super) fn one(conn: &mut PgConnection, ad: Advertisement) -> ApiResult<Self> {
        let files = files(conn, std::slice::from_ref(&ad))?;
        Ok(Self::new(ad, &files))
    }
}

impl AdvertisementPage {
    pub(super) fn new(conn: &mut PgConnection, page: Page<Advertisement>) -> ApiResult<Self> {
        let next_cursor = cursor(&page);
        Ok(Self { items: AdvertisementView::all(conn, page.items)?, next_cursor })
    }
}

/// An advertisement, as whoever is shown it sees it.
#[derive(Debug, Serialize, ToSchema)]
struct ShownView {
    /// Its id: say `views` once it is on the screen, `clicks` when its link is followed.
    id: Uuid,
    /// What it is about.
    title: String,
    /// The words.
    text: String,
    /// Where it leads.
    link: String,
    /// A picture.
    media: Option<MediaView>,
}

/// What to show now.
#[derive(Debug, Serialize, ToSchema)]
struct ShownListView {
    /// At most five.
    items: Vec<ShownView>,
}

/// What the caller may be shown now: nothing twice a day. It is not kept where they say to be.
#[utoipa::path(
    tag = "Advertisements",
    operation_id = "shownAdvertisements",
    security(("bearer" = [])),
    params(AreaQuery),
    responses((status = 200, description = "What to show", body = ShownListView), Reading)
)]
#[get("/api/advertisements/shown")]
async fn shown(
    state: Data<State>,
    identity: Identity,
    query: Query<AreaQuery>,
) -> ApiResult<Json<ShownListView>> {
    let (area, social) = (query.0.area()?, state.social.clone());
    let read = move |conn: &mut PgConnection| {
        let ads = social.advertisements_to_show(conn, identity.user, area)?;
        let files = files(conn, &ads)?;
        let view = |ad: Advertisement| ShownView {
            id: ad.id,
            title: ad.title,
            text: ad.text,
            link: ad.link,
            media: ad.media.and_then(|id| files.get(&id).cloned()),
        };
        Ok::<_, ApiError>(ShownListView { items: ads.into_iter().map(view).collect() })
    };
    Ok(Json(state.database.run(read).await?))
}

async fn see(state: &Data<State>, identity: Identity, id: Uuid, what: Seen) -> ApiResult<HttpResponse> {
    let social = state.social.clone();
    state.database.run(move |conn| social.see_advertisement(conn, identity.user, id, what)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Says that the caller was shown an advertisement. It counts once a day.
#[utoipa::path(
    tag = "Advertisements",
    operation_id = "viewAdvertisement",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The advertisement's id", format = Uuid)),
    responses((status = 204, description = "It counts, or did already"), Counting)
)]
#[put("/api/advertisements/{id}/views")]
async fn count_view(state: Data<State>, identity: Identity, id: PathId<Uuid>) -> ApiResult<HttpResponse> {
    see(&state, identity, id.0, Seen::View).await
}

/// Says that the caller followed its link. It counts once a day, for who was shown it that day.
#[utoipa::path(
    tag = "Advertisements",
    operation_id = "clickAdvertisement",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The advertisement's id", format = Uuid)),
    responses((status = 204, description = "It counts, or did already"), Counting)
)]
#[put("/api/advertisements/{id}/clicks")]
async fn count_click(state: Data<State>, identity: Identity, id: PathId<Uuid>) -> ApiResult<HttpResponse> {
    see(&state, identity, id.0, Seen::Click).await
}

/// The caller's own, the newest first.
#[utoipa::path(
    tag = "Advertisements",
    operation_id = "advertisements",
    security(("bearer" = [])),
    params(PageQuery),
    responses((status = 200, description = "A page of advertisements", body = AdvertisementPage), Reading)
)]
#[get("/api/advertisements")]
async fn list(
    state: Data<State>,
    identity: Identity,
    page: Query<PageQuery>,
) -> ApiResult<Json<AdvertisementPage>> {
    let (limit, after, social) = (page.0.limit()?, page.0.cursor()?, state.social.clone());
    let read = move |conn: &mut PgConnection| {
        let page = social.advertisements_of(conn, identity.user, after.as_ref(), limit)?;
        AdvertisementPage::new(conn, page)
    };
    Ok(Json(state.database.run(read).await?))
}

/// Writes an advertisement down. It is shown once its budget is set aside and somebody of the house has looked at it.
#[utoipa::path(
    tag = "Advertisements",
    operation_id = "draftAdvertisement",
    security(("bearer" = [])),
    request_body = AdvertisementBody,
    responses((status = 201, description = "It is written down; nothing is paid yet", body = AdvertisementView), Posting)
)]
#[post("/api/advertisements")]
async fn draft(
    state: Data<State>,
    identity: Identity,
    body: Body<AdvertisementBody>,
) -> ApiResult<HttpResponse> {
    let new = body.0.read(state.clock.now(), actor(Some(&identity)))?;
    let social = state.social.clone();
    let draft = move |conn: &mut PgConnection| {
        together(conn, |conn| {
            let ad = social.draft_advertisement(conn, &new)?;
            let media: Vec<Uuid> = new.media.into_iter().collect();
            uploads::claim(conn, identity.user, &media, (advertising::PICTURED, ad.id))?;
            AdvertisementView::one(conn, ad)
        })
    };
    Ok(HttpResponse::Created().json(state.database.run(draft).await?))
}

/// One of the caller's.
#[utoipa::path(
    tag = "Advertisements",
    operation_id = "advertisement",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The advertisement's id", format = Uuid)),
    responses((status = 200, description = "The advertisement", body = AdvertisementView), Reading)
)]
#[get("/api/advertisements/{id}")]
async fn one(state: Data<State>, identity: Identity, id: PathId<Uuid>) -> ApiResult<Json<AdvertisementView>> {
    let social = state.social.clone();
    let read = move |conn: &mut PgConnection| {
        let ad = social.advertisement(conn, identity.user, id.0)?;
        AdvertisementView::one(conn, ad)
    };
    Ok(Json(state.database.run(read).await?))
}

/// Sets the budget aside. It stays the caller's, who can't spend it otherwise: what is spent is taken when it is over, and the rest let go.
#[utoipa::path(
    tag = "Advertisements",
    operation_id = "fundAdvertisement",
    security(("bearer" = [])),
    params(
        ("id" = String, Path, description = "The advertisement's id", format = Uuid),
        ("Idempotency-Key" = String, Header, description = "8 to 255 visible ASCII characters, drawn for this one wish"),
    ),
    responses((status = 200, description = "Somebody of the house will look at it", body = AdvertisementView), Posting)
)]
#[post("/api/advertisements/{id}/funding")]
async fn fund(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
    key: IdempotencyKey,
) -> ApiResult<Json<AdvertisementView>> {
    let ad = advertising::fund(&state, identity, (id.0, &key), actor(Some(&identity))).await?;
    Ok(Json(state.database.run(move |conn| AdvertisementView::one(conn, ad)).await?))
}

/// Ends one of the caller's before its time. What was spent is taken in a moment, the rest let go.
#[utoipa::path(
    tag = "Advertisements",
    operation_id = "endAdvertisement",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The advertisement's id", format = Uuid)),
    responses((status = 200, description = "It is shown no more", body = AdvertisementView), Posting)
)]
#[post("/api/advertisements/{id}/end")]
async fn end(state: Data<State>, identity: Identity, id: PathId<Uuid>) -> ApiResult<Json<AdvertisementView>> {
    let (shared, actor) = (state.clone(), actor(Some(&identity)));
    let end = move |conn: &mut PgConnection| {
        let ad = advertising::end(conn, &shared, id.0, &actor)?;
        AdvertisementView::one(conn, ad)
    };
    Ok(Json(state.database.run(end).await?))
}
