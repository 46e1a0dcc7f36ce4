use crate::error::{ApiError, KEY_INVALID, KEY_REQUIRED};
use actix_web::{FromRequest, HttpRequest, dev::Payload};
use std::future::{Ready, ready};

/// The caller's own name for one wish (draft-ietf-httpapi-idempotency-key-header): drawn on the phone, kept for every
/// retry. 8 to 255 visible ASCII characters; required wherever it is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// Reads a key.
    ///
    /// # Errors
    /// `request.idempotency_key_invalid`.
    pub fn parse(text: &str) -> Result<Self, ApiError> {
        let text = text.trim();
        if (8..=255).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(ApiError::field("Idempotency-Key", &KEY_INVALID))
        }
    }

    /// The key's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromRequest for IdempotencyKey {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut keys = req.headers().get_all("idempotency-key");
        ready(match (keys.next(), keys.next()) {
            (None, _) => Err(ApiError::field("Idempotency-Key", &KEY_REQUIRED)),
            (Some(value), None) => value
                .to_str()
                .map_err(|_| ApiError::field("Idempotency-Key", &KEY_INVALID))
                .and_then(Self::parse),
            (Some(_), Some(_)) => Err(ApiError::field("Idempotency-Key", &KEY_INVALID)),
        })
    }
}
