//! Degrees from the metres of a UTM zone north of the equator.

use hostolink_geo::Point;

/// An ellipsoid: the length of its greater half axis in metres, and its flattening.
#[derive(Debug, Clone, Copy)]
struct Ellipsoid {
    a: f64,
    f: f64,
}

const WGS84: Ellipsoid = Ellipsoid { a: 6_378_137.0, f: 1.0 / 298.257_223_563 };

/// The scale on the middle meridian, and what is added to its eastings so that none is negative.
const SCALE: f64 = 0.9996;
const FALSE_EASTING: f64 = 500_000.0;

/// The place of an easting and a northing in a zone. `None` for what no zone has.
pub(super) fn place(zone: u8, easting: f64, northing: f64) -> Option<Point> {
    let fits = (100_000.0..=900_000.0).contains(&easting) && (0.0..=9_350_000.0).contains(&northing);
    let middle = 6.0 * f64::from(zone) - 183.0;
    let (latitude, east) = inverse(WGS84, easting - FALSE_EASTING, northing);
    fits.then(|| Point::new(rounded(latitude), rounded(middle + east)).ok()).flatten()
}

/// The latitude and the degrees east of the middle meridian: Krüger's series in the third flattening to its fourth power, and Newton's
/// method from the conformal latitude to the geodetic one. Its error within a zone is less than a micrometre
/// (C. F. F. Karney, *Transverse Mercator with an accuracy of a few nanometers*, Journal of Geodesy 85, 2011, equations 11 to 36).
fn inverse(ellipsoid: Ellipsoid, east: f64, north: f64) -> (f64, f64) {
    let n = ellipsoid.f / (2.0 - ellipsoid.f);
    let (n2, n3, n4) = (n * n, n * n * n, n * n * n * n);
    let radius = ellipsoid.a / (1.0 + n) * (1.0 + n2 / 4.0 + n4 / 64.0);
    let beta = [
        n / 2.0 - 2.0 * n2 / 3.0 + 37.0 * n3 / 96.0 - n4 / 360.0,
        n2 / 48.0 + n3 / 15.0 - 437.0 * n4 / 1_440.0,
        17.0 * n3 / 480.0 - 37.0 * n4 / 840.0,
        4_397.0 * n4 / 161_280.0,
    ];
    let (xi, eta) = (north / (SCALE * radius), east / (SCALE * radius));
    let (mut xi_sphere, mut eta_sphere) = (xi, eta);
    for (order, beta) in (1_u8..).zip(beta) {
        let twice = 2.0 * f64::from(order);
        xi_sphere -= beta * (twice * xi).sin() * (twice * eta).cosh();
        eta_sphere -= beta * (twice * xi).cos() * (twice * eta).sinh();
    }
    let conformal = xi_sphere.sin() / eta_sphere.sinh().hypot(xi_sphere.cos());
    let east = eta_sphere.sinh().atan2(xi_sphere.cos());
    (geodetic(ellipsoid, conformal).atan().to_degrees(), east.to_degrees())
}

/// The tangent of the geodetic latitude from that of the conformal one.
fn geodetic(ellipsoid: Ellipsoid, conformal: f64) -> f64 {
    let e2 = ellipsoid.f * (2.0 - ellipsoid.f);
    let e = e2.sqrt();
    let mut tau = conformal;
    // Three steps are exact to the last bit; one more costs nothing.
    for _ in 0..4 {
        let secant = 1.0_f64.hypot(tau);
        let sigma = (e * (e * tau / secant).atanh()).sinh();
        let reached = tau * 1.0_f64.hypot(sigma) - sigma * secant;
        tau += (conformal - reached) / 1.0_f64.hypot(reached) * (1.0 + (1.0 - e2) * tau * tau)
            / ((1.0 - e2) * secant);
    }
    tau
}

/// To six decimals, 0.1 m.
fn rounded(degrees: f64) -> f64 {
    (degrees * 1e6).round() / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The CN Tower as the article "Universal Transverse Mercator coordinate system" of Wikipedia gives it, to a metre; Baghdad, the example of
    /// GeographicLib's documentation (`38SMB4414084706` at 33.3 N 44.4 E), cut to a metre.
    #[test]
    fn published_places_of_wgs84() {
        for (zone, easting, northing, latitude, longitude) in [
            (
                17,
                630_084.0,
                4_833_438.0,
                43.0 + 38.0 / 60.0 + 33.24 / 3_600.0,
                -(79.0 + 23.0 / 60.0 + 13.7 / 3_600.0),
            ),
            (38, 444_140.5, 3_684_706.5, 33.3, 44.4),
        ] {
            let found = place(zone, easting, northing).unwrap();
            let off = found.distance(Point::new(latitude, longitude).unwrap());
            assert!(off < 1.5, "{zone}: {off} m");
        }
    }

    /// J. P. Snyder, *Map Projections: A Working Manual* (USGS Professional Paper 1395, 1987), numerical examples of the transverse Mercator
    /// projection: on Clarke's ellipsoid of 1866, 40°30' N and 1°30' east of the middle meridian are x = 127,106.5 m, y = 4,484,124.4 m.
    #[test]
    fn the_example_of_snyder_to_a_decimetre() {
        let clarke = Ellipsoid { a: 6_378_206.4, f: 1.0 - (1.0_f64 - 0.006_768_66).sqrt() };
        let (latitude, east) = inverse(clarke, 127_106.5, 4_484_124.4);
        let off = Point::new(latitude, east).unwrap().distance(Point::new(40.5, 1.5).unwrap());
        assert!(off < 0.1, "{off} m");
    }

    #[test]
    fn the_middle_meridian_and_the_equator_stay_where_they_are() {
        let origin = place(30, 500_000.0, 0.0).unwrap();
        assert_eq!((origin.latitude(), origin.longitude()), (0.0, -3.0));
        for (easting, northing) in
            [(99_999.0, 5.0), (900_001.0, 5.0), (5e5, -1.0), (5e5, 1e8), (f64::NAN, 5.0)]
        {
            assert_eq!(place(30, easting, northing), None);
        }
    }
}
