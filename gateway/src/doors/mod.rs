//! The contracts of others. Their addresses, bodies and answers are kept; who somebody is and what they may do is decided
//! where it is for everybody else.

pub(crate) mod ego;
pub(crate) mod nest;
pub(crate) mod trailing_slash;

/// Whose contract an address belongs to. What is refused there is refused in that contract's shape, whoever refuses:
/// the handler, an extractor, the middleware.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Contract {
    /// Hostolink's own: RFC 9457 problems.
    #[default]
    Hostolink,
    /// EGO Transfert's: everything under `/api/v1`.
    Ego,
    /// The microservice suite's: everything under `/Gateway`.
    Nest,
    /// FHIR R4's: everything under `/fhir/R4`.
    Fhir,
}

impl Contract {
    /// Whose a path is. Spelt otherwise (`//`, `%61`, upper case) it is nobody's: such a path reaches no handler.
    #[must_use]
    pub fn of(path: &str) -> Self {
        let under =
            |prefix| path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        if under("/api/v1") {
            Self::Ego
        } else if under("/Gateway") {
            Self::Nest
        } else if under("/fhir/R4") {
            Self::Fhir
        } else {
            Self::Hostolink
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_belongs_to_one_contract() {
        for path in ["/api/v1", "/api/v1/", "/api/v1/users/login", "/api/v1//", "/api/v1/%00"] {
            assert_eq!(Contract::of(path), Contract::Ego, "{path}");
        }
        for path in ["/Gateway", "/Gateway/", "/Gateway/login", "/Gateway//login"] {
            assert_eq!(Contract::of(path), Contract::Nest, "{path}");
        }
        for path in ["/fhir/R4", "/fhir/R4/", "/fhir/R4/Location", "/fhir/R4//Location"] {
            assert_eq!(Contract::of(path), Contract::Fhir, "{path}");
        }
        for path in [
            "/fhir/r4/Location",
            "/fhir/R4B/Location",
            "/fhir",
            "/gateway/login",
            "/Gatewayx",
            "/",
            "/api",
            "/api/v10",
            "/api/v1x/users",
            "//api/v1/users",
            "/API/v1/users",
            "/api/me",
        ] {
            assert_eq!(Contract::of(path), Contract::Hostolink, "{path}");
        }
    }
}
