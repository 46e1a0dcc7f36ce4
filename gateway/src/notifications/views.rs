//! What callers see: never a row.

use super::bodies::QuietBody;
use crate::{
    context::Language,
    error::ApiResult,
    wallet::views::{PersonView, names},
};
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use hostolink_auth::Auth;
use hostolink_notifications::{Channel, Device, Kind, Notification, Standing, Words};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// What is opened.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ObjectView {
    /// What it is: `publication`, `comment`, `conversation`, `transaction`, `payment_request`, `session`, `sanction`, `person`.
    #[schema(example = "publication")]
    kind: String,
    /// Its id.
    id: Uuid,
}

/// What somebody is told. A program that does not know the kind shows `title` and `text`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct NotificationView {
    /// Its id.
    id: Uuid,
    /// What kind of thing happened; there will be others.
    #[schema(example = "like")]
    kind: String,
    /// What kind of thing, for people, in the caller's language.
    #[schema(example = "J'aime")]
    title: &'static str,
    /// What happened.
    #[schema(example = "Awa K. et 12 autres personnes aiment votre publication.")]
    text: String,
    /// What is opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    object: Option<ObjectView>,
    /// How much, in whole francs CFA.
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<i64>,
    /// How many things alike are told together.
    count: i32,
    /// By how many people.
    actor_count: i32,
    /// The last of them, three at most.
    actors: Vec<PersonView>,
    /// When the first happened.
    created_at: DateTime<Utc>,
    /// When the last did.
    updated_at: DateTime<Utc>,
    /// When it was read; left out where it was not.
    #[serde(skip_serializing_if = "Option::is_none")]
    read_at: Option<DateTime<Utc>>,
}

impl NotificationView {
    /// With the names that others see, asked for at once.
    pub(super) fn all(
        conn: &mut PgConnection,
        auth: &Auth,
        notifications: Vec<Notification>,
        language: Language,
    ) -> ApiResult<Vec<Self>> {
        let people = notifications.iter().flat_map(|told| told.latest.iter().copied());
        let names = names(conn, auth, people)?;
        let view = |told: Notification| {
            let known: Vec<_> = told.latest.iter().filter_map(|person| names.get(person)).collect();
            let called: Vec<String> = known.iter().map(|person| person.display_name.clone()).collect();
            let Words { title, text } = Words::of(&told, &called, language.into());
            Self {
                id: told.id,
                title,
                text,
                kind: told.kind_code,
                object: told.object.map(|(kind, id)| ObjectView { kind, id }),
                amount: told.amount,
                count: told.count,
                actor_count: told.actors,
                actors: known.into_iter().map(PersonView::from).collect(),
                created_at: told.created_at,
                updated_at: told.updated_at,
                read_at: told.read_at,
            }
        };
        Ok(notifications.into_iter().map(view).collect())
    }
}

/// A page of notifications.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct NotificationPage {
    /// The latest first.
    pub(super) items: Vec<NotificationView>,
    /// Where the next page starts; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next_cursor: Option<String>,
}

/// What the badge shows.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UnreadView {
    /// How many were not read.
    pub(super) unread: i32,
}

/// One kind by one channel.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ChannelView {
    /// Whether it goes this way.
    on: bool,
    /// Whether that can't be changed.
    mandatory: bool,
}

/// How somebody wants to be told.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct PreferencesView {
    /// By kind, then by channel (`app`, `push`, `email`, `sms`). A channel that a kind does not take is left out. `app` off turns the kind off altogether.
    kinds: BTreeMap<&'static str, BTreeMap<&'static str, ChannelView>>,
    /// When it is to be quiet; left out where it never is.
    #[serde(skip_serializing_if = "Option::is_none")]
    quiet_hours: Option<QuietBody>,
    /// Whether a locked screen shows only what kind of thing happened.
    discreet: bool,
}

impl From<Standing> for PreferencesView {
    fn from(standing: Standing) -> Self {
        let channels = |kind: Kind| {
            let offered = Channel::ALL.iter().copied().filter(|channel| kind.offers(*channel));
            let view = |channel: Channel| ChannelView {
                on: standing.wants(kind, channel),
                mandatory: kind.is_mandatory(channel),
            };
            offered.map(|channel| (channel.code(), view(channel))).collect()
        };
        Self {
            kinds: Kind::ALL.iter().map(|kind| (kind.code(), channels(*kind))).collect(),
            quiet_hours: standing.quiet.map(QuietBody::new),
            discreet: standing.discreet,
        }
    }
}

/// An application that is written to. What it is addressed by stays here.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct DeviceView {
    /// Its id.
    id: Uuid,
    /// The session that registered it: with its end it is forgotten.
    #[schema(value_type = String, format = Uuid)]
    session: hostolink_kernel::SessionId,
    /// `android`, `ios` or `web`.
    platform: String,
    /// Whether it is written to.
    active: bool,
    /// Since when it is registered.
    created_at: DateTime<Utc>,
    /// When it last said that it is still there. After 270 days without a word it is forgotten.
    last_seen_at: DateTime<Utc>,
}

impl From<Device> for DeviceView {
    fn from(device: Device) -> Self {
        Self {
            id: device.id,
            session: device.session,
            platform: device.platform,
            active: device.active,
            created_at: device.created_at,
            last_seen_at: device.seen_at,
        }
    }
}

/// All of somebody's devices.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DevicesView {
    /// The last registered first; 20 at most.
    pub(super) items: Vec<DeviceView>,
}
