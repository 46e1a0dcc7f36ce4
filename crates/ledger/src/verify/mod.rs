//! Proving the books from nothing but their rows.

mod chain;
mod model;
pub(crate) mod store;

pub(crate) use chain::sealed;
pub use model::{Check, Invariant, Report};

use crate::Error;
use diesel::{PgConnection, connection::SimpleConnection};

/// Checks every invariant on one snapshot: orders may go on meanwhile.
pub(crate) fn verify(conn: &mut PgConnection, progress: &mut dyn FnMut(u64)) -> Result<Report, Error> {
    conn.build_transaction().repeatable_read().read_only().run(|conn| {
        // The whole history is read: longer than a request may take.
        conn.batch_execute(
            "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0",
        )?;
        let history = chain::replay(conn, progress)?;
        let mut checks = Vec::with_capacity(Invariant::ALL.len());
        for invariant in Invariant::ALL {
            let violation = match invariant {
                Invariant::EntriesSumToZero => history.entries.clone(),
                Invariant::NumbersWithoutGaps => history.numbers.clone(),
                Invariant::Chain => history.chain.clone(),
                other => store::first_violation(conn, other)?,
            };
            checks.push(Check { invariant, violation });
        }
        Ok(Report { checks, transactions: history.transactions, links: history.links })
    })
}
