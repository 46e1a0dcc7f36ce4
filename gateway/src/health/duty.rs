//! Who is on duty now, for everybody.

use super::{
    query::{required_position, value},
    views::EstablishmentView,
};
use crate::{
    error::{ApiError, ApiResult, INVALID_FIELD, Problem},
    extract::{PageQuery, Query},
    state::State,
};
use actix_web::{
    get,
    web::{Data, Json},
};
use chrono::{DateTime, Utc};
use hostolink_health_directory::{Duty, INVALID_INSTANT, display, tel_uri};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// From where, and when.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct DutyQuery {
    /// `latitude,longitude` in degrees. It is used for the answer and forgotten.
    #[param(value_type = String, example = "5.3232,-4.0197")]
    near: Option<String>,
    /// At this instant (RFC 3339) in place of now.
    #[param(example = "2026-11-20T22:00:00Z")]
    at: Option<String>,
    /// Of the pharmacies whose place is not known, only those of an area with a word that starts so.
    #[param(max_length = 100, example = "yopougon")]
    area: Option<String>,
}

/// Who is on duty.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DutyView {
    /// `known`, or `unknown`: no list speaks of that instant, and then nobody is named though some are on duty.
    rota: &'static str,
    /// Until when the lists hold.
    until: Option<DateTime<Utc>>,
    /// The nearest pharmacies on duty.
    items: Vec<DutyItemView>,
    /// Pharmacies on duty of which nobody has said yet where they lie; the address says how to find them.
    unlocated: Vec<DutyEntryView>,
    /// Who published the lists.
    sources: Vec<String>,
}

/// A pharmacy on duty.
#[derive(Debug, Serialize, ToSchema)]
struct DutyItemView {
    /// As the list names it.
    duty: DutyEntryView,
    /// The establishment. Its own hours don't matter while it is on duty.
    establishment: EstablishmentView,
}

/// A pharmacy as a list names it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DutyEntryView {
    /// The town or quarter.
    #[schema(example = "YOPOUGON")]
    area: String,
    /// Its name.
    #[schema(example = "PHARMACIE DU MARCHE")]
    name: String,
    /// How to find it.
    address: Option<String>,
    /// Its numbers, which nobody has verified.
    calls: Vec<DutyCallView>,
}

/// A number to tap.
#[derive(Debug, Serialize, ToSchema)]
struct DutyCallView {
    /// The number as people read it.
    #[schema(example = "27 22 44 53 53")]
    display: String,
    /// The link that opens the dialler.
    #[schema(example = "tel:+2252722445353")]
    tel: String,
}

impl From<&Duty> for DutyEntryView {
    fn from(duty: &Duty) -> Self {
        let call = |value: &String| DutyCallView { display: display(value), tel: tel_uri(value) };
        Self {
            area: duty.area.clone(),
            name: duty.name.clone(),
            address: duty.address.clone(),
            calls: duty.numbers.iter().map(call).collect(),
        }
    }
}

/// The nearest pharmacies on duty, now or at an instant. Where no list speaks of it, the answer says so: `rota` is `unknown`.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "pharmaciesOnDuty",
    params(DutyQuery, PageQuery),
    responses(
        (status = 200, description = "Who is on duty, as far as it is known", body = DutyView),
        (status = 400, description = "A parameter has not the expected form: `health.position_required`, `health.invalid_position`, \
            `health.swapped_position`, `health.invalid_instant`, `request.*`", body = Problem, content_type = "application/problem+json"),
    )
)]
#[get("/api/health/duty")]
pub(super) async fn on_duty(
    state: Data<State>,
    query: Query<DutyQuery>,
    page: Query<PageQuery>,
) -> ApiResult<Json<DutyView>> {
    let (snapshot, now, query) = (state.directory.snapshot(), state.clock.now(), query.0);
    let from = required_position(query.near.as_deref())?;
    let at = value("at", query.at.as_deref(), super::query::instant, &INVALID_INSTANT)?.unwrap_or(now);
    let area = query.area.as_deref();
    if area.is_some_and(|area| area.chars().count() > 100) {
        return Err(ApiError::field("area", &INVALID_FIELD));
    }
    let Some(found) = snapshot.on_duty(at, from, area, page.0.limit()?.count()) else {
        return Ok(Json(DutyView::unknown()));
    };
    let item = |(near, duty): &(_, &Duty)| DutyItemView {
        duty: (*duty).into(),
        establishment: EstablishmentView::seen(near, &snapshot, now),
    };
    Ok(Json(DutyView {
        rota: "known",
        until: Some(found.until),
        items: found.near.iter().map(item).collect(),
        unlocated: found.elsewhere.into_iter().map(DutyEntryView::from).collect(),
        sources: found.sources.into_iter().map(str::to_owned).collect(),
    }))
}

impl DutyView {
    fn unknown() -> Self {
        Self { rota: "unknown", until: None, items: Vec::new(), unlocated: Vec::new(), sources: Vec::new() }
    }
}
