//! What clients say over a socket, and what they are answered; docs/REALTIME.md describes it. What they are told is `messaging::telling`'s.

use crate::{
    error::{ApiError, FRAME_INVALID, Problem},
    extract::read_value,
    messaging::{MarkerBody, MessageBody},
};
use actix_ws::{CloseCode, CloseReason};
use hostolink_kernel::UserPublicId;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

/// The largest frame that is read, and the largest text in several.
pub(super) const MAX_FRAME: usize = 64 * 1024;
/// The longest `requestId`.
const MAX_REQUEST_ID: usize = 64;

/// The first thing that is said where no ticket was shown.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Hello {
    /// An access token.
    pub(super) token: String,
    /// The cursor of the last frame that was read.
    pub(super) after: Option<String>,
}

/// What is asked over an open socket.
pub(super) enum Wish {
    /// Send a message.
    Send(Uuid, Box<MessageBody>),
    /// Move the markers.
    Mark(Uuid, MarkerBody),
    /// Say whether the caller types.
    Typing(Uuid, bool),
    /// Go on with a newer access token.
    Renew(String),
    /// Is anybody there?
    Ping,
}

/// A wish, and what its answer is to be called.
pub(super) struct Asked {
    pub(super) request_id: Option<String>,
    pub(super) wish: Wish,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SendFrame {
    conversation_id: Uuid,
    message: MessageBody,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct MarkFrame {
    conversation_id: Uuid,
    marker: MarkerBody,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TypingFrame {
    conversation_id: Uuid,
    typing: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RenewFrame {
    token: String,
}

/// A refusal, and what it answers.
pub(super) struct Refused(pub(super) Option<String>, pub(super) ApiError);

/// Reads the first frame.
pub(super) fn read_hello(text: &str) -> Result<Hello, ApiError> {
    let mut fields = object(text)?;
    match fields.remove("type") {
        Some(Value::String(kind)) if kind == "hello" => read_value(Value::Object(fields)),
        _ => Err(ApiError::new(&FRAME_INVALID)),
    }
}

/// Reads any other.
pub(super) fn read(text: &str) -> Result<Asked, Refused> {
    let invalid = || ApiError::new(&FRAME_INVALID);
    let mut fields = object(text).map_err(|error| Refused(None, error))?;
    let request_id = match fields.remove("requestId") {
        None => None,
        Some(Value::String(id)) if (1..=MAX_REQUEST_ID).contains(&id.len()) => Some(id),
        Some(_) => return Err(Refused(None, invalid())),
    };
    let kind = fields.remove("type");
    let rest = Value::Object(fields);
    let wish = match kind.as_ref().and_then(Value::as_str) {
        Some("send") => read_value(rest)
            .map(|SendFrame { conversation_id, message }| Wish::Send(conversation_id, Box::new(message))),
        Some("mark") => {
            read_value(rest).map(|MarkFrame { conversation_id, marker }| Wish::Mark(conversation_id, marker))
        }
        Some("typing") => read_value(rest)
            .map(|TypingFrame { conversation_id, typing }| Wish::Typing(conversation_id, typing)),
        Some("auth") => read_value(rest).map(|RenewFrame { token }| Wish::Renew(token)),
        Some("ping") => Ok(Wish::Ping),
        _ => Err(invalid()),
    };
    match wish {
        Ok(wish) => Ok(Asked { request_id, wish }),
        Err(error) => Err(Refused(request_id, error)),
    }
}

fn object(text: &str) -> Result<serde_json::Map<String, Value>, ApiError> {
    // Postgres keeps no NUL in a text; in JSON it can only come escaped.
    if text.contains("\\u0000") {
        return Err(ApiError::new(&FRAME_INVALID));
    }
    serde_json::from_str(text).map_err(|_| ApiError::new(&FRAME_INVALID))
}

/// What the server says beside what happened.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "camelCase")]
enum Answer<'a> {
    #[serde(rename_all = "camelCase")]
    Ready { cursor: &'a str, resync: bool, heartbeat_seconds: u64, person_id: UserPublicId },
    #[serde(rename_all = "camelCase")]
    Result { request_id: Option<&'a str>, status: u16, body: Value },
    #[serde(rename_all = "camelCase")]
    Error { request_id: Option<&'a str>, problem: Problem },
}

fn text(answer: &Answer<'_>) -> String {
    // Our own answers always write.
    serde_json::to_string(answer).unwrap_or_default()
}

pub(super) fn ready(cursor: &str, resync: bool, heartbeat_seconds: u64, person_id: UserPublicId) -> String {
    text(&Answer::Ready { cursor, resync, heartbeat_seconds, person_id })
}

pub(super) fn result(request_id: Option<&str>, status: u16, body: &impl Serialize) -> String {
    text(&Answer::Result { request_id, status, body: json!(body) })
}

pub(super) fn refusal(request_id: Option<&str>, error: &ApiError) -> String {
    text(&Answer::Error { request_id, problem: error.problem() })
}

/// Why a socket ends. Codes from 4000 on are ours; 1012 and from 4500 on say: come back, with the last cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Closing {
    /// The client said so.
    Asked,
    /// The program stops.
    Restart,
    /// What came is no frame of the protocol.
    Protocol,
    /// A frame was too large.
    TooLarge,
    /// Only text is spoken here.
    Binary,
    /// The session has ended, or the access token is over and was not renewed.
    SignedOut,
    /// Nobody said whose it is in time.
    Doorstep,
    /// Too many frames.
    TooFast,
    /// As many sockets as one person may have.
    TooMany,
    /// The reader takes too long; or nobody is there.
    Slow,
    /// It can't be served now.
    Unavailable,
}

impl Closing {
    pub(super) fn reason(self) -> Option<CloseReason> {
        let (code, words) = match self {
            Self::Asked => (CloseCode::Normal, ""),
            Self::Restart => (CloseCode::Restart, "restart: come back"),
            Self::Protocol => (CloseCode::Protocol, "protocol"),
            Self::TooLarge => (CloseCode::Size, "too large"),
            Self::Binary => (CloseCode::Unsupported, "text only"),
            Self::SignedOut => (CloseCode::Other(4401), "signed out"),
            Self::Doorstep => (CloseCode::Other(4408), "say hello"),
            Self::TooFast => (CloseCode::Other(4429), "too fast"),
            Self::TooMany => (CloseCode::Other(4430), "too many sockets"),
            Self::Slow => (CloseCode::Other(4500), "slow reader: come back"),
            Self::Unavailable => (CloseCode::Other(4503), "unavailable: come back"),
        };
        Some((code, words).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_frame_is_refused() {
        let id = Uuid::from_u128(1);
        for frame in [
            "",
            "{",
            "[]",
            "null",
            "{}",
            r#"{"type":"dance"}"#,
            r#"{"type":7}"#,
            r#"{"type":"send"}"#,
            r#"{"type":"typing","conversationId":"x","typing":true}"#,
            r#"{"type":"ping","requestId":7}"#,
            &format!(r#"{{"type":"typing","conversationId":"{id}","typing":true,"more":1}}"#),
            &format!(r#"{{"type":"ping","requestId":"{}"}}"#, "x".repeat(65)),
            &format!(
                r#"{{"type":"send","conversationId":"{id}","message":{{"clientId":"{id}","text":"a\u0000"}}}}"#
            ),
            &"[".repeat(60_000),
        ] {
            assert!(read(frame).is_err(), "{frame:.80}");
        }
        let named = read(r#"{"type":"dance","requestId":"a"}"#).err().and_then(|refused| refused.0);
        assert_eq!(named.as_deref(), Some("a"), "what is refused is named");
        assert!(read_hello(r#"{"type":"hello","token":"x"}"#).is_ok());
        assert!(read_hello(r#"{"type":"hello"}"#).is_err() && read_hello(r#"{"type":"ping"}"#).is_err());
        let asked =
            read(&format!(r#"{{"type":"typing","requestId":"b","conversationId":"{id}","typing":true}}"#));
        let asked = asked.ok().unwrap();
        assert!(matches!(asked.wish, Wish::Typing(of, true) if of == id));
        assert_eq!(asked.request_id.as_deref(), Some("b"));
    }
}
