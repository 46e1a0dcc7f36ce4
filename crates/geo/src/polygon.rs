use crate::{
    InvalidPoint, Point,
    ring::{Position, Ring, Side},
};

/// What lies inside of one or more rings, their edges included; a ring inside of a ring is a hole. Rings go over the antimeridian
/// where that is the shorter way, and one that goes round the globe holds the pole on its left.
#[derive(Debug, Clone, PartialEq)]
pub struct Polygon {
    rings: Vec<Ring>,
}

/// Why positions are no polygon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPolygon {
    /// One is no place.
    #[error(transparent)]
    Point(#[from] InvalidPoint),
    /// A ring has fewer than three different positions, or there is none.
    #[error("a ring has fewer than three different positions")]
    TooFewPoints,
    /// There are more positions than anybody draws.
    #[error("there are more than {} positions", Polygon::MAX_POINTS)]
    TooManyPoints,
    /// A ring crosses or touches itself.
    #[error("a ring crosses or touches itself")]
    SelfCrossing,
    /// A ring goes round the globe more than once.
    #[error("a ring goes round the globe more than once")]
    TooWide,
}

impl Polygon {
    /// The most positions that are taken.
    pub const MAX_POINTS: usize = 5_000;

    /// Takes rings of positions, each of a longitude and a latitude in degrees (RFC 7946). The first of a ring may come again at its
    /// end, and rings may go either way round.
    ///
    /// # Errors
    /// [`InvalidPolygon`].
    pub fn new(rings: &[Vec<Position>]) -> Result<Self, InvalidPolygon> {
        if rings.iter().map(Vec::len).sum::<usize>() > Self::MAX_POINTS {
            return Err(InvalidPolygon::TooManyPoints);
        }
        let rings = rings.iter().map(|ring| Ring::new(ring)).collect::<Result<Vec<_>, _>>()?;
        if rings.is_empty() { Err(InvalidPolygon::TooFewPoints) } else { Ok(Self { rings }) }
    }

    /// Whether a point lies in it.
    #[must_use]
    pub fn contains(&self, point: Point) -> bool {
        let mut inside = false;
        for ring in &self.rings {
            match ring.side(point) {
                Side::Edge => return true,
                Side::Inside => inside = !inside,
                Side::Outside => {}
            }
        }
        inside
    }

    /// The rings as a `MultiPolygon` of GeoJSON has them: each outer one with its holes, closed, between -180° and 180°.
    #[must_use]
    pub fn parts(&self) -> Vec<Vec<Vec<Position>>> {
        let around: Vec<Vec<usize>> = (0..self.rings.len()).map(|ring| self.rings_around(ring)).collect();
        let is_outer = |ring: &usize| around[*ring].len().is_multiple_of(2);
        // A hole is of the innermost ring around it.
        let is_of = |hole: usize, outer: usize| {
            around[hole].iter().max_by_key(|ring| around[**ring].len()) == Some(&outer)
        };
        let mut parts = Vec::new();
        for outer in (0..self.rings.len()).filter(is_outer) {
            let holes = (0..self.rings.len()).filter(|ring| !is_outer(ring) && is_of(*ring, outer));
            parts.push(std::iter::once(outer).chain(holes).map(|ring| closed(&self.rings[ring])).collect());
        }
        parts
    }

    /// The rings that the first position of one lies in.
    fn rings_around(&self, inner: usize) -> Vec<usize> {
        let [longitude, latitude] = written(self.rings[inner].points()[0]);
        let Ok(point) = Point::new(latitude, longitude) else { return Vec::new() };
        let holds = |outer: &usize| *outer != inner && self.rings[*outer].side(point) == Side::Inside;
        (0..self.rings.len()).filter(holds).collect()
    }

    /// West, south, east and north of all of it. The east is beyond 180° where it lies over the antimeridian.
    #[must_use]
    pub fn bounds(&self) -> [f64; 4] {
        let all = self.rings.iter().map(Ring::bounds);
        let start = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
        all.fold(start, |a, b| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])])
    }
}

fn closed(ring: &Ring) -> Vec<Position> {
    ring.points().iter().chain(ring.points().first()).map(|position| written(*position)).collect()
}

/// Between -180° and 180°.
fn written([longitude, latitude]: Position) -> Position {
    [if longitude > 180.0 { longitude - 360.0 } else { longitude }, latitude]
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "degrees that were given come back as they were")]
mod tests {
    use super::*;
    use crate::Area;
    use proptest::prelude::*;

    fn polygon(positions: &[Position]) -> Result<Polygon, InvalidPolygon> {
        Polygon::new(&[positions.to_vec()])
    }

    fn holds(polygon: &Polygon, latitude: f64, longitude: f64) -> bool {
        polygon.contains(Point::new(latitude, longitude).unwrap())
    }

    #[test]
    fn edges_are_inside_and_holes_are_not() {
        let square = [[-5.0, 5.0], [-3.0, 5.0], [-3.0, 7.0], [-5.0, 7.0]];
        for positions in [square.to_vec(), square.iter().rev().copied().collect()] {
            let square = polygon(&positions).unwrap();
            assert!(holds(&square, 6.0, -4.0) && holds(&square, 5.0, -4.0) && holds(&square, 7.0, -5.0));
            assert!(
                holds(&square, 6.0, -3.0) && !holds(&square, 6.0, -2.999) && !holds(&square, 7.001, -4.0)
            );
            assert!(!holds(&square, 6.0, 176.0) && !holds(&square, 90.0, 0.0));
            assert_eq!(square.bounds(), [-5.0, 5.0, -3.0, 7.0]);
        }
        let hole = vec![[-4.5, 5.5], [-3.5, 5.5], [-3.5, 6.5], [-4.5, 6.5], [-4.5, 5.5]];
        let ring = Polygon::new(&[square.to_vec(), hole.clone()]).unwrap();
        assert!(
            !holds(&ring, 6.0, -4.0) && holds(&ring, 5.2, -4.0) && holds(&ring, 5.5, -4.0),
            "a hole's edge"
        );
        let islands = Polygon::new(&[square.to_vec(), vec![[10.0, 5.0], [11.0, 5.0], [10.0, 6.0]]]).unwrap();
        assert!(holds(&islands, 6.0, -4.0) && holds(&islands, 5.1, 10.1) && !holds(&islands, 6.0, 5.0));
        let parts: Vec<usize> = ring.parts().iter().chain(&islands.parts()).map(Vec::len).collect();
        assert_eq!(parts, [2, 1, 1], "a hole goes with its ring, an island alone");
        assert_eq!(Polygon::new(std::slice::from_ref(&hole)).unwrap().parts(), [[hole]]);
        // A corner in the north is met once, not twice, on the way to the pole.
        let roof = polygon(&[[0.0, 0.0], [4.0, 0.0], [2.0, 2.0]]).unwrap();
        assert!(
            holds(&roof, 1.0, 2.0)
                && !holds(&roof, -1.0, 2.0)
                && !holds(&roof, 3.0, 2.0)
                && !holds(&roof, -1.0, 0.0)
        );
    }

    #[test]
    fn the_antimeridian_is_crossed_where_that_is_shorter() {
        let fiji = polygon(&[[177.0, -20.0], [-178.0, -20.0], [-178.0, -15.0], [177.0, -15.0]]).unwrap();
        assert!(holds(&fiji, -17.0, 178.0) && holds(&fiji, -17.0, 180.0) && holds(&fiji, -17.0, -179.0));
        assert!(!holds(&fiji, -17.0, 0.0) && !holds(&fiji, -17.0, -177.0) && !holds(&fiji, -17.0, 176.0));
        assert_eq!(fiji.bounds(), [177.0, -20.0, 182.0, -15.0]);
        assert_eq!(fiji.parts()[0][0][1], [-178.0, -20.0]);
        let beside = polygon(&[[-180.0, 0.0], [-170.0, 0.0], [-170.0, 10.0], [-180.0, 10.0]]).unwrap();
        assert!(holds(&beside, 5.0, 180.0) && holds(&beside, 5.0, -175.0) && !holds(&beside, 5.0, 179.0));
    }

    #[test]
    fn a_ring_round_the_globe_holds_the_pole_on_its_left() {
        let eastwards = [[0.0, 60.0], [120.0, 60.0], [-120.0, 60.0]];
        let arctic = polygon(&eastwards).unwrap();
        for longitude in [-180.0, -120.0, -60.5, 0.0, 59.0, 120.0, 179.0] {
            assert!(holds(&arctic, 75.0, longitude) && holds(&arctic, 60.0, longitude), "{longitude}");
            assert!(!holds(&arctic, 59.9, longitude) && !holds(&arctic, -75.0, longitude), "{longitude}");
        }
        assert!(holds(&arctic, 90.0, 0.0) && !holds(&arctic, -90.0, 0.0));
        assert_eq!(arctic.bounds(), [-180.0, 60.0, 180.0, 90.0]);
        let westwards: Vec<Position> = eastwards.iter().rev().copied().collect();
        let rest = polygon(&westwards).unwrap();
        assert!(holds(&rest, -90.0, 0.0) && holds(&rest, 5.3, -4.0) && !holds(&rest, 75.0, 10.0));
        assert!(!holds(&rest, 90.0, 0.0));
        // A corner at the pole itself.
        let wedge = polygon(&[[0.0, 80.0], [90.0, 80.0], [45.0, 90.0]]).unwrap();
        assert!(holds(&wedge, 90.0, 123.0) && holds(&wedge, 85.0, 45.0) && !holds(&wedge, 85.0, 100.0));
    }

    #[test]
    fn what_is_no_polygon_is_refused() {
        use InvalidPolygon::*;
        for (positions, error) in [
            (vec![], TooFewPoints),
            (vec![[0.0, 0.0]], TooFewPoints),
            (vec![[0.0, 0.0], [1.0, 1.0], [0.0, 0.0]], TooFewPoints),
            (vec![[0.0, 0.0], [0.0, 0.0], [1.0, 1.0], [1.0, 1.0]], TooFewPoints),
            (vec![[0.0, 0.0], [2.0, 2.0], [2.0, 0.0], [0.0, 2.0]], SelfCrossing),
            (vec![[0.0, 0.0], [2.0, 0.0], [1.0, 0.0]], SelfCrossing),
            (vec![[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [2.0, 0.0], [0.0, 4.0]], SelfCrossing),
            (vec![[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [3.0, 3.0], [2.0, 2.0], [0.0, 2.0]], SelfCrossing),
            (vec![[0.0, 95.0], [1.0, 0.0], [1.0, 1.0]], Point(InvalidPoint::Latitude)),
            (vec![[588_000.0, 0.0], [1.0, 0.0], [1.0, 1.0]], Point(InvalidPoint::Longitude)),
            (vec![[f64::NAN, 0.0], [1.0, 0.0], [1.0, 1.0]], Point(InvalidPoint::NotFinite)),
        ] {
            assert_eq!(polygon(&positions), Err(error), "{positions:?}");
        }
        let twice: Vec<Position> =
            (0_u32..24).map(|hour| [f64::from(hour * 30 % 360) - 180.0, 10.0 + f64::from(hour)]).collect();
        assert_eq!(polygon(&twice), Err(TooWide));
        assert_eq!(Polygon::new(&[]), Err(TooFewPoints));
        assert_eq!(polygon(&vec![[0.0, 0.0]; Polygon::MAX_POINTS + 1]), Err(TooManyPoints));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]
        #[test]
        fn a_box_is_the_same_as_an_area(
            west in -180.0..180.0_f64, width in 0.1..179.0_f64, south in -89.0..80.0_f64, height in 0.1..9.0_f64,
            points in prop::collection::vec((-90.0..=90.0_f64, -180.0..=180.0_f64), 30),
        ) {
            let east = if west + width > 180.0 { west + width - 360.0 } else { west + width };
            let north = south + height;
            let area = Area::new(west, south, east, north).unwrap();
            let drawn = polygon(&[[west, south], [east, south], [east, north], [west, north]]).unwrap();
            let inner = (south + height / 2.0, west + width / 2.0);
            let inner = (inner.0, if inner.1 > 180.0 { inner.1 - 360.0 } else { inner.1 });
            for (latitude, longitude) in points.into_iter().chain([inner]) {
                let point = Point::new(latitude, longitude).unwrap();
                prop_assert_eq!(drawn.contains(point), area.contains(point), "{:?}", point);
            }
        }

        #[test]
        fn a_star_holds_what_its_triangles_hold(
            radii in prop::collection::vec(0.5..5.0_f64, 3..40),
            middle in (-80.0..80.0_f64, -180.0..180.0_f64),
            points in prop::collection::vec((0.0..1.0_f64, 0.0..7.0_f64), 20),
        ) {
            // A star around a middle never crosses itself; a point of it lies nearer to the middle than the edge in its direction.
            let count = radii.len();
            let angle = |n: usize| std::f64::consts::TAU * n as f64 / count as f64;
            let at = |n: usize| [radii[n % count] * angle(n).cos(), radii[n % count] * angle(n).sin()];
            let place = |offset: Position| {
                let longitude = middle.1 + offset[0];
                let longitude = if longitude > 180.0 { longitude - 360.0 } else if longitude < -180.0 { longitude + 360.0 } else { longitude };
                [longitude, middle.0 + offset[1]]
            };
            let star: Vec<Position> = (0..count).map(|n| place(at(n))).collect();
            let star = polygon(&star).unwrap();
            for (share, far) in points {
                let slice = (0..count).find(|n| angle(n + 1) > std::f64::consts::TAU * share).unwrap_or(count - 1);
                let (a, b) = (at(slice), at(slice + 1));
                let direction = std::f64::consts::TAU * share;
                let (dx, dy) = (direction.cos(), direction.sin());
                let edge = (a[0] * b[1] - a[1] * b[0]) / (dx * (b[1] - a[1]) - dy * (b[0] - a[0]));
                if (far - edge).abs() < 1e-6 {
                    continue;
                }
                let position = place([dx * far, dy * far]);
                let point = Point::new(position[1], position[0]).unwrap();
                prop_assert_eq!(star.contains(point), far < edge, "{:?} {} {}", point, far, edge);
            }
        }
    }
}
