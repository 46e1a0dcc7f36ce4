use chrono::{DateTime, Utc};
use hostolink_media::{Reply, Ticket};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// How to upload one picture.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct TicketView {
    /// With which method.
    #[schema(example = "POST")]
    method: &'static str,
    /// Where to.
    #[schema(example = "https://api.cloudinary.com/v1_1/demo/image/upload")]
    url: String,
    /// The form's fields, to be sent as they are, as `multipart/form-data`; the picture goes beside them as `file`.
    fields: BTreeMap<&'static str, String>,
    /// When it is too late.
    expires_at: Option<DateTime<Utc>>,
    /// Whether `publicId`, `version` and `signature` of the answer are then to be sent by `PUT /api/me/photo`. Where not, the
    /// picture is sent there itself, with the bearer token.
    confirm: bool,
}

impl TicketView {
    pub(super) fn new(ticket: Option<Ticket>, public_url: &str) -> Self {
        match ticket {
            Some(ticket) => Self {
                method: "POST",
                url: ticket.url,
                fields: ticket.fields.into_iter().collect(),
                expires_at: Some(ticket.expires_at),
                confirm: true,
            },
            None => Self {
                method: "PUT",
                url: format!("{public_url}/api/me/photo"),
                fields: BTreeMap::new(),
                expires_at: None,
                confirm: false,
            },
        }
    }
}

/// What the store answered to an upload with a ticket.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ReplyBody {
    /// `public_id` of the answer.
    #[schema(max_length = 200)]
    public_id: String,
    /// `version` of the answer.
    version: u64,
    /// `signature` of the answer.
    #[schema(max_length = 128)]
    signature: String,
}

impl From<ReplyBody> for Reply {
    fn from(body: ReplyBody) -> Self {
        Self { public_id: body.public_id, version: body.version, signature: body.signature }
    }
}

/// The caller's picture.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PhotoView {
    /// Its address.
    #[schema(example = "https://res.cloudinary.com/demo/image/upload/v1/profils/a/b.jpg")]
    pub(super) photo: String,
}

/// A picture in a form.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only describes the form")]
pub(crate) struct FileForm {
    /// A JPEG, PNG or WebP of at most 5 MB.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}
