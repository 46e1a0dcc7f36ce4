use crate::{Error, refusals};

/// The fourteen districts of Côte d'Ivoire, by their codes of ISO 3166-2.
const DISTRICTS: [&str; 14] = [
    "CI-AB", "CI-BS", "CI-CM", "CI-DN", "CI-GD", "CI-LC", "CI-LG", "CI-MG", "CI-SM", "CI-SV", "CI-VB",
    "CI-WR", "CI-YM", "CI-ZZ",
];

/// A district of Côte d'Ivoire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Area(&'static str);

impl Area {
    /// Reads a code, `CI-AB` for Abidjan for example.
    ///
    /// # Errors
    /// `social.unknown_area`.
    pub fn parse(code: &str) -> Result<Self, Error> {
        let found = DISTRICTS.into_iter().find(|known| known.eq_ignore_ascii_case(code));
        found.map(Self).ok_or(Error::Rule(&refusals::UNKNOWN_AREA))
    }

    /// Reads several; one that is said twice counts once, and none is the whole country.
    ///
    /// # Errors
    /// `social.unknown_area`.
    pub fn parse_all(codes: &[String]) -> Result<Vec<Self>, Error> {
        if codes.len() > DISTRICTS.len() {
            return Err(Error::Rule(&refusals::UNKNOWN_AREA));
        }
        let mut areas = codes.iter().map(|code| Self::parse(code)).collect::<Result<Vec<_>, _>>()?;
        areas.sort_unstable();
        areas.dedup();
        Ok(areas)
    }

    /// The code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.0
    }
}

pub(crate) fn codes(areas: &[Area]) -> Vec<&'static str> {
    areas.iter().map(|area| area.code()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn districts_are_read_by_their_codes() {
        assert_eq!(Area::parse("ci-ab").unwrap().code(), "CI-AB");
        let codes = ["CI-ZZ", "CI-AB", "CI-ZZ"].map(str::to_owned);
        let areas: Vec<_> = Area::parse_all(&codes).unwrap().into_iter().map(Area::code).collect();
        assert_eq!(areas, ["CI-AB", "CI-ZZ"]);
        assert!(Area::parse("FR-75").is_err() && Area::parse("").is_err());
        assert!(Area::parse_all(&vec!["CI-AB".to_owned(); 15]).is_err());
    }
}
