//! What other programs take: a contact for a phone, a table for an office.

use super::lists::{is_known, tag};
use crate::{
    error::{ApiError, ApiResult, Problem},
    extract::{PathId, Query},
    state::State,
};
use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header::{CONTENT_DISPOSITION, ETag, LINK},
    web::Data,
};
use hostolink_health_directory::{DataSource, Establishment, SOURCE_UNKNOWN, Snapshot, tel_uri};
use hostolink_kernel::EstablishmentId;
use serde::Deserialize;
use utoipa::IntoParams;

/// Whose rows.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ExportQuery {
    /// The code of a source, as `/api/health/sources` lists them.
    #[param(value_type = String, example = "who-kwtrp-2019")]
    source: Option<String>,
}

/// An establishment as a contact (vCard 4.0, RFC 6350), to be kept on a phone.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "establishmentContact",
    params(("id" = String, Path, description = "The establishment's id", format = Uuid)),
    responses(
        (status = 200, description = "The contact", body = String, content_type = "text/vcard"),
        (status = 404, description = "There is none with this id: `health.establishment_not_found`",
            body = Problem, content_type = "application/problem+json"),
    )
)]
#[get("/api/health/establishments/{id}/vcard")]
pub(super) async fn vcard(state: Data<State>, id: PathId<EstablishmentId>) -> ApiResult<HttpResponse> {
    let snapshot = state.directory.snapshot();
    Ok(HttpResponse::Ok()
        .content_type("text/vcard; charset=utf-8")
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"contact.vcf\""))
        .body(contact(snapshot.get(id.0)?)))
}

/// All establishments of one source as CSV: each source has a licence of its own, named in the header `Link`, and none is mixed with
/// another's.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "exportEstablishments",
    params(ExportQuery, ("If-None-Match" = Option<String>, Header, description = "The `ETag` of the table that the caller has")),
    responses(
        (status = 200, description = "The table", body = String, content_type = "text/csv"),
        (status = 304, description = "The caller's table is still good"),
        (status = 404, description = "There is no such source: `health.source_unknown`",
            body = Problem, content_type = "application/problem+json"),
    )
)]
#[get("/api/health/establishments.csv")]
pub(super) async fn export(
    state: Data<State>,
    req: HttpRequest,
    query: Query<ExportQuery>,
) -> ApiResult<HttpResponse> {
    let snapshot = state.directory.snapshot();
    let code = query.0.source.unwrap_or_default();
    let source = snapshot.sources().iter().find(|source| source.code == code);
    let source = source.ok_or_else(|| ApiError::field("source", &SOURCE_UNKNOWN))?;
    let tag = tag(&snapshot, &source.code);
    if is_known(&req, &tag) {
        return Ok(HttpResponse::NotModified().insert_header(ETag(tag)).finish());
    }
    let mut answer = HttpResponse::Ok();
    answer.content_type("text/csv; charset=utf-8").insert_header(ETag(tag));
    if let Some(licence) = &source.licence_url {
        answer.insert_header((LINK, format!("<{licence}>; rel=\"license\"")));
    }
    Ok(answer.body(table(&snapshot, source)))
}

fn contact(row: &Establishment) -> String {
    let point = row.position.point;
    let accuracy = row.position.accuracy_metres.map(|metres| format!(";u={metres}")).unwrap_or_default();
    let mut lines = vec![
        "BEGIN:VCARD".to_owned(),
        "VERSION:4.0".to_owned(),
        "KIND:org".to_owned(),
        format!("UID:urn:uuid:{}", row.id),
        format!("FN:{}", escaped(&row.name)),
        format!("GEO:geo:{},{}{accuracy}", point.latitude(), point.longitude()),
    ];
    if row.address.is_some() || row.region.is_some() {
        let part = |text: &Option<String>| escaped(text.as_deref().unwrap_or_default());
        lines.push(format!("ADR:;;{};;{};;{}", part(&row.address), part(&row.region), row.country.code()));
    }
    for (order, number) in (1..).zip(row.alive_numbers()) {
        lines.push(format!("TEL;VALUE=uri;PREF={order}:{}", tel_uri(&number.value)));
    }
    let note = format!("{} ({})", row.source.attribution, row.source.licence);
    lines.push(format!("NOTE:{}", escaped(&note)));
    lines.push(format!("REV:{}", row.updated_at.format("%Y%m%dT%H%M%SZ")));
    lines.push("END:VCARD".to_owned());
    lines.iter().map(|line| folded(line)).collect()
}

/// RFC 6350 §3.4: what separates, and the end of a line, are escaped.
fn escaped(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut text, c| {
        match c {
            '\\' | ',' | ';' => text.extend(['\\', c]),
            '\n' => text.push_str("\\n"),
            c => text.push(c),
        }
        text
    })
}

/// RFC 6350 §3.2: 75 bytes a line, the next one begins with a space; never inside a character.
fn folded(line: &str) -> String {
    let (mut text, mut length) = (String::with_capacity(line.len() + 8), 0);
    for c in line.chars() {
        if length + c.len_utf8() > 75 {
            text.push_str("\r\n ");
            length = 1;
        }
        text.push(c);
        length += c.len_utf8();
    }
    text.push_str("\r\n");
    text
}

fn table(snapshot: &Snapshot, source: &DataSource) -> String {
    let mut text = row(&[
        "id",
        "name",
        "type",
        "sourceType",
        "level",
        "ownership",
        "latitude",
        "longitude",
        "region",
        "address",
        "openingHours",
        "emergency",
        "dispensing",
        "wheelchair",
        "numbers",
        "source",
        "licence",
        "attribution",
    ]);
    for found in snapshot.establishments().filter(|row| row.source.code == source.code) {
        let (known, point) = (|text: &Option<String>| text.clone().unwrap_or_default(), found.position.point);
        let fact = |fact: Option<bool>| fact.map(|fact| fact.to_string()).unwrap_or_default();
        let numbers: Vec<&str> = found.alive_numbers().map(|number| number.value.as_str()).collect();
        let cells = [
            found.id.to_string(),
            found.name.clone(),
            found.kind.code().to_owned(),
            known(&found.source_kind),
            found.level.map(|level| level.code().to_owned()).unwrap_or_default(),
            found.ownership.map(|ownership| ownership.code().to_owned()).unwrap_or_default(),
            point.latitude().to_string(),
            point.longitude().to_string(),
            known(&found.region),
            known(&found.address),
            found.hours.as_ref().map(|hours| hours.osm().to_owned()).unwrap_or_default(),
            fact(found.emergency),
            fact(found.dispensing),
            fact(found.wheelchair),
            numbers.join(";"),
            source.code.clone(),
            source.licence.clone(),
            source.attribution.clone(),
        ];
        text.push_str(&row(&cells.each_ref().map(String::as_str)));
    }
    text
}

/// A line of CSV (RFC 4180). A cell that a spreadsheet would take for a formula starts with an apostrophe.
fn row(cells: &[&str]) -> String {
    let cell = |cell: &&str| {
        let is_number = cell.chars().all(|c| c.is_ascii_digit() || "+-.;".contains(c));
        let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_number;
        let cell = if formula { format!("'{cell}") } else { (*cell).to_owned() };
        if cell.contains([',', '"', '\n', '\r']) {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            cell
        }
    };
    cells.iter().map(cell).collect::<Vec<_>>().join(",") + "\r\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_separates_is_escaped_and_long_lines_are_folded() {
        assert_eq!(escaped("Sainte-Anne; dite \\A, B\nC"), "Sainte-Anne\\; dite \\\\A\\, B\\nC");
        let text = folded(&format!("NOTE:{}", "é".repeat(60)));
        assert!(text.lines().all(|line| line.len() <= 75) && text.lines().count() == 2, "{text}");
        assert_eq!(text.replace("\r\n ", ""), format!("NOTE:{}\r\n", "é".repeat(60)));
    }

    #[test]
    fn a_table_is_no_program() {
        assert_eq!(
            row(&["=1+1", "+2252722445353;185", "-4.02", "a,\"b\"", ""]),
            "'=1+1,+2252722445353;185,-4.02,\"a,\"\"b\"\"\",\r\n"
        );
    }
}
