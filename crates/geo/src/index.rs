use crate::{
    EARTH_RADIUS_METRES, Point,
    point::angle,
    tree::{ROUNDING, Search, Tree, distance_2},
};

/// Finds the nearest of many points. It never changes: whoever has new points builds a new one (20 ms for 100,000).
#[derive(Debug)]
pub struct Index {
    tree: Tree,
}

/// One of the nearest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Near {
    /// Its place in the slice that the index was made from.
    pub place: usize,
    /// How far away it is over the Earth's surface, in metres.
    pub metres: f64,
}

impl Index {
    /// Indexes the points; only the first 2³² of a slice can be found.
    #[must_use]
    pub fn new(points: &[Point]) -> Self {
        Self::marked(points, |_| 0)
    }

    /// The same, where each place has marks: up to 64 things that hold of it or don't, a bit each. Whoever looks for marks passes by
    /// whole parts of the world that don't have them.
    #[must_use]
    pub fn marked(points: &[Point], marks: impl Fn(usize) -> u64) -> Self {
        Self { tree: Tree::new(points.iter().map(|point| point.unit()), marks) }
    }

    /// How many points there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.tree.len()
    }

    /// Whether there is no point at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether a place is there and has all of some marks.
    #[must_use]
    pub fn has(&self, place: usize, marks: u64) -> bool {
        self.tree.of(place).is_some_and(|(_, own)| own & marks == marks)
    }

    /// How much memory it takes, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.tree.bytes()
    }

    /// Up to `k` points for which `wanted` says yes, nearest first and equally far ones by place; with `radius`, only
    /// those at most so many metres away. A radius that is negative or not a number finds nothing.
    #[must_use]
    pub fn nearest(
        &self,
        from: Point,
        k: usize,
        radius: Option<f64>,
        wanted: impl FnMut(usize) -> bool,
    ) -> Vec<Near> {
        self.nearest_marked(from, k, radius, 0, wanted)
    }

    /// The same of those that have all of some marks. `wanted` is asked only of them, and not of all.
    #[must_use]
    pub fn nearest_marked(
        &self,
        from: Point,
        k: usize,
        radius: Option<f64>,
        marks: u64,
        mut wanted: impl FnMut(usize) -> bool,
    ) -> Vec<Near> {
        let (origin, radius) = (from.unit(), radius.unwrap_or(f64::INFINITY));
        if radius.is_nan() || radius < 0.0 {
            return Vec::new();
        }
        let last = chord_2(radius) + ROUNDING;
        measured(origin, k, radius, self.tree.search(Search::new(origin, (k, marks), last, &mut wanted)))
    }

    /// The same of few points that are known by their places: all are measured, which costs less than to pass by the many others
    /// in the tree. A place that is not there is left out.
    #[must_use]
    pub fn nearest_among(&self, from: Point, k: usize, radius: Option<f64>, places: &[usize]) -> Vec<Near> {
        let (origin, radius) = (from.unit(), radius.unwrap_or(f64::INFINITY));
        if k == 0 || radius.is_nan() || radius < 0.0 {
            return Vec::new();
        }
        let mut chords: Vec<(f64, ([f64; 3], usize))> = places
            .iter()
            .filter_map(|&place| Some((self.tree.of(place)?.0, place)))
            .map(|(unit, place)| (distance_2(origin, unit), (unit, place)))
            .collect();
        let mut last = chord_2(radius) + ROUNDING;
        if k < chords.len() {
            let (_, kth, _) = chords.select_nth_unstable_by(k - 1, |a, b| a.0.total_cmp(&b.0));
            last = last.min(kth.0 + ROUNDING);
        }
        let found = chords.into_iter().filter(|(chord_2, _)| *chord_2 <= last).map(|(_, found)| found);
        measured(origin, k, radius, found.collect())
    }
}

/// The `k` nearest of what may be among them, in order.
fn measured(origin: [f64; 3], k: usize, radius: f64, found: Vec<([f64; 3], usize)>) -> Vec<Near> {
    let mut near: Vec<Near> = found
        .into_iter()
        .map(|(unit, place)| Near { place, metres: angle(origin, unit) * EARTH_RADIUS_METRES })
        .filter(|near| near.metres <= radius)
        .collect();
    near.sort_unstable_by(|a, b| a.metres.total_cmp(&b.metres).then(a.place.cmp(&b.place)));
    near.truncate(k);
    near
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
            prop_assert_eq!(&index.nearest_among(from, k, radius, &places), &expected);
            // The same as a mark, beside another one that every second place has.
            let marks =
                |place: usize| (u64::from(wanted(place)) << 63) | u64::from(place.is_multiple_of(2));
            let index = Index::marked(&points, marks);
            prop_assert_eq!(&index.nearest_marked(from, k, radius, 1 << 63, |_| true), &expected);
            let both = index.nearest_marked(from, k, radius, (1 << 63) | 1, |_| true);
            let even = brute_force(&points, from, k, radius, |place| wanted(place) && place.is_multiple_of(2));
            prop_assert_eq!(&both, &even);
            let asked = index.nearest_marked(from, k, radius, 1 << 63, |place| place.is_multiple_of(2));
            prop_assert_eq!(&asked, &even);
            prop_assert!(index.nearest_marked(from, k, radius, 2, |_| true).is_empty(), "nobody has it");
            for place in 0..=points.len() {
                prop_assert_eq!(index.has(place, 1 << 63), place < points.len() && wanted(place));
            }
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
        assert!(Index::new(&[]).is_empty() && Index::new(&[]).bytes() < 100 && index.bytes() < 300);
        assert!(Index::new(&[]).nearest(here, 9, None, |_| true).is_empty());
    }
}
