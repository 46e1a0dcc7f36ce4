//! Merchants: their profile and its review, tills and their cashiers, what is paid there, aliases of PI-SPI.

mod aliases;
mod bodies;
mod codes;
mod owner;
mod refunds;
mod reports;
mod review;
mod tills;
pub(super) mod views;
mod work;

use crate::routes::ServiceConfig;

/// Mounts `/api/merchant`, `/api/tills` and, of `/api/admin`, `merchants` and `pi-aliases`.
pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(owner::show)
        .service(owner::describe)
        .service(owner::submit)
        .service(owner::configure)
        .service(owner::withdraw)
        .service(owner::deposit)
        .service(owner::listen)
        .service(reports::merchant_report)
        .service(tills::list)
        .service(tills::invite)
        .service(tills::close)
        .service(tills::collect)
        .service(tills::fund)
        .service(work::list)
        .service(work::one)
        .service(work::accept)
        .service(work::decline)
        .service(work::transactions)
        .service(work::listen)
        .service(reports::till_report)
        .service(refunds::refund)
        .service(codes::show)
        .service(codes::create)
        .service(codes::png)
        .service(codes::svg)
        .service(codes::pdf)
        .service(review::list)
        .service(review::one)
        .service(review::accept)
        .service(review::refuse)
        .service(review::suspend)
        .service(review::reinstate)
        .service(review::set_agent)
        .service(aliases::list)
        .service(aliases::write_down)
        .service(aliases::withdraw);
}
