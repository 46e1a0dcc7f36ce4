//! The suite's one envelope for every call between services:
//! `{"moduleName","data":[…],"serviceName","method","serviceSource"}`. Whoever sends it is answered in it; a plain body is
//! answered plainly. It carries a call and no power: who asks is what a bearer token says, never `serviceSource`.

use crate::{
    error::{ApiError, INVALID_FIELD},
    extract::{Json, read_value},
};
use actix_web::{FromRequest, HttpRequest, HttpResponse, dev::Payload, http::StatusCode};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use std::{future::Future, pin::Pin};

/// Modules whose calls are answered here: the suite's names for its users, and its gateway.
const MODULES: [&str; 5] = ["Authentification", "Gateway", "utilisateurs", "users", "auth"];
/// The longest name in an envelope, in characters.
const MAX_NAME: usize = 64;

/// A body, plain or in the envelope.
#[derive(Debug)]
pub(super) struct Call<T> {
    pub(super) body: T,
    envelope: Option<Envelope>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Envelope {
    module_name: String,
    #[serde(default)]
    data: Value,
    #[serde(default)]
    service_name: String,
    method: String,
    #[serde(default)]
    service_source: String,
}

impl<T> Call<T> {
    /// Takes the call apart: what was asked, and how to answer.
    pub(super) fn open(self) -> (T, Reply) {
        (self.body, Reply(self.envelope))
    }
}

/// How a call is answered: as it came.
#[derive(Debug)]
pub(super) struct Reply(Option<Envelope>);

impl Reply {
    /// Answers with `view`, in the envelope where the call came in one.
    pub(super) fn with(self, status: StatusCode, view: &impl Serialize) -> HttpResponse {
        let mut response = HttpResponse::build(status);
        match self.0 {
            None => response.json(view),
            Some(envelope) => response.json(Envelope { data: json!([view]), ..envelope }),
        }
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Call<T> {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        // The method that an envelope may name is the one that was called: /Gateway/login is no way to another.
        let method = req.path().rsplit('/').next().unwrap_or_default().to_owned();
        let body = Json::<Value>::from_request(req, payload);
        Box::pin(async move { open(body.await?.0, &method) })
    }
}

fn open<T: DeserializeOwned>(body: Value, method: &str) -> Result<Call<T>, ApiError> {
    if body.get("moduleName").is_none() && body.get("data").is_none() {
        return Ok(Call { body: read_value(body)?, envelope: None });
    }
    let mut envelope: Envelope = read_value(body)?;
    let wrong = |field: &'static str| ApiError::field(field, &INVALID_FIELD);
    if !MODULES.iter().any(|module| module.eq_ignore_ascii_case(&envelope.module_name)) {
        return Err(wrong("moduleName"));
    }
    if envelope.method != method {
        return Err(wrong("method"));
    }
    for (name, field) in
        [(&envelope.service_name, "serviceName"), (&envelope.service_source, "serviceSource")]
    {
        if name.chars().count() > MAX_NAME || name.chars().any(char::is_control) {
            return Err(wrong(field));
        }
    }
    let data = match envelope.data.take() {
        object @ Value::Object(_) => object,
        Value::Array(mut items) if items.len() == 1 => items.remove(0),
        _ => return Err(wrong("data")),
    };
    Ok(Call { body: read_value(data)?, envelope: Some(envelope) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct Body {
        email: String,
    }

    fn refused(body: Value) -> String {
        open::<Body>(body, "login").unwrap_err().to_string()
    }

    #[test]
    fn plain_or_enveloped_it_is_the_same_call() {
        for body in [
            json!({"email": "a@b.ci"}),
            json!({"moduleName": "users", "data": [{"email": "a@b.ci"}], "serviceName": "auth", "method": "login", "serviceSource": "web"}),
            json!({"moduleName": "AUTHENTIFICATION", "data": {"email": "a@b.ci"}, "method": "login"}),
        ] {
            assert_eq!(open::<Body>(body, "login").unwrap().body.email, "a@b.ci");
        }
    }

    #[test]
    fn case_96_an_envelope_that_is_none_is_refused() {
        let good = json!({"moduleName": "users", "data": [{"email": "a@b.ci"}], "serviceName": "auth", "method": "login", "serviceSource": "web"});
        open::<Body>(good.clone(), "login").unwrap();
        for (field, value) in [
            ("moduleName", json!("stock")),
            ("moduleName", json!("")),
            ("moduleName", json!(["users"])),
            ("moduleName", json!(null)),
            ("method", json!("create_user")),
            ("method", json!("LOGIN")),
            ("method", json!(1)),
            ("data", json!(null)),
            ("data", json!([])),
            ("data", json!([{"email": "a@b.ci"}, {"email": "c@d.ci"}])),
            ("data", json!([[{"email": "a@b.ci"}]])),
            ("data", json!("email")),
            ("data", json!([good.clone()])),
            ("serviceName", json!("x".repeat(65))),
            ("serviceSource", json!("a\nb")),
            ("serviceSource", json!({"admin": true})),
        ] {
            let mut body = good.clone();
            body[field] = value.clone();
            assert_eq!(refused(body), "request.invalid_field", "{field} {value}");
        }
        assert_eq!(refused(json!({"data": [{"email": "a@b.ci"}]})), "request.invalid_field");
        assert_eq!(refused(json!([])), "request.invalid_field");
        assert_eq!(refused(json!(null)), "request.invalid_field");
    }
}
