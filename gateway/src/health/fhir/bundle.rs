//! Many resources in one answer.

use super::resources::Resource;
use chrono::{DateTime, Utc};
use hostolink_health_directory::{Areas, Establishment, LastChange};
use hostolink_kernel::Cursor;
use serde_json::{Value, json};

/// The extension of an entry that tells how far a `Location` is.
const DISTANCE: &str = "http://hl7.org/fhir/StructureDefinition/location-distance";

/// One of the resources that were found, with how far it is where that was asked.
pub(super) fn found(
    base: &str,
    resource: Resource,
    (row, areas): (&Establishment, &Areas),
    distance_metres: Option<f64>,
) -> Value {
    let mut search = json!({"mode": "match"});
    if let Some(metres) = distance_metres {
        let kilometres = metres.round() / 1_000.0;
        search["extension"] = json!([{
            "url": DISTANCE,
            "valueDistance":
                {"value": kilometres, "unit": "km", "system": "http://unitsofmeasure.org", "code": "km"},
        }]);
    }
    json!({"fullUrl": full_url(base, resource, row), "resource": resource.of(row, areas), "search": search})
}

/// What was found: a page of it, how many there are, and where the next page is.
pub(super) fn searchset(total: usize, entries: Vec<Value>, links: &Value, now: DateTime<Utc>) -> Value {
    let mut bundle = bundle("searchset", entries, links, now);
    bundle["total"] = json!(total);
    bundle
}

/// What changed. Only each resource's last version is kept: the tag says it where a reader finds it.
pub(super) fn history(
    base: &str,
    resource: Resource,
    (changes, areas): (&[LastChange<'_>], &Areas),
    links: &Value,
    now: DateTime<Utc>,
) -> Value {
    let entries = changes.iter().map(|change| changed(base, resource, change, areas)).collect();
    let mut bundle = bundle("history", entries, links, now);
    bundle["meta"]["tag"] = json!([{
        "system": "https://hostolink.ci/fhir/CodeSystem/history",
        "code": "last-version-only",
        "display": "Only the last version of each resource is kept: older ones are gone, and so are the dates of deletions",
    }]);
    bundle
}

fn changed(base: &str, resource: Resource, change: &LastChange<'_>, areas: &Areas) -> Value {
    let (url, etag) = (resource.reference(change.id), format!("W/\"{}\"", change.version));
    match change.establishment {
        Some(row) => json!({
            "fullUrl": full_url(base, resource, row),
            "resource": resource.of(row, areas),
            "request": {"method": "PUT", "url": url},
            "response": {"status": "200", "etag": etag, "lastModified": row.updated_at},
        }),
        None => json!({
            "fullUrl": format!("{base}/{url}"),
            "request": {"method": "DELETE", "url": url},
            "response": {"status": "204", "etag": etag},
        }),
    }
}

fn bundle(kind: &str, entries: Vec<Value>, links: &Value, now: DateTime<Utc>) -> Value {
    let mut bundle =
        json!({"resourceType": "Bundle", "type": kind, "meta": {"lastUpdated": now}, "link": links});
    // FHIR has no empty list.
    if !entries.is_empty() {
        bundle["entry"] = Value::Array(entries);
    }
    bundle
}

fn full_url(base: &str, resource: Resource, row: &Establishment) -> String {
    format!("{base}/{}", resource.reference(row.id))
}

/// The address of this page, and of the next one where there is one.
pub(super) fn links(address: &str, asked: &[(String, String)], next: Option<&Cursor>) -> Value {
    let url = |pairs: &[(String, String)]| {
        let query = serde_urlencoded::to_string(pairs).unwrap_or_default();
        if query.is_empty() { address.to_owned() } else { format!("{address}?{query}") }
    };
    let mut links = vec![json!({"relation": "self", "url": url(asked)})];
    if let Some(next) = next {
        let mut pairs = asked.to_vec();
        pairs.push(("cursor".to_owned(), next.as_str().to_owned()));
        links.push(json!({"relation": "next", "url": url(&pairs)}));
    }
    Value::Array(links)
}
