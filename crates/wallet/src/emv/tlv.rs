//! Tag-length-value text and its checksum.

use super::EmvError;

/// One field: its two-digit tag and its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Field<'a> {
    pub(super) tag: u8,
    pub(super) value: &'a str,
}

/// Splits a text into its fields. Tags may not repeat; a value has 1 to 99 characters.
///
/// The text must be ASCII, so that every byte offset is a character's: [`super::Payload::parse`] sees to it.
pub(super) fn read(mut text: &str) -> Result<Vec<Field<'_>>, EmvError> {
    let mut fields: Vec<Field<'_>> = Vec::new();
    while !text.is_empty() {
        let tag = two_digits(text, 0)?;
        let length = usize::from(two_digits(text, 2)?);
        if length == 0 {
            return Err(EmvError::Malformed);
        }
        let value = text.get(4..4 + length).ok_or(EmvError::Truncated)?;
        if fields.iter().any(|field| field.tag == tag) {
            return Err(EmvError::Duplicate);
        }
        fields.push(Field { tag, value });
        text = text.get(4 + length..).ok_or(EmvError::Truncated)?;
    }
    Ok(fields)
}

/// The number written in the two digits at `at`.
fn two_digits(text: &str, at: usize) -> Result<u8, EmvError> {
    let digits = text.get(at..at + 2).ok_or(EmvError::Truncated)?;
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        digits.parse().map_err(|_| EmvError::Malformed)
    } else {
        Err(EmvError::Malformed)
    }
}

/// Appends one field. The value has at most 99 characters: every caller's is bounded by its own rule.
pub(super) fn write(out: &mut String, tag: u8, value: &str) {
    use std::fmt::Write;
    debug_assert!((1..=99).contains(&value.len()) && tag <= 99, "a field that no reader would take");
    // Writing into a String cannot fail.
    let _ = write!(out, "{tag:02}{:02}{value}", value.len());
}

/// Ends a payload with its checksum, which covers its own tag and length.
pub(super) fn seal(out: &mut String) {
    use std::fmt::Write;
    out.push_str("6304");
    let crc = crc16(out.as_bytes());
    // Writing into a String cannot fail.
    let _ = write!(out, "{crc:04X}");
}

/// CRC-16/IBM-3740, also called CCITT-FALSE: polynomial 1021, initial FFFF, nothing reflected, nothing xored at the end.
pub(super) fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xFFFF, |crc, byte| {
        (0..8).fold(crc ^ (u16::from(*byte) << 8), |crc, _| {
            if crc & 0x8000 == 0 { crc << 1 } else { (crc << 1) ^ 0x1021 }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_the_catalogue() {
        assert_eq!(crc16(b"123456789"), 0x29B1);
        assert_eq!(crc16(b""), 0xFFFF);
    }

    #[test]
    fn fields_are_read_in_order() {
        assert_eq!(
            read("00020154041500"),
            Ok(vec![Field { tag: 0, value: "01" }, Field { tag: 54, value: "1500" }])
        );
        assert_eq!(read(""), Ok(Vec::new()));
    }

    #[test]
    fn what_is_no_list_of_fields_says_why() {
        assert_eq!(read("000"), Err(EmvError::Truncated));
        assert_eq!(read("000201540"), Err(EmvError::Truncated));
        assert_eq!(read("0003ab"), Err(EmvError::Truncated));
        assert_eq!(read("0000"), Err(EmvError::Malformed));
        assert_eq!(read("0x02ab"), Err(EmvError::Malformed));
        assert_eq!(read("00+2ab"), Err(EmvError::Malformed));
        assert_eq!(read("00020100020"), Err(EmvError::Truncated));
        assert_eq!(read("000201000201"), Err(EmvError::Duplicate));
    }
}
