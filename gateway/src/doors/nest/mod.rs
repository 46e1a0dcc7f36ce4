//! Door C: the calls of the microservice suite's gateway over HTTP, for its pages and services as they are. The accounts,
//! sessions and rules are those of every other door; only addresses, bodies and answers are its own.

mod answers;
mod bodies;
mod envelope;
mod error;
mod passwords;
mod problems;
mod registration;
mod sessions;

pub(crate) use error::{NestError, refusal};

use crate::routes::ServiceConfig;

/// Mounts `/Gateway/…`.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(registration::create_user)
        .service(registration::resend_confirmation)
        .service(registration::confirmation_page)
        .service(registration::confirm)
        .service(sessions::login)
        .service(passwords::forgot_password)
        .service(passwords::reset_password);
}
