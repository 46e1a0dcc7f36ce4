//! What somebody may move and hold follows from how well the house knows who they are.

use diesel::PgConnection;
use hostolink_auth::{Auth, IdentityLevel, LEVEL_CHANGED};
use hostolink_kernel::UserPublicId;
use hostolink_outbox::{Event, HandlerError};
use hostolink_wallet::{Level, Wallets};
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
        let of = |level| match level {
            IdentityLevel::Unverified => Level::Unidentified,
            IdentityLevel::Verified => Level::Identified,
        };
        let people: Vec<_> = levels.map(|(user, level)| (user, of(level))).collect();
        Ok(wallets.set_levels(conn, &people)?)
    }
}
