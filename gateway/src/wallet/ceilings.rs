//! How high somebody's balance may go follows from how well the house knows who they are.

use diesel::PgConnection;
use hostolink_auth::{Auth, IdentityLevel, LEVEL_CHANGED};
use hostolink_kernel::UserPublicId;
use hostolink_outbox::{Event, HandlerError};
use hostolink_wallet::Wallets;
use std::sync::Arc;

/// Tells the wallet of changed levels of identity. The level is asked for anew: events may come late, or twice.
pub(crate) fn follow(
    auth: Arc<Auth>,
    wallets: Arc<Wallets>,
) -> impl Fn(&mut PgConnection, &[Event]) -> Result<(), HandlerError> + Send + Sync + 'static {
    move |conn, events| {
        let changed: Vec<UserPublicId> = events
            .iter()
            .filter(|event| event.kind == LEVEL_CHANGED)
            .map(|event| UserPublicId::new(event.subject))
            .collect();
        if changed.is_empty() {
            return Ok(());
        }
        let levels = auth.identity_levels(conn, &changed)?.into_iter();
        let people: Vec<_> = levels.map(|(user, level)| (user, level >= IdentityLevel::Verified)).collect();
        Ok(wallets.set_identified(conn, &people)?)
    }
}
