use chrono::{DateTime, Utc};
use uuid::Uuid;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Nature {
    /// A picture.
    Image,
    /// Somebody speaking, for two minutes at most.
    Voice,
}

impl Nature {
    /// Every one.
    pub const ALL: [Self; 2] = [Self::Image, Self::Voice];

    /// Its name in the database.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Voice => "vocal",
        }
    }

    pub(crate) fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|nature| nature.code() == code)
    }
}

/// How much one person may upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Tickets that were not used yet.
    pub open: i64,
    /// Tickets in 24 hours, used or not.
    pub a_day: i64,
    /// Bytes kept at a time, as they are stored.
    pub bytes: i64,
    /// What an open ticket may turn out to take: it is set aside from the start, so that uploads at the same time don't pass the quota together.
    pub bytes_of_one: i64,
}

impl Default for Quota {
    /// 20 open, 200 a day, 1 GB in all, 5 MB each.
    fn default() -> Self {
        Self { open: 20, a_day: 200, bytes: 1_000_000_000, bytes_of_one: 5 * 1024 * 1024 }
    }
}

/// Leave to upload one file, once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket {
    /// The id of what is to be uploaded: also the file's own later.
    pub id: Uuid,
    /// What it must be.
    pub nature: Nature,
    /// From when on it is no longer taken.
    pub expires_at: DateTime<Utc>,
}

/// A file that was made safe and is in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its media type, as we wrote it.
    pub media_type: &'static str,
    /// Its size in bytes, what is shown small included.
    pub bytes: i64,
    /// Width and height in pixels, of a picture.
    pub pixels: Option<(i32, i32)>,
    /// How long it lasts in milliseconds, of a voice note.
    pub milliseconds: Option<i32>,
    /// What is shown until the picture is there (BlurHash).
    pub blurhash: Option<String>,
    /// Where it is.
    pub url: String,
    /// Where it is shown small, of a picture.
    pub thumbnail: Option<String>,
}

/// A finished upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    /// Its id.
    pub id: Uuid,
    /// What it is.
    pub nature: Nature,
    /// What uses it, where something does: a kind of object, and its public id.
    pub used_by: Option<(String, Uuid)>,
    /// Its media type.
    pub media_type: String,
    /// Its size in bytes.
    pub bytes: i64,
    /// Width and height in pixels, of a picture.
    pub pixels: Option<(i32, i32)>,
    /// How long it lasts in milliseconds, of a voice note.
    pub milliseconds: Option<i32>,
    /// What is shown until the picture is there (BlurHash).
    pub blurhash: Option<String>,
    /// Where it is.
    pub url: String,
    /// Where it is shown small.
    pub thumbnail: Option<String>,
    /// When its ticket was given.
    pub created_at: DateTime<Utc>,
}

/// A file that is to leave the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doomed {
    /// Its row.
    pub(crate) key: i64,
    /// Where it is, and where it is shown small.
    pub urls: Vec<String>,
}
