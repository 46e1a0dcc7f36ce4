//! A closed line on the globe that never meets itself.

use crate::{InvalidPolygon, Point};

/// A place as GeoJSON writes it: longitude, then latitude, in degrees.
pub type Position = [f64; 2];

/// The straight lines, in degrees, through some positions and back to the first (RFC 7946 §3.1.1). Longitudes go on where they cross
/// the antimeridian: 179°, 181°.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ring {
    points: Vec<Position>,
    /// How often it goes round the globe: 0, or once to the east (1) or west (-1). Then it holds the pole on its left.
    turns: i8,
    west: f64,
    east: f64,
}

/// Where a point lies of a ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Inside,
    Edge,
    Outside,
}

const ROUND: f64 = 360.0;

impl Ring {
    /// Takes the positions in their order; the first may come again at the end.
    pub(crate) fn new(positions: &[Position]) -> Result<Self, InvalidPolygon> {
        let mut points: Vec<Position> = Vec::with_capacity(positions.len());
        for position in positions {
            Point::new(position[1], position[0])?;
            // Adding 0 turns -0 into 0. The shorter way to the next is meant: over the antimeridian where that is shorter.
            let mut next = [position[0] + 0.0, position[1] + 0.0];
            if let Some(last) = points.last() {
                next[0] -= detours(next[0] - last[0]) * ROUND;
            }
            if !points.last().is_some_and(|last| is_same(*last, next)) {
                points.push(next);
            }
        }
        let turns = close(&mut points)?;
        if points.len() < 3 {
            return Err(InvalidPolygon::TooFewPoints);
        }
        let mut west = points.iter().map(|point| point[0]).fold(f64::INFINITY, f64::min);
        let mut east = points.iter().map(|point| point[0]).fold(f64::NEG_INFINITY, f64::max);
        if (turns == 0 && east - west >= ROUND) || east - west >= 2.0 * ROUND {
            return Err(InvalidPolygon::TooWide);
        }
        // It starts in the west of what a map shows, so that few copies of it need be looked at.
        let shift = ((west + 180.0) / ROUND).floor() * ROUND;
        points.iter_mut().for_each(|point| point[0] -= shift);
        west -= shift;
        east -= shift;
        let ring = Self { points, turns, west, east };
        if ring.meets_itself() { Err(InvalidPolygon::SelfCrossing) } else { Ok(ring) }
    }

    pub(crate) fn points(&self) -> &[Position] {
        &self.points
    }

    /// The westernmost and easternmost longitude, the southernmost and northernmost latitude. The east may be beyond 180°.
    pub(crate) fn bounds(&self) -> [f64; 4] {
        let latitudes = || self.points.iter().map(|point| point[1]);
        let (south, north) =
            (latitudes().fold(f64::INFINITY, f64::min), latitudes().fold(f64::NEG_INFINITY, f64::max));
        match self.turns {
            0 => [self.west, south, self.east, north],
            1 => [-180.0, south, 180.0, 90.0],
            _ => [-180.0, -90.0, 180.0, north],
        }
    }

    /// Where a point lies. A line to the north pole crosses the ring an odd number of times from inside, or an even number where the
    /// pole is inside too.
    pub(crate) fn side(&self, point: Point) -> Side {
        let (x, y) = (point.longitude(), point.latitude());
        if y.abs() >= 90.0 {
            return self.side_of_pole(y);
        }
        let mut inside = self.turns > 0;
        for (a, b) in self.edges() {
            for x in [x - ROUND, x, x + ROUND] {
                if x < a[0].min(b[0]) || x > a[0].max(b[0]) {
                    continue;
                }
                let left = cross(a, b, [x, y]);
                if left == 0.0 && (a[1].min(b[1])..=a[1].max(b[1])).contains(&y) {
                    return Side::Edge;
                }
                let crosses = (a[0] <= x) != (b[0] <= x);
                let is_north = if a[0] < b[0] { left < 0.0 } else { left > 0.0 };
                inside ^= crosses && is_north;
            }
        }
        if inside { Side::Inside } else { Side::Outside }
    }

    /// Every meridian meets at a pole.
    fn side_of_pole(&self, latitude: f64) -> Side {
        let holds = if latitude > 0.0 { self.turns > 0 } else { self.turns < 0 };
        if self.points.iter().any(|point| (point[1] - latitude).abs() <= 0.0) {
            Side::Edge
        } else if holds {
            Side::Inside
        } else {
            Side::Outside
        }
    }

    fn edges(&self) -> impl Iterator<Item = (Position, Position)> {
        let last = self.points.len() - 1;
        let closing = [self.points[0][0] + f64::from(self.turns) * ROUND, self.points[0][1]];
        let lines = self.points.windows(2).map(|line| (line[0], line[1]));
        lines.chain([(self.points[last], closing)])
    }

    /// Whether two of its lines have more in common than the end where one follows the other.
    fn meets_itself(&self) -> bool {
        let edges: Vec<(Position, Position)> = self.edges().collect();
        let last = edges.len() - 1;
        // A ring that goes round has copies of itself in the west and in the east.
        let copies: &[i8] = if self.turns == 0 { &[0] } else { &[-1, 0, 1] };
        edges.iter().enumerate().any(|(i, &(a, b))| {
            (i + 1..=last).any(|j| {
                copies.iter().any(|&copy| {
                    let moved = |p: Position| [p[0] + f64::from(copy) * ROUND, p[1]];
                    let (c, d) = (moved(edges[j].0), moved(edges[j].1));
                    if j == i + 1 && copy == 0 {
                        turns_back(b, a, d)
                    } else if i == 0 && j == last && copy == -self.turns {
                        turns_back(a, b, c)
                    } else {
                        meet(a, b, c, d)
                    }
                })
            })
        })
    }
}

/// Drops what comes again at the end, and says how often the line goes round the globe.
fn close(points: &mut Vec<Position>) -> Result<i8, InvalidPolygon> {
    let (Some(first), Some(last)) = (points.first().copied(), points.last().copied()) else {
        return Err(InvalidPolygon::TooFewPoints);
    };
    let end = first[0] - detours(first[0] - last[0]) * ROUND;
    if points.len() > 1 && is_same(last, [end, first[1]]) {
        points.pop();
    }
    let rounds = (end - first[0]) / ROUND;
    if rounds.abs() > 1.5 {
        return Err(InvalidPolygon::TooWide);
    }
    Ok(if rounds > 0.5 {
        1
    } else if rounds < -0.5 {
        -1
    } else {
        0
    })
}

/// How many rounds a way to the east (negative: to the west) is longer than the shortest to the same meridian. Just half a round stays
/// as it is written.
fn detours(way: f64) -> f64 {
    ((way.abs() - ROUND / 2.0) / ROUND).ceil().max(0.0) * way.signum()
}

fn is_same(a: Position, b: Position) -> bool {
    (a[0] - b[0]).abs() <= 0.0 && (a[1] - b[1]).abs() <= 0.0
}

/// Positive where `c` lies on the left of the line from `a` to `b`.
fn cross(a: Position, b: Position, c: Position) -> f64 {
    (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
}

/// Whether the lines from one end to two others lie on one another.
fn turns_back(end: Position, one: Position, other: Position) -> bool {
    let along = (one[0] - end[0]) * (other[0] - end[0]) + (one[1] - end[1]) * (other[1] - end[1]);
    cross(end, one, other) == 0.0 && along > 0.0
}

/// Whether two lines have a point in common.
fn meet(a: Position, b: Position, c: Position, d: Position) -> bool {
    let apart = |axis: usize| {
        a[axis].max(b[axis]) < c[axis].min(d[axis]) || c[axis].max(d[axis]) < a[axis].min(b[axis])
    };
    if apart(0) || apart(1) {
        return false;
    }
    let opposite = |x: f64, y: f64| (x <= 0.0 && y >= 0.0) || (x >= 0.0 && y <= 0.0);
    opposite(cross(a, b, c), cross(a, b, d)) && opposite(cross(c, d, a), cross(c, d, b))
}
