//! Finding by words, by level of care, and on a map.

use super::{
    places::{Here, PlaceChoice},
    query::{FilterQuery, required_position, value},
    views::{EstablishmentTypeView, EstablishmentView},
};
use crate::{
    error::{ApiError, ApiResult, Problem},
    extract::{PageQuery, Query},
    state::State,
};
use actix_web::{
    get,
    web::{Data, Json},
};
use hostolink_health_directory::{Cluster, INVALID_ZOOM, SEARCH_REQUIRED};
use hostolink_kernel::EstablishmentId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// What somebody types.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SearchQuery {
    /// The words: cut, abbreviated (`CSU`, `CHR`, `HG`, `gnl`) or mistyped ones are understood.
    #[param(value_type = String, min_length = 1, max_length = 100, example = "hopital gnl yop")]
    q: Option<String>,
    /// `latitude,longitude` in degrees, or the name of a place (`Yopougon Maroc`): what is near comes before what fits as well and is
    /// far.
    #[param(max_length = 100, example = "5.3232,-4.0197")]
    near: Option<String>,
}

impl SearchQuery {
    fn words(&self) -> Result<&str, ApiError> {
        let words =
            self.q.as_deref().filter(|q| q.chars().count() <= 100 && q.chars().any(char::is_alphanumeric));
        words.ok_or_else(|| ApiError::field("q", &SEARCH_REQUIRED))
    }
}

/// From where.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct NearQuery {
    /// `latitude,longitude` in degrees. It is used for the answer and forgotten.
    #[param(value_type = String, example = "5.3232,-4.0197")]
    near: Option<String>,
}

/// How near a map is.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ZoomQuery {
    /// From 0, the globe, to 22.
    #[param(value_type = u8, minimum = 0, maximum = 22, example = 10)]
    zoom: Option<String>,
}

/// What was found.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FoundEstablishments {
    /// What fits best first.
    items: Vec<EstablishmentView>,
    /// Where `near` is, where it was the name of a place.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<PlaceChoice>,
}

/// The nearest of each level.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReferralLadder {
    /// From first contact to the university hospital; a level of which none is known is left out.
    items: Vec<ReferralRung>,
}

/// One level.
#[derive(Debug, Serialize, ToSchema)]
struct ReferralRung {
    /// `primary`, `general_hospital`, `regional_hospital` or `university_hospital`.
    level: &'static str,
    /// The nearest of it.
    establishment: EstablishmentView,
}

/// What a map shows.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ClusterList {
    /// The zoom that was drawn; lower than the one asked for where that would have given more than 500.
    zoom: u8,
    /// Together they count every establishment asked for.
    items: Vec<ClusterView>,
}

/// Establishments that lie close together on the map.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ClusterView {
    /// The same for the same square of the map.
    #[schema(example = "10/1990/1986")]
    id: String,
    /// How many there are.
    count: usize,
    /// The middle of them.
    latitude: f64,
    /// The middle of them.
    longitude: f64,
    /// The establishment, where there is only one.
    #[serde(skip_serializing_if = "Option::is_none")]
    establishment: Option<MapMarker>,
}

/// An establishment on a map.
#[derive(Debug, Serialize, ToSchema)]
struct MapMarker {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    id: EstablishmentId,
    /// Its name.
    name: String,
    /// What it is.
    #[serde(rename = "type")]
    #[schema(value_type = EstablishmentTypeView)]
    kind: &'static str,
}

impl From<Cluster<'_>> for ClusterView {
    fn from(cluster: Cluster<'_>) -> Self {
        let marker = |row: &hostolink_health_directory::Establishment| MapMarker {
            id: row.id,
            name: row.name.clone(),
            kind: row.kind.code(),
        };
        let establishment = cluster.only.map(marker);
        let Cluster { id, count, latitude, longitude, .. } = cluster;
        Self { id, count, latitude, longitude, establishment }
    }
}

/// Establishments by what somebody types, those that fit best first.
///
/// All words must fit one of the name, the type, the region or the address: from its start, abbreviated or in full, with one typing
/// error from four letters on and two from eight. With `near`, distance counts too.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "searchEstablishments",
    params(SearchQuery, FilterQuery, PageQuery),
    responses(
        (status = 200, description = "What was found", body = FoundEstablishments),
        (status = 400, description = "A parameter has not the expected form: `health.search_required`, `health.*`, `request.*`",
            body = Problem, content_type = "application/problem+json"),
    )
)]
#[get("/api/health/search")]
pub(super) async fn search(
    state: Data<State>,
    query: Query<SearchQuery>,
    filter: Query<FilterQuery>,
    page: Query<PageQuery>,
) -> ApiResult<Json<FoundEstablishments>> {
    let (snapshot, now) = (state.directory.snapshot(), state.clock.now());
    let (filter, limit) = (filter.0.read(now, &snapshot)?, page.0.limit()?);
    let near = query.0.near.as_deref().map(|near| Here::read(near, &snapshot)).transpose()?;
    let from = near.as_ref().map(|here| here.point);
    let found = snapshot.search(query.0.words()?, from, &filter, limit.count());
    let items = found.into_iter().map(|found| match found.near {
        Some(near) => EstablishmentView::seen(&near, &snapshot, now),
        None => EstablishmentView::new(found.establishment, &snapshot, now),
    });
    Ok(Json(FoundEstablishments { items: items.collect(), place: near.and_then(|here| here.place) }))
}

/// The nearest establishment of each level of care: where to go first, and who is behind it.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "referralLadder",
    params(NearQuery, FilterQuery),
    responses(
        (status = 200, description = "The nearest of each level", body = ReferralLadder),
        (status = 400, description = "A parameter has not the expected form: `health.position_required`, `health.*`",
            body = Problem, content_type = "application/problem+json"),
    )
)]
#[get("/api/health/referral")]
pub(super) async fn referral(
    state: Data<State>,
    query: Query<NearQuery>,
    filter: Query<FilterQuery>,
) -> ApiResult<Json<ReferralLadder>> {
    let (snapshot, now) = (state.directory.snapshot(), state.clock.now());
    let from = required_position(query.0.near.as_deref())?;
    let rungs = snapshot.referral(from, &filter.0.read(now, &snapshot)?);
    let rung = |(level, near): &(hostolink_health_directory::Level, _)| ReferralRung {
        level: level.code(),
        establishment: EstablishmentView::seen(near, &snapshot, now),
    };
    Ok(Json(ReferralLadder { items: rungs.iter().map(rung).collect() }))
}

/// Establishments as a map shows them: those that lie close together as one.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "establishmentClusters",
    params(ZoomQuery, FilterQuery),
    responses(
        (status = 200, description = "The clusters", body = ClusterList),
        (status = 400, description = "A parameter has not the expected form: `health.invalid_zoom`, `health.*`",
            body = Problem, content_type = "application/problem+json"),
    )
)]
#[get("/api/health/clusters")]
pub(super) async fn clusters(
    state: Data<State>,
    query: Query<ZoomQuery>,
    filter: Query<FilterQuery>,
) -> ApiResult<Json<ClusterList>> {
    let read = |text: &str| text.parse().ok().filter(|zoom: &u8| *zoom <= 22);
    let zoom = value("zoom", query.0.zoom.as_deref(), read, &INVALID_ZOOM)?;
    let zoom = zoom.ok_or_else(|| ApiError::field("zoom", &INVALID_ZOOM))?;
    let snapshot = state.directory.snapshot();
    let found = snapshot.clusters(zoom, &filter.0.read(state.clock.now(), &snapshot)?);
    let items = found.clusters.into_iter().map(ClusterView::from).collect();
    Ok(Json(ClusterList { zoom: found.zoom, items }))
}
