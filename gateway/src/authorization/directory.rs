//! The directory by areas and places, and for systems that speak FHIR.

use super::{Route, get, post};

/// Everybody may ask, and nothing is changed.
pub(super) const ROUTES: &[Route] = &[
    post("/api/health/establishments/within"),
    get("/api/health/areas"),
    get("/api/health/areas/{id}"),
    get("/api/health/places"),
    get("/fhir/R4/metadata"),
    get("/fhir/R4/{kind}"),
    get("/fhir/R4/{kind}/_history"),
    get("/fhir/R4/{kind}/{id}"),
    get("/fhir/R4/{kind}/{id}/_history"),
    get("/fhir/R4/{kind}/{id}/_history/{key}"),
];
