use crate::error::{ApiError, VERSION_INVALID, VERSION_REQUIRED};
use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header::{self, Header},
};
use std::future::{Ready, ready};

/// Which versions of a thing a change is meant for (RFC 9110 §13.1.1): required wherever it is taken, so that nobody
/// overwrites unseen what another has written since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IfMatch {
    /// `*`: whatever it is now.
    Anything,
    /// One of these. A weak tag is never one: it does not say that nothing has changed.
    OneOf(Vec<String>),
}

impl FromRequest for IfMatch {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        if !req.headers().contains_key(header::IF_MATCH) {
            return ready(Err(ApiError::field("If-Match", &VERSION_REQUIRED)));
        }
        ready(match header::IfMatch::parse(req) {
            Ok(header::IfMatch::Any) => Ok(Self::Anything),
            // Tags that can't be read are left out by the parser.
            Ok(header::IfMatch::Items(tags)) if !tags.is_empty() => {
                Ok(Self::OneOf(tags.iter().filter(|tag| !tag.weak).map(|tag| tag.tag().to_owned()).collect()))
            }
            _ => Err(ApiError::field("If-Match", &VERSION_INVALID)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn read(value: &str) -> Result<IfMatch, String> {
        let request = TestRequest::default().insert_header((header::IF_MATCH, value)).to_http_request();
        IfMatch::from_request(&request, &mut Payload::None).into_inner().map_err(|error| error.to_string())
    }

    #[test]
    fn what_the_header_says() {
        let one_of = |tags: &[&str]| Ok(IfMatch::OneOf(tags.iter().map(|tag| (*tag).to_owned()).collect()));
        assert_eq!(read("*"), Ok(IfMatch::Anything));
        assert_eq!(read("\"a\""), one_of(&["a"]));
        assert_eq!(read("\"a\", \"b\""), one_of(&["a", "b"]));
        assert_eq!(read("W/\"a\", \"b\""), one_of(&["b"]), "a weak tag never matches");
        for header in ["", "a", "\"a", "é", ","] {
            assert_eq!(read(header), Err("request.version_invalid".to_owned()), "{header}");
        }
    }
}
