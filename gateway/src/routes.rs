//! The whole API on one page: a line a domain. Who may call what is in [`crate::authorization`].

use crate::{auth, dev, doors, health, media, messaging, observe, openapi, pages, realtime, sms, wallet};
use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts every route.
pub fn all(config: &mut ServiceConfig) {
    config
        .configure(observe::routes)
        .configure(openapi::routes)
        .configure(auth::routes)
        .configure(sms::routes)
        .configure(doors::ego::routes)
        .configure(doors::nest::routes)
        .configure(media::routes)
        .configure(wallet::routes)
        .configure(health::routes)
        .configure(messaging::routes)
        .configure(realtime::routes)
        .configure(pages::routes)
        .configure(dev::routes);
}
