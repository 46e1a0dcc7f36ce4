use hostolink_kernel::folded;

/// How the name that a payer gives goes with the name that somebody has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameMatch {
    /// The same words, in whatever order and spelling.
    Same,
    /// Some of them, an initial, or a letter that differs.
    Close,
    /// Another name.
    Different,
    /// There is nothing to compare.
    Unknown,
}

impl NameMatch {
    /// Compares the name that was given with the parts of the one that somebody has.
    pub(super) fn compare(given: &str, parts: [Option<&str>; 2]) -> Self {
        let given = words(given);
        let known: Vec<String> = parts.into_iter().flatten().flat_map(words).collect();
        if given.is_empty() || known.is_empty() {
            return Self::Unknown;
        }
        let sorted = |words: &[String]| {
            let mut words = words.to_vec();
            words.sort_unstable();
            words
        };
        if sorted(&given) == sorted(&known) || given.concat() == known.concat() {
            return Self::Same;
        }
        // An initial alone says nothing: one whole word must be there.
        let is_there = |word: &String| known.iter().any(|other| is_close(word, other));
        let is_initial = |word: &String| {
            word.chars().count() == 1 && known.iter().any(|other| other.starts_with(word.as_str()))
        };
        let fits = given.iter().all(|word| is_there(word) || is_initial(word));
        if fits && given.iter().any(is_there) { Self::Close } else { Self::Different }
    }
}

/// The words of a name; an apostrophe parts none.
fn words(name: &str) -> Vec<String> {
    let whole: String = name.chars().filter(|c| !matches!(c, '\'' | '’' | 'ʼ' | '`')).collect();
    folded(&whole).split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Equal, or longer ones that one letter tells apart.
fn is_close(one: &str, other: &str) -> bool {
    if one == other {
        return one.chars().count() > 1;
    }
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    if short.len() < 4 || long.len() - short.len() > 1 {
        return false;
    }
    let same_start = short.iter().zip(&long).take_while(|(a, b)| a == b).count();
    let rest = if short.len() == long.len() { &short[same_start + 1..] } else { &short[same_start..] };
    long[same_start + 1..] == *rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn compare(given: &str) -> NameMatch {
        NameMatch::compare(given, [Some("Aya Marie"), Some("N’Guessan-Koffi")])
    }

    #[test]
    fn order_accents_and_spelling_make_no_difference() {
        for given in ["Aya Marie N'Guessan Koffi", "NGUESSAN KOFFI aya-marie", "Âya Marie N’Guessan-Koffi"]
        {
            assert_eq!(compare(given), NameMatch::Same, "{given}");
        }
        assert_eq!(NameMatch::compare("N Guessan", [None, Some("N'Guessan")]), NameMatch::Same);
    }

    #[test]
    fn a_part_an_initial_or_a_slip_is_close() {
        for given in ["Aya Koffi", "A. Nguessan", "Aya Marie N'Guesan Koffi", "Koffy", "marie"] {
            assert_eq!(compare(given), NameMatch::Close, "{given}");
        }
    }

    #[test]
    fn another_name_is_different_and_nothing_is_unknown() {
        for given in ["Awa Traoré", "A.", "A K", "Aya Traoré", "Koffi Aya Konan", "Ay"] {
            assert_eq!(compare(given), NameMatch::Different, "{given}");
        }
        for given in ["", " ", "…"] {
            assert_eq!(compare(given), NameMatch::Unknown, "{given:?}");
        }
        assert_eq!(NameMatch::compare("Awa", [None, Some(" ")]), NameMatch::Unknown);
    }

    proptest! {
        #[test]
        fn whatever_is_given_is_compared(given in "\\PC{0,40}", first in "\\PC{0,20}", last in "\\PC{0,20}") {
            let verdict = NameMatch::compare(&given, [Some(&first), Some(&last)]);
            let own = NameMatch::compare(&format!("{first} {last}"), [Some(&first), Some(&last)]);
            prop_assert!(matches!(own, NameMatch::Same | NameMatch::Unknown));
            prop_assert!(verdict != NameMatch::Unknown || words(&given).is_empty() || own == NameMatch::Unknown);
        }
    }
}
