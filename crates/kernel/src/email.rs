use unicode_normalization::UnicodeNormalization;

/// An e-mail address in its one canonical form: NFKC, lower case, the domain in its ASCII (punycode) form.
///
/// The case of the local part is folded: no provider in use tells `Awa@` from `awa@`, and people type both. Dots and
/// `+tags` are kept: they are different mailboxes at some providers.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EmailAddress(String);

/// Why a text is not an e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an e-mail address")]
pub struct InvalidEmail;

impl EmailAddress {
    /// The longest address, in bytes (RFC 5321 §4.5.3.1.3 allows a path of 256 with its brackets).
    pub const MAX_LENGTH: usize = 254;
    /// The longest local part, in bytes (RFC 5321 §4.5.3.1.1).
    const MAX_LOCAL: usize = 64;

    /// Reads an address as people type it. Only the dot-atom form of RFC 5322 is taken: no quotes, comments,
    /// address literals, control characters.
    ///
    /// # Errors
    /// [`InvalidEmail`] for everything else.
    pub fn parse(text: &str) -> Result<Self, InvalidEmail> {
        if text.len() > 4 * Self::MAX_LENGTH {
            return Err(InvalidEmail);
        }
        let text: String = text.trim().nfkc().collect();
        let (local, domain) = text.rsplit_once('@').ok_or(InvalidEmail)?;
        let local = local.to_lowercase();
        if local.len() > Self::MAX_LOCAL || !local.split('.').all(is_atom) {
            return Err(InvalidEmail);
        }
        let domain = idna::domain_to_ascii_strict(domain).map_err(|_| InvalidEmail)?;
        if !is_host_name(&domain) || local.len() + 1 + domain.len() > Self::MAX_LENGTH {
            return Err(InvalidEmail);
        }
        Ok(Self(format!("{local}@{domain}")))
    }

    /// The canonical form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What may be shown to others: `a***@gmail.com`.
    #[must_use]
    pub fn masked(&self) -> String {
        let (local, domain) = self.0.split_once('@').unwrap_or((&self.0, ""));
        format!("{}***@{domain}", local.chars().next().unwrap_or('*'))
    }
}

/// A non-empty run of RFC 5322 `atext`, or of letters and digits beyond ASCII (RFC 6531).
fn is_atom(part: &str) -> bool {
    !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c))
}

/// At least two labels, the last of them not a number.
fn is_host_name(domain: &str) -> bool {
    domain.len() <= 253
        && !domain.ends_with('.')
        && domain.rsplit_once('.').is_some_and(|(rest, top)| {
            !rest.is_empty() && top.len() >= 2 && !top.bytes().all(|b| b.is_ascii_digit())
        })
}

impl std::fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EmailAddress(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spellings_of_one_mailbox_are_one() {
        let canonical = |text: &str| EmailAddress::parse(text).unwrap().as_str().to_owned();
        assert_eq!(canonical(" TestEmail@Gmail.COM "), "testemail@gmail.com");
        assert_eq!(canonical("awa@école.ci"), "awa@xn--cole-9oa.ci");
        assert_eq!(canonical("awa@ÉCOLE.ci"), "awa@xn--cole-9oa.ci");
        assert_eq!(canonical("ａｗａ@gmail.com"), "awa@gmail.com");
        assert_eq!(canonical("awa+tag@gmail.com"), "awa+tag@gmail.com");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "",
            "@",
            "a@",
            "@b.ci",
            "a b@c.ci",
            "a@b",
            "a@b.",
            "a@.ci",
            "a..b@c.ci",
            ".a@c.ci",
            "a@c..ci",
            "a@c.ci\r\nBcc: x@y.z",
            "a\0@c.ci",
            "\"a\"@c.ci",
            "a@[127.0.0.1]",
            "a@127.0.0.1",
            "a@b@c@",
            "a\u{200b}@c.ci",
        ] {
            assert_eq!(EmailAddress::parse(text), Err(InvalidEmail), "{text:?}");
        }
        assert_eq!(EmailAddress::parse(&format!("{}@c.ci", "a".repeat(65))), Err(InvalidEmail));
        assert_eq!(EmailAddress::parse(&"a".repeat(1_000_000)), Err(InvalidEmail));
    }

    proptest! {
        #[test]
        fn parsing_is_idempotent_and_never_panics(text in "\\PC{0,20}@[a-zé]{1,10}\\.[a-z]{2,5}") {
            if let Ok(address) = EmailAddress::parse(&text) {
                prop_assert_eq!(EmailAddress::parse(address.as_str()), Ok(address));
            }
        }
    }
}
