//! Regions and sub-prefectures: to choose from, and as shapes for a map.

use super::{
    lists::{is_known, tag},
    query::value,
};
use crate::{
    error::{ApiError, ApiResult, Problem},
    extract::{PageQuery, PathId, Query},
    state::State,
};
use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header::{CacheControl, CacheDirective, ETag, LINK},
    web::{Data, Json},
};
use hostolink_geo::Polygon;
use hostolink_health_directory::{
    AREA_UNKNOWN, AdministrativeArea, AreaLevel, Error, Snapshot, UNKNOWN_VALUE,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

/// Which areas.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct AreasQuery {
    /// Only this level: `region` or `subprefecture`.
    level: Option<String>,
    /// Only the sub-prefectures of the region of this code.
    #[param(max_length = 16, example = "CI01")]
    parent: Option<String>,
}

/// A page of areas.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AreaPage {
    /// By code.
    items: Vec<AreaView>,
    /// Where the next page starts; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// A region or a sub-prefecture.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AreaView {
    /// What the parameter `area` takes.
    #[schema(example = "CI01")]
    code: String,
    /// Its name, as the source writes it.
    #[schema(example = "Abidjan")]
    name: String,
    /// `region` or `subprefecture`.
    level: &'static str,
    /// The code of its region.
    parent: Option<String>,
    /// How many establishments lie in it.
    establishments: usize,
    /// West, south, east and north of it, in degrees.
    #[schema(example = json!([-4.3, 5.2, -3.7, 5.7]))]
    bbox: Vec<f64>,
    /// The source's code; `/api/health/sources` has its attribution.
    #[schema(example = "cntig-ocha-2018")]
    source: String,
}

impl AreaView {
    fn new(snapshot: &Snapshot, area: &AdministrativeArea) -> Self {
        let bounds = snapshot.areas().find(&area.code).map(|(_, polygon)| polygon.bounds());
        Self {
            code: area.code.clone(),
            name: area.name.clone(),
            level: area.level.code(),
            parent: area.parent.clone(),
            establishments: snapshot.count_in(&area.code),
            bbox: bounds.map(Vec::from).unwrap_or_default(),
            source: area.source.clone(),
        }
    }
}

/// The regions and sub-prefectures, by code. What `area` of other questions takes.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "healthAreas",
    params(AreasQuery, PageQuery),
    responses(
        (status = 200, description = "A page of areas", body = AreaPage),
        (status = 400, description = "A parameter has not the expected form: `health.unknown_value`, `health.invalid_cursor`, `request.*`",
            body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such region: `health.area_unknown`",
            body = Problem, content_type = "application/problem+json"),
    )
)]
#[get("/api/health/areas")]
pub(super) async fn list(
    state: Data<State>,
    query: Query<AreasQuery>,
    page: Query<PageQuery>,
) -> ApiResult<Json<AreaPage>> {
    let snapshot = state.directory.snapshot();
    let level = value("level", query.0.level.as_deref(), AreaLevel::parse, &UNKNOWN_VALUE)?;
    let parent = query.0.parent.as_deref();
    if parent.is_some_and(|parent| snapshot.areas().find(parent).is_none()) {
        return Err(ApiError::field("parent", &AREA_UNKNOWN));
    }
    let (after, limit) = (page.0.cursor()?, page.0.limit()?);
    let found = snapshot.areas().list(level, parent, after.as_ref(), limit).map_err(Error::from)?;
    Ok(Json(AreaPage {
        items: found.items.into_iter().map(|area| AreaView::new(&snapshot, area)).collect(),
        next_cursor: found.next.map(|cursor| cursor.as_str().to_owned()),
    }))
}

/// One area as a `Feature` of GeoJSON (RFC 7946); its licence stands in the header `Link` and in the properties.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "healthArea",
    params(
        ("id" = String, Path, description = "The area's code"),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of the area that the caller has"),
    ),
    responses(
        (status = 200, description = "The area", body = Object, content_type = "application/geo+json"),
        (status = 304, description = "The caller's area is still good"),
        (status = 404, description = "There is no such area: `health.area_unknown`",
            body = Problem, content_type = "application/problem+json"),
    )
)]
#[get("/api/health/areas/{id}")]
pub(super) async fn one(state: Data<State>, req: HttpRequest, id: PathId<String>) -> ApiResult<HttpResponse> {
    let snapshot = state.directory.snapshot();
    let (area, polygon) = snapshot.areas().find(&id.0).ok_or_else(|| ApiError::new(&AREA_UNKNOWN))?;
    let tag = tag(&snapshot, &area.code);
    let known = is_known(&req, &tag);
    let mut answer = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer
        .insert_header(ETag(tag))
        .insert_header(CacheControl(vec![CacheDirective::Public, CacheDirective::MaxAge(300)]));
    if known {
        return Ok(answer.finish());
    }
    let source = snapshot.sources().iter().find(|source| source.code == area.source);
    if let Some(url) = source.and_then(|source| source.licence_url.as_deref()) {
        answer.insert_header((LINK, format!("<{url}>; rel=\"license\"")));
    }
    let mut properties = json!(AreaView::new(&snapshot, area));
    properties["attribution"] = json!(source.map(|source| &source.attribution));
    properties["licence"] = json!(source.map(|source| &source.licence));
    let bbox = properties.as_object_mut().and_then(|properties| properties.remove("bbox"));
    let feature = json!({
        "type": "Feature",
        "id": area.code,
        "bbox": bbox,
        "geometry": geometry(polygon),
        "properties": properties,
    });
    Ok(answer.content_type("application/geo+json").body(feature.to_string()))
}

fn geometry(polygon: &Polygon) -> Value {
    match polygon.parts().as_slice() {
        [part] => json!({"type": "Polygon", "coordinates": part}),
        parts => json!({"type": "MultiPolygon", "coordinates": parts}),
    }
}
