use crate::{
    error::{ApiError, ApiResult},
    extract::IdempotencyKey,
};
use actix_web::{FromRequest, HttpRequest, dev::Payload};
use hostolink_social::Key;
use serde::Serialize;
use std::future::{Ready, ready};

/// The caller's own name for one wish, where they gave one: a retry then makes nothing twice.
#[derive(Debug)]
pub(super) struct OptionalKey(Option<IdempotencyKey>);

impl OptionalKey {
    /// With a hash of what was asked.
    pub(super) fn of(self, what: &str, asked: &impl Serialize) -> ApiResult<Option<Key>> {
        let Some(key) = self.0 else { return Ok(None) };
        // A body that was read is one that can be written.
        let asked = serde_json::to_vec(&(what, asked)).map_err(|_| ApiError::not_found())?;
        Ok(Some(Key::new(key.as_str(), &asked)))
    }
}

impl FromRequest for OptionalKey {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if !req.headers().contains_key("idempotency-key") {
            return ready(Ok(Self(None)));
        }
        ready(IdempotencyKey::from_request(req, payload).into_inner().map(|key| Self(Some(key))))
    }
}
