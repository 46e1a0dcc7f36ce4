//! Money: the wallet, its statement, transfers, codes to be paid, agents. Nothing here decides: the wallet prepares
//! orders, the ledger does them.

mod agents;
mod bodies;
pub(crate) mod bulk;
mod cards;
pub(crate) mod compliance;
pub(crate) mod contacts;
mod desk;
mod events;
pub(crate) mod export;
mod fees;
pub(crate) mod levels;
mod limits;
mod merchant;
pub(crate) mod office;
mod overview;
pub(crate) mod paid;
mod period;
pub(crate) mod posting;
mod pots;
mod problems;
mod qr;
mod recall_views;
pub(crate) mod recalls;
mod receipt;
mod receipt_page;
mod receivers;
mod request_views;
pub(crate) mod requests;
mod scheduled;
mod statement;
mod transfers;
pub(crate) mod views;

pub(crate) use desk::Desk;

use crate::routes::ServiceConfig;

/// Mounts `/api/wallet`, `/api/merchant`, `/api/tills`, `/api/cards`, `/api/dashboard`, `/api/receipts`, `/api/agent` and, of `/api/admin`, what concerns money.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(overview::wallet)
        .service(overview::dashboard)
        .service(period::balance)
        .service(period::spending)
        .service(period::statement_file)
        .service(statement::transactions)
        .service(statement::transaction)
        .service(events::events)
        .service(transfers::quote)
        .service(transfers::by_key)
        .service(transfers::transfer)
        .service(transfers::refund)
        .service(contacts::save)
        .service(contacts::list)
        .service(contacts::one)
        .service(contacts::rename)
        .service(contacts::remove)
        .service(bulk::send)
        .service(bulk::list)
        .service(bulk::one)
        .service(bulk::lines)
        .service(bulk::result)
        .service(bulk::confirm)
        .service(bulk::cancel)
        .service(bulk::stopping::stop)
        .service(bulk::stopping::stop_any)
        .service(scheduled::schedule)
        .service(scheduled::list)
        .service(scheduled::one)
        .service(scheduled::pause)
        .service(scheduled::resume)
        .service(scheduled::cancel)
        .service(receipt::show)
        .service(receipt_page::page)
        .service(requests::create)
        .service(requests::list)
        .service(requests::one)
        .service(requests::accept)
        .service(requests::refuse)
        .service(requests::cancel)
        .service(recalls::create)
        .service(recalls::list)
        .service(recalls::one)
        .service(recalls::accept)
        .service(recalls::refuse)
        .service(recalls::withdraw)
        .service(recalls::all)
        .service(recalls::close)
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
        .service(qr::pdf)
        .service(qr::one)
        .service(pots::list)
        .service(pots::create)
        .service(pots::one)
        .service(pots::configure)
        .service(pots::close)
        .service(pots::deposit)
        .service(pots::withdraw)
        .service(pots::transactions)
        .configure(merchant::routes)
        .configure(cards::routes)
        .configure(compliance::routes)
        .configure(office::routes);
}
