//! Search as somebody types: prefixes, abbreviations, typing errors, and what is near first.

use super::{Filter, Nearby, Snapshot, filter::Matching};
use crate::{Establishment, name};
use hostolink_geo::Point;
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

/// Found by its words.
#[derive(Debug, Clone, Copy)]
pub struct Found<'a> {
    /// The establishment.
    pub establishment: &'a Establishment,
    /// The same seen from where the asker is, if that was said.
    pub near: Option<Nearby<'a>>,
}

/// What is written both ways. A name that has one is found by the other.
const ABBREVIATIONS: &[(&str, &str)] = &[
    ("centre de sante urbain", "csu"),
    ("centre de sante rural", "csr"),
    ("centre medico social", "cms"),
    ("hopital general", "hg"),
    ("hospitalier regional", "chr"),
    ("hospitalier universitaire", "chu"),
    ("formation sanitaire urbaine", "fsu"),
    ("infirmerie privee", "inf pv"),
    ("general", "gnl"),
    ("saint", "st"),
    ("sainte", "ste"),
    ("docteur", "dr"),
];

/// Words that say nothing beside others.
const FILLERS: &[&str] = &["a", "au", "aux", "d", "de", "des", "du", "et", "l", "la", "le", "les"];

/// More words of a question are not looked at.
const MAX_WORDS: usize = 8;

/// Each word with the rows that have it, in the order of words: packed, since most words are of few rows.
#[derive(Debug, Default)]
pub(super) struct Words {
    text: String,
    rows: Vec<u32>,
    /// Where each word and its rows end, the first at nothing: one more than there are words.
    ends: Vec<(u32, u32)>,
}

impl Words {
    pub(super) fn new(rows: &[Arc<Establishment>]) -> Self {
        Self::of(rows.iter().map(|row| words_of(row)))
    }

    /// The words of folded texts, one a row.
    pub(super) fn of(texts: impl Iterator<Item = String>) -> Self {
        let mut words: BTreeMap<Box<str>, Vec<u32>> = BTreeMap::new();
        for (text, place) in texts.zip(0_u32..) {
            for word in text.split(' ').filter(|word| !word.is_empty()) {
                let places = words.entry(word.into()).or_default();
                if places.last() != Some(&place) {
                    places.push(place);
                }
            }
        }
        let mut packed = Self { ends: vec![(0, 0)], ..Self::default() };
        for (word, places) in words {
            packed.text.push_str(&word);
            packed.rows.extend(places);
            #[expect(clippy::cast_possible_truncation, reason = "a directory is far below 4 GB")]
            packed.ends.push((packed.text.len() as u32, packed.rows.len() as u32));
        }
        packed.text.shrink_to_fit();
        packed.rows.shrink_to_fit();
        packed.ends.shrink_to_fit();
        packed
    }

    /// Bytes on the heap.
    pub(super) fn bytes(&self) -> usize {
        self.text.len() + size_of_val(&*self.rows) + size_of_val(&*self.ends)
    }

    fn len(&self) -> usize {
        self.ends.len().saturating_sub(1)
    }

    /// The word at a place in their order, and the rows that have it.
    fn at(&self, place: usize) -> (&str, &[u32]) {
        let (from, to) = (self.ends[place], self.ends[place + 1]);
        (&self.text[from.0 as usize..to.0 as usize], &self.rows[from.1 as usize..to.1 as usize])
    }

    /// Where the words begin that are not before this one.
    fn first(&self, start: &str) -> usize {
        let (mut from, mut to) = (0, self.len());
        while from < to {
            let middle = from.midpoint(to);
            if self.at(middle).0 < start {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        from
    }

    /// The rows with a word that starts so, each with how well it fits: 0 the whole word, 1 its start. Where no word starts so, with a
    /// word that does but for one typing error (two from eight letters on), 3 for each error.
    pub(super) fn rows(&self, start: &str) -> HashMap<u32, u32> {
        let mut found = HashMap::new();
        let from = (self.first(start)..self.len()).map(|place| self.at(place));
        for (word, rows) in from.take_while(|(word, _)| word.starts_with(start)) {
            note(&mut found, rows, u32::from(word.len() > start.len()));
        }
        let letters: Vec<char> = start.chars().collect();
        let errors = match letters.len() {
            0..=3 => 0,
            4..=7 => 1,
            _ => 2,
        };
        if found.is_empty() && errors > 0 {
            for (word, rows) in (0..self.len()).map(|place| self.at(place)) {
                if let Some(errors) = errors_in_start(&letters, word, errors) {
                    note(&mut found, rows, 3 * errors);
                }
            }
        }
        found
    }
}

/// The words of a folded question that say something: all of them where none does.
pub(super) fn question_words(folded: &str) -> Vec<&str> {
    let mut words: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).take(MAX_WORDS).collect();
    if words.iter().any(|word| !FILLERS.contains(word)) {
        words.retain(|word| !FILLERS.contains(word));
    }
    words
}

fn note(found: &mut HashMap<u32, u32>, rows: &[u32], penalty: u32) {
    for row in rows {
        let best = found.entry(*row).or_insert(penalty);
        *best = penalty.min(*best);
    }
}

/// The folded words of a row's name, type, region and address, with what they abbreviate and are abbreviated to.
fn words_of(row: &Establishment) -> String {
    let more = [&row.source_kind, &row.region, &row.address].map(|text| text.as_deref().map(name::fold));
    let mut text = format!(" {} ", row.key);
    for more in more.into_iter().flatten() {
        text.push_str(&more);
        text.push(' ');
    }
    let has = |words: &str| text.contains(&format!(" {words} "));
    let others: Vec<&str> = ABBREVIATIONS
        .iter()
        .flat_map(|(long, short)| [has(long).then_some(*short), has(short).then_some(*long)])
        .flatten()
        .collect();
    text + &others.join(" ")
}

/// The fewest letters to leave out, put in, replace or swap until `start` is how a word starts; `None` above `max`.
fn errors_in_start(start: &[char], word: &str, max: u32) -> Option<u32> {
    let word: Vec<char> = word.chars().take(start.len() + max as usize).collect();
    if word.len() + (max as usize) < start.len() {
        return None;
    }
    // Optimal string alignment; three rows of its table are enough.
    let mut before: Vec<u32> = Vec::new();
    let mut last: Vec<u32> = (0_u32..).take(word.len() + 1).collect();
    for (i, letter) in start.iter().enumerate() {
        let mut row = Vec::with_capacity(word.len() + 1);
        row.push(last[0] + 1);
        for (j, other) in word.iter().enumerate() {
            let mut errors = (last[j] + u32::from(letter != other)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && start[i - 1] == *other && letter == &word[j - 1] {
                errors = errors.min(before[j - 1] + 1);
            }
            row.push(errors);
        }
        if row.iter().all(|errors| *errors > max) {
            return None;
        }
        before = std::mem::replace(&mut last, row);
    }
    last.into_iter().min().filter(|errors| *errors <= max)
}

impl Snapshot {
    /// The establishments with all the words of a question, those that fit best first: each word may be cut, abbreviated or mistyped.
    /// From a place, nearer ones come before equally good ones, and far before better ones: e times as far (from a kilometre on)
    /// weighs as much as a word that is only begun.
    #[must_use]
    pub fn search(
        &self,
        question: &str,
        from: Option<Point>,
        filter: &Filter,
        limit: usize,
    ) -> Vec<Found<'_>> {
        let folded = name::fold(question);
        let mut found: Option<HashMap<u32, u32>> = None;
        for word in question_words(&folded) {
            let rows = self.words.rows(word);
            found = Some(match found {
                None => rows,
                Some(found) => found
                    .into_iter()
                    .filter_map(|(row, penalty)| Some((row, penalty + rows.get(&row)?)))
                    .collect(),
            });
        }
        let matching = Matching::new(self, filter);
        let mut ranked: Vec<(f64, usize, f64)> = found
            .unwrap_or_default()
            .into_iter()
            .map(|(row, penalty)| (row as usize, penalty))
            .filter(|(place, _)| matching.takes(*place))
            .map(|(place, penalty)| {
                let metres = from.map_or(0.0, |from| from.distance(self.rows[place].position.point));
                (f64::from(penalty) + (1.0 + metres / 1_000.0).ln(), place, metres)
            })
            .collect();
        let name = |place: usize| super::place_in_list(&self.rows[place]);
        ranked.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then_with(|| name(a.1).cmp(&name(b.1))));
        ranked.truncate(limit);
        ranked
            .into_iter()
            .map(|(_, place, metres)| {
                let establishment = &*self.rows[place];
                Found { establishment, near: from.map(|from| Nearby::of(establishment, from, metres)) }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(start: &str, word: &str, max: u32) -> Option<u32> {
        errors_in_start(&start.chars().collect::<Vec<_>>(), word, max)
    }

    #[test]
    fn typing_errors_are_counted_in_the_start_of_a_word() {
        assert_eq!(errors("yopougon", "yopougon", 2), Some(0));
        assert_eq!(errors("yopug", "yopougon", 1), Some(1), "one left out");
        assert_eq!(errors("yoppug", "yopougon", 1), Some(1), "one replaced");
        assert_eq!(errors("yopuogon", "yopougon", 1), Some(1), "two swapped");
        assert_eq!(errors("yopuogn", "yopougon", 1), None, "two errors");
        assert_eq!(errors("hopitall", "hopital", 2), Some(1));
        assert_eq!(errors("treichville", "trechvil", 2), None);
        assert_eq!(errors("cocodi", "cocody", 1), Some(1));
        assert_eq!(errors("abcdef", "ab", 2), None);
    }
}
