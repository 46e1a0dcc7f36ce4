use crate::{Country, NumberKind};
use hostolink_kernel::{InvalidPhone, PhoneNumber, Region};

/// A number as it was read from a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReadNumber {
    pub(crate) kind: NumberKind,
    pub(crate) value: String,
    pub(crate) raw: String,
    pub(crate) converted_2021: bool,
}

/// Why a text is no number that can be dialled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum WhyNoNumber {
    /// It has more or fewer digits than the country's numbers.
    #[error("it has not as many digits as the country's numbers")]
    Length,
    /// It is of the 8-digit plan that ended in 2021, in none of the ranges that were converted.
    #[error("no range of the 8-digit plan of 2021 covers it")]
    NoRange,
    /// No numbering plan has it.
    #[error("no numbering plan has it")]
    NoPlan,
}

impl WhyNoNumber {
    /// Its code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Length => "length",
            Self::NoRange => "no_range",
            Self::NoPlan => "no_plan",
        }
    }
}

/// Reads one or more numbers of a field, `a; b` or `a / b`. What is none of a phone is the reason.
pub(crate) fn read_all(field: &str, country: Country) -> Vec<Result<ReadNumber, WhyNoNumber>> {
    field
        .split([';', ','])
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .flat_map(|part| match read(part, country) {
            // A slash may stand between digits of one number or between two numbers.
            Err(_) if part.contains('/') => part.split('/').map(|part| read(part.trim(), country)).collect(),
            one => vec![one],
        })
        .collect()
}

/// Reads one number of a country.
pub(crate) fn read(text: &str, country: Country) -> Result<ReadNumber, WhyNoNumber> {
    let number = |kind, value: &str, converted_2021| {
        Ok(ReadNumber { kind, value: value.to_owned(), raw: text.to_owned(), converted_2021 })
    };
    if is_short(text) {
        return number(NumberKind::Short, text, false);
    }
    if country == Country::COTE_D_IVOIRE && !has_ivorian_length(text) {
        return Err(WhyNoNumber::Length);
    }
    let regions: Vec<Region> = Region::parse(country.code()).into_iter().collect();
    match PhoneNumber::parse(text, &regions) {
        Ok(phone) => number(NumberKind::E164, phone.as_str(), false),
        Err(InvalidPhone::OldIvorianPlan) => {
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            let old = digits.get(digits.len().saturating_sub(8)..).unwrap_or_default();
            match convert_2021(old) {
                Some(new) => number(NumberKind::E164, &format!("+225{new}"), true),
                None => Err(WhyNoNumber::NoRange),
            }
        }
        Err(_) => Err(WhyNoNumber::NoPlan),
    }
}

/// Whether there are eight or ten digits behind the country code, if any. Asking this first spares loading the numbering
/// plans of all countries (half a second in a debug build) for what can't be a number of this one.
fn has_ivorian_length(text: &str) -> bool {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let national = digits.strip_prefix("00225").or_else(|| digits.strip_prefix("225")).unwrap_or(&digits);
    matches!(national.len(), 8 | 10)
}

/// Three to five digits without a leading 0: a number of its own, which never takes a country code (`185` is the SAMU,
/// `+225185` is nobody).
pub(crate) fn is_short(text: &str) -> bool {
    (3..=5).contains(&text.len())
        && !text.starts_with('0')
        && text.bytes().all(|digit| digit.is_ascii_digit())
}

/// The ten digits that an Ivorian number of eight got on 31 January 2021.
///
/// The operator's two digits go in front: mobile Orange 07, MTN 05, Moov 01; fixed Orange 27, MTN 25, Moov 21 (ARTCI,
/// announced on 28 July 2020). Whose a number is follows from its range: mobile numbers by the second digit, fixed
/// ones, which start 20 to 24 or 30 to 36, by the third (ranges as collected in google/libphonenumber#1909). The ranges
/// 80 and 90 were special numbers and kept their form. So the result is likely, not certain: have it verified.
#[must_use]
pub fn convert_2021(old: &str) -> Option<String> {
    let digits = old.as_bytes();
    if digits.len() != 8 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let operator = match &old[..2] {
        "20" | "21" | "22" | "23" | "24" | "30" | "31" | "32" | "33" | "34" | "35" | "36" => {
            match digits[2] {
                b'8' => "21",
                b'0' => "25",
                _ => "27",
            }
        }
        "00" | "80" | "90" => return None,
        _ if matches!(digits[0], b'1' | b'2' | b'3') => return None,
        _ => match digits[1] {
            b'0'..=b'3' => "01",
            b'4'..=b'6' => "05",
            _ => "07",
        },
    };
    Some(format!("{operator}{old}"))
}

/// The link that opens a phone's dialler (RFC 3966): digits only, no spaces, and a short number stays short.
#[must_use]
pub fn tel_uri(value: &str) -> String {
    format!("tel:{value}")
}

/// The link that opens a chat of `WhatsApp` with an account (digits only, without the `+`); `None` for what is no such account.
#[must_use]
pub fn whatsapp_link(kind: NumberKind, value: &str) -> Option<String> {
    let digits = value.strip_prefix('+').filter(|_| kind == NumberKind::WhatsApp)?;
    Some(format!("https://wa.me/{digits}"))
}

/// A number as people of the country read it: ten Ivorian digits in pairs, `27 22 44 53 53`; any other as it is.
#[must_use]
pub fn display(value: &str) -> String {
    match value.strip_prefix("+225") {
        Some(digits) if digits.len() == 10 && digits.is_ascii() => {
            [&digits[..2], &digits[2..4], &digits[4..6], &digits[6..8], &digits[8..]].join(" ")
        }
        _ => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CI: Country = Country::COTE_D_IVOIRE;

    fn values(field: &str) -> Vec<Result<(NumberKind, String, bool), WhyNoNumber>> {
        read_all(field, CI).into_iter().map(|n| n.map(|n| (n.kind, n.value, n.converted_2021))).collect()
    }

    #[test]
    fn the_2021_rule() {
        for (old, new) in [
            ("22445353", Some("2722445353")),
            ("20803344", Some("2120803344")),
            ("20003344", Some("2520003344")),
            ("36861234", Some("2136861234")),
            ("07785397", Some("0707785397")),
            ("48808909", Some("0748808909")),
            ("05845603", Some("0505845603")),
            ("65820654", Some("0565820654")),
            ("01510818", Some("0101510818")),
            ("40630853", Some("0140630853")),
            ("80001234", None),
            ("90512345", None),
            ("00123456", None),
            ("13001234", None),
            ("25123456", None),
            ("37123456", None),
            ("9683141", None),
            ("077853977", None),
            ("0778539a", None),
        ] {
            assert_eq!(convert_2021(old).as_deref(), new, "{old}");
        }
    }

    #[test]
    fn numbers_are_shown_in_pairs() {
        assert_eq!(display("+2250708091011"), "07 08 09 10 11");
        assert_eq!((display("185"), display("+22892152900")), ("185".to_owned(), "+22892152900".to_owned()));
    }

    #[test]
    fn short_numbers_stay_short() {
        for short in ["180", "185", "111", "712", "1308"] {
            assert_eq!(values(short), [Ok((NumberKind::Short, short.to_owned(), false))]);
            assert_eq!(tel_uri(short), format!("tel:{short}"));
        }
        for none in [
            "0",
            "18",
            "085",
            "+225185",
            "+225 185",
            "225185",
            "1\u{0661}5",
            "180a",
            "2258238481",
            "+2255822262",
        ] {
            assert_eq!(values(none), [Err(WhyNoNumber::Length)], "{none}");
        }
    }

    #[test]
    fn fields_hold_several_numbers() {
        let e164 = |value: &str, converted| Ok((NumberKind::E164, value.to_owned(), converted));
        assert_eq!(
            values("+225 48 80 89 09; 0022505845603"),
            [e164("+2250748808909", true), e164("+2250505845603", true)]
        );
        assert_eq!(
            values("27 22 48 31 31/07.78.53.97"),
            [e164("+2252722483131", false), e164("+2250707785397", true)]
        );
        assert_eq!(values("07/08/09/10/11"), [e164("+2250708091011", false)]);
        assert_eq!(values(" ;, "), []);
        assert_eq!(values("25123456"), [Err(WhyNoNumber::NoRange)]);
        assert_eq!(
            values("185; voir accueil"),
            [Ok((NumberKind::Short, "185".to_owned(), false)), Err(WhyNoNumber::Length)]
        );
        assert_eq!(tel_uri("+2252722483131"), "tel:+2252722483131");
        let chat = whatsapp_link(NumberKind::WhatsApp, "+2250170900600");
        assert_eq!(chat.as_deref(), Some("https://wa.me/2250170900600"));
        assert_eq!(whatsapp_link(NumberKind::E164, "+2250170900600"), None);
    }
}
