//! The back office of money: looks that are written down, freezes, refunds by support, corrections by two people, the books.

pub(crate) mod adjustments;
mod books;
mod looks;
mod measures;
mod views;

use crate::routes::ServiceConfig;

/// Mounts `/api/admin/wallets`, `/api/admin/transactions`, `/api/admin/adjustments`, `/api/admin/books` and `/api/admin/proofs`.
pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(looks::wallet)
        .service(looks::transaction)
        .service(measures::freeze)
        .service(measures::unfreeze)
        .service(measures::refund)
        .service(adjustments::ask)
        .service(adjustments::list)
        .service(adjustments::accept)
        .service(adjustments::refuse)
        .service(books::books_now)
        .service(books::daily_proofs);
}
