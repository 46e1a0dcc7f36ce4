use crate::{EARTH_RADIUS_METRES, Point, point::angle};
use rstar::{RTree, primitives::GeomWithData};

/// Finds the nearest of many points. It never changes: whoever has new points builds a new one (20 ms for 100,000).
#[derive(Debug)]
pub struct Index {
    tree: RTree<GeomWithData<[f64; 3], u32>>,
    units: Vec<[f64; 3]>,
}

/// One of the nearest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Near {
    /// Its place in the slice that the index was made from.
    pub place: usize,
    /// How far away it is over the Earth's surface, in metres.
    pub metres: f64,
}

/// The squared chords of two points that lie equally far may differ by their rounding. What the tree yields within
/// this much of the last hit is measured too, so that ties are decided by place and never by rounding.
const ROUNDING: f64 = 1e-14;

impl Index {
    /// Indexes the points; only the first 2³² of a slice can be found.
    #[must_use]
    pub fn new(points: &[Point]) -> Self {
        let units: Vec<[f64; 3]> = points.iter().map(|point| point.unit()).collect();
        let entries =
            units.iter().zip(0_u32..).map(|(unit, place)| GeomWithData::new(*unit, place)).collect();
        Self { tree: RTree::bulk_load(entries), units }
    }

    /// How many points there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.tree.size()
    }

    /// Whether there is no point at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Up to `k` points for which `wanted` says yes, nearest first and equally far ones by place; with `radius`, only
    /// those at most so many metres away. A radius that is negative or not a number finds nothing.
    #[must_use]
    pub fn nearest(
        &self,
        from: Point,
        k: usize,
        radius: Option<f64>,
        mut wanted: impl FnMut(usize) -> bool,
    ) -> Vec<Near> {
        self.search(from, k, radius.unwrap_or(f64::INFINITY), &mut wanted)
    }

    /// The same of few points that are known by their places: all are measured, which costs less than to pass by the many others
    /// in the tree. A place that is not there is left out.
    #[must_use]
    pub fn nearest_among(&self, from: Point, k: usize, radius: Option<f64>, places: &[usize]) -> Vec<Near> {
        let (origin, radius) = (from.unit(), radius.unwrap_or(f64::INFINITY));
        if k == 0 || radius.is_nan() || radius < 0.0 {
            return Vec::new();
        }
        let mut chords: Vec<(f64, usize)> = places
            .iter()
            .filter_map(|&place| Some((distance_2(origin, *self.units.get(place)?), place)))
            .collect();
        let mut last = chord_2(radius) + ROUNDING;
        if k < chords.len() {
            let (_, kth, _) = chords.select_nth_unstable_by(k - 1, |a, b| a.0.total_cmp(&b.0));
            last = last.min(kth.0 + ROUNDING);
        }
        let found = chords
            .into_iter()
            .filter(|(chord_2, _)| *chord_2 <= last)
            .map(|(_, place)| Near { place, metres: angle(origin, self.units[place]) * EARTH_RADIUS_METRES });
        in_order(found.filter(|near| near.metres <= radius).collect(), k)
    }

    /// Not generic, so that the traversal is compiled here, with this crate's optimisation.
    fn search(&self, from: Point, k: usize, radius: f64, wanted: &mut dyn FnMut(usize) -> bool) -> Vec<Near> {
        let mut found: Vec<Near> = Vec::with_capacity(k.min(self.len()).min(128));
        if k == 0 || radius.is_nan() || radius < 0.0 {
            return found;
        }
        let origin = from.unit();
        let mut last = chord_2(radius) + ROUNDING;
        for (entry, chord_2) in self.tree.nearest_neighbor_iter_with_distance_2(origin) {
            if chord_2 > last {
                break;
            }
            let place = entry.data as usize;
            if !wanted(place) {
                continue;
            }
            let metres = angle(origin, *entry.geom()) * EARTH_RADIUS_METRES;
            if metres > radius {
                continue;
            }
            found.push(Near { place, metres });
            if found.len() == k {
                last = chord_2 + ROUNDING;
            }
        }
        in_order(found, k)
    }
}

fn in_order(mut found: Vec<Near>, k: usize) -> Vec<Near> {
    found.sort_unstable_by(|a, b| a.metres.total_cmp(&b.metres).then(a.place.cmp(&b.place)));
    found.truncate(k);
    found
}

fn distance_2(a: [f64; 3], b: [f64; 3]) -> f64 {
    (a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2) + (a[2] - b[2]).powi(2)
}

/// The squared chord of an arc over the surface; 4, the Earth's diameter squared, from half a turn on.
fn chord_2(metres: f64) -> f64 {
    let half = (metres / EARTH_RADIUS_METRES / 2.0).min(std::f64::consts::FRAC_PI_2);
    4.0 * half.sin().powi(2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn point((latitude, longitude): (f64, f64)) -> Point {
        Point::new(latitude, longitude).unwrap()
    }

    /// Measures every point: the meaning of [`Index::nearest`].
    fn brute_force(
        points: &[Point],
        from: Point,
        k: usize,
        radius: Option<f64>,
        wanted: impl Fn(usize) -> bool,
    ) -> Vec<Near> {
        let mut all: Vec<Near> = points
            .iter()
            .enumerate()
            .map(|(place, point)| Near { place, metres: from.distance(*point) })
            .filter(|near| wanted(near.place) && radius.is_none_or(|radius| near.metres <= radius))
            .collect();
        all.sort_by(|a, b| a.metres.total_cmp(&b.metres).then(a.place.cmp(&b.place)));
        all.truncate(k);
        all
    }

    /// Anywhere, near the poles, near the antimeridian, in Abidjan, and on a coarse grid where many lie equally far.
    fn places() -> impl Strategy<Value = Point> {
        prop_oneof![
            (-90.0..=90.0_f64, -180.0..=180.0_f64).prop_map(point),
            (89.99..=90.0_f64, -180.0..=180.0_f64).prop_map(point),
            (-90.0..=-89.99_f64, -180.0..=180.0_f64).prop_map(point),
            (-1.0..=1.0_f64, prop_oneof![179.9..=180.0_f64, -180.0..=-179.9_f64]).prop_map(point),
            (5.2..=5.5_f64, -4.2..=-3.8_f64).prop_map(point),
            (-9..=9_i32, -18..=18_i32).prop_map(|(a, b)| point((f64::from(a) * 10.0, f64::from(b) * 10.0))),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]
        #[test]
        fn the_nearest_are_what_measuring_all_finds(
            points in prop::collection::vec(places(), 0..120),
            from in places(),
            k in prop_oneof![0..20_usize, Just(1_000_000_000)],
            radius in prop::option::of(prop_oneof![Just(0.0), 0.0..50_000.0_f64, 0.0..25_000_000.0_f64]),
            share in 1..5_usize,
        ) {
            let wanted = |place: usize| place.is_multiple_of(share);
            let index = Index::new(&points);
            let expected = brute_force(&points, from, k, radius, wanted);
            prop_assert_eq!(&index.nearest(from, k, radius, wanted), &expected);
            let places: Vec<usize> = (0..points.len()).filter(|place| wanted(*place)).collect();
            prop_assert_eq!(index.nearest_among(from, k, radius, &places), expected);
        }
    }

    #[test]
    fn equally_far_ones_come_by_place() {
        let here = point((5.3, -4.0));
        let mut points = vec![point((6.0, -4.0)); 3];
        points.extend([here; 50]);
        let found: Vec<_> =
            Index::new(&points).nearest(here, 4, None, |_| true).iter().map(|n| n.place).collect();
        assert_eq!(found, [3, 4, 5, 6]);
        // The four corners of a square around a pole lie equally far, whatever their rounding.
        let square: Vec<_> = [45.0, 135.0, -135.0, -45.0].map(|east| point((80.0, east))).to_vec();
        let found = Index::new(&square).nearest(point((90.0, 0.0)), 4, None, |_| true);
        assert!(found.windows(2).all(|pair| (pair[0].metres - pair[1].metres).abs() < 1e-6));
    }

    #[test]
    fn edges() {
        let here = point((5.3, -4.0));
        let there = point((5.4, -4.0));
        let index = Index::new(&[there, here]);
        assert_eq!(index.nearest(here, 9, Some(0.0), |_| true), [Near { place: 1, metres: 0.0 }]);
        assert_eq!(
            index.nearest(here, 9, Some(here.distance(there)), |_| true).len(),
            2,
            "the edge is inside"
        );
        assert_eq!(index.nearest(here, 9, Some(f64::INFINITY), |_| true).len(), 2);
        for nothing in [Some(-1.0), Some(f64::NAN)] {
            assert!(index.nearest(here, 9, nothing, |_| true).is_empty());
            assert!(index.nearest_among(here, 9, nothing, &[0, 1]).is_empty());
        }
        assert!(index.nearest_among(here, 0, None, &[0, 1]).is_empty());
        assert_eq!(
            index.nearest_among(here, 9, None, &[7, 1]),
            [Near { place: 1, metres: 0.0 }],
            "no place 7"
        );
        assert!(index.nearest(here, 0, None, |_| true).is_empty());
        assert!(index.nearest(here, 9, None, |_| false).is_empty());
        assert!(Index::new(&[]).is_empty());
        assert!(Index::new(&[]).nearest(here, 9, None, |_| true).is_empty());
    }
}
