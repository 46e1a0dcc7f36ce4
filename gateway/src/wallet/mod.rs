//! Money: the wallet, its statement, transfers, codes to be paid, agents. Nothing here decides: the wallet prepares
//! orders, the ledger does them.

mod agents;
mod bodies;
pub(crate) mod ceilings;
pub(crate) mod export;
pub(crate) mod office;
mod overview;
mod period;
mod posting;
mod problems;
mod qr;
mod receivers;
mod statement;
mod transfers;
mod views;

use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts `/api/wallet`, `/api/dashboard`, `/api/agent`, `/api/admin/floats` and the back office.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(overview::wallet)
        .service(overview::dashboard)
        .service(period::balance)
        .service(period::spending)
        .service(period::statement_file)
        .service(statement::transactions)
        .service(statement::transaction)
        .service(transfers::quote)
        .service(transfers::by_key)
        .service(transfers::transfer)
        .service(transfers::refund)
        .service(agents::cash_in)
        .service(agents::fund_float)
        // Before `{id}`: the first pattern that fits a path is the one whose line of the matrix counts.
        .service(qr::scan)
        .service(qr::own)
        .service(qr::create)
        .service(qr::png)
        .service(qr::svg)
        .service(qr::pdf)
        .service(qr::one)
        .configure(office::routes);
}
