//! The alphabet of text messages (3GPP TS 23.038) and how many segments a text takes: each is paid for.

use unicode_normalization::UnicodeNormalization;

/// The default alphabet, table 6.2.1. `Ç` is in it, `ç` is not, nor any circumflex.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// The extension table, 6.2.1.1: an escape and a character, so two of the seven-bit units.
const EXTENSION: &str = "\u{c}^{}\\[~]|€";

/// How the characters of a text message are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alphabet {
    /// Seven bits: 160 units in one segment, 153 in each of several.
    Gsm7,
    /// Sixteen bits, as soon as one character is not in the GSM alphabet: 70, or 67 in each of several.
    Ucs2,
}

/// The alphabet that a text needs, and its segments.
#[must_use]
pub fn segments(text: &str) -> (Alphabet, u16) {
    let seven: Option<Vec<usize>> = text.chars().map(septets).collect();
    match seven {
        Some(widths) => (Alphabet::Gsm7, pack(&widths, 160, 153)),
        None => (Alphabet::Ucs2, pack(&text.chars().map(char::len_utf16).collect::<Vec<_>>(), 70, 67)),
    }
}

/// A character's seven-bit units, where the GSM alphabet has it.
fn septets(c: char) -> Option<usize> {
    if BASIC.contains(c) { Some(1) } else { EXTENSION.contains(c).then_some(2) }
}

/// Segments of characters that are not cut in two.
fn pack(widths: &[usize], alone: usize, each: usize) -> u16 {
    if widths.iter().sum::<usize>() <= alone {
        return 1;
    }
    let (mut count, mut filled) = (1_u16, 0);
    for width in widths {
        if filled + width > each {
            count = count.saturating_add(1);
            filled = 0;
        }
        filled += width;
    }
    count
}

/// The same text in the GSM alphabet: accents that it lacks are taken off, typographic signs become plain ones,
/// control characters go, and what remains becomes a question mark. So nobody's name can make a message three.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.nfc() {
        match c {
            '\u{2018}' | '\u{2019}' | '\u{2b9}' | '`' => folded.push('\''),
            '\u{201c}' | '\u{201d}' | '«' | '»' => folded.push('"'),
            '\u{2010}'..='\u{2015}' | '\u{2212}' => folded.push('-'),
            '\u{2026}' => folded.push_str("..."),
            '\u{a0}' | '\u{202f}' | '\u{2009}' | '\t' => folded.push(' '),
            'œ' => folded.push_str("oe"),
            'Œ' => folded.push_str("OE"),
            c if c != '\u{c}' && septets(c).is_some() => folded.push(c),
            c if c.is_control() || is_invisible(c) => {}
            c => {
                let base = c.nfd().next().filter(|base| *base != c && BASIC.contains(*base));
                folded.push(base.unwrap_or('?'));
            }
        }
    }
    folded
}

/// Marks that turn the direction of a line, join, or show nothing: they only serve to deceive.
const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{300}'..='\u{36f}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use Alphabet::{Gsm7, Ucs2};

    #[test]
    fn segments_are_counted_as_networks_do() {
        for (text, expected) in [
            (String::new(), (Gsm7, 1)),
            ("a".repeat(160), (Gsm7, 1)),
            ("a".repeat(161), (Gsm7, 2)),
            ("a".repeat(306), (Gsm7, 2)),
            ("a".repeat(307), (Gsm7, 3)),
            ("é".repeat(160), (Gsm7, 1)),
            ("€".repeat(80), (Gsm7, 1)),
            ("€".repeat(81), (Gsm7, 2)),
            // An escape is not parted from its character: 76 to a segment, and one unit of 153 stays empty.
            ("€".repeat(152), (Gsm7, 2)),
            ("€".repeat(153), (Gsm7, 3)),
            ("ê".repeat(70), (Ucs2, 1)),
            ("ê".repeat(71), (Ucs2, 2)),
            ("a".repeat(70) + "ç", (Ucs2, 2)),
            ("ê".repeat(134), (Ucs2, 2)),
            ("ê".repeat(135), (Ucs2, 3)),
            ("😀".repeat(35), (Ucs2, 1)),
            // Nor is a character beyond the sixteen bits: 33 to a segment.
            ("😀".repeat(66), (Ucs2, 2)),
            ("😀".repeat(67), (Ucs2, 3)),
        ] {
            assert_eq!(segments(&text), expected, "{} × {:?}", text.chars().count(), text.chars().next());
        }
        assert_eq!(BASIC.chars().count(), 127, "128 places, one of them the escape");
        assert!(segments(BASIC).0 == Gsm7 && segments(EXTENSION).0 == Gsm7);
    }

    #[test]
    fn case_92_a_hostile_name_stays_in_the_alphabet() {
        assert_eq!(fold("Aïcha N’Guessan – Noël, ça va… «œuf»"), "Aicha N'Guessan - Noel, ca va... \"oeuf\"");
        assert_eq!(fold("Koné Hélène à Ségou"), "Koné Hélène à Ségou", "what the alphabet has stays");
        assert_eq!(fold("a\u{202e}b\u{200b}c\0d\u{1b}[31m\u{c}e"), "abcd[31me");
        assert_eq!(fold("e\u{301}"), "é", "a letter and its accent are one");
        assert_eq!(fold("Владимир 😀 {x} [y] ~"), "???????? ? {x} [y] ~");
        for hostile in ["\u{300}".repeat(500), "😀".repeat(10), "٠١٢".into(), "\u{fdfd}".into()] {
            assert_eq!(segments(&fold(&hostile)).0, Gsm7, "{hostile:?}");
        }
    }
}
