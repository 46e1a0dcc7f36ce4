//! An establishment as FHIR's registries know it: a `Location`, the `Organization` that runs it and the `HealthcareService` that it
//! gives, under one id.

use super::vocabulary::{
    Coding, EMERGENCY, SITE, location_types, matching, matching_offers, offered, organization_types,
    service_category, service_types,
};
use hostolink_health_directory::{
    Areas, Establishment, EstablishmentType, Facet, Number, NumberKind, Service, whatsapp_link,
};
use hostolink_kernel::EstablishmentId;
use serde_json::{Value, json};

/// A type of resource that is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Resource {
    Location,
    Organization,
    HealthcareService,
}

impl Resource {
    pub(super) const ALL: [Self; 3] = [Self::Location, Self::Organization, Self::HealthcareService];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Location => "Location",
            Self::Organization => "Organization",
            Self::HealthcareService => "HealthcareService",
        }
    }

    /// The type of this name; names are case-sensitive.
    pub(super) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|resource| resource.name() == name)
    }

    /// How its types are coded.
    const fn codings(self) -> fn(EstablishmentType) -> Vec<Coding> {
        match self {
            Self::Location => location_types,
            Self::Organization => organization_types,
            Self::HealthcareService => service_types,
        }
    }

    /// The facets of which an establishment must have one so that a search token fits a type of its resource.
    pub(super) fn facets(self, token: &str) -> Vec<Facet> {
        let mut facets: Vec<Facet> = matching(token, self.codings()).into_iter().map(Facet::Kind).collect();
        if self == Self::HealthcareService {
            facets.extend(matching_offers(token));
        }
        facets
    }

    pub(super) fn reference(self, id: EstablishmentId) -> String {
        format!("{}/{id}", self.name())
    }

    /// The resource of this type that an establishment is.
    pub(super) fn of(self, row: &Establishment, areas: &Areas) -> Value {
        let mut resource = match self {
            Self::Location => location(row, areas),
            Self::Organization => organization(row, areas),
            Self::HealthcareService => healthcare_service(row),
        };
        resource["resourceType"] = json!(self.name());
        resource["id"] = json!(row.id);
        resource["meta"] = meta(row);
        resource["identifier"] = json!([{"use": "official", "system": "urn:ietf:rfc:3986", "value": format!("urn:uuid:{}", row.id)}]);
        resource["name"] = json!(row.name);
        resource["telecom"] = telecom(row);
        without_empty(resource)
    }
}

/// The version, and where the facts come from with what showing them asks.
fn meta(row: &Establishment) -> Value {
    let source = &row.source;
    json!({
        "versionId": row.version().to_string(),
        "lastUpdated": row.updated_at,
        "source": source.url,
        "tag": [
            {"system": "https://hostolink.ci/fhir/CodeSystem/source", "code": source.code, "display": source.attribution},
            {"system": "https://spdx.org/licenses", "code": source.licence, "display": source.licence_url},
        ],
    })
}

fn location(row: &Establishment, areas: &Areas) -> Value {
    json!({
        "status": "active",
        "mode": "instance",
        "type": concepts(row, &location_types(row.kind)),
        "address": address(row, areas),
        "physicalType": {"coding": [SITE.json()]},
        "position": {"longitude": row.position.point.longitude(), "latitude": row.position.point.latitude()},
        "managingOrganization": {"reference": Resource::Organization.reference(row.id)},
        "availabilityExceptions": hours(row),
    })
}

fn organization(row: &Establishment, areas: &Areas) -> Value {
    json!({
        "active": true,
        "type": concepts(row, &organization_types(row.kind)),
        "address": [address(row, areas)],
    })
}

fn healthcare_service(row: &Establishment) -> Value {
    let kinds = service_types(row.kind);
    let services = Service::ALL.iter().copied().filter(|service| row.offers(*service)).flat_map(offered);
    let emergency = Some(EMERGENCY).filter(|_| row.emergency == Some(true));
    let beside = services.chain(emergency).filter(|coding| !kinds.contains(coding));
    let mut types = concepts(row, &kinds);
    // What the source calls the place is the name of none of its services.
    types.extend(beside.map(|coding| json!({"coding": [coding.json()]})));
    json!({
        "active": true,
        "providedBy": {"reference": Resource::Organization.reference(row.id)},
        "category": service_category(row.kind).map(|category| [json!({"coding": [category.json()]})]),
        "type": types,
        "location": [{"reference": Resource::Location.reference(row.id)}],
        "availabilityExceptions": hours(row),
    })
}

/// Each code for itself: two vocabularies rarely mean quite the same. Beside them what the source calls it.
fn concepts(row: &Establishment, codings: &[Coding]) -> Vec<Value> {
    let concept = |coding: &Coding| json!({"coding": [coding.json()], "text": row.source_kind});
    codings.iter().map(concept).collect()
}

/// The city is the sub-prefecture in whose polygon it lies, which is called after its town: no source names the town itself.
fn address(row: &Establishment, areas: &Areas) -> Value {
    let text: Vec<&str> = [&row.address, &row.region].into_iter().flatten().map(String::as_str).collect();
    json!({
        "use": "work",
        "type": "physical",
        "text": if text.is_empty() { Value::Null } else { json!(text.join(", ")) },
        "line": row.address.iter().collect::<Vec<_>>(),
        "city": areas.subprefecture(row.position.point).map(|area| area.name.as_str()),
        "state": row.region,
        "country": row.country.code(),
    })
}

/// FHIR's own hours know no holidays and no nights that end tomorrow: they go as they are written.
fn hours(row: &Establishment) -> Option<String> {
    let hours = row.hours.as_ref()?;
    Some(format!("{} (opening_hours, OpenStreetMap)", hours.osm()))
}

/// The numbers of `http://hl7.org/fhir/ValueSet/contact-point-system`, in the order in which to try them.
fn telecom(row: &Establishment) -> Value {
    (1..).zip(row.alive_numbers()).map(|(rank, number)| contact_point(rank, number)).collect()
}

fn contact_point(rank: u32, number: &Number) -> Value {
    let (system, value) = match (number.kind, whatsapp_link(number.kind, &number.value)) {
        (NumberKind::WhatsApp, Some(link)) => ("url", link),
        _ => ("phone", number.value.clone()),
    };
    json!({
        "extension": [{
            "url": "https://hostolink.ci/fhir/StructureDefinition/number-status",
            "valueCode": number.status.code(),
        }],
        "system": system,
        "value": value,
        "use": "work",
        "rank": rank,
    })
}

/// FHIR has no null and no empty list: what is not known is not there.
fn without_empty(value: Value) -> Value {
    let is_something = |value: &Value| match value {
        Value::Null => false,
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
        _ => true,
    };
    match value {
        Value::Array(items) => items.into_iter().map(without_empty).filter(is_something).collect(),
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| (name, without_empty(value)))
            .filter(|(_, value)| is_something(value))
            .collect(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unknown_is_left_out() {
        let known = json!({"a": null, "b": [null, {"c": []}], "d": {"e": {}}, "f": [1, {"g": "h", "i": null}], "j": false});
        assert_eq!(without_empty(known), json!({"f": [1, {"g": "h"}], "j": false}));
    }

    #[test]
    fn names_of_resources_are_read_as_they_are_written() {
        for resource in Resource::ALL {
            assert_eq!(Resource::parse(resource.name()), Some(resource));
        }
        assert_eq!((Resource::parse("location"), Resource::parse("Patient")), (None, None));
    }
}
