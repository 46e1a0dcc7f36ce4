//! A balanced tree of boxes over points in space. It is packed: no pointers, the points of a box side by side.

use std::{collections::BinaryHeap, ops::Range};

/// So many points a leaf holds at most, and more than half as many at least.
const LEAF: usize = 8;

/// The squared chords of two points that lie equally far may differ by their rounding. What lies within this much of the last
/// hit is measured too, so that ties are decided by place and never by rounding.
pub(crate) const ROUNDING: f64 = 1e-14;

/// The points in the order of the tree, each with its marks.
#[derive(Debug)]
pub(crate) struct Tree {
    units: Vec<[f64; 3]>,
    marks: Vec<u64>,
    places: Vec<u32>,
    /// Where each place stands in that order.
    positions: Vec<u32>,
    /// The children of node n are 2n + 1 and 2n + 2; the first half are inner nodes, the others leaves.
    nodes: Vec<Node>,
}

/// A box around points, and the marks that any of them has.
#[derive(Debug, Clone, Copy)]
struct Node {
    low: [f64; 3],
    high: [f64; 3],
    marks: u64,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    unit: [f64; 3],
    marks: u64,
    place: u32,
}

/// What is looked for, and what was found so far.
pub(crate) struct Search<'a> {
    origin: [f64; 3],
    k: usize,
    /// Only points that have all of these marks.
    marks: u64,
    wanted: &'a mut dyn FnMut(usize) -> bool,
    /// The longest squared chord that still counts.
    last: f64,
    /// The squared chords of up to `k` of the found, the longest on top: as bits, which order as the numbers do that are not negative.
    least: BinaryHeap<u64>,
    /// Each with its squared chord; those above the final `last` were found too early.
    found: Vec<(f64, usize)>,
}

impl Tree {
    pub(crate) fn new(units: impl Iterator<Item = [f64; 3]>, marks: impl Fn(usize) -> u64) -> Self {
        let mut entries: Vec<Entry> = units
            .zip(0_u32..)
            .map(|(unit, place)| Entry { unit, marks: marks(place as usize), place })
            .collect();
        let leaves = entries.len().div_ceil(LEAF).next_power_of_two();
        let mut nodes = vec![Node::around(&[]); 2 * leaves - 1];
        plant(&mut nodes, 0, &mut entries);
        let mut positions = vec![0; entries.len()];
        for (entry, position) in entries.iter().zip(0_u32..) {
            positions[entry.place as usize] = position;
        }
        Self {
            units: entries.iter().map(|entry| entry.unit).collect(),
            marks: entries.iter().map(|entry| entry.marks).collect(),
            places: entries.iter().map(|entry| entry.place).collect(),
            positions,
            nodes,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.units.len()
    }

    /// The unit vector and the marks of a place.
    pub(crate) fn of(&self, place: usize) -> Option<([f64; 3], u64)> {
        let position = *self.positions.get(place)? as usize;
        Some((self.units[position], self.marks[position]))
    }

    /// Bytes on the heap.
    pub(crate) fn bytes(&self) -> usize {
        size_of_val(&*self.units)
            + size_of_val(&*self.marks)
            + size_of_val(&*self.places)
            + size_of_val(&*self.positions)
            + size_of_val(&*self.nodes)
    }

    /// The points among which the `k` nearest are: with their places, in any order, and those that lie as far as the last as well.
    pub(crate) fn search(&self, mut search: Search<'_>) -> Vec<([f64; 3], usize)> {
        let has_all = |root: &Node| root.marks & search.marks == search.marks;
        if search.k > 0 && self.nodes.first().is_some_and(has_all) {
            self.descend(&mut search, 0, 0..self.units.len());
        }
        let last = search.last;
        let found = search.found.into_iter().filter(|(chord_2, _)| *chord_2 <= last);
        found.map(|(_, position)| (self.units[position], self.places[position] as usize)).collect()
    }

    /// Goes through a node: the nearer child first, so that the farther one is often too far by then.
    fn descend(&self, search: &mut Search<'_>, node: usize, points: Range<usize>) {
        let (left, right) = (2 * node + 1, 2 * node + 2);
        if right >= self.nodes.len() {
            self.look(search, points);
            return;
        }
        let middle = points.start + points.len() / 2;
        let child = |node: usize, points| (self.nodes[node].chord_2(search.origin), node, points);
        let mut children = [child(left, points.start..middle), child(right, middle..points.end)];
        if children[1].0 < children[0].0 {
            children.swap(0, 1);
        }
        for (chord_2, node, points) in children {
            if chord_2 <= search.last && self.nodes[node].marks & search.marks == search.marks {
                self.descend(search, node, points);
            }
        }
    }

    /// Measures the points of a leaf.
    fn look(&self, search: &mut Search<'_>, points: Range<usize>) {
        for position in points {
            if self.marks[position] & search.marks != search.marks {
                continue;
            }
            let chord_2 = distance_2(search.origin, self.units[position]);
            if chord_2 <= search.last && (search.wanted)(self.places[position] as usize) {
                search.keep(chord_2, position);
            }
        }
    }
}

impl<'a> Search<'a> {
    pub(crate) fn new(
        origin: [f64; 3],
        (k, marks): (usize, u64),
        last: f64,
        wanted: &'a mut dyn FnMut(usize) -> bool,
    ) -> Self {
        Self { origin, k, marks, wanted, last, least: BinaryHeap::new(), found: Vec::new() }
    }

    fn keep(&mut self, chord_2: f64, position: usize) {
        self.found.push((chord_2, position));
        self.least.push(chord_2.to_bits());
        if self.least.len() > self.k {
            self.least.pop();
        }
        if self.least.len() == self.k
            && let Some(kth) = self.least.peek()
        {
            self.last = self.last.min(f64::from_bits(*kth) + ROUNDING);
        }
    }
}

impl Node {
    fn around(entries: &[Entry]) -> Self {
        let mut node = Self { low: [f64::INFINITY; 3], high: [f64::NEG_INFINITY; 3], marks: 0 };
        for entry in entries {
            for (axis, value) in entry.unit.into_iter().enumerate() {
                node.low[axis] = node.low[axis].min(value);
                node.high[axis] = node.high[axis].max(value);
            }
            node.marks |= entry.marks;
        }
        node
    }

    /// The axis along which the points lie farthest apart.
    fn widest(&self) -> usize {
        let width = |axis: usize| self.high[axis] - self.low[axis];
        (1..3).fold(0, |widest, axis| if width(axis) > width(widest) { axis } else { widest })
    }

    /// At most the squared distance to any point in the box, also as it is rounded: each step rounds as that of the distance does.
    fn chord_2(&self, from: [f64; 3]) -> f64 {
        let off = |axis: usize| (self.low[axis] - from[axis]).max(from[axis] - self.high[axis]).max(0.0);
        off(0).powi(2) + off(1).powi(2) + off(2).powi(2)
    }
}

/// Puts entries under a node in the order of the tree, half of them under each child.
fn plant(nodes: &mut [Node], node: usize, entries: &mut [Entry]) {
    nodes[node] = Node::around(entries);
    let (left, right) = (2 * node + 1, 2 * node + 2);
    if right >= nodes.len() || entries.is_empty() {
        return;
    }
    let (axis, middle) = (nodes[node].widest(), entries.len() / 2);
    entries.select_nth_unstable_by(middle, |a, b| a.unit[axis].total_cmp(&b.unit[axis]));
    let (before, after) = entries.split_at_mut(middle);
    plant(nodes, left, before);
    plant(nodes, right, after);
}

pub(crate) fn distance_2(a: [f64; 3], b: [f64; 3]) -> f64 {
    (a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2) + (a[2] - b[2]).powi(2)
}
