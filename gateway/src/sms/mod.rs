//! Text messages: by which providers they leave, written down each, and what the providers say of them later.

mod hooks;
mod measures;
mod overview;
mod recorded;
mod ways;

pub(crate) use measures::SmsMeasures;
pub(crate) use overview::watch;
pub(crate) use recorded::RecordedSms;
pub(crate) use ways::Ways;

use crate::routes::ServiceConfig;

/// Mounts the receipts of providers and the administrators' overview.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(hooks::orange_receipt).service(hooks::twilio_receipt).service(overview::sms_overview);
}
