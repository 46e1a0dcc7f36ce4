//! Hostolink's types in the vocabularies that FHIR names for each element.

use hostolink_health_directory::{EstablishmentType, Facet, Service};
use serde_json::{Value, json};

/// The vocabulary of `Location.type`, which is bound to `http://terminology.hl7.org/ValueSet/v3-ServiceDeliveryLocationRoleType`.
const ROLE: &str = "http://terminology.hl7.org/CodeSystem/v3-RoleCode";
/// Of `HealthcareService.type`: `http://hl7.org/fhir/ValueSet/service-type`.
const SERVICE: &str = "http://terminology.hl7.org/CodeSystem/service-type";
/// Of `HealthcareService.category`: `http://hl7.org/fhir/ValueSet/service-category`.
const CATEGORY: &str = "http://terminology.hl7.org/CodeSystem/service-category";
/// Of `Organization.type`: `http://hl7.org/fhir/ValueSet/organization-type`.
const ORGANIZATION: &str = "http://terminology.hl7.org/CodeSystem/organization-type";
/// Of `Location.physicalType`: `http://hl7.org/fhir/ValueSet/location-physical-type`.
const PHYSICAL: &str = "http://terminology.hl7.org/CodeSystem/location-physical-type";
/// Our own types, which say more than any of these.
const OWN: &str = "https://hostolink.ci/fhir/CodeSystem/establishment-type";
/// Our own services.
const OWN_SERVICE: &str = "https://hostolink.ci/fhir/CodeSystem/service";

/// A code of one of them, with its display.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Coding {
    pub(super) system: &'static str,
    pub(super) code: &'static str,
    display: &'static str,
}

impl Coding {
    pub(super) fn json(&self) -> Value {
        json!({"system": self.system, "code": self.code, "display": self.display})
    }
}

/// What a place is.
pub(super) fn location_types(kind: EstablishmentType) -> Vec<Coding> {
    let role = |code, display| Coding { system: ROLE, code, display };
    let role = match kind {
        EstablishmentType::Hospital => Some(role("HOSP", "Hospital")),
        EstablishmentType::HealthCenter => Some(role("PC", "Primary care clinic")),
        EstablishmentType::HealthPost => Some(role("COMM", "Community Location")),
        EstablishmentType::Clinic => Some(role("OF", "Outpatient facility")),
        EstablishmentType::Doctor | EstablishmentType::Dentist | EstablishmentType::Physiotherapist => {
            Some(role("PROFF", "Provider's Office"))
        }
        EstablishmentType::Pharmacy => Some(role("PHARM", "Pharmacy")),
        EstablishmentType::Laboratory => Some(role("MBL", "medical laboratory")),
        EstablishmentType::Maternity => Some(role("OB", "Obstetrics clinic")),
        // The value set has no place where blood is given or kept.
        EstablishmentType::BloodBank | EstablishmentType::Other => None,
    };
    role.into_iter().chain([own(kind)]).collect()
}

/// What an organisation is.
pub(super) fn organization_types(kind: EstablishmentType) -> Vec<Coding> {
    vec![Coding { system: ORGANIZATION, code: "prov", display: "Healthcare Provider" }, own(kind)]
}

/// What a service is.
pub(super) fn service_types(kind: EstablishmentType) -> Vec<Coding> {
    let service = |code, display| Coding { system: SERVICE, code, display };
    let service = match kind {
        EstablishmentType::HealthCenter | EstablishmentType::Clinic | EstablishmentType::Doctor => {
            Some(service("124", "General Practice"))
        }
        EstablishmentType::Dentist => Some(service("88", "General Dental")),
        EstablishmentType::Pharmacy => Some(service("64", "Pharmacy")),
        EstablishmentType::Laboratory => Some(service("159", "Pathology - General")),
        EstablishmentType::Maternity => Some(service("186", "Obstetrics & Gynaecology")),
        EstablishmentType::Physiotherapist => Some(service("65", "Physiotherapy")),
        EstablishmentType::Hospital
        | EstablishmentType::HealthPost
        | EstablishmentType::BloodBank
        | EstablishmentType::Other => None,
    };
    service.into_iter().chain([own(kind)]).collect()
}

/// The group of services that a service is of, where there is one.
pub(super) fn service_category(kind: EstablishmentType) -> Option<Coding> {
    let (code, display) = match kind {
        EstablishmentType::Hospital => ("35", "Hospital"),
        EstablishmentType::HealthCenter | EstablishmentType::HealthPost => ("7", "Community Health Care"),
        EstablishmentType::Clinic | EstablishmentType::Doctor => ("17", "General Practice"),
        EstablishmentType::Dentist => ("10", "Dental"),
        EstablishmentType::Pharmacy | EstablishmentType::Physiotherapist => ("34", "Allied Health"),
        EstablishmentType::Laboratory => ("26", "Specialist Clinical Pathology"),
        EstablishmentType::Maternity => ("28", "Specialist Obstetrics & Gynecology"),
        EstablishmentType::BloodBank | EstablishmentType::Other => return None,
    };
    Some(Coding { system: CATEGORY, code, display })
}

/// What takes emergencies does this too.
pub(super) const EMERGENCY: Coding = Coding { system: SERVICE, code: "117", display: "Emergency Medical" };

/// An establishment is a site: whether it is one building or several, no source says.
pub(super) const SITE: Coding = Coding { system: PHYSICAL, code: "si", display: "Site" };

fn own(kind: EstablishmentType) -> Coding {
    let display = match kind {
        EstablishmentType::Hospital => "Hôpital",
        EstablishmentType::HealthCenter => "Centre de santé",
        EstablishmentType::HealthPost => "Poste de santé",
        EstablishmentType::Clinic => "Clinique",
        EstablishmentType::Doctor => "Médecin",
        EstablishmentType::Dentist => "Dentiste",
        EstablishmentType::Pharmacy => "Pharmacie",
        EstablishmentType::Laboratory => "Laboratoire",
        EstablishmentType::Maternity => "Maternité",
        EstablishmentType::BloodBank => "Banque de sang",
        EstablishmentType::Physiotherapist => "Kinésithérapeute",
        EstablishmentType::Other => "Établissement de santé",
    };
    Coding { system: OWN, code: kind.code(), display }
}

/// A service that is offered: ours, and the one of FHIR where it means the same.
pub(super) fn offered(service: Service) -> Vec<Coding> {
    let coding = |code, display| Some(Coding { system: SERVICE, code, display });
    let (same, display) = match service {
        Service::Dispensary => (None, "Dispensaire"),
        Service::Maternity => (coding("186", "Obstetrics & Gynaecology"), "Maternité"),
        Service::Laboratory => (coding("159", "Pathology - General"), "Laboratoire"),
        // FHIR parts X-rays from ultrasound: which of them there is, nobody says.
        Service::Imaging => (None, "Imagerie médicale"),
        Service::Surgery => (coding("221", "Surgery - General"), "Chirurgie"),
        Service::Pharmacy => (coding("64", "Pharmacy"), "Pharmacie"),
        Service::Vaccination => (coding("57", "Immunization"), "Vaccination"),
        Service::Dentistry => (coding("88", "General Dental"), "Soins dentaires"),
        Service::Paediatrics => (coding("200", "Paediatric Medicine"), "Pédiatrie"),
        Service::Dialysis => (None, "Dialyse"),
        Service::Ambulance => (coding("226", "Ambulance"), "Ambulance"),
        Service::BloodBank => (None, "Banque de sang"),
    };
    same.into_iter().chain([Coding { system: OWN_SERVICE, code: service.code(), display }]).collect()
}

/// Whether a coding fits a search token: `code`, `system|code`, `system|` or `|code`, which no coding here fits, since each has a system.
fn fits(token: &str, coding: &Coding) -> bool {
    match token.split_once('|') {
        None => coding.code == token,
        Some((system, "")) => coding.system == system,
        Some((system, code)) => coding.system == system && coding.code == code,
    }
}

/// The types of which one of the codings fits a search token.
pub(super) fn matching(token: &str, codings: fn(EstablishmentType) -> Vec<Coding>) -> Vec<EstablishmentType> {
    let carries = |kind: &EstablishmentType| codings(*kind).iter().any(|coding| fits(token, coding));
    EstablishmentType::ALL.iter().copied().filter(carries).collect()
}

/// What an establishment offers beside what it is, of which one of the codings fits a search token.
pub(super) fn matching_offers(token: &str) -> Vec<Facet> {
    let carries = |service: &Service| offered(*service).iter().any(|coding| fits(token, coding));
    let services = Service::ALL.iter().copied().filter(carries).map(Facet::Service);
    services.chain(fits(token, &EMERGENCY).then_some(Facet::Emergency(true))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_finds_the_types_that_carry_its_code() {
        let found = |token: &str| matching(token, location_types);
        assert_eq!(found("PHARM"), [EstablishmentType::Pharmacy]);
        assert_eq!(found("pharmacy"), [EstablishmentType::Pharmacy], "our own code");
        assert_eq!(found(&format!("{ROLE}|PROFF")).len(), 3);
        assert_eq!(found(&format!("{OWN}|")).len(), EstablishmentType::ALL.len());
        for nothing in ["", "pharm", "|PHARM", "http://snomed.info/sct|PHARM", "124"] {
            assert_eq!(found(nothing), [], "{nothing:?}");
        }
        assert_eq!(matching("124", service_types).len(), 3);
        assert_eq!(matching_offers("226"), [Facet::Service(Service::Ambulance)]);
        assert_eq!(matching_offers(&format!("{OWN_SERVICE}|dialysis")), [Facet::Service(Service::Dialysis)]);
        assert_eq!(matching_offers(&format!("{OWN_SERVICE}|")).len(), Service::ALL.len());
        assert_eq!(matching_offers("117"), [Facet::Emergency(true)]);
        assert_eq!(matching_offers(&format!("{OWN}|pharmacy")), [], "what it is, and not what it offers");
        assert_eq!(matching("prov", organization_types).len(), EstablishmentType::ALL.len());
    }
}
