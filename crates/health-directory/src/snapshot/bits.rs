/// A set of places in the snapshot's rows: a bit each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    pub(super) fn insert(&mut self, place: usize) {
        let word = place / 64;
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        self.0[word] |= 1 << (place % 64);
    }

    pub(super) fn contains(&self, place: usize) -> bool {
        self.0.get(place / 64).is_some_and(|word| word & (1 << (place % 64)) != 0)
    }

    /// Keeps what is in both.
    pub(super) fn retain(&mut self, other: &Self) {
        self.0.truncate(other.0.len());
        for (word, other) in self.0.iter_mut().zip(&other.0) {
            *word &= other;
        }
    }

    /// Takes in what is in the other.
    pub(super) fn add(&mut self, other: &Self) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        for (word, other) in self.0.iter_mut().zip(&other.0) {
            *word |= other;
        }
    }

    /// Bytes on the heap.
    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.0)
    }
}

/// The words of what is in all of some sets. Of none it is nothing.
fn common<'a>(sets: &'a [&'a Bits]) -> impl Iterator<Item = u64> + 'a {
    let words = sets.iter().map(|set| set.0.len()).min().unwrap_or(0);
    (0..words).map(move |word| sets.iter().fold(u64::MAX, |bits, set| bits & set.0[word]))
}

/// Whether at most so many are in all of some sets. Where there are more, it stops to count.
pub(super) fn are_at_most(most: usize, sets: &[&Bits]) -> bool {
    let mut count = 0;
    common(sets).all(|bits| {
        count += bits.count_ones() as usize;
        count <= most
    })
}

/// What is in all of some sets.
pub(super) fn places<'a>(sets: &'a [&'a Bits]) -> impl Iterator<Item = usize> + 'a {
    common(sets).enumerate().flat_map(|(word, bits)| {
        let mut left = bits;
        std::iter::from_fn(move || {
            let bit = (left != 0).then(|| left.trailing_zeros() as usize)?;
            left &= left - 1;
            Some(word * 64 + bit)
        })
    })
}

impl FromIterator<usize> for Bits {
    fn from_iter<I: IntoIterator<Item = usize>>(places: I) -> Self {
        let mut bits = Self::default();
        places.into_iter().for_each(|place| bits.insert(place));
        bits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_in_is_there() {
        let bits: Bits = [0, 3, 63, 64, 500].into_iter().collect();
        assert_eq!(places(&[&bits]).collect::<Vec<_>>(), [0, 3, 63, 64, 500]);
        assert!(bits.contains(64) && !bits.contains(65) && !bits.contains(100_000));
        assert!(bits.bytes() >= 64);
        let other: Bits = [3, 64, 65].into_iter().collect();
        assert_eq!(places(&[&bits, &other]).collect::<Vec<_>>(), [3, 64]);
        assert!(are_at_most(2, &[&other, &bits]) && !are_at_most(1, &[&bits, &other]));
        assert!(are_at_most(0, &[&bits, &Bits::default()]));
        assert_eq!(places(&[]).count(), 0);
        let mut both = bits.clone();
        both.retain(&other);
        assert_eq!(places(&[&both]).collect::<Vec<_>>(), [3, 64]);
        both.add(&[0, 200].into_iter().collect());
        assert_eq!(places(&[&both]).collect::<Vec<_>>(), [0, 3, 64, 200]);
    }
}
