//! The doors of development. The authorisation matrix closes them everywhere else.

pub(crate) mod keys;
mod outbox;
pub(crate) mod personas;

use crate::routes::ServiceConfig;

/// Mounts `/api/dev/*`.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(outbox::outbox);
}
