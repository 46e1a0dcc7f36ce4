use crate::{Point, Polygon};

/// Finds which of many polygons a point lies in: of some hundreds, by looking at the box of each. It never changes.
#[derive(Debug)]
pub struct Shapes {
    /// West, south, east and north of each polygon.
    boxes: Vec<[f64; 4]>,
    polygons: Vec<Polygon>,
}

impl Shapes {
    /// Keeps the polygons with their boxes.
    #[must_use]
    pub fn new(polygons: Vec<Polygon>) -> Self {
        Self { boxes: polygons.iter().map(Polygon::bounds).collect(), polygons }
    }

    /// How many polygons there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.polygons.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.polygons.is_empty()
    }

    /// A polygon by its place.
    #[must_use]
    pub fn get(&self, place: usize) -> Option<&Polygon> {
        self.polygons.get(place)
    }

    /// The places of the polygons that a point lies in, in their order: more than one where they overlap, or share the edge that it
    /// lies on.
    #[must_use]
    pub fn containing(&self, point: Point) -> Vec<usize> {
        (0..self.polygons.len())
            .filter(|place| may_hold(&self.boxes[*place], point) && self.polygons[*place].contains(point))
            .collect()
    }
}

fn may_hold([west, south, east, north]: &[f64; 4], point: Point) -> bool {
    let (longitude, latitude) = (point.longitude(), point.latitude());
    // A pole is on every meridian, and so in boxes that its longitude is not in.
    let is_pole = latitude.abs() >= 90.0;
    // A box may reach over the antimeridian, to 540°, and 180° is -180° too.
    let mut copies = [longitude - 360.0, longitude, longitude + 360.0].into_iter();
    is_pole || ((*south..=*north).contains(&latitude) && copies.any(|copy| (*west..=*east).contains(&copy)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn neighbours_share_their_border() {
        let square = |west: f64| {
            let ring = vec![[west, 0.0], [west + 1.0, 0.0], [west + 1.0, 1.0], [west, 1.0]];
            Polygon::new(&[ring]).unwrap()
        };
        let shapes = Shapes::new(vec![square(0.0), square(1.0), square(179.0)]);
        let at = |latitude, longitude| shapes.containing(Point::new(latitude, longitude).unwrap());
        assert_eq!((at(0.5, 0.5), at(0.5, 1.0), at(0.5, 2.5)), (vec![0], vec![0, 1], vec![]));
        assert_eq!((at(0.5, 180.0), at(0.5, -180.0)), (vec![2], vec![2]));
        assert_eq!((shapes.len(), shapes.is_empty(), shapes.get(3)), (3, false, None));
        assert!(Shapes::new(Vec::new()).containing(Point::new(0.0, 0.0).unwrap()).is_empty());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn what_is_found_is_what_asking_each_finds(
            triangles in prop::collection::vec(
                ((-60.0..60.0_f64, -180.0..180.0_f64), prop::collection::vec((-30.0..30.0_f64, -80.0..80.0_f64), 2)), 0..20),
            points in prop::collection::vec((-90.0..=90.0_f64, -180.0..=180.0_f64), 20),
        ) {
            let wrapped = |longitude: f64| if longitude > 180.0 { longitude - 360.0 } else if longitude < -180.0 { longitude + 360.0 } else { longitude };
            let polygons: Vec<Polygon> = triangles.iter().filter_map(|(start, offsets)| {
                let mut ring = vec![[start.1, start.0]];
                ring.extend(offsets.iter().map(|offset| [wrapped(start.1 + offset.1), start.0 + offset.0]));
                Polygon::new(&[ring]).ok()
            }).collect();
            let shapes = Shapes::new(polygons.clone());
            for (latitude, longitude) in points.into_iter().chain([(90.0, 0.0), (-90.0, 0.0), (0.0, 180.0)]) {
                let point = Point::new(latitude, longitude).unwrap();
                let each: Vec<usize> = (0..polygons.len()).filter(|n| polygons[*n].contains(point)).collect();
                prop_assert_eq!(shapes.containing(point), each);
            }
        }
    }
}
