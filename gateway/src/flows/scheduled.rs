//! Transfers whose time has come.

use crate::state::State;
use actix_web::web::Data;

const AT_ONCE: i64 = 100;

/// Makes the transfers that are due. Any number of processes may: a time has one key, so it happens once, and what died between the
/// transfer and its note is answered alike at the next turn.
///
/// # Errors
/// Why it could not go on; what is left is due at the next turn.
pub async fn make_due(state: Data<State>) -> Result<(), String> {
    loop {
        let wallets = state.wallets.clone();
        let due = state.database.run(move |conn| wallets.due_transfers(conn, AT_ONCE)).await;
        let due = due.map_err(|error| error.to_string())?;
        let is_last = due.len() < usize::try_from(AT_ONCE).unwrap_or_default();
        // All at once: the ledger does them in one batch.
        let posted = due.into_iter().map(|due| async {
            let reply = state.post(due.order.clone()).await;
            (due, reply)
        });
        let mut is_away = false;
        for (due, reply) in futures_util::future::join_all(posted).await {
            let Ok(reply) = reply else {
                is_away = true;
                continue;
            };
            let wallets = state.wallets.clone();
            let settled = state.database.run(move |conn| wallets.settle_scheduled(conn, &due, &reply)).await;
            settled.map_err(|error| error.to_string())?;
        }
        if is_away {
            return Err("the ledger did not answer to every order".to_owned());
        }
        if is_last {
            return Ok(());
        }
    }
}
