use crate::{Error, Place, proof::Attempt};
use hostolink_kernel::{ExposeSecret, Secret, SessionId};
use std::{collections::HashSet, sync::LazyLock};

/// Wrong tries after which a PIN is worth nothing any more.
pub(crate) const TRIES: i16 = 5;
/// How long a shown PIN counts.
pub(crate) const STEP_UP: chrono::Duration = chrono::Duration::minutes(5);

/// What people choose first, besides what [`Pin::parse`] finds by its rules: patterns of the keypad and other habits.
static COMMON: LazyLock<HashSet<&str>> = LazyLock::new(|| include_str!("common.txt").lines().collect());

/// A PIN that may be set: four to six digits that are not guessed in the five tries there are.
#[derive(Clone)]
pub struct Pin(Secret);

/// What somebody typed as their PIN.
#[derive(Clone)]
pub struct PinAttempt(Secret);

/// A PIN as it is kept.
#[derive(Clone)]
pub struct PinHash(pub(super) String);

/// A session whose PIN may be set, once it is hashed.
#[derive(Debug)]
pub struct PendingPin {
    pub(super) session: SessionId,
}

/// A try that is counted and still to be compared.
pub struct PendingPinCheck {
    pub(super) session: SessionId,
    pub(super) hash: String,
    pub(super) attempt: Attempt,
    /// There is no other try after this one.
    pub(super) last: bool,
}

/// What comparing a PIN came to. Only [`Place::check_pin`] makes one.
#[derive(Debug)]
pub struct PinCheck(pub(super) bool);

/// What there is of a PIN on a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PinStanding {
    /// There is one.
    pub defined: bool,
    /// It was wrong five times: only a new one-time code helps.
    pub locked: bool,
    /// It was shown a moment ago: larger sums move.
    pub shown: bool,
}

impl Pin {
    /// Takes what somebody chose; typed twice where `confirmation` is there.
    ///
    /// # Errors
    /// [`Error::PinInvalid`], [`Error::PinWeak`], [`Error::PinMismatch`].
    pub fn parse(text: &Secret, confirmation: Option<&Secret>) -> Result<Self, Error> {
        let digits = text.expose_secret();
        if !(4..=6).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Error::PinInvalid);
        }
        if confirmation.is_some_and(|again| again.expose_secret() != digits) {
            return Err(Error::PinMismatch);
        }
        if is_weak(digits) { Err(Error::PinWeak) } else { Ok(Self(text.clone())) }
    }
}

impl PinAttempt {
    /// Takes what somebody typed; more than any PIN can hold counts as nothing.
    #[must_use]
    pub fn new(text: &Secret) -> Self {
        if text.expose_secret().len() > 6 { Self(String::new().into()) } else { Self(text.clone()) }
    }
}

impl Place {
    /// Hashes a PIN for the session it is set in.
    ///
    /// # Errors
    /// [`Error::Busy`] when the program stops.
    pub async fn hash_pin(self, pin: &Pin, pending: &PendingPin) -> Result<PinHash, Error> {
        self.hash_text(bound(&pin.0, pending.session)).await.map(PinHash)
    }

    /// Compares what somebody typed with the PIN of the session they typed it in.
    ///
    /// # Errors
    /// [`Error::Busy`] when the program stops.
    pub async fn check_pin(self, attempt: &PinAttempt, pending: &PendingPinCheck) -> Result<PinCheck, Error> {
        self.matches_text(bound(&attempt.0, pending.session), pending.hash.clone()).await.map(PinCheck)
    }
}

/// What is hashed: a hash that is copied into another session, or into a password, is none there.
fn bound(pin: &Secret, session: SessionId) -> Secret {
    format!("pin\n{session}\n{}", pin.expose_secret()).into()
}

fn is_weak(pin: &str) -> bool {
    COMMON.contains(pin) || is_sequence(pin) || repeats(pin) || is_date(pin)
}

/// 1234, 8765, 7890, 2468: each digit as far from the one before, round the end; 0 steps is one digit again and again.
fn is_sequence(pin: &str) -> bool {
    let digits: Vec<u8> = pin.bytes().map(|byte| byte - b'0').collect();
    let step = |pair: &[u8]| (pair[1] + 10 - pair[0]) % 10;
    digits.windows(2).all(|pair| step(pair) == step(&digits[..2]))
}

/// 1212, 123123, 112233, 1221: a part again, doubled digits, or a mirror.
fn repeats(pin: &str) -> bool {
    let again =
        |length: usize| pin.len().is_multiple_of(length) && pin == pin[..length].repeat(pin.len() / length);
    let doubled = pin.len().is_multiple_of(2) && pin.as_bytes().chunks(2).all(|pair| pair[0] == pair[1]);
    let mirrored = pin.bytes().eq(pin.bytes().rev());
    let few = pin.bytes().collect::<HashSet<_>>().len() < 3 && pin.len() > 4;
    (2..=pin.len() / 2).any(again) || doubled || mirrored || few
}

/// A year, or a day as people write birthdays: 1987, 2512, 1225, 251287, 871225.
fn is_date(pin: &str) -> bool {
    let number = |range: std::ops::Range<usize>| pin.get(range).and_then(|part| part.parse::<u32>().ok());
    let day = |at: usize| number(at..at + 2).is_some_and(|day| (1..=31).contains(&day));
    let month = |at: usize| number(at..at + 2).is_some_and(|month| (1..=12).contains(&month));
    match pin.len() {
        4 => {
            number(0..2).is_some_and(|century| (19..=20).contains(&century))
                || (day(0) && month(2))
                || (month(0) && day(2))
        }
        6 => (day(0) && month(2)) || (month(0) && day(2)) || (month(2) && day(4)),
        _ => false,
    }
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

hidden!(Pin, PinAttempt, PinHash, PendingPinCheck);

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(pin: &str) -> Result<Pin, Error> {
        Pin::parse(&pin.to_owned().into(), None)
    }

    #[test]
    fn case_17_a_pin_is_four_to_six_digits() {
        for pin in ["", "123", "7391846", "73a1", " 7391", "٧٣٩١", "７３９１", "-739", "73.1"] {
            assert!(matches!(parse(pin), Err(Error::PinInvalid)), "{pin}");
        }
        for pin in ["7391", "80357", "739184", "5092", "4907"] {
            assert!(parse(pin).is_ok(), "{pin}");
        }
        let twice = |again: &str| Pin::parse(&"7391".into(), Some(&again.to_owned().into()));
        assert!(twice("7391").is_ok());
        assert!(matches!(twice("7392"), Err(Error::PinMismatch)));
    }

    #[test]
    fn case_17_common_pins_are_refused() {
        for pin in [
            "0000", "111111", "1234", "4321", "7890", "0987", "2468", "13579", "1212", "123123", "112233",
            "1221", "2580", "147258", "1987", "2004", "2512", "1225", "251287", "871225", "122587", "6969",
            "1004", "77778", "232323",
        ] {
            assert!(matches!(parse(pin), Err(Error::PinWeak)), "{pin}");
        }
    }

    #[test]
    fn most_pins_are_left_and_no_list_entry_is_in_vain() {
        let strong = |digits: usize| {
            (0..10_usize.pow(u32::try_from(digits).unwrap()))
                .filter(|number| !is_weak(&format!("{number:0digits$}")))
                .count()
        };
        assert!(strong(4) > 8_500, "{}", strong(4));
        assert!(strong(6) > 900_000, "{}", strong(6));
        for pin in COMMON.iter() {
            assert!((4..=6).contains(&pin.len()) && pin.bytes().all(|byte| byte.is_ascii_digit()), "{pin}");
            assert!(!is_sequence(pin) && !repeats(pin) && !is_date(pin), "a rule finds {pin} already");
        }
    }

    #[test]
    fn nothing_of_a_pin_is_printed() {
        let (pin, attempt) = (parse("7391").unwrap(), PinAttempt::new(&"7391".into()));
        assert!(!format!("{pin:?}{attempt:?}").contains('7'));
    }
}
