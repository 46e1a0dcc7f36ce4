//! What a person keeps or hangs up: a statement as a table or a document, a code to be paid for the till.

mod alerts;
mod bulk;
mod face;
pub(crate) mod formula;
mod french;
mod poster;
mod sheet;
mod statement;
mod table;
mod takings;
#[cfg(test)]
mod tests;

use crate::{Movement, Statement};
pub use alerts::{NamedPerson, alerts};
pub use bulk::BulkPaper;
use chrono::{DateTime, Utc};
use hostolink_kernel::{UserId, Xof};
use hostolink_ledger::Direction;
pub use poster::Poster;
use std::collections::HashMap;
pub use takings::TakingsPaper;

/// A statement and the words that the caller knows for it.
#[derive(Debug)]
pub struct StatementPaper<'a> {
    /// What happened.
    pub statement: &'a Statement,
    /// The owner's name.
    pub owner: &'a str,
    /// The owner's phone number and address, as a line.
    pub contact: &'a str,
    /// The people on the other sides, as the owner may see them.
    pub names: &'a HashMap<UserId, String>,
    /// The trade names of those of them who are merchants.
    pub shops: &'a HashMap<UserId, String>,
    /// When it is made.
    pub issued_at: DateTime<Utc>,
}

impl StatementPaper<'_> {
    /// As CSV: UTF-8 without a mark, semicolons, CRLF; no cell that a spreadsheet would take for a formula.
    #[must_use]
    pub fn csv(&self) -> Vec<u8> {
        table::write(self)
    }

    /// As PDF, A4.
    #[must_use]
    pub fn pdf(&self) -> Vec<u8> {
        statement::draw(self)
    }

    /// Who is on the other side of a movement.
    fn other(&self, movement: &Movement) -> String {
        let name = match movement.other.user {
            None => "Hostolink",
            Some(user) => {
                let shop = self.shops.get(&user).filter(|_| movement.other.is_merchant);
                // Whoever is gone has no name.
                shop.or_else(|| self.names.get(&user)).map_or("•••", String::as_str)
            }
        };
        if movement.other.is_agent { format!("Agent {name}") } else { name.to_owned() }
    }
}

/// How many movements went in a direction, and how much in all.
fn total(statement: &Statement, direction: Direction) -> (usize, Xof) {
    let moved = || statement.movements.iter().filter(|movement| movement.direction == direction);
    let francs: i64 = moved().map(|movement| movement.amount.francs()).fold(0, i64::saturating_add);
    (moved().count(), Xof::new(francs).unwrap_or(Xof::MAX))
}
