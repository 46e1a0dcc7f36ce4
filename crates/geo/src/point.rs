use std::str::FromStr;

/// The Earth's mean radius R₁ = (2a + b) / 3 of WGS 84 (IUGG), in metres.
pub const EARTH_RADIUS_METRES: f64 = 6_371_008.771_4;

/// A place on the globe, in degrees of WGS 84.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    latitude: f64,
    longitude: f64,
}

/// Why two numbers are not a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPoint {
    /// Not two decimal numbers with a comma between.
    #[error("not a latitude and a longitude with a comma between")]
    Form,
    /// Not a number, or infinite.
    #[error("a coordinate is not a finite number")]
    NotFinite,
    /// The latitude lies outside −90° to 90°.
    #[error("the latitude lies outside -90 to 90")]
    Latitude,
    /// The longitude lies outside −180° to 180°.
    #[error("the longitude lies outside -180 to 180")]
    Longitude,
}

impl Point {
    /// Takes a latitude and a longitude in degrees.
    ///
    /// # Errors
    /// [`InvalidPoint`] when one is not finite or out of range.
    pub fn new(latitude: f64, longitude: f64) -> Result<Self, InvalidPoint> {
        if !latitude.is_finite() || !longitude.is_finite() {
            return Err(InvalidPoint::NotFinite);
        }
        if latitude.abs() > 90.0 {
            return Err(InvalidPoint::Latitude);
        }
        if longitude.abs() > 180.0 {
            return Err(InvalidPoint::Longitude);
        }
        // One spelling a place: every meridian meets at a pole, and -180° is 180°. Adding 0 turns -0 into 0.
        let longitude = if latitude.abs() >= 90.0 {
            0.0
        } else if longitude <= -180.0 {
            180.0
        } else {
            longitude + 0.0
        };
        Ok(Self { latitude: latitude + 0.0, longitude })
    }

    /// Degrees north of the equator, −90 to 90.
    #[must_use]
    pub fn latitude(self) -> f64 {
        self.latitude
    }

    /// Degrees east of Greenwich, above −180 and up to 180.
    #[must_use]
    pub fn longitude(self) -> f64 {
        self.longitude
    }

    /// The great-circle distance to `other`, in metres.
    #[must_use]
    pub fn distance(self, other: Self) -> f64 {
        angle(self.unit(), other.unit()) * EARTH_RADIUS_METRES
    }

    /// The direction in which the great circle to `other` starts, in degrees clockwise from north, 0 up to 360. It is 0
    /// to the place itself.
    #[must_use]
    pub fn bearing(self, other: Self) -> f64 {
        let (from, to) = (self.latitude.to_radians(), other.latitude.to_radians());
        let east = (other.longitude - self.longitude).to_radians();
        let y = east.sin() * to.cos();
        let x = from.cos() * to.sin() - from.sin() * to.cos() * east.cos();
        let degrees = y.atan2(x).to_degrees().rem_euclid(360.0);
        // A hair west of north rounds up to the full circle.
        if degrees < 360.0 { degrees } else { 0.0 }
    }

    /// The same place as a vector of length 1 from the Earth's centre.
    pub(crate) fn unit(self) -> [f64; 3] {
        if self.latitude.abs() >= 90.0 {
            return [0.0, 0.0, self.latitude.signum()];
        }
        let (sin_latitude, cos_latitude) = self.latitude.to_radians().sin_cos();
        let (sin_longitude, cos_longitude) = self.longitude.to_radians().sin_cos();
        [cos_latitude * cos_longitude, cos_latitude * sin_longitude, sin_latitude]
    }
}

/// The angle between two unit vectors, in radians. Written with the arc tangent, it is exact where the arc sine of
/// half the chord loses its digits: near 0 and near the antipode.
pub(crate) fn angle(a: [f64; 3], b: [f64; 3]) -> f64 {
    let cross = [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
    let sine = (cross[0] * cross[0] + cross[1] * cross[1] + cross[2] * cross[2]).sqrt();
    let cosine = a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
    sine.atan2(cosine)
}

impl FromStr for Point {
    type Err = InvalidPoint;

    /// Reads `latitude,longitude`, as in `5.3232,-4.0197`; spaces around a number are taken.
    fn from_str(text: &str) -> Result<Self, InvalidPoint> {
        // A number of more digits than this is no measurement.
        const MAX_LENGTH: usize = 64;
        let (latitude, longitude) =
            text.split_once(',').filter(|_| text.len() <= MAX_LENGTH).ok_or(InvalidPoint::Form)?;
        let number = |text: &str| text.trim().parse::<f64>().map_err(|_| InvalidPoint::Form);
        Self::new(number(latitude)?, number(longitude)?)
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "exact results are what is claimed")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn point(latitude: f64, longitude: f64) -> Point {
        Point::new(latitude, longitude).unwrap()
    }

    #[test]
    fn what_is_no_place_is_refused() {
        for (text, error) in [
            ("", InvalidPoint::Form),
            ("5.3", InvalidPoint::Form),
            ("5.3,", InvalidPoint::Form),
            ("5.3;-4.0", InvalidPoint::Form),
            ("5,3,-4,0", InvalidPoint::Form),
            ("0x10,0", InvalidPoint::Form),
            ("NaN,0", InvalidPoint::NotFinite),
            ("0,nan", InvalidPoint::NotFinite),
            ("inf,0", InvalidPoint::NotFinite),
            ("0,-infinity", InvalidPoint::NotFinite),
            ("1e400,0", InvalidPoint::NotFinite),
            ("90.000001,0", InvalidPoint::Latitude),
            ("-91,0", InvalidPoint::Latitude),
            ("0,180.1", InvalidPoint::Longitude),
            ("0,-181", InvalidPoint::Longitude),
            ("588000,382000", InvalidPoint::Latitude),
        ] {
            assert_eq!(text.parse::<Point>(), Err(error), "{text:?}");
        }
        assert_eq!("0.".repeat(40).parse::<Point>(), Err(InvalidPoint::Form));
        assert_eq!(" 5.3232 , -4.0197 ".parse::<Point>(), Ok(point(5.3232, -4.0197)));
    }

    #[test]
    fn one_place_has_one_spelling() {
        assert_eq!(point(90.0, 12.0), point(90.0, -170.0));
        assert_eq!(point(3.0, -180.0), point(3.0, 180.0));
        assert!(point(-0.0, -0.0).longitude().is_sign_positive());
        assert_eq!(point(-90.0, 12.0).distance(point(-90.0, 70.0)), 0.0);
        assert_eq!(point(3.0, -180.0).distance(point(3.0, 180.0)), 0.0);
    }

    #[test]
    fn known_distances_and_bearings() {
        let quarter = std::f64::consts::FRAC_PI_2 * EARTH_RADIUS_METRES;
        assert!((point(0.0, 0.0).distance(point(90.0, 0.0)) - quarter).abs() < 1e-6);
        assert!((point(0.0, 179.5).distance(point(0.0, -179.5)) - quarter / 90.0).abs() < 1e-6);
        assert!((point(12.0, 34.0).distance(point(-12.0, -146.0)) - 2.0 * quarter).abs() < 1e-6);
        // Arcs whose length on the WGS 84 ellipsoid is known: a degree of latitude at the equator and at a pole, a
        // degree of the equator, a quarter of a meridian.
        for (a, b, ellipsoid) in [
            ((-0.5, 0.0), (0.5, 0.0), 110_574.3),
            ((89.0, 0.0), (90.0, 0.0), 111_693.9),
            ((0.0, 0.0), (0.0, 1.0), 111_319.5),
            ((0.0, 0.0), (90.0, 0.0), 10_001_965.7),
        ] {
            let sphere = point(a.0, a.1).distance(point(b.0, b.1));
            assert!((sphere - ellipsoid).abs() < 0.006 * ellipsoid, "{sphere} {ellipsoid}");
        }

        for (to, degrees) in
            [((1.0, 0.0), 0.0), ((0.0, 1.0), 90.0), ((-1.0, 0.0), 180.0), ((0.0, -1.0), 270.0)]
        {
            assert!((point(0.0, 0.0).bearing(point(to.0, to.1)) - degrees).abs() < 1e-9, "{degrees}");
        }
        assert!((point(0.0, 179.0).bearing(point(0.0, -179.0)) - 90.0).abs() < 1e-9);
        assert_eq!(point(5.0, -4.0).bearing(point(5.0, -4.0)), 0.0);
    }

    /// The textbook formula, written apart from the code above.
    fn haversine(a: Point, b: Point) -> f64 {
        let (p, q) = (a.latitude().to_radians(), b.latitude().to_radians());
        let h = ((q - p) / 2.0).sin().powi(2)
            + p.cos() * q.cos() * ((b.longitude() - a.longitude()).to_radians() / 2.0).sin().powi(2);
        2.0 * EARTH_RADIUS_METRES * h.min(1.0).sqrt().asin()
    }

    proptest! {
        #[test]
        fn the_distance_is_the_haversine(
            a in (-90.0..=90.0_f64, -180.0..=180.0_f64), b in (-90.0..=90.0_f64, -180.0..=180.0_f64),
        ) {
            let (a, b) = (point(a.0, a.1), point(b.0, b.1));
            let far = haversine(a, b);
            // The haversine itself loses its digits near the antipode, 20,015 km away.
            let tolerance = if far > 20_000_000.0 { 1.0 } else { 1e-3 };
            prop_assert!((a.distance(b) - far).abs() < tolerance, "{} {}", a.distance(b), far);
            prop_assert_eq!(a.distance(b).to_bits(), b.distance(a).to_bits());
            prop_assert_eq!(a.distance(a), 0.0);
            prop_assert!((0.0..360.0).contains(&a.bearing(b)));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,30}") {
            if let Ok(read) = text.parse::<Point>() {
                prop_assert!(read.latitude().abs() <= 90.0 && read.longitude().abs() <= 180.0);
            }
        }
    }
}
