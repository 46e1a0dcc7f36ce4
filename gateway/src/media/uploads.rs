//! Uploads as other domains use them: by opaque ids. There is no way to upload yet: every id is one that does not exist.

use crate::error::{ApiError, ApiResult, NOT_FOUND};
use diesel::PgConnection;
use hostolink_kernel::UserId;
use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// A file, as everybody may see it who sees what shows it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MediaView {
    /// Its id.
    id: Uuid,
    /// Where it is.
    url: String,
}

/// Gives finished uploads of `owner` to an object, in the transaction that makes it.
pub(crate) fn claim(_: &mut PgConnection, _: UserId, ids: &[Uuid], _: (&'static str, Uuid)) -> ApiResult<()> {
    if ids.is_empty() { Ok(()) } else { Err(ApiError::field("mediaIds", &NOT_FOUND)) }
}

/// The files of these ids that something shows, in one query.
pub(crate) fn views(_: &mut PgConnection, _: &[Uuid]) -> ApiResult<HashMap<Uuid, MediaView>> {
    Ok(HashMap::new())
}

/// Objects are gone for good: their files leave the store.
pub(crate) fn release(_: &mut PgConnection, _: &'static str, _: &[Uuid]) -> ApiResult<usize> {
    Ok(0)
}
