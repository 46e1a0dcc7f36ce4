use crate::error::{ApiError, INVALID_FIELD, INVALID_JSON, INVALID_TEXT, TOO_LARGE, UNSUPPORTED_MEDIA};
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, web::Bytes};
use serde::de::DeserializeOwned;
use std::{future::Future, pin::Pin};

/// A JSON body of at most [`Json::MAX_BYTES`].
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T> Json<T> {
    /// The largest body that is read.
    pub const MAX_BYTES: usize = 64 * 1024;
}

impl<T: DeserializeOwned + 'static> FromRequest for Json<T> {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json = req.content_type() == "application/json" || req.content_type().ends_with("+json");
        // The limit on the body is the application's `PayloadConfig`.
        let body = Bytes::from_request(req, payload);
        Box::pin(async move {
            let body =
                body.await.map_err(|error| match error.as_response_error().status_code().as_u16() {
                    413 => ApiError::new(&TOO_LARGE),
                    _ => ApiError::new(&INVALID_JSON),
                })?;
            if !is_json {
                return Err(ApiError::new(&UNSUPPORTED_MEDIA));
            }
            parse(&body).map(Self)
        })
    }
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    // Postgres keeps no NUL in a text; in JSON it can only come escaped.
    if body.windows(6).any(|window| window == b"\\u0000") {
        return Err(ApiError::new(&INVALID_TEXT));
    }
    let mut json = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        // An enumeration's name that is none at all, a number say, counts as broken JSON with serde.
        if error.inner().is_data() || serde_json::from_slice::<serde_json::Value>(body).is_ok() {
            ApiError::field(field_of(&error), &INVALID_FIELD)
        } else {
            ApiError::new(&INVALID_JSON)
        }
    })?;
    json.end().map_err(|_| ApiError::new(&INVALID_JSON))?;
    Ok(value)
}

/// Reads what a body holds inside of something else.
pub(crate) fn read_value<T: DeserializeOwned>(value: serde_json::Value) -> Result<T, ApiError> {
    serde_path_to_error::deserialize(value).map_err(|error| ApiError::field(field_of(&error), &INVALID_FIELD))
}

/// The field's path, or the name inside serde's "missing field `x`".
fn field_of(error: &serde_path_to_error::Error<serde_json::Error>) -> String {
    let path = error.path().to_string();
    let text = error.inner().to_string();
    let missing = text.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
    match missing {
        Some(name) if path == "." => name.to_owned(),
        Some(name) => format!("{path}.{name}"),
        None if path == "." => "body".to_owned(),
        None => path.chars().take(100).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    struct Body {
        #[expect(dead_code, reason = "only its parsing is tested")]
        amount: i64,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Kind {
        Image,
    }

    #[derive(Debug, Deserialize)]
    struct Ticket {
        #[expect(dead_code, reason = "only its parsing is tested")]
        kind: Kind,
    }

    fn refusal(body: &str) -> String {
        parse::<Body>(body.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn every_wrong_body_has_a_code() {
        for amount in ["1.5", "\"1e3\"", "9223372036854775808", "null", "[]", "1e3"] {
            assert_eq!(refusal(&format!("{{\"amount\":{amount}}}")), "request.invalid_field", "{amount}");
        }
        for body in ["", "{", "{\"amount\":1}x", "{\"amount\":01}"] {
            assert_eq!(refusal(body), "request.invalid_json", "{body}");
        }
        assert_eq!(refusal("{\"amount\":1,\"amount\":2}"), "request.invalid_field");
        assert_eq!(refusal("{\"note\":\"a\\u0000b\",\"amount\":1}"), "request.invalid_text");
        assert_eq!(refusal("{}"), "request.invalid_field");
        for kind in ["1", "\"film\"", "null", "[]", "true"] {
            let refused = parse::<Ticket>(format!("{{\"kind\":{kind}}}").as_bytes()).unwrap_err();
            assert_eq!(refused.to_string(), "request.invalid_field", "{kind}");
        }
        assert_eq!(refusal(&format!("{{\"other\":{}", "[".repeat(100_000))), "request.invalid_json");
    }
}
