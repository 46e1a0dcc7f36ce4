//! The forms in which establishments leave: all that is known, for a map, for a phone with little data, for one with none.

use super::{
    places::PlaceChoice,
    query::EstablishmentQuery,
    views::{EstablishmentPage, EstablishmentView, whole},
};
use crate::error::{ApiError, ApiResult};
use actix_web::{HttpResponse, http::header::ContentType};
use chrono::{DateTime, Utc};
use hostolink_health_directory::{
    Establishment, Nearby, POSITION_REQUIRED, Snapshot, UNKNOWN_FIELD, UNKNOWN_VALUE, Verification, tel_uri,
};
use hostolink_kernel::Page;
use serde::Serialize;
use serde_json::{Value, json};

/// One of them.
#[derive(Debug)]
pub(super) enum Form {
    /// Everything, or only some fields.
    Json(Option<Vec<String>>),
    /// RFC 7946.
    GeoJson,
    /// What it takes to choose and call: three fit in a kilobyte.
    Brief,
    /// One text message.
    Text,
}

impl Form {
    pub(super) fn read(query: &EstablishmentQuery) -> Result<Self, ApiError> {
        let fields = query.fields.as_deref().map(fields).transpose()?;
        match (query.format.as_deref().unwrap_or("json"), fields) {
            ("json", fields) => Ok(Self::Json(fields)),
            (_, Some(_)) => Err(ApiError::field("fields", &UNKNOWN_FIELD)),
            ("geojson", _) => Ok(Self::GeoJson),
            ("brief", _) => Ok(Self::Brief),
            ("text", _) => Ok(Self::Text),
            _ => Err(ApiError::field("format", &UNKNOWN_VALUE)),
        }
    }

    /// The nearest.
    pub(super) fn nearest(
        self,
        snapshot: &Snapshot,
        found: &[Nearby<'_>],
        now: DateTime<Utc>,
        place: Option<PlaceChoice>,
    ) -> HttpResponse {
        match self {
            Self::Brief => {
                let items: Vec<_> = found.iter().map(|near| Brief::new(near, snapshot, now)).collect();
                let mut answer = json!({"items": items});
                if let Some(place) = place {
                    answer["place"] = json!(place);
                }
                HttpResponse::Ok().json(answer)
            }
            Self::Text => HttpResponse::Ok()
                .content_type(ContentType::plaintext())
                .body(snapshot.text_message(found, now)),
            Self::Json(None) if place.is_none() => HttpResponse::Ok()
                .content_type(ContentType::json())
                .body(super::nearest::page(found, snapshot, now)),
            _ => self.page(EstablishmentPage { place, ..EstablishmentPage::nearest(snapshot, found, now) }),
        }
    }

    /// A page by name.
    pub(super) fn by_name(
        self,
        snapshot: &Snapshot,
        page: Page<&Establishment>,
        now: DateTime<Utc>,
    ) -> ApiResult<HttpResponse> {
        match self {
            Self::Brief | Self::Text => Err(ApiError::field("near", &POSITION_REQUIRED)),
            _ => Ok(self.page(EstablishmentPage::by_name(snapshot, page, now))),
        }
    }

    fn page(self, page: EstablishmentPage) -> HttpResponse {
        match self {
            Self::Json(Some(fields)) => HttpResponse::Ok().json(masked(&page, &fields)),
            Self::GeoJson => {
                let next = page.next_cursor.clone();
                let features: Vec<_> = page.items.iter().map(feature).collect();
                let mut collection = json!({"type": "FeatureCollection", "features": features});
                if let Some(next) = next {
                    collection["nextCursor"] = json!(next);
                }
                if let Some(place) = &page.place {
                    collection["place"] = json!(place);
                }
                HttpResponse::Ok().content_type("application/geo+json").body(collection.to_string())
            }
            _ => HttpResponse::Ok().json(page),
        }
    }
}

/// The names of a field mask.
fn fields(text: &str) -> Result<Vec<String>, ApiError> {
    let fields: Vec<String> = text.split(',').map(|name| name.trim().to_owned()).collect();
    if fields.iter().all(|name| EstablishmentView::FIELDS.contains(&name.as_str())) {
        Ok(fields)
    } else {
        Err(ApiError::field("fields", &UNKNOWN_FIELD))
    }
}

fn masked(page: &EstablishmentPage, fields: &[String]) -> Value {
    let mut value = json!(page);
    for item in value["items"].as_array_mut().into_iter().flatten() {
        if let Some(item) = item.as_object_mut() {
            item.retain(|name, _| fields.contains(name));
        }
    }
    value
}

/// What has a position and an id of its own in GeoJSON leaves the properties.
fn feature(view: &EstablishmentView) -> Value {
    let mut properties = json!(view);
    let position = properties["position"].take();
    let id = properties["id"].take();
    if let Some(properties) = properties.as_object_mut() {
        properties.remove("id");
        properties.remove("position");
        properties.insert("positionAccuracyMeters".to_owned(), position["accuracyMeters"].clone());
    }
    let coordinates = json!([position["longitude"], position["latitude"]]);
    json!({"type": "Feature", "id": id, "geometry": {"type": "Point", "coordinates": coordinates}, "properties": properties})
}

/// What it takes to choose an establishment and call it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Brief<'a> {
    id: hostolink_kernel::EstablishmentId,
    name: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    meters: u32,
    bearing: u32,
    open_now: Option<bool>,
    until: Option<DateTime<Utc>>,
    calls: Vec<String>,
    verified: bool,
}

impl<'a> Brief<'a> {
    /// The longest name, in bytes, with which three fit in a kilobyte.
    const NAME: usize = 72;
    /// The most numbers to call.
    const CALLS: usize = 2;

    pub(super) fn new(near: &Nearby<'a>, snapshot: &Snapshot, now: DateTime<Utc>) -> Self {
        let row = near.establishment;
        let opening = row.opening_at(now, snapshot.calendar()).ok();
        let numbers: Vec<_> = row.alive_numbers().take(Self::CALLS).collect();
        Self {
            id: row.id,
            name: &row.name[..row.name.floor_char_boundary(Self::NAME)],
            kind: row.kind.code(),
            meters: whole(near.distance_metres),
            bearing: whole(near.bearing) % 360,
            open_now: opening.map(|opening| opening.open),
            until: opening.and_then(|opening| opening.until),
            calls: numbers.iter().map(|number| tel_uri(&number.value)).collect(),
            verified: numbers.first().is_some_and(|number| number.status == Verification::Verified),
        }
    }
}
