//! The number of a card and the code that goes with it for a minute.

use crate::{Error, codes};
use chrono::{DateTime, Utc};
use hostolink_kernel::{ExposeSecret, Random, Secret};
use hostolink_sealing::keyed;
use subtle::ConstantTimeEq;

/// National use (9) in Côte d'Ivoire (384): ISO/IEC 7812-1 and ISO 3166-1. No brand's numbers start so: ours can't be mistaken for one.
const ISSUER: &str = "9384";
const LENGTH: usize = 16;
/// How long a code lives, in seconds. The one before counts too: whoever reads it off a screen needs a moment.
const WINDOW: i64 = 60;

/// A card's number. It never prints.
#[derive(Clone)]
pub struct CardNumber(Secret);

/// The code that somebody showed with a number. It never prints.
#[derive(Clone)]
pub struct SecurityCode(Secret);

impl CardNumber {
    /// Draws a new one.
    pub(crate) fn draw(random: &dyn Random) -> Self {
        let mut digits = format!("{ISSUER}{}", random.digits(LENGTH - ISSUER.len() - 1));
        digits.push(check_digit(&digits));
        Self(digits.into())
    }

    /// Takes what was typed or read, with or without spaces and hyphens.
    ///
    /// # Errors
    /// `wallet.card_number_invalid` unless it is a number of ours: its length, its issuer, its check digit (ISO/IEC 7812-1, Luhn).
    pub fn parse(text: &Secret) -> Result<Self, Error> {
        let digits: String =
            text.expose_secret().chars().filter(|c| ![' ', '-', '\u{a0}', '\u{202f}'].contains(c)).collect();
        let is_ours = digits.len() == LENGTH
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && digits.starts_with(ISSUER)
            && digits.ends_with(check_digit(&digits[..LENGTH - 1]));
        if is_ours { Ok(Self(digits.into())) } else { Err(Error::Rule(&codes::CARD_NUMBER_INVALID)) }
    }

    /// What may be shown of it.
    pub(crate) fn last_four(&self) -> &str {
        &self.0.expose_secret()[LENGTH - 4..]
    }

    /// All of it, to be sealed, looked up or shown to its owner.
    #[must_use]
    pub const fn secret(&self) -> &Secret {
        &self.0
    }
}

impl SecurityCode {
    /// Takes what was typed.
    ///
    /// # Errors
    /// `wallet.card_code_invalid` unless it is six digits.
    pub fn parse(text: &Secret) -> Result<Self, Error> {
        let digits = text.expose_secret();
        let fits = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit());
        if fits { Ok(Self(text.clone())) } else { Err(Error::Rule(&codes::CARD_CODE_INVALID)) }
    }

    /// The window whose code this is: the present one or the one before.
    pub(crate) fn window(&self, card_key: &[u8; 32], now: DateTime<Utc>) -> Option<i64> {
        let present = window_at(now);
        let shown = self.0.expose_secret().as_bytes();
        let is_of = |window: &i64| bool::from(code_of(card_key, *window).as_bytes().ct_eq(shown));
        [present, present - 1].into_iter().find(is_of)
    }
}

/// The code of a card now, and until when it is the newest. It is derived anew each time and kept nowhere.
pub(crate) fn code_at(card_key: &[u8; 32], now: DateTime<Utc>) -> (Secret, DateTime<Utc>) {
    let window = window_at(now);
    let end = DateTime::from_timestamp((window + 1) * WINDOW, 0).unwrap_or(now);
    (code_of(card_key, window).into(), end)
}

fn window_at(now: DateTime<Utc>) -> i64 {
    now.timestamp().div_euclid(WINDOW)
}

fn code_of(card_key: &[u8; 32], window: i64) -> String {
    let [a, b, c, d, e, f, g, h, ..] = keyed(card_key, &[&window.to_be_bytes()]);
    format!("{:06}", u64::from_be_bytes([a, b, c, d, e, f, g, h]) % 1_000_000)
}

/// The digit that makes the sum of Luhn's algorithm end in 0.
fn check_digit(digits: &str) -> char {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| match (place % 2, u32::from(byte.wrapping_sub(b'0'))) {
            (0, digit) if digit > 4 => digit * 2 - 9,
            (0, digit) => digit * 2,
            (_, digit) => digit,
        })
        .sum();
    char::from_digit((10 - sum % 10) % 10, 10).unwrap_or('0')
}

macro_rules! hidden {
    ($($name:ident),*) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )*};
}

hidden!(CardNumber, SecurityCode);

#[cfg(test)]
mod tests {
    use super::*;
    use hostolink_kernel::{DomainError, SystemRandom};
    use proptest::prelude::*;

    fn parse(text: &str) -> Result<CardNumber, Error> {
        CardNumber::parse(&text.to_owned().into())
    }

    #[test]
    fn luhn_agrees_with_a_known_number() {
        // The example of ISO/IEC 7812-1, annex B.
        assert_eq!(check_digit("7992739871"), '3');
    }

    #[test]
    fn a_drawn_number_is_ours_and_read_back() {
        for _ in 0..200 {
            let drawn = CardNumber::draw(&SystemRandom);
            let digits = drawn.secret().expose_secret().to_owned();
            assert!(digits.starts_with("9384") && digits.len() == 16);
            assert_eq!(parse(&digits).unwrap().secret().expose_secret(), digits);
            let spaced = format!("{} {}-{} {}", &digits[..4], &digits[4..8], &digits[8..12], &digits[12..]);
            assert_eq!(parse(&spaced).unwrap().last_four(), &digits[12..]);
            assert!(!format!("{drawn:?}").contains(&digits[12..]));
        }
    }

    #[test]
    fn one_wrong_digit_or_another_issuer_is_no_number() {
        let digits = CardNumber::draw(&SystemRandom).secret().expose_secret().to_owned();
        for place in 4..16 {
            let wrong = (digits.as_bytes()[place] - b'0' + 1) % 10;
            let text = format!("{}{wrong}{}", &digits[..place], &digits[place + 1..]);
            assert_eq!(parse(&text).unwrap_err().code().code, "wallet.card_number_invalid");
        }
        for text in
            ["", "4111111111111111", "93840000", "９３８４０００００００００００８", "938400000000000x"]
        {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_code_lives_for_its_minute_and_the_next() {
        let (key, at) = ([7; 32], |seconds| DateTime::from_timestamp(seconds, 0).unwrap());
        let (shown, end) = code_at(&key, at(6_000));
        assert_eq!(end, at(6_060));
        let code = SecurityCode::parse(&shown).unwrap();
        assert_eq!(code.window(&key, at(6_000)), Some(100));
        assert_eq!(code.window(&key, at(6_119)), Some(100));
        assert_eq!(code.window(&key, at(6_120)), None, "two minutes later");
        assert_eq!(code.window(&key, at(5_999)), None, "before it was shown");
        assert_eq!(code.window(&[8; 32], at(6_000)), None, "of another card");
        assert!(!format!("{code:?}").contains(shown.expose_secret()));
        for text in ["", "12345", "1234567", "12345x", "١٢٣٤٥٦"] {
            assert!(SecurityCode::parse(&text.to_owned().into()).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_read_or_refused(text in ".{0,40}") {
            let _ = parse(&text);
            let _ = SecurityCode::parse(&text.into());
        }
    }
}
