//! The two typefaces: what their letters measure, in thousandths of the size, by Adobe's metrics of the fourteen standard
//! fonts. Every reader of PDF has them, so that a document carries none.

use encoding_rs::WINDOWS_1252;
use unicode_normalization::UnicodeNormalization;

/// A typeface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Face {
    Regular,
    Bold,
}

impl Face {
    /// The width of a text at a size, in points.
    pub(super) fn width(self, size: f32, text: &str) -> f32 {
        let table = match self {
            Self::Regular => &REGULAR,
            Self::Bold => &BOLD,
        };
        let letter =
            |byte: &u8| f32::from(*table.get(usize::from(*byte).wrapping_sub(32)).unwrap_or(&0)) / 1_000.0;
        size * encoded(text).iter().map(letter).sum::<f32>()
    }

    /// The text, or as much of its beginning as fits, with an ellipsis.
    pub(super) fn fitted(self, size: f32, text: &str, width: f32) -> String {
        if self.width(size, text) <= width {
            return text.to_owned();
        }
        let mut kept = text.to_owned();
        while kept.pop().is_some() {
            let shown = format!("{}…", kept.trim_end());
            if self.width(size, &shown) <= width {
                return shown;
            }
        }
        String::new()
    }
}

/// The text in WinAnsiEncoding, which holds French. A narrow no-break space becomes a no-break one; what has no place is a
/// question mark.
pub(super) fn encoded(text: &str) -> Vec<u8> {
    let letter = |letter: char| match letter {
        '\u{202f}' => 0xa0,
        letter if letter.is_control() => b' ',
        letter => match WINDOWS_1252.encode(letter.encode_utf8(&mut [0; 4])) {
            (bytes, _, false) => bytes.first().copied().unwrap_or(b'?'),
            _ => b'?',
        },
    };
    text.nfc().map(letter).collect()
}

/// Helvetica, from the space on.
#[rustfmt::skip]
const REGULAR: [u16; 224] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584, 350,
    556, 350, 222, 556, 333, 1000, 556, 556, 333, 1000, 667, 333, 1000, 350, 611, 350,
    350, 222, 222, 333, 333, 350, 556, 1000, 333, 1000, 500, 333, 944, 350, 500, 667,
    278, 333, 556, 556, 556, 556, 260, 556, 333, 737, 370, 556, 584, 333, 737, 333,
    400, 584, 333, 333, 333, 556, 537, 278, 333, 333, 365, 556, 834, 834, 834, 611,
    667, 667, 667, 667, 667, 667, 1000, 722, 667, 667, 667, 667, 278, 278, 278, 278,
    722, 722, 778, 778, 778, 778, 778, 584, 778, 722, 722, 722, 722, 667, 667, 611,
    556, 556, 556, 556, 556, 556, 889, 500, 556, 556, 556, 556, 278, 278, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 584, 611, 556, 556, 556, 556, 500, 556, 500,
];

/// Helvetica-Bold, from the space on.
#[rustfmt::skip]
const BOLD: [u16; 224] = [
    278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 333, 333, 584, 584, 584, 611,
    975, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556,
    333, 556, 611, 556, 611, 556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611,
    611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584, 350,
    556, 350, 278, 556, 500, 1000, 556, 556, 333, 1000, 667, 333, 1000, 350, 611, 350,
    350, 278, 278, 500, 500, 350, 556, 1000, 333, 1000, 556, 333, 944, 350, 500, 667,
    278, 333, 556, 556, 556, 556, 280, 556, 333, 737, 370, 556, 584, 333, 737, 333,
    400, 584, 333, 333, 333, 611, 556, 278, 333, 333, 365, 556, 834, 834, 834, 611,
    722, 722, 722, 722, 722, 722, 1000, 722, 667, 667, 667, 667, 278, 278, 278, 278,
    722, 722, 778, 778, 778, 778, 778, 584, 778, 722, 722, 722, 722, 667, 667, 611,
    556, 556, 556, 556, 556, 556, 889, 556, 556, 556, 556, 556, 278, 278, 278, 278,
    611, 611, 611, 611, 611, 611, 611, 584, 611, 611, 611, 611, 611, 556, 611, 556,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn french_is_encoded_and_the_rest_is_marked() {
        assert_eq!(encoded("Été à N’Guessan"), b"\xc9t\xe9 \xe0 N\x92Guessan");
        assert_eq!(encoded("e\u{301}"), b"\xe9", "decomposed, as some phones write it");
        assert_eq!(encoded("12\u{202f}500"), b"12\xa0500");
        assert_eq!(encoded("•…œ€"), b"\x95\x85\x9c\x80");
        assert_eq!(encoded("ŋ😀\n\0"), b"??  ");
    }

    #[test]
    fn widths_are_those_of_the_font() {
        // Helvetica: A 667, v 500, é 556. Helvetica-Bold: A 722, v 556.
        assert!((Face::Regular.width(10.0, "Avé") - 17.23).abs() < 0.001);
        assert!((Face::Bold.width(10.0, "Av") - 12.78).abs() < 0.001);
    }

    #[test]
    fn what_does_not_fit_ends_with_an_ellipsis() {
        let text = "Deux attiékés et une bouteille d’eau";
        assert_eq!(Face::Regular.fitted(8.0, text, 500.0), text);
        let short = Face::Regular.fitted(8.0, text, 60.0);
        assert!(short.ends_with('…') && text.starts_with(short.trim_end_matches('…')));
        assert!(Face::Regular.width(8.0, &short) <= 60.0);
        assert_eq!(Face::Regular.fitted(8.0, text, 1.0), "");
    }
}
