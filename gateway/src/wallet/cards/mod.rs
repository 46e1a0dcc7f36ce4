//! Virtual cards: their owner's side, and the merchants' who charge them.

mod at_till;
mod authorizations;
mod bodies;
mod owner;
mod views;

pub(super) use views::CardView;

use crate::routes::ServiceConfig;

/// Mounts `/api/cards` and what is asked of cards at tills.
pub(super) fn routes(config: &mut ServiceConfig) {
    config
        // Before `{id}`: the first pattern that fits a path is the one whose line of the matrix counts.
        .service(authorizations::of_merchant)
        .service(authorizations::authorize)
        .service(authorizations::one)
        .service(authorizations::capture)
        .service(authorizations::release)
        .service(at_till::list)
        .service(at_till::authorize)
        .service(owner::list)
        .service(owner::create)
        .service(owner::one)
        .service(owner::configure)
        .service(owner::freeze)
        .service(owner::unfreeze)
        .service(owner::renew)
        .service(owner::close)
        .service(owner::show)
        .service(owner::authorizations)
        .service(owner::qr)
        .service(owner::picture);
}
