use crate::Error;
use hostolink_kernel::{ExposeSecret, Secret};
use std::{collections::HashSet, sync::LazyLock};
use unicode_normalization::UnicodeNormalization;

/// A password that may be set: 8 to 128 characters (Unicode code points after NFC), no control characters, not a common
/// one. There are no rules of composition (NIST SP 800-63B-4 §3.1.1.2, OWASP ASVS 5.0 6.2.5).
#[derive(Clone)]
pub struct Password(Secret);

/// What somebody typed as their password. Any text may be tried, also one that could not be set today.
#[derive(Clone)]
pub struct PasswordAttempt(Secret);

/// Passwords that guessers try first, at least as long as the rule asks, in lower case. `COMMON.md` says where they come from.
static COMMON: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("common.txt").lines().filter(|line| !line.is_empty()).collect());

impl Password {
    /// The fewest code points.
    pub const MIN: usize = 8;
    /// The most code points.
    pub const MAX: usize = 128;

    /// Takes what somebody chose.
    ///
    /// # Errors
    /// The rule that it breaks.
    pub fn parse(text: &Secret) -> Result<Self, Error> {
        let text = text.expose_secret();
        // No text of so many bytes can be short enough: it is not even normalised.
        if text.len() > 16 * Self::MAX {
            return Err(Error::PasswordTooLong);
        }
        let text: String = text.nfc().collect();
        let length = text.chars().count();
        if length < Self::MIN {
            return Err(Error::PasswordTooShort);
        }
        if length > Self::MAX {
            return Err(Error::PasswordTooLong);
        }
        if text.chars().any(char::is_control) {
            return Err(Error::PasswordCharacters);
        }
        let lower = text.to_lowercase();
        let first = lower.chars().next();
        if COMMON.contains(lower.as_str()) || lower.chars().all(|c| Some(c) == first) {
            return Err(Error::PasswordCommon);
        }
        Ok(Self(text.into()))
    }

    /// The same, typed twice: where the second is there, it must be the same.
    ///
    /// # Errors
    /// [`Error::PasswordMismatch`], or the rule that it breaks.
    pub fn parse_twice(text: &Secret, confirmation: Option<&Secret>) -> Result<Self, Error> {
        let password = Self::parse(text)?;
        match confirmation {
            Some(again) if again.expose_secret().nfc().ne(password.0.expose_secret().chars()) => {
                Err(Error::PasswordMismatch)
            }
            _ => Ok(password),
        }
    }

    pub(super) fn text(&self) -> &str {
        self.0.expose_secret()
    }
}

impl PasswordAttempt {
    /// Takes what somebody typed; more than any password can hold counts as nothing.
    #[must_use]
    pub fn new(text: &Secret) -> Self {
        let text = text.expose_secret();
        let bounded = if text.len() > 16 * Password::MAX { "" } else { text };
        Self(bounded.nfc().collect::<String>().into())
    }

    pub(super) fn text(&self) -> &str {
        self.0.expose_secret()
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

impl std::fmt::Debug for PasswordAttempt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordAttempt(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Password, Error> {
        Password::parse(&text.to_owned().into())
    }

    fn twice(text: &str, again: Option<&str>) -> Result<Password, Error> {
        Password::parse_twice(&text.to_owned().into(), again.map(|text| text.to_owned().into()).as_ref())
    }

    #[test]
    fn case_15_lengths_are_counted_in_characters() {
        assert!(parse("MonMotDePasse123").is_ok());
        assert!(matches!(parse("12345"), Err(Error::PasswordTooShort)));
        assert!(matches!(parse("éééé"), Err(Error::PasswordTooShort)));
        assert!(parse(&"🦀ab".repeat(22)).is_ok(), "66 code points, 132 bytes");
        assert!(parse(&"🦀a".repeat(64)).is_ok(), "128 code points");
        assert!(matches!(parse(&"🦀a".repeat(65)), Err(Error::PasswordTooLong)));
        assert!(matches!(parse(&"a".repeat(1_000_000)), Err(Error::PasswordTooLong)));
    }

    #[test]
    fn case_15_control_characters_are_refused() {
        assert!(matches!(parse("motdepasse\0fort"), Err(Error::PasswordCharacters)));
        assert!(matches!(parse("mot de passe\nfort"), Err(Error::PasswordCharacters)));
        assert!(parse("mot de passe fort").is_ok());
    }

    #[test]
    fn case_15_composed_and_decomposed_are_one() {
        let composed = parse("été à Bouaké").unwrap();
        let decomposed = parse("e\u{301}te\u{301} a\u{300} Bouake\u{301}").unwrap();
        assert_eq!(composed.text(), decomposed.text());
        assert_eq!(
            PasswordAttempt::new(&"e\u{301}te\u{301} a\u{300} Bouake\u{301}".to_owned().into()).text(),
            composed.text()
        );
    }

    #[test]
    fn case_16_both_fields_must_agree_and_one_is_enough() {
        assert!(twice("MonMotDePasse123", None).is_ok());
        assert!(twice("MonMotDePasse123", Some("MonMotDePasse123")).is_ok());
        assert!(twice("été à Bouaké", Some("e\u{301}té à Bouaké")).is_ok());
        for other in ["", "MonMotDePasse124", "monmotdepasse123", "MonMotDePasse123 "] {
            assert!(matches!(twice("MonMotDePasse123", Some(other)), Err(Error::PasswordMismatch)));
        }
    }

    #[test]
    fn common_ones_are_refused_in_any_case() {
        for text in
            ["password", "PASSWORD", "12345678", "azertyuiop", "MotDePasse", "aaaaaaaaa", "cotedivoire"]
        {
            assert!(matches!(parse(text), Err(Error::PasswordCommon)), "{text}");
        }
        assert!(
            COMMON.iter().all(|line| line.chars().count() >= Password::MIN && *line == line.to_lowercase())
        );
        // OWASP ASVS 5.0 6.2.4: the first 3000 that the other rules let through.
        assert!(COMMON.len() > 3_000);
    }
}
