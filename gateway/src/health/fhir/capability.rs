//! What the facade can do, as it says itself.

use super::resources::Resource;
use serde_json::{Value, json};

/// The day of the last change of what it can do.
const DATE: &str = "2026-11-30";

/// The `CapabilityStatement` of the facade at an address.
pub(super) fn statement(base: &str) -> Value {
    let resources: Vec<Value> = Resource::ALL.into_iter().map(resource).collect();
    json!({
        "resourceType": "CapabilityStatement",
        "url": format!("{base}/metadata"),
        "name": "HostolinkHealthDirectory",
        "title": "Hostolink: the health directory of Côte d'Ivoire",
        "status": "active",
        "date": DATE,
        "publisher": "Hostolink",
        "kind": "instance",
        "software": {"name": "hostolink", "version": env!("CARGO_PKG_VERSION")},
        "implementation": {
            "description": "Establishments, who runs them and what they offer. Each resource names its source (meta.source) and its \
                            licence (meta.tag): data under the ODbL may leave only under the ODbL.",
            "url": base,
        },
        "fhirVersion": "4.0.1",
        "format": ["json"],
        "rest": [{
            "mode": "server",
            "documentation": "Reading only, by anybody. Only the last version of each resource is kept; what was taken out is told in \
                              the history without a date. Parameters that are not listed here are refused.",
            "resource": resources,
        }],
    })
}

fn resource(resource: Resource) -> Value {
    let parameter = |(name, kind, documentation): &(&str, &str, &str)| json!({"name": name, "type": kind, "documentation": documentation});
    let interactions = ["read", "vread", "search-type", "history-instance", "history-type"];
    json!({
        "type": resource.name(),
        "interaction": interactions.map(|code| json!({"code": code})),
        "versioning": "versioned",
        "readHistory": false,
        "searchParam": resource.parameters().map(parameter).collect::<Vec<_>>(),
    })
}
