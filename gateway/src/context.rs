//! What every step of one request knows about it: its trace id, and the language and shape of its answers.

use crate::doors::Contract;
use hostolink_kernel::ErrorCode;
use std::net::IpAddr;

/// The language that people read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// The default.
    #[default]
    French,
    /// Asked for by `Accept-Language`.
    English,
}

impl Language {
    /// Reads an `Accept-Language` header (RFC 9110 §12.5.4): English only where it is preferred to French.
    #[must_use]
    pub fn from_header(header: &str) -> Self {
        let (mut french, mut english, mut any) = (None::<f32>, 0.0_f32, 0.0);
        for item in header.split(',').take(20) {
            let (tag, quality) = item.split_once(";q=").unwrap_or((item, "1"));
            let quality = quality.trim().parse().unwrap_or(0.0_f32).clamp(0.0, 1.0);
            match tag.trim().to_ascii_lowercase().split('-').next() {
                Some("fr") => french = Some(french.unwrap_or(0.0).max(quality)),
                Some("en") => english = english.max(quality),
                Some("*") => any = quality,
                _ => {}
            }
        }
        if english > french.unwrap_or(any) { Self::English } else { Self::French }
    }

    /// The sentence of a code.
    #[must_use]
    pub const fn pick(self, code: &ErrorCode) -> &'static str {
        match self {
            Self::French => code.fr,
            Self::English => code.en,
        }
    }

    /// Its language tag (BCP 47).
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::French => "fr",
            Self::English => "en",
        }
    }
}

impl From<Language> for hostolink_notifier::Language {
    fn from(language: Language) -> Self {
        match language {
            Language::French => Self::French,
            Language::English => Self::English,
        }
    }
}

/// One request's context.
#[derive(Debug, Clone, Default)]
pub struct Context {
    /// What ties an answer, its log lines and its audit rows together.
    pub trace_id: String,
    /// The language of its answers.
    pub language: Language,
    /// Who really calls: the peer, or whom a trusted proxy names.
    pub address: Option<IpAddr>,
    /// Whose contract it was called by: the shape of its refusals.
    pub contract: Contract,
}

tokio::task_local! {
    /// Set by the outermost middleware for the whole request.
    pub(crate) static CONTEXT: Context;
}

/// The present request's context; an empty one outside of a request.
#[must_use]
pub fn current() -> Context {
    CONTEXT.try_with(Clone::clone).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn french_unless_english_is_preferred() {
        for header in ["", "fr", "fr-CI,en;q=0.8", "de", "*", "en;q=0.5,fr;q=0.5", "en;q=abc", "en;q=NaN"] {
            assert_eq!(Language::from_header(header), Language::French, "{header}");
        }
        for header in ["en", "en-GB", "en,fr;q=0.5", "de,en;q=0.3"] {
            assert_eq!(Language::from_header(header), Language::English, "{header}");
        }
    }
}
