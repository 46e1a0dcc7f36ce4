//! What operators look at: liveness, readiness, measures.

mod health;
mod log;
mod metrics;

pub(crate) use log::start_log;
pub use metrics::Metrics;

use crate::routes::ServiceConfig;

/// Mounts `/health/*` and `/metrics`.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(health::live).service(health::ready).service(metrics::show_metrics);
}
