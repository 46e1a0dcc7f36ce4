//! Fewer positions for borders that neighbours share, so that they go on sharing them.

use crate::{Polygon, Position};
use std::collections::{HashMap, HashSet};

/// A position as a key.
type Key = [u64; 2];

fn key(position: Position) -> Key {
    // Adding 0 turns -0 into 0.
    position.map(|degrees| (degrees + 0.0).to_bits())
}

/// Leaves out of rings (open ones: the first position does not come again) what lies at most `tolerance` degrees beside the line that
/// is drawn without it (Douglas and Peucker, 1973). A border that two rings share position by position stays shared: it is simplified
/// between the places where three of them meet, in the same direction. Where a ring would cross itself, all of it stays.
#[must_use]
pub fn simplified(rings: &[Vec<Position>], tolerance: f64) -> Vec<Vec<Position>> {
    let mut kept: HashSet<Key> = forks(rings);
    loop {
        let simpler: Vec<Vec<Position>> = rings.iter().map(|ring| simpler(ring, &kept, tolerance)).collect();
        let before = kept.len();
        for (ring, simpler) in rings.iter().zip(&simpler) {
            if simpler.len() < ring.len() && Polygon::new(std::slice::from_ref(simpler)).is_err() {
                kept.extend(ring.iter().map(|position| key(*position)));
            }
        }
        // Each further round keeps more, so that this ends.
        if kept.len() == before {
            return simpler;
        }
    }
}

/// The positions from which borders lead to more than two others.
fn forks(rings: &[Vec<Position>]) -> HashSet<Key> {
    let mut neighbours: HashMap<Key, HashSet<Key>> = HashMap::new();
    for ring in rings {
        for (place, position) in ring.iter().enumerate() {
            let around = neighbours.entry(key(*position)).or_default();
            around.insert(key(ring[(place + ring.len() - 1) % ring.len()]));
            around.insert(key(ring[(place + 1) % ring.len()]));
        }
    }
    neighbours.into_iter().filter(|(_, around)| around.len() > 2).map(|(position, _)| position).collect()
}

fn simpler(ring: &[Position], kept: &HashSet<Key>, tolerance: f64) -> Vec<Position> {
    let count = ring.len();
    if count < 4 {
        return ring.to_vec();
    }
    let mut ends: Vec<usize> = (0..count).filter(|place| kept.contains(&key(ring[*place]))).collect();
    if ends.is_empty() {
        // Which position a ring happens to start with must not matter.
        ends.extend((0..count).min_by(|a, b| in_order(ring[*a], ring[*b])));
    }
    if let [only] = ends[..] {
        let from = |place: &usize| squared(ring[*place], ring[only]);
        ends.extend(
            (0..count).max_by(|a, b| from(a).total_cmp(&from(b)).then_with(|| in_order(ring[*a], ring[*b]))),
        );
        ends.sort_unstable();
        ends.dedup();
    }
    let mut simpler = Vec::new();
    for (place, start) in ends.iter().enumerate() {
        let end = ends.get(place + 1).copied().unwrap_or(ends[0] + count);
        let line: Vec<Position> = (*start..=end).map(|place| ring[place % count]).collect();
        simpler.extend(without_detours(&line, tolerance));
        simpler.pop();
    }
    if simpler.len() < 3 { ring.to_vec() } else { simpler }
}

/// Between the two ends of a line, in the same way from either of them.
fn without_detours(line: &[Position], tolerance: f64) -> Vec<Position> {
    let backwards = line.iter().rev().zip(line).map(|(a, b)| in_order(*a, *b)).find(|order| order.is_ne());
    if backwards.is_some_and(std::cmp::Ordering::is_lt) {
        let turned: Vec<Position> = line.iter().rev().copied().collect();
        let mut simpler = kept_of(&turned, tolerance);
        simpler.reverse();
        simpler
    } else {
        kept_of(line, tolerance)
    }
}

fn kept_of(line: &[Position], tolerance: f64) -> Vec<Position> {
    let mut kept = vec![false; line.len()];
    let last = line.len() - 1;
    kept[0] = true;
    kept[last] = true;
    let mut spans = vec![(0, last)];
    while let Some((start, end)) = spans.pop() {
        let (mut farthest, mut at) = (tolerance * tolerance, None);
        for place in start + 1..end {
            let beside = squared_beside(line[place], line[start], line[end]);
            if beside > farthest {
                (farthest, at) = (beside, Some(place));
            }
        }
        if let Some(place) = at {
            kept[place] = true;
            spans.extend([(start, place), (place, end)]);
        }
    }
    line.iter().zip(kept).filter(|(_, kept)| *kept).map(|(position, _)| *position).collect()
}

fn in_order(a: Position, b: Position) -> std::cmp::Ordering {
    a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1]))
}

fn squared(a: Position, b: Position) -> f64 {
    (a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2)
}

/// The squared distance of a position from a line.
fn squared_beside(position: Position, a: Position, b: Position) -> f64 {
    let (along, from) = ([b[0] - a[0], b[1] - a[1]], [position[0] - a[0], position[1] - a[1]]);
    let length = squared(a, b);
    let share = if length > 0.0 { (from[0] * along[0] + from[1] * along[1]) / length } else { 0.0 };
    let share = share.clamp(0.0, 1.0);
    squared(position, [a[0] + share * along[0], a[1] + share * along[1]])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_lies_on_the_line_goes_and_corners_stay() {
        let square =
            vec![[0.0, 0.0], [1.0, 0.001], [2.0, 0.0], [2.0, 2.0], [1.0, 2.0], [0.0, 2.0], [0.0, 1.0]];
        let simpler = simplified(std::slice::from_ref(&square), 0.01);
        assert_eq!(simpler, [vec![[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 2.0]]]);
        let exact = simplified(&[square], 0.0);
        assert_eq!(exact[0].len(), 5, "what is beside the line stays: {exact:?}");
        let small = vec![[0.0, 0.0], [0.001, 0.0], [0.001, 0.001], [0.0, 0.001]];
        assert_eq!(simplified(std::slice::from_ref(&small), 1.0), [small], "a small island stays");
        assert_eq!(simplified(&[Vec::new()], 1.0), vec![Vec::<Position>::new()]);
    }

    #[test]
    fn where_a_ring_would_cross_itself_it_stays() {
        // A tongue of the north reaches into a bay of the south, which the tolerance would fill.
        let ring = vec![
            [0.0, 0.0],
            [4.0, 0.0],
            [5.0, -0.4],
            [6.0, 0.0],
            [10.0, 0.0],
            [10.0, 5.0],
            [5.0, -0.2],
            [0.0, 5.0],
        ];
        let filled: Vec<Position> = ring.iter().copied().filter(|position| position[1] > -0.3).collect();
        assert!(Polygon::new(std::slice::from_ref(&ring)).is_ok() && Polygon::new(&[filled]).is_err());
        assert_eq!(simplified(std::slice::from_ref(&ring), 0.5), [ring]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]
        #[test]
        fn neighbours_go_on_sharing_their_border(
            border in prop::collection::vec(-0.4..0.4_f64, 1..40), tolerance in 0.0..0.3_f64, turned in 0..50_usize,
        ) {
            // Two fields with a winding border between them, from the south to the north.
            let count = border.len() as f64;
            let between: Vec<Position> =
                border.iter().zip(1_u32..).map(|(east, n)| [*east, f64::from(n) / (count + 1.0)]).collect();
            let mut west = vec![[-2.0, 1.0], [-2.0, 0.0], [0.0, 0.0]];
            west.extend(&between);
            west.push([0.0, 1.0]);
            let mut east = vec![[2.0, 0.0], [2.0, 1.0], [0.0, 1.0]];
            east.extend(between.iter().rev());
            east.push([0.0, 0.0]);
            let turns = turned % east.len();
            east.rotate_left(turns);
            let simpler = simplified(&[west.clone(), east.clone()], tolerance);
            let middle = |ring: &[Position]| {
                let mut middle: Vec<Key> = ring.iter().filter(|p| p[0].abs() < 1.0).map(|p| key(*p)).collect();
                middle.sort_unstable();
                middle
            };
            prop_assert_eq!(middle(&simpler[0]), middle(&simpler[1]));
            for (simpler, ring) in simpler.iter().zip([&west, &east]) {
                prop_assert!(simpler.len() <= ring.len() && simpler.iter().all(|p| ring.contains(p)));
                prop_assert!(Polygon::new(std::slice::from_ref(simpler)).is_ok());
            }
        }
    }
}
