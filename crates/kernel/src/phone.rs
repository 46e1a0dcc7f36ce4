use std::str::FromStr;

/// A phone number in E.164 form, for example `+2250708091011`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PhoneNumber(String);

/// A country whose numbers may sign in, by its ISO 3166-1 alpha-2 code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Region(phonenumber::country::Id);

/// Why a text is not a phone number that may sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPhone {
    /// Not a number of any country that is taken.
    #[error("not a phone number")]
    NotANumber,
    /// Eight digits: the Ivorian plan that ended on 31 January 2021 (ARTCI).
    #[error("an 8-digit number of the Ivorian plan that ended in 2021")]
    OldIvorianPlan,
    /// A valid number of a country that is not taken.
    #[error("numbers of this country are not taken")]
    Country,
}

impl Region {
    /// Côte d'Ivoire, +225.
    pub const COTE_D_IVOIRE: Self = Self(phonenumber::country::Id::CI);

    /// Reads an ISO 3166-1 alpha-2 code, for example `CI`.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        phonenumber::country::Id::from_str(code).ok().map(Self)
    }
}

impl PhoneNumber {
    /// The longest text that is looked at, in bytes.
    const MAX_LENGTH: usize = 64;

    /// Reads a number as people type it. A number without a country code is of the first of `regions`.
    ///
    /// An Ivorian number is ten digits starting 01, 05, 07 (mobile) or 21, 25, 27 (fixed); its leading 0 belongs to
    /// the number (ARTCI, plan of 31 January 2021).
    ///
    /// # Errors
    /// [`InvalidPhone`].
    pub fn parse(text: &str, regions: &[Region]) -> Result<Self, InvalidPhone> {
        let digits = dialled(text).ok_or(InvalidPhone::NotANumber)?;
        match ivorian(&digits) {
            // Without a country code, ten digits are Ivorian only where that is the home country.
            Ok((number, explicit)) if explicit || regions.first() == Some(&Region::COTE_D_IVOIRE) => {
                return if regions.contains(&Region::COTE_D_IVOIRE) {
                    Ok(Self(number))
                } else {
                    Err(InvalidPhone::Country)
                };
            }
            Err(error @ InvalidPhone::OldIvorianPlan) if regions.first() == Some(&Region::COTE_D_IVOIRE) => {
                return Err(error);
            }
            _ => {}
        }
        let home = regions.first().map(|region| region.0);
        let number = phonenumber::parse(home, &digits).map_err(|_| InvalidPhone::NotANumber)?;
        let country = number.country().id();
        if country == Some(phonenumber::country::Id::CI) || !number.is_valid() {
            return Err(InvalidPhone::NotANumber); // every Ivorian number was recognised above
        }
        if !regions.iter().any(|region| Some(region.0) == country) {
            return Err(InvalidPhone::Country);
        }
        Ok(Self(number.format().mode(phonenumber::Mode::E164).to_string()))
    }

    /// The E.164 form, with its `+`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What may be shown to others: the country code and the last two digits, `+225••••••••11`.
    #[must_use]
    pub fn masked(&self) -> String {
        let shown = self.0.len().min(4);
        let tail = self.0.len().saturating_sub(2).max(shown);
        format!("{}{}{}", &self.0[..shown], "•".repeat(tail - shown), &self.0[tail..])
    }
}

/// The digits that a phone would dial, with a leading `+` for a country code. Spaces and the usual separators are
/// dropped, every script's decimal digits are folded to ASCII. `None` when anything else is in it.
fn dialled(text: &str) -> Option<String> {
    use unicode_normalization::UnicodeNormalization;
    if text.len() > PhoneNumber::MAX_LENGTH {
        return None;
    }
    let mut digits = String::new();
    for c in text.trim().nfkc() {
        match c {
            '0'..='9' => digits.push(c),
            '\u{660}'..='\u{669}' => digits.push(fold_digit(c, '\u{660}')), // Arabic-Indic
            '\u{6f0}'..='\u{6f9}' => digits.push(fold_digit(c, '\u{6f0}')), // extended Arabic-Indic
            '+' if digits.is_empty() => digits.push('+'),
            ' ' | '-' | '.' | '(' | ')' | '/' | '\u{a0}' | '\u{2010}' | '\u{2011}' => {}
            _ => return None,
        }
    }
    if let Some(rest) = digits.strip_prefix("00") {
        digits = format!("+{rest}");
    }
    (digits.trim_start_matches('+').len() >= 6).then_some(digits)
}

fn fold_digit(digit: char, zero: char) -> char {
    char::from_u32(u32::from(digit) - u32::from(zero) + u32::from('0')).unwrap_or('0')
}

/// An Ivorian number and whether it was typed with its country code.
fn ivorian(digits: &str) -> Result<(String, bool), InvalidPhone> {
    let (national, explicit) = if let Some(rest) = digits.strip_prefix("+225") {
        (rest, true)
    } else if digits.len() >= 11 && digits.starts_with("225") {
        (&digits[3..], true)
    } else {
        (digits, false)
    };
    let mobile_or_fixed =
        ["01", "05", "07", "21", "25", "27"].iter().any(|prefix| national.starts_with(prefix));
    match national.len() {
        10 if mobile_or_fixed => Ok((format!("+225{national}"), explicit)),
        8 if !national.starts_with('+') => Err(InvalidPhone::OldIvorianPlan),
        _ => Err(InvalidPhone::NotANumber),
    }
}

impl std::fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PhoneNumber(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HOME: [Region; 1] = [Region::COTE_D_IVOIRE];

    #[test]
    fn every_usual_spelling_is_one_number() {
        for text in [
            "0708091011",
            "07 08 09 10 11",
            "07.08.09.10.11",
            "07-08-09-10-11",
            "+2250708091011",
            "+225 07 08 09 10 11",
            "002250708091011",
            "2250708091011",
            "(+225) 07 08 09 10 11",
            "٠٧٠٨٠٩١٠١١",
            "０７０８０９１０１１",
            " 0708091011 ",
            "07\u{a0}08\u{a0}09\u{a0}10\u{a0}11",
        ] {
            assert_eq!(
                PhoneNumber::parse(text, &HOME).map(|n| n.0),
                Ok("+2250708091011".to_owned()),
                "{text:?}"
            );
        }
    }

    #[test]
    fn the_old_plan_is_told_from_nonsense() {
        for text in ["08091011", "+225 08 09 10 11", "0022508091011"] {
            assert_eq!(PhoneNumber::parse(text, &HOME), Err(InvalidPhone::OldIvorianPlan), "{text:?}");
        }
        for text in [
            "",
            "185",
            "0608091011",
            "070809101",
            "07080910112",
            "07o8091011",
            "0708091011\0",
            "+225225070809",
            "07080910\u{200b}11",
        ] {
            assert_eq!(PhoneNumber::parse(text, &HOME), Err(InvalidPhone::NotANumber), "{text:?}");
        }
    }

    #[test]
    fn other_countries_are_a_setting() {
        let togo = Region::parse("TG").unwrap();
        assert_eq!(PhoneNumber::parse("0022892152900", &HOME), Err(InvalidPhone::Country));
        assert_eq!(
            PhoneNumber::parse("0022892152900", &[HOME[0], togo]).map(|n| n.0),
            Ok("+22892152900".to_owned())
        );
        assert_eq!(PhoneNumber::parse("0708091011", &[togo]), Err(InvalidPhone::NotANumber));
        assert_eq!(PhoneNumber::parse("+2250708091011", &[togo]), Err(InvalidPhone::Country));
    }

    #[test]
    fn a_masked_number_keeps_two_digits() {
        assert_eq!(PhoneNumber::parse("0708091011", &HOME).unwrap().masked(), "+225••••••••11");
    }

    proptest! {
        #[test]
        fn parsing_is_idempotent_and_never_panics(text in "\\PC{0,24}") {
            if let Ok(number) = PhoneNumber::parse(&text, &HOME) {
                prop_assert_eq!(PhoneNumber::parse(number.as_str(), &HOME), Ok(number));
            }
        }
    }
}
