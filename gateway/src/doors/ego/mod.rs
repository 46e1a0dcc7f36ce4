//! Door B: the calls of EGO Transfert, for its clients as they are. The accounts, sessions and rules are those of every
//! other door; only addresses, bodies and answers are its own.

mod account;
mod admin;
mod answers;
mod bodies;
mod error;
mod passwords;
mod problems;
mod profile;
mod registration;
mod sessions;
mod wishes;

pub(crate) use error::{EgoError, refusal};

use crate::routes::ServiceConfig;

/// Mounts `/api/v1/users/…` and `/api/v1/admin/…`.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(registration::register)
        .service(registration::verify_otp)
        .service(registration::resend_otp)
        .service(sessions::login)
        .service(sessions::refresh_token)
        .service(passwords::request_reset_password)
        .service(passwords::reset_password)
        .service(account::profile)
        .service(account::update)
        .service(account::delete)
        .service(admin::login)
        .service(admin::verify_otp)
        .service(admin::profile)
        .service(admin::update)
        .service(admin::users)
        .service(admin::create_admin)
        .service(admin::create_client);
}
