//! What callers send.

use crate::error::{ApiError, ApiResult, INVALID_FIELD};
use chrono::{DateTime, NaiveTime, Timelike, Utc};
use hostolink_kernel::DomainError;
use hostolink_notifications::{Channel, Choice, Kind, Notifications, QuietHours, Settings};
use hostolink_notifier::PushTarget;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Which notifications to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// Only those that were not read.
    pub(super) unread: Option<bool>,
}

/// What was read: either `ids` or `upTo`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ReadBody {
    /// These, at most 100.
    #[schema(max_items = 100)]
    ids: Option<Vec<Uuid>>,
    /// All that were there by then: `updatedAt` of the first of the list that was shown.
    up_to: Option<DateTime<Utc>>,
}

/// What a body of [`ReadBody`] says.
pub(super) enum Read {
    Ids(Vec<Uuid>),
    UpTo(DateTime<Utc>),
}

impl ReadBody {
    pub(super) fn read(self) -> ApiResult<Read> {
        match (self.ids, self.up_to) {
            (Some(ids), None) if ids.len() <= Notifications::MOST_MARKED => Ok(Read::Ids(ids)),
            (None, Some(at)) => Ok(Read::UpTo(at)),
            (Some(_), None) => Err(ApiError::field("ids", &INVALID_FIELD)),
            _ => Err(ApiError::field("upTo", &INVALID_FIELD)),
        }
    }
}

/// Every day's quiet, over midnight too.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct QuietBody {
    /// From when on, local time.
    #[schema(example = "22:00", pattern = "^[0-2][0-9]:[0-5][0-9]$")]
    from: String,
    /// Until when.
    #[schema(example = "06:30", pattern = "^[0-2][0-9]:[0-5][0-9]$")]
    until: String,
    /// By how many minutes local time is ahead of UTC; 0 in Côte d'Ivoire, and where it is left out.
    #[serde(default)]
    #[schema(minimum = -840, maximum = 840, example = 0)]
    offset_minutes: i16,
}

impl QuietBody {
    pub(super) fn new(hours: QuietHours) -> Self {
        let text = |minute: i16| format!("{:02}:{:02}", minute / 60, minute % 60);
        Self { from: text(hours.from()), until: text(hours.until()), offset_minutes: hours.offset() }
    }

    fn read(&self) -> ApiResult<QuietHours> {
        let minute = |text: &str, field: &'static str| {
            let time = NaiveTime::parse_from_str(text, "%H:%M")
                .map_err(|_| ApiError::field(field, &INVALID_FIELD))?;
            i16::try_from(time.hour() * 60 + time.minute())
                .map_err(|_| ApiError::field(field, &INVALID_FIELD))
        };
        let (from, until) =
            (minute(&self.from, "quietHours.from")?, minute(&self.until, "quietHours.until")?);
        QuietHours::new(from, until, self.offset_minutes)
            .map_err(|error| ApiError::field("quietHours", error.code()))
    }
}

/// Whether one kind goes by one channel.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ChoiceBody {
    /// The kind, as `GET` lists it.
    #[schema(example = "like")]
    kind: String,
    /// `app`, `push`, `email` or `sms`.
    #[schema(example = "push")]
    channel: String,
    /// Whether it does.
    on: bool,
}

/// What to change; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct PreferencesBody {
    /// Kinds and channels.
    #[serde(default)]
    #[schema(max_items = 100)]
    choices: Vec<ChoiceBody>,
    /// Quiet hours; `null` for none any more.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<QuietBody>)]
    quiet_hours: Option<Option<QuietBody>>,
    /// Whether a locked screen shows only what kind of thing happened, without names and amounts.
    discreet: Option<bool>,
}

/// Tells `null` from what is left out.
fn present<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Option<QuietBody>>, D::Error> {
    Option::<QuietBody>::deserialize(from).map(Some)
}

impl PreferencesBody {
    /// More than there are kinds and channels changes nothing more.
    const MOST: usize = 100;

    pub(super) fn read(self) -> ApiResult<Settings> {
        if self.choices.len() > Self::MOST {
            return Err(ApiError::field("choices", &INVALID_FIELD));
        }
        let choice = |(place, body): (usize, &ChoiceBody)| {
            let wrong = |field| ApiError::field(format!("choices[{place}].{field}"), &INVALID_FIELD);
            let kind = Kind::parse(&body.kind).ok_or_else(|| wrong("kind"))?;
            let channel = Channel::parse(&body.channel).ok_or_else(|| wrong("channel"))?;
            Ok(Choice { kind, channel, on: body.on })
        };
        let choices: ApiResult<Vec<Choice>> = self.choices.iter().enumerate().map(choice).collect();
        let quiet = self.quiet_hours.map(|quiet| quiet.map(|body| body.read()).transpose()).transpose()?;
        Ok(Settings { choices: choices?, quiet, discreet: self.discreet })
    }
}

/// An application to write to: either `token` or `installationId`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct DeviceBody {
    /// The registration token that Firebase gave the application.
    #[schema(min_length = 20, max_length = 4096)]
    token: Option<String>,
    /// Its installation id, in place of a token.
    #[schema(min_length = 22, max_length = 22)]
    installation_id: Option<String>,
    /// `android`, `ios` or `web`.
    #[schema(example = "android")]
    pub(super) platform: String,
}

impl DeviceBody {
    pub(super) fn target(&self) -> ApiResult<PushTarget> {
        match (&self.token, &self.installation_id) {
            (Some(token), None) => {
                PushTarget::token(token).map_err(|_| ApiError::field("token", &INVALID_FIELD))
            }
            (None, Some(id)) => {
                PushTarget::installation(id).map_err(|_| ApiError::field("installationId", &INVALID_FIELD))
            }
            _ => Err(ApiError::field("token", &INVALID_FIELD)),
        }
    }
}

/// Whether a device is written to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ActiveBody {
    /// `false` keeps it silent.
    pub(super) active: bool,
}
