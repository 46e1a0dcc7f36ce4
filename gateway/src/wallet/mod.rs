//! Money: the wallet, its statement, transfers, codes to be paid, agents. Nothing here decides: the wallet prepares
//! orders, the ledger does them.

mod agents;
mod bodies;
pub(crate) mod export;
mod fees;
pub(crate) mod levels;
mod limits;
mod overview;
mod posting;
mod problems;
mod qr;
mod receivers;
mod scheduled;
mod statement;
mod transfers;
mod views;

use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts `/api/wallet`, `/api/dashboard`, `/api/agent` and, of `/api/admin`, `floats`, `limits` and `fees`.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(overview::wallet)
        .service(overview::dashboard)
        .service(statement::transactions)
        .service(statement::transaction)
        .service(transfers::quote)
        .service(transfers::by_key)
        .service(transfers::transfer)
        .service(transfers::refund)
        .service(scheduled::schedule)
        .service(scheduled::list)
        .service(scheduled::one)
        .service(scheduled::pause)
        .service(scheduled::resume)
        .service(scheduled::cancel)
        .service(agents::cash_in)
        .service(agents::fund_float)
        .service(limits::own_limits)
        .service(limits::list)
        .service(limits::add)
        .service(fees::list)
        .service(fees::add)
        // Before `{id}`: the first pattern that fits a path is the one whose line of the matrix counts.
        .service(qr::scan)
        .service(qr::own)
        .service(qr::create)
        .service(qr::png)
        .service(qr::svg)
        .service(qr::one);
}
