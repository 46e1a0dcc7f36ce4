//! What people are told: the list, the badge, what they want, their devices. What makes facts of events is in `hearing`, what sends in
//! `sending`. Nothing here decides: `hostolink_notifications` does.

mod bodies;
mod deliveries;
mod devices;
pub(crate) mod hearing;
mod list;
mod preferences;
mod problems;
pub(crate) mod sending;
mod views;

pub(crate) use list::copy;
pub use sending::send_due;

use crate::routes::ServiceConfig;

/// Mounts `/api/notifications`, `/api/push-devices` and the operators' list of what did not arrive.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list::list)
        .service(list::count_unread)
        .service(list::read)
        .service(preferences::show)
        .service(preferences::change)
        .service(list::remove)
        .service(devices::list)
        .service(devices::register)
        .service(devices::set)
        .service(devices::forget)
        .service(deliveries::deliveries);
}
