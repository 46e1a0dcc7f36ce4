//! Identity: the seven calls, sessions, people. Nothing here decides: `hostolink_auth` does.

pub(crate) mod attempt;
mod bodies;
pub(crate) mod codes;
mod deletion;
mod export;
mod factor;
mod identifiers;
mod identity;
pub(crate) mod moderation;
pub(crate) mod notices;
mod passwords;
mod people;
pub(crate) mod pin;
mod problems;
mod profile;
mod registration;
pub(crate) mod reset;
mod roles;
mod sessions;
mod totp;
mod views;

use crate::{
    context,
    extract::{Identity, bearer_token},
    routes::ServiceConfig,
    state::State,
};
use actix_web::HttpRequest;
use hostolink_audit::Actor;
use hostolink_kernel::SessionId;

/// Mounts the seven calls, sessions, `/api/me`, `/api/users` and the public keys.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(registration::check_user)
        .service(registration::register_user)
        .service(registration::define_password)
        .service(codes::generate_otp)
        .service(codes::verify_otp)
        .service(codes::verify_code)
        .service(passwords::verify_pin)
        .service(reset::forgot_password)
        .service(reset::reset_password)
        .service(sessions::refresh_token)
        .service(sessions::sign_out)
        .service(sessions::list)
        .service(sessions::end_one)
        .service(sessions::end_many)
        .service(profile::me)
        .service(profile::update_me)
        .service(export::export)
        .service(identifiers::request)
        .service(identifiers::confirm)
        .service(identifiers::remove)
        .service(identifiers::revert)
        .service(deletion::request)
        .service(deletion::cancel)
        .service(sessions::jwks)
        .service(pin::standing)
        .service(pin::define_pin)
        .service(pin::verify_pin)
        .service(pin::remove_pin)
        .service(totp::verify_totp)
        .service(totp::standing)
        .service(totp::enrol)
        .service(totp::confirm)
        .service(totp::renew)
        .service(totp::turn_off)
        .service(people::users)
        .service(people::set_role)
        .service(moderation::block)
        .service(moderation::unblock)
        .service(moderation::end_sessions)
        .service(roles::roles)
        .service(roles::set_permissions)
        .configure(identity::routes);
}

/// In which session somebody says to be who signs in anew. A bearer token helps where there is a good one; a stale one is no
/// reason to refuse a code. Whether the session lives, and whose it is, the domain looks up.
pub(crate) fn shown_session(state: &State, request: &HttpRequest) -> Option<SessionId> {
    let claims = state.auth.verify_access_token(bearer_token(request)?).ok()?;
    Some(claims.session)
}

/// Who asks, for the audit log and the guards. To be called before the work leaves for another thread.
pub(crate) fn actor(identity: Option<&Identity>) -> Actor {
    let context = context::current();
    Actor {
        user: identity.map(|identity| identity.user),
        trace_id: Some(context.trace_id),
        address: context.address,
    }
}
