use super::table;
use crate::{Sum, Takings, Till};
use chrono::NaiveDate;
use hostolink_kernel::{UserId, Xof};
use std::collections::HashMap;

/// What was taken at each of a merchant's tills in a day.
#[derive(Debug)]
pub struct TakingsPaper<'a> {
    /// The day.
    pub day: NaiveDate,
    /// The tills.
    pub taken: &'a [(Till, Takings)],
    /// Their cashiers' names, as the merchant may see them.
    pub cashiers: &'a HashMap<UserId, String>,
}

const COLUMNS: [&str; 12] = [
    "Jour",
    "Caisse",
    "Caissier",
    "Paiements",
    "Encaissé",
    "Remboursements",
    "Remboursé",
    "Annulé",
    "Retiré par le commerçant",
    "Ajouté par le commerçant",
    "Net",
    "Commission",
];

impl TakingsPaper<'_> {
    /// As CSV, in whole francs, in the form of a statement's: a line for each till and one for all.
    #[must_use]
    pub fn csv(&self) -> Vec<u8> {
        let mut all = Takings::default();
        let mut lines = vec![COLUMNS.map(str::to_owned)];
        for (till, takings) in self.taken {
            all.add(takings);
            // Whoever is gone has no name.
            let cashier = till.cashier.and_then(|cashier| self.cashiers.get(&cashier));
            lines.push(self.line(&till.name, cashier.map_or("•••", String::as_str), takings));
        }
        lines.push(self.line("Total", "", &all));
        table::of(&lines)
    }

    fn line(&self, till: &str, cashier: &str, takings: &Takings) -> [String; 12] {
        let francs = |sum: &Sum| sum.amount.francs().to_string();
        [
            self.day.to_string(),
            till.to_owned(),
            cashier.to_owned(),
            takings.received.count.to_string(),
            francs(&takings.received),
            takings.refunded.count.to_string(),
            francs(&takings.refunded),
            francs(&takings.reversed),
            francs(&takings.taken_out),
            francs(&takings.put_in),
            takings.net().to_string(),
            takings.commission.francs().to_string(),
        ]
    }
}

impl Takings {
    fn add(&mut self, other: &Self) {
        for (sum, more) in [
            (&mut self.received, other.received),
            (&mut self.refunded, other.refunded),
            (&mut self.reversed, other.reversed),
            (&mut self.taken_out, other.taken_out),
            (&mut self.put_in, other.put_in),
        ] {
            *sum = sum.plus(more);
        }
        self.commission = self.commission.checked_add(other.commission).unwrap_or(Xof::MAX);
    }
}
