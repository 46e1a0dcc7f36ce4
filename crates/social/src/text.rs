//! What people write: bounded, without what no text holds, and with what stands in it found by one pass over it.

use crate::{Error, refusals};
use hostolink_kernel::folded;
use std::collections::BTreeSet;
use url::Url;

/// The most hashtags of one text, and the most mentions.
const MAX_TAGS: usize = 20;
/// The longest hashtag, in characters.
const MAX_TAG: usize = 50;
/// The longest link, in characters.
const MAX_LINK: usize = 2_000;

/// A text that somebody wrote, of 0 to `most` characters.
#[derive(Clone, PartialEq, Eq)]
pub struct Words(String);

impl Words {
    /// Takes what somebody typed, without the spaces around it.
    ///
    /// # Errors
    /// `social.invalid_text` where it is longer than `most` characters, or has a control character that is neither a line's end nor a tab.
    pub fn parse(text: &str, most: usize) -> Result<Self, Error> {
        let text = text.trim();
        let forbidden = |c: char| c.is_control() && !['\n', '\r', '\t'].contains(&c);
        if text.chars().count() > most || text.chars().any(forbidden) {
            return Err(Error::Rule(&refusals::INVALID_TEXT));
        }
        Ok(Self(text.to_owned()))
    }

    /// The same, where there must be something.
    ///
    /// # Errors
    /// As [`Words::parse`]; also for an empty text.
    pub fn some(text: &str, most: usize) -> Result<Self, Error> {
        let words = Self::parse(text, most)?;
        if words.0.is_empty() { Err(Error::Rule(&refusals::INVALID_TEXT)) } else { Ok(words) }
    }

    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As it is searched.
    pub(crate) fn searched(&self) -> String {
        // Taken apart a letter may become eighteen.
        folded(&self.0).chars().take(20_000).collect()
    }

    /// The hashtags in it as they are compared.
    ///
    /// # Errors
    /// `social.too_many_tags`.
    pub fn hashtags(&self) -> Result<BTreeSet<String>, Error> {
        bounded(marked(&self.0, '#', |c| c.is_alphanumeric() || c == '_').filter_map(hashtag))
    }

    /// The handles that it names behind an @.
    ///
    /// # Errors
    /// `social.too_many_tags`.
    pub fn mentions(&self) -> Result<BTreeSet<String>, Error> {
        let in_handle = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
        bounded(marked(&self.0, '@', in_handle).filter_map(|name| {
            // A sentence may end with a name.
            Handle::parse(&name.trim_end_matches('.').to_ascii_lowercase()).ok().map(|handle| handle.0)
        }))
    }

    /// The first link in it.
    #[must_use]
    pub fn link(&self) -> Option<String> {
        self.0.split_whitespace().find_map(|word| Link::parse(word).ok()).map(|link| link.0)
    }
}

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Words(…)")
    }
}

/// What stands behind each mark that begins a word. One pass: the longest text costs what it is long.
fn marked(text: &str, mark: char, belongs: impl Fn(char) -> bool + Copy) -> impl Iterator<Item = &str> {
    let mut rest = text;
    let mut before: Option<char> = None;
    std::iter::from_fn(move || {
        loop {
            let at = rest.find(mark)?;
            let previous = rest[..at].chars().next_back().or(before);
            let after = &rest[at + mark.len_utf8()..];
            let end = after.find(|c: char| !belongs(c)).unwrap_or(after.len());
            let name = &after[..end];
            before = name.chars().next_back().or(Some(mark));
            rest = &after[end..];
            let inside_a_word =
                previous.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == mark || c == '/');
            if !inside_a_word && !name.is_empty() {
                return Some(name);
            }
        }
    })
}

fn bounded(names: impl Iterator<Item = String>) -> Result<BTreeSet<String>, Error> {
    let mut found = BTreeSet::new();
    for name in names {
        found.insert(name);
        if found.len() > MAX_TAGS {
            return Err(Error::Rule(&refusals::TOO_MANY_TAGS));
        }
    }
    Ok(found)
}

/// A hashtag as it is compared; `None` where a word behind a # is none: a number, or too long.
pub(crate) fn hashtag(word: &str) -> Option<String> {
    let tag: String = folded(word).replace(' ', "");
    let fits = (1..=MAX_TAG).contains(&tag.chars().count()) && tag.chars().any(char::is_alphabetic);
    fits.then_some(tag)
}

/// What somebody is called in public: 3 to 30 of `a`–`z`, digits, `_` and `.`, not ending with a dot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handle(String);

impl Handle {
    /// Takes what somebody chose.
    ///
    /// # Errors
    /// `social.invalid_handle`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let fits = (3..=30).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'.')
            && text.bytes().any(|b| b.is_ascii_lowercase())
            && !text.ends_with('.');
        if fits { Ok(Self(text.to_owned())) } else { Err(Error::Rule(&refusals::INVALID_HANDLE)) }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Where something leads: over TLS, to a host, with nobody's password in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link(String);

impl Link {
    /// Reads an address.
    ///
    /// # Errors
    /// `social.invalid_link`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let refused = || Error::Rule(&refusals::INVALID_LINK);
        if !text.starts_with("https://") || text.chars().count() > MAX_LINK {
            return Err(refused());
        }
        let url = Url::parse(text).map_err(|_| refused())?;
        let named = url.username().is_empty() && url.password().is_none() && url.domain().is_some();
        let text = url.as_str();
        if named && text.len() <= MAX_LINK { Ok(Self(text.to_owned())) } else { Err(refused()) }
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tags(text: &str) -> Vec<String> {
        Words::parse(text, 10_000).unwrap().hashtags().unwrap().into_iter().collect()
    }

    fn names(text: &str) -> Vec<String> {
        Words::parse(text, 10_000).unwrap().mentions().unwrap().into_iter().collect()
    }

    #[test]
    fn hashtags_are_found_in_any_script_and_compared_without_accents() {
        assert_eq!(tags("#Santé et #SANTE, #santé_mentale!"), ["sante", "santementale"]);
        assert_eq!(tags("#健康#второй"), ["健康"], "what follows without a space is no beginning of a word");
        assert_eq!(tags("a#b ## # #2026 https://x.ci/#ancre #c-d"), ["c"]);
        assert_eq!(tags(&format!("#{} #{}", "x".repeat(51), "y".repeat(50))), ["y".repeat(50)]);
    }

    #[test]
    fn mentions_are_handles_and_addresses_of_mail_are_none() {
        assert_eq!(names("Merci @Awa.K. et (@koffi_2)"), ["awa.k", "koffi_2"]);
        assert!(names("awa@example.ci @é @ab @@ @123").is_empty());
    }

    #[test]
    fn an_explosion_of_tags_is_refused() {
        let many = |mark: char, count: usize| {
            let text: String = (0..count).map(|n| format!("{mark}mot{n} ")).collect();
            Words::parse(&text, 10_000).unwrap()
        };
        assert!(many('#', 20).hashtags().is_ok() && many('@', 20).mentions().is_ok());
        assert!(many('#', 21).hashtags().is_err() && many('@', 21).mentions().is_err());
        let same = Words::parse(&"#mot ".repeat(1_000), 10_000).unwrap();
        assert_eq!(same.hashtags().unwrap().len(), 1);
    }

    #[test]
    fn links_lead_somewhere_over_tls() {
        let first = |text: &str| Words::parse(text, 10_000).unwrap().link();
        assert_eq!(
            first("voir http://x.ci https://Exemple.ci/a?b=c ici").unwrap(),
            "https://exemple.ci/a?b=c"
        );
        for text in
            ["javascript:alert(1)", "https://", "https://a:b@x.ci/", "https://127.0.0.1/", "ftp://x.ci"]
        {
            assert_eq!(first(text), None, "{text}");
        }
    }

    #[test]
    fn what_no_text_holds_is_refused() {
        for text in ["a\u{0}b", "a\u{1b}[31m", "a\u{7f}"] {
            assert!(Words::parse(text, 100).is_err(), "{text:?}");
        }
        assert!(Words::parse("a\nb\tc", 100).is_ok());
        assert!(Words::some("  \n ", 100).is_err());
        assert!(Words::parse(&"é".repeat(100), 100).is_ok());
        assert!(Words::parse(&"é".repeat(101), 100).is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in "[#@a-zé_. \\n🎉/]{0,200}") {
            if let Ok(words) = Words::parse(&text, 200) {
                drop((words.hashtags(), words.mentions(), words.link(), words.searched()));
            }
        }
    }
}
