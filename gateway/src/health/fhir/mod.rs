//! The directory for systems that speak FHIR R4: reading only, from memory, and nothing that was asked is passed over.

mod bundle;
mod capability;
mod dates;
mod outcome;
mod refusals;
mod resources;
mod search;
mod vocabulary;

pub(crate) use outcome::{OperationOutcome, refusal};
pub(crate) use refusals::{ERRORS, GONE};

use super::lists::is_known;
use crate::{
    error::{ApiError, ApiResult},
    extract::PathId,
    routes::ServiceConfig,
    state::State,
};
use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header::{CacheControl, CacheDirective, ETag, EntityTag, LAST_MODIFIED},
    web::Data,
};
use hostolink_health_directory::{Areas, Establishment, LastChange, Nearby, Snapshot};
use hostolink_kernel::{Cursor, EstablishmentId};
use refusals::{
    INVALID_PARAMETER, RESOURCE_NOT_FOUND, UNKNOWN_PARAMETER, UNKNOWN_RESOURCE, VERSION_NOT_KEPT,
};
use resources::Resource;
use search::Search;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// What every answer here is.
pub(crate) const JSON: &str = "application/fhir+json; charset=utf-8";

/// Mounts `/fhir/R4/…`. What is written out comes before what takes any name.
pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(metadata)
        .service(history_of_type)
        .service(version)
        .service(history)
        .service(read)
        .service(search_type);
}

/// What the facade can do (`CapabilityStatement`).
#[utoipa::path(
    tag = "FHIR",
    operation_id = "fhirMetadata",
    responses((status = 200, description = "The statement", body = Object, content_type = "application/fhir+json"))
)]
#[get("/fhir/R4/metadata")]
pub(super) async fn metadata(state: Data<State>, req: HttpRequest) -> ApiResult<HttpResponse> {
    only_general(&req)?;
    Ok(answer(&capability::statement(&base(&state))))
}

/// One resource as it is now: `Location`, `Organization` or `HealthcareService`.
#[utoipa::path(
    tag = "FHIR",
    operation_id = "fhirRead",
    params(
        ("kind" = String, Path, description = "`Location`, `Organization` or `HealthcareService`"),
        ("id" = String, Path, description = "The establishment's id", format = Uuid),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of the version that the caller has"),
    ),
    responses(
        (status = 200, description = "The resource", body = Object, content_type = "application/fhir+json"),
        (status = 304, description = "The caller's version is still the last"),
        (status = 404, description = "There is none: `fhir.resource_not_found`, `fhir.unknown_resource`",
            body = OperationOutcome, content_type = "application/fhir+json"),
        (status = 410, description = "It was taken out of the directory: `fhir.gone`",
            body = OperationOutcome, content_type = "application/fhir+json"),
    )
)]
#[get("/fhir/R4/{kind}/{id}")]
pub(super) async fn read(
    state: Data<State>,
    req: HttpRequest,
    id: PathId<EstablishmentId>,
) -> ApiResult<HttpResponse> {
    let resource = resource(&req)?;
    only_general(&req)?;
    let snapshot = state.directory.snapshot();
    let row = last_change(&snapshot, id.0)?.establishment.ok_or_else(|| ApiError::new(&GONE))?;
    Ok(one(&req, resource, row, &snapshot))
}

/// One version of a resource. Only the last one is kept.
#[utoipa::path(
    tag = "FHIR",
    operation_id = "fhirVersionRead",
    params(
        ("kind" = String, Path, description = "`Location`, `Organization` or `HealthcareService`"),
        ("id" = String, Path, description = "The establishment's id", format = Uuid),
        ("key" = String, Path, description = "The version"),
    ),
    responses(
        (status = 200, description = "The resource", body = Object, content_type = "application/fhir+json"),
        (status = 404, description = "This version is not kept: `fhir.version_not_kept`; or there is no such resource",
            body = OperationOutcome, content_type = "application/fhir+json"),
        (status = 410, description = "It was taken out of the directory with this version: `fhir.gone`",
            body = OperationOutcome, content_type = "application/fhir+json"),
    )
)]
#[get("/fhir/R4/{kind}/{id}/_history/{key}")]
pub(super) async fn version(
    state: Data<State>,
    req: HttpRequest,
    id: PathId<EstablishmentId>,
) -> ApiResult<HttpResponse> {
    let resource = resource(&req)?;
    only_general(&req)?;
    let snapshot = state.directory.snapshot();
    let last = last_change(&snapshot, id.0)?;
    if req.match_info().get("key") != Some(last.version.to_string().as_str()) {
        return Err(ApiError::new(&VERSION_NOT_KEPT));
    }
    let row = last.establishment.ok_or_else(|| ApiError::new(&GONE))?;
    Ok(one(&req, resource, row, &snapshot))
}

/// What the log of changes knows of a resource: its last version, or that it is gone.
#[utoipa::path(
    tag = "FHIR",
    operation_id = "fhirHistory",
    params(
        ("kind" = String, Path, description = "`Location`, `Organization` or `HealthcareService`"),
        ("id" = String, Path, description = "The establishment's id", format = Uuid),
    ),
    responses(
        (status = 200, description = "A `Bundle` of one entry", body = Object, content_type = "application/fhir+json"),
        (status = 404, description = "There never was one: `fhir.resource_not_found`, `fhir.unknown_resource`",
            body = OperationOutcome, content_type = "application/fhir+json"),
    )
)]
#[get("/fhir/R4/{kind}/{id}/_history")]
pub(super) async fn history(
    state: Data<State>,
    req: HttpRequest,
    id: PathId<EstablishmentId>,
) -> ApiResult<HttpResponse> {
    let resource = resource(&req)?;
    only_general(&req)?;
    let snapshot = state.directory.snapshot();
    let (last, base) = (last_change(&snapshot, id.0)?, base(&state));
    let links = bundle::links(&format!("{base}/{}/_history", resource.reference(id.0)), &[], None);
    Ok(answer(&bundle::history(&base, resource, (&[last], snapshot.areas()), &links, state.clock.now())))
}

/// What changed of a type, the newest first: each resource's last version, and those that are gone. What is gone is told without a
/// date, whatever `_since` says.
#[utoipa::path(
    tag = "FHIR",
    operation_id = "fhirTypeHistory",
    params(
        ("kind" = String, Path, description = "`Location`, `Organization` or `HealthcareService`"),
        ("_since" = Option<String>, Query, description = "Only what changed from then on (RFC 3339, or a date)"),
        ("_count" = Option<u32>, Query, description = "How many entries: 1 to 100, 20 where it is left out"),
        ("cursor" = Option<String>, Query, description = "From the link `next`"),
    ),
    responses(
        (status = 200, description = "A `Bundle`", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "A parameter is unknown or can't be read: `fhir.unknown_parameter`, `fhir.invalid_parameter`",
            body = OperationOutcome, content_type = "application/fhir+json"),
        (status = 404, description = "There is no such type here: `fhir.unknown_resource`",
            body = OperationOutcome, content_type = "application/fhir+json"),
    )
)]
#[get("/fhir/R4/{kind}/_history")]
pub(super) async fn history_of_type(state: Data<State>, req: HttpRequest) -> ApiResult<HttpResponse> {
    const LIST: &str = "fhir-history";
    let resource = resource(&req)?;
    let mut asked = search::parameters(req.query_string())?;
    let (mut since, mut count, mut before) = (None, Search::DEFAULT_COUNT, None);
    for (name, value) in &asked {
        match name.as_str() {
            "_since" => since = Some(dates::since(value).ok_or_else(|| invalid("_since"))?),
            "_count" => count = search::count(value)?.max(1),
            "cursor" => before = Some(search::cursor(value)?.keyset(LIST).map_err(|_| invalid("cursor"))?),
            _ if search::is_general(name, value)? => {}
            _ => return Err(ApiError::field(name.clone(), &UNKNOWN_PARAMETER)),
        }
    }
    asked.retain(|(name, _)| name != "cursor");
    let snapshot = state.directory.snapshot();
    let mut changes = snapshot.last_changes(since, before, count + 1);
    let more = changes.len() > count;
    changes.truncate(count);
    let last = changes.last().filter(|_| more);
    let next = last.and_then(|last| Cursor::new(LIST, &(last.version, last.id)));
    let base = base(&state);
    let links = bundle::links(&format!("{base}/{}/_history", resource.name()), &asked, next.as_ref());
    Ok(answer(&bundle::history(&base, resource, (&changes, snapshot.areas()), &links, state.clock.now())))
}

/// Resources by what they are, where they are and when they changed. A parameter that is not supported is refused.
///
/// With `near` (`Location` only) they come by great-circle distance, each with the extension `location-distance`; otherwise by id.
#[utoipa::path(
    tag = "FHIR",
    operation_id = "fhirSearch",
    params(
        ("kind" = String, Path, description = "`Location`, `Organization` or `HealthcareService`"),
        ("_id" = Option<String>, Query, description = "Ids with commas between"),
        ("_lastUpdated" = Option<String>, Query, description = "A date with `eq`, `gt`, `ge`, `lt` or `le` before it"),
        ("name" = Option<String>, Query, description = "A word of the name that starts so"),
        ("address-city" = Option<String>, Query, description = "A word of the sub-prefecture's name that starts so; not for `HealthcareService`"),
        ("near" = Option<String>, Query, description = "`latitude|longitude|distance|units`; it is used for the answer and forgotten"),
        ("type" = Option<String>, Query, description = "`code` or `system|code`, alternatives with commas between"),
        ("service-type" = Option<String>, Query, description = "The same of `HealthcareService`: what it is, and what it offers"),
        ("status" = Option<String>, Query, description = "`active`, `suspended`, `inactive`: all that is here is active"),
        ("active" = Option<bool>, Query, description = "The same of `Organization` and `HealthcareService`"),
        ("organization" = Option<String>, Query, description = "A reference"),
        ("location" = Option<String>, Query, description = "A reference"),
        ("_count" = Option<u32>, Query, description = "How many: 1 to 100, 20 where it is left out; 0 for the total alone"),
        ("_summary" = Option<String>, Query, description = "`count` for the total alone"),
        ("cursor" = Option<String>, Query, description = "From the link `next`"),
    ),
    responses(
        (status = 200, description = "A `Bundle`", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "A parameter is unknown or can't be read: `fhir.unknown_parameter`, `fhir.invalid_parameter`, \
            `health.invalid_position`, `health.swapped_position`",
            body = OperationOutcome, content_type = "application/fhir+json"),
        (status = 404, description = "There is no such type here: `fhir.unknown_resource`",
            body = OperationOutcome, content_type = "application/fhir+json"),
    )
)]
#[get("/fhir/R4/{kind}")]
pub(super) async fn search_type(state: Data<State>, req: HttpRequest) -> ApiResult<HttpResponse> {
    let resource = resource(&req)?;
    let (snapshot, base) = (state.directory.snapshot(), base(&state));
    let search = Search::read(resource, req.query_string(), snapshot.areas())?;
    let (entries, next) = page(&snapshot, &base, resource, &search)?;
    let total = snapshot.count(&search.filter, search.near);
    let links = bundle::links(&format!("{base}/{}", resource.name()), &search.asked, next.as_ref());
    Ok(answer(&bundle::searchset(total, entries, &links, state.clock.now())))
}

/// One page of a search, and where the next one starts.
fn page(
    snapshot: &Snapshot,
    base: &str,
    resource: Resource,
    search: &Search,
) -> ApiResult<(Vec<Value>, Option<Cursor>)> {
    const BY_ID: &str = "fhir-by-id";
    const NEAR: &str = "fhir-near";
    let (filter, count, cursor) = (&search.filter, search.count, search.after.as_ref());
    let areas: &Areas = snapshot.areas();
    if count == 0 {
        return Ok((Vec::new(), None));
    }
    if let Some((from, radius)) = search.near {
        let after: Option<(u64, EstablishmentId)> = keyset(cursor, NEAR)?;
        let after = after.map(|(metres, id)| (f64::from_bits(metres), id));
        let mut rows = snapshot.nearest_after(from, count + 1, radius, filter, after);
        let more = rows.len() > count;
        rows.truncate(count);
        let place = |near: &Nearby<'_>| (near.distance_metres.to_bits(), near.establishment.id);
        let next = rows.last().filter(|_| more).and_then(|near| Cursor::new(NEAR, &place(near)));
        let entry = |near: &Nearby<'_>| {
            bundle::found(base, resource, (near.establishment, areas), Some(near.distance_metres))
        };
        return Ok((rows.iter().map(entry).collect(), next));
    }
    let mut rows = snapshot.by_id(filter, keyset(cursor, BY_ID)?, count + 1);
    let more = rows.len() > count;
    rows.truncate(count);
    let next = rows.last().filter(|_| more).and_then(|row| Cursor::new(BY_ID, &row.id));
    Ok((rows.into_iter().map(|row| bundle::found(base, resource, (row, areas), None)).collect(), next))
}

/// Where a list goes on.
fn keyset<K: DeserializeOwned>(cursor: Option<&Cursor>, list: &str) -> ApiResult<Option<K>> {
    cursor.map(|cursor| cursor.keyset(list)).transpose().map_err(|_| invalid("cursor"))
}

/// The type that the address names.
fn resource(req: &HttpRequest) -> ApiResult<Resource> {
    let named = req.match_info().get("kind").and_then(Resource::parse);
    named.ok_or_else(|| ApiError::new(&UNKNOWN_RESOURCE))
}

/// Refuses what an interaction that takes no parameters of its own is given.
fn only_general(req: &HttpRequest) -> ApiResult<()> {
    for (name, value) in search::parameters(req.query_string())? {
        if !search::is_general(&name, &value)? {
            return Err(ApiError::field(name, &UNKNOWN_PARAMETER));
        }
    }
    Ok(())
}

fn last_change(snapshot: &Snapshot, id: EstablishmentId) -> ApiResult<LastChange<'_>> {
    snapshot.last_change(id).ok_or_else(|| ApiError::new(&RESOURCE_NOT_FOUND))
}

fn invalid(name: &'static str) -> ApiError {
    ApiError::field(name, &INVALID_PARAMETER)
}

/// The address of the facade.
fn base(state: &State) -> String {
    format!("{}/fhir/R4", state.config.public_url)
}

/// A resource with its version, or 304 where the caller has that.
fn one(req: &HttpRequest, resource: Resource, row: &Establishment, snapshot: &Snapshot) -> HttpResponse {
    let tag = EntityTag::new_weak(row.version().to_string());
    let known = is_known(req, &tag);
    let mut answer = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer
        .insert_header(ETag(tag))
        .insert_header((LAST_MODIFIED, row.updated_at.format("%a, %d %b %Y %H:%M:%S GMT").to_string()))
        .insert_header(CacheControl(vec![CacheDirective::NoCache]));
    if known {
        answer.finish()
    } else {
        answer.content_type(JSON).body(resource.of(row, snapshot.areas()).to_string())
    }
}

fn answer(value: &Value) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(JSON)
        .insert_header(CacheControl(vec![CacheDirective::NoCache]))
        .body(value.to_string())
}
