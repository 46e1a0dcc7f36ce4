use std::{borrow::Cow, time::Duration};

/// What nature an error has. The gateway alone turns it into an HTTP status, once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The request is malformed or breaks a rule of form.
    Invalid,
    /// Nobody known is asking.
    Unauthenticated,
    /// Somebody known may not.
    Forbidden,
    /// There is no such thing, or not for the one who asks.
    NotFound,
    /// It collides with what is.
    Conflict,
    /// It was meant for a thing as the caller last saw it, and that has changed since.
    Stale,
    /// Well formed, and refused by a rule of the domain.
    Unprocessable,
    /// Too often.
    TooMany,
    /// Not now; later it may work.
    Unavailable,
    /// Our fault.
    Internal,
}

/// One promise of the API: a stable code, its nature and what people read.
#[derive(Debug, PartialEq, Eq)]
pub struct ErrorCode {
    /// `domain.reason`, for example `wallet.insufficient_funds`. Never changes, whatever the language.
    pub code: &'static str,
    /// Its nature.
    pub kind: Kind,
    /// The sentence for people, in French.
    pub fr: &'static str,
    /// The sentence for people, in English.
    pub en: &'static str,
}

impl ErrorCode {
    /// Declares a code.
    #[must_use]
    pub const fn new(code: &'static str, kind: Kind, fr: &'static str, en: &'static str) -> Self {
        Self { code, kind, fr, en }
    }
}

/// One field of a request that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The field's JSON name, or its path in the body.
    pub field: Cow<'static, str>,
    /// What is wrong with it.
    pub code: &'static ErrorCode,
}

impl FieldError {
    /// Blames a field.
    #[must_use]
    pub fn new(field: impl Into<Cow<'static, str>>, code: &'static ErrorCode) -> Self {
        Self { field: field.into(), code }
    }
}

/// What every domain error can say about itself.
pub trait DomainError: std::error::Error + Send + Sync + 'static {
    /// Its code, one of the `ERRORS` that its crate lists.
    fn code(&self) -> &'static ErrorCode;

    /// How long to wait before another try, where that helps.
    fn retry_after(&self) -> Option<Duration> {
        None
    }

    /// The fields that are to blame.
    fn fields(&self) -> Vec<FieldError> {
        Vec::new()
    }
}
