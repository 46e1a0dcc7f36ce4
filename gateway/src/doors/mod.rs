//! The contracts of others. Their addresses, bodies and answers are kept; who somebody is and what they may do is decided
//! where it is for everybody else.

pub(crate) mod ego;
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
}

impl Contract {
    /// Whose a path is. Spelt otherwise (`//`, `%61`, upper case) it is nobody's: such a path reaches no handler.
    #[must_use]
    pub fn of(path: &str) -> Self {
        match path.strip_prefix("/api/v1") {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => Self::Ego,
            _ => Self::Hostolink,
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
        for path in ["/", "/api", "/api/v10", "/api/v1x/users", "//api/v1/users", "/API/v1/users", "/api/me"]
        {
            assert_eq!(Contract::of(path), Contract::Hostolink, "{path}");
        }
    }
}
