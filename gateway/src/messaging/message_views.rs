//! What callers see of messages.

use super::views::{SpeakerView, speaker};
use crate::{
    error::ApiResult,
    media::uploads::{self, MediaView},
    state::State,
    wallet::views::names,
};
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use hostolink_auth::Recipient;
use hostolink_health_directory::Snapshot;
use hostolink_kernel::{EstablishmentId, RequestId, UserId};
use hostolink_messaging::{Body, Message, SIGNS};
use serde::Serialize;
use std::{collections::HashMap, sync::Arc};
use utoipa::ToSchema;
use uuid::Uuid;

/// A place that was sent.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LocationView {
    /// North of the equator.
    latitude: f64,
    /// East of Greenwich.
    longitude: f64,
    /// How far it may be wrong, in metres.
    #[serde(skip_serializing_if = "Option::is_none")]
    accuracy_meters: Option<i32>,
}

/// A card of an establishment.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EstablishmentCard {
    /// Its id in the health directory.
    #[schema(value_type = String, format = Uuid)]
    id: EstablishmentId,
    /// Its name; left out where it is not there any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

/// A card of a request to pay. What it says, `/api/wallet/requests/{id}` tells who is asked and who asks.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PaymentRequestCard {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    id: RequestId,
}

/// How many put a sign to a message.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SignView {
    /// The sign.
    #[schema(example = "👍")]
    sign: String,
    /// How many.
    count: i64,
}

/// A message. One that was deleted for all has its place, and nothing in it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MessageView {
    /// Its id.
    id: Uuid,
    /// The conversation's id.
    conversation_id: Uuid,
    /// Its number there: 1, 2, 3 without a gap. Numbers that are left out are of messages that the caller does not see.
    seq: i64,
    /// Who wrote it; left out where they are gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    author: Option<SpeakerView>,
    /// What the author's device called it.
    client_id: Uuid,
    /// `text`, `media`, `voice`, `location`, `establishment`, `payment_request` or `deleted`.
    #[schema(example = "text")]
    kind: &'static str,
    /// Its words.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    /// Its pictures, or the voice note.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    media: Vec<MediaView>,
    /// The place that was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<LocationView>,
    /// The establishment that was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    establishment: Option<EstablishmentCard>,
    /// The request to pay that was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    payment_request: Option<PaymentRequestCard>,
    /// The message that it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_to: Option<Uuid>,
    /// How many put each sign to it, in the order of the signs.
    reactions: Vec<SignView>,
    /// The sign that the caller put to it. What is told live leaves it out: it is the same for everybody.
    #[serde(skip_serializing_if = "Option::is_none")]
    own_reaction: Option<String>,
    /// When it was sent.
    created_at: DateTime<Utc>,
    /// When it was last edited.
    #[serde(skip_serializing_if = "Option::is_none")]
    edited_at: Option<DateTime<Utc>>,
    /// When it was deleted for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    deleted_at: Option<DateTime<Utc>>,
    /// When it was pinned, while it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pinned_at: Option<DateTime<Utc>>,
}

/// A page of messages.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MessagePage {
    /// The messages.
    pub(super) items: Vec<MessageView>,
    /// Where the next page starts; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next_cursor: Option<String>,
}

/// What views of messages need beside the messages: names, files, establishments, each asked for at once.
pub(crate) struct Shown {
    names: HashMap<UserId, Recipient>,
    media: HashMap<Uuid, MediaView>,
    directory: Arc<Snapshot>,
}

impl Shown {
    /// For these messages.
    pub(crate) fn of<'a>(
        conn: &mut PgConnection,
        state: &State,
        messages: impl IntoIterator<Item = &'a Message> + Clone,
    ) -> ApiResult<Self> {
        let names = names(conn, &state.auth, messages.clone().into_iter().map(|message| message.author))?;
        let bodies = messages.into_iter().filter_map(|message| message.body.as_ref());
        let ids: Vec<Uuid> = bodies.flat_map(Body::media).copied().collect();
        let media = if ids.is_empty() { HashMap::new() } else { uploads::views(conn, &ids)? };
        Ok(Self { names, media, directory: state.directory.snapshot() })
    }

    /// The same for everybody who sees it.
    pub(crate) fn view(&self, message: &Message) -> MessageView {
        let body = message.body.as_ref();
        let media = body.map(Body::media).unwrap_or_default();
        let mut view = MessageView {
            id: message.id,
            conversation_id: message.conversation,
            seq: message.seq,
            author: speaker(&self.names, message.author),
            client_id: message.client_id,
            kind: body.map_or("deleted", Body::kind),
            text: body.and_then(Body::text).map(|text| text.as_str().to_owned()),
            media: media.iter().filter_map(|id| self.media.get(id).cloned()).collect(),
            location: None,
            establishment: None,
            payment_request: None,
            reply_to: message.reply_to,
            reactions: signs(message),
            own_reaction: None,
            created_at: message.created_at,
            edited_at: message.edited_at,
            deleted_at: message.deleted_at,
            pinned_at: message.pinned_at,
        };
        match body {
            Some(Body::Location(place)) => {
                view.location = Some(LocationView {
                    latitude: place.latitude(),
                    longitude: place.longitude(),
                    accuracy_meters: place.accuracy(),
                });
            }
            Some(Body::Establishment(id)) => {
                let name = self.directory.get(*id).ok().map(|found| found.name.clone());
                view.establishment = Some(EstablishmentCard { id: *id, name });
            }
            Some(Body::PaymentRequest(id)) => view.payment_request = Some(PaymentRequestCard { id: *id }),
            _ => {}
        }
        view
    }

    /// For the one who reads.
    pub(crate) fn with_own_sign(&self, message: &Message) -> MessageView {
        MessageView { own_reaction: message.own_sign.clone(), ..self.view(message) }
    }
}

/// In one order for everybody.
pub(super) fn signs(message: &Message) -> Vec<SignView> {
    let count = |sign: &&str| message.reactions.get(*sign).map(|count| ((*sign).to_owned(), *count));
    SIGNS.iter().filter_map(count).map(|(sign, count)| SignView { sign, count }).collect()
}

impl MessageView {
    /// For the one who reads them.
    pub(super) fn all(conn: &mut PgConnection, state: &State, messages: &[Message]) -> ApiResult<Vec<Self>> {
        let shown = Shown::of(conn, state, messages)?;
        Ok(messages.iter().map(|message| shown.with_own_sign(message)).collect())
    }

    pub(super) fn one(conn: &mut PgConnection, state: &State, message: &Message) -> ApiResult<Self> {
        let shown = Shown::of(conn, state, std::slice::from_ref(message))?;
        Ok(shown.with_own_sign(message))
    }
}
