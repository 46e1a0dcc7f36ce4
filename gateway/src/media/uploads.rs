//! Uploads as other domains use them: by opaque ids, in the transaction that makes, reads or ends what shows them.

use crate::error::{ApiError, ApiResult};
use diesel::PgConnection;
use hostolink_kernel::UserId;
use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// A file, as everybody may see it who sees what shows it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct MediaView {
    /// Its id.
    id: Uuid,
}

/// Gives finished uploads of `owner` to an object: there are none yet.
pub(crate) fn claim(_: &mut PgConnection, _: UserId, ids: &[Uuid], _: (&'static str, Uuid)) -> ApiResult<()> {
    if ids.is_empty() { Ok(()) } else { Err(ApiError::not_found()) }
}

/// The files of these ids that something shows.
pub(crate) fn views(_: &mut PgConnection, ids: &[Uuid]) -> ApiResult<HashMap<Uuid, MediaView>> {
    Ok(ids.iter().map(|id| (*id, MediaView { id: *id })).collect())
}

/// Objects are gone for good: their files leave the store.
pub(crate) fn release(_: &mut PgConnection, _: &'static str, _: &[Uuid]) -> ApiResult<usize> {
    Ok(0)
}
