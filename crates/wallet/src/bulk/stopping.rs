//! A file that is being paid is stopped: what was paid stays, nothing more is.
//!
//! Who pays it may be in the middle of a round, or dead, or come back later. So what is left is not only marked here: each line's key is
//! spent on an order that can only be refused. Whatever a process that is late hands over then is answered that, and pays nothing.

use super::{
    model::{Bulk, BulkLine, BulkState},
    store,
};
use crate::{Error, Wallets, Wish, codes, rules::Terms};
use diesel::{Connection, PgConnection};
use hostolink_audit::Actor;
use hostolink_kernel::{BulkId, UserId, Xof};
use hostolink_ledger::{Account, Action, Once, Order};

/// The kind of what is closed when a file is stopped.
const ONCE: &str = "bulk";

impl Wallets {
    /// Stops a file that is being paid, of this owner or, for an administrator, of anybody: the caller has checked which. What is being
    /// paid at that moment still is; the lines after that never are. Saying so twice is saying so.
    ///
    /// # Errors
    /// `wallet.bulk_unknown`, also for somebody else's; `wallet.bulk_over` where it is not being paid; those of the database.
    pub fn stop_bulk(
        &self,
        conn: &mut PgConnection,
        (owner, id): (Option<UserId>, BulkId),
        actor: &Actor,
    ) -> Result<Bulk, Error> {
        let now = self.clock.now();
        conn.transaction(|conn| {
            let found = match owner {
                Some(owner) => store::lock_of(conn, owner, id)?,
                None => store::lock_any(conn, id)?,
            };
            let found = found.ok_or(Error::Rule(&codes::BULK_UNKNOWN))?.seen(now);
            if found.stop_asked_at.is_some() {
                return Ok(found);
            }
            if found.state != BulkState::Running {
                return Err(Error::Rule(&codes::BULK_OVER));
            }
            store::stop(conn, found.key, now)?;
            let bulk = Bulk { stop_asked_at: Some(now), ..found };
            self.record_bulk(conn, actor, "wallet.bulk_stopped", &bulk)?;
            // Orders wait for it: it comes last.
            self.ledger.close(conn, once(&bulk))?;
            Ok(bulk)
        })
    }

    /// The order that spends a line's key: it can only be refused.
    pub(super) fn spend_line(&self, bulk: &Bulk, giver: &Account, line: &BulkLine, wish: Wish) -> Order {
        let amount = line.amount.unwrap_or(Xof::MAX);
        let action = Action::Transfer { from: giver.id, to: giver.id, amount };
        self.order(wish, action, Terms::default(), Some(once(bulk)), None)
    }
}

/// What no order does any more once a file is stopped.
fn once(bulk: &Bulk) -> Once {
    Once { kind: ONCE, id: bulk.id.uuid() }
}
