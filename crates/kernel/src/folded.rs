use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// A text as it is compared with what others typed: lower case, without accents, and what is neither letter nor digit is one
/// space between words.
#[must_use]
pub fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            folded.push(c);
        } else if !folded.is_empty() && !folded.ends_with(' ') {
            folded.push(' ');
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_and_signs_make_no_difference() {
        for text in ["Aïcha  Koné", "AICHA-KONE", " aicha.kone ", "Ａïcha Koné", "Ai\u{308}cha_Kone\u{301}!"]
        {
            assert_eq!(folded(text), "aicha kone", "{text:?}");
        }
        for text in ["", "  ", "—", "'\""] {
            assert_eq!(folded(text), "");
        }
        assert_eq!(folded("Bénéficiaire n° 7"), "beneficiaire n 7");
    }
}
