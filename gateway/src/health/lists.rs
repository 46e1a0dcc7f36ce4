//! Short lists that hardly ever change: a caller who has one asks whether it is still good.

use super::list_views::{EmergencyNumberView, HolidayView, SourceView};
use crate::state::State;
use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header::{CacheControl, CacheDirective, ETag, EntityTag, Header, IfNoneMatch},
    web::Data,
};
use hostolink_health_directory::{Snapshot, Verification};
use serde::Serialize;
use utoipa::ToSchema;

/// The emergency and useful numbers.
#[derive(Debug, Serialize, ToSchema)]
struct EmergencyNumberList {
    /// In the order in which to show them.
    items: Vec<EmergencyNumberView>,
}

/// The sources of the directory.
#[derive(Debug, Serialize, ToSchema)]
struct SourceList {
    /// By code.
    items: Vec<SourceView>,
}

/// The public holidays.
#[derive(Debug, Serialize, ToSchema)]
struct HolidayList {
    /// In their order.
    items: Vec<HolidayView>,
}

/// The public holidays of Côte d'Ivoire that the opening hours are read with.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "holidays",
    params(("If-None-Match" = Option<String>, Header, description = "The `ETag` of the list that the caller has")),
    responses(
        (status = 200, description = "The holidays", body = HolidayList),
        (status = 304, description = "The caller's list is still good"),
    )
)]
#[get("/api/health/holidays")]
pub(super) async fn holidays(state: Data<State>, req: HttpRequest) -> HttpResponse {
    let snapshot = state.directory.snapshot();
    unless_known(&req, &snapshot, || HolidayList {
        items: snapshot.calendar().holidays().map(HolidayView::from).collect(),
    })
}

/// Emergency and useful numbers, each with the link that opens the dialler.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "emergencyNumbers",
    params(("If-None-Match" = Option<String>, Header, description = "The `ETag` of the list that the caller has")),
    responses(
        (status = 200, description = "The numbers", body = EmergencyNumberList),
        (status = 304, description = "The caller's list is still good"),
    )
)]
#[get("/api/health/emergency-numbers")]
pub(super) async fn emergency_numbers(state: Data<State>, req: HttpRequest) -> HttpResponse {
    let snapshot = state.directory.snapshot();
    unless_known(&req, &snapshot, || {
        let alive = snapshot.emergency_numbers().iter().filter(|number| number.status != Verification::Dead);
        EmergencyNumberList { items: alive.map(EmergencyNumberView::from).collect() }
    })
}

/// Where the directory's facts come from, and the texts that their licences ask to show.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "healthSources",
    params(("If-None-Match" = Option<String>, Header, description = "The `ETag` of the list that the caller has")),
    responses(
        (status = 200, description = "The sources", body = SourceList),
        (status = 304, description = "The caller's list is still good"),
    )
)]
#[get("/api/health/sources")]
pub(super) async fn sources(state: Data<State>, req: HttpRequest) -> HttpResponse {
    let snapshot = state.directory.snapshot();
    unless_known(&req, &snapshot, || SourceList {
        items: snapshot.sources().iter().map(|source| SourceView::from(&**source)).collect(),
    })
}

/// Names the program's version, the directory's revision, and which list it is. Weak, as the same list may leave compressed or not.
pub(super) fn tag(snapshot: &Snapshot, list: &str) -> EntityTag {
    let revision = snapshot.revision().unwrap_or_default();
    EntityTag::new_weak(format!("{}-{list}-{revision}", env!("CARGO_PKG_VERSION")))
}

/// Whether the caller has what this tag names.
pub(super) fn is_known(req: &HttpRequest, tag: &EntityTag) -> bool {
    match IfNoneMatch::parse(req) {
        Ok(IfNoneMatch::Any) => true,
        Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|known| known.weak_eq(tag)),
        Err(_) => false,
    }
}

/// Answers with the body, or with 304 where the caller has it.
fn unless_known<T: Serialize>(
    req: &HttpRequest,
    snapshot: &Snapshot,
    body: impl FnOnce() -> T,
) -> HttpResponse {
    let tag = tag(snapshot, "list");
    let known = is_known(req, &tag);
    let mut answer = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer
        .insert_header(ETag(tag))
        .insert_header(CacheControl(vec![CacheDirective::Public, CacheDirective::MaxAge(300)]));
    if known { answer.finish() } else { answer.json(body()) }
}
