//! The token of a registration attempt: in the answer for clients that keep it, in a cookie for those that needn't know.

use crate::state::State;
use actix_web::{
    HttpRequest,
    cookie::{Cookie, SameSite, time::Duration},
};
use hostolink_kernel::{ExposeSecret, Secret};

const NAME: &str = "hostolink_attempt";
/// Nobody takes a day to type a code.
const MAX_AGE: Duration = Duration::days(1);

/// The token shown: the body's, else the cookie's.
pub(crate) fn shown(request: &HttpRequest, body: Option<Secret>) -> Option<Secret> {
    body.or_else(|| request.cookie(NAME).map(|cookie| cookie.value().to_owned().into()))
}

/// A cookie that no script reads and no other site sends.
pub(crate) fn cookie(state: &State, token: &Secret) -> Cookie<'static> {
    Cookie::build(NAME, token.expose_secret().to_owned())
        .path("/api")
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(!state.config.is_development())
        .max_age(MAX_AGE)
        .finish()
}

/// Takes the cookie back: the attempt is over.
pub(crate) fn no_cookie() -> Cookie<'static> {
    Cookie::build(NAME, "").path("/api").http_only(true).max_age(Duration::ZERO).finish()
}
