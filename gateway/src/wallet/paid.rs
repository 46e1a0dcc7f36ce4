//! What the ledger did once and for all, told to whoever waits for it.

use diesel::PgConnection;
use hostolink_kernel::{RecallId, RequestId};
use hostolink_ledger::POSTED;
use hostolink_outbox::{Event, HandlerError};
use hostolink_wallet::{RECALL_REFUND, REQUEST_PAYMENT, Wallets};
use std::sync::Arc;
use uuid::Uuid;

/// Has requests to pay written down as paid, and recalled payments as given back.
pub(crate) fn follow(
    wallets: Arc<Wallets>,
) -> impl Fn(&mut PgConnection, &[Event]) -> Result<(), HandlerError> + Send + Sync + 'static {
    move |conn, events| {
        for event in events.iter().filter(|event| event.kind == POSTED) {
            if let Some(id) = done(event, REQUEST_PAYMENT) {
                wallets.requests_paid(conn, &[RequestId::new(id)], event.at)?;
            } else if let Some(id) = done(event, RECALL_REFUND) {
                wallets.recalls_accepted(conn, &[RecallId::new(id)], event.at)?;
            }
        }
        Ok(())
    }
}

/// What of this kind a movement did once, if it did.
fn done(event: &Event, kind: &str) -> Option<Uuid> {
    let once = event.payload.get("once")?;
    let is = once.get("kind")?.as_str()? == kind;
    is.then(|| once.get("id")?.as_str()?.parse().ok()).flatten()
}
