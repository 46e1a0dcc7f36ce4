use encoding_rs::WINDOWS_1252;
use unicode_normalization::UnicodeNormalization;

/// A text that was read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ReadText {
    pub(crate) text: String,
    /// Whether it came in another encoding than UTF-8, or through one.
    pub(crate) repaired: bool,
}

/// A text that can't be read without guessing.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Damaged;

/// Reads a text for people: whole, in NFC, one space between words, no edges.
pub(crate) fn read(bytes: &[u8]) -> Result<ReadText, Damaged> {
    let (text, repaired) = match std::str::from_utf8(bytes) {
        Ok(text) => match twice_encoded(text) {
            Some(once) => (once, true),
            None => (text.to_owned(), false),
        },
        // What is not UTF-8 in this country's spreadsheets is the French Windows encoding.
        Err(_) => (WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(), true),
    };
    let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ").nfc().collect();
    if text.chars().any(|c| c.is_control() || c == char::REPLACEMENT_CHARACTER) {
        return Err(Damaged);
    }
    Ok(ReadText { text, repaired })
}

/// UTF-8 that was taken for Windows-1252 and encoded again, as in `SantÃ©`: what it was.
fn twice_encoded(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    let (bytes, _, unmappable) = WINDOWS_1252.encode(text);
    if unmappable {
        return None;
    }
    // Plain French in Windows-1252 is not valid UTF-8: only a text encoded twice reads here.
    String::from_utf8(bytes.into_owned()).ok()
}

/// Whether a question mark stands inside a word or at its end before a bracket, where a letter was.
pub(crate) fn lost_a_letter(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    chars.windows(3).any(|around| {
        around[0].is_alphabetic() && around[1] == '?' && (around[2].is_alphabetic() || around[2] == ')')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> Result<(String, bool), Damaged> {
        read(bytes).map(|read| (read.text, read.repaired))
    }

    #[test]
    fn french_arrives_whole_whatever_its_encoding() {
        let plain = "Centre de Santé d\u{2019}Oumé".to_owned();
        assert_eq!(text(plain.as_bytes()), Ok((plain.clone(), false)));
        assert_eq!(text(b"Centre de Sant\xe9 d\x92Oum\xe9"), Ok((plain.clone(), true)), "Windows-1252");
        assert_eq!(text("Centre de SantÃ© dâ€™OumÃ©".as_bytes()), Ok((plain, true)), "encoded twice");
        assert_eq!(text("Hôpital Félix".as_bytes()), Ok(("Hôpital Félix".to_owned(), false)));
        assert_eq!(text("Oume\u{301}".as_bytes()), Ok(("Oumé".to_owned(), false)), "NFC");
        assert_eq!(text("  Riviera\u{a0}2 \n x ".as_bytes()), Ok(("Riviera 2 x".to_owned(), false)));
        assert_eq!(text("مستشفى".as_bytes()), Ok(("مستشفى".to_owned(), false)));
    }

    #[test]
    fn what_is_lost_is_refused() {
        for damaged in [&b"a\0b"[..], b"a\x1bb", "Oum\u{fffd}".as_bytes(), b"a\x81b"] {
            assert_eq!(text(damaged), Err(Damaged), "{damaged:?}");
        }
        assert!(lost_a_letter("Yaou (S/P Ayam?) Centre") && lost_a_letter("Napi?l?dougou"));
        assert!(!lost_a_letter("Pharmacie ouverte ?") && !lost_a_letter("Quoi?"));
    }
}
