//! What people send.

use crate::error::{ApiError, ApiResult};
use hostolink_kernel::{DomainError, EstablishmentId, RequestId};
use hostolink_messaging::{Body, Draft, Error, Place, Text, codes};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// The most uploads that one message shows.
const MAX_MEDIA: usize = 10;

/// A place in degrees of WGS 84.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct LocationBody {
    /// North of the equator.
    #[schema(minimum = -90, maximum = 90, example = 5.3232)]
    latitude: f64,
    /// East of Greenwich.
    #[schema(minimum = -180, maximum = 180, example = -4.0197)]
    longitude: f64,
    /// How far it may be wrong, in metres.
    #[schema(minimum = 1, maximum = 100_000, example = 15)]
    accuracy_meters: Option<i32>,
}

/// Nothing that is printed says where somebody is.
impl std::fmt::Debug for LocationBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LocationBody(…)")
    }
}

/// A message to send. It has one content: `text` alone, `mediaIds` (with a `text` or without), `voiceId`, `location`, `establishmentId` or
/// `paymentRequestId`.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct MessageBody {
    /// A UUID drawn on the device for this message, kept for every retry: the same again is the same message.
    pub(crate) client_id: Uuid,
    /// 1 to 4000 characters.
    #[schema(max_length = 4000, example = "Bonjour !")]
    text: Option<String>,
    /// 1 to 10 finished uploads of the caller's.
    #[schema(min_items = 1, max_items = 10)]
    media_ids: Option<Vec<Uuid>>,
    /// A finished upload of the caller's that is heard, of at most two minutes.
    voice_id: Option<Uuid>,
    /// Where the caller says to be.
    location: Option<LocationBody>,
    /// An establishment of the health directory.
    #[schema(value_type = Option<String>, format = Uuid)]
    establishment_id: Option<EstablishmentId>,
    /// A request to pay that the caller made.
    #[schema(value_type = Option<String>, format = Uuid)]
    payment_request_id: Option<RequestId>,
    /// The message of the same conversation that it answers.
    reply_to: Option<Uuid>,
}

/// Nothing that is printed holds what people write.
impl std::fmt::Debug for MessageBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MessageBody(…)")
    }
}

impl MessageBody {
    /// The one content.
    pub(crate) fn read(self) -> ApiResult<Draft> {
        let invalid = || ApiError::new(&codes::CONTENT_INVALID);
        let text = self.text.as_deref().map(|text| blamed("text", Text::parse(text))).transpose()?;
        let mut bodies = Vec::new();
        if let Some(ids) = self.media_ids {
            let mut distinct = ids.clone();
            distinct.sort_unstable();
            distinct.dedup();
            if !(1..=MAX_MEDIA).contains(&ids.len()) || distinct.len() != ids.len() {
                return Err(ApiError::field("mediaIds", &codes::CONTENT_INVALID));
            }
            bodies.push(Body::Media(ids, text));
        } else if let Some(text) = text {
            bodies.push(Body::Text(text));
        }
        bodies.extend(self.voice_id.map(Body::Voice));
        if let Some(at) = self.location {
            let place = Place::new(at.latitude, at.longitude, at.accuracy_meters);
            bodies.push(Body::Location(blamed("location", place)?));
        }
        bodies.extend(self.establishment_id.map(Body::Establishment));
        bodies.extend(self.payment_request_id.map(Body::PaymentRequest));
        let body = bodies.pop().filter(|_| bodies.is_empty()).ok_or_else(invalid)?;
        Ok(Draft { client_id: self.client_id, body, reply_to: self.reply_to })
    }
}

/// Blames a field for what is refused of it.
pub(super) fn blamed<T>(field: &'static str, read: Result<T, Error>) -> ApiResult<T> {
    read.map_err(|error| ApiError::field(field, error.code()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn refusal(body: Value) -> String {
        let body: MessageBody = serde_json::from_value(body).unwrap();
        body.read().unwrap_err().to_string()
    }

    #[test]
    fn a_message_has_one_content() {
        let id = Uuid::from_u128(1);
        let with = |fields: Value| {
            let mut body = json!({"clientId": id});
            body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
            body
        };
        let place = json!({"latitude": 5.3, "longitude": -4.0});
        for fields in [
            json!({}),
            json!({"text": "a", "voiceId": id}),
            json!({"text": "a", "location": place}),
            json!({"establishmentId": id, "paymentRequestId": id}),
            json!({"mediaIds": []}),
            json!({"mediaIds": [id, id]}),
            json!({"mediaIds": (0..11).map(Uuid::from_u128).collect::<Vec<_>>()}),
        ] {
            assert_eq!(refusal(with(fields.clone())), "messaging.content_invalid", "{fields}");
        }
        assert_eq!(refusal(with(json!({"text": " "}))), "messaging.text_invalid");
        let nowhere = json!({"latitude": 91, "longitude": 0});
        assert_eq!(refusal(with(json!({"location": nowhere}))), "messaging.place_invalid");
        let good = with(json!({"text": "légende", "mediaIds": [id]}));
        let read = serde_json::from_value::<MessageBody>(good).unwrap().read().unwrap();
        assert!(matches!(read.body, Body::Media(ids, Some(_)) if ids == [id]));
        serde_json::from_value::<MessageBody>(with(json!({"author": id}))).unwrap_err();
    }
}
