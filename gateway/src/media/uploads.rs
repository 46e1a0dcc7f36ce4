//! Uploads as other domains use them: by opaque ids, in the transaction that makes, reads or ends what shows them.

use crate::error::ApiResult;
use diesel::PgConnection;
use hostolink_kernel::UserId;
use hostolink_uploads::{self as uploads, Media, Nature};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum MediaKind {
    /// A picture.
    Image,
    /// A voice note.
    Voice,
}

impl From<Nature> for MediaKind {
    fn from(nature: Nature) -> Self {
        match nature {
            Nature::Image => Self::Image,
            Nature::Voice => Self::Voice,
        }
    }
}

impl From<MediaKind> for Nature {
    fn from(kind: MediaKind) -> Self {
        match kind {
            MediaKind::Image => Self::Image,
            MediaKind::Voice => Self::Voice,
        }
    }
}

/// A file, as everybody may see it who sees what shows it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MediaView {
    /// Its id.
    id: Uuid,
    /// What it is.
    kind: MediaKind,
    /// Its media type.
    #[schema(example = "image/jpeg")]
    media_type: String,
    /// Its size in bytes, the small picture included.
    bytes: i64,
    /// Where it is.
    url: String,
    /// Where a picture is shown small.
    #[serde(skip_serializing_if = "Option::is_none")]
    thumbnail_url: Option<String>,
    /// The width of a picture, in pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    width: Option<i32>,
    /// The height of a picture, in pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<i32>,
    /// What is shown until the picture is there (BlurHash).
    #[serde(skip_serializing_if = "Option::is_none")]
    blurhash: Option<String>,
    /// How long a voice note lasts, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_ms: Option<i32>,
}

impl From<Media> for MediaView {
    fn from(media: Media) -> Self {
        Self {
            id: media.id,
            kind: media.nature.into(),
            media_type: media.media_type,
            bytes: media.bytes,
            url: media.url,
            thumbnail_url: media.thumbnail,
            width: media.pixels.map(|(width, _)| width),
            height: media.pixels.map(|(_, height)| height),
            blurhash: media.blurhash,
            duration_ms: media.milliseconds,
        }
    }
}

/// Gives finished uploads of `owner` to an object (its kind and its public id), in this order, in the transaction that makes it. At most ten.
///
/// # Errors
/// `media.unknown` where one is another's, unfinished or used already; `media.too_many_together`.
pub(crate) fn claim(
    conn: &mut PgConnection,
    owner: UserId,
    ids: &[Uuid],
    used_by: (&'static str, Uuid),
) -> ApiResult<()> {
    Ok(uploads::claim(conn, owner, ids, used_by)?)
}

/// The same where they must all be of one nature: one of another is `media.unknown`.
///
/// # Errors
/// As [`claim`].
pub(crate) fn claim_of(
    conn: &mut PgConnection,
    owner: UserId,
    wanted: (&[Uuid], Nature),
    used_by: (&'static str, Uuid),
) -> ApiResult<()> {
    Ok(uploads::claim_of(conn, owner, wanted, used_by)?)
}

/// The files of these ids that something shows, in one query. Ids of what is gone are left out.
pub(crate) fn views(conn: &mut PgConnection, ids: &[Uuid]) -> ApiResult<HashMap<Uuid, MediaView>> {
    let found = uploads::find(conn, ids)?;
    Ok(found.into_iter().map(|(id, media)| (id, media.into())).collect())
}

/// Objects are gone for good: their files leave the store. Call it in the transaction that deletes them.
pub(crate) fn release(conn: &mut PgConnection, kind: &'static str, objects: &[Uuid]) -> ApiResult<usize> {
    Ok(uploads::release(conn, kind, objects)?)
}
