//! Why the facade does not answer.

use hostolink_kernel::{ErrorCode, Kind};

pub(super) const UNKNOWN_RESOURCE: ErrorCode = ErrorCode::new(
    "fhir.unknown_resource",
    Kind::NotFound,
    "Ce type de ressource n'est pas servi ici. /fhir/R4/metadata donne ceux qui le sont.",
    "This type of resource is not served here. /fhir/R4/metadata lists those that are.",
);
pub(super) const UNKNOWN_PARAMETER: ErrorCode = ErrorCode::new(
    "fhir.unknown_parameter",
    Kind::Invalid,
    "Ce paramètre n'est pas pris en charge pour cette ressource. /fhir/R4/metadata donne ceux qui le sont.",
    "This parameter is not supported for this resource. /fhir/R4/metadata lists those that are.",
);
pub(super) const INVALID_PARAMETER: ErrorCode = ErrorCode::new(
    "fhir.invalid_parameter",
    Kind::Invalid,
    "Ce paramètre n'a pas la forme attendue, ou il est donné deux fois.",
    "This parameter does not have the expected form, or it is given twice.",
);
pub(super) const RESOURCE_NOT_FOUND: ErrorCode = ErrorCode::new(
    "fhir.resource_not_found",
    Kind::NotFound,
    "Cette ressource n'existe pas.",
    "There is no such resource.",
);
/// It was there. HTTP has a status of its own for it.
pub(crate) const GONE: ErrorCode = ErrorCode::new(
    "fhir.gone",
    Kind::NotFound,
    "Cette ressource a été retirée de l'annuaire.",
    "This resource was taken out of the directory.",
);
pub(super) const VERSION_NOT_KEPT: ErrorCode = ErrorCode::new(
    "fhir.version_not_kept",
    Kind::NotFound,
    "Seule la dernière version d'une ressource est conservée ; celle-ci ne l'est pas.",
    "Only the last version of a resource is kept, and this is not it.",
);

/// The codes of the facade.
pub(crate) const ERRORS: &[ErrorCode] =
    &[UNKNOWN_RESOURCE, UNKNOWN_PARAMETER, INVALID_PARAMETER, RESOURCE_NOT_FOUND, GONE, VERSION_NOT_KEPT];
