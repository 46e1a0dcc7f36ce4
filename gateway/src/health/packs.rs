//! The directory on the phone: everything once, then only what changed.

use super::lists::{is_known, tag};
use crate::{
    error::{ApiResult, Problem},
    extract::Query,
    state::State,
};
use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CacheControl, CacheDirective, ETag, VARY},
    web::Data,
};
use hostolink_health_directory::{Changes, INVALID_SINCE, PackPart, Snapshot, UNKNOWN_VALUE};
use serde::Deserialize;
use utoipa::IntoParams;

/// Which part.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PartQuery {
    /// `base`, or `odbl`: what comes from OpenStreetMap, under its own licence and in a file of its own. `base` where it is left out.
    part: Option<String>,
}

/// What the phone has.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SinceQuery {
    /// The `revision` in the header of the pack that it has.
    #[param(value_type = i64, minimum = 0)]
    since: Option<String>,
}

impl PartQuery {
    fn part(&self) -> ApiResult<PackPart> {
        let part = super::query::value("part", self.part.as_deref(), PackPart::parse, &UNKNOWN_VALUE)?;
        Ok(part.unwrap_or(PackPart::Base))
    }
}

/// The whole directory, for a phone without a network.
///
/// Lines of JSON. The first is a header with the lists that numbers point into; each other line is an array that starts with the key of
/// its thing: `s/` a source, `h/` a holiday, `n/` an emergency number, `g/` a published list of pharmacies on duty (from, until, source,
/// pharmacies: area, name, numbers, establishment, address), `e/` an establishment (name, type, latitude, longitude, source,
/// level, ownership, facts, numbers, hours, region, address, accuracy, services). Nothing here is mixed with what another licence covers: ask for
/// both parts.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "healthPack",
    params(PartQuery, ("If-None-Match" = Option<String>, Header, description = "The `ETag` of the pack that the caller has")),
    responses(
        (status = 200, description = "The pack", body = String, content_type = "application/x-ndjson"),
        (status = 304, description = "The caller's pack is still good"),
        (status = 400, description = "There is no such part: `health.unknown_value`", body = Problem, content_type = "application/problem+json"),
    )
)]
#[get("/api/health/pack")]
pub(super) async fn pack(
    state: Data<State>,
    req: HttpRequest,
    query: Query<PartQuery>,
) -> ApiResult<HttpResponse> {
    let (snapshot, part) = (state.directory.snapshot(), query.0.part()?);
    Ok(whole(&req, &snapshot, part))
}

/// What changed in a pack since the caller's: lines to put in place of those with the same key, and keys alone of what is gone.
///
/// The first line is the header of the new pack, the second `["since",…]`. Put in, the caller's lines are the new pack byte for byte. To
/// who is too far behind (half a year, unless the house says otherwise), or has the pack of another directory, the answer is the whole pack: it has no second line with `since`.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "healthSync",
    params(PartQuery, SinceQuery),
    responses(
        (status = 200, description = "What changed, or the whole pack", body = String, content_type = "application/x-ndjson"),
        (status = 400, description = "A parameter has not the expected form: `health.invalid_since`, `health.unknown_value`",
            body = Problem, content_type = "application/problem+json"),
    )
)]
#[get("/api/health/sync")]
pub(super) async fn sync(
    state: Data<State>,
    req: HttpRequest,
    query: Query<PartQuery>,
    since: Query<SinceQuery>,
) -> ApiResult<HttpResponse> {
    let (snapshot, part) = (state.directory.snapshot(), query.0.part()?);
    let read = |text: &str| text.parse().ok().filter(|since: &i64| *since >= 0);
    let since = super::query::value("since", since.0.since.as_deref(), read, &INVALID_SINCE)?;
    Ok(match snapshot.changes(part, since.unwrap_or_default()) {
        Changes::Everything => whole(&req, &snapshot, part),
        Changes::Delta(lines) => HttpResponse::Ok()
            .content_type(LINES)
            .insert_header(CacheControl(vec![CacheDirective::NoCache]))
            .body(lines),
    })
}

const LINES: &str = "application/x-ndjson";

/// The pack as it was compressed when the directory changed; plain for who takes no gzip.
fn whole(req: &HttpRequest, snapshot: &Snapshot, part: PackPart) -> HttpResponse {
    let tag = tag(snapshot, part.code());
    let known = is_known(req, &tag);
    let mut answer = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer
        .insert_header(ETag(tag))
        .insert_header(CacheControl(vec![CacheDirective::Public, CacheDirective::MaxAge(300)]))
        .insert_header((VARY, "Accept-Encoding"));
    if known {
        return answer.finish();
    }
    answer.content_type(LINES);
    if takes_gzip(req) {
        answer.insert_header((CONTENT_ENCODING, "gzip")).body(snapshot.pack_gzip(part).to_vec())
    } else {
        answer.body(snapshot.pack(part))
    }
}

fn takes_gzip(req: &HttpRequest) -> bool {
    let accepted = req.headers().get_all(ACCEPT_ENCODING).filter_map(|value| value.to_str().ok());
    accepted.flat_map(|value| value.split(',')).any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip") || name == "*");
        named && !parts.any(|weight| matches!(weight, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}
