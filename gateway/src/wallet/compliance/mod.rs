//! What a compliance officer does, and what looks for them: people compared with sanctions lists, payments with rules.

mod alerts;
pub(crate) mod follow;
mod officer;
mod rules;
mod views;

use crate::routes::ServiceConfig;

/// Mounts `/api/admin/compliance`.
pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(alerts::list)
        .service(alerts::export)
        .service(alerts::one)
        .service(officer::assign)
        .service(officer::remark)
        .service(officer::decide)
        .service(officer::release)
        .service(rules::list)
        .service(rules::add);
}
