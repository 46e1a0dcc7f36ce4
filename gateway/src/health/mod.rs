//! Mounted by its own routes.

pub(crate) fn routes(_: &mut utoipa_actix_web::service_config::ServiceConfig) {}
