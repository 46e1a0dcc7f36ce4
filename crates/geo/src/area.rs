use crate::{InvalidPoint, Point};
use std::str::FromStr;

/// What lies between two parallels and two meridians, its edges included. Where the west is greater than the east, it reaches over
/// the antimeridian.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Area {
    south: f64,
    north: f64,
    west: f64,
    east: f64,
}

impl Area {
    /// Takes the south-western and the north-eastern corner, in degrees.
    ///
    /// # Errors
    /// [`InvalidPoint`] when a corner is no place, [`InvalidPoint::Latitude`] when the south is north of the north.
    pub fn new(west: f64, south: f64, east: f64, north: f64) -> Result<Self, InvalidPoint> {
        // The corners as they were written: at a pole and at 180° a point forgets its longitude, an edge must not.
        Point::new(south, west)?;
        Point::new(north, east)?;
        if south > north {
            return Err(InvalidPoint::Latitude);
        }
        Ok(Self { south, north, west, east })
    }

    /// Whether a point lies in it.
    #[must_use]
    pub fn contains(&self, point: Point) -> bool {
        let (latitude, longitude) = (point.latitude(), point.longitude());
        // A pole is on every meridian; 180° is -180° too.
        let between = |longitude: f64| {
            if self.west <= self.east {
                self.west <= longitude && longitude <= self.east
            } else {
                longitude >= self.west || longitude <= self.east
            }
        };
        (self.south..=self.north).contains(&latitude)
            && (latitude.abs() >= 90.0 || between(longitude) || (longitude >= 180.0 && between(-180.0)))
    }
}

impl FromStr for Area {
    type Err = InvalidPoint;

    /// Reads `west,south,east,north` in degrees, the order of GeoJSON (RFC 7946).
    fn from_str(text: &str) -> Result<Self, InvalidPoint> {
        const MAX_LENGTH: usize = 128;
        if text.len() > MAX_LENGTH {
            return Err(InvalidPoint::Form);
        }
        let numbers = text.split(',').map(|number| number.trim().parse::<f64>());
        let numbers = numbers.collect::<Result<Vec<_>, _>>().map_err(|_| InvalidPoint::Form)?;
        match numbers.as_slice() {
            &[west, south, east, north] => Self::new(west, south, east, north),
            _ => Err(InvalidPoint::Form),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(area: &str, latitude: f64, longitude: f64) -> bool {
        area.parse::<Area>().unwrap().contains(Point::new(latitude, longitude).unwrap())
    }

    #[test]
    fn edges_are_inside_and_the_antimeridian_is_crossed() {
        let abidjan = "-4.2,5.2,-3.8,5.5";
        assert!(holds(abidjan, 5.3, -4.0) && holds(abidjan, 5.2, -4.2) && holds(abidjan, 5.5, -3.8));
        assert!(!holds(abidjan, 5.51, -4.0) && !holds(abidjan, 5.3, -3.79) && !holds(abidjan, 5.3, -4.21));
        let fiji = "177,-20,-178,-15";
        assert!(holds(fiji, -17.0, 178.0) && holds(fiji, -17.0, 180.0) && holds(fiji, -17.0, -179.0));
        assert!(!holds(fiji, -17.0, 0.0) && !holds(fiji, -17.0, -177.0));
        assert!(holds("-180,-90,180,90", 90.0, 12.0) && holds("-180,0,-170,10", 5.0, 180.0));
        assert!(holds("10,80,20,90", 90.0, 170.0), "a pole is on every meridian");
    }

    #[test]
    fn what_is_no_area_is_refused() {
        for (text, error) in [
            ("", InvalidPoint::Form),
            ("1,2,3", InvalidPoint::Form),
            ("1,2,3,4,5", InvalidPoint::Form),
            ("a,2,3,4", InvalidPoint::Form),
            ("NaN,2,3,4", InvalidPoint::NotFinite),
            ("-4,6,-3,5", InvalidPoint::Latitude),
            ("-4,5,-3,91", InvalidPoint::Latitude),
            ("-181,5,-3,6", InvalidPoint::Longitude),
        ] {
            assert_eq!(text.parse::<Area>(), Err(error), "{text:?}");
        }
    }
}
