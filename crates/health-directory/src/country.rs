use hostolink_geo::Point;

/// A country of Africa, by ISO 3166-1.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Country {
    alpha2: &'static str,
    alpha3: &'static str,
}

impl std::fmt::Debug for Country {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.alpha2)
    }
}

/// Both codes of the countries of Africa (ISO 3166-1).
const AFRICA: [(&str, &str); 54] = [
    ("AO", "AGO"),
    ("BF", "BFA"),
    ("BI", "BDI"),
    ("BJ", "BEN"),
    ("BW", "BWA"),
    ("CD", "COD"),
    ("CF", "CAF"),
    ("CG", "COG"),
    ("CI", "CIV"),
    ("CM", "CMR"),
    ("CV", "CPV"),
    ("DJ", "DJI"),
    ("DZ", "DZA"),
    ("EG", "EGY"),
    ("ER", "ERI"),
    ("ET", "ETH"),
    ("GA", "GAB"),
    ("GH", "GHA"),
    ("GM", "GMB"),
    ("GN", "GIN"),
    ("GQ", "GNQ"),
    ("GW", "GNB"),
    ("KE", "KEN"),
    ("KM", "COM"),
    ("LR", "LBR"),
    ("LS", "LSO"),
    ("LY", "LBY"),
    ("MA", "MAR"),
    ("MG", "MDG"),
    ("ML", "MLI"),
    ("MR", "MRT"),
    ("MU", "MUS"),
    ("MW", "MWI"),
    ("MZ", "MOZ"),
    ("NA", "NAM"),
    ("NE", "NER"),
    ("NG", "NGA"),
    ("RW", "RWA"),
    ("SC", "SYC"),
    ("SD", "SDN"),
    ("SL", "SLE"),
    ("SN", "SEN"),
    ("SO", "SOM"),
    ("SS", "SSD"),
    ("ST", "STP"),
    ("SZ", "SWZ"),
    ("TD", "TCD"),
    ("TG", "TGO"),
    ("TN", "TUN"),
    ("TZ", "TZA"),
    ("UG", "UGA"),
    ("ZA", "ZAF"),
    ("ZM", "ZMB"),
    ("ZW", "ZWE"),
];

impl Country {
    /// Côte d'Ivoire.
    pub const COTE_D_IVOIRE: Self = Self { alpha2: "CI", alpha3: "CIV" };

    /// Reads a code of two or three capital letters; countries outside Africa are not known.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        AFRICA
            .iter()
            .find(|(alpha2, alpha3)| code == *alpha2 || code == *alpha3)
            .map(|&(alpha2, alpha3)| Self { alpha2, alpha3 })
    }

    /// The code of two letters.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.alpha2
    }

    /// Whether a place may lie in this country. For Côte d'Ivoire: the bounding box of its regions (CNTIG/OCHA 2018;
    /// 4.361 to 10.746 north, −8.584 to −2.492 east) and 20 km around it. Of other countries nothing is known.
    pub(crate) fn may_contain(self, point: Point) -> Option<bool> {
        (self == Self::COTE_D_IVOIRE).then(|| {
            (4.18..=10.926).contains(&point.latitude()) && (-8.767..=-2.309).contains(&point.longitude())
        })
    }

    /// Whether a place may lie in this country, as far as its borders are known.
    #[must_use]
    pub fn may_hold(self, point: Point) -> bool {
        self.may_contain(point).unwrap_or(true)
    }

    /// Whether latitude and longitude seem to have changed places: so read the place can't be in this country, the other
    /// way round it can.
    #[must_use]
    pub fn seems_swapped(self, point: Point) -> bool {
        self.may_contain(point) == Some(false)
            && Point::new(point.longitude(), point.latitude())
                .is_ok_and(|swapped| self.may_contain(swapped) == Some(true))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_codes_are_one_country() {
        assert_eq!(Country::parse("CIV"), Some(Country::COTE_D_IVOIRE));
        assert_eq!(Country::parse("CI"), Some(Country::COTE_D_IVOIRE));
        assert_eq!(Country::parse("ci"), None);
        assert_eq!(Country::parse("FR"), None);
    }

    #[test]
    fn the_box_holds_the_corners_of_the_country_and_20_km_more() {
        let may = |latitude, longitude| {
            Country::COTE_D_IVOIRE.may_contain(Point::new(latitude, longitude).unwrap()).unwrap()
        };
        assert!(
            may(5.3, -4.0) && may(4.361, -7.5) && may(10.745, -6.2) && may(6.0, -8.584) && may(8.0, -2.493)
        );
        assert!(!may(5.6, -0.2) && !may(12.37, -1.52) && !may(-4.0, 5.3), "Accra, Ouagadougou, swapped");
        let swapped = |a, b| Country::COTE_D_IVOIRE.seems_swapped(Point::new(a, b).unwrap());
        assert!(
            swapped(-4.02, 5.32) && !swapped(5.32, -4.02) && !swapped(48.8, 2.3) && !swapped(-4.02, 95.0)
        );
        let twenty = Point::new(4.361, -5.0).unwrap().distance(Point::new(4.181, -5.0).unwrap());
        assert!((19_900.0..20_100.0).contains(&twenty), "{twenty}");
    }
}
