//! Ways through the tree of a batch (RFC 6962 §2.1.1, with our own hashes).

use super::{Digest, Sibling, Side};
use crate::chain::{Hash, left_of, node, root};

/// The hashes that lead from the leaf at `place` up to the root; `None` where there is no such leaf.
pub(super) fn path(leaves: &[Hash], place: usize) -> Option<Vec<Sibling>> {
    if place >= leaves.len() {
        return None;
    }
    if leaves.len() == 1 {
        return Some(Vec::new());
    }
    let half = left_of(leaves.len());
    let (left, right) = leaves.split_at(half);
    let (mut below, sibling) = if place < half {
        (path(left, place)?, Sibling { side: Side::Right, hash: Digest(root(right)) })
    } else {
        (path(right, place - half)?, Sibling { side: Side::Left, hash: Digest(root(left)) })
    };
    below.push(sibling);
    Some(below)
}

/// The root that a leaf and its path lead to.
pub(super) fn climb(leaf: Hash, path: &[Sibling]) -> Hash {
    path.iter().fold(leaf, |below, sibling| match sibling.side {
        Side::Left => node(&sibling.hash.0, &below),
        Side::Right => node(&below, &sibling.hash.0),
    })
}

/// Which of the transactions from `first` to `last` a path starts at, counted from 0; `None` where it can't be a path in a
/// tree of that many leaves.
pub(super) fn place(first: i64, last: i64, path: &[Sibling]) -> Option<i64> {
    let leaves = last.checked_sub(first)?.checked_add(1)?;
    let mut leaves =
        usize::try_from(leaves).ok().filter(|leaves| first > 0 && (1..=1 << 32).contains(leaves))?;
    let mut place = 0;
    for sibling in path.iter().rev() {
        if leaves < 2 {
            return None;
        }
        let half = left_of(leaves);
        match sibling.side {
            Side::Right => leaves = half,
            Side::Left => {
                place += half;
                leaves -= half;
            }
        }
    }
    if leaves == 1 { i64::try_from(place).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn leaves(count: usize, seed: u8) -> Vec<Hash> {
        (0..count)
            .map(|n| {
                let mut hash = [seed; 32];
                hash[..8].copy_from_slice(&(n as u64).to_be_bytes());
                hash
            })
            .collect()
    }

    fn assert_leads(leaves: &[Hash], at: usize) {
        let path = path(leaves, at).unwrap();
        assert_eq!(climb(leaves[at], &path), root(leaves));
        let last = 100 + i64::try_from(leaves.len()).unwrap() - 1;
        assert_eq!(place(100, last, &path), Some(i64::try_from(at).unwrap()));
    }

    #[test]
    fn every_leaf_of_small_and_full_batches_leads_to_the_root() {
        for count in [1, 2, 3, 7, 512] {
            let leaves = leaves(count, 1);
            for at in 0..count {
                assert_leads(&leaves, at);
            }
            assert_eq!(path(&leaves, count), None);
        }
    }

    #[test]
    fn a_path_fits_its_own_number_of_leaves_only() {
        let path = path(&leaves(7, 1), 6).unwrap();
        assert_eq!(path.len(), 2);
        assert_eq!(place(1, 7, &path), Some(6));
        for (first, last) in [(1, 8), (1, 1), (7, 1), (0, 6), (1, i64::MAX), (i64::MIN, i64::MAX)] {
            assert_eq!(place(first, last, &path), None, "{first} {last}");
        }
    }

    proptest! {
        #[test]
        fn a_path_leads_to_the_root_and_another_leaf_does_not((count, at) in (1_usize..513).prop_flat_map(|count| (Just(count), 0..count)), seed: u8, bit in 0_usize..256) {
            let leaves = leaves(count, seed);
            assert_leads(&leaves, at);
            let mut other = leaves[at];
            other[bit / 8] ^= 1 << (bit % 8);
            prop_assert_ne!(climb(other, &path(&leaves, at).unwrap()), root(&leaves));
        }
    }
}
