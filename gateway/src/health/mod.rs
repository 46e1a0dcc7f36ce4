//! The health directory: where help is, how to call it, and where the facts come from. Everybody may ask, and every
//! answer comes from memory.

mod establishments;
mod lists;
mod query;
mod views;

use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts `/api/health/*`.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(establishments::establishments)
        .service(establishments::establishment)
        .service(lists::emergency_numbers)
        .service(lists::sources);
}
